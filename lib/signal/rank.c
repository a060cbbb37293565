#include "signal/rank.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 2, CHUNK = 128 };

typedef double vec __attribute__((vector_size(LANES * 8)));

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

/* Mean of N values and the sum of their squared distances from it. */
static void moments_of(const double *values, size_t n, struct vol_rank_chunk *out)
{
    double sum, square, count = (double)n;

    sums_of(values, n, values[0], &sum, &square);
    out->mean = values[0] + sum / count;
    out->squares = square - sum / count * sum;
}

static bool is_long(const struct vol_rank_window *window)
{
    return window->lookback > VOL_RANK_COUNT_MAX;
}

/* What a long window keeps beside its ring. */
static enum vol_status init_long(struct vol_rank_window *window)
{
    enum vol_status status;

    window->chunks = malloc((window->lookback / CHUNK + 1) * sizeof *window->chunks);
    if (window->chunks == NULL)
        return VOL_EOS;
    status = vol_order_init(&window->order, window->lookback);
    if (status != VOL_OK)
        free(window->chunks);
    return status;
}

enum vol_status vol_rank_window_init(struct vol_rank_window *window, size_t lookback)
{
    struct vol_rank_window made = {.min = INFINITY, .max = -INFINITY, .lookback = lookback};

    if (lookback < 1 || lookback > VOL_RANK_LOOKBACK_MAX)
        return VOL_EUSAGE;
    made.below = vol_below_for(VOL_ISA_BEST);
    made.values = malloc(lookback * sizeof *made.values);
    if (made.values == NULL)
        return VOL_EOS;
    if (is_long(&made) && init_long(&made) != VOL_OK) {
        free(made.values);
        return VOL_EOS;
    }
    *window = made;
    return VOL_OK;
}

void vol_rank_window_free(struct vol_rank_window *window)
{
    free(window->values);
    free(window->chunks);
    vol_order_free(&window->order);
    memset(window, 0, sizeof *window);
}

/* The chunk of the ring that holds place AT, anew. */
static void renew_chunk(struct vol_rank_window *window, size_t at)
{
    size_t from = at / CHUNK * CHUNK, n = window->n - from < CHUNK ? window->n - from : CHUNK;

    moments_of(window->values + from, n, &window->chunks[at / CHUNK]);
}

enum vol_status vol_rank_window_add(struct vol_rank_window *window, double x)
{
    size_t at = window->next;
    bool full = window->n == window->lookback;
    double old;

    if (!isfinite(x))
        return VOL_EDATA;
    old = full ? window->values[at] : x;
    window->values[at] = x;
    window->next = at + 1 < window->lookback ? at + 1 : 0;
    window->n += !full;
    if (is_long(window)) {
        if (full)
            vol_order_remove(&window->order, old);
        vol_order_add(&window->order, x);
        renew_chunk(window, at);
        window->min = vol_order_lowest(&window->order, 0);
        window->max = vol_order_highest(&window->order, 0);
        return VOL_OK;
    }
    window->min = x < window->min ? x : window->min;
    window->max = x > window->max ? x : window->max;
    /* Rarely does the value that left lie on the edge: one step in L / 2 of a series without trend. */
    if (full && (old == window->min || old == window->max))
        extremes(window, VOL_RANK_LOOKBACK_MAX, &window->min, &window->max);
    return VOL_OK;
}

/* Mean and squared distances of a long window, from those of its chunks (Chan, Golub and LeVeque 1983). */
static void moments_of_chunks(const struct vol_rank_window *window, struct vol_rank_chunk *out)
{
    double n = (double)window->n, base = window->chunks[0].mean, sum = 0, squares = 0;
    size_t i, n_chunks = (window->n + CHUNK - 1) / CHUNK;
    double last = (double)(window->n - (n_chunks - 1) * CHUNK);

    for (i = 0; i < n_chunks; i++)
        sum += (window->chunks[i].mean - base) * (i + 1 < n_chunks ? CHUNK : last);
    out->mean = base + sum / n;
    for (i = 0; i < n_chunks; i++) {
        double d = window->chunks[i].mean - out->mean;

        squares += window->chunks[i].squares + d * d * (i + 1 < n_chunks ? CHUNK : last);
    }
    out->squares = squares;
}

/* One pass over the distances from the minimum. The mean lies at most sqrt(n) standard deviations above it,
 * so that the subtraction of the squares loses at most log2(n) bits, wherever the series stands. */
static double zscore(const struct vol_rank_window *window, double x)
{
    double n = (double)window->n, sum, square, mean, z;
    struct vol_rank_chunk all;

    if (window->n < 2 || !(window->max > window->min))
        return NAN;
    if (is_long(window)) {
        moments_of_chunks(window, &all);
        z = (x - all.mean) / sqrt(all.squares / (n - 1));
    } else {
        sums_of(window->values, window->n, window->min, &sum, &square);
        mean = sum / n;
        z = (x - window->min - mean) / sqrt((square - sum * mean) / (n - 1));
    }
    return isfinite(z) ? z : NAN;
}

/* Least and greatest of a full window without its oldest value, which lies on an edge. */
static void edges_without_oldest(const struct vol_rank_window *window, double *min, double *max)
{
    double old = window->values[window->next];

    if (!is_long(window)) {
        extremes(window, window->next, min, max);
        return;
    }
    *min = vol_order_lowest(&window->order, old == window->min);
    *max = vol_order_highest(&window->order, old == window->max);
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
        edges_without_oldest(window, &min, &max);
    made.min = min < x ? min : x;
    made.max = max > x ? max : x;
    if (window->n >= min_samples && window->n > 0) {
        size_t below = is_long(window) ? vol_order_below(&window->order, x)
                                       : window->below(window->values, window->n, x);
        double rank = 100 * ((x - made.min) / (made.max - made.min));

        made.rank = isfinite(rank) ? rank : NAN;
        made.percentile = 100 * (double)below / (double)window->n;
        made.zscore = zscore(window, x);
    }
    *out = made;
    return VOL_OK;
}
