#include "record/csv.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

struct vol_csv {
    struct csv_parser parser;
    size_t max_row;
    struct vol_buf raw;  /* lines of a row with quotes */
    struct vol_buf text; /* its cells, each followed by a NUL */
    size_t offset[VOL_CSV_COLUMNS_MAX];
    struct vol_csv_cell cell[VOL_CSV_COLUMNS_MAX];
    size_t n_cells;
    bool row_done;
    enum vol_status status; /* of the callbacks */
};

/* Blanks belong to the cell: libcsv would strip them. */
static int no_space(unsigned char c)
{
    (void)c;
    return 0;
}

enum vol_status vol_csv_new(struct vol_csv **out, size_t max_row, struct vol_error *err)
{
    struct vol_csv *csv = calloc(1, sizeof *csv);

    if (csv == NULL || csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL) != 0) {
        free(csv);
        return vol_error_set(err, VOL_EOS, "out of memory");
    }
    csv_set_space_func(&csv->parser, no_space);
    csv->max_row = max_row;
    vol_buf_init(&csv->raw);
    vol_buf_init(&csv->text);
    *out = csv;
    return VOL_OK;
}

void vol_csv_free(struct vol_csv *csv)
{
    if (csv == NULL)
        return;
    csv_free(&csv->parser);
    vol_buf_free(&csv->raw);
    vol_buf_free(&csv->text);
    free(csv);
}

/* The fast splitter: the number of cells, -1 for a quote, -2 for too many cells. */
static int split_plain(struct vol_csv_cell *cell, const char *line, size_t len)
{
    const char *start = line, *end = line + len;
    size_t n = 0;
#ifdef __SSE2__
    const __m128i comma = _mm_set1_epi8(','), quote = _mm_set1_epi8('"');
    const char *p;

    for (p = line; p < end; p += 16) {
        char tail[16] = {0};
        __m128i x;
        unsigned mask;

        if (end - p >= 16) {
            x = _mm_loadu_si128((const __m128i *)(const void *)p);
        } else {
            memcpy(tail, p, (size_t)(end - p));
            x = _mm_loadu_si128((const __m128i *)(const void *)tail);
        }
        mask = (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(x, comma), _mm_cmpeq_epi8(x, quote)));
        for (; mask != 0; mask &= mask - 1) {
            const char *at = p + __builtin_ctz(mask);

            if (*at == '"')
                return -1;
            if (n == VOL_CSV_COLUMNS_MAX - 1)
                return -2;
            cell[n].text = start;
            cell[n].len = (uint32_t)(at - start);
            cell[n++].quoted = false;
            start = at + 1;
        }
    }
#else
    const char *p;

    for (p = line; p < end; p++) {
        if (*p == '"')
            return -1;
        if (*p != ',')
            continue;
        if (n == VOL_CSV_COLUMNS_MAX - 1)
            return -2;
        cell[n].text = start;
        cell[n].len = (uint32_t)(p - start);
        cell[n++].quoted = false;
        start = p + 1;
    }
#endif
    cell[n].text = start;
    cell[n].len = (uint32_t)(end - start);
    cell[n++].quoted = false;
    return (int)n;
}

static void on_cell(void *text, size_t len, void *data)
{
    struct vol_csv *csv = data;

    if (csv->n_cells == VOL_CSV_COLUMNS_MAX) {
        csv->status = VOL_EDATA;
        return;
    }
    csv->cell[csv->n_cells].quoted = text != NULL;
    csv->cell[csv->n_cells].len = (uint32_t)len;
    csv->offset[csv->n_cells] = csv->text.len;
    if ((len > 0 && vol_buf_add(&csv->text, text, len) != VOL_OK) ||
        vol_buf_add_char(&csv->text, '\0') != VOL_OK)
        csv->status = VOL_EOS;
    csv->n_cells++;
}

static void on_row(int c, void *data)
{
    struct vol_csv *csv = data;

    (void)c;
    csv->row_done = true;
}

static void start_row(struct vol_csv *csv)
{
    vol_buf_clear(&csv->text);
    csv->n_cells = 0;
    csv->row_done = false;
    csv->status = VOL_OK;
}

/* Forget a row that broke off: without asking the parser, which has no other way back to the start of a row.
 */
static enum vol_status forget_row(struct vol_csv *csv, struct vol_error *err)
{
    csv_free(&csv->parser);
    if (csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL) != 0)
        return vol_error_set(err, VOL_EOS, "out of memory");
    csv_set_space_func(&csv->parser, no_space);
    return VOL_OK;
}

static enum vol_status bad_row(struct vol_csv *csv, struct vol_error *err, const char *why)
{
    enum vol_status status = forget_row(csv, err);

    if (status != VOL_OK)
        return status;
    return vol_error_set(err, VOL_EDATA, "not CSV: %s", why);
}

static enum vol_status feed_bytes(struct vol_csv *csv, const char *text, size_t len, struct vol_error *err)
{
    if (csv_parse(&csv->parser, text, len, on_cell, on_row, csv) != len)
        return bad_row(csv, err, csv_strerror(csv_error(&csv->parser)));
    if (csv->status == VOL_EOS)
        return vol_error_set(err, VOL_EOS, "out of memory");
    if (csv->status != VOL_OK)
        return bad_row(csv, err, "too many cells");
    return VOL_OK;
}

