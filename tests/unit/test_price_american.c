#include "price/american.h"

#include <stdint.h>
#include <stdlib.h>

#include "price/american_boundary.h"
#include "unit.h"

static uint64_t seed = 88172645463325252u;

static double uniform(double low, double high)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return low + (high - low) * (double)(seed >> 11) / 9007199254740992.0;
}

static double fast(enum vol_option_type type, double s, double k, double r, double q, double t, double v)
{
    return vol_american_price(VOL_AMERICAN_FAST, type, s, k, r, q, t, v);
}

static double reference(enum vol_option_type type, double s, double k, double r, double q, double t, double v)
{
    return vol_american_price(VOL_AMERICAN_REFERENCE, type, s, k, r, q, t, v);
}

/* R2 of reference-values.md: 40 rows, err is the table's own uncertainty. */
static void test_r2(void)
{
    FILE *in = fopen("tests/oracle/american_r2.txt", "r");
    double s, k, r, q, v, days, american, european, err;
    char line[256], type;
    int n = 0;

    if (!UNIT(in != NULL))
        return;
    while (fgets(line, sizeof line, in) != NULL) {
        enum vol_option_type of;

        if (sscanf(line, "%c %lf %lf %lf %lf %lf %lf | %lf | %lf | %lf", &type, &s, &k, &r, &q, &v, &days,
                   &american, &european, &err) != 10)
            continue;
        of = type == 'C' ? VOL_CALL : VOL_PUT;
        UNIT_NEAR(reference(of, s, k, r, q, days / 365, v), american, fmax(1e-9, 2 * err));
        UNIT_NEAR(fast(of, s, k, r, q, days / 365, v), american, days > 1000 ? 2e-4 : 1e-5);
        UNIT_NEAR(vol_black_scholes(of, s, k, r, q, days / 365, v), european, 1e-9);
        if (vol_american_exercise(of, r, q, days / 365) == VOL_AMERICAN_AT_EXPIRY) /* to the last bit */
            UNIT(american == european &&
                 fast(of, s, k, r, q, days / 365, v) == vol_black_scholes(of, s, k, r, q, days / 365, v));
        n++;
    }
    fclose(in);
    UNIT(n == 40);
}

/* Published tables: the tolerance is that of the approximation which the table was made with. */
static void test_published(void)
{
    FILE *in = fopen("tests/oracle/american_published.txt", "r");
    char line[256], part = 0, type;
    double s, k, r, q, t, v, value, value_b, tolerance, ours;
    int n = 0, got;

    if (!UNIT(in != NULL))
        return;
    while (fgets(line, sizeof line, in) != NULL) {
        enum vol_option_type of;

        if (line[0] == '@')
            part = line[1] == 'b' ? line[2] : line[1]; /* ju, baw, bjs, alo: j a j a */
        if (line[0] == '@' && line[1] == 'b')
            part = line[2] == 'a' ? 'w' : 's';
        got = sscanf(line, "%c %lf %lf %lf %lf %lf %lf | %lf | %lf | %lf", &type, &s, &k, &r, &q, &t, &v,
                     &value, &value_b, &tolerance);
        if (got < 8)
            continue;
        of = type == 'C' ? VOL_CALL : VOL_PUT;
        ours = reference(of, s, k, r, q, t, v);
        if (part == 'a') { /* their schemes stop after one to eight sweeps */
            ours -= vol_black_scholes(of, s, k, r, q, t, v);
            UNIT_NEAR(ours, value, fmax(tolerance, 3e-6));
            UNIT_NEAR(ours, value_b, fmax(tolerance, 1e-5));
        } else if (part == 'j') {
            UNIT_NEAR(ours, value, 2e-3 + 0.01 * value); /* Ju's approximation, three decimals */
        } else if (part == 'w') {
            UNIT_NEAR(ours, value, 4e-2); /* Barone-Adesi and Whaley's own error at 10 % */
        } else if (v < 1) {
            UNIT_NEAR(ours, value, 4e-2); /* a lower bound */
            UNIT(ours > value - 1e-3);
        }
        n++;
    }
    fclose(in);
    UNIT(n == 47 + 37 + 8 + 10);
    /* converged, of reference-values.md, 12 decimals */
    UNIT_NEAR(reference(VOL_PUT, 100, 100, .05, .05, 1, .25) -
                  vol_black_scholes(VOL_PUT, 100, 100, .05, .05, 1, .25),
              0.106952702743, 2e-10);
    UNIT_NEAR(reference(VOL_PUT, 100, 100, .075, .05, 1, .25) -
                  vol_black_scholes(VOL_PUT, 100, 100, .075, .05, 1, .25),
              0.367111140613, 2e-10);
    UNIT_NEAR(reference(VOL_PUT, 100, 95, .075, .05, 1, .25) -
                  vol_black_scholes(VOL_PUT, 100, 95, .075, .05, 1, .25),
              0.238650387502, 2e-10);
}

