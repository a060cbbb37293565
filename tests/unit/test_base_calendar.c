/* Oracles: NYSE's published lists of 2026 to 2028 (holidays and early closes) and of the early closes before,
 * the monthly expirations of those years, and, where ../shared is at hand, the days of a published history of
 * the S&P 500. */
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/calendar.h"
#include "base/share.h"
#include "base/time.h"

static struct vol_calendar us;

static int32_t day(const char *text)
{
    int32_t date = 0;

    UNIT(vol_date_parse(text, strlen(text), &date) == VOL_OK);
    return date;
}

static void test_published(void)
{
    static const char *const closed[] = {"2026-01-01", "2026-01-19", "2026-02-16", "2026-04-03", "2026-05-25",
                                         "2026-06-19", "2026-07-03", "2026-09-07", "2026-11-26", "2026-12-25",
                                         "2027-01-01", "2027-01-18", "2027-02-15", "2027-03-26", "2027-05-31",
                                         "2027-06-18", "2027-07-05", "2027-09-06", "2027-11-25", "2027-12-24",
                                         "2028-01-17", "2028-02-21", "2028-04-14", "2028-05-29", "2028-06-19",
                                         "2028-07-04", "2028-09-04", "2028-11-23", "2028-12-25"};
    static const char *const early[] = {"2026-11-27", "2026-12-24", "2027-11-26", "2028-07-03", "2028-11-24"};
    size_t n_closed = 0, n_early = 0;

    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++)
        UNIT(!vol_calendar_is_open(&us, day(closed[i])));
    for (size_t i = 0; i < sizeof early / sizeof early[0]; i++) {
        UNIT(vol_calendar_is_open(&us, day(early[i])));
        UNIT(vol_calendar_close(&us, day(early[i]), 16 * 3600) == 13 * 3600);
        UNIT(vol_calendar_close(&us, day(early[i]), 16 * 3600 + 900) == 13 * 3600 + 900);
    }
    /* and no other day of these years */
    for (int32_t d = day("2026-01-01"); d <= day("2028-12-31"); d++) {
        int weekday = vol_date_weekday(d);

        n_closed += weekday != 0 && weekday != 6 && !vol_calendar_is_open(&us, d);
        n_early += vol_calendar_close(&us, d, 16 * 3600) != 16 * 3600;
    }
    UNIT(n_closed == sizeof closed / sizeof closed[0]);
    UNIT(n_early == sizeof early / sizeof early[0]);
    UNIT(!vol_calendar_is_open(&us, day("2018-12-05")) && !vol_calendar_is_open(&us, day("2025-01-09")));
    UNIT(!vol_calendar_is_open(&us, day("2019-05-27")));
}

/* The early closes of 1990 to 2025, each with its hour where it is not 13:00: NYSE's list of closings to
 * 2010, its notices after that. And what no rule gives. */
