/* parity_report.h: what put-call parity says of a snapshot, as a table that a person reads.
 *
 * One line per expiry, and on request one per strike; at the end a summary over all snapshots, in constant
 * memory (the median of the errors is read off a histogram, to 0.001).
 */
#ifndef VOL_CHAIN_PARITY_REPORT_H
#define VOL_CHAIN_PARITY_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "chain/valuation.h"

enum { VOL_PARITY_REPORT_BINS = 4000, VOL_PARITY_REPORT_GAPS = 10000 };

struct vol_parity_report {
    size_t n_snapshots, n_expiries, n_pairs, n_within, n_outside, n_gaps;
    size_t n_ok, n_no_pairs, n_inconsistent; /* expiries by parity status */
    size_t error[VOL_PARITY_REPORT_BINS]; /* bins of 0.001 of the two half-spreads together; the last: more */
    size_t gap[VOL_PARITY_REPORT_GAPS];   /* bins of 0.00001 of vol */
};

/* No snapshots. */
void vol_parity_report_init(struct vol_parity_report *report);

/* Append the table of V, a snapshot of UNDERLYING that vol_valuation_run has just valued as of TS; BY_STRIKE:
 * with a line for every strike. VOL_EOS. */
enum vol_status vol_parity_report_add(struct vol_parity_report *report, const struct vol_valuation *v,
                                      int64_t ts, const char *underlying, bool by_strike,
                                      struct vol_buf *out);

/* Append the summary. VOL_EOS. */
enum vol_status vol_parity_report_end(const struct vol_parity_report *report, struct vol_buf *out);

#endif
