#include "price/parity_american.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "price/american_iv.h"
#include "price/carry.h"

enum { PAIRS_MOST = 96, ROUNDS_MOST = 8 };
#define STANDS 1e-7 /* of the forward */

/* A pair whose two sides have European prices E_CALL and E_PUT, the spreads being what they are. */
static struct vol_parity_pair shifted(const struct vol_parity_pair *p, double e_call, double e_put)
{
    double call_half = 0.5 * (p->call_ask - p->call_bid), put_half = 0.5 * (p->put_ask - p->put_bid);

    return (struct vol_parity_pair){p->strike, e_call - call_half, e_call + call_half, e_put - put_half,
                                    e_put + put_half};
}

void vol_parity_american_sides(double strike, double call, double put, double forward, double discount,
                               double t, double spot, double *european_call, double *european_put)
{
    enum vol_option_type otm = strike >= forward ? VOL_CALL : VOL_PUT,
                         itm = otm == VOL_CALL ? VOL_PUT : VOL_CALL;
    double vol, out, in;

    *european_call = *european_put = NAN;
    if (vol_american_iv(otm, otm == VOL_CALL ? call : put, forward, strike, discount, t, spot, &vol, NULL,
                        NULL) != VOL_IV_OK)
        return;
    out = vol_black_price(otm, forward, strike, discount, t, vol);
    in = vol_black_price(itm, forward, strike, discount, t, vol) + (itm == VOL_CALL ? call : put) -
         vol_american_price_forward(VOL_AMERICAN_FAST, itm, forward, strike, discount, t, vol, spot);
    *european_call = otm == VOL_CALL ? out : in;
    *european_put = otm == VOL_CALL ? in : out;
}

/* Where the rate is so negative that the exercise region has two boundaries, early exercise is worth next to
 * nothing: the mid itself. */
double vol_parity_with_yield(enum vol_option_type type, double mid, double strike, double forward,
                             double discount, const void *data)
{
    const struct vol_parity_yield *y = data;
    double spot = y->spot > 0 ? y->spot : forward * discount, r = -log(discount) / y->t;
    double q = vol_carry_yield(spot, forward, discount, y->t), vol;

    if (vol_american_exercise(type, r, q, y->t) == VOL_AMERICAN_TWO_BOUNDARIES)
        return mid;
    if (vol_american_iv(type, mid, forward, strike, discount, y->t, spot, &vol, NULL, NULL) != VOL_IV_OK)
        return NAN;
    return vol_black_price(type, forward, strike, discount, y->t, vol);
}

static int by_difference(const void *a, const void *b)
{
    const struct vol_parity_pair *x = a, *y = b;
    double dx = fabs(x->call_bid + x->call_ask - x->put_bid - x->put_ask);
    double dy = fabs(y->call_bid + y->call_ask - y->put_bid - y->put_ask);

    return (dx > dy) - (dx < dy);
}

static int by_strike(const void *a, const void *b)
{
    const struct vol_parity_pair *x = a, *y = b;

    return (x->strike > y->strike) - (x->strike < y->strike);
}

/* The usable ones of PAIRS that are nearest to the money, at most MOST, ascending by strike. */
static size_t nearest(struct vol_parity_pair *pairs, size_t n, size_t most)
{
    size_t i, kept = 0;

    for (i = 0; i < n; i++)
        if (vol_parity_usable(&pairs[i]))
            pairs[kept++] = pairs[i];
    qsort(pairs, kept, sizeof *pairs, by_difference);
    kept = kept < most ? kept : most;
    qsort(pairs, kept, sizeof *pairs, by_strike);
    return kept;
}

/* Quotes whose sides are of different moments can make a slope of more than 1, a negative rate, which would
 * turn early exercise upside down: without a curve that says so the discount is then the curve's, or 1 and
 * little known. */
static void estimate(const struct vol_parity_pair *pairs, size_t n, double t, double curve_discount,
                     double *scratch, struct vol_parity *out)
{
    bool curve = curve_discount > 0 && curve_discount < INFINITY;
    double most = curve ? curve_discount : 1;

    vol_parity_estimate(pairs, n, t, curve_discount, scratch, out);
    if (out->tried_discount > fmax(most, 1))
        vol_parity_estimate_at(pairs, n, t, most, curve ? 0 : VOL_PARITY_BLIND_SD * t, scratch, out);
}

/* PAIRS with the European prices that belong to their mids; those that have none are left out. */
static size_t make_european(const struct vol_parity_pair *pairs, size_t n, const struct vol_parity *with,
                            vol_parity_european *european, const void *data, struct vol_parity_pair *out)
{
    size_t i, kept = 0;

    for (i = 0; i < n; i++) {
        const struct vol_parity_pair *p = &pairs[i];
        double call = european(VOL_CALL, 0.5 * p->call_bid + 0.5 * p->call_ask, p->strike,
                               with->tried_forward, with->tried_discount, data);
        double put = european(VOL_PUT, 0.5 * p->put_bid + 0.5 * p->put_ask, p->strike, with->tried_forward,
                              with->tried_discount, data);

        if (isfinite(call) && isfinite(put))
            out[kept++] = shifted(p, call, put);
    }
    return kept;
}

enum vol_parity_status vol_parity_american_estimate(struct vol_parity_pair *pairs, size_t n, size_t most,
                                                    double t, double curve_discount,
                                                    vol_parity_european *european, const void *data,
                                                    double *scratch, struct vol_parity *out)
{
    struct vol_parity_pair european_pairs[PAIRS_MOST];
    double last = NAN;
    int round;

    n = nearest(pairs, n, most < PAIRS_MOST ? most : PAIRS_MOST);
    if (!(out->tried_forward > 0))
        estimate(pairs, n, t, curve_discount, scratch, out);
    for (round = 0; round < ROUNDS_MOST && !(fabs(out->tried_forward - last) <= STANDS * last); round++) {
        last = out->tried_forward;
        estimate(european_pairs, make_european(pairs, n, out, european, data, european_pairs), t,
                 curve_discount, scratch, out);
    }
    return out->status;
}
