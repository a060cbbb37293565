#include "surface/essvifit.h"

#include "random.h"
#include "surface/arbitrage.h"
#include "unit.h"

enum { EXPIRIES = 12, POINTS = 41 };

static struct vol_svifit_quote quote[EXPIRIES][POINTS];
static struct vol_essvifit_expiry expiry[EXPIRIES];

/* N quotes of SLICE, up to WIDTH standard deviations away, each vol up to NOISE off. */
static void quotes_of(size_t at, const struct vol_essvi *slice, double t, size_t n, double width,
                      double noise, uint64_t *seed)
{
    size_t i;

    for (i = 0; i < n; i++) {
        double k = sqrt(slice->theta) * width * (n > 1 ? 2.0 * (double)i / (double)(n - 1) - 1.0 : 0.0);
        double vol = vol_essvi_vol(slice, k, t), half = 0.002 + 0.002 * fabs(k) / sqrt(slice->theta);

        vol = fmax(vol + noise * (2.0 * draw(seed) - 1.0), 0.01);
        quote[at][i] = (struct vol_svifit_quote){k, vol, fmax(vol - half, 0.005), vol + half};
    }
    expiry[at] = (struct vol_essvifit_expiry){.t = t, .quotes = quote[at], .n = n};
}

/* Every expiry that stands is free and after the one before: by its conditions, and by the dense grids of
 * arbitrage.h in the quotes and far beyond. Returns how many stand. */
static size_t judge(size_t n)
{
    const struct vol_essvifit_expiry *before = NULL;
    size_t i, ok = 0;

    for (i = 0; i < n; i++) {
        const struct vol_essvifit_expiry *e = &expiry[i];
        struct vol_svi earlier, later;
        struct vol_butterfly butterfly;
        struct vol_crossing crossing;

        if (e->status != VOL_ESSVIFIT_OK)
            continue;
        ok++;
        vol_essvi_to_svi(&e->slice, &later);
        UNIT(vol_essvi_is_free(&e->slice));
        UNIT(vol_arbitrage_butterfly(&later, -6.0, 6.0, 1e-9, &butterfly, NULL) == VOL_OK && butterfly.free);
        if (before != NULL) {
            vol_essvi_to_svi(&before->slice, &earlier);
            UNIT(vol_essvi_is_after(&before->slice, &e->slice));
            UNIT(vol_arbitrage_calendar(&earlier, &later, -1.0, 1.0, 1e-9, &crossing, NULL) == VOL_OK &&
                 crossing.free);
            UNIT(vol_arbitrage_calendar(&earlier, &later, -20.0, 20.0, 1e-9, &crossing, NULL) == VOL_OK &&
                 crossing.free);
        }
        before = e;
    }
    return ok;
}

/* Quotes that lie on an SSVI surface, or on an eSSVI surface whose rho changes, give it back. */
static void own_prices(void)
{
    struct vol_essvi truth[EXPIRIES];
    uint64_t seed = 1;
    size_t i, model;

    for (model = 0; model < 2; model++) {
        for (i = 0; i < EXPIRIES; i++) {
            double t = 0.02 * pow(1.6, (double)i), rho = model == 0 ? -0.6 : -0.8 + 0.03 * (double)i;

            truth[i] = vol_essvi_power_law(0.04 * t, rho, 0.9, 0.45);
            UNIT(vol_essvi_is_free(&truth[i]) && (i == 0 || vol_essvi_is_after(&truth[i - 1], &truth[i])));
            quotes_of(i, &truth[i], t, POINTS, 3.0, 0.0, &seed);
        }
        UNIT(vol_essvifit_run(expiry, EXPIRIES, NULL) == VOL_OK);
        UNIT(judge(EXPIRIES) == EXPIRIES);
        for (i = 0; i < EXPIRIES; i++) {
            UNIT_NEAR(expiry[i].slice.theta, truth[i].theta, 1e-6 * truth[i].theta);
            UNIT_NEAR(expiry[i].slice.rho, truth[i].rho, 1e-5);
            UNIT_NEAR(expiry[i].slice.psi, truth[i].psi, 1e-5 * truth[i].psi);
            UNIT(expiry[i].inside == 1.0 && expiry[i].rmse_vol < 1e-6 && !expiry[i].borrowed);
        }
    }
}

/* Slices that know nothing of each other, with noise, few quotes, and times close together: whatever stands
 * has no arbitrage; noise alone is no reason to refuse. */
static void contradictory(void)
{
    uint64_t seed = 77;
    size_t i, ok = 0, all = 0;
    int round;

    for (round = 0; round < 300; round++) {
        double t = 0.003, noise = round % 3 == 0 ? 0.0 : draw_log(&seed, 0.001, 0.05);

        for (i = 0; i < EXPIRIES; i++, t *= 1.0 + 0.8 * draw(&seed)) {
            double vol = 0.15 + 0.1 * draw(&seed);
            struct vol_essvi slice = {vol * vol * t, 1.8 * draw(&seed) - 0.9, 0.0};
            size_t n =
                draw(&seed) < 0.2 ? (size_t)(5.0 * draw(&seed)) : 5 + (size_t)((POINTS - 5) * draw(&seed));

            slice.psi = 2.0 * sqrt(slice.theta / (1.0 + fabs(slice.rho))) * draw(&seed);
            quotes_of(i, &slice, t, n, 1.0 + 2.0 * draw(&seed), noise, &seed);
            all += n > 0;
        }
        UNIT(vol_essvifit_run(expiry, EXPIRIES, NULL) == VOL_OK);
        ok += judge(EXPIRIES);
    }
    printf("surface/essvifit: of %zu random expiries that contradict each other %zu stand\n", all, ok);
    UNIT(ok > all / 3); /* the rest is refused with reason */
}

