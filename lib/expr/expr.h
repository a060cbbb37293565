/* expr.h: the small language in which rules, entries and limits are written.
 *
 *     vix > 30 and term_slope < 0
 *     abs(score) >= 0.5 and signal != "neutral"
 *
 *     condition   a or b, a and b, not a                    (in rising order of precedence)
 *     comparison  x < y, <=, >, >=, ==, !=                  (not chained; == and != also for strings and
 * booleans) sum         x + y, x - y, then x * y, x / y, then -x value       12.5, 1e-3, "text", 'text',
 * true, false, a field's name, ( … ) function    abs(x), min(x, y, …), max(x, y, …), known(x)
 *
 * There are three truth values. A field that is absent, null or not finite is unknown; arithmetic on it, a
 * division by zero and an overflow are unknown; a comparison with it is unknown; `and`, `or` and `not` follow
 * Kleene's strong logic (unknown and false is false, unknown or true is true). known(x) alone turns unknown
 * into false. A caller acts on VOL_EXPR_TRUE and nothing else, so that an unknown value neither fires a rule
 * nor passes a limit.
 *
 * An expression is compiled once: names and types are checked, errors name the column. Evaluation allocates
 * nothing and has no loops, so that its cost is bounded by the length of the text. No state, no clock, no
 * history.
 */
#ifndef VOL_EXPR_EXPR_H
#define VOL_EXPR_EXPR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "record/rec.h"

enum {
    VOL_EXPR_LENGTH_MAX = 4096, /* bytes of text */
    VOL_EXPR_DEPTH_MAX = 64,    /* nesting, and values waiting for their operator */
    VOL_EXPR_NAMES_MAX = 64     /* different names in one expression */
};

enum vol_expr_type {
    VOL_EXPR_UNKNOWN, /* of a value: unknown; of a declared name: the type shows only in the record */
    VOL_EXPR_NUM,
    VOL_EXPR_STR,
    VOL_EXPR_BOOL
};

/* A value. NUM is the number, or 1 and 0 for a boolean; TEXT[0..LEN) is the string. */
struct vol_expr_value {
    enum vol_expr_type type;
    double num;
    const char *text;
    size_t len;
};

enum vol_expr_truth { VOL_EXPR_FALSE, VOL_EXPR_TRUE, VOL_EXPR_MAYBE };

struct vol_expr;

/* Which names there are: set *TYPE and return true, or return false for a name that does not exist. */
typedef bool vol_expr_declare(void *context, const char *name, size_t len, enum vol_expr_type *type);

/* Compile TEXT[0..N). WANT is what it must yield: VOL_EXPR_BOOL (a condition), VOL_EXPR_NUM, or
 * VOL_EXPR_UNKNOWN for either. DECLARE may be null: every name exists, types show in the records. The result
 * owns its memory. VOL_ECONFIG with "column N: …", VOL_EOS. */
enum vol_status vol_expr_compile(struct vol_expr **out, const char *text, size_t n, enum vol_expr_type want,
                                 vol_expr_declare *declare, void *context, struct vol_error *err);
void vol_expr_free(struct vol_expr *expr);

/* The different names in the expression in order of appearance, and the text as it was compiled. */
size_t vol_expr_n_names(const struct vol_expr *expr);
const char *vol_expr_name(const struct vol_expr *expr, size_t i);
const char *vol_expr_text(const struct vol_expr *expr);

/* Fetch the value of name I; called at most once per place where the name stands. */
typedef struct vol_expr_value vol_expr_lookup(void *context, size_t i);

struct vol_expr_value vol_expr_eval(const struct vol_expr *expr, vol_expr_lookup *lookup, void *context);
enum vol_expr_truth vol_expr_test(const struct vol_expr *expr, vol_expr_lookup *lookup, void *context);

/* A value as a record has it: null, absent, nested and non-finite ones are unknown. Borrows the text. */
struct vol_expr_value vol_expr_of_value(const struct vol_value *value);

/* A vol_expr_declare whose context is a struct vol_kind: the fields of that kind. */
vol_expr_declare vol_expr_declare_kind;

#endif
