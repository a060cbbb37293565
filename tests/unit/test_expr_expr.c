#include <stdlib.h>

#include "expr/code.h"
#include "expr/expr.h"
#include "unit.h"

/* The fields of the tests, and their values in the order of `names`. */
static const struct {
    const char *name;
    struct vol_expr_value value;
} fields[] = {
    {"vix", {VOL_EXPR_NUM, 31.5, NULL, 0}},       {"vix9d", {VOL_EXPR_NUM, 33, NULL, 0}},
    {"zero", {VOL_EXPR_NUM, 0, NULL, 0}},         {"gone", {VOL_EXPR_UNKNOWN, 0, NULL, 0}},
    {"nan", {VOL_EXPR_NUM, NAN, NULL, 0}},        {"inf", {VOL_EXPR_NUM, INFINITY, NULL, 0}},
    {"signal", {VOL_EXPR_STR, 0, "sell_vol", 8}}, {"empty", {VOL_EXPR_STR, 0, "", 0}},
    {"inverse", {VOL_EXPR_BOOL, 1, NULL, 0}},     {"_x1", {VOL_EXPR_NUM, -2, NULL, 0}},
};

static struct vol_expr_value lookup(void *context, size_t i)
{
    const char *name = vol_expr_name(context, i);
    struct vol_expr_value none = {0};
    size_t k;

    for (k = 0; k < sizeof fields / sizeof fields[0]; k++)
        if (strcmp(fields[k].name, name) == 0)
            return fields[k].value;
    return none;
}

static bool declare(void *context, const char *name, size_t len, enum vol_expr_type *type)
{
    size_t k;

    (void)context;
    for (k = 0; k < sizeof fields / sizeof fields[0]; k++)
        if (strlen(fields[k].name) == len && memcmp(fields[k].name, name, len) == 0) {
            *type = fields[k].value.type;
            return true;
        }
    return false;
}

/* 't' true, 'f' false, 'u' unknown. Once with declared types, once without: both must agree. */
static void test_conditions(void)
{
    static const struct {
        const char *text;
        char expected;
    } cases[] = {
        {"vix > 30", 't'},
        {"vix > 31.5", 'f'},
        {"vix >= 31.5", 't'},
        {"vix < 31.5", 'f'},
        {"vix <= 31.5", 't'},
        {"vix == 31.5", 't'},
        {"vix != 31.5", 'f'},
        {"vix9d > vix", 't'},
        {"1 + 2 * 3 == 7", 't'},
        {"(1 + 2) * 3 == 9", 't'},
        {"10 - 4 - 3 == 3", 't'},
        {"16 / 4 / 2 == 2", 't'},
        {"2 - -3 == 5", 't'},
        {"- - 2 == 2", 't'},
        {"-2 * -3 == 6", 't'},
        {"_x1 == -2", 't'},
        {"1e-3 == 0.001 and 1E3 == 1000", 't'},
        {"abs(_x1) == 2", 't'},
        {"min(3, 1, 2) == 1 and max(3, 1, 2) == 3", 't'},
        {"abs(min(vix, -1) - 1) == 2", 't'},
        {"signal == \"sell_vol\"", 't'},
        {"signal == 'buy_vol'", 'f'},
        {"signal != 'buy_vol'", 't'},
        {"empty == ''", 't'},
        {"inverse", 't'},
        {"not inverse", 'f'},
        {"inverse == true", 't'},
        {"inverse != false", 't'},
        {"true or false and false", 't'}, /* and binds tighter */
        {"(true or false) and false", 'f'},
        {"not false and false", 'f'}, /* not binds tighter */
        {"not not true", 't'},
        {"not vix > 30", 'f'},
        {"vix > 30 and signal == 'sell_vol' or gone > 1", 't'},
        {"\tvix\n>\r30 ", 't'},
        /* an unknown value */
        {"gone > 1", 'u'},
        {"gone < 1", 'u'},
        {"gone == gone", 'u'},
        {"gone != gone", 'u'},
        {"not gone > 1", 'u'},
        {"gone + 1 > 0", 'u'},
        {"abs(gone) >= 0", 'u'},
        {"min(gone, 1) <= 1", 'u'},
        {"max(1, gone) >= 1", 'u'},
        {"nan > 1 or nan <= 1", 'u'},
        {"inf > 1", 'u'},
        {"vix / zero > 1", 'u'},
        {"zero / zero == 0", 'u'},
        {"1e308 * 10 > 1", 'u'},
        {"known(vix)", 't'},
        {"known(gone)", 'f'},
        {"known(vix / zero)", 'f'},
        {"known(gone) and gone > 1", 'f'},
        {"not known(nan)", 't'},
        /* Kleene's tables */
        {"true and gone > 1", 'u'},
        {"gone > 1 and true", 'u'},
        {"false and gone > 1", 'f'},
        {"gone > 1 and false", 'f'},
        {"gone > 1 and gone > 2", 'u'},
        {"true or gone > 1", 't'},
        {"gone > 1 or true", 't'},
        {"false or gone > 1", 'u'},
        {"gone > 1 or false", 'u'},
        {"gone > 1 or gone > 2", 'u'},
    };
    static const char letters[] = {[VOL_EXPR_FALSE] = 'f', [VOL_EXPR_TRUE] = 't', [VOL_EXPR_MAYBE] = 'u'};
    struct vol_error err;
    size_t i;
    int typed;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (typed = 0; typed < 2; typed++) {
            struct vol_expr *expr = NULL;
            char got = '-';

            err.text[0] = '\0';
            if (vol_expr_compile(&expr, cases[i].text, strlen(cases[i].text), VOL_EXPR_BOOL,
                                 typed ? declare : NULL, NULL, &err) == VOL_OK)
                got = letters[vol_expr_test(expr, lookup, expr)];
            if (!UNIT(got == cases[i].expected))
                printf("    %s: got %c, expected %c %s\n", cases[i].text, got, cases[i].expected, err.text);
            vol_expr_free(expr);
        }
    }
}

