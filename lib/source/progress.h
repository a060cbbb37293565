/* progress.h: the words of a progress bar: how much is in, and how long the rest will take. */
#ifndef VOL_SOURCE_PROGRESS_H
#define VOL_SOURCE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VOL_PROGRESS_MAX = 120 };

struct vol_progress {
    int64_t started, shown; /* nanoseconds of a steady clock; 0: not yet */
    bool drawn;             /* a line stands on the screen */
};

struct vol_progress_state {
    uint64_t rows, bytes; /* bytes: 0: not shown */
    uint64_t done, asked; /* parts of the work (answers, files), and how many are known of */
    const char *part;     /* "answers", "files", "MB" */
};

/* The line to draw at NOW into OUT, true; false when it is too early: in the first second of the work (most
 * is over by then), and a fifth of a second after the last line. The estimate takes the parts to be alike. */
bool vol_progress_line(struct vol_progress *progress, int64_t now, const struct vol_progress_state *state,
                       char out[VOL_PROGRESS_MAX]);

#endif
