#include "signal/combine.h"

#include <math.h>
#include <string.h>

#include "signal/qlike.h"

void vol_combine_init(struct vol_combine *combine, size_t n, double decay)
{
    memset(combine, 0, sizeof *combine);
    combine->n = n;
    combine->decay = decay;
}

void vol_combine_learn(struct vol_combine *combine, const double *forecast, double y)
{
    double loss[VOL_COMBINE_MAX];
    size_t i;

    for (i = 0; i < combine->n; i++) {
        loss[i] = vol_loss_of(VOL_LOSS_QLIKE, forecast[i], y);
        if (!isfinite(loss[i]))
            return;
    }
    for (i = 0; i < combine->n; i++)
        combine->sum[i] = combine->decay * combine->sum[i] + loss[i];
}

double vol_combine_mean(const struct vol_combine *combine, const double *forecast, double *weight)
{
    double best = INFINITY, total = 0, mean = 0, w[VOL_COMBINE_MAX];
    size_t i;

    for (i = 0; i < combine->n; i++)
        if (isfinite(forecast[i]) && combine->sum[i] < best)
            best = combine->sum[i];
    for (i = 0; i < combine->n; i++) {
        w[i] = isfinite(forecast[i]) ? exp(best - combine->sum[i]) : 0;
        total += w[i];
    }
    for (i = 0; i < combine->n; i++) {
        w[i] = total > 0 ? w[i] / total : 0;
        mean += w[i] > 0 ? w[i] * forecast[i] : 0;
        if (weight != NULL)
            weight[i] = w[i];
    }
    return total > 0 ? mean : NAN;
}
