#include "expr/expr.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "expr/code.h"

enum token {
    T_END,
    T_NUM,
    T_STR,
    T_NAME,
    T_AND,
    T_OR,
    T_NOT,
    T_TRUE,
    T_FALSE,
    T_OPEN,
    T_CLOSE,
    T_COMMA,
    T_OP /* one of the operators; which one stands in `op` */
};

/* A recursive-descent compiler, one token ahead. After a failure every function returns at once. */
struct compiler {
    struct vol_expr *expr;
    const char *p, *end; /* behind the token */
    const char *at;      /* its first byte */
    enum token token;
    enum vol_expr_op op;     /* T_OP */
    double num;              /* T_NUM */
    const char *text;        /* T_STR */
    size_t len;              /* T_STR */
    size_t nesting, waiting; /* of the parser; values on the stack at this point of the evaluation */
    vol_expr_declare *declare;
    void *context;
    enum vol_status status;
    struct vol_error *err;
};

static const char *const type_words[] = {"a value", "a number", "a string", "a condition"};

/* ---- failing
 * ------------------------------------------------------------------------------------------------ */

static size_t column(const struct compiler *c, const char *at)
{
    return (size_t)(at - c->expr->text) + 1;
}

#define FAIL(c, at, ...) fail_at(c, vol_error_set((c)->err, VOL_ECONFIG, __VA_ARGS__), at)

static void fail_at(struct compiler *c, enum vol_status status, const char *at)
{
    c->status = status;
    vol_error_prefix(c->err, "column %zu", column(c, at));
}

static void expected(struct compiler *c, const char *what)
{
    int n = (int)(c->p - c->at);

    if (c->token == T_END)
        FAIL(c, c->at, "expected %s, got the end", what);
    else
        FAIL(c, c->at, "expected %s, got %.*s", what, n < 40 ? n : 40, c->at);
}

static bool check_type(struct compiler *c, const char *at, enum vol_expr_type got, enum vol_expr_type want,
                       const char *operator)
{
    if (c->status == VOL_OK && got != VOL_EXPR_UNKNOWN && got != want)
        FAIL(c, at, "%s needs %s, got %s", operator, type_words[want], type_words[got]);
    return c->status == VOL_OK;
}

/* ---- the scanner
 * -------------------------------------------------------------------------------------------- */

static bool is_digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

static bool is_letter(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_';
}

static void scan_number(struct compiler *c)
{
    enum vol_status status;

    while (c->p < c->end && (is_digit(*c->p) || is_letter(*c->p) || *c->p == '.' ||
                             ((*c->p == '-' || *c->p == '+') && (c->p[-1] == 'e' || c->p[-1] == 'E'))))
        c->p++;
    status = vol_num_parse(c->at, (size_t)(c->p - c->at), &c->num);
    c->token = T_NUM;
    if (status != VOL_OK)
        FAIL(c, c->at, "not a number%s: %.*s", status == VOL_NO ? " in the range of a double" : "",
             (int)(c->p - c->at < 40 ? c->p - c->at : 40), c->at);
}

static void scan_string(struct compiler *c)
{
    char quote = *c->p++;

    c->text = c->p;
    while (c->p < c->end && *c->p != quote)
        c->p++;
    c->len = (size_t)(c->p - c->text);
    c->token = T_STR;
    if (c->p == c->end)
        FAIL(c, c->at, "the string that begins here does not end");
    else
        c->p++;
}

static void scan_word(struct compiler *c)
{
    static const struct {
        const char *word;
        enum token token;
    } words[] = {{"and", T_AND}, {"or", T_OR}, {"not", T_NOT}, {"true", T_TRUE}, {"false", T_FALSE}};
    size_t i, n;

    while (c->p < c->end && (is_letter(*c->p) || is_digit(*c->p)))
        c->p++;
    n = (size_t)(c->p - c->at);
    c->token = T_NAME;
    for (i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i].word) == n && memcmp(words[i].word, c->at, n) == 0)
            c->token = words[i].token;
}

