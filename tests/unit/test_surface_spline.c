#include "surface/spline.h"

#include "price/black.h"
#include "unit.h"

enum { MOST = 160 };

static const struct slice {
    const char *name;
    double t, cost, inside;
    size_t points;
    struct vol_svifit_quote quote[MOST];
} slices[] = {
#include "../oracle/svifit.inc"
};

static const double half = 0.002;

/* Quotes of an SVI smile, N of them from LOW to HIGH, half a spread of two tenths of a vol point. */
static void quote(const struct vol_svi *svi, double t, double low, double high, size_t n,
                  struct vol_svifit_quote *q)
{
    size_t i;

    for (i = 0; i < n; i++) {
        q[i].k = low + (high - low) * (double)i / (double)(n - 1);
        q[i].vol = vol_svi_vol(svi, q[i].k, t);
        q[i].vol_bid = q[i].vol - half;
        q[i].vol_ask = q[i].vol + half;
    }
}

/* The derivatives belong to the function, and the price is Black's of the variance, also far out on the
 * wings. */
static void is_consistent(const struct vol_spline *spline, double low, double high)
{
    int i;

    for (i = -40; i <= 140; i++) {
        double k = low + (high - low) * i / 100.0 + 1e-4, h = 1e-5 * (high - low), w[3], below[3], above[3],
               v[3];

        vol_spline_derivatives(spline, k, w);
        vol_spline_derivatives(spline, k - h, below);
        vol_spline_derivatives(spline, k + h, above);
        vol_spline_price(spline, k, v);
        UNIT_NEAR(log(exp(k / 2) * vol_black_norm(fabs(k), sqrt(w[0]))), v[0], 1e-9);
        UNIT_NEAR((above[0] - below[0]) / (2 * h), w[1], 2e-5 * (1 + fabs(w[1])));
        UNIT_NEAR((above[1] - below[1]) / (2 * h), w[2], 2e-3 * (1 + fabs(w[2])));
    }
}

static void market_slices(void)
{
    size_t i;

    for (i = 0; i < sizeof slices / sizeof *slices; i++) {
        const struct slice *s = &slices[i];
        struct vol_spline spline;
        struct vol_spline_fit fit;

        vol_spline_init(&spline);
        UNIT(vol_spline_fit(s->quote, s->points, s->t, NULL, NULL, 0, &spline, &fit, NULL) == VOL_OK);
        if (!UNIT(fit.status == VOL_SPLINE_OK && fit.points == s->points)) {
            printf("    %s: %s\n", s->name, vol_spline_status_name(fit.status));
            continue;
        }
        if (!UNIT(fit.inside == 1.0))
            printf("    %s: %g inside, beyond by %g half-spreads\n", s->name, fit.inside, fit.miss);
        UNIT(fit.butterfly.free && fit.butterfly.min_g > 0.0);
        UNIT(fit.butterfly.slope_left > 0.0 && fit.butterfly.slope_left < 2.0);
        UNIT(fit.butterfly.slope_right > 0.0 && fit.butterfly.slope_right < 2.0);
        is_consistent(&spline, fit.k_min, fit.k_max);
        vol_spline_free(&spline);
    }
}

/* Smiles that are known: the spline finds their vols within the spread, nearer than mid where it is smooth,
 * and its own vols again when they are quoted to it. */
