#include "notify/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "notify/channel.h"
#include "record/conf.h"

static const char severity_words[] = "info|low|medium|high|critical";
static const char *const severities[] = {"info", "low", "medium", "high", "critical"};

enum { COOLDOWN_DEFAULT = 300, DECIMALS_MAX = 9 };

/* ---- loading
 * -------------------------------------------------------------------------------------------------- */

static void free_rule(struct vol_rule *rule)
{
    free(rule->name);
    free(rule->message);
    vol_expr_free(rule->when);
    vol_expr_free(rule->rearm);
}

enum vol_status vol_rules_init(struct vol_rules *set)
{
    size_t index;
    enum vol_status status;

    memset(set, 0, sizeof *set);
    vol_map_init(&set->names);
    status = vol_map_add(&set->names, "underlying", 10, &index);
    if (status == VOL_OK)
        status = vol_map_add(&set->names, "symbol", 6, &index);
    if (status != VOL_OK)
        vol_map_free(&set->names);
    return status;
}

void vol_rules_free(struct vol_rules *set)
{
    size_t i;

    for (i = 0; i < set->n; i++)
        free_rule(&set->rules[i]);
    free(set->rules);
    vol_map_free(&set->names);
    memset(set, 0, sizeof *set);
}

/* Which names a rule may use: the fields of its kind and those that its `fields` adds. */
struct scope {
    const struct vol_kind *kind;
    const json_t *fields; /* null: none */
};

static bool declare(void *context, const char *name, size_t len, enum vol_expr_type *type)
{
    const struct scope *scope = context;
    const char *word;
    json_t *value;
    char key[128];

    if (vol_expr_declare_kind((void *)scope->kind, name, len, type))
        return true;
    if (scope->fields == NULL || len >= sizeof key)
        return false;
    memcpy(key, name, len);
    key[len] = '\0';
    value = json_object_get(scope->fields, key);
    if (value == NULL)
        return false;
    word = json_string_value(value);
    *type = strcmp(word, "number") == 0   ? VOL_EXPR_NUM
            : strcmp(word, "string") == 0 ? VOL_EXPR_STR
                                          : VOL_EXPR_BOOL;
    return true;
}

static enum vol_status load_fields(const struct vol_conf *conf, struct scope *scope, struct vol_error *err)
{
    struct vol_conf fields;
    enum vol_status status = vol_conf_object(conf, "fields", false, &fields, err);
    const char *key, *word;
    json_t *value;

    if (status != VOL_OK)
        return status == VOL_NO ? VOL_OK : status;
    json_object_foreach(fields.object, key, value)
    {
        status = vol_conf_str(&fields, key, true, "number|string|boolean", &word, err);
        if (status != VOL_OK)
            return status;
    }
    scope->fields = fields.object;
    return VOL_OK;
}

/* The index of a field among those that the set reads. */
static enum vol_status use_name(struct vol_rules *set, const char *name, size_t len, size_t *index,
                                struct vol_error *err)
{
    if (vol_map_find(&set->names, name, len) == VOL_MAP_NONE && set->names.n == VOL_RULES_NAMES_MAX)
        return vol_error_set(err, VOL_ECONFIG, "the rules read more than %d different fields",
                             (int)VOL_RULES_NAMES_MAX);
    if (vol_map_add(&set->names, name, len, index) != VOL_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    return VOL_OK;
}

static enum vol_status load_expr(struct vol_rules *set, const struct vol_conf *conf, const char *key,
                                 bool required, struct scope *scope, struct vol_expr **out, size_t *names,
                                 struct vol_error *err)
{
    const char *text = NULL;
    enum vol_status status = vol_conf_str(conf, key, required, NULL, &text, err);
    size_t i;

