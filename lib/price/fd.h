/* fd.h: option prices by finite differences, for what has no better method: American options with cash
 * dividends, and American options with two exercise boundaries.
 *
 * The Black-Scholes equation in x = ln S on an even grid with the spot on a node, central differences, and
 * TR-BDF2 in time (Bank et al. 1985; Le Floc'h, "TR-BDF2 for fast stable American option pricing", 2014):
 * second order, and it damps what a payoff or a dividend leaves behind without special steps. Time steps
 * shrink towards the expiry and towards each dividend (seen backwards). Exercise is part of each solution: by
 * Brennan and Schwartz's elimination where the exercised nodes are one run at one end, by policy iteration
 * where there are two boundaries. The payoff starts as averages over the cells, so that a strike between
 * nodes costs no order.
 *
 * On an ex-date the value before is the value after at the spot less the dividend (cubic interpolation), or
 * immediate exercise if that is more. In the escrowed model the grid holds the spot less the dividends to
 * come, and only the exercise value knows of them.
 *
 * Errors measured at a spot of 100 against american.h (no dividends; tests/unit/test_price_fd.c): see the
 * presets. No function allocates or keeps state; the caller gives the scratch.
 */
#ifndef VOL_PRICE_FD_H
#define VOL_PRICE_FD_H

#include <stdbool.h>

#include "price/dividends.h"

enum { VOL_FD_NODES_MAX = 2049 };

/* NODES is odd and at most VOL_FD_NODES_MAX; STEPS counts the TR-BDF2 steps of a whole option. */
struct vol_fd_grid {
    int nodes, steps;
};

extern const struct vol_fd_grid vol_fd_fast; /* below 1e-3 at a spot of 100, a quarter of a millisecond */
extern const struct vol_fd_grid vol_fd_fine; /* below 1e-4, ten milliseconds */

/* About 150 KB: for the heap or a static place of the caller's; nothing to initialise. */
struct vol_fd_work {
    double x[VOL_FD_NODES_MAX], spot[VOL_FD_NODES_MAX], payoff[VOL_FD_NODES_MAX];
    double value[VOL_FD_NODES_MAX], before[VOL_FD_NODES_MAX], right[VOL_FD_NODES_MAX];
    double pivot[VOL_FD_NODES_MAX], factor[VOL_FD_NODES_MAX];
    unsigned char exercised[VOL_FD_NODES_MAX];
};

struct vol_fd_option {
    enum vol_option_type type;
    bool american;
    double spot, strike, r, q, t, vol;     /* spot, strike, t, vol > 0; all finite */
    const struct vol_dividends *dividends; /* null: none */
    enum vol_dividends_model model;
};

struct vol_fd_value {
    double price, delta, gamma;
    double theta; /* per year */
};

/* 0, or -1 with OUT untouched: an argument out of its domain, dividends that are not valid or (escrowed)
 * worth more than the spot, or a grid that cannot carry the vol (the drift in one node's distance outweighs
 * the diffusion) or the numbers (spots beyond exp(600), nodes 1e-12 apart). */
int vol_fd_solve(const struct vol_fd_option *option, const struct vol_fd_grid *grid, struct vol_fd_work *work,
                 struct vol_fd_value *out);

#endif
