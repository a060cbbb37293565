#include "price/parity.h"

#include <math.h>

#include "price/median.h"

#define PRICE_MAX    1e100 /* beyond, squares and sums would overflow: no pair */
#define SHORT_DATE   (60.0 / 365)
#define CURVE_SD     0.005 /* of the rate: what a Treasury curve may differ from the market's funding */
#define TUKEY        4.685 /* 95 % efficient on clean normal errors */
#define WINDOW       0.20  /* |ln(K/F)| of the pairs that are near the money */
#define WINDOW_PAIRS 6     /* that at least are taken, however far */
#define SCALE_FLOOR  0.02  /* of the residuals in units of h */
#define SCALE_FEW    0.25  /* the scale when there are too few pairs to measure it */
#define FEW          5
#define ROUNDS       8
#define SETTLED      1e-3 /* of the standard error: more rounds would not be worth it */

/* What the estimate works on: x = K - centre, y = C - P, h its half-width, of the pairs near the money. */
struct points {
    double *x, *y, *h;
    size_t n;
    double centre, scale;
};

struct fit {
    double level, slope; /* y = level - slope x; the slope is D */
    double var_level, var_slope;
    size_t n_used;
};

struct prior {
    double discount, sd; /* sd 0: the discount is fixed */
    double given_error;  /* what is then published as its standard error */
};

const char *vol_parity_status_name(enum vol_parity_status status)
{
    static const char *const names[] = {"ok", "no_pairs", "inconsistent", "unsettled"};

    return names[status];
}

static int side_usable(double bid, double ask)
{
    return bid > 0 && ask >= bid && ask < PRICE_MAX;
}

int vol_parity_usable(const struct vol_parity_pair *p)
{
    return p->strike > 0 && p->strike < PRICE_MAX && side_usable(p->call_bid, p->call_ask) &&
           side_usable(p->put_bid, p->put_ask);
}

static double difference(const struct vol_parity_pair *p)
{
    return 0.5 * (p->call_bid + p->call_ask) - 0.5 * (p->put_bid + p->put_ask);
}

/* Never zero: a locked market is not known better than its tick. */
static double half_width(const struct vol_parity_pair *p)
{
    return fmax(0.5 * (p->call_ask - p->call_bid) + 0.5 * (p->put_ask - p->put_bid), 1e-5 * p->strike);
}

/* A first forward: the median of K + (C - P) / D over the (at most nine) usable pairs of least |C - P|. */
static double first_forward(const struct vol_parity_pair *pairs, size_t n, double discount, size_t *n_usable)
{
    size_t i, n_best = 0;
    struct {
        double distance, forward;
    } best[9], one;
    double forwards[9];

    *n_usable = 0;
    for (i = 0; i < n; i++) {
        size_t at;

        if (!vol_parity_usable(&pairs[i]))
            continue;
        ++*n_usable;
        one.forward = pairs[i].strike + difference(&pairs[i]) / discount;
        one.distance = fabs(difference(&pairs[i]));
        if (n_best == 9 && !(one.distance < best[8].distance))
            continue;
        for (at = n_best < 9 ? n_best++ : 8; at > 0 && best[at - 1].distance > one.distance; at--)
            best[at] = best[at - 1];
        best[at] = one;
    }
    for (i = 0; i < n_best; i++)
        forwards[i] = best[i].forward;
    return n_best > 0 ? vol_median(forwards, n_best) : NAN;
}

/* The pairs within the window around CENTRE; a wider window when they are few. */
static void choose_points(const struct vol_parity_pair *pairs, size_t n, double centre, size_t n_usable,
                          struct points *points)
{
    size_t wanted = n_usable < WINDOW_PAIRS ? n_usable : WINDOW_PAIRS, i;
    double window = WINDOW;

    points->centre = centre;
    for (;;) {
        points->n = 0;
        for (i = 0; i < n; i++)
            if (vol_parity_usable(&pairs[i]) && fabs(log(pairs[i].strike / centre)) <= window) {
                points->x[points->n] = pairs[i].strike - centre;
                points->y[points->n] = difference(&pairs[i]);
                points->h[points->n] = half_width(&pairs[i]);
                points->n++;
            }
        if (points->n >= wanted || window > 1e6)
            return;
        window *= 2;
    }
}

/* One weighted least squares fit; Z[i] holds the residuals in units of h of the fit before, or is null. */
static void fit_once(const struct points *p, const struct prior *prior, const double *z, struct fit *fit)
{
    double s0 = 0, sx = 0, sxx = 0, sy = 0, sxy = 0, d, det;
    size_t i;

    fit->n_used = 0;
    for (i = 0; i < p->n; i++) {
        double u = z != NULL ? z[i] / (TUKEY * p->scale) : 0;
        double w = fabs(u) < 1 ? (1 - u * u) * (1 - u * u) / (p->h[i] * p->h[i]) : 0;

        fit->n_used += w > 0;
        s0 += w;
        sx += w * p->x[i];
        sxx += w * p->x[i] * p->x[i];
        sy += w * p->y[i];
        sxy += w * p->x[i] * p->y[i];
    }
    if (prior->sd > 0) {
        /* the prior on the slope is an observation of precision 1/sd^2; those above have precision w/scale^2
         */
        d = p->scale * p->scale / (prior->sd * prior->sd);
        det = s0 * (sxx + d) - sx * sx;
        fit->slope = (s0 * (d * prior->discount - sxy) + sx * sy) / det;
        fit->var_slope = p->scale * p->scale * s0 / det;
        fit->var_level = p->scale * p->scale * (sxx + d) / det;
    } else {
        fit->slope = prior->discount;
        fit->var_slope = 0;
        fit->var_level = p->scale * p->scale / s0;
    }
    fit->level = (sy + fit->slope * sx) / s0;
}

