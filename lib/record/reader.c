#include "record/reader.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time.h"
#include "base/utf8.h"
#include "record/csv.h"
#include "record/header.h"
#include "record/input.h"
#include "record/json.h"
#include "record/scan.h"

enum { KINDS_MAX = 32 };

struct vol_reader {
    char *const *paths;
    size_t n_paths, at_path;
    bool is_open;
    const char *file;           /* for messages */
    struct vol_csv_place place; /* lines read, and where the record just read begins */
    enum vol_format format;
    volatile sig_atomic_t stop;

    struct vol_want wants[VOL_WANT_MAX];
    size_t n_wants;
    const char *csv_kind;
    size_t max_line;

    struct vol_input *input;
    struct vol_scan scan;
    struct vol_csv *csv;
    struct vol_csv_header *headers; /* the newest first; lines held by the tool point to them */
    struct vol_buf scratch;         /* text of escaped values */
    uint32_t cuts[VOL_CUT_MAX][2];

    /* what a value of want W must be in a record of kind K: field type + 1, 0: anything */
    uint8_t expect[KINDS_MAX][VOL_WANT_MAX];
    uint64_t seen;              /* a bit for each want, but kind and ts, that the record may have */
    char ts_text[VOL_TIME_MAX]; /* the last ts and its instant; ts_len is 0 when there is none */
    size_t ts_len;
    int64_t ts, last_ts;
    const struct vol_kind *kind; /* of the record before */
    uint64_t n_slow_total, n_lines_total;
};

static void note_expected_types(struct vol_reader *r)
{
    size_t n_kinds, k, w;
    const struct vol_kind *kinds = vol_kind_table(&n_kinds);

    for (k = 0; k < n_kinds && k < KINDS_MAX; k++)
        for (w = 0; w < r->n_wants; w++) {
            const struct vol_field *f = vol_field_find(&kinds[k], r->wants[w].name, strlen(r->wants[w].name));

            r->expect[k][w] = f != NULL ? (uint8_t)(f->type + 1) : 0;
        }
}

