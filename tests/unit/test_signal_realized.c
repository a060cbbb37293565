#include "signal/realized.h"
#include "unit.h"

#include "../oracle/realized.inc"

#define COUNT(x) (sizeof(x) / sizeof(x)[0])

static const int64_t noon = INT64_C(1000);

static enum vol_status take(struct vol_days *days, int32_t date, double open, double high, double low,
                            double close)
{
    struct vol_bar bar = {open, high, low, close};

    return vol_days_take(days, date, noon + date, &bar);
}

/* SPY through the crash of 2008, with a dividend, against numpy and pandas: 1e-12 of each vol. */
static void test_oracle(void)
{
    static const int32_t ex_date = 14141; /* 2008-09-19 */
    struct vol_days days;
    struct vol_cone cone;
    size_t i, j, seen = 0;

    UNIT(vol_days_init(&days, 200) == VOL_OK);
    UNIT(vol_days_dividend(&days, ex_date, 0.69101) == VOL_OK);
    for (i = 0; i < COUNT(realized_bars); i++) {
        const double *b = realized_bars[i];

        UNIT(take(&days, (int32_t)b[0], b[1], b[2], b[3], b[4]) == VOL_OK);
        for (j = 0; j < COUNT(realized_oracle); j++) {
            const double *w = realized_oracle[j];
            struct vol_realized rv;

            if ((size_t)w[0] != i)
                continue;
            rv = vol_realized_of(&days, (size_t)w[1], 252);
            UNIT(rv.n == (size_t)w[1] && rv.flags == 0 && isnan(rv.intraday));
            UNIT_NEAR(rv.close_close, w[2], 1e-12);
            UNIT_NEAR(rv.parkinson, w[3], 1e-12);
            UNIT_NEAR(rv.garman_klass, w[4], 1e-12);
            UNIT_NEAR(rv.rogers_satchell, w[5], 1e-12);
            UNIT_NEAR(rv.yang_zhang, w[6], 1e-12);
            UNIT_NEAR(rv.overnight, w[7], 1e-12);
            seen++;
        }
    }
    UNIT(seen == COUNT(realized_oracle) && seen > 40);
    for (i = 0; i < COUNT(realized_cones); i++) {
        const double *c = realized_cones[i];

        UNIT(vol_realized_cone(&days, (size_t)c[0], 252, &cone) == VOL_OK && cone.n == (size_t)c[1]);
        UNIT_NEAR(cone.now, c[2], 1e-12);
        UNIT_NEAR(cone.percentile, c[3], 1e-10);
        UNIT_NEAR(cone.min, c[4], 1e-12);
        for (j = 0; j < 5; j++)
            UNIT_NEAR(cone.q[j], c[5 + j], 1e-12);
        UNIT_NEAR(cone.max, c[10], 1e-12);
    }
    UNIT(vol_realized_cone(&days, 300, 252, &cone) == VOL_NO &&
         vol_realized_cone(&days, 1, 252, &cone) == VOL_NO);
    vol_days_free(&days);
}

/* A ring that forgets gives what a longer one gives. */
static void test_ring(void)
{
    struct vol_days all, few;
    struct vol_realized a, b;
    size_t i;

    UNIT(vol_days_init(&all, 200) == VOL_OK && vol_days_init(&few, 23) == VOL_OK);
    for (i = 0; i < COUNT(realized_bars); i++) {
        const double *x = realized_bars[i];

        UNIT(take(&all, (int32_t)x[0], x[1], x[2], x[3], x[4]) == VOL_OK);
        UNIT(take(&few, (int32_t)x[0], x[1], x[2], x[3], x[4]) == VOL_OK);
        a = vol_realized_of(&all, 21, 252);
        b = vol_realized_of(&few, 21, 252);
        UNIT(a.n == b.n && (a.n < 21 ? isnan(a.yang_zhang) : a.yang_zhang == b.yang_zhang));
    }
    UNIT(few.n == 23);
    vol_days_free(&all);
    vol_days_free(&few);
}

/* Bars of parts of a day join; a correction of the latest one replaces it. */
static void test_intraday(void)
{
    struct vol_bar bars[] = {{100, 102, 99, 101}, {101, 105, 100, 104}, {104, 104, 98, 99}};
    struct vol_days days;
    const struct vol_day *day;
    double a = log(101.0 / 100), b = log(104.0 / 101), c = log(99.0 / 104);
    int i, d;

    UNIT(vol_days_init(&days, 10) == VOL_OK);
    UNIT(take(&days, 9, 90, 100, 90, 100) == VOL_OK);
    for (i = 0; i < 3; i++)
        UNIT(vol_days_take(&days, 10, 10 * i, &bars[i]) == VOL_OK);
    day = vol_days_back(&days, 0);
    UNIT(day->bars == 3 && day->close == 99 && days.n == 2 && (day->flags & VOL_DAY_OPEN_IS_CLOSE));
    UNIT_NEAR(day->up, log(1.05), 1e-15);
    UNIT_NEAR(day->down, log(0.98), 1e-15);
    UNIT_NEAR(day->squares, a * a + b * b + c * c, 1e-15);
    bars[2] = (struct vol_bar){104, 104, 103, 103};
    UNIT(vol_days_take(&days, 10, 20, &bars[2]) == VOL_OK);
    c = log(103.0 / 104);
    UNIT(day->bars == 3 && day->close == 103);
    UNIT_NEAR(day->down, log(0.99), 1e-15);
    UNIT_NEAR(day->squares, a * a + b * b + c * c, 1e-15);
    UNIT(vol_days_take(&days, 10, 19, &bars[2]) == VOL_EDATA); /* goes back within the day */
    UNIT(vol_days_take(&days, 9, 99, &bars[2]) == VOL_EDATA);
    for (d = 11; d < 14; d++) /* steps of 1 % up and down, nothing overnight */
        for (i = 0; i < 6; i++) {
            double from = i % 2 ? 103 * 1.01 : 103, to = i % 2 ? 103 : 103 * 1.01;
            struct vol_bar bar = {from, 103 * 1.01, 103, to};

            UNIT(vol_days_take(&days, d, 100 * d + i, &bar) == VOL_OK);
        }
    UNIT_NEAR(vol_realized_of(&days, 2, 252).intraday, sqrt(252 * 6) * log(1.01), 1e-12);
    UNIT(isnan(vol_realized_of(&days, 4, 252).intraday)); /* a day of three bars is too few */
    vol_days_free(&days);
}

