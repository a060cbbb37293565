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
    char root[16];       /* with expires: of a tenor that is an expiry */
    int64_t expires;
    bool is_expiry;
    bool whole; /* every node has a vol: the tenor takes part in the correction */
};

struct vol_nodes {
    size_t n_tenors, n_x; /* node (i, j) of tenor i lies at i * n_x + j */
    struct vol_nodes_tenor *tenor;
    struct vol_evaluate *point;
    double *spread;    /* half-spreads in vol of the quotes around each node; NaN where there is no vol */
    double *corrected; /* vols after the correction; NaN before it, and where there is none */
    struct vol_correct_result result; /* of the correction */
    size_t cap_tenors, cap;           /* room */
};

void vol_nodes_init(struct vol_nodes *nodes);
void vol_nodes_free(struct vol_nodes *nodes);

/* Evaluate GRID on the surface of SMILES, between the expiries by TIME; NOW is the snapshot's instant.
 * VOL_EOS. */
enum vol_status vol_nodes_evaluate(struct vol_nodes *nodes, const struct vol_grid *grid,
                                   enum vol_tenor_time time, const struct vol_smiles *smiles, int64_t now,
                                   struct vol_error *err);

enum vol_nodes_rule {
    VOL_NODES_CALENDAR, /* total variance does not fall at equal k: exact isotonic regression */
    VOL_NODES_ALL       /* nor is there a vertical or a butterfly: linear conditions on call prices */
};

/* Replace the vols of the whole tenors by the nearest ones without the arbitrage of RULE on the nodes
 * (correct.h), measured in the half-spreads of the nodes. Where tenors do not ascend, the ones that fall back
 * are left out. CALENDAR needs the same log-moneynesses at every tenor: the axis k. VOL_NO: no tenor is
 * whole, or no solution was found; VOL_EOS. */
enum vol_status vol_nodes_correct(struct vol_nodes *nodes, enum vol_nodes_rule rule, struct vol_error *err);

#endif
