#include "price/black.h"

#include <stdlib.h>

#include "price/mills.h"
#include "unit.h"

static double relative(double got, double exact)
{
    return fabs(got - exact) / fabs(exact);
}

/* erfcx and its moment, 20 digits from 80-digit arithmetic (tests/oracle/gen_price_tables.py: moments). */
static void test_mills(void)
{
    static const double table[][3] = {
        {0, 1, 0.56418958354775628695},
        {0.1, 0.89645697996912663666, 0.47454388555084362328},
        {1, 0.42758357615580700441, 0.13660600739194928254},
        {3, 0.17900115118138995042, 0.02718613000358643569},
        {10, 0.056140992743822585857, 0.0027796561095304283742},
        {27, 0.020881607990420940674, 0.00038616780639088873802},
    };
    double e, m, last_e = 2, last_m = 2, a;
    size_t i;

    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        vol_mills(table[i][0], &e, &m);
        UNIT(relative(e, table[i][1]) <= 4e-16);
        UNIT(fabs(m - table[i][2]) <= 7e-16 * table[i][2]);
        UNIT_NEAR(vol_mills_erfcx(table[i][0]), e, 0);
    }
    for (a = 0; a < 100; a += 0.01) {
        vol_mills(a, &e, &m);
        UNIT(e < last_e && m < last_m && m > 0);
        UNIT_NEAR(m, 0.56418958354775628695 - a * e, 3e-16 * (1 + a));
        last_e = e;
        last_m = m;
    }
    vol_mills(INFINITY, &e, &m);
    UNIT(e == 0 && m == 0);
}

/* 60-digit prices on the exact doubles: |k| up to 10 s, a minute to 30 years, vol 0.1 % to 1000 %. */
static void test_oracle(void)
{
    FILE *in = fopen("tests/oracle/black_iv.txt", "r");
    char line[512], type;
    double f, k, t, v, p, worst = 0;
    long n = 0;

    if (!UNIT(in != NULL))
        return;
    while (fgets(line, sizeof line, in) != NULL)
        if (sscanf(line, "%c %lf %lf %lf %lf %lf", &type, &f, &k, &t, &v, &p) == 6) {
            enum vol_option_type q = type == 'C' ? VOL_CALL : VOL_PUT;
            double got = vol_black_price(q, f, k, 1, t, v), x = vol_black_log_ratio(f, k), s = v * sqrt(t);
            /* the rounding of s and of the exponent is magnified by d ln b / d ln s */
            double bound = 4e-15 + 5e-16 * (x * x / (s * s) + s * s / 4);

            if (p < 1e-300) /* its factors are no longer normal numbers */
                continue;
            UNIT(relative(got, p) <= bound);
            worst = fmax(worst, relative(got, p) / bound);
            n++;
        }
    fclose(in);
    UNIT(n > 900);
    printf("black: %ld prices of the 60-digit table, worst error %.2f of its bound\n", n, worst);
}

/* Jaeckel's own values: normalised Black is about the price of either side, here |x| and the out-of-the-money
 * side. */
static void test_lets_be_rational(void)
{
    FILE *in = fopen("tests/oracle/lets_be_rational.txt", "r");
    char line[512];
    double q, f, k, t, v, p, iv, worst = 0;
    long n = 0;

    if (!UNIT(in != NULL))
        return;
    while (fgets(line, sizeof line, in) != NULL)
        if (sscanf(line, "%lf %lf %lf %lf %lf %lf %lf", &q, &f, &k, &t, &v, &p, &iv) == 7) {
            double got = vol_black_price(q > 0 ? VOL_CALL : VOL_PUT, f, k, 1, t, v);
            double s = v * sqrt(t), x = log(f / k);

            UNIT(fabs(got - p) <= 1e-14 * fmax(fabs(f - k), p) + (t > 0 ? 1e-15 * p * x * x / (s * s) : 0));
            worst = p > 0 ? fmax(worst, relative(got, p)) : worst;
            n++;
        }
    fclose(in);
    UNIT(n == 1000);
    printf("black: 1,000 Let's Be Rational prices, worst relative difference %.1e\n", worst);
}

static void test_edges(void)
{
    UNIT_NEAR(vol_black_price(VOL_CALL, 100, 90, 0.9, 0, 0.2), 9, 0);
    UNIT_NEAR(vol_black_price(VOL_PUT, 100, 90, 0.9, 0, 0.2), 0, 0);
    UNIT_NEAR(vol_black_price(VOL_CALL, 100, 90, 0.9, 1, 0), 9, 0);
    UNIT_NEAR(vol_black_price(VOL_CALL, 100, 0, 0.9, 1, 0.3), 90, 0);
    UNIT_NEAR(vol_black_price(VOL_PUT, 100, 0, 0.9, 1, 0.3), 0, 0);
    UNIT_NEAR(vol_black_undiscounted(VOL_CALL, 100, 120, INFINITY), 100, 1e-12);
    UNIT_NEAR(vol_black_undiscounted(VOL_PUT, 100, 120, INFINITY), 120, 1e-12);
    UNIT_NEAR(vol_black_undiscounted(VOL_PUT, 1e300, 1e308, 0.1), 1e308 - 1e300, 1e293);
    UNIT(vol_black_undiscounted(VOL_PUT, 100, 1e-5, 0.1) == 0);
    UNIT_NEAR(vol_black_undiscounted(VOL_CALL, 100, 100, 1e-9), 100 * 1e-9 / sqrt(2 * 3.14159265358979323846),
              1e-22);
    UNIT(isnan(vol_black_price(VOL_CALL, NAN, 90, 0.9, 1, 0.2)));
    UNIT(isnan(vol_black_price(VOL_CALL, 0, 90, 0.9, 1, 0.2)));
    UNIT(isnan(vol_black_price(VOL_CALL, 100, -1, 0.9, 1, 0.2)));
    UNIT(isnan(vol_black_price(VOL_CALL, 100, 90, 0, 1, 0.2)));
    UNIT(isnan(vol_black_price(VOL_CALL, 100, 90, 0.9, -1, 0.2)));
    UNIT(isnan(vol_black_price(VOL_CALL, 100, 90, 0.9, 1, -0.2)));
    UNIT(isnan(vol_black_price(VOL_CALL, 100, 90, 0.9, 1, NAN)));
    /* the two halves of the range add up to exp(-x/2) */
    UNIT_NEAR(vol_black_norm(0.3, 0.6) + vol_black_norm_rest(0.3, 0.6), exp(-0.15), 2e-16);
    UNIT_NEAR(vol_black_norm(0.3, 0.9) + vol_black_norm_rest(0.3, 0.9), exp(-0.15), 2e-16);
    /* 1 - erf(20/(2 sqrt 2)), which a subtraction would give as 0: 1.523970604832e-23 (scipy erfc) */
    UNIT(relative(vol_black_norm_rest(0, 20), 1.523970604832105e-23) <= 1e-12);
}

int main(void)
{
    test_mills();
    test_oracle();
    test_lets_be_rational();
    test_edges();
    return unit_done("price/black");
}
