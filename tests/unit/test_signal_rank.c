#include <stdlib.h>

#include "signal/rank.h"
#include "unit.h"

#include "../oracle/vix_rank.inc"

/* Against numpy and pandas on real closes through the crisis of 2008. */
static void test_vix(void)
{
    struct vol_rank_window window;
    struct vol_rank rank;
    size_t i, row = 0, n_rows = sizeof vix_rank / sizeof vix_rank[0];

    UNIT(vol_rank_window_init(&window, 252) == VOL_OK);
    for (i = 0; i < sizeof vix_close / sizeof vix_close[0]; i++) {
        UNIT(vol_rank_of(&window, vix_close[i], 252, &rank) == VOL_OK);
        UNIT(rank.n == (i < 252 ? i : 252));
        UNIT(isnan(rank.percentile) == (i < 252) && isnan(rank.rank) == (i < 252));
        if (row < n_rows && vix_rank[row][0] == (double)i) {
            UNIT_NEAR(rank.rank, vix_rank[row][1], 1e-9);
            UNIT_NEAR(rank.percentile, vix_rank[row][2], 1e-9);
            UNIT_NEAR(rank.zscore, vix_rank[row][3], 1e-9);
            UNIT(rank.min == vix_rank[row][4] && rank.max == vix_rank[row][5]);
            row++;
        }
        UNIT(vol_rank_window_add(&window, vix_close[i]) == VOL_OK);
    }
    UNIT(row == n_rows && n_rows > 100);
    vol_rank_window_free(&window);
}

/* A series that can be counted by hand: 1, 2, …, 10 and then 5.5. */
static void test_by_hand(void)
{
    struct vol_rank_window window;
    struct vol_rank rank;
    int i;

    UNIT(vol_rank_window_init(&window, 10) == VOL_OK);
    for (i = 1; i <= 10; i++)
        vol_rank_window_add(&window, i);
    UNIT(vol_rank_of(&window, 5.5, 10, &rank) == VOL_OK);
    UNIT(rank.n == 10 && rank.percentile == 50); /* 1 to 5 of 1 to 10 */
    UNIT(rank.min == 2 && rank.max == 10);       /* the 1 has left the ten values that end with 5.5 */
    UNIT_NEAR(rank.rank, 43.75, 1e-12);          /* 3.5 of 8 */
    UNIT(rank.zscore == 0);
    UNIT(vol_rank_of(&window, 1, 10, &rank) == VOL_OK && rank.percentile == 0 && rank.rank == 0 &&
         rank.min == 1);
    UNIT(vol_rank_of(&window, 10, 10, &rank) == VOL_OK && rank.percentile == 90 &&
         rank.rank == 100); /* strictly below */
    UNIT(vol_rank_of(&window, 99, 10, &rank) == VOL_OK && rank.percentile == 100 && rank.rank == 100 &&
         rank.max == 99);
    vol_rank_window_free(&window);
}

static void test_edges(void)
{
    struct vol_rank_window window;
    struct vol_rank rank = {.n = 77};
    int i;

    UNIT(vol_rank_window_init(&window, 0) == VOL_EUSAGE);
    UNIT(vol_rank_window_init(&window, VOL_RANK_LOOKBACK_MAX + 1) == VOL_EUSAGE);
    UNIT(vol_rank_window_init(&window, 5) == VOL_OK);
    UNIT(vol_rank_window_add(&window, NAN) == VOL_EDATA &&
         vol_rank_window_add(&window, INFINITY) == VOL_EDATA);
    UNIT(vol_rank_of(&window, NAN, 1, &rank) == VOL_EDATA && rank.n == 77);
    UNIT(vol_rank_of(&window, 1, 0, &rank) == VOL_OK && rank.n == 0 &&
         isnan(rank.percentile)); /* nothing before */
    for (i = 0; i < 12; i++)
        vol_rank_window_add(&window, 3);
    UNIT(vol_rank_of(&window, 3, 5, &rank) == VOL_OK);
    UNIT(rank.percentile == 0 && isnan(rank.rank) && isnan(rank.zscore)); /* no spread */
    UNIT(vol_rank_of(&window, 4, 5, &rank) == VOL_OK && rank.percentile == 100 && rank.rank == 100);
    UNIT(vol_rank_of(&window, 4, 6, &rank) == VOL_OK && isnan(rank.percentile) &&
         rank.n == 5); /* more than it holds */
    vol_rank_window_free(&window);
    /* A lookback of one: the day before, and today alone. */
    UNIT(vol_rank_window_init(&window, 1) == VOL_OK);
    vol_rank_window_add(&window, 2);
    UNIT(vol_rank_of(&window, 3, 1, &rank) == VOL_OK);
    UNIT(rank.percentile == 100 && isnan(rank.rank) && rank.min == 3 && rank.max == 3);
    vol_rank_window_free(&window);
}

