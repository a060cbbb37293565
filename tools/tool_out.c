#include "tool_private.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"

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
        tool_write_failed(t, t->out);
    }
}

static bool is_quote(const char *kind)
{
    return kind[0] == 'q' && strcmp(kind, "quote") == 0;
}

/* Pass a `snap` on, at once (REC) or held until now, with the number of quotes that were passed on before it.
 */
static void pass_snap(struct tool *t, const struct vol_line *line, const struct vol_rec *rec)
{
    struct tool_private *p = t->p;
    uint64_t n_out = p->run_out;
    enum vol_status status;

    p->run_out = 0;
    if (!is_kept(t, "snap", 4))
        return;
    if (p->snap_in == n_out || !p->snap_counts) {
        after_write(t, vol_writer_pass(t->out, line, &t->err), rec);
        return;
    }
    status = vol_writer_edit(t->out, line, &t->err);
    if (status == VOL_OK) {
        vol_writer_int(t->out, VOL_KEY("quotes"), (int64_t)n_out);
        status = vol_writer_end(t->out, &t->err);
    }
    after_write(t, status, rec);
}

void tool_pass(struct tool *t, const struct vol_rec *rec)
{
    const struct vol_value *kind = &rec->value[VOL_W_KIND];

    if (rec->kind != NULL && vol_rec_is(rec, "snap")) {
        pass_snap(t, &rec->line, rec);
        return;
    }
    t->p->run_out += rec->kind != NULL && is_quote(rec->kind->name);
    if (is_kept(t, kind->text, kind->len))
        after_write(t, vol_writer_pass(t->out, &rec->line, &t->err), rec);
}

void tool_pass_line(struct tool *t, const struct vol_line *line, const char *kind)
{
    if (strcmp(kind, "snap") == 0) {
        pass_snap(t, line, NULL);
        return;
    }
    t->p->run_out += is_quote(kind);
    if (is_kept(t, kind, strlen(kind)))
        after_write(t, vol_writer_pass(t->out, line, &t->err), NULL);
}

bool tool_edit(struct tool *t, const struct vol_line *line, const char *kind)
{
    enum vol_status status;

    t->p->run_out += is_quote(kind);
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

void tool_text(struct tool *t, const char *text, size_t n)
{
    t->p->only = "";
    if (vol_writer_text(t->out, text, n, &t->err) != VOL_OK)
        tool_write_failed(t, t->out);
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
        tool_write_failed(t, w);
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

/* ---- figures */

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

void tool_print_summary(struct tool *t, uint64_t n_out)
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

void tool_print_stats(struct tool *t, uint64_t n_out)
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

/* ---- a sink ---- */

static bool sink_begin(void *data, const char *kind, int64_t ts)
{
    return tool_begin(data, kind, ts);
}

static void sink_end(void *data)
{
    tool_end(data);
}

static void sink_malformed(void *data, const char *words)
{
    struct tool *t = data;

    vol_error_set(&t->err, VOL_EDATA, "%s", words);
    tool_malformed_err(t);
}

static void sink_note(void *data, const char *words)
{
    tool_note(data, "%s", words);
}

struct vol_sink tool_sink(struct tool *t)
{
    return (struct vol_sink){t, t->out, sink_begin, sink_end, sink_malformed, sink_note, tool_before_wait};
}
