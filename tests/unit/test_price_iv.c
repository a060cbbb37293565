#include "price/iv.h"

#include <float.h>
#include <stdlib.h>

#include "unit.h"

static double vega_of(double f, double k, double s, double root_t)
{
    double x = vol_black_log_ratio(f, k);

    return sqrt(f * k) * exp(-0.5 * (x * x / (s * s) + 0.25 * s * s)) / sqrt(2 * 3.14159265358979323846) *
           root_t;
}

/* 60-digit prices rounded once, by the scalar solver and by the kernel over arrays. The price's own rounding
 * moves the vol by half a unit in the last place / vega: four times that, or 1e-13 relative, is allowed, and
 * ten times what is attainable (that, and the vol's own last place) is never needed. */
struct oracle {
    size_t n;
    signed char type[2000];
    double forward[2000], strike[2000], discount[2000], t[2000], exact[2000], price[2000];
    double vol[2000];
    unsigned char status[2000];
};

static void check_oracle(const struct oracle *o, const char *who)
{
    double worst = 0, worst_attainable = 0;
    size_t i;

    for (i = 0; i < o->n; i++) {
        double ulp = nextafter(o->price[i], INFINITY) - o->price[i], root_t = sqrt(o->t[i]), v = o->exact[i];
        double noise = ulp / (2 * vega_of(o->forward[i], o->strike[i], v * root_t, root_t) * v);
        double error = fabs(o->vol[i] / v - 1);

        UNIT(o->status[i] == VOL_IV_OK);
        UNIT(error <= fmax(1e-13, 4 * noise));
        UNIT(error <= 10 * (noise + DBL_EPSILON));
        worst = fmax(worst, error);
        worst_attainable = fmax(worst_attainable, error / (noise + DBL_EPSILON));
    }
    printf("iv: %s: %zu 60-digit prices, worst relative error %.2e, %.1f times the attainable one\n", who,
           o->n, worst, worst_attainable);
}

static void test_round_trip(void)
{
    static struct oracle o;
    struct vol_iv_batch batch = {.type = o.type,
                                 .price = o.price,
                                 .forward = o.forward,
                                 .strike = o.strike,
                                 .discount = o.discount,
                                 .t = o.t,
                                 .vol = o.vol,
                                 .status = o.status};
    FILE *in = fopen("tests/oracle/black_iv.txt", "r");
    char line[512], type;
    size_t i;

    if (!UNIT(in != NULL))
        return;
    while (o.n < 2000 && fgets(line, sizeof line, in) != NULL)
        if (sscanf(line, "%c %lf %lf %lf %lf %lf", &type, &o.forward[o.n], &o.strike[o.n], &o.t[o.n],
                   &o.exact[o.n], &o.price[o.n]) == 6) {
            o.type[o.n] = type == 'C' ? VOL_CALL : VOL_PUT;
            o.discount[o.n++] = 1;
        }
    fclose(in);
    UNIT(o.n > 1400);
    for (i = 0; i < o.n; i++)
        o.status[i] = (unsigned char)vol_iv(o.type[i] > 0 ? VOL_CALL : VOL_PUT, o.price[i], o.forward[i],
                                            o.strike[i], 1, o.t[i], &o.vol[i], NULL);
    check_oracle(&o, "scalar");
    batch.n = o.n;
    vol_iv_solve(&batch);
    check_oracle(&o, "arrays");
}

static enum vol_iv_status vol_of_array(double q, double p, double f, double k, double t, double *vol)
{
    const signed char type = q > 0 ? VOL_CALL : VOL_PUT;
    const double discount = 1;
    unsigned char status;
    struct vol_iv_batch batch = {.n = 1,
                                 .type = &type,
                                 .price = &p,
                                 .forward = &f,
                                 .strike = &k,
                                 .discount = &discount,
                                 .t = &t,
                                 .vol = vol,
                                 .status = &status};

    vol_iv_solve(&batch);
    return (enum vol_iv_status)status;
}

static void test_lets_be_rational(int arrays)
{
    FILE *in = fopen("tests/oracle/lets_be_rational.txt", "r");
    char line[512];
    double q, f, k, t, v, p, iv, got, worst = 0;
    long n = 0, exact = 0, lost = 0;

    if (!UNIT(in != NULL))
        return;
    while (fgets(line, sizeof line, in) != NULL)
        if (sscanf(line, "%lf %lf %lf %lf %lf %lf %lf", &q, &f, &k, &t, &v, &p, &iv) == 7) {
            double ulp = nextafter(p, INFINITY) - p;
            double noise = 0.5 * ulp / (vega_of(f, k, v * sqrt(t), sqrt(t)) * v);
            enum vol_iv_status status = arrays
                                            ? vol_of_array(q, p, f, k, t, &got)
                                            : vol_iv(q > 0 ? VOL_CALL : VOL_PUT, p, f, k, 1, t, &got, NULL);

            n++;
            if (status != VOL_IV_OK) { /* no time, or a price that is the intrinsic value to the last place */
                UNIT(t == 0 ? status == VOL_IV_EXPIRED
                            : p == fabs(f - k) && status == VOL_IV_BELOW_INTRINSIC);
                lost++;
                continue;
            }
            UNIT(fabs(got / v - 1) <= fmax(1e-13, 8 * noise));
            exact += fabs(got / iv - 1) <= 1e-12;
            if (noise < 1e-14)
                worst = fmax(worst, fabs(got / iv - 1));
        }
    fclose(in);
    UNIT(n == 1000);
    UNIT(exact == n - lost);
    printf("iv: Let's Be Rational: %ld of %ld vols within 1e-12 of the published ones; worst %.1e where the "
           "price "
           "has the digits\n",
           exact, n, worst);
    UNIT(worst <= 1e-12);
}

