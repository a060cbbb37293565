/* docket.h: which underlyings of a desk are still to be judged, and the judgements that wait for the end.
 *
 * A bar that makes signals is judged once all records of its instant are in, since the price and the indices
 * of one close come one after the other. Where only the last signals are asked for, each judgement is kept in
 * place of the one before it.
 */
#ifndef VOL_SIGNAL_DOCKET_H
#define VOL_SIGNAL_DOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "signal/models.h"

struct vol_docket_kept {
    struct vol_judgement judgement;
    double value; /* that was ranked, and since when it is known */
    int64_t value_ts, ts;
    bool any; /* false: nothing was kept of this underlying */
};

struct vol_docket {
    bool *pending; /* by index of the desk */
    size_t n_pending, cursor;
    bool any;
    int64_t ts;                   /* of those that are pending */
    struct vol_docket_kept *kept; /* by index of the desk */
    size_t n_kept;
};

void vol_docket_init(struct vol_docket *docket);
void vol_docket_free(struct vol_docket *docket);

/* The underlying of INDEX is to be judged after the instant TS; what is pending is all of one instant.
 * VOL_EOS. */
enum vol_status vol_docket_put(struct vol_docket *docket, size_t index, int64_t ts);

/* It has been judged already. */
void vol_docket_drop(struct vol_docket *docket, size_t index);

/* Whether something is pending of an instant before TS. */
bool vol_docket_is_due(const struct vol_docket *docket, int64_t ts);

/* Take the next pending one out, in the order of the indices; false: there is none left. Until then nothing
 * may be put. */
bool vol_docket_next(struct vol_docket *docket, size_t *index);

/* Keep KEPT in place of what was kept of INDEX. VOL_EOS. */
enum vol_status vol_docket_keep(struct vol_docket *docket, size_t index, const struct vol_docket_kept *kept);

#endif
