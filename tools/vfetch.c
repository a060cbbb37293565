/* vfetch: market data of vendors, from their files and their servers, as records. */
#include "tool.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "base/share.h"
#include "base/time.h"
#include "net/clock.h"
#include "source/fetch.h"
#include "source/import.h"

enum { LAYOUTS_MAX = 256, PATH_BYTES = 4096, PROGRESS_ROWS = 1 << 15 };

static const struct tool_info info = {"vfetch", "file FILE... | SOURCE WHAT [SYMBOL...] | sources | layouts",
                                      "Turn vendors' data into quote, bar and rate records."};

static const char *layout_name, *symbol, *ts_text, *since_text, *until_text;
static double spot = NAN;
static const char *base_url, *key_file, *ca_file;
static const char *interval_text;
static double timeout = 600;
static int64_t depth;
static int seal;

static const struct vol_opt options[] = {
    {VOL_OPT_STR, 'l', "layout", "NAME", &layout_name, NULL, 0, 0,
     "layout of the files: a name that `vfetch layouts` lists, or the path of one (found from the header)"},
    {VOL_OPT_STR, 0, "symbol", "NAME", &symbol, NULL, 0, 0,
     "instrument of a file of bars (the beginning of the file's name)"},
    {VOL_OPT_STR, 0, "ts", "INSTANT", &ts_text, NULL, 0, 0,
     "instant of every row, for files that do not say it"},
    {VOL_OPT_NUM, 0, "spot", "PRICE", &spot, NULL, 0, 1e12, "underlying_price of quotes whose file has none"},
    {VOL_OPT_STR, 0, "since", "TIME", &since_text, NULL, 0, 0,
     "leave out what was known before an instant or a UTC date"},
    {VOL_OPT_STR, 0, "until", "TIME", &until_text, NULL, 0, 0,
     "leave out what was known after an instant, or after the end of a UTC date"},
    {VOL_OPT_STR, 0, "interval", "LENGTH", &interval_text, NULL, 0, 0,
     "length of a bar: 1m, 1h, 1d (what else the source has)"},
    {VOL_OPT_INT, 0, "depth", "N", &depth, NULL, 1, 10000, "levels of an order book (20)"},
    {VOL_OPT_STR, 0, "base-url", "URL", &base_url, NULL, 0, 0,
     "ask this server in place of the source's own (a proxy, a test)"},
    {VOL_OPT_FILE, 0, "key-file", "FILE", &key_file, NULL, 0, 0,
     "the source's key: the first line of a file that only you may read (else the variable that `sources` "
     "names)"},
    {VOL_OPT_FILE, 0, "ca", "FILE", &ca_file, NULL, 0, 0, "trust the roots of this PEM file too"},
    {VOL_OPT_NUM, 0, "timeout", "SECONDS", &timeout, NULL, 0.001, 1e6,
     "give up when all answers are not in by then (600)"},
    {VOL_OPT_FLAG, 0, "seal", NULL, &seal, NULL, 0, 0,
     "close the stream with an `end` record if all went well"},
    {0}};

static struct vol_layout layouts[LAYOUTS_MAX];
static size_t n_layouts;

/* The path of a file below share/. */
static void share_path(struct tool *t, const char *dir, const char *name, char out[PATH_BYTES])
{
    if (vol_share_path(VOLPIPE_PREFIX "/share/volpipe", dir, name, out, PATH_BYTES, &t->err) != VOL_OK)
        tool_die_err(t);
}

static void load_layout(struct tool *t, const char *path)
{
    if (n_layouts == LAYOUTS_MAX)
        tool_die(t, VOL_ECONFIG, "%s: too many layouts", path);
    if (vol_layout_load(path, &layouts[n_layouts], &t->err) != VOL_OK)
        tool_die_err(t);
    n_layouts++;
}

static int is_layout(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);

    return n > 5 && strcmp(entry->d_name + n - 5, ".json") == 0;
}

