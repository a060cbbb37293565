/* Records out of lines: the words of each refusal, both paths alike, CSV cells as values, several inputs as
 * one. */
#include "record/reader.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/buf.h"
#include "record/rec.h"
#include "stream.h"

enum { BID = VOL_W_OWN, STRIKE, OPTION_TYPE, INVERSE, QUOTES, FLAGS, MID, NOTE, RECORD, N_ALL };

static const struct vol_want wants[] = {{"bid", false},     {"strike", false}, {"option_type", false},
                                        {"inverse", false}, {"quotes", false}, {"flags", true},
                                        {"mid", true},      {"note", false},   {"record", false}};
static struct vol_reader_config config = {.wants = wants, .n_wants = N_ALL - VOL_W_OWN};
static struct vol_error err;
/* Filled with rubbish before each use: a reader must not look at what the caller's record holds. */
static struct vol_rec rec;

static struct vol_reader *open_paths(char **paths, size_t n)
{
    struct vol_reader *reader;

    memset(&rec, 0xa5, sizeof rec);
    UNIT(vol_reader_new(&reader, &config, paths, n, &err) == VOL_OK);
    return reader;
}

/* The first record of TEXT; the words of the refusal without the file's name, "" for a good one, "end" for
 * none. */
static const char *first(const char *text, size_t n)
{
    static char words[600];
    struct stream s = stream_file(text, n);
    char *paths[] = {s.path};
    struct vol_reader *reader = open_paths(paths, 1);
    enum vol_status status = vol_reader_next(reader, &rec, &err);

    snprintf(words, sizeof words, "%s",
             status == VOL_END                                ? "end"
             : status == VOL_OK                               ? ""
             : strncmp(err.text, s.path, strlen(s.path)) == 0 ? err.text + strlen(s.path)
                                                              : err.text);
    vol_reader_free(reader);
    stream_end(&s);
    return words;
}

#define TS  "\"ts\":\"2019-04-26T20:15:00Z\""
#define Q   "{\"kind\":\"quote\"," TS
#define CSV "kind,ts,bid,strike,inverse,quotes,note\n"
#define ROW "quote,2019-04-26T20:15:00Z,"

