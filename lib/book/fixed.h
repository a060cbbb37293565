/* fixed.h: money, prices and quantities as whole numbers of 1e-8.
 *
 * A sum of fills must be the same to the last digit however often and in whatever order it is added up, and
 * no NaN may enter it, so that a book counts in int64_t, one unit being 1e-8 of the account's currency (a
 * satoshi of a coin account), of a price, or of a contract. The range is +-92,233,720,368.547,758,07; every
 * operation that would leave it returns VOL_EDATA. Products are made in 128 bits and rounded once, to
 * nearest, ties away from 0.
 */
#ifndef VOL_BOOK_FIXED_H
#define VOL_BOOK_FIXED_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define VOL_FIXED_ONE  INT64_C(100000000)
#define VOL_FIXED_NONE INT64_MIN /* a value that is not known; no operation accepts or makes it */

enum { VOL_FIXED_MAX = 24 }; /* bytes of any printed value, NUL included */

/* The value nearest to X. VOL_EDATA: X is not finite or beyond the range. */
enum vol_status vol_fixed_from(double x, int64_t *out);

/* NaN for VOL_FIXED_NONE. */
double vol_fixed_to(int64_t x);

enum vol_status vol_fixed_add(int64_t a, int64_t b, int64_t *out);
enum vol_status vol_fixed_sub(int64_t a, int64_t b, int64_t *out);

/* The product of two fixed values: a * b / 1e8. */
enum vol_status vol_fixed_mul(int64_t a, int64_t b, int64_t *out);

/* a * b / c as whole numbers; VOL_EDATA for c = 0. */
enum vol_status vol_fixed_muldiv(int64_t a, int64_t b, int64_t c, int64_t *out);

/* The greatest multiple of STEP (> 0) that is not above X. */
enum vol_status vol_fixed_floor(int64_t x, int64_t step, int64_t *out);

/* Exact decimal text without trailing zeros ("-12.5", "0"); "null" for VOL_FIXED_NONE. Returns the length. */
size_t vol_fixed_print(char out[VOL_FIXED_MAX], int64_t x);

#endif
