/* nodes.h: the points of a grid on a surface, evaluated, and corrected to hold no static arbitrage.
 */
#ifndef VOL_SURFACE_NODES_H
#define VOL_SURFACE_NODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "surface/correct.h"
#include "surface/evaluate.h"
#include "surface/grid.h"
#include "surface/smiles.h"

struct vol_nodes_tenor {
    double t;            /* years of the vols' clock; NaN: the date is not within the expiries */
    char expiration[16]; /* its date as text, or "" */
    bool whole;          /* every node has a vol: the tenor takes part in the correction */
};

struct vol_nodes {
    size_t n_tenors, n_x; /* node (i, j) of tenor i lies at i * n_x + j */
    struct vol_nodes_tenor *tenor;
    struct vol_evaluate *point;
    double *corrected;                /* vols after the correction; NaN before it, and where there is none */
    struct vol_correct_result result; /* of the correction */
    size_t cap_tenors, cap;           /* room */
};

void vol_nodes_init(struct vol_nodes *nodes);
void vol_nodes_free(struct vol_nodes *nodes);

/* Evaluate GRID on the surface of SMILES; NOW is the snapshot's instant. VOL_EOS. */
enum vol_status vol_nodes_evaluate(struct vol_nodes *nodes, const struct vol_grid *grid,
                                   const struct vol_smiles *smiles, int64_t now, struct vol_error *err);

/* Replace the vols of the whole tenors by the nearest ones without static arbitrage on the nodes (correct.h),
 * every node weighed alike. Where tenors do not ascend, the ones that fall back are left out. VOL_NO: no
 * tenor is whole, or no solution was found; VOL_EOS. */
enum vol_status vol_nodes_correct(struct vol_nodes *nodes, struct vol_error *err);

#endif
