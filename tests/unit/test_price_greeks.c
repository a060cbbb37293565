#include "price/greeks.h"

#include "unit.h"

static int close_to(double got, double exact)
{
    return fabs(got - exact) <= 1e-11 * fabs(exact) || fabs(got - exact) <= 1e-12;
}

/* R1 of reference-values.md: 54 rows of 12 digits with carry; units there are per 1.00 of vol, rate and year.
 */
static void test_r1(void)
{
    FILE *in = fopen("tests/oracle/european.txt", "r");
    char line[512], type;
    double s, k, r, y, t, v, price, delta, gamma, vega, theta, rho, vanna, volga, haug;
    long n = 0, n_haug = 0;
    int got;

    if (!UNIT(in != NULL))
        return;
    while (fgets(line, sizeof line, in) != NULL) {
        struct vol_greeks g;
        struct vol_greeks_all all;
        enum vol_option_type q;

        got = sscanf(line, "%c %lf %lf %lf %lf %lf %lf | %lf %lf %lf %lf %lf %lf %lf %lf | %lf", &type, &s,
                     &k, &r, &y, &t, &v, &price, &delta, &gamma, &vega, &theta, &rho, &vanna, &volga, &haug);
        if (got < 15)
            continue;
        if (fabs(t - 0.08333333) < 1e-12)
            t = 1.0 / 12; /* printed with 8 digits; the row's numbers are those of the month */
        q = type == 'C' ? VOL_CALL : VOL_PUT;
        vol_greeks(q, s * exp((r - y) * t), k, exp(-r * t), t, v, s, &g);
        UNIT(close_to(g.price, price));
        UNIT(close_to(g.delta, delta));
        UNIT(close_to(g.gamma, gamma));
        UNIT(close_to(g.vega * 100, vega));
        UNIT(close_to(g.theta * 365, theta));
        UNIT(close_to(g.rho * 100, rho));
        UNIT(close_to(vol_black_scholes(q, s, k, r, y, t, v), price));
        vol_greeks_all(&(struct vol_greeks_input){q, s * exp((r - y) * t), k, exp(-r * t), t, t, 1, v, s},
                       &all);
        UNIT(memcmp(&all.first, &g, sizeof g) == 0);
        UNIT(close_to(all.vanna * 100, vanna));
        UNIT(close_to(all.volga * 10000, volga));
        n++;
        if (got == 16) {
            UNIT_NEAR(g.price, haug, 1e-4); /* four decimals of the book, some cut and not rounded */
            n_haug++;
        }
    }
    fclose(in);
    UNIT(n == 54);
    UNIT(n_haug >= 43);
}

/* py_vollib's table: ten decimals, Black-Scholes without yield; its theta is per day, vega and rho per point.
 */
static void test_py_vollib(void)
{
    FILE *in = fopen("tests/oracle/py_vollib.txt", "r");
    char line[1024];
    double c[18];
    long n = 0;

    if (!UNIT(in != NULL))
        return;
    while (fgets(line, sizeof line, in) != NULL) {
        struct vol_greeks call, put;
        double f, d;

        if (sscanf(line, "%lf %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf", &c[0], &c[1],
                   &c[2], &c[3], &c[4], &c[5], &c[6], &c[7], &c[8], &c[9], &c[10], &c[11], &c[12], &c[13],
                   &c[14], &c[15], &c[16]) != 17)
            continue;
        f = c[0] * exp(c[2] * c[3]);
        d = exp(-c[2] * c[3]);
        vol_greeks(VOL_CALL, f, c[1], d, c[3], c[4], c[0], &call);
        vol_greeks(VOL_PUT, f, c[1], d, c[3], c[4], NAN, &put); /* no spot: F D, the same without yield */
        UNIT_NEAR(call.price, c[5], 1e-7 + 1e-9 * fabs(c[5]));
        UNIT_NEAR(put.price, c[6], 1e-7 + 1e-9 * fabs(c[6]));
        UNIT_NEAR(call.delta, c[7], 1e-9 + 1e-9 * fabs(c[7]));
        UNIT_NEAR(call.gamma, c[8], 1e-9 + 1e-9 * fabs(c[8]));
        UNIT_NEAR(call.theta * 365, c[9], 1e-7 + 1e-9 * fabs(c[9]));
        UNIT_NEAR(call.vega * 100, c[10], 1e-6 + 1e-9 * fabs(c[10]));
        UNIT_NEAR(call.rho * 100, c[11], 1e-6 + 1e-9 * fabs(c[11]));
        UNIT_NEAR(put.delta, c[12], 1e-9 + 1e-9 * fabs(c[12]));
        UNIT_NEAR(put.gamma, c[13], 1e-9 + 1e-9 * fabs(c[13]));
        UNIT_NEAR(put.theta * 365, c[14], 1e-7 + 1e-9 * fabs(c[14]));
        UNIT_NEAR(put.vega * 100, c[15], 1e-6 + 1e-9 * fabs(c[15]));
        UNIT_NEAR(put.rho * 100, c[16], 1e-6 + 1e-9 * fabs(c[16]));
        n++;
    }
    fclose(in);
    UNIT(n == 101);
}

