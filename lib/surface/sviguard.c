#include "surface/sviguard.h"

#include <math.h>

enum { N_PARAMS = VOL_SVISEARCH_PARAMS, WALK = 48, BOTTOM = 30 };

/* What g and the least total variance (in squared standard deviations) are kept above, so that the verdict of
 * a smile on the guards is "free" between them too. */
static const double enough_g = 2e-3, enough_w = 1e-3;
static const double most_lack = 10.0;

/* ---- the verdict ---- */

static double g_at(const struct vol_svi *svi, double theta)
{
    return vol_svi_g(svi, svi->m + svi->sigma * sinh(theta));
}

/* The least g between P[0] and P[2], P[1] the lowest of the three and G the values: golden section with the
 * vertex of the parabola through the best three where that is inside. */
static double bottom(const struct vol_svi *svi, const double p[3], const double g[3], double *at)
{
    double low = p[0], best = p[1], high = p[2], f_low = g[0], f = g[1], f_high = g[2];
    int i;

    for (i = 0; i < BOTTOM && high - low > 1e-7; i++) {
        double dl = best - low, dh = high - best, u = (f_low - f) / dl, v = (f_high - f) / dh;
        double next = best + 0.5 * (u * dh - v * dl) / (u + v), value;

        if (!(next > low && next < high) || fabs(next - best) < 1e-9 || i % 3 == 2)
            next = dl > dh ? best - 0.381966 * dl : best + 0.381966 * dh;
        value = g_at(svi, next);
        if (value < f) {
            if (next < best) {
                high = best;
                f_high = f;
            } else {
                low = best;
                f_low = f;
            }
            best = next;
            f = value;
        } else if (next < best) {
            low = next;
            f_low = value;
        } else {
            high = next;
            f_high = value;
        }
    }
    *at = best;
    return f;
}

/* Three places around the low point I of the walk, and their values; false when there is none: at an end of
 * the walk that g rises to. */
static bool bracket(const struct vol_svi *svi, double first, double step, const double g[WALK + 1], int i,
                    double p[3], double value[3])
{
    double aside = i == 0 ? 1e-3 : i == WALK ? -1e-3 : 0.0;
    int low = i == WALK ? WALK - 1 : i == 0 ? 0 : i - 1, high = i == 0 ? 1 : i == WALK ? WALK : i + 1;

    if (!(g[i] <= g[low] && g[i] <= g[high]))
        return false;
    p[0] = first + step * low;
    p[1] = first + step * (i + aside);
    p[2] = first + step * high;
    value[0] = g[low];
    value[1] = aside != 0.0 ? g_at(svi, p[1]) : g[i];
    value[2] = g[high];
    return value[1] <= value[0] && value[1] <= value[2];
}

double vol_sviguard_least_g(const struct vol_svi *svi, double low, double high, double *where)
{
    double first = asinh((low - svi->m) / svi->sigma), last = asinh((high - svi->m) / svi->sigma);
    double step = (last - first) / WALK, g[WALK + 1], best = INFINITY, grow = exp(step), e = exp(first);
    double least_w = svi->a + svi->b * svi->sigma * sqrt(1.0 - svi->rho * svi->rho), at = low;
    int i;

    for (i = 0; i <= WALK; i++, e *= grow) {
        double k = i == 0 ? low : i == WALK ? high : svi->m + 0.5 * svi->sigma * (e - 1.0 / e);

        g[i] = vol_svi_g(svi, k);
        if (g[i] < best) {
            best = g[i];
            at = k;
        }
    }
    for (i = 0; i <= WALK && best > -INFINITY; i++) {
        double p[3], three[3], theta, value;

        if (!(g[i] - best < 0.1) || !bracket(svi, first, step, g, i, p, three))
            continue;
        value = bottom(svi, p, three, &theta);
        if (value < best) {
            best = value;
            at = svi->m + svi->sigma * sinh(theta);
        }
    }
    if (!(least_w > 0.0)) {
        double place = svi->m - svi->rho * svi->sigma / sqrt(1.0 - svi->rho * svi->rho);

        if (place > low && place < high) {
            best = -INFINITY;
            at = place;
        }
    }
    *where = at;
    return best;
}

enum vol_status vol_sviguard_verdict(const struct vol_svi *svi, double low, double high, double tolerance,
                                     struct vol_butterfly *out, struct vol_error *err)
{
    struct vol_butterfly v = {.bad_low = NAN, .bad_high = NAN, .lee = true, .free = true};

    v.slope_left = vol_svi_slope_left(svi);
    v.slope_right = vol_svi_slope_right(svi);
    if (!(low < high) || !isfinite(low) || !isfinite(high) || !vol_svi_is_sane(svi) ||
        !(v.slope_left <= 2.0) || !(v.slope_right <= 2.0))
        return vol_arbitrage_butterfly(svi, low, high, tolerance, out, err);
    v.min_g = vol_sviguard_least_g(svi, low, high, &v.min_k);
    if (!(v.min_g >= -tolerance))
        return vol_arbitrage_butterfly(svi, low, high, tolerance, out, err);
    *out = v;
    return VOL_OK;
}

