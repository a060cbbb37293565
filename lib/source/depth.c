#include "source/depth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void vol_depth_init(struct vol_depth *depth)
{
    memset(depth, 0, sizeof *depth);
}

void vol_depth_clear(struct vol_depth *depth)
{
    depth->bids.n = depth->asks.n = 0;
}

void vol_depth_free(struct vol_depth *depth)
{
    free(depth->bids.level);
    free(depth->asks.level);
    vol_depth_init(depth);
}

/* The first level that is no worse than PRICE; SIGN makes better prices greater. */
static size_t find(const struct vol_depth_side *side, double price, double sign)
{
    size_t low = 0, high = side->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (sign * side->level[middle].price < sign * price)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum vol_status set(struct vol_depth_side *side, double price, double amount, double sign)
{
    size_t at, behind;
    bool there;

    if (!isfinite(price) || !isfinite(amount) || !(amount >= 0))
        return VOL_EDATA;
    at = find(side, price, sign);
    there = at < side->n && !(side->level[at].price < price) && !(side->level[at].price > price);
    behind = (side->n - at) * sizeof *side->level;
    if (!(amount > 0)) {
        if (there) {
            memmove(side->level + at, side->level + at + 1, behind - sizeof *side->level);
            side->n--;
        }
        return VOL_OK;
    }
    if (!there) {
        if (side->n == VOL_DEPTH_MAX)
            return VOL_EDATA;
        if (side->n == side->cap) {
            size_t cap = side->cap == 0 ? 32 : side->cap * 2;
            struct vol_level *grown = realloc(side->level, cap * sizeof *grown);

            if (grown == NULL)
                return VOL_EOS;
            side->level = grown;
            side->cap = cap;
        }
        memmove(side->level + at + 1, side->level + at, behind);
        side->n++;
    }
    side->level[at] = (struct vol_level){price, amount};
    return VOL_OK;
}

enum vol_status vol_depth_bid(struct vol_depth *depth, double price, double amount)
{
    return set(&depth->bids, price, amount, 1);
}

enum vol_status vol_depth_ask(struct vol_depth *depth, double price, double amount)
{
    return set(&depth->asks, price, amount, -1);
}

static struct vol_level best(const struct vol_depth_side *side)
{
    return side->n > 0 ? side->level[side->n - 1] : (struct vol_level){NAN, NAN};
}

struct vol_level vol_depth_best_bid(const struct vol_depth *depth)
{
    return best(&depth->bids);
}

struct vol_level vol_depth_best_ask(const struct vol_depth *depth)
{
    return best(&depth->asks);
}

bool vol_depth_is_sound(const struct vol_depth *depth)
{
    return depth->bids.n == 0 || depth->asks.n == 0 || best(&depth->bids).price < best(&depth->asks).price;
}