/* Hand a line of a row and its end to libcsv. A carriage return ends a row for libcsv wherever it stands
 * outside quotes; here only the one before the line feed may. */
static enum vol_status feed(struct vol_csv *csv, const char *text, size_t len, struct vol_error *err)
{
    size_t cr = len > 0 && text[len - 1] == '\r' ? 1 : 0;
    enum vol_status status = feed_bytes(csv, text, len - cr, err);

    if (status == VOL_OK && csv->row_done)
        return bad_row(csv, err, "a carriage return inside a row");
    return status == VOL_OK ? feed_bytes(csv, cr ? "\r\n" : "\n", cr + 1, err) : status;
}

static void point_cells(struct vol_csv *csv)
{
    size_t i;

    for (i = 0; i < csv->n_cells; i++)
        csv->cell[i].text = csv->text.data + csv->offset[i];
}

/* A row with quotes that begins with LINE: more lines are read until libcsv has seen its end. */
static enum vol_status quoted_row(struct vol_csv *csv, struct vol_input *input, const char *line, size_t len,
                                  bool at_end, struct vol_csv_place *place, struct vol_error *err)
{
    enum vol_status status;

    start_row(csv);
    vol_buf_clear(&csv->raw);
    for (;;) {
        if (vol_buf_add(&csv->raw, line, len) != VOL_OK)
            return vol_error_set(err, VOL_EOS, "out of memory");
        if ((status = feed(csv, line, len, err)) != VOL_OK)
            return status;
        if (csv->row_done)
            break;
        if (at_end)
            return bad_row(csv, err, "a quoted cell is not closed");
        if (csv->raw.len > csv->max_row)
            return bad_row(csv, err, "a row with quotes is too long, a quote may be missing");
        if (vol_buf_add_char(&csv->raw, '\n') != VOL_OK)
            return vol_error_set(err, VOL_EOS, "out of memory");
        status = vol_input_line(input, &line, &len, &at_end, err);
        if (status == VOL_END)
            return bad_row(csv, err, "a quoted cell is not closed");
        place->read++;
        if (status == VOL_EDATA)
            return bad_row(csv, err, "a line of a row with quotes is too long");
        if (status != VOL_OK)
            return forget_row(csv, NULL) == VOL_OK ? status : VOL_EOS;
    }
    if (csv->raw.len > 0 && csv->raw.data[csv->raw.len - 1] == '\r')
        csv->raw.data[--csv->raw.len] = '\0';
    point_cells(csv);
    return VOL_OK;
}

enum vol_status vol_csv_next(struct vol_csv *csv, struct vol_input *input, const struct vol_csv_cell **cells,
                             size_t *n_cells, const char **raw, size_t *raw_len, struct vol_csv_place *place,
                             bool *was_quoted, struct vol_error *err)
{
    enum vol_status status;
    const char *line;
    size_t len;
    bool at_end;
    int n;

    *was_quoted = false;
    do {
        status = vol_input_line(input, &line, &len, &at_end, err);
        place->row = ++place->read;
        if (status != VOL_OK) {
            if (status == VOL_EDATA) {
                *raw = line;
                *raw_len = len;
            }
            return status;
        }
    } while (len == 0 || (len == 1 && line[0] == '\r'));
    *raw = line;
    *raw_len = line[len - 1] == '\r' ? len - 1 : len;
    *cells = csv->cell;
    n = split_plain(csv->cell, line, *raw_len);
    if (n == -2)
        return vol_error_set(err, VOL_EDATA, "not CSV: too many cells");
    if (n >= 0) {
        *n_cells = (size_t)n;
        return VOL_OK;
    }
    *was_quoted = true;
    status = quoted_row(csv, input, line, len, at_end, place, err);
    *raw = csv->raw.data;
    *raw_len = csv->raw.len;
    *n_cells = csv->n_cells;
    return status;
}

enum vol_status vol_csv_split(struct vol_csv *csv, const char *raw, size_t raw_len,
                              const struct vol_csv_cell **cells, size_t *n_cells, struct vol_error *err)
{
    enum vol_status status;
    int n = split_plain(csv->cell, raw, raw_len);

    *cells = csv->cell;
    if (n == -2)
        return vol_error_set(err, VOL_EDATA, "not CSV: too many cells");
    if (n >= 0) {
        *n_cells = (size_t)n;
        return VOL_OK;
    }
    start_row(csv);
    if ((status = feed(csv, raw, raw_len, err)) != VOL_OK)
        return status;
    if (!csv->row_done)
        return bad_row(csv, err, "a quoted cell is not closed");
    point_cells(csv);
    *n_cells = csv->n_cells;
    return VOL_OK;
}

enum vol_status vol_csv_add_cell(struct vol_buf *out, const char *text, size_t n)
{
    size_t i;
    bool quote = n == 0 || text[0] == ' ' || text[n - 1] == ' ' || text[0] == '\t' || text[n - 1] == '\t';

    for (i = 0; i < n && !quote; i++)
        quote = text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r';
    if (!quote)
        return vol_buf_add(out, text, n);
    if (vol_buf_reserve(out, 2 * n + 2) != VOL_OK)
        return VOL_EOS;
    vol_buf_add_char(out, '"');
    for (i = 0; i < n; i++) {
        if (text[i] == '"')
            vol_buf_add_char(out, '"');
        vol_buf_add_char(out, text[i]);
    }
    return vol_buf_add_char(out, '"');
}
