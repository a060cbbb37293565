/* agreement.h: how well the calls and puts of an expiry agree with its forward and discount.
 *
 * C - P = D (F - K) binds European prices at every strike. What the mids leave of it is measured against the
 * spreads, as is what it means in vol. This is the test of a forward that anyone can run: a forward of the
 * S&P 500 that is off by 0.25 shows as an error of 0.13, a right one as 0.06.
 */
#ifndef VOL_PRICE_AGREEMENT_H
#define VOL_PRICE_AGREEMENT_H

#include <stddef.h>

/* |ln(K/F)| within which the vols of call and put are compared. */
#define VOL_AGREEMENT_NEAR 0.02

/* The two sides of one strike. Prices are European ones: of an American option the price of the European
 * option of the same vol. A half-spread is half of ask - bid as quoted. NaN: unknown. */
struct vol_agreement_pair {
    double strike, forward, discount;
    double call, put, call_half, put_half;
    double call_vol, put_vol;
};

struct vol_agreement {
    size_t n_pairs;   /* pairs that could be judged */
    size_t n_within;  /* of them, those whose error is at most half of the wider of the two spreads */
    size_t n_outside; /* those whose error is beyond both half-spreads together: a profit for the taking */
    double error;     /* median of |C - P - D (F - K)| / (both half-spreads together); NaN: no pair */
    double vol_gap;   /* median |call_vol - put_vol| where |ln(K/F)| <= 2 %; NaN: no such pair */
};

/* |C - P - D (F - K)|; NaN when something is missing. */
double vol_agreement_error(const struct vol_agreement_pair *pair);

/* Judge PAIR[0..N). SCRATCH: room for 2 N doubles. */
void vol_agreement_judge(const struct vol_agreement_pair *pair, size_t n, double *scratch,
                         struct vol_agreement *out);

#endif