static void test_py_vollib(void)
{
    FILE *in = fopen("tests/oracle/py_vollib.txt", "r");
    char line[1024];
    double s, k, r, t, v, call, put, got;
    long n = 0;

    if (!UNIT(in != NULL))
        return;
    while (fgets(line, sizeof line, in) != NULL)
        if (sscanf(line, "%lf %lf %lf %lf %lf %lf %lf", &s, &k, &r, &t, &v, &call, &put) == 7) {
            double f = s * exp(r * t), d = exp(-r * t), otm = k >= f ? call : put;
            double vega = d * vega_of(f, k, v * sqrt(t), sqrt(t));

            if (!(vega > 1e-3)) /* prices have nine decimals: no vol can be had from less */
                continue;
            UNIT(vol_iv(k >= f ? VOL_CALL : VOL_PUT, otm, f, k, d, t, &got, NULL) == VOL_IV_OK);
            UNIT_NEAR(got, v, 1e-7 / vega + 1e-9);
            n++;
        }
    fclose(in);
    UNIT(n > 20);
}

/* Everything that a double can be asked for: random x and s, also where nobody trades. */
static void test_wide(void)
{
    unsigned long long seed = 88172645463325252ULL;
    double worst = 0;
    int i, most = 0;
    long n = 0;

    for (i = 0; i < 200000; i++) {
        double u[2], x, s, b, rest, got, noise;
        int j, steps;

        for (j = 0; j < 2; j++) {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            u[j] = (double)(seed >> 11) / 9007199254740992.0;
        }
        s = exp(-14 + 17.5 * u[0]);
        x = i % 3 == 0 ? exp(-30 + 36 * u[1]) : 37 * u[1] * s;
        b = vol_black_norm(x, s);
        rest = vol_black_norm_rest(x, s);
        if (!(b > DBL_MIN) || !(rest > 0) || rest < 1e-300)
            continue;
        got = vol_iv_norm(x, b, log(b), rest, &steps);
        /* rest carries the answer above half of the range, b below */
        noise =
            DBL_EPSILON * fmin(b, rest) / (exp(-0.5 * (x * x / (s * s) + 0.25 * s * s)) * 0.3989422804 * s);
        UNIT(fabs(got / s - 1) <= 1e-13 + 50 * noise);
        worst = fmax(worst, fabs(got / s - 1));
        most = steps > most ? steps : most;
        n++;
    }
    UNIT(n > 100000);
    UNIT(most <= 8);
    printf("iv: %ld random points, at most %d steps, worst relative error %.1e\n", n, most, worst);
}

