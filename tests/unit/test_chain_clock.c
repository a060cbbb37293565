/* Oracle: variance times in exact fractions, day by day (tests/oracle/clock.py), and spans that a hand can
 * count. */
#include "chain/clock.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "unit.h"

static const struct {
    const char *path, *underlying;
    int64_t from, to;
    double years;
} oracle[] = {
#include "../oracle/clock.inc"
};

static struct vol_clock_set *load(const char *path)
{
    struct vol_clock_set *set = NULL;
    struct vol_error err;

    if (!UNIT(vol_clock_load(path, "/nowhere", &set, &err) == VOL_OK))
        printf("    %s\n", err.text);
    return set;
}

static const struct vol_clock *of(const struct vol_clock_set *set, const char *underlying)
{
    return vol_clock_of(set, underlying, strlen(underlying));
}

/* The instant at which New York's clocks show HOUR:MINUTE of a date. */
static int64_t ny(const char *date, int hour, int minute)
{
    int32_t day = 0;

    UNIT(vol_date_parse(date, strlen(date), &day) == VOL_OK);
    return vol_time_new_york(day, hour * 3600 + minute * 60);
}

static void test_oracle(void)
{
    const char *path = "";
    struct vol_clock_set *set = NULL;

    UNIT(sizeof oracle / sizeof oracle[0] == 432);
    for (size_t i = 0; i < sizeof oracle / sizeof oracle[0]; i++) {
        const struct vol_clock *clock;

        if (strcmp(path, oracle[i].path) != 0) {
            vol_clock_free(set);
            path = oracle[i].path;
            if ((set = load(path)) == NULL)
                return;
        }
        clock = of(set, oracle[i].underlying);
        /* counted in nanoseconds; those of a year have 17 digits, a double 16: 3e-17 years each, some of them
         */
        UNIT_NEAR(vol_clock_years(clock, oracle[i].from, oracle[i].to), oracle[i].years,
                  1e-15 + 2e-16 * oracle[i].years);
        UNIT(vol_clock_years(clock, oracle[i].to, oracle[i].from) ==
             -vol_clock_years(clock, oracle[i].from, oracle[i].to));
    }
    vol_clock_free(set);
}

/* 251 trading days in 2026, 250 in 2028 (and 366 days). */
static void test_business(void)
{
    struct vol_clock_set *set = load("share/clocks/business.json");
    const struct vol_clock *clock;
    const double day = 1 / 251.0;

    if (set == NULL)
        return;
    clock = of(set, "SPX");
    UNIT_STR(vol_clock_name(set), "business");
    /* Friday's close to Monday's, and over the holiday of Martin Luther King to Tuesday's: one day */
    UNIT_NEAR(vol_clock_years(clock, ny("2026-01-09", 16, 0), ny("2026-01-12", 16, 0)), day, 1e-16);
    UNIT_NEAR(vol_clock_years(clock, ny("2026-01-16", 16, 0), ny("2026-01-20", 16, 0)), day, 1e-16);
    /* the nights in which clocks change: a day is a day */
    UNIT_NEAR(vol_clock_years(clock, ny("2026-03-06", 16, 0), ny("2026-03-09", 16, 0)), day, 1e-16);
    UNIT_NEAR(vol_clock_years(clock, ny("2026-10-30", 16, 0), ny("2026-11-02", 16, 0)), day, 1e-16);
    UNIT(vol_clock_years(clock, ny("2026-01-10", 0, 0), ny("2026-01-12", 0, 0)) == 0);
    UNIT_NEAR(vol_clock_years(clock, ny("2026-01-01", 0, 0), ny("2027-01-01", 0, 0)), 1, 0);
    UNIT_NEAR(vol_clock_years(clock, ny("2028-01-01", 0, 0), ny("2029-01-01", 0, 0)), 366 / 365.0, 1e-16);
    UNIT_NEAR(vol_clock_speed(clock, ny("2026-01-09", 12, 0)), 365 / 251.0, 1e-12);
    UNIT(vol_clock_speed(clock, ny("2026-01-10", 12, 0)) == 0);
    vol_clock_free(set);
}

