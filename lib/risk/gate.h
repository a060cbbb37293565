/* gate.h: whether an order may pass, given the limits, the book, and the orders that are out.
 *
 * Worst case: each order that is out, and the new one, may fill whole or not at all. For each greek the
 * greatest sum is the book plus every order that adds to it, the least one the book plus every order that
 * takes from it; what is held against the limit is the larger of both in absolute value. Notional and
 * quantity take for each contract the larger of |held + bought| and |held - sold|. So a closing order that
 * works makes no room before it has filled.
 *
 *  - value <= limit passes; beyond is a breach.
 *  - While the book is over a limit, an order that does not raise that worst case passes it, so that one can
 * get out.
 *  - A value that is not known (no complete chain, a contract without finite greeks, no underlying price) is
 * a breach with value NaN. The one exception: an order each leg of which only takes back what the book holds
 * of that contract (less what other orders out may take) passes unknown values, or a position whose quote has
 * vanished could never be closed.
 *  - A contract that has ended by its chain's snapshot carries no risk; an order with such a leg is a breach.
 */
#ifndef VOL_RISK_GATE_H
#define VOL_RISK_GATE_H

#include <stddef.h>

#include "base/error.h"
#include "book/book.h"
#include "book/market.h"
#include "risk/limits.h"
#include "book/order.h"

enum { VOL_BREACHES_MAX = 32 };

struct vol_breach {
    char scope[VOL_NAME_MAX + 12]; /* order, run, portfolio, underlying:NAME */
    const char *limit;             /* "max_vega" */
    double value;                  /* NaN: not known */
    double limit_value;            /* NaN: no number is the limit */
    const char *unit;
    char reason[VOL_ORDER_REASON_MAX];
};

struct vol_gate {
    const struct vol_limits *limits;
    const struct vol_book *book;
    const struct vol_market *market;
    struct vol_orders out; /* orders that work, and those approved in this run */
    int64_t n_approved;    /* in this run */
};

void vol_gate_init(struct vol_gate *gate, const struct vol_limits *limits, const struct vol_book *book,
                   const struct vol_market *market);
void vol_gate_free(struct vol_gate *gate);

/* An order that is out already. VOL_EOS. */
enum vol_status vol_gate_working(struct vol_gate *gate, const struct vol_order *order);

/* VOL_OK: the order passes and is out from now on (an id that is out already passes once more and is not
 * counted again); VOL_NO: it is held back, BREACHES[0..*N) say why (at least one); VOL_EOS. */
enum vol_status vol_gate_check(struct vol_gate *gate, const struct vol_order *order,
                               struct vol_breach breaches[VOL_BREACHES_MAX], size_t *n,
                               struct vol_error *err);

/* The limits that the book alone breaks now, on UNDERLYING (null: on the portfolio). */
void vol_gate_book(const struct vol_gate *gate, const char *underlying,
                   struct vol_breach breaches[VOL_BREACHES_MAX], size_t *n);

/* Worst cases on UNDERLYING (null: portfolio) with the orders out and EXTRA (may be null). VOL_EOS. */
enum vol_status vol_gate_worst(const struct vol_gate *gate, const char *underlying,
                               const struct vol_order *extra, struct vol_exposure *out);

#endif
