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

static void test_units_and_edges(void)
{
    struct vol_greeks g, up, down;
    double f = 101, k = 98, d = 0.97, t = 0.4, v = 0.25, s = 99, h = 1e-4;

    /* against the pricer: the forward moves with the spot, a vol point, a day, a percent of rate */
    vol_greeks(VOL_PUT, f, k, d, t, v, s, &g);
    vol_greeks(VOL_PUT, f * (1 + h / s), k, d, t, v, s + h, &up);
    vol_greeks(VOL_PUT, f * (1 - h / s), k, d, t, v, s - h, &down);
    UNIT_NEAR(g.delta, (up.price - down.price) / (2 * h), 1e-8);
    UNIT_NEAR(g.gamma, (up.delta - down.delta) / (2 * h), 1e-8);
    UNIT_NEAR(
        g.vega,
        0.01 * (vol_black_price(VOL_PUT, f, k, d, t, v + h) - vol_black_price(VOL_PUT, f, k, d, t, v - h)) /
            (2 * h),
        1e-7);
    vol_greeks(VOL_PUT, 0, k, d, t, v, s, &g);
    UNIT(isnan(g.price) && isnan(g.delta) && isnan(g.gamma) && isnan(g.theta) && isnan(g.vega) &&
         isnan(g.rho));
    vol_greeks(VOL_PUT, f, k, d, t, INFINITY, s, &g);
    UNIT(isnan(g.delta));
    vol_greeks(VOL_CALL, f, k, d, 1e-9, v, s, &g); /* a few hundredths of a second to go, in the money */
    UNIT_NEAR(g.delta, d * f / s, 1e-12);
    UNIT(g.gamma == 0 && g.vega == 0);
}

int main(void)
{
    test_r1();
    test_py_vollib();
    test_units_and_edges();
    return unit_done("price/greeks");
}
