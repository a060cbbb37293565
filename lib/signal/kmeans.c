#include "signal/kmeans.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "signal/random.h"

/* Squared distance; a missing last value counts nothing. */
static double distance(const double *a, const double *x, size_t d)
{
    double sum = 0;
    size_t j;

    for (j = 0; j + 1 < d; j++)
        sum += (x[j] - a[j]) * (x[j] - a[j]);
    return isnan(x[j]) || isnan(a[j]) ? sum : sum + (x[j] - a[j]) * (x[j] - a[j]);
}

size_t vol_kmeans_nearest(const double *centres, size_t k, const double *x, size_t d, double *squared)
{
    double least = distance(centres, x, d), far;
    size_t j, best = 0;

    for (j = 1; j < k; j++) {
        far = distance(centres + j * d, x, d);
        if (far < least) {
            least = far;
            best = j;
        }
    }
    if (squared != NULL)
        *squared = least;
    return best;
}

/* ---- the start
 * ------------------------------------------------------------------------------------------------ */

/* The row at which the running sum of NEAR passes a random part of TOTAL. */
static size_t draw(const double *near, size_t n, double total, uint64_t *seed)
{
    double at = vol_random_unit(seed) * total, sum = 0;
    size_t i, last = 0;

    for (i = 0; i < n; i++) {
        if (!(near[i] > 0))
            continue;
        sum += near[i];
        last = i;
        if (sum > at)
            break;
    }
    return last;
}

/* Distances to the nearest centre if row PICK joined, in OUT; their sum. */
static double joined(const double *near, const double *x, size_t n, size_t d, size_t pick, double *out)
{
    double total = 0;
    size_t i;

    for (i = 0; i < n; i++) {
        out[i] = fmin(near[i], distance(x + pick * d, x + i * d, d));
        total += out[i];
    }
    return total;
}

enum vol_status vol_kmeans_seed(double *centres, size_t k, const double *x, size_t n, size_t d,
                                uint64_t *seed)
{
    size_t candidates = 2 + (size_t)log((double)(k > 0 ? k : 1)), i, j, c, pick;
    double total, least, *near, *trial, *best, *swap;

    if (k == 0 || n < k || d == 0)
        return VOL_EUSAGE;
    near = malloc(3 * n * sizeof *near);
    if (near == NULL)
        return VOL_EOS;
    trial = near + n;
    best = near + 2 * n;
    swap = near; /* what free() wants */
    pick = (size_t)(vol_random_unit(seed) * (double)n);
    memcpy(centres, x + pick * d, d * sizeof *x);
    for (i = 0; i < n; i++)
        near[i] = INFINITY;
    total = joined(near, x, n, d, pick, near);
    for (j = 1; j < k && total > 0; j++) {
        for (c = 0, least = INFINITY; c < candidates; c++) {
            size_t row = draw(near, n, total, seed);
            double sum = joined(near, x, n, d, row, trial);

            if (sum < least) {
                double *t = best;

                best = trial;
                trial = t;
                least = sum;
                pick = row;
            }
        }
        memcpy(centres + j * d, x + pick * d, d * sizeof *x);
        memcpy(near, best, n * sizeof *near);
        total = least;
    }
    free(swap);
    return j == k ? VOL_OK : VOL_EDATA;
}

/* ---- Lloyd's iteration
 * -------------------------------------------------------------------------------------- */

struct sums {
    double *centre, *far; /* k * d: the new centres; n: distance of each row to its centre */
    double *weight;       /* k * d: values that went into each */
};

/* Each row to its nearest centre. True: none changed. */
static bool assign(const double *centres, size_t k, const double *x, size_t n, size_t d, uint32_t *labels,
                   double *far)
{
    bool same = true;
    size_t i;

    for (i = 0; i < n; i++) {
        size_t label = vol_kmeans_nearest(centres, k, x + i * d, d, &far[i]);

        same = same && labels[i] == label;
        labels[i] = (uint32_t)label;
    }
    return same;
}

