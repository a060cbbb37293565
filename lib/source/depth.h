/* depth.h: an order book kept from a first picture and the changes to it. */
#ifndef VOL_SOURCE_DEPTH_H
#define VOL_SOURCE_DEPTH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { VOL_DEPTH_MAX = 20000 }; /* levels of a side */

struct vol_level {
    double price, amount;
};

struct vol_depth_side {
    struct vol_level *level; /* best last: changes are near the best */
    size_t n, cap;
};

struct vol_depth {
    struct vol_depth_side bids, asks;
};

void vol_depth_init(struct vol_depth *depth);
void vol_depth_clear(struct vol_depth *depth); /* no levels; memory is kept */
void vol_depth_free(struct vol_depth *depth);

/* The level at PRICE has this AMOUNT from now on; 0 takes it away (one that is not there is no error).
 * VOL_EDATA: a price or amount that is not finite, or an amount below 0, or more than VOL_DEPTH_MAX levels;
 * VOL_EOS. */
enum vol_status vol_depth_bid(struct vol_depth *depth, double price, double amount);
enum vol_status vol_depth_ask(struct vol_depth *depth, double price, double amount);

/* The best of a side; NaN when it is empty. */
struct vol_level vol_depth_best_bid(const struct vol_depth *depth);
struct vol_level vol_depth_best_ask(const struct vol_depth *depth);

/* Whether the best bid is below the best ask, or a side is empty: a book that was kept right never crosses.
 */
bool vol_depth_is_sound(const struct vol_depth *depth);

#endif
