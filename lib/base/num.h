/* num.h: decimal text to double and back, exactly.
 *
 * No function here looks at the locale. Reading is correctly rounded (equal to strtod in the C locale, round
 * to nearest even, for every input of the grammar). Writing at a precision equals printf("%.*g") of the C
 * locale digit for digit; at VOL_NUM_SHORTEST it is the shortest text that reads back as the same double,
 * laid out as %g would. The fast paths are integer arithmetic in 128 bits: reading is exact for w * 5^k and
 * w / 5^k with k <= 27 (5^27 < 2^63), writing multiplies by the leading 64 bits of 10^k and knows where they
 * leave the rounding open; everything beyond goes to the C library.
 */
#ifndef VOL_BASE_NUM_H
#define VOL_BASE_NUM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define VOL_NUM_MAX      40 /* bytes to write a number into: the text, its NUL, and what the writing overruns */
#define VOL_NUM_SHORTEST 17 /* as a precision: the shortest text that reads back the same */
#define VOL_NUM_DEFAULT  10 /* significant digits of a computed number */

/* Read the number of RFC 8259 grammar that fills TEXT[0..N). VOL_EDATA: not such a number; VOL_NO: it is one,
 * but beyond the range of a double (|x| >= 2^1024 after rounding). Underflow to a subnormal or zero is no
 * error. */
enum vol_status vol_num_parse(const char *text, size_t n, double *out);

/* The same for a looser human grammar, used for options and vendor files: a leading `+`, leading zeros, `.5`
 * and `5.` are accepted as well; hexadecimal, infinity, NaN and surrounding space are not. */
enum vol_status vol_num_parse_loose(const char *text, size_t n, double *out);

/* A decimal integer with optional `-` that fills TEXT and fits int64_t; VOL_EDATA otherwise. */
enum vol_status vol_num_parse_int(const char *text, size_t n, int64_t *out);

/* The double nearest to (-1)^NEGATIVE * DIGITS * 10^EXP10. DIGITS is exact (no digit was dropped), |EXP10|
 * <= 27. For scanners that have read the digits themselves. */
double vol_num_scale(uint64_t digits, int exp10, int negative);

/* Write X, finite, with PRECISION (1..16 significant digits, or VOL_NUM_SHORTEST) to OUT[VOL_NUM_MAX];
 * returns the length (no NUL is counted, one is written). Non-finite X writes "null". Negative zero writes
 * "-0". */
size_t vol_num_print(char *out, double x, int precision);

size_t vol_num_print_int(char *out, int64_t x);

#endif