static void load_layouts(struct tool *t)
{
    char dir[PATH_BYTES], path[PATH_BYTES];
    struct dirent **found;
    int n;

    if (layout_name) {
        load_layout(t, tool_share_file(t, "layouts", layout_name));
        return;
    }
    share_path(t, "layouts", "", dir);
    n = scandir(dir, &found, is_layout, alphasort);
    if (n <= 0)
        tool_die(t, VOL_ECONFIG, "%s: no layouts there", dir);
    for (int i = 0; i < n; i++) {
        share_path(t, "layouts", found[i]->d_name, path);
        load_layout(t, path);
        free(found[i]);
    }
    free(found);
}

static void load_facts(struct tool *t, struct vol_source_facts *facts)
{
    char path[PATH_BYTES];

    share_path(t, "calendars", "us-options.csv", path);
    if (vol_calendar_load(path, &facts->markets, &t->err) != VOL_OK)
        tool_die_err(t);
    share_path(t, "calendars", "us-fed.csv", path);
    if (vol_calendar_load(path, &facts->fed, &t->err) != VOL_OK)
        tool_die_err(t);
    share_path(t, "contracts", "options.csv", path);
    if (vol_contracts_load(path, &facts->contracts, &t->err) != VOL_OK)
        tool_die_err(t);
}

/* An instant, or a UTC date: its first instant, or (LAST) its last one. */
static int64_t parse_time(struct tool *t, const char *option, const char *text, bool dates, bool last)
{
    int64_t ts;
    int32_t date;

    if (vol_time_parse(text, strlen(text), &ts) == VOL_OK)
        return ts;
    if (!dates || vol_date_parse(text, strlen(text), &date) != VOL_OK)
        tool_die(t, VOL_EUSAGE, "--%s: expected %sYYYY-MM-DDTHH:MM:SSZ: \"%s\"", option,
                 dates ? "YYYY-MM-DD or " : "", text);
    return (int64_t)date * VOL_DAY + (last ? VOL_DAY - 1 : 0);
}

/* 30s, 1m, 4h, 1d in nanoseconds. */
static int64_t parse_interval(struct tool *t, const char *text)
{
    static const char units[] = "smhd";
    static const int64_t length[] = {VOL_SECOND, VOL_MINUTE, 60 * VOL_MINUTE, VOL_DAY};
    const char *unit = text[0] ? strchr(units, text[strlen(text) - 1]) : NULL;
    int64_t n;

    if (!unit || vol_num_parse_int(text, strlen(text) - 1, &n) != VOL_OK || n < 1 || n > 10000)
        tool_die(t, VOL_EUSAGE, "--interval: expected a number and s, m, h or d: \"%s\"", text);
    return n * length[unit - units];
}

static void list_layouts(struct tool *t)
{
    if (t->n_operands != 1)
        tool_die(t, VOL_EUSAGE, "layouts takes no operands");
    for (size_t i = 0; i < n_layouts; i++)
        printf("%-16s %-6s %s\n", layouts[i].name, layouts[i].kind->name, layouts[i].summary);
    if (fflush(stdout) != 0 || ferror(stdout))
        tool_die(t, VOL_EIO, "standard output: write failed");
}

/* On a terminal, while the work is long: rows so far, files, and the time that the remaining files will take.
 */
static void progress(struct tool *t, const struct vol_import *import, bool last)
{
    static time_t started, shown;
    uint64_t n_rows, n_outside;
    time_t now = time(NULL);
    size_t n_files;

    if (t->quiet || !isatty(STDERR_FILENO))
        return;
    if (started == 0)
        started = shown = now;
    if (last && shown > started)
        fprintf(stderr, "\r\033[K");
    if (last || now == shown)
        return;
    shown = now;
    vol_import_counts(import, &n_rows, &n_outside, &n_files);
    fprintf(stderr, "\rvfetch: %llu rows, file %zu of %zu", (unsigned long long)n_rows, n_files,
            t->n_operands - 1);
    if (n_files > 1)
        fprintf(stderr, ", about %.0f s to go ",
                (double)(now - started) / (double)(n_files - 1) * (double)(t->n_operands - n_files));
}

