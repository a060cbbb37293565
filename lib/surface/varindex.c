#include "surface/varindex.h"

#include <math.h>

const char *vol_varindex_status_name(enum vol_varindex_status status)
{
    static const char *const names[] = {"ok",          "no_pair",          "no_k0", "few_strikes", "no_rate",
                                        "no_expiries", "negative_variance"};

    return names[status];
}

/* ---- one expiry ---- */

/* Whether a quote is on the list at all: an ask, and not below the bid. */
static bool is_listed(double bid, double ask)
{
    return ask > 0.0 && isfinite(ask) && !(bid > ask);
}

static bool has_bid(double bid, double ask)
{
    return bid > 0.0 && is_listed(bid, ask);
}

static bool is_pair(const struct vol_varindex_strike *s)
{
    return has_bid(s->call_bid, s->call_ask) && has_bid(s->put_bid, s->put_ask);
}

static double call_mid(const struct vol_varindex_strike *s)
{
    return 0.5 * (s->call_bid + s->call_ask);
}

static double put_mid(const struct vol_varindex_strike *s)
{
    return 0.5 * (s->put_bid + s->put_ask);
}

/* The forward by the pair whose two mids are closest; of equals the lowest strike. False: no pair. */
static bool find_forward(const struct vol_varindex_strike *strikes, size_t n, double growth, double *forward)
{
    double least = INFINITY;
    size_t i;

    for (i = 0; i < n; i++) {
        double gap;

        if (!is_pair(&strikes[i]))
            continue;
        gap = call_mid(&strikes[i]) - put_mid(&strikes[i]);
        if (fabs(gap) < least) {
            least = fabs(gap);
            *forward = strikes[i].strike + growth * gap;
        }
    }
    return isfinite(least);
}

/* The strip as it is summed: each strike's weight needs its neighbours, so a term is added one strike late.
 */
struct strip {
    double sum; /* of dK / K^2 Q(K) */
    double strike[2], quote[2];
    size_t n;
};

static void strip_add(struct strip *s, double strike, double quote)
{
    if (s->n == 1)
        s->sum += (strike - s->strike[1]) / (s->strike[1] * s->strike[1]) * s->quote[1];
    else if (s->n > 1)
        s->sum += 0.5 * (strike - s->strike[0]) / (s->strike[1] * s->strike[1]) * s->quote[1];
    s->strike[0] = s->strike[1];
    s->quote[0] = s->quote[1];
    s->strike[1] = strike;
    s->quote[1] = quote;
    s->n++;
}

static double strip_close(const struct strip *s)
{
    return s->sum + (s->strike[1] - s->strike[0]) / (s->strike[1] * s->strike[1]) * s->quote[1];
}

/* The lowest put of the strip: going down from K0, up to the second of two neighbours without a bid. */
static size_t lowest_put(const struct vol_varindex_strike *strikes, size_t at_k0)
{
    size_t i = at_k0, lowest = at_k0;
    int misses = 0;

    while (i-- > 0 && misses < 2) {
        const struct vol_varindex_strike *s = &strikes[i];

        if (!is_listed(s->put_bid, s->put_ask))
            continue;
        misses = has_bid(s->put_bid, s->put_ask) ? 0 : misses + 1;
        if (misses == 0)
            lowest = i;
    }
    return lowest;
}

static size_t highest_call(const struct vol_varindex_strike *strikes, size_t n, size_t at_k0)
{
    size_t i, highest = at_k0;
    int misses = 0;

    for (i = at_k0 + 1; i < n && misses < 2; i++) {
        const struct vol_varindex_strike *s = &strikes[i];

        if (!is_listed(s->call_bid, s->call_ask))
            continue;
        misses = has_bid(s->call_bid, s->call_ask) ? 0 : misses + 1;
        if (misses == 0)
            highest = i;
    }
    return highest;
}

/* The strip from the strike LOW to HIGH around K0; only quotes with a bid count. */
static double sum_strip(const struct vol_varindex_strike *strikes, size_t low, size_t at_k0, size_t high,
                        size_t *used)
{
    struct strip strip = {0};
    size_t i;

    for (i = low; i <= high; i++) {
        const struct vol_varindex_strike *s = &strikes[i];

        if (i < at_k0 && has_bid(s->put_bid, s->put_ask))
            strip_add(&strip, s->strike, put_mid(s));
        else if (i == at_k0)
            strip_add(&strip, s->strike, 0.5 * (put_mid(s) + call_mid(s)));
        else if (i > at_k0 && has_bid(s->call_bid, s->call_ask))
            strip_add(&strip, s->strike, call_mid(s));
    }
    *used = strip.n;
    return strip_close(&strip);
}

static enum vol_status check_strikes(const struct vol_varindex_strike *strikes, size_t n, double t,
                                     struct vol_error *err)
{
    size_t i;

    if (!(t > 0.0) || !isfinite(t))
        return vol_error_set(err, VOL_EDATA, "variance index: time %g is not positive", t);
    for (i = 0; i < n; i++)
        if (!(strikes[i].strike > (i > 0 ? strikes[i - 1].strike : 0.0)) || !isfinite(strikes[i].strike))
            return vol_error_set(err, VOL_EDATA,
                                 "variance index: strike %zu is not positive or not ascending", i);
    return VOL_OK;
}

