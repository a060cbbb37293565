/* violation.h: where a surface has static arbitrage, one by one.
 */
#ifndef VOL_SURFACE_VIOLATION_H
#define VOL_SURFACE_VIOLATION_H

#include <stddef.h>

#include "surface/smiles.h"

enum vol_violation_type { VOL_VIOLATION_BUTTERFLY, VOL_VIOLATION_CALENDAR, VOL_VIOLATION_LEE };

/* "butterfly", "calendar", "lee". */
const char *vol_violation_type_name(enum vol_violation_type type);

struct vol_violation {
    enum vol_violation_type type;
    double k; /* where it is worst; of a Lee slope minus or plus infinity: the left or the right wing */
    double k_low, k_high; /* from where to where on the grid of the check; NaN for a Lee slope */
    double size; /* how bad, positive: of a butterfly -g(k) (infinite where total variance is not positive);
                    of a calendar the fall of total variance; of a Lee slope what it has above 2 */
    const struct vol_smiles_expiry *before; /* of a calendar: the smile that lies above; else null */
};

enum { VOL_VIOLATION_MAX = 4 };

/* The violations of expiry I of SMILES (run), butterfly first; returns how many. */
size_t vol_violation_list(const struct vol_smiles *smiles, size_t i,
                          struct vol_violation out[VOL_VIOLATION_MAX]);

#endif
