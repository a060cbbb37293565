/* Deribit's notifications, which are many: read in one pass. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "source/pull.h"
#include "source/stream_deribit.h"

#define MS INT64_C(1000000)

struct word {
    const char *text;
    size_t n;
};

#define WORD(text)             \
    {                          \
        text, sizeof(text) - 1 \
    }

/* Which word KEY is; N_WORDS: none of them. Members come in one order, so the next one is tried first. */
static unsigned which(const struct word *words, unsigned n_words, const char *key, size_t n, unsigned *hint)
{
    unsigned i = *hint < n_words ? *hint : 0;

    if (n != words[i].n || memcmp(key, words[i].text, n) != 0)
        for (i = 0; i < n_words; i++)
            if (n == words[i].n && memcmp(key, words[i].text, n) == 0)
                break;
    *hint = i + 1;
    return i;
}

/* The members of `data` that channels of one instrument have. */
enum member {
    TIMESTAMP,
    STATS,
    LAST_PRICE,
    MARK_PRICE,
    OPEN_INTEREST,
    INSTRUMENT_NAME,
    UNDERLYING_PRICE,
    MARK_IV,
    BID_IV,
    ASK_IV,
    BEST_BID_PRICE,
    BEST_ASK_PRICE,
    BEST_BID_AMOUNT,
    BEST_ASK_AMOUNT,
    GREEKS,
    VOLATILITY,
    INDEX_NAME,
    PRICE,
    TYPE,
    CHANGE_ID,
    PREV_CHANGE_ID,
    BIDS,
    ASKS,
    MEMBERS
};

static const struct word member_words[MEMBERS] = {WORD("timestamp"),
                                                  WORD("stats"),
                                                  WORD("last_price"),
                                                  WORD("mark_price"),
                                                  WORD("open_interest"),
                                                  WORD("instrument_name"),
                                                  WORD("underlying_price"),
                                                  WORD("mark_iv"),
                                                  WORD("bid_iv"),
                                                  WORD("ask_iv"),
                                                  WORD("best_bid_price"),
                                                  WORD("best_ask_price"),
                                                  WORD("best_bid_amount"),
                                                  WORD("best_ask_amount"),
                                                  WORD("greeks"),
                                                  WORD("volatility"),
                                                  WORD("index_name"),
                                                  WORD("price"),
                                                  WORD("type"),
                                                  WORD("change_id"),
                                                  WORD("prev_change_id"),
                                                  WORD("bids"),
                                                  WORD("asks")};

enum greek { DELTA, GAMMA, THETA, VEGA, RHO, VOLUME, GREEK_WORDS };
static const struct word greek_words[GREEK_WORDS] = {WORD("delta"), WORD("gamma"), WORD("theta"),
                                                     WORD("vega"),  WORD("rho"),   WORD("volume")};

struct data {
    uint32_t seen; /* a bit for each member */
    double num[MEMBERS];
    double greek[GREEK_WORDS];
    const char *name, *type;
    size_t name_n, type_n;
    struct vol_pull bids, asks; /* where they begin */
};

/* An object of numbers, some of which are wanted. */
static void take_greeks(struct vol_pull *pull, double *greek)
{
    unsigned hint = 0, i;
    const char *key;
    size_t n;

    if (!vol_pull_is_object(pull)) {
        vol_pull_skip(pull);
        return;
    }
    vol_pull_object(pull);
    while (vol_pull_member(pull, &key, &n))
        if ((i = which(greek_words, GREEK_WORDS, key, n, &hint)) < GREEK_WORDS)
            vol_pull_num(pull, &greek[i]);
        else
            vol_pull_skip(pull);
}