static void test_known_lists(void)
{
    static const struct {
        const char *date;
        double hour;
    } early[] = {
        {"1990-12-24", 14}, {"1991-12-24", 14},   {"1992-11-27", 14},   {"1992-12-24", 14},
        {"1993-11-26", 13}, {"1994-02-11", 14.5}, {"1994-11-25", 13},   {"1995-07-03", 13},
        {"1995-11-24", 13}, {"1996-01-08", 14},   {"1996-07-05", 13},   {"1996-11-29", 13},
        {"1996-12-24", 13}, {"1997-07-03", 13},   {"1997-10-27", 15.5}, {"1997-11-28", 13},
        {"1997-12-24", 13}, {"1997-12-26", 13},   {"1998-11-27", 13},   {"1998-12-24", 13},
        {"1999-11-26", 13}, {"2000-07-03", 13},   {"2000-11-24", 13},   {"2001-07-03", 13},
        {"2001-11-23", 13}, {"2001-12-24", 13},   {"2002-07-05", 13},   {"2002-11-29", 13},
        {"2002-12-24", 13}, {"2003-07-03", 13},   {"2003-11-28", 13},   {"2003-12-24", 13},
        {"2003-12-26", 13}, {"2004-11-26", 13},   {"2005-11-25", 13},   {"2006-07-03", 13},
        {"2006-11-24", 13}, {"2007-07-03", 13},   {"2007-11-23", 13},   {"2007-12-24", 13},
        {"2008-07-03", 13}, {"2008-11-28", 13},   {"2008-12-24", 13},   {"2009-11-27", 13},
        {"2009-12-24", 13}, {"2010-11-26", 13},   {"2011-11-25", 13},   {"2012-07-03", 13},
        {"2012-11-23", 13}, {"2012-12-24", 13},   {"2013-07-03", 13},   {"2013-11-29", 13},
        {"2013-12-24", 13}, {"2014-07-03", 13},   {"2014-11-28", 13},   {"2014-12-24", 13},
        {"2015-11-27", 13}, {"2015-12-24", 13},   {"2016-11-25", 13},   {"2017-07-03", 13},
        {"2017-11-24", 13}, {"2018-07-03", 13},   {"2018-11-23", 13},   {"2018-12-24", 13},
        {"2019-07-03", 13}, {"2019-11-29", 13},   {"2019-12-24", 13},   {"2020-11-27", 13},
        {"2020-12-24", 13}, {"2021-11-26", 13},   {"2022-11-25", 13},   {"2023-07-03", 13},
        {"2023-11-24", 13}, {"2024-07-03", 13},   {"2024-11-29", 13},   {"2024-12-24", 13},
        {"2025-07-03", 13}, {"2025-11-28", 13},   {"2025-12-24", 13},
    };
    static const char *const special[] = {
        "1994-04-27",                                           /* Nixon */
        "2001-09-11", "2001-09-12", "2001-09-13", "2001-09-14", /* the attack on New York */
        "2004-06-11",                                           /* Reagan */
        "2007-01-02",                                           /* Ford */
        "2012-10-29", "2012-10-30",                             /* hurricane Sandy */
        "2018-12-05",                                           /* G. H. W. Bush */
        "2025-01-09"                                            /* Carter */
    };
    size_t n_early = sizeof early / sizeof early[0], n = 0;

    for (size_t i = 0; i < n_early; i++) {
        UNIT(vol_calendar_is_open(&us, day(early[i].date)));
        UNIT(vol_calendar_close(&us, day(early[i].date), 16 * 3600) == (int32_t)(early[i].hour * 3600));
    }
    for (int32_t d = day("1990-01-01"); d <= day("2025-12-31"); d++)
        n += vol_calendar_close(&us, d, 16 * 3600) != 16 * 3600;
    UNIT(n == n_early);
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++)
        UNIT(!vol_calendar_is_open(&us, day(special[i])));
    UNIT(vol_calendar_is_open(&us, day("2001-09-10")) && vol_calendar_is_open(&us, day("2001-09-17")));
    UNIT(vol_calendar_is_open(&us, day("2012-10-31")) && vol_calendar_is_open(&us, day("2025-01-08")));
}

/* Every third Friday of 1990 to 2040 on which the exchange is closed: Good Friday (Easter as published), and
 * Juneteenth, or the Friday on which it is kept, since 2022. The monthly series expires on the day before. */
static void test_moved_expirations(void)
{
    static const char *const moved[] = {"1992-04-17", "2000-04-21", "2003-04-18", "2008-03-21", "2014-04-18",
                                        "2019-04-19", "2022-04-15", "2025-04-18", "2026-06-19", "2027-06-18",
                                        "2030-04-19", "2032-06-18", "2033-04-15", "2037-06-19", "2038-06-18"};
    size_t n = 0;

    for (int year = 1990; year <= 2040; year++)
        for (int month = 1; month <= 12; month++) {
            int32_t friday = vol_calendar_third_friday(year, month);

            if (vol_calendar_is_open(&us, friday)) {
                UNIT(vol_calendar_monthly(&us, year, month) == friday);
                continue;
            }
            if (UNIT(n < sizeof moved / sizeof moved[0])) {
                char text[VOL_DATE_MAX];

                vol_date_print(text, friday);
                UNIT_STR(text, moved[n]);
                UNIT(vol_calendar_monthly(&us, year, month) == friday - 1);
            }
            n++;
        }
    UNIT(n == sizeof moved / sizeof moved[0]);
}

static void test_dates(void)
{
    UNIT(vol_calendar_third_friday(2019, 4) == day("2019-04-19"));
    UNIT(vol_calendar_monthly(&us, 2019, 4) == day("2019-04-18")); /* Good Friday */
    UNIT(vol_calendar_monthly(&us, 2027, 6) == day("2027-06-17")); /* Juneteenth, kept on the Friday */
    UNIT(vol_calendar_monthly(&us, 2026, 12) == day("2026-12-18"));
    UNIT(vol_calendar_third_friday(2026, 5) == day("2026-05-15")); /* a month that begins on a Friday */
    UNIT(vol_calendar_add(&us, day("2019-04-26"), 1) == day("2019-04-29"));
    UNIT(vol_calendar_add(&us, day("2019-05-24"), 1) == day("2019-05-28"));
    UNIT(vol_calendar_add(&us, day("2019-05-28"), -1) == day("2019-05-24"));
    UNIT(vol_calendar_add(&us, day("2019-05-27"), -1) == day("2019-05-24"));
    UNIT(vol_calendar_add(&us, day("2019-05-27"), 0) == day("2019-05-27"));
    UNIT(vol_calendar_on_or_before(&us, day("2001-09-16")) == day("2001-09-10"));
    UNIT(vol_calendar_on_or_after(&us, day("2001-09-11")) == day("2001-09-17"));
    UNIT(vol_calendar_covers(&us, day("1990-01-01")) && vol_calendar_covers(&us, day("2040-12-31")));
    UNIT(!vol_calendar_covers(&us, day("1989-12-31")) && !vol_calendar_covers(&us, day("2041-01-01")));
    UNIT(vol_calendar_is_open(&us, day("2041-12-25")));
    UNIT(!vol_calendar_is_open(&us, day("2041-12-28")));
}

