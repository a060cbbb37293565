#include "price/american_search.h"

#include <math.h>

#include "price/iv.h"

#define PRICES_MAX 60

struct run {
    const struct vol_american_search *of;
    double target;       /* the price on the scale */
    double vol[3], g[3]; /* the last trials, newest first, and scale(price) - target there */
    int n;               /* how many trials were made */
    double low, high;    /* vols that give too little and too much */
};

/* The money VALUE on a scale that is nearly linear in the vol; NaN where it has none. */
static double scale(const struct vol_american_search *s, double value)
{
    double vol;

    if (s->intrinsic > 0)
        return sqrt(fmax(value - s->intrinsic, 0));
    return vol_iv(s->type, value, s->forward, s->strike, s->discount, s->t, &vol, NULL) == VOL_IV_OK ? vol
                                                                                                     : NAN;
}

static int try_vol(struct run *s, double vol)
{
    double value = s->of->price_at(s->of->context, vol);
    int i;

    for (i = 2; i > 0; i--) {
        s->vol[i] = s->vol[i - 1];
        s->g[i] = s->g[i - 1];
    }
    s->vol[0] = vol;
    s->g[0] = scale(s->of, value) - s->target;
    if (value > s->of->price) {
        s->high = vol;
    } else {
        s->low = vol;
        if (!(vol * (1 + 1e-8) < s->high)) /* the first guess of a bound was none */
            s->high = INFINITY;
    }
    s->n++;
    return isnan(value) ? -1 : 0;
}

/* Where the trials say that g is zero: by the slope 1 of the European scale, a line, or a parabola in g. */
static double predict(const struct run *s)
{
    const double *v = s->vol, *g = s->g;
    double line, bend;

    if (s->n == 1)
        return s->of->intrinsic > 0 ? v[0] * (s->target / (s->target + g[0])) : v[0] - g[0];
    line = v[0] - g[0] * (v[1] - v[0]) / (g[1] - g[0]);
    if (s->n == 2)
        return line;
    bend = ((v[2] - v[1]) / (g[2] - g[1]) - (v[1] - v[0]) / (g[1] - g[0])) / (g[2] - g[0]);
    return line + g[0] * g[1] * bend;
}

static double middle(const struct run *s)
{
    if (!(s->high < INFINITY))
        return 2 * s->low;
    return s->low > 0 && s->high / s->low > 4 ? sqrt(s->low) * sqrt(s->high) : 0.5 * (s->low + s->high);
}

/* The vol, or NaN. */
static double find(struct run *s, double first)
{
    double next = first, step, before = INFINITY;

    while (s->n < PRICES_MAX) {
        if (try_vol(s, next) != 0)
            return NAN;
        if (s->g[0] == 0)
            return next;
        next = predict(s);
        step = fabs(next - s->vol[0]) / s->vol[0];
        if (step < 1e-3 && before < 0.1 && step * before < s->of->accuracy)
            return next;
        if (!(next > s->low && next < s->high))
            next = middle(s);
        if (s->high - s->low < s->of->accuracy * s->low)
            return next;
        before = step;
    }
    return NAN;
}

double vol_american_search_vol(const struct vol_american_search *search, double european, int *prices)
{
    struct run s = {.of = search, .high = INFINITY};
    double vol;

    if (european > 0)
        s.high = european * (1 + 1e-9);
    s.target = scale(search, search->price);
    vol = find(&s, european > 0 ? european : 1 / sqrt(search->t));
    if (prices != NULL)
        *prices = s.n;
    return vol;
}