static void take_member(struct vol_pull *pull, unsigned i, struct data *data)
{
    switch (i) {
    case STATS:
    case GREEKS:
        take_greeks(pull, data->greek);
        break;
    case INSTRUMENT_NAME:
    case INDEX_NAME:
        vol_pull_str(pull, &data->name, &data->name_n);
        break;
    case TYPE:
        vol_pull_str(pull, &data->type, &data->type_n);
        break;
    case BIDS:
        data->bids = *pull;
        vol_pull_skip(pull);
        break;
    case ASKS:
        data->asks = *pull;
        vol_pull_skip(pull);
        break;
    default:
        vol_pull_num(pull, &data->num[i]);
    }
}

/* False: it is malformed, and has been counted. */
static bool take_data(struct vol_stream *s, struct vol_pull *pull, struct data *data, uint32_t needed)
{
    const char *key;
    unsigned i;
    size_t n;

    data->seen = 0;
    data->name = data->type = NULL;
    data->name_n = data->type_n = 0;
    for (i = 0; i < GREEK_WORDS; i++)
        data->greek[i] = NAN;
    vol_pull_object(pull);
    while (vol_pull_member(pull, &key, &n)) {
        if ((i = which(member_words, MEMBERS, key, n, &s->hint)) == MEMBERS) {
            vol_pull_skip(pull);
            continue;
        }
        if (data->seen & UINT32_C(1) << i) {
            vol_stream_bad(s, "data.%s: it is there twice", member_words[i].text);
            return false;
        }
        data->seen |= UINT32_C(1) << i;
        take_member(pull, i, data);
    }
    if (pull->wrong != NULL) {
        vol_stream_bad(s, "expected %s at byte %td", pull->wrong, pull->p - pull->begin + 1);
        return false;
    }
    for (i = 0; i < MEMBERS; i++)
        if (needed & ~data->seen & UINT32_C(1) << i) {
            vol_stream_bad(s, "data.%s: it is not there", member_words[i].text);
            return false;
        }
    return true;
}

static double number(const struct data *data, enum member i)
{
    return data->seen & UINT32_C(1) << i ? data->num[i] : NAN;
}

/* A price or a vol that must be above 0 to be one. */
static double positive(const struct data *data, enum member i, double divide)
{
    double x = number(data, i);

    return x > 0 ? x / divide : NAN;
}

static bool take_time(struct vol_stream *s, double ms, int64_t *out)
{
    /* 1990 to 2200: another unit is seen. */
    if (!(ms > 631152000e3 && ms < 7258118400e3)) {
        vol_stream_bad(s, "data.timestamp: no milliseconds since 1970: %.17g", ms);
        return false;
    }
    *out = (int64_t)ms * MS;
    return true;
}

/* No order is null, or a price or an amount of 0. */
static void take_top(struct vol_tick *tick, double bid, double bid_size, double ask, double ask_size)
{
    if (bid > 0 && !(bid_size <= 0)) {
        tick->bid = bid;
        tick->bid_size = bid_size;
    }
    if (ask > 0 && !(ask_size <= 0)) {
        tick->ask = ask;
        tick->ask_size = ask_size;
    }
    tick->groups |= VOL_TICK_TOP;
}

static void take_ticker(const struct data *data, bool is_option, struct vol_tick *tick)
{
    double last = number(data, LAST_PRICE);

    tick->mark = number(data, MARK_PRICE);
    if (!is_option) {
        tick->close = last;
        tick->groups = VOL_TICK_PRICE | VOL_TICK_MARK;
        return;
    }
    take_top(tick, number(data, BEST_BID_PRICE), number(data, BEST_BID_AMOUNT), number(data, BEST_ASK_PRICE),
             number(data, BEST_ASK_AMOUNT));
    tick->last = last > 0 ? last : NAN;
    tick->iv = positive(data, MARK_IV, 100);
    tick->iv_bid = isnan(tick->bid) ? NAN : positive(data, BID_IV, 100);
    tick->iv_ask = isnan(tick->ask) ? NAN : positive(data, ASK_IV, 100);
    tick->underlying_price = positive(data, UNDERLYING_PRICE, 1);
    tick->open_interest = number(data, OPEN_INTEREST);
    tick->volume = data->greek[VOLUME];
    tick->delta = data->greek[DELTA];
    tick->gamma = data->greek[GAMMA];
    tick->theta = data->greek[THETA];
    tick->vega = data->greek[VEGA];
    tick->rho = data->greek[RHO];
    tick->groups |= VOL_TICK_MARK | VOL_TICK_LAST | VOL_TICK_REST;
}