static void test_words(void)
{
    static const char instant[] = "an RFC 3339 instant";
    static const struct {
        const char *text, *words;
    } cases[] = {
        {Q "}", ""},
        {"{\"kind\":\"zzz\"," TS ",\"bid\":\"x\"}", ""},
        {"\n\n" Q ",\"bid\":\"x\"}", ":3: bid: not a number: \"x\""},
        {Q ",\"bid\":true}", ":1: bid: not a number: true"},
        {Q ",\"bid\":[1]}", ":1: bid: not a number: [1]"},
        {Q ",\"bid\":null}", ""},
        {Q ",\"option_type\":7}", ":1: option_type: not a string: 7"},
        {Q ",\"inverse\":1}", ":1: inverse: not true or false: 1"},
        {"{\"kind\":\"snap\"," TS ",\"quotes\":1.5}", ":1: quotes: not a whole number: 1.5"},
        {"{\"kind\":\"snap\"," TS ",\"quotes\":2e3}", ""},
        {"{\"kind\":\"reject\"," TS ",\"record\":\"x\"}", ":1: record: not an object or array: \"x\""},
        {"{\"kind\":\"reject\"," TS ",\"record\":{\"a\":[]}}", ""},
        {"{" TS "}", ":1: kind: missing: expected a string"},
        {"{\"kind\":\"\"," TS "}", ":1: kind: not a string: \"\""},
        {"{\"kind\":null," TS "}", ":1: kind: not a string: null"},
        {"{\"kind\":1," TS "}", ":1: kind: not a string: 1"},
        {"{\"kind\":{}," TS "}", ":1: kind: not a string: {}"},
        {"{\"kind\":\"quote\"}", ":1: ts: missing"},
        {"{\"kind\":\"quote\",\"ts\":\"\"}", ":1: ts: not"},
        {"{\"kind\":\"quote\",\"ts\":1556309700}", ":1: ts: not"},
        {"{\"kind\":\"quote\",\"ts\":\"2019-04-26\"}", ":1: ts: not"},
        {"{\"kind\":\"quote\",\"ts\":\"2019-02-29T00:00:00Z\"}", ":1: ts: not"},
        {"{\"kind\":\"quote\",\"ts\":null}", ":1: ts: not"},
        {"[1]", ":1: not a record: expected an object"},
        {"[" Q "}]", ":1: not a record: expected an object"},
        {"{}", ":1: kind: missing"},
        {Q ",\"a\":1,\"a\":2}", ":1: not JSON: duplicate object key"},
        {Q ",\"a\":{\"b\":1,\"b\":2}}", ":1: not JSON: duplicate object key"},
        {Q ",\"a\":1,\"\\u0061\":2}", ":1: not JSON: duplicate object key"},
        {Q, ":1: not JSON: "},
        {Q ",\"a\":1e400}", ":1: not JSON: real number overflow"},
        {Q "}{}", ":1: not JSON: "},
        {"", "end"},
        {" \r\n\n\t", "end"},
        {"kind\nquote\n", ":1: header: no column \"ts\""},
        {"\nkind,ts,kind\n", ":2: header: column \"kind\" stands there twice"},
        {CSV ROW "x,1,,,\n", ":2: bid: not a number: \"x\""},
        {CSV ROW "1e400,1,,,\n", ":2: bid: number out of range: \"1e400\""},
        {CSV ROW "nan,1,,,\n", ":2: bid: not a number: \"nan\""},
        {CSV ROW "0x10,1,,,\n", ":2: bid: not a number: \"0x10\""},
        {CSV ROW "1 ,1,,,\n", ":2: bid: not a number: \"1 \""},
        {CSV ROW "1,1,maybe,,\n", ":2: inverse: not true or false: \"maybe\""},
        {CSV ROW "1,1,\"\",,\n", ""},
        {CSV ROW "1,1\n", ":2: 4 cells, expected 7 as in the header"},
        {CSV ROW "1,1,,,,,\n", ":2: 9 cells, expected 7 as in the header"},
        {CSV "\n" ROW "1,1,,,\"a\nb\"x\n", ":3: not CSV: "},
        {CSV "\n" ROW "1,1,,,\"a\nb\nc", ":3: not CSV: a quoted cell is not closed"},
        {CSV ROW "1,1,,,caf\xe9\n", ":2: not UTF-8"},
        {CSV ROW "1,1,,,\"caf\xe9\"\n", ":2: not UTF-8"},
        {CSV "quote,,1,1,,,\n", ":2: ts: missing"},
        {CSV "quote,\"\",1,1,,,\n", ":2: ts: missing"},
        {CSV ",2019-04-26T20:15:00Z,1,1,,,\n", ":2: kind: missing"},
        {CSV "\"\",2019-04-26T20:15:00Z,1,1,,,\n", ":2: kind: not a string: \"\""},
        {CSV, "end"},
        {"ts,bid\n2019-04-26T20:15:00Z,x\n", ":2: bid: not a number: \"x\""},
    };
    size_t i;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *got = first(cases[i].text, strlen(cases[i].text)), *expected = cases[i].words;
        size_t n = strlen(expected);

        /* The beginning of the words, or all of them when they are none. */
        if (!UNIT(strncmp(got, expected, n) == 0 && (n > 0 || got[0] == '\0')))
            printf("    got      \"%s\"\n    expected \"%s\"\n", got, expected);
    }
    UNIT(strstr(first("{\"kind\":\"a\",\"ts\":1}", 19), instant) != NULL);
    UNIT(strstr(first("{\"kind\":\"a\",\"ts\":\"1\0\"}", 23), "not JSON: a NUL byte") != NULL);
    UNIT_STR(first("\xef\xbb\xbf" Q "}", strlen(Q "}") + 3), "");
    UNIT_STR(first("\xef\xbb\xbf" CSV ROW ",1,,,\n", strlen(CSV ROW ",1,,,\n") + 3), "");
}

/* ---- both paths alike */

static json_t *edited(const struct vol_rec *r)
{
    struct vol_buf out = VOL_BUF_INIT;
    size_t at = 0, i;
    json_t *json;

    for (i = 0; i < r->line.n_cuts; i++) {
        vol_buf_add(&out, r->line.bytes + at, r->line.cuts[i][0] - at);
        at = r->line.cuts[i][1];
    }
    vol_buf_add(&out, r->line.bytes + at, r->line.len - at);
    json = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, NULL);
    vol_buf_free(&out);
    return json;
}

