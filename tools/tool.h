/* tool.h: what every volpipe tool does alike, and the only code beside the tools that exits or prints.
 *
 * A filter is: a table of options, a table of wanted fields, tool_start, a loop over tool_next, tool_finish.
 *
 *     int main(int argc, char **argv)
 *     {
 *         struct tool t = {.info = &info, .options = options, .wants = wants, .n_wants = …};
 *         struct vol_rec *rec;
 *
 *         tool_start(&t, argc, argv);
 *         … read configurations: tool_die(&t, status, "…") when they are wrong …
 *         while ((rec = tool_next(&t)) != NULL)
 *             if (vol_rec_is(rec, "quote")) … else tool_pass(&t, rec);
 *         … emit what is still held …
 *         return tool_finish(&t);
 *     }
 */
#ifndef VOL_TOOLS_TOOL_H
#define VOL_TOOLS_TOOL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/opt.h"
#include "price/isa.h"
#include "record/hold.h"
#include "record/reader.h"
#include "record/sink.h"
#include "record/writer.h"

struct tool_info {
    const char *name;     /* "vclean" */
    const char *operands; /* "[FILE...]" */
    const char *summary;  /* one line: what it does */
};

enum { TOOL_REASON_MAX = 64 };

struct tool {
    /* set by the tool before tool_start */
    const struct tool_info *info;
    const struct vol_opt *options; /* its own, ended by {0} */
    const struct vol_want *wants;
    size_t n_wants;
    bool (*writes)(
        size_t i);  /* whether this run writes the owned field wants[i] (null: all of them): a column */
    bool no_input;  /* the tool takes its operands itself: no reader is made */
    bool any_order; /* a ts that falls is no error (vmerge's operands are checked by itself) */

    /* for the tool's use */
    char **operand; /* what the options left */
    size_t n_operands;
    struct vol_writer *out;
    struct vol_reader *in;
    struct vol_error err; /* scratch for library calls */
    int quiet, strict;
    int precision;
    enum vol_isa isa; /* of VOLPIPE_ISA, for the kernels of lib/price */

    /* private to tool.c */
    struct vol_rec rec;
    struct tool_private *p;
};

/* Parse the command line, serve --help, --version and --fields, open input and output, install signal
 * handlers. Exits on its own when that is the end. */
void tool_start(struct tool *t, int argc, char **argv);

/* Read other fields than t->wants says: for a tool whose configuration names them, between tool_start and the
 * first tool_next. WANTS must outlive the tool. */
void tool_want(struct tool *t, const struct vol_want *wants, size_t n_wants);

/* The next good record, or null at the end (also after SIGTERM or SIGINT). Malformed ones are shown (the
 * first ten), counted and skipped, or end the run with --strict; `end` records are kept back for tool_finish;
 * records whose ts falls are malformed unless any_order. Flushes the output whenever the input has nothing
 * waiting. */
struct vol_rec *tool_next(struct tool *t);

/* Send on: a record or a held line as it came, honouring --only. */
void tool_pass(struct tool *t, const struct vol_rec *rec);
void tool_pass_line(struct tool *t, const struct vol_line *line, const char *kind);

/* Begin a record on t->out: a line with its owned fields cut, or a new one. False: --only keeps this kind off
 * the output, write no fields and call no tool_end. */
bool tool_edit(struct tool *t, const struct vol_line *line, const char *kind);
bool tool_begin(struct tool *t, const char *kind, int64_t ts);
void tool_end(struct tool *t);

/* All of the above for code of the library that writes records by itself. */
struct vol_sink tool_sink(struct tool *t);

/* A report for people on standard output, in place of the stream: from the first call on no record leaves. */
void tool_text(struct tool *t, const char *text, size_t n);

/* Refuse a record by a rule: counted under REASON (a static string), written as a `reject` record to
 * --rejects or into the stream with --keep-rejects. `of` is its kind. */
void tool_reject(struct tool *t, const struct vol_line *line, const char *of, int64_t ts, const char *reason);

/* A record that the tool itself finds malformed (a value out of its domain): like one that the reader
 * refused. FORMAT gives the words behind "tool: file:line: ". Ends the run with --strict. */
void tool_malformed(struct tool *t, const struct vol_rec *rec, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a record that a reader of the tool's own refused: t->err has the words, the place included. */
void tool_malformed_err(struct tool *t);

/* "tool: words" on standard error, unless --quiet (tool_note) or always (tool_warn). */
void tool_note(struct tool *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tool_warn(struct tool *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Print "tool: words", or the words of t->err, flush nothing and exit with STATUS. */
void tool_die(struct tool *t, enum vol_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4), noreturn));
void tool_die_err(struct tool *t) __attribute__((noreturn));

/* Make the final exit status at least this bad without stopping (the first non-zero one stays). */
void tool_status(struct tool *t, enum vol_status status);

/* A number for the --stats line, under NAME (static). */
void tool_stat(struct tool *t, const char *name, double value);

/* For tools that take their operands themselves (no_input): the longest line, the flag that a signal sets,
 * what a reader calls before it waits (DATA: the tool), N more records that came in; and, after the last one,
 * that a stream of SOURCE ends here whole: tool_finish writes the `end` record if all went well. */
size_t tool_max_line(const struct tool *t);
const volatile sig_atomic_t *tool_stop_flag(void);
void tool_before_wait(void *data);
void tool_took(struct tool *t, uint64_t n);
struct vol_reader_config tool_reader_config(struct tool *t, const struct vol_want *wants, size_t n_wants);
/* READER is the one that a signal must stop from now on; null: none. */
void tool_watch(struct vol_reader *reader);
void tool_seal(struct tool *t, const char *source, int64_t ts);

/* Whether a signal asked to stop. */
bool tool_stopping(const struct tool *t);

/* Whether the last `snap` that tool_next gave announced as many quotes of its ts and underlying as had come:
 * a tool that acts on a chain acts on a whole one. */
bool tool_snap_right(const struct tool *t);

/* After the last record: whether the stream ended with an `end` record whose count was right, with nothing
 * malformed and no signal, so that a tool run with --sealed may act. */
bool tool_sealed(const struct tool *t);

/* A reader of other files (--history, --rates) with the same bounds and stop signal as the main input; its
 * records are checked by the caller with tool_read. Exits on failure. */
struct vol_reader *tool_open(struct tool *t, const char *path, const struct vol_want *wants, size_t n_wants);

/* The next record of READER like tool_next, but without order check, `end` handling and flushing: null at the
 * end. A malformed record of a side file is fatal (65), since what rests on it would be wrong. */
struct vol_rec *tool_read(struct tool *t, struct vol_reader *reader, struct vol_rec *rec);

/* Write the `end` record (if one came in and all went well), flush, close, print the summary (--stats), free,
 * and return the exit status; re-raises SIGTERM/SIGINT so that death by a signal shows as such. */
int tool_finish(struct tool *t);

/* The path of a file of share/: NAME itself if it contains a `/` or ends in .json and exists, else
 * SHARE/dir/NAME.json. Exits 78 when there is none. The text lives until the next call. */
const char *tool_share_file(struct tool *t, const char *dir, const char *name);

#endif