    if (status != VOL_OK || text == NULL)
        return status;
    status = vol_expr_compile(out, text, strlen(text), VOL_EXPR_BOOL, declare, scope, err);
    for (i = 0; status == VOL_OK && i < vol_expr_n_names(*out); i++)
        status = use_name(set, vol_expr_name(*out, i), strlen(vol_expr_name(*out, i)), &names[i], err);
    if (status != VOL_OK)
        vol_error_prefix(err, "%s.%s", conf->where, key);
    return status;
}

/* A piece of a message: text up to the next field, then the field. *FIELD_LEN is 0 at the end. Returns what
 * is behind both, or null for a brace that opens no field. */
static const char *next_piece(const char *p, size_t *text_len, const char **field, size_t *field_len,
                              int *decimals)
{
    const char *brace = strchr(p, '{'), *close;

    *field_len = 0;
    *decimals = -1;
    *text_len = brace != NULL ? (size_t)(brace - p) : strlen(p);
    if (brace == NULL)
        return p + *text_len;
    if (brace[1] == '{') {
        (*text_len)++;
        return brace + 2;
    }
    close = strchr(brace, '}');
    *field = brace + 1;
    if (close == NULL || close == *field)
        return NULL;
    *field_len = (size_t)(close - *field);
    if (*field_len > 2 && close[-2] == ':' && close[-1] >= '0' && close[-1] <= '0' + DECIMALS_MAX) {
        *decimals = close[-1] - '0';
        *field_len -= 2;
    }
    return close + 1;
}

static enum vol_status load_message(struct vol_rules *set, const struct vol_conf *conf, struct scope *scope,
                                    struct vol_rule *rule, struct vol_error *err)
{
    const char *text, *p, *field;
    enum vol_status status = vol_conf_str(conf, "message", true, NULL, &text, err);
    enum vol_expr_type type;
    size_t text_len, field_len, index;
    int decimals;

    if (status != VOL_OK)
        return status;
    for (p = text; *p != '\0';) {
        p = next_piece(p, &text_len, &field, &field_len, &decimals);
        if (p == NULL)
            return vol_error_set(err, VOL_ECONFIG,
                                 "%s.message: a { that opens no {field}; write {{ for a brace", conf->where);
        if (field_len == 0)
            continue;
        if (!declare(scope, field, field_len, &type))
            return vol_error_set(err, VOL_ECONFIG, "%s.message: no field is called %.*s", conf->where,
                                 (int)(field_len < 64 ? field_len : 64), field);
        status = use_name(set, field, field_len, &index, err);
        if (status != VOL_OK)
            return status;
        rule->reads |= UINT64_C(1) << index;
    }
    rule->message = strdup(text);
    return rule->message != NULL ? VOL_OK : vol_error_set(err, VOL_EOS, "out of memory");
}

static enum vol_status load_channels(const struct vol_conf *conf, struct vol_rule *rule,
                                     struct vol_error *err)
{
    size_t n, i, k, n_table;
    const struct vol_channel *table = vol_channel_table(&n_table);
    enum vol_status status = vol_conf_array(conf, "channels", false, &n, err);
    const char *name;

    for (i = 0; status == VOL_OK && i < n; i++) {
        status = vol_conf_element_str(conf, "channels", i, vol_channel_words(), &name, err);
        for (k = 0; status == VOL_OK && k < n_table; k++)
            if (strcmp(table[k].name, name) == 0)
                rule->channels |= 1u << k;
    }
    return status;
}

static enum vol_status load_name(const struct vol_rules *set, const struct vol_conf *conf,
                                 struct vol_rule *rule, struct vol_error *err)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    const char *name;
    enum vol_status status = vol_conf_str(conf, "name", true, NULL, &name, err);
    size_t i;

    if (status != VOL_OK)
        return status;
    if (name[0] == '\0' || name[strspn(name, letters)] != '\0')
        return vol_error_set(err, VOL_ECONFIG, "%s.name: expected letters, digits, _ and -, got \"%.64s\"",
                             conf->where, name);
    for (i = 0; i < set->n; i++)
        if (strcmp(set->rules[i].name, name) == 0)
            return vol_error_set(err, VOL_ECONFIG, "%s.name: there is another rule called %.64s", conf->where,
                                 name);
    rule->name = strdup(name);
    return rule->name != NULL ? VOL_OK : vol_error_set(err, VOL_EOS, "out of memory");
}

static enum vol_status load_rule(struct vol_rules *set, const struct vol_conf *conf, struct vol_rule *rule,
                                 struct vol_error *err)
{
    static const char *const known[] = {"name",     "kind",  "when",     "severity", "message",
                                        "cooldown", "rearm", "channels", "fields",   NULL};
    const char *severity = NULL, *kind = NULL;
    double cooldown = COOLDOWN_DEFAULT;
    struct scope scope = {NULL, NULL};
    enum vol_status status = vol_conf_known(conf, known, err);
    size_t i;