/* One side of a book: [["new",price,amount],…] of increments, [[price,amount],…] of whole books. */
static bool take_side(struct vol_pull *pull, bool increments, struct vol_depth *depth,
                      enum vol_status (*set)(struct vol_depth *, double, double))
{
    double price, amount;
    const char *what;
    size_t n;
    bool ok;

    vol_pull_array(pull);
    while (vol_pull_element(pull)) {
        what = "new";
        n = 3;
        price = amount = NAN;
        vol_pull_array(pull);
        if (increments && vol_pull_element(pull))
            vol_pull_str(pull, &what, &n);
        if (vol_pull_element(pull))
            vol_pull_num(pull, &price);
        if (vol_pull_element(pull))
            vol_pull_num(pull, &amount);
        if (vol_pull_element(pull) || pull->wrong != NULL || what == NULL)
            return false;
        if (n == 6 && memcmp(what, "delete", 6) == 0)
            amount = 0;
        else if (!(n == 3 && memcmp(what, "new", 3) == 0) && !(n == 6 && memcmp(what, "change", 6) == 0))
            return false;
        ok = set(depth, price, amount) == VOL_OK;
        if (!ok)
            return false;
    }
    return pull->wrong == NULL;
}

/* Bring the book up to date; false: it cannot be, or there is nothing to tell. */
static bool take_book(struct vol_stream *s, struct vol_channel *channel, struct data *data,
                      struct vol_tick *tick)
{
    bool increments = channel->type == DERIBIT_BOOK;
    bool snapshot = !increments || (data->type_n == 8 && memcmp(data->type, "snapshot", 8) == 0);
    double id = number(data, CHANGE_ID), before = number(data, PREV_CHANGE_ID);
    struct vol_level bid, ask;

    if (!(id >= 0 && id < 0x1p53)) {
        vol_stream_bad(s, "data.change_id: expected a number");
        return false;
    }
    if (!snapshot && !(data->type_n == 6 && memcmp(data->type, "change", 6) == 0)) {
        vol_stream_bad(s, "data.type: expected snapshot or change");
        return false;
    }
    if (!snapshot && !channel->has_book)
        return false; /* of the book that was dropped: its snapshot is on the way */
    if (!snapshot && !(before >= 0 && before < 0x1p53 && (int64_t)before == channel->change_id)) {
        vol_stream_gap(s, "%s: change %.0f follows %.0f, the last one here is %lld", channel->name, id,
                       before, (long long)channel->change_id);
        vol_stream_deribit_resubscribe(s, channel);
        return false;
    }
    if (snapshot)
        vol_depth_clear(&channel->depth);
    channel->has_book = true;
    channel->change_id = (int64_t)id;
    if (!take_side(&data->bids, increments, &channel->depth, vol_depth_bid) ||
        !take_side(&data->asks, increments, &channel->depth, vol_depth_ask) ||
        !vol_depth_is_sound(&channel->depth)) {
        vol_stream_gap(s, "%s: the book does not hold together at change %.0f", channel->name, id);
        vol_stream_deribit_resubscribe(s, channel);
        return false;
    }
    bid = vol_depth_best_bid(&channel->depth);
    ask = vol_depth_best_ask(&channel->depth);
    take_top(tick, bid.price, bid.amount, ask.price, ask.amount);
    return true;
}

#define NEED(member) (UINT32_C(1) << (member))

