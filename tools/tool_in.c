#include "tool_private.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void tool_malformed_err(struct tool *t)
{
    struct tool_private *p = t->p;

    p->n_malformed++;
    tool_status(t, VOL_EDATA);
    if (p->n_malformed <= SHOWN_MAX)
        tool_warn(t, "%s", t->err.text);
    if (t->strict) {
        tool_before_wait(t);
        exit(VOL_EDATA);
    }
    if (p->n_malformed == SHOWN_MAX + 1)
        tool_note(t, "further malformed records are counted, not shown");
}

void tool_malformed(struct tool *t, const struct vol_rec *rec, const char *format, ...)
{
    va_list args;
    char words[400];

    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    vol_error_set(&t->err, VOL_EDATA, "%s:%llu: %s", rec->file, (unsigned long long)rec->line_no, words);
    tool_malformed_err(t);
}

/* The stream is whole when the count of its `end` record is that of the records that came. */
static void take_end(struct tool *t, const struct vol_rec *rec)
{
    struct tool_private *p = t->p;
    const struct vol_value *records = &rec->value[p->w_records], *source = &rec->value[p->w_source];
    uint64_t came = p->n_in - 1;

    if (records->type != VOL_NUMBER || source->type != VOL_STRING) {
        tool_malformed(t, rec, "end: expected a number of records and a source");
        return;
    }
    p->end_seen = true;
    p->end_right = !(records->num < (double)came) && !(records->num > (double)came);
    p->end_ts = rec->ts;
    vol_buf_clear(&p->end_source);
    if (vol_buf_add(&p->end_source, source->text, source->len) != VOL_OK)
        tool_die(t, VOL_EOS, "out of memory");
    if (!p->end_right) {
        tool_warn(t, "%s:%llu: end: %.*s records were announced, %llu came: the stream was cut", rec->file,
                  (unsigned long long)rec->line_no, (int)records->len, records->text,
                  (unsigned long long)came);
        tool_status(t, VOL_ENOINPUT);
    }
}

/* Count a quote of the snapshot at hand. */
static void count_quote(struct tool_private *p, const struct vol_rec *rec)
{
    const struct vol_value *u = &rec->value[p->w_underlying];
    size_t n = u->len < sizeof p->run_underlying ? u->len : sizeof p->run_underlying - 1;

    if (p->run_in == 0 || rec->ts != p->run_ts || strncmp(p->run_underlying, u->text, n) != 0 ||
        p->run_underlying[n] != '\0') {
        p->run_mixed = p->run_in > 0;
        p->run_ts = rec->ts;
        memcpy(p->run_underlying, u->text, n);
        p->run_underlying[n] = '\0';
    }
    p->run_in++;
}

/* A `snap` says how many quotes were before it: fewer or more are told. One that comes without any (--only)
 * is not told: it is right only if it announced none. */
static void check_snap(struct tool *t, const struct vol_rec *rec)
{
    struct tool_private *p = t->p;
    const struct vol_value *quotes = &rec->value[p->w_quotes];

    p->snap_in = p->run_in;
    p->snap_counts = quotes->type == VOL_NUMBER && !p->run_mixed;
    p->run_in = 0;
    p->snap_right = quotes->type == VOL_NUMBER && (p->snap_in > 0 ? !p->run_mixed && rec->ts == p->run_ts
                                                                  : fpclassify(quotes->num) == FP_ZERO);
    if (!p->snap_right || p->snap_in == 0)
        return;
    if (quotes->num < (double)p->snap_in || quotes->num > (double)p->snap_in) {
        p->snap_right = false;
        tool_warn(t, "%s:%llu: snap: %.*s quotes of %s were announced, %llu came", rec->file,
                  (unsigned long long)rec->line_no, (int)quotes->len, quotes->text, p->run_underlying,
                  (unsigned long long)p->snap_in);
        tool_status(t, VOL_EDATA);
    }
}

