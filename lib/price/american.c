#include "price/american.h"

#include <math.h>

#include "price/american_boundary.h"

#define NOTHING        1e-14 /* of the strike: a gain of early exercise below it is none */
#define NEARLY_NOTHING 1e-8  /* the same, where no boundary was found */
#define CERTAIN        1e-8  /* total vol below which the path is known */
#define FORGOTTEN      36    /* e^-36: what is further away than this does not matter */
#define STEEP          8     /* total drift over total vol beyond which few points miss the layers */
#define BUMP_VOL       2e-3  /* of the vol, for vega */
#define BUMP_RATE      2e-4  /* for rho */

/* A put with strike 1. */
struct put {
    double spot, r, q, t, vol;
};

enum region { HELD, EXERCISED, UNKNOWN };

enum vol_american_exercise vol_american_exercise(enum vol_option_type type, double r, double q, double t)
{
    double rate = type == VOL_CALL ? q : r, yield = type == VOL_CALL ? r : q; /* of the put that it is */

    /* the gain is below strike (1 - exp(-r t)), and nothing while r K - q S <= 0 for all S < K */
    if (rate * t <= NOTHING && (yield - rate) * t >= -NOTHING)
        return VOL_AMERICAN_AT_EXPIRY;
    return rate * t >= -NOTHING ? VOL_AMERICAN_EARLY : VOL_AMERICAN_TWO_BOUNDARIES;
}

/* The certain value of the put whose spot moves as exp((r - q) u): the best u of 0 <= u <= t, at an end or
 * where the derivative r e^(-r u) - q S e^(-q u) of -(e^(-r u) - S e^(-q u)) is zero. */
static double certain(double spot, double r, double q, double t)
{
    double best = fmax(fmax(1 - spot, exp(-r * t) - spot * exp(-q * t)), 0), u;

    if (r * q * spot > 0 && r != q) {
        u = log(r / (q * spot)) / (r - q);
        if (u > 0 && u < t)
            best = fmax(best, exp(-r * u) - spot * exp(-q * u));
    }
    return best;
}

/* The time after which the put is the perpetual one but for a part e^-FORGOTTEN, or t if that is sooner. What
 * is left of the time dies out as exp(-lambda t + |m| ln(S / B) / vol^2), m the drift of the logarithm, when
 * m < 0 (the way down to B takes time). With a vol of nothing the boundary is a layer at t = 0 that nodes
 * over all of t would miss. */
static double horizon(const struct put *p)
{
    double var = p->vol * p->vol, m = p->r - p->q - 0.5 * var, lambda = 0.5 * m * m / var + p->r, root, g,
           way = 0;

    if (m < 0 && p->spot > 0) {
        root = sqrt(m * m + 2 * p->r * var);
        g = (-m + root) / (2 * p->r); /* B = 1 / (1 + g) */
        way = p->r > 0 ? fmax(log(p->spot * (1 + g)), 0) * -m / var : INFINITY;
    }
    return fmin(p->t, (FORGOTTEN + way) / lambda);
}

static enum region premium(enum vol_american_preset preset, const struct put *p,
                           struct vol_american_premium *out)
{
    struct vol_american_boundary boundary;
    double r = fmax(p->r, 0);
    int steep = fabs(r - p->q) * sqrt(p->t) > STEEP * p->vol, found = -1;

    if (preset == VOL_AMERICAN_REFERENCE || steep)
        found = vol_american_boundary_solve(&vol_american_scheme_reference, r, p->q, p->t, p->vol, &boundary);
    if (found != 0)
        found = vol_american_boundary_solve(&vol_american_scheme_fast, r, p->q, p->t, p->vol, &boundary);
    if (found != 0) {
        out->value = out->delta = out->gamma = 0; /* the most that it can be is 1 - exp(-r t) */
        return r * p->t <= NEARLY_NOTHING && p->q >= 0 ? HELD : UNKNOWN;
    }
    if (p->spot <= boundary.end)
        return EXERCISED;
    vol_american_boundary_premium(&boundary, p->spot, out);
    return HELD;
}

static int usable(double x)
{
    return x >= 0 && x < INFINITY;
}

/* The option as a put with strike 1, and the money that 1 is. */
static struct put put_of(enum vol_option_type type, double spot, double strike, double r, double q, double t,
                         double vol, double *money)
{
    struct put p = {spot / strike, r, q, t, vol};

    *money = strike;
    if (type == VOL_CALL) {
        p.spot = strike / spot;
        p.r = q;
        p.q = r;
        *money = spot;
    }
    return p;
}

double vol_american_price(enum vol_american_preset preset, enum vol_option_type type, double spot,
                          double strike, double r, double q, double t, double vol)
{
    double sign = type, intrinsic = fmax(sign * (spot - strike), 0), money, european;
    enum vol_american_exercise when;
    struct vol_american_premium early;
    struct put p;

    if (!usable(spot) || !usable(strike) || !usable(t) || !usable(vol) || !isfinite(r) || !isfinite(q))
        return NAN;
    p = put_of(type, spot, strike, r, q, t, vol, &money);
    if (money == 0 || t == 0)
        return intrinsic;
    if (p.spot == 0)
        return money * fmax(1, exp(-p.r * t));
    if (vol * sqrt(t) < CERTAIN)
        return fmax(money * certain(p.spot, p.r, p.q, t), intrinsic);
    when = vol_american_exercise(type, r, q, t);
    if (when == VOL_AMERICAN_AT_EXPIRY)
        return vol_black_scholes(type, spot, strike, r, q, t, vol);
    if (when == VOL_AMERICAN_TWO_BOUNDARIES)
        return NAN;
    p.t = horizon(&p);
    switch (premium(preset, &p, &early)) {
    case HELD:
        european = vol_black_scholes(type, spot, strike, r, q, p.t, vol);
        return fmax(european + fmax(money * early.value, 0), intrinsic);
    case EXERCISED:
        return intrinsic;
    case UNKNOWN:
        break;
    }
    return NAN;
}

