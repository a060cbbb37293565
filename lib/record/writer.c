#include "record/writer.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "base/pipe.h"
#include "base/time.h"
#include "record/reader.h"
#include "record/writer_csv.h"

enum { BLOCK = VOL_PIPE_BLOCK };

struct vol_writer {
    int fd;
    enum vol_format format;
    int precision;
    const char *name;
    struct vol_buf out;
    size_t record; /* where the record begun starts in `out` */
    uint64_t count;
    int64_t ts; /* the instant begun with last, and its text: the quotes of a snapshot share one */
    char ts_text[VOL_TIME_MAX];
    size_t ts_len;            /* 0: none yet */
    struct vol_csv_out *csv;  /* VOL_CSV only */
    struct vol_csv *splitter; /* for CSV rows that become JSON; made when the first one comes */
    enum vol_status status;   /* the first failure, for good */
    int error_number;
};

enum vol_status vol_writer_new(struct vol_writer **out, const struct vol_writer_config *config,
                               struct vol_error *err)
{
    struct vol_writer *w = calloc(1, sizeof *w);
    enum vol_status status = VOL_OK;

    if (w == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    w->fd = config->fd;
    w->format = config->format;
    w->precision = config->precision != 0 ? config->precision : VOL_NUM_DEFAULT;
    w->name = config->name;
    vol_pipe_widen(w->fd);
    vol_buf_init(&w->out);
    if (vol_buf_reserve(&w->out, 2 * BLOCK) != VOL_OK)
        status = vol_error_set(err, VOL_EOS, "out of memory");
    else if (w->format == VOL_CSV)
        status = vol_csv_out_new(&w->csv, config->csv_kind, config->owned, config->added, err);
    if (status != VOL_OK) {
        vol_buf_free(&w->out);
        free(w);
        return status;
    }
    *out = w;
    return VOL_OK;
}

static enum vol_status tell(const struct vol_writer *w, struct vol_error *err)
{
    if (w->status == VOL_EIO)
        return vol_error_set(err, w->status, "%s: write failed: %s", w->name, strerror(w->error_number));
    if (w->status != VOL_OK)
        return vol_error_set(err, w->status, "%s: out of memory", w->name);
    return VOL_OK;
}

enum vol_status vol_writer_flush(struct vol_writer *w, struct vol_error *err)
{
    size_t at = 0;

    while (at < w->out.len && w->status == VOL_OK) {
        ssize_t n = write(w->fd, w->out.data + at, w->out.len - at);

        if (n >= 0) {
            at += (size_t)n;
        } else if (errno == EAGAIN) {
            /* Whoever shares the descriptor may have made it non-blocking. */
            struct pollfd p = {.fd = w->fd, .events = POLLOUT};

            poll(&p, 1, -1);
        } else if (errno != EINTR) {
            w->status = VOL_EIO;
            w->error_number = errno;
        }
    }
    vol_buf_clear(&w->out);
    return tell(w, err);
}

enum vol_status vol_writer_close(struct vol_writer *w, struct vol_error *err)
{
    enum vol_status status = vol_writer_flush(w, err);

    vol_buf_free(&w->out);
    vol_csv_out_free(w->csv);
    vol_csv_free(w->splitter);
    free(w);
    return status;
}

size_t vol_writer_pending(const struct vol_writer *w)
{
    return w->out.len;
}

uint64_t vol_writer_count(const struct vol_writer *w)
{
    return w->count;
}

bool vol_writer_is_broken_pipe(const struct vol_writer *w)
{
    return w->status == VOL_EIO && w->error_number == EPIPE;
}

/* Room for N bytes of the record begun, or null after a failure. */
static char *room(struct vol_writer *w, size_t n)
{
    if (w->status != VOL_OK)
        return NULL;
    if (w->out.len + n > w->out.cap && vol_buf_reserve(&w->out, n) != VOL_OK) {
        w->status = VOL_EOS;
        return NULL;
    }
    return w->out.data + w->out.len;
}

static void put(struct vol_writer *w, const char *bytes, size_t n)
{
    char *to = room(w, n);

    if (to != NULL) {
        memcpy(to, bytes, n);
        w->out.len += n;
    }
}

static enum vol_status finish_record(struct vol_writer *w, struct vol_error *err)
{
    put(w, "\n", 1);
    w->count++;
    w->record = w->out.len;
    if (w->out.len >= BLOCK)
        return vol_writer_flush(w, err);
    return tell(w, err);
}

enum vol_status vol_writer_text(struct vol_writer *w, const char *text, size_t n, struct vol_error *err)
{
    w->record = w->out.len;
    put(w, text, n);
    return w->out.len >= BLOCK ? vol_writer_flush(w, err) : tell(w, err);
}

/* LINE less its cuts. */
static void put_line(struct vol_writer *w, const struct vol_line *line)
{
    size_t at = 0, i;

    for (i = 0; i < line->n_cuts; i++) {
        put(w, line->bytes + at, line->cuts[i][0] - at);
        at = line->cuts[i][1];
    }
    put(w, line->bytes + at, line->len - at);
}

static enum vol_status to_json(struct vol_writer *w, const struct vol_line *line, bool keep_owned,
                               struct vol_buf *out, struct vol_error *err)
{
    size_t old = out->len;
    enum vol_status status;

