/* records.h: a surface as records: `slice`, `metrics`, `vol` and `violation`.
 *
 * The only file of this room that knows of records. The record is begun and ended by the caller; the names
 * are those of record/field.c.
 */
#ifndef VOL_SURFACE_RECORDS_H
#define VOL_SURFACE_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "record/writer.h"
#include "surface/grid.h"
#include "surface/metrics.h"
#include "surface/nodes.h"
#include "surface/smiles.h"
#include "surface/violation.h"

/* What the records of a snapshot share. */
struct vol_records_snapshot {
    const char *underlying;
    size_t underlying_len;
    const char *clock; /* variance clock of the vols; null: none is named */
    size_t clock_len;
    int64_t ts;
    double spot;    /* NaN when unknown */
    int64_t before; /* ts of the snapshot before, when there is one */
    bool has_before, has_events;
};

/* Each writes underlying and all that follows. */
void vol_records_slice(struct vol_writer *w, const struct vol_records_snapshot *of,
                       const struct vol_smiles *smiles, const struct vol_smiles_expiry *e);
void vol_records_metrics(struct vol_writer *w, const struct vol_records_snapshot *of,
                         const struct vol_smiles *smiles, const struct vol_metrics *m);
void vol_records_violation(struct vol_writer *w, const struct vol_records_snapshot *of,
                           const struct vol_smiles_expiry *e, const struct vol_violation *v);
/* Node (TENOR, X) of the grid; with CORRECTED its vol after the correction too. */
void vol_records_vol(struct vol_writer *w, const struct vol_records_snapshot *of,
                     const struct vol_smiles *smiles, const struct vol_nodes *nodes, size_t tenor, size_t x,
                     bool corrected);

/* Append a CSV matrix of the vols of NODES, the points of GRID, to OUT: with HEAD first a header line
 * `ts,underlying,root,expiration,days,k=-0.1,…`, then a line for each tenor (root: of an expiry); a vol that
 * is refused is an empty cell, one on a wing ends in `*`. With CORRECTED the corrected vols. VOL_EOS. */
enum vol_status vol_records_matrix(struct vol_buf *out, const struct vol_records_snapshot *of,
                                   const struct vol_grid *grid, const struct vol_nodes *nodes, bool head,
                                   bool corrected, int precision);

#endif
