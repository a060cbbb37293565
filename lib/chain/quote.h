/* quote.h: what the valuation needs, out of a `quote` record. */
#ifndef VOL_CHAIN_QUOTE_H
#define VOL_CHAIN_QUOTE_H

#include <stdint.h>

#include "base/error.h"
#include "base/time.h"
#include "chain/valuation.h"
#include "record/rec.h"

/* The fields that are read, in the order in which a tool wants them, one after the other. */
enum {
    VOL_Q_UNDERLYING,
    VOL_Q_ROOT,
    VOL_Q_EXPIRATION,
    VOL_Q_EXPIRES,
    VOL_Q_STRIKE,
    VOL_Q_OPTION_TYPE,
    VOL_Q_BID,
    VOL_Q_ASK,
    VOL_Q_UNDERLYING_PRICE,
    VOL_Q_INVERSE,
    VOL_Q_EXERCISE,
    VOL_Q_N
};
/* clang-format off */
#define VOL_QUOTE_WANTS                                                                                      \
    {"underlying", false}, {"root", false}, {"expiration", false}, {"expires", false}, {"strike", false},    \
    {"option_type", false}, {"bid", false}, {"ask", false}, {"underlying_price", false}, {"inverse", false},  \
    {"exercise", false}
/* clang-format on */

/* The instant that was read last: a chain repeats it hundreds of times. Zero-initialised before the first
 * use. */
struct vol_quote_memo {
    char text[VOL_TIME_MAX];
    size_t len;
    int64_t expires;
};

/* Fill the given members of *QUOTE, and *EXPIRATION, from the values V[0..VOL_Q_N) of a record. Without
 * `expires` an option ends at 16:00 in New York of its expiration date. VOL_EDATA with words when underlying,
 * expiration, strike or option_type is missing or no such thing, or the expiration is before 1678 or after
 * 2261 (base/time.h); prices that are missing are NaN. */
enum vol_status vol_quote_read(const struct vol_value *v, struct vol_quote_memo *memo,
                               struct vol_valued *quote, int32_t *expiration, struct vol_error *err);

#endif
