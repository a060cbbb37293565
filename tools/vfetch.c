/* vfetch: market data of vendors, from their files and their servers, as records. */
#include "tool.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "base/share.h"
#include "base/time.h"
#include "net/clock.h"
#include "source/archive.h"
#include "source/fetch.h"
#include "source/import.h"
#include "source/progress.h"
#include "source/stream_run.h"

enum { LAYOUTS_MAX = 256, PATH_BYTES = 4096, PROGRESS_ROWS = 1 << 15 };

static const struct tool_info info = {"vfetch", "file ... | SOURCE WHAT | snapshot | sources | layouts",
                                      "Turn vendors' data into quote, bar and rate records."};

static const char *layout_name, *symbol, *ts_text, *since_text, *until_text;
static double spot = NAN;
static const char *base_url, *key_file, *ca_file, *record_dir, *replay_dir, *state_dir, *archive_dir;
static const char *interval_text, *snap_text, *for_text, *stale_text = "30s";
static double timeout = 600, rate;
static int64_t retries = 4, parallel = 4, max_answer = 64 << 20;
static int resume;
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
    {VOL_OPT_INT, 0, "retries", "N", &retries, NULL, 0, 100,
     "further tries of a question that found no answer (4)"},
    {VOL_OPT_INT, 0, "parallel", "N", &parallel, NULL, 1, 64, "questions on their way at once (4)"},
    {VOL_OPT_NUM, 0, "rate", "N", &rate, NULL, 0.0001, 10000, "questions per second (what `sources` says)"},
    {VOL_OPT_SIZE, 0, "max-answer", "BYTES", &max_answer, NULL, 1024, 1 << 30,
     "longest answer, uncompressed (64M)"},
    {VOL_OPT_FILE, 0, "record", "DIR", &record_dir, NULL, 0, 0,
     "keep every answer in a new directory, without keys"},
    {VOL_OPT_FLAG, 0, "resume", NULL, &resume, NULL, 0, 0,
     "go on with a recording of the same questions that was interrupted: what it has is not asked again"},
    {VOL_OPT_FILE, 0, "replay", "DIR", &replay_dir, NULL, 0, 0, "answer from a recording, without a network"},
    {VOL_OPT_FILE, 0, "archive", "DIR", &archive_dir, NULL, 0, 0,
     "where `snapshot` keeps its files, one a day"},
    {VOL_OPT_FILE, 0, "state", "DIR", &state_dir, NULL, 0, 0,
     "where limits and unchanged answers are kept ($XDG_STATE_HOME/volpipe, else ~/.local/state/volpipe)"},
    {VOL_OPT_STR, 0, "snap", "LENGTH", &snap_text, NULL, 0, 0,
     "of a stream: whole snapshots at this interval (1s) in place of ticks"},
    {VOL_OPT_STR, 0, "stale", "LENGTH", &stale_text, NULL, 0, 0,
     "of a stream: without a tick for so long, say so in a `health` record (30s)"},
    {VOL_OPT_STR, 0, "for", "LENGTH", &for_text, NULL, 0, 0, "end a stream after so long (30m)"},
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

