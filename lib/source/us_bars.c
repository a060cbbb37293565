#include "source/us_bars.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

enum { SYMBOL_BYTES_MAX = 32, CLOSE_LATE = 16 * 3600 + 15 * 60, DAYS_WITHOUT_SINCE = 365 };

int64_t vol_us_close(const struct vol_source_facts *facts, int32_t date, bool late)
{
    int32_t normal = late ? CLOSE_LATE : VOL_CALENDAR_CLOSE;

    return vol_time_new_york(date, vol_calendar_close(&facts->markets, date, normal));
}

bool vol_us_is_index(const struct vol_source_facts *facts, const char *symbol)
{
    struct vol_symbol as_root = {.root_len = (uint32_t)strlen(symbol)};
    struct vol_contract_spec spec;

    if (as_root.root_len >= sizeof as_root.root)
        return false;
    memcpy(as_root.root, symbol, as_root.root_len);
    return vol_contracts_find(&facts->contracts, "us", &as_root, &spec) == VOL_OK && spec.exercise == 'E';
}

int32_t vol_us_date(int64_t ts)
{
    int32_t date, seconds;

    vol_time_to_new_york(ts, &date, &seconds);
    return date;
}

enum vol_status vol_us_bar_gather(struct vol_gather *out, const char *symbol, int64_t ts, int64_t received,
                                  const struct vol_us_bar *bar, struct vol_error *err)
{
    char raw[160], time[VOL_TIME_MAX], close[VOL_NUM_MAX];
    const char *reason = !isfinite(bar->close) ? "no_value" : ts > received ? "unfinished" : NULL;

    if (reason) {
        vol_time_print(time, ts);
        vol_num_print(close, bar->close, VOL_NUM_SHORTEST);
        snprintf(raw, sizeof raw, "{\"symbol\":\"%.32s\",\"ts\":\"%s\",\"close\":%s}", symbol, time, close);
        return vol_gather_reject(out, "bar", ts, reason, raw, strlen(raw), err);
    }
    vol_gather_received(out, received);
    vol_gather_begin(out, "bar", ts);
    vol_gather_str(out, "symbol", symbol);
    vol_gather_num(out, "open", bar->open);
    vol_gather_num(out, "high", bar->high);
    vol_gather_num(out, "low", bar->low);
    vol_gather_num(out, "close", bar->close);
    vol_gather_num(out, "volume", bar->volume);
    return vol_gather_end(out, err);
}

void vol_us_range_days(const struct vol_query *query, int32_t *from, int32_t *to)
{
    *to = vol_us_date(query->has_until && query->until < query->now ? query->until : query->now);
    *from = query->has_since ? vol_us_date(query->since) : *to - DAYS_WITHOUT_SINCE;
    if (query->has_since && vol_us_close(query->facts, *from, true) < query->since)
        ++*from; /* of midnight UTC: the evening of the day before in New York */
}

void vol_us_range(const struct vol_query *query, char from[VOL_DATE_MAX], char to[VOL_DATE_MAX])
{
    int32_t first, last;

    vol_us_range_days(query, &first, &last);
    vol_date_print(from, first);
    vol_date_print(to, last);
}

static bool is_symbol(const char *symbol)
{
    size_t n = strlen(symbol), words = 0;

    for (size_t i = 0; i < n; i++) {
        char c = symbol[i];
        bool word = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

        words += word;
        if (!word && !strchr(".^=:-_", c))
            return false;
    }
    return words > 0 && n <= SYMBOL_BYTES_MAX;
}

enum vol_status vol_us_query_check(const struct vol_query *query, struct vol_error *err)
{
    if (query->interval != 0 && query->interval != VOL_DAY)
        return vol_error_set(err, VOL_EUSAGE, "--interval: bars of a day only");
    for (size_t i = 0; i < query->n_symbols; i++)
        if (!is_symbol(query->symbols[i]))
            return vol_error_set(err, VOL_EUSAGE,
                                 "operand %zu: a symbol has up to %d letters, digits and .^=:-_", i + 1,
                                 SYMBOL_BYTES_MAX);
    return VOL_OK;
}
