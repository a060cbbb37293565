#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "base/share.h"

enum { SHOWN_MAX = 10, STATS_MAX = 32 };

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
    const char *owned[VOL_WANT_MAX + 1];
    struct vol_want wants[VOL_WANT_MAX]; /* the tool's and `records`, `source` of an end record */
    size_t w_records, w_source;
    struct vol_buf path;
};

static volatile sig_atomic_t stop_signal;
static struct vol_reader *volatile stop_reader;

/* ---- words
 * ---------------------------------------------------------------------------------------------------- */

static void vsay(const struct tool *t, const char *format, va_list args)
{
    fprintf(stderr, "%s: ", t->info->name);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

void tool_warn(struct tool *t, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsay(t, format, args);
    va_end(args);
}

void tool_note(struct tool *t, const char *format, ...)
{
    va_list args;

    if (t->quiet)
        return;
    va_start(args, format);
    vsay(t, format, args);
    va_end(args);
}

void tool_die(struct tool *t, enum vol_status status, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsay(t, format, args);
    va_end(args);
    exit((int)status);
}

void tool_die_err(struct tool *t)
{
    tool_die(t, t->err.status, "%s", t->err.text);
}

void tool_status(struct tool *t, enum vol_status status)
{
    if (t->p->status == VOL_OK)
        t->p->status = status;
}

/* Nobody reads our output any more: go the way a filter goes, also where SIGPIPE was ignored. */
static void die_quietly(void)
{
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
    _exit(128 + SIGPIPE);
}

static void write_failed(struct tool *t, struct vol_writer *w)
{
    if (vol_writer_is_broken_pipe(w))
        die_quietly();
    tool_die_err(t);
}

/* ---- start
 * ---------------------------------------------------------------------------------------------------- */

static void on_stop(int signal_number)
{
    stop_signal = signal_number;
    if (stop_reader != NULL)
        vol_reader_stop(stop_reader);
    /* Wakes a read that began just before the flag was set. */
    alarm(1);
}

static void on_alarm(int signal_number)
{
    (void)signal_number;
    alarm(1);
}

static void catch (int signal_number, void (*handler)(int))
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

static void common_options(struct tool *t)
{
    struct tool_private *p = t->p;
    const struct vol_opt table[] = {
        {VOL_OPT_HEADING, 0, NULL, NULL, NULL, NULL, 0, 0, "Options of every tool"},
        {VOL_OPT_ENUM, 0, "to", "FORMAT", &p->to, "ndjson|csv", 0, 0, "write ndjson (the default) or csv"},
        {VOL_OPT_STR, 0, "kind", "KIND", &p->kind, NULL, 0, 0,
         "kind of the records of a CSV, read or written (quote)"},
        {VOL_OPT_STR, 0, "only", "KINDS", &p->only, NULL, 0, 0,
         "write only records of these kinds (comma-separated)"},
        {VOL_OPT_INT, 0, "precision", "N", &p->precision, NULL, 1, VOL_NUM_SHORTEST,
         "significant digits of computed numbers; 17: as many as read back the same (10)"},
        {VOL_OPT_FILE, 0, "rejects", "FILE", &p->rejects, NULL, 0, 0, "write refused records to FILE"},
        {VOL_OPT_FLAG, 0, "keep-rejects", NULL, &p->keep_rejects, NULL, 0, 0,
         "write refused records into the stream"},
        {VOL_OPT_FLAG, 0, "strict", NULL, &t->strict, NULL, 0, 0, "stop at the first malformed record"},
        {VOL_OPT_SIZE, 0, "max-line", "SIZE", &p->max_line, NULL, 256, 1 << 30,
         "longest line that is read (1M)"},
        {VOL_OPT_FLAG, 'u', "unbuffered", NULL, &p->unbuffered, NULL, 0, 0, "flush after every record"},
        {VOL_OPT_FLAG, 0, "stats", NULL, &p->stats, NULL, 0, 0,
         "end with one line of JSON figures on standard error"},
        {VOL_OPT_FLAG, 'q', "quiet", NULL, &t->quiet, NULL, 0, 0,
         "no summary and no progress on standard error"},
        {VOL_OPT_STR, 0, "fields", "KIND", &p->fields, NULL, 0, 0,
         "print the fields of a kind of record and exit"},
        {VOL_OPT_FLAG, 0, "help-options", NULL, &p->help_options, NULL, 0, 0,
         "print the options for programs and exit"},
        {VOL_OPT_FLAG, 'h', "help", NULL, &p->help, NULL, 0, 0, "print this help and exit"},
        {VOL_OPT_FLAG, 'V', "version", NULL, &p->version, NULL, 0, 0, "print the version and exit"},
    };

    memcpy(p->common, table, sizeof table);
}

/* Print a text that was asked for, and exit: 74 when it cannot be written. */
static void print_and_exit(struct tool *t, struct vol_buf *text, enum vol_status status)
{
    if (status != VOL_OK)
        tool_die(t, status, "out of memory");
    if (fwrite(text->data, 1, text->len, stdout) != text->len || fflush(stdout) != 0)
        tool_die(t, VOL_EIO, "standard output: write failed: %s", strerror(errno));
    vol_buf_free(text);
    exit(VOL_OK);
}

static void serve_help(struct tool *t, const struct vol_opt_set *set)
{
    struct tool_private *p = t->p;
    struct vol_buf text = VOL_BUF_INIT;
    enum vol_status status;

    if (p->help) {
        status = vol_buf_addf(&text, "Usage: %s [options] %s\n%s\n\n", t->info->name, t->info->operands,
                              t->info->summary);
        if (status == VOL_OK)
            status = vol_opt_help(set, &text);
        print_and_exit(t, &text, status);
    }
    if (p->version)
        print_and_exit(t, &text, vol_buf_addf(&text, "%s (volpipe) %s\n", t->info->name, VOLPIPE_VERSION));
    if (p->help_options)
        print_and_exit(t, &text, vol_opt_list(set, &text));
    if (p->fields != NULL) {
        const struct vol_kind *kind = vol_kind_find(p->fields, strlen(p->fields));

        if (kind == NULL)
            tool_die(t, VOL_EUSAGE, "--fields: no kind of record is called \"%s\" (see volpipe-records(5))",
                     p->fields);
        print_and_exit(t, &text, vol_kind_print(kind, &text));
    }
}

void tool_before_wait(void *data)
{
    struct tool *t = data;

    if (t->out != NULL && vol_writer_pending(t->out) > 0 && vol_writer_flush(t->out, &t->err) != VOL_OK)
        write_failed(t, t->out);
    if (t->p->rejects_out != NULL && vol_writer_flush(t->p->rejects_out, &t->err) != VOL_OK)
        tool_die_err(t);
}

static void open_input(struct tool *t)
{
    struct tool_private *p = t->p;
    struct vol_reader_config config = {.wants = p->wants,
                                       .max_line = (size_t)p->max_line,
                                       .csv_kind = p->kind,
                                       .before_wait = tool_before_wait,
                                       .wait_data = t};
    size_t i;

    for (i = 0; i < t->n_wants && i < VOL_WANT_MAX - 2 - VOL_W_OWN; i++)
        p->wants[i] = t->wants[i];
    /* Every tool reads the two members of an `end` record, if not for itself then for tool_next. */
    p->w_records = VOL_W_OWN + i;
    p->wants[i].name = "records";
    p->w_source = VOL_W_OWN + i + 1;
    p->wants[i + 1].name = "source";
    for (i = 0; i < t->n_wants; i++) {
        if (strcmp(t->wants[i].name, "records") == 0)
            p->w_records = VOL_W_OWN + i;
        if (strcmp(t->wants[i].name, "source") == 0)
            p->w_source = VOL_W_OWN + i;
    }
    config.n_wants = t->n_wants + 2;
    if (vol_reader_new(&t->in, &config, t->operand, t->n_operands, &t->err) != VOL_OK)
        tool_die_err(t);
    stop_reader = t->in;
}

void tool_want(struct tool *t, const struct vol_want *wants, size_t n_wants)
{
    stop_reader = NULL;
    vol_reader_free(t->in);
    t->in = NULL;
    t->wants = wants;
    t->n_wants = n_wants;
    open_input(t);
    if (stop_signal != 0)
        vol_reader_stop(t->in);
}

static void open_output(struct tool *t)
{
    struct tool_private *p = t->p;
    struct vol_writer_config config = {.fd = STDOUT_FILENO,
                                       .format =
                                           p->to != NULL && strcmp(p->to, "csv") == 0 ? VOL_CSV : VOL_NDJSON,
                                       .precision = (int)p->precision,
                                       .csv_kind = p->kind,
                                       .owned = p->owned,
                                       .name = "standard output"};
    const struct vol_kind *kind = p->kind != NULL ? vol_kind_find(p->kind, strlen(p->kind)) : NULL;
    size_t i, n = 0;

    for (i = 0; i < t->n_wants; i++)
        if (t->wants[i].owned &&
            (kind == NULL || vol_field_find(kind, t->wants[i].name, strlen(t->wants[i].name)) != NULL))
            p->owned[n++] = t->wants[i].name;
    if (vol_writer_new(&t->out, &config, &t->err) != VOL_OK)
        tool_die_err(t);
    if (config.format == VOL_CSV)
        p->csv_kind = p->kind;
    if (p->rejects == NULL)
        return;
    p->rejects_fd = open(p->rejects, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (p->rejects_fd < 0)
        tool_die(t, VOL_ECREATE, "%s: %s", p->rejects, strerror(errno));
    config.fd = p->rejects_fd;
    config.format = VOL_NDJSON;
    config.name = p->rejects;
    if (vol_writer_new(&p->rejects_out, &config, &t->err) != VOL_OK)
        tool_die_err(t);
}

void tool_start(struct tool *t, int argc, char **argv)
{
    struct vol_opt_set set;
    struct tool_private *p = calloc(1, sizeof *p);
    int operand;

    t->p = p;
    if (p == NULL)
        tool_die(t, VOL_EOS, "out of memory");
    p->max_line = VOL_LINE_MAX_DEFAULT;
    p->precision = VOL_NUM_DEFAULT;
    p->rejects_fd = -1;
    vol_buf_init(&p->end_source);
    vol_buf_init(&p->path);
    common_options(t);
    set.n = 2;
    set.table[0] = t->options;
    set.table[1] = p->common;
    if (vol_opt_parse(&set, argc, argv, &operand, &t->err) != VOL_OK) {
        tool_warn(t, "%s", t->err.text);
        tool_die(t, VOL_EUSAGE, "try %s --help", t->info->name);
    }
    serve_help(t, &set);
    t->operand = argv + operand;
    t->n_operands = (size_t)(argc - operand);
    t->precision = (int)p->precision;
    clock_gettime(CLOCK_MONOTONIC, &p->started);
    catch (SIGTERM, on_stop);
    catch (SIGINT, on_stop);
    catch (SIGALRM, on_alarm);
    if (!t->no_input)
        open_input(t);
    open_output(t);
}

/* ---- input
 * ---------------------------------------------------------------------------------------------------- */

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
    stop_reader = reader;
    if (stop_signal != 0 && reader != NULL)
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
    return &stop_signal;
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
    return stop_signal != 0;
}

bool tool_sealed(const struct tool *t)
{
    return t->p->end_seen && t->p->end_right && t->p->status == VOL_OK && stop_signal == 0;
}

/* ---- output
 * --------------------------------------------------------------------------------------------------- */

static bool is_kept(const struct tool *t, const char *kind, size_t len)
{
    const char *p = t->p->only, *csv_kind = t->p->csv_kind;

    if (csv_kind != NULL && (strlen(csv_kind) != len || memcmp(csv_kind, kind, len) != 0))
        return false;
    if (p == NULL)
        return true;
    while (*p != '\0') {
        size_t n = strcspn(p, ",");

        if (n == len && memcmp(p, kind, n) == 0)
            return true;
        p += n + (p[n] == ',');
    }
    return false;
}

/* The verdict of the writer on one record, which came as REC (null: one of our own, or held before). */
static void after_write(struct tool *t, enum vol_status status, const struct vol_rec *rec)
{
    if (status == VOL_EDATA) {
        if (rec != NULL)
            vol_error_prefix(&t->err, "%s:%llu", rec->file, (unsigned long long)rec->line_no);
        else
            vol_error_prefix(&t->err, "standard output");
        tool_malformed_err(t);
    } else if (status != VOL_OK) {
        write_failed(t, t->out);
    }
}

void tool_pass(struct tool *t, const struct vol_rec *rec)
{
    const struct vol_value *kind = &rec->value[VOL_W_KIND];

    if (is_kept(t, kind->text, kind->len))
        after_write(t, vol_writer_pass(t->out, &rec->line, &t->err), rec);
}

void tool_pass_line(struct tool *t, const struct vol_line *line, const char *kind)
{
    if (is_kept(t, kind, strlen(kind)))
        after_write(t, vol_writer_pass(t->out, line, &t->err), NULL);
}

bool tool_edit(struct tool *t, const struct vol_line *line, const char *kind)
{
    enum vol_status status;

    if (!is_kept(t, kind, strlen(kind)))
        return false;
    status = vol_writer_edit(t->out, line, &t->err);
    after_write(t, status, NULL);
    return status == VOL_OK;
}

bool tool_begin(struct tool *t, const char *kind, int64_t ts)
{
    if (!is_kept(t, kind, strlen(kind)))
        return false;
    if (vol_writer_begin(t->out, kind, ts) != VOL_OK)
        tool_die(t, VOL_EOS, "out of memory");
    return true;
}

void tool_end(struct tool *t)
{
    after_write(t, vol_writer_end(t->out, &t->err), NULL);
}

static void write_reject(struct tool *t, struct vol_writer *w, const struct vol_line *line, const char *of,
                         int64_t ts, const char *reason)
{
    struct vol_buf json = VOL_BUF_INIT;
    enum vol_status status = vol_writer_line_to_json(w, line, &json);

    if (status != VOL_OK && status != VOL_EDATA)
        tool_die(t, status, "out of memory");
    if (status == VOL_EDATA && vol_buf_add_json(&json, line->bytes, line->len) != VOL_OK)
        tool_die(t, VOL_EOS, "out of memory");
    if (vol_writer_begin(w, "reject", ts) == VOL_OK) {
        vol_writer_str(w, VOL_KEY("of"), of, strlen(of));
        vol_writer_str(w, VOL_KEY("reason"), reason, strlen(reason));
        vol_writer_str(w, VOL_KEY("tool"), t->info->name, strlen(t->info->name));
        vol_writer_raw(w, VOL_KEY("record"), json.data, json.len);
    }
    if (vol_writer_end(w, &t->err) != VOL_OK)
        write_failed(t, w);
    vol_buf_free(&json);
}

void tool_reject(struct tool *t, const struct vol_line *line, const char *of, int64_t ts, const char *reason)
{
    struct tool_private *p = t->p;
    size_t i;

    for (i = 0; i < p->n_reasons && strcmp(p->rejected[i].reason, reason) != 0; i++)
        ;
    if (i == p->n_reasons && p->n_reasons < TOOL_REASON_MAX)
        p->rejected[p->n_reasons++].reason = reason;
    if (i < TOOL_REASON_MAX)
        p->rejected[i].n++;
    if (p->rejects_out != NULL)
        write_reject(t, p->rejects_out, line, of, ts, reason);
    if (p->keep_rejects && is_kept(t, "reject", 6))
        write_reject(t, t->out, line, of, ts, reason);
}

void tool_stat(struct tool *t, const char *name, double value)
{
    struct tool_private *p = t->p;
    size_t i;

    for (i = 0; i < p->n_stats && strcmp(p->stat[i].name, name) != 0; i++)
        ;
    if (i == STATS_MAX)
        return;
    if (i == p->n_stats)
        p->stat[p->n_stats++].name = name;
    p->stat[i].value = value;
}

/* ---- end
 * ------------------------------------------------------------------------------------------------------ */

static void add_rejected(const struct tool_private *p, struct vol_buf *text, const char *format)
{
    const char *comma = "";
    size_t i;

    for (i = 0; i < p->n_reasons; i++) {
        (void)vol_buf_add_str(text, comma);
        (void)vol_buf_addf(text, format, p->rejected[i].reason, (unsigned long long)p->rejected[i].n);
        comma = ", ";
    }
}

static void print_summary(struct tool *t, uint64_t n_out)
{
    struct tool_private *p = t->p;
    struct vol_buf text = VOL_BUF_INIT;
    uint64_t n_rejected = 0;
    size_t i;

    for (i = 0; i < p->n_reasons; i++)
        n_rejected += p->rejected[i].n;
    if (n_rejected + p->n_malformed == 0 || t->quiet)
        return;
    (void)vol_buf_addf(&text, "%llu in, %llu out", (unsigned long long)p->n_in, (unsigned long long)n_out);
    if (n_rejected > 0) {
        (void)vol_buf_addf(&text, ", %llu rejected (", (unsigned long long)n_rejected);
        add_rejected(p, &text, "%s %llu");
        (void)vol_buf_add_char(&text, ')');
    }
    if (p->n_malformed > 0)
        (void)vol_buf_addf(&text, ", %llu malformed", (unsigned long long)p->n_malformed);
    tool_note(t, "%s", text.data);
    vol_buf_free(&text);
}

static void print_stats(struct tool *t, uint64_t n_out)
{
    struct tool_private *p = t->p;
    struct vol_buf text = VOL_BUF_INIT;
    char number[VOL_NUM_MAX];
    uint64_t n_slow = 0, n_lines = 0;
    struct timespec now;
    size_t i;

    if (!p->stats)
        return;
    if (t->in != NULL)
        vol_reader_counts(t->in, &n_slow, &n_lines);
    clock_gettime(CLOCK_MONOTONIC, &now);
    (void)vol_buf_addf(&text, "{\"tool\":\"%s\",\"in\":%llu,\"out\":%llu,\"malformed\":%llu,\"rejected\":{",
                       t->info->name, (unsigned long long)p->n_in, (unsigned long long)n_out,
                       (unsigned long long)p->n_malformed);
    add_rejected(p, &text, "\"%s\":%llu");
    (void)vol_buf_addf(&text, "},\"slow_lines\":%llu", (unsigned long long)n_slow);
    for (i = 0; i < p->n_stats; i++) {
        vol_num_print(number, p->stat[i].value, VOL_NUM_DEFAULT);
        (void)vol_buf_addf(&text, ",\"%s\":%s", p->stat[i].name, number);
    }
    (void)vol_buf_addf(&text, ",\"seconds\":%.6f}",
                       (double)(now.tv_sec - p->started.tv_sec) +
                           1e-9 * (double)(now.tv_nsec - p->started.tv_nsec));
    fprintf(stderr, "%s\n", text.data);
    vol_buf_free(&text);
}

static void write_end(struct tool *t)
{
    if (!tool_sealed(t) || !tool_begin(t, "end", t->p->end_ts))
        return;
    vol_writer_str(t->out, VOL_KEY("source"), t->p->end_source.data, t->p->end_source.len);
    vol_writer_int(t->out, VOL_KEY("records"), (int64_t)vol_writer_count(t->out));
    tool_end(t);
}

int tool_finish(struct tool *t)
{
    struct tool_private *p = t->p;
    enum vol_status status;
    uint64_t n_out;
    bool broken;

    write_end(t);
    if (vol_writer_flush(t->out, &t->err) != VOL_OK)
        write_failed(t, t->out);
    n_out = vol_writer_count(t->out);
    broken = vol_writer_close(t->out, &t->err) != VOL_OK;
    /* A file system may tell of a lost write only now. */
    if (!broken && close(STDOUT_FILENO) != 0 && errno != EBADF) {
        vol_error_set(&t->err, VOL_EIO, "standard output: close failed: %s", strerror(errno));
        broken = true;
    }
    if (!broken && p->rejects_out != NULL)
        broken = vol_writer_close(p->rejects_out, &t->err) != VOL_OK;
    if (!broken && p->rejects_out != NULL && close(p->rejects_fd) != 0) {
        vol_error_set(&t->err, VOL_EIO, "%s: close failed: %s", p->rejects, strerror(errno));
        broken = true;
    }
    if (broken)
        tool_die(t, VOL_EIO, "%s", t->err.text);
    print_summary(t, n_out);
    print_stats(t, n_out);
    status = p->status;
    stop_reader = NULL;
    vol_reader_free(t->in);
    vol_buf_free(&p->end_source);
    vol_buf_free(&p->path);
    while (p->side_files != NULL) {
        struct side_file *file = p->side_files;

        p->side_files = file->next;
        free(file);
    }
    free(p);
    if (stop_signal != 0) {
        signal(stop_signal, SIG_DFL);
        raise(stop_signal);
    }
    return (int)status;
}

const char *tool_share_file(struct tool *t, const char *dir, const char *name)
{
    char path[4096], file[256];

    if (strchr(name, '/') != NULL || access(name, R_OK) == 0)
        return name;
    if (snprintf(file, sizeof file, "%s.json", name) >= (int)sizeof file)
        tool_die(t, VOL_ECONFIG, "%s: name too long", name);
    if (vol_share_path(VOLPIPE_PREFIX "/share/volpipe", dir, file, path, sizeof path, &t->err) != VOL_OK)
        tool_die_err(t);
    if (access(path, R_OK) != 0)
        tool_die(t, VOL_ECONFIG, "%s: no such file, and no %s", name, path);
    vol_buf_clear(&t->p->path);
    if (vol_buf_add_str(&t->p->path, path) != VOL_OK)
        tool_die(t, VOL_EOS, "out of memory");
    return t->p->path.data;
}
