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

/* Against a count that is too plain to be wrong, over lookbacks, ties and trends. */
static void test_random(void)
{
    static const size_t lookbacks[] = {1, 2, 3, 7, 8, 9, 16, 63, 252, 1000};
    double series[3000];
    size_t k, i, j, wrong = 0;
    unsigned seed = 7;

    for (k = 0; k < sizeof lookbacks / sizeof lookbacks[0]; k++) {
        struct vol_rank_window window;
        size_t lookback = lookbacks[k];

        vol_rank_window_init(&window, lookback);
        for (i = 0; i < 3000; i++) {
            struct vol_rank rank;
            size_t first = i > lookback ? i - lookback : 0, below = 0;
            double min, max;

            seed = seed * 1103515245u + 12345u;
            series[i] = (double)(seed >> 16 & 63) - (i > 1500 ? (double)i / 10 : 0);
            min = max = series[i];
            for (j = first; j < i; j++) {
                below += series[j] < series[i];
                if (j > first || i - first < lookback) {
                    min = series[j] < min ? series[j] : min;
                    max = series[j] > max ? series[j] : max;
                }
            }
            vol_rank_of(&window, series[i], 1, &rank);
            vol_rank_window_add(&window, series[i]);
            if (i > 0)
                wrong += rank.percentile != 100 * (double)below / (double)(i - first);
            wrong += rank.min != min || rank.max != max;
        }
        vol_rank_window_free(&window);
    }
    UNIT(wrong == 0);
}

int main(void)
{
    test_vix();
    test_by_hand();
    test_edges();
    test_random();
    return unit_done("signal/rank");
}
