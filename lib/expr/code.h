/* code.h: a compiled expression, shared by expr.c (which makes it) and eval.c (which runs it); no one else's.
 */
#ifndef VOL_EXPR_CODE_H
#define VOL_EXPR_CODE_H

#include <stdint.h>

#include "expr/expr.h"

enum vol_expr_op {
    OP_CONST, /* push constants[index] */
    OP_NAME,  /* push the value of name index */
    OP_NEG,   /* unary ones replace the value on top */
    OP_NOT,
    OP_ABS,
    OP_KNOWN,
    OP_ADD, /* binary ones replace the two values on top */
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_MIN,
    OP_MAX,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_EQ,
    OP_NE,
    OP_AND,
    OP_OR
};

struct vol_expr_step {
    uint16_t op;
    uint16_t index;
};

struct vol_expr {
    char *text; /* NUL-terminated; strings of constants point into it */
    struct vol_expr_step *steps;
    struct vol_expr_value *constants;
    char *names[VOL_EXPR_NAMES_MAX];
    size_t n_steps, n_constants, n_names;
};

#endif
