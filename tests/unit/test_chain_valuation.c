#include "chain/valuation.h"

#include <stdlib.h>

#include "base/time.h"
#include "chain/quote.h"
#include "unit.h"

static int64_t at(const char *text)
{
    int64_t ts = 0;

    UNIT(vol_time_parse(text, strlen(text), &ts) == VOL_OK);
    return ts;
}

static struct vol_valued quote(enum vol_option_type type, double strike, double bid, double ask,
                               int64_t expires)
{
    struct vol_valued q = {0};

    q.type = type;
    q.strike = strike;
    q.bid = bid;
    q.ask = ask;
    q.expires = expires;
    q.underlying_price = NAN;
    return q;
}

static void add(struct vol_valuation *v, struct vol_valued q, const char *root, int32_t expiration)
{
    UNIT(vol_valuation_add(v, &q, root, strlen(root), expiration) == VOL_OK);
}

/* A chain of F = 100 + 2 root, in the order of a bad day: strikes falling, sides and roots mixed, one quote
 * twice. */
static void test_groups(void)
{
    struct vol_valuation_config config = {.forward_from = VOL_FORWARD_AUTO, .rate = NAN};
    int64_t ts = at("2024-01-02T21:00:00Z"), expires = at("2024-07-02T20:00:00Z");
    double t = VOL_YEARS(ts, expires), f[2] = {100, 102}, d = 0.98;
    const char *roots[2] = {"AB", "ABW"};
    struct vol_valuation v;
    struct vol_curve curve;
    size_t i;
    int k, r;

    vol_valuation_init(&v);
    vol_curve_init(&curve);
    UNIT(vol_curve_set(&curve, t, -log(d) / t) == VOL_OK);
    for (k = 120; k >= 80; k -= 2)
        for (r = 0; r < 2; r++) {
            double c = vol_black_price(VOL_CALL, f[r], k, d, t, 0.25),
                   p = vol_black_price(VOL_PUT, f[r], k, d, t, 0.25);

            if (k == 100)
                add(&v, quote(VOL_PUT, k, p + 3, p + 3.1, expires), roots[r],
                    19906); /* the later one counts */
            add(&v, quote(VOL_PUT, k, p - 0.05, p + 0.05, expires), roots[r], 19906);
            add(&v, quote(VOL_CALL, k, c - 0.05, c + 0.05, expires), roots[r], 19906);
        }
    add(&v, quote(VOL_CALL, 100, 5, 5.1, ts), "AB", 19724); /* ends now */
    UNIT(vol_valuation_run(&v, &config, ts, &curve) == VOL_OK);
    UNIT(v.n_groups == 3);
    for (i = 0; i + 1 < v.n; i++) {
        const struct vol_valued *q = &v.quote[i];
        int weekly = v.group[q->group].root_len == 3;

        UNIT(q->status == VOL_IV_OK);
        UNIT_NEAR(q->forward, f[weekly], 1e-4);
        UNIT_NEAR(q->discount, d, 1e-5);
        UNIT_NEAR(q->t, t, 0);
        if (!(q->strike == 100 && q->type == VOL_PUT))
            UNIT_NEAR(q->vol, 0.25, 1e-4);
        UNIT(q->vol_bid < q->vol && q->vol < q->vol_ask);
        UNIT(isfinite(q->greeks.delta) && q->greeks.gamma > 0 && q->greeks.vega > 0);
    }
    UNIT(v.quote[v.n - 1].status == VOL_IV_EXPIRED);
    vol_valuation_clear(&v);
    UNIT(v.n == 0 && v.n_groups == 0);
    UNIT(vol_valuation_run(&v, &config, ts, &curve) == VOL_OK);
    vol_valuation_free(&v);
}

static void test_forwards_of_the_quote(void)
{
    struct vol_valuation_config config = {.forward_from = VOL_FORWARD_AUTO, .rate = NAN};
    int64_t ts = at("2026-07-04T12:24:07Z"), expires = at("2026-08-28T08:00:00Z");
    struct vol_valued q = quote(VOL_CALL, 65000, 0.045, 0.046, expires);
    struct vol_valuation v;
    struct vol_curve curve;
    double coin_vol;

    vol_valuation_init(&v);
    vol_curve_init(&curve);
    q.inverse = true;
    q.underlying_price = 62800.2;
    add(&v, q, "BTC", 20693);
    UNIT(vol_valuation_run(&v, &config, ts, &curve) == VOL_OK);
    UNIT(v.quote[0].status == VOL_IV_OK);
    UNIT(v.quote[0].discount == 1);
    UNIT_NEAR(v.quote[0].vol, 0.3909220498, 1e-10); /* scipy 1.10 brentq on Black-76 */
    coin_vol = v.quote[0].vol;

    vol_valuation_clear(&v); /* the same premium in money */
    q.inverse = false;
    q.bid *= 62800.2;
    q.ask *= 62800.2;
    config.forward_from = VOL_FORWARD_QUOTE;
    add(&v, q, "BTC", 20693);
    UNIT(vol_valuation_run(&v, &config, ts, &curve) == VOL_OK);
    UNIT_NEAR(v.quote[0].vol, coin_vol, 1e-14);

    config.forward_from = VOL_FORWARD_SPOT; /* no rate, no curve: no forward */
    UNIT(vol_valuation_run(&v, &config, ts, &curve) == VOL_OK);
    UNIT(v.quote[0].status == VOL_IV_NO_FORWARD && isnan(v.quote[0].forward));
    config.rate = 0.04;
    config.yield = 0.01;
    UNIT(vol_valuation_run(&v, &config, ts, &curve) == VOL_OK);
    UNIT_NEAR(v.quote[0].forward, 62800.2 * exp(0.03 * v.quote[0].t), 1e-9);
    UNIT_NEAR(v.quote[0].discount, exp(-0.04 * v.quote[0].t), 1e-15);
    UNIT_NEAR(v.quote[0].greeks.price, v.quote[0].mid, 1e-10);
    vol_valuation_free(&v);
}