/* A row that a rule refuses, shown as it stands. */
static void reject(struct tool *t, const struct vol_import_item *item)
{
    struct vol_buf json = VOL_BUF_INIT;
    struct vol_line line = {.format = VOL_NDJSON};

    if (vol_buf_add_str(&json, "{\"file\":") != VOL_OK ||
        vol_buf_add_json(&json, item->file, strlen(item->file)) != VOL_OK ||
        vol_buf_addf(&json, ",\"line\":%llu,\"row\":", (unsigned long long)item->line_no) != VOL_OK ||
        vol_buf_add_json(&json, item->raw, item->raw_len) != VOL_OK || vol_buf_add_char(&json, '}') != VOL_OK)
        tool_die(t, VOL_EOS, "out of memory");
    line.bytes = json.data;
    line.len = (uint32_t)json.len;
    tool_reject(t, &line, item->kind, item->ts, item->reason);
    vol_buf_free(&json);
}

static void malformed(struct tool *t, const struct vol_import_item *item)
{
    struct vol_rec at = {.file = item->file, .line_no = item->line_no};
    char words[sizeof t->err.text];

    memcpy(words, t->err.text, sizeof words);
    tool_malformed(t, &at, "%s", words);
}

static void run(struct tool *t, struct vol_import *import, int64_t *last)
{
    struct vol_import_item item;
    enum vol_status status;

    for (uint64_t n = 0; (status = vol_import_next(import, &item, &t->err)) != VOL_END; n++) {
        if (n % PROGRESS_ROWS == PROGRESS_ROWS - 1)
            progress(t, import, false);
        switch (status) {
        case VOL_OK:
            *last = item.ts;
            if (!tool_begin(t, item.kind, item.ts))
                break;
            if (vol_import_put(import, t->out, &t->err) == VOL_OK) {
                tool_end(t);
            } else {
                vol_writer_cancel(t->out);
                malformed(t, &item);
            }
            break;
        case VOL_NO:
            reject(t, &item);
            break;
        case VOL_EDATA:
            malformed(t, &item);
            break;
        case VOL_ENOINPUT:
            tool_warn(t, "%s", t->err.text);
            tool_status(t, status);
            break;
        default:
            tool_die_err(t);
        }
    }
    progress(t, import, true);
}

/* ---- sources
 * --------------------------------------------------------------------------------------------------- */

static void print_source(struct tool *t, const struct vol_adapter *a)
{
    printf("%s: %s\n    %s\n", a->name, a->summary, a->access);
    for (size_t i = 0; i < VOL_ADAPTER_KEYS_MAX && a->keys[i].name; i++)
        printf("    key: %s%s\n", a->keys[i].name, a->keys[i].required ? "" : " (if there is one)");
    for (const struct vol_adapter_what *w = a->whats; w->name; w++)
        printf("    vfetch %s %s %s  %s\n", a->name, w->name, w->operands, w->help);
    (void)t;
}

static void list_sources(struct tool *t)
{
    size_t n;
    const struct vol_adapter *const *table = vol_adapter_table(&n);

    if (t->n_operands != 1)
        tool_die(t, VOL_EUSAGE, "sources takes no operands");
    for (size_t i = 0; i < n; i++)
        print_source(t, table[i]);
    if (fflush(stdout) != 0 || ferror(stdout))
        tool_die(t, VOL_EIO, "standard output: write failed");
}

/* Write what was gathered; the instant of the last record. */
static int64_t put_gathered(struct tool *t, const struct vol_gather *gather)
{
    struct vol_gather_item item;
    int64_t last = INT64_MIN;

    for (size_t i = 0; vol_gather_item(gather, i, &item); i++) {
        if (item.reason) {
            tool_reject(t, &item.line, item.kind, item.ts, item.reason);
            continue;
        }
        tool_pass_line(t, &item.line, item.kind);
        last = item.ts;
    }
    return last;
}