/* Without declared types a wrong type shows in the record, and then the answer is unknown. */
static void test_late_types(void)
{
    static const char *const texts[] = {"signal > 1",     "signal + 1 == 2",  "not vix",
                                        "vix and true",   "inverse == 1",     "signal == 1",
                                        "-signal == '-'", "abs(inverse) == 1"};
    size_t i;

    for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct vol_expr *expr = NULL;
        struct vol_error err = {0};

        if (!UNIT(vol_expr_compile(&expr, texts[i], strlen(texts[i]), VOL_EXPR_UNKNOWN, NULL, NULL, &err) ==
                      VOL_OK ||
                  strstr(err.text, "needs") != NULL))
            printf("    %s: %s\n", texts[i], err.text);
        if (expr != NULL)
            UNIT(vol_expr_test(expr, lookup, expr) == VOL_EXPR_MAYBE);
        vol_expr_free(expr);
    }
}

static void test_numbers(void)
{
    static const char text[] = "(vix - 30) / 0.5 + 1";
    struct vol_expr *expr = NULL;
    struct vol_expr_value value;

    UNIT(vol_expr_compile(&expr, text, strlen(text), VOL_EXPR_NUM, declare, NULL, NULL) == VOL_OK);
    value = vol_expr_eval(expr, lookup, expr);
    UNIT(value.type == VOL_EXPR_NUM && value.num == 4);
    UNIT_STR(vol_expr_text(expr), text);
    UNIT(vol_expr_n_names(expr) == 1);
    vol_expr_free(expr);
    expr = NULL;
    UNIT(vol_expr_compile(&expr, "vix > vix9d or vix9d > vix or zero > vix", 40, VOL_EXPR_BOOL, declare, NULL,
                          NULL) == VOL_OK);
    UNIT(vol_expr_n_names(expr) == 3);
    UNIT_STR(vol_expr_name(expr, 0), "vix");
    UNIT_STR(vol_expr_name(expr, 2), "zero");
    vol_expr_free(expr);
}

