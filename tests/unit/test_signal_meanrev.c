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
    static const char *const wrong[] = {"",
                                        "80,60,40",
                                        "80,60,40,20,10",
                                        "80,60,40,20,",
                                        "a,60,40,20",
                                        "80,60,60,20",
                                        "60,80,40,20",
                                        "80,60,20,40",
                                        "101,60,40,20",
                                        "80,60,40,-1",
                                        "nan,60,40,20"};
    struct vol_meanrev_config config = VOL_MEANREV_CHAPTER;
    struct vol_error err = {0};
    size_t i;

    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        UNIT(vol_meanrev_parse(wrong[i], &config, &err) == VOL_ECONFIG && config.sell_strong == 80);
    UNIT_STR(err.text, "expected four numbers such as 80,60,40,20, got \"nan,60,40,20\"");
    UNIT(vol_meanrev_parse("1,2,3,4", &config, &err) == VOL_ECONFIG);
    UNIT_STR(err.text, "expected 100 >= strong sell >= sell > buy >= strong buy >= 0, got \"1,2,3,4\"");
    UNIT(vol_meanrev_parse("100,100,40,20", &config, &err) == VOL_OK &&
         vol_meanrev_of(&config, 100).score == 0);
    UNIT(vol_meanrev_parse("70,70,30.5,30.5", &config, &err) == VOL_OK &&
         vol_meanrev_of(&config, 71).score == -1);
    UNIT(vol_meanrev_of(&config, 30.25).score == 1);
}

static void test_reasons(void)
{
    char text[VOL_MEANREV_REASON_MAX];

    vol_meanrev_reason(&chapter, NAN, text);
    UNIT_STR(text, "warmup");
    vol_meanrev_reason(&chapter, 40, text);
    UNIT_STR(text, "iv_percentile from 40 to 60");
    vol_meanrev_reason(&chapter, 80.5, text);
    UNIT_STR(text, "iv_percentile > 80");
    vol_meanrev_reason(&chapter, 39, text);
    UNIT_STR(text, "iv_percentile < 40");
}

int main(void)
{
    test_chapter();
    test_thresholds();
    test_reasons();
    return unit_done("signal/meanrev");
}
