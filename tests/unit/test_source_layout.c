/* Layouts: every shipped one loads, every wrong one is named; headers find their layout; yields become rates;
 * rows of an import come in order. Numbers: 2 ln(1 + y/2) and ln(1 + y d/360) 365/d by hand. */
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/share.h"
#include "base/time.h"
#include "source/cells.h"
#include "source/file.h"
#include "source/import.h"
#include "source/layout.h"
#include "source/row.h"

static char dir[] = "/tmp/volpipe-layout-XXXXXX";

static const char *file(const char *name, const char *text)
{
    static char path[128];
    FILE *out;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    out = fopen(path, "w");
    if (UNIT(out != NULL)) {
        fputs(text, out);
        fclose(out);
    }
    return path;
}

#define HEAD  "\"summary\": \"s\", \"detect\": {\"columns\": [\"d\"]}"
#define TS    "\"ts\": {\"column\": \"d\", \"format\": \"%Y-%m-%d\"}"
#define OSI   "\"symbol\": {\"rule\": \"osi\", \"venue\": \"us\", \"column\": \"s\"}"
#define QUOTE "\"kind\": \"quote\", " HEAD ", " TS ", " OSI
#define BAR   "\"kind\": \"bar\", " HEAD ", " TS ", \"symbol\": {\"rule\": \"file\"}"

static void test_wrong(void)
{
    static const char *const wrong[][2] = {
        {"{}", "summary"},
        {"{" QUOTE ", \"what\": 1}", "what"},
        {"{\"kind\": \"order\", " HEAD ", " TS "}", "kind"},
        {"{\"kind\": \"bar\", \"summary\": \"s\", " TS "}", "detect"},
        {"{\"kind\": \"bar\", \"summary\": \"s\", \"detect\": {\"columns\": []}, " TS "}", "columns"},
        {"{\"kind\": \"bar\", \"summary\": \"s\", \"detect\": {\"columns\": [\"d\"], \"value\": \"x\"}, " TS
         "}",
         "value"},
        {"{" BAR "}", "fields"},
        {"{" BAR ", \"fields\": {\"close\": \"c\"}, \"series\": {\"A\": {}}}", "fields"},
        {"{\"kind\": \"bar\", " HEAD ", " TS ", \"fields\": {\"close\": \"c\"}}", "symbol"},
        {"{" BAR ", \"fields\": {\"symbol\": \"x\", \"close\": \"c\"}}", "symbol"},
        {"{" BAR ", \"fields\": {\"bid\": \"c\"}}", "bid"},
        {"{" BAR ", \"fields\": {\"ts\": \"c\"}}", "ts"},
        {"{" BAR ", \"fields\": {\"source\": \"c\"}}", "source"},
        {"{" BAR ", \"fields\": {\"close\": {\"column\": \"c\", \"value\": 1}}}", "column"},
        {"{" BAR ", \"fields\": {\"close\": {}}}", "column"},
        {"{" BAR ", \"fields\": {\"close\": {\"value\": \"x\"}}}", "value"},
        {"{" BAR ", \"fields\": {\"close\": {\"column\": \"c\", \"divide\": 0}}}", "divide"},
        {"{" BAR ", \"fields\": {\"close\": {\"column\": \"c\", \"missing\": [\"x\"]}}}", "missing"},
        {"{" BAR ", \"fields\": {\"close\": {\"column\": \"c\", \"devide\": 2}}}", "devide"},
        {"{" QUOTE ", \"fields\": {\"underlying\": \"u\"}}", "underlying"},
        {"{" QUOTE ", \"fields\": {\"expiration\": \"e\"}}", "format"},
        {"{" QUOTE ", \"sides\": [{\"symbol\": \"a\"}, {\"symbol\": \"b\"}]}", "column"},
        {"{" QUOTE ", \"fields\": {\"bid\": \"b\", \"bid\": \"c\"}}", "bid"},
        {"{\"kind\": \"quote\", " HEAD ", " TS "}", "symbol"},
        {"{\"kind\": \"quote\", " HEAD ", " TS ", \"symbol\": {\"rule\": \"cusip\", \"venue\": \"us\"}}",
         "rule"},
        {"{\"kind\": \"rate\", " HEAD ", " TS "}", "series"},
        {"{\"kind\": \"rate\", " HEAD ", " TS ", \"series\": {\"A\": {}}}", "tenor_days"},
        {"{\"kind\": \"rate\", " HEAD ", " TS ", \"series\": {\"A\": {\"tenor_days\": 0}}}", "tenor_days"},
        {"{\"kind\": \"bar\", " HEAD ", \"ts\": {\"column\": \"d\", \"format\": \"%Y\"}}", "format"},
        {"{\"kind\": \"bar\", " HEAD
         ", \"ts\": {\"column\": \"d\", \"format\": \"%Y-%m-%d\", \"time\": \"25:00\"}}",
         "time"},
        {"{\"kind\": \"bar\", " HEAD ", \"ts\": {\"format\": \"%Y-%m-%d\"}}", "column"},
        {"{\"kind\": \"bar\", " HEAD ", \"ts\": {\"preamble\": true, \"format\": \"%Y-%m-%d\"}}", "preamble"},
    };
    struct vol_layout l = {0};
    struct vol_error err;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *path = file("wrong.json", wrong[i][0]);

        if (!UNIT(vol_layout_load(path, &l, &err) == VOL_ECONFIG && strstr(err.text, wrong[i][1]) &&
                  strstr(err.text, "wrong.json")))
            printf("    %s\n    %s\n", wrong[i][0], err.text);
        UNIT(l.kind == NULL);
    }
}

