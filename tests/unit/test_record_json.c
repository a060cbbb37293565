/* RFC 8259 verdicts of the JSON check, and what the record layer makes of the same texts
 * (volpipe-records(5)). */
#include "record/json.h"

#include <stdlib.h>

#include "base/buf.h"
#include "json_cases.h"
#include "stream.h"

enum { N_CASES = sizeof json_cases / sizeof json_cases[0] };

#define HEAD "{\"kind\":\"zzz\",\"ts\":\"2019-04-26T20:15:00Z\","

static bool is_accepted(const struct json_case *c)
{
    return strcmp(c->verdict, "y") == 0 || strcmp(c->verdict, "iy") == 0;
}

static void test_verdicts(void)
{
    size_t i, n_y = 0, n_n = 0, n_i = 0;

    for (i = 0; i < N_CASES; i++) {
        const struct json_case *c = &json_cases[i];
        struct vol_error err = {VOL_OK, ""};
        enum vol_status status = vol_json_check(c->text, c->n, false, &err);

        if (!UNIT(status == (is_accepted(c) ? VOL_OK : VOL_EDATA)))
            printf("    %s, expected %s\n", c->name, c->verdict);
        if (status != VOL_OK)
            UNIT(err.status == VOL_EDATA && strncmp(err.text, "not JSON: ", 10) == 0);
        n_y += c->verdict[0] == 'y';
        n_n += c->verdict[0] == 'n';
        n_i += c->verdict[0] == 'i';
    }
    UNIT(n_y >= 95 && n_n >= 188 && n_i >= 35);
}

/* DEPTH times OPEN, then as often CLOSE. */
static void add_nest(struct vol_buf *out, size_t depth, const char *open, const char *close)
{
    size_t i;

    for (i = 0; i < depth; i++)
        vol_buf_add_str(out, open);
    for (i = 0; i < depth && close != NULL; i++)
        vol_buf_add_str(out, close);
}

static enum vol_status nest(size_t depth, const char *open, const char *close)
{
    struct vol_buf text = VOL_BUF_INIT;
    enum vol_status status;

    add_nest(&text, depth, open, close);
    status = vol_json_check(text.data, text.len, false, NULL);
    vol_buf_free(&text);
    return status;
}

static void test_depth(void)
{
    UNIT(nest(500, "[", "]") == VOL_OK);
    UNIT(nest(2048, "[", "]") == VOL_OK);
    UNIT(nest(2049, "[", "]") == VOL_EDATA);
    UNIT(nest(100000, "[", "]") == VOL_EDATA);
    UNIT(nest(100000, "[", NULL) == VOL_EDATA);
    UNIT(nest(50000, "[{\"\":", NULL) == VOL_EDATA);
    UNIT(nest(50000, "{\"a\":", NULL) == VOL_EDATA);
}

static void test_long_numbers(void)
{
    struct vol_buf text = VOL_BUF_INIT;
    size_t i;

    /* 10^308 is a double, 10^309 is none, whatever the spelling. */
    vol_buf_add_str(&text, "1");
    for (i = 0; i < 308; i++)
        vol_buf_add_char(&text, '0');
    UNIT(vol_json_check(text.data, text.len, false, NULL) == VOL_OK);
    vol_buf_add_char(&text, '0');
    UNIT(vol_json_check(text.data, text.len, false, NULL) == VOL_EDATA);
    vol_buf_free(&text);
}

/* ---- as records */

/* One line, and what Jansson says of it as a record. */
struct line {
    size_t at, n;
    enum vol_status expected;
    const char *name;
};

static void add_line(struct vol_buf *all, struct line *line, const char *before, const char *text, size_t n,
                     const char *after, const char *name)
{
    line->at = all->len;
    vol_buf_add_str(all, before);
    vol_buf_add(all, text, n);
    vol_buf_add_str(all, after);
    line->n = all->len - line->at;
    line->name = name;
    line->expected = vol_json_check(all->data + line->at, line->n, true, NULL);
    vol_buf_add_char(all, '\n');
}

/* Each case as the value of a member: the reader's verdict is Jansson's, with its number of line, whether the
 * fast path or the slow one came to it. MORE: members that make every line slow. */