static void known_smiles(void)
{
    /* Rows V4 and V7 of the project's table R4, which are free of arbitrage. */
    static const struct vol_svi known[] = {{0.0102, 0.1, -0.7, 0.14, 0.142828568571},
                                           {0.04, 0.4, -0.4, 0.1, 0.2}};
    struct vol_svifit_quote q[60], finer[60];
    size_t i, j;

    for (i = 0; i < 2; i++) {
        struct vol_spline spline, again;
        struct vol_spline_fit fit;
        double w[3], g, worst = 0.0, off = 0.0;

        vol_spline_init(&spline);
        vol_spline_init(&again);
        quote(&known[i], 1.0, -0.6, 0.4, 41, q);
        UNIT(vol_spline_fit(q, 41, 1.0, NULL, NULL, 0, &spline, &fit, NULL) == VOL_OK);
        UNIT(fit.status == VOL_SPLINE_OK && fit.inside == 1.0 && fit.butterfly.free);
        UNIT(fit.rmse_vol < 3e-4); /* a seventh of the half-spread */
        for (j = 0; j < 60; j++) { /* between the quotes too */
            double k = -0.59 + 0.98 * (double)j / 59.0;

            vol_spline_derivatives(&spline, k, w);
            worst = fmax(worst, fabs(sqrt(w[0]) - vol_svi_vol(&known[i], k, 1.0)));
            g = vol_slice_durrleman(k, w);
            UNIT_NEAR(g, vol_svi_g(&known[i], k), j > 6 && j < 53 ? 0.15 : 0.3);
            finer[j].k = k;
            finer[j].vol = sqrt(w[0]);
            finer[j].vol_bid = finer[j].vol - 1e-4;
            finer[j].vol_ask = finer[j].vol + 1e-4;
        }
        UNIT(worst < half / 2.0);
        UNIT(vol_spline_fit(finer, 60, 1.0, NULL, NULL, 0, &again, &fit, NULL) == VOL_OK);
        UNIT(fit.status == VOL_SPLINE_OK && fit.inside == 1.0);
        for (j = 0; j < 60; j++) {
            vol_spline_derivatives(&again, finer[j].k, w);
            off = fmax(off, fabs(sqrt(w[0]) - finer[j].vol));
        }
        UNIT(off < 1e-4);
        vol_spline_free(&spline);
        vol_spline_free(&again);
    }
}

/* Quotes with arbitrage get a smile without, and the price of that is told. */
static void bad_quotes(void)
{
    static const struct vol_svi vogt = {-0.041, 0.1331, 0.306, 0.3586,
                                        0.4153}; /* V1: butterflies from 0.645 on */
    static const struct vol_svi flat = {0.04, 0.0, 0.0, 0.0, 0.1}, lower = {0.03, 0.02, 0.0, 0.0, 0.1};
    struct vol_svifit_quote q[41];
    struct vol_spline one, two;
    struct vol_spline_fit fit;
    struct vol_slice slice, after;
    struct vol_crossing crossing;
    struct vol_butterfly verdict;
    double w[3];
    int i;

    vol_spline_init(&one);
    vol_spline_init(&two);
    quote(&vogt, 1.0, -1.0, 1.2, 41, q);
    UNIT(vol_spline_fit(q, 41, 1.0, NULL, NULL, 0, &one, &fit, NULL) == VOL_OK);
    UNIT(fit.status == VOL_SPLINE_OK && fit.butterfly.free && fit.butterfly.min_g >= 0.0);
    for (i = 0; i < 41; i++)
        q[i].vol_bid = q[i].vol - 1e-4, q[i].vol_ask = q[i].vol + 1e-4;
    UNIT(vol_spline_fit(q, 41, 1.0, NULL, NULL, 0, &one, &fit, NULL) == VOL_OK);
    UNIT(fit.butterfly.free && fit.inside < 1.0 && fit.miss > 0.0);

    /* A later smile that is quoted below the earlier one stays above it, on the wings too. */
    quote(&flat, 1.0, -0.5, 0.4, 31, q);
    UNIT(vol_spline_fit(q, 31, 1.0, NULL, NULL, 0, &one, &fit, NULL) == VOL_OK);
    UNIT(fit.status == VOL_SPLINE_OK && isnan(fit.calendar.worst_k));
    quote(&lower, 1.1, -0.3, 0.3, 31, q);
    UNIT(vol_spline_fit(q, 31, 1.1, &one, NULL, 0, &two, &fit, NULL) == VOL_OK);
    UNIT(fit.inside < 0.8 && fit.butterfly.free && fit.calendar.free);
    slice = vol_spline_slice(&one, 1.0, -0.5, 0.4);
    after = vol_spline_slice(&two, 1.1, -0.3, 0.3);
    UNIT(vol_arbitrage_crossing(&slice, &after, -6.0, 6.0, 1e-6, &crossing, NULL) == VOL_OK && crossing.free);
    UNIT(vol_arbitrage_slice(&after, -6.0, 6.0, 1e-9, &verdict, NULL) == VOL_OK && verdict.free);
    UNIT_NEAR(verdict.slope_left, vol_spline_slope_left(&two), 0.02);
    /* An early smile leaves room below the asks of a later one. */
    quote(&flat, 1.0, -0.4, 0.4, 31, q);
    UNIT(vol_spline_fit(q, 31, 1.0, NULL, &(struct vol_spline_ceiling){0.1, 0.0396}, 1, &one, &fit, NULL) ==
         VOL_OK);
    vol_spline_derivatives(&one, 0.1, w);
    UNIT(fit.inside == 1.0 && w[0] <= 0.0396);
    vol_spline_free(&one);
    vol_spline_free(&two);
}

