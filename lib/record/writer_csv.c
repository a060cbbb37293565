#include "record/writer_csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "record/csv.h"
#include "record/header.h"
#include "record/json.h"
#include "record/writer.h"

struct cell {
    size_t at, len; /* in `text` */
    bool set;       /* not set: a missing value */
};

struct column {
    char *name;
    size_t len;
    bool owned;
};

struct vol_csv_out {
    const struct vol_kind *kind;
    const char *kind_name;
    const char *const *owned, *const *added;
    struct column column[VOL_CSV_COLUMNS_MAX];
    struct cell cell[VOL_CSV_COLUMNS_MAX];
    size_t n, next; /* `next`: where the next key is expected */
    bool settled, header_written;
    const struct vol_csv_header *from; /* the input header that `plain` was settled for */
    bool plain; /* rows of `from` are copied as they stand: the owned columns all stand behind them */
    size_t n_copied, copied_len; /* cells and bytes of such a row, at the start of `text` */
    struct vol_buf text;
    struct vol_buf plain_key, plain_text; /* of a member, its escapes undone */
    struct vol_csv *splitter;
    enum vol_status status;
    struct vol_error why;
};

enum vol_status vol_csv_out_new(struct vol_csv_out **out, const char *kind, const char *const *owned,
                                const char *const *added, struct vol_error *err)
{
    const struct vol_kind *k = kind != NULL ? vol_kind_find(kind, strlen(kind)) : NULL;
    struct vol_csv_out *o;
    enum vol_status status;

    if (kind == NULL)
        return vol_error_set(err, VOL_EUSAGE, "--to csv wants --kind: a CSV holds one kind of record");
    if (k != NULL && vol_kind_is_nested(k))
        return vol_error_set(err, VOL_EUSAGE,
                             "--to csv: records of kind \"%s\" are nested and have no CSV form", kind);
    if ((o = calloc(1, sizeof *o)) == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    o->kind = k;
    o->kind_name = kind;
    o->owned = owned;
    o->added = added;
    vol_buf_init(&o->text);
    vol_buf_init(&o->plain_key);
    vol_buf_init(&o->plain_text);
    status = vol_csv_new(&o->splitter, VOL_INPUT_SLACK, err);
    if (status != VOL_OK) {
        free(o);
        return status;
    }
    *out = o;
    return VOL_OK;
}

void vol_csv_out_free(struct vol_csv_out *o)
{
    size_t i;

    if (o == NULL)
        return;
    for (i = 0; i < o->n; i++)
        free(o->column[i].name);
    vol_buf_free(&o->text);
    vol_buf_free(&o->plain_key);
    vol_buf_free(&o->plain_text);
    vol_csv_free(o->splitter);
    free(o);
}

/* *TEXT[0..*N), what stands between two quotes of a line, without its escapes; BUF holds what is made. */
static enum vol_status undo_escapes(struct vol_buf *buf, const char **text, size_t *n)
{
    enum vol_status status;

    if (memchr(*text, '\\', *n) == NULL)
        return VOL_OK;
    vol_buf_clear(buf);
    status = vol_json_unescape(*text, *n, buf);
    *text = buf->data;
    *n = buf->len;
    return status;
}

static bool is_owned(const struct vol_csv_out *o, const char *name, size_t len)
{
    const char *const *p;

    for (p = o->owned; p != NULL && *p != NULL; p++)
        if (strlen(*p) == len && memcmp(*p, name, len) == 0)
            return true;
    return false;
}

static long find_column(const struct vol_csv_out *o, const char *name, size_t len)
{
    size_t tried;

    for (tried = 0; tried < o->n; tried++) {
        size_t i = (o->next + tried) % o->n;

        if (o->column[i].len == len && memcmp(o->column[i].name, name, len) == 0)
            return (long)i;
    }
    return -1;
}

static enum vol_status add_column(struct vol_csv_out *o, const char *name, size_t len)
{
    char *copy;

    if (find_column(o, name, len) >= 0)
        return VOL_OK;
    if (o->n == VOL_CSV_COLUMNS_MAX || (copy = malloc(len + 1)) == NULL)
        return VOL_EOS;
    memcpy(copy, name, len);
    copy[len] = '\0';
    o->column[o->n].name = copy;
    o->column[o->n].owned = is_owned(o, name, len);
    o->column[o->n++].len = len;
    return VOL_OK;
}

static enum vol_status settle_from_header(struct vol_csv_out *o, const struct vol_csv_header *h)
{
    enum vol_status status = VOL_OK;
    const char *const *p;
    size_t i;

    for (i = 0; i < h->n && status == VOL_OK; i++)
        status = add_column(o, h->column[i].name, h->column[i].len);
    for (p = o->added; p != NULL && *p != NULL && status == VOL_OK; p++)
        status = add_column(o, *p, strlen(*p));
    return status;
}

static bool is_added(const struct vol_csv_out *o, const char *name)
{
    const char *const *p;

    for (p = o->added; p != NULL && *p != NULL; p++)
        if (strcmp(*p, name) == 0)
            return true;
    return false;
}

/* The columns of the kind's table, but for those that the tool owns and leaves out this time. */
static enum vol_status settle_from_table(struct vol_csv_out *o, const struct vol_line *line)
{
    enum vol_status status = VOL_OK;
    struct vol_member m;
    size_t i, at = 0;

    for (i = 0; o->kind != NULL && i < o->kind->n_fields && status == VOL_OK; i++) {
        const struct vol_field *f = &o->kind->fields[i];

        if (is_added(o, f->name) || !is_owned(o, f->name, strlen(f->name)))
            status = add_column(o, f->name, strlen(f->name));
    }
    while (line != NULL && status == VOL_OK && vol_json_member(line->bytes, line->len, &at, &m)) {
        const char *key = line->bytes + m.key;

        if ((status = undo_escapes(&o->plain_key, &key, &m.key_len)) == VOL_OK)
            status = add_column(o, key, m.key_len);
    }
    return status;
}

/* Rows of a header can be copied when its columns, none of them owned, are the first of ours in their order.
 */
static void note_header(struct vol_csv_out *o, const struct vol_csv_header *h)
{
    size_t i;

    o->from = h;
    o->plain = h->n <= o->n;
    for (i = 0; i < h->n && o->plain; i++)
        o->plain = o->column[i].len == h->column[i].len && !o->column[i].owned &&
                   memcmp(o->column[i].name, h->column[i].name, h->column[i].len) == 0;
}

static void start_row(struct vol_csv_out *o)
{
    memset(o->cell, 0, o->n * sizeof o->cell[0]);
    vol_buf_clear(&o->text);
    o->n_copied = 0;
    o->next = 0;
    o->status = VOL_OK;
}

static void set_cell(struct vol_csv_out *o, const char *name, size_t name_len, const char *text, size_t n,
                     bool is_text)
{
    long i;

    if (o->status != VOL_OK)
        return;
    i = find_column(o, name, name_len);
    if (i < 0) {
        /* A CSV without a column `kind` holds one kind, and --kind has said which. */
        if (name_len == 4 && memcmp(name, "kind", 4) == 0 && n == strlen(o->kind_name) &&
            memcmp(text, o->kind_name, n) == 0)
            return;
        o->status = vol_error_set(&o->why, VOL_EDATA,
                                  "%.*s: the CSV has no such column (its first record had no such member)",
                                  (int)name_len, name);
        return;
    }
    o->next = (size_t)i + 1;
    o->cell[i].at = o->text.len;
    o->cell[i].len = n;
    o->cell[i].set = n > 0 || is_text;
    if (vol_buf_add(&o->text, text, n) != VOL_OK)
        o->status = vol_error_set(&o->why, VOL_EOS, "out of memory");
}

void vol_csv_out_cell(struct vol_csv_out *o, const char *key, size_t key_len, const char *text, size_t n,
                      bool is_text)
{
    set_cell(o, key + 2, key_len - 4, text, n, is_text);
}

static enum vol_status from_csv(struct vol_csv_out *o, const struct vol_line *line, bool keep_owned,
                                struct vol_error *err)
{
    const struct vol_csv_header *h = line->header;
    const struct vol_csv_cell *cells;
    enum vol_status status;
    size_t n, i;

    if (o->from != h)
        note_header(o, h);
    if (o->plain) {
        o->n_copied = h->n;
        o->copied_len = line->len;
        o->next = h->n;
        return vol_buf_add(&o->text, line->bytes, line->len);
    }
    status = vol_csv_split(o->splitter, line->bytes, line->len, &cells, &n, err);
    if (status != VOL_OK)
        return status;
    for (i = 0; i < n; i++) {
        const struct vol_csv_column *c = &h->column[i];

        if (keep_owned || !is_owned(o, c->name, c->len))
            set_cell(o, c->name, c->len, cells[i].text, cells[i].len, cells[i].quoted);
    }
    return VOL_OK;
}

static enum vol_status from_json(struct vol_csv_out *o, const struct vol_line *line, bool keep_owned)
{
    enum vol_status status = VOL_OK;
    struct vol_member m;
    size_t at = 0;

    while (status == VOL_OK && vol_json_member(line->bytes, line->len, &at, &m)) {
        const char *key = line->bytes + m.key, *text = line->bytes + m.value;

        if (m.type == VOL_NULL)
            m.value_len = 0;
        if ((status = undo_escapes(&o->plain_key, &key, &m.key_len)) != VOL_OK ||
            (!keep_owned && is_owned(o, key, m.key_len)))
            continue;
        if (m.type == VOL_STRING)
            status = undo_escapes(&o->plain_text, &text, &m.value_len);
        if (status == VOL_OK)
            set_cell(o, key, m.key_len, text, m.value_len, m.type == VOL_STRING);
    }
    return status;
}

enum vol_status vol_csv_out_line(struct vol_csv_out *o, const struct vol_line *line, bool keep_owned,
                                 struct vol_error *err)
{
    enum vol_status status;

    if (!o->settled) {
        status = line->format == VOL_CSV ? settle_from_header(o, line->header) : settle_from_table(o, line);
        if (status != VOL_OK)
            return vol_error_set(err, VOL_EOS, "out of memory, or too many columns");
        o->settled = true;
    }
    start_row(o);
    status = line->format == VOL_CSV ? from_csv(o, line, keep_owned, err) : from_json(o, line, keep_owned);
    if (status == VOL_EOS)
        return vol_error_set(err, VOL_EOS, "out of memory");
    return status;
}

enum vol_status vol_csv_out_begin(struct vol_csv_out *o, const char *kind, const char *ts, size_t ts_len)
{
    if (!o->settled) {
        if (settle_from_table(o, NULL) != VOL_OK)
            return VOL_EOS;
        o->settled = true;
    }
    start_row(o);
    set_cell(o, "kind", 4, kind, strlen(kind), true);
    set_cell(o, "ts", 2, ts, ts_len, true);
    return o->status;
}

static enum vol_status add_header(struct vol_csv_out *o, struct vol_buf *to)
{
    enum vol_status status = VOL_OK;
    size_t i;

    for (i = 0; i < o->n && status == VOL_OK; i++) {
        if (i > 0)
            status = vol_buf_add_char(to, ',');
        if (status == VOL_OK)
            status = vol_csv_add_cell(to, o->column[i].name, o->column[i].len);
    }
    o->header_written = true;
    return status == VOL_OK ? vol_buf_add_char(to, '\n') : status;
}

enum vol_status vol_csv_out_end(struct vol_csv_out *o, struct vol_buf *to, struct vol_error *err)
{
    enum vol_status status = VOL_OK;
    size_t i;

    if (o->status != VOL_OK)
        return vol_error_set(err, o->status, "%s", o->why.text);
    if (!o->header_written)
        status = add_header(o, to);
    if (status == VOL_OK && o->n_copied > 0)
        status = vol_buf_add(to, o->text.data, o->copied_len);
    for (i = o->n_copied; i < o->n && status == VOL_OK; i++) {
        if (i > 0)
            status = vol_buf_add_char(to, ',');
        if (status == VOL_OK && o->cell[i].set)
            status = vol_csv_add_cell(to, o->text.data + o->cell[i].at, o->cell[i].len);
    }
    return status == VOL_OK ? VOL_OK : vol_error_set(err, VOL_EOS, "out of memory");
}

/* ---- CSV to JSON
 * ---------------------------------------------------------------------------------------------- */

static enum vol_status add_json_value(struct vol_buf *out, const struct vol_csv_column *c,
                                      const struct vol_csv_cell *cell, struct vol_error *err)
{
    enum vol_field_type type = c->field != NULL ? c->field->type : VOL_FIELD_STR;
    bool is_bool = (cell->len == 4 && memcmp(cell->text, "true", 4) == 0) ||
                   (cell->len == 5 && memcmp(cell->text, "false", 5) == 0);
    char number[VOL_NUM_MAX];
    double x;

    if (type == VOL_FIELD_NUM || type == VOL_FIELD_INT) {
        if (vol_num_parse(cell->text, cell->len, &x) == VOL_OK)
            return vol_buf_add(out, cell->text, cell->len);
        if (vol_num_parse_loose(cell->text, cell->len, &x) != VOL_OK)
            return vol_error_set(err, VOL_EDATA, "%.*s: not a number: \"%.*s\"", (int)c->len, c->name,
                                 (int)(cell->len > 80 ? 80 : cell->len), cell->text);
        return vol_buf_add(out, number, vol_num_print(number, x, VOL_NUM_SHORTEST));
    }
    if (type == VOL_FIELD_BOOL && is_bool)
        return vol_buf_add(out, cell->text, cell->len);
    return vol_buf_add_json(out, cell->text, cell->len);
}

/* The member of column I behind what OUT holds; a missing one adds nothing. */
static enum vol_status add_json_member(struct vol_buf *out, const struct vol_csv_column *c,
                                       const struct vol_csv_cell *cell, struct vol_error *err)
{
    enum vol_status status = VOL_OK;

    if (cell->len == 0 && !(cell->quoted && c->keeps_empty))
        return VOL_OK;
    if (out->data[out->len - 1] != '{')
        status = vol_buf_add_char(out, ',');
    if (status == VOL_OK)
        status = vol_buf_add_json(out, c->name, c->len);
    if (status == VOL_OK)
        status = vol_buf_add_char(out, ':');
    return status == VOL_OK ? add_json_value(out, c, cell, err) : status;
}

enum vol_status vol_csv_row_to_json(struct vol_csv *splitter, const struct vol_line *line, bool keep_owned,
                                    struct vol_buf *out, struct vol_error *err)
{
    const struct vol_csv_header *h = line->header;
    const struct vol_csv_cell *cells;
    enum vol_status status;
    size_t n, i;

    status = vol_csv_split(splitter, line->bytes, line->len, &cells, &n, err);
    if (status == VOL_OK)
        status = vol_buf_add_char(out, '{');
    if (status == VOL_OK && h->has_kind)
        status = add_json_member(out, &h->column[h->kind_at], &cells[h->kind_at], err);
    else if (status == VOL_OK && (status = vol_buf_add_str(out, "\"kind\":")) == VOL_OK)
        status = vol_buf_add_json(out, h->kind_name, strlen(h->kind_name));
    if (status == VOL_OK)
        status = add_json_member(out, &h->column[h->ts_at], &cells[h->ts_at], err);
    for (i = 0; status == VOL_OK && i < n; i++)
        if (i != h->kind_at && i != h->ts_at && (keep_owned || !h->column[i].owned))
            status = add_json_member(out, &h->column[i], &cells[i], err);
    return status == VOL_OK ? vol_buf_add_char(out, '}') : status;
}
