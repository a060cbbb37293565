#include "expr/code.h"

#include <math.h>
#include <string.h>

static const struct vol_expr_value unknown;

static struct vol_expr_value number(double x)
{
    struct vol_expr_value value = {VOL_EXPR_NUM, x, NULL, 0};

    return isfinite(x) ? value : unknown;
}

static struct vol_expr_value boolean(bool x)
{
    struct vol_expr_value value = {VOL_EXPR_BOOL, x ? 1 : 0, NULL, 0};

    return value;
}

static struct vol_expr_value unary(enum vol_expr_op op, struct vol_expr_value a)
{
    switch (op) {
    case OP_KNOWN:
        return boolean(a.type != VOL_EXPR_UNKNOWN);
    case OP_NOT:
        return a.type == VOL_EXPR_BOOL ? boolean(a.num == 0) : unknown;
    case OP_NEG:
        return a.type == VOL_EXPR_NUM ? number(-a.num) : unknown;
    default:
        return a.type == VOL_EXPR_NUM ? number(fabs(a.num)) : unknown;
    }
}

/* Kleene: the value that decides alone decides, whatever the other is. */
static struct vol_expr_value both(enum vol_expr_op op, struct vol_expr_value a, struct vol_expr_value b)
{
    double decides = op == OP_AND ? 0 : 1;
    bool a_is = a.type == VOL_EXPR_BOOL, b_is = b.type == VOL_EXPR_BOOL;

    if ((a_is && a.num == decides) || (b_is && b.num == decides))
        return boolean(op == OP_OR);
    return a_is && b_is ? boolean(op == OP_AND) : unknown;
}

static struct vol_expr_value equal(enum vol_expr_op op, struct vol_expr_value a, struct vol_expr_value b)
{
    bool same;

    if (a.type != b.type || a.type == VOL_EXPR_UNKNOWN)
        return unknown;
    if (a.type == VOL_EXPR_STR)
        same = a.len == b.len && (a.len == 0 || memcmp(a.text, b.text, a.len) == 0);
    else
        same = a.num == b.num;
    return boolean(same == (op == OP_EQ));
}

static struct vol_expr_value binary(enum vol_expr_op op, struct vol_expr_value a, struct vol_expr_value b)
{
    if (op == OP_AND || op == OP_OR)
        return both(op, a, b);
    if (op == OP_EQ || op == OP_NE)
        return equal(op, a, b);
    if (a.type != VOL_EXPR_NUM || b.type != VOL_EXPR_NUM)
        return unknown;
    switch (op) {
    case OP_ADD:
        return number(a.num + b.num);
    case OP_SUB:
        return number(a.num - b.num);
    case OP_MUL:
        return number(a.num * b.num);
    case OP_DIV:
        return number(a.num / b.num);
    case OP_MIN:
        return b.num < a.num ? b : a;
    case OP_MAX:
        return b.num > a.num ? b : a;
    case OP_LT:
        return boolean(a.num < b.num);
    case OP_LE:
        return boolean(a.num <= b.num);
    case OP_GT:
        return boolean(a.num > b.num);
    default:
        return boolean(a.num >= b.num);
    }
}

struct vol_expr_value vol_expr_eval(const struct vol_expr *expr, vol_expr_lookup *lookup, void *context)
{
    struct vol_expr_value stack[VOL_EXPR_DEPTH_MAX];
    size_t i, n = 0; /* the compiler has checked that n stays within the stack and ends at 1 */

    for (i = 0; i < expr->n_steps; i++) {
        enum vol_expr_op op = (enum vol_expr_op)expr->steps[i].op;

        if (op == OP_CONST) {
            stack[n++] = expr->constants[expr->steps[i].index];
        } else if (op == OP_NAME) {
            struct vol_expr_value value = lookup(context, expr->steps[i].index);

            stack[n++] = value.type == VOL_EXPR_NUM ? number(value.num) : value;
        } else if (op < OP_ADD) {
            stack[n - 1] = unary(op, stack[n - 1]);
        } else {
            stack[n - 2] = binary(op, stack[n - 2], stack[n - 1]);
            n--;
        }
    }
    return stack[0];
}

enum vol_expr_truth vol_expr_test(const struct vol_expr *expr, vol_expr_lookup *lookup, void *context)
{
    struct vol_expr_value value = vol_expr_eval(expr, lookup, context);

    if (value.type != VOL_EXPR_BOOL)
        return VOL_EXPR_MAYBE;
    return value.num != 0 ? VOL_EXPR_TRUE : VOL_EXPR_FALSE;
}

struct vol_expr_value vol_expr_of_value(const struct vol_value *value)
{
    struct vol_expr_value text = {VOL_EXPR_STR, 0, value->text, value->len};

    switch (value->type) {
    case VOL_NUMBER:
        return number(value->num);
    case VOL_STRING:
        return text;
    case VOL_TRUE:
        return boolean(true);
    case VOL_FALSE:
        return boolean(false);
    default:
        return unknown;
    }
}