/* At each New Year all clocks show the same, in 1678 as in 2262. */
static void test_years(void)
{
    static const char *const paths[] = {"share/clocks/business.json", "share/clocks/session.json",
                                        "share/clocks/french-roll.json", "share/clocks/calendar.json"};

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct vol_clock_set *set = load(paths[i]);
        size_t bad = 0;

        if (set == NULL)
            continue;
        for (int year = 1678; year <= 2261; year++) {
            int32_t first = 0, next = 0;
            int64_t from, to;

            vol_date_from_ymd(year, 1, 1, &first);
            vol_date_from_ymd(year + 1, 1, 1, &next);
            from = vol_time_new_york(first, 0);
            to = vol_time_new_york(next, 0);
            bad += vol_clock_years(of(set, "SPX"), from, to) != VOL_YEARS(from, to);
        }
        UNIT(bad == 0);
        UNIT(vol_clock_years(of(set, "SPX"), INT64_MIN, INT64_MAX) == VOL_YEARS(INT64_MIN, INT64_MAX));
        vol_clock_free(set);
    }
}

static void test_calendar_is_time(void)
{
    struct vol_clock_set *set = load("share/clocks/calendar.json");
    size_t bad = 0;

    if (set == NULL)
        return;
    for (int64_t i = 0; i < 1000; i++) {
        int64_t from = i * 7919 * VOL_MINUTE, to = from + i * i * i * VOL_SECOND;

        bad += vol_clock_years(of(set, "SPX"), from, to) != VOL_YEARS(from, to);
        bad += vol_clock_speed(of(set, "SPX"), from) != 1;
    }
    UNIT(bad == 0);
    vol_clock_free(set);
}

/* The last minutes of an expiry: 0.7 of the day in 390 minutes. Weights of 2026: 251 trading days, of which
 * two close early and count a half, 104 days of weekends, 10 holidays. */
static void test_minutes(void)
{
    struct vol_clock_set *set = load("tests/oracle/clock-events.json");
    const struct vol_clock *clock;
    double day = 1 / (249 + 2 * 0.5 + 104 * 0.1 + 10 * 0.25), left;

    if (set == NULL)
        return;
    clock = of(set, "SPX");
    for (int minutes = 1; minutes <= 30; minutes++) {
        left =
            vol_clock_years(clock, ny("2026-01-09", 16, 0) - minutes * VOL_MINUTE, ny("2026-01-09", 16, 0));
        UNIT_NEAR(left / (day * 0.7 * minutes / 390), 1, 1e-9); /* a nanosecond in a minute: 2e-11 */
    }
    UNIT_NEAR(vol_clock_years(clock, ny("2026-01-08", 16, 0), ny("2026-01-09", 9, 30)), day * 0.3, 1e-16);
    /* from Friday's close: two days at 0.1 */
    UNIT_NEAR(vol_clock_years(clock, ny("2026-01-09", 16, 0), ny("2026-01-12", 16, 0)), day * 1.2, 1e-16);
    /* the day after Thanksgiving closes at 13:00: 0.5, of which its session has 0.7 * 210 / 390 of what the
     * whole would be, 0.3 + 0.7 * 210 / 390 */
    left = 0.7 * 210 / 390;
    UNIT_NEAR(vol_clock_years(clock, ny("2026-11-27", 9, 30), ny("2026-11-27", 13, 0)),
              day * 0.5 * left / (0.3 + left), 1e-16);
    UNIT_NEAR(vol_clock_years(clock, ny("2026-11-27", 0, 0), ny("2026-11-28", 0, 0)), day * 0.5, 1e-16);
    vol_clock_free(set);
}

