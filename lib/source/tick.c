#include "source/tick.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "base/time.h"

void vol_tick_clear(struct vol_tick *tick)
{
    *tick = (struct vol_tick){
        .bid = NAN,
        .ask = NAN,
        .bid_size = NAN,
        .ask_size = NAN,
        .mark = NAN,
        .iv = NAN,
        .last = NAN,
        .volume = NAN,
        .open_interest = NAN,
        .underlying_price = NAN,
        .iv_bid = NAN,
        .iv_ask = NAN,
        .delta = NAN,
        .gamma = NAN,
        .theta = NAN,
        .vega = NAN,
        .rho = NAN,
        .open = NAN,
        .high = NAN,
        .low = NAN,
        .close = NAN,
        .bar_volume = NAN,
    };
}

void vol_tick_merge(struct vol_tick *tick, const struct vol_tick *news)
{
    if (news->groups & VOL_TICK_TOP) {
        tick->bid = news->bid;
        tick->ask = news->ask;
        tick->bid_size = news->bid_size;
        tick->ask_size = news->ask_size;
    }
    if (news->groups & VOL_TICK_MARK) {
        tick->mark = news->mark;
        tick->iv = news->iv;
    }
    if (news->groups & VOL_TICK_LAST)
        tick->last = news->last;
    if (news->groups & VOL_TICK_REST) {
        tick->volume = news->volume;
        tick->open_interest = news->open_interest;
        tick->underlying_price = news->underlying_price;
        tick->iv_bid = news->iv_bid;
        tick->iv_ask = news->iv_ask;
        tick->delta = news->delta;
        tick->gamma = news->gamma;
        tick->theta = news->theta;
        tick->vega = news->vega;
        tick->rho = news->rho;
    }
    if (news->groups & VOL_TICK_PRICE) {
        tick->open = news->open;
        tick->high = news->high;
        tick->low = news->low;
        tick->close = news->close;
        tick->bar_volume = news->bar_volume;
    }
    tick->groups |= news->groups;
}

enum vol_status vol_instrument_option(struct vol_instrument *out, enum vol_symbol_family family,
                                      const char *venue, const char *name, size_t n,
                                      const struct vol_source_facts *facts, struct vol_error *err)
{
    struct vol_instrument made = {.is_option = true};
    enum vol_status status;
    size_t osi;

    if (n >= VOL_INSTRUMENT_NAME || vol_symbol_parse(family, name, n, &made.symbol) != VOL_OK)
        return VOL_NO;
    status = vol_contracts_find(&facts->contracts, venue, &made.symbol, &made.contract);
    if (status != VOL_OK)
        return vol_error_set(err, VOL_EDATA, "%.*s: %s has no such root", (int)n, name, venue);
    memcpy(made.name, name, n);
    if (family == VOL_SYMBOL_OSI) {
        char text[VOL_SYMBOL_MAX];

        osi = vol_symbol_print_osi(&made.symbol, false, text);
        if (osi == 0)
            return VOL_NO;
        memcpy(made.name, text, osi + 1);
    }
    made.expires = vol_contract_expires(&made.contract, &facts->markets, made.symbol.expiration);
    made.last_trade = vol_contract_last_trade(&made.contract, &facts->markets, made.symbol.expiration);
    vol_date_print(made.expiration_text, made.symbol.expiration);
    vol_time_print(made.expires_text, made.expires);
    vol_time_print(made.last_trade_text, made.last_trade);
    *out = made;
    return VOL_OK;
}

enum vol_status vol_instrument_other(struct vol_instrument *out, const char *name, size_t n,
                                     struct vol_error *err)
{
    if (n == 0 || n >= VOL_INSTRUMENT_NAME)
        return vol_error_set(err, VOL_EDATA, "a name of an instrument has 1 to %d bytes",
                             VOL_INSTRUMENT_NAME - 1);
    memset(out, 0, sizeof *out);
    memcpy(out->name, name, n);
    return VOL_OK;
}

int vol_instrument_compare(const struct vol_instrument *a, const struct vol_instrument *b)
{
    int order;

    if (a->is_option != b->is_option)
        return a->is_option - b->is_option; /* bars before quotes */
    if (!a->is_option)
        return strcmp(a->name, b->name);
    if ((order = strcmp(a->contract.underlying, b->contract.underlying)) != 0)
        return order;
    if (a->symbol.expiration != b->symbol.expiration)
        return a->symbol.expiration < b->symbol.expiration ? -1 : 1;
    if ((order = strcmp(a->symbol.root, b->symbol.root)) != 0)
        return order;
    if (a->symbol.strike < b->symbol.strike || a->symbol.strike > b->symbol.strike)
        return a->symbol.strike < b->symbol.strike ? -1 : 1;
    return a->symbol.option_type - b->symbol.option_type;
}

