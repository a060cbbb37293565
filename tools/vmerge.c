/* vmerge: streams of records, merged by instant. */
#include "tool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

static const struct tool_info info = {"vmerge", "[FILE...]", "Merge streams of records by instant."};

static const struct vol_opt options[] = {{0}};

enum { W_RECORDS = VOL_W_OWN, W_SOURCE };

static const struct vol_want wants[] = {{"records", false}, {"source", false}};

/* Ties go in this order. A run of quotes takes its snap and what was derived from it along: RUN covers them
 * all. */
enum rank { RATE, BAR, RUN, DERIVED };

/* One operand. A regular file is closed between the look at its first record and the moment that record is
 * due. */
struct source {
    char *path[1];
    struct vol_reader *reader; /* null: not open */
    struct vol_rec *rec;       /* its next record; allocated while open */
    int64_t ts;                /* of that record, or of the first one when not open */
    enum rank rank;
    bool started;  /* some record came: ts and rank are those of a record */
    bool sealed;   /* the last record was an `end` with the right count */
    uint64_t n_in; /* records that came, the `end` not counted */
};

struct merge {
    struct tool t;
    struct source *source;
    size_t n;
    size_t *heap; /* indices of sources, the earliest first */
    size_t n_heap;
    struct vol_buf sealed_by; /* the source that the `end` records name; "vmerge" when they differ */
    int64_t sealed_at;        /* the latest of their instants */
};

static enum rank rank_of(const struct vol_rec *rec)
{
    if (vol_rec_is(rec, "rate"))
        return RATE;
    if (vol_rec_is(rec, "bar"))
        return BAR;
    return vol_rec_is(rec, "quote") || vol_rec_is(rec, "snap") ? RUN : DERIVED;
}

static void close_source(struct source *s)
{
    tool_watch(NULL);
    vol_reader_free(s->reader);
    free(s->rec);
    s->reader = NULL;
    s->rec = NULL;
}

static void open_source(struct merge *m, struct source *s)
{
    struct vol_reader_config config = tool_reader_config(&m->t, wants, sizeof wants / sizeof wants[0]);

    s->rec = calloc(1, sizeof *s->rec); /* a reader looks at the record before */
    if (!s->rec)
        tool_die(&m->t, VOL_EOS, "out of memory");
    if (vol_reader_new(&s->reader, &config, s->path, 1, &m->t.err) != VOL_OK)
        tool_die_err(&m->t);
}

/* An `end` record: whole when it counts what came. */
static void take_end(struct merge *m, struct source *s)
{
    const struct vol_value *records = &s->rec->value[W_RECORDS], *source = &s->rec->value[W_SOURCE];
    struct vol_buf *by = &m->sealed_by;

    s->sealed =
        records->type == VOL_NUMBER && !(records->num < (double)s->n_in) && !(records->num > (double)s->n_in);
    if (!s->sealed) {
        tool_warn(&m->t, "%s:%llu: end: %.*s records were announced, %llu came: the stream was cut",
                  s->rec->file, (unsigned long long)s->rec->line_no, (int)records->len, records->text,
                  (unsigned long long)s->n_in);
        tool_status(&m->t, VOL_ENOINPUT);
        return;
    }
    if (by->len == 0 || s->rec->ts > m->sealed_at)
        m->sealed_at = s->rec->ts;
    if (by->len > 0 && vol_value_is(source, by->data))
        return;
    source = by->len == 0 ? source : NULL;
    vol_buf_clear(by);
    if (vol_buf_add(by, source ? source->text : "vmerge", source ? source->len : 6) != VOL_OK)
        tool_die(&m->t, VOL_EOS, "out of memory");
}

/* Read the next good record of S; false: there is none. LOOK: only to know its instant, nothing is said or
 * counted. */
static bool advance(struct merge *m, struct source *s, bool look)
{
    struct tool *t = &m->t;

    tool_watch(s->reader);
    for (;;) {
        enum vol_status status = vol_reader_next(s->reader, s->rec, &t->err);

        if (status == VOL_END)
            return false;
        if (status != VOL_OK && status != VOL_EDATA && status != VOL_ENOINPUT)
            tool_die_err(t);
        if (status == VOL_OK && s->rec->in_order && !vol_rec_is(s->rec, "end"))
            break;
        if (look)
            continue;
        if (status == VOL_ENOINPUT) {
            tool_warn(t, "%s", t->err.text);
            tool_status(t, status);
            continue;
        }
        tool_took(t, 1);
        if (status == VOL_EDATA) {
            s->n_in++;
            tool_malformed_err(t);
        } else if (!s->rec->in_order) {
            s->n_in++;
            tool_malformed(t, s->rec, "ts: earlier than the record before");
        } else {
            take_end(m, s);
        }
    }
    if (!look) {
        tool_took(t, 1);
        s->n_in++;
        s->sealed = false; /* a record behind the seal: it sealed another stream */
    }
    return true;
}

