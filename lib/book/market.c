#include "book/market.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

void vol_market_init(struct vol_market *market)
{
    memset(market, 0, sizeof *market);
}

void vol_market_free(struct vol_market *market)
{
    size_t i;

    for (i = 0; i < market->n; i++) {
        free(market->chains[i].quotes);
        free(market->chains[i].slots);
    }
    free(market->chains);
    vol_market_init(market);
}

struct vol_chain *vol_market_chain(const struct vol_market *market, const char *underlying)
{
    size_t i;

    for (i = 0; i < market->n; i++)
        if (strcmp(market->chains[i].underlying, underlying) == 0)
            return &market->chains[i];
    return NULL;
}

enum vol_status vol_market_open(struct vol_market *market, int64_t ts, const char *underlying, size_t len,
                                struct vol_chain **out, struct vol_error *err)
{
    char name[VOL_NAME_MAX];
    struct vol_chain *chain;
    enum vol_status status = vol_contract_name(name, sizeof name, underlying, len, "underlying", err);

    if (status != VOL_OK)
        return status;
    chain = vol_market_chain(market, name);
    if (chain == NULL) {
        if (market->n == market->cap) {
            size_t cap = market->cap > 0 ? 2 * market->cap : 4;
            struct vol_chain *bigger = realloc(market->chains, cap * sizeof *bigger);

            if (bigger == NULL)
                return vol_error_set(err, VOL_EOS, "out of memory for %zu chains", cap);
            market->chains = bigger;
            market->cap = cap;
        }
        chain = &market->chains[market->n++];
        memset(chain, 0, sizeof *chain);
        strcpy(chain->underlying, name);
    }
    chain->ts = ts;
    chain->complete = false;
    chain->underlying_price = VOL_FIXED_NONE;
    chain->n = chain->n_unusable = 0;
    if (chain->slots != NULL)
        memset(chain->slots, 0, chain->n_slots * sizeof *chain->slots);
    market->open = (size_t)(chain - market->chains) + 1;
    *out = chain;
    return VOL_OK;
}

/* FNV-1a: symbols are short, and the table is rebuilt for every snapshot. */
static size_t hash(const char *text)
{
    uint64_t h = UINT64_C(14695981039346656037);

    for (; *text != '\0'; text++)
        h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return (size_t)(h ^ (h >> 32));
}

/* The slot that holds SYMBOL, or the free one where it belongs. */
static uint32_t *slot_of(const struct vol_chain *chain, const char *symbol)
{
    size_t at = hash(symbol) & (chain->n_slots - 1);

    while (chain->slots[at] != 0 && strcmp(chain->quotes[chain->slots[at] - 1].contract.symbol, symbol) != 0)
        at = (at + 1) & (chain->n_slots - 1);
    return &chain->slots[at];
}

static enum vol_status grow(struct vol_chain *chain)
{
    size_t cap = chain->cap > 0 ? 2 * chain->cap : 256, i;
    struct vol_market_quote *quotes = realloc(chain->quotes, cap * sizeof *quotes);
    uint32_t *slots;

    if (quotes == NULL)
        return VOL_EOS;
    chain->quotes = quotes;
    slots = calloc(2 * cap, sizeof *slots);
    if (slots == NULL)
        return VOL_EOS;
    free(chain->slots);
    chain->slots = slots;
    chain->n_slots = 2 * cap;
    chain->cap = cap;
    for (i = 0; i < chain->n; i++)
        *slot_of(chain, chain->quotes[i].contract.symbol) = (uint32_t)(i + 1);
    return VOL_OK;
}

enum vol_status vol_chain_add(struct vol_chain *chain, const struct vol_market_quote *quote)
{
    uint32_t *slot;

    if (chain->n == chain->cap && grow(chain) != VOL_OK)
        return VOL_EOS;
    slot = slot_of(chain, quote->contract.symbol);
    if (*slot == 0) {
        chain->n++;
        *slot = (uint32_t)chain->n;
    }
    chain->quotes[*slot - 1] = *quote;
    if (chain->underlying_price == VOL_FIXED_NONE)
        chain->underlying_price = quote->underlying_price;
    return VOL_OK;
}

const struct vol_market_quote *vol_chain_find(const struct vol_chain *chain, const char *symbol)
{
    uint32_t at;

    if (chain == NULL || chain->n_slots == 0)
        return NULL;
    at = *slot_of(chain, symbol);
    return at == 0 ? NULL : &chain->quotes[at - 1];
}

static bool name_of(char *out, const struct vol_value *value)
{
    return value->type == VOL_STRING &&
           vol_contract_name(out, VOL_NAME_MAX, value->text, value->len, "", NULL) == VOL_OK;
}

/* A number that is at least LO, else VOL_FIXED_NONE. */
static int64_t fixed_of(const struct vol_value *value, double lo)
{
    int64_t fixed;

    if (value->type != VOL_NUMBER || !(value->num >= lo) || vol_fixed_from(value->num, &fixed) != VOL_OK)
        return VOL_FIXED_NONE;
    return fixed;
}

static double finite_of(const struct vol_value *value)
{
    return value->type == VOL_NUMBER && isfinite(value->num) ? value->num : (double)NAN;
}

enum vol_status vol_market_read(const struct vol_rec *rec, struct vol_market_quote *quote)
{
    const struct vol_value *v = rec->value;
    struct vol_contract *c = &quote->contract;
    const struct vol_value *type = &v[VOL_MARKET_TYPE], *expires = &v[VOL_MARKET_EXPIRES];

