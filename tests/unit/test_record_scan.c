/* The fast path by itself: layouts, cuts, numbers, and what it must leave to the slow one. */
#include "record/scan.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/num.h"
#include "record/input.h"
#include "unit.h"

enum { KIND, TS, BID, ASK, STRIKE, FLAGS, MID, N_WANTS };

static const struct vol_want wants[N_WANTS] = {{"kind", false}, {"ts", false},     {"bid", false},
                                               {"ask", false},  {"strike", false}, {"flags", true},
                                               {"mid", true}};

static struct vol_scan scan;
static struct vol_value value[N_WANTS];
static uint32_t cuts[VOL_CUT_MAX][2];
static uint16_t n_cuts;
static char *line; /* of the last try; values point into it */

/* Scan TEXT from memory that ends where the slack does, so that ASan sees what reads too far. */
static enum vol_status try(const char *text, size_t n)
{
    free(line);
    line = malloc(n + VOL_INPUT_SLACK);
    memcpy(line, text, n);
    memset(line + n, '\n', VOL_INPUT_SLACK);
    return vol_scan_line(&scan, line, n, value, cuts, &n_cuts);
}

static enum vol_status try_text(const char *text)
{
    return try(text, strlen(text));
}

/* The last line less its cuts. */
static const char *edited(void)
{
    static struct vol_buf out = VOL_BUF_INIT;
    size_t at = 0, i, n = (size_t)(strchr(line, '\n') - line);

    vol_buf_clear(&out);
    for (i = 0; i < n_cuts; i++) {
        vol_buf_add(&out, line + at, cuts[i][0] - at);
        at = cuts[i][1];
    }
    vol_buf_add(&out, line + at, n - at);
    return out.data;
}

static int is_text(const struct vol_value *v, enum vol_type type, const char *text)
{
    return v->type == type && v->len == strlen(text) && memcmp(v->text, text, v->len) == 0;
}

static void test_values(void)
{
    int again;

    vol_scan_init(&scan, wants, N_WANTS);
    /* The first round learns the layout, the second follows it. */
    for (again = 0; again < 2; again++) {
        UNIT(try_text("{\"kind\":\"quote\",\"ts\":\"t\",\"bid\":1.5,\"x\":[1]}") == VOL_NO);
        UNIT(try_text("{\"kind\":\"quote\",\"ts\":\"t\",\"bid\":1.5,\"ask\":null,\"strike\":true,\"x\":false,"
                      "\"y\":-1e-7}") == VOL_OK);
        UNIT(is_text(&value[KIND], VOL_STRING, "quote") && is_text(&value[TS], VOL_STRING, "t"));
        UNIT(is_text(&value[BID], VOL_NUMBER, "1.5") && !(value[BID].num < 1.5) && !(value[BID].num > 1.5));
        UNIT(is_text(&value[ASK], VOL_NULL, "null") && isnan(value[ASK].num));
        UNIT(is_text(&value[STRIKE], VOL_TRUE, "true") && isnan(value[STRIKE].num));
        UNIT(is_text(&value[FLAGS], VOL_ABSENT, "") && isnan(value[FLAGS].num) && n_cuts == 0);
    }
    UNIT(scan.n_layouts == 1);
    UNIT(try_text("{\"kind\":\"quote\",\"ts\":\"\",\"bid\":false,\"ask\":\"\",\"strike\":0}") == VOL_OK);
    UNIT(value[BID].type == VOL_FALSE && is_text(&value[ASK], VOL_STRING, "") &&
         is_text(&value[TS], VOL_STRING, ""));
    UNIT(scan.n_layouts == 1);
}