static void test_status(void)
{
    double vol = 7, distance = 7;

    UNIT(vol_iv(VOL_CALL, 1, 100, 100, 0.9, 0, &vol, &distance) == VOL_IV_EXPIRED);
    UNIT(isnan(vol) && isnan(distance));
    UNIT(vol_iv(VOL_CALL, 1, 100, 100, 0.9, NAN, &vol, NULL) == VOL_IV_EXPIRED);
    UNIT(vol_iv(VOL_CALL, 0, 100, 100, 0.9, 1, &vol, NULL) == VOL_IV_NO_QUOTE);
    UNIT(vol_iv(VOL_CALL, -1, 100, 100, 0.9, 1, &vol, NULL) == VOL_IV_NO_QUOTE);
    UNIT(vol_iv(VOL_CALL, NAN, 100, 100, 0.9, 1, &vol, NULL) == VOL_IV_NO_QUOTE);
    UNIT(vol_iv(VOL_CALL, INFINITY, 100, 100, 0.9, 1, &vol, NULL) == VOL_IV_NO_QUOTE);
    UNIT(vol_iv(VOL_CALL, 1, 100, 0, 0.9, 1, &vol, NULL) == VOL_IV_NO_QUOTE);
    UNIT(vol_iv(VOL_CALL, 1, NAN, 100, 0.9, 1, &vol, NULL) == VOL_IV_NO_FORWARD);
    UNIT(vol_iv(VOL_CALL, 1, 100, 100, NAN, 1, &vol, NULL) == VOL_IV_NO_FORWARD);
    UNIT(vol_iv(VOL_CALL, 8, 100, 90, 0.9, 1, &vol, &distance) == VOL_IV_BELOW_INTRINSIC);
    UNIT(isnan(vol));
    UNIT_NEAR(distance, -1, 1e-12);
    UNIT(vol_iv(VOL_CALL, 9, 100, 90, 0.9, 1, &vol, NULL) == VOL_IV_BELOW_INTRINSIC);
    UNIT(vol_iv(VOL_PUT, 81.5, 100, 90, 0.9, 1, NULL, &distance) == VOL_IV_ABOVE_MAX);
    UNIT_NEAR(distance, -0.5, 1e-12);
    UNIT(vol_iv(VOL_CALL, 90, 100, 90, 0.9, 1, &vol, NULL) == VOL_IV_ABOVE_MAX);
    UNIT(vol_iv(VOL_CALL, 10, 100, 100, 0.9, 1, &vol, &distance) == VOL_IV_OK);
    UNIT_NEAR(vol_black_price(VOL_CALL, 100, 100, 0.9, 1, vol), 10, 1e-13);
    UNIT_NEAR(distance, 10, 1e-12);
    UNIT_STR(vol_iv_status_name(VOL_IV_OK), "ok");
    UNIT_STR(vol_iv_status_name(VOL_IV_BELOW_INTRINSIC), "below_intrinsic");
    UNIT_STR(vol_iv_status_name(VOL_IV_ABOVE_MAX), "above_max");
    UNIT_STR(vol_iv_status_name(VOL_IV_NO_QUOTE), "no_quote");
    UNIT_STR(vol_iv_status_name(VOL_IV_EXPIRED), "expired");
    UNIT_STR(vol_iv_status_name(VOL_IV_NO_FORWARD), "no_forward");
}

/* Numbers that no market has: a status or a vol, never a crash, never a vol that is no number. */
static void test_extremes(void)
{
    static const double v[] = {5e-324, 1e-300, 1e-8, 0.5, 1, 99, 100, 1e8, 1e300, 1.7e308};
    double vol, price;
    int i, j, k, l, n = sizeof v / sizeof v[0];

    for (i = 0; i < n; i++)
        for (j = 0; j < n; j++)
            for (k = 0; k < n; k++)
                for (l = 0; l < n; l++) {
                    enum vol_iv_status status = vol_iv(VOL_PUT, v[i], v[j], v[k], 1, v[l], &vol, NULL);

                    UNIT((status == VOL_IV_OK) == (vol >= 0));
                    if (status == VOL_IV_OK && v[i] > 1e-290) {
                        price = vol_black_price(VOL_PUT, v[j], v[k], 1, v[l], vol);
                        UNIT(price <= 0 || fabs(price / v[i] - 1) < 1e-6 || vol < 1e-300 ||
                             !(vol * sqrt(v[l]) < 80));
                    }
                }
    /* at the money b = s / sqrt(2 pi), also where s^2 is no number any more */
    UNIT(vol_iv(VOL_CALL, 1e-200, 100, 100, 1, 1, &vol, NULL) == VOL_IV_OK);
    UNIT_NEAR(vol, 2.5066282746310005e-202, 1e-216);
    UNIT(isnan(vol_black_norm(NAN, 1)) && isnan(vol_black_norm(1, NAN)));
}

static void test_batch(void)
{
    const signed char type[3] = {VOL_CALL, VOL_PUT, VOL_CALL};
    const double price[3] = {5, 4, NAN}, forward[3] = {100, 100, 100}, strike[3] = {101, 99, 100};
    const double discount[3] = {0.99, 0.99, 0.99}, t[3] = {0.5, 0.5, 0.5};
    double vol[3], distance[3], one;
    unsigned char status[3];
    struct vol_iv_batch batch = {.n = 3,
                                 .type = type,
                                 .price = price,
                                 .forward = forward,
                                 .strike = strike,
                                 .discount = discount,
                                 .t = t,
                                 .vol = vol,
                                 .distance = distance,
                                 .status = status};
    int i;

    vol_iv_solve(&batch);
    UNIT(status[0] == VOL_IV_OK && status[1] == VOL_IV_OK && status[2] == VOL_IV_NO_QUOTE);
    for (i = 0; i < 2; i++) {
        vol_iv(type[i] > 0 ? VOL_CALL : VOL_PUT, price[i], forward[i], strike[i], discount[i], t[i], &one,
               NULL);
        UNIT_NEAR(vol[i], one, 1e-15);
    }
    UNIT(isnan(vol[2]));
    batch.distance = NULL;
    vol_iv_solve(&batch);
    UNIT(status[0] == VOL_IV_OK);
}

int main(void)
{
    test_round_trip();
    test_lets_be_rational(0);
    test_lets_be_rational(1);
    test_py_vollib();
    test_wide();
    test_status();
    test_extremes();
    test_batch();
    return unit_done("price/iv");
}
