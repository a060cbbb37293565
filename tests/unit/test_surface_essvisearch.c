#include "surface/essvisearch.h"

#include "random.h"
#include "unit.h"

enum { POINTS = 31 };

static struct vol_svifit_quote quote[POINTS];

static struct vol_essvisearch_quotes quotes_of(const struct vol_essvi *slice, double t)
{
    size_t i;

    for (i = 0; i < POINTS; i++) {
        double k = 0.2 * ((double)i - 15.0) * sqrt(slice->theta), vol = vol_essvi_vol(slice, k, t);

        quote[i] = (struct vol_svifit_quote){k, vol, vol - 0.004, vol + 0.004};
    }
    return (struct vol_essvisearch_quotes){quote, POINTS, t};
}

static double cost_of(const struct vol_essvisearch_quotes *q, const double x[VOL_ESSVISEARCH_PARAMS])
{
    struct vol_essvi slice = vol_essvisearch_slice(x);
    double cost = 0.0;
    size_t i;

    for (i = 0; i < q->n; i++) {
        double error = (vol_essvi_vol(&slice, q->quotes[i].k, q->t) - q->quotes[i].vol) / 0.004;

        cost += error * error;
    }
    return cost;
}

/* Alone: the slice that the quotes lie on; the information is J'J, seen by differences of the cost. */
static void alone(void)
{
    const struct vol_essvi truth = {0.012, -0.45, 0.12};
    struct vol_essvisearch_quotes q = quotes_of(&truth, 0.3);
    struct vol_essvisearch_point p;
    double info[VOL_ESSVISEARCH_PARAMS];
    int i;

    vol_essvisearch_alone(&q, &p, info);
    UNIT_NEAR(p.x[VOL_ESSVI_THETA], 0.012, 1e-9);
    UNIT_NEAR(p.x[VOL_ESSVI_RIGHT], 0.12 * 0.55, 1e-8);
    UNIT_NEAR(p.x[VOL_ESSVI_LEFT], 0.12 * 1.45, 1e-8);
    UNIT_NEAR(vol_essvisearch_variance_at_forward(&q), 0.012, 1e-12);
    for (i = 0; i < VOL_ESSVISEARCH_PARAMS; i++) {
        double up[VOL_ESSVISEARCH_PARAMS], step = 1e-4 * p.x[i];

        memcpy(up, p.x, sizeof up);
        up[i] += step;
        UNIT_NEAR(info[i], cost_of(&q, up) / (step * step), 2e-3 * info[i]);
    }
}

/* Between two neighbours that do not let the quotes have their way: nothing in the bounds is better, by a
 * dense scan of them. */
static void bounded(void)
{
    uint64_t seed = 41;
    int round;

    for (round = 0; round < 25; round++) {
        const struct vol_essvi before = {0.010, -0.5, 0.10}, after = {0.013, -0.45, 0.115};
        const struct vol_essvi truth = {0.008 + 0.008 * draw(&seed), -0.7 + 0.6 * draw(&seed),
                                        0.08 + 0.08 * draw(&seed)};
        struct vol_essvisearch_quotes q = quotes_of(&truth, 0.3);
        struct vol_essvisearch_bounds b = {
            {0.010, 0.05, 0.15}, {0.013, 0.115 * 0.55, 0.115 * 1.45}, &before, &after};
        struct vol_essvisearch_point p = {{0.010, 0.05, 0.15}, 0.0};
        struct vol_essvi slice;
        double best = INFINITY;
        int i, j, k;

        UNIT(vol_essvisearch_into_bounds(&b, p.x));
        vol_essvisearch_descend(&q, &b, false, &p, NULL);
        slice = vol_essvisearch_slice(p.x);
        UNIT(vol_essvi_is_free(&slice) && vol_essvi_is_after(&before, &slice) &&
             vol_essvi_is_after(&slice, &after));
        UNIT_NEAR(p.cost, cost_of(&q, p.x), 1e-9 * (1.0 + p.cost));
        for (i = 0; i <= 20; i++)
            for (j = 0; j <= 20; j++)
                for (k = 0; k <= 40; k++) {
                    double x[VOL_ESSVISEARCH_PARAMS] = {0.010 + 0.003 * k / 40.0,
                                                        0.05 + (0.115 * 0.55 - 0.05) * i / 20.0,
                                                        0.15 + (0.115 * 1.45 - 0.15) * j / 20.0};

                    if (vol_essvisearch_into_bounds(&b, x))
                        best = fmin(best, cost_of(&q, x));
                }
        UNIT(p.cost <= best * 1.02 + 1e-3);
    }
}

/* Slopes as they are: theta alone moves. */
static void only_theta(void)
{
    const struct vol_essvi truth = {0.012, -0.45, 0.12};
    struct vol_essvisearch_quotes q = quotes_of(&truth, 0.3);
    struct vol_essvisearch_point p = {{0.02, 0.05, 0.16}, 0.0};
    double theta;

    vol_essvisearch_descend(&q, &vol_essvisearch_no_bounds, true, &p, NULL);
    UNIT(p.x[VOL_ESSVI_RIGHT] == 0.05 && p.x[VOL_ESSVI_LEFT] == 0.16);
    for (theta = 0.008; theta < 0.02; theta += 1e-5) {
        double x[VOL_ESSVISEARCH_PARAMS] = {theta, 0.05, 0.16};

        UNIT(p.cost <= cost_of(&q, x) * (1.0 + 1e-6));
    }
}

int main(void)
{
    alone();
    bounded();
    only_theta();
    return unit_done("surface/essvisearch");
}
