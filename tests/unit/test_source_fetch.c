/* A run of an adapter, its answers from a recording: pages, refusals, circles, other hosts, and that a
 * failure leaves no record; the archive by day; the words of the progress bar. */
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"
#include "net/clock.h"
#include "net/http.h"
#include "net/tape.h"
#include "net/url.h"
#include "source/archive.h"
#include "source/fetch.h"
#include "source/progress.h"

static char dir[] = "/tmp/volpipe-fetch.XXXXXX";
static struct vol_source_facts facts;
static int n_tapes;

static const struct vol_adapter_what whats[] = {{"bars", "SYMBOL...", "bar", "closes", true}, {0}};

/* Each page is lines: a close, or an address to go on with. */
static enum vol_status fetch(const struct vol_query *query, struct vol_feed *feed, struct vol_gather *out,
                             struct vol_error *err)
{
    char next[256];
    enum vol_status status = VOL_OK;

    snprintf(next, sizeof next, "/%s", query->symbols[0]);
    while (status == VOL_OK && next[0]) {
        struct vol_feed_answer answer;
        struct vol_feed_request request = {.url = next, .any_status = strcmp(next, "/any") == 0};
        char *end;
        double x;

        if ((status = vol_feed_get(feed, &request, &answer, err)) != VOL_OK)
            return status;
        next[0] = '\0';
        x = strtod(answer.body, &end);
        vol_gather_received(out, answer.received);
        vol_gather_begin(out, "bar", query->now);
        vol_gather_str(out, "symbol", query->symbols[0]);
        vol_gather_num(out, "close", answer.status == 200 ? x : -1);
        status = vol_gather_end(out, err);
        if (*end == ' ')
            snprintf(next, sizeof next, "%s", end + 1);
        else if (*end)
            status = vol_feed_blame(&answer, vol_error_set(err, VOL_EPROTOCOL, "no close"), err);
    }
    return status;
}

static enum vol_status refused(long http, const char *body, size_t n, char words[VOL_REFUSED_WORDS_MAX])
{
    (void)body;
    snprintf(words, VOL_REFUSED_WORDS_MAX, "%zu bytes\n", n);
    return http == 400 ? VOL_EUSAGE : VOL_OK;
}

static struct vol_adapter adapter = {.name = "test",
                                     .summary = "closes of a test",
                                     .access = "here only",
                                     .keys = {{"TEST_KEY", true}},
                                     .base = "https://api.test",
                                     .hosts = {"https://files.test"},
                                     .whats = whats,
                                     .fetch = fetch};

struct page {
    const char *url, *body;
    long status;
};

/* Run `test bars SYMBOL` on PAGES. */
static enum vol_status run(const char *symbol, const struct page *pages, struct vol_gather **out,
                           struct vol_error *err)
{
    struct vol_tape_run at = {1800000000 * VOL_SECOND, true};
    char path[128], words[64], name[64];
    char *symbols[] = {name};
    struct vol_fetch_config config = {.adapter = &adapter,
                                      .query = {.what = whats,
                                                .symbols = symbols,
                                                .n_symbols = 1,
                                                .facts = &facts,
                                                .since = INT64_MIN,
                                                .until = INT64_MAX},
                                      .http = {.timeout = 5, .replay_dir = path}};
    struct vol_tape *tape = NULL;

    snprintf(path, sizeof path, "%s/tape%d", dir, n_tapes++);
    snprintf(words, sizeof words, "test bars %s", symbol);
    snprintf(name, sizeof name, "%s", symbol);
    UNIT(vol_tape_record(&tape, path, words, false, &at, NULL) == VOL_OK);
    for (; pages->url; pages++) {
        struct vol_tape_answer a;

        vol_tape_answer_init(&a);
        UNIT(vol_buf_add_str(&a.url, pages->url) == VOL_OK &&
             vol_buf_add_str(&a.body, pages->body) == VOL_OK);
        a.status = pages->status;
        a.final = true;
        a.received = at.begun + VOL_SECOND;
        UNIT(vol_tape_add(tape, &a, NULL) == VOL_OK);
        vol_tape_answer_free(&a);
    }
    vol_tape_free(tape);
    *out = NULL;
    err->text[0] = '\0';
    return vol_fetch_run(&config, out, NULL, err);
}

