/* sviguard.h: Durrleman's condition on raw SVI: the verdict by following g to its minima, and a penalty with
 * exact derivatives for the search (svisearch.h).
 */
#ifndef VOL_SURFACE_SVIGUARD_H
#define VOL_SURFACE_SVIGUARD_H

#include "surface/arbitrage.h"
#include "surface/svisearch.h"

/* The least g of SVI on [LOW, HIGH] and where: a coarse walk in asinh((k - m) / sigma), in which g is about
 * equally smooth everywhere, then each low point of it to its bottom. Minus infinity where the total variance
 * is not positive. SVI lies in svi.h's domain, LOW < HIGH. */
double vol_sviguard_least_g(const struct vol_svi *svi, double low, double high, double *where);

/* The verdict that vol_arbitrage_butterfly gives at TOLERANCE, at a tenth of its cost where there is no
 * arbitrage (and by it where there is). The same errors. */
enum vol_status vol_sviguard_verdict(const struct vol_svi *svi, double low, double high, double tolerance,
                                     struct vol_butterfly *out, struct vol_error *err);

/* Set S's guards over k / s in [-REACH, REACH], as dense as the smile ST is curved. */
void vol_sviguard_place(struct vol_svisearch *s, const struct vol_svisearch_state *st, double reach);

/* Add the penalty at ST to the lower triangle H, the gradient G and the COST: the square of S's penalty times
 * what g lacks at each guard, and what the least total variance lacks. */
void vol_sviguard_add(const struct vol_svisearch *s, const struct vol_svisearch_state *st,
                      double h[VOL_SVISEARCH_PARAMS][VOL_SVISEARCH_PARAMS], double g[VOL_SVISEARCH_PARAMS],
                      double *cost);

#endif
