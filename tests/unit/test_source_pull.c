/* JSON read in one pass, held to the verdicts of RFC 8259 and to Jansson's. */
#include "source/pull.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "json_cases.h"
#include "record/json.h"
#include "unit.h"

/* TEXT with the slack that the reader wants; the caller frees. */
static char *with_slack(const char *text, size_t n)
{
    char *copy = calloc(1, n + VOL_PULL_SLACK + 1);

    UNIT(copy != NULL);
    memcpy(copy, text, n);
    return copy;
}

static bool accepts(const char *text, size_t n)
{
    char *copy = with_slack(text, n);
    struct vol_pull pull;
    bool ok;

    vol_pull_init(&pull, copy, n);
    ok = vol_pull_skip(&pull) && vol_pull_end(&pull);
    free(copy);
    return ok;
}

/* The classes of JSONTestSuite: what the RFC demands; where it leaves a choice, Jansson's. Texts that are no
 * UTF-8 are refused before (net/ws.c). */
static void test_verdicts(void)
{
    size_t n_seen = 0;

    for (size_t i = 0; i < sizeof json_cases / sizeof json_cases[0]; i++) {
        const struct json_case *c = &json_cases[i];
        bool expected;

        if (!vol_utf8_is_valid(c->text, c->n) || strstr(c->name, "deep") != NULL)
            continue;
        expected = vol_json_check(c->text, c->n, false, NULL) == VOL_OK;
        /* A surrogate without its other half is no character; the grammar lets it stand. */
        if (c->verdict[0] == 'i' && strstr(c->text, "\\u") != NULL)
            continue;
        n_seen++;
        if (!UNIT(accepts(c->text, c->n) == expected))
            printf("    %s, expected %s\n", c->name, c->verdict);
    }
    UNIT(n_seen > 280);
}

static void test_depth(void)
{
    char text[2 * VOL_PULL_DEPTH + 4];

    for (int depth = VOL_PULL_DEPTH; depth <= VOL_PULL_DEPTH + 1; depth++) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        UNIT(accepts(text, 2 * (size_t)depth) == (depth == VOL_PULL_DEPTH));
    }
}

static void test_values(void)
{
    static const char text[] =
        " { \"a\" : 1.5e3 , \"b\" : [ \"x\" , null , 2 ] , \"\\u0063\" : { } , \"d\" : null }";
    char *copy = with_slack(text, sizeof text - 1);
    const char *key, *word;
    struct vol_pull pull;
    double x = 0;
    size_t n;

    vol_pull_init(&pull, copy, sizeof text - 1);
    UNIT(vol_pull_is_object(&pull) && !vol_pull_is_array(&pull) && vol_pull_object(&pull));
    UNIT(vol_pull_member(&pull, &key, &n) && n == 1 && *key == 'a');
    UNIT(vol_pull_num(&pull, &x));
    UNIT_NEAR(x, 1500, 0);
    UNIT(vol_pull_member(&pull, &key, &n) && *key == 'b' && vol_pull_is_array(&pull) &&
         vol_pull_array(&pull));
    UNIT(vol_pull_element(&pull) && vol_pull_str(&pull, &word, &n) && n == 1 && *word == 'x');
    UNIT(vol_pull_element(&pull) && vol_pull_str(&pull, &word, &n) && word == NULL);
    UNIT(vol_pull_element(&pull) && vol_pull_num(&pull, &x) && x > 1.9);
    UNIT(!vol_pull_element(&pull) && pull.wrong == NULL);
    UNIT(vol_pull_member(&pull, &key, &n) && n == 6 && vol_pull_skip(&pull));
    UNIT(vol_pull_member(&pull, &key, &n) && vol_pull_num(&pull, &x) && isnan(x));
    UNIT(!vol_pull_member(&pull, &key, &n) && vol_pull_end(&pull));
    free(copy);
}

/* What is taken is of the type that is asked for, and the first thing wrong is kept. */
static void test_wrong(void)
{
    static const struct {
        const char *text, *wrong;
        char take; /* n: a number, s: a string, o: an object, a: an array */
    } cases[] = {{"\"1\"", "a number", 'n'}, {"true", "a number", 'n'},
                 {"1", "a string", 's'},     {"\"a\\n\"", "a string without escapes", 's'},
                 {"[]", "an object", 'o'},   {"{}", "an array", 'a'},
                 {"nul", "a value", 'n'},    {"01", "a number", 'n'},
                 {"1e999", "a number", 'n'}, {"\"a", "the end of a string", 's'}};
    const char *word;
    struct vol_pull pull;
    double x;
    size_t n;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *copy = with_slack(cases[i].text, strlen(cases[i].text));

        vol_pull_init(&pull, copy, strlen(copy));
        switch (cases[i].take) {
        case 'n':
            UNIT(!vol_pull_num(&pull, &x));
            break;
        case 's':
            UNIT(!vol_pull_str(&pull, &word, &n));
            break;
        case 'o':
            UNIT(!vol_pull_object(&pull));
            break;
        default:
            UNIT(!vol_pull_array(&pull));
        }
        UNIT_STR(pull.wrong != NULL ? pull.wrong : "", cases[i].wrong);
        UNIT(!vol_pull_skip(&pull) && !vol_pull_end(&pull));
        UNIT_STR(pull.wrong, cases[i].wrong);
        free(copy);
    }
}

/* Every text that is cut short is refused, and nothing behind its end is read (ASan sees to that). */
static void test_cut(void)
{
    static const char text[] = "{\"a\":[1,-2.5e-3,{\"b\":\"c\\u00e9\\\\\"}],\"d\":null,\"e\":true}";

    UNIT(accepts(text, sizeof text - 1));
    for (size_t n = 0; n < sizeof text - 1; n++)
        UNIT(!accepts(text, n));
}

int main(void)
{
    test_verdicts();
    test_depth();
    test_values();
    test_wrong();
    test_cut();
    return unit_done("source/pull");
}
