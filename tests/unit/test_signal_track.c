#include "signal/track.h"
#include "unit.h"

static struct vol_rank rank;

static enum vol_status sample(struct vol_track *track, const char *symbol, int32_t date, double x)
{
    rank = (struct vol_rank){.n = 999, .percentile = -1};
    return vol_track_sample(track, symbol, strlen(symbol), date, x, 1, &rank);
}

/* Several values of one date count once, the last of them; each is ranked against the dates before. */
static void test_one_sample_a_day(void)
{
    struct vol_track track;

    UNIT(vol_track_init(&track, 3) == VOL_OK);
    UNIT(sample(&track, "SPX", 10, 5) == VOL_OK && rank.n == 0 && isnan(rank.percentile));
    UNIT(sample(&track, "SPX", 10, 20) == VOL_OK && rank.n == 0);
    UNIT(sample(&track, "SPX", 11, 15) == VOL_OK && rank.n == 1 &&
         rank.percentile == 0); /* against 20, not 5 */
    UNIT(sample(&track, "SPX", 11, 25) == VOL_OK && rank.n == 1 && rank.percentile == 100);
    UNIT(vol_track_count(&track, "SPX", 3, 11) == 1 && vol_track_count(&track, "SPX", 3, 12) == 2);
    UNIT(sample(&track, "SPX", 13, 22) == VOL_OK && rank.n == 2 && rank.percentile == 50);
    UNIT(sample(&track, "SPX", 12, 1) == VOL_EDATA && rank.n == 999); /* a date that falls */
    UNIT(sample(&track, "SPX", 14, NAN) == VOL_EDATA && rank.n == 999);
    UNIT(sample(&track, "SPX", 14, 22) == VOL_OK && rank.n == 3);
    UNIT_NEAR(rank.percentile, 100.0 / 3, 1e-12); /* 20 of 20, 25, 22 */
    UNIT(sample(&track, "SPX", 15, 21) == VOL_OK && rank.n == 3 && rank.percentile == 0); /* of 25, 22, 22 */
    UNIT(vol_track_count(&track, "SPX", 3, 15) == 3 && vol_track_count(&track, "SPX", 3, 16) == 3);
    UNIT(vol_track_count(&track, "BTC", 3, 15) == 0);
    vol_track_free(&track);
    UNIT(vol_track_init(&track, 0) == VOL_EUSAGE);
}

/* Symbols do not touch each other, however many there are. */
static void test_many_symbols(void)
{
    struct vol_track track;
    char symbol[16];
    int day, i, wrong = 0;

    UNIT(vol_track_init(&track, 20) == VOL_OK);
    for (day = 0; day < 30; day++)
        for (i = 0; i < 2000; i++) {
            snprintf(symbol, sizeof symbol, "S%d", i);
            /* Odd symbols rise, even ones fall. */
            wrong += sample(&track, symbol, day, i % 2 ? day : -day) != VOL_OK;
            wrong += rank.n != (size_t)(day < 20 ? day : 20);
            if (day > 0)
                wrong += rank.percentile != (i % 2 ? 100 : 0) || rank.rank != rank.percentile;
        }
    UNIT(wrong == 0);
    vol_track_free(&track);
}

int main(void)
{
    test_one_sample_a_day();
    test_many_symbols();
    return unit_done("signal/track");
}
