/* fuzz_vendor.c: vendors' rows, contract names and instants. A header and a row go through every shipped
 * layout that fits: whatever is written must be JSON without duplicate keys. A name that is understood is
 * written back the same; an instant that is understood reads back the same from its canonical text. */
#include "fuzz.h"

#include <jansson.h>
#include <math.h>
#include <unistd.h>

#include "base/time.h"
#include "chain/symbol.h"
#include "source/cells.h"
#include "source/row.h"

enum { N_LAYOUTS = 11 };

static struct vol_layout layouts[N_LAYOUTS];
static struct vol_source_facts facts;
static struct vol_csv *csv_header, *csv_row;
static int sink = -1;

static void set_up(void)
{
    static const char *const names[N_LAYOUTS] = {
        "cboe-close", "cboe-eod",  "cboe-quotetable", "deribit-daily", "fred", "fred-index",
        "ohlc",       "okx-daily", "spxw-2018",       "vix-history",   "yahoo"};
    char path[64] = "/tmp/volpipe-fuzz-XXXXXX";

    if (sink >= 0)
        return;
    sink = mkstemp(path);
    FUZZ_CHECK(sink >= 0);
    unlink(path);
    for (int i = 0; i < N_LAYOUTS; i++) {
        snprintf(path, sizeof path, "share/layouts/%s.json", names[i]);
        FUZZ_CHECK(vol_layout_load(path, &layouts[i], NULL) == VOL_OK);
    }
    FUZZ_CHECK(vol_calendar_load("share/calendars/us-options.csv", &facts.markets, NULL) == VOL_OK);
    FUZZ_CHECK(vol_calendar_load("share/calendars/us-fed.csv", &facts.fed, NULL) == VOL_OK);
    FUZZ_CHECK(vol_contracts_load("share/contracts/options.csv", &facts.contracts, NULL) == VOL_OK);
    FUZZ_CHECK(vol_csv_new(&csv_header, 1 << 16, NULL) == VOL_OK &&
               vol_csv_new(&csv_row, 1 << 16, NULL) == VOL_OK);
}

/* Records of the sink are JSON objects without duplicate keys, one a line. */
static void check_written(size_t n_records)
{
    char text[1 << 16], *line = text, *end;
    off_t size = lseek(sink, 0, SEEK_CUR);
    size_t n = 0;

    FUZZ_CHECK(size >= 0 && size < (off_t)sizeof text && pread(sink, text, (size_t)size, 0) == size);
    text[size] = '\0';
    for (; (end = strchr(line, '\n')) != NULL; line = end + 1, n++) {
        json_error_t error;
        json_t *json =
            json_loadb(line, (size_t)(end - line), JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);

        /* Jansson wants UTF-8; the reader of the next tool refuses other bytes, and that is defined. */
        FUZZ_CHECK(json_is_object(json) || strstr(error.text, "UTF-8"));
        json_decref(json);
    }
    FUZZ_CHECK(n == n_records);
    FUZZ_CHECK(ftruncate(sink, 0) == 0 && lseek(sink, 0, SEEK_SET) == 0);
}

static void check_row(const struct vol_layout *layout, const struct vol_csv_cell *header, size_t n_header,
                      const struct vol_csv_cell *cells, size_t n)
{
    struct vol_source_options options = {.symbol = "X", .spot = NAN};
    struct vol_writer_config config = {.fd = sink, .name = "sink"};
    struct vol_source_row row = {0};
    struct vol_source *source;
    struct vol_writer *out;
    const char *reason = NULL;
    size_t written = 0;

    FUZZ_CHECK(vol_source_new(&source, layout, &facts, &options, "x", NULL) == VOL_OK);
    vol_source_preamble(source, cells, n);
    if (vol_source_bind(source, header, n_header, NULL) == VOL_OK &&
        vol_source_row(source, cells, n, &row, &reason, NULL) == VOL_OK) {
        FUZZ_CHECK(vol_writer_new(&out, &config, NULL) == VOL_OK);
        for (size_t i = 0; i < row.n_records; i++) {
            vol_writer_begin(out, layout->kind->name, row.ts);
            if (vol_source_put(source, &row, i, out, NULL) == VOL_OK) {
                FUZZ_CHECK(vol_writer_end(out, NULL) == VOL_OK);
                written++;
            } else {
                vol_writer_cancel(out);
            }
        }
        FUZZ_CHECK(vol_writer_close(out, NULL) == VOL_OK);
        check_written(written);
    }
    vol_source_free(source);
}

/* The first line of TEXT is a header, the second a row. */
static void check_file(const char *text, size_t len)
{
    const char *nl = len > 0 ? memchr(text, '\n', len) : NULL, *end;
    const struct vol_csv_cell *header, *cells;
    size_t n_header, n;

    if (nl == NULL)
        return;
    end = memchr(nl + 1, '\n', len - (size_t)(nl + 1 - text));
    if (end == NULL)
        end = text + len;
    if (vol_csv_split(csv_header, text, (size_t)(nl - text), &header, &n_header, NULL) != VOL_OK ||
        vol_csv_split(csv_row, nl + 1, (size_t)(end - nl - 1), &cells, &n, NULL) != VOL_OK)
        return;
    for (int i = 0; i < N_LAYOUTS; i++)
        if (vol_cells_match(&layouts[i], header, n_header, cells, n) > 0)
            check_row(&layouts[i], header, n_header, cells, n);
}

static void check_names(const char *text, size_t len)
{
    struct vol_symbol symbol, again;
    char out[VOL_SYMBOL_MAX], time_text[VOL_TIME_MAX];
    int64_t ts, back;

    for (int f = VOL_SYMBOL_OSI; f <= VOL_SYMBOL_OKX; f++) {
        if (vol_symbol_parse((enum vol_symbol_family)f, text, len, &symbol) != VOL_OK)
            continue;
        FUZZ_CHECK(symbol.strike > 0 && isfinite(symbol.strike) && strlen(symbol.root) == symbol.root_len);
        FUZZ_CHECK(symbol.option_type == 'C' || symbol.option_type == 'P');
        if (f != VOL_SYMBOL_OSI)
            continue;
        for (int padded = 0; padded < 2; padded++) {
            size_t n = vol_symbol_print_osi(&symbol, padded, out);

            FUZZ_CHECK(n > 0 && vol_symbol_parse(VOL_SYMBOL_OSI, out, n, &again) == VOL_OK);
            FUZZ_CHECK(memcmp(&symbol, &again, sizeof symbol) == 0);
        }
    }
    if (vol_time_parse(text, len, &ts) == VOL_OK) {
        size_t n = vol_time_print(time_text, ts);

        FUZZ_CHECK(n < VOL_TIME_MAX && vol_time_parse(time_text, n, &back) == VOL_OK && back == ts);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A copy of the exact size, so that a read beyond it is seen. */
    char *text = malloc(size > 0 ? size : 1);

    set_up();
    FUZZ_CHECK(text != NULL);
    if (size > 0)
        memcpy(text, data, size);
    check_names(text, size);
    check_file(text, size);
    free(text);
    return 0;
}