/* Every date of the history's first column, from 1990 on, against the calendar and back. */
static void test_history(void)
{
    const char *path = "/spx_ohlc_1927_2026.csv.gz", *shared = getenv("VOLPIPE_SHARED");
    char command[512], line[256];
    int32_t next = day("1990-01-01"), date;
    size_t bad = 0, n = 0;
    FILE *pipe;

    snprintf(command, sizeof command, "%s/data/history%s", shared ? shared : "../shared", path);
    if (access(command, R_OK) != 0) {
        printf("base/calendar: skipped: no %s\n", command);
        return;
    }
    snprintf(command, sizeof command, "gzip -dc %s/data/history%s", shared ? shared : "../shared", path);
    pipe = popen(command, "r");
    if (!UNIT(pipe != NULL))
        return;
    while (fgets(line, sizeof line, pipe)) {
        if (vol_date_parse(line, 10, &date) != VOL_OK || date < next)
            continue;
        for (; next < date; next++)
            bad += vol_calendar_is_open(&us, next);
        bad += !vol_calendar_is_open(&us, next);
        next++;
        n++;
    }
    pclose(pipe);
    UNIT(n > 9000 && bad == 0);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (UNIT(file != NULL)) {
        fputs(text, file);
        fclose(file);
    }
}

static void test_bad_files(void)
{
    static const char *const bad[][2] = {
        {"", "no days"},
        {"date,kind\n", ":1: expected the header"},
        {"date,kind,note\n", "no days"},
        {"date,kind,note\n2026-02-30,holiday,x\n", ":2: expected YYYY-MM-DD"},
        {"date,kind,note\n2026-02-28,closed,x\n", ":2: expected"},
        {"date,kind,note\n2026-02-28,13:60,x\n", ":2: expected"},
        {"date,kind,note\n2026-02-28,16:00,x\n", ":2: expected"},
        {"date,kind,note\n2026-02-28,1300,x\n", ":2: expected"},
        {"date,kind,note\n2026-02-27,holiday,x\n2026-02-27,holiday,x\n", ":3: dates must ascend"},
    };
    struct vol_calendar cal = {0};
    struct vol_error err;
    char path[] = "/tmp/volpipe-calendar-XXXXXX";
    int fd = mkstemp(path);

    if (!UNIT(fd >= 0))
        return;
    close(fd);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        write_file(path, bad[i][0]);
        UNIT(vol_calendar_load(path, &cal, &err) == VOL_ECONFIG);
        if (!UNIT(strstr(err.text, bad[i][1]) != NULL && strstr(err.text, path) != NULL))
            printf("    %s\n", err.text);
        UNIT(cal.day == NULL);
    }
    unlink(path);
    UNIT(vol_calendar_load(path, &cal, &err) == VOL_ECONFIG && strstr(err.text, "cannot open") != NULL);
}

static void test_share(void)
{
    struct vol_error err;
    char path[4096], small[8];

    setenv("VOLPIPE_SHARE", "/nowhere", 1);
    UNIT(vol_share_path("/usr/share/volpipe", "calendars", "us-options.csv", path, sizeof path, &err) ==
         VOL_OK);
    UNIT_STR(path, "/nowhere/calendars/us-options.csv");
    UNIT(vol_share_path("/usr/share/volpipe", "", "", path, sizeof path, &err) == VOL_OK);
    UNIT_STR(path, "/nowhere");
    UNIT(vol_share_path("/usr/share/volpipe", "calendars", "x", small, sizeof small, &err) == VOL_ECONFIG);
    unsetenv("VOLPIPE_SHARE");
}

int main(void)
{
    struct vol_error err;
    char path[4096];

    test_share();
    UNIT(vol_share_path("/usr/share/volpipe", "calendars", "us-options.csv", path, sizeof path, &err) ==
         VOL_OK);
    if (UNIT(vol_calendar_load(path, &us, &err) == VOL_OK)) {
        test_published();
        test_known_lists();
        test_moved_expirations();
        test_dates();
        test_history();
    } else {
        printf("%s\n", err.text);
    }
    test_bad_files();
    vol_calendar_free(&us);
    return unit_done("base/calendar");
}
