/* Oracles: NYSE's published lists of 2026 to 2028 (holidays and early closes), the monthly expirations of
 * those years, and, where ../shared is at hand, the days of a published history of the S&P 500. */
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
        test_dates();
        test_history();
    } else {
        printf("%s\n", err.text);
    }
    test_bad_files();
    vol_calendar_free(&us);
    return unit_done("base/calendar");
}
