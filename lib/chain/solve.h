/* solve.h: statuses, vols and greeks of quotes whose forwards are known.
 *
 * Steps of vol_valuation_run (chain/valuation.h): the quotes go through the kernels over arrays of lib/price,
 * some at a time.
 */
#ifndef VOL_CHAIN_SOLVE_H
#define VOL_CHAIN_SOLVE_H

#include "chain/valuation.h"

enum { VOL_SOLVE_MOST = 128 };

/* Value N quotes of V from Q on, at most VOL_SOLVE_MOST and all of one nature: European, American, or
 * American with cash dividends. SPEED: of the clock of CONFIG at the snapshot's instant, 1 without one. */
void vol_solve(const struct vol_valuation *v, const struct vol_valuation_config *config, double speed,
               struct vol_valued *q, size_t n);

#endif