static void scan_operator(struct compiler *c)
{
    static const struct {
        const char *text;
        enum vol_expr_op op;
    } operators[] = {{"<=", OP_LE}, {">=", OP_GE}, {"==", OP_EQ}, {"!=", OP_NE}, {"<", OP_LT},
                     {">", OP_GT},  {"+", OP_ADD}, {"-", OP_SUB}, {"*", OP_MUL}, {"/", OP_DIV}};
    static const struct {
        const char *text, *hint;
    } others[] = {
        {"&", "write `and`"}, {"|", "write `or`"}, {"=", "write == to compare"}, {"!", "write `not`"}};
    size_t i, n;

    for (i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        n = strlen(operators[i].text);
        if ((size_t)(c->end - c->p) >= n && memcmp(c->p, operators[i].text, n) == 0) {
            c->token = T_OP;
            c->op = operators[i].op;
            c->p += n;
            return;
        }
    }
    for (i = 0; i < sizeof others / sizeof others[0]; i++)
        if (*c->p == others[i].text[0]) {
            FAIL(c, c->at, "unexpected %s: %s", others[i].text, others[i].hint);
            return;
        }
    if (*c->p > ' ' && *c->p < 0x7f)
        FAIL(c, c->at, "unexpected %c", *c->p);
    else
        FAIL(c, c->at, "unexpected byte 0x%02x", (unsigned)(unsigned char)*c->p);
}

static void next(struct compiler *c)
{
    while (c->p < c->end && (*c->p == ' ' || *c->p == '\t' || *c->p == '\n' || *c->p == '\r'))
        c->p++;
    c->at = c->p;
    if (c->status != VOL_OK || c->p == c->end) {
        c->token = T_END;
        return;
    }
    if (is_digit(*c->p))
        scan_number(c);
    else if (is_letter(*c->p))
        scan_word(c);
    else if (*c->p == '"' || *c->p == '\'')
        scan_string(c);
    else if (*c->p == '(' || *c->p == ')' || *c->p == ',')
        c->token = *c->p == '(' ? T_OPEN : *c->p == ')' ? T_CLOSE : T_COMMA, c->p++;
    else
        scan_operator(c);
    if (c->status != VOL_OK)
        c->token = T_END;
}

/* ---- code
 * --------------------------------------------------------------------------------------------------- */

/* The text bounds the number of steps and of constants: both arrays were made as long as it is. */
static void emit(struct compiler *c, enum vol_expr_op op, size_t index)
{
    struct vol_expr_step step = {(uint16_t)op, (uint16_t)index};

    if (c->status != VOL_OK)
        return;
    if (op == OP_CONST || op == OP_NAME) {
        if (++c->waiting > VOL_EXPR_DEPTH_MAX) {
            FAIL(c, c->at, "too deeply nested (more than %d values wait for their operator)",
                 (int)VOL_EXPR_DEPTH_MAX);
            return;
        }
    } else if (op >= OP_ADD) {
        c->waiting--;
    }
    c->expr->steps[c->expr->n_steps++] = step;
}

static void emit_constant(struct compiler *c, enum vol_expr_type type, double num, const char *text,
                          size_t len)
{
    struct vol_expr_value value = {type, num, text, len};

    if (c->status != VOL_OK)
        return;
    c->expr->constants[c->expr->n_constants] = value;
    emit(c, OP_CONST, c->expr->n_constants++);
}

static enum vol_expr_type emit_name(struct compiler *c, const char *name, size_t len)
{
    struct vol_expr *expr = c->expr;
    enum vol_expr_type type = VOL_EXPR_UNKNOWN;
    size_t i;

