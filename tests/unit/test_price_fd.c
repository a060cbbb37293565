#include "price/fd.h"

#include "price/american.h"
#include "unit.h"

static struct vol_fd_work work;

/* A Cox-Ross-Rubinstein tree of its own, in the spot (or, escrowed, in the spot less what is to come), where
 * the value before an ex-date is read at the spot less the dividend, by a line between nodes (Vellekoop and
 * Nieuwenhuis, "Efficient pricing of derivatives on assets with discrete dividends", 2006). */
enum { STEPS = 3000 };

static double lattice(double start, double log_u, int i, int j)
{
    return start * exp((2 * j - i) * log_u);
}

static void tree_falls(double *v, double start, double log_u, int i, const struct vol_fd_option *o,
                       double amount)
{
    static double after[STEPS + 1];
    int j;

    memcpy(after, v, (size_t)(i + 1) * sizeof *v);
    for (j = 0; j <= i; j++) {
        double left = fmax(lattice(start, log_u, i, j) - amount, 1e-9), at, w;
        int low;

        at = fmin(fmax((log(left / start) / log_u + i) / 2, 0), i);
        low = at < i ? (int)at : i - 1;
        if (i == 0)
            continue;
        w = (left - lattice(start, log_u, i, low)) /
            (lattice(start, log_u, i, low + 1) - lattice(start, log_u, i, low));
        v[j] = after[low] + w * (after[low + 1] - after[low]);
        v[j] = fmax(v[j], 0);
    }
    (void)o;
}

static double tree(const struct vol_fd_option *o)
{
    static double v[STEPS + 1];
    bool escrowed = o->model == VOL_DIVIDENDS_ESCROWED;
    double dt = o->t / STEPS, log_u = o->vol * sqrt(dt), start = o->spot, sign = o->type;
    double p = (exp((o->r - o->q) * dt) - exp(-log_u)) / (exp(log_u) - exp(-log_u)), d = exp(-o->r * dt);
    size_t next = o->dividends != NULL ? o->dividends->n : 0;
    int i, j;

    if (escrowed)
        start -= vol_dividends_value(o->dividends, o->r, o->q, 0, o->t);
    for (j = 0; j <= STEPS; j++)
        v[j] = fmax(sign * (lattice(start, log_u, STEPS, j) - o->strike), 0);
    for (i = STEPS - 1; i >= 0; i--) {
        double later = escrowed ? vol_dividends_value(o->dividends, o->r, o->q, i * dt, o->t) : 0;

        for (j = 0; j <= i; j++)
            v[j] = d * (p * v[j + 1] + (1 - p) * v[j]);
        for (; !escrowed && next > 0 && o->dividends->t[next - 1] > i * dt; next--)
            tree_falls(v, start, log_u, i, o, o->dividends->amount[next - 1]);
        for (j = 0; o->american && j <= i; j++)
            v[j] = fmax(v[j], sign * (lattice(start, log_u, i, j) + later - o->strike));
    }
    return v[0];
}

static double solve(struct vol_fd_option o, const struct vol_fd_grid *grid)
{
    struct vol_fd_value value;

    return UNIT(vol_fd_solve(&o, grid, &work, &value) == 0) ? value.price : NAN;
}

/* Without dividends: against the spectral method, at three vols, terms and strikes; greeks too. */
static void test_against_reference(void)
{
    static const double strikes[] = {90, 100, 110}, vols[] = {.1, .3, .6}, times[] = {.05, .5, 2};
    double worst_fast = 0, worst_fine = 0, worst_delta = 0;
    int i;

    for (i = 0; i < 54; i++) {
        struct vol_fd_option o = {
            .type = i % 2 ? VOL_CALL : VOL_PUT, .american = true, .spot = 100, .r = .05, .q = .03};
        struct vol_fd_value value;
        struct vol_greeks g;

        o.strike = strikes[i / 2 % 3];
        o.vol = vols[i / 6 % 3];
        o.t = times[i / 18];
        vol_american_greeks(VOL_AMERICAN_REFERENCE, o.type, o.spot, o.strike, o.r, o.q, o.t, o.vol, &g);
        worst_fast = fmax(worst_fast, fabs(solve(o, &vol_fd_fast) - g.price));
        UNIT(vol_fd_solve(&o, &vol_fd_fine, &work, &value) == 0);
        worst_fine = fmax(worst_fine, fabs(value.price - g.price));
        worst_delta = fmax(worst_delta, fabs(value.delta - g.delta));
        UNIT_NEAR(value.gamma, g.gamma, 1e-3 * g.gamma + 1e-5);
        UNIT_NEAR(value.theta, g.theta * 365, 1e-2);
    }
    printf("price/fd: against the spectral method: fast %.2g, fine %.2g, delta (fine) %.2g\n", worst_fast,
           worst_fine, worst_delta);
    UNIT(worst_fast <= 1e-3);
    UNIT(worst_fine <= 1e-4);
    UNIT(worst_delta <= 1e-5);
}

