#include "signal/qlike.h"

#include <math.h>

double vol_loss_of(enum vol_loss loss, double f, double y)
{
    if (!(f > 0 && y >= 0 && isfinite(f) && isfinite(y)))
        return NAN;
    switch (loss) {
    case VOL_LOSS_QLIKE:
        return log(f) + y / f;
    case VOL_LOSS_MSE:
        return (f - y) * (f - y);
    case VOL_LOSS_MAE:
        return fabs(f - y);
    case VOL_LOSS_N:
        break;
    }
    return NAN;
}
