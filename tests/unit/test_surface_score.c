#include "surface/score.h"

#include "surface/violation.h"
#include "unit.h"

/* R4 of the reference values: Gatheral and Jacquier's examples, and parameters that break Lee's bound. */
static const struct {
    struct vol_svi svi;
    int free;
    double min_g, at;
} published[] = {
    {{-0.041, 0.1331, 0.306, 0.3586, 0.4153}, 0, -0.03286357345, 0.87926254},
    {{0.00774091242037, 0.0692420344889, -0.334036480611, 0.0420337452296, 0.118607802913},
     1,
     0.256220714,
     -6.0},
    {{-0.0305199110319, 0.102716781781, 0.100717613203, 0.272344192925, 0.412398146911},
     1,
     0.008118278445,
     0.81133445},
    {{0.0102, 0.1, -0.7, 0.14, 0.142828568571}, 1, 0.2578945011, -6.0},
    {{0.0102, 1.2, -0.7, 0.0116666666667, 0.0119023807142}, 0, -10.07704881, -0.016299217},
    {{0.04, 1.5, 0.5, 0.0, 0.2}, 0, -0.7177948265, 0.49972006},
    {{0.04, 0.4, -0.4, 0.1, 0.2}, 1, 0.2089430881, -1.2818388},
    {{-0.0666, 0.229, 0.439, 0.193, 0.337}, 0, -0.1026713518, 0.56225426},
};

static void butterflies(void)
{
    struct vol_butterfly v;
    size_t i;

    for (i = 0; i < sizeof published / sizeof published[0]; i++) {
        struct vol_slice s = vol_slice_of_svi(&published[i].svi, 1.0, -0.5, 0.5);

        UNIT(vol_score_butterfly(&s, -6.0, 6.0, 1e-10, &v, NULL) == VOL_OK);
        UNIT(v.free == (published[i].free == 1));
        /* the sharpest (sigma of 0.012) is finer than a uniform grid of 12 units of k, refined or not */
        UNIT_NEAR(v.min_g, published[i].min_g, i == 4 ? 1e-2 : 1e-9);
        UNIT_NEAR(v.min_k, published[i].at, i == 4 ? 1e-3 : 1e-6);
        UNIT_NEAR(v.slope_right, vol_svi_slope_right(&published[i].svi), 1e-9);
        UNIT_NEAR(v.slope_left, vol_svi_slope_left(&published[i].svi), 1e-9);
        UNIT(v.lee == (i != 4 && i != 5));
    }
    {
        struct vol_slice s = vol_slice_of_svi(&published[5].svi, 1.0, -0.2, 0.2);

        s.reach_min = s.k_min; /* a smile without wings has no slopes to bound, and no grid beyond its end */
        s.reach_max = s.k_max;
        UNIT(vol_score_butterfly(&s, -6.0, 6.0, 1e-10, &v, NULL) == VOL_OK && v.lee && v.free);
        UNIT(v.slope_left == 0.0 && v.min_k >= -0.2 && v.min_k <= 0.2);
        UNIT(vol_score_butterfly(&s, 0.3, 6.0, 1e-10, &v, NULL) == VOL_EDATA);
    }
}

static void calendars(void)
{
    static const struct vol_svi above = {0.04, 0.4, -0.4, 0.1, 0.2};
    static const struct vol_svi below = {0.036, 0.36, -0.4, 0.1, 0.2};
    struct vol_slice a = vol_slice_of_svi(&above, 1.0, -0.5, 0.5),
                     b = vol_slice_of_svi(&below, 2.0, -0.5, 0.5);
    struct vol_crossing v;

    /* R4: V7 against nine tenths of it at a later time falls at every k */
    UNIT(vol_score_calendar(&a, &b, -0.5, 0.5, 1e-3, &v, NULL) == VOL_OK && !v.free);
    UNIT(v.bad_low == -0.5 && v.bad_high == 0.5);
    UNIT_NEAR(v.worst_drop, 0.1 * vol_svi_w(&above, v.worst_k), 1e-15);
    UNIT(vol_score_calendar(&b, &a, -0.5, 0.5, 1e-3, &v, NULL) == VOL_OK && v.free && isnan(v.bad_low));
    UNIT(vol_score_calendar(&a, &a, -0.5, 0.5, 1e-3, &v, NULL) == VOL_OK && v.free); /* equal is no fall */
    UNIT(vol_score_calendar(&a, &b, 0.5, 0.5, 1e-3, &v, NULL) == VOL_EDATA);
    UNIT(vol_score_calendar(&a, &b, -0.5, 0.5, 0.0, &v, NULL) == VOL_EDATA);
    b.reach_min = b.k_min = b.reach_max = b.k_max = 2.0;
    UNIT(vol_score_calendar(&a, &b, -0.5, 0.5, 1e-3, &v, NULL) == VOL_EDATA); /* nothing in common */
}

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
    butterflies();
    calendars();
    scores();
    places();
    violations();
    return unit_done("surface/score");
}
