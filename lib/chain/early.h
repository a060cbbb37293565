/* early.h: forwards of American expiries, and the spot that they imply.
 *
 * A step of vol_forwards_find (chain/forwards.h). Parity of American options takes the spot beside the
 * forward (price/parity_american.h). It is the one that the options of a root themselves imply, since a
 * quoted spot is often of another time than the quotes: 0.5 % of staleness would be a yield of 26 % on
 * options of a week. F D, with the worth of the dividends = S exp(-q t), of the first and of the last expiry
 * gives S; the yield of each expiry is then what its own forward leaves. Expiries before any dividend know S
 * best. One expiry alone says nothing of the yield; then the spot that the quotes bring decides, where it
 * leaves a yield that can be.
 *
 * Forwards need S and S needs the forwards: a secant search finds the S that implies itself. Where it does
 * not settle, the expiries have no forward and say so. A root of another deliverable (XYZ1) is another asset,
 * with a spot of its own.
 */
#ifndef VOL_CHAIN_EARLY_H
#define VOL_CHAIN_EARLY_H

#include "chain/valuation.h"

/* Find `parity` and `carried` of all American groups. PAIRS and SCRATCH: room for the pairs of the largest
 * group, and 5 doubles for each. */
void vol_early_find(struct vol_valuation *v, const struct vol_valuation_config *config,
                    const struct vol_curve *curve, struct vol_parity_pair *pairs, double *scratch);

#endif
