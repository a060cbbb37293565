#include "surface/arbitrage.h"

#include "unit.h"

/* Table R4 of the project's reference values (raw SVI slices with butterfly verdicts, 40-digit arithmetic
 * rounded to 12 digits). V1 to V3: Gatheral and Jacquier, arXiv:1204.0646, examples 3.1 and 5.1; V8:
 * QuantLib's svivolatility.cpp. */
static const struct row {
    const char *id;
    struct vol_svi svi;
    int free;
    double min_g, at, g_left, g_zero, g_right, w_left, w_right;
} rows[] = {
    {"V1",
     {-0.041, 0.1331, 0.306, 0.3586, 0.4153},
     0,
     -0.03286357345,
     0.87926254,
     0.267870358736,
     1.03864973128,
     -0.0277416959046,
     0.0509765716903,
     0.0231515656122},
    {"V2",
     {0.00774091242037, 0.0692420344889, -0.334036480611, 0.0420337452296, 0.118607802913},
     1,
     0.256220714,
     -6.0,
     0.293261365407,
     1.21359690562,
     0.309929830364,
     0.0586973676848,
     0.0299051882039},
    {"V3",
     {-0.0305199110319, 0.102716781781, 0.100717613203, 0.272344192925, 0.412398146911},
     1,
     0.008118278445,
     0.81133445,
     0.267755115374,
     1.041529244,
     0.0179262999795,
     0.0514235649744,
     0.0202212484664},
    {"V4",
     {0.0102, 0.1, -0.7, 0.14, 0.142828568571},
     1,
     0.2578945011,
     -6.0,
     0.308555829921,
     1.003775,
     0.373834893009,
     0.120574385243,
     0.0237298334621},
    {"V5",
     {0.0102, 1.2, -0.7, 0.0116666666667, 0.0119023807142},
     0,
     -10.07704881,
     -0.016299217,
     -0.503270429689,
     1.5436,
     0.16203309875,
     1.05416610131,
     0.18617403559},
    {"V6",
     {0.04, 1.5, 0.5, 0.0, 0.2},
     0,
     -0.7177948265,
     0.49972006,
     0.151240549718,
     4.30124080882,
     -0.539785426351,
     0.47277472107,
     1.22277472107},
    {"V7",
     {0.04, 0.4, -0.4, 0.1, 0.2},
     1,
     0.2089430881,
     -1.2818388,
     0.210582376422,
     1.51096100294,
     0.275715693412,
     0.388982212813,
     0.1548854382},
    {"V8",
     {-0.0666, 0.229, 0.439, 0.193, 0.337},
     0,
     -0.1026713518,
     0.56225426,
     0.116876865736,
     1.20697042514,
     -0.024693885323,
     0.0401984719936,
     0.0686573834093},
    {"V9", {0.04, 0.0, 0.0, 0.0, 0.1}, 1, 1.0, 0.0 / 1.0, 1.0, 1.0, 1.0, 0.04, 0.04},
};

static void verdicts(void)
{
    struct vol_butterfly v;
    size_t i;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *r = &rows[i];

        UNIT_NEAR(vol_svi_g(&r->svi, -1.0), r->g_left, 2e-11);
        UNIT_NEAR(vol_svi_g(&r->svi, 0.0), r->g_zero, 1e-9);
        UNIT_NEAR(vol_svi_g(&r->svi, 1.0), r->g_right, 2e-11);
        UNIT_NEAR(vol_svi_w(&r->svi, -0.5), r->w_left, 2e-12);
        UNIT_NEAR(vol_svi_w(&r->svi, 0.5), r->w_right, 2e-12);
        if (!UNIT(vol_arbitrage_butterfly(&r->svi, -6.0, 6.0, 1e-9, &v, NULL) == VOL_OK))
            continue;
        if (!UNIT(v.free == (r->free != 0)))
            printf("    %s\n", r->id);
        UNIT_NEAR(v.min_g, r->min_g, 1e-8 * (1 + fabs(r->min_g)));
        if (i + 1 < sizeof rows / sizeof rows[0]) /* V9 is flat: any k will do */
            UNIT_NEAR(v.min_k, r->at, 2e-6);
    }
    /* Where the density is negative: k in [0.643, 1.256] for Vogt (data/worked-examples), 0.31 to 1.125 for
     * V8. */
    UNIT(vol_arbitrage_butterfly(&rows[0].svi, -6.0, 6.0, 0.0, &v, NULL) == VOL_OK);
    UNIT_NEAR(v.bad_low, 0.643, 0.02);
    UNIT_NEAR(v.bad_high, 1.256, 0.02);
    UNIT(vol_arbitrage_butterfly(&rows[7].svi, -6.0, 6.0, 0.0, &v, NULL) == VOL_OK);
    UNIT_NEAR(v.bad_low, 0.31, 0.02);
    UNIT_NEAR(v.bad_high, 1.125, 0.02);
    /* Lee's bound alone decides where the range ends before g turns negative: b (1 + rho) = 2.25. */
    UNIT(vol_arbitrage_butterfly(&rows[5].svi, -0.1, 0.1, 1e-9, &v, NULL) == VOL_OK);
    UNIT(!v.lee && !v.free && v.min_g > 0.0);
    UNIT_NEAR(v.slope_right, 2.25, 1e-12);
    UNIT_NEAR(v.slope_left, 0.75, 1e-12);
}

