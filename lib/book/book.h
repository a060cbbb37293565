/* book.h: what is held, what it cost and what it has earned.
 *
 * Positions are kept by (account, strategy, symbol), sorted by these names. All amounts are fixed
 * (book/fixed.h). For every position, at every moment and to the last digit,
 *
 *     cash = realised - basis
 *
 * where cash is the sum of what its fills paid and received, costs included; basis is what the open quantity
 * cost (negative for a short: its credit), without costs; realised is the profit of what was closed less all
 * costs so far. The average price is basis / (quantity * multiplier). Costs are an expense of the moment they
 * are paid. A fill that is larger than the position and against it closes it and opens the other side at the
 * fill's price.
 */
#ifndef VOL_BOOK_BOOK_H
#define VOL_BOOK_BOOK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "book/contract.h"

struct vol_position {
    char account[VOL_NAME_MAX];
    char strategy[VOL_NAME_MAX]; /* "" when nobody claims it */
    struct vol_contract contract;
    int64_t quantity; /* contracts, fixed, negative is short; 0: closed */
    int64_t basis;
    int64_t cash;
    int64_t realised;
    int64_t costs; /* paid so far */
};

struct vol_book {
    struct vol_position *positions;
    size_t n, cap;
};

/* One execution of one contract. */
struct vol_trade {
    const char *account;
    const char *strategy;
    const struct vol_contract *contract;
    int64_t quantity; /* contracts, fixed: bought positive, sold negative, not 0 */
    int64_t price;    /* fixed, not negative */
    int64_t costs;    /* fixed: commission and fees */
};

void vol_book_init(struct vol_book *book);
void vol_book_free(struct vol_book *book);

/* The position, or null. */
const struct vol_position *vol_book_find(const struct vol_book *book, const char *account,
                                         const char *strategy, const char *symbol);

/* Book TRADE. *CASH (may be null) becomes the change of cash. VOL_EDATA: a quantity of 0, a negative price, a
 * multiplier that is not positive or differs from the position's, or a number beyond the range; the book is
 * then as it was. VOL_EOS. */
enum vol_status vol_book_apply(struct vol_book *book, const struct vol_trade *trade, int64_t *cash,
                               struct vol_error *err);

/* Take over a position as it stands in a record; VOL_EDATA when the key is there already. */
enum vol_status vol_book_put(struct vol_book *book, const struct vol_position *position,
                             struct vol_error *err);

/* price * quantity * multiplier, rounded once per product (exact for whole contracts and multipliers). */
enum vol_status vol_book_value(int64_t price, int64_t quantity, int64_t multiplier, int64_t *out);

/* Average opening price of an open position; VOL_FIXED_NONE for a closed one. */
int64_t vol_book_price(const struct vol_position *position);

/* Sums over all positions (null: not wanted). VOL_EDATA: beyond the range. */
enum vol_status vol_book_totals(const struct vol_book *book, int64_t *cash, int64_t *realised,
                                int64_t *costs);

#endif