static void test_good(void)
{
    struct vol_gather *g;
    struct vol_gather_item item;
    struct vol_error err = {0};
    char line[400];

    UNIT(run("A",
             (struct page[]){{"https://api.test/A", "1.5 /B", 200},
                             {"https://api.test/B", "2.5 https://api.test/C?x=1", 200},
                             {"https://api.test/C?x=1", "3.5 https://files.test/D", 200},
                             {"https://files.test/D", "4.5", 200},
                             {0}},
             &g, &err) == VOL_OK);
    UNIT(vol_gather_item(g, 3, &item) && !vol_gather_item(g, 4, &item));
    vol_gather_item(g, 0, &item);
    snprintf(line, sizeof line, "%.*s", (int)item.line.len, item.line.bytes);
    UNIT_STR(line, "{\"kind\":\"bar\",\"ts\":\"2027-01-15T08:00:00Z\",\"symbol\":\"A\",\"close\":1.5,"
                   "\"received\":\"2027-01-15T08:00:01Z\",\"source\":\"test\"}");
    vol_gather_free(g);
    UNIT(run("any", (struct page[]){{"https://api.test/any", "", 404}, {0}}, &g, &err) == VOL_OK);
    vol_gather_free(g);
}

static void test_bad(void)
{
    static const struct {
        struct page pages[3];
        enum vol_status status;
        const char *words;
    } cases[] = {
        {{{"https://api.test/A", "1 /B", 200}, {"https://api.test/B", "2 /A", 200}},
         VOL_EPROTOCOL,
         "api.test/A: sends us back to a page that we have had"},
        {{{"https://api.test/A", "1 https://evil.test/B", 200}},
         VOL_EPROTOCOL,
         "api.test: sends us to another host, evil.test"},
        {{{"https://api.test/A", "1 http://api.test/B", 200}}, VOL_EPROTOCOL, "another host"},
        {{{"https://api.test/A", "1 https://api.test.evil.test/B", 200}}, VOL_EPROTOCOL, "another host"},
        {{{"https://api.test/A", "1 //evil", 200}}, VOL_ENOINPUT, "has no answer to this"},
        {{{"https://api.test/A", "1 javascript:x", 200}}, VOL_EPROTOCOL, "no address"},
        {{{"https://api.test/A", "1x", 200}}, VOL_EPROTOCOL, "api.test/A: no close"},
        {{{"https://api.test/A", " <html>", 200}}, VOL_EPROTOCOL, "expected JSON, got HTML"},
        {{{"https://api.test/A", " \n", 200}}, VOL_EPROTOCOL, "an empty answer"},
        {{{"https://api.test/A", "", 401}}, VOL_EPERM, "HTTP status 401"},
        {{{"https://api.test/A", "{\"error\":{\"message\":\"no\\u001b[31mkey\"}}", 403}},
         VOL_EPERM,
         "403: no?[31mkey"},
        {{{"https://api.test/A", "{\"error\":\"gone\"}", 404}}, VOL_ENOINPUT, "HTTP status 404: gone"},
        {{{"https://api.test/A", "{}", 451}}, VOL_EPROTOCOL, "HTTP status 451"},
    };
    struct vol_gather *g;
    struct vol_error err = {0};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (!UNIT(run("A", cases[i].pages, &g, &err) == cases[i].status && g == NULL))
            printf("    case %zu: %s\n", i, err.text);
        if (!UNIT(strstr(err.text, cases[i].words) != NULL))
            printf("    \"%s\" has no \"%s\"\n", err.text, cases[i].words);
    }
    adapter.refused = refused;
    UNIT(run("A", (struct page[]){{"https://api.test/A", "abc", 400}, {0}}, &g, &err) == VOL_EUSAGE);
    UNIT_STR(err.text, "api.test/A: HTTP status 400: 3 bytes?");
    UNIT(run("A", (struct page[]){{"https://api.test/A", "abc", 403}, {0}}, &g, &err) == VOL_EPERM);
    adapter.refused = NULL;
}