static void test_refused(void)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "column 1: expected a value, got the end"},
        {"vix >", "column 6: expected a value, got the end"},
        {"vix > > 1", "column 7: expected a value, got >"},
        {"vix 30", "column 5: expected an operator or the end, got 30"},
        {"(vix > 30", "column 10: expected `)`, got the end"},
        {"vix > 30)", "column 9: expected an operator or the end, got )"},
        {"vixx > 30", "column 1: no field is called vixx"},
        {"vix", "column 1: expected a condition, got a number"},
        {"vix > 'high'", "column 7: > needs a number, got a string"},
        {"signal > 1", "column 1: > needs a number, got a string"},
        {"signal == 1", "column 11: == needs a string, got a number"},
        {"signal and vix > 1", "column 1: and needs a condition, got a string"},
        {"vix > 1 or vix", "column 12: or needs a condition, got a number"},
        {"not vix", "column 5: not needs a condition, got a number"},
        {"vix + signal > 1", "column 7: + needs a number, got a string"},
        {"-signal == 1", "column 1: - needs a number, got a string"},
        {"1 < vix < 3", "column 9: comparisons cannot be chained: write a < b and b < c"},
        {"vix = 3", "column 5: unexpected =: write == to compare"},
        {"vix > 3 && true", "column 9: unexpected &: write `and`"},
        {"vix > 3 || true", "column 9: unexpected |: write `or`"},
        {"!inverse", "column 1: unexpected !: write `not`"},
        {"vix > 3 @", "column 9: unexpected @"},
        {"vix > \x01", "column 7: unexpected byte 0x01"},
        {"vix > 3x", "column 7: not a number: 3x"},
        {"vix > 007", "column 7: not a number: 007"},
        {"vix > 1.", "column 7: not a number: 1."},
        {"vix > .5", "column 7: unexpected ."},
        {"vix > 1e400", "column 7: not a number in the range of a double: 1e400"},
        {"signal == 'sell", "column 11: the string that begins here does not end"},
        {"abs(vix, 1) > 1", "column 1: abs takes one value, got 2"},
        {"min(vix) > 1", "column 1: min takes two values or more, got 1"},
        {"sqrt(vix) > 1", "column 1: no function is called sqrt; there are abs, min, max and known"},
        {"abs() > 1", "column 5: expected a value, got )"},
        {"abs(vix > 1", "column 5: abs needs a number, got a condition"},
        {"max(vix; 1) > 1", "column 8: unexpected ;"},
        {"max(vix 1) > 1", "column 9: expected `,` or `)`, got 1"},
        {"max(vix, signal) > 1", "column 10: max needs a number, got a string"},
    };
    size_t i;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vol_expr *expr = NULL;
        struct vol_error err = {0};

        UNIT(vol_expr_compile(&expr, cases[i].text, strlen(cases[i].text), VOL_EXPR_BOOL, declare, NULL,
                              &err) == VOL_ECONFIG);
        UNIT_STR(err.text, cases[i].message);
        UNIT(expr == NULL);
        vol_expr_free(expr);
    }
}

/* Compile COUNT times OPEN, then MIDDLE, then COUNT times CLOSE. */
static enum vol_status nested(const char *open, const char *middle, const char *close, size_t count,
                              char *why)
{
    struct vol_expr *expr = NULL;
    struct vol_error err = {0};
    char *text = calloc(1, (strlen(open) + strlen(close)) * count + strlen(middle) + 1);
    enum vol_status status;
    size_t i;

    for (i = 0; i < count; i++)
        strcat(text, open);
    strcat(text, middle);
    for (i = 0; i < count; i++)
        strcat(text, close);
    status = vol_expr_compile(&expr, text, strlen(text), VOL_EXPR_BOOL, NULL, NULL, &err);
    if (status == VOL_OK)
        UNIT(vol_expr_test(expr, lookup, expr) != VOL_EXPR_MAYBE);
    strcpy(why, err.text);
    vol_expr_free(expr);
    free(text);
    return status;
}

