/* snapshot.h: the lines of one snapshot in their order, held until it is complete.
 *
 * A snapshot is the run of quotes of one (ts, underlying). Records of the same instant may stand among them
 * (a reject, a note): they are held in their place and do not cut it in two. The filter keeps what it needs
 * of the quotes in arrays of its own, in the order in which they were added.
 */
#ifndef VOL_RECORD_SNAPSHOT_H
#define VOL_RECORD_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "record/hold.h"
#include "record/rec.h"

struct vol_snapshot {
    bool open;                 /* a quote has been added since the last clear */
    int64_t ts;                /* of the open one, or of the last that was */
    struct vol_buf underlying; /* the same */
    /* private */
    struct vol_hold hold;
    struct vol_buf items; /* ptrdiff_t per line: -1 for a quote, else where its kind stands in `kinds` */
    struct vol_buf kinds;
};

void vol_snapshot_init(struct vol_snapshot *snap);
void vol_snapshot_clear(struct vol_snapshot *snap); /* the next one; memory is kept */
void vol_snapshot_free(struct vol_snapshot *snap);

/* Whether a quote of TS and UNDERLYING belongs to the open snapshot. */
bool vol_snapshot_is(const struct vol_snapshot *snap, int64_t ts, const struct vol_value *underlying);

/* A quote; the first one opens the snapshot. VOL_EOS. */
enum vol_status vol_snapshot_add_quote(struct vol_snapshot *snap, const struct vol_line *line, int64_t ts,
                                       const struct vol_value *underlying);

/* Another record that stands at this place. VOL_EOS. */
enum vol_status vol_snapshot_add_other(struct vol_snapshot *snap, const struct vol_line *line,
                                       const struct vol_value *kind);

/* Lines held, and line I: null for a quote, else the kind. The pointers hold until the next addition. */
size_t vol_snapshot_count(const struct vol_snapshot *snap);
const char *vol_snapshot_line(const struct vol_snapshot *snap, size_t i, struct vol_line *line);

#endif
