#include "surface/svisearch.h"

#include "surface/svifit.h"
#include "unit.h"

enum { MAX_POINTS = 400 };

static const struct {
    const char *name;
    double t, cost, inside;
    size_t n;
    struct vol_svifit_quote quotes[MAX_POINTS];
} oracle[] = {
#include "../oracle/svifit.inc"
};

static double x[MAX_POINTS + 1], v[MAX_POINTS + 1], h[MAX_POINTS + 1];

/* The slice in units of SCALE, which need not be the at-the-forward deviation. */
static struct vol_svisearch search_of(size_t slice, double scale)
{
    const struct vol_svifit_quote *q = oracle[slice].quotes;
    size_t i, n = oracle[slice].n;
    double unit = sqrt(oracle[slice].t) / scale;
    struct vol_svisearch s = {.x = x, .v = v, .h = h, .n = n, .count = n + n % 2, .s = scale};

    for (i = 0; i < n; i++) {
        x[i] = q[i].k / scale;
        v[i] = q[i].vol * unit;
        h[i] = 2.0 / ((q[i].vol_ask - q[i].vol_bid) * unit);
    }
    x[n] = x[n - 1];
    v[n] = v[n - 1];
    h[n] = 0.0;
    s.low = x[0];
    s.high = x[n - 1];
    return s;
}

/* From the best of three starts: the cost that scipy reached from the best of forty. */
static void against_scipy(void)
{
    struct vol_svisearch_state start[VOL_SVISEARCH_STARTS], best;
    size_t i, j;

    for (i = 0; i < sizeof oracle / sizeof oracle[0]; i++) {
        double atm = oracle[i].quotes[oracle[i].n / 2].vol, scale;

        for (j = 0; j < oracle[i].n && oracle[i].quotes[j].k < 0.0; j++)
            atm = oracle[i].quotes[j].vol;
        for (scale = 0.5; scale < 2.5; scale *= 2.0) { /* the unit changes no fit */
            struct vol_svisearch s = search_of(i, scale * atm * sqrt(oracle[i].t));

            vol_svisearch_seed(&s, start);
            for (best.cost = INFINITY, j = 0; j < VOL_SVISEARCH_STARTS; j++) {
                vol_svisearch_descend(&s, &start[j], 3);
                best = start[j].cost < best.cost ? start[j] : best;
            }
            vol_svisearch_descend(&s, &best, 60);
            UNIT_NEAR(best.cost, oracle[i].cost, 1e-4 * oracle[i].cost);
        }
    }
}

/* There and back: raw parameters and scaled ones; beyond the box a slope is drawn to its side. */
static void units(void)
{
    const struct vol_svi smile = {0.0036, 0.0641, -0.489, 0.052, 0.036}, steep = {0.04, 3.0, -1.0, 0.0, 0.01};
    struct vol_svisearch s = search_of(0, 0.1);
    struct vol_svisearch_state state;
    struct vol_svi back;

    vol_svisearch_from_svi(&s, &smile, &state);
    UNIT_NEAR(state.a, 0.36, 1e-14);
    UNIT_NEAR(state.right, 0.0641 * 0.511 / 0.1, 1e-14);
    UNIT_NEAR(state.left, 0.0641 * 1.489 / 0.1, 1e-14);
    UNIT_NEAR(state.m, 0.52, 1e-14);
    UNIT_NEAR(state.sigma, 0.36, 1e-14);
    vol_svisearch_to_svi(&s, &state, &back);
    UNIT_NEAR(back.a, smile.a, 1e-16);
    UNIT_NEAR(back.b, smile.b, 1e-15);
    UNIT_NEAR(back.rho, smile.rho, 1e-14);
    UNIT_NEAR(back.m, smile.m, 1e-16);
    UNIT_NEAR(back.sigma, smile.sigma, 1e-16);
    vol_svisearch_from_svi(&s, &steep, &state);
    vol_svisearch_to_svi(&s, &state, &back);
    UNIT(vol_svi_slope_left(&back) < 2.0 && vol_svi_slope_left(&back) > 1.99 && back.rho == -1.0);
}

/* The second loss counts a quote at the end of WIDTH half-spreads as one half, far ones as one; a smile that
 * the quotes lie on costs nothing under both. */
static void losses(void)
{
    struct vol_svisearch s = search_of(0, 0.04);
    struct vol_svisearch_state state = {1.0, 0.0, 0.0, 0.0, 1.0, 0.0};
    size_t i;

    for (i = 0; i < s.n; i++)
        v[i] = i % 2 ? 1.0 : 1.0 - 1e-3, h[i] = i % 2 ? 1.0 : 2e3; /* half of them two half-spreads off */
    s.n = s.count = 80;
    vol_svisearch_descend(&s, &state, 0);
    UNIT_NEAR(state.cost, 40 * 4.0, 1e-9);
    s.loss = (struct vol_svisearch_loss){2.0, 0.0};
    vol_svisearch_descend(&s, &state, 0);
    UNIT_NEAR(state.cost, 40 * 0.5, 1e-9);
    s.loss = (struct vol_svisearch_loss){0.01, 0.25};
    vol_svisearch_descend(&s, &state, 0);
    UNIT_NEAR(state.cost, 40 * (1.0 + 0.25 * 4.0), 1e-6);
    s.loss = (struct vol_svisearch_loss){1.15, 0.005};
    for (i = 0; i < s.n; i++)
        v[i] = 1.0;
    vol_svisearch_descend(&s, &state, 0);
    UNIT(state.cost < 1e-20);
}

int main(void)
{
    against_scipy();
    units();
    losses();
    return unit_done("surface/svisearch");
}