static void test_events(void)
{
    struct vol_clock_set *set = load("tests/oracle/clock-events.json");
    double day = 1 / (249 + 2 * 0.5 + 104 * 0.1 + 10 * 0.25), before, with;
    int64_t from = ny("2026-01-29", 16, 0), to = ny("2026-01-30", 16, 0);

    if (set == NULL)
        return;
    UNIT(of(set, "AAPL") != of(set, "MSFT") && of(set, "TSLA") == of(set, ""));
    UNIT(of(set, "AAPLX") == of(set, "AAP") && of(set, "AAPLX") != of(set, "AAPL"));
    before = vol_clock_years(of(set, "TSLA"), from, to);
    with = vol_clock_years(of(set, "AAPL"), from, to);
    UNIT_NEAR(before, day, 1e-16);
    UNIT_NEAR(with, day * 5.5, 1e-16);
    UNIT_NEAR(vol_clock_years(of(set, "MSFT"), from, to), day, 1e-16); /* it reported a day before */
    /* half of the earnings, in half of their 1020 minutes; outside of them nothing is added */
    UNIT_NEAR(vol_clock_years(of(set, "AAPL"), ny("2026-01-29", 16, 30), ny("2026-01-30", 1, 0)) -
                  vol_clock_years(of(set, "TSLA"), ny("2026-01-29", 16, 30), ny("2026-01-30", 1, 0)),
              day * 2, 1e-16);
    UNIT(vol_clock_years(of(set, "AAPL"), from, from + 30 * VOL_MINUTE) ==
         vol_clock_years(of(set, "TSLA"), from, from + 30 * VOL_MINUTE));
    /* the Committee's hour is everyone's */
    UNIT_NEAR(vol_clock_years(of(set, "AAPL"), ny("2026-04-29", 0, 0), ny("2026-04-30", 0, 0)), day * 1.75,
              1e-16);
    vol_clock_free(set);
}

/* Additive, never backwards, and as fast as its speed says, wherever one looks. */
static void test_properties(void)
{
    static const char *const paths[] = {"share/clocks/session.json", "tests/oracle/clock-events.json",
                                        "share/clocks/fomc.json"};
    uint64_t seed = 20261122;

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct vol_clock_set *set = load(paths[i]);
        const struct vol_clock *clock;
        size_t not_additive = 0, backwards = 0, wrong_speed = 0;

        if (set == NULL)
            continue;
        clock = of(set, "AAPL");
        for (int n = 0; n < 50000; n++) {
            int64_t at[3];
            double a, b, c;

            for (int k = 0; k < 3; k++) {
                seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
                at[k] = (int64_t)(seed >> 1) / 4 + INT64_C(300000000000000000); /* 1979 to 2052 */
            }
            a = vol_clock_years(clock, at[0], at[1]);
            b = vol_clock_years(clock, at[1], at[2]);
            c = vol_clock_years(clock, at[0], at[2]);
            not_additive += fabs(a + b - c) > 4e-16 * (fabs(a) + fabs(b) + fabs(c));
            backwards += at[0] <= at[1] ? !(a >= 0) : !(a <= 0);
            /* near by, from nanoseconds to days */
            a = vol_clock_years(clock, at[0], at[0] + (at[1] & 0xffffffffff));
            backwards += !(a >= 0);
            a = vol_clock_years(clock, at[0], at[0] + VOL_SECOND);
            b = vol_clock_speed(clock, at[0]);
            c = vol_clock_speed(clock, at[0] + VOL_SECOND);
            wrong_speed += b == c && fabs(a * 365 * 86400 - b) > 1e-8;
        }
        UNIT(not_additive == 0);
        UNIT(backwards == 0);
        UNIT(wrong_speed == 0);
        vol_clock_free(set);
    }
}