static void test_layouts(void)
{
    static const char full[] = "{\"kind\":\"q\",\"ts\":\"t\",\"bid\":1,\"ask\":2,\"strike\":3,\"mid\":4}";
    char text[200];
    int i;

    vol_scan_init(&scan, wants, N_WANTS);
    UNIT(try_text(full) == VOL_OK && scan.n_layouts == 1);
    /* Members that are missing, one or many, at any place but the first. */
    UNIT(try_text("{\"kind\":\"q\",\"ask\":2,\"mid\":4}") == VOL_OK && value[BID].type == VOL_ABSENT &&
         is_text(&value[ASK], VOL_NUMBER, "2"));
    UNIT(try_text("{\"kind\":\"q\"}") == VOL_OK && value[TS].type == VOL_ABSENT);
    UNIT(try_text("{\"kind\":\"q\" } ") == VOL_OK);
    UNIT(scan.n_layouts == 1);
    /* Another order, another spacing, a new member: layouts of their own. */
    UNIT(try_text("{\"ts\":\"t\",\"kind\":\"q\"}") == VOL_OK && scan.n_layouts == 2);
    UNIT(try_text("{ \"kind\" : \"q\" ,\t\"bid\"\r:  7 }") == VOL_OK && scan.n_layouts == 3);
    UNIT(is_text(&value[BID], VOL_NUMBER, "7"));
    UNIT(try_text("{\"kind\":\"q\",\"new\":1,\"bid\":8}") == VOL_OK && scan.n_layouts == 4);
    /* More layouts than there is room for: each line is still read right, and so is the first shape. */
    for (i = 0; i < 3 * VOL_SCAN_LAYOUTS; i++) {
        snprintf(text, sizeof text, "{\"kind\":\"q\",\"n%d\":\"x\",\"bid\":%d}", i, i);
        UNIT(try_text(text) == VOL_OK && value[BID].num >= i && value[BID].num <= i);
        UNIT(try_text(full) == VOL_OK && is_text(&value[STRIKE], VOL_NUMBER, "3") && n_cuts == 1);
    }
    UNIT(scan.n_layouts == VOL_SCAN_LAYOUTS);
}

/* A line that cannot be learnt costs no layout that was. */
static void test_unlearnable(void)
{
    char text[100];
    size_t i;

    vol_scan_init(&scan, wants, N_WANTS);
    for (i = 0; i < VOL_SCAN_LAYOUTS; i++) {
        snprintf(text, sizeof text, "{\"k%zu\":1}", i);
        UNIT(try_text(text) == VOL_OK);
    }
    UNIT(try_text("{\"kind\":{}}") == VOL_NO);
    for (i = 0; i < scan.n_layouts; i++)
        UNIT(scan.layout[i].n == 1);
}

static void test_limits(void)
{
    struct vol_buf text = VOL_BUF_INIT;
    size_t n, i;

    for (n = VOL_SCAN_MEMBERS - 1; n <= VOL_SCAN_MEMBERS + 1; n++) {
        vol_scan_init(&scan, wants, N_WANTS);
        vol_buf_clear(&text);
        for (i = 0; i < n; i++)
            vol_buf_addf(&text, "%c\"m%zu\":%zu", i == 0 ? '{' : ',', i, i);
        vol_buf_add_char(&text, '}');
        UNIT(try(text.data, text.len) == (n <= VOL_SCAN_MEMBERS ? VOL_OK : VOL_NO));
        UNIT(try(text.data, text.len) == (n <= VOL_SCAN_MEMBERS ? VOL_OK : VOL_NO));
    }
    vol_buf_free(&text);
    /* A key with its separators fills a slot of 32 bytes, or is one byte too long. */
    vol_scan_init(&scan, wants, N_WANTS);
    UNIT(try_text("{\"kind\":1,\"abcdefghijklmnopqrstuvwxyz01\":2}") == VOL_OK);
    UNIT(try_text("{\"kind\":1,\"abcdefghijklmnopqrstuvwxyz01\":3,\"bid\":4}") == VOL_OK &&
         value[BID].num > 3);
    UNIT(try_text("{\"kind\":1,\"abcdefghijklmnopqrstuvwxyz012\":2}") == VOL_NO);
    UNIT(try_text("{\"kind\":1,\"abcdefghijklmnopqrstuvwxyz02\":5}") == VOL_OK);
    /* Keys of 15, 16 and 17 bytes, separators included, that differ in the last letter. */
    UNIT(try_text("{\"kind\":1,\"abcdefghijk\":2,\"abcdefghijkl\":3,\"abcdefghijklm\":4}") == VOL_OK);
    UNIT(try_text("{\"kind\":1,\"abcdefghijX\":2,\"abcdefghijkX\":3,\"abcdefghijklX\":4}") == VOL_OK);
}

