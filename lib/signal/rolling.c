#include "signal/rank.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Least and greatest of every window of L values by van Herk (1992) and Gil and Werman (1993): the values lie
 * in blocks of L; a window is the end of one block and the beginning of the next, so that running extremes
 * from both ends of each block give all windows with three comparisons a value, whatever L is. */
struct edges {
    double *low_after, *high_after; /* from here to the end of the block */
    double low, high;               /* from the beginning of the block to here */
};

static void fill_after(const double *x, size_t n, size_t block, const struct edges *e)
{
    size_t i;

    for (i = n; i-- > 0;) {
        e->low_after[i] = x[i];
        e->high_after[i] = x[i];
        if (i + 1 < n && (i + 1) % block != 0) {
            e->low_after[i] = e->low_after[i + 1] < x[i] ? e->low_after[i + 1] : x[i];
            e->high_after[i] = e->high_after[i + 1] > x[i] ? e->high_after[i + 1] : x[i];
        }
    }
}

/* The extremes of the L values that end with I, or of all when there are fewer. */
static void edges_at(const double *x, size_t i, size_t l, struct edges *e, double *min, double *max)
{
    if (i % l == 0) {
        e->low = INFINITY;
        e->high = -INFINITY;
    }
    e->low = x[i] < e->low ? x[i] : e->low;
    e->high = x[i] > e->high ? x[i] : e->high;
    *min = e->low;
    *max = e->high;
    if (i >= l && (i + 1) % l != 0) {
        double low = e->low_after[i + 1 - l], high = e->high_after[i + 1 - l];

        *min = low < *min ? low : *min;
        *max = high > *max ? high : *max;
    }
}

/* X has finite values only; those of I go to place[I] of the outputs. ORDER: of a long lookback, else null.
 */
static void roll(const double *x, size_t n, size_t l, size_t min_samples, struct edges *e,
                 struct vol_order *order, vol_below *count, const size_t *place, double *rank,
                 double *percentile)
{
    size_t i, to;

    for (i = 0; i < n; i++) {
        size_t before = i < l ? i : l, below;
        double min, max, r;

        edges_at(x, i, l, e, &min, &max);
        to = place[i];
        if (before >= min_samples && before > 0) {
            below = order != NULL ? vol_order_below(order, x[i]) : count(x + i - before, before, x[i]);
            r = 100 * ((x[i] - min) / (max - min));
            rank[to] = isfinite(r) ? r : NAN;
            percentile[to] = 100 * (double)below / (double)before;
        } else {
            rank[to] = percentile[to] = NAN;
        }
        if (order != NULL) {
            if (i >= l)
                vol_order_remove(order, x[i - l]);
            vol_order_add(order, x[i]);
        }
    }
}

enum vol_status vol_rank_rolling(const double *x, size_t n, size_t lookback, size_t min_samples,
                                 enum vol_isa isa, double *rank, double *percentile)
{
    struct edges e = {NULL, NULL, 0, 0};
    struct vol_order order = {0};
    bool is_long = lookback > VOL_RANK_COUNT_MAX;
    enum vol_status status = VOL_EOS;
    double *kept = NULL;
    size_t *place = NULL, i, m = 0;

    if (lookback < 1 || lookback > VOL_RANK_LOOKBACK_MAX)
        return VOL_EUSAGE;
    kept = malloc((n + 1) * sizeof *kept);
    place = malloc((n + 1) * sizeof *place);
    e.low_after = malloc((n + 1) * sizeof *e.low_after);
    e.high_after = malloc((n + 1) * sizeof *e.high_after);
    if (kept == NULL || place == NULL || e.low_after == NULL || e.high_after == NULL ||
        (is_long && vol_order_init(&order, lookback) != VOL_OK))
        goto done;
    for (i = 0; i < n; i++) {
        rank[i] = percentile[i] = NAN;
        kept[m] = x[i];
        place[m] = i;
        m += isfinite(x[i]) ? 1 : 0;
    }
    fill_after(kept, m, lookback, &e);
    roll(kept, m, lookback, min_samples, &e, is_long ? &order : NULL, vol_below_for(isa), place, rank,
         percentile);
    status = VOL_OK;
done:
    free(kept);
    free(place);
    free(e.low_after);
    free(e.high_after);
    vol_order_free(&order);
    return status;
}