static void same_values(const struct vol_value *a, const struct vol_value *b, const char *text)
{
    size_t w;

    for (w = 0; w < N_ALL; w++)
        if (!UNIT(a[w].type == b[w].type && a[w].len == b[w].len &&
                  memcmp(a[w].text, b[w].text, a[w].len) == 0 &&
                  (a[w].type == VOL_NUMBER ? memcmp(&a[w].num, &b[w].num, sizeof a[w].num) == 0
                                           : isnan(a[w].num) && isnan(b[w].num))))
            printf("    want %zu of %s\n", w, text);
}

/* Each line as it stands, and with a member that makes it slow: same values, same record when edited. */
static void test_paths(void)
{
    static const char *const members[] = {
        "\"bid\":1.5,\"strike\":3000,\"option_type\":\"C\",\"note\":\"x\"",
        "\"bid\":-0,\"strike\":0.1,\"note\":\"\"",
        "\"bid\":9223372036854775808,\"strike\":-9223372036854775809",
        "\"bid\":1.7976931348623157e308,\"strike\":4.9406564584124654e-324,\"mid\":2.2250738585072011e-308",
        ("\"bid\":123456789012345678901234567890,\"strike\":0."
         "1000000000000000055511151231257827021181583404541015625"),
        "\"bid\":1e-400,\"strike\":-1e-400",
        "\"bid\":null,\"strike\":null,\"note\":null,\"flags\":null",
        "\"inverse\":true,\"note\":false",
        "\"flags\":\"a,b\",\"mid\":1",
        "\"flags\":\"a\",\"x\":1,\"mid\":1 , \"y\" : 2",
        "\"mid\":1,\"flags\":\"a\",\"note\":\"tail\"",
        "\"x\":\"with blanks and: {[,]}\",\"mid\":3",
        "\"note\":12.50,\"unread\":1e5,\"mid\":7",
    };
    size_t i, w;

    for (i = 0; i < sizeof members / sizeof members[0]; i++) {
        char text[3000];
        struct vol_value fast[N_ALL];
        char copies[N_ALL][200];
        json_t *one, *two;
        struct stream s;
        struct vol_reader *reader;
        char *paths[1];
        uint64_t n_slow, n_lines;

        /* The third line is read along the layout of the first. */
        snprintf(text, sizeof text, Q ",%s}\n" Q ",\"\\u005f\":0,%s}\n" Q ",%s}\n", members[i], members[i],
                 members[i]);
        s = stream_file(text, strlen(text));
        paths[0] = s.path;
        reader = open_paths(paths, 1);
        UNIT(vol_reader_next(reader, &rec, &err) == VOL_OK);
        for (w = 0; w < N_ALL; w++) {
            fast[w] = rec.value[w];
            memcpy(copies[w], fast[w].text, fast[w].len);
            fast[w].text = copies[w];
        }
        one = edited(&rec);
        UNIT(vol_reader_next(reader, &rec, &err) == VOL_OK);
        same_values(fast, rec.value, members[i]);
        two = edited(&rec);
        UNIT(two != NULL && json_object_del(two, "_") == 0 && json_equal(one, two));
        UNIT(json_object_get(one, "mid") == NULL && json_object_get(one, "flags") == NULL);
        UNIT(vol_reader_next(reader, &rec, &err) == VOL_OK);
        same_values(fast, rec.value, members[i]);
        json_decref(two);
        two = edited(&rec);
        UNIT(json_equal(one, two));
        vol_reader_counts(reader, &n_slow, &n_lines);
        UNIT(n_lines == 3 && n_slow >= 1);
        json_decref(one);
        json_decref(two);
        vol_reader_free(reader);
        stream_end(&s);
    }
}

static void test_escapes(void)
{
    static const char text[] =
        "{\"k\\u0069nd\":\"quo\\u0074e\",\"ts\":\"2019-04-26T20:15:00\\u005a\",\"b\\u0069d\":2,"
        "\"note\":\"a\\n\\\"\\u00e9\\u0000\\ud83d\\ude00\",\"fl\\u0061gs\":\"old\",\"option_type\":"
        "\"\\u0043\"}";

    UNIT_STR(first(text, sizeof text - 1), "");
    /* `first` has freed the reader: only what needs none of its memory may be looked at. */
    UNIT(rec.kind != NULL && strcmp(rec.kind->name, "quote") == 0 && rec.ts == INT64_C(1556309700000000000));
    UNIT(rec.value[BID].num > 1.9 && rec.value[BID].num < 2.1);
    UNIT(rec.value[NOTE].type == VOL_STRING && rec.value[NOTE].len == 10 && rec.value[OPTION_TYPE].len == 1);
    UNIT(rec.line.n_cuts == 1);
}

