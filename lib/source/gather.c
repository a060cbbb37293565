#include "source/gather.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/time.h"
#include "base/utf8.h"
#include "source/gather_order.h"

enum { FIELDS_MAX = 96, NAME_SLOTS = 128 };

/* A value of the record being written: JSON text in `values`. */
struct value {
    size_t at, len;
    bool set;
};

/* Where a field's literal was found in the kind's table the last time. */
struct name_slot {
    const char *name;
    const struct vol_kind *kind;
    size_t index;
};

/* The contract of the quote before: its neighbours are of the same expiration. */
struct contract_cache {
    bool known;
    char venue[12], root[VOL_ROOT_MAX];
    int32_t expiration;
    struct vol_contract_spec contract;
    int64_t expires, last_trade;
};

struct vol_gather {
    struct vol_gather_config config;
    struct vol_gather_counts counts;
    int64_t received;
    bool has_received;

    const struct vol_kind *kind; /* of the record being written; null: none is */
    struct vol_gathered now;     /* its keys */
    struct value value[FIELDS_MAX];
    struct vol_buf values;
    enum vol_status status; /* of its fields so far */
    struct vol_error why;

    struct name_slot slot[NAME_SLOTS];
    struct contract_cache cache;
    struct vol_gathered_list list;
};

enum vol_status vol_gather_new(struct vol_gather **out, const struct vol_gather_config *config,
                               struct vol_error *err)
{
    struct vol_gather *g = calloc(1, sizeof *g);

    if (!g)
        return vol_error_set(err, VOL_EOS, "out of memory");
    g->config = *config;
    vol_buf_init(&g->values);
    vol_gathered_init(&g->list);
    *out = g;
    return VOL_OK;
}

void vol_gather_free(struct vol_gather *gather)
{
    if (!gather)
        return;
    vol_buf_free(&gather->values);
    vol_gathered_free(&gather->list);
    free(gather);
}

void vol_gather_received(struct vol_gather *gather, int64_t received)
{
    gather->received = received;
    gather->has_received = true;
}

/* ---- fields
 * ---------------------------------------------------------------------------------------------------- */

static void fail(struct vol_gather *g, enum vol_status status, const char *words, const char *name)
{
    if (g->status == VOL_OK)
        g->status = vol_error_set(&g->why, status, "%s %s", name, words);
}

/* The field's place in the table of the kind. Literals are few: each is looked for once per kind. */
static size_t find_field(struct vol_gather *g, const char *name)
{
    struct name_slot *slot = &g->slot[((uintptr_t)name >> 1 ^ (uintptr_t)name >> 8) % NAME_SLOTS];

    if (slot->name == name && slot->kind == g->kind)
        return slot->index;
    for (size_t i = 2; i < g->kind->n_fields && i < FIELDS_MAX; i++)
        if (strcmp(g->kind->fields[i].name, name) == 0) {
            *slot = (struct name_slot){name, g->kind, i};
            return i;
        }
    return FIELDS_MAX;
}

static void put(struct vol_gather *g, const char *name, enum vol_field_type type, const char *json, size_t n)
{
    enum vol_field_type wanted;
    size_t i;

    if (!g->kind || g->status != VOL_OK)
        return;
    i = find_field(g, name);
    if (i == FIELDS_MAX) {
        fail(g, VOL_EINTERNAL, "is no field of the kind", name);
        return;
    }
    wanted = g->kind->fields[i].type;
    if (wanted != type && !(wanted == VOL_FIELD_NUM && type == VOL_FIELD_INT) && type != VOL_FIELD_JSON) {
        fail(g, VOL_EINTERNAL, "is of another type", name);
        return;
    }
    g->value[i] = (struct value){g->values.len, n, true};
    if (vol_buf_add(&g->values, json, n) != VOL_OK)
        fail(g, VOL_EOS, "out of memory", name);
}

static void put_text(struct vol_gather *g, const char *name, enum vol_field_type type, const char *text,
                     size_t n)
{
    struct vol_buf json = VOL_BUF_INIT;

    if (!vol_utf8_is_valid(text, n))
        fail(g, VOL_EPROTOCOL, "is no UTF-8", name);
    else if (vol_buf_add_json(&json, text, n) == VOL_OK)
        put(g, name, type, json.data, json.len);
    else
        fail(g, VOL_EOS, "out of memory", name);
    vol_buf_free(&json);
}