    if (c->declare != NULL && !c->declare(c->context, name, len, &type)) {
        FAIL(c, name, "no field is called %.*s", (int)(len < 64 ? len : 64), name);
        return VOL_EXPR_UNKNOWN;
    }
    for (i = 0; i < expr->n_names; i++)
        if (strlen(expr->names[i]) == len && memcmp(expr->names[i], name, len) == 0)
            break;
    if (i == VOL_EXPR_NAMES_MAX) {
        FAIL(c, name, "more than %d different names", (int)VOL_EXPR_NAMES_MAX);
        return VOL_EXPR_UNKNOWN;
    }
    if (i == expr->n_names) {
        char *copy = malloc(len + 1);

        if (copy == NULL) {
            c->status = vol_error_set(c->err, VOL_EOS, "out of memory");
            return VOL_EXPR_UNKNOWN;
        }
        memcpy(copy, name, len);
        copy[len] = '\0';
        expr->names[expr->n_names++] = copy;
    }
    emit(c, OP_NAME, i);
    return type;
}

/* ---- the grammar
 * -------------------------------------------------------------------------------------------- */

static enum vol_expr_type parse_or(struct compiler *c);

/* One level of nesting more: a parenthesis, a call, a `-` or a `not`. */
static bool enter(struct compiler *c)
{
    if (c->status == VOL_OK && ++c->nesting > VOL_EXPR_DEPTH_MAX)
        FAIL(c, c->at, "nested more than %d deep", (int)VOL_EXPR_DEPTH_MAX);
    return c->status == VOL_OK;
}

/* FUNCTION stands at AT; the token is the parenthesis. */
static enum vol_expr_type parse_call(struct compiler *c, const char *at, size_t len)
{
    static const struct {
        const char *name;
        enum vol_expr_op op;
        enum vol_expr_type yields;
        bool many;
    } functions[] = {{"abs", OP_ABS, VOL_EXPR_NUM, false},
                     {"known", OP_KNOWN, VOL_EXPR_BOOL, false},
                     {"min", OP_MIN, VOL_EXPR_NUM, true},
                     {"max", OP_MAX, VOL_EXPR_NUM, true}};
    size_t i, n = 0;

    for (i = 0; i < sizeof functions / sizeof functions[0]; i++)
        if (strlen(functions[i].name) == len && memcmp(functions[i].name, at, len) == 0)
            break;
    if (i == sizeof functions / sizeof functions[0]) {
        FAIL(c, at, "no function is called %.*s; there are abs, min, max and known",
             (int)(len < 64 ? len : 64), at);
        return VOL_EXPR_UNKNOWN;
    }
    if (!enter(c))
        return VOL_EXPR_UNKNOWN;
    do {
        const char *arg;
        enum vol_expr_type type;

        next(c);
        arg = c->at;
        type = parse_or(c);
        if (functions[i].op != OP_KNOWN)
            check_type(c, arg, type, VOL_EXPR_NUM, functions[i].name);
        if (++n > 1 && functions[i].many)
            emit(c, functions[i].op, 0);
    } while (c->status == VOL_OK && c->token == T_COMMA);
    if (c->status != VOL_OK)
        return VOL_EXPR_UNKNOWN;
    if (c->token != T_CLOSE) {
        expected(c, "`,` or `)`");
        return VOL_EXPR_UNKNOWN;
    }
    next(c);
    c->nesting--;
    if (functions[i].many ? n < 2 : n != 1)
        FAIL(c, at, "%s takes %s, got %zu", functions[i].name,
             functions[i].many ? "two values or more" : "one value", n);
    if (!functions[i].many)
        emit(c, functions[i].op, 0);
    return functions[i].yields;
}

static enum vol_expr_type parse_primary(struct compiler *c)
{
    const char *at = c->at;
    size_t len = (size_t)(c->p - at);
    enum vol_expr_type type;

