#include "signal/meanrev.h"
#include "unit.h"

static const struct vol_meanrev_config chapter = VOL_MEANREV_CHAPTER;

static void test_chapter(void)
{
    static const struct {
        double percentile;
        const char *signal, *strength;
        double score;
    } cases[] = {
        {100, "sell_vol", "strong", -1},    {80.00001, "sell_vol", "strong", -1},
        {80, "sell_vol", "moderate", -0.5}, {60.5, "sell_vol", "moderate", -0.5},
        {60, "neutral", "none", 0},         {50, "neutral", "none", 0},
        {40, "neutral", "none", 0},         {39.9, "buy_vol", "moderate", 0.5},
        {20, "buy_vol", "moderate", 0.5},   {19.9, "buy_vol", "strong", 1},
        {0, "buy_vol", "strong", 1},        {NAN, "neutral", "none", 0},
    };
    size_t i;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vol_meanrev got = vol_meanrev_of(&chapter, cases[i].percentile);

        UNIT_STR(got.signal, cases[i].signal);
        UNIT_STR(got.strength, cases[i].strength);
        UNIT(got.score == cases[i].score);
    }
    UNIT(vol_meanrev_of(&chapter, 70).threshold == 60 && vol_meanrev_of(&chapter, 10).threshold == 20);
    UNIT(isnan(vol_meanrev_of(&chapter, 50).threshold));
}

static void test_thresholds(void)
{
    static const struct vol_meanrev_config wrong[] = {
        {80, 60, 60, 20},  {60, 80, 40, 20}, {80, 60, 20, 40},
        {101, 60, 40, 20}, {80, 60, 40, -1}, {80, NAN, 40, 20},
    };
    const struct vol_meanrev_config never_sell = {100, 100, 40, 20}, one_each = {70, 70, 30, 30};
    struct vol_error err = {0};
    size_t i;

    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        UNIT(vol_meanrev_check(&wrong[i], &err) == VOL_ECONFIG);
    UNIT_STR(err.text,
             "thresholds 80,nan,40,20: expected 100 >= strong sell >= sell > buy >= strong buy >= 0");
    UNIT(vol_meanrev_check(&chapter, &err) == VOL_OK);
    UNIT(vol_meanrev_check(&never_sell, &err) == VOL_OK && vol_meanrev_of(&never_sell, 100).score == 0);
    UNIT(vol_meanrev_check(&one_each, &err) == VOL_OK && vol_meanrev_of(&one_each, 71).score == -1);
}

int main(void)
{
    test_chapter();
    test_thresholds();
    return unit_done("signal/meanrev");
}