    if (status == VOL_OK)
        status = load_name(set, conf, rule, err);
    if (status == VOL_OK)
        status = vol_conf_str(conf, "kind", true, NULL, &kind, err);
    if (status == VOL_OK && (rule->kind = scope.kind = vol_kind_find(kind, strlen(kind))) == NULL)
        status = vol_error_set(err, VOL_ECONFIG, "%s.kind: no kind of record is called \"%.64s\"",
                               conf->where, kind);
    if (status == VOL_OK)
        status = load_fields(conf, &scope, err);
    if (status == VOL_OK)
        status = load_expr(set, conf, "when", true, &scope, &rule->when, rule->when_names, err);
    if (status == VOL_OK)
        status = load_expr(set, conf, "rearm", false, &scope, &rule->rearm, rule->rearm_names, err);
    if (status == VOL_OK)
        status = vol_conf_str(conf, "severity", true, severity_words, &severity, err);
    if (status == VOL_OK)
        status = load_message(set, conf, &scope, rule, err);
    if (status == VOL_OK)
        status = vol_conf_num(conf, "cooldown", false, 0, 1e9, &cooldown, err);
    if (status == VOL_OK)
        status = load_channels(conf, rule, err);
    if (status != VOL_OK)
        return status;
    for (i = 0; strcmp(severities[i], severity) != 0; i++)
        ;
    rule->severity = severities[i];
    rule->cooldown = (int64_t)(cooldown * 1e9);
    for (i = 0; i < vol_expr_n_names(rule->when); i++)
        rule->reads |= UINT64_C(1) << rule->when_names[i];
    return VOL_OK;
}

static enum vol_status add_rule(struct vol_rules *set, const struct vol_conf *conf, struct vol_error *err)
{
    struct vol_rule rule = {0};
    enum vol_status status;

    if (set->n == set->cap) {
        size_t cap = set->cap > 0 ? 2 * set->cap : 8;
        struct vol_rule *rules = realloc(set->rules, cap * sizeof *rules);

        if (rules == NULL)
            return vol_error_set(err, VOL_EOS, "out of memory");
        set->rules = rules;
        set->cap = cap;
    }
    status = load_rule(set, conf, &rule, err);
    if (status == VOL_OK)
        set->rules[set->n++] = rule;
    else
        free_rule(&rule);
    return status;
}

enum vol_status vol_rules_load(struct vol_rules *set, const char *path, struct vol_error *err)
{
    static const char *const known[] = {"rules", NULL};
    struct vol_conf conf, rule;
    enum vol_status status = vol_conf_load(path, &conf, err);
    size_t old = set->n, n = 0, i;

    if (status != VOL_OK)
        return status;
    status = vol_conf_known(&conf, known, err);
    if (status == VOL_OK)
        status = vol_conf_array(&conf, "rules", true, &n, err);
    for (i = 0; status == VOL_OK && i < n; i++) {
        status = vol_conf_element(&conf, "rules", i, &rule, err);
        if (status == VOL_OK)
            status = add_rule(set, &rule, err);
    }
    while (status != VOL_OK && set->n > old)
        free_rule(&set->rules[--set->n]);
    vol_conf_free(&conf);
    return status;
}

/* ---- use
 * ------------------------------------------------------------------------------------------------------ */

struct vol_value vol_rules_symbol(const struct vol_value *values)
{
    struct vol_value symbol = values[VOL_RULES_UNDERLYING];
    const char *end;

    if (symbol.type != VOL_STRING)
        symbol = values[VOL_RULES_SYMBOL];
    if (symbol.type != VOL_STRING) {
        symbol.text = "";
        symbol.len = 0;
    }
    /* A string of JSON may hold a NUL; a symbol that goes to a file or a line may not. */
    end = symbol.len > 0 ? memchr(symbol.text, '\0', symbol.len) : NULL;
    if (end != NULL)
        symbol.len = (uint32_t)(end - symbol.text);
    return symbol;
}

struct lookup {
    const struct vol_value *values;
    const size_t *names;
};

static struct vol_expr_value look_up(void *context, size_t i)
{
    const struct lookup *lookup = context;

