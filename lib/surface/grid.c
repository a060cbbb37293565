#include "surface/grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time.h"

static const char *const axes[] = {"strike", "k", "delta"};

const char *vol_grid_axis_name(enum vol_evaluate_axis axis)
{
    return axes[axis];
}

static enum vol_status wrong(const char *text, size_t n, const char *expected, struct vol_error *err)
{
    return vol_error_set(err, VOL_EUSAGE, "--grid: \"%.*s\" is not %s", (int)(n < 60 ? n : 60), text,
                         expected);
}

static enum vol_status add(double **list, size_t *n, double x, struct vol_error *err)
{
    if (*n == 0 && (*list = malloc(VOL_GRID_MAX * sizeof **list)) == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    if (*n == VOL_GRID_MAX)
        return vol_error_set(err, VOL_EUSAGE, "--grid: more than %d values", VOL_GRID_MAX);
    (*list)[(*n)++] = x;
    return VOL_OK;
}

/* One item of a list: a number, or LOW:HIGH:STEP. */
static enum vol_status add_item(const char *text, size_t n, double **list, size_t *n_list,
                                struct vol_error *err)
{
    double part[3];
    size_t parts = 0, from = 0, i, steps;
    enum vol_status status = VOL_OK;

    for (i = 0; i <= n; i++)
        if (i == n || text[i] == ':') {
            if (parts == 3 || vol_num_parse_loose(text + from, i - from, &part[parts++]) != VOL_OK)
                return wrong(text, n, "a number or LOW:HIGH:STEP", err);
            from = i + 1;
        }
    if (parts == 1)
        return add(list, n_list, part[0], err);
    if (parts != 3 || !(part[2] > 0.0) || !(part[1] >= part[0]) ||
        !((part[1] - part[0]) / part[2] < VOL_GRID_MAX))
        return wrong(text, n, "a range LOW:HIGH:STEP of at most a thousand values", err);
    steps = (size_t)floor((part[1] - part[0]) / part[2] + 1e-9);
    for (i = 0; i <= steps && status == VOL_OK; i++) {
        double x = part[0] + part[2] * (double)i;

        status = add(list, n_list, fabs(x) < 1e-9 * part[2] ? 0.0 : x, err); /* -0.3 + 3 * 0.1 is 0 here */
    }
    return status;
}

static enum vol_status add_date(const char *text, size_t n, double **list, size_t *n_list,
                                struct vol_error *err)
{
    int32_t date;

    if (vol_date_parse(text, n, &date) != VOL_OK || !vol_date_has_instants(date))
        return wrong(text, n, "a date YYYY-MM-DD", err);
    return add(list, n_list, date, err);
}

/* TEXT[0..N) split at its commas. */
static enum vol_status read_list(const char *text, size_t n,
                                 enum vol_status (*item)(const char *, size_t, double **, size_t *,
                                                         struct vol_error *),
                                 double **list, size_t *n_list, struct vol_error *err)
{
    enum vol_status status = VOL_OK;
    size_t from = 0, i;

    for (i = 0; i <= n && status == VOL_OK; i++)
        if (i == n || text[i] == ',') {
            status = item(text + from, i - from, list, n_list, err);
            from = i + 1;
        }
    return status;
}

static enum vol_status check_axis(const struct vol_grid *grid, struct vol_error *err)
{
    size_t i;

