/* splinequote.h: quotes in vol as the spline's program wants them: prices of the call over the forward.
 */
#ifndef VOL_SURFACE_SPLINEQUOTE_H
#define VOL_SURFACE_SPLINEQUOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "surface/svifit.h"

/* One quote. */
struct vol_splinequote {
    double x;             /* strike over forward */
    double bid, mid, ask; /* undiscounted prices of the call over the forward */
    double half;          /* half of ask - bid */
    double s;             /* total vol of the mid, smoothed over its neighbours */
    double weight;        /* of its bid and ask, as a share of the penalty: 1 */
};

/* Whether QUOTES[N] ascend strictly in k, are finite and positive, with bid <= mid <= ask. */
bool vol_splinequote_sane(const struct vol_svifit_quote *quotes, size_t n);

/* QUOTES[N], sane, T years away, into OUT[N]. Half-spreads below VOL_SPLINE_LEAST count as that. */
void vol_splinequote_set(const struct vol_svifit_quote *quotes, size_t n, double t,
                         struct vol_splinequote *out);

/* Black's prices over the forward at log-moneyness K and total vol S: of the option out of the money, of the
 * call, and the density, their second derivative in the strike over the forward. */
double vol_splinequote_otm(double k, double s);
double vol_splinequote_call(double k, double s);
double vol_splinequote_density(double k, double s);

/* The power of the strike with which the price of the option out of the money falls at Q, its vol being the
 * same around it. */
double vol_splinequote_power(const struct vol_splinequote *q);

#endif
