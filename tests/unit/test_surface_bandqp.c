#include "surface/bandqp.h"

#include "unit.h"

static const struct vol_bandqp_row *row(struct vol_bandqp_row *r, int at, double a, double b, double low,
                                        double penalty)
{
    *r = (struct vol_bandqp_row){
        .count = b == 0.0 ? 1 : 2, .at = {at, at + 1}, .a = {a, b}, .low = low, .penalty = penalty};
    return r;
}

/* Nocedal and Wright, "Numerical Optimization", example 16.4: minimise (x - 1)^2 + (y - 2.5)^2 under five
 * inequalities; the solution is (1.4, 1.7). */
static void textbook(void)
{
    static const double rows[][3] = {{1, -2, -2}, {-1, -2, -6}, {-1, 2, -2}, {1, 0, 0}};
    struct vol_bandqp qp;
    struct vol_bandqp_row r;
    double z[2] = {2.0, 0.0};
    int i;

    vol_bandqp_init(&qp);
    vol_bandqp_begin(&qp, 2, 1);
    UNIT(vol_bandqp_term(&qp, row(&r, 0, 1, 0, 1.0, 2.0)) == VOL_OK);
    UNIT(vol_bandqp_term(&qp, row(&r, 1, 1, 0, 2.5, 2.0)) == VOL_OK);
    for (i = 0; i < 4; i++)
        UNIT(vol_bandqp_bound(&qp, row(&r, 0, rows[i][0], rows[i][1], rows[i][2], INFINITY)) == VOL_OK);
    UNIT(vol_bandqp_bound(&qp, row(&r, 1, 1, 0, 0, INFINITY)) == VOL_OK);
    UNIT(vol_bandqp_solve(&qp, 1e-10, z, NULL) == VOL_OK);
    UNIT_NEAR(z[0], 1.4, 1e-8);
    UNIT_NEAR(z[1], 1.7, 1e-8);
    UNIT(z[0] - 2 * z[1] >= -2.0); /* from inside */
    vol_bandqp_free(&qp);
}

/* By hand: z is drawn to 0 with weight 1; z >= 3 soft. With penalty 2 the pull of 2 wins up to z = 2; with
 * penalty 5 the row holds. z <= 1 hard beside it: z = 1. Contradicting hard rows: no solution. */
static void soft_rows(void)
{
    static const double penalty[] = {2.0, 5.0}, expected[] = {2.0, 3.0};
    struct vol_bandqp qp;
    struct vol_bandqp_row r;
    double z[3] = {0.0, 7.0, 0.0};
    int i;

    vol_bandqp_init(&qp);
    for (i = 0; i < 2; i++) {
        vol_bandqp_begin(&qp, 1, 0);
        UNIT(vol_bandqp_term(&qp, row(&r, 0, 1, 0, 0, 1.0)) == VOL_OK);
        UNIT(vol_bandqp_bound(&qp, row(&r, 0, 1, 0, 3.0, penalty[i])) == VOL_OK);
        z[0] = 0.0;
        UNIT(vol_bandqp_solve(&qp, 1e-10, z, NULL) == VOL_OK);
        UNIT_NEAR(z[0], expected[i], 1e-8);
    }
    UNIT(vol_bandqp_bound(&qp, row(&r, 0, -1, 0, -1.0, INFINITY)) == VOL_OK);
    UNIT(vol_bandqp_solve(&qp, 1e-10, z, NULL) == VOL_OK);
    UNIT_NEAR(z[0], 1.0, 1e-8);
    UNIT(vol_bandqp_bound(&qp, row(&r, 0, 1, 0, 2.0, INFINITY)) == VOL_OK);
    z[0] = 7.0;
    UNIT(vol_bandqp_solve(&qp, 1e-10, z, NULL) == VOL_NO && z[0] == 7.0);
    vol_bandqp_free(&qp);
}

/* The nearest convex sequence to |i - 10| turned upside down is the straight line of least squares: zero
 * slope by symmetry, at the mean. */
static void convex_sequence(void)
{
    struct vol_bandqp qp;
    struct vol_bandqp_row r;
    double z[21] = {0.0}, mean = 0.0;
    int i;

    vol_bandqp_init(&qp);
    vol_bandqp_begin(&qp, 21, 2);
    for (i = 0; i < 21; i++) {
        UNIT(vol_bandqp_term(&qp, row(&r, i, 1, 0, -fabs(i - 10.0), 1.0)) == VOL_OK);
        mean -= fabs(i - 10.0) / 21.0;
    }
    for (i = 0; i < 19; i++) {
        r = (struct vol_bandqp_row){
            .count = 3, .at = {i, i + 1, i + 2}, .a = {1, -2, 1}, .low = 0.0, .penalty = INFINITY};
        UNIT(vol_bandqp_bound(&qp, &r) == VOL_OK);
    }
    UNIT(vol_bandqp_solve(&qp, 1e-10, z, NULL) == VOL_OK);
    for (i = 0; i < 21; i++)
        UNIT_NEAR(z[i], mean, 1e-6);
    vol_bandqp_free(&qp);
}

static void refusals(void)
{
    struct vol_bandqp qp;
    struct vol_bandqp_row r;

    vol_bandqp_init(&qp);
    vol_bandqp_begin(&qp, 3, 1);
    UNIT(vol_bandqp_bound(&qp, row(&r, 2, 1, 1, 0, 1)) == VOL_EDATA); /* beyond the unknowns */
    UNIT(vol_bandqp_bound(&qp, row(&r, 0, NAN, 0, 0, 1)) == VOL_EDATA);
    UNIT(vol_bandqp_bound(&qp, row(&r, 0, 1, 0, NAN, 1)) == VOL_EDATA);
    UNIT(vol_bandqp_bound(&qp, row(&r, 0, 1, 0, 0, 0)) == VOL_EDATA);
    UNIT(vol_bandqp_bound(&qp, row(&r, 0, 1, 0, 0, NAN)) == VOL_EDATA);
    UNIT(vol_bandqp_term(&qp, row(&r, 0, 1, 0, 0, INFINITY)) == VOL_EDATA);
    r = (struct vol_bandqp_row){.count = 2, .at = {0, 2}, .a = {1, 1}, .penalty = 1};
    UNIT(vol_bandqp_bound(&qp, &r) == VOL_EDATA); /* wider than the band */
    vol_bandqp_free(&qp);
}

int main(void)
{
    textbook();
    soft_rows();
    convex_sequence();
    refusals();
    return unit_done("surface/bandqp");
}
