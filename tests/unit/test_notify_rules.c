#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "notify/channel.h"
#include "notify/rules.h"
#include "unit.h"

static enum vol_status load(struct vol_rules *set, const char *text, struct vol_error *err)
{
    UNIT(vol_file_replace("r.json", text, strlen(text), NULL) == VOL_OK);
    return vol_rules_load(set, "r.json", err);
}

#define RULE(members) \
    "{\"rules\": [{\"name\": \"a\", \"kind\": \"metrics\", \"severity\": \"low\", " members "}]}"

static void test_refused(void)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"{}", "r.json: rules: missing, expected an array"},
        {"{\"rules\": [], \"rule\": 1}", "r.json: unknown key \"rule\"; known are: rules"},
        {"{\"rules\": [1]}", "r.json: rules[0]: expected an object, got 1"},
        {"{\"rules\": [{\"name\": \"a b\"}]}",
         "r.json: rules[0].name: expected letters, digits, _ and -, got \"a b\""},
        {"{\"rules\": [{\"name\": \"a\", \"kind\": \"metric\"}]}",
         "r.json: rules[0].kind: no kind of record is called \"metric\""},
        {RULE("\"when\": \"vixx > 3\", \"message\": \"\""),
         "r.json: rules[0].when: column 1: no field is called vixx"},
        {RULE("\"when\": \"vix\", \"message\": \"\""),
         "r.json: rules[0].when: column 1: expected a condition, got a number"},
        {RULE("\"message\": \"\""), "r.json: rules[0].when: missing, expected a string"},
        {RULE("\"when\": \"vix > 3\""), "r.json: rules[0].message: missing, expected a string"},
        {RULE("\"when\": \"vix > 3\", \"message\": \"{vixx}\""),
         "r.json: rules[0].message: no field is called vixx"},
        {RULE("\"when\": \"vix > 3\", \"message\": \"{vix\""),
         "r.json: rules[0].message: a { that opens no {field}; write {{ for a brace"},
        {RULE("\"when\": \"vix > 3\", \"message\": \"{}\""),
         "r.json: rules[0].message: a { that opens no {field}; write {{ for a brace"},
        {RULE("\"when\": \"vix > 3\", \"message\": \"\", \"cooldown\": -1"),
         "r.json: rules[0].cooldown: expected a number in [0, 1e9], got -1"},
        {RULE("\"when\": \"vix > 3\", \"message\": \"\", \"channels\": [\"log\", \"fax\"]"),
         "r.json: rules[0].channels[1]: expected one of log, got \"fax\""},
        {RULE("\"when\": \"vix > 3\", \"message\": \"\", \"fields\": {\"x\": \"real\"}"),
         "r.json: rules[0].fields.x: expected one of number|string|boolean, got \"real\""},
        {RULE("\"when\": \"vix > 3\", \"message\": \"\", \"rearm\": \"vix <\""),
         "r.json: rules[0].rearm: column 6: expected a value, got the end"},
        {RULE("\"when\": \"vix > 3\", \"message\": \"\", \"color\": 1"),
         "r.json: rules[0]: unknown key \"color\"; known are: name, kind, when, severity, message, cooldown, "
         "rearm, "
         "channels, fields"},
        {"{\"rules\": [{\"name\": \"a\", \"kind\": \"metrics\", \"severity\": \"loud\", \"when\": \"vix > "
         "3\"}]}",
         "r.json: rules[0].severity: expected one of info|low|medium|high|critical, got \"loud\""},
    };
    struct vol_rules set;
    struct vol_error err = {0};
    size_t i;

    UNIT(vol_rules_init(&set) == VOL_OK);
    UNIT(load(&set, RULE("\"when\": \"vix > 3\", \"message\": \"\""), &err) == VOL_OK && set.n == 1);
    UNIT(vol_rules_load(&set, "r.json", &err) == VOL_ECONFIG);
    UNIT_STR(err.text, "r.json: rules[0].name: there is another rule called a");
    vol_rules_free(&set);
    UNIT(vol_rules_init(&set) == VOL_OK);
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        UNIT(load(&set, cases[i].text, &err) == VOL_ECONFIG && set.n == 0);
        UNIT_STR(err.text, cases[i].message);
    }
    vol_rules_free(&set);
}

static struct vol_value num(const char *text)
{
    struct vol_value value = {text, (uint32_t)strlen(text), VOL_NUMBER, atof(text)};

    return value;
}

static struct vol_value str(const char *text)
{
    struct vol_value value = {text, (uint32_t)strlen(text), VOL_STRING, NAN};

    return value;
}

static void put(struct vol_value *values, const struct vol_rules *set, const char *name,
                struct vol_value value)
{
    size_t index = vol_map_find(&set->names, name, strlen(name));

    if (UNIT(index != VOL_MAP_NONE))
        values[index] = value;
}

