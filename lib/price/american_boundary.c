#include "price/american_boundary.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "price/american_table.inc"

#define SQRT1_2PI 0.39894228040143267794
#define PI        3.14159265358979323846
#define TINY      1e-18 /* of vol^2 t: a ln^2(B / X) that rounding takes below it */

enum { NODES_MAX = VOL_AMERICAN_NODES_MAX, QD_STEPS = 3, STEPS_MAX = 24 };

const struct vol_american_scheme vol_american_scheme_fast = {
    VOL_ISA_BEST, 8, 8, 24, 3e-4, NULL, cosines_8, nodes_8, points_8, points_24};
const struct vol_american_scheme vol_american_scheme_reference = {
    VOL_ISA_BEST, 32, 40, 96, 1e-4, &vol_american_scheme_fast, cosines_32, nodes_32, points_40, points_96};

/* What one solution works with; x is X, h is ln^2(B / X) at the nodes, the first next to tau = 0. */
struct state {
    const struct vol_american_scheme *scheme;
    int n;
    double r, q, vol, x, log_x, y_max;
    double node[NODES_MAX], root_time[NODES_MAX]; /* w and sqrt(tau) */
    double h[NODES_MAX], coefficient[NODES_MAX];
    double basis[NODES_MAX][NODES_MAX]; /* T(k+1) - (-1)^(k+1) at the nodes */
};

#if defined(__x86_64__)
#define LANES   8
#define TARGET  __attribute__((target("avx512f,avx512dq")))
#define NAME(x) x##_8
#include "price/american_boundary.inc"
#undef LANES
#undef TARGET
#undef NAME
#define LANES   4
#define TARGET  __attribute__((target("avx2")))
#define NAME(x) x##_4
#include "price/american_boundary.inc"
#undef LANES
#undef TARGET
#undef NAME
#endif

#define LANES 2
#define TARGET
#define NAME(x) x##_2
#include "price/american_boundary.inc"

struct kernel {
    void (*start)(const struct state *, const double guess[], double h[]);
    void (*equations)(const struct state *, double residual[], double jacobian[][NODES_MAX]);
    int (*linear)(int n, double matrix[][NODES_MAX], double b[]);
    void (*premium)(const struct vol_american_boundary *, double spot, double sums[3]);
};

static const struct kernel *kernel(enum vol_isa isa)
{
    static const struct kernel two = {start_2, equations_2, linear_2, premium_2};
#if defined(__x86_64__)
    static const struct kernel four = {start_4, equations_4, linear_4, premium_4};
    static const struct kernel eight = {start_8, equations_8, linear_8, premium_8};

    isa = vol_isa_usable(isa);
    if (isa == VOL_ISA_AVX512)
        return &eight;
    if (isa == VOL_ISA_AVX2)
        return &four;
#else
    (void)isa;
#endif
    return &two;
}

/* ln(X / B) of the perpetual put: B = g / (g - 1) with g < 0 the root of vol^2/2 g (g - 1) + (r - q) g = r.
 */
static double farthest(double r, double q, double vol, double log_x)
{
    double m = 0.5 - (r - q) / (vol * vol), root = sqrt(m * m + 2 * r / (vol * vol));
    double g = m > 0 ? -2 * r / (vol * vol) / (m + root) : m - root;
    double y = g < 0 ? log_x - log(g / (g - 1)) : INFINITY;

    return y > 1e-12 ? fmin(y, 600) : 1e-12;
}

/* The boundary at short times: B = 1 - vol sqrt(tau L) for r >= q, with L = -ln(8 pi (r - q)^2 tau / vol^2)
 * or, for r = q, 2 ln(1 / (4 sqrt(pi) r tau)); X (1 - 0.639 vol sqrt(tau)) for r < q (Evans, Kuske and
 * Keller, "American options on assets with dividends near expiry", 2002). Here all at once, and never beyond
 * the perpetual one. */
static void short_time(const struct state *s, double guess[])
{
    double carry = s->r - s->q, root, small, l, y;
    int i;

    for (i = 0; i < s->n; i++) {
        root = s->root_time[i];
        small = carry * root / s->vol;
        l = -log(8 * PI * (small * small + 2 * s->r * s->r * (root * root) * (root * root)));
        y = s->vol * root * sqrt(fmax(l, 0.5)) + s->log_x;
        if (carry < 0)
            y = fmax(y, 0.639 * s->vol * root);
        guess[i] = y < 0.5 * s->y_max ? y : s->y_max * (1 - 0.5 * exp(1 - 2 * y / s->y_max));
    }
}

static void set_coefficients(struct state *s)
{
    const double *cosines = s->scheme->cosines;
    int n = s->n, i, k;

    for (k = 1; k <= n; k++) {
        double sum = 0.5 * s->h[n - 1];

        for (i = 0; i < n - 1; i++)
            sum += cosines[(k * (n - 1 - i)) & (2 * n - 1)] * s->h[i];
        s->coefficient[k - 1] = sum * (k == n ? 1 : 2) / n;
    }
}