static void test_cuts(void)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"{\"flags\":\"a\",\"kind\":\"q\",\"x\":1}", "{\"kind\":\"q\",\"x\":1}"},
        {"{\"kind\":\"q\",\"flags\":\"a\",\"x\":1}", "{\"kind\":\"q\",\"x\":1}"},
        {"{\"kind\":\"q\",\"x\":1,\"flags\":\"a\"}", "{\"kind\":\"q\",\"x\":1}"},
        {"{\"flags\":\"a\",\"mid\":2,\"kind\":\"q\"}", "{\"kind\":\"q\"}"},
        {"{\"kind\":\"q\",\"flags\":\"a\",\"mid\":2,\"x\":1}", "{\"kind\":\"q\",\"x\":1}"},
        {"{\"kind\":\"q\",\"flags\":\"a\",\"mid\":2}", "{\"kind\":\"q\"}"},
        {"{\"flags\":\"a\",\"kind\":\"q\",\"mid\":2}", "{\"kind\":\"q\"}"},
        {"{\"mid\":1,\"flags\":\"a\"}", "{}"},
        {"{\"flags\":\"a\"}", "{}"},
        {"{ \"flags\" : \"a\" , \"kind\":\"q\" }", "{ \"kind\":\"q\" }"},
        {"{\"kind\":\"q\" , \"flags\" : \"a\" , \"x\":1}", "{\"kind\":\"q\"  , \"x\":1}"},
        {"{\"flags\":\"a\"\r,\"kind\":\"q\"}", "{\"kind\":\"q\"}"},
        {"{\"flags\":\"a\" \t\r , \"mid\":1\r}", "{\r}"},
    };
    size_t i;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *json;
        int again;

        vol_scan_init(&scan, wants, N_WANTS);
        for (again = 0; again < 2; again++) {
            UNIT(try_text(cases[i].text) == VOL_OK);
            json = json_loads(edited(), JSON_REJECT_DUPLICATES, NULL);
            if (!UNIT(json != NULL))
                printf("    %s\n", edited());
            UNIT(json_object_get(json, "flags") == NULL && json_object_get(json, "mid") == NULL);
            json_decref(json);
        }
        if (strchr(cases[i].text, ' ') == NULL && strchr(cases[i].text, '\r') == NULL)
            UNIT_STR(edited(), cases[i].expected);
    }
}

static void test_left_to_the_slow_path(void)
{
    static const char *const lines[] = {"",
                                        "[]",
                                        "{}",
                                        "{",
                                        "x",
                                        "1",
                                        "{\"kind\":\"a\\n\"}",
                                        "{\"k\\u0069nd\":\"a\"}",
                                        "{\"kind\":\"\xc3\xa9\"}",
                                        "{\"k\xc3\xa9\":1}",
                                        "{\"kind\":[1]}",
                                        "{\"kind\":{}}",
                                        "{\"kind\":1,\"kind\":2}",
                                        "{\"x\":1,\"y\":2,\"x\":3}",
                                        "{\"kind\":01}",
                                        "{\"kind\":-}",
                                        "{\"kind\":+1}",
                                        "{\"kind\":.5}",
                                        "{\"kind\":5.}",
                                        "{\"kind\":1e}",
                                        "{\"kind\":1e+}",
                                        "{\"kind\":NaN}",
                                        "{\"kind\":Infinity}",
                                        "{\"kind\":nul}",
                                        "{\"kind\":nulll}",
                                        "{\"kind\":tru}",
                                        "{\"kind\":fals}",
                                        "{\"kind\":1,}",
                                        "{\"kind\":1}}",
                                        "{\"kind\":1} x",
                                        "{\"kind\":1 \"x\":2}",
                                        "{\"kind\" 1}",
                                        "{kind:1}",
                                        "{'kind':1}",
                                        "{\"kind\":1",
                                        "{\"kind\":\"a}",
                                        "{\"kind\":\"a\tb\"}",
                                        "{\"x\":01}",
                                        "{\"x\":1.}",
                                        "{\"x\":-}",
                                        "{\"x\":1e}",
                                        "{\"x\":1x}",
                                        "{\"kind\":}",
                                        "{\"kind\":1e400}",
                                        "{\"x\":1e400}",
                                        "{\"x\":1e1000000000000}",
                                        "{\"kind\":12345678901234567890}",
                                        "{\"kind\":1e28}",
                                        "{\"kind\":1e-28}"};
    struct vol_buf text = VOL_BUF_INIT;
    size_t i;
    int again;

    vol_scan_init(&scan, wants, N_WANTS);
    UNIT(try_text("{\"kind\":1,\"x\":2,\"y\":3}") == VOL_OK && try_text("{\"x\":2,\"y\":3}") == VOL_OK);
    for (again = 0; again < 2; again++)
        for (i = 0; i < sizeof lines / sizeof lines[0]; i++)
            if (!UNIT(try_text(lines[i]) == VOL_NO))
                printf("    %s\n", lines[i]);
    UNIT(try("{\"kind\":1\0}", 11) == VOL_NO && try("{\"x\":\"a\0b\"}", 11) == VOL_NO);
    /* 400 digits are beyond a double also where nobody wants the number. */
    vol_buf_add_str(&text, "{\"x\":1");
    for (i = 0; i < 400; i++)
        vol_buf_add_char(&text, '0');
    vol_buf_add_str(&text, "}");
    UNIT(try(text.data, text.len) == VOL_NO);
    vol_buf_free(&text);
}

