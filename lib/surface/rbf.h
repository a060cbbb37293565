/* rbf.h: thin-plate splines with smoothing in two variables.
 *
 * f(p) = sum over data of c[j] phi(|p - p[j]|) + d[0] + d[1] u + d[2] v, phi(r) = r^2 ln r, u and v the
 * coordinates scaled to [-1, 1] over the data, with (K + S) c + P d = values and P'c = 0, S the smoothing on
 * the diagonal: the function of least bending energy plus squared errors weighted by it (Duchon 1977; Wahba,
 * "Spline Models for Observational Data", 1990, section 2.4). The same system as that of SciPy's
 * RBFInterpolator with kernel thin_plate_spline, in which the source chapter fits vols over (log-moneyness,
 * log-time).
 *
 * K is positive definite on the vectors with P'c = 0: three reflections turn the problem into theirs, which
 * Cholesky's method solves in N^3 / 3 operations, in the same order of operations at every level of
 * price/isa.h.
 */
#ifndef VOL_SURFACE_RBF_H
#define VOL_SURFACE_RBF_H

#include <stddef.h>

#include "base/error.h"
#include "price/isa.h"
#include "surface/slice.h"

struct vol_rbf {
    size_t n, padded;
    double *x, *y, *c; /* [padded] centres and their weights, zero behind n */
    double d[3], shift[2], scale[2];
    double low[2], high[2]; /* range of the data */
    enum vol_isa isa;       /* as given to vol_rbf_fit */
};

enum { VOL_RBF_MAX = 10000 }; /* points: the matrix has their square */

void vol_rbf_init(struct vol_rbf *rbf);
void vol_rbf_free(struct vol_rbf *rbf);

/* Fit VALUE[n] at the points (X[i], Y[i]), SMOOTHING >= 0 on the diagonal times WEIGHT[i] (null: one; a point
 * that is known less well gets more). VOL_EDATA: fewer than 3 points or more than VOL_RBF_MAX, a number that
 * is not finite, points that all lie on a line. VOL_NO: the system is singular (two points in one place
 * without smoothing). RBF is untouched then. VOL_EOS. */
enum vol_status vol_rbf_fit(size_t n, const double *x, const double *y, const double *value, double smoothing,
                            const double *weight, enum vol_isa isa, struct vol_rbf *rbf,
                            struct vol_error *err);

/* f at POINTS places. */
void vol_rbf_evaluate(const struct vol_rbf *rbf, size_t points, const double *x, const double *y,
                      double *out);

/* f at one place, and its first and second derivative in x: OUT[0], OUT[1], OUT[2]. phi has no second
 * derivative at r = 0 (it goes to minus infinity like ln r): it is taken as at r = 1e-6 there. */
void vol_rbf_derivatives(const struct vol_rbf *rbf, double x, double y, double out[3]);

/* A surface of vols over (log-moneyness, ln t) at one t, as a slice: w = f^2 t. It has no wings: what it says
 * beyond the data is a plane. RBF and the parameters must outlive the slice; set the latter with
 * vol_rbf_smile_set. */
struct vol_rbf_smile {
    const struct vol_rbf *rbf;
    double t, log_t;
};

void vol_rbf_smile_set(struct vol_rbf_smile *smile, const struct vol_rbf *rbf, double t);
struct vol_slice vol_rbf_slice(const struct vol_rbf_smile *smile, double k_min, double k_max);

#endif
