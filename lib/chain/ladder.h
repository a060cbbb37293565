/* ladder.h: the quotes of one snapshot laid out as ladders: those of one root, expiration and type, ascending
 * by strike.
 *
 * Quotes come in any order and are named by an index of the caller's. A strike stands once in a ladder: of a
 * contract that is quoted twice the last one counts, the others are marked.
 */
#ifndef VOL_CHAIN_LADDER_H
#define VOL_CHAIN_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

struct vol_ladder_quote {
    double strike, bid, ask; /* NaN: there is none */
    uint32_t index;          /* of the caller */
    uint32_t slice;
    bool put;
    bool again; /* set by vol_ladders_build: the same contract comes again later */
};

/* The quotes of one root and expiration. */
struct vol_slice {
    /* what the caller knows of it */
    size_t root_at, root_len; /* in `names` of the ladders */
    int32_t expiration;
    uint64_t hash; /* of root and expiration */
    int64_t expires;
    double spot;              /* underlying price of its first quote; NaN: unknown */
    double forward, discount; /* as the stream gives them; NaN: not there */
    bool american, inverse;
    /* what vol_ladders_build finds: quote[call … call + n_call) and quote[put … put + n_put) of the ladders
     */
    size_t call, n_call, put, n_put;
};

struct vol_ladders {
    struct vol_ladder_quote *quote; /* as added, and behind vol_ladders_build in the order of the ladders */
    size_t n;
    struct vol_slice *slice;
    size_t n_slices;
    struct vol_buf names;
    /* private */
    struct vol_ladder_quote *spare;
    size_t cap, cap_slices, last;
};

void vol_ladders_init(struct vol_ladders *ladders);
void vol_ladders_clear(struct vol_ladders *ladders); /* the next snapshot; memory is kept */
void vol_ladders_free(struct vol_ladders *ladders);

/* The slice of ROOT (may be empty) and EXPIRATION; one that is new is added, *IS_NEW says so. VOL_EOS. */
enum vol_status vol_ladders_slice(struct vol_ladders *ladders, const char *root, size_t root_len,
                                  int32_t expiration, size_t *slice, bool *is_new);

/* Add a quote of an existing slice. VOL_EOS. */
enum vol_status vol_ladders_add(struct vol_ladders *ladders, const struct vol_ladder_quote *quote);

/* Sort, and mark what comes again. Quotes that were quoted again are not in a ladder: they stand behind all.
 */
void vol_ladders_build(struct vol_ladders *ladders);

#endif
