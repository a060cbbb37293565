#include "tool_private.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "base/share.h"

volatile sig_atomic_t tool_stop_signal;
struct vol_reader *volatile tool_stop_reader;

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

void tool_write_failed(struct tool *t, struct vol_writer *w)
{
    if (vol_writer_is_broken_pipe(w))
        die_quietly();
    tool_die_err(t);
}

/* ---- start
 * ---------------------------------------------------------------------------------------------------- */

static void on_stop(int signal_number)
{
    tool_stop_signal = signal_number;
    if (tool_stop_reader != NULL)
        vol_reader_stop(tool_stop_reader);
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
         "kind of the records of a CSV: read (quote) or written (no default)"},
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
        tool_write_failed(t, t->out);
    if (t->p->rejects_out != NULL && vol_writer_flush(t->p->rejects_out, &t->err) != VOL_OK)
        tool_die_err(t);
}

/* The value index of the field NAME: of the tool's own want, or of one that is added. */
static size_t frame_want(struct tool *t, const char *name, bool owned, size_t *n)
{
    struct tool_private *p = t->p;
    size_t i;

    for (i = 0; i < t->n_wants; i++)
        if (strcmp(t->wants[i].name, name) == 0)
            return VOL_W_OWN + i;
    p->wants[*n].name = name;
    p->wants[*n].owned = owned;
    return VOL_W_OWN + (*n)++;
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

    if (t->n_wants > VOL_WANT_MAX - FRAME_WANTS - VOL_W_OWN)
        tool_die(t, VOL_EINTERNAL, "too many wanted fields");
    for (i = 0; i < t->n_wants; i++)
        p->wants[i] = t->wants[i];
    p->w_records = frame_want(t, "records", false, &i);
    p->w_source = frame_want(t, "source", false, &i);
    p->w_quotes = frame_want(t, "quotes", true, &i);
    p->w_underlying = frame_want(t, "underlying", false, &i);
    config.n_wants = i;
    if (vol_reader_new(&t->in, &config, t->operand, t->n_operands, &t->err) != VOL_OK)
        tool_die_err(t);
    tool_stop_reader = t->in;
}

void tool_want(struct tool *t, const struct vol_want *wants, size_t n_wants)
{
    tool_stop_reader = NULL;
    vol_reader_free(t->in);
    t->in = NULL;
    t->wants = wants;
    t->n_wants = n_wants;
    open_input(t);
    if (tool_stop_signal != 0)
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
                                       .added = p->added,
                                       .name = "standard output"};
    const struct vol_kind *kind = p->kind != NULL ? vol_kind_find(p->kind, strlen(p->kind)) : NULL;
    size_t i, n = 0, n_added = 0;

    for (i = 0; i < t->n_wants; i++)
        if (t->wants[i].owned &&
            (kind == NULL || vol_field_find(kind, t->wants[i].name, strlen(t->wants[i].name)) != NULL)) {
            p->owned[n++] = t->wants[i].name;
            if (t->writes == NULL || t->writes(i))
                p->added[n_added++] = t->wants[i].name;
        }
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
    if (vol_isa_find(getenv("VOLPIPE_ISA"), &t->isa, &t->err) != VOL_OK)
        tool_die(t, t->err.status, "VOLPIPE_ISA: %s", t->err.text);
    clock_gettime(CLOCK_MONOTONIC, &p->started);
    catch (SIGTERM, on_stop);
    catch (SIGINT, on_stop);
    catch (SIGALRM, on_alarm);
    if (!t->no_input)
        open_input(t);
    open_output(t);
}

/* ---- end
 * ------------------------------------------------------------------------------------------------------ */

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
        tool_write_failed(t, t->out);
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
    tool_print_summary(t, n_out);
    tool_print_stats(t, n_out);
    status = p->status;
    tool_stop_reader = NULL;
    vol_reader_free(t->in);
    vol_buf_free(&p->end_source);
    vol_buf_free(&p->path);
    while (p->side_files != NULL) {
        struct side_file *file = p->side_files;

        p->side_files = file->next;
        free(file);
    }
    free(p);
    if (tool_stop_signal != 0) {
        signal(tool_stop_signal, SIG_DFL);
        raise(tool_stop_signal);
    }
    return (int)status;
}

const char *tool_share_file(struct tool *t, const char *dir, const char *name)
{
    char path[4096], file[256];
    size_t len = strlen(name);

    /* A file that happens to be called `desk` must not stand in for the profile. */
    if (strchr(name, '/') != NULL ||
        (len > 5 && strcmp(name + len - 5, ".json") == 0 && access(name, R_OK) == 0))
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
