/* american_boundary.h: the exercise boundary of an American put, by spectral collocation.
 *
 * Andersen, Lake and Offengenden, "High performance American option pricing" (SSRN 2547027): with strike 1,
 * the put is exercised when the spot is at or below B(tau), tau years before expiry, and B solves
 *
 *     B(tau) D = N,  where with s = tau - u and d(s, z) = (ln z + (r - q) s) / (vol sqrt s), v = vol sqrt(s):
 *
 *     N = e^(-r tau) N(d - v/2)(tau, B) + r * integral of e^(-r s) N(d - v/2)(s, B(tau) / B(u)) du,
 *
 *     D = e^(-q tau) N(d + v/2)(tau, B) + q * integral of e^(-q s) N(d + v/2)(s, B(tau) / B(u)) du,
 *
 * the integrals over 0 < u < tau (their FP-B, from matching of values). As there, ln^2(B / X) is a polynomial
 * in sqrt(tau) through Chebyshev nodes, X = B(0+) = min(1, r/q); the integrals are taken in phi with u = tau
 * cos^2 phi, which removes the singularities of both ends. Unlike there, the equations are not iterated to a
 * fixed point (that contracts by 0.1 to 0.7 a sweep, and FP-A diverges for q > r) but solved by Newton's
 * method in the coefficients: B e^(-q s) n(d+) = B(u) e^(-r s) n(d-) gives every derivative from what the
 * equations need anyway, and three or four steps end at rounding. The start is the boundary of QD+ (Li,
 * "Analytical approximations of the critical stock prices of American options", 2010) at each node, itself
 * started from the boundary's form at short times.
 *
 * Nodes are lanes of SIMD; one source is compiled for 2, 4 and 8 lanes and chosen by the CPU. A lane does the
 * same operations in the same order whatever their number, so that the answer has the same bits on every CPU.
 * Nothing is allocated and no state kept.
 */
#ifndef VOL_PRICE_AMERICAN_BOUNDARY_H
#define VOL_PRICE_AMERICAN_BOUNDARY_H

#include "price/isa.h"

enum { VOL_AMERICAN_NODES_MAX = 32 };

/* A scheme: nodes of the boundary (a power of two, 8 to VOL_AMERICAN_NODES_MAX), points of its integrals and
 * of the premium's (the latter a multiple of 8), and the relative change of ln^2(B / X) at which Newton's
 * method stops: what remains is about its square (less than 1e-9 of the strike here). A scheme may start from
 * the boundary of a coarser one. Nodes w are those of Chebyshev on (0, 1], sqrt(tau / t) = w^a: a = 3/2
 * crowds them where the boundary is singular as tau ln(tau), and converges faster. */
struct vol_american_scheme {
    enum vol_isa isa; /* VOL_ISA_BEST; the levels give the same bits */
    int nodes, inner, outer;
    double tolerance;
    const struct vol_american_scheme *coarse;            /* null: none */
    const double *cosines;                               /* cos(i pi / nodes), 0 <= i < 2 nodes */
    const double (*node_points)[2];                      /* w, sqrt(tau / t), ascending */
    const double (*inner_points)[4], (*outer_points)[4]; /* of Gauss and Legendre on 0 < phi < pi / 2: cos
                                                            phi, sin phi, weight, cos(phi)^(1/a) */
};

/* About 5e-6 and 1e-10 of the strike's hundredth for usual options: see american.h. */
extern const struct vol_american_scheme vol_american_scheme_fast, vol_american_scheme_reference;

struct vol_american_boundary {
    const struct vol_american_scheme *scheme;
    double r, q, t, vol;
    double start; /* X = B(0+), in strikes */
    double end;   /* B(t), in strikes */
    double coefficient[VOL_AMERICAN_NODES_MAX];
    int steps; /* Newton steps taken */
};

/* The boundary of the put with strike 1 for R >= 0, not both R = 0 and Q >= 0, T > 0, VOL > 0, all finite.
 * Returns 0, or -1 when Newton's method did not arrive (OUT is then unusable). */
int vol_american_boundary_solve(const struct vol_american_scheme *scheme, double r, double q, double t,
                                double vol, struct vol_american_boundary *out);

struct vol_american_premium {
    double value, delta, gamma; /* of the premium, SPOT in strikes, at fixed boundary */
};

/* What the right to exercise early adds to the European put at SPOT > B(t), in strikes:
 *     integral over 0 < u < t of r e^(-r u) N(-d-(u, S / B(t - u))) - q S e^(-q u) N(-d+(u, S / B(t - u)))
 * du, and its derivatives by SPOT. */
void vol_american_boundary_premium(const struct vol_american_boundary *boundary, double spot,
                                   struct vol_american_premium *out);

#endif
