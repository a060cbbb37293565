#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/time.h"
#include "source/deribit.h"

enum {
    PLAUSIBLE_ROWS = 8 /* of a chain whose vols are judged as a whole */
};

static const char venue[] = "deribit";
/* No option of a currency has been worth less than this (percent a year); a chain without one higher is a
 * vendor that went over to decimals. */
static const double least_percent = 0.05;

/* What get_instruments says of each name. */
struct listing {
    int64_t expires;
};

struct listings {
    struct vol_map names;
    struct listing *row; /* by index of the name */
};

static void free_listings(struct listings *l)
{
    vol_map_free(&l->names);
    free(l->row);
}

/* Whether one of the names is the symbol's root ("BTC", "SOL_USDC") or the currency behind its `_`. */
static bool wanted(const struct vol_deribit_wanted *want, const struct vol_symbol *symbol)
{
    const char *currency = strrchr(symbol->root, '_');

    for (size_t i = 0; i < want->n; i++)
        if (strcmp(want->name[i], symbol->root) == 0 ||
            (currency && strcmp(want->name[i], currency + 1) == 0))
            return true;
    return false;
}

/* ---- the instrument object
 * -------------------------------------------------------------------------------------- */

/* What the instrument object says of the contract must not contradict its name and share/contracts: a price
 * in another unit than the record's would be off by the price of the coin. */
static enum vol_status check_unit(const struct vol_source_facts *facts, const struct vol_json *at,
                                  const struct vol_symbol *symbol, struct vol_error *err)
{
    struct vol_contract_spec contract;
    const char *quote;
    enum vol_status status = vol_json_str(at, "quote_currency", VOL_JSON_REQUIRED, &quote, err);

    if (status != VOL_OK || vol_contracts_find(&facts->contracts, venue, symbol, &contract) != VOL_OK)
        return status;
    if (strcmp(quote, contract.currency) != 0)
        return vol_json_wrong(at, err, "prices in %s, where share/contracts/options.csv has %s", quote,
                              contract.currency);
    return VOL_OK;
}

static enum vol_status check_listing(const struct vol_json *at, const struct vol_symbol *symbol,
                                     int64_t expires, struct vol_error *err)
{
    double strike;
    enum vol_status status = vol_json_num(at, "strike", VOL_JSON_REQUIRED, &strike, err);

    if (status != VOL_OK)
        return status;
    if (!(fabs(strike - symbol->strike) <= 1e-9 * symbol->strike))
        return vol_json_wrong(at, err, "strike %.10g, where the name says %.10g", strike, symbol->strike);
    if (abs(vol_date_of_time(expires) - symbol->expiration) > 1)
        return vol_json_wrong(at, err, "expires more than a day from the date of its name");
    return VOL_OK;
}

/* One instrument; *SYMBOL is of another kind of name when it returns VOL_NO. */
static enum vol_status read_listing(const struct vol_source_facts *facts, const struct vol_json *at,
                                    const char **name, struct vol_symbol *symbol, int64_t *expires,
                                    struct vol_error *err)
{
    enum vol_status status;

    if ((status = vol_json_str(at, "instrument_name", VOL_JSON_REQUIRED, name, err)) != VOL_OK ||
        (status = vol_json_time(at, "expiration_timestamp", VOL_JSON_REQUIRED, VOL_DERIBIT_MS, expires,
                                err)) != VOL_OK)
        return status;
    if (vol_symbol_parse(VOL_SYMBOL_DERIBIT, *name, strlen(*name), symbol) != VOL_OK)
        return vol_json_wrong(at, err, "no name of an option: \"%.40s\"", *name);
    if ((status = check_unit(facts, at, symbol, err)) != VOL_OK)
        return status;
    return check_listing(at, symbol, *expires, err);
}

static enum vol_status read_listings(const struct vol_source_facts *facts, const struct vol_deribit_answer *a,
                                     struct listings *out, struct vol_error *err)
{
    size_t n = json_array_size(a->result.value), index;
    enum vol_status status = VOL_OK;
    struct vol_symbol symbol;
    const char *name;

    if (!json_is_array(a->result.value))
        return vol_json_wrong(&a->result, err, "expected an array");
    vol_map_init(&out->names);
    if ((out->row = calloc(n ? n : 1, sizeof *out->row)) == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    for (size_t i = 0; i < n && status == VOL_OK; i++) {
        struct vol_json at;
        int64_t expires;

        if ((status = vol_json_element(&a->result, i, &at, err)) != VOL_OK ||
            (status = read_listing(facts, &at, &name, &symbol, &expires, err)) != VOL_OK)
            break;
        if (vol_map_add(&out->names, name, strlen(name), &index) != VOL_OK)
            status = vol_error_set(err, VOL_EOS, "out of memory");
        else
            out->row[index].expires = expires;
    }
    if (status != VOL_OK)
        free_listings(out);
    return status;
}

/* ---- the book summary
 * ------------------------------------------------------------------------------------------- */

/* A row that cannot become a record, because nobody said what its contract is. */
static enum vol_status refuse(const struct vol_json *at, int64_t ts, struct vol_gather *out,
                              struct vol_error *err)
{
    char *raw = json_dumps(at->value, JSON_COMPACT | JSON_REAL_PRECISION(15));
    enum vol_status status = raw ? vol_gather_reject(out, "quote", ts, "unknown_root", raw, strlen(raw), err)
                                 : vol_error_set(err, VOL_EOS, "out of memory");

