#include "surface/score.h"

#include "surface/violation.h"
#include "unit.h"

static void scores(void)
{
    static const struct vol_svi flat = {0.04, 0.0, 0.0, 0.0, 0.1};
    const struct vol_svifit_quote q[] = {
        {-0.1, 0.21, 0.20, 0.22}, /* half a spread above, on the edge: inside */
        {0.0, 0.19, 0.18, 0.195}, /* outside, by a point: 4/3 half-spreads */
        {0.1, 0.20, 0.20, 0.20},  /* locked */
    };
    struct vol_slice s = vol_slice_of_svi(&flat, 1.0, -0.1, 0.1);
    struct vol_score v;

    UNIT(vol_score_run(&s, q, 3, &v) == VOL_OK && v.points == 3 && v.k_min == -0.1 && v.k_max == 0.1);
    UNIT_NEAR(v.rmse_vol, sqrt(2e-4 / 3), 1e-15);
    UNIT_NEAR(v.rmse_spread, sqrt((1.0 + 16.0 / 9) / 3), 1e-12);
    UNIT_NEAR(v.inside, 2.0 / 3, 1e-15);
    UNIT(vol_score_run(&s, q, 0, &v) == VOL_NO);
    s.reach_min = s.k_min = -0.05;
    UNIT(vol_score_run(&s, q, 3, &v) == VOL_NO); /* it has no vol at the first */
}

static void places(void)
{
    static const struct vol_svi svi = {0.04, 0.4, -0.4, 0.1, 0.2}, negative = {-0.041, 0.1, 0.3, 0.36, 0.1};
    struct vol_slice s = vol_slice_of_svi(&svi, 0.25, -0.2, 0.1);
    double w[3];

    UNIT(vol_slice_place_of(&s, -0.2) == VOL_SLICE_INSIDE && vol_slice_place_of(&s, -0.21) == VOL_SLICE_WING);
    UNIT(vol_slice_place_of(&s, NAN) == VOL_SLICE_OUTSIDE && isnan(vol_slice_w(&s, NAN)));
    UNIT_NEAR(vol_slice_w(&s, -0.5), 0.388982212813, 1e-12); /* V7 of R4 */
    UNIT_NEAR(vol_slice_vol(&s, 0.5), sqrt(0.1548854382 / 0.25), 1e-10);
    UNIT(vol_slice_derivatives(&s, -1.0, w) == VOL_OK);
    UNIT_NEAR(vol_slice_durrleman(-1.0, w), 0.210582376422, 1e-12);
    s.reach_min = s.k_min;
    UNIT(vol_slice_place_of(&s, -0.21) == VOL_SLICE_OUTSIDE && vol_slice_derivatives(&s, -0.21, w) == VOL_NO);
    UNIT(isnan(w[0]) && isnan(w[2]) && isnan(vol_slice_durrleman(0.0, w)));
    s = vol_slice_of_svi(&negative, 1.0, -0.2, 0.5);
    UNIT(isnan(vol_slice_w(&s, 0.3)) && isnan(vol_slice_vol(&s, 0.3)));
    w[0] = 0.0;
    UNIT(vol_slice_durrleman(0.0, w) == -INFINITY);
    UNIT_STR(vol_slice_place_name(VOL_SLICE_WING), "wing");
}

/* Place and size of each kind. */
static void violations(void)
{
    struct vol_smiles smiles;
    struct vol_smiles_expiry *e;
    struct vol_violation v[VOL_VIOLATION_MAX];
    size_t at;
    bool fresh;

    vol_smiles_init(&smiles);
    UNIT(vol_smiles_find(&smiles, "A", 1, 1, &at, &fresh) == VOL_OK &&
         vol_smiles_find(&smiles, "A", 1, 2, &at, &fresh) == VOL_OK);
    e = smiles.expiry;
    e[0].status = e[1].status = VOL_SMILES_OK;
    e[0].butterfly = e[1].butterfly =
        (struct vol_butterfly){.free = true, .lee = true, .bad_low = NAN, .bad_high = NAN};
    e[0].calendar = VOL_SMILES_FIRST;
    e[1].calendar = VOL_SMILES_FREE;
    UNIT(vol_violation_list(&smiles, 0, v) == 0 && vol_violation_list(&smiles, 1, v) == 0);
    e[1].butterfly = (struct vol_butterfly){.min_g = -0.25,
                                            .min_k = 0.4,
                                            .bad_low = 0.3,
                                            .bad_high = 0.5,
                                            .slope_left = 1.5,
                                            .slope_right = 2.25};
    e[1].calendar = VOL_SMILES_CROSSES;
    e[1].crossing =
        (struct vol_crossing){.worst_k = -0.1, .worst_drop = 0.002, .bad_low = -0.2, .bad_high = 0.0};
    UNIT(vol_violation_list(&smiles, 1, v) == 3);
    UNIT(v[0].type == VOL_VIOLATION_BUTTERFLY && v[0].k == 0.4 && v[0].size == 0.25 && v[0].k_low == 0.3);
    UNIT(v[1].type == VOL_VIOLATION_CALENDAR && v[1].size == 0.002 && v[1].before == &e[0] &&
         v[1].k_high == 0.0);
    UNIT(v[2].type == VOL_VIOLATION_LEE && v[2].k == INFINITY && v[2].size == 0.25 && isnan(v[2].k_low));
    e[1].status = VOL_SMILES_POOR;
    UNIT(vol_violation_list(&smiles, 1, v) == 0);
    UNIT_STR(vol_violation_type_name(VOL_VIOLATION_LEE), "lee");
    vol_smiles_free(&smiles);
}

int main(void)
{
    scores();
    places();
    violations();
    return unit_done("surface/score");
}
