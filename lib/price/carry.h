/* carry.h: what an underlying pays its holder, as implied by its forward.
 *
 * Held to time t, the spot S costs its financing and earns dividends and the fee of who borrows it to sell it
 * short: F = S exp(-q t) / D, with D the discount. So
 *
 *     q = (ln(S/F) - ln D) / t
 *
 * is the dividend yield and borrow fee together, continuously compounded, per year. Hull, "Options, Futures,
 * and Other Derivatives", chapter 17 (options on an index).
 *
 * At short dates q is what is left of two large numbers and says little: that is what its error is for. It
 * also takes S and F for prices of one instant; a spot that is stale by 0.1 % is wrong by 0.1 %/t in q.
 */
#ifndef VOL_PRICE_CARRY_H
#define VOL_PRICE_CARRY_H

/* q; NaN unless SPOT, FORWARD, DISCOUNT and T are positive and finite. */
double vol_carry_yield(double spot, double forward, double discount, double t);

/* Its standard error from those of F and D, sqrt((FORWARD_ERROR / F)^2 + (DISCOUNT_ERROR / D)^2) / t, the
 * spot being exact and the two independent: a parity line through strikes on both sides of F gives F and its
 * slope D nearly so. NaN unless the arguments are as above and both errors are >= 0 and finite. */
double vol_carry_yield_error(double forward, double discount, double t, double forward_error,
                             double discount_error);

#endif