/* A vendor's number as it reads back; one that has no value is left out. */
static void put_num(struct vol_writer *out, const char *key, size_t n, double x)
{
    char text[VOL_NUM_MAX];

    if (isfinite(x))
        vol_writer_raw(out, key, n, text, vol_num_print(text, x, VOL_NUM_SHORTEST));
}

static void put_str(struct vol_writer *out, const char *key, size_t n, const char *text)
{
    vol_writer_str(out, key, n, text, strlen(text));
}

static void put_contract(const struct vol_instrument *in, struct vol_writer *out)
{
    put_str(out, VOL_KEY("underlying"), in->contract.underlying);
    put_str(out, VOL_KEY("symbol"), in->name);
    vol_writer_str(out, VOL_KEY("root"), in->symbol.root, in->symbol.root_len);
    put_str(out, VOL_KEY("expiration"), in->expiration_text);
    put_str(out, VOL_KEY("expires"), in->expires_text);
    put_str(out, VOL_KEY("last_trade"), in->last_trade_text);
    put_num(out, VOL_KEY("strike"), in->symbol.strike);
    vol_writer_str(out, VOL_KEY("option_type"), &in->symbol.option_type, 1);
    vol_writer_str(out, VOL_KEY("exercise"), &in->contract.exercise, 1);
    put_num(out, VOL_KEY("multiplier"), in->contract.multiplier);
    put_str(out, VOL_KEY("currency"), in->contract.currency);
    if (in->contract.inverse)
        vol_writer_bool(out, VOL_KEY("inverse"), true);
    if (!isfinite(in->contract.multiplier))
        vol_writer_bool(out, VOL_KEY("adjusted"), true);
}

static void put_stamp(const struct vol_tick_stamp *stamp, struct vol_writer *out)
{
    if (stamp->quoted != stamp->ts)
        vol_writer_time(out, VOL_KEY("quoted"), stamp->quoted);
    vol_writer_time(out, VOL_KEY("received"), stamp->received);
    put_str(out, VOL_KEY("source"), stamp->source);
}

void vol_tick_put_quote(const struct vol_instrument *option, const struct vol_tick *tick,
                        const struct vol_tick_stamp *stamp, struct vol_writer *out)
{
    put_contract(option, out);
    put_num(out, VOL_KEY("bid"), tick->bid);
    put_num(out, VOL_KEY("ask"), tick->ask);
    put_num(out, VOL_KEY("bid_size"), tick->bid_size);
    put_num(out, VOL_KEY("ask_size"), tick->ask_size);
    put_num(out, VOL_KEY("last"), tick->last);
    put_num(out, VOL_KEY("mark"), tick->mark);
    put_num(out, VOL_KEY("volume"), tick->volume);
    put_num(out, VOL_KEY("open_interest"), tick->open_interest);
    put_num(out, VOL_KEY("underlying_price"), tick->underlying_price);
    put_num(out, VOL_KEY("vendor_iv"), tick->iv);
    put_num(out, VOL_KEY("vendor_iv_bid"), tick->iv_bid);
    put_num(out, VOL_KEY("vendor_iv_ask"), tick->iv_ask);
    put_num(out, VOL_KEY("vendor_delta"), tick->delta);
    put_num(out, VOL_KEY("vendor_gamma"), tick->gamma);
    put_num(out, VOL_KEY("vendor_theta"), tick->theta);
    put_num(out, VOL_KEY("vendor_vega"), tick->vega);
    put_num(out, VOL_KEY("vendor_rho"), tick->rho);
    put_stamp(stamp, out);
}

void vol_tick_put_bar(const struct vol_instrument *other, const struct vol_tick *tick,
                      const struct vol_tick_stamp *stamp, struct vol_writer *out)
{
    put_str(out, VOL_KEY("symbol"), other->name);
    put_num(out, VOL_KEY("open"), tick->open);
    put_num(out, VOL_KEY("high"), tick->high);
    put_num(out, VOL_KEY("low"), tick->low);
    put_num(out, VOL_KEY("close"), tick->close);
    put_num(out, VOL_KEY("volume"), tick->bar_volume);
    put_num(out, VOL_KEY("mark"), tick->mark);
    put_stamp(stamp, out);
}

void vol_tick_put_level(const struct vol_instrument *other, const struct vol_tick *tick, bool bid,
                        const struct vol_tick_stamp *stamp, struct vol_writer *out)
{
    put_str(out, VOL_KEY("symbol"), other->name);
    put_str(out, VOL_KEY("side"), bid ? "bid" : "ask");
    vol_writer_int(out, VOL_KEY("level"), 1);
    put_num(out, VOL_KEY("price"), bid ? tick->bid : tick->ask);
    put_num(out, VOL_KEY("size"), bid ? tick->bid_size : tick->ask_size);
    put_stamp(stamp, out);
}