static void test_shipped(void)
{
    static const char *const names[] = {
        "cboe-close", "cboe-eod",  "cboe-quotetable", "deribit-daily", "fred", "fred-index",
        "ohlc",       "okx-daily", "spxw-2018",       "vix-history",   "yahoo"};
    static const struct {
        const char *header, *first, *layout;
    } files[] = {
        {"DATE,OPEN,HIGH,LOW,CLOSE", "1990-01-02,1,1,1,1", "vix-history"},
        {"Date,Open,High,Low,Close", "1990-01-02,1,1,1,1", "ohlc"},
        {"date,open,high,low,close,volume", "1990-01-02,1,1,1,1,1", "ohlc"},
        {"DATE,VVIX", "03/06/2006,71", "cboe-close"},
        {"observation_date,DGS1MO", "2005-01-03,1", "fred"},
        {"DATE,DGS1MO,DGS10", "2005-01-03,1,1", "fred"},
        {"observation_date,VIXCLS", "2005-01-03,1", "fred-index"},
        {"snapshot_utc,exchange,underlying,instrument,expiry,strike,type,mark_price,bid,ask,mark_iv,"
         "underlying_price",
         "x,okx,BTC,,,,,,,,,", "okx-daily"},
        {"snapshot_utc,exchange,underlying,instrument,expiry,strike,type,mark_price,bid,ask,mark_iv,"
         "underlying_price",
         "x,deribit,BTC,,,,,,,,,", "deribit-daily"},
        {"a,b", "1,2", ""},
    };
    struct vol_layout layout[11];
    struct vol_csv *a = NULL, *b = NULL;
    struct vol_error err;
    char path[4096], name[64];

    for (size_t i = 0; i < 11; i++) {
        snprintf(name, sizeof name, "%s.json", names[i]);
        UNIT(vol_share_path("/usr/share/volpipe", "layouts", name, path, sizeof path, &err) == VOL_OK);
        layout[i] = (struct vol_layout){0};
        if (!UNIT(vol_layout_load(path, &layout[i], &err) == VOL_OK))
            printf("    %s\n", err.text);
        UNIT_STR(layout[i].name, names[i]);
    }
    UNIT(vol_csv_new(&a, 4096, NULL) == VOL_OK && vol_csv_new(&b, 4096, NULL) == VOL_OK);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const struct vol_csv_cell *header, *first;
        const char *best = "";
        size_t n, n_first, best_score = 0;

        UNIT(vol_csv_split(a, files[i].header, strlen(files[i].header), &header, &n, NULL) == VOL_OK);
        UNIT(vol_csv_split(b, files[i].first, strlen(files[i].first), &first, &n_first, NULL) == VOL_OK);
        for (size_t j = 0; j < 11; j++) {
            size_t score = vol_cells_match(&layout[j], header, n, first, n_first);

            UNIT(score == 0 || score != best_score);
            if (score > best_score) {
                best_score = score;
                best = layout[j].name;
            }
        }
        UNIT_STR(best, files[i].layout);
    }
    vol_csv_free(a);
    vol_csv_free(b);
    for (size_t i = 0; i < 11; i++)
        vol_layout_free(&layout[i]);
}

static void test_rates(void)
{
    struct vol_layout_series s = {.tenor_days = 30, .yield = VOL_YIELD_BOND_EQUIVALENT};

    UNIT_NEAR(vol_layout_rate(&s, 2.43), 0.0241535625, 1e-10);
    UNIT_NEAR(vol_layout_rate(&s, 0), 0, 0);
    UNIT_NEAR(vol_layout_rate(&s, -0.5), -0.005006260436, 1e-11);
    UNIT(isnan(vol_layout_rate(&s, -500)));
    s.yield = VOL_YIELD_MONEY_MARKET;
    s.tenor_days = 1;
    UNIT_NEAR(vol_layout_rate(&s, 5.33), 0.05403628, 1e-8); /* ln(1 + 0.0533 / 360) 365 */
    s.yield = VOL_YIELD_CONTINUOUS;
    UNIT_NEAR(vol_layout_rate(&s, 5), 0.05, 0);
}

