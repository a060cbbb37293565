/* static_arbitrage.h: arbitrage between the options of one snapshot at prices that can be traded: bought at
 * the ask, sold at the bid.
 *
 * Four positions, each worth nothing or more whatever happens, and paid for entering it (D discount, F
 * forward of the expiry; a quote can be sold with a bid > 0 and bought with an ask > 0):
 *
 * vertical    A call spread pays between 0 and K2 - K1: the higher strike's bid above the lower one's ask, or
 *             the lower one's bid above the higher one's ask + D (K2 - K1). Puts the other way about. All
 *             pairs of strikes, not only neighbours. American: K2 - K1 may be due at once, so that D is 1.
 * butterfly   Prices are convex in the strike: a bid above the line between asks at a lower and a higher
 *             strike, in whatever distances. All triples: the bid is compared with the lower convex hull of
 *             the asks.
 * parity      Call less put is D (F - K): buying that at one strike and selling it at another is a box, worth
 *             D (K2 - K1). American: only the box that is bought at the lower strike, which early exercise
 *             against one makes no worse.
 * calendar    European: with M = S/F the call of the later expiry is worth at least (M - k)+ D F at the
 *             earlier one, so that at K2/F2 <= K1/F1 the later price over D F is not below the earlier one
 *             (Gatheral and Jacquier, arXiv 1204.0646, lemma 2.1); puts at K2/F2 >= K1/F1. Held are D1 F1 /
 *             (D2 F2) of the later option for each one sold. At equal strikes this would find what is none.
 *             American: at the same or a better strike, one for one, since the later one can be exercised
 *             when the earlier is. All pairs of expiries of a root.
 *
 * D and F are known to an error. A position that rests on D must pay for a rate that is off by `rate_error`,
 * and by what the estimate of D says of itself. Cohen, Reisinger and Wang (arXiv 2008.09454) list the tests.
 */
#ifndef VOL_CHAIN_STATIC_ARBITRAGE_H
#define VOL_CHAIN_STATIC_ARBITRAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "chain/ladder.h"

enum vol_static_kind {
    VOL_STATIC_VERTICAL,
    VOL_STATIC_BUTTERFLY,
    VOL_STATIC_PARITY,
    VOL_STATIC_CALENDAR,
    VOL_STATIC_N
};

struct vol_static_leg {
    uint32_t index;  /* of the quote, the caller's */
    double quantity; /* bought; negative: sold */
    double price;    /* the ask or the bid, as quoted */
};

enum { VOL_STATIC_LEGS_MAX = 4 };

struct vol_static_finding {
    enum vol_static_kind kind;
    size_t slice; /* of the (earlier) expiry */
    size_t n_legs;
    struct vol_static_leg leg[VOL_STATIC_LEGS_MAX];
    double profit; /* received at once, less what is due at the worst, in the currency of the quotes */
};

/* Forward and discount of a slice as the tests use them; NaN: unknown, and what needs them is not tested. */
struct vol_static_terms {
    double t;
    double forward, discount;
    double discount_error; /* D is right to this */
    double unit;           /* what a price of 1 is in the strike's currency */
};

struct vol_static_config {
    double least_profit; /* must be exceeded, in the strike's currency */
    double rate_error;   /* per year */
    int tests;           /* bit i for kind i */
};

struct vol_static {
    struct vol_static_terms *terms; /* by slice */
    size_t n_terms;                 /* room */
    struct vol_buf findings;        /* struct vol_static_finding */
    /* private */
    struct vol_buf work, pairs;
};

void vol_static_init(struct vol_static *s);
void vol_static_clear(struct vol_static *s); /* no findings; memory is kept */
void vol_static_free(struct vol_static *s);

size_t vol_static_count(const struct vol_static *s);
const struct vol_static_finding *vol_static_get(const struct vol_static *s, size_t i);

/* Forward and discount of each slice as of TS: those of the stream where its quotes bring them (vgreeks),
 * else, for European options, those that put-call parity of the quotes gives (price/parity.h, without a
 * curve). American options without the stream's have neither. VOL_EOS. */
enum vol_status vol_static_find_terms(struct vol_static *s, const struct vol_ladders *ladders, int64_t ts);

/* The spot that the options imply: F D of the nearest expiry that has both, its time to *T. Of American
 * options without terms: the level at which call and put cost the same, which is the spot but for the carry.
 * NaN: none says. After vol_static_find_terms. */
double vol_static_spot(const struct vol_static *s, const struct vol_ladders *ladders, double *t);

/* All tests of CONFIG; findings are added, slice by slice. For each quote that is sold the best position of a
 * kind is listed, not all that there are. After vol_static_find_terms. VOL_EOS. */
enum vol_status vol_static_test(struct vol_static *s, const struct vol_ladders *ladders,
                                const struct vol_static_config *config);

#endif
