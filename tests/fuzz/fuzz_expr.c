/* fuzz_expr.c: any text as an expression: it compiles or is refused with words; what compiled gives one of
 * three answers, the same each time, and none that is true when every field is unknown and nothing asks
 * known(). */
#include "fuzz.h"

#include <math.h>

#include "expr/expr.h"

static bool declare(void *context, const char *name, size_t len, enum vol_expr_type *type)
{
    (void)context;
    if (len > 8)
        return false;
    *type = (enum vol_expr_type)((unsigned char)name[0] % 4);
    return true;
}

static struct vol_expr_value known(void *context, size_t i)
{
    const struct vol_expr *expr = context;
    const char *name = vol_expr_name(expr, i);
    struct vol_expr_value value = {(enum vol_expr_type)((unsigned char)name[0] % 4), 0, name, strlen(name)};

    value.num = value.type == VOL_EXPR_BOOL ? (double)(i % 2) : i % 5 == 0 ? NAN : 1e300 * (double)i - 1;
    return value;
}

static struct vol_expr_value unknown(void *context, size_t i)
{
    struct vol_expr_value value = {VOL_EXPR_UNKNOWN, 0, NULL, 0};

    (void)context;
    (void)i;
    return value;
}

/* Whether TEXT has a constant that could decide alone, or asks known(). */
static bool has_opinion(const char *text)
{
    return strpbrk(text, "0123456789\"'") != NULL || strstr(text, "true") != NULL ||
           strstr(text, "false") != NULL || strstr(text, "known") != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct vol_expr *expr = NULL;
    struct vol_error err = {0};
    enum vol_status status;
    int typed;

    FUZZ_CHECK(text != NULL);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    for (typed = 0; typed < 2; typed++) {
        status = vol_expr_compile(&expr, text, size, VOL_EXPR_BOOL, typed ? declare : NULL, NULL, &err);
        if (status != VOL_OK) {
            FUZZ_CHECK(status == VOL_ECONFIG && err.text[0] != '\0');
            continue;
        }
        FUZZ_CHECK(vol_expr_test(expr, known, expr) == vol_expr_test(expr, known, expr));
        if (memchr(text, '\0', size) == NULL && !has_opinion(text))
            FUZZ_CHECK(vol_expr_test(expr, unknown, expr) == VOL_EXPR_MAYBE);
        vol_expr_free(expr);
    }
    free(text);
    return 0;
}