/* One quote, quotes on one side, none: theta is the quotes', the slopes are the neighbours'. */
static void few_quotes(void)
{
    uint64_t seed = 9;
    size_t i;

    for (i = 0; i < 5; i++) {
        struct vol_essvi slice = vol_essvi_power_law(0.04 * 0.1 * (double)(i + 1), -0.5, 0.9, 0.5);

        quotes_of(i, &slice, 0.1 * (double)(i + 1), i == 1 ? 1 : POINTS, 3.0, 0.0, &seed);
        expiry[i].n = i == 2 ? 15 : i == 3 ? 0 : expiry[i].n; /* 15 of 41: puts alone */
    }
    UNIT(vol_essvifit_run(expiry, 5, NULL) == VOL_OK);
    UNIT(judge(5) == 4);
    UNIT(expiry[3].status == VOL_ESSVIFIT_TOO_FEW && isnan(expiry[3].rmse_vol));
    UNIT_STR(vol_essvifit_status_name(expiry[3].status), "too_few_quotes");
    UNIT(expiry[1].borrowed && expiry[2].borrowed && !expiry[0].borrowed);
    UNIT_NEAR(vol_essvi_vol(&expiry[1].slice, 0.0, 0.2), 0.2, 1e-4);
    UNIT_NEAR(vol_essvi_vol(&expiry[2].slice, -0.2, 0.3),
              vol_essvi_vol(&(struct vol_essvi){0.012, -0.5, 0.9 * sqrt(0.012 / 1.012)}, -0.2, 0.3), 2e-3);
    expiry[0].n = expiry[4].n = 3;
    UNIT(vol_essvifit_run(expiry, 5, NULL) == VOL_OK); /* no expiry says what a slope is */
    UNIT(judge(5) == 0 && expiry[0].status == VOL_ESSVIFIT_TOO_FEW);
    UNIT(vol_essvifit_run(expiry, 0, NULL) == VOL_OK);
}

/* One expiry whose vols are nonsense is refused, and the others are as without it. */
static void poor(void)
{
    struct vol_essvi slice, alone[4];
    uint64_t seed = 4;
    size_t i, j;
    int with;

    for (with = 0; with < 2; with++) {
        for (i = 0; i < 5; i++) {
            slice = vol_essvi_power_law(0.04 * 0.1 * (double)(i + 1), -0.5, 0.9, 0.5);
            quotes_of(i, &slice, 0.1 * (double)(i + 1), POINTS, 3.0, 0.0, &seed);
        }
        for (j = 0; j < POINTS; j++) {
            double vol = j % 2 ? 0.6 : 0.1;

            quote[2][j] = (struct vol_svifit_quote){quote[2][j].k, vol, vol - 0.01, vol + 0.01};
        }
        expiry[2].n = with ? POINTS : 0;
        UNIT(vol_essvifit_run(expiry, 5, NULL) == VOL_OK);
        UNIT(judge(5) == 4);
        UNIT(expiry[2].status == (with ? VOL_ESSVIFIT_POOR : VOL_ESSVIFIT_TOO_FEW));
        for (i = j = 0; i < 5; i++) {
            if (i == 2)
                continue;
            if (with)
                UNIT(memcmp(&alone[j], &expiry[i].slice, sizeof alone[j]) == 0);
            alone[j++] = expiry[i].slice;
        }
    }
    UNIT_STR(vol_essvifit_status_name(VOL_ESSVIFIT_POOR), "poor_fit");
}

static void refusals(void)
{
    struct vol_essvi slice = {0.04, -0.5, 0.2};
    struct vol_error err = {0};
    uint64_t seed = 2;

    quotes_of(0, &slice, 1.0, POINTS, 3.0, 0.0, &seed);
    quotes_of(1, &slice, 0.5, POINTS, 3.0, 0.0, &seed);
    expiry[0].rmse_vol = 77.0;
    UNIT(vol_essvifit_run(expiry, 2, &err) == VOL_EDATA && strstr(err.text, "ascending") != NULL);
    expiry[1].t = NAN;
    UNIT(vol_essvifit_run(expiry, 2, &err) == VOL_EDATA);
    expiry[1].t = 1.0;
    quote[1][4].vol_ask = NAN;
    UNIT(vol_essvifit_run(expiry, 2, &err) == VOL_EDATA);
    quote[1][4] = quote[1][2];
    UNIT(vol_essvifit_run(expiry, 2, &err) == VOL_EDATA);
    UNIT(expiry[0].rmse_vol == 77.0); /* outputs are untouched on error */
}

int main(void)
{
    own_prices();
    contradictory();
    few_quotes();
    poor();
    refusals();
    return unit_done("surface/essvifit");
}