/* Halving both steps must divide the error by about four (measured: 3.5 to 4.5). */
static void test_order(void)
{
    static const struct vol_fd_grid grids[] = {{201, 40}, {401, 80}, {801, 160}, {1601, 320}};
    struct vol_fd_option o = {VOL_PUT, true, 100, 103, .05, .01, 1, .3, NULL, VOL_DIVIDENDS_SPOT};
    double exact = vol_american_price(VOL_AMERICAN_REFERENCE, VOL_PUT, 100, 103, .05, .01, 1, .3);
    double gap[4];
    int i;

    for (i = 0; i < 4; i++)
        gap[i] = fabs(solve(o, &grids[i]) - exact);
    printf("price/fd: errors of four grids, each finer by two: %.2g %.2g %.2g %.2g\n", gap[0], gap[1], gap[2],
           gap[3]);
    UNIT(gap[3] < gap[0] / 24); /* order 2 would be 64, order 1 eight */
    UNIT(gap[3] < 1e-4);
}

static void test_dividends(void)
{
    double t[2] = {60.0 / 360, 150.0 / 360}, amount[2] = {.5, .5}, big[2] = {8, 3};
    struct vol_dividends hull = {2, t, amount}, large = {2, t, big};
    int i;

    for (i = 0; i < 32; i++) {
        struct vol_fd_option o = {i & 1 ? VOL_CALL : VOL_PUT,
                                  i & 2 ? true : false,
                                  40,
                                  40,
                                  .09,
                                  0,
                                  .5,
                                  .3,
                                  i & 4 ? &large : &hull,
                                  i & 8 ? VOL_DIVIDENDS_ESCROWED : VOL_DIVIDENDS_SPOT};
        double fine, fast, by_tree;

        o.strike = i & 16 ? 44 : 40;
        fine = solve(o, &vol_fd_fine);
        fast = solve(o, &vol_fd_fast);
        by_tree = tree(&o);
        UNIT_NEAR(fine, by_tree, 3e-3); /* the tree's own error at 3,000 steps */
        UNIT_NEAR(fine, fast, 2e-3);
        if (!o.american && o.model == VOL_DIVIDENDS_ESCROWED)
            UNIT_NEAR(fine, vol_dividends_escrowed(o.dividends, o.type, 40, o.strike, .09, 0, .5, .3), 2e-5);
        if (o.american)
            UNIT(fine >= fmax((double)o.type * (40 - o.strike), 0));
    }
    /* parity of Europeans in the spot model: both ways the forward is the same */
    {
        struct vol_fd_option call = {VOL_CALL, false, 40, 41, .09, .02, .5, .3, &large, VOL_DIVIDENDS_SPOT},
                             put = call;

        put.type = VOL_PUT;
        UNIT_NEAR(solve(call, &vol_fd_fine) - solve(put, &vol_fd_fine),
                  exp(-.045) * (vol_dividends_forward(&large, 40, .09, .02, .5) - 41), 1e-4);
    }
    /* a dividend above the spot takes all of it: the put is then worth its strike */
    {
        struct vol_fd_option o = {VOL_PUT, true, 1, 10, .05, 0, .5, .3, &large, VOL_DIVIDENDS_SPOT};

        UNIT_NEAR(solve(o, &vol_fd_fast), 10 * exp(-.05 * t[0]), 1e-2);
        o.type = VOL_CALL;
        UNIT_NEAR(solve(o, &vol_fd_fast), 0, 1e-4);
    }
}

