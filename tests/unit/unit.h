/* unit.h: a unit test is a program of checks; it prints what failed and a closing line, and exits 1 on any
 * failure.
 *
 *     int main(void)
 *     {
 *         UNIT(x == 3);
 *         UNIT_NEAR(price, 2.1334, 1e-4);
 *         return unit_done("price/black");
 *     }
 */
#ifndef VOL_TESTS_UNIT_H
#define VOL_TESTS_UNIT_H

#include <math.h>
#include <stdio.h>
#include <string.h>

static long unit_passed, unit_failed;

static inline int unit_check(int ok, const char *file, int line, const char *text)
{
    if (ok) {
        unit_passed++;
    } else if (unit_failed++ < 20) {
        printf("%s:%d: failed: %s\n", file, line, text);
    }
    return ok;
}

static inline int unit_near(double a, double b, double tolerance, const char *file, int line,
                            const char *text)
{
    int ok = fabs(a - b) <= tolerance; /* false for a NaN */

    if (!unit_check(ok, file, line, text) && unit_failed <= 20)
        printf("    %.17g and %.17g differ by %.3g, more than %.3g\n", a, b, fabs(a - b), tolerance);
    return ok;
}

static inline int unit_str(const char *a, const char *b, const char *file, int line, const char *text)
{
    int ok = strcmp(a, b) == 0;

    if (!unit_check(ok, file, line, text) && unit_failed <= 20)
        printf("    got      \"%s\"\n    expected \"%s\"\n", a, b);
    return ok;
}

#define UNIT(condition)         unit_check((condition) ? 1 : 0, __FILE__, __LINE__, #condition)
#define UNIT_NEAR(a, b, tol)    unit_near((a), (b), (tol), __FILE__, __LINE__, #a " ~ " #b)
#define UNIT_STR(got, expected) unit_str((got), (expected), __FILE__, __LINE__, #got " is " #expected)

static inline int unit_done(const char *name)
{
    printf("%s: %ld passed, %ld failed\n", name, unit_passed, unit_failed);
    return unit_failed > 0;
}

#endif
