#include "surface/score.h"

#include <math.h>

static const double edge = 1e-9;

enum vol_status vol_score_run(const struct vol_slice *slice, const struct vol_svifit_quote *quotes, size_t n,
                              struct vol_score *out)
{
    double sum_vol = 0.0, sum_spread = 0.0, inside = 0.0;
    size_t i;

    if (n == 0)
        return VOL_NO;
    for (i = 0; i < n; i++) {
        const struct vol_svifit_quote *q = &quotes[i];
        double vol = vol_slice_vol(slice, q->k),
               half = fmax(0.5 * (q->vol_ask - q->vol_bid), VOL_SVIFIT_LEAST_HALF_SPREAD);
        double error = vol - q->vol;

        if (!isfinite(vol))
            return VOL_NO;
        sum_vol += error * error;
        sum_spread += error / half * (error / half);
        inside += vol >= q->vol_bid * (1.0 - edge) && vol <= q->vol_ask * (1.0 + edge);
    }
    *out = (struct vol_score){.points = n,
                              .k_min = quotes[0].k,
                              .k_max = quotes[n - 1].k,
                              .rmse_vol = sqrt(sum_vol / (double)n),
                              .rmse_spread = sqrt(sum_spread / (double)n),
                              .inside = inside / (double)n};
    return VOL_OK;
}