static void test_query(void)
{
    char *symbols[] = {"A", ".."};
    struct vol_query query = {.what = whats, .symbols = symbols, .n_symbols = 1};
    struct vol_adapter_what none = {"x", "", "bar", "", false}, maybe = {"x", "[SYMBOL]", "bar", "", false};
    struct vol_fetch_config config = {.adapter = &adapter, .query = query, .http = {.timeout = 1}};
    struct vol_gather *g = NULL;
    struct vol_error err = {0};
    struct vol_buf text = VOL_BUF_INIT;

    UNIT(vol_fetch_check(&query, NULL) == VOL_OK);
    query.n_symbols = 2;
    UNIT(vol_fetch_check(&query, NULL) == VOL_EUSAGE);
    query.n_symbols = 0;
    UNIT(vol_fetch_check(&query, NULL) == VOL_EUSAGE);
    query.what = &maybe;
    UNIT(vol_fetch_check(&query, NULL) == VOL_OK);
    query.what = &none;
    query.n_symbols = 1;
    UNIT(vol_fetch_check(&query, NULL) == VOL_EUSAGE);
    /* a key that must be there, before anything is asked */
    unsetenv("TEST_KEY");
    unsetenv("TEST_KEY_FILE");
    UNIT(vol_fetch_run(&config, &g, NULL, &err) == VOL_EPERM && g == NULL &&
         strstr(err.text, "TEST_KEY_FILE") != NULL);
    UNIT(vol_adapter_describe(&adapter, &text) == VOL_OK && strstr(text.data, "key: TEST_KEY\n") != NULL);
    vol_buf_free(&text);
    UNIT(vol_adapter_what_find(&adapter, "bars") == whats && vol_adapter_what_find(&adapter, "bar") == NULL);
}

/* The table is in the order of names, and each entry has what the page says. */
static void test_table(void)
{
    size_t n;
    const struct vol_adapter *const *table = vol_adapter_table(&n);
    struct vol_url url;

    for (size_t i = 0; i < n; i++) {
        const struct vol_adapter *a = table[i];

        UNIT(i == 0 || strcmp(table[i - 1]->name, a->name) < 0);
        UNIT(vol_adapter_find(a->name) == a && a->summary && a->access && a->fetch && a->whats[0].name &&
             a->rate > 0);
        UNIT(vol_url_parse(a->base, &url) == VOL_OK && url.https && url.path[0] == '\0');
        for (size_t k = 0; k < VOL_ADAPTER_HOSTS_MAX && a->hosts[k]; k++)
            UNIT(vol_url_parse(a->hosts[k], &url) == VOL_OK && url.https);
        for (const struct vol_adapter_what *w = a->whats; w->name; w++)
            UNIT(w->operands && w->help && vol_kind_find(w->kind, strlen(w->kind)) != NULL);
    }
    UNIT(vol_adapter_find("nowhere") == NULL);
}

static int n_wrote;

static void wrote(void *data, const char *path)
{
    (void)data;
    n_wrote += access(path, R_OK) == 0;
}

static struct vol_gather *two_days(double close)
{
    struct vol_gather_config config = {"test", &facts, INT64_MIN, INT64_MAX};
    struct vol_gather *g = NULL;

    UNIT(vol_gather_new(&g, &config, NULL) == VOL_OK);
    for (int64_t day = 20000; day < 20002; day++) {
        vol_gather_received(g, vol_clock_now()); /* another one each time */
        vol_gather_begin(g, "bar", day * VOL_DAY + 3600 * VOL_SECOND);
        vol_gather_str(g, "symbol", "A/B");
        vol_gather_num(g, "close", close + (double)(day - 20000));
        UNIT(vol_gather_end(g, NULL) == VOL_OK);
    }
    UNIT(vol_gather_finish(g, NULL) == VOL_OK);
    return g;
}

