/* payouts.h: the cash dividends of each underlying as they were known at an instant.
 *
 * They come from `dividend` records of a file and of the stream. A dividend counts from its record's ts (its
 * announcement) on and until its ex-date's open, 09:30 in New York; a later record of the same underlying and
 * ex-date replaces the earlier one, and an amount of 0 takes it back. Nothing is ever known early.
 */
#ifndef VOL_CHAIN_PAYOUTS_H
#define VOL_CHAIN_PAYOUTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "price/dividends.h"

struct vol_payout {
    int64_t ts, ex; /* when it was known; the open of its ex-date */
    size_t name_at, name_len;
    double amount;
};

struct vol_payouts {
    struct vol_payout *payout; /* ascending by ex, then by ts */
    size_t n, cap;
    struct vol_buf names;
    /* private: what vol_payouts_of handed out */
    struct vol_buf times, amounts;
};

void vol_payouts_init(struct vol_payouts *payouts);
void vol_payouts_free(struct vol_payouts *payouts);

/* Add the `dividend` records of PATH (NDJSON or a CSV with the columns ts, underlying, ex_date and amount;
 * plain, gzip or zstd); other kinds in it are skipped. The first malformed one is an error: VOL_EDATA with
 * place and reason; VOL_ENOINPUT when it cannot be read or holds none; VOL_EOS. */
enum vol_status vol_payouts_load(struct vol_payouts *payouts, const char *path, struct vol_error *err);

/* A record of the stream: AMOUNT of cash per unit of UNDERLYING on the day EX_DATE, known at TS. VOL_EDATA:
 * the amount is negative or not finite, or the date before 1678 or after 2261; VOL_EOS. */
enum vol_status vol_payouts_add(struct vol_payouts *payouts, int64_t ts, const char *underlying, size_t len,
                                int32_t ex_date, double amount);

/* Those of UNDERLYING that were known at TS and lie ahead, into *OUT (times in years of 365 days from TS);
 * its arrays hold until the next call. VOL_EOS. */
enum vol_status vol_payouts_of(struct vol_payouts *payouts, int64_t ts, const char *underlying, size_t len,
                               struct vol_dividends *out);

#endif
