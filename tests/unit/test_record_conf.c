#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "record/conf.h"
#include "unit.h"

static const char path[] = "conf-test.json";

/* Write TEXT to the file and load it. */
static enum vol_status load(const char *text, size_t n, struct vol_conf *conf, struct vol_error *err)
{
    FILE *f = fopen(path, "w");

    UNIT(f != NULL && fwrite(text, 1, n, f) == n);
    if (f != NULL)
        fclose(f);
    return vol_conf_load(path, conf, err);
}

static struct vol_conf must_load(const char *text)
{
    struct vol_conf conf = {0};
    struct vol_error err = {0};

    if (!UNIT(load(text, strlen(text), &conf, &err) == VOL_OK))
        printf("    %s\n", err.text);
    return conf;
}

static void test_refused_files(void)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "conf-test.json: the file is empty, expected a JSON object"},
        {" \n\t", "conf-test.json: the file is empty, expected a JSON object"},
        {"[1]", "conf-test.json: expected a JSON object, got an array"},
        {"{\n\"a\": 1,\n\"b\" 2}", "conf-test.json:3: column 5: "},
        {"{\"a\": 1, \"a\": 2}", "conf-test.json:1: column 12: duplicate object key"},
        {"{\"a\": 1} x", "conf-test.json:1: column 10: "},
        {"{\"a\": 1e400}", "conf-test.json:1: column 11: "},
        {"{\"a\": NaN}", "conf-test.json:1: column 9: "},
    };
    struct vol_error err = {0};
    struct vol_conf conf = {0};
    size_t i;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        UNIT(load(cases[i].text, strlen(cases[i].text), &conf, &err) == VOL_ECONFIG);
        /* The words behind the column are Jansson's and change with its versions. */
        if (!UNIT(strncmp(err.text, cases[i].message, strlen(cases[i].message)) == 0))
            printf("    got \"%s\"\n", err.text);
    }
    UNIT(load("{}\0", 3, &conf, &err) == VOL_ECONFIG);
    UNIT(conf.object == NULL);
    unlink(path);
    UNIT(vol_conf_load(path, &conf, &err) == VOL_ECONFIG);
    UNIT_STR(err.text, "conf-test.json: cannot open: No such file or directory");
    UNIT(vol_conf_load("/", &conf, &err) == VOL_ECONFIG);
    UNIT_STR(err.text, "/: cannot read: Is a directory");
    UNIT(vol_conf_load(path, &conf, NULL) == VOL_ECONFIG);
}

static void test_numbers(void)
{
    struct vol_conf conf = must_load(
                        "{\"orders\": {\"max_vega\": \"abc\", \"d\": 2.5, \"whole\": 3e1, \"n\": null,"
                        "\"big\": 9007199254740993, \"neg\": -1, \"half\": 0.5}}"),
                    orders = {0};
    struct vol_error err = {0};
    int64_t k = 7;
    double x = 7;

    UNIT(vol_conf_object(&conf, "orders", true, &orders, &err) == VOL_OK);
    UNIT(vol_conf_num(&orders, "max_vega", true, 0, 1e9, &x, &err) == VOL_ECONFIG && x == 7);
    UNIT_STR(err.text, "conf-test.json: orders.max_vega: expected a number in [0, 1e9], got \"abc\"");
    UNIT(vol_conf_num(&orders, "d", true, 0, 2.4999999999, &x, &err) == VOL_ECONFIG && x == 7);
    UNIT_STR(err.text, "conf-test.json: orders.d: expected a number in [0, 2.4999999999], got 2.5");
    UNIT(vol_conf_num(&orders, "d", true, 2.5, 2.5, &x, &err) == VOL_OK && x == 2.5);
    UNIT(vol_conf_num(&orders, "none", false, 0, 1, &x, &err) == VOL_OK && x == 2.5);
    UNIT(vol_conf_num(&orders, "none", true, 0, 1e-7, &x, &err) == VOL_ECONFIG);
    UNIT_STR(err.text, "conf-test.json: orders.none: missing, expected a number in [0, 1e-7]");
    UNIT(vol_conf_num(&orders, "n", false, -INFINITY, INFINITY, &x, &err) == VOL_ECONFIG && x == 2.5);
    UNIT_STR(err.text, "conf-test.json: orders.n: expected a number, got null");
    UNIT(vol_conf_num(&orders, "neg", false, 0, INFINITY, &x, &err) == VOL_ECONFIG);
    UNIT_STR(err.text, "conf-test.json: orders.neg: expected a number of at least 0, got -1");

    UNIT(vol_conf_int(&orders, "whole", true, 0, 100, &k, &err) == VOL_OK && k == 30);
    UNIT(vol_conf_int(&orders, "big", true, INT64_MIN, INT64_MAX, &k, &err) == VOL_OK &&
         k == 9007199254740993);
    UNIT(vol_conf_int(&orders, "half", true, INT64_MIN, INT64_MAX, &k, &err) == VOL_ECONFIG && k != 0);
    UNIT_STR(err.text, "conf-test.json: orders.half: expected a whole number, got 0.5");
    UNIT(vol_conf_int(&orders, "neg", true, 0, 10, &k, &err) == VOL_ECONFIG);
    UNIT(vol_conf_int(&orders, "none", false, 0, 10, &k, &err) == VOL_OK && k == 9007199254740993);
    vol_conf_free(&conf);
    UNIT(conf.object == NULL);
}

