/* slice.h: one fitted smile, whatever model it was fitted with.
 *
 * A slice is total variance w(k) of one expiry over log-moneyness k = ln(strike / forward) with its first two
 * derivatives, and how far it can be trusted. A model gives a plain function of its parameters; everything
 * that reads a smile (verdicts, constant maturities, densities, pictures) reads it through here.
 */
#ifndef VOL_SURFACE_SLICE_H
#define VOL_SURFACE_SLICE_H

#include "base/error.h"
#include "surface/svi.h"

/* W[0], W[1], W[2]: total variance and its first and second derivative in k. */
typedef void vol_slice_model(const void *parameters, double k, double w[3]);

struct vol_slice {
    const char *model; /* "svi", "essvi", "spline", "rbf" */
    vol_slice_model *derivatives;
    const void *parameters;      /* of the model; not owned: they outlive the slice */
    double t;                    /* years of the clock that the vols count in, positive */
    double forward, discount;    /* NaN when unknown */
    double k_min, k_max;         /* the domain of trust: the quotes that were fitted */
    double reach_min, reach_max; /* how far the model's own wings go; k_min and k_max when it has none */
};

/* Where a point lies. */
enum vol_slice_place {
    VOL_SLICE_INSIDE, /* within the quotes */
    VOL_SLICE_WING,   /* beyond them, on a wing that the model bounds by Lee's slopes */
    VOL_SLICE_OUTSIDE /* where the model says nothing (also: k is no number) */
};

/* "inside", "wing", "outside". */
const char *vol_slice_place_name(enum vol_slice_place place);
enum vol_slice_place vol_slice_place_of(const struct vol_slice *slice, double k);

/* Total variance at K: NaN outside, and where the model's is not positive. */
double vol_slice_w(const struct vol_slice *slice, double k);

/* Total variance and its two derivatives, all NaN in the same cases. VOL_NO then. */
enum vol_status vol_slice_derivatives(const struct vol_slice *slice, double k, double w[3]);

/* The vol at K; NaN likewise. */
double vol_slice_vol(const struct vol_slice *slice, double k);

/* Durrleman's g (svi.h) of total variance W[0] and its derivatives at K: minus infinity when W[0] is not
 * positive, NaN for NaN. */
double vol_slice_durrleman(double k, const double w[3]);

/* A slice of MODEL T years of the vols' clock away, fitted to quotes from K_MIN to K_MAX, whose wings go on
 * for ever; forward and discount are not known yet. PARAMETERS must outlive it. */
struct vol_slice vol_slice_make(const char *model, vol_slice_model *derivatives, const void *parameters,
                                double t, double k_min, double k_max);

/* A slice of raw SVI, T years of the vols' clock away, fitted to quotes from K_MIN to K_MAX. Its wings are
 * linear in total variance and go on for ever. SVI must outlive the slice. */
struct vol_slice vol_slice_of_svi(const struct vol_svi *svi, double t, double k_min, double k_max);

#endif
