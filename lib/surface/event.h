/* event.h: how much of the term structure's variance is that of scheduled events.
 *
 * The total variance between two neighbouring expiries is that of its ordinary days plus that of the events
 * in it. What ordinary days are worth is read from the event-free intervals on both sides of it (the mean of
 * their variance per year, or the one there is); the rest is the events'. Only the dates of a calendar are
 * taken for events: a bump in forward variance alone is none, since a weekend, a bad quote or two roots of
 * one day make bumps as well. Variance at the forward; Dubinsky, Johannes, Kaeck and Seeger, "Option pricing
 * of earnings announcement risks" (2019), section 2, have the two-expiry estimator.
 */
#ifndef VOL_SURFACE_EVENT_H
#define VOL_SURFACE_EVENT_H

#include <stddef.h>

#include "base/error.h"

/* One expiry. The caller sets the first block, vol_event_run the second. */
struct vol_event_node {
    double years; /* from now to its settlement, as the events are given; ascending */
    double t;     /* years of the vols' clock, strictly ascending */
    double w;     /* total variance at the forward */

    size_t events; /* between the expiry before it (or now) and this one */
    double
        variance; /* total variance of these; 0 without any, or where none is priced; NaN: not to be told */
    double w_without; /* total variance less that of all events up to it; NaN: not to be told */
};

enum vol_event_status {
    VOL_EVENT_OK,         /* at least one event is priced, and could be taken out */
    VOL_EVENT_NONE,       /* no event up to the maturity or the expiry behind it */
    VOL_EVENT_NOT_PRICED, /* there are events, but no more variance than on ordinary days */
    VOL_EVENT_UNKNOWN     /* no event-free interval beside one of them, or the maturity is out of range */
};

/* "ok", "none", "not_priced", "unknown". */
const char *vol_event_status_name(enum vol_event_status status);

/* Split the variance of NODES[N] by EVENTS[M], years from now, ascending; those in the past or behind the
 * last expiry are passed over. VOL_EDATA: nodes not ascending, or a total variance that is not positive. */
enum vol_status vol_event_run(struct vol_event_node *nodes, size_t n, const double *events, size_t m);

/* The vol at T years of the vols' clock without the events, linear in total variance between the nodes;
 * NaN unless the status is OK, NONE or NOT_PRICED. */
enum vol_event_status vol_event_vol(const struct vol_event_node *nodes, size_t n, double t, double *vol);

#endif
