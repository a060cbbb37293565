#include "source/progress.h"

#include <stdio.h>

#include "base/time.h"

enum { FIRST_MS = 500, STEP_MS = 200, WIDTH = 20 };

#define MILLISECOND (VOL_SECOND / 1000)

static void put_bytes(uint64_t bytes, char out[24])
{
    if (bytes < 1000000)
        snprintf(out, 24, "%.0f kB", (double)bytes / 1e3);
    else
        snprintf(out, 24, "%.1f MB", (double)bytes / 1e6);
}

static void put_seconds(double seconds, char out[40])
{
    if (seconds < 100)
        snprintf(out, 40, "%.0f s", seconds);
    else if (seconds < 6000)
        snprintf(out, 40, "%.0f min", seconds / 60);
    else
        snprintf(out, 40, "%.1f h", seconds / 3600);
}

static void put_bar(const struct vol_progress_state *s, char out[WIDTH + 3])
{
    uint64_t full = s->asked > 0 && s->done <= s->asked ? s->done * WIDTH / s->asked : 0;

    out[0] = '[';
    for (uint64_t i = 0; i < WIDTH; i++)
        out[1 + i] = i < full ? '#' : '.';
    out[WIDTH + 1] = ']';
    out[WIDTH + 2] = '\0';
}

bool vol_progress_line(struct vol_progress *progress, int64_t now, const struct vol_progress_state *state,
                       char out[VOL_PROGRESS_MAX])
{
    char bar[WIDTH + 3], size[24], left[40] = "", rest[64] = "";
    double elapsed;

    if (progress->started == 0)
        progress->started = progress->shown = now;
    elapsed = (double)(now - progress->started) / 1e9;
    if (now - progress->started < FIRST_MS * MILLISECOND || now - progress->shown < STEP_MS * MILLISECOND)
        return false;
    progress->shown = now;
    progress->drawn = true;
    put_bar(state, bar);
    put_bytes(state->bytes, size);
    if (state->done > 0 && state->asked > state->done) {
        put_seconds(elapsed / (double)state->done * (double)(state->asked - state->done), left);
        snprintf(rest, sizeof rest, ", about %s to go", left);
    }
    snprintf(out, VOL_PROGRESS_MAX, "%s %llu of %llu %s, %llu rows%s%s%s", bar,
             (unsigned long long)state->done, (unsigned long long)state->asked, state->part,
             (unsigned long long)state->rows, state->bytes ? ", " : "", state->bytes ? size : "", rest);
    return true;
}
