/* writer.h: records as NDJSON or CSV lines into a descriptor.
 *
 * A record is passed on as it came (vol_writer_pass), passed on without the fields that the tool owns and
 * with new ones behind (vol_writer_edit … vol_writer_end), or made anew (vol_writer_begin … vol_writer_end).
 * Output is collected in large blocks; vol_writer_flush sends it. The first failed write is kept and every
 * later call returns it, so that a loop may check once at the end (vol_writer_close): nothing is ever lost
 * with status 0.
 *
 * Keys are given with VOL_KEY("name"): the literal text `,"name":` is copied as it stands.
 */
#ifndef VOL_RECORD_WRITER_H
#define VOL_RECORD_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "record/rec.h"

#define VOL_KEY(name) ",\"" name "\":", sizeof(",\"" name "\":") - 1

struct vol_writer;

struct vol_writer_config {
    int fd;
    enum vol_format format;
    int precision;        /* of computed numbers: 1..17, see num.h; 0: VOL_NUM_DEFAULT */
    const char *csv_kind; /* VOL_CSV: the kind whose records are written (others are refused) */
    const char *const
        *owned; /* VOL_CSV: fields of that kind that the tool writes anew, in order; ended by null */
    const char *const
        *added;       /* VOL_CSV: those of them that this run writes: its further columns; ended by null */
    const char *name; /* of the output, for messages: "standard output" */
};

enum vol_status vol_writer_new(struct vol_writer **out, const struct vol_writer_config *config,
                               struct vol_error *err);

/* Flush, and free. Returns the first failure of the writer's life; the descriptor stays open. */
enum vol_status vol_writer_close(struct vol_writer *writer, struct vol_error *err);

/* The line as it came, byte for byte (converted when the formats differ). VOL_EDATA: it has no CSV form. */
enum vol_status vol_writer_pass(struct vol_writer *writer, const struct vol_line *line,
                                struct vol_error *err);

/* Begin with LINE less its cuts, ready for more fields; or with {"kind":KIND,"ts":TS}. */
enum vol_status vol_writer_edit(struct vol_writer *writer, const struct vol_line *line,
                                struct vol_error *err);
enum vol_status vol_writer_begin(struct vol_writer *writer, const char *kind, int64_t ts);

/* Fields of the record begun. A non-finite number writes null. */
void vol_writer_num(struct vol_writer *writer, const char *key, size_t key_len, double x);
void vol_writer_int(struct vol_writer *writer, const char *key, size_t key_len, int64_t x);
void vol_writer_bool(struct vol_writer *writer, const char *key, size_t key_len, bool x);
void vol_writer_str(struct vol_writer *writer, const char *key, size_t key_len, const char *text, size_t n);

/* The same for a text that stands in JSON as it is: names, codes, dates and times of this program's own
 * making, without quotes, backslashes and control characters. */
void vol_writer_word(struct vol_writer *writer, const char *key, size_t key_len, const char *text, size_t n);

void vol_writer_time(struct vol_writer *writer, const char *key, size_t key_len, int64_t ts);
void vol_writer_null(struct vol_writer *writer, const char *key, size_t key_len);
/* RAW is JSON text that the caller vouches for (a nested value, a number's own spelling). */
void vol_writer_raw(struct vol_writer *writer, const char *key, size_t key_len, const char *raw, size_t n);
/* A value as a reader gave it, number spelling kept; an absent one writes nothing. */
void vol_writer_value(struct vol_writer *writer, const char *key, size_t key_len,
                      const struct vol_value *value);

enum vol_status vol_writer_end(struct vol_writer *writer, struct vol_error *err);
/* Forget the record begun. */
void vol_writer_cancel(struct vol_writer *writer);

enum vol_status vol_writer_flush(struct vol_writer *writer, struct vol_error *err);

/* Text for people, between records or in place of them; it is not counted. */
enum vol_status vol_writer_text(struct vol_writer *writer, const char *text, size_t n, struct vol_error *err);

/* Bytes waiting to be flushed, and records written so far. */
size_t vol_writer_pending(const struct vol_writer *writer);
uint64_t vol_writer_count(const struct vol_writer *writer);

/* Whether the failure is that nobody reads any more (EPIPE): a filter then ends quietly. */
bool vol_writer_is_broken_pipe(const struct vol_writer *writer);

/* Append LINE as JSON text to OUT, whatever its format: for the `record` member of a reject. */
enum vol_status vol_writer_line_to_json(struct vol_writer *writer, const struct vol_line *line,
                                        struct vol_buf *out);

#endif
