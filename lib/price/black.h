/* black.h: European option prices by Black (1976) and Black, Scholes and Merton (1973).
 *
 * Everything is built on the normalised price of an out-of-the-money option (Jaeckel, "Let's Be Rational",
 * 2013, section 2): with x = |ln(F/K)| and total vol s = vol sqrt(t),
 *
 *     b(x, s) = exp(-x/2) N(-x/s + s/2) - exp(x/2) N(-x/s - s/2),      0 <= b <= exp(-x/2),
 *     undiscounted price = intrinsic value + sqrt(F K) b.
 *
 * With a = x / (s sqrt 2) and d = s / (2 sqrt 2) this is b = exp(-a^2 - d^2) (erfcx(a - d) - erfcx(a + d))
 * / 2. Where the difference would cancel (small d, small x) it is the sum of the odd moments of mills.h, all
 * positive. The relative error of b is a few units in the last place times max(1, a^2 + d^2), also in the far
 * wings.
 *
 * Prices are per unit of the underlying; vol is a decimal per sqrt(year), t years, discount the price of 1 at
 * expiry. Functions return NaN when an argument is NaN or out of its domain.
 */
#ifndef VOL_PRICE_BLACK_H
#define VOL_PRICE_BLACK_H

enum vol_option_type { VOL_PUT = -1, VOL_CALL = 1 };

/* ln(F/K) for F, K > 0, to the last place also where F is near K (there F - K is exact and log1p is used). */
double vol_black_log_ratio(double forward, double strike);

/* erfcx(a - d) - erfcx(a + d), which is 2 b(x, s) exp(a^2 + d^2); x >= 0, s > 0, d - a < 26 (beyond, it
 * overflows). */
double vol_black_difference(double x, double s);

/* b(x, s) and exp(-x/2) - b(x, s), the latter without cancellation; x >= 0, s >= 0, both finite or s
 * infinite. */
double vol_black_norm(double x, double s);
double vol_black_norm_rest(double x, double s);

/* The price in money at expiry of a call or put with FORWARD > 0, STRIKE >= 0 and TOTAL_VOL = vol sqrt(t) >=
 * 0 (infinity is allowed: the greatest price). */
double vol_black_undiscounted(enum vol_option_type type, double forward, double strike, double total_vol);

/* discount times the above; discount > 0, t >= 0 (0: intrinsic value), vol >= 0. */
double vol_black_price(enum vol_option_type type, double forward, double strike, double discount, double t,
                       double vol);

/* Black-Scholes-Merton: forward = spot exp((r - q) t), discount = exp(-r t); r and q continuously compounded.
 */
double vol_black_scholes(enum vol_option_type type, double spot, double strike, double r, double q, double t,
                         double vol);

#endif