    memset(quote, 0, sizeof *quote);
    if (!name_of(c->underlying, &v[VOL_MARKET_UNDERLYING]) || !name_of(c->symbol, &v[VOL_MARKET_SYMBOL]))
        return VOL_EDATA;
    if (!name_of(c->root, &v[VOL_MARKET_ROOT]))
        c->root[0] = '\0';
    if (v[VOL_MARKET_EXPIRATION].type != VOL_STRING ||
        vol_date_parse(v[VOL_MARKET_EXPIRATION].text, v[VOL_MARKET_EXPIRATION].len, &c->expiration) != VOL_OK)
        return VOL_EDATA;
    c->expires = VOL_TIME_NONE;
    if (expires->type == VOL_STRING && vol_time_parse(expires->text, expires->len, &c->expires) != VOL_OK)
        return VOL_EDATA;
    if (type->type != VOL_STRING || type->len != 1 || (type->text[0] != 'C' && type->text[0] != 'P'))
        return VOL_EDATA;
    c->option_type = type->text[0];
    c->strike = fixed_of(&v[VOL_MARKET_STRIKE], 1e-8);
    if (c->strike == VOL_FIXED_NONE)
        return VOL_EDATA;
    c->multiplier = fixed_of(&v[VOL_MARKET_MULTIPLIER], 1e-8);
    quote->bid = fixed_of(&v[VOL_MARKET_BID], 0);
    quote->ask = fixed_of(&v[VOL_MARKET_ASK], 0);
    quote->underlying_price = fixed_of(&v[VOL_MARKET_SPOT], 1e-8);
    quote->forward = finite_of(&v[VOL_MARKET_FORWARD]);
    quote->delta = finite_of(&v[VOL_MARKET_DELTA]);
    quote->gamma = finite_of(&v[VOL_MARKET_GAMMA]);
    quote->theta = finite_of(&v[VOL_MARKET_THETA]);
    quote->vega = finite_of(&v[VOL_MARKET_VEGA]);
    /* a word that is not understood is no permission */
    quote->inverse = v[VOL_MARKET_INVERSE].type != VOL_ABSENT && v[VOL_MARKET_INVERSE].type != VOL_NULL &&
                     v[VOL_MARKET_INVERSE].type != VOL_FALSE;
    return VOL_OK;
}

static struct vol_chain *close_open(struct vol_market *market, bool complete)
{
    struct vol_chain *chain;

    if (market->open == 0)
        return NULL;
    chain = &market->chains[market->open - 1];
    chain->complete = complete;
    market->open = 0;
    return chain;
}

/* Whether the quote or snap REC belongs to the chain that is open. */
static bool is_open(const struct vol_market *market, const struct vol_rec *rec)
{
    const struct vol_value *name = &rec->value[VOL_MARKET_UNDERLYING];
    const struct vol_chain *chain;

    if (market->open == 0)
        return false;
    chain = &market->chains[market->open - 1];
    return chain->ts == rec->ts && name->type == VOL_STRING && vol_value_is(name, chain->underlying);
}

struct vol_chain *vol_market_before(struct vol_market *market, const struct vol_rec *rec)
{
    return vol_rec_is(rec, "quote") && !is_open(market, rec) ? close_open(market, false) : NULL;
}

enum vol_status vol_market_snap(struct vol_market *market, const struct vol_rec *rec, bool right,
                                struct vol_chain **out, struct vol_error *err)
{
    const struct vol_value *underlying = &rec->value[VOL_MARKET_UNDERLYING];
    char name[VOL_NAME_MAX];
    struct vol_chain *chain;
    enum vol_status status = VOL_OK;

    *out = NULL;
    if (!is_open(market, rec)) {
        if (!right || market->open != 0 || !name_of(name, underlying))
            return VOL_OK;
        status = vol_market_open(market, rec->ts, underlying->text, underlying->len, &chain, err);
    }
    if (status == VOL_OK)
        *out = close_open(market, right);
    return status;
}

struct vol_chain *vol_market_end(struct vol_market *market)
{
    return close_open(market, false);
}

enum vol_status vol_market_take(struct vol_market *market, const struct vol_rec *rec, struct vol_error *err)
{
    const struct vol_value *underlying = &rec->value[VOL_MARKET_UNDERLYING];
    struct vol_market_quote quote;
    struct vol_chain *chain = NULL;
    char name[VOL_NAME_MAX];
    enum vol_status status;

    if (!name_of(name, underlying))
        return VOL_OK; /* a quote of nothing that can be traded */
    if (is_open(market, rec))
        chain = &market->chains[market->open - 1];
    else if ((status = vol_market_open(market, rec->ts, underlying->text, underlying->len, &chain, err)) !=
             VOL_OK)
        return status;
    if (vol_market_read(rec, &quote) != VOL_OK) {
        chain->n_unusable++;
        return VOL_OK;
    }
    status = vol_chain_add(chain, &quote);
    return status == VOL_OK ? VOL_OK : vol_error_set(err, status, "out of memory for a chain");
}

bool vol_market_two_sided(const struct vol_market_quote *quote)
{
    return quote != NULL && quote->bid != VOL_FIXED_NONE && quote->ask != VOL_FIXED_NONE && quote->bid >= 0 &&
           quote->bid < quote->ask;
}

int64_t vol_market_mid(const struct vol_market_quote *quote)
{
    int64_t sum;

    if (quote == NULL || quote->bid == VOL_FIXED_NONE || quote->ask == VOL_FIXED_NONE || quote->bid < 0 ||
        quote->ask <= 0 || quote->bid > quote->ask || vol_fixed_add(quote->bid, quote->ask, &sum) != VOL_OK)
        return VOL_FIXED_NONE;
    return sum / 2 + sum % 2;
}