struct vol_rec *tool_next(struct tool *t)
{
    struct tool_private *p = t->p;

    if (p->unbuffered)
        tool_before_wait(t);
    for (;;) {
        enum vol_status status = vol_reader_next(t->in, &t->rec, &t->err);

        switch (status) {
        case VOL_END:
            return NULL;
        case VOL_OK:
            break;
        case VOL_EDATA:
            p->n_in++;
            tool_malformed_err(t);
            continue;
        case VOL_ENOINPUT:
            tool_warn(t, "%s", t->err.text);
            tool_status(t, status);
            continue;
        default:
            tool_die_err(t);
        }
        p->n_in++;
        if (!t->rec.in_order && !t->any_order) {
            tool_malformed(t, &t->rec, "ts: earlier than the record before: \"%.*s\"",
                           (int)t->rec.value[VOL_W_TS].len, t->rec.value[VOL_W_TS].text);
            continue;
        }
        if (t->rec.kind != NULL && vol_rec_is(&t->rec, "end")) {
            take_end(t, &t->rec);
            continue;
        }
        if (t->rec.kind != NULL && t->rec.kind->name[0] == 'q')
            count_quote(p, &t->rec);
        else if (vol_rec_is(&t->rec, "snap"))
            check_snap(t, &t->rec);
        /* A record behind the seal: whatever it sealed, it was not this stream. */
        p->end_right = false;
        return &t->rec;
    }
}

struct vol_reader_config tool_reader_config(struct tool *t, const struct vol_want *wants, size_t n_wants)
{
    return (struct vol_reader_config){.wants = wants,
                                      .n_wants = n_wants,
                                      .max_line = (size_t)t->p->max_line,
                                      .csv_kind = t->p->kind,
                                      .before_wait = tool_before_wait,
                                      .wait_data = t};
}

void tool_watch(struct vol_reader *reader)
{
    tool_stop_reader = reader;
    if (tool_stop_signal != 0 && reader != NULL)
        vol_reader_stop(reader);
}

struct vol_reader *tool_open(struct tool *t, const char *path, const struct vol_want *wants, size_t n_wants)
{
    struct vol_reader_config config = tool_reader_config(t, wants, n_wants);
    struct vol_reader *reader;
    struct side_file *file = malloc(sizeof *file);

    if (file == NULL)
        tool_die(t, VOL_EOS, "out of memory");
    file->path = (char *)path;
    file->next = t->p->side_files;
    t->p->side_files = file;
    if (vol_reader_new(&reader, &config, &file->path, 1, &t->err) != VOL_OK)
        tool_die_err(t);
    return reader;
}

struct vol_rec *tool_read(struct tool *t, struct vol_reader *reader, struct vol_rec *rec)
{
    switch (vol_reader_next(reader, rec, &t->err)) {
    case VOL_OK:
        return rec;
    case VOL_END:
        return NULL;
    default:
        tool_die_err(t);
    }
}

size_t tool_max_line(const struct tool *t)
{
    return (size_t)t->p->max_line;
}

const volatile sig_atomic_t *tool_stop_flag(void)
{
    return &tool_stop_signal;
}

void tool_took(struct tool *t, uint64_t n)
{
    t->p->n_in += n;
}

void tool_seal(struct tool *t, const char *source, int64_t ts)
{
    struct tool_private *p = t->p;

    p->end_seen = p->end_right = true;
    p->end_ts = ts;
    vol_buf_clear(&p->end_source);
    if (vol_buf_add_str(&p->end_source, source) != VOL_OK)
        tool_die(t, VOL_EOS, "out of memory");
}

bool tool_stopping(const struct tool *t)
{
    (void)t;
    return tool_stop_signal != 0;
}

bool tool_sealed(const struct tool *t)
{
    return t->p->end_seen && t->p->end_right && t->p->status == VOL_OK && tool_stop_signal == 0;
}

bool tool_snap_right(const struct tool *t)
{
    return t->p->snap_right;
}