    for (i = 0; i < grid->n_x; i++) {
        double x = grid->x[i];

        if (grid->axis == VOL_EVALUATE_STRIKES && !(x > 0.0))
            return vol_error_set(err, VOL_EUSAGE, "--grid: strike %g is not positive", x);
        if (grid->axis == VOL_EVALUATE_DELTAS && !(fabs(x) > 0.0 && fabs(x) < 1.0))
            return vol_error_set(err, VOL_EUSAGE,
                                 "--grid: delta %g is not between 0 and 1 (a call) or -1 and 0 (a put)", x);
    }
    for (i = 0; grid->tenors == VOL_GRID_DAYS && i < grid->n_tenors; i++)
        if (!(grid->tenor[i] > 0.0))
            return vol_error_set(err, VOL_EUSAGE, "--grid: %g days is not positive", grid->tenor[i]);
    return VOL_OK;
}

static enum vol_status read_tenors(const char *text, struct vol_grid *grid, struct vol_error *err)
{
    if (strcmp(text, "expiries") == 0) {
        grid->tenors = VOL_GRID_EXPIRIES;
        return VOL_OK;
    }
    if (strncmp(text, "days=", 5) == 0) {
        grid->tenors = VOL_GRID_DAYS;
        return read_list(text + 5, strlen(text + 5), add_item, &grid->tenor, &grid->n_tenors, err);
    }
    if (strncmp(text, "dates=", 6) == 0) {
        grid->tenors = VOL_GRID_DATES;
        return read_list(text + 6, strlen(text + 6), add_date, &grid->tenor, &grid->n_tenors, err);
    }
    return wrong(text, strlen(text), "days=LIST, dates=LIST or expiries", err);
}

enum vol_status vol_grid_parse(const char *spec, struct vol_grid *out, struct vol_error *err)
{
    struct vol_grid grid = {0};
    const char *at = strchr(spec, '@'), *is = strchr(spec, '=');
    enum vol_status status = VOL_OK;
    size_t i;

    for (i = 0; i < 3; i++)
        if (is != NULL && (size_t)(is - spec) == strlen(axes[i]) &&
            memcmp(spec, axes[i], strlen(axes[i])) == 0)
            break;
    if (i == 3 || at == NULL || at < is)
        return wrong(spec, strlen(spec), "strike=LIST@TENORS, k=LIST@TENORS or delta=LIST@TENORS", err);
    grid.axis = (enum vol_evaluate_axis)i;
    status = read_list(is + 1, (size_t)(at - is) - 1, add_item, &grid.x, &grid.n_x, err);
    if (status == VOL_OK)
        status = read_tenors(at + 1, &grid, err);
    if (status == VOL_OK)
        status = check_axis(&grid, err);
    if (status == VOL_OK)
        *out = grid;
    else
        vol_grid_free(&grid);
    return status;
}

void vol_grid_free(struct vol_grid *grid)
{
    free(grid->x);
    free(grid->tenor);
    memset(grid, 0, sizeof *grid);
}

/* ---- its tenors on a surface ---- */

size_t vol_grid_count(const struct vol_grid *grid, const struct vol_smiles *smiles)
{
    return grid->tenors == VOL_GRID_EXPIRIES ? smiles->n_surface : grid->n_tenors;
}

/* YEARS of plain time in the vols' clock, linear between the expiries with a smile. */
static double clock_time(const struct vol_smiles *smiles, double years)
{
    const struct vol_smiles_expiry *before = NULL;
    size_t i;

    for (i = 0; i < smiles->n; i++) {
        const struct vol_smiles_expiry *e = &smiles->expiry[i];

        if (!vol_smiles_has_fit(e))
            continue;
        if (e->years == years)
            return e->t_var;
        if (e->years > years)
            return before == NULL ? NAN
                                  : before->t_var + (years - before->years) / (e->years - before->years) *
                                                        (e->t_var - before->t_var);
        before = e;
    }
    return NAN;
}

double vol_grid_tenor(const struct vol_grid *grid, const struct vol_smiles *smiles, int64_t now, size_t i,
                      char text[16], const struct vol_smiles_expiry **expiry)
{
    const struct vol_smiles_expiry *e;
    int32_t date;

    *expiry = NULL;
    text[0] = '\0';
    switch (grid->tenors) {
    case VOL_GRID_DAYS:
        return grid->tenor[i] / 365.0;
    case VOL_GRID_DATES:
        date = (int32_t)grid->tenor[i];
        vol_date_print(text, date);
        return clock_time(smiles, VOL_YEARS(now, vol_time_new_york(date, 16 * 3600)));
    case VOL_GRID_EXPIRIES:
        break;
    }
    *expiry = e = vol_smiles_of_slice(smiles, i);
    if (e != NULL)
        memcpy(text, e->expiration, sizeof e->expiration);
    return smiles->surface[i].t;
}