static void test_numbers(void)
{
    static const char *const good[] = {"0",
                                       "-0",
                                       "0.0",
                                       "-0.0",
                                       "7",
                                       "-7",
                                       "10",
                                       "0.1",
                                       "33.10",
                                       "1e5",
                                       "1E5",
                                       "1e+5",
                                       "1.5e-5",
                                       "9007199254740993",
                                       "9223372036854775807",
                                       "9223372036854775808",
                                       "9999999999999999999",
                                       "0.000001",
                                       "123456.7890123456789",
                                       "1e27",
                                       "1e-27",
                                       "2.2250738585072014e-10",
                                       "0.30000000000000004",
                                       "1234567890.123456789"};
    static const char *const far[] = {"1e400",
                                      "1e28",
                                      "1e-28",
                                      "4.9e-324",
                                      "2.2250738585072011e-308",
                                      "12345678901234567890",
                                      "1.7976931348623157e308",
                                      "0.00000000000000000000000000001",
                                      "1e1001",
                                      "1e99999999999"};
    static const char *const bad[] = {"",   "-",    "+1", "01",  "-01", ".5",
                                      "5.", "1.e5", "1e", "1e+", "a",   "--1"};
    char text[80];
    size_t i;

    for (i = 0; i < sizeof good / sizeof good[0]; i++) {
        double got = NAN, expected = strtod(good[i], NULL);

        snprintf(text, sizeof text, "%s,", good[i]);
        UNIT(vol_scan_number(text, &got) == text + strlen(good[i]));
        if (!UNIT(memcmp(&got, &expected, sizeof got) == 0))
            printf("    %s: %.17g\n", good[i], got);
    }
    for (i = 0; i < sizeof far / sizeof far[0]; i++) {
        double got = 7;

        snprintf(text, sizeof text, "%s,", far[i]);
        UNIT(vol_scan_number(text, &got) == NULL && got > 6 && got < 8);
    }
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        double got = 7;
        const char *end;

        snprintf(text, sizeof text, "%s,", bad[i]);
        end = vol_scan_number(text, &got);
        if (!UNIT(end == NULL))
            printf("    \"%s\"\n", bad[i]);
    }
}

/* Strings whose length changes from line to line, wanted and not, with something odd at every place. */
static void test_lengths(void)
{
    static const int lengths[] = {0, 1, 2, 14, 15, 16, 17, 30, 31, 32, 33, 47, 48, 63, 64, 65, 200};
    enum { N = sizeof lengths / sizeof lengths[0] };
    static const char odd[] = {'\\', '\t', '\x01', '\x1f', (char)0x80, (char)0xff, '\0'};
    static const char fill[201] =
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxx";
    char text[600];
    int i, j, at;
    size_t o;

    vol_scan_init(&scan, wants, N_WANTS);
    for (i = 0; i < N; i++)
        for (j = 0; j < N; j++) {
            int n = snprintf(text, sizeof text, "{\"kind\":\"%.*s\",\"x\":\"%.*s\",\"bid\":1}", lengths[i],
                             fill, lengths[j], fill);

            UNIT(try(text, (size_t)n) == VOL_OK && value[KIND].len == (uint32_t)lengths[i] &&
                 value[BID].num > 0);
        }
    for (i = 0; i < N; i++) {
        int n = snprintf(text, sizeof text, "{\"kind\":\"%.*s\",\"x\":\"%.*s\"}", lengths[i], fill,
                         lengths[i], fill);

        for (at = 0; at < 2 * lengths[i]; at++)
            for (o = 0; o < sizeof odd; o++) {
                char *c = text + (at < lengths[i] ? 9 : 15) + at, old = *c;

                *c = odd[o];
                if (!UNIT(try(text, (size_t)n) == VOL_NO))
                    printf("    length %d, byte %d is %d\n", lengths[i], at, odd[o]);
                *c = old;
                UNIT(o > 0 || try(text, (size_t)n) == VOL_OK);
            }
    }
}

/* Spellings of every length before and behind the point, as values wanted and not: the C library's doubles.
 */