void vol_gather_begin(struct vol_gather *gather, const char *kind, int64_t ts)
{
    vol_buf_clear(&gather->values);
    memset(gather->value, 0, sizeof gather->value);
    gather->now = (struct vol_gathered){.ts = ts};
    gather->status = VOL_OK;
    gather->kind = vol_kind_find(kind, strlen(kind));
    if (!gather->kind)
        fail(gather, VOL_EINTERNAL, "is no kind of record", kind);
}

/* -1 is a word for "none" with many vendors, in fields of a contract that are never below 0. Another number
 * below 0 goes on: it is wrong, and vclean says so. */
static bool is_none(const struct vol_gather *g, const char *name, double x)
{
    static const char *const names[] = {
        "bid", "ask", "last", "mark", "bid_size", "ask_size", "volume", "open_interest", "underlying_price"};

    if (x < -1 || x > -1 || !g->kind || strcmp(g->kind->name, "quote") != 0)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

void vol_gather_num(struct vol_gather *gather, const char *name, double x)
{
    char text[VOL_NUM_MAX];

    if (!isfinite(x) || is_none(gather, name, x))
        return;
    if (fabs(x) < 1e15 && floor(x) >= x)
        put(gather, name, VOL_FIELD_NUM, text, vol_num_print_int(text, (int64_t)x));
    else
        put(gather, name, VOL_FIELD_NUM, text, vol_num_print(text, x, VOL_NUM_SHORTEST));
}

void vol_gather_int(struct vol_gather *gather, const char *name, int64_t x)
{
    char text[VOL_NUM_MAX];

    put(gather, name, VOL_FIELD_INT, text, vol_num_print_int(text, x));
}

void vol_gather_bool(struct vol_gather *gather, const char *name, bool x)
{
    put(gather, name, VOL_FIELD_BOOL, x ? "true" : "false", x ? 4 : 5);
}

void vol_gather_str(struct vol_gather *gather, const char *name, const char *text)
{
    if (text)
        put_text(gather, name, VOL_FIELD_STR, text, strlen(text));
}

void vol_gather_time(struct vol_gather *gather, const char *name, int64_t ts)
{
    char text[VOL_TIME_MAX];

    put_text(gather, name, VOL_FIELD_TIME, text, vol_time_print(text, ts));
}

void vol_gather_date(struct vol_gather *gather, const char *name, int32_t date)
{
    char text[VOL_DATE_MAX];

    put_text(gather, name, VOL_FIELD_DATE, text, vol_date_print(text, date));
}

void vol_gather_raw(struct vol_gather *gather, const char *name, const char *json, size_t n)
{
    put(gather, name, VOL_FIELD_JSON, json, n);
}

/* ---- contracts
 * ------------------------------------------------------------------------------------------------- */

static enum vol_status find_contract(struct vol_gather *g, const struct vol_symbol *symbol, const char *venue,
                                     struct vol_error *err)
{
    struct contract_cache *c = &g->cache;
    const struct vol_source_facts *facts = g->config.facts;

    if (c->known && c->expiration == symbol->expiration && strcmp(c->root, symbol->root) == 0 &&
        strcmp(c->venue, venue) == 0)
        return VOL_OK;
    c->known = false;
    if (strlen(venue) >= sizeof c->venue ||
        vol_contracts_find(&facts->contracts, venue, symbol, &c->contract) != VOL_OK)
        return vol_error_set(err, VOL_NO, "%s: no contract of %s has this root", symbol->root, venue);
    strcpy(c->venue, venue);
    strcpy(c->root, symbol->root);
    c->expiration = symbol->expiration;
    c->expires = vol_contract_expires(&c->contract, &facts->markets, symbol->expiration);
    c->last_trade = vol_contract_last_trade(&c->contract, &facts->markets, symbol->expiration);
    c->known = true;
    return VOL_OK;
}

void vol_gather_underlying(struct vol_gather *gather, const char *underlying)
{
    if (strlen(underlying) >= sizeof gather->now.underlying) {
        fail(gather, VOL_EPROTOCOL, "is no name of an underlying", underlying);
        return;
    }
    strcpy(gather->now.underlying, underlying);
    vol_gather_str(gather, "underlying", underlying);
}

enum vol_status vol_gather_symbol(struct vol_gather *gather, const struct vol_symbol *symbol,
                                  const char *venue, const char *name, struct vol_error *err)
{
    const struct contract_cache *c = &gather->cache;
    enum vol_status status = find_contract(gather, symbol, venue, err);
    char osi[VOL_SYMBOL_MAX];

    if (status != VOL_OK)
        return status;
    if (!name && vol_symbol_print_osi(symbol, false, osi) == 0)
        return vol_error_set(err, VOL_EDATA, "%s: the contract has no OSI name", symbol->root);
    gather->now.expiration = symbol->expiration;
    gather->now.strike = symbol->strike;
    gather->now.option_type = symbol->option_type;
    strcpy(gather->now.root, symbol->root);
    vol_gather_underlying(gather, c->contract.underlying);
    vol_gather_str(gather, "symbol", name ? name : osi);
    vol_gather_str(gather, "root", symbol->root);
    vol_gather_date(gather, "expiration", symbol->expiration);
    vol_gather_time(gather, "expires", c->expires);
    vol_gather_time(gather, "last_trade", c->last_trade);
    vol_gather_num(gather, "strike", symbol->strike);
    vol_gather_str(gather, "option_type", (const char[]){symbol->option_type, '\0'});
    vol_gather_str(gather, "exercise", (const char[]){c->contract.exercise, '\0'});
    vol_gather_num(gather, "multiplier", c->contract.multiplier);
    vol_gather_str(gather, "currency", c->contract.currency);
    if (c->contract.inverse)
        vol_gather_bool(gather, "inverse", true);
    if (!isfinite(c->contract.multiplier))
        vol_gather_bool(gather, "adjusted", true);
    return VOL_OK;
}

enum vol_status vol_gather_contract(struct vol_gather *gather, enum vol_symbol_family family,
                                    const char *venue, const char *text, size_t n, struct vol_error *err)
{
    struct vol_symbol symbol;
    char name[VOL_SYMBOL_MAX];

    if (n >= sizeof name || vol_symbol_parse(family, text, n, &symbol) != VOL_OK)
        return vol_error_set(err, VOL_EDATA, "no name of a contract: \"%.*s\"", (int)(n > 40 ? 40 : n), text);
    memcpy(name, text, n);
    name[n] = '\0';
    return vol_gather_symbol(gather, &symbol, venue, family == VOL_SYMBOL_OSI ? NULL : name, err);
}

/* ---- records
 * --------------------------------------------------------------------------------------------------- */

/* What the gatherer itself knows. */
static void put_own(struct vol_gather *g)
{
    size_t source = find_field(g, "source");

    if (source < FIELDS_MAX && !g->value[source].set)
        vol_gather_str(g, "source", g->config.source);
    if (g->has_received && find_field(g, "received") < FIELDS_MAX)
        vol_gather_time(g, "received", g->received);
}

/* The fields in the order of the table. */
static enum vol_status add_fields(struct vol_gather *g, struct vol_buf *out, struct vol_error *err)
{
    enum vol_status status = VOL_OK;

    for (size_t i = 2; i < g->kind->n_fields && i < FIELDS_MAX && status == VOL_OK; i++) {
        const struct vol_field *f = &g->kind->fields[i];
        const struct value *v = &g->value[i];

        if (!v->set && f->required)
            return vol_error_set(err, VOL_EPROTOCOL, "a %s without %s", g->kind->name, f->name);
        if (!v->set)
            continue;
        status = vol_buf_addf(out, ",\"%s\":", f->name);
        if (status == VOL_OK)
            status = vol_buf_add(out, g->values.data + v->at, v->len);
    }
    return status == VOL_OK ? VOL_OK : vol_error_set(err, VOL_EOS, "out of memory");
}

/* `ts` is when something was knowable, which is not after it was known. Clocks differ by seconds (an hour is
 * allowed); bars and rates carry the rule's instant of publication, which a vendor may be ahead of by a long
 * weekend. */
static enum vol_status check_time(const struct vol_gather *g, struct vol_error *err)
{
    bool slow = strcmp(g->kind->name, "bar") == 0 || strcmp(g->kind->name, "rate") == 0;
    int64_t ahead = slow ? 7 * VOL_DAY : 60 * VOL_MINUTE;
    char ts[VOL_TIME_MAX], received[VOL_TIME_MAX];

    if (!g->has_received || g->now.ts - ahead <= g->received)
        return VOL_OK;
    vol_time_print(ts, g->now.ts);
    vol_time_print(received, g->received);
    return vol_error_set(err, VOL_EPROTOCOL, "a %s of %s, later than it was received (%s)", g->kind->name, ts,
                         received);
}

enum vol_status vol_gather_end(struct vol_gather *gather, struct vol_error *err)
{
    struct vol_buf *lines = &gather->list.lines;
    size_t start = lines->len;
    char text[VOL_TIME_MAX];
    enum vol_status status;

    if (!gather->kind)
        return gather->status == VOL_OK ? vol_error_set(err, VOL_EINTERNAL, "no record was begun")
                                        : vol_error_set(err, gather->status, "%s", gather->why.text);
    put_own(gather);
    if ((status = gather->status) != VOL_OK) {
        vol_error_set(err, status, "%s", gather->why.text);
    } else if ((status = check_time(gather, err)) != VOL_OK) {
        /* refused */
    } else if (gather->now.ts < gather->config.since || gather->now.ts > gather->config.until) {
        gather->counts.outside++;
    } else {
        vol_time_print(text, gather->now.ts);
        if (vol_buf_addf(lines, "{\"kind\":\"%s\",\"ts\":\"%s\"", gather->kind->name, text) != VOL_OK)
            status = vol_error_set(err, VOL_EOS, "out of memory");
        if (status == VOL_OK)
            status = add_fields(gather, lines, err);
        if (status == VOL_OK && vol_buf_add_char(lines, '}') != VOL_OK)
            status = vol_error_set(err, VOL_EOS, "out of memory");
        gather->now.kind = gather->kind->name;
        gather->now.received = gather->received;
        if (status == VOL_OK)
            status = vol_gathered_add(&gather->list, &gather->now, start, err);
        if (status == VOL_OK)
            gather->counts.records++;
        else
            lines->len = start;
    }
    gather->kind = NULL;
    return status;
}

void vol_gather_cancel(struct vol_gather *gather)
{
    gather->kind = NULL;
    gather->status = VOL_OK;
}

enum vol_status vol_gather_reject(struct vol_gather *gather, const char *kind, int64_t ts, const char *reason,
                                  const char *raw, size_t n, struct vol_error *err)
{
    struct vol_gathered item = {.ts = ts, .kind = kind, .reason = reason, .received = gather->received};
    size_t start = gather->list.lines.len;
    enum vol_status status;

    if (vol_buf_add(&gather->list.lines, raw, n) != VOL_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    if ((status = vol_gathered_add(&gather->list, &item, start, err)) == VOL_OK)
        gather->counts.rejected++;
    return status;
}

enum vol_status vol_gather_finish(struct vol_gather *gather, struct vol_error *err)
{
    uint64_t before = gather->list.n;
    enum vol_status status = vol_gathered_sort(&gather->list, err);

    if (status != VOL_OK)
        return status;
    gather->counts.repeated += before - gather->list.n;
    gather->counts.records -= before - gather->list.n;
    return vol_gathered_close(&gather->list, gather->config.source, err);
}

bool vol_gather_item(const struct vol_gather *gather, size_t i, struct vol_gather_item *out)
{
    const struct vol_gathered *item;

    if (i >= gather->list.n)
        return false;
    item = &gather->list.item[i];
    *out = (struct vol_gather_item){.line = {.bytes = gather->list.lines.data + item->at,
                                             .len = (uint32_t)item->len,
                                             .format = VOL_NDJSON},
                                    .kind = item->kind,
                                    .ts = item->ts,
                                    .reason = item->reason};
    return true;
}

void vol_gather_counts_get(const struct vol_gather *gather, struct vol_gather_counts *out)
{
    *out = gather->counts;
}
