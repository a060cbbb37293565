/* metrics.h: the numbers that are read off the surface of one snapshot.
 *
 * Constant maturities are days of 1/365 of a year of the vols' clock. Nothing here extrapolates: a maturity
 * outside the expiries, and a delta whose strike lies outside the fitted quotes, has no value (NaN).
 */
#ifndef VOL_SURFACE_METRICS_H
#define VOL_SURFACE_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "surface/event.h"
#include "surface/roll.h"
#include "surface/smiles.h"
#include "surface/varindex.h"
#include "surface/varswap.h"

enum { VOL_METRICS_TENORS = 6 };

/* 7, 30, 60, 91, 182, 365. */
extern const int vol_metrics_tenor[VOL_METRICS_TENORS];

struct vol_metrics_config {
    enum vol_varindex_rule rule;
    const double *events; /* years from the snapshot, ascending; null: no list was given */
    size_t n_events;
    const struct vol_smiles *before; /* the snapshot before, run; null: none */
};

struct vol_metrics {
    double iv[VOL_METRICS_TENORS]; /* vols at the forward */
    double rr10, bf10, rr25, bf25; /* at 30 days: call less put, and the mean of both less the forward's */
    double term_slope;             /* 91 less 30 days */
    double skew_slope;             /* d vol / d k at the forward, at 30 days: per 1 of log-moneyness */
    double var_swap;               /* at 30 days over the fitted smiles (varswap.h), in vol points */
    double var_swap_wing;          /* share of it from beyond the quotes */
    enum vol_varswap_status var_swap_status;
    double iv30_ex; /* iv30 without the events; NaN without a list of events */
    enum vol_event_status event_status;
    double event_move;      /* one standard deviation of the next priced event's: root of its variance */
    struct vol_roll change; /* of iv30 since the snapshot before; NaN */
    enum vol_varindex_status index_status;
    double index;      /* in points; NaN when index_status is not OK */
    size_t near, next; /* expiries of the index; valid unless index_status is NO_EXPIRIES */
};

/* Measure SMILES, after vol_smiles_run. Also sets the `event_variance` of its expiries. VOL_EOS. */
enum vol_status vol_metrics_run(struct vol_smiles *smiles, const struct vol_metrics_config *config,
                                struct vol_metrics *out, struct vol_error *err);

#endif
