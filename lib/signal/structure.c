#include "signal/structure.h"

#include <math.h>
#include <string.h>

/* ---- term structure
 * ---------------------------------------------------------------------------------------- */

static double ratio(double a, double b)
{
    return a > 0 && b > 0 && isfinite(a) && isfinite(b) ? a / b : NAN;
}

struct vol_term vol_term_of(const struct vol_term_points *points, double band)
{
    struct vol_term out = {ratio(points->front, points->near), ratio(points->near, points->mid),
                           ratio(points->mid, points->back), VOL_TERM_UNKNOWN, 0};

    out.n = (size_t)(points->front > 0) + (points->near > 0) + (points->mid > 0) + (points->back > 0);
    if (isnan(out.mid))
        return out;
    if (out.mid > 1 + band)
        out.state = VOL_TERM_BACKWARDATION;
    else if (out.front > 1 + band)
        out.state = VOL_TERM_FRONT_INVERTED;
    else if (out.mid < 1 - band)
        out.state = VOL_TERM_CONTANGO;
    else
        out.state = VOL_TERM_FLAT;
    return out;
}

const char *vol_term_state_name(enum vol_term_state state)
{
    static const char *const names[] = {NULL, "contango", "flat", "backwardation", "front_inverted"};

    return names[state];
}

/* ---- futures
 * ------------------------------------------------------------------------------------------------ */

enum { LEAST_DAYS = 7, TENOR = 30 };

/* The future with the earliest settlement not before DATE; null: none. */
static const struct vol_future *first_from(const struct vol_future *futures, size_t n, int32_t date)
{
    const struct vol_future *first = NULL;
    size_t i;

    for (i = 0; i < n; i++)
        if (futures[i].expiration >= date && futures[i].price > 0 && isfinite(futures[i].price) &&
            (first == NULL || futures[i].expiration < first->expiration))
            first = &futures[i];
    return first;
}

enum vol_status vol_basis_of(const struct vol_future *futures, size_t n, double index, int32_t date,
                             struct vol_basis *out)
{
    const struct vol_future *near = first_from(futures, n, date + LEAST_DAYS), *next, *low, *high;
    struct vol_basis made = {NAN, 0, NAN, NAN};

    if (near == NULL || !(index > 0) || !isfinite(index))
        return VOL_NO;
    made.basis = near->price / index - 1;
    made.expiration = near->expiration;
    next = first_from(futures, n, near->expiration + 1);
    if (next != NULL)
        made.slope = (next->price / near->price - 1) * TENOR / (next->expiration - near->expiration);
    for (low = near, high = near; high != NULL && high->expiration < date + TENOR;) {
        low = high;
        high = first_from(futures, n, high->expiration + 1);
    }
    if (high != NULL && high->expiration == date + TENOR)
        made.at_30d = high->price / index - 1;
    else if (high != NULL && low != high)
        made.at_30d = (low->price + (high->price - low->price) * (date + TENOR - low->expiration) /
                                        (high->expiration - low->expiration)) /
                          index -
                      1;
    *out = made;
    return VOL_OK;
}

/* ---- dealers' gamma
 * ----------------------------------------------------------------------------------------- */

static const char *const dealers[] = {"calls_long_puts_short", "short_all", "long_all"};

const char *vol_dealer_name(enum vol_dealer dealer)
{
    return dealers[dealer];
}

enum vol_status vol_dealer_find(const char *name, enum vol_dealer *out)
{
    size_t i;

    for (i = 0; i < sizeof dealers / sizeof dealers[0]; i++)
        if (strcmp(dealers[i], name) == 0) {
            *out = (enum vol_dealer)i;
            return VOL_OK;
        }
    return VOL_NO;
}

void vol_gex_add(struct vol_gex *gex, enum vol_dealer dealer, bool is_call, double delta, double gamma,
                 double open, double multiplier, double spot)
{
    double sign = dealer == VOL_DEALER_SHORT_ALL || (dealer == VOL_DEALER_CALLS_LONG && !is_call) ? -1 : 1;
    /* Delta changes by gamma per 1.00; a move of 1 % is spot / 100, and a delta is worth the spot. */
    double dollars = gamma * open * multiplier * spot * spot / 100,
           dollar_delta = delta * open * multiplier * spot;

    if (!(open > 0) || !isfinite(dollars) || !isfinite(dollar_delta))
        return;
    gex->net += sign * dollars;
    gex->gross += fabs(dollars);
    gex->delta += sign * dollar_delta;
    gex->n++;
}