/* Announced splits leave returns alone; one that was not announced is refused, not believed. */
static void test_splits(void)
{
    struct vol_days days;
    struct vol_realized rv;
    double flat;
    int i;

    UNIT(vol_days_init(&days, 40) == VOL_OK);
    for (i = 0; i < 10; i++)
        UNIT(take(&days, i, 645 + i % 2, 648, 640, 645.5 - i % 2) == VOL_OK);
    flat = vol_realized_of(&days, 5, 252).close_close;
    UNIT(vol_days_split(&days, 10, 7) == VOL_OK && vol_days_split(&days, 9, 7) == VOL_EDATA);
    UNIT(vol_days_split(&days, 11, 0) == VOL_EDATA && vol_days_split(&days, 11, NAN) == VOL_EDATA);
    for (; i < 15; i++)
        UNIT(take(&days, i, (645 + i % 2) / 7.0, 648 / 7.0, 640 / 7.0, (645.5 - i % 2) / 7.0) == VOL_OK);
    rv = vol_realized_of(&days, 5, 252);
    UNIT(rv.flags == 0);
    UNIT_NEAR(rv.close_close, flat, 1e-9);
    for (; i < 20; i++) /* AAPL's 7:1 of 2014, unannounced, with a move of its own of 0.6 % */
        UNIT(take(&days, i, 13.25, 13.4, 13.1, 13.3) == VOL_OK);
    rv = vol_realized_of(&days, 5, 252);
    UNIT(rv.n == 5 && rv.flags == VOL_DAY_SPLIT && isnan(rv.close_close) && isnan(rv.garman_klass));
    UNIT(!isnan(vol_realized_of(&days, 4, 252).close_close)); /* the window behind it */
    UNIT(vol_days_split(&days, 20, 1) == VOL_OK);             /* a fall of one half that is none */
    UNIT(take(&days, 20, 6.65, 6.7, 6.6, 6.65) == VOL_OK);
    rv = vol_realized_of(&days, 2, 252);
    UNIT(rv.flags == 0);
    UNIT_NEAR(rv.overnight, sqrt(252 * (log(0.5) * log(0.5) + log(13.25 / 13.3) * log(13.25 / 13.3)) / 2),
              1e-12);
    vol_days_free(&days);
}

/* What bars lack, their windows lack too. */
static void test_bad_bars(void)
{
    char text[VOL_REALIZED_FLAGS_MAX];
    struct vol_days days;
    struct vol_realized rv;
    size_t n;
    int i;

    UNIT(vol_days_init(&days, 40) == VOL_OK && vol_days_init(&days, 1) == VOL_EUSAGE);
    UNIT(take(&days, 0, 1, 1, 1, 0) == VOL_EDATA && take(&days, 0, 1, 1, 1, -5) == VOL_EDATA);
    UNIT(take(&days, 0, 1, 1, 1, NAN) == VOL_EDATA && days.n == 0);
    for (i = 0; i < 10; i++) /* opens that are the close before */
        UNIT(take(&days, i, 100 + (i + 1) % 2, 102, 99, 100 + i % 2) == VOL_OK);
    rv = vol_realized_of(&days, 6, 252);
    UNIT(rv.flags == VOL_DAY_OPEN_IS_CLOSE && isnan(rv.yang_zhang) && rv.garman_klass > 0 &&
         rv.close_close > 0);
    UNIT(rv.overnight == 0);
    UNIT(take(&days, 10, 101, 100, 99, 100) == VOL_OK); /* open above high */
    rv = vol_realized_of(&days, 3, 252);
    UNIT(isnan(rv.garman_klass) && rv.close_close > 0);
    vol_realized_flags(rv.flags, text);
    UNIT_STR(text, "open_is_prev_close,no_range,bad_bar");
    UNIT(take(&days, 20, 0, 102, 99, 100.5) == VOL_OK); /* after a gap, without an open */
    rv = vol_realized_of(&days, 2, 252);
    vol_realized_flags(rv.flags, text);
    UNIT_STR(text, "no_range,no_open,bad_bar,gap");
    UNIT(isnan(rv.overnight) && rv.close_close > 0);
    for (i = 21; i < 27; i++) /* closes alone */
        UNIT(take(&days, i, NAN, NAN, NAN, 100 + i % 2) == VOL_OK);
    rv = vol_realized_of(&days, 5, 252);
    UNIT(rv.flags == (VOL_DAY_NO_RANGE | VOL_DAY_NO_OPEN) && rv.close_close > 0 && isnan(rv.parkinson));
    UNIT_NEAR(vol_realized_since(&days, 24, 2, &n), 2 * log(1.01) * log(1.01) * 365 / 2, 1e-12);
    UNIT(n == 2 && isnan(vol_realized_since(&days, -1, 27, &n)) &&
         isnan(vol_realized_since(&days, 26, 1, &n)));
    vol_days_free(&days);
}

int main(void)
{
    test_oracle();
    test_ring();
    test_intraday();
    test_splits();
    test_bad_bars();
    return unit_done("signal/realized");
}
