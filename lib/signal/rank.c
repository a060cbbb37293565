#include "signal/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* At 252 values, counting all of them beats every structure that is kept sorted (performance.md, section 5):
 * four accumulators of two doubles run at about 0.09 ns a value, on any x86-64 and without asking which one
 * it is. The ring is padded with NaN to a multiple of what one round takes, so that the loops need no tail.
 */
enum { LANES = 2, ROUND = 4 * LANES };

typedef double vec __attribute__((vector_size(LANES * 8)));
typedef long long mask __attribute__((vector_size(LANES * 8)));

static size_t padded(size_t n)
{
    return (n + ROUND - 1) / ROUND * ROUND;
}

/* How many of N values (a multiple of ROUND) are below X; NaN is not. */
static size_t count_below(const double *values, size_t n, double x)
{
    mask count[4] = {{0}};
    vec v[4], at = {x, x};
    size_t i;

    for (i = 0; i < n; i += ROUND) {
        memcpy(v, values + i, sizeof v);
        count[0] -= (mask)(v[0] < at); /* a true lane is -1 */
        count[1] -= (mask)(v[1] < at);
        count[2] -= (mask)(v[2] < at);
        count[3] -= (mask)(v[3] < at);
    }
    count[0] += count[1] + count[2] + count[3];
    return (size_t)(count[0][0] + count[0][1]);
}

/* Sums of v - BASE and of its square over N values: partial sums, added in one fixed order. */
static void sums_of(const double *values, size_t n, double base, double *sum, double *square)
{
    vec s[2] = {{0}}, q[2] = {{0}}, v[2], low = {base, base};
    size_t i;

    *sum = *square = 0;
    for (i = 0; i + 2 * LANES <= n; i += 2 * LANES) {
        memcpy(v, values + i, sizeof v);
        v[0] -= low;
        v[1] -= low;
        s[0] += v[0];
        s[1] += v[1];
        q[0] += v[0] * v[0];
        q[1] += v[1] * v[1];
    }
    for (; i < n; i++) {
        *sum += values[i] - base;
        *square += (values[i] - base) * (values[i] - base);
    }
    s[0] += s[1];
    q[0] += q[1];
    *sum += s[0][0] + s[0][1];
    *square += q[0][0] + q[0][1];
}

/* Least and greatest value but for that at SKIP. */
static void extremes(const struct vol_rank_window *window, size_t skip, double *min, double *max)
{
    size_t i;

    *min = INFINITY;
    *max = -INFINITY;
    for (i = 0; i < window->n; i++)
        if (i != skip) {
            *min = window->values[i] < *min ? window->values[i] : *min;
            *max = window->values[i] > *max ? window->values[i] : *max;
        }
}

enum vol_status vol_rank_window_init(struct vol_rank_window *window, size_t lookback)
{
    double *values;
    size_t i;

    if (lookback < 1 || lookback > VOL_RANK_LOOKBACK_MAX)
        return VOL_EUSAGE;
    values = malloc(padded(lookback) * sizeof *values);
    if (values == NULL)
        return VOL_EOS;
    for (i = 0; i < padded(lookback); i++)
        values[i] = NAN;
    window->values = values;
    window->min = INFINITY;
    window->max = -INFINITY;
    window->lookback = lookback;
    window->n = window->next = 0;
    return VOL_OK;
}

void vol_rank_window_free(struct vol_rank_window *window)
{
    free(window->values);
    memset(window, 0, sizeof *window);
}

enum vol_status vol_rank_window_add(struct vol_rank_window *window, double x)
{
    double old;

    if (!isfinite(x))
        return VOL_EDATA;
    old = window->values[window->next];
    window->values[window->next] = x;
    window->next = window->next + 1 < window->lookback ? window->next + 1 : 0;
    if (window->n < window->lookback)
        window->n++;
    window->min = x < window->min ? x : window->min;
    window->max = x > window->max ? x : window->max;
    /* Rarely does the value that left lie on the edge: one step in L / 2 of a series without trend. */
    if (old == window->min || old == window->max)
        extremes(window, VOL_RANK_LOOKBACK_MAX, &window->min, &window->max);
    return VOL_OK;
}

/* One pass over the distances from the minimum. The mean lies at most sqrt(n) standard deviations above it,
 * so that the subtraction of the squares loses at most log2(n) bits, wherever the series stands. */
static double zscore(const struct vol_rank_window *window, double x)
{
    double n = (double)window->n, sum, square, mean, z;

    if (window->n < 2 || !(window->max > window->min))
        return NAN;
    sums_of(window->values, window->n, window->min, &sum, &square);
    mean = sum / n;
    z = (x - window->min - mean) / sqrt((square - sum * mean) / (n - 1));
    return isfinite(z) ? z : NAN;
}

enum vol_status vol_rank_of(const struct vol_rank_window *window, double x, size_t min_samples,
                            struct vol_rank *out)
{
    struct vol_rank made = {window->n, NAN, NAN, NAN, x, x};
    double min = window->min, max = window->max;

    if (!isfinite(x))
        return VOL_EDATA;
    /* The rank's window holds X, so that a full one has lost its oldest value; it matters only on the edge.
     */
    if (window->n == window->lookback &&
        (window->values[window->next] == min || window->values[window->next] == max))
        extremes(window, window->next, &min, &max);
    made.min = min < x ? min : x;
    made.max = max > x ? max : x;
    if (window->n >= min_samples && window->n > 0) {
        double rank = 100 * ((x - made.min) / (made.max - made.min));

        made.rank = isfinite(rank) ? rank : NAN;
        made.percentile = 100 * (double)count_below(window->values, padded(window->n), x) / (double)window->n;
        made.zscore = zscore(window, x);
    }
    *out = made;
    return VOL_OK;
}