/* QuantLib americanoption.cpp:1145-1219, but for its two rows that are QD+ values (reference-values.md says
 * which). */
static void test_edges(void)
{
    double y = 1;

    UNIT_NEAR(fast(VOL_CALL, 100, 100, .05, 0, y, .25), 12.3359989303687, 1e-12);
    UNIT_NEAR(reference(VOL_CALL, 100, 100, 0, .025, y, .25), 8.86536519818, 1e-9);
    UNIT_NEAR(fast(VOL_CALL, 100, 50, .05, .01, y, 0), 51.4435121498811, 1e-12);
    UNIT_NEAR(fast(VOL_PUT, 100, 120, 0, .05, y, 0), 24.8770575499286, 1e-12);
    UNIT_NEAR(fast(VOL_PUT, 100, 120, .075, .05, 1.0 / 365, .25), 20, 1e-12);
    UNIT(fast(VOL_CALL, 100, 0, .05, .01, y, .25) == 100);
    UNIT_NEAR(fast(VOL_PUT, 0, 120, -.075, .05, y, .25), 129.346098106155779, 1e-12);
    UNIT(fast(VOL_PUT, 0, 120, .075, .05, y, .25) == 120);
    UNIT(fast(VOL_PUT, 100, 0, .05, .01, y, .25) == 0);
    UNIT(fast(VOL_CALL, 0, 100, .05, .01, y, .25) == 0);
    UNIT(fast(VOL_PUT, 100, 120, .05, .01, 0, .25) == 20 && fast(VOL_CALL, 100, 120, .05, .01, 0, .25) == 0);
    /* certain paths: r K e^(-r u) = q S e^(-q u) at u = 20 ln 1.6 = 9.4 */
    UNIT_NEAR(fast(VOL_PUT, 80, 100, .05, .1, 9, 0), 100 * exp(-.45) - 80 * exp(-.9), 1e-12);
    UNIT_NEAR(fast(VOL_PUT, 80, 100, .05, .1, 20, 0), 31.25, 1e-12);
    /* the perpetual put (Merton 1973) is the limit in time, also for a vol that drift overwhelms */
    UNIT_NEAR(reference(VOL_PUT, 100, 100, .05, 0, 3000, .2), 100 / 3.5 * pow(3.5 / 2.5, -2.5), 1e-8);
    UNIT_NEAR(fast(VOL_PUT, 100, 100, .05, 0, 3, .004), 100 / 6251.0 * pow(6251.0 / 6250, -6250), 1e-4);
    UNIT_NEAR(reference(VOL_PUT, 100, 100, .05, 0, 3, .004), 100 / 6251.0 * pow(6251.0 / 6250, -6250), 1e-7);
    /* a wing so far out that nothing is left, and one where exercise is due */
    UNIT(fast(VOL_PUT, 1e6, 1, .05, 0, .1, .2) < 1e-100);
    UNIT(fast(VOL_PUT, 1e-6, 100, .05, 0, .1, .2) == 100 - 1e-6);
    UNIT(fast(VOL_CALL, 100, 50, .02, .06, 1, .15) == 50);
    /* rate 0 and cost of carry: exercise pays although there is no interest */
    UNIT(reference(VOL_PUT, 100, 100, 0, -.05, 1, .3) >
         vol_black_scholes(VOL_PUT, 100, 100, 0, -.05, 1, .3) + .1);
    /* refused: not a number, out of the domain, two boundaries */
    UNIT(isnan(fast(VOL_PUT, NAN, 100, .05, 0, 1, .2)) && isnan(fast(VOL_PUT, 100, NAN, .05, 0, 1, .2)));
    UNIT(isnan(fast(VOL_PUT, 100, 100, NAN, 0, 1, .2)) && isnan(fast(VOL_PUT, 100, 100, .05, NAN, 1, .2)));
    UNIT(isnan(fast(VOL_PUT, 100, 100, .05, 0, NAN, .2)) && isnan(fast(VOL_PUT, 100, 100, .05, 0, 1, NAN)));
    UNIT(isnan(fast(VOL_PUT, -1, 100, .05, 0, 1, .2)) && isnan(fast(VOL_PUT, 100, 100, .05, 0, 1, INFINITY)));
    UNIT(isnan(fast(VOL_PUT, 100, 100, -.01, -.05, 1, .2)) &&
         isnan(fast(VOL_CALL, 100, 100, -.05, -.01, 1, .2)));
    UNIT(vol_american_exercise(VOL_PUT, -.01, -.05, 1) == VOL_AMERICAN_TWO_BOUNDARIES);
    UNIT(vol_american_exercise(VOL_PUT, -.05, -.01, 1) == VOL_AMERICAN_AT_EXPIRY);
    UNIT(vol_american_exercise(VOL_CALL, .05, 0, 1) == VOL_AMERICAN_AT_EXPIRY);
    UNIT(vol_american_exercise(VOL_CALL, .05, .01, 1) == VOL_AMERICAN_EARLY);
}

