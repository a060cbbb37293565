#include "signal/realvar.h"

#include <math.h>

#define LN_4_LESS_1 0.38629436111989061883 /* 2 ln 2 - 1 */

const char *vol_realvar_of(enum vol_realvar measure, const struct vol_day *day, double *y)
{
    double range = day->up - day->down, variance;

    if (day->flags & VOL_DAY_SPLIT)
        return "suspect_split";
    if (day->flags & VOL_DAY_GAP)
        return "gap";
    if (!isfinite(day->ret))
        return "no_return";
    if (measure == VOL_REALVAR_SQUARED) {
        *y = day->ret * day->ret;
        return NULL;
    }
    if (day->flags & VOL_DAY_BAD_BAR)
        return "bad_bar";
    if (day->flags & VOL_DAY_NO_OPEN)
        return "no_open";
    variance = range * range / 2 - LN_4_LESS_1 * day->within * day->within + day->overnight * day->overnight;
    if (day->flags & VOL_DAY_NO_RANGE || !(variance > 0 && isfinite(variance)))
        return "no_range";
    *y = variance;
    return NULL;
}