/* Haug's book as printed, chapter 2 (data/worked-examples/haug/european_greeks.csv): four decimals. */
static void test_haug(void)
{
    struct vol_greeks g;

    vol_greeks(VOL_CALL, 105, 100, exp(-0.1 * 0.5), 0.5, 0.36, 105, &g);
    UNIT_NEAR(g.delta, 0.5946, 5e-5);
    vol_greeks(VOL_PUT, 105, 100, exp(-0.1 * 0.5), 0.5, 0.36, 105, &g);
    UNIT_NEAR(g.delta, -0.3566, 5e-5);
    UNIT_NEAR(g.delta * 105 / g.price, -4.8775, 5e-5); /* elasticity */
    vol_greeks(VOL_PUT, 55 * exp(0.1 * 0.75), 60, exp(-0.1 * 0.75), 0.75, 0.3, 55, &g);
    UNIT_NEAR(g.gamma, 0.0278, 5e-5);
    UNIT_NEAR(g.vega * 100, 18.9358, 5e-5);
    vol_greeks(VOL_PUT, 430 * exp(0.02 / 12), 405, exp(-0.07 / 12), 1.0 / 12, 0.2, 430, &g);
    UNIT_NEAR(g.theta * 365, -31.1924, 1e-4); /* 31.19235 */
    UNIT_NEAR(g.theta, -0.0855, 5e-5);
    vol_greeks(VOL_CALL, 72 * exp(0.09), 75, exp(-0.09), 1, 0.19, 72, &g);
    UNIT_NEAR(g.rho * 100, 38.7325, 5e-5);
    vol_greeks(VOL_PUT, 500 * exp(0.03 * 0.25), 490, exp(-0.08 * 0.25), 0.25, 0.15, 500, &g);
    UNIT_NEAR(-0.25 * 500 * g.delta, 42.2254, 5e-5); /* to the dividend yield: -t S delta */
}

/* A contract as the tests move it: the forward and the discount follow from spot, rates and the time that is
 * left. */
static struct vol_greeks_all at(enum vol_option_type type, double spot, double strike, double vol, double t,
                                double t_var, double speed)
{
    const double r = 0.04, yield = -0.015;
    struct vol_greeks_all g;

    vol_greeks_all(&(struct vol_greeks_input){.type = type,
                                              .forward = spot * exp((r - yield) * t),
                                              .strike = strike,
                                              .discount = exp(-r * t),
                                              .t = t,
                                              .t_var = t_var,
                                              .speed = speed,
                                              .vol = vol,
                                              .spot = spot},
                   &g);
    return g;
}

