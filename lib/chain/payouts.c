#include "chain/payouts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "record/reader.h"

enum { OPENING = 9 * 3600 + 1800 };
enum { W_UNDERLYING = VOL_W_OWN, W_EX_DATE, W_AMOUNT };

static const struct vol_want wants[] = {{"underlying", false}, {"ex_date", false}, {"amount", false}};

void vol_payouts_init(struct vol_payouts *payouts)
{
    memset(payouts, 0, sizeof *payouts);
    vol_buf_init(&payouts->names);
    vol_buf_init(&payouts->times);
    vol_buf_init(&payouts->amounts);
}

void vol_payouts_free(struct vol_payouts *payouts)
{
    free(payouts->payout);
    vol_buf_free(&payouts->names);
    vol_buf_free(&payouts->times);
    vol_buf_free(&payouts->amounts);
    vol_payouts_init(payouts);
}

enum vol_status vol_payouts_add(struct vol_payouts *p, int64_t ts, const char *underlying, size_t len,
                                int32_t ex_date, double amount)
{
    struct vol_payout one = {ts, 0, p->names.len, len, amount};
    size_t at;

    if (!(amount >= 0 && amount < INFINITY) || !vol_date_has_instants(ex_date) || len == 0)
        return VOL_EDATA;
    one.ex = vol_time_new_york(ex_date, OPENING);
    if (p->n == p->cap) {
        size_t cap = p->cap > 0 ? 2 * p->cap : 64;
        struct vol_payout *grown = realloc(p->payout, cap * sizeof *grown);

        if (grown == NULL)
            return VOL_EOS;
        p->payout = grown;
        p->cap = cap;
    }
    if (vol_buf_add(&p->names, underlying, len) != VOL_OK)
        return VOL_EOS;
    for (at = p->n; at > 0; at--) {
        const struct vol_payout *before = &p->payout[at - 1];

        if (before->ex < one.ex || (before->ex == one.ex && before->ts <= one.ts))
            break;
        p->payout[at] = *before;
    }
    p->payout[at] = one;
    p->n++;
    return VOL_OK;
}

static enum vol_status read_all(struct vol_payouts *p, struct vol_reader *reader, struct vol_error *err)
{
    struct vol_rec rec = {0}; /* the reader keeps the kind of the record before in it */
    enum vol_status status;

    while ((status = vol_reader_next(reader, &rec, err)) == VOL_OK) {
        const struct vol_value *name = &rec.value[W_UNDERLYING], *date = &rec.value[W_EX_DATE];
        int32_t ex_date;

        if (!vol_rec_is(&rec, "dividend"))
            continue;
        if (name->type != VOL_STRING || date->type != VOL_STRING ||
            vol_date_parse(date->text, date->len, &ex_date) != VOL_OK)
            status = VOL_EDATA;
        else
            status = vol_payouts_add(p, rec.ts, name->text, name->len, ex_date, rec.value[W_AMOUNT].num);
        if (status == VOL_EDATA)
            return vol_error_set(
                err, status,
                "%s:%llu: a dividend needs an underlying, an ex_date (2014-08-07) and an amount "
                "of 0 or more",
                rec.file, (unsigned long long)rec.line_no);
        if (status != VOL_OK)
            return vol_error_set(err, status, "out of memory");
    }
    return status == VOL_END ? VOL_OK : status;
}

enum vol_status vol_payouts_load(struct vol_payouts *p, const char *path, struct vol_error *err)
{
    struct vol_reader_config config = {
        .wants = wants, .n_wants = sizeof wants / sizeof wants[0], .csv_kind = "dividend"};
    char *paths[1] = {(char *)(uintptr_t)path};
    struct vol_reader *reader;
    size_t before = p->n;
    enum vol_status status = vol_reader_new(&reader, &config, paths, 1, err);

    if (status != VOL_OK)
        return status;
    status = read_all(p, reader, err);
    vol_reader_free(reader);
    if (status == VOL_OK && p->n == before)
        return vol_error_set(err, VOL_ENOINPUT, "%s: no dividend record in it", path);
    return status;
}

/* What is paid is paid: time does not go back. The names are laid out anew when most of them are no one's. */
static enum vol_status forget(struct vol_payouts *p, int64_t ts)
{
    size_t i, past = 0, used = 0;
    struct vol_buf names;

    while (past < p->n && p->payout[past].ex <= ts)
        past++;
    if (past == 0)
        return VOL_OK;
    p->n -= past;
    memmove(p->payout, p->payout + past, p->n * sizeof *p->payout);
    for (i = 0; i < p->n; i++)
        used += p->payout[i].name_len;
    if (2 * used > p->names.len)
        return VOL_OK;
    vol_buf_init(&names);
    if (vol_buf_reserve(&names, used) != VOL_OK)
        return VOL_EOS;
    for (i = 0; i < p->n; i++) {
        size_t at = names.len;

        if (vol_buf_add(&names, p->names.data + p->payout[i].name_at, p->payout[i].name_len) != VOL_OK) {
            vol_buf_free(&names);
            return VOL_EOS;
        }
        p->payout[i].name_at = at;
    }
    vol_buf_free(&p->names);
    p->names = names;
    return VOL_OK;
}

enum vol_status vol_payouts_of(struct vol_payouts *p, int64_t ts, const char *underlying, size_t len,
                               struct vol_dividends *out)
{
    const struct vol_payout *last = NULL; /* of the ex-date at hand, the latest that was known */
    size_t i;

    if (forget(p, ts) != VOL_OK)
        return VOL_EOS;
    vol_buf_clear(&p->times);
    vol_buf_clear(&p->amounts);
    for (i = 0; i <= p->n; i++) {
        const struct vol_payout *one = i < p->n ? &p->payout[i] : NULL;

        if (one != NULL && (one->ts > ts || one->name_len != len ||
                            memcmp(p->names.data + one->name_at, underlying, len) != 0))
            continue;
        if (last != NULL && (one == NULL || one->ex != last->ex) && last->amount > 0) {
            double t = VOL_YEARS(ts, last->ex);

            if (vol_buf_add(&p->times, &t, sizeof t) != VOL_OK ||
                vol_buf_add(&p->amounts, &last->amount, sizeof last->amount) != VOL_OK)
                return VOL_EOS;
        }
        last = one;
    }
    *out = (struct vol_dividends){p->times.len / sizeof(double), (const double *)(const void *)p->times.data,
                                  (const double *)(const void *)p->amounts.data};
    return VOL_OK;
}
