/* american.h: price and greeks of an American option on an asset with a continuous yield.
 *
 * The price is the European one plus the integral of what early exercise earns along the exercise boundary
 * (american_boundary.h: Andersen, Lake and Offengenden's representation). A call is the put with spot and
 * strike exchanged, and rate and yield too (McDonald and Schroder, "A parity result for American options",
 * 1998).
 *
 * VOL_AMERICAN_FAST: error about 3e-6 (rms) and below 1e-4 at a spot of 100, in some microseconds; where the
 * drift outweighs the vol (|r - q| sqrt(t) > 8 vol) it takes the reference's scheme. VOL_AMERICAN_REFERENCE:
 * error about 1e-9 at a spot of 100, in about a hundred microseconds; where its many nodes do not settle (vol
 * sqrt(t) of 3 and more, gains below 1e-5 of the strike) the fast scheme's.
 *
 * The presets differ by less than 3e-5 of the strike for vol sqrt(t) <= 5 and |r - q| sqrt(t) <= 30 vol, and
 * by less than 2e-3 beyond, up to 400 % and 30 years (tests/unit/test_price_american.c).
 *
 * Cash dividends on known days are another model (dividends.h, fd.h); what is here takes the carry of a
 * forward as a yield that is paid all the time, which is an approximation for a share whose dividends are few
 * and in cash.
 *
 * r and q are continuously compounded and may be negative; t is in years, vol per sqrt(year). No function
 * allocates, locks or keeps state; the working store is on the stack (about 40 KB).
 */
#ifndef VOL_PRICE_AMERICAN_H
#define VOL_PRICE_AMERICAN_H

#include "price/black.h"
#include "price/greeks.h"

enum vol_american_preset { VOL_AMERICAN_FAST, VOL_AMERICAN_REFERENCE };

/* When exercise before expiry can pay at all. */
enum vol_american_exercise {
    VOL_AMERICAN_AT_EXPIRY, /* never: the American is the European (put: r <= 0 and r <= q; call: q <= 0, q <=
                               r) */
    VOL_AMERICAN_EARLY,     /* beyond a boundary */
    VOL_AMERICAN_TWO_BOUNDARIES /* between two (put: q < r < 0; call: r < q < 0): fd.h prices it, this file
                                   does not */
};

enum vol_american_exercise vol_american_exercise(enum vol_option_type type, double r, double q, double t);

/* SPOT, STRIKE >= 0, T >= 0, VOL >= 0, all finite; NaN otherwise, for VOL_AMERICAN_TWO_BOUNDARIES with VOL >
 * 0, and should the boundary not be found. Exact where nothing is to be integrated: where early exercise
 * cannot pay it is vol_black_scholes to the last bit; at T = 0, SPOT = 0, STRIKE = 0 and where exercise is
 * due now it is the intrinsic or the certain value; at VOL = 0 the best of all certain exercises. */
double vol_american_price(enum vol_american_preset preset, enum vol_option_type type, double spot,
                          double strike, double r, double q, double t, double vol);

/* The same from FORWARD and DISCOUNT (positive, finite): r = -ln(discount) / t, q = r - ln(forward / spot) /
 * t. A SPOT that is NaN or not positive is taken as forward * discount, as in greeks.h. */
double vol_american_price_forward(enum vol_american_preset preset, enum vol_option_type type, double forward,
                                  double strike, double discount, double t, double vol, double spot);

/* Units and signs of greeks.h: r - q and vol stay when the spot moves (sticky strike), q stays when r does.
 * delta and gamma are the derivatives of the integral at fixed boundary (its own movement adds nothing to
 * first order), theta is what the Black-Scholes equation says of them, vega and rho are central differences
 * of the premium (relative error about 1e-6) plus the European's own. Where exercise is due: delta 1 or -1,
 * the others zero. Every member is NaN outside SPOT, STRIKE, T, VOL > 0 and finite, and where the price is
 * NaN. */
void vol_american_greeks(enum vol_american_preset preset, enum vol_option_type type, double spot,
                         double strike, double r, double q, double t, double vol, struct vol_greeks *out);

void vol_american_greeks_forward(enum vol_american_preset preset, enum vol_option_type type, double forward,
                                 double strike, double discount, double t, double vol, double spot,
                                 struct vol_greeks *out);

#endif
