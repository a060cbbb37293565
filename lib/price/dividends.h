/* dividends.h: cash dividends on known days, and the forward and European price that they make.
 *
 * The spot falls by the cash on the ex-date. Two models of the vol between, with the same forward:
 *
 * VOL_DIVIDENDS_SPOT: the spot itself is lognormal from one ex-date to the next (piecewise lognormal). A spot
 * below the dividend pays what it has, min(D, S) ("liquidator": Haug, Haug and Lewis, "Back to basics",
 * 2003). No closed price: fd.h.
 *
 * VOL_DIVIDENDS_ESCROWED: the spot less the present value of the dividends to come is lognormal, so that
 * Black's formula on the forward is exact (Hull, "Options, Futures and Other Derivatives", on European
 * options with known dividends). The same vol means less movement of the spot than in the other model.
 *
 * A dividend's present value is taken at the carry r - q: q is what is paid all the time beside the cash (a
 * borrow fee, a yield), so that forward = (spot - present value) exp((r - q) t) in both.
 */
#ifndef VOL_PRICE_DIVIDENDS_H
#define VOL_PRICE_DIVIDENDS_H

#include <stddef.h>

#include "price/black.h"

enum vol_dividends_model { VOL_DIVIDENDS_SPOT, VOL_DIVIDENDS_ESCROWED };

/* Ex-dates in years from now, ascending, and cash per unit of the underlying. Those at or before now, or
 * after the expiry of an option, do not count for it. */
struct vol_dividends {
    size_t n;
    const double *t, *amount;
};

/* 1 when times ascend and all is finite and no amount is negative; DIVIDENDS may be null: none. */
int vol_dividends_valid(const struct vol_dividends *dividends);

/* Worth at time AT of the dividends with AT < ex-date <= T, at the carry R - Q. */
double vol_dividends_value(const struct vol_dividends *dividends, double r, double q, double at, double t);

/* (spot - value now) exp((r - q) t); zero or negative when the dividends are worth more than the spot. */
double vol_dividends_forward(const struct vol_dividends *dividends, double spot, double r, double q,
                             double t);

/* The European price of VOL_DIVIDENDS_ESCROWED: Black's on that forward; NaN where the forward is not
 * positive. */
double vol_dividends_escrowed(const struct vol_dividends *dividends, enum vol_option_type type, double spot,
                              double strike, double r, double q, double t, double vol);

#endif