static struct vol_value text(const char *s)
{
    return (struct vol_value){s, (uint32_t)strlen(s), VOL_STRING, NAN};
}

static void test_quote_read(void)
{
    struct vol_value v[VOL_Q_N] = {{0}};
    struct vol_quote_memo memo = {{0}, 0, 0};
    struct vol_valued q = {0};
    struct vol_error err;
    int32_t date = 0;
    int i;

    for (i = 0; i < VOL_Q_N; i++)
        v[i] = (struct vol_value){"", 0, VOL_ABSENT, NAN};
    v[VOL_Q_UNDERLYING] = text("SPX");
    v[VOL_Q_EXPIRATION] = text("2019-05-24");
    v[VOL_Q_STRIKE] = (struct vol_value){"2940", 4, VOL_NUMBER, 2940};
    v[VOL_Q_OPTION_TYPE] = text("P");
    UNIT(vol_quote_read(v, &memo, &q, &date, &err) == VOL_OK);
    UNIT(q.type == VOL_PUT && q.strike == 2940 && isnan(q.bid) && isnan(q.ask) && !q.inverse);
    UNIT(q.expires == at("2019-05-24T20:00:00Z")); /* 16:00 in New York */
    v[VOL_Q_EXPIRES] = text("2019-05-24T13:30:00Z");
    for (i = 0; i < 2; i++) {
        UNIT(vol_quote_read(v, &memo, &q, &date, &err) == VOL_OK);
        UNIT(q.expires == at("2019-05-24T13:30:00Z"));
    }
    v[VOL_Q_EXPIRES] = text("2019-05-24T13:30");
    UNIT(vol_quote_read(v, &memo, &q, &date, &err) == VOL_EDATA);
    UNIT(strstr(err.text, "expires") != NULL);
    v[VOL_Q_EXPIRES] = text("2019-05-24T13:30:00Z");
    v[VOL_Q_OPTION_TYPE] = text("c");
    UNIT(vol_quote_read(v, &memo, &q, &date, &err) == VOL_EDATA);
    v[VOL_Q_OPTION_TYPE] = text("C");
    v[VOL_Q_EXPIRATION] = text("2019-05-32");
    UNIT(vol_quote_read(v, &memo, &q, &date, &err) == VOL_EDATA);
    for (i = 0; i < 4; i++) { /* instants are 64 bits of nanoseconds */
        static const char *const dates[] = {"0001-01-01", "1677-12-31", "2262-01-01", "9999-12-31"};

        v[VOL_Q_EXPIRATION] = text(dates[i]);
        UNIT(vol_quote_read(v, &memo, &q, &date, &err) == VOL_EDATA);
        UNIT(strncmp(err.text, "expiration: out of range (1678 to 2261): ", 41) == 0);
        UNIT(strstr(err.text, dates[i]) != NULL);
    }
    v[VOL_Q_EXPIRES] = (struct vol_value){"", 0, VOL_ABSENT, NAN};
    v[VOL_Q_EXPIRATION] = text("1678-01-01");
    UNIT(vol_quote_read(v, &memo, &q, &date, &err) == VOL_OK && q.expires == at("1678-01-01T21:00:00Z"));
    v[VOL_Q_EXPIRATION] = text("2261-12-31");
    UNIT(vol_quote_read(v, &memo, &q, &date, &err) == VOL_OK && q.expires == at("2261-12-31T21:00:00Z"));
    v[VOL_Q_EXPIRATION] = text("2019-05-24");
    v[VOL_Q_UNDERLYING].len = 0;
    UNIT(vol_quote_read(v, &memo, &q, &date, &err) == VOL_EDATA);
}

int main(void)
{
    test_groups();
    test_forwards_of_the_quote();
    test_quote_read();
    return unit_done("chain/valuation");
}