    if (line->format == VOL_NDJSON)
        return vol_buf_add(out, line->bytes, line->len);
    if (w->splitter == NULL && (status = vol_csv_new(&w->splitter, VOL_LINE_MAX_DEFAULT, NULL)) != VOL_OK)
        return status;
    status = vol_csv_row_to_json(w->splitter, line, keep_owned, out, err);
    if (status != VOL_OK)
        out->len = old;
    return status;
}

enum vol_status vol_writer_line_to_json(struct vol_writer *w, const struct vol_line *line,
                                        struct vol_buf *out)
{
    return to_json(w, line, true, out, NULL);
}

static enum vol_status put_converted(struct vol_writer *w, const struct vol_line *line, bool keep_owned,
                                     struct vol_error *err)
{
    enum vol_status status = to_json(w, line, keep_owned, &w->out, err);

    if (status != VOL_OK && status != VOL_EDATA)
        w->status = status;
    return status;
}

enum vol_status vol_writer_pass(struct vol_writer *w, const struct vol_line *line, struct vol_error *err)
{
    struct vol_line whole = *line;
    enum vol_status status = VOL_OK;

    w->record = w->out.len;
    whole.n_cuts = 0;
    if (w->format == VOL_CSV) {
        status = vol_csv_out_line(w->csv, &whole, true, err);
        if (status == VOL_OK)
            status = vol_csv_out_end(w->csv, &w->out, err);
    } else if (line->format == VOL_CSV) {
        status = put_converted(w, &whole, true, err);
    } else {
        put_line(w, &whole);
    }
    if (status != VOL_OK) {
        vol_writer_cancel(w);
        return status;
    }
    return finish_record(w, err);
}

enum vol_status vol_writer_edit(struct vol_writer *w, const struct vol_line *line, struct vol_error *err)
{
    enum vol_status status = VOL_OK;