static void calendars(void)
{
    const struct vol_svi v7 = rows[6].svi;
    /* SSVI slices of theta .04 and .09 with rho -.7, phi 5: a = theta (1 - rho^2) / 2, b = theta phi / 2,
     * m = -rho / phi, sigma = sqrt(1 - rho^2) / phi. */
    const struct vol_svi one = {0.0102, 0.1, -0.7, 0.14, 0.14282856857085701};
    const struct vol_svi two = {0.02295, 0.225, -0.7, 0.14, 0.14282856857085701};
    struct vol_svi lower = v7, above = v7;
    struct vol_crossing c;

    lower.a *= 0.9;
    lower.b *= 0.9;
    UNIT(vol_arbitrage_calendar(&v7, &lower, -2.0, 2.0, 1e-6, &c, NULL) == VOL_OK);
    UNIT(!c.free);
    UNIT_NEAR(c.bad_low, -2.0, 1e-12); /* flagged at every k */
    UNIT_NEAR(c.bad_high, 2.0, 1e-12);
    UNIT_NEAR(c.worst_drop, 0.1 * vol_svi_w(&v7, c.worst_k), 1e-12);
    UNIT(vol_arbitrage_calendar(&one, &two, -2.0, 2.0, 1e-6, &c, NULL) == VOL_OK);
    UNIT(c.free && isnan(c.bad_low) && c.worst_drop < 0.0);
    UNIT(vol_arbitrage_calendar(&two, &one, -2.0, 2.0, 1e-6, &c, NULL) == VOL_OK);
    UNIT(!c.free && c.worst_drop > 0.0);
    /* Equal smiles do not cross: the tolerance is there for them. */
    UNIT(vol_arbitrage_calendar(&v7, &v7, -2.0, 2.0, 1e-6, &c, NULL) == VOL_OK);
    UNIT(c.free);
    /* A crossing in one wing only is found where it is. */
    above.rho = -0.5;
    above.a += 0.01;
    UNIT(vol_arbitrage_calendar(&v7, &above, -1.0, 2.0, 1e-6, &c, NULL) == VOL_OK);
    UNIT(!c.free && c.worst_k == 2.0 && c.bad_low > 0.0 && c.bad_high == 2.0);
}

static void refusals(void)
{
    struct vol_butterfly v = {.min_g = 7.0};
    struct vol_crossing c = {.worst_k = 7.0};
    struct vol_svi bad = rows[0].svi;
    struct vol_error err = {0};

    bad.sigma = NAN;
    UNIT(vol_arbitrage_butterfly(&bad, -1, 1, 0, &v, &err) == VOL_EDATA && err.text[0] != '\0');
    UNIT(vol_arbitrage_butterfly(&rows[0].svi, 1, -1, 0, &v, NULL) == VOL_EDATA);
    UNIT(vol_arbitrage_butterfly(&rows[0].svi, NAN, 1, 0, &v, NULL) == VOL_EDATA);
    UNIT(v.min_g == 7.0); /* outputs are untouched on error */
    UNIT(vol_arbitrage_calendar(&rows[0].svi, &rows[1].svi, -1, 1, 0.0, &c, NULL) == VOL_EDATA);
    UNIT(vol_arbitrage_calendar(&rows[0].svi, &rows[1].svi, -1, 1, NAN, &c, NULL) == VOL_EDATA);
    UNIT(vol_arbitrage_calendar(&rows[0].svi, &bad, -1, 1, 1e-6, &c, NULL) == VOL_EDATA);
    UNIT(c.worst_k == 7.0);
    /* A smile whose total variance turns negative is a verdict, not an error. */
    bad = rows[0].svi;
    bad.a = -0.06;
    UNIT(vol_arbitrage_butterfly(&bad, -1, 1, 0, &v, NULL) == VOL_OK && !v.free && v.min_g == -INFINITY);
}