static void test_bad_files(void)
{
    static const char *const bad[][2] = {
        {"", "empty"},
        {"{}", "weekend: missing, expected a number in [0, 1000]"},
        {"{\"weekend\":\"none\"}", "weekend: expected a number in [0, 1000], got \"none\""},
        {"{\"weekend\":-0.1}", "weekend: expected a number in [0, 1000], got -0.1"},
        {"{\"weekend\":0,\"weekends\":0}", "unknown key \"weekends\"; known are: zone"},
        {"{\"weekend\":0,\"holiday\":0}", "calendar: missing, expected a name of share/calendars"},
        {"{\"weekend\":0,\"calendar\":\"../x\"}", "calendar: expected a name of share/calendars"},
        {"{\"weekend\":0,\"calendar\":\"mars\"}", "mars.csv: cannot open"},
        {"{\"weekend\":0,\"zone\":\"tokyo\"}", "zone: expected "},
        {"{\"weekend\":0,\"session\":{\"open\":\"9:30\",\"close\":\"16:00\",\"share\":0.7}}",
         "session: open: expected an hour as HH:MM, got \"9:30\""},
        {"{\"weekend\":0,\"session\":{\"open\":\"09:30\",\"close\":\"24:00\",\"share\":0.7}}",
         "close: expected an hour as HH:MM, got \"24:00\""},
        {"{\"weekend\":0,\"session\":{\"open\":\"16:00\",\"close\":\"09:30\",\"share\":0.7}}",
         "close: expected an hour after `open`"},
        {"{\"weekend\":0,\"session\":{\"open\":\"09:30\",\"close\":\"16:00\",\"share\":1.1}}",
         "session.share: expected a number in [0, 1], got 1.1"},
        {"{\"weekend\":0,\"events\":[{\"name\":\"x\",\"date\":\"2026-02-30\",\"weight\":1}]}",
         "date: expected YYYY-MM-DD, got \"2026-02-30\""},
        {"{\"weekend\":0,\"events\":[{\"name\":\"x\",\"date\":\"1678-02-28\",\"weight\":1}]}",
         "date: expected"},
        {"{\"weekend\":0,\"events\":[{\"name\":\"x\",\"date\":\"2026-02-27\"}]}", "weight: missing"},
        {"{\"weekend\":0,\"events\":[{\"name\":\"x\",\"date\":\"2026-02-27\",\"weight\":1,\"minutes\":5}]}",
         "time: missing"},
        {"{\"weekend\":0,\"events\":[{\"name\":\"x\",\"date\":\"2026-02-27\",\"weight\":1,\"underlying\":"
         "\"\"}]}",
         "underlying: expected a name"},
        {"{\"weekend\":0,\"events\":[7]}", "events"},
    };
    struct vol_clock_set *set = NULL;
    struct vol_error err;
    char path[] = "/tmp/volpipe-clock-XXXXXX";
    int fd = mkstemp(path);

    if (!UNIT(fd >= 0))
        return;
    close(fd);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        FILE *file = fopen(path, "w");

        if (!UNIT(file != NULL))
            return;
        fputs(bad[i][0], file);
        fclose(file);
        UNIT(vol_clock_load(path, "/nowhere", &set, &err) == VOL_ECONFIG && set == NULL);
        if (!UNIT(strstr(err.text, bad[i][1]) != NULL && strstr(err.text, i == 7 ? "" : path) != NULL))
            printf("    %s\n", err.text);
    }
    unlink(path);
    UNIT(vol_clock_load(path, "/nowhere", &set, &err) == VOL_ECONFIG && strstr(err.text, "cannot open"));
    UNIT(vol_clock_load("/tmp/a clock.json", "/nowhere", &set, &err) == VOL_ECONFIG &&
         strstr(err.text, "the file's name is the clock's") != NULL);
}

int main(void)
{
    test_oracle();
    test_business();
    test_years();
    test_calendar_is_time();
    test_minutes();
    test_events();
    test_properties();
    test_bad_files();
    return unit_done("chain/clock");
}
