#include "signal/levels.h"
#include "unit.h"

static const struct vol_levels chapter = VOL_LEVELS_CHAPTER, term = {0.82, 0.9, 1, 1.05};

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
        int level = vol_levels_of(&chapter, cases[i].percentile, 0);

        UNIT_STR(vol_level_signal(level), cases[i].signal);
        UNIT_STR(vol_level_strength(level), cases[i].strength);
        UNIT(vol_level_score(level) == cases[i].score);
    }
}

/* Thresholds that rise sell what is low. */
static void test_rising(void)
{
    UNIT(vol_levels_of(&term, 0.81, 0) == -2 && vol_levels_of(&term, 0.82, 0) == -1);
    UNIT(vol_levels_of(&term, 0.9, 0) == 0 && vol_levels_of(&term, 1, 0) == 0);
    UNIT(vol_levels_of(&term, 1.01, 0) == 1 && vol_levels_of(&term, 1.06, 0) == 2);
    UNIT(vol_levels_of(&term, NAN, 0) == 0 && vol_levels_of(&term, INFINITY, 0) == 2);
    UNIT(vol_levels_are_good(&term) && vol_levels_are_good(&chapter));
    UNIT(!vol_levels_are_good(&(struct vol_levels){1, 1, 1, 1}));
    UNIT(!vol_levels_are_good(&(struct vol_levels){80, 60, 70, 20}));
    UNIT(!vol_levels_are_good(&(struct vol_levels){NAN, 60, 40, 20}));
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
    struct vol_levels levels = VOL_LEVELS_CHAPTER;
    struct vol_error err = {0};
    size_t i;

    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        UNIT(vol_levels_parse(wrong[i], &levels, &err) == VOL_ECONFIG && levels.sell_strong == 80);
    UNIT_STR(err.text, "expected four numbers such as 80,60,40,20, got \"nan,60,40,20\"");
    UNIT(vol_levels_parse("1,2,3,4", &levels, &err) == VOL_ECONFIG);
    UNIT_STR(err.text, "expected 100 >= strong sell >= sell > buy >= strong buy >= 0, got \"1,2,3,4\"");
    UNIT(vol_levels_parse("100,100,40,20", &levels, &err) == VOL_OK && vol_levels_of(&levels, 100, 0) == 0);
    UNIT(vol_levels_parse("70,70,30.5,30.5", &levels, &err) == VOL_OK && vol_levels_of(&levels, 71, 0) == -2);
    UNIT(vol_levels_of(&levels, 30.25, 0) == 2);
}

static void test_reasons(void)
{
    char text[VOL_LEVELS_REASON_MAX];

    vol_levels_reason(&chapter, "iv_percentile", NAN, text);
    UNIT_STR(text, "warmup");
    vol_levels_reason(&chapter, "iv_percentile", 40, text);
    UNIT_STR(text, "iv_percentile from 40 to 60");
    vol_levels_reason(&chapter, "iv_percentile", 80.5, text);
    UNIT_STR(text, "iv_percentile > 80");
    vol_levels_reason(&chapter, "iv_percentile", 5, text);
    UNIT_STR(text, "iv_percentile < 20");
    vol_levels_reason(&chapter, "iv_percentile", 61, text);
    UNIT_STR(text, "iv_percentile > 60");
    vol_levels_reason(&term, "term_mid", 0.85, text);
    UNIT_STR(text, "term_mid < 0.9");
    vol_levels_reason(&term, "term_mid", 1.2, text);
    UNIT_STR(text, "term_mid > 1.05");
    vol_levels_reason(&term, "term_mid", 0.95, text);
    UNIT_STR(text, "term_mid from 0.9 to 1");
}

/* Each letter a day: S s n b B are the levels that the numbers give and the expected ones. */
static void steps(const struct vol_steady_config *config, const double *x, size_t n, const char *expected)
{
    struct vol_steady steady = {0};
    char got[32] = "";
    size_t i;

    for (i = 0; i < n; i++)
        got[i] = "SsnbB"[vol_steady_step(&steady, &chapter, config, (int32_t)i, x[i]) + 2];
    got[n] = '\0';
    UNIT_STR(got, expected);
}

static void test_steady(void)
{
    const struct vol_steady_config none = {0, 0}, band = {5, 0}, hold = {0, 3}, both = {5, 3};
    const double wobble[] = {61, 59, 61, 56, 54, 61, 81, 79, 74, 59, 55, 54};
    const double turn[] = {90, 50, 10, 10, 50, 10, 10, 90};
    const double unknown[] = {90, NAN, 50, 90};

    steps(&none, wobble, 12, "snsnnsSssnnn");
    steps(&band, wobble, 12, "ssssnsSSssnn"); /* left at 55 and 75 */
    steps(&hold, turn, 8, "SssBbBBS");        /* three days at least, the strength as it comes */
    steps(&none, turn, 8, "SnBBnBBS");
    steps(&both, unknown, 4, "Snnn"); /* what is not known ends it at once; neutral is held like the others */
}

int main(void)
{
    test_chapter();
    test_rising();
    test_thresholds();
    test_reasons();
    test_steady();
    return unit_done("signal/levels");
}