static void test_lines(const char *more)
{
    static struct line lines[3 * N_CASES];
    const struct vol_want wants[] = {{"v", false}, {"w", true}};
    struct vol_reader_config config = {.wants = wants, .n_wants = 2};
    struct vol_buf all = VOL_BUF_INIT;
    struct vol_reader *reader;
    struct vol_rec rec;
    struct vol_error err;
    char *paths[1], before[200];
    struct stream s;
    size_t i, n = 0;

    for (i = 0; i < N_CASES; i++) {
        const struct json_case *c = &json_cases[i];

        if (memchr(c->text, '\n', c->n) != NULL)
            continue;
        /* Wanted, not wanted, and without the brackets around the one value of most cases. */
        snprintf(before, sizeof before, HEAD "%s\"v\":", more);
        add_line(&all, &lines[n++], before, c->text, c->n, "}", c->name);
        snprintf(before, sizeof before, HEAD "%s\"unread\":", more);
        add_line(&all, &lines[n++], before, c->text, c->n, "}", c->name);
        if (c->n > 2 && c->text[0] == '[' && c->text[c->n - 1] == ']')
            add_line(&all, &lines[n++], before, c->text + 1, c->n - 2, ",\"w\":1}", c->name);
    }
    s = stream_file(all.data, all.len);
    paths[0] = s.path;
    UNIT(vol_reader_new(&reader, &config, paths, 1, &err) == VOL_OK);
    for (i = 0; i < n; i++) {
        enum vol_status status = vol_reader_next(reader, &rec, &err);

        if (!UNIT(status == lines[i].expected && rec.line_no == i + 1))
            printf("    line %zu, %s: %.*s\n", i + 1, lines[i].name, (int)lines[i].n, all.data + lines[i].at);
        UNIT(rec.line.len == lines[i].n && memcmp(rec.line.bytes, all.data + lines[i].at, lines[i].n) == 0);
    }
    UNIT(vol_reader_next(reader, &rec, &err) == VOL_END);
    vol_reader_free(reader);
    stream_end(&s);
    vol_buf_free(&all);
}

/* ---- the walk over members */

static void test_members(void)
{
    static const char text[] =
        " {\"a\" : 1 ,\"b\\u0063\":\"x\\\"}\" , \"d\":{\"e\":[\"]}\",{}]},\"\":null,\"t\":true,"
        "\"f\":false}";
    static const struct {
        const char *key, *value;
        enum vol_type type;
        bool escaped;
    } expected[] = {{"a", "1", VOL_NUMBER, false},
                    {"b\\u0063", "x\\\"}", VOL_STRING, true},
                    {"d", "{\"e\":[\"]}\",{}]}", VOL_NESTED, false},
                    {"", "null", VOL_NULL, false},
                    {"t", "true", VOL_TRUE, false},
                    {"f", "false", VOL_FALSE, false}};
    struct vol_member m;
    size_t at = 0, i = 0;

    UNIT(vol_json_check(text, sizeof text - 1, true, NULL) == VOL_OK);
    for (; vol_json_member(text, sizeof text - 1, &at, &m) && i < 6; i++) {
        UNIT(m.key_len == strlen(expected[i].key) && memcmp(text + m.key, expected[i].key, m.key_len) == 0);
        UNIT(m.value_len == strlen(expected[i].value) &&
             memcmp(text + m.value, expected[i].value, m.value_len) == 0);
        UNIT(m.type == expected[i].type && m.escaped == expected[i].escaped && text[m.start] == '"');
    }
    UNIT(i == 6 && text[at] == '}');
    at = 0;
    UNIT(!vol_json_member("{ }", 3, &at, &m) && at == 2);
}

static void test_unescape(void)
{
    struct vol_buf out = VOL_BUF_INIT;

    UNIT(vol_json_unescape("a\\n\\u00e9\\ud83d\\ude00\\/", 23, &out) == VOL_OK);
    UNIT_STR(out.data, "a\n\xc3\xa9\xf0\x9f\x98\x80/");
    vol_buf_clear(&out);
    UNIT(vol_json_unescape("x\\u0000y", 8, &out) == VOL_OK && out.len == 3 &&
         memcmp(out.data, "x\0y", 3) == 0);
    UNIT(vol_json_unescape("\\q", 2, &out) == VOL_EDATA && out.len == 3);
    vol_buf_free(&out);
}

int main(void)
{
    test_verdicts();
    test_depth();
    test_long_numbers();
    test_lines("");
    test_lines("\"\\u0061\":1,");
    test_members();
    test_unescape();
    return unit_done("record/json");
}
