/* grid.h: which points of a surface are asked for: `AXIS=LIST@TENORS`.
 *
 * AXIS is strike, k or delta; LIST numbers separated by commas, each a number or a range LOW:HIGH:STEP.
 * TENORS is days=LIST (of 1/365 of a year of the vols' clock), dates=DATE,DATE… (16:00 in New York) or
 * expiries (every smile). "delta=-0.1,-0.25,0.5,0.25,0.1@days=7,30,60,91,182,365".
 */
#ifndef VOL_SURFACE_GRID_H
#define VOL_SURFACE_GRID_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "surface/evaluate.h"
#include "surface/smiles.h"

enum { VOL_GRID_MAX = 1000 }; /* values of one list */

enum vol_grid_tenors { VOL_GRID_DAYS, VOL_GRID_DATES, VOL_GRID_EXPIRIES };

struct vol_grid {
    enum vol_evaluate_axis axis;
    enum vol_grid_tenors tenors;
    double *x; /* of the axis, as given */
    size_t n_x;
    double *tenor; /* days, or dates as days since 1970-01-01; of EXPIRIES none */
    size_t n_tenors;
};

/* Read SPEC; the caller frees *OUT with vol_grid_free. VOL_EUSAGE with words: another form, a strike that is
 * not positive, a delta not between -1 and 1 or 0, a date that is none, too many values. VOL_EOS. */
enum vol_status vol_grid_parse(const char *spec, struct vol_grid *out, struct vol_error *err);
void vol_grid_free(struct vol_grid *grid);

/* "strike", "k" or "delta". */
const char *vol_grid_axis_name(enum vol_evaluate_axis axis);

/* How many tenors GRID has on the surface of SMILES, and tenor I of them in years of the vols' clock, NaN
 * when it cannot be told (a date in the past). Its date goes to TEXT, "" for days; *EXPIRY is the expiry that
 * it is, null unless EXPIRIES were asked for. NOW is the snapshot's instant. A date between two expiries lies
 * between them in the clock's time as it does in plain time. */
size_t vol_grid_count(const struct vol_grid *grid, const struct vol_smiles *smiles);
double vol_grid_tenor(const struct vol_grid *grid, const struct vol_smiles *smiles, int64_t now, size_t i,
                      char text[16], const struct vol_smiles_expiry **expiry);

#endif