    return vol_expr_of_value(&lookup->values[lookup->names[i]]);
}

bool vol_rule_fires(const struct vol_rule *rule, const struct vol_kind *kind, const struct vol_value *values)
{
    struct lookup lookup = {values, rule->when_names};

    return rule->kind == kind && vol_expr_test(rule->when, look_up, &lookup) == VOL_EXPR_TRUE;
}

bool vol_rule_rearms(const struct vol_rule *rule, const struct vol_kind *kind, const struct vol_value *values)
{
    struct lookup lookup = {values, rule->rearm_names};

    return rule->rearm != NULL && rule->kind == kind &&
           vol_expr_test(rule->rearm, look_up, &lookup) == VOL_EXPR_TRUE;
}

static enum vol_status add_value(const struct vol_value *value, int decimals, struct vol_buf *out)
{
    size_t start = out->len, i;
    enum vol_status status;

    if (value->type == VOL_ABSENT || value->type == VOL_NULL)
        return vol_buf_add_str(out, "unknown");
    if (value->type == VOL_TRUE || value->type == VOL_FALSE)
        return vol_buf_add_str(out, value->type == VOL_TRUE ? "true" : "false");
    if (value->type != VOL_NUMBER || decimals < 0)
        return vol_buf_add(out, value->text, value->len);
    status = vol_buf_addf(out, "%.*f", decimals, value->num);
    /* A program that embeds us may have a locale with another decimal point. */
    for (i = start; status == VOL_OK && i < out->len; i++)
        if (strchr("0123456789-", out->data[i]) == NULL)
            out->data[i] = '.';
    return status;
}

enum vol_status vol_rule_message(const struct vol_rules *set, const struct vol_rule *rule,
                                 const struct vol_value *values, struct vol_buf *out)
{
    const char *p = rule->message, *text, *field;
    size_t text_len, field_len, start = out->len, i;
    enum vol_status status = VOL_OK;
    int decimals;

    while (status == VOL_OK && *p != '\0') {
        text = p;
        p = next_piece(p, &text_len, &field, &field_len, &decimals);
        status = vol_buf_add(out, text, text_len);
        if (status == VOL_OK && field_len > 0)
            status = add_value(&values[vol_map_find(&set->names, field, field_len)], decimals, out);
    }
    for (i = start; i < out->len; i++)
        if ((unsigned char)out->data[i] < 0x20 || out->data[i] == 0x7f)
            out->data[i] = ' ';
    return status;
}

static enum vol_status add_json(const struct vol_value *value, struct vol_buf *out)
{
    char number[VOL_NUM_MAX];
    double x;

    switch (value->type) {
    case VOL_STRING:
        return vol_buf_add_json(out, value->text, value->len);
    case VOL_NESTED:
        return vol_buf_add(out, value->text, value->len);
    case VOL_NUMBER:
        /* A cell of a CSV may spell a number as JSON may not. */
        if (vol_num_parse(value->text, value->len, &x) == VOL_OK)
            return vol_buf_add(out, value->text, value->len);
        vol_num_print(number, value->num, VOL_NUM_SHORTEST);
        return vol_buf_add_str(out, number);
    case VOL_TRUE:
        return vol_buf_add_str(out, "true");
    case VOL_FALSE:
        return vol_buf_add_str(out, "false");
    default:
        return vol_buf_add_str(out, "null");
    }
}

enum vol_status vol_rule_values(const struct vol_rules *set, const struct vol_rule *rule,
                                const struct vol_value *values, struct vol_buf *out)
{
    enum vol_status status = vol_buf_add_char(out, '{');
    const char *comma = "";
    size_t i, len;

    for (i = 0; status == VOL_OK && i < set->names.n; i++) {
        const char *name = vol_map_name(&set->names, i, &len);

        if ((rule->reads >> i & 1) == 0)
            continue;
        status = vol_buf_add_str(out, comma);
        comma = ",";
        if (status == VOL_OK)
            status = vol_buf_add_json(out, name, len);
        if (status == VOL_OK)
            status = vol_buf_add_char(out, ':');
        if (status == VOL_OK)
            status = add_json(&values[i], out);
    }
    return status == VOL_OK ? vol_buf_add_char(out, '}') : status;
}