enum vol_status vol_varindex_variance(const struct vol_varindex_strike *strikes, size_t n, double t,
                                      double rate, struct vol_varindex *out, struct vol_error *err)
{
    struct vol_varindex v = {
        .forward = NAN, .k0 = NAN, .variance = NAN, .correction = NAN, .low = NAN, .high = NAN};
    double growth = exp(rate * t);
    size_t i, at_k0 = n, low, high;

    if (check_strikes(strikes, n, t, err) != VOL_OK)
        return VOL_EDATA;
    if (!isfinite(growth)) {
        v.status = VOL_VARINDEX_NO_RATE;
    } else if (!find_forward(strikes, n, growth, &v.forward)) {
        v.status = VOL_VARINDEX_NO_PAIR;
    } else {
        for (i = 0; i < n && strikes[i].strike <= v.forward; i++)
            if (is_pair(&strikes[i]))
                at_k0 = i;
        v.status = at_k0 == n ? VOL_VARINDEX_NO_K0 : VOL_VARINDEX_OK;
    }
    if (v.status == VOL_VARINDEX_OK) {
        low = lowest_put(strikes, at_k0);
        high = highest_call(strikes, n, at_k0);
        v.k0 = strikes[at_k0].strike;
        v.low = strikes[low].strike;
        v.high = strikes[high].strike;
        if (low == at_k0 || high == at_k0) {
            v.status = VOL_VARINDEX_FEW_STRIKES;
        } else {
            v.correction = (v.forward / v.k0 - 1.0) * (v.forward / v.k0 - 1.0) / t;
            v.variance = 2.0 / t * growth * sum_strip(strikes, low, at_k0, high, &v.strikes) - v.correction;
            if (!(v.variance > 0.0))
                v.status = VOL_VARINDEX_NEGATIVE;
        }
    }
    *out = v;
    return VOL_OK;
}

/* ---- two expiries ---- */

static bool admitted(const struct vol_varindex_candidate *c, enum vol_varindex_rule rule)
{
    double days = c->t * 365.0;

    if (rule == VOL_VARINDEX_FRIDAY)
        return c->weekly && days > 23.0 && days < 37.0;
    return days > 7.0;
}

enum vol_status vol_varindex_select(const struct vol_varindex_candidate *candidates, size_t n, double target,
                                    enum vol_varindex_rule rule, size_t *near, size_t *next)
{
    size_t i, before = n, after = n, last = n;

    for (i = 0; i < n && after == n; i++) {
        const struct vol_varindex_candidate *c = &candidates[i];

        if (!admitted(c, rule) || (last < n && candidates[last].date == c->date))
            continue;
        last = i;
        if (c->t <= target)
            before = i;
        else
            after = i;
    }
    if (before == n || after == n)
        return VOL_NO;
    *near = before;
    *next = after;
    return VOL_OK;
}

double vol_varindex_blend(double t1, double v1, double t2, double v2, double target)
{
    return (t1 * v1 * (t2 - target) + t2 * v2 * (target - t1)) / (t2 - t1) / target;
}

/* ---- a variance swap by a finite strip ---- */

/* What the strip must pay at K: twice the difference of the linear and the log return from BOUNDARY, per
 * year. */
static double log_payoff(double k, double boundary, double t)
{
    return 2.0 / t * ((k - boundary) / boundary - log(k / boundary));
}

/* Cost of one side of the strip. Each option takes up the change of slope at its strike; SIDE is 1 for calls.
 */
static double side_cost(const struct vol_varindex_option *options, size_t n, double boundary, double t,
                        double side)
{
    double cost = 0.0, held = 0.0;
    size_t i;

    for (i = 0; i < n; i++) {
        double k = options[i].strike;
        double end = i + 1 < n ? options[i + 1].strike : k + (k - options[i - 1].strike);
        double slope = (log_payoff(end, boundary, t) - log_payoff(k, boundary, t)) / (side * (end - k));

        cost += (slope - held) * options[i].price;
        held = slope;
    }
    return cost;
}

static bool is_side(const struct vol_varindex_option *options, size_t n, double boundary, double side)
{
    size_t i;

    if (n < 2 || options[0].strike != boundary)
        return false;
    for (i = 0; i < n; i++) {
        if (!(options[i].strike > 0.0) || !isfinite(options[i].strike) || !(options[i].price >= 0.0) ||
            !isfinite(options[i].price))
            return false;
        if (i > 0 && !(side * (options[i].strike - options[i - 1].strike) > 0.0))
            return false;
    }
    return side > 0.0 ||
           2.0 * options[n - 1].strike > options[n - 2].strike; /* one more step stays above 0 */
}

enum vol_status vol_varindex_replicate(double forward, double boundary, double t,
                                       const struct vol_varindex_option *puts, size_t n_puts,
                                       const struct vol_varindex_option *calls, size_t n_calls,
                                       double *variance, struct vol_error *err)
{
    if (!(forward > 0.0) || !(boundary > 0.0) || !(t > 0.0) || !isfinite(forward + boundary + t))
        return vol_error_set(err, VOL_EDATA, "variance swap: forward, boundary and time must be positive");
    if (!is_side(puts, n_puts, boundary, -1.0) || !is_side(calls, n_calls, boundary, 1.0))
        return vol_error_set(err, VOL_EDATA, "variance swap: the strikes of the strip are out of order");
    *variance = 2.0 / t * (log(forward / boundary) - (forward / boundary - 1.0)) +
                side_cost(puts, n_puts, boundary, t, -1.0) + side_cost(calls, n_calls, boundary, t, 1.0);
    return VOL_OK;
}