static void test_spellings(void)
{
    static const char digits[] = "90123456789012345678";
    char number[60], text[200];
    int whole, part, sign, power;

    vol_scan_init(&scan, wants, N_WANTS);
    for (whole = 1; whole <= 12; whole++)
        for (part = 0; part <= 18; part++)
            for (sign = 0; sign < 2; sign++)
                for (power = 0; power < 3; power++) {
                    double expected;

                    snprintf(number, sizeof number, "%s%.*s%s%.*s%s", sign ? "-" : "", whole, digits,
                             part > 0 ? "." : "", part, digits + 7 - (part > 12 ? 6 : 0),
                             power == 0   ? ""
                             : power == 1 ? "e3"
                                          : "E-12");
                    expected = strtod(number, NULL);
                    snprintf(text, sizeof text, "{\"kind\":%s,\"x\":%s,\"bid\":%s}", number, number, number);
                    /* Beyond nineteen digits or the powers that are exact the slow path is asked. */
                    if (try_text(text) != VOL_OK) {
                        UNIT(whole + part > 19 || part + 12 > 27);
                        continue;
                    }
                    if (!UNIT(memcmp(&value[KIND].num, &expected, sizeof expected) == 0 &&
                              memcmp(&value[BID].num, &expected, sizeof expected) == 0 &&
                              is_text(&value[BID], VOL_NUMBER, number)))
                        printf("    %s\n", number);
                }
    UNIT(try_text("{\"kind\":1.2.3}") == VOL_NO && try_text("{\"x\":1.2.3}") == VOL_NO);
    UNIT(try_text("{\"kind\":1/2}") == VOL_NO && try_text("{\"x\":1/2}") == VOL_NO);
    UNIT(try_text("{\"kind\":0000001}") == VOL_NO && try_text("{\"x\":00.5}") == VOL_NO);
}

/* What the scanner that has read on made of the line is what one makes of it that has never seen another. */
static void check_afresh(const char *text)
{
    static struct vol_scan fresh;
    struct vol_value expected[N_WANTS];
    uint32_t expected_cuts[VOL_CUT_MAX][2];
    uint16_t n_expected;
    enum vol_status status;
    int i, same;

    vol_scan_init(&fresh, wants, N_WANTS);
    status = vol_scan_line(&fresh, line, strlen(text), expected, expected_cuts, &n_expected);
    same =
        status == VOL_OK && n_cuts == n_expected && memcmp(cuts, expected_cuts, n_cuts * sizeof cuts[0]) == 0;
    for (i = 0; same && i < N_WANTS; i++)
        same = value[i].type == expected[i].type && value[i].len == expected[i].len &&
               (value[i].type == VOL_ABSENT || value[i].text == expected[i].text) &&
               memcmp(&value[i].num, &expected[i].num, sizeof value[i].num) == 0;
    if (!UNIT(same))
        printf("    %s\n", text);
}

/* Members that repeat for some lines, then change in value, length or type, or are left out. */
static void test_repeats(void)
{
    static const char *const names[] = {"kind", "ts",  "bid",  "flags", "other",
                                        "ask",  "mid", "more", "strike"};
    static const char *const texts[] = {"1",
                                        "2",
                                        "12",
                                        "1.5",
                                        "1.25",
                                        "-0.125",
                                        "2939.88",
                                        "1e3",
                                        "12345678",
                                        "0.0123456789",
                                        "null",
                                        "true",
                                        "false",
                                        "\"\"",
                                        "\"a\"",
                                        "\"b\"",
                                        "\"2019-04-26T20:15:00Z\"",
                                        "\"2019-04-26T20:16:00Z\"",
                                        "\"a string of more bytes than are ever kept, this is it\"",
                                        "123456789.125",
                                        "100000000000000"};
    enum { N_NAMES = sizeof names / sizeof names[0], N_TEXTS = sizeof texts / sizeof texts[0] };
    struct vol_buf text = VOL_BUF_INIT;
    uint32_t random = 1, calm = 0;
    int now[N_NAMES] = {0}, round, i;

    vol_scan_init(&scan, wants, N_WANTS);
    for (round = 0; round < 20000; round++) {
        calm = round % 1000 < 500 ? 60 : 6; /* one of so many members changes */
        vol_buf_clear(&text);
        for (i = 0; i < N_NAMES; i++) {
            random = random * 1664525 + 1013904223;
            if ((random >> 8) % calm == 0)
                now[i] = (int)((random >> 16) % (N_TEXTS + 2)) - 2;
            if (now[i] >= 0 || i == 0)
                vol_buf_addf(&text, "%c\"%s\":%s", text.len == 0 ? '{' : ',', names[i],
                             texts[now[i] < 0 ? 0 : now[i]]);
        }
        vol_buf_add_char(&text, '}');
        if (UNIT(try(text.data, text.len) == VOL_OK))
            check_afresh(text.data);
    }
    vol_buf_free(&text);
}

int main(void)
{
    test_values();
    test_layouts();
    test_unlearnable();
    test_limits();
    test_cuts();
    test_left_to_the_slow_path();
    test_numbers();
    test_lengths();
    test_repeats();
    test_spellings();
    free(line);
    return unit_done("record/scan");
}