/* A notification of a channel of one instrument. */
static void take_one(struct vol_stream *s, struct vol_channel *channel, struct vol_pull *pull)
{
    static const uint32_t needed[] = {
        [DERIBIT_TICKER] = NEED(TIMESTAMP) | NEED(INSTRUMENT_NAME) | NEED(BEST_BID_PRICE) |
                           NEED(BEST_ASK_PRICE) | NEED(BEST_BID_AMOUNT) | NEED(BEST_ASK_AMOUNT) |
                           NEED(LAST_PRICE) | NEED(MARK_PRICE),
        [DERIBIT_QUOTE] = NEED(TIMESTAMP) | NEED(INSTRUMENT_NAME) | NEED(BEST_BID_PRICE) |
                          NEED(BEST_ASK_PRICE) | NEED(BEST_BID_AMOUNT) | NEED(BEST_ASK_AMOUNT),
        [DERIBIT_BOOK] =
            NEED(TIMESTAMP) | NEED(INSTRUMENT_NAME) | NEED(TYPE) | NEED(CHANGE_ID) | NEED(BIDS) | NEED(ASKS),
        [DERIBIT_GROUPED] =
            NEED(TIMESTAMP) | NEED(INSTRUMENT_NAME) | NEED(CHANGE_ID) | NEED(BIDS) | NEED(ASKS),
        [DERIBIT_DVOL] = NEED(TIMESTAMP) | NEED(VOLATILITY) | NEED(INDEX_NAME),
        [DERIBIT_INDEX] = NEED(TIMESTAMP) | NEED(PRICE) | NEED(INDEX_NAME)};
    struct vol_live *live = channel->live;
    struct vol_tick tick;
    struct data data;
    int64_t quoted;

    if (!take_data(s, pull, &data, needed[channel->type]))
        return;
    if (data.name == NULL || data.name_n == 0 ||
        (channel->type < DERIBIT_DVOL && (strncmp(live->instrument.name, data.name, data.name_n) != 0 ||
                                          live->instrument.name[data.name_n] != '\0'))) {
        vol_stream_bad(s, "%s: data of another instrument", channel->name);
        return;
    }
    if (!take_time(s, data.num[TIMESTAMP], &quoted))
        return;
    vol_tick_clear(&tick);
    switch (channel->type) {
    case DERIBIT_TICKER:
        take_ticker(&data, live->instrument.is_option, &tick);
        break;
    case DERIBIT_QUOTE:
        take_top(&tick, data.num[BEST_BID_PRICE], data.num[BEST_BID_AMOUNT], data.num[BEST_ASK_PRICE],
                 data.num[BEST_ASK_AMOUNT]);
        break;
    case DERIBIT_DVOL:
    case DERIBIT_INDEX:
        tick.close = number(&data, channel->type == DERIBIT_DVOL ? VOLATILITY : PRICE);
        tick.groups = VOL_TICK_PRICE;
        if (!(tick.close > 0)) {
            vol_stream_bad(s, "%s: no value", channel->name);
            return;
        }
        break;
    default:
        if (!take_book(s, channel, &data, &tick))
            return;
    }
    vol_stream_tick(s, channel, live, &tick, quoted);
}

