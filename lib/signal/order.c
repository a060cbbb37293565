#include "signal/order.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = VOL_ORDER_BLOCK, HALF = BLOCK / 2 };

enum vol_status vol_order_init(struct vol_order *order, size_t cap)
{
    /* Two neighbours hold more than HALF together (see vol_order_remove), so that this many slots suffice. */
    size_t slots = 2 * (cap / HALF + 1) + 1, i;
    struct vol_order made = {.cap = cap, .below = vol_below_for(VOL_ISA_BEST)};

    made.values = malloc(slots * BLOCK * sizeof *made.values);
    made.greatest = malloc(slots * sizeof *made.greatest);
    made.slot = malloc(slots * sizeof *made.slot);
    made.count = malloc(slots * sizeof *made.count);
    made.spare = malloc(slots * sizeof *made.spare);
    if (made.values == NULL || made.greatest == NULL || made.slot == NULL || made.count == NULL ||
        made.spare == NULL) {
        vol_order_free(&made);
        return VOL_EOS;
    }
    for (i = 0; i < slots; i++)
        made.spare[i] = (uint32_t)(slots - 1 - i);
    made.n_spare = slots;
    *order = made;
    return VOL_OK;
}

void vol_order_free(struct vol_order *order)
{
    free(order->values);
    free(order->greatest);
    free(order->slot);
    free(order->count);
    free(order->spare);
    memset(order, 0, sizeof *order);
}

static double *values_of(const struct vol_order *order, size_t block)
{
    return order->values + (size_t)order->slot[block] * BLOCK;
}

/* The first block whose greatest value is not below X, or the last one. */
static size_t block_of(const struct vol_order *order, double x)
{
    size_t block = order->below(order->greatest, order->n_blocks, x);

    return block < order->n_blocks ? block : order->n_blocks - 1;
}

/* Make room for a block at index BLOCK. */
static void open_block(struct vol_order *order, size_t block)
{
    size_t behind = order->n_blocks - block;

    memmove(order->greatest + block + 1, order->greatest + block, behind * sizeof *order->greatest);
    memmove(order->slot + block + 1, order->slot + block, behind * sizeof *order->slot);
    memmove(order->count + block + 1, order->count + block, behind * sizeof *order->count);
    order->slot[block] = order->spare[--order->n_spare];
    order->count[block] = 0;
    order->n_blocks++;
}

static void close_block(struct vol_order *order, size_t block)
{
    size_t behind = order->n_blocks - block - 1;

    order->spare[order->n_spare++] = order->slot[block];
    memmove(order->greatest + block, order->greatest + block + 1, behind * sizeof *order->greatest);
    memmove(order->slot + block, order->slot + block + 1, behind * sizeof *order->slot);
    memmove(order->count + block, order->count + block + 1, behind * sizeof *order->count);
    order->n_blocks--;
}

/* The upper half of a full block becomes a block of its own. */
static void split_block(struct vol_order *order, size_t block)
{
    open_block(order, block + 1);
    memcpy(values_of(order, block + 1), values_of(order, block) + HALF, HALF * sizeof(double));
    order->count[block] = order->count[block + 1] = HALF;
    order->greatest[block + 1] = order->greatest[block];
    order->greatest[block] = values_of(order, block)[HALF - 1];
}

void vol_order_add(struct vol_order *order, double x)
{
    size_t block, at;
    double *values;

    if (order->n_blocks == 0)
        open_block(order, 0);
    block = block_of(order, x);
    if (order->count[block] == BLOCK) {
        split_block(order, block);
        block += order->greatest[block] < x;
    }
    values = values_of(order, block);
    at = order->below(values, order->count[block], x);
    memmove(values + at + 1, values + at, (order->count[block] - at) * sizeof *values);
    values[at] = x;
    order->greatest[block] = values[order->count[block]++];
    order->n++;
}

/* Two neighbours that fit into half a block become one, which keeps the number of blocks bounded. */
static void join_small(struct vol_order *order, size_t block)
{
    if (block + 1 >= order->n_blocks || order->count[block] + order->count[block + 1] > HALF)
        return;
    memcpy(values_of(order, block) + order->count[block], values_of(order, block + 1),
           order->count[block + 1] * sizeof(double));
    order->count[block] += order->count[block + 1];
    order->greatest[block] = order->greatest[block + 1];
    close_block(order, block + 1);
}

void vol_order_remove(struct vol_order *order, double x)
{
    size_t block = block_of(order, x), at = order->below(values_of(order, block), order->count[block], x);
    double *values = values_of(order, block);

    order->count[block]--;
    order->n--;
    memmove(values + at, values + at + 1, (order->count[block] - at) * sizeof *values);
    if (order->count[block] == 0) {
        close_block(order, block);
    } else {
        order->greatest[block] = values[order->count[block] - 1];
        join_small(order, block);
    }
    if (block > 0)
        join_small(order, block - 1);
}

size_t vol_order_below(const struct vol_order *order, double x)
{
    size_t block, below = 0, i;

    if (order->n == 0)
        return 0;
    block = block_of(order, x);
    for (i = 0; i < block; i++)
        below += order->count[i];
    return below + order->below(values_of(order, block), order->count[block], x);
}

double vol_order_lowest(const struct vol_order *order, size_t i)
{
    size_t block;

    for (block = 0; i >= order->count[block]; block++)
        i -= order->count[block];
    return values_of(order, block)[i];
}

double vol_order_highest(const struct vol_order *order, size_t i)
{
    size_t block = order->n_blocks - 1;

    for (; i >= order->count[block]; block--)
        i -= order->count[block];
    return values_of(order, block)[order->count[block] - 1 - i];
}