/* The premium in money at another vol, rate or yield; NaN when there is no holding it. */
static double premium_at(enum vol_american_preset preset, const struct put *p, double money)
{
    struct vol_american_premium early;
    enum region where = premium(preset, p, &early);

    if (where == EXERCISED)
        early.value = 1 - p->spot - vol_black_scholes(VOL_PUT, p->spot, 1, p->r, p->q, p->t, p->vol);
    return where == UNKNOWN ? NAN : money * early.value;
}

/* d premium / dx at *X, a member of P that is not below LEAST. */
static double slope(enum vol_american_preset preset, struct put *p, double *x, double bump, double least,
                    double money)
{
    double at = *x, low, mid, high;

    if (at - bump >= least) {
        *x = at - bump;
        low = premium_at(preset, p, money);
        *x = at + bump;
        high = premium_at(preset, p, money);
        *x = at;
        return (high - low) / (2 * bump);
    }
    low = premium_at(preset, p, money);
    *x = at + bump;
    mid = premium_at(preset, p, money);
    *x = at + 2 * bump;
    high = premium_at(preset, p, money);
    *x = at;
    return (4 * mid - 3 * low - high) / (2 * bump);
}

static void greeks_exercised(enum vol_option_type type, double spot, double strike, struct vol_greeks *out)
{
    double sign = type;

    out->price = sign * (spot - strike);
    out->delta = sign;
    out->gamma = out->theta = out->vega = out->rho = 0;
}

static void greeks_unknown(struct vol_greeks *out)
{
    out->price = out->delta = out->gamma = out->theta = out->vega = out->rho = NAN;
}

static void add_premium(enum vol_option_type type, const struct vol_american_premium *early,
                        const struct put *p, double money, struct vol_greeks *out)
{
    out->price += money * early->value;
    if (type == VOL_CALL) { /* S v(K / S) */
        out->delta += early->value - p->spot * early->delta;
        out->gamma += p->spot * p->spot * early->gamma / money;
    } else { /* K v(S / K) */
        out->delta += early->delta;
        out->gamma += early->gamma / money;
    }
}

void vol_american_greeks(enum vol_american_preset preset, enum vol_option_type type, double spot,
                         double strike, double r, double q, double t, double vol, struct vol_greeks *out)
{
    struct vol_american_premium early;
    double money;
    struct put p = put_of(type, spot, strike, r, q, t, vol, &money);
    enum vol_american_exercise when = vol_american_exercise(type, r, q, t);
    enum region where;

    vol_greeks(type, spot * exp((r - q) * t), strike, exp(-r * t), t, vol, spot, out);
    if (isnan(out->price) || when == VOL_AMERICAN_AT_EXPIRY)
        return;
    if (when == VOL_AMERICAN_TWO_BOUNDARIES || vol * sqrt(t) < CERTAIN) {
        greeks_unknown(out);
        return;
    }
    p.t = horizon(&p);
    where = premium(preset, &p, &early);
    if (where == EXERCISED) {
        greeks_exercised(type, spot, strike, out);
        return;
    }
    if (where == UNKNOWN) {
        greeks_unknown(out);
        return;
    }
    if (p.t < t)
        vol_greeks(type, spot * exp((r - q) * p.t), strike, exp(-r * p.t), p.t, vol, spot, out);
    add_premium(type, &early, &p, money, out);
    out->theta =
        (r * out->price - (r - q) * spot * out->delta - 0.5 * vol * vol * spot * spot * out->gamma) / 365;
    out->vega += 0.01 * slope(preset, &p, &p.vol, BUMP_VOL * vol, 0, money);
    out->rho += 0.01 * (type == VOL_CALL ? slope(preset, &p, &p.q, BUMP_RATE, -INFINITY, money)
                                         : slope(preset, &p, &p.r, BUMP_RATE, 0, money));
}

/* Rate and yield of a forward; SPOT is completed. */
static void rates(double forward, double discount, double t, double *spot, double *r, double *q)
{
    if (!(*spot > 0 && *spot < INFINITY))
        *spot = forward * discount;
    *r = -log(discount) / t;
    *q = *r - vol_black_log_ratio(forward, *spot) / t;
}

double vol_american_price_forward(enum vol_american_preset preset, enum vol_option_type type, double forward,
                                  double strike, double discount, double t, double vol, double spot)
{
    double r, q;

    if (!(forward > 0 && forward < INFINITY) || !(discount > 0 && discount < INFINITY))
        return NAN;
    rates(forward, discount, t, &spot, &r, &q);
    if (t == 0)
        r = q = 0;
    return vol_american_price(preset, type, spot, strike, r, q, t, vol);
}

void vol_american_greeks_forward(enum vol_american_preset preset, enum vol_option_type type, double forward,
                                 double strike, double discount, double t, double vol, double spot,
                                 struct vol_greeks *out)
{
    double r, q;

    rates(forward, discount, t, &spot, &r, &q);
    vol_american_greeks(preset, type, spot, strike, r, q, t, vol, out);
}