/* Every derivative by differences of a lower one; with time goes variance time, at its own speed. */
static void test_differences(void)
{
    static const enum vol_option_type types[] = {VOL_CALL, VOL_PUT};
    double s = 99, v = 0.25, t = 0.4, tv = 0.3, speed = 2.5, h = 1e-3, e = 1e-5, k;
    int i;

    for (i = 0; i < 2; i++)
        for (k = 60; k <= 150; k += 6) {
            enum vol_option_type q = types[i];
            struct vol_greeks_all g = at(q, s, k, v, t, tv, speed);
            struct vol_greeks_all s1 = at(q, s + h, k, v, t, tv, speed),
                                  s0 = at(q, s - h, k, v, t, tv, speed);
            struct vol_greeks_all v1 = at(q, s, k, v + e, t, tv, speed),
                                  v0 = at(q, s, k, v - e, t, tv, speed);
            struct vol_greeks_all k1 = at(q, s, k + h, v, t, tv, speed),
                                  k0 = at(q, s, k - h, v, t, tv, speed);
            struct vol_greeks_all later = at(q, s, k, v, t - e, tv - speed * e, speed);
            struct vol_greeks_all sooner = at(q, s, k, v, t + e, tv + speed * e, speed);

            UNIT_NEAR(g.first.delta, (s1.first.price - s0.first.price) / (2 * h), 1e-9);
            UNIT_NEAR(g.first.gamma, (s1.first.delta - s0.first.delta) / (2 * h), 1e-10);
            UNIT_NEAR(g.first.vega, 0.01 * (v1.first.price - v0.first.price) / (2 * e), 1e-9);
            UNIT_NEAR(g.first.theta, (later.first.price - sooner.first.price) / (2 * e) / 365, 1e-9);
            UNIT_NEAR(g.vanna, 0.01 * (v1.first.delta - v0.first.delta) / (2 * e), 1e-10);
            UNIT_NEAR(g.vanna, (s1.first.vega - s0.first.vega) / (2 * h), 1e-10);
            UNIT_NEAR(g.volga, 0.01 * (v1.first.vega - v0.first.vega) / (2 * e), 1e-10);
            UNIT_NEAR(g.charm, (later.first.delta - sooner.first.delta) / (2 * e) / 365, 1e-10);
            UNIT_NEAR(g.dual_delta, (k1.first.price - k0.first.price) / (2 * h), 1e-9);
            UNIT_NEAR(g.delta_pa, g.first.delta - g.first.price / s, 1e-14);
        }
}

/* A clock that stands still leaves only interest and carry; on the calendar's clock all functions agree. */
static void test_clock(void)
{
    double f = 101, k = 98, d = 0.97, t = 0.4, v = 0.25, s = 99;
    struct vol_greeks_input in = {VOL_CALL, f, k, d, t, t, 1, v, s};
    struct vol_greeks_all plain, still, doubled;
    struct vol_greeks g;

    vol_greeks_all(&in, &plain);
    vol_greeks(VOL_CALL, f, k, d, t, v, s, &g);
    UNIT(memcmp(&plain.first, &g, sizeof g) == 0);
    in.speed = 0;
    vol_greeks_all(&in, &still);
    UNIT(still.first.price == g.price && still.first.vega == g.vega);
    in.speed = 2;
    vol_greeks_all(&in, &doubled);
    UNIT_NEAR(doubled.first.theta - still.first.theta, 2 * (g.theta - still.first.theta), 1e-15);
    /* half the variance time at sqrt(2) the vol is the same option; vega is per point of the larger vol */
    in = (struct vol_greeks_input){VOL_CALL, f, k, d, t, 0.5 * t, 0.5, v * sqrt(2), s};
    vol_greeks_all(&in, &doubled);
    UNIT_NEAR(doubled.first.price, g.price, 1e-14);
    UNIT_NEAR(doubled.first.theta, g.theta, 1e-15);
    UNIT_NEAR(doubled.first.vega, g.vega / sqrt(2), 1e-15);
}

/* A smile with a slope: the price is moved along with it. */
static void test_smile_delta(void)
{
    double s = 2900, k = 2800, t = 0.25, slope = -0.4, h = 0.01;
    double k0 = log(k / 2900), vol = 0.2 + slope * k0;
    struct vol_greeks g;
    double up, down, r;

    vol_greeks(VOL_PUT, s, k, 1, t, vol, s, &g);
    UNIT(vol_greeks_smile_delta(&g, s, slope, 1) == g.delta);
    for (r = 0; r <= 2; r += 0.5) {
        /* the vol at the money moves by r slope d ln S, the strike slides by d ln S along the smile */
        up = vol_black_price(VOL_PUT, s + h, k, 1, t, vol + (r - 1) * slope * log1p(h / s));
        down = vol_black_price(VOL_PUT, s - h, k, 1, t, vol + (r - 1) * slope * log1p(-h / s));
        UNIT_NEAR(vol_greeks_smile_delta(&g, s, slope, r), (up - down) / (2 * h), 1e-8);
    }
    /* a falling smile that moves with the spot lifts the vol of the strike: delta grows */
    UNIT(vol_greeks_smile_delta(&g, s, slope, 0) > g.delta);
    UNIT(isnan(vol_greeks_smile_delta(&g, s, NAN, 0)) && isnan(vol_greeks_smile_delta(&g, s, INFINITY, 0)));
    UNIT(isnan(vol_greeks_smile_delta(&g, s, slope, NAN)) && isnan(vol_greeks_smile_delta(&g, 0, slope, 0)));
    UNIT(isnan(vol_greeks_smile_delta(&g, NAN, slope, 0)));
}