/* The key of the record that S holds. Within one instant a file's records stay in their order. */
static void set_key(struct source *s)
{
    enum rank rank = rank_of(s->rec);

    if (s->started && s->ts == s->rec->ts)
        s->rank = s->rank == RUN || s->rank > rank ? s->rank : rank;
    else
        s->rank = rank;
    s->ts = s->rec->ts;
    s->started = true;
}

static bool before(const struct merge *m, size_t a, size_t b)
{
    const struct source *x = &m->source[a], *y = &m->source[b];

    if (x->ts != y->ts)
        return x->ts < y->ts;
    return x->rank != y->rank ? x->rank < y->rank : a < b;
}

static void sift_down(struct merge *m, size_t i)
{
    for (;;) {
        size_t least = i, tmp;

        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < m->n_heap; child++)
            if (before(m, m->heap[child], m->heap[least]))
                least = child;
        if (least == i)
            return;
        tmp = m->heap[i];
        m->heap[i] = m->heap[least];
        m->heap[least] = tmp;
        i = least;
    }
}

/* Whether PATH can be closed and opened again. */
static bool is_regular(const char *path)
{
    struct stat st;

    return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Look at the first instant of every operand. What is no regular file stays open; so does a file without a
 * good record, whose faults are told when its turn comes: first of all. */
static void look(struct merge *m)
{
    for (size_t i = 0; i < m->n && !tool_stopping(&m->t); i++) {
        struct source *s = &m->source[i];
        bool regular = is_regular(s->path[0]);

        open_source(m, s);
        if (regular && advance(m, s, true)) {
            set_key(s);
            s->started = false;
            m->heap[m->n_heap++] = i;
            close_source(s);
            continue;
        }
        if (regular) {
            close_source(s);
            open_source(m, s);
        }
        if (advance(m, s, false)) {
            set_key(s);
            m->heap[m->n_heap++] = i;
        } else {
            close_source(s);
        }
    }
    for (size_t i = m->n_heap; i-- > 0;)
        sift_down(m, i);
}

/* Send on what the first of the heap holds, or open it when it is not; put it where its next record belongs.
 */
static void step(struct merge *m)
{
    struct source *s = &m->source[m->heap[0]];

    if (!s->reader) {
        open_source(m, s);
    } else {
        tool_pass(&m->t, s->rec);
    }
    if (advance(m, s, false)) {
        set_key(s);
    } else {
        close_source(s);
        m->heap[0] = m->heap[--m->n_heap];
    }
    sift_down(m, 0);
}

/* As many descriptors as the system grants, for files that overlap in time. */
static void raise_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int main(int argc, char **argv)
{
    struct merge m = {.t = {.info = &info, .options = options, .no_input = true}, .sealed_by = VOL_BUF_INIT};
    static char *standard_input[] = {"-"};
    bool sealed = true;
    char **path;

    tool_start(&m.t, argc, argv);
    raise_limit();
    m.n = m.t.n_operands ? m.t.n_operands : 1;
    path = m.t.n_operands ? m.t.operand : standard_input;
    m.source = calloc(m.n, sizeof *m.source);
    m.heap = calloc(m.n, sizeof *m.heap);
    if (!m.source || !m.heap)
        tool_die(&m.t, VOL_EOS, "out of memory");
    for (size_t i = 0; i < m.n; i++)
        m.source[i].path[0] = path[i];
    look(&m);
    while (m.n_heap > 0 && !tool_stopping(&m.t))
        step(&m);
    for (size_t i = 0; i < m.n; i++) {
        sealed = sealed && m.source[i].sealed;
        if (m.source[i].reader)
            close_source(&m.source[i]);
    }
    if (sealed)
        tool_seal(&m.t, m.sealed_by.data, m.sealed_at);
    vol_buf_free(&m.sealed_by);
    free(m.source);
    free(m.heap);
    return tool_finish(&m.t);
}
