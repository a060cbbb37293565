/* gsl_brent.c: the peer: GSL's Brent root of Black's formula in the vol, between 1e-4 and 8, with the C
 * library's erfc.
 *
 *     gsl_brent OPTIONS VOLS       prints nanoseconds of CPU an option; NaN where there is no root between
 */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>

#include "options.h"

struct quote {
    double sign, price, forward, strike, discount, root_t, log_ratio;
};

static double normal(double x)
{
    return 0.5 * erfc(-x * 0.70710678118654752440);
}

static double gap(double vol, void *data)
{
    const struct quote *q = data;
    double s = vol * q->root_t, d1 = q->log_ratio / s + 0.5 * s;

    return q->discount * q->sign *
               (q->forward * normal(q->sign * d1) - q->strike * normal(q->sign * (d1 - s))) -
           q->price;
}

static double solve(gsl_root_fsolver *solver, struct quote *q)
{
    gsl_function f = {gap, q};
    int i;

    if (gsl_root_fsolver_set(solver, &f, 1e-4, 8) != GSL_SUCCESS)
        return NAN;
    for (i = 0; i < 100; i++) {
        if (gsl_root_fsolver_iterate(solver) != GSL_SUCCESS)
            return NAN;
        if (gsl_root_test_interval(gsl_root_fsolver_x_lower(solver), gsl_root_fsolver_x_upper(solver), 0,
                                   1e-13) == GSL_SUCCESS)
            break;
    }
    return gsl_root_fsolver_root(solver);
}

int main(int argc, char **argv)
{
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    struct options o;
    double *vol;
    clock_t start;
    size_t i;

    if (argc != 3 || solver == NULL)
        return 64;
    gsl_set_error_handler_off();
    options_read(&o, argv[1]);
    vol = calloc(o.n, sizeof *vol);
    if (vol == NULL)
        return 71;
    start = clock();
    for (i = 0; i < o.n; i++) {
        struct quote q = {o.type[i],
                          o.price[i],
                          o.forward[i],
                          o.strike[i],
                          o.discount[i],
                          sqrt(o.t[i]),
                          log(o.forward[i] / o.strike[i])};

        vol[i] = solve(solver, &q);
    }
    printf("%.2f\n", options_ns(start, o.n));
    options_write(argv[2], vol, o.n);
    gsl_root_fsolver_free(solver);
    free(vol);
    free(o.type);
    return 0;
}