/* ---- the penalty ---- */

void vol_sviguard_place(struct vol_svisearch *s, const struct vol_svisearch_state *st, double reach)
{
    double low = asinh((-reach - st->m) / st->sigma), high = asinh((reach - st->m) / st->sigma);
    int i;

    for (i = 0; i < VOL_SVISEARCH_GUARDS; i++)
        s->guard[i] = st->m + st->sigma * sinh(low + (high - low) * i / (VOL_SVISEARCH_GUARDS - 1));
}

/* Add one penalty error E with the derivatives ROW. */
static void add(double e, const double row[N_PARAMS], double h[N_PARAMS][N_PARAMS], double g[N_PARAMS],
                double *cost)
{
    int i, j;

    *cost += e * e;
    for (i = 0; i < N_PARAMS; i++) {
        g[i] += row[i] * e;
        for (j = 0; j <= i; j++)
            h[i][j] += row[i] * row[j];
    }
}

/* Durrleman's g at X in scaled units, and its derivatives in (a, right, left, m, ln sigma). */
static double g_and_row(const struct vol_svisearch *s, const struct vol_svisearch_state *st, double x,
                        double row[N_PARAMS])
{
    double y = x - st->m, s2 = st->sigma * st->sigma, root2 = y * y + s2, root = sqrt(root2);
    double inverse = 1.0 / root, lean = y * inverse, mean = 0.5 * (st->right + st->left);
    double big = 0.5 * (root + fabs(y)), small = 0.25 * s2 / big;
    double p = y >= 0.0 ? big : small, q = y >= 0.0 ? small : big;
    double bend = s2 * inverse * inverse * inverse; /* of root: its second derivative */
    double w = st->a + st->right * p + st->left * q;
    double w1 = 0.5 * (st->right * (1.0 + lean) - st->left * (1.0 - lean)), w2 = mean * bend;
    double over, lever, by_w, by_w1, dw[N_PARAMS], dw1[N_PARAMS], dw2[N_PARAMS];
    int i;

    w = fmax(w, 0.1 * enough_w);
    over = 1.0 / w;
    lever = 1.0 - 0.5 * x * w1 * over;
    by_w = lever * x * w1 * over * over + 0.25 * w1 * w1 * over * over;
    by_w1 = -lever * x * over - 0.5 * w1 * (over + 0.25 * s->s * s->s);
    dw[0] = 1.0;
    dw[1] = p;
    dw[2] = q;
    dw[3] = -w1;
    dw[4] = mean * s2 * inverse;
    dw1[0] = 0.0;
    dw1[1] = 0.5 * (1.0 + lean);
    dw1[2] = -0.5 * (1.0 - lean);
    dw1[3] = -w2;
    dw1[4] = -w2 * y;
    dw2[0] = 0.0;
    dw2[1] = dw2[2] = 0.5 * bend;
    dw2[3] = 3.0 * w2 * y * inverse * inverse;
    dw2[4] = w2 * (2.0 - 3.0 * s2 * inverse * inverse);
    for (i = 0; i < N_PARAMS; i++)
        row[i] = by_w * dw[i] + by_w1 * dw1[i] + 0.5 * dw2[i];
    return lever * lever - 0.25 * w1 * w1 * (over + 0.25 * s->s * s->s) + 0.5 * w2;
}

void vol_sviguard_add(const struct vol_svisearch *s, const struct vol_svisearch_state *st,
                      double h[N_PARAMS][N_PARAMS], double g[N_PARAMS], double *cost)
{
    double row[N_PARAMS], mean = sqrt(fmax(st->right * st->left, 1e-12)), lack;
    int i, j;

    for (i = 0; i < VOL_SVISEARCH_GUARDS; i++) {
        lack = enough_g - g_and_row(s, st, s->guard[i], row);
        if (!(lack > 0.0))
            continue;
        for (j = 0; j < N_PARAMS; j++)
            row[j] *= lack < most_lack ? -s->penalty : 0.0;
        add(s->penalty * fmin(lack, most_lack), row, h, g, cost);
    }
    lack = enough_w - st->a - mean * st->sigma;
    if (lack > 0.0) {
        row[0] = -s->penalty;
        row[1] = -s->penalty * 0.5 * st->sigma * st->left / mean;
        row[2] = -s->penalty * 0.5 * st->sigma * st->right / mean;
        row[3] = 0.0;
        row[4] = -s->penalty * mean * st->sigma;
        add(s->penalty * lack, row, h, g, cost);
    }
}