/* ---- the stream */

/* Everything that comes: the kind of a good record (lower case when out of order), or its status. */
static const char *outline(char **paths, size_t n)
{
    static struct vol_buf out = VOL_BUF_INIT;
    struct vol_reader *reader = open_paths(paths, n);
    enum vol_status status;

    vol_buf_clear(&out);
    while ((status = vol_reader_next(reader, &rec, &err)) != VOL_END) {
        if (status == VOL_OK)
            vol_buf_addf(&out, "%s%s@%llu ",
                         rec.in_order ? "" : "late:", rec.kind != NULL ? rec.kind->name : "?",
                         (unsigned long long)rec.line_no);
        else
            vol_buf_addf(&out, "%d ", (int)status);
    }
    UNIT(vol_reader_next(reader, &rec, &err) == VOL_END);
    vol_reader_free(reader);
    return out.data;
}

static const char stream_text[] =
    "{\"kind\":\"bar\",\"ts\":\"2019-04-26T10:00:00Z\"}\r\n"
    "{\"kind\":\"quote\",\"ts\":\"2019-04-26T20:00:00Z\",\"bid\":\"bad\"}\n" /* a bad record moves no clock */
    "{\"kind\":\"own\",\"ts\":\"2019-04-26T11:00:00Z\"}\n"
    "\n"
    "{\"kind\":\"snap\",\"ts\":\"2019-04-26T10:59:59.999999999Z\"}\n"
    "{\"kind\":\"snap\",\"ts\":\"2019-04-26T13:00:00+02:00\"}\n"
    "{\"kind\":\"rate\",\"ts\":\"2019-04-26T12:00:00Z\"}";
static const char stream_outline[] = "bar@1 65 ?@3 late:snap@5 snap@6 rate@7 ";

static void test_stream(void)
{
    static const char csv_text[] = "ts,bid\n\n2019-04-26T13:00:00Z,1\n2019-04-26T13:00:00Z,\"2\"\n";
    static const char dup_text[] = "ts,bid,bid\n2019-04-26T13:00:00Z,1,2\n";
    struct stream s = stream_file(stream_text, sizeof stream_text - 1), csv, dup;
    char *one[] = {s.path}, *missing[] = {s.path, (char *)"/no/such/file", s.path}, *mixed[3];
    size_t piece;

    UNIT_STR(outline(one, 1), stream_outline);
    UNIT_STR(
        outline(missing, 3),
        "bar@1 65 ?@3 late:snap@5 snap@6 rate@7 66 late:bar@1 65 late:?@3 late:snap@5 late:snap@6 rate@7 ");
    for (piece = 1; piece < 60; piece += 29) {
        struct stream p = stream_pipe(stream_text, sizeof stream_text - 1, piece);

        one[0] = p.path;
        UNIT_STR(outline(one, 1), stream_outline);
        stream_end(&p);
    }
    /* Formats may change from file to file; a header that is refused takes its file with it. */
    csv = stream_file(csv_text, sizeof csv_text - 1);
    dup = stream_file(dup_text, sizeof dup_text - 1);
    mixed[0] = s.path;
    mixed[1] = dup.path;
    mixed[2] = csv.path;
    UNIT_STR(outline(mixed, 3), "bar@1 65 ?@3 late:snap@5 snap@6 rate@7 65 quote@3 quote@4 ");
    stream_end(&s);
    stream_end(&csv);
    stream_end(&dup);
}