    switch (c->token) {
    case T_NUM:
        emit_constant(c, VOL_EXPR_NUM, c->num, NULL, 0);
        next(c);
        return VOL_EXPR_NUM;
    case T_STR:
        emit_constant(c, VOL_EXPR_STR, 0, c->text, c->len);
        next(c);
        return VOL_EXPR_STR;
    case T_TRUE:
    case T_FALSE:
        emit_constant(c, VOL_EXPR_BOOL, c->token == T_TRUE ? 1 : 0, NULL, 0);
        next(c);
        return VOL_EXPR_BOOL;
    case T_NAME:
        next(c);
        if (c->status == VOL_OK && c->token == T_OPEN)
            return parse_call(c, at, len);
        return c->status == VOL_OK ? emit_name(c, at, len) : VOL_EXPR_UNKNOWN;
    case T_OPEN:
        if (!enter(c))
            return VOL_EXPR_UNKNOWN;
        next(c);
        type = parse_or(c);
        if (c->status == VOL_OK && c->token != T_CLOSE)
            expected(c, "`)`");
        next(c);
        c->nesting--;
        return type;
    default:
        if (c->status == VOL_OK)
            expected(c, "a value");
        return VOL_EXPR_UNKNOWN;
    }
}

static enum vol_expr_type parse_unary(struct compiler *c)
{
    const char *at = c->at;

    if (c->token != T_OP || c->op != OP_SUB)
        return parse_primary(c);
    if (enter(c)) {
        next(c);
        if (check_type(c, at, parse_unary(c), VOL_EXPR_NUM, "-"))
            emit(c, OP_NEG, 0);
        c->nesting--;
    }
    return VOL_EXPR_NUM;
}

/* `*` and `/` bind tighter than `+` and `-`: LEVEL 0 is the sum, 1 the product. */
static enum vol_expr_type parse_arithmetic(struct compiler *c, int level)
{
    enum vol_expr_op first = level == 0 ? OP_ADD : OP_MUL;
    const char *at = c->at;
    enum vol_expr_type type = level == 0 ? parse_arithmetic(c, 1) : parse_unary(c);

    while (c->status == VOL_OK && c->token == T_OP && (c->op == first || c->op == first + 1)) {
        static const char *const names[] = {"+", "-", "*", "/"};
        enum vol_expr_op op = c->op;
        const char *right;

        next(c);
        right = c->at;
        if (check_type(c, at, type, VOL_EXPR_NUM, names[op - OP_ADD]))
            check_type(c, right, level == 0 ? parse_arithmetic(c, 1) : parse_unary(c), VOL_EXPR_NUM,
                       names[op - OP_ADD]);
        emit(c, op, 0);
        type = VOL_EXPR_NUM;
    }
    return type;
}

static enum vol_expr_type parse_comparison(struct compiler *c)
{
    static const char *const names[] = {"<", "<=", ">", ">=", "==", "!="};
    const char *at = c->at, *right;
    enum vol_expr_type type = parse_arithmetic(c, 0), other;
    enum vol_expr_op op = c->op;

    if (c->status != VOL_OK || c->token != T_OP || op < OP_LT)
        return type;
    next(c);
    right = c->at;
    other = parse_arithmetic(c, 0);
    if (op != OP_EQ && op != OP_NE) {
        if (check_type(c, at, type, VOL_EXPR_NUM, names[op - OP_LT]))
            check_type(c, right, other, VOL_EXPR_NUM, names[op - OP_LT]);
    } else if (type != VOL_EXPR_UNKNOWN) {
        check_type(c, right, other, type, names[op - OP_LT]);
    }
    emit(c, op, 0);
    if (c->status == VOL_OK && c->token == T_OP && c->op >= OP_LT)
        FAIL(c, c->at, "comparisons cannot be chained: write a < b and b < c");
    return VOL_EXPR_BOOL;
}

static enum vol_expr_type parse_not(struct compiler *c)
{
    const char *at;

    if (c->token != T_NOT)
        return parse_comparison(c);
    if (enter(c)) {
        next(c);
        at = c->at;
        if (check_type(c, at, parse_not(c), VOL_EXPR_BOOL, "not"))
            emit(c, OP_NOT, 0);
        c->nesting--;
    }
    return VOL_EXPR_BOOL;
}

static enum vol_expr_type parse_and(struct compiler *c)
{
    const char *at = c->at, *right;
    enum vol_expr_type type = parse_not(c);

