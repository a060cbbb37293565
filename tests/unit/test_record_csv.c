/* Rows of a CSV as RFC 4180 has them, from files and from pipes that are fed byte by byte, and cells written
 * back. The corners of csv-spectrum are among the cases: commas, quotes and line ends in cells, empty cells,
 * JSON text, UTF-8.
 */
#include "record/csv.h"

#include <stdlib.h>

#include "record/input.h"
#include "stream.h"

/* The rows of S: "1<a><b>;2<c>;": number of the line, cells; <""> is an empty one in quotes, <> a missing
 * one; a malformed row is "3!;". */
static const char *read_rows(const struct stream *s, size_t max_line)
{
    static struct vol_buf out = VOL_BUF_INIT;
    const struct vol_csv_cell *cells;
    struct vol_csv_place place = {0, 0};
    struct vol_input *input;
    struct vol_csv *csv;
    struct vol_error err;
    enum vol_status status;
    const char *raw;
    size_t n, raw_len, i;
    bool quoted;

    vol_buf_clear(&out);
    UNIT(vol_input_new(&input, max_line, NULL, NULL, NULL, &err) == VOL_OK);
    UNIT(vol_csv_new(&csv, max_line, &err) == VOL_OK);
    UNIT(vol_input_open(input, s->path, &err) == VOL_OK);
    while ((status = vol_csv_next(csv, input, &cells, &n, &raw, &raw_len, &place, &quoted, &err)) == VOL_OK ||
           status == VOL_EDATA) {
        vol_buf_addf(&out, "%llu", (unsigned long long)place.row);
        if (status == VOL_EDATA)
            vol_buf_add_char(&out, '!');
        for (i = 0; i < n && status == VOL_OK; i++) {
            vol_buf_add_char(&out, '<');
            vol_buf_add(&out, cells[i].text, cells[i].len);
            vol_buf_add_str(&out, cells[i].len == 0 && cells[i].quoted ? "\"\">" : ">");
        }
        vol_buf_add_char(&out, ';');
        /* A row that is here already splits into the same cells. */
        if (status == VOL_OK) {
            struct vol_buf copy = VOL_BUF_INIT;
            size_t n_again;

            vol_buf_add(&copy, raw, raw_len);
            UNIT(vol_csv_split(csv, copy.data, copy.len, &cells, &n_again, &err) == VOL_OK && n_again == n);
            vol_buf_free(&copy);
        }
    }
    UNIT(status == VOL_END);
    vol_csv_free(csv);
    vol_input_free(input);
    return out.data;
}

static const struct {
    const char *text, *expected;
} cases[] = {
    {"", ""},
    {"a,b\n1,2\n", "1<a><b>;2<1><2>;"},
    {"a,b\r\n1,2\r\n", "1<a><b>;2<1><2>;"},
    {"a,b\n1,2", "1<a><b>;2<1><2>;"},
    {"\xef\xbb\xbf"
     "a,b\n1,2",
     "1<a><b>;2<1><2>;"},
    {"\xef\xbb\xbf\"a\",b\n", "1<a><b>;"},
    {"\n\na\n\r\n\nb\n\n", "3<a>;6<b>;"},
    {",\n,,\n", "1<><>;2<><><>;"},
    {"\"\",\n,\"\"\n\"\"\n", "1<\"\"><>;2<><\"\">;3<\"\">;"},
    {"a,\"b,c\",d\n", "1<a><b,c><d>;"},
    {"\"a \"\"b\"\" c\",\"\"\"\"\n", "1<a \"b\" c><\">;"},
    {"1,\"{\"\"type\"\": \"\"Point\"\", \"\"x\"\": [1,2]}\"\n", "1<1><{\"type\": \"Point\", \"x\": [1,2]}>;"},
    {"a,\"one\ntwo\nthree\",c\nd,e,f\n", "1<a><one\ntwo\nthree><c>;4<d><e><f>;"},
    {"a,\"one\r\ntwo\"\r\nb,c\r\n", "1<a><one\r\ntwo>;3<b><c>;"},
    {"\"\n\n\",x\ny,z\n", "1<\n\n><x>;4<y><z>;"},
    {" a , b \n", "1< a >< b >;"},
    {"\" a \",b\n", "1< a ><b>;"},
    {"\xca\xa4,\xe2\x82\xac\n\"\xca\xa4\",1\n", "1<\xca\xa4><\xe2\x82\xac>;2<\xca\xa4><1>;"},
    {"a,b,c\n1\n1,2,3,4\n", "1<a><b><c>;2<1>;3<1><2><3><4>;"},
    {"a;b\t'c'\n", "1<a;b\t'c'>;"},
    /* longer than the sixteen bytes that are looked at together, with commas on their edges */
    {"abcdefghijklmno,abcdefghijklmnop,abcdefghijklmnopq,,x\n",
     "1<abcdefghijklmno><abcdefghijklmnop><abcdefghijklmnopq><><x>;"},
    /* malformed, and the rows behind are read again */
    {"a\"b,c\nd,e\n", "1!;2<d><e>;"},
    {"\"a\"b,c\nd,e\n", "1!;2<d><e>;"},
    {"\"a\" ,c\nd,\"e\"\n", "1!;2<d><e>;"},
    {"x,\"a\nb\"c\nd,\"e\"\n", "1!;3<d><e>;"},
    {"a,\"b\nc,d\n", "1!;"},
    {"a,\"b", "1!;"},
    {"\"a\rb\"\n\"c\"\rd\ne\n", "1<a\rb>;2!;3<e>;"},
};

