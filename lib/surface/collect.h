/* collect.h: the quotes of one snapshot on their way to smiles: one underlying, one instant, one clock.
 */
#ifndef VOL_SURFACE_COLLECT_H
#define VOL_SURFACE_COLLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/calendar.h"
#include "base/error.h"
#include "surface/smiles.h"

/* What is known of a quote; NaN and null for what is not. */
struct vol_collect_quote {
    const char *root;
    size_t root_len;
    int32_t expiration; /* days since 1970-01-01 */
    int64_t expires;
    struct vol_smiles_quote option; /* bid and ask as they were quoted */
    bool inverse;                   /* they are in the coin */
    double underlying_price;        /* its price, where the discounted forward is unknown */
    double t, t_var, forward, discount;
    const char *clock; /* in which the vols count; null: none is named, it is the calendar's */
    size_t clock_len;
};

struct vol_collect {
    const struct vol_calendar *calendar; /* tells weekly dates; borrowed */
    int64_t ts;
    struct vol_buf underlying;
    struct vol_buf clock; /* of the vols, "" before the first quote with one */
    bool names_clock;     /* the quotes name it */
    double spot;          /* NaN until known */
    struct vol_smiles smiles;
};

void vol_collect_init(struct vol_collect *collect, const struct vol_calendar *calendar);
void vol_collect_free(struct vol_collect *collect);

/* Begin a snapshot; what was collected is forgotten. VOL_EOS. */
enum vol_status vol_collect_begin(struct vol_collect *collect, int64_t ts, const char *underlying,
                                  size_t len);

/* Take a quote. VOL_NO: it has no positive strike, or its vol counts in another clock than that of the first
 * quote with a vol: total variances of two clocks do not belong on one surface. VOL_EOS. */
enum vol_status vol_collect_add(struct vol_collect *collect, const struct vol_collect_quote *quote);

#endif