/* P17: the fast preset on a random set at a spot of 100 against the reference. */
static void test_fast_accuracy(void)
{
    double sum = 0, worst = 0;
    int i, n = 1500;

    for (i = 0; i < n; i++) {
        enum vol_option_type type = i % 2 ? VOL_CALL : VOL_PUT;
        double k = uniform(80, 120), r = uniform(0, .12), q = uniform(0, .12), v = uniform(.05, .8);
        double t = .02 + 3 * uniform(0, 1) * uniform(0, 1);
        double gap = fast(type, 100, k, r, q, t, v) - reference(type, 100, k, r, q, t, v);

        sum += gap * gap;
        worst = fmax(worst, fabs(gap));
    }
    printf("price/american: fast preset, %d random options: rms %.2g, max %.2g\n", n, sqrt(sum / n), worst);
    UNIT(sqrt(sum / n) <= 5e-6);
    UNIT(worst <= 1e-4);
}

static void test_shape(void)
{
    int i;

    for (i = 0; i < 600; i++) {
        enum vol_option_type type = i % 2 ? VOL_CALL : VOL_PUT;
        double sign = type, s = 100, k = uniform(60, 160), r = uniform(0, .1), q = uniform(-.03, .1);
        double v = exp(uniform(log(.03), log(2))), t = exp(uniform(log(1e-3), log(8)));
        double p = fast(type, s, k, r, q, t, v), up = k * 1.01;

        if (type == VOL_PUT ? r < 1e-3 : q < 1e-3)
            continue;
        UNIT(p >= fmax(sign * (s - k), 0));
        UNIT(p >= vol_black_scholes(type, s, k, r, q, t, v) && p <= (type == VOL_CALL ? s : k));
        UNIT_NEAR(p, fast(type == VOL_CALL ? VOL_PUT : VOL_CALL, k, s, q, r, t, v), 1e-11 * k);
        UNIT_NEAR(7 * p, fast(type, 7 * s, 7 * k, r, q, t, v), 1e-10 * k);
        /* more time or vol is never worth less, a higher strike is worth more to a put, by less than its rise
         */
        UNIT(fast(type, s, k, r, q, t * 1.02, v) >= p - 3e-7 * k);
        UNIT(fast(type, s, k, r, q, t, v * 1.02) >= p - 3e-7 * k);
        UNIT(-sign * (fast(type, s, up, r, q, t, v) - p) >= -3e-7 * k);
        UNIT(-sign * (fast(type, s, up, r, q, t, v) - p) <= up - k + 3e-7 * k);
        UNIT(sign * (fast(type, s * 1.01, k, r, q, t, v) - p) >= -3e-7 * k);
        UNIT(vol_american_price_forward(VOL_AMERICAN_FAST, type, s * exp((r - q) * t), k, exp(-r * t), t, v,
                                        s) -
                 p <=
             1e-8 * k);
    }
}

