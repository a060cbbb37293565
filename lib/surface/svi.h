/* svi.h: the raw SVI smile of one expiry.
 *
 * w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2)), the total implied variance (vol^2 t) at
 * log-moneyness k = ln(K / forward). Gatheral, "A parsimonious arbitrage-free implied volatility
 * parameterization" (2004); Gatheral and Jacquier, "Arbitrage-free SVI volatility surfaces"
 * (arXiv:1204.0646), section 3. Domain: b >= 0, |rho| < 1 (|rho| <= 1 is evaluated), sigma > 0. No function
 * here checks it: vol_svi_is_sane does.
 */
#ifndef VOL_SURFACE_SVI_H
#define VOL_SURFACE_SVI_H

#include <stdbool.h>

struct vol_svi {
    double a;     /* total variance */
    double b;     /* total variance per unit of k */
    double rho;   /* none */
    double m;     /* log-moneyness */
    double sigma; /* log-moneyness */
};

/* Total variance at log-moneyness K. */
double vol_svi_w(const struct vol_svi *svi, double k);

/* Total variance and its first and second derivative in k: W[0], W[1], W[2]. */
void vol_svi_derivatives(const struct vol_svi *svi, double k, double w[3]);

/* Implied vol at log-moneyness K of an expiry T years away; NaN where the total variance is negative or T <=
 * 0. */
double vol_svi_vol(const struct vol_svi *svi, double k, double t);

/* Durrleman's function g(k) = (1 - k w' / 2w)^2 - w'^2 / 4 (1/w + 1/4) + w'' / 2 (Gatheral-Jacquier, equation
 * 2.1): the risk-neutral density is a positive multiple of it, so g < 0 is butterfly arbitrage. Minus
 * infinity where the total variance is not positive. */
double vol_svi_g(const struct vol_svi *svi, double k);

/* The slopes of total variance far out, both as positive numbers: b (1 - rho) for k to minus infinity and
 * b (1 + rho) for k to plus infinity. Roger Lee, "The moment formula for implied volatility at extreme
 * strikes" (2004): neither may exceed 2. */
double vol_svi_slope_left(const struct vol_svi *svi);
double vol_svi_slope_right(const struct vol_svi *svi);

/* Whether the parameters are finite, in their domain, and the least total variance is not negative. */
bool vol_svi_is_sane(const struct vol_svi *svi);

#endif