/* The import of one file without any tool: what comes, in which order. */
static void test_import(void)
{
    static const char text[] = "d,s,b\n2019-04-25,SPY190621C00100000,1\n2019-04-25,AAPL190621C00100000,2\n"
                               "2019-04-25,SPY190621P00100000,bad\n2019-04-24,SPY190621C00100000,3\n"
                               "2019-04-26,SPY190621C00100000,4\n";
    static const char expected[] = "q25SPY s25SPY:1 q25AAPL s25AAPL:1 q26SPY s26SPY:1 ";
    struct vol_layout layout = {0};
    struct vol_source_facts facts = {0};
    struct vol_error err;
    struct vol_import *import = NULL;
    struct vol_import_item item;
    struct vol_writer *out = NULL;
    char path[4096], *paths[1], got[256] = "", line[512];
    size_t n_files, n_falls = 0, n_bad = 0;
    uint64_t n_rows, n_outside;
    enum vol_status status;
    FILE *sink = tmpfile();

    UNIT(vol_share_path("/usr/share/volpipe", "calendars", "us-options.csv", path, sizeof path, &err) ==
         VOL_OK);
    UNIT(vol_calendar_load(path, &facts.markets, &err) == VOL_OK);
    UNIT(vol_share_path("/usr/share/volpipe", "contracts", "options.csv", path, sizeof path, &err) == VOL_OK);
    UNIT(vol_contracts_load(path, &facts.contracts, &err) == VOL_OK);
    UNIT(vol_layout_load(file("mine.json", "{" QUOTE ", \"fields\": {\"bid\": \"b\"}}"), &layout, &err) ==
         VOL_OK);
    paths[0] = (char *)file("data.csv", text);
    UNIT(vol_import_new(&import,
                        &(struct vol_import_config){.files = {.layouts = &layout,
                                                              .n_layouts = 1,
                                                              .facts = &facts,
                                                              .options = {.spot = NAN},
                                                              .max_line = 4096},
                                                    .paths = paths,
                                                    .n_paths = 1,
                                                    .since = INT64_MIN,
                                                    .until = INT64_MAX},
                        &err) == VOL_OK);
    UNIT(sink && vol_writer_new(&out, &(struct vol_writer_config){.fd = fileno(sink), .name = "sink"},
                                &err) == VOL_OK);
    while ((status = vol_import_next(import, &item, &err)) != VOL_END) {
        if (status == VOL_EDATA) {
            UNIT(item.line_no == 5 && strstr(err.text, "earlier"));
            n_falls++;
            continue;
        }
        if (!UNIT(status == VOL_OK))
            break;
        vol_writer_begin(out, item.kind, item.ts);
        if (vol_import_put(import, out, &err) == VOL_OK) {
            vol_writer_end(out, &err);
        } else {
            UNIT(item.line_no == 4 && strstr(err.text, "b: not a number"));
            vol_writer_cancel(out);
            n_bad++;
        }
    }
    UNIT(vol_writer_close(out, &err) == VOL_OK);
    rewind(sink);
    while (fgets(line, sizeof line, sink)) {
        const char *name = strstr(line, "underlying\":\"") + 13, *n = strstr(line, "\"quotes\":");
        size_t at = strlen(got);

        snprintf(got + at, sizeof got - at, "%c%.2s%.*s%.2s ", line[9], strstr(line, "2019-04-") + 8,
                 (int)strcspn(name, "\""), name, n ? n + 8 : "");
    }
    UNIT_STR(got, expected);
    UNIT(n_falls == 1 && n_bad == 1);
    vol_import_counts(import, &n_rows, &n_outside, &n_files);
    UNIT(n_rows == 5 && n_outside == 0 && n_files == 1);
    if (sink)
        fclose(sink);
    vol_import_free(import);
    vol_layout_free(&layout);
    vol_calendar_free(&facts.markets);
    vol_contracts_free(&facts.contracts);
}

int main(void)
{
    char command[64];

    if (!UNIT(mkdtemp(dir) != NULL))
        return unit_done("source/layout");
    test_wrong();
    test_shipped();
    test_rates();
    test_import();
    snprintf(command, sizeof command, "rm -r %s", dir);
    UNIT(system(command) == 0);
    return unit_done("source/layout");
}
