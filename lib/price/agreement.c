#include "price/agreement.h"

#include <math.h>

#include "price/median.h"

#define ROUNDING 1e-9 /* of the strike: a locked market may be off by what doubles are */

double vol_agreement_error(const struct vol_agreement_pair *pair)
{
    return fabs(pair->call - pair->put - pair->discount * (pair->forward - pair->strike));
}

void vol_agreement_judge(const struct vol_agreement_pair *pair, size_t n, double *scratch,
                         struct vol_agreement *out)
{
    double *error = scratch, *gap = scratch + n;
    size_t n_errors = 0, n_gaps = 0, i;

    out->n_within = out->n_outside = 0;
    for (i = 0; i < n; i++) {
        const struct vol_agreement_pair *p = &pair[i];
        double off = vol_agreement_error(p), both = p->call_half + p->put_half;
        double slack = ROUNDING * p->strike, vols = fabs(p->call_vol - p->put_vol);

        if (!(off < INFINITY) || !(both >= 0 && both < INFINITY))
            continue;
        out->n_within += off <= fmax(p->call_half, p->put_half) + slack;
        out->n_outside += off > both + slack;
        error[n_errors++] = off / (both + slack);
        if (vols < INFINITY && fabs(log(p->strike / p->forward)) <= VOL_AGREEMENT_NEAR)
            gap[n_gaps++] = vols;
    }
    out->n_pairs = n_errors;
    out->error = vol_median(error, n_errors);
    out->vol_gap = vol_median(gap, n_gaps);
}
