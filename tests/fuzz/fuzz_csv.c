/* fuzz_csv.c: the row splitter against libcsv, and cells written and read back. */
#include "fuzz.h"

#include <csv.h>

#include "record/csv.h"

enum { CELLS = VOL_CSV_COLUMNS_MAX + 8 };

struct row {
    char *text[CELLS];
    size_t len[CELLS], n;
    int rows;
};

static void on_cell(void *text, size_t len, void *data)
{
    struct row *row = data;

    if (row->n == CELLS || row->rows > 0)
        return;
    row->text[row->n] = malloc(len + 1);
    FUZZ_CHECK(row->text[row->n] != NULL);
    if (len > 0)
        memcpy(row->text[row->n], text, len);
    row->len[row->n++] = len;
}

static void on_row(int c, void *data)
{
    (void)c;
    ((struct row *)data)->rows++;
}

static int no_space(unsigned char c)
{
    (void)c;
    return 0;
}

static void check_row(struct vol_csv *csv, const char *line, size_t len)
{
    const struct vol_csv_cell *cells;
    struct vol_buf again = VOL_BUF_INIT;
    struct csv_parser parser;
    struct row row = {.n = 0};
    enum vol_status status;
    size_t n, i;
    bool plain = memchr(line, '"', len) == NULL;

    status = vol_csv_split(csv, line, len, &cells, &n, NULL);
    FUZZ_CHECK(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
    csv_set_space_func(&parser, no_space);
    /* A carriage return ends a row for libcsv; ours ends rows with line feeds only and keeps others in the
     * cell. */
    if (memchr(line, '\r', len) == NULL && memchr(line, '\0', len) == NULL) {
        int good = csv_parse(&parser, line, len, on_cell, on_row, &row) == len &&
                   csv_parse(&parser, "\n", 1, on_cell, on_row, &row) == 1 && row.rows == 1;

        if (good && row.n <= VOL_CSV_COLUMNS_MAX) {
            FUZZ_CHECK(status == VOL_OK && n == row.n);
            for (i = 0; i < n; i++)
                FUZZ_CHECK(cells[i].len == row.len[i] && memcmp(cells[i].text, row.text[i], row.len[i]) == 0);
        } else {
            FUZZ_CHECK(status == VOL_EDATA);
        }
    }
    if (status == VOL_OK && plain) {
        for (i = 0; i < n; i++) {
            if (i > 0)
                FUZZ_CHECK(vol_buf_add_char(&again, ',') == VOL_OK);
            FUZZ_CHECK(vol_buf_add(&again, cells[i].text, cells[i].len) == VOL_OK);
        }
        FUZZ_CHECK(again.len == len && memcmp(again.data, line, len) == 0);
    }
    vol_buf_free(&again);
    csv_free(&parser);
    for (i = 0; i < row.n; i++)
        free(row.text[i]);
}

/* Any text written as a cell reads back as that text. */
static void check_cell(struct vol_csv *csv, const char *text, size_t len)
{
    const struct vol_csv_cell *cells;
    struct vol_buf row = VOL_BUF_INIT;
    size_t n;

    if (memchr(text, '\0', len) != NULL)
        return;
    FUZZ_CHECK(vol_buf_add_str(&row, "x,") == VOL_OK && vol_csv_add_cell(&row, text, len) == VOL_OK);
    FUZZ_CHECK(vol_buf_add_str(&row, ",y") == VOL_OK);
    FUZZ_CHECK(vol_csv_split(csv, row.data, row.len, &cells, &n, NULL) == VOL_OK);
    FUZZ_CHECK(n == 3 && cells[1].len == len && memcmp(cells[1].text, text, len) == 0);
    vol_buf_free(&row);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct vol_csv *csv;
    size_t at = 0;

    FUZZ_CHECK(text != NULL && vol_csv_new(&csv, 1 << 16, NULL) == VOL_OK);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\n';
    check_cell(csv, text, size);
    while (at < size) {
        size_t len = (size_t)((char *)memchr(text + at, '\n', size + 1 - at) - (text + at));

        if (len > 0)
            check_row(csv, text + at, len);
        at += len + 1;
    }
    vol_csv_free(csv);
    free(text);
    return 0;
}