    free(raw);
    return status;
}

static void put_expires(struct vol_gather *out, const struct listings *listed, const char *name)
{
    size_t index = vol_map_find(&listed->names, name, strlen(name));

    if (index == VOL_MAP_NONE) /* listed since: the contract table's hour holds */
        return;
    vol_gather_time(out, "expires", listed->row[index].expires);
    vol_gather_time(out, "last_trade", listed->row[index].expires);
}

static enum vol_status put_row(const struct vol_source_facts *facts, const struct vol_deribit_wanted *want,
                               const struct vol_json *at, const struct listings *listed, int64_t ts,
                               struct vol_gather *out, struct vol_error *err)
{
    struct vol_deribit_market m;
    struct vol_symbol symbol;
    enum vol_status status = vol_deribit_summary(at, &m, err);

    if (status != VOL_OK)
        return status;
    if (vol_symbol_parse(VOL_SYMBOL_DERIBIT, m.name, strlen(m.name), &symbol) != VOL_OK)
        return vol_json_wrong(at, err, "no name of an option: \"%.40s\"", m.name);
    if (!wanted(want, &symbol))
        return VOL_OK;
    if ((status = check_unit(facts, at, &symbol, err)) != VOL_OK)
        return status;
    status = vol_deribit_begin_quote(out, m.name, ts, err);
    if (status == VOL_NO)
        return refuse(at, ts, out, err);
    if (status != VOL_OK)
        return status;
    put_expires(out, listed, m.name);
    vol_deribit_put_quote(out, &m);
    return vol_gather_end(out, err);
}

/* The latest instant of the rows, which is when the snapshot was whole, and a look at their vols as a whole.
 */
static enum vol_status survey(const struct vol_json *rows, int64_t *latest, struct vol_error *err)
{
    size_t n = vol_json_size(rows), with_iv = 0;
    struct vol_deribit_market m;
    enum vol_status status;
    double highest = 0;
    struct vol_json at;

    *latest = INT64_MIN;
    for (size_t i = 0; i < n; i++) {
        if ((status = vol_json_element(rows, i, &at, err)) != VOL_OK ||
            (status = vol_deribit_summary(&at, &m, err)) != VOL_OK)
            return status;
        *latest = m.ts > *latest ? m.ts : *latest;
        with_iv += isfinite(m.iv) ? 1 : 0;
        highest = fmax(highest, m.iv);
    }
    if (with_iv >= PLAUSIBLE_ROWS && !(highest > least_percent))
        return vol_json_wrong(rows, err, "no mark_iv above %.10g: no percent", 100 * least_percent);
    return VOL_OK;
}

static enum vol_status put_summary(const struct vol_source_facts *facts,
                                   const struct vol_deribit_wanted *want, const struct vol_deribit_answer *a,
                                   const struct listings *listed, struct vol_gather *out,
                                   struct vol_error *err)
{
    enum vol_status status;
    struct vol_json at;
    int64_t ts;

    if (!json_is_array(a->result.value))
        return vol_json_wrong(&a->result, err, "expected an array");
    if ((status = survey(&a->result, &ts, err)) != VOL_OK)
        return status;
    for (size_t i = 0; i < vol_json_size(&a->result) && status == VOL_OK; i++)
        if ((status = vol_json_element(&a->result, i, &at, err)) == VOL_OK)
            status = put_row(facts, want, &at, listed, ts, out, err);
    return status;
}

enum vol_status vol_deribit_chain(const struct vol_source_facts *facts, const struct vol_deribit_wanted *want,
                                  const struct vol_deribit_body *summary,
                                  const struct vol_deribit_body *instruments, struct vol_gather *out,
                                  struct vol_error *err)
{
    struct vol_deribit_answer a, list;
    struct listings listed;
    enum vol_status status = vol_deribit_open(instruments, &list, err);

    if (status != VOL_OK)
        return status;
    status = read_listings(facts, &list, &listed, err);
    vol_deribit_close(&list);
    if (status != VOL_OK)
        return status;
    if ((status = vol_deribit_open(summary, &a, err)) == VOL_OK) {
        status = put_summary(facts, want, &a, &listed, out, err);
        vol_deribit_close(&a);
    }
    free_listings(&listed);
    return status;
}

/* ---- instruments
 * ------------------------------------------------------------------------------------------------ */

static enum vol_status put_instrument(const struct vol_source_facts *facts,
                                      const struct vol_deribit_wanted *want, const struct vol_json *at,
                                      int64_t ts, struct vol_gather *out, struct vol_error *err)
{
    struct vol_symbol symbol;
    enum vol_status status;
    const char *name;
    int64_t expires;

    if ((status = read_listing(facts, at, &name, &symbol, &expires, err)) != VOL_OK || !wanted(want, &symbol))
        return status;
    status = vol_deribit_begin_quote(out, name, ts, err);
    if (status == VOL_NO)
        return refuse(at, ts, out, err);
    if (status != VOL_OK)
        return status;
    vol_gather_time(out, "expires", expires);
    vol_gather_time(out, "last_trade", expires);
    return vol_gather_end(out, err);
}

enum vol_status vol_deribit_instruments(const struct vol_source_facts *facts,
                                        const struct vol_deribit_wanted *want,
                                        const struct vol_deribit_body *body, struct vol_gather *out,
                                        struct vol_error *err)
{
    struct vol_deribit_answer a;
    enum vol_status status = vol_deribit_open(body, &a, err);
    struct vol_json at;

    if (status != VOL_OK)
        return status;
    if (!json_is_array(a.result.value))
        status = vol_json_wrong(&a.result, err, "expected an array");
    for (size_t i = 0; status == VOL_OK && i < vol_json_size(&a.result); i++)
        if ((status = vol_json_element(&a.result, i, &at, err)) == VOL_OK)
            status = put_instrument(facts, want, &at, a.ts, out, err);
    vol_deribit_close(&a);
    return status;
}