/* A model of its own: flat but for a parabola that opens downward, the density of which turns negative at its
 * top; beyond |k| = 1 it gives nothing. */
static void cap(const void *height, double k, double w[3])
{
    w[0] = fabs(k) <= 1.0 ? 0.04 + *(const double *)height * (1.0 - k * k) : NAN;
    w[1] = -2.0 * *(const double *)height * k;
    w[2] = -2.0 * *(const double *)height;
}

/* Slices of any model get the verdicts that SVI gets through its own door. */
static void any_model(void)
{
    const double low = 0.2, high = 1.5;
    struct vol_slice a = {.derivatives = cap, .parameters = &low, .t = 1.0, .k_min = -1.0, .k_max = 1.0};
    struct vol_slice b, svi = vol_slice_of_svi(&rows[6].svi, 1.0, -1.0, 1.0);
    struct vol_butterfly v, own;
    struct vol_crossing c;
    size_t i;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vol_slice slice = vol_slice_of_svi(&rows[i].svi, 1.0, -1.0, 1.0);

        UNIT(vol_arbitrage_slice(&slice, -6.0, 6.0, 1e-9, &v, NULL) == VOL_OK);
        UNIT(vol_arbitrage_butterfly(&rows[i].svi, -6.0, 6.0, 1e-9, &own, NULL) == VOL_OK);
        UNIT(v.free == own.free && v.lee == own.lee);
        if (!own.free)
            UNIT_NEAR(v.min_g, own.min_g, 0.02 * fabs(own.min_g));
        UNIT_NEAR(v.slope_left, own.slope_left, 1e-3);
        UNIT_NEAR(v.slope_right, own.slope_right, 1e-3);
    }
    a.reach_min = -1.0;
    a.reach_max = 1.0;
    b = a;
    b.parameters = &high;
    /* g(0) = 1 + w'' / 2 = 0.8 of the low cap, -0.5 of the high one; neither has wings to judge. */
    UNIT(vol_arbitrage_slice(&a, -0.1, 0.1, 0.0, &v, NULL) == VOL_OK && v.free && v.lee &&
         isnan(v.slope_left));
    UNIT(vol_arbitrage_slice(&b, -3.0, 3.0, 0.0, &v, NULL) == VOL_OK && !v.free);
    UNIT(vol_arbitrage_slice(&b, -0.1, 0.1, 0.0, &v, NULL) == VOL_OK && !v.free);
    UNIT_NEAR(v.min_g, -0.5, 1e-2);
    UNIT(vol_arbitrage_slice(&a, 1.5, 3.0, 0.0, &v, NULL) == VOL_EDATA); /* out of its reach */
    /* Of different models, where both reach: w of the cap at 0 is 0.24, of V7 0.0968 (0.04 + 0.4 (0.04 +
     * 0.2236)). */
    UNIT(vol_arbitrage_crossing(&a, &svi, -3.0, 3.0, 1e-6, &c, NULL) == VOL_OK && !c.free);
    UNIT(c.bad_low >= -1.0 && c.bad_high <= 1.0 && c.bad_low < 0.0 && c.bad_high > 0.0);
    UNIT(vol_arbitrage_crossing(&a, &b, -3.0, 3.0, 1e-6, &c, NULL) == VOL_OK && c.free);
    UNIT(vol_arbitrage_crossing(&a, &b, 2.0, 3.0, 1e-6, &c, NULL) == VOL_EDATA);
}

int main(void)
{
    verdicts();
    any_model();
    calendars();
    refusals();
    return unit_done("surface/arbitrage");
}
