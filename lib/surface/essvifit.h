/* essvifit.h: fits extended SSVI to the quotes of all expiries of a snapshot.
 *
 * The surface is free of butterfly and calendar arbitrage by construction: with the slopes r = psi (1 + rho),
 * l = psi (1 - rho) (twice those of total variance) the conditions of essvi.h are r and l not falling from
 * expiry to expiry and at most 4, and a closed-form interval for theta; no slice ever leaves them (Corbetta,
 * Cohort, Laachir and Martini, "Robust calibration and arbitrage-free interpolation of SSVI slices",
 * arXiv:1804.04924, who search one slice after the other inside such bounds). Here: each expiry is fitted
 * alone (essvisearch.h); r, l and theta are made monotone by weighted isotonic regression, weighted by what
 * the quotes say about them, so that a slice that contradicts the others does not bind them; then the slices
 * are searched one after the other, Levenberg-Marquardt on the same error as svifit.h, inside the bounds that
 * the slice before and the regression's next one leave, and twice more between the neighbours as they are.
 *
 * An expiry with few quotes, or with quotes on one side only, has its slopes from its neighbours and only
 * theta from its quotes.
 */
#ifndef VOL_SURFACE_ESSVIFIT_H
#define VOL_SURFACE_ESSVIFIT_H

#include <stddef.h>

#include "base/error.h"
#include "surface/essvi.h"
#include "surface/svifit.h"

enum vol_essvifit_status {
    VOL_ESSVIFIT_OK,
    VOL_ESSVIFIT_TOO_FEW, /* no quotes, or no expiry of the snapshot has enough */
    VOL_ESSVIFIT_POOR     /* the error is larger than the data deserve; the others were fitted without it */
};

/* "ok", "too_few_quotes", "poor_fit". */
const char *vol_essvifit_status_name(enum vol_essvifit_status status);

/* Fewer quotes do not determine a slice by themselves, nor do quotes without two on each side. */
enum { VOL_ESSVIFIT_MIN = 5 };

/* One expiry. The caller sets the first block, vol_essvifit_run the second. */
struct vol_essvifit_expiry {
    double t;                              /* years, in the clock of the vols */
    const struct vol_svifit_quote *quotes; /* ascending in k */
    size_t n;

    enum vol_essvifit_status status;
    struct vol_essvi slice;       /* set when status is OK or POOR; a POOR one is no part of the surface */
    bool borrowed;                /* the slopes are the neighbours' */
    double rmse_vol, rmse_spread; /* as in struct vol_svifit */
    double inside;
};

/* Fit EXPIRY[N], ascending in t. Those with status OK are free and in order (essvi.h). VOL_EDATA: times or
 * quotes not ascending, not finite or not positive; VOL_EOS. */
enum vol_status vol_essvifit_run(struct vol_essvifit_expiry *expiry, size_t n, struct vol_error *err);

#endif