/* 32 prices of QuantLib (tests/oracle/quantlib_cash.cc); its projection is of first order in time, so that
 * what is left of its error is as much as its last halving changed (err). */
static void test_quantlib(void)
{
    FILE *in = fopen("tests/oracle/american_cash.txt", "r");
    char line[256], model[16], type;
    double s, k, r, q, v, days, ex[2], cash[2], price, err, worst = 0;
    int n = 0;

    if (!UNIT(in != NULL))
        return;
    while (fgets(line, sizeof line, in) != NULL) {
        struct vol_dividends dividends = {2, ex, cash};
        struct vol_fd_option o = {.american = true, .dividends = &dividends};
        double gap;

        if (sscanf(line, "%15s %c %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf | %lf | %lf", model, &type, &s, &k,
                   &r, &q, &v, &days, &ex[0], &cash[0], &ex[1], &cash[1], &price, &err) != 14)
            continue;
        if (!(cash[1] > 0))
            dividends.n = 1;
        ex[0] /= 365;
        ex[1] /= 365;
        o.type = type == 'C' ? VOL_CALL : VOL_PUT;
        o.model = model[0] == 's' ? VOL_DIVIDENDS_SPOT : VOL_DIVIDENDS_ESCROWED;
        o.spot = s;
        o.strike = k;
        o.r = r;
        o.q = q;
        o.t = days / 365;
        o.vol = v;
        gap = fabs(solve(o, &vol_fd_fine) - price);
        UNIT_NEAR(gap, 0, 2 * err + 3e-6 * s);
        UNIT_NEAR(solve(o, &vol_fd_fast), price, 2 * err + 3e-5 * s);
        worst = fmax(worst, gap / s);
        n++;
    }
    fclose(in);
    printf("price/fd: QuantLib's prices with cash dividends, %d: apart by at most %.2g of the spot\n", n,
           worst);
    UNIT(n == 32);
}

static void test_two_boundaries(void)
{
    struct vol_fd_option o = {VOL_PUT, true, 100, 100, -.01, -.05, 1, .2, NULL, VOL_DIVIDENDS_SPOT};
    double fine = solve(o, &vol_fd_fine);

    UNIT(isnan(vol_american_price(VOL_AMERICAN_FAST, VOL_PUT, 100, 100, -.01, -.05, 1, .2)));
    UNIT_NEAR(fine, tree(&o), 3e-3);
    UNIT(fine > vol_black_scholes(VOL_PUT, 100, 100, -.01, -.05, 1, .2) + .1);
    UNIT_NEAR(solve(o, &vol_fd_fast), fine, 1e-3);
    o.spot = 60; /* between the boundaries exercise is due, below the lower one it is not */
    UNIT_NEAR(solve(o, &vol_fd_fast), 40, 1e-6);
    o.spot = 5;
    UNIT_NEAR(solve(o, &vol_fd_fast), tree(&o), 3e-3);
    UNIT(solve(o, &vol_fd_fast) > 95);
}

static void test_refused(void)
{
    double t[1] = {.2}, amount[1] = {50};
    struct vol_dividends large = {1, t, amount};
    struct vol_fd_option o = {VOL_PUT, true, 40, 40, .09, 0, .5, .3, &large, VOL_DIVIDENDS_ESCROWED}, bad = o;
    struct vol_fd_value value = {1, 2, 3, 4};

    UNIT(vol_fd_solve(&o, &vol_fd_fast, &work, &value) == -1); /* dividends above the spot */
    bad.dividends = NULL;
    bad.vol = NAN;
    UNIT(vol_fd_solve(&bad, &vol_fd_fast, &work, &value) == -1);
    bad.vol = 1e-7; /* certain paths are not for a grid */
    UNIT(vol_fd_solve(&bad, &vol_fd_fast, &work, &value) == -1);
    bad.vol = .3;
    bad.t = 0;
    UNIT(vol_fd_solve(&bad, &vol_fd_fast, &work, &value) == -1);
    UNIT(value.price == 1 && value.theta == 4);
}

int main(void)
{
    test_against_reference();
    test_order();
    test_dividends();
    test_quantlib();
    test_two_boundaries();
    test_refused();
    return unit_done("price/fd");
}
