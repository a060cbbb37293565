/* libcsv_loop.c: the peer: libcsv callbacks with strtod on three columns; rows written back with csv_fwrite
 * and one more cell.
 *
 *     libcsv_loop < quotes.csv
 */
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row {
    int column;
    double number[3];
    long rows;
};

static void on_cell(void *text, size_t len, void *data)
{
    struct row *r = data;
    char number[64];

    if (r->column > 0)
        putchar(',');
    csv_fwrite(stdout, text, len);
    /* strike, bid and ask of gen.c */
    if ((r->column == 6 || r->column == 11 || r->column == 12) && len < sizeof number) {
        memcpy(number, text, len);
        number[len] = '\0';
        r->number[r->column == 6 ? 0 : r->column - 10] = strtod(number, NULL);
    }
    r->column++;
}

static void on_row(int c, void *data)
{
    struct row *r = data;

    (void)c;
    if (r->rows++ == 0)
        printf(",\"mid\"\n");
    else
        printf(",%.10g\n", 0.5 * (r->number[1] + r->number[2]));
    r->column = 0;
}

int main(void)
{
    static char block[1 << 18];
    struct csv_parser parser;
    struct row row = {.column = 0};
    size_t n;

    setvbuf(stdout, NULL, _IOFBF, 1 << 18);
    csv_init(&parser, 0);
    while ((n = fread(block, 1, sizeof block, stdin)) > 0)
        if (csv_parse(&parser, block, n, on_cell, on_row, &row) != n)
            return 65;
    csv_fini(&parser, on_cell, on_row, &row);
    csv_free(&parser);
    return fflush(stdout) != 0;
}
