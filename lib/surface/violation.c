#include "surface/violation.h"

#include <math.h>

static const double lee_bound = 2.0;

const char *vol_violation_type_name(enum vol_violation_type type)
{
    static const char *const names[] = {"butterfly", "calendar", "lee"};

    return names[type];
}

/* The last smile before expiry I: what its calendar verdict compares with. */
static const struct vol_smiles_expiry *smile_before(const struct vol_smiles *smiles, size_t i)
{
    while (i-- > 0)
        if (vol_smiles_has_fit(&smiles->expiry[i]))
            return &smiles->expiry[i];
    return NULL;
}

size_t vol_violation_list(const struct vol_smiles *smiles, size_t i,
                          struct vol_violation out[VOL_VIOLATION_MAX])
{
    const struct vol_smiles_expiry *e = &smiles->expiry[i];
    const struct vol_butterfly *b = &e->butterfly;
    size_t n = 0;

    if (!vol_smiles_has_fit(e))
        return 0;
    if (!isnan(b->bad_low))
        out[n++] = (struct vol_violation){.type = VOL_VIOLATION_BUTTERFLY,
                                          .k = b->min_k,
                                          .k_low = b->bad_low,
                                          .k_high = b->bad_high,
                                          .size = -b->min_g};
    if (e->calendar == VOL_SMILES_CROSSES)
        out[n++] = (struct vol_violation){.type = VOL_VIOLATION_CALENDAR,
                                          .k = e->crossing.worst_k,
                                          .k_low = e->crossing.bad_low,
                                          .k_high = e->crossing.bad_high,
                                          .size = e->crossing.worst_drop,
                                          .before = smile_before(smiles, i)};
    if (b->slope_left > lee_bound) /* one that has no wing has no slope */
        out[n++] = (struct vol_violation){.type = VOL_VIOLATION_LEE,
                                          .k = -INFINITY,
                                          .k_low = NAN,
                                          .k_high = NAN,
                                          .size = b->slope_left - lee_bound};
    if (b->slope_right > lee_bound)
        out[n++] = (struct vol_violation){.type = VOL_VIOLATION_LEE,
                                          .k = INFINITY,
                                          .k_low = NAN,
                                          .k_high = NAN,
                                          .size = b->slope_right - lee_bound};
    return n;
}