static void test_other_types(void)
{
    struct vol_conf conf =
        must_load("{\"yes\": true, \"word\": \"high\", \"list\": [{\"a\": 1}, \"x\"], \"o\": {}}");
    struct vol_conf child = {0};
    struct vol_error err = {0};
    const char *word = "as it was";
    bool yes = false;
    size_t n = 9;

    UNIT(vol_conf_has(&conf, "yes") && !vol_conf_has(&conf, "no"));
    UNIT(vol_conf_bool(&conf, "yes", true, &yes, &err) == VOL_OK && yes);
    UNIT(vol_conf_bool(&conf, "word", true, &yes, &err) == VOL_ECONFIG && yes);
    UNIT_STR(err.text, "conf-test.json: word: expected true or false, got \"high\"");
    UNIT(vol_conf_str(&conf, "word", true, "low|hig", &word, &err) == VOL_ECONFIG);
    UNIT_STR(err.text, "conf-test.json: word: expected one of low|hig, got \"high\"");
    UNIT_STR(word, "as it was");
    UNIT(vol_conf_str(&conf, "none", false, "low", &word, &err) == VOL_OK);
    UNIT_STR(word, "as it was");
    UNIT(vol_conf_str(&conf, "word", true, "low|high", &word, &err) == VOL_OK);
    UNIT_STR(word, "high");
    UNIT(vol_conf_str(&conf, "yes", true, NULL, &word, &err) == VOL_ECONFIG);
    UNIT_STR(err.text, "conf-test.json: yes: expected a string, got true");

    UNIT(vol_conf_array(&conf, "list", true, &n, &err) == VOL_OK && n == 2);
    UNIT(vol_conf_element(&conf, "list", 0, &child, &err) == VOL_OK);
    UNIT_STR(child.where, "conf-test.json: list[0]");
    UNIT(vol_conf_element(&conf, "list", 1, &child, &err) == VOL_ECONFIG);
    UNIT_STR(err.text, "conf-test.json: list[1]: expected an object, got \"x\"");
    UNIT(vol_conf_element(&conf, "list", 2, &child, &err) == VOL_ECONFIG);
    UNIT(vol_conf_element_str(&conf, "list", 1, NULL, &word, &err) == VOL_OK);
    UNIT_STR(word, "x");
    UNIT(vol_conf_element_str(&conf, "list", 0, NULL, &word, &err) == VOL_ECONFIG);
    UNIT_STR(err.text, "conf-test.json: list[0]: expected a string, got {\"a\":1}");
    UNIT(vol_conf_array(&conf, "none", false, &n, &err) == VOL_OK && n == 0);
    UNIT(vol_conf_array(&conf, "o", false, &n, &err) == VOL_ECONFIG);
    UNIT(vol_conf_object(&conf, "none", false, &child, &err) == VOL_NO);
    UNIT(vol_conf_object(&conf, "list", false, &child, &err) == VOL_ECONFIG);
    UNIT(vol_conf_object(&conf, "none", true, &child, &err) == VOL_ECONFIG);
    vol_conf_free(&conf);
}