static void test_use(void)
{
    const struct vol_kind *metrics = vol_kind_find("metrics", 7), *quote = vol_kind_find("quote", 5);
    struct vol_value values[VOL_RULES_NAMES_MAX] = {{0}}, symbol;
    struct vol_buf text = VOL_BUF_INIT;
    struct vol_rules set;
    struct vol_error err = {0};
    const struct vol_rule *rule;

    UNIT(vol_rules_init(&set) == VOL_OK);
    UNIT(load(&set,
              RULE("\"when\": \"vix > 30 and hot\", \"rearm\": \"vix < 25\", \"fields\": {\"hot\": "
                   "\"boolean\"}, "
                   "\"message\": \"{{{underlying}}: {vix:2} {vix} {vix_status} {hot}\", \"cooldown\": 0.5, "
                   "\"channels\": [\"log\"]"),
              &err) == VOL_OK);
    rule = &set.rules[0];
    UNIT(rule->cooldown == 500000000 && rule->channels == 1);
    UNIT_STR(rule->severity, "low");
    symbol = vol_rules_symbol(values);
    UNIT(symbol.len == 0);
    UNIT(!vol_rule_fires(rule, metrics, values) && !vol_rule_rearms(rule, metrics, values)); /* all unknown */
    put(values, &set, "underlying", str("SP\nX"));
    put(values, &set, "vix", num("31.4159"));
    UNIT(!vol_rule_fires(rule, metrics, values)); /* `hot` is unknown */
    put(values, &set, "hot", (struct vol_value){"true", 4, VOL_TRUE, NAN});
    UNIT(vol_rule_fires(rule, metrics, values) && !vol_rule_fires(rule, quote, values) &&
         !vol_rule_fires(rule, NULL, values));
    UNIT(!vol_rule_rearms(rule, metrics, values));

    UNIT(vol_rule_message(&set, rule, values, &text) == VOL_OK);
    UNIT_STR(text.data, "{SP X}: 31.42 31.4159 unknown true");
    vol_buf_clear(&text);
    UNIT(vol_rule_values(&set, rule, values, &text) == VOL_OK);
    UNIT_STR(text.data, "{\"underlying\":\"SP\\u000aX\",\"vix\":31.4159,\"hot\":true,\"vix_status\":null}");
    put(values, &set, "vix", num("24"));
    UNIT(vol_rule_rearms(rule, metrics, values));
    put(values, &set, "vix", num(".5")); /* a CSV's spelling */
    vol_buf_clear(&text);
    UNIT(vol_rule_values(&set, rule, values, &text) == VOL_OK && strstr(text.data, "\"vix\":0.5,") != NULL);

    put(values, &set, "underlying", (struct vol_value){"A\0B", 3, VOL_STRING, NAN});
    UNIT(vol_rules_symbol(values).len == 1);
    put(values, &set, "underlying", (struct vol_value){NULL, 0, VOL_ABSENT, NAN});
    put(values, &set, "symbol", str("VIX"));
    symbol = vol_rules_symbol(values);
    UNIT(symbol.len == 3 && memcmp(symbol.text, "VIX", 3) == 0);
    vol_buf_free(&text);
    vol_rules_free(&set);
}

/* The rules that come with volpipe load, and say what the chapter's say. */
static void test_chapter(void)
{
    static const char *const names[] = {"vix_spike", "term_inversion", "vix9d_inversion", "high_iv_rank"};
    struct vol_rules set;
    struct vol_error err = {0};
    size_t i;

    UNIT(vol_rules_init(&set) == VOL_OK);
    if (!UNIT(vol_rules_load(&set, "share/rules/chapter.json", &err) == VOL_OK && set.n == 4))
        printf("    %s\n", err.text);
    for (i = 0; i < set.n; i++) {
        UNIT_STR(set.rules[i].name, names[i]);
        UNIT(set.rules[i].cooldown == INT64_C(300000000000) && set.rules[i].channels == 1);
    }
    vol_rules_free(&set);
}

static void test_log(void)
{
    const struct vol_channel_config off = {NULL}, on = {"log"};
    const struct vol_alert alert = {INT64_C(1556309700000000000), "spike", "high", "", "two\nlines"},
                           other = {INT64_C(1556309700000000001), "spike", "low", "SPX", "x"};
    struct vol_buf text = VOL_BUF_INIT;
    struct vol_error err = {0};
    size_t n;
    const struct vol_channel *log = vol_channel_table(&n);

    UNIT(n == 1);
    UNIT_STR(log->name, "log");
    UNIT_STR(vol_channel_words(), "log");
    UNIT(!log->is_on(&off) && log->is_on(&on));
    UNIT(log->check(&on, &err) == VOL_OK && log->send(&on, &alert, &err) == VOL_OK &&
         log->send(&on, &other, &err) == VOL_OK);
    UNIT(vol_file_read("log", 1000, &text, &err) == VOL_OK);
    UNIT_STR(text.data, "2019-04-26T20:15:00Z high spike - two lines\n"
                        "2019-04-26T20:15:00.000000001Z low spike SPX x\n");
    vol_buf_free(&text);
    unlink("log");
}

int main(void)
{
    char dir[] = "/tmp/volpipe-rules-XXXXXX";

    test_chapter(); /* from the root of the repository */
    if (mkdtemp(dir) == NULL || chdir(dir) != 0)
        return 1;
    test_refused();
    test_use();
    test_log();
    unlink("r.json");
    if (chdir("/") != 0 || rmdir(dir) != 0)
        return 1;
    return unit_done("notify/rules");
}