static void set_up(struct state *s, const struct vol_american_scheme *scheme, double r, double q, double t,
                   double vol)
{
    const double *cosines = scheme->cosines;
    int n = scheme->nodes, i, k;

    s->scheme = scheme;
    s->n = n;
    s->r = r;
    s->q = q;
    s->vol = vol;
    s->x = q > r ? r / q : 1;
    s->log_x = log(s->x);
    s->y_max = farthest(r, q, vol, s->log_x);
    for (i = 0; i < n; i++) {
        s->node[i] = scheme->node_points[i][0];
        s->root_time[i] = scheme->node_points[i][1] * sqrt(t);
    }
    for (k = 1; k <= n; k++)
        for (i = 0; i < n; i++)
            s->basis[k - 1][i] = cosines[(k * (n - 1 - i)) & (2 * n - 1)] - (k & 1 ? -1 : 1);
}

/* Take STEP in the coefficients. A node that it would lower to less than half goes the way of 1/h instead.
 * Returns the greatest relative change. */
static double take(struct state *s, const double step[])
{
    double worst = 0;
    int i, k, limited = 0;

    for (i = 0; i < s->n; i++) {
        double change = 0;

        for (k = 0; k < s->n; k++)
            change += step[k] * s->basis[k][i];
        worst = fmax(worst, fabs(change) / (s->h[i] + 1e-2 * s->h[s->n - 1]));
        if (change < -0.5 * s->h[i]) {
            s->h[i] = s->h[i] * s->h[i] / (s->h[i] - 2 * change);
            limited = 1;
        } else {
            s->h[i] += change;
        }
    }
    if (limited)
        set_coefficients(s);
    else
        for (k = 0; k < s->n; k++)
            s->coefficient[k] += step[k];
    return worst;
}

/* The start at the nodes: QD+ from the form at short times. */
static void begin(struct state *s, const struct kernel *with)
{
    double guess[NODES_MAX];

    short_time(s, guess);
    with->start(s, guess, s->h);
}

/* Newton's method from there. The number of steps, or -1 when it did not arrive. */
static int settle(struct state *s, const struct kernel *with)
{
    double residual[NODES_MAX], jacobian[NODES_MAX][NODES_MAX];
    int n;

    set_coefficients(s);
    for (n = 1; n <= STEPS_MAX; n++) {
        with->equations(s, residual, jacobian);
        if (with->linear(s->n, jacobian, residual) != 0)
            return -1;
        if (take(s, residual) <= s->scheme->tolerance)
            return n;
    }
    return -1;
}

/* By how much few nodes, soon settled, found QD+ to be wrong: a smooth factor, applied to the start at many.
 */
static void improve(struct state *s, const struct kernel *with, double t)
{
    double begun[NODES_MAX];
    struct state few;
    int i, k;

    set_up(&few, s->scheme->coarse, s->r, s->q, t, s->vol);
    begin(&few, with);
    memcpy(begun, few.h, sizeof begun);
    if (settle(&few, with) < 0)
        return;
    for (i = 0; i < few.n; i++)
        few.h[i] = few.h[i] / begun[i] - 1;
    set_coefficients(&few);
    for (i = 0; i < s->n; i++) {
        double z2 = 4 * s->root_time[i] / sqrt(t) - 2, t0 = 1, t1 = 0.5 * z2, t2, change = 0;

        for (k = 0; k < few.n; k++) {
            change += few.coefficient[k] * (t1 + (k & 1 ? -1.0 : 1.0));
            t2 = z2 * t1 - t0;
            t0 = t1;
            t1 = t2;
        }
        s->h[i] *= 1 + fmin(fmax(change, -0.5), 1);
    }
}

int vol_american_boundary_solve(const struct vol_american_scheme *scheme, double r, double q, double t,
                                double vol, struct vol_american_boundary *out)
{
    const struct kernel *with = kernel(scheme->isa);
    struct state s;
    int steps;

    set_up(&s, scheme, r, q, t, vol);
    begin(&s, with);
    if (scheme->coarse != NULL)
        improve(&s, with, t);
    steps = settle(&s, with);
    if (steps < 0)
        return -1;
    out->scheme = scheme;
    out->r = r;
    out->q = q;
    out->t = t;
    out->vol = vol;
    out->start = s.x;
    out->end = s.x * exp(-sqrt(s.h[s.n - 1]));
    memcpy(out->coefficient, s.coefficient, (size_t)s.n * sizeof *s.coefficient);
    out->steps = steps;
    return 0;
}

void vol_american_boundary_premium(const struct vol_american_boundary *boundary, double spot,
                                   struct vol_american_premium *out)
{
    double sums[3];

    kernel(boundary->scheme->isa)->premium(boundary, spot, sums);
    out->value = sums[0];
    out->delta = sums[1];
    out->gamma = sums[2];
}