static void test_known(void)
{
    static const char *const known[] = {"max_vega", "max_delta", NULL};
    struct vol_conf conf = must_load("{\"comment\": \"why\", \"max_vega\": 1, \"max_vgea\": 1}");
    struct vol_error err = {0};

    UNIT(vol_conf_known(&conf, known, &err) == VOL_ECONFIG);
    UNIT_STR(err.text, "conf-test.json: unknown key \"max_vgea\"; known are: max_vega, max_delta");
    json_object_del(conf.object, "max_vgea");
    UNIT(vol_conf_known(&conf, known, &err) == VOL_OK);
    vol_conf_free(&conf);
}

/* Long names are cut, never written past their room. */
static void test_long_names(void)
{
    struct vol_conf conf = must_load("{\"o\": {\"o\": {}}}"), child;
    struct vol_error err = {0};
    char key[600];
    double x = 0;

    memset(key, 'k', sizeof key - 1);
    key[sizeof key - 1] = '\0';
    json_object_set_new(conf.object, key, json_object());
    UNIT(vol_conf_object(&conf, key, true, &child, &err) == VOL_OK);
    UNIT(vol_conf_num(&child, key, true, 0, 1, &x, &err) == VOL_ECONFIG);
    UNIT(strlen(err.text) > 200);
    json_object_set_new(conf.object, "s", json_string(key));
    UNIT(vol_conf_num(&conf, "s", true, 0, 1, &x, &err) == VOL_ECONFIG);
    UNIT(strlen(err.text) < 150 && strcmp(err.text + strlen(err.text) - 4, "k...") == 0);
    vol_conf_free(&conf);
}

static void test_arrays_of_numbers(void)
{
    struct vol_conf conf = must_load("{\"a\": [1, 2.5, -3e-3], \"b\": [1, \"x\"], \"c\": 1}");
    struct vol_buf text = VOL_BUF_INIT;
    struct vol_error err;
    double x[3] = {7, 7, 7};

    UNIT(vol_conf_numbers(&conf, "a", 3, -1, 3, x, &err) == VOL_OK && x[0] == 1 && x[1] == 2.5 &&
         x[2] == -3e-3);
    UNIT(vol_conf_numbers(&conf, "a", 3, 0, 3, x, &err) == VOL_ECONFIG && x[0] == 1);
    UNIT(strstr(err.text, "conf-test.json: a[2]: ") == err.text);
    UNIT(vol_conf_numbers(&conf, "a", 2, -1, 3, x, &err) == VOL_ECONFIG);
    UNIT(vol_conf_numbers(&conf, "b", 2, -1, 3, x, &err) == VOL_ECONFIG && strstr(err.text, "b[1]") != NULL);
    UNIT(vol_conf_numbers(&conf, "c", 1, -1, 3, x, &err) == VOL_ECONFIG);
    UNIT(vol_conf_numbers(&conf, "d", 1, -1, 3, x, &err) == VOL_ECONFIG && x[0] == 1);
    UNIT(vol_conf_text(&conf, &text) == VOL_OK);
    UNIT_STR(text.data, "{\"a\":[1,2.5,-0.0030000000000000001],\"b\":[1,\"x\"],\"c\":1}");
    vol_buf_free(&text);
    vol_conf_free(&conf);
}

int main(void)
{
    char dir[] = "/tmp/volpipe-conf-XXXXXX";

    if (mkdtemp(dir) == NULL || chdir(dir) != 0)
        return 1;
    test_arrays_of_numbers();
    test_refused_files();
    test_numbers();
    test_other_types();
    test_known();
    test_long_names();
    unlink(path);
    if (chdir("/") != 0 || rmdir(dir) != 0)
        return 1;
    return unit_done("record/conf");
}
