/* gather_order.h: gathered records as a list: sorted as a stream is, freed of repetitions, snapshots closed.
 */
#ifndef VOL_SOURCE_GATHER_ORDER_H
#define VOL_SOURCE_GATHER_ORDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "chain/symbol.h"

/* A record: its line, and what it is sorted by. */
struct vol_gathered {
    const char *kind; /* of the field tables, or of a reject */
    int64_t ts, received;
    const char *reason;                                /* of a reject */
    char underlying[VOL_ROOT_MAX], root[VOL_ROOT_MAX]; /* quotes; "" for others */
    int32_t expiration;
    char option_type;
    double strike;
    uint64_t seq; /* in the order of arrival */
    size_t at, len;
};

struct vol_gathered_list {
    struct vol_gathered *item;
    size_t n, cap;
    struct vol_buf lines;
};

void vol_gathered_init(struct vol_gathered_list *list);
void vol_gathered_free(struct vol_gathered_list *list);

/* Add ITEM, whose line is lines[START..]. */
enum vol_status vol_gathered_add(struct vol_gathered_list *list, const struct vol_gathered *item,
                                 size_t start, struct vol_error *err);

/* Sort: by instant, then rate, bar, quote, other kinds; quotes by underlying, expiration, root, strike, type;
 * the rest, and what is equal so far, in the order of arrival. Of quotes of one contract and instant, and of
 * equal records of another kind (their receive time aside), only the one received last stays. */
enum vol_status vol_gathered_sort(struct vol_gathered_list *list, struct vol_error *err);

/* Put a `snap` of SOURCE behind each run of quotes of one instant and underlying. */
enum vol_status vol_gathered_close(struct vol_gathered_list *list, const char *source, struct vol_error *err);

#endif
