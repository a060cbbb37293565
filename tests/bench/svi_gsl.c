/* svi_gsl.c: the peer: GSL's nonlinear least squares (Levenberg-Marquardt, exact Jacobian) on the five
 * parameters of raw SVI from one start, without constraints or checks.
 *
 *     svi_gsl SLICES COSTS     prints nanoseconds of CPU a slice
 */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <math.h>

#include "svi_slices.h"

enum { PARAMS = 5 };

typedef const double (*slice_rows)[SVI_ROW];

/* (vol - mid) / half-spread in (a, b, rho, m, sigma). A total variance that is not positive counts as a tiny
 * one. */
static int errors(const gsl_vector *x, void *data, gsl_vector *f)
{
    slice_rows row = data;
    double a = gsl_vector_get(x, 0), b = gsl_vector_get(x, 1), rho = gsl_vector_get(x, 2);
    double m = gsl_vector_get(x, 3), sigma = gsl_vector_get(x, 4);
    size_t i;

    for (i = 0; i < SVI_QUOTES; i++) {
        double y = row[i][1] - m, w = a + b * (rho * y + sqrt(y * y + sigma * sigma));

        gsl_vector_set(f, i, (sqrt(fmax(w, 1e-12) / row[i][0]) - row[i][2]) / row[i][3]);
    }
    return GSL_SUCCESS;
}

static int jacobian(const gsl_vector *x, void *data, gsl_matrix *out)
{
    slice_rows row = data;
    double a = gsl_vector_get(x, 0), b = gsl_vector_get(x, 1), rho = gsl_vector_get(x, 2);
    double m = gsl_vector_get(x, 3), sigma = gsl_vector_get(x, 4);
    size_t i;

    for (i = 0; i < SVI_QUOTES; i++) {
        double y = row[i][1] - m, root = sqrt(y * y + sigma * sigma);
        double w = fmax(a + b * (rho * y + root), 1e-12), slope = 0.5 / (sqrt(w * row[i][0]) * row[i][3]);

        gsl_matrix_set(out, i, 0, slope);
        gsl_matrix_set(out, i, 1, slope * (rho * y + root));
        gsl_matrix_set(out, i, 2, slope * b * y);
        gsl_matrix_set(out, i, 3, -slope * b * (rho + y / root));
        gsl_matrix_set(out, i, 4, slope * b * sigma / root);
    }
    return GSL_SUCCESS;
}

/* A start as one would write it, in units of the at-the-forward deviation. */
static double fit(gsl_multifit_nlinear_workspace *work, slice_rows row)
{
    gsl_multifit_nlinear_fdf problem = {
        .f = errors, .df = jacobian, .n = SVI_QUOTES, .p = PARAMS, .params = (void *)(size_t)row};
    double s = row[SVI_QUOTES / 2][2] * sqrt(row[0][0]),
           start[PARAMS] = {0.5 * s * s, 0.5 * s, -0.3, 0.0, 0.6 * s}, cost;
    gsl_vector_view x = gsl_vector_view_array(start, PARAMS);
    int info;

    gsl_multifit_nlinear_init(&x.vector, &problem, work);
    gsl_multifit_nlinear_driver(100, 1e-8, 1e-8, 1e-8, NULL, NULL, &info, work);
    gsl_blas_ddot(gsl_multifit_nlinear_residual(work), gsl_multifit_nlinear_residual(work), &cost);
    return cost;
}

int main(int argc, char **argv)
{
    gsl_multifit_nlinear_parameters options = gsl_multifit_nlinear_default_parameters();
    gsl_multifit_nlinear_workspace *work;
    struct svi_slices s;
    double *cost, least = INFINITY;
    size_t i;
    int run;

    if (argc != 3)
        return 64;
    gsl_set_error_handler_off();
    svi_slices_read(&s, argv[1]);
    cost = calloc(s.n, sizeof *cost);
    work = gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &options, SVI_QUOTES, PARAMS);
    if (cost == NULL || work == NULL)
        return 71;
    for (run = 0; run < SVI_RUNS; run++) {
        clock_t start = clock();

        for (i = 0; i < s.n; i++)
            cost[i] = fit(work, s.row[i]);
        least = fmin(least, options_ns(start, s.n));
    }
    printf("%.1f\n", least);
    options_write(argv[2], cost, s.n);
    gsl_multifit_nlinear_free(work);
    free(cost);
    free(s.row);
    return 0;
}
