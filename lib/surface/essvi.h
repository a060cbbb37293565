/* essvi.h: the extended SSVI smile of one expiry, and when two of them, or all, are free of arbitrage.
 *
 * w(k) = (theta + rho psi k + sqrt((psi k + rho theta)^2 + (1 - rho^2) theta^2)) / 2, the total implied
 * variance at log-moneyness k: theta is the variance at the forward, psi = theta phi measures the slopes,
 * psi (1 + rho) / 2 on the right and psi (1 - rho) / 2 on the left. Gatheral and Jacquier, "Arbitrage-free
 * SVI volatility surfaces" (arXiv:1204.0646), section 4, with one rho of the whole surface (SSVI); Hendriks
 * and Martini, "The extended SSVI volatility surface" (2019), with a rho of each expiry. Domain: theta > 0,
 * psi > 0, |rho| < 1. No function here checks it: vol_essvi_is_free does.
 */
#ifndef VOL_SURFACE_ESSVI_H
#define VOL_SURFACE_ESSVI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "surface/svi.h"

struct vol_essvi {
    double theta; /* total variance */
    double rho;   /* none */
    double psi;   /* total variance per unit of k */
};

/* Total variance and its first and second derivative in k: W[0], W[1], W[2]. */
void vol_essvi_derivatives(const struct vol_essvi *slice, double k, double w[3]);

/* Implied vol at log-moneyness K of an expiry T years away; NaN where T <= 0. */
double vol_essvi_vol(const struct vol_essvi *slice, double k, double t);

/* The raw SVI smile that it is: a = theta (1 - rho^2) / 2, b = psi / 2, m = -rho theta / psi, sigma =
 * sqrt(1 - rho^2) theta / psi. */
void vol_essvi_to_svi(const struct vol_essvi *slice, struct vol_svi *svi);

/* Whether it lies in the domain and is free of butterfly arbitrage: psi (1 + |rho|) <= 4 and psi^2 (1 +
 * |rho|)
 * <= 4 theta (Gatheral-Jacquier, theorem 4.2, a sufficient condition). */
bool vol_essvi_is_free(const struct vol_essvi *slice);

/* Whether LATER nowhere has less total variance than EARLIER, both free: neither theta nor a slope falls, and
 * either psi / theta does not rise, or (change of rho psi)^2 <= change of theta times change of psi^2 / theta
 * (Hendriks-Martini, propositions 3.1 and 3.5). */
bool vol_essvi_is_after(const struct vol_essvi *earlier, const struct vol_essvi *later);

/* The same as bounds on theta, in closed form. Given the slopes of LATER, neither below those of EARLIER: the
 * least theta of LATER. Given the slopes of EARLIER, neither above those of LATER: the greatest theta of
 * EARLIER. The theta of the slice that is asked about is not read. */
double vol_essvi_least_theta(const struct vol_essvi *earlier, const struct vol_essvi *later);
double vol_essvi_most_theta(const struct vol_essvi *earlier, const struct vol_essvi *later);

/* The slice of SSVI with the power law phi(theta) = ETA / (theta^GAMMA (1 + theta)^(1 - GAMMA))
 * (Gatheral-Jacquier, example 4.2). With GAMMA in (0, 1/2], ETA (1 + |RHO|) <= 2 and THETA not falling, all
 * slices are free and in order. */
struct vol_essvi vol_essvi_power_law(double theta, double rho, double eta, double gamma);

/* The slice of time T from those of the times TIMES[N], both ascending and in order: theta, and both slopes,
 * linear between two expiries, which keeps all that vol_essvi_is_free and vol_essvi_is_after ask for
 * (Corbetta, Cohort, Laachir and Martini, arXiv:1804.04924, section 5); proportional to time before the
 * first; theta alone proportional to time after the last. VOL_EDATA: N is 0, T or the time next to it is not
 * positive, or T is not finite. */
enum vol_status vol_essvi_at(const struct vol_essvi *slices, const double *times, size_t n, double t,
                             struct vol_essvi *out, struct vol_error *err);

#endif
