/* tool_private.h: what the files of the frame share; no tool includes it. */
#ifndef VOL_TOOLS_TOOL_PRIVATE_H
#define VOL_TOOLS_TOOL_PRIVATE_H

#include <signal.h>
#include <time.h>

#include "tool.h"

enum { SHOWN_MAX = 10, STATS_MAX = 32, FRAME_WANTS = 4 };

/* A file of tool_open; its reader borrows the path. */
struct side_file {
    char *path;
    struct side_file *next;
};

struct tool_private {
    struct side_file *side_files;
    /* common options */
    int help, version, help_options, stats, keep_rejects, unbuffered;
    const char *fields, *to, *kind, *only, *rejects;
    const char *csv_kind; /* the only kind that --to csv writes; null: NDJSON is written */
    int64_t max_line, precision;
    struct vol_opt common[20];

    int rejects_fd;
    struct vol_writer *rejects_out;
    uint64_t n_in, n_malformed;
    struct {
        const char *reason;
        uint64_t n;
    } rejected[TOOL_REASON_MAX];
    size_t n_reasons;
    struct {
        const char *name;
        double value;
    } stat[STATS_MAX];
    size_t n_stats;
    enum vol_status status; /* the first bad one */
    struct timespec started;

    bool end_seen, end_right;
    int64_t end_ts;
    struct vol_buf end_source;
    const char *owned[VOL_WANT_MAX + 1], *added[VOL_WANT_MAX + 1];
    struct vol_want
        wants[VOL_WANT_MAX]; /* the tool's, and those of `end` and `snap` that the frame reads itself */
    size_t w_records, w_source, w_quotes, w_underlying;

    /* quotes since the last `snap`, come in and passed on: what a `snap` announces is checked when it comes,
     * and corrected, when it is passed on, for those that the tool refused. A tool may hold it until then. */
    uint64_t run_in, run_out, snap_in;
    bool snap_right;  /* the last `snap` announced what had come */
    bool snap_counts; /* it has a count, of one snapshot */
    bool run_mixed;   /* they are not of one ts and underlying: a snapshot without a `snap` was among them */
    int64_t run_ts;
    char run_underlying[64];
    struct vol_buf path;
};

/* The signal that asked to stop, and the reader that it stops. */
extern volatile sig_atomic_t tool_stop_signal;
extern struct vol_reader *volatile tool_stop_reader;

/* A write failed: goes the way of a filter that nobody reads any more, or exits with the words of t->err. */
void tool_write_failed(struct tool *t, struct vol_writer *w);

/* --stats and the closing summary, on standard error. */
void tool_print_summary(struct tool *t, uint64_t n_out);
void tool_print_stats(struct tool *t, uint64_t n_out);

#endif
