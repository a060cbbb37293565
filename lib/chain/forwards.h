/* forwards.h: forward and discount of each group of a valuation, and how well its calls and puts bear them
 * out.
 *
 * Steps of vol_valuation_run (chain/valuation.h), in the order in which it calls them.
 */
#ifndef VOL_CHAIN_FORWARDS_H
#define VOL_CHAIN_FORWARDS_H

#include "chain/valuation.h"

/* Find the strikes with a call and a put, and the order of the expiries: v->pairs, `nth` of the groups.
 * VOL_EOS. */
enum vol_status vol_forwards_pair(struct vol_valuation *v);

/* Put-call parity of every group, where CONFIG asks for it: `parity` of the groups, and `carried` of the
 * American ones (chain/early.h). VOL_EOS. */
enum vol_status vol_forwards_find(struct vol_valuation *v, const struct vol_valuation_config *config,
                                  const struct vol_curve *curve);

/* The pairs of GROUP (of V) as they are quoted, in the strike's currency, into OUT; how many. */
size_t vol_forwards_quoted(const struct vol_valuation *v, const struct vol_valuation_group *group,
                           struct vol_parity_pair *out);

/* With all quotes valued: `agreement`, `yield` and `yield_error` of the groups. VOL_EOS. */
enum vol_status vol_forwards_judge(struct vol_valuation *v, const struct vol_valuation_config *config);

/* The two sides of PAIR (of v->pairs) as they are judged. */
struct vol_agreement_pair vol_forwards_sides(const struct vol_valuation *v, const struct vol_pair *pair);

#endif
