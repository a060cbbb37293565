#include "price/american_iv.h"

#include <math.h>

#define ACCURACY   1e-11 /* of the vol: a step whose own error is below it is the last */
#define PRICES_MAX 60

/* One search, for the price of an option with given spot, rate and yield. */
struct search {
    enum vol_option_type type;
    double price, spot, strike, r, q, t, forward, discount, intrinsic;
    double target;       /* `price` on the scale */
    double vol[3], g[3]; /* the last trials, newest first, and scale(price) - target there */
    int n;               /* how many trials were made */
    double low, high;    /* vols that give too little and too much */
};

/* The money VALUE on a scale that is nearly linear in the vol; NaN where it has none. */
static double scale(const struct search *s, double value)
{
    double vol;

    if (s->intrinsic > 0)
        return sqrt(fmax(value - s->intrinsic, 0));
    return vol_iv(s->type, value, s->forward, s->strike, s->discount, s->t, &vol, NULL) == VOL_IV_OK ? vol
                                                                                                     : NAN;
}

static int try_vol(struct search *s, double vol)
{
    double value = vol_american_price(VOL_AMERICAN_FAST, s->type, s->spot, s->strike, s->r, s->q, s->t, vol);
    int i;

    for (i = 2; i > 0; i--) {
        s->vol[i] = s->vol[i - 1];
        s->g[i] = s->g[i - 1];
    }
    s->vol[0] = vol;
    s->g[0] = scale(s, value) - s->target;
    if (value > s->price)
        s->high = vol;
    else
        s->low = vol;
    s->n++;
    return isnan(value) ? -1 : 0;
}

/* Where the trials say that g is zero: by the slope 1 of the European scale, a line, or a parabola in g. */
static double predict(const struct search *s)
{
    const double *v = s->vol, *g = s->g;
    double line, bend;

    if (s->n == 1)
        return s->intrinsic > 0 ? v[0] * (s->target / (s->target + g[0])) : v[0] - g[0];
    line = v[0] - g[0] * (v[1] - v[0]) / (g[1] - g[0]);
    if (s->n == 2)
        return line;
    bend = ((v[2] - v[1]) / (g[2] - g[1]) - (v[1] - v[0]) / (g[1] - g[0])) / (g[2] - g[0]);
    return line + g[0] * g[1] * bend;
}

static double middle(const struct search *s)
{
    if (!(s->high < INFINITY))
        return 2 * s->low;
    return s->low > 0 && s->high / s->low > 4 ? sqrt(s->low) * sqrt(s->high) : 0.5 * (s->low + s->high);
}

/* The vol, or NaN. */
static double run(struct search *s, double first)
{
    double next = first, step, before = INFINITY;

    while (s->n < PRICES_MAX) {
        if (try_vol(s, next) != 0)
            return NAN;
        if (s->g[0] == 0)
            return next;
        next = predict(s);
        step = fabs(next - s->vol[0]) / s->vol[0];
        if (step < 1e-3 && before < 0.1 && step * before < ACCURACY)
            return next;
        if (!(next > s->low && next < s->high))
            next = middle(s);
        if (s->high - s->low < ACCURACY * s->low)
            return next;
        before = step;
    }
    return NAN;
}

enum vol_iv_status vol_american_iv(enum vol_option_type type, double price, double forward, double strike,
                                   double discount, double t, double spot, double *vol, double *distance,
                                   int *prices)
{
    double sign = type, answer = NAN, inside = NAN, guess, least, most;
    enum vol_iv_status status;
    struct search s = {.type = type, .price = price, .strike = strike, .t = t, .high = INFINITY};

    status = vol_iv(type, price, forward, strike, discount, t, &guess, &inside);
    if (status != VOL_IV_OK && status != VOL_IV_BELOW_INTRINSIC && status != VOL_IV_ABOVE_MAX)
        goto out;
    s.forward = forward;
    s.discount = discount;
    s.spot = spot > 0 && spot < INFINITY ? spot : forward * discount;
    s.r = -log(discount) / t;
    s.q = s.r - vol_black_log_ratio(forward, s.spot) / t;
    s.intrinsic = fmax(sign * (s.spot - strike), 0);
    switch (vol_american_exercise(type, s.r, s.q, t)) {
    case VOL_AMERICAN_AT_EXPIRY:
        answer = guess;
        goto out;
    case VOL_AMERICAN_TWO_BOUNDARIES:
        status = VOL_IV_NO_FORWARD;
        inside = NAN;
        goto out;
    case VOL_AMERICAN_EARLY:
        break;
    }
    least = vol_american_price(VOL_AMERICAN_FAST, type, s.spot, strike, s.r, s.q, t, 0);
    most = type == VOL_CALL ? s.spot : strike;
    inside = fmin(price - least, most - price);
    status = VOL_IV_OK;
    if (!(price > least))
        status = VOL_IV_BELOW_INTRINSIC;
    else if (!(price < most))
        status = VOL_IV_ABOVE_MAX;
    else {
        s.target = scale(&s, price);
        if (guess > 0)
            s.high = guess * (1 + 1e-9); /* the European is worth less: its vol for this price is too high */
        answer = run(&s, guess > 0 ? guess : 1 / sqrt(t));
    }
out:
    if (vol != NULL)
        *vol = answer;
    if (distance != NULL)
        *distance = inside;
    if (prices != NULL)
        *prices = s.n;
    return status;
}

void vol_american_iv_solve(const struct vol_american_iv_batch *b)
{
    size_t i;

    for (i = 0; i < b->n; i++)
        b->status[i] = (unsigned char)vol_american_iv(b->type[i] > 0 ? VOL_CALL : VOL_PUT, b->price[i],
                                                      b->forward[i], b->strike[i], b->discount[i], b->t[i],
                                                      b->spot != NULL ? b->spot[i] : NAN, &b->vol[i],
                                                      b->distance != NULL ? &b->distance[i] : NULL, NULL);
}
