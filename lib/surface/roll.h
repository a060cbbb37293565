/* roll.h: the change of a constant-maturity vol since the snapshot before, split in two.
 *
 * From one day to the next a vol of 30 days changes for two reasons. It is read at other contracts: 30 days
 * from now lies a day later than 30 days from yesterday, and the forward is at another strike. And the
 * contracts themselves are quoted otherwise. The roll is the first: what the vol would have become had every
 * contract kept its vol (the old surface at the new forward's strike and the same settlement; "sticky
 * strike"). The move is the rest.
 */
#ifndef VOL_SURFACE_ROLL_H
#define VOL_SURFACE_ROLL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "surface/smiles.h"

struct vol_roll {
    double change; /* new vol less old vol: roll + move */
    double roll;
    double move;
};

/* The split for the at-the-forward vol of T years of the vols' clock. What T is in the time of BEFORE, and
 * how the forward has moved there, is read, linearly, from the nearest expiries on both sides of T that both
 * surfaces have, so that no clock needs to be known. VOL_NO: one of both surfaces has no such vol, no such
 * expiries, or the forward has moved so much that the old smile has no quotes there. */
enum vol_status vol_roll_split(const struct vol_smiles *before, const struct vol_smiles *now, double t,
                               struct vol_roll *out);

/* One snapshot of each underlying: the last. */
struct vol_roll_kept {
    char *name;
    size_t len;
    char clock[32]; /* of the vols */
    int64_t ts;
    struct vol_smiles smiles;
};

struct vol_roll_memory {
    struct vol_roll_kept *kept;
    size_t n, cap;
};

void vol_roll_init(struct vol_roll_memory *memory);
void vol_roll_free(struct vol_roll_memory *memory);

/* The snapshot of NAME whose vols count in CLOCK; null: none is kept. It lives until the next vol_roll_keep.
 */
const struct vol_roll_kept *vol_roll_find(const struct vol_roll_memory *memory, const char *name, size_t len,
                                          const char *clock);

/* The clock of the snapshot of NAME that is kept, whichever it is; null: none is kept. */
const char *vol_roll_clock(const struct vol_roll_memory *memory, const char *name, size_t len);

/* Keep *SMILES, run, of the snapshot of NAME at TS: the content is swapped with that of the one kept before,
 * or with an empty one. CLOCK is cut at 31 bytes. VOL_EOS. */
enum vol_status vol_roll_keep(struct vol_roll_memory *memory, const char *name, size_t len, const char *clock,
                              int64_t ts, struct vol_smiles *smiles);

#endif