static void test_bounds(void)
{
    char why[sizeof((struct vol_error *)0)->text];

    UNIT(nested("(", "vix > 1", ")", 64, why) == VOL_OK);
    UNIT(nested("(", "vix > 1", ")", 65, why) == VOL_ECONFIG);
    UNIT_STR(why, "column 65: nested more than 64 deep");
    UNIT(nested("not ", "vix > 1", "", 64, why) == VOL_OK);
    UNIT(nested("not ", "vix > 1", "", 900, why) == VOL_ECONFIG);
    UNIT(nested("- ", "vix > 1", "", 900, why) == VOL_ECONFIG);
    UNIT(nested("abs(", "1", ") > 0", 900, why) == VOL_ECONFIG);
    UNIT(nested("1+(", "1", ")", 62, why) == VOL_ECONFIG);
    UNIT_STR(why, "column 1: expected a condition, got a number");
    /* A long flat expression is fine: it needs two values at a time. */
    UNIT(nested("vix > 1 and ", "true", "", 340, why) == VOL_OK);
    UNIT(nested("vix > 1 and ", "true", "", 342, why) == VOL_ECONFIG);
    UNIT_STR(why, "the expression is longer than 4096 bytes");
}

static void test_kinds(void)
{
    const struct vol_kind *metrics = vol_kind_find("metrics", 7), *order = vol_kind_find("order", 5);
    struct vol_value value = {"sell", 4, VOL_STRING, NAN};
    struct vol_expr_value got = vol_expr_of_value(&value);
    struct vol_expr *expr = NULL;
    struct vol_error err = {0};

    UNIT(vol_expr_compile(&expr, "vix > 30 and vix_status == 'ok'", 31, VOL_EXPR_BOOL, vol_expr_declare_kind,
                          (void *)metrics, &err) == VOL_OK);
    vol_expr_free(expr);
    UNIT(vol_expr_compile(&expr, "legs == 1", 9, VOL_EXPR_BOOL, vol_expr_declare_kind, (void *)order, &err) ==
         VOL_ECONFIG);
    UNIT_STR(err.text, "column 1: no field is called legs");
    UNIT(got.type == VOL_EXPR_STR && got.len == 4);
    value.type = VOL_NULL;
    UNIT(vol_expr_of_value(&value).type == VOL_EXPR_UNKNOWN);
    value.type = VOL_NUMBER;
    UNIT(vol_expr_of_value(&value).type == VOL_EXPR_UNKNOWN); /* its number is NaN */
    value.num = 2;
    UNIT(vol_expr_of_value(&value).num == 2);
    value.type = VOL_NESTED;
    UNIT(vol_expr_of_value(&value).type == VOL_EXPR_UNKNOWN);
    value.type = VOL_TRUE;
    UNIT(vol_expr_of_value(&value).num == 1);
}

/* Random sequences of tokens and bytes: the sanitizers watch; a result is one of three, a refusal has words.
 */
static void test_random(void)
{
    static const char *const parts[] = {
        "vix",  "gone", "signal", "inverse", "1", "2.5e3", "'a'", "\"b\"", "(", ")", ",", "and", "or",  "not",
        "true", "abs(", "min(",   "known(",  "<", "<=",    "==",  "!=",    "+", "-", "*", "/",   "\xff"};
    unsigned long seed = 12345;
    long compiled = 0;
    int round;

    for (round = 0; round < 60000; round++) {
        char text[256] = "";
        struct vol_expr *expr = NULL;
        struct vol_error err = {0};
        size_t i, n = 1 + (size_t)round % 12;

        for (i = 0; i < n; i++) {
            seed = seed * 6364136223846793005ul + 1442695040888963407ul;
            strcat(text, parts[(seed >> 33) % (sizeof parts / sizeof parts[0])]);
            strcat(text, " ");
        }
        if (vol_expr_compile(&expr, text, strlen(text), VOL_EXPR_BOOL, round & 1 ? declare : NULL, NULL,
                             &err) == VOL_OK) {
            /* Every step comes from a byte of its own, so that the arrays are long enough. */
            if (vol_expr_test(expr, lookup, expr) > VOL_EXPR_MAYBE || expr->n_steps > strlen(text) ||
                expr->n_constants > expr->n_steps)
                UNIT(0);
            compiled++;
        } else if (err.text[0] == '\0') {
            UNIT(0);
        }
        vol_expr_free(expr);
    }
    UNIT(compiled > 500);
}

int main(void)
{
    test_conditions();
    test_late_types();
    test_numbers();
    test_refused();
    test_bounds();
    test_kinds();
    test_random();
    return unit_done("expr/expr");
}