enum vol_status vol_reader_new(struct vol_reader **out, const struct vol_reader_config *config,
                               char *const *paths, size_t n_paths, struct vol_error *err)
{
    static char *const standard_input[] = {(char *)"-"};
    struct vol_reader *r;
    enum vol_status status;
    size_t i;

    if (config->n_wants + VOL_W_OWN > VOL_WANT_MAX)
        return vol_error_set(err, VOL_EUSAGE, "more than %d wanted fields", VOL_WANT_MAX - VOL_W_OWN);
    r = calloc(1, sizeof *r);
    if (r == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    r->paths = n_paths > 0 ? paths : standard_input;
    r->n_paths = n_paths > 0 ? n_paths : 1;
    r->wants[VOL_W_KIND].name = "kind";
    r->wants[VOL_W_TS].name = "ts";
    for (i = 0; i < config->n_wants; i++)
        r->wants[VOL_W_OWN + i] = config->wants[i];
    r->n_wants = VOL_W_OWN + config->n_wants;
    r->csv_kind = config->csv_kind != NULL ? config->csv_kind : "quote";
    r->max_line = config->max_line != 0 ? config->max_line : VOL_LINE_MAX_DEFAULT;
    r->last_ts = INT64_MIN;
    vol_buf_init(&r->scratch);
    note_expected_types(r);
    vol_scan_init(&r->scan, r->wants, r->n_wants);
    status = vol_input_new(&r->input, r->max_line, &r->stop, config->before_wait, config->wait_data, err);
    if (status == VOL_OK)
        status = vol_csv_new(&r->csv, r->max_line, err);
    if (status != VOL_OK) {
        vol_reader_free(r);
        return status;
    }
    *out = r;
    return VOL_OK;
}

void vol_reader_free(struct vol_reader *r)
{
    if (r == NULL)
        return;
    while (r->headers != NULL) {
        struct vol_csv_header *header = r->headers;

        r->headers = header->next;
        vol_buf_free(&header->names);
        free(header->column);
        free(header);
    }
    vol_input_free(r->input);
    vol_csv_free(r->csv);
    vol_buf_free(&r->scratch);
    free(r);
}

void vol_reader_stop(struct vol_reader *r)
{
    r->stop = 1;
}

void vol_reader_counts(const struct vol_reader *r, uint64_t *n_slow, uint64_t *n_lines)
{
    *n_slow = r->n_slow_total;
    *n_lines = r->n_lines_total;
}

/* ---- the slow path of NDJSON
 * --------------------------------------------------------------------------------- */

static enum vol_status value_of_member(struct vol_reader *r, const char *line, const struct vol_member *m,
                                       struct vol_value *v, struct vol_error *err)
{
    v->type = m->type;
    v->text = line + m->value;
    v->len = (uint32_t)m->value_len;
    v->num = NAN;
    if (m->type == VOL_NUMBER && vol_num_parse(v->text, v->len, &v->num) != VOL_OK)
        return vol_error_set(err, VOL_EDATA, "number out of range: %.*s", (int)v->len, v->text);
    if (m->type == VOL_STRING && m->escaped && memchr(v->text, '\\', v->len) != NULL) {
        size_t old = r->scratch.len;

        /* `scratch` has room for the whole line already, so that earlier values do not move. */
        if (vol_json_unescape(v->text, v->len, &r->scratch) != VOL_OK)
            return vol_error_set(err, VOL_EOS, "out of memory");
        v->text = r->scratch.data + old;
        v->len = (uint32_t)(r->scratch.len - old);
    }
    return VOL_OK;
}

static enum vol_status slot_of_key(struct vol_reader *r, const char *line, const struct vol_member *m,
                                   int *slot)
{
    struct vol_buf key = VOL_BUF_INIT;
    enum vol_status status;

    if (!m->escaped || memchr(line + m->key, '\\', m->key_len) == NULL) {
        *slot = vol_scan_slot(&r->scan, line + m->key, m->key_len);
        return VOL_OK;
    }
    status = vol_json_unescape(line + m->key, m->key_len, &key);
    if (status == VOL_OK)
        *slot = vol_scan_slot(&r->scan, key.data, key.len);
    vol_buf_free(&key);
    return status;
}

static enum vol_status slow_line(struct vol_reader *r, struct vol_rec *rec, struct vol_error *err)
{
    const char *line = rec->line.bytes;
    size_t len = rec->line.len, at = 0, i;
    struct vol_member m;
    enum vol_status status = vol_json_check(line, len, true, err);

    r->n_slow_total++;
    if (status != VOL_OK)
        return status;
    for (i = 0; i < r->n_wants; i++)
        rec->value[i] = (struct vol_value){"", 0, VOL_ABSENT, NAN};
    vol_buf_clear(&r->scratch);
    if (vol_buf_reserve(&r->scratch, len) != VOL_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    rec->line.n_cuts = 0;
    while (vol_json_member(line, len, &at, &m)) {
        int slot;

        if (slot_of_key(r, line, &m, &slot) != VOL_OK)
            return vol_error_set(err, VOL_EOS, "out of memory");
        if (slot < 0)
            continue;
        if ((status = value_of_member(r, line, &m, &rec->value[slot], err)) != VOL_OK) {
            vol_error_prefix(err, "%s", r->wants[slot].name);
            return status;
        }
        if (r->wants[slot].owned) {
            if (rec->line.n_cuts == VOL_CUT_MAX)
                return vol_error_set(err, VOL_EDATA, "too many fields that this tool writes");
            vol_scan_cut(line, m.start, at, r->cuts, &rec->line.n_cuts);
        }
    }
    return VOL_OK;
}

/* ---- CSV
 * ----------------------------------------------------------------------------------------------------- */

static enum vol_status add_columns(struct vol_reader *r, struct vol_csv_header *h,
                                   const struct vol_csv_cell *cells, struct vol_error *err)
{
    size_t i, j, at = 0;
    bool has_ts = false;

    for (i = 0; i < h->n; i++)
        if (vol_buf_add(&h->names, cells[i].text, cells[i].len) != VOL_OK)
            return vol_error_set(err, VOL_EOS, "out of memory");
    for (i = 0; i < h->n; i++) {
        struct vol_csv_column *c = &h->column[i];

        c->name = h->names.data + at;
        c->len = cells[i].len;
        at += c->len;
        c->slot = (int8_t)vol_scan_slot(&r->scan, c->name, c->len);
        c->owned = c->slot >= 0 && r->wants[c->slot].owned;
        c->field = vol_field_find(NULL, c->name, c->len);
        c->is_text = c->field == NULL || (c->field->type != VOL_FIELD_NUM && c->field->type != VOL_FIELD_INT);
        c->keeps_empty = c->field == NULL || c->field->type == VOL_FIELD_STR;
        if (c->slot == VOL_W_KIND) {
            h->has_kind = true;
            h->kind_at = i;
        }
        if (c->slot == VOL_W_TS) {
            has_ts = true;
            h->ts_at = i;
        }
        for (j = 0; j < i; j++)
            if (h->column[j].len == c->len && memcmp(h->column[j].name, c->name, c->len) == 0)
                return vol_error_set(err, VOL_EDATA, "header: column \"%.*s\" stands there twice",
                                     (int)c->len, c->name);
    }
    if (!has_ts)
        return vol_error_set(
            err, VOL_EDATA,
            "header: no column \"ts\": not a CSV of records (vfetch file reads vendor files)");
    return VOL_OK;
}

/* Read the header row of a CSV that was just opened. */
static enum vol_status read_header(struct vol_reader *r, struct vol_rec *rec, struct vol_error *err)
{
    const struct vol_csv_cell *cells;
    struct vol_csv_header *h;
    enum vol_status status;
    const char *raw = "";
    size_t n, raw_len = 0;
    bool quoted;

    status = vol_csv_next(r->csv, r->input, &cells, &n, &raw, &raw_len, &r->place, &quoted, err);
    rec->line.bytes = raw;
    rec->line.len = (uint32_t)raw_len;
    if (status != VOL_OK)
        return status;
    h = calloc(1, sizeof *h);
    if (h == NULL || (h->column = calloc(n, sizeof *h->column)) == NULL) {
        free(h);
        return vol_error_set(err, VOL_EOS, "out of memory");
    }
    h->n = h->kind_at = n;
    h->kind_name = r->csv_kind;
    h->kind = vol_kind_find(r->csv_kind, strlen(r->csv_kind));
    vol_buf_init(&h->names);
    h->next = r->headers;
    r->headers = h;
    return add_columns(r, h, cells, err);
}

static enum vol_status value_of_cell(const struct vol_csv_column *c, const struct vol_csv_cell *cell,
                                     struct vol_value *v, struct vol_error *err)
{
    const char *end;

    v->text = cell->text;
    v->len = cell->len;
    v->num = NAN;
    if (cell->len == 0 && !(cell->quoted && c->keeps_empty)) {
        v->type = VOL_ABSENT;
        return VOL_OK;
    }
    if (c->is_text) {
        v->type = VOL_STRING;
        if (c->field != NULL && c->field->type == VOL_FIELD_BOOL)
            v->type = vol_value_is(v, "true") ? VOL_TRUE : vol_value_is(v, "false") ? VOL_FALSE : VOL_STRING;
        return VOL_OK;
    }
    v->type = VOL_NUMBER;
    end = vol_scan_number(cell->text, &v->num);
    if (end == cell->text + cell->len)
        return VOL_OK;
    switch (vol_num_parse_loose(cell->text, cell->len, &v->num)) {
    case VOL_OK:
        return VOL_OK;
    case VOL_NO:
        return vol_error_set(err, VOL_EDATA, "%s: number out of range: \"%.*s\"", c->field->name,
                             (int)cell->len, cell->text);
    default:
        return vol_error_set(err, VOL_EDATA, "%s: not a number: \"%.*s\"", c->field->name, (int)cell->len,
                             cell->text);
    }
}

static enum vol_status csv_row(struct vol_reader *r, struct vol_rec *rec, struct vol_error *err)
{
    const struct vol_csv_header *h = r->headers;
    const struct vol_csv_cell *cells;
    enum vol_status status;
    const char *raw = "";
    size_t n, raw_len = 0, i;
    bool quoted;

    status = vol_csv_next(r->csv, r->input, &cells, &n, &raw, &raw_len, &r->place, &quoted, err);
    rec->line.bytes = raw;
    rec->line.len = (uint32_t)raw_len;
    if (status != VOL_OK)
        return status;
    r->n_slow_total += quoted;
    if (!vol_utf8_is_valid(raw, raw_len))
        return vol_error_set(err, VOL_EDATA, "not UTF-8");
    if (n != h->n)
        return vol_error_set(err, VOL_EDATA, "%zu cells, expected %zu as in the header", n, h->n);
    for (i = 0; i < r->n_wants; i++)
        rec->value[i] = (struct vol_value){"", 0, VOL_ABSENT, NAN};
    rec->line.header = h;
    rec->line.n_cuts = 0;
    for (i = 0; i < n; i++) {
        const struct vol_csv_column *c = &h->column[i];

        if (c->slot < 0)
            continue;
        if ((status = value_of_cell(c, &cells[i], &rec->value[c->slot], err)) != VOL_OK)
            return status;
    }
    if (!h->has_kind) {
        struct vol_value *kind = &rec->value[VOL_W_KIND];

        kind->text = h->kind_name;
        kind->len = (uint32_t)strlen(h->kind_name);
        kind->type = VOL_STRING;
    }
    return VOL_OK;
}

/* ---- what every record must be
 * -------------------------------------------------------------------------------- */

static bool type_fits(const struct vol_value *v, enum vol_field_type type)
{
    switch (type) {
    case VOL_FIELD_NUM:
        return v->type == VOL_NUMBER;
    case VOL_FIELD_INT:
        return v->type == VOL_NUMBER && v->num == floor(v->num);
    case VOL_FIELD_BOOL:
        return v->type == VOL_TRUE || v->type == VOL_FALSE;
    case VOL_FIELD_JSON:
        return v->type == VOL_NESTED;
    default:
        return v->type == VOL_STRING;
    }
}

static enum vol_status bad_value(struct vol_error *err, const char *name, const struct vol_value *v,
                                 enum vol_field_type type)
{
    const char *quote = v->type == VOL_STRING ? "\"" : "";

    if (v->type == VOL_ABSENT)
        return vol_error_set(err, VOL_EDATA, "%s: missing: expected %s", name, vol_field_type_expected(type));
    return vol_error_set(err, VOL_EDATA, "%s: not %s: %s%.*s%s", name, vol_field_type_expected(type), quote,
                         (int)(v->len > 80 ? 80 : v->len), v->text, quote);
}

static enum vol_status take_ts(struct vol_reader *r, struct vol_rec *rec, struct vol_error *err)
{
    const struct vol_value *v = &rec->value[VOL_W_TS];

    if (v->type != VOL_STRING)
        return bad_value(err, "ts", v, VOL_FIELD_TIME);
    /* A snapshot repeats one instant thousands of times. */
    if (r->ts_len == 0 || v->len != r->ts_len || memcmp(v->text, r->ts_text, v->len) != 0) {
        if (vol_time_parse(v->text, v->len, &r->ts) != VOL_OK) {
            r->ts_len = 0;
            return bad_value(err, "ts", v, VOL_FIELD_TIME);
        }
        r->ts_len = v->len < sizeof r->ts_text ? v->len : 0;
        memcpy(r->ts_text, v->text, r->ts_len);
    }
    rec->ts = r->ts;
    return VOL_OK;
}

/* The wanted fields against the table of the record's kind. */
static enum vol_status check_types(const struct vol_reader *r, const struct vol_rec *rec,
                                   struct vol_error *err)
{
    size_t n_kinds, w;
    const uint8_t *expect = r->expect[r->kind - vol_kind_table(&n_kinds)];
    uint64_t left = r->seen;

    for (; left != 0; left &= left - 1) {
        const struct vol_value *v = &rec->value[w = (size_t)__builtin_ctzll(left)];

        if (expect[w] != 0 && v->type > VOL_NULL && !type_fits(v, (enum vol_field_type)(expect[w] - 1)))
            return bad_value(err, r->wants[w].name, v, (enum vol_field_type)(expect[w] - 1));
    }
    return VOL_OK;
}

static enum vol_status check_record(struct vol_reader *r, struct vol_rec *rec, struct vol_error *err)
{
    const struct vol_value *kind = &rec->value[VOL_W_KIND];
    enum vol_status status;

    if (kind->type != VOL_STRING || kind->len == 0)
        return bad_value(err, "kind", kind, VOL_FIELD_STR);
    if ((status = take_ts(r, rec, err)) != VOL_OK)
        return status;
    if (r->kind == NULL || strlen(r->kind->name) != kind->len ||
        memcmp(r->kind->name, kind->text, kind->len) != 0)
        r->kind = vol_kind_find(kind->text, kind->len);
    rec->kind = r->kind;
    if (r->kind != NULL && (status = check_types(r, rec, err)) != VOL_OK)
        return status;
    rec->in_order = rec->ts >= r->last_ts;
    if (rec->in_order)
        r->last_ts = rec->ts;
    return VOL_OK;
}

/* ---- the stream
 * ----------------------------------------------------------------------------------------------- */

static enum vol_status open_next(struct vol_reader *r, struct vol_rec *rec, struct vol_error *err)
{
    const char *path = r->paths[r->at_path++];
    enum vol_status status;
    int first;

    r->file = strcmp(path, "-") == 0 ? "standard input" : path;
    r->place = (struct vol_csv_place){0, 0};
    rec->file = r->file;
    rec->line_no = 0;
    status = vol_input_open(r->input, path, err);
    if (status != VOL_OK) {
        vol_error_prefix(err, "%s", r->file);
        return status;
    }
    r->is_open = true;
    first = vol_input_peek(r->input);
    /* A line that is no record must be told about as JSON when it stands among JSON; a lone bracket is no
     * CSV. */
    r->format = first == '{' || first == '[' || first == -1 ? VOL_NDJSON : VOL_CSV;
    rec->line.format = r->format;
    if (r->format == VOL_CSV && (status = read_header(r, rec, err)) != VOL_OK) {
        r->is_open = false;
        rec->line_no = r->place.row;
        if (status != VOL_END)
            vol_error_prefix(err, "%s:%llu", r->file, (unsigned long long)r->place.row);
        return status == VOL_END ? VOL_OK : status;
    }
    return VOL_OK;
}

static bool is_blank(const char *line, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++)
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
            return false;
    return true;
}

static enum vol_status ndjson_line(struct vol_reader *r, struct vol_rec *rec, struct vol_error *err)
{
    enum vol_status status;
    const char *line;
    size_t len;
    bool at_end;

    do {
        status = vol_input_line(r->input, &line, &len, &at_end, err);
        r->place.row = ++r->place.read;
        if (status == VOL_EDATA) {
            rec->line.bytes = line;
            rec->line.len = (uint32_t)len;
        }
        if (status != VOL_OK)
            return status;
    } while (len == 0 || ((line[0] == '\r' || line[0] == ' ' || line[0] == '\t') && is_blank(line, len)));
    if (line[len - 1] == '\r')
        len--;
    rec->line.bytes = line;
    rec->line.len = (uint32_t)len;
    rec->line.header = NULL;
    if (vol_scan_line(&r->scan, line, len, rec->value, r->cuts, &rec->line.n_cuts) == VOL_OK) {
        r->seen &= r->scan.seen;
        return VOL_OK;
    }
    return slow_line(r, rec, err);
}

enum vol_status vol_reader_next(struct vol_reader *r, struct vol_rec *rec, struct vol_error *err)
{
    enum vol_status status;

    for (;;) {
        if (r->stop)
            return VOL_END;
        if (!r->is_open) {
            if (r->at_path == r->n_paths)
                return VOL_END;
            rec->line.len = 0;
            if ((status = open_next(r, rec, err)) != VOL_OK)
                return status;
            continue;
        }
        rec->file = r->file;
        rec->line.format = r->format;
        rec->line.cuts = (const uint32_t(*)[2])r->cuts;
        r->seen = (UINT64_MAX >> (64 - r->n_wants)) & (UINT64_MAX << VOL_W_OWN);
        status = r->format == VOL_CSV ? csv_row(r, rec, err) : ndjson_line(r, rec, err);
        rec->line_no = r->place.row;
        /* A signal inside a row of many lines makes it look unfinished. */
        if (status == VOL_EDATA && r->format == VOL_CSV && r->stop)
            return VOL_END;
        if (status == VOL_END) {
            r->is_open = false;
            continue;
        }
        r->n_lines_total++;
        if (status == VOL_OK)
            status = check_record(r, rec, err);
        if (status == VOL_OK)
            return VOL_OK;
        if (status == VOL_ENOINPUT || status == VOL_EIO)
            r->is_open = false;
        vol_error_prefix(err, "%s:%llu", r->file, (unsigned long long)r->place.row);
        return status;
    }
}