/* Over everything that can come, the boundary is found, and the two presets agree. */
static void test_robust(void)
{
    double worst = 0, worst_beyond = 0;
    int i, lost = 0;

    for (i = 0; i < 4000; i++) {
        double r = exp(uniform(log(1e-6), log(.3))), q = i % 4 == 0 ? 0 : exp(uniform(log(1e-6), log(.3)));
        double v = exp(uniform(log(.002), log(4))), t = exp(uniform(log(1e-5), log(30)));
        double k = exp(uniform(-4, 4) * fmin(v * sqrt(t), 1)), a, b, *to;

        if (i % 7 == 0)
            q = r * (1 + uniform(-1e-3, 1e-3));
        a = fast(VOL_PUT, 1, k, r, q, t, v);
        b = reference(VOL_PUT, 1, k, r, q, t, v);
        lost += isnan(a) || isnan(b);
        to = v * sqrt(t) <= 5 && fabs(r - q) * sqrt(t) <= 30 * v ? &worst : &worst_beyond;
        if (!(fabs(a - b) / fmax(k, 1) <= *to))
            *to = fabs(a - b) / fmax(k, 1);
    }
    printf("price/american: wide grid, presets differ by at most %.2g of the strike, beyond the usual %.2g\n",
           worst, worst_beyond);
    UNIT(lost == 0);
    UNIT(worst <= 3e-5);
    UNIT(worst_beyond <= 2e-3);
}

static void check_greeks(enum vol_option_type type, double s, double k, double r, double q, double t,
                         double v)
{
    struct vol_greeks g, e;
    double h = 2e-4 * s, dt = 1e-4 * t, p = reference(type, s, k, r, q, t, v);
    double up = reference(type, s + h, k, r, q, t, v), down = reference(type, s - h, k, r, q, t, v);

    vol_american_greeks(VOL_AMERICAN_REFERENCE, type, s, k, r, q, t, v, &g);
    UNIT(g.price == p);
    UNIT_NEAR(g.delta, (up - down) / (2 * h), 1e-6);
    UNIT_NEAR(g.gamma, (up - 2 * p + down) / (h * h), 2e-4 * fabs(g.gamma) + 1e-6);
    UNIT_NEAR(g.theta * 365,
              (reference(type, s, k, r, q, t - dt, v) - reference(type, s, k, r, q, t + dt, v)) / (2 * dt),
              1e-4 * s * v / sqrt(t));
    UNIT_NEAR(g.vega * 100,
              (reference(type, s, k, r, q, t, v + 1e-4) - reference(type, s, k, r, q, t, v - 1e-4)) / 2e-4,
              1e-4 * s);
    UNIT_NEAR(g.rho * 100,
              (reference(type, s, k, r + 1e-4, q, t, v) - reference(type, s, k, r - 1e-4, q, t, v)) / 2e-4,
              1e-4 * s);
    vol_american_greeks_forward(VOL_AMERICAN_REFERENCE, type, s * exp((r - q) * t), k, exp(-r * t), t, v, s,
                                &e);
    UNIT_NEAR(e.delta, g.delta, 1e-9);
    vol_american_greeks(VOL_AMERICAN_FAST, type, s, k, r, q, t, v, &e);
    UNIT_NEAR(e.delta, g.delta, 1e-5);
    UNIT_NEAR(e.vega, g.vega, 1e-5 * s);
}

