/* order.h: a multiset of numbers that knows how many lie below any number.
 *
 * For windows too long to be counted through (rank.h). The values stand sorted in blocks of at most 256; the
 * blocks' greatest values and sizes stand in arrays of their own. To add, remove or count costs one pass over
 * the blocks and one over a block: O(sqrt n), in practice a few cache lines for ten thousand values, without
 * the pointers of a tree. Sorted blocks as in Knuth's square-root decomposition; exact, no arithmetic on
 * values.
 */
#ifndef VOL_SIGNAL_ORDER_H
#define VOL_SIGNAL_ORDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "signal/below.h"

enum { VOL_ORDER_BLOCK = 256 };

struct vol_order {
    double *values;   /* slots of VOL_ORDER_BLOCK */
    double *greatest; /* by block, ascending */
    uint32_t *slot;   /* by block: where its values are */
    uint32_t *count;  /* by block: how many, at least 1 */
    uint32_t *spare;  /* slots without a block: the last n_spare of … */
    size_t n_blocks, n_spare, n, cap;
    vol_below *below;
};

/* Room for CAP values. VOL_EOS. */
enum vol_status vol_order_init(struct vol_order *order, size_t cap);
void vol_order_free(struct vol_order *order);

/* X finite; at most `cap` values at once. */
void vol_order_add(struct vol_order *order, double x);
/* Take out one value that equals X; there must be one. */
void vol_order_remove(struct vol_order *order, double x);

/* How many values are less than X. */
size_t vol_order_below(const struct vol_order *order, double x);

/* The I-th value from below (0) or from above; I < n, and meant to be small. */
double vol_order_lowest(const struct vol_order *order, size_t i);
double vol_order_highest(const struct vol_order *order, size_t i);

#endif
