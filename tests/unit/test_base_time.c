/* Oracle: the tz database through Python's zoneinfo (tests/oracle/new_york.py), and dates counted one by one.
 */
#include "unit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "base/time.h"

static const int64_t changes[][3] = {
#include "../oracle/new_york.inc"
};

static int64_t parse(const char *text)
{
    int64_t ts = INT64_MIN;

    UNIT(vol_time_parse(text, strlen(text), &ts) == VOL_OK);
    return ts;
}

static const char *print(int64_t ts)
{
    static char out[VOL_TIME_MAX];

    UNIT(vol_time_print(out, ts) == strlen(out));
    return out;
}

static void test_calendar_dates(void)
{
    static const int month_len[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t date = -719528; /* 0000-01-01 */
    char text[VOL_DATE_MAX], expected[32];

    for (int y = 0; y <= 9999; y++) {
        int leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0, bad = 0;

        for (int m = 1; m <= 12; m++) {
            int len = month_len[m - 1] + (m == 2 && leap);

            for (int d = 1; d <= len; d++, date++) {
                int yy, mm, dd;
                int32_t back = INT32_MIN;

                vol_date_to_ymd(date, &yy, &mm, &dd);
                bad += yy != y || mm != m || dd != d;
                bad += vol_date_from_ymd(y, m, d, &back) != VOL_OK || back != date;
                snprintf(expected, sizeof expected, "%04d-%02d-%02d", y, m, d);
                if (d == 1 || d >= 28) {
                    bad += vol_date_print(text, date) != 10 || strcmp(text, expected) != 0;
                    bad += vol_date_parse(expected, 10, &back) != VOL_OK || back != date;
                }
            }
            bad += vol_date_from_ymd(y, m, len + 1, &date) != VOL_EDATA;
            snprintf(expected, sizeof expected, "%04d-%02d-%02d", y, m, len + 1);
            bad += vol_date_parse(expected, 10, &date) != VOL_EDATA;
        }
        UNIT(bad == 0);
    }
    UNIT(date == 2932897); /* 10000-01-01 */
}

static void test_dates(void)
{
    static const char *const bad[] = {"2019-4-26",   "2019-04-2x", "2019/04/26", "2019-00-10", "2019-13-01",
                                      "2019-04-26 ", "-019-04-26", "2019-04-00", "",           "20190426"};
    char text[VOL_DATE_MAX];
    int32_t date = 7;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        UNIT(vol_date_parse(bad[i], strlen(bad[i]), &date) == VOL_EDATA && date == 7);
    UNIT(vol_date_parse("2019-04-26", 10, &date) == VOL_OK && vol_date_weekday(date) == 5);
    UNIT(vol_date_parse("1969-12-28", 10, &date) == VOL_OK && date == -4 && vol_date_weekday(date) == 0);
    UNIT(vol_date_parse("1677-12-31", 10, &date) == VOL_OK && !vol_date_has_instants(date) &&
         vol_date_has_instants(date + 1));
    UNIT(vol_date_parse("2262-01-01", 10, &date) == VOL_OK && !vol_date_has_instants(date) &&
         vol_date_has_instants(date - 1));
    vol_date_print(text, INT32_MAX);
    UNIT_STR(text, "5881580-07-11");
    vol_date_print(text, INT32_MIN);
    UNIT_STR(text, "-5877641-06-23");
    UNIT(vol_date_of_time(-1) == -1 && vol_date_of_time(0) == 0 && vol_date_of_time(VOL_DAY) == 1);
    UNIT_NEAR(VOL_YEARS(0, 365 * VOL_DAY), 1.0, 0);
    UNIT_NEAR(VOL_YEARS(365 * VOL_DAY, 0), -1.0, 0);
    /* further apart than int64_t can say */
    UNIT_NEAR(VOL_YEARS(INT64_MIN, INT64_MAX), 18446744073.709551615 / (365 * 86400.0), 1e-12);
    UNIT_NEAR(VOL_YEARS(INT64_MAX, INT64_MIN), -18446744073.709551615 / (365 * 86400.0), 1e-12);
}

static void test_time_text(void)
{
    static const char *const bad[] = {"2019-04-26T20:15:00",
                                      "2019-04-26 20:15:00Z",
                                      "2019-04-26T24:00:00Z",
                                      "2019-04-26T20:60:00Z",
                                      "2019-04-26T20:15:60Z",
                                      "2019-04-26T20:15:00.Z",
                                      "2019-04-26T20:15:00+0400",
                                      "2019-04-26T20:15:00+24:00",
                                      "2019-04-26T20:15:00+04:60",
                                      "2019-02-29T20:15:00Z",
                                      "2019-04-26T20:15Z",
                                      "2019-04-26T20:15:00Z ",
                                      "2019-04-26T20:15:00.1234567890Z",
                                      "1677-09-20T00:00:00Z",
                                      "2262-04-12T00:00:00Z",
                                      "2019-04-26T2O:15:00Z",
                                      "2019-04-26T20:15:0/Z",
                                      "2019-04-26T20:15:0:Z"};
    int64_t ts = 11;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (!UNIT(vol_time_parse(bad[i], strlen(bad[i]), &ts) == VOL_EDATA && ts == 11))
            printf("    %s\n", bad[i]);
    UNIT(parse("1970-01-01T00:00:00Z") == 0);
    UNIT(parse("2019-04-26T20:15:00Z") == INT64_C(1556309700) * VOL_SECOND);
    UNIT(parse("2019-04-26T16:15:00-04:00") == parse("2019-04-26T20:15:00Z"));
    UNIT(parse("2019-04-26t20:15:00z") == parse("2019-04-26T20:15:00Z"));
    UNIT(parse("2019-04-27T01:45:00.5+05:30") == parse("2019-04-26T20:15:00.500Z"));
    UNIT(parse("1969-12-31T23:59:59.999999999Z") == -1);
    UNIT(parse("1677-09-21T00:12:43.145224193Z") < -INT64_C(9223372036854775800));
    UNIT(parse("2262-04-11T23:47:16.854775807Z") == INT64_MAX);
    UNIT_STR(print(parse("2019-04-26T20:15:00Z")), "2019-04-26T20:15:00Z");
    UNIT_STR(print(parse("2019-04-26T20:15:00.1Z")), "2019-04-26T20:15:00.100Z");
    UNIT_STR(print(parse("2019-04-26T20:15:00.0001Z")), "2019-04-26T20:15:00.000100Z");
    UNIT_STR(print(parse("2019-04-26T20:15:00.000000001Z")), "2019-04-26T20:15:00.000000001Z");
    UNIT_STR(print(-1), "1969-12-31T23:59:59.999999999Z");
    UNIT_STR(print(INT64_MIN), "1677-09-21T00:12:43.145224192Z");
    UNIT_STR(print(INT64_MAX), "2262-04-11T23:47:16.854775807Z");
}

static void test_new_york(void)
{
    size_t n = sizeof changes / sizeof changes[0];

    UNIT(n == 360);
    for (size_t i = 0; i < n; i++) {
        int64_t at = changes[i][0], before = changes[i][1], after = changes[i][2];
        /* the seconds beside the change, and the middle of the time until the next one */
        int64_t probe[] = {at - 86400,
                           at - 3600,
                           at - 1,
                           at,
                           at + 1,
                           at + 3600,
                           i + 1 < n ? (at + changes[i + 1][0]) / 2 : at + 86400};

        for (size_t j = 0; j < sizeof probe / sizeof probe[0]; j++) {
            int64_t local = probe[j] + (probe[j] < at ? before : after);
            int32_t date, seconds;
            int64_t first = probe[j];

            vol_time_to_new_york(probe[j] * VOL_SECOND, &date, &seconds);
            UNIT((int64_t)date * 86400 + seconds == local && seconds >= 0 && seconds < 86400);
            if (after < before && probe[j] >= at && probe[j] < at + 3600)
                first -= 3600; /* the clock showed this an hour before as well */
            UNIT(vol_time_new_york(date, seconds) == first * VOL_SECOND);
        }
        if (after > before) { /* 02:30 of that night was on no clock */
            int64_t local = at + before;
            int32_t date = (int32_t)(local / 86400 - (local % 86400 < 0));

            UNIT(vol_time_new_york(date, 9000) == at * VOL_SECOND);
        }
    }
    /* fractions of a second fall to the second that shows */
    {
        int32_t date, seconds;

        vol_time_to_new_york(-1, &date, &seconds);
        UNIT(date == -1 && seconds == 68399);
        UNIT(vol_time_new_york(-1, 86400 + 3600) == vol_time_new_york(0, 3600));
        UNIT(vol_time_new_york(INT32_MAX, 0) == INT64_MAX && vol_time_new_york(INT32_MIN, 0) == INT64_MIN);
        UNIT(vol_time_new_york(2932896, 0) == INT64_MAX && vol_time_new_york(-719528, 0) == INT64_MIN);
    }
}

/* With an argument: the cost of one parse, for people. */
static void cost(void)
{
    static const char *const text[2] = {"2019-04-26T20:15:00Z", "2020-02-29T13:30:07Z"};
    struct timespec a, b;
    uint64_t sum = 0;
    int64_t ts = 0;

    clock_gettime(CLOCK_MONOTONIC, &a);
    for (int i = 0; i < 100000000; i++) {
        vol_time_parse(text[i & 1], 20, &ts);
        sum += (uint64_t)ts;
    }
    clock_gettime(CLOCK_MONOTONIC, &b);
    printf("%.2f ns per parse (%" PRIu64 ")\n",
           ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) / 1e8, sum);
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1)
        cost();
    test_calendar_dates();
    test_dates();
    test_time_text();
    test_new_york();
    return unit_done("base/time");
}