static int64_t fetch(struct tool *t, const struct vol_adapter *adapter, const struct vol_source_facts *facts)
{
    struct vol_fetch_config config = {.adapter = adapter,
                                      .base = base_url,
                                      .key_file = key_file,
                                      .http = {.timeout = timeout,
                                               .retries = 4,
                                               .ca = ca_file,
                                               .user_agent = "volpipe/" VOLPIPE_VERSION,
                                               .seed = (uint64_t)vol_clock_now() ^ (uint64_t)getpid(),
                                               .stop = tool_stop_flag()},
                                      .query = {.facts = facts,
                                                .layouts = layouts,
                                                .n_layouts = n_layouts,
                                                .since = INT64_MIN,
                                                .until = INT64_MAX}};
    struct vol_query *query = &config.query;
    struct vol_gather_counts counts;
    struct vol_gather *gather;
    int64_t last;

    if (t->n_operands < 2 || !(query->what = vol_adapter_what_find(adapter, t->operand[1])))
        tool_die(t, VOL_EUSAGE, "%s: expected what to fetch; try vfetch sources", adapter->name);
    query->symbols = t->operand + 2;
    query->n_symbols = t->n_operands - 2;
    query->depth = depth;
    if (interval_text)
        query->interval = parse_interval(t, interval_text);
    query->has_since = since_text != NULL;
    query->has_until = until_text != NULL;
    if (since_text)
        query->since = parse_time(t, "since", since_text, true, false);
    if (until_text)
        query->until = parse_time(t, "until", until_text, true, true);
    if (vol_fetch_check(query, &t->err) != VOL_OK || vol_fetch_run(&config, &gather, NULL, &t->err) != VOL_OK)
        tool_die_err(t);
    last = put_gathered(t, gather);
    vol_gather_counts_get(gather, &counts);
    tool_took(t, counts.records + counts.outside + counts.repeated + counts.rejected);
    tool_stat(t, "outside", (double)counts.outside);
    vol_gather_free(gather);
    return last;
}

int main(int argc, char **argv)
{
    const struct vol_adapter *adapter;
    struct tool t = {.info = &info, .options = options, .no_input = true};
    struct vol_source_facts facts = {0};
    struct vol_import_config config = {.since = INT64_MIN, .until = INT64_MAX};
    struct vol_source_files_config *files = &config.files;
    struct vol_import *import = NULL;
    uint64_t n_rows, n_outside;
    size_t n_files;
    int64_t last = INT64_MIN;

    tool_start(&t, argc, argv);
    if (t.n_operands == 0)
        tool_die(&t, VOL_EUSAGE, "expected a subcommand or a source; try vfetch --help");
    load_layouts(&t);
    if (strcmp(t.operand[0], "layouts") == 0) {
        list_layouts(&t);
        return tool_finish(&t);
    }
    if (strcmp(t.operand[0], "sources") == 0) {
        list_sources(&t);
        return tool_finish(&t);
    }
    adapter = vol_adapter_find(t.operand[0]);
    if (strcmp(t.operand[0], "file") != 0 && !adapter)
        tool_die(&t, VOL_EUSAGE, "no subcommand or source \"%s\": try vfetch --help, vfetch sources",
                 t.operand[0]);
    load_facts(&t, &facts);
    if (adapter) {
        last = fetch(&t, adapter, &facts);
        goto sealed;
    }
    *files = (struct vol_source_files_config){
        .layouts = layouts,
        .n_layouts = n_layouts,
        .facts = &facts,
        .options = {.symbol = symbol, .has_ts = ts_text != NULL, .spot = spot},
        .max_line = tool_max_line(&t),
        .stop = tool_stop_flag(),
        .before_wait = tool_before_wait,
        .wait_data = &t};
    if (ts_text)
        files->options.ts = parse_time(&t, "ts", ts_text, false, false);
    if (since_text)
        config.since = parse_time(&t, "since", since_text, true, false);
    if (until_text)
        config.until = parse_time(&t, "until", until_text, true, true);
    config.paths = t.operand + 1;
    config.n_paths = t.n_operands - 1;
    if (vol_import_new(&import, &config, &t.err) != VOL_OK)
        tool_die_err(&t);
    run(&t, import, &last);
    vol_import_counts(import, &n_rows, &n_outside, &n_files);
    tool_took(&t, n_rows);
    tool_stat(&t, "outside", (double)n_outside);
sealed:
    if (seal && last != INT64_MIN) {
        tool_seal(&t, "vfetch", last);
    } else if (seal && !tool_stopping(&t)) {
        /* No record, no instant that an `end` could have. */
        tool_warn(&t, "no records: the stream is not sealed");
        tool_status(&t, VOL_ENOINPUT);
    }
    vol_import_free(import);
    vol_calendar_free(&facts.markets);
    vol_calendar_free(&facts.fed);
    vol_contracts_free(&facts.contracts);
    for (size_t i = 0; i < n_layouts; i++)
        vol_layout_free(&layouts[i]);
    return tool_finish(&t);
}