static void test_archive(void)
{
    char path[256], *symbols[] = {"A/B", "../.."}, *other[] = {"A"};
    struct vol_archive a = {dir, "test", "bars", symbols, 2};
    struct vol_archive_counts counts;
    struct vol_gather *g = two_days(1);
    struct vol_buf text = VOL_BUF_INIT;
    int32_t last = 0;

    UNIT(vol_archive_last(&a, &last, NULL) == VOL_NO);
    UNIT(vol_archive_put(&a, g, wrote, NULL, &counts, NULL) == VOL_OK);
    UNIT(counts.written == 2 && counts.kept == 0 && counts.revised == 0 && n_wrote == 2);
    snprintf(path, sizeof path, "%s/test/bars/2024-10-05/A%%2FB+..%%2F..-010000Z.ndjson", dir);
    UNIT(vol_file_read(path, 10000, &text, NULL) == VOL_OK && strstr(text.data, "\"close\":2,") != NULL);
    UNIT(text.len > 0 && text.data[text.len - 1] == '\n');
    vol_gather_free(g);
    g = two_days(1);
    UNIT(vol_archive_put(&a, g, NULL, NULL, &counts, NULL) == VOL_OK && counts.written == 0 &&
         counts.kept == 2);
    vol_gather_free(g);
    g = two_days(7);
    for (int i = 0; i < 2; i++) {
        UNIT(vol_archive_put(&a, g, NULL, NULL, &counts, NULL) == VOL_OK);
        UNIT(i == 0 ? counts.written == 2 && counts.revised == 2 : counts.written == 0 && counts.kept == 2);
    }
    vol_gather_free(g);
    vol_buf_clear(&text);
    UNIT(vol_file_read(path, 10000, &text, NULL) == VOL_OK && strstr(text.data, "\"close\":2,") != NULL);
    UNIT(vol_archive_last(&a, &last, NULL) == VOL_OK && last == 20001);
    a.symbols = other;
    a.n_symbols = 1;
    UNIT(vol_archive_last(&a, &last, NULL) == VOL_NO);
    vol_buf_free(&text);
}

static void test_create(void)
{
    char path[128];
    struct vol_buf text = VOL_BUF_INIT;

    snprintf(path, sizeof path, "%s/created", dir);
    UNIT(vol_file_create(path, "one", 3, NULL) == VOL_OK && vol_file_create(path, "two", 3, NULL) == VOL_NO);
    UNIT(vol_file_read(path, 10, &text, NULL) == VOL_OK);
    UNIT_STR(text.data, "one");
    UNIT(vol_file_create("/nowhere/x", "one", 3, NULL) == VOL_ECREATE);
    vol_buf_free(&text);
}

static void test_progress(void)
{
    struct vol_progress bar = {0};
    struct vol_progress_state state = {
        .rows = 1200, .bytes = 2500000, .done = 5, .asked = 20, .part = "answers"};
    char line[VOL_PROGRESS_MAX];
    int64_t now = VOL_SECOND;

    UNIT(!vol_progress_line(&bar, now, &state, line));
    UNIT(!vol_progress_line(&bar, now + VOL_SECOND / 3, &state, line) && !bar.drawn);
    UNIT(vol_progress_line(&bar, now + 10 * VOL_SECOND, &state, line) && bar.drawn);
    UNIT_STR(line, "[#####...............] 5 of 20 answers, 1200 rows, 2.5 MB, about 30 s to go");
    UNIT(!vol_progress_line(&bar, now + 10 * VOL_SECOND + 1, &state, line));
    state = (struct vol_progress_state){
        .rows = UINT64_MAX, .bytes = UINT64_MAX, .done = 1, .asked = UINT64_MAX, .part = "answers"};
    UNIT(vol_progress_line(&bar, now + 20 * VOL_SECOND, &state, line));
    state = (struct vol_progress_state){.rows = 3, .part = "files"};
    UNIT(vol_progress_line(&bar, now + 30 * VOL_SECOND, &state, line));
    UNIT_STR(line, "[....................] 0 of 0 files, 3 rows");
}

int main(void)
{
    char clean[64];

    if (!UNIT(mkdtemp(dir) != NULL))
        return unit_done("source/fetch");
    UNIT(vol_calendar_load("share/calendars/us-options.csv", &facts.markets, NULL) == VOL_OK);
    UNIT(vol_contracts_load("share/contracts/options.csv", &facts.contracts, NULL) == VOL_OK);
    test_good();
    test_bad();
    test_query();
    test_table();
    test_archive();
    test_create();
    test_progress();
    vol_calendar_free(&facts.markets);
    vol_contracts_free(&facts.contracts);
    snprintf(clean, sizeof clean, "rm -rf %s", dir);
    UNIT(system(clean) == 0);
    return unit_done("source/fetch");
}