static void test_cases(void)
{
    size_t i, piece;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct stream s = stream_file(cases[i].text, strlen(cases[i].text));

        UNIT_STR(read_rows(&s, 1000), cases[i].expected);
        stream_end(&s);
        for (piece = 1; piece < 8; piece += 3) {
            s = stream_pipe(cases[i].text, strlen(cases[i].text), piece);
            UNIT_STR(read_rows(&s, 1000), cases[i].expected);
            stream_end(&s);
        }
    }
}

/* A line too long is one malformed row, also inside a row with quotes, and spoils nothing behind it. */
static void test_long(void)
{
    struct vol_buf text = VOL_BUF_INIT;
    struct stream s;
    int i;

    vol_buf_add_str(&text, "a,b\n");
    for (i = 0; i < 300; i++)
        vol_buf_add_char(&text, 'x');
    vol_buf_add_str(&text, "\nc,\"d\ne\"\n1,\"open\n");
    for (i = 0; i < 300; i++)
        vol_buf_add_char(&text, 'x');
    vol_buf_add_str(&text, "\nf,\"g\"\n");
    s = stream_file(text.data, text.len);
    UNIT_STR(read_rows(&s, 256), "1<a><b>;2!;3<c><d\ne>;5!;7<f><g>;");
    stream_end(&s);
    /* A quote that is never closed takes no more than the bound. */
    vol_buf_clear(&text);
    vol_buf_add_str(&text, "\"open\n");
    for (i = 0; i < 100; i++)
        vol_buf_add_str(&text, "short\n");
    s = stream_file(text.data, text.len);
    UNIT(strncmp(read_rows(&s, 256), "1!;", 3) == 0);
    UNIT(strstr(read_rows(&s, 256), "101<short>;") != NULL);
    stream_end(&s);
    vol_buf_free(&text);
}

static void test_columns_max(void)
{
    struct vol_buf text = VOL_BUF_INIT;
    const struct vol_csv_cell *cells;
    struct vol_csv *csv;
    size_t n, count, quotes;

    UNIT(vol_csv_new(&csv, 1000, NULL) == VOL_OK);
    for (quotes = 0; quotes < 2; quotes++)
        for (count = VOL_CSV_COLUMNS_MAX - 1; count <= VOL_CSV_COLUMNS_MAX + 1; count++) {
            size_t i;

            vol_buf_clear(&text);
            for (i = 0; i < count; i++)
                vol_buf_addf(&text, "%s%s", i > 0 ? "," : "", quotes ? "\"7\"" : "7");
            n = 0;
            if (count <= VOL_CSV_COLUMNS_MAX)
                UNIT(vol_csv_split(csv, text.data, text.len, &cells, &n, NULL) == VOL_OK && n == count &&
                     cells[n - 1].text[0] == '7');
            else
                UNIT(vol_csv_split(csv, text.data, text.len, &cells, &n, NULL) == VOL_EDATA);
        }
    vol_csv_free(csv);
    vol_buf_free(&text);
}

static void test_add_cell(void)
{
    static const struct {
        const char *text, *cell;
    } written[] = {{"", "\"\""},         {"a", "a"},           {"a b", "a b"},           {" a", "\" a\""},
                   {"a\t", "\"a\t\""},   {"a,b", "\"a,b\""},   {"a\"b", "\"a\"\"b\""},   {"\"", "\"\"\"\""},
                   {"a\nb", "\"a\nb\""}, {"a\rb", "\"a\rb\""}, {"\xc3\xa9", "\xc3\xa9"}, {"-1.5", "-1.5"}};
    struct vol_buf out = VOL_BUF_INIT;
    const struct vol_csv_cell *cells;
    struct vol_csv *csv;
    size_t i, n;

    UNIT(vol_csv_new(&csv, 1000, NULL) == VOL_OK);
    for (i = 0; i < sizeof written / sizeof written[0]; i++) {
        vol_buf_clear(&out);
        UNIT(vol_csv_add_cell(&out, written[i].text, strlen(written[i].text)) == VOL_OK);
        UNIT_STR(out.data, written[i].cell);
        UNIT(vol_csv_split(csv, out.data, out.len, &cells, &n, NULL) == VOL_OK && n == 1 &&
             cells[0].len == strlen(written[i].text) &&
             memcmp(cells[0].text, written[i].text, cells[0].len) == 0);
    }
    vol_csv_free(csv);
    vol_buf_free(&out);
}

int main(void)
{
    test_cases();
    test_long();
    test_columns_max();
    test_add_cell();
    return unit_done("record/csv");
}
