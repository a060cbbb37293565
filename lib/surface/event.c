#include "surface/event.h"

#include <math.h>
#include <stdbool.h>

const char *vol_event_status_name(enum vol_event_status status)
{
    static const char *const names[] = {"ok", "none", "not_priced", "unknown"};

    return names[status];
}

/* Variance per year between node I - 1 (or now) and node I. */
static double rate_of(const struct vol_event_node *nodes, size_t i)
{
    return i == 0 ? nodes[0].w / nodes[0].t : (nodes[i].w - nodes[i - 1].w) / (nodes[i].t - nodes[i - 1].t);
}

/* What the ordinary days of interval I are worth per year: the nearest event-free interval on each side, if
 * its variance rises. NaN: there is none. */
static double ordinary_rate(const struct vol_event_node *nodes, size_t n, size_t i)
{
    double sum = 0.0, rate;
    int found = 0;
    size_t j;

    for (j = i; j-- > 0 && nodes[j].events > 0;)
        ;
    if (j < i && (rate = rate_of(nodes, j)) > 0.0) { /* j wraps to beyond i when there is none */
        sum += rate;
        found++;
    }
    for (j = i + 1; j < n && nodes[j].events > 0; j++)
        ;
    if (j < n && (rate = rate_of(nodes, j)) > 0.0) {
        sum += rate;
        found++;
    }
    return found > 0 ? sum / found : NAN;
}

enum vol_status vol_event_run(struct vol_event_node *nodes, size_t n, const double *events, size_t m)
{
    double taken = 0.0;
    size_t i, j = 0;

    for (i = 0; i < n; i++)
        if (!(nodes[i].w > 0.0) || !(nodes[i].t > (i > 0 ? nodes[i - 1].t : 0.0)) ||
            !(nodes[i].years > (i > 0 ? nodes[i - 1].years : 0.0)))
            return VOL_EDATA;
    while (j < m && !(events[j] > 0.0))
        j++;
    for (i = 0; i < n; i++)
        for (nodes[i].events = 0; j < m && events[j] <= nodes[i].years; j++)
            nodes[i].events++;
    for (i = 0; i < n; i++) {
        double span = nodes[i].t - (i > 0 ? nodes[i - 1].t : 0.0);

        nodes[i].variance = 0.0;
        if (nodes[i].events > 0) {
            double more = (rate_of(nodes, i) - ordinary_rate(nodes, n, i)) * span;

            nodes[i].variance = more < 0.0 ? 0.0 : more;
        }
        taken += nodes[i].variance;
        nodes[i].w_without = nodes[i].w - taken;
    }
    return VOL_OK;
}

enum vol_event_status vol_event_vol(const struct vol_event_node *nodes, size_t n, double t, double *vol)
{
    bool any = false, priced = false;
    double w;
    size_t i;

    *vol = NAN;
    if (n == 0 || !(t >= nodes[0].t) || !(t <= nodes[n - 1].t))
        return VOL_EVENT_UNKNOWN;
    for (i = 0; nodes[i].t < t; i++) {
        any = any || nodes[i].events > 0;
        priced = priced || nodes[i].variance > 0.0;
    }
    any = any || nodes[i].events > 0;
    priced = priced || nodes[i].variance > 0.0;
    w = nodes[i].w_without;
    if (nodes[i].t > t)
        w = nodes[i - 1].w_without + (t - nodes[i - 1].t) / (nodes[i].t - nodes[i - 1].t) *
                                         (nodes[i].w_without - nodes[i - 1].w_without);
    if (!(w > 0.0))
        return VOL_EVENT_UNKNOWN;
    *vol = sqrt(w / t);
    return !any ? VOL_EVENT_NONE : priced ? VOL_EVENT_OK : VOL_EVENT_NOT_PRICED;
}