static void test_csv_values(void)
{
    static const char text[] = CSV ROW "+1.50,007,true,,\n" ROW "\".5\",\"1e3\",false,,\"\"\n" ROW
                                       ",\"\",,,\"a,\"\"b\"\"\nc\"\n" ROW "-0,5.,,,plain\n";
    struct stream s = stream_file(text, sizeof text - 1);
    char *paths[] = {s.path};
    struct vol_reader *reader = open_paths(paths, 1);
    uint64_t n_slow, n_lines;

    UNIT(vol_reader_next(reader, &rec, &err) == VOL_OK && rec.line.format == VOL_CSV && rec.line_no == 2);
    UNIT_NEAR(rec.value[BID].num, 1.5, 0);
    UNIT_NEAR(rec.value[STRIKE].num, 7, 0);
    UNIT(rec.value[INVERSE].type == VOL_TRUE && rec.value[NOTE].type == VOL_ABSENT);
    UNIT(rec.value[FLAGS].type == VOL_ABSENT && rec.value[QUOTES].type == VOL_ABSENT);
    UNIT(vol_reader_next(reader, &rec, &err) == VOL_OK);
    UNIT_NEAR(rec.value[BID].num, 0.5, 0);
    UNIT_NEAR(rec.value[STRIKE].num, 1000, 0);
    UNIT(rec.value[INVERSE].type == VOL_FALSE && rec.value[NOTE].type == VOL_STRING &&
         rec.value[NOTE].len == 0);
    UNIT(vol_reader_next(reader, &rec, &err) == VOL_OK && rec.line_no == 4);
    UNIT(rec.value[BID].type == VOL_ABSENT && rec.value[STRIKE].type == VOL_ABSENT);
    UNIT(vol_value_is(&rec.value[NOTE], "a,\"b\"\nc"));
    UNIT(vol_reader_next(reader, &rec, &err) == VOL_OK && rec.line_no == 6);
    UNIT(signbit(rec.value[BID].num) != 0 && vol_rec_is(&rec, "quote") && !vol_rec_is(&rec, "quot"));
    UNIT_NEAR(rec.value[STRIKE].num, 5, 0);
    UNIT(vol_reader_next(reader, &rec, &err) == VOL_END);
    vol_reader_counts(reader, &n_slow, &n_lines);
    UNIT(n_slow == 2 && n_lines == 4);
    vol_reader_free(reader);
    stream_end(&s);
}

static void test_limits(void)
{
    struct vol_want many[VOL_WANT_MAX];
    struct vol_reader_config wide = {.wants = many, .n_wants = VOL_WANT_MAX - VOL_W_OWN};
    struct vol_reader *reader;
    struct vol_buf text = VOL_BUF_INIT;
    struct stream s;
    char *paths[1], names[VOL_WANT_MAX][8];
    size_t i;

    for (i = 0; i < VOL_WANT_MAX; i++) {
        snprintf(names[i], sizeof names[i], "w%zu", i);
        many[i] = (struct vol_want){names[i], true};
    }
    /* As many wants as there may be, but more owned members on a line than there is room for cuts. */
    vol_buf_add_str(&text, Q);
    for (i = 0; i < wide.n_wants; i++) {
        if (i == VOL_CUT_MAX)
            vol_buf_add_str(&text, "}\n" Q);
        vol_buf_addf(&text, ",\"w%zu\":%zu", i, i);
    }
    vol_buf_add_str(&text, "}\n" Q);
    for (i = 0; i <= VOL_CUT_MAX; i++)
        vol_buf_addf(&text, ",\"w%zu\":%zu", i, i);
    vol_buf_add_str(&text, "}\n");
    s = stream_file(text.data, text.len);
    paths[0] = s.path;
    UNIT(vol_reader_new(&reader, &wide, paths, 1, &err) == VOL_OK);
    UNIT(vol_reader_next(reader, &rec, &err) == VOL_OK && rec.line.n_cuts == VOL_CUT_MAX);
    UNIT(vol_reader_next(reader, &rec, &err) == VOL_OK && rec.line.n_cuts == wide.n_wants - VOL_CUT_MAX);
    UNIT(vol_reader_next(reader, &rec, &err) == VOL_EDATA && strstr(err.text, "too many fields") != NULL);
    vol_reader_free(reader);
    stream_end(&s);
    vol_buf_free(&text);
    wide.n_wants++;
    UNIT(vol_reader_new(&reader, &wide, paths, 1, &err) == VOL_EUSAGE);
}

static void test_stop(void)
{
    struct stream s = stream_file(stream_text, sizeof stream_text - 1);
    char *paths[] = {s.path};
    struct vol_reader *reader = open_paths(paths, 1);

    UNIT(vol_reader_next(reader, &rec, &err) == VOL_OK);
    vol_reader_stop(reader);
    UNIT(vol_reader_next(reader, &rec, &err) == VOL_END);
    vol_reader_free(reader);
    stream_end(&s);
}

int main(void)
{
    test_words();
    test_paths();
    test_escapes();
    test_stream();
    test_csv_values();
    test_limits();
    test_stop();
    return unit_done("record/reader");
}
