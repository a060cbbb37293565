/* holdings.h: what an account holds and has working, read from the records of `vorder positions`.
 *
 * A stream of `position` records (the book) and `order` records (what still works: without a status, or with
 * status pending). Decisions rest on it, so that anything doubtful is an error: a field that is missing, a
 * contract that stands twice, two accounts in one file.
 */
#ifndef VOL_TRADE_HOLDINGS_H
#define VOL_TRADE_HOLDINGS_H

#include "base/error.h"
#include "book/book.h"
#include "record/reader.h"
#include "book/order.h"

struct vol_holdings {
    struct vol_book book;
    struct vol_orders working;
};

/* The wants of the reader of such a file. */
#define VOL_HOLDINGS_WANTS                                                                                  \
    {"account", false}, {"strategy", false}, {"underlying", false}, {"symbol", false}, {"root", false},     \
        {"quantity", false}, {"price", false}, {"multiplier", false}, {"cash", false}, {"realised", false}, \
        {"costs", false}, {"expiration", false}, {"expires", false}, {"strike", false},                     \
        {"option_type", false},                                                                             \
    {                                                                                                       \
        "status", false                                                                                     \
    }

void vol_holdings_init(struct vol_holdings *holdings);
void vol_holdings_free(struct vol_holdings *holdings);

/* Take in a record; kinds other than position and order are left alone. VOL_EDATA with words, VOL_EOS. */
enum vol_status vol_holdings_take(struct vol_holdings *holdings, const struct vol_rec *rec,
                                  struct vol_error *err);

/* Take in all records of READER, which has VOL_HOLDINGS_WANTS. Words name file and line; statuses as above
 * and those of vol_reader_next. */
enum vol_status vol_holdings_read(struct vol_holdings *holdings, struct vol_reader *reader,
                                  struct vol_error *err);

#endif
