#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"
#include "notify/cooldown.h"
#include "unit.h"

static const int64_t t0 = INT64_C(1556309700) * VOL_SECOND; /* 2019-04-26T20:15:00Z */

static bool ready(const struct vol_cooldown *state, const char *rule, const char *symbol, int64_t after)
{
    return vol_cooldown_ready(state, rule, symbol, strlen(symbol), t0 + after, 300 * VOL_SECOND);
}

/* Total seconds: the chapter's `.seconds` wraps after a day, so that 24 h 1 s counted as 1 s. */
static void test_total_seconds(void)
{
    struct vol_cooldown state;

    vol_cooldown_init(&state);
    UNIT(ready(&state, "spike", "SPX", 0));
    UNIT(vol_cooldown_fired(&state, "spike", "SPX", 3, t0, false) == VOL_OK);
    UNIT(!ready(&state, "spike", "SPX", 0));
    UNIT(!ready(&state, "spike", "SPX", 299 * VOL_SECOND));
    UNIT(ready(&state, "spike", "SPX", 300 * VOL_SECOND));
    UNIT(ready(&state, "spike", "SPX", VOL_DAY + VOL_SECOND));
    UNIT(ready(&state, "spike", "SPX", 3650 * VOL_DAY + VOL_SECOND));
    UNIT(!ready(&state, "spike", "SPX", -VOL_DAY)); /* the same stream once more */
    UNIT(ready(&state, "spike", "NDX", 0) && ready(&state, "spike", "", 0) &&
         ready(&state, "other", "SPX", 0));
    /* Instants at both ends of what there is. */
    UNIT(vol_cooldown_fired(&state, "far", "", 0, INT64_MIN + 1, false) == VOL_OK);
    UNIT(vol_cooldown_ready(&state, "far", "", 0, INT64_MAX, 300 * VOL_SECOND));
    vol_cooldown_free(&state);
}

static void test_rearm(void)
{
    struct vol_cooldown state;

    vol_cooldown_init(&state);
    vol_cooldown_rearm(&state, "spike", "SPX", 3);
    UNIT(!state.changed);
    UNIT(vol_cooldown_fired(&state, "spike", "SPX", 3, t0, true) == VOL_OK);
    UNIT(!ready(&state, "spike", "SPX", 400 * VOL_SECOND));
    state.changed = false;
    vol_cooldown_rearm(&state, "spike", "SPX", 3);
    UNIT(state.changed && !ready(&state, "spike", "SPX", 299 * VOL_SECOND) &&
         ready(&state, "spike", "SPX", 300 * VOL_SECOND));
    vol_cooldown_free(&state);
}

static void test_file(void)
{
    static const struct {
        const char *text, *message;
    } wrong[] = {
        {"", "cool.json: the file is empty, expected a JSON object"},
        {"{\"format\": 2, \"entries\": []}", "cool.json: format: expected a whole number in [1, 1], got 2"},
        {"{\"format\": 1}", "cool.json: entries: missing, expected an array"},
        {"{\"format\": 1, \"entries\": [{\"rule\": \"a\", \"symbol\": \"\", \"fired\": \"now\", \"armed\": "
         "true}]}",
         "cool.json: entries[0].fired: expected an instant, got \"now\""},
        {"{\"format\": 1, \"entries\": [{\"rule\": \"a\"}]}",
         "cool.json: entries[0].symbol: missing, expected a string"},
    };
    struct vol_cooldown state, back;
    struct vol_error err = {0};
    char symbol[16];
    size_t i;

    vol_cooldown_init(&state);
    vol_cooldown_init(&back);
    UNIT(vol_cooldown_load(&back, "cool.json", &err) == VOL_OK && back.keys.n == 0);
    for (i = 0; i < 100; i++) {
        snprintf(symbol, sizeof symbol, "S\"%zu\\", i);
        UNIT(vol_cooldown_fired(&state, i % 2 ? "a" : "b", symbol, strlen(symbol), t0 + (int64_t)i,
                                i % 3 == 0) == VOL_OK);
    }
    UNIT(state.changed && vol_cooldown_save(&state, "cool.json", &err) == VOL_OK && !state.changed);
    UNIT(vol_cooldown_load(&back, "cool.json", &err) == VOL_OK && back.keys.n == 100 && !back.changed);
    for (i = 0; i < 100; i++) {
        const char *rule = i % 2 ? "a" : "b";
        int64_t at = t0 + (int64_t)i + 300 * VOL_SECOND;

        snprintf(symbol, sizeof symbol, "S\"%zu\\", i);
        UNIT(vol_cooldown_ready(&back, rule, symbol, strlen(symbol), at, 300 * VOL_SECOND) == (i % 3 != 0));
        UNIT(!vol_cooldown_ready(&back, rule, symbol, strlen(symbol), at - 1, 300 * VOL_SECOND));
    }
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        UNIT(vol_file_replace("cool.json", wrong[i].text, strlen(wrong[i].text), &err) == VOL_OK);
        UNIT(vol_cooldown_load(&back, "cool.json", &err) == VOL_ECONFIG && back.keys.n == 100);
        UNIT_STR(err.text, wrong[i].message);
    }
    vol_cooldown_free(&state);
    vol_cooldown_free(&back);
    unlink("cool.json");
}

int main(void)
{
    char dir[] = "/tmp/volpipe-cool-XXXXXX";

    if (mkdtemp(dir) == NULL || chdir(dir) != 0)
        return 1;
    test_total_seconds();
    test_rearm();
    test_file();
    if (chdir("/") != 0 || rmdir(dir) != 0)
        return 1;
    return unit_done("notify/cooldown");
}
