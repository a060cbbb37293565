/* hold.h: the lines of one snapshot, kept until its last record is in.
 *
 * A filter that needs a whole chain holds its quotes here and hands them on in order: memory is that of the
 * longest snapshot. Each held line is named by its index; the tool keeps the numbers it needs in an array of
 * its own.
 */
#ifndef VOL_RECORD_HOLD_H
#define VOL_RECORD_HOLD_H

#include <stddef.h>

#include "base/buf.h"
#include "record/rec.h"

struct vol_hold_line; /* private */

struct vol_hold {
    struct vol_buf bytes;
    struct vol_buf cuts;
    struct vol_hold_line *lines;
    size_t n, cap;
};

void vol_hold_init(struct vol_hold *hold);
void vol_hold_clear(struct vol_hold *hold); /* forgets the lines, keeps the memory */
void vol_hold_free(struct vol_hold *hold);

/* Copy LINE; its index is the old `n`. VOL_EOS. */
enum vol_status vol_hold_add(struct vol_hold *hold, const struct vol_line *line);

/* Line I; its pointers hold until the next addition. */
struct vol_line vol_hold_get(const struct vol_hold *hold, size_t i);

#endif
