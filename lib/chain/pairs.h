/* pairs.h: the strikes of an expiry at which both the call and the put are quoted.
 *
 * Quotes come in any order. They are laid out by group (root and expiration) and sorted by strike; a contract
 * that is quoted twice counts once, as it was quoted last. Indices are those of the caller's array.
 */
#ifndef VOL_CHAIN_PAIRS_H
#define VOL_CHAIN_PAIRS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

/* What is paired: the group a quote belongs to, its strike, and whether it is a put. */
struct vol_pairs_quote {
    double strike; /* no NaN */
    uint32_t group, index;
    int put;
};

struct vol_pair {
    double strike;
    uint32_t call, put; /* `index` of the two quotes */
};

struct vol_pairs {
    struct vol_pair *pair; /* group by group, ascending by strike */
    size_t *start;         /* the pairs of group g are pair[start[g]] … pair[start[g + 1] - 1] */
    size_t n, n_groups;
    /* private */
    struct vol_buf memory;
};

void vol_pairs_init(struct vol_pairs *pairs);
void vol_pairs_free(struct vol_pairs *pairs);

/* Pair QUOTE[0..N), whose groups are below N_GROUPS. What was there before is forgotten. VOL_EOS. */
enum vol_status vol_pairs_build(struct vol_pairs *pairs, const struct vol_pairs_quote *quote, size_t n,
                                size_t n_groups);

#endif