    while (c->status == VOL_OK && c->token == T_AND) {
        next(c);
        right = c->at;
        if (check_type(c, at, type, VOL_EXPR_BOOL, "and"))
            check_type(c, right, parse_not(c), VOL_EXPR_BOOL, "and");
        emit(c, OP_AND, 0);
        type = VOL_EXPR_BOOL;
    }
    return type;
}

static enum vol_expr_type parse_or(struct compiler *c)
{
    const char *at = c->at, *right;
    enum vol_expr_type type = parse_and(c);

    while (c->status == VOL_OK && c->token == T_OR) {
        next(c);
        right = c->at;
        if (check_type(c, at, type, VOL_EXPR_BOOL, "or"))
            check_type(c, right, parse_and(c), VOL_EXPR_BOOL, "or");
        emit(c, OP_OR, 0);
        type = VOL_EXPR_BOOL;
    }
    return type;
}

/* ---- the front
 * ---------------------------------------------------------------------------------------------- */

static struct vol_expr *make(const char *text, size_t n)
{
    struct vol_expr *expr = calloc(1, sizeof *expr);

    if (expr == NULL)
        return NULL;
    expr->text = malloc(n + 1);
    expr->steps = calloc(n + 1, sizeof *expr->steps);
    expr->constants = calloc(n + 1, sizeof *expr->constants);
    if (expr->text == NULL || expr->steps == NULL || expr->constants == NULL) {
        vol_expr_free(expr);
        return NULL;
    }
    if (n > 0)
        memcpy(expr->text, text, n);
    expr->text[n] = '\0';
    return expr;
}

enum vol_status vol_expr_compile(struct vol_expr **out, const char *text, size_t n, enum vol_expr_type want,
                                 vol_expr_declare *declare, void *context, struct vol_error *err)
{
    struct compiler c = {.declare = declare, .context = context, .err = err};
    enum vol_expr_type type;

    if (n > VOL_EXPR_LENGTH_MAX)
        return vol_error_set(err, VOL_ECONFIG, "the expression is longer than %d bytes",
                             (int)VOL_EXPR_LENGTH_MAX);
    c.expr = make(text, n);
    if (c.expr == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    c.p = c.expr->text;
    c.end = c.p + n;
    next(&c);
    type = parse_or(&c);
    if (c.status == VOL_OK && c.token != T_END)
        expected(&c, "an operator or the end");
    if (c.status == VOL_OK && want != VOL_EXPR_UNKNOWN && type != VOL_EXPR_UNKNOWN && type != want)
        FAIL(&c, c.expr->text, "expected %s, got %s", type_words[want], type_words[type]);
    if (c.status != VOL_OK) {
        vol_expr_free(c.expr);
        return c.status;
    }
    *out = c.expr;
    return VOL_OK;
}

void vol_expr_free(struct vol_expr *expr)
{
    size_t i;

    if (expr == NULL)
        return;
    for (i = 0; i < expr->n_names; i++)
        free(expr->names[i]);
    free(expr->constants);
    free(expr->steps);
    free(expr->text);
    free(expr);
}

size_t vol_expr_n_names(const struct vol_expr *expr)
{
    return expr->n_names;
}

const char *vol_expr_name(const struct vol_expr *expr, size_t i)
{
    return expr->names[i];
}

const char *vol_expr_text(const struct vol_expr *expr)
{
    return expr->text;
}

bool vol_expr_declare_kind(void *context, const char *name, size_t len, enum vol_expr_type *type)
{
    const struct vol_field *field = vol_field_find(context, name, len);

    if (field == NULL || field->type == VOL_FIELD_JSON)
        return false;
    if (field->type == VOL_FIELD_NUM || field->type == VOL_FIELD_INT)
        *type = VOL_EXPR_NUM;
    else
        *type = field->type == VOL_FIELD_BOOL ? VOL_EXPR_BOOL : VOL_EXPR_STR;
    return true;
}