static void test_greeks(void)
{
    struct vol_greeks g, e;
    int i;

    check_greeks(VOL_PUT, 100, 105, .05, .04, .7, .3);
    check_greeks(VOL_CALL, 100, 105, .05, .04, .7, .3);
    check_greeks(VOL_PUT, 100, 95, .05, 0, .25, .2);
    check_greeks(VOL_CALL, 100, 90, .02, .07, .5, .25);
    check_greeks(VOL_PUT, 36, 40, .06, .02, 1, .4);
    for (i = 0; i < 3; i++) { /* a rate so small that its bump would go below zero */
        double r = i * 1e-4 + 1e-6, h = 1e-4;

        vol_american_greeks(VOL_AMERICAN_REFERENCE, VOL_PUT, 100, 110, r, .01, 1, .3, &g);
        UNIT_NEAR(
            g.rho * 100,
            (reference(VOL_PUT, 100, 110, r + h, .01, 1, .3) - reference(VOL_PUT, 100, 110, r, .01, 1, .3)) /
                h,
            .1);
    }
    vol_american_greeks(VOL_AMERICAN_FAST, VOL_CALL, 100, 90, .05, 0, .5, .25, &g); /* European */
    vol_greeks(VOL_CALL, 100 * exp(.025), 90, exp(-.025), .5, .25, 100, &e);
    UNIT(g.delta == e.delta && g.rho == e.rho && g.theta == e.theta);
    vol_american_greeks(VOL_AMERICAN_FAST, VOL_PUT, 50, 100, .05, 0, .5, .25, &g); /* exercised */
    UNIT(g.price == 50 && g.delta == -1 && g.gamma == 0 && g.theta == 0 && g.vega == 0 && g.rho == 0);
    vol_american_greeks(VOL_AMERICAN_FAST, VOL_PUT, 50, 100, NAN, 0, .5, .25, &g);
    UNIT(isnan(g.price) && isnan(g.delta) && isnan(g.vega));
    vol_american_greeks(VOL_AMERICAN_FAST, VOL_PUT, 100, 100, -.01, -.05, .5, .25, &g);
    UNIT(isnan(g.price) && isnan(g.theta));
}

/* The boundary itself: QD+ (americanoption.cpp:1021-1025) lies within a percent of it; S = 100 K = 120 r = .1
 * q = .03 v = .25. */
static void test_boundary(void)
{
    static const double table[][2] = {{4.9, 87.76960949965387},
                                      {4.0, 88.39053003614612},
                                      {2.5, 90.14327315762256},
                                      {1.0, 94.49793803095984},
                                      {0.1, 106.2588964442338}};
    struct vol_american_boundary b, c;
    size_t i;

    for (i = 0; i < sizeof table / sizeof *table; i++) {
        UNIT(vol_american_boundary_solve(&vol_american_scheme_reference, .1, .03, table[i][0], .25, &b) == 0);
        UNIT(vol_american_boundary_solve(&vol_american_scheme_fast, .1, .03, table[i][0], .25, &c) == 0);
        UNIT_NEAR(120 * b.end, table[i][1], .01 * table[i][1]);
        UNIT_NEAR(b.end, c.end, 2e-4);
        UNIT(b.steps <= 6 && c.steps <= 6);
    }
    /* where q > r exercise begins at K r / q */
    UNIT(vol_american_boundary_solve(&vol_american_scheme_fast, .02, .05, 1e-8, .25, &b) == 0);
    UNIT(b.start == .02 / .05 && b.end < b.start);
    UNIT_NEAR(b.end, b.start, 1e-4);
}

/* Every level of instructions that this CPU has gives the same bits. */
static void test_levels(void)
{
    const struct vol_american_scheme *schemes[] = {&vol_american_scheme_fast, &vol_american_scheme_reference};
    enum vol_isa isa;
    int i;

    for (i = 0; i < 200; i++) {
        double r = uniform(.001, .12), q = uniform(-.02, .12), v = uniform(.05, .8), t = uniform(.01, 3);
        struct vol_american_boundary a, b;
        struct vol_american_premium p, o;
        struct vol_american_scheme scheme = *schemes[i % 2];
        double s;

        if (!UNIT(vol_american_boundary_solve(&scheme, r, q, t, v, &a) == 0))
            continue;
        s = a.end * uniform(1.001, 1.5);
        vol_american_boundary_premium(&a, s, &p);
        for (isa = VOL_ISA_GENERIC; isa <= VOL_ISA_AVX512; isa++) {
            scheme.isa = isa;
            UNIT(vol_american_boundary_solve(&scheme, r, q, t, v, &b) == 0);
            UNIT(b.end == a.end && b.steps == a.steps);
            UNIT(memcmp(a.coefficient, b.coefficient, (size_t)scheme.nodes * sizeof *a.coefficient) == 0);
            vol_american_boundary_premium(&b, s, &o);
            UNIT(p.value == o.value && p.delta == o.delta && p.gamma == o.gamma);
        }
    }
}

int main(void)
{
    test_levels();
    test_r2();
    test_published();
    test_edges();
    test_fast_accuracy();
    test_shape();
    test_robust();
    test_greeks();
    test_boundary();
    return unit_done("price/american");
}
