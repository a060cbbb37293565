/* Texts of the vendors' own files (data README) with their instants; refusals. */
#include "unit.h"

#include "base/time.h"
#include "source/datefmt.h"

static void test_good(void)
{
    static const struct {
        const char *format, *text, *ts;
        enum vol_zone zone;
    } cases[] = {
        {"%m/%d/%Y", "04/26/2019", "2019-04-26T00:00:00Z", VOL_ZONE_OFFSET},
        {"%m/%d/%Y", "4/6/2019", "2019-04-06T00:00:00Z", VOL_ZONE_OFFSET},
        {"%Y-%m-%d", "2019-04-26", "2019-04-26T04:00:00Z", VOL_ZONE_NEW_YORK},
        {"%m/%d/%Y|%Y-%m-%d", "2019-04-26", "2019-04-26T00:00:00Z", VOL_ZONE_OFFSET},
        {"%m/%d/%Y|%Y-%m-%d", "04/26/2019", "2019-04-26T00:00:00Z", VOL_ZONE_OFFSET},
        {"%a %b %d %Y", "Thu Sep 14 2023", "2023-09-14T00:00:00Z", VOL_ZONE_OFFSET},
        {"Date: %B %d, %Y at %I:%M %p %Z", "Date: September 14, 2023 at 4:31 PM EDT", "2023-09-14T20:31:00Z",
         VOL_ZONE_OFFSET},
        {"Date: %B %d, %Y at %I:%M %p %Z", "Date: May 4, 2023 at 12:05 AM EST", "2023-05-04T05:05:00Z",
         VOL_ZONE_OFFSET},
        {"%Y-%m-%d %H:%M:%S", "2026-07-14 03:37:41", "2026-07-14T03:37:41Z", VOL_ZONE_OFFSET},
        {"%Y-%m-%d %H:%M:%S%z", "2026-08-04 13:33:06+00:00", "2026-08-04T13:33:06Z", VOL_ZONE_NEW_YORK},
        {"%Y-%m-%dT%H:%M:%S.%f%z", "2026-08-13T16:13:33.049692+00:00", "2026-08-13T16:13:33.049692Z",
         VOL_ZONE_NEW_YORK},
        {"%m/%d/%Y %I:%M %p %Z", "1/4/2016 12:00 PM ET", "2016-01-04T17:00:00Z", VOL_ZONE_OFFSET},
        {"%Y%m%d %H:%M", "20140606 09:30", "2014-06-06T13:30:00Z", VOL_ZONE_NEW_YORK},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vol_datetime d;
        char out[VOL_TIME_MAX];

        UNIT(vol_datefmt_check(cases[i].format, NULL) == VOL_OK);
        if (!UNIT(vol_datefmt_parse(cases[i].format, cases[i].text, strlen(cases[i].text), &d) == VOL_OK)) {
            printf("    %s\n", cases[i].text);
            continue;
        }
        vol_time_print(out, vol_datetime_instant(&d, cases[i].zone));
        UNIT_STR(out, cases[i].ts);
    }
}

static void test_refused(void)
{
    static const char *const bad[][2] = {
        {"%m/%d/%Y", "13/26/2019"},
        {"%m/%d/%Y", "01/01/2262"},
        {"%m/%d/%Y", "12/31/1677"},
        {"%m/%d/%Y", "02/29/2019"},
        {"%m/%d/%Y", "04/26/19"},
        {"%m/%d/%Y", "04/26/2019 "},
        {"%m/%d/%Y", "04-26-2019"},
        {"%m/%d/%Y", ""},
        {"%b %d %Y", "Foo 1 2019"},
        {"%Y-%m-%d %H:%M", "2019-04-26 24:00"},
        {"%Y-%m-%d %I:%M %p", "2019-04-26 13:00 PM"},
        {"%Y-%m-%d %H:%M %Z", "2019-04-26 10:00 CET"},
        {"%Y-%m-%d %H:%M%z", "2019-04-26 10:00+25:00"},
        {"%a %b %d %Y", "Xyz Sep 14 2023"},
    };
    static const char *const formats[] = {"", "%Y-%m", "%Y-%m-%q", "%Y-%m-%d|", "%Y-%m-%d%"};
    struct vol_datetime d = {.date = 9};
    struct vol_error err;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (!UNIT(vol_datefmt_parse(bad[i][0], bad[i][1], strlen(bad[i][1]), &d) == VOL_EDATA && d.date == 9))
            printf("    %s\n", bad[i][1]);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        UNIT(vol_datefmt_check(formats[i], &err) == VOL_ECONFIG && err.text[0]);
}

int main(void)
{
    struct vol_datetime d;

    test_good();
    test_refused();
    UNIT(vol_datefmt_parse("%Y-%m-%d", "2019-04-26", 10, &d) == VOL_OK && d.seconds == -1);
    return unit_done("source/datefmt");
}