/* An element of markprice.options: {instrument_name, mark_price, iv, timestamp}; the iv is a decimal here. */
static bool take_mark(struct vol_stream *s, struct vol_channel *channel, struct vol_pull *pull)
{
    static const struct word words[] = {WORD("timestamp"), WORD("mark_price"), WORD("iv"),
                                        WORD("instrument_name")};
    double num[3] = {NAN, NAN, NAN};
    unsigned hint = 0, i, seen = 0;
    const char *key, *name = NULL;
    struct vol_live *live;
    struct vol_tick tick;
    size_t n, name_n = 0;
    int64_t quoted;
    bool is_new;

    vol_pull_object(pull);
    while (vol_pull_member(pull, &key, &n)) {
        i = which(words, 4, key, n, &hint);
        if (i < 4 && seen & 1U << i) {
            vol_stream_bad(s, "%s: %s is there twice", channel->name, words[i].text);
            return false;
        }
        seen |= 1U << i;
        if (i < 3)
            vol_pull_num(pull, &num[i]);
        else if (i == 3)
            vol_pull_str(pull, &name, &name_n);
        else
            vol_pull_skip(pull);
    }
    if (pull->wrong != NULL || (seen & 15) != 15 || name == NULL) {
        vol_stream_bad(s, "%s: an element without instrument_name, mark_price, iv and timestamp",
                       channel->name);
        return false;
    }
    if (!take_time(s, num[0], &quoted) || (live = vol_stream_live(s, name, name_n, &is_new)) == NULL)
        return false;
    if (is_new && vol_instrument_option(&live->instrument, VOL_SYMBOL_DERIBIT, "deribit", name, name_n,
                                        s->config.facts, &s->error) != VOL_OK) {
        s->error = (struct vol_error){.status = VOL_OK};
        live->instrument = (struct vol_instrument){.is_option = false};
    }
    if (!live->instrument.is_option) {
        vol_stream_bad(s, "%s: no option's name: %.*s", channel->name, (int)(name_n < 48 ? name_n : 48),
                       name);
        return true;
    }
    vol_tick_clear(&tick);
    tick.mark = num[1];
    tick.iv = num[2] > 0 ? num[2] : NAN;
    tick.groups = VOL_TICK_MARK;
    vol_stream_tick(s, channel, live, &tick, quoted);
    return true;
}

static void take(struct vol_stream *s, const char *name, size_t n, struct vol_pull *pull)
{
    struct vol_channel *channel = vol_stream_channel(s, name, n);

    if (channel == NULL) {
        vol_stream_bad(s, "a channel that was not asked for: %.*s", (int)(n < 80 ? n : 80), name);
        vol_pull_skip(pull);
        return;
    }
    if (channel->type != DERIBIT_MARKS) {
        take_one(s, channel, pull);
        return;
    }
    vol_pull_array(pull);
    while (vol_pull_element(pull))
        if (!take_mark(s, channel, pull))
            return;
    if (pull->wrong != NULL)
        vol_stream_bad(s, "expected %s at byte %td", pull->wrong, pull->p - pull->begin + 1);
}

/* The whole message is gone through once before anything of it is believed. False: it is no notification. */
static bool find_data(struct vol_pull *pull, const char **name, size_t *name_n, struct vol_pull *data)
{
    const char *key, *text;
    bool is_notification = false;
    size_t n, text_n;

    *name = NULL;
    data->p = NULL;
    vol_pull_object(pull);
    while (vol_pull_member(pull, &key, &n)) {
        if (n == 6 && memcmp(key, "method", 6) == 0 && vol_pull_str(pull, &text, &text_n)) {
            is_notification = text_n == 12 && memcmp(text, "subscription", 12) == 0;
        } else if (n != 6 || memcmp(key, "params", 6) != 0 || !vol_pull_is_object(pull)) {
            vol_pull_skip(pull);
        } else {
            vol_pull_object(pull);
            while (vol_pull_member(pull, &key, &n)) {
                if (n == 7 && memcmp(key, "channel", 7) == 0) {
                    vol_pull_str(pull, name, name_n);
                } else {
                    if (n == 4 && memcmp(key, "data", 4) == 0)
                        *data = *pull;
                    vol_pull_skip(pull);
                }
            }
        }
    }
    return is_notification;
}

bool vol_stream_deribit_take(struct vol_stream *s, const char *text, size_t n)
{
    struct vol_pull pull, data;
    const char *name;
    size_t name_n = 0;
    bool is_notification;

    vol_pull_init(&pull, text, n);
    is_notification = find_data(&pull, &name, &name_n, &data);
    if (!vol_pull_end(&pull))
        vol_stream_bad(s, "expected %s at byte %td", pull.wrong, pull.p - pull.begin + 1);
    else if (!is_notification)
        return false;
    else if (name == NULL || data.p == NULL)
        vol_stream_bad(s, "params: expected channel and data");
    else
        take(s, name, name_n, &data);
    return true;
}
