/* contract.h: what an option contract is, as far as orders, fills and positions must know it. */
#ifndef VOL_BOOK_CONTRACT_H
#define VOL_BOOK_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "book/fixed.h"

/* Bytes of a name, NUL included. The longest in use are venue symbols (BTC_USDC-30JUN23-0d625-C: 25). A
 * longer one is refused, never cut. */
enum { VOL_NAME_MAX = 48, VOL_ID_MAX = 128 };

#define VOL_TIME_NONE INT64_MIN /* an instant that is not known */

struct vol_contract {
    char underlying[VOL_NAME_MAX];
    char symbol[VOL_NAME_MAX];
    char root[VOL_NAME_MAX]; /* "" when it is not known */
    int32_t expiration;      /* days since 1970-01-01 */
    int64_t expires;         /* settlement instant; VOL_TIME_NONE */
    int64_t strike;          /* fixed */
    int64_t multiplier;      /* fixed: units of the underlying per contract; VOL_FIXED_NONE */
    char option_type;        /* 'C' or 'P' */
};

/* Whether NAME may stand for an account, a strategy, an underlying, a symbol or an id: 1 to MAX - 1 bytes of
 * printable ASCII without space, quote, backslash, and without "..": it becomes part of ids and file names.
 */
bool vol_contract_name_ok(const char *name, size_t len, size_t max);

/* Copy a name that is fit; VOL_EDATA otherwise, with WHAT in the words. */
enum vol_status vol_contract_name(char *out, size_t max, const char *name, size_t len, const char *what,
                                  struct vol_error *err);

/* Value at the end of its life per unit of underlying: max(S - K, 0) or max(K - S, 0). All fixed. */
int64_t vol_contract_intrinsic(const struct vol_contract *contract, int64_t underlying_price);

#endif