/* 250ms, 30s, 1m, 4h, 1d in nanoseconds; 0: the option was not given. */
static int64_t parse_length(struct tool *t, const char *option, const char *text)
{
    int64_t length = 0;

    if (text && vol_stream_interval(text, &length, &t->err) != VOL_OK)
        tool_die(t, VOL_EUSAGE, "--%s: %s", option, t->err.text);
    return length;
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

/* ---- progress ---- */

static void draw(struct tool *t, const struct vol_progress_state *state)
{
    static struct vol_progress bar;
    char line[VOL_PROGRESS_MAX];

    if (t->quiet || !isatty(STDERR_FILENO))
        return;
    if (state && vol_progress_line(&bar, vol_clock_steady(), state, line))
        fprintf(stderr, "\r%s: %s\033[K", t->info->name, line);
    if (!state && bar.drawn)
        fprintf(stderr, "\r\033[K");
}

/* Bytes of all files when they are plain ones, so that the time they take can be told; else 0. */
static uint64_t plain_bytes(char *const *paths, size_t n)
{
    uint64_t total = 0;

    for (size_t i = 0; i < n; i++) {
        const char *dot = strrchr(paths[i], '.');
        struct stat st;

        if (stat(paths[i], &st) != 0 || !S_ISREG(st.st_mode) ||
            (dot && (strcmp(dot, ".gz") == 0 || strcmp(dot, ".zst") == 0 || strcmp(dot, ".zip") == 0)))
            return 0;
        total += (uint64_t)st.st_size;
    }
    return total;
}

static void import_progress(struct tool *t, const struct vol_import *import, uint64_t bytes, uint64_t total)
{
    struct vol_progress_state state = {.bytes = bytes, .part = "files"};
    uint64_t n_outside;
    size_t n_files;

    vol_import_counts(import, &state.rows, &n_outside, &n_files);
    if (total >= bytes && total > 0) {
        state.part = "MB";
        state.bytes = 0;
        state.done = bytes / 1000000;
        state.asked = total / 1000000;
    } else {
        state.done = n_files > 0 ? n_files - 1 : 0;
        state.asked = t->n_operands > 1 ? t->n_operands - 1 : 1;
    }
    draw(t, &state);
}

static void fetch_progress(void *data, const struct vol_http_counts *http,
                           const struct vol_gather_counts *gathered)
{
    draw(data, &(struct vol_progress_state){.rows = gathered->records,
                                            .bytes = http->bytes,
                                            .done = http->done,
                                            .asked = http->asked,
                                            .part = "answers"});
}

static void fetch_note(void *data, const char *words)
{
    draw(data, NULL);
    tool_note(data, "%s", words);
}

/* ---- files ---- */

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

static void import_all(struct tool *t, struct vol_import *import, int64_t *last)
{
    uint64_t bytes = 0, line_no = 0, total = plain_bytes(t->operand + 1, t->n_operands - 1);
    struct vol_import_item item;
    enum vol_status status;

    for (uint64_t n = 0; (status = vol_import_next(import, &item, &t->err)) != VOL_END; n++) {
        if (item.line_no != line_no) {
            bytes += item.raw_len + 1;
            line_no = item.line_no;
        }
        if (n % PROGRESS_ROWS == PROGRESS_ROWS - 1)
            import_progress(t, import, bytes, total);
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
    draw(t, NULL);
}

/* ---- sources ---- */

static void list_sources(struct tool *t)
{
    struct vol_buf text = VOL_BUF_INIT;
    size_t n;
    const struct vol_adapter *const *table = vol_adapter_table(&n);

    if (t->n_operands != 1)
        tool_die(t, VOL_EUSAGE, "sources takes no operands");
    for (size_t i = 0; i < n; i++)
        if (vol_adapter_describe(table[i], &text) != VOL_OK)
            tool_die(t, VOL_EOS, "out of memory");
    tool_text(t, text.data, text.len);
    vol_buf_free(&text);
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

/* What is asked: OPERANDS are SOURCE WHAT [SYMBOL...]. */
static void set_query(struct tool *t, const struct vol_adapter *adapter, char *const *operands, size_t n,
                      struct vol_query *query)
{
    if (n < 2 || !(query->what = vol_adapter_what_find(adapter, operands[1])))
        tool_die(t, VOL_EUSAGE, "%s: expected what to fetch; try vfetch sources", adapter->name);
    query->symbols = operands + 2;
    query->n_symbols = n - 2;
    query->layouts = layouts;
    query->n_layouts = n_layouts;
    query->depth = depth;
    query->since = since_text ? parse_time(t, "since", since_text, true, false) : INT64_MIN;
    query->until = until_text ? parse_time(t, "until", until_text, true, true) : INT64_MAX;
    query->has_since = since_text != NULL;
    query->has_until = until_text != NULL;
    query->interval = parse_length(t, "interval", interval_text);
    if (vol_fetch_check(query, &t->err) != VOL_OK)
        tool_die_err(t);
}

static struct vol_gather *fetch(struct tool *t, const struct vol_adapter *adapter,
                                const struct vol_query *query)
{
    char rates[PATH_BYTES], answers[PATH_BYTES];
    struct vol_fetch_config config = {.adapter = adapter,
                                      .query = *query,
                                      .base = base_url,
                                      .key_file = key_file,
                                      .http = {.timeout = timeout,
                                               .retries = (int)retries,
                                               .parallel = (int)parallel,
                                               .rate = rate,
                                               .burst = 1,
                                               .max_body = (size_t)max_answer,
                                               .ca = ca_file,
                                               .record_dir = record_dir,
                                               .resume = resume,
                                               .replay_dir = replay_dir,
                                               .user_agent = "volpipe/" VOLPIPE_VERSION,
                                               .seed = (uint64_t)vol_clock_now() ^ (uint64_t)getpid(),
                                               .stop = tool_stop_flag(),
                                               .note = fetch_note},
                                      .progress = fetch_progress,
                                      .data = t};
    struct vol_gather_counts counts;
    struct vol_gather *gather;
    enum vol_status status;

    /* A core file would hold the key. */
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    if (!replay_dir) {
        if (vol_state_path(state_dir, "rates", rates, sizeof rates, &t->err) != VOL_OK ||
            vol_state_path(state_dir, "answers", answers, sizeof answers, &t->err) != VOL_OK)
            tool_die_err(t);
        config.http.rate_dir = rates;
        config.http.cache_dir = answers;
    }
    status = vol_fetch_run(&config, &gather, NULL, &t->err);
    draw(t, NULL);
    if (status != VOL_OK && tool_stopping(t)) /* death by a signal shows as such */
        exit(tool_finish(t));
    if (status != VOL_OK)
        tool_die_err(t);
    vol_gather_counts_get(gather, &counts);
    tool_took(t, counts.records + counts.outside + counts.repeated + counts.rejected);
    tool_stat(t, "outside", (double)counts.outside);
    tool_stat(t, "repeated", (double)counts.repeated);
    return gather;
}

/* The name of a new file of the archive, for scripts. */
static void put_path(void *data, const char *path)
{
    tool_text(data, path, strlen(path));
    tool_text(data, "\n", 1);
}

static void snapshot(struct tool *t, const struct vol_adapter *adapter, struct vol_query *query)
{
    struct vol_archive archive = {archive_dir, adapter->name, query->what->name, query->symbols,
                                  query->n_symbols};
    struct vol_archive_counts counts;
    struct vol_gather *gather;
    enum vol_status status;
    int32_t last;

    if (query->what->history && !query->has_since) {
        status = vol_archive_last(&archive, &last, &t->err);
        if (status == VOL_OK) { /* that day may have grown since */
            query->since = (int64_t)last * VOL_DAY;
            query->has_since = true;
        } else if (status != VOL_NO) {
            tool_die_err(t);
        }
    }
    gather = fetch(t, adapter, query);
    if (vol_archive_put(&archive, gather, put_path, t, &counts, &t->err) != VOL_OK)
        tool_die_err(t);
    tool_note(t, "%llu files written (%llu of them beside an earlier one), %llu there already",
              (unsigned long long)counts.written, (unsigned long long)counts.revised,
              (unsigned long long)counts.kept);
    tool_stat(t, "files", (double)counts.written);
    vol_gather_free(gather);
}

/* SOURCE WHAT [SYMBOL...], or the same behind `snapshot`; the instant of the last record. */
static int64_t run_source(struct tool *t, const struct vol_source_facts *facts)
{
    bool keeps = strcmp(t->operand[0], "snapshot") == 0;
    char *const *operands = t->operand + keeps;
    size_t n = t->n_operands - keeps;
    const struct vol_adapter *adapter = n > 0 ? vol_adapter_find(operands[0]) : NULL;
    struct vol_query query = {.facts = facts};
    struct vol_gather *gather;
    int64_t last = INT64_MIN;

    if (!adapter)
        tool_die(t, VOL_EUSAGE, "no subcommand or source \"%s\": try vfetch --help, vfetch sources",
                 n > 0 ? operands[0] : "");
    set_query(t, adapter, operands, n, &query);
    if (keeps) {
        snapshot(t, adapter, &query);
        return last;
    }
    gather = fetch(t, adapter, &query);
    last = put_gathered(t, gather);
    vol_gather_free(gather);
    return last;
}

/* `vfetch SOURCE stream CHANNEL...`: the ts of the last record. */
static int64_t run_stream(struct tool *t, const struct vol_source_facts *facts)
{
    struct vol_stream_run_config config = {
        .vendor = vol_stream_vendor_find(t->operand[0]),
        .channels = t->operand + 2,
        .n_channels = t->n_operands - 2,
        .facts = facts,
        .url = base_url,
        .ca = ca_file,
        .agent = "volpipe/" VOLPIPE_VERSION,
        .key_file = key_file,
        .record_dir = record_dir,
        .replay_dir = replay_dir,
        .timeout = timeout,
        .stale = parse_length(t, "stale", stale_text),
        .snap = parse_length(t, "snap", snap_text),
        .lasts = parse_length(t, "for", for_text),
        .until = until_text ? parse_time(t, "until", until_text, true, true) : INT64_MAX,
        .seed = (uint64_t)vol_clock_now() ^ (uint64_t)getpid(),
        .stop = tool_stop_flag(),
        .sink = tool_sink(t)};
    struct vol_stream_counts counts;
    int64_t last;

    if (vol_stream_run(&config, &last, &counts, &t->err) != VOL_OK) {
        tool_warn(t, "%s", t->err.text);
        tool_status(t, t->err.status);
    }
    tool_took(t, counts.messages);
    tool_stat(t, "ticks", (double)counts.ticks);
    tool_stat(t, "gaps", (double)counts.gaps);
    tool_stat(t, "connections", (double)counts.connections);
    return last;
}

static int64_t run_files(struct tool *t, const struct vol_source_facts *facts)
{
    struct vol_import_config config = {
        .paths = t->operand + 1,
        .n_paths = t->n_operands - 1,
        .since = INT64_MIN,
        .until = INT64_MAX,
        .files = {.layouts = layouts,
                  .n_layouts = n_layouts,
                  .facts = facts,
                  .options = {.symbol = symbol, .has_ts = ts_text != NULL, .spot = spot},
                  .max_line = tool_max_line(t),
                  .stop = tool_stop_flag(),
                  .before_wait = tool_before_wait,
                  .wait_data = t}};
    struct vol_import *import = NULL;
    uint64_t n_rows, n_outside;
    size_t n_files;
    int64_t last = INT64_MIN;

    if (ts_text)
        config.files.options.ts = parse_time(t, "ts", ts_text, false, false);
    if (since_text)
        config.since = parse_time(t, "since", since_text, true, false);
    if (until_text)
        config.until = parse_time(t, "until", until_text, true, true);
    if (vol_import_new(&import, &config, &t->err) != VOL_OK)
        tool_die_err(t);
    import_all(t, import, &last);
    vol_import_counts(import, &n_rows, &n_outside, &n_files);
    tool_took(t, n_rows);
    tool_stat(t, "outside", (double)n_outside);
    vol_import_free(import);
    return last;
}

static void close_stream(struct tool *t, int64_t last)
{
    if (last != INT64_MIN) {
        tool_seal(t, "vfetch", last);
    } else if (!tool_stopping(t)) {
        /* No record, no instant that an `end` could have. */
        tool_warn(t, "no records: the stream is not sealed");
        tool_status(t, VOL_ENOINPUT);
    }
}

/* An option that would do nothing is a mistake. */
static void check_options(struct tool *t, bool files, bool keeps)
{
    if (files && (base_url || record_dir || replay_dir || key_file))
        tool_die(t, VOL_EUSAGE, "--base-url, --record, --replay and --key-file are for sources");
    if (!files && (layout_name || symbol || ts_text || spot >= 0))
        tool_die(t, VOL_EUSAGE, "--layout, --symbol, --ts and --spot are for files");
    if (keeps ? !archive_dir || seal : archive_dir || (resume && !record_dir))
        tool_die(t, VOL_EUSAGE,
                 keeps ? "snapshot wants --archive DIR, and no --seal"
                       : "--archive is for snapshot, --resume for --record DIR");
}

int main(int argc, char **argv)
{
    struct tool t = {.info = &info, .options = options, .no_input = true};
    struct vol_source_facts facts = {0};
    const char *command;
    int64_t last;

    tool_start(&t, argc, argv);
    if (t.n_operands == 0)
        tool_die(&t, VOL_EUSAGE, "expected a subcommand or a source; try vfetch --help");
    command = t.operand[0];
    if (strcmp(command, "sources") == 0) {
        list_sources(&t);
        return tool_finish(&t);
    }
    load_layouts(&t);
    if (strcmp(command, "layouts") == 0) {
        list_layouts(&t);
        return tool_finish(&t);
    }
    check_options(&t, strcmp(command, "file") == 0, strcmp(command, "snapshot") == 0);
    if (vol_source_facts_load(&facts, VOLPIPE_PREFIX "/share/volpipe", &t.err) != VOL_OK)
        tool_die_err(&t);
    if (strcmp(command, "file") == 0)
        last = run_files(&t, &facts);
    else if (t.n_operands > 1 && strcmp(t.operand[1], "stream") == 0 && vol_stream_vendor_find(command))
        last = run_stream(&t, &facts);
    else
        last = run_source(&t, &facts);
    if (seal)
        close_stream(&t, last);
    vol_source_facts_free(&facts);
    for (size_t i = 0; i < n_layouts; i++)
        vol_layout_free(&layouts[i]);
    return tool_finish(&t);
}
