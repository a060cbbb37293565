/* surface.c: surfaces, one core.
 *     surface rbf FILE OUT     milliseconds of CPU, least of some: thin-plate spline built, evaluated; values
 * to OUT. FILE: N M smoothing, N points (x y value), M points (x y) surface lu FILE          milliseconds of
 * the same system by GSL's LU surface calendar FILE    microseconds a grid: calendar alone; violations
 * before, after. FILE: expiries strikes, t, k, vols surface correct FILE     the same for all violations
 * together surface spline           microseconds a slice of the market slices of tests/oracle */
#include <gsl/gsl_linalg.h>
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "surface/correct.h"
#include "surface/isotonic.h"
#include "surface/rbf.h"
#include "surface/spline.h"

static double *numbers(const char *path, size_t *n)
{
    FILE *f = fopen(path, "r");
    size_t cap = 1u << 16;
    double *out = malloc(cap * sizeof *out);

    if (f == NULL || out == NULL)
        exit(71);
    for (*n = 0; fscanf(f, "%lf", &out[*n]) == 1;)
        if (++*n == cap && (out = realloc(out, (cap *= 2) * sizeof *out)) == NULL)
            exit(71);
    fclose(f);
    return out;
}

static double since(clock_t start)
{
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static int bench_rbf(const char *path, const char *to)
{
    size_t count, i;
    double *in = numbers(path, &count), *x, *out;
    size_t n = (size_t)in[0], m = (size_t)in[1];
    struct vol_rbf rbf;
    clock_t start;
    double build = INFINITY, evaluate = INFINITY;
    FILE *f = fopen(to, "w");

    x = malloc((3 * n + 3 * m) * sizeof *x);
    if (x == NULL || f == NULL || count != 3 + 3 * n + 2 * m)
        return 71;
    out = x + 3 * n + 2 * m;
    for (i = 0; i < 3 * n; i++)
        x[i % 3 * n + i / 3] = in[3 + i];
    for (i = 0; i < 2 * m; i++)
        x[3 * n + i % 2 * m + i / 2] = in[3 + 3 * n + i];
    vol_rbf_init(&rbf);
    for (i = 0; i < 1 + 5000 / n; i++) {
        start = clock();
        if (vol_rbf_fit(n, x, x + n, x + 2 * n, in[2], NULL, VOL_ISA_BEST, &rbf, NULL) != VOL_OK)
            return 70;
        build = fmin(build, since(start));
        start = clock();
        vol_rbf_evaluate(&rbf, m, x + 3 * n, x + 3 * n + m, out);
        evaluate = fmin(evaluate, since(start));
    }
    printf("%.4f %.4f\n", build * 1e3, evaluate * 1e3);
    for (i = 0; i < m; i++)
        fprintf(f, "%.17g\n", out[i]);
    fclose(f);
    vol_rbf_free(&rbf);
    free(x);
    free(in);
    return 0;
}

static int bench_lu(const char *path)
{
    size_t count, i, j;
    double *in = numbers(path, &count);
    size_t n = (size_t)in[0];
    gsl_matrix *a = gsl_matrix_calloc(n + 3, n + 3);
    gsl_permutation *p = gsl_permutation_alloc(n + 3);
    clock_t start = clock();
    int sign;

    for (i = 0; i < n; i++) {
        for (j = 0; j < n; j++) {
            double dx = in[3 + 3 * i] - in[3 + 3 * j], dy = in[4 + 3 * i] - in[4 + 3 * j],
                   r2 = dx * dx + dy * dy;

            gsl_matrix_set(a, i, j, i == j ? in[2] : 0.5 * r2 * log(fmax(r2, 1e-300)));
        }
        for (j = 0; j < 3; j++) {
            gsl_matrix_set(a, i, n + j, j == 0 ? 1.0 : in[2 + j + 3 * i]);
            gsl_matrix_set(a, n + j, i, j == 0 ? 1.0 : in[2 + j + 3 * i]);
        }
    }
    gsl_linalg_LU_decomp(a, p, &sign);
    printf("%.4f\n", since(start) * 1e3);
    gsl_matrix_free(a);
    gsl_permutation_free(p);
    free(in);
    return 0;
}

static void project(const struct vol_correct_grid *grid, double *out)
{
    double column[64], scratch[64];
    size_t count[64], i, j;

    for (j = 0; j < grid->strikes; j++) {
        for (i = 0; i < grid->expiries; i++)
            column[i] = grid->vol[i * grid->strikes + j];
        vol_isotonic_vols(grid->expiries, grid->t, column, NULL, column, scratch, count);
        for (i = 0; i < grid->expiries; i++)
            out[i * grid->strikes + j] = column[i];
    }
}

static int bench_grid(const char *path, bool all)
{
    size_t count, times = all ? 300 : 3000, i;
    double *in = numbers(path, &count), *out;
    struct vol_correct_grid grid = {.expiries = (size_t)in[0], .strikes = (size_t)in[1]};
    struct vol_correct_result r = {.steps = 0};
    clock_t start;

    grid.t = in + 2, grid.k = grid.t + grid.expiries, grid.vol = grid.k + grid.strikes;
    out = malloc(grid.expiries * grid.strikes * sizeof *out);
    if (out == NULL || grid.expiries > 64 ||
        count != 2 + grid.expiries + grid.strikes + grid.expiries * grid.strikes)
        return 71;
    start = clock();
    for (i = 0; i < times; i++)
        if ((all ? vol_correct_grid : vol_correct_calendar)(&grid, out, &r, NULL) != VOL_OK)
            return 70;
    if (!all) { /* the projection by itself, without the checks around it */
        start = clock();
        for (i = 0; i < times; i++)
            project(&grid, out);
    }
    printf("%.4f %zu %zu\n", since(start) / (double)times * 1e6,
           all ? r.before.butterfly + r.before.vertical + r.before.calendar : r.before.calendar,
           all ? r.after.butterfly + r.after.vertical + r.after.calendar : r.after.calendar);
    free(out);
    free(in);
    return 0;
}

static const struct slice {
    const char *name;
    double t, cost, inside;
    size_t points;
    struct vol_svifit_quote quote[160];
} slices[] = {
#include "../oracle/svifit.inc"
};

static int bench_spline(void)
{
    size_t i, times = 20, n = sizeof slices / sizeof *slices, inside = 0, all = 0;
    clock_t start = clock();

    for (i = 0; i < times * n; i++) {
        const struct slice *s = &slices[i % n];
        struct vol_spline_fit fit;
        struct vol_spline spline;

        vol_spline_init(&spline);
        if (vol_spline_fit(s->quote, s->points, s->t, NULL, NULL, 0, &spline, &fit, NULL) != VOL_OK ||
            fit.status != VOL_SPLINE_OK)
            return 70;
        inside += (size_t)(fit.inside * (double)fit.points + 0.5);
        all += fit.points;
        vol_spline_free(&spline);
    }
    printf("%.2f %.4f\n", since(start) / (double)(times * n) * 1e6, 100.0 * (double)inside / (double)all);
    return 0;
}

int main(int argc, char **argv)
{
    /* A process that goes on working keeps its memory; new pages would be most of the time of a small grid.
     */
    mallopt(M_TRIM_THRESHOLD, 1 << 26);
    mallopt(M_TOP_PAD, 1 << 24);
    if (argc == 4 && strcmp(argv[1], "rbf") == 0)
        return bench_rbf(argv[2], argv[3]);
    if (argc == 3 && strcmp(argv[1], "lu") == 0)
        return bench_lu(argv[2]);
    if (argc == 3 && (strcmp(argv[1], "calendar") == 0 || strcmp(argv[1], "correct") == 0))
        return bench_grid(argv[2], argv[1][1] == 'o');
    if (argc == 2 && strcmp(argv[1], "spline") == 0)
        return bench_spline();
    return 64;
}