static unsigned seed = 7;

static double next(size_t i)
{
    seed = seed * 1103515245u + 12345u;
    return (double)(seed >> 16 & 1023) - (i > 4000 ? (double)i / 10 : 0);
}

/* What window and kernel should say of series[i], counted plainly; how much of it is wrong. */
static size_t compare(const double *series, size_t i, size_t lookback, const struct vol_rank *rank, double r,
                      double p)
{
    size_t first = i > lookback ? i - lookback : 0, below = 0, j, wrong = 0;
    double min = series[i], max = series[i], sum = 0, squares = 0, n = (double)(i - first), z;

    for (j = first; j < i; j++) {
        below += series[j] < series[i];
        if (j > first || i - first < lookback) {
            min = series[j] < min ? series[j] : min;
            max = series[j] > max ? series[j] : max;
        }
        sum += series[j];
    }
    for (j = first; j < i; j++)
        squares += (series[j] - sum / n) * (series[j] - sum / n);
    wrong += rank->min != min || rank->max != max;
    if (i == 0)
        return wrong + (isnan(p) ? 0 : 1);
    z = (series[i] - sum / n) / sqrt(squares / (n - 1));
    wrong += rank->percentile != 100 * (double)below / n || p != rank->percentile;
    wrong += isnan(rank->rank) ? !(r != r) : r != rank->rank;
    wrong += isfinite(z) && !(fabs(rank->zscore - z) < 1e-9);
    return wrong;
}

/* Against a count that is too plain to be wrong, over lookbacks on both sides of VOL_RANK_COUNT_MAX, ties and
 * trends. */
static void test_random(void)
{
    enum { N = 6000 };
    static const size_t lookbacks[] = {
        1, 2, 3, 7, 8, 9, 16, 63, 252, VOL_RANK_COUNT_MAX, VOL_RANK_COUNT_MAX + 1, 3500};
    static double series[N], rank[N], percentile[N];
    size_t k, i, wrong = 0;

    for (k = 0; k < sizeof lookbacks / sizeof lookbacks[0]; k++) {
        struct vol_rank_window window;
        struct vol_rank at;

        for (i = 0; i < N; i++)
            series[i] = next(i);
        UNIT(vol_rank_window_init(&window, lookbacks[k]) == VOL_OK);
        UNIT(vol_rank_rolling(series, N, lookbacks[k], 1, VOL_ISA_BEST, rank, percentile) == VOL_OK);
        for (i = 0; i < N; i++) {
            UNIT(vol_rank_of(&window, series[i], 1, &at) == VOL_OK);
            if (i < 300 || i % 13 == 0)
                wrong += compare(series, i, lookbacks[k], &at, rank[i], percentile[i]);
            UNIT(vol_rank_window_add(&window, series[i]) == VOL_OK);
        }
        vol_rank_window_free(&window);
    }
    UNIT(wrong == 0);
    UNIT(vol_rank_rolling(series, N, 0, 1, VOL_ISA_BEST, rank, percentile) == VOL_EUSAGE);
}

/* Values that are missing are no samples: as if they were not there. */
static void test_missing(void)
{
    enum { N = 500 };
    double with[N], without[N], rank[N], percentile[N], r[N], p[N];
    size_t i, n = 0, wrong = 0;

    for (i = 0; i < N; i++) {
        with[i] = i % 7 == 3 ? NAN : i % 31 == 5 ? INFINITY : next(i);
        if (isfinite(with[i]))
            without[n++] = with[i];
    }
    UNIT(vol_rank_rolling(with, N, 20, 20, VOL_ISA_BEST, rank, percentile) == VOL_OK);
    UNIT(vol_rank_rolling(without, n, 20, 20, VOL_ISA_BEST, r, p) == VOL_OK);
    for (i = n = 0; i < N; i++) {
        if (!isfinite(with[i])) {
            wrong += !isnan(rank[i]) || !isnan(percentile[i]);
            continue;
        }
        wrong += n < 20 ? !isnan(rank[i]) || !isnan(percentile[i]) : rank[i] != r[n] || percentile[i] != p[n];
        n++;
    }
    UNIT(wrong == 0 && n > 400);
}

int main(void)
{
    test_vix();
    test_by_hand();
    test_edges();
    test_random();
    test_missing();
    return unit_done("signal/rank");
}