static int all_nan(const struct vol_greeks_all *g)
{
    double x[sizeof *g / sizeof(double)];
    size_t i;

    memcpy(x, g, sizeof x);
    for (i = 0; i < sizeof x / sizeof x[0]; i++)
        if (!isnan(x[i]))
            return 0;
    return 1;
}

static void test_domain(void)
{
    static const double bad[] = {0,      -0.0,   -1,     NAN,   INFINITY, -INFINITY,
                                 5e-324, 1e-310, 1e-300, 1e300, 1.7e308};
    const struct vol_greeks_input good = {VOL_PUT, 101, 98, 0.97, 0.4, 0.4, 1, 0.25, 99};
    struct vol_greeks_all g, without;
    struct vol_greeks five;
    size_t i, j;

    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        for (j = 0; j < 6; j++) {
            struct vol_greeks_input in = good;
            double *member[] = {&in.forward, &in.strike, &in.discount, &in.t, &in.t_var, &in.vol};

            *member[j] = bad[i];
            vol_greeks_all(&in, &g);
            UNIT(all_nan(&g));
            vol_greeks(in.type, in.forward, in.strike, in.discount, in.t, in.vol, in.spot, &five);
            UNIT(j == 4 || (isnan(five.price) && isnan(five.delta) && isnan(five.gamma) &&
                            isnan(five.theta) && isnan(five.vega) && isnan(five.rho)));
        }
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct vol_greeks_input in = good;

        in.speed = bad[i];
        vol_greeks_all(&in, &g);
        UNIT(bad[i] == 0 ? g.first.price > 0 : all_nan(&g));
        in = good;
        in.spot = bad[i];
        vol_greeks_all(&in, &g);
        in.spot = in.forward * in.discount; /* the spot when there is none */
        vol_greeks_all(&in, &without);
        UNIT(bad[i] > 0 ? all_nan(&g) : fabs(g.first.delta - without.first.delta) <= 1e-15);
    }
}

/* A call that is all but a coin in hand: what theta has is the interest on the strike, 1e-12 of the forward.
 */
static void test_theta_deep_in_the_money(void)
{
    struct vol_greeks g;
    double k = 1e-10, d = 0.97, t = 0.4;

    vol_greeks(VOL_CALL, 100, k, d, t, 0.3, NAN, &g);
    UNIT_NEAR(g.theta, log(d) / t * k * d / 365, 1e-15 * k);
    vol_greeks(VOL_PUT, 100, 1 / k, d, t, 0.3, NAN, &g); /* and of a put, on all but the strike */
    UNIT_NEAR(g.theta, -log(d) / t * d / k / 365, 1e-15 / k);
}

/* Where an option is all but over, it is its payoff: in the money a forward, out of the money nothing. */
static void test_limits(void)
{
    static const double tiny[] = {1e-9, 1e-30, 1e-60};
    size_t i;

    for (i = 0; i < sizeof tiny / sizeof tiny[0]; i++) {
        struct vol_greeks_input in = {VOL_CALL, 101, 98, 0.97, tiny[i], tiny[i], 1, 0.25, 99};
        struct vol_greeks_all g;

        vol_greeks_all(&in, &g);
        UNIT_NEAR(g.first.price, 0.97 * 3, 1e-14);
        UNIT_NEAR(g.first.delta, 0.97 * 101 / 99, 1e-15);
        UNIT(g.first.gamma == 0 && g.first.vega == 0 && g.vanna == 0 && g.volga == 0);
        UNIT(g.delta_forward == 1 && g.dual_delta == -0.97);
        in.type = VOL_PUT;
        vol_greeks_all(&in, &g);
        UNIT(g.first.price == 0 && g.first.delta == 0 && g.first.theta == 0 && g.first.rho == 0 &&
             g.charm == 0);
        in = (struct vol_greeks_input){VOL_PUT, 101, 98, 0.97, 0.4, 0.4, 1, 1 / tiny[i], 99};
        vol_greeks_all(&in, &g); /* no price is too high: the put is the discounted strike */
        UNIT_NEAR(g.first.price, 0.97 * 98, 1e-13);
        UNIT(g.first.vega == 0 && fabs(g.first.delta) == 0 && g.dual_delta == 0.97);
    }
}

int main(void)
{
    test_r1();
    test_py_vollib();
    test_haug();
    test_differences();
    test_clock();
    test_smile_delta();
    test_domain();
    test_theta_deep_in_the_money();
    test_limits();
    return unit_done("price/greeks");
}
