/* iv.h: the vol that Black's formula needs to give a price, to machine precision.
 *
 * The method is that of Peter Jaeckel, "Let's Be Rational" (Wilmott, January 2015): check the bounds first,
 * turn the price into that of the out-of-the-money option (put-call parity), normalise it by sqrt(F K), and
 * solve b(x, s) = beta by third-order Householder steps on an objective that is nearly linear: 1/ln b or ln b
 * below half of the greatest price, ln(exp(-x/2) - b) above. The starting point is not the paper's: below,
 * Bachelier's formula is inverted by a table (its error is of order s^2) and carried to Black's by two terms
 * in s^2; above, erfc is inverted approximately. Most quotes need one step, all but the strangest two; a
 * bracket is kept, so that a step can never run away.
 *
 * An in-the-money price of many units carries few digits of time value: the answer is as good as the price,
 * never better. No function allocates, locks or keeps state: any number of threads may call them.
 */
#ifndef VOL_PRICE_IV_H
#define VOL_PRICE_IV_H

#include <stddef.h>

#include "price/black.h"
#include "price/isa.h"

enum vol_iv_status {
    VOL_IV_OK,
    VOL_IV_BELOW_INTRINSIC, /* at or below the discounted intrinsic value: no vol, however small, gives it */
    VOL_IV_ABOVE_MAX,       /* at or above the greatest price: discounted forward (call) or strike (put) */
    VOL_IV_NO_QUOTE,        /* the price is missing, zero or negative; or the strike is not positive */
    VOL_IV_EXPIRED,         /* t is missing, zero or negative */
    VOL_IV_NO_FORWARD       /* forward or discount is missing or not positive */
};

/* The word of the field `iv_status`: "ok", "below_intrinsic", … */
const char *vol_iv_status_name(enum vol_iv_status status);

/* s with b(x, s) = BETA for x >= 0 and 0 < BETA < exp(-x/2). LOG_BETA is ln(BETA), REST is exp(-x/2) - BETA >
 * 0, both from the caller because it may know them better than from BETA (a BETA below the smallest double, a
 * difference that is exact in money). STEPS, when not null, receives the number of Householder steps. */
double vol_iv_norm(double x, double beta, double log_beta, double rest, int *steps);

/* The vol of one option. PRICE, DISCOUNT, T as in vol_black_price. *VOL and *DISTANCE may be null; VOL is NaN
 * unless the status is VOL_IV_OK. DISTANCE is how far the price lies inside its bounds, min(price - intrinsic
 * value, greatest price - price), in money: positive for VOL_IV_OK, zero or negative beyond a bound, NaN
 * otherwise. */
enum vol_iv_status vol_iv(enum vol_option_type type, double price, double forward, double strike,
                          double discount, double t, double *vol, double *distance);

/* The same for arrays of N options, owned by the caller; those that are written must not overlap those that
 * are read. `type` holds VOL_CALL or VOL_PUT; `distance` may be null. Ordinary options are solved in vectors
 * (lanes_iv.h), the others by vol_iv: status and distance are those of vol_iv, and vol agrees with it to some
 * units in the last place of what the price determines. The same input gives the same bits at every level of
 * isa.h, at every place in the arrays and beside any neighbour. To solve bid, mid and ask, put the three one
 * behind the other: what they could share (the logarithm of F/K, two roots) is a tenth of the work. */
struct vol_iv_batch {
    size_t n;
    const signed char *type;
    const double *price, *forward, *strike, *discount, *t;
    double *vol, *distance;
    unsigned char *status;
    enum vol_isa isa; /* 0, VOL_ISA_BEST: the widest that the CPU has */
};

void vol_iv_solve(const struct vol_iv_batch *batch);

#endif