    w->record = w->out.len;
    if (w->format == VOL_CSV)
        return vol_csv_out_line(w->csv, line, false, err);
    if (line->format == VOL_CSV)
        status = put_converted(w, line, false, err);
    else
        put_line(w, line);
    /* The fields to come stand before the closing brace. */
    while (status == VOL_OK && w->status == VOL_OK && w->out.len > w->record &&
           w->out.data[w->out.len - 1] != '}')
        w->out.len--;
    if (status == VOL_OK && w->status == VOL_OK && w->out.len > w->record)
        w->out.len--;
    if (status != VOL_OK)
        vol_writer_cancel(w);
    return status;
}

enum vol_status vol_writer_begin(struct vol_writer *w, const char *kind, int64_t ts)
{
    if (ts != w->ts || w->ts_len == 0) {
        w->ts_len = vol_time_print(w->ts_text, ts);
        w->ts = ts;
    }
    w->record = w->out.len;
    if (w->format == VOL_CSV)
        return vol_csv_out_begin(w->csv, kind, w->ts_text, w->ts_len);
    put(w, "{\"kind\":\"", 9);
    put(w, kind, strlen(kind));
    put(w, "\",\"ts\":\"", 8);
    put(w, w->ts_text, w->ts_len);
    put(w, "\"", 1);
    return w->status;
}

enum vol_status vol_writer_end(struct vol_writer *w, struct vol_error *err)
{
    if (w->format == VOL_CSV) {
        enum vol_status status = vol_csv_out_end(w->csv, &w->out, err);

        if (status != VOL_OK) {
            vol_writer_cancel(w);
            return status;
        }
    } else {
        put(w, "}", 1);
    }
    return finish_record(w, err);
}

void vol_writer_cancel(struct vol_writer *w)
{
    w->out.len = w->record;
}

/* A key, which is a literal of a few bytes: two copies that overlap cover it, without a call. */
static inline void copy_key(char *to, const char *key, size_t n)
{
    if (n >= 8 && n <= 16) {
        memcpy(to, key, 8);
        memcpy(to + n - 8, key + n - 8, 8);
    } else if (n > 16 && n <= 32) {
        memcpy(to, key, 16);
        memcpy(to + n - 16, key + n - 16, 16);
    } else {
        memcpy(to, key, n);
    }
}

/* Text that is JSON as it stands goes to NDJSON with its key, to CSV as a cell. */
void vol_writer_raw(struct vol_writer *w, const char *key, size_t key_len, const char *raw, size_t n)
{
    char *to;

    if (w->format == VOL_CSV) {
        vol_csv_out_cell(w->csv, key, key_len, raw, n, false);
        return;
    }
    to = room(w, key_len + n);
    if (to == NULL)
        return;
    copy_key(to, key, key_len);
    memcpy(to + key_len, raw, n);
    w->out.len += key_len + n;
}

void vol_writer_num(struct vol_writer *w, const char *key, size_t key_len, double x)
{
    char text[VOL_NUM_MAX], *to;

    if (!isfinite(x)) {
        vol_writer_null(w, key, key_len);
    } else if (w->format == VOL_CSV) {
        vol_csv_out_cell(w->csv, key, key_len, text, vol_num_print(text, x, w->precision), false);
    } else if ((to = room(w, key_len + VOL_NUM_MAX)) != NULL) {
        copy_key(to, key, key_len);
        w->out.len += key_len + vol_num_print(to + key_len, x, w->precision);
    }
}

void vol_writer_int(struct vol_writer *w, const char *key, size_t key_len, int64_t x)
{
    char text[VOL_NUM_MAX];

    vol_writer_raw(w, key, key_len, text, vol_num_print_int(text, x));
}

void vol_writer_bool(struct vol_writer *w, const char *key, size_t key_len, bool x)
{
    vol_writer_raw(w, key, key_len, x ? "true" : "false", x ? 4 : 5);
}

void vol_writer_null(struct vol_writer *w, const char *key, size_t key_len)
{
    vol_writer_raw(w, key, key_len, "null", w->format == VOL_CSV ? 0 : 4);
}

void vol_writer_str(struct vol_writer *w, const char *key, size_t key_len, const char *text, size_t n)
{
    if (w->format == VOL_CSV) {
        vol_csv_out_cell(w->csv, key, key_len, text, n, true);
        return;
    }
    put(w, key, key_len);
    if (w->status == VOL_OK && vol_buf_add_json(&w->out, text, n) != VOL_OK)
        w->status = VOL_EOS;
}

void vol_writer_word(struct vol_writer *w, const char *key, size_t key_len, const char *text, size_t n)
{
    char *to;

    if (w->format == VOL_CSV) {
        vol_csv_out_cell(w->csv, key, key_len, text, n, true);
        return;
    }
    to = room(w, key_len + n + 2);
    if (to == NULL)
        return;
    copy_key(to, key, key_len);
    to += key_len;
    *to = '"';
    memcpy(to + 1, text, n);
    to[n + 1] = '"';
    w->out.len += key_len + n + 2;
}

void vol_writer_time(struct vol_writer *w, const char *key, size_t key_len, int64_t ts)
{
    char text[VOL_TIME_MAX];

    vol_writer_word(w, key, key_len, text, vol_time_print(text, ts));
}

void vol_writer_value(struct vol_writer *w, const char *key, size_t key_len, const struct vol_value *v)
{
    double x;

    switch (v->type) {
    case VOL_NUMBER:
        /* A CSV may hold spellings that JSON does not know: +1, 007, .5 */
        if (vol_num_parse(v->text, v->len, &x) == VOL_OK)
            vol_writer_raw(w, key, key_len, v->text, v->len);
        else
            vol_writer_num(w, key, key_len, v->num);
        break;
    case VOL_ABSENT:
        break;
    case VOL_NULL:
        vol_writer_null(w, key, key_len);
        break;
    case VOL_STRING:
        vol_writer_str(w, key, key_len, v->text, v->len);
        break;
    default:
        vol_writer_raw(w, key, key_len, v->text, v->len);
    }
}
