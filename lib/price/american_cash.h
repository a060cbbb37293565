/* american_cash.h: greeks and implied vol of American options on an asset that pays cash dividends.
 *
 * Prices come from finite differences (fd.h). An option before whose expiry no dividend falls is priced by
 * american.h, which is faster and exact; so every option of a chain can be sent here.
 */
#ifndef VOL_PRICE_AMERICAN_CASH_H
#define VOL_PRICE_AMERICAN_CASH_H

#include "price/fd.h"
#include "price/greeks.h"
#include "price/iv.h"

/* `american` of OPTION is taken as true. NaN where fd.h refuses. */
double vol_american_cash_price(const struct vol_fd_option *option, const struct vol_fd_grid *grid,
                               struct vol_fd_work *work);

/* In the units of greeks.h; the dividends stay what they are when spot, rate or time move (theta: the
 * ex-dates come nearer, as days do). delta, gamma and theta are those of the grid, vega and rho central
 * differences. Every member is NaN where fd.h refuses. */
void vol_american_cash_greeks(const struct vol_fd_option *option, const struct vol_fd_grid *grid,
                              struct vol_fd_work *work, struct vol_greeks *out);

/* The vol of the model that gives PRICE (`vol` of OPTION is not read), and in *BLACK the vol with which
 * Black's formula on the forward (vol_dividends_forward) gives the European option of the same model: the
 * de-Americanised vol, which obeys put-call parity. They are the same in VOL_DIVIDENDS_ESCROWED; in
 * VOL_DIVIDENDS_SPOT one European price is the way from one to the other. To about 1e-8 of the vol, on the
 * same GRID.
 *
 * VOL_IV_BELOW_INTRINSIC: at or below the best of exercise now, at an ex-date or at expiry on a certain path,
 * or so near it that no vol that the grid carries gives the price. VOL_IV_ABOVE_MAX: at or above the spot
 * (call) or the strike (put). VOL_IV_EXPIRED, VOL_IV_NO_QUOTE: as in vol_iv. VOL_IV_NO_FORWARD: the spot, a
 * rate or the dividends are not usable, or the forward is not positive.
 *
 * VOL, BLACK, DISTANCE and PRICES may be null. */
enum vol_iv_status vol_american_cash_iv(const struct vol_fd_option *option, double price,
                                        const struct vol_fd_grid *grid, struct vol_fd_work *work, double *vol,
                                        double *black, double *distance, int *prices);

#endif
