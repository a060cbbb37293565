/* exposure.h: greeks of positions and orders, in the units of the `risk` record.
 *
 *     delta         underlying units             quantity * multiplier * delta
 *     gamma         underlying units per 1       quantity * multiplier * gamma
 *     theta         money per day                quantity * multiplier * theta
 *     vega          money per vol point          quantity * multiplier * vega
 *     dollar_delta  money                        delta * price of the underlying
 *     dollar_gamma  money per 1 %                gamma * price^2 / 100: change of dollar_delta when it moves
 * 1 % notional      money                        |quantity| * multiplier * price of the underlying quantity
 * contracts                    |quantity|
 *
 * delta and gamma of different underlyings must not be added (a BTC is not an SPX unit): across a portfolio
 * only the amounts in money mean something. A number that is not known is NaN and makes every sum NaN that it
 * enters.
 */
#ifndef VOL_BOOK_EXPOSURE_H
#define VOL_BOOK_EXPOSURE_H

#include <stdint.h>

#include "book/book.h"
#include "book/market.h"

enum vol_measure {
    VOL_DELTA,
    VOL_GAMMA,
    VOL_THETA,
    VOL_VEGA,
    VOL_DOLLAR_DELTA,
    VOL_DOLLAR_GAMMA,
    VOL_NOTIONAL,
    VOL_QUANTITY,
    VOL_MEASURES
};

/* "delta", and its unit as above. */
const char *vol_measure_name(enum vol_measure measure);
const char *vol_measure_unit(enum vol_measure measure);

struct vol_exposure {
    double value[VOL_MEASURES];
};

/* Add CONTRACTS (signed) of CONTRACT as CHAIN, the latest one of its underlying, has it; null or incomplete:
 * unknown. */
void vol_exposure_add(struct vol_exposure *sum, const struct vol_chain *chain,
                      const struct vol_contract *contract, double contracts);

/* Whether CONTRACT has ended by the time of CHAIN, so that it carries no risk any more. */
bool vol_exposure_is_over(const struct vol_chain *chain, const struct vol_contract *contract);

/* Add all open positions of BOOK on UNDERLYING (null: on everything); their number goes to *N (may be null).
 */
void vol_exposure_of_book(struct vol_exposure *sum, const struct vol_book *book,
                          const struct vol_market *market, const char *underlying, size_t *n);

/* Value of the open positions at the mid of their latest chains. *UNMARKED counts those that have none, and
 * their value is then not in the sum. VOL_EDATA: beyond the range. */
enum vol_status vol_exposure_mark(const struct vol_book *book, const struct vol_market *market,
                                  int64_t *value, size_t *unmarked);

#endif