/* Residuals in units of h into Z, and their scale. */
static double residuals(struct points *p, const struct fit *fit, double *z, double *scratch)
{
    double middle;
    size_t i;

    for (i = 0; i < p->n; i++) {
        z[i] = (p->y[i] - fit->level + fit->slope * p->x[i]) / p->h[i];
        scratch[i] = fabs(z[i]);
    }
    middle = vol_median(scratch, p->n);
    p->scale = p->n < FEW ? fmax(SCALE_FEW, middle) : fmax(SCALE_FLOOR, 1.4826 * middle);
    return middle;
}

static struct prior prior_of(double t, double curve_discount)
{
    struct prior prior = {1, VOL_PARITY_BLIND_SD * t, 0};

    if (curve_discount > 0 && curve_discount < INFINITY) {
        prior.discount = curve_discount;
        prior.sd = t < SHORT_DATE ? 0 : CURVE_SD * t * curve_discount;
    }
    return prior;
}

/* Each pair that counts can be traded at D (F - K) between bid and ask, y - h and y + h. Where all of them
 * can agree on a level, the level is one of those; where they cannot, some quotes are stale and the fit
 * decides. */
static double within_bounds(const struct points *p, const double *z, const struct fit *fit)
{
    double lo = -INFINITY, hi = INFINITY;
    size_t i;

    for (i = 0; i < p->n; i++)
        if (fabs(z[i]) < TUKEY * p->scale) {
            double level = p->y[i] + fit->slope * p->x[i];

            lo = fmax(lo, level - p->h[i]);
            hi = fmin(hi, level + p->h[i]);
        }
    return lo <= hi ? fmin(fmax(fit->level, lo), hi) : fit->level;
}

/* The scale is measured on few residuals, less the parameters that they were fitted with: as it stands it
 * would call five strikes surer than two. Rousseeuw and Leroy's factor ("Robust Regression and Outlier
 * Detection", 1987, chapter 5), and where there are too few to measure at all, a mid may well be off by 0.4
 * of the half-widths. */
static double small_sample(size_t n_used, int n_parameters, double scale)
{
    double factor = 1 + 5 / fmax((double)n_used - n_parameters, 1);

    if (n_used < FEW)
        return 0.58 / scale; /* a mid that lies anywhere between bid and ask */
    return n_used < FEW + 3 ? fmax(factor, 0.4 / scale) : factor;
}

static enum vol_parity_status estimate(const struct vol_parity_pair *pairs, size_t n, double t,
                                       struct prior prior, double *scratch, struct vol_parity *out)
{
    struct points points = {scratch, scratch + n, scratch + 2 * n, 0, 0, SCALE_FEW};
    struct fit fit;
    double *z = scratch + 3 * n, centre, last = NAN, widen;
    int round;

    out->forward = out->discount = out->forward_error = out->discount_error = out->residual = NAN;
    out->tried_forward = out->tried_discount = NAN;
    out->n_used = 0;
    out->status = VOL_PARITY_NO_PAIRS;
    centre = first_forward(pairs, n, prior.discount, &out->n_pairs);
    if (!(centre > 0) || !(t > 0))
        return out->status;
    choose_points(pairs, n, centre, out->n_pairs, &points);
    if (points.n == 0)
        return out->status;
    fit_once(&points, &prior, NULL, &fit);
    for (round = 0; round < ROUNDS && !(fabs(fit.level - last) <= SETTLED * sqrt(fit.var_level)); round++) {
        last = fit.level;
        out->residual = residuals(&points, &fit, z, z + n);
        fit_once(&points, &prior, z, &fit);
    }
    out->residual = residuals(&points, &fit, z, z + n);
    out->n_used = fit.n_used;
    out->status = VOL_PARITY_INCONSISTENT;
    if (!(fit.slope > 0) || !(centre + fit.level / fit.slope > 0))
        return out->status;
    out->tried_forward = centre + within_bounds(&points, z, &fit) / fit.slope;
    out->tried_discount = fit.slope;
    if (!(out->residual <= 1))
        return out->status;
    out->forward = out->tried_forward;
    out->discount = out->tried_discount;
    widen = small_sample(fit.n_used, prior.sd > 0 ? 2 : 1, points.scale);
    out->forward_error = widen * sqrt(fit.var_level) / fit.slope;
    out->discount_error = prior.sd > 0 ? fmin(widen * sqrt(fit.var_slope), prior.sd) : prior.given_error;
    return out->status = VOL_PARITY_OK;
}

enum vol_parity_status vol_parity_estimate(const struct vol_parity_pair *pairs, size_t n, double t,
                                           double curve_discount, double *scratch, struct vol_parity *out)
{
    return estimate(pairs, n, t, prior_of(t, curve_discount), scratch, out);
}

enum vol_parity_status vol_parity_estimate_at(const struct vol_parity_pair *pairs, size_t n, double t,
                                              double discount, double discount_error, double *scratch,
                                              struct vol_parity *out)
{
    return estimate(pairs, n, t, (struct prior){discount, 0, discount_error}, scratch, out);
}
