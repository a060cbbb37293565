/* forwards.h: forward and discount of each group of a valuation, and how well its calls and puts bear them
 * out.
 *
 * Steps of vol_valuation_run (chain/valuation.h), in the order in which it calls them.
 */
#ifndef VOL_CHAIN_FORWARDS_H
#define VOL_CHAIN_FORWARDS_H

#include "chain/valuation.h"

/* Find the strikes with a call and a put: v->pairs. VOL_EOS. */
enum vol_status vol_forwards_pair(struct vol_valuation *v);

/* Put-call parity of every group, where CONFIG asks for it: `parity` of the groups. VOL_EOS. */
enum vol_status vol_forwards_find(struct vol_valuation *v, const struct vol_valuation_config *config,
                                  const struct vol_curve *curve);

/* With all quotes valued: `agreement`, `yield`, `yield_error` and `nth` of the groups. VOL_EOS. */
enum vol_status vol_forwards_judge(struct vol_valuation *v);

/* The two sides of PAIR (of v->pairs) as they are judged. */
struct vol_agreement_pair vol_forwards_sides(const struct vol_valuation *v, const struct vol_pair *pair);

#endif
