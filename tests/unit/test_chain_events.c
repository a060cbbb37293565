#include "chain/events.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "unit.h"

static char path[] = "/tmp/volpipe-events-XXXXXX";

static enum vol_status load(const char *text, struct vol_events *out, struct vol_error *err)
{
    FILE *file = fopen(path, "w");

    UNIT(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
    return vol_events_load(path, out, err);
}

static int64_t instant(const char *text)
{
    int64_t ts = 0;

    UNIT(vol_time_parse(text, strlen(text), &ts) == VOL_OK);
    return ts;
}

int main(void)
{
    static const char *const wrong[] = {
        "{}",
        "[]",
        "{\"events\": {}}",
        "{\"events\": [{\"name\": \"x\"}]}",
        "{\"events\": [{\"date\": \"2025-01-29\"}]}",
        "{\"events\": [{\"name\": \"x\", \"date\": \"2025-02-30\"}]}",
        "{\"events\": [{\"name\": \"x\", \"date\": \"2025-01-29\", \"time\": \"2 pm\"}]}",
        "{\"events\": [{\"name\": \"x\", \"date\": \"2025-01-29\", \"day\": 1}]}",
        "{\"events\": [], \"zone\": \"mars\"}",
        "{\"events\": [], \"vol\": 1}",
    };
    struct vol_events e = {0};
    struct vol_error err;
    double years[8];
    size_t i;
    int fd = mkstemp(path);

    UNIT(fd >= 0 && close(fd) == 0);
    UNIT(load("{\"comment\": \"x\", \"events\": ["
              "{\"name\": \"earnings\", \"date\": \"2025-04-30\", \"underlying\": \"AAPL\"},"
              "{\"name\": \"FOMC\", \"date\": \"2025-01-29\", \"time\": \"14:00\", \"weight\": 1, "
              "\"minutes\": 120}]}",
              &e, &err) == VOL_OK);
    UNIT(e.n == 2 && e.event[0].ts == instant("2025-01-29T19:00:00Z") && e.event[0].underlying[0] == '\0');
    UNIT(e.event[1].ts == instant("2025-04-30T20:00:00Z")); /* 16:00 in New York, summer time */
    UNIT(vol_events_list(&e, "AAPL", 4, instant("2025-01-28T19:00:00Z"), years) == 2);
    UNIT_NEAR(years[0], 1.0 / 365, 1e-15);
    UNIT(years[1] > years[0]);
    UNIT(vol_events_list(&e, "SPX", 3, instant("2025-01-28T19:00:00Z"), years) == 1);
    UNIT(vol_events_list(&e, "SPX", 3, instant("2025-01-29T19:00:00Z"), years) == 0); /* it has been */
    vol_events_free(&e);
    UNIT(load("{\"zone\": \"utc\", \"events\": [{\"name\": \"x\", \"date\": \"2025-01-29\"}]}", &e, &err) ==
         VOL_OK);
    UNIT(e.event[0].ts == instant("2025-01-29T16:00:00Z"));
    vol_events_free(&e);
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        err.text[0] = '\0';
        UNIT(load(wrong[i], &e, &err) == VOL_ECONFIG && strstr(err.text, path) != NULL);
    }
    unlink(path);
    UNIT(vol_events_load("/nonexistent/events.json", &e, &err) != VOL_OK);
    /* a clock's file serves as it is */
    if (access("share/clocks/fomc.json", R_OK) == 0) {
        UNIT(vol_events_load("share/clocks/fomc.json", &e, &err) == VOL_OK && e.n > 16);
        vol_events_free(&e);
    }
    return unit_done("chain/events");
}