/* Quotes that contradict each other, each off by up to two half-spreads: the smile with the least sum of
 * misses is inside of 74 of 81. */
static void most_quotes(void)
{
    static const struct vol_svi smile = {0.002, 0.03, -0.5, 0.02, 0.08};
    struct vol_svifit_quote q[81];
    struct vol_spline spline;
    struct vol_spline_fit fit;
    unsigned seed = 1;
    size_t i;

    quote(&smile, 0.1, -0.2, 0.15, 81, q);
    for (i = 0; i < 81; i++) {
        double off;

        seed = seed * 1103515245u + 12345u;
        off = 0.002 * ((double)(seed >> 16 & 0x7fffu) / 16384.0 - 1.0);
        q[i].vol += off;
        q[i].vol_bid = q[i].vol - 0.001;
        q[i].vol_ask = q[i].vol + 0.001;
    }
    vol_spline_init(&spline);
    UNIT(vol_spline_fit(q, 81, 0.1, NULL, NULL, 0, &spline, &fit, NULL) == VOL_OK &&
         fit.status == VOL_SPLINE_OK);
    UNIT(fit.inside * 81 > 76.5);
    UNIT(fit.butterfly.free);
    vol_spline_free(&spline);
}

static void refusals(void)
{
    static const struct vol_svi flat = {0.04, 0.0, 0.0, 0.0, 0.1};
    struct vol_svifit_quote q[12];
    struct vol_spline spline;
    struct vol_spline_fit fit = {.rmse_vol = 7.0};
    struct vol_error err = {0};

    vol_spline_init(&spline);
    quote(&flat, 1.0, 0.1, 0.5, 12, q);
    UNIT(vol_spline_fit(q, 12, 1.0, NULL, NULL, 0, &spline, &fit, NULL) == VOL_OK);
    UNIT(fit.status == VOL_SPLINE_ONE_SIDED && spline.n == 0);
    UNIT_STR(vol_spline_status_name(fit.status), "one_sided");
    UNIT(vol_spline_fit(q, 4, 1.0, NULL, NULL, 0, &spline, &fit, NULL) == VOL_OK);
    UNIT(fit.status == VOL_SPLINE_TOO_FEW && spline.n == 0);
    fit.rmse_vol = 7.0;
    UNIT(vol_spline_fit(q, 12, 0.0, NULL, NULL, 0, &spline, &fit, &err) == VOL_EDATA && err.text[0] != 0);
    UNIT(vol_spline_fit(q, 12, NAN, NULL, NULL, 0, &spline, &fit, NULL) == VOL_EDATA);
    q[3].vol = NAN;
    UNIT(vol_spline_fit(q, 12, 1.0, NULL, NULL, 0, &spline, &fit, NULL) == VOL_EDATA);
    quote(&flat, 1.0, -0.5, 0.5, 12, q);
    q[5].k = q[4].k;
    UNIT(vol_spline_fit(q, 12, 1.0, NULL, NULL, 0, &spline, &fit, NULL) == VOL_EDATA);
    UNIT(fit.rmse_vol == 7.0 && spline.n == 0);
}

int main(void)
{
    market_slices();
    known_smiles();
    bad_quotes();
    most_quotes();
    refusals();
    return unit_done("surface/spline");
}
