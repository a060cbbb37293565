#define LANES 2
#include "price/lanes_math.h"
#include "surface/rbf.h"

#include "unit.h"

#include "../oracle/surface_rbf.inc"

enum { N = sizeof rbf_x / sizeof *rbf_x, M = sizeof rbf_qx / sizeof *rbf_qx };

/* The committed case, with three smoothings, at every level of instructions: scipy's values, and the same
 * bits. */
static void as_scipy(void)
{
    static const struct {
        double smoothing;
        const double *weight, *expected;
    } cases[] = {{0.0, NULL, rbf_rough}, {0.1, NULL, rbf_smooth}, {0.1, rbf_weight, rbf_weighted}};
    double out[M], first[M], at[3], h = 1e-5;
    size_t c, i;
    enum vol_isa isa;

    for (c = 0; c < 3; c++)
        for (isa = VOL_ISA_BEST; isa <= VOL_ISA_AVX512; isa++) {
            struct vol_rbf rbf;

            vol_rbf_init(&rbf);
            UNIT(vol_rbf_fit(N, rbf_x, rbf_y, rbf_v, cases[c].smoothing, cases[c].weight, isa, &rbf, NULL) ==
                 VOL_OK);
            vol_rbf_evaluate(&rbf, M, rbf_qx, rbf_qy, out);
            for (i = 0; i < M; i++) {
                double up[3], down[3];

                UNIT_NEAR(out[i], cases[c].expected[i], 1e-8);
                vol_rbf_derivatives(&rbf, rbf_qx[i], rbf_qy[i], at);
                vol_rbf_derivatives(&rbf, rbf_qx[i] + h, rbf_qy[i], up);
                vol_rbf_derivatives(&rbf, rbf_qx[i] - h, rbf_qy[i], down);
                UNIT_NEAR(at[0], out[i], 1e-12);
                UNIT_NEAR((up[0] - down[0]) / (2 * h), at[1], 1e-5 * (1 + fabs(at[1])));
                UNIT_NEAR((up[1] - down[1]) / (2 * h), at[2], 1e-3 * (1 + fabs(at[2])));
            }
            if (isa == VOL_ISA_BEST)
                memcpy(first, out, sizeof out);
            UNIT(memcmp(first, out, sizeof out) == 0);
            vol_rbf_free(&rbf);
        }
}

/* Without smoothing it goes through the data, of any number: blocks and their remainders. A plane stays one.
 */
static void through_the_data(void)
{
    static const size_t sizes[] = {3, 4, 15, 16, 17, 19, 127, 131, 132, 147, 260, 390};
    static double x[400], y[400], v[400], out[400];
    size_t s, i;

    for (s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t n = sizes[s];
        struct vol_rbf rbf;

        vol_rbf_init(&rbf);
        for (i = 0; i < n;
             i++) { /* a sequence that fills the square evenly: multiples of the plastic number's powers */
            x[i] = fmod(0.5 + 0.7548776662466927 * (double)i, 1.0);
            y[i] = fmod(0.5 + 0.5698402909980532 * (double)i, 1.0);
            v[i] = 0.2 + 0.1 * sin(5 * x[i]) * cos(3 * y[i]);
        }
        UNIT(vol_rbf_fit(n, x, y, v, 0.0, NULL, VOL_ISA_BEST, &rbf, NULL) == VOL_OK);
        vol_rbf_evaluate(&rbf, n, x, y, out);
        for (i = 0; i < n; i++)
            UNIT_NEAR(out[i], v[i], 1e-10);
        for (i = 0; i < n; i++)
            v[i] = 1 + 2 * x[i] - 3 * y[i];
        UNIT(vol_rbf_fit(n, x, y, v, 0.3, NULL, VOL_ISA_BEST, &rbf, NULL) == VOL_OK);
        vol_rbf_evaluate(&rbf, 1, (double[]){7.0}, (double[]){-4.0}, out);
        UNIT_NEAR(out[0], 27.0, 1e-9);
        vol_rbf_free(&rbf);
    }
}

static void as_slice(void)
{
    struct vol_rbf rbf;
    struct vol_rbf_smile smile;
    struct vol_slice slice;
    double w[3], v, place = log(0.25);

    vol_rbf_init(&rbf);
    UNIT(vol_rbf_fit(N, rbf_x, rbf_y, rbf_v, 0.1, NULL, VOL_ISA_BEST, &rbf, NULL) == VOL_OK);
    vol_rbf_smile_set(&smile, &rbf, 0.25);
    slice = vol_rbf_slice(&smile, -0.3, 0.1);
    UNIT(vol_slice_derivatives(&slice, -0.1, w) == VOL_OK);
    vol_rbf_evaluate(&rbf, 1, (double[]){-0.1}, &place, &v);
    UNIT_NEAR(w[0], v * v * 0.25, 1e-14);
    UNIT_NEAR(vol_slice_vol(&slice, -0.1), v, 1e-13);
    UNIT(isnan(vol_slice_w(&slice, 0.2))); /* it has no wings */
    vol_rbf_free(&rbf);
}

static void refusals(void)
{
    static const double line[] = {1, 2, 3, 4}, x[] = {0, 1, 0, 0}, y[] = {0, 0, 1, 0}, bad[] = {0, NAN, 1, 2};
    struct vol_rbf rbf;
    struct vol_error err = {0};

    vol_rbf_init(&rbf);
    UNIT(vol_rbf_fit(2, line, line, line, 0, NULL, VOL_ISA_BEST, &rbf, NULL) == VOL_EDATA);
    UNIT(vol_rbf_fit(4, line, line, line, 0, NULL, VOL_ISA_BEST, &rbf, &err) == VOL_EDATA &&
         err.text[0] != 0);
    UNIT(vol_rbf_fit(4, x, y, bad, 0, NULL, VOL_ISA_BEST, &rbf, NULL) == VOL_EDATA);
    UNIT(vol_rbf_fit(4, bad, y, line, 0, NULL, VOL_ISA_BEST, &rbf, NULL) == VOL_EDATA);
    UNIT(vol_rbf_fit(4, x, y, line, -1, NULL, VOL_ISA_BEST, &rbf, NULL) == VOL_EDATA);
    UNIT(vol_rbf_fit(4, x, y, line, 0.1, bad, VOL_ISA_BEST, &rbf, NULL) == VOL_EDATA);
    UNIT(vol_rbf_fit(4, x, y, line, 0, NULL, VOL_ISA_BEST, &rbf, NULL) == VOL_NO); /* two in one place */
    UNIT(rbf.x == NULL);
    UNIT(vol_rbf_fit(4, x, y, line, 0.1, NULL, VOL_ISA_BEST, &rbf, NULL) == VOL_OK);
    vol_rbf_free(&rbf);
}

/* The logarithm that the kernels use, over all squares of distances. */
static void logarithm(void)
{
    double r2;

    for (r2 = 1e-290; r2 < 1e200; r2 *= 1.7) {
        vec a = log_ratio(all_of(r2), all_of(1.0));

        UNIT_NEAR(a[0], log(r2), 4e-16 * fabs(log(r2)));
        UNIT(a[0] == a[1]);
    }
}

int main(void)
{
    logarithm();
    as_scipy();
    through_the_data();
    as_slice();
    refusals();
    return unit_done("surface/rbf");
}