static void add(struct sums *s, const double *x, size_t d, size_t centre, double weight)
{
    size_t j;

    for (j = 0; j < d; j++)
        if (!isnan(x[j])) {
            s->centre[centre * d + j] += weight * x[j];
            s->weight[centre * d + j] += weight;
        }
}

/* A centre without rows takes the farthest row of another. */
static void fill_empty(struct sums *s, size_t k, const double *x, size_t n, size_t d, const uint32_t *labels)
{
    size_t i, j, row;

    for (j = 0; j < k; j++) {
        if (s->weight[j * d] > 0)
            continue;
        for (i = 1, row = 0; i < n; i++)
            if (s->far[i] > s->far[row])
                row = i;
        add(s, x + row * d, d, labels[row], -1);
        add(s, x + row * d, d, j, 1);
        s->far[row] = 0;
    }
}

/* The means of the rows of each centre; how far the centres went, squared. */
static double move(double *centres, struct sums *s, size_t k, const double *x, size_t n, size_t d,
                   const uint32_t *labels)
{
    double shift = 0;
    size_t i;

    memset(s->centre, 0, k * d * sizeof *s->centre);
    memset(s->weight, 0, k * d * sizeof *s->weight);
    for (i = 0; i < n; i++)
        add(s, x + i * d, d, labels[i], 1);
    fill_empty(s, k, x, n, d, labels);
    for (i = 0; i < k * d; i++) {
        double to = s->weight[i] > 0 ? s->centre[i] / s->weight[i] : NAN;

        if (!isnan(to) && !isnan(centres[i]))
            shift += (to - centres[i]) * (to - centres[i]);
        centres[i] = to;
    }
    return shift;
}

/* Mean over the columns of their variance, the missing values left out. */
static double mean_variance(const double *x, size_t n, size_t d)
{
    double sum = 0;
    size_t i, j;

    for (j = 0; j < d; j++) {
        double mean = 0, squares = 0, used = 0;

        for (i = 0; i < n; i++)
            if (!isnan(x[i * d + j])) {
                mean += x[i * d + j];
                used++;
            }
        mean /= used;
        for (i = 0; i < n; i++)
            if (!isnan(x[i * d + j]))
                squares += (x[i * d + j] - mean) * (x[i * d + j] - mean);
        sum += squares / used;
    }
    return sum / (double)d;
}

enum vol_status vol_kmeans_fit(double *centres, uint32_t *labels, size_t k, const double *x, size_t n,
                               size_t d, double tolerance, size_t max_steps, struct vol_kmeans_fit *fit)
{
    struct sums s;
    struct vol_kmeans_fit done = {0, 0};
    double bound, *made;
    bool rest = false;
    size_t i;

    if (k == 0 || n < k || d == 0 || max_steps == 0 || !(tolerance >= 0))
        return VOL_EUSAGE;
    s.centre = malloc((3 * k * d + n) * sizeof *s.centre);
    if (s.centre == NULL)
        return VOL_EOS;
    s.weight = s.centre + k * d;
    made = s.weight + k * d;
    s.far = made + k * d;
    memcpy(made, centres, k * d * sizeof *made);
    bound = tolerance * mean_variance(x, n, d);
    for (i = 0; i < n; i++)
        labels[i] = UINT32_MAX;
    while (!rest && done.steps < max_steps) {
        double shift;

        rest = assign(made, k, x, n, d, labels, s.far);
        shift = move(made, &s, k, x, n, d, labels);
        done.steps++;
        if (!rest && shift <= bound) {
            rest = true;
            assign(made, k, x, n, d, labels, s.far);
        }
    }
    if (!rest)
        assign(made, k, x, n, d, labels, s.far);
    for (i = 0; i < n; i++)
        done.inertia += distance(made + labels[i] * d, x + i * d, d);
    memcpy(centres, made, k * d * sizeof *centres);
    free(s.centre);
    if (fit != NULL)
        *fit = done;
    return VOL_OK;
}
