#include "surface/nodes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void vol_nodes_init(struct vol_nodes *nodes)
{
    memset(nodes, 0, sizeof *nodes);
}

void vol_nodes_free(struct vol_nodes *nodes)
{
    free(nodes->tenor);
    free(nodes->point);
    free(nodes->corrected);
    free(nodes->spread);
    vol_nodes_init(nodes);
}

static enum vol_status make_room(struct vol_nodes *v, size_t tenors, size_t n)
{
    if (tenors > v->cap_tenors) {
        struct vol_nodes_tenor *tenor = realloc(v->tenor, tenors * sizeof *tenor);

        if (tenor == NULL)
            return VOL_EOS;
        v->tenor = tenor;
        v->cap_tenors = tenors;
    }
    if (n > v->cap) {
        struct vol_evaluate *point = realloc(v->point, n * sizeof *point);
        double *corrected, *spread;

        if (point == NULL)
            return VOL_EOS;
        v->point = point;
        corrected = realloc(v->corrected, n * sizeof *corrected);
        if (corrected == NULL)
            return VOL_EOS;
        v->corrected = corrected;
        spread = realloc(v->spread, n * sizeof *spread);
        if (spread == NULL)
            return VOL_EOS;
        v->spread = spread;
        v->cap = n;
    }
    return VOL_OK;
}

static double half_of(const struct vol_svifit_quote *q)
{
    return fmax((q->vol_ask - q->vol_bid) / 2.0, VOL_SVIFIT_LEAST_HALF_SPREAD);
}

/* Half a spread in vol at K: linear between the quotes of the expiry, beyond them that of the outermost. */
static double half_at(const struct vol_smiles_expiry *e, double k)
{
    const struct vol_svifit_quote *q = e->fitted;
    size_t i = 0, n = e->n_fitted;

    while (i < n && q[i].k < k)
        i++;
    if (i == 0 || i == n)
        return half_of(&q[i == 0 ? 0 : n - 1]);
    return half_of(&q[i - 1]) +
           (half_of(&q[i]) - half_of(&q[i - 1])) * (k - q[i - 1].k) / (q[i].k - q[i - 1].k);
}

/* The same T years away: linear in time between the two expiries. NaN outside. */
static double spread_at(const struct vol_smiles *smiles, double t, double k)
{
    const struct vol_smiles_expiry *e, *before;
    double share, half;
    size_t at;

    if (vol_tenor_bracket(smiles->surface, smiles->n_surface, t, &at, &share) != VOL_OK ||
        (e = vol_smiles_of_slice(smiles, at)) == NULL)
        return NAN;
    half = half_at(e, k);
    if (share == 1.0 || (before = vol_smiles_of_slice(smiles, at - 1)) == NULL)
        return half;
    return half_at(before, k) + share * (half - half_at(before, k));
}

enum vol_status vol_nodes_evaluate(struct vol_nodes *v, const struct vol_grid *grid, enum vol_tenor_time time,
                                   const struct vol_smiles *smiles, int64_t now, struct vol_error *err)
{
    size_t i, j;

    v->n_tenors = vol_grid_count(grid, smiles);
    v->n_x = grid->n_x;
    if (make_room(v, v->n_tenors, v->n_tenors * v->n_x) != VOL_OK) {
        v->n_tenors = 0;
        return vol_error_set(err, VOL_EOS, "out of memory");
    }
    v->result = (struct vol_correct_result){0};
    for (i = 0; i < v->n_tenors; i++) {
        struct vol_nodes_tenor *tenor = &v->tenor[i];
        const struct vol_smiles_expiry *expiry;

        tenor->t = vol_grid_tenor(grid, smiles, now, i, tenor->expiration, &expiry);
        tenor->is_expiry = expiry != NULL;
        tenor->root[0] = '\0';
        if (expiry != NULL) {
            memcpy(tenor->root, expiry->root, sizeof tenor->root);
            tenor->expires = expiry->expires;
        }
        tenor->whole = true;
        for (j = 0; j < v->n_x; j++) {
            struct vol_evaluate *point = &v->point[i * v->n_x + j];

            vol_evaluate_at(smiles->surface, smiles->n_surface, tenor->t, time, grid->axis, grid->x[j],
                            point);
            v->spread[i * v->n_x + j] = isfinite(point->vol) ? spread_at(smiles, tenor->t, point->k) : NAN;
            v->corrected[i * v->n_x + j] = NAN;
            tenor->whole = tenor->whole && isfinite(point->vol);
        }
    }
    return VOL_OK;
}

/* The nodes of a tenor by rising k: delta grids and lists run as they like. */
struct place {
    double k;
    size_t at;
};

static int by_k(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    if (x->k != y->k)
        return x->k < y->k ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* Lay out the whole tenors; returns how many, with T, K, VOL and SPREAD of each node and where it came from.
 * A tenor that names one point twice is left out. */
static size_t lay_out(const struct vol_nodes *v, double *t, double *k, double *vol, double *spread,
                      struct place *place)
{
    size_t i, j, rows = 0;

    for (i = 0; i < v->n_tenors; i++) {
        struct place *row = &place[rows * v->n_x];
        bool distinct = true;

        if (!v->tenor[i].whole || (rows > 0 && !(v->tenor[i].t > t[rows - 1])))
            continue;
        for (j = 0; j < v->n_x; j++)
            row[j] = (struct place){v->point[i * v->n_x + j].k, i * v->n_x + j};
        qsort(row, v->n_x, sizeof *row, by_k);
        for (j = 0; j < v->n_x; j++) {
            distinct = distinct && (j == 0 || row[j].k > row[j - 1].k);
            k[rows * v->n_x + j] = row[j].k;
            vol[rows * v->n_x + j] = v->point[row[j].at].vol;
            spread[rows * v->n_x + j] = v->spread[row[j].at];
        }
        if (distinct)
            t[rows++] = v->tenor[i].t;
    }
    return rows;
}

/* Whether every row has the log-moneynesses of the first. */
static bool same_places(const double *k, size_t rows, size_t n)
{
    size_t i;

    for (i = n; i < rows * n; i++)
        if (k[i] != k[i - n])
            return false;
    return true;
}

enum vol_status vol_nodes_correct(struct vol_nodes *v, enum vol_nodes_rule rule, struct vol_error *err)
{
    size_t n = v->n_tenors * v->n_x, i;
    double *t = calloc(v->n_tenors + 1, sizeof *t), *k = calloc(n + 1, sizeof *k),
           *vol = calloc(n + 1, sizeof *vol), *spread = calloc(n + 1, sizeof *spread);
    struct place *place = calloc(n + 1, sizeof *place);
    struct vol_correct_grid grid = {
        .strikes = v->n_x, .t = t, .k = k, .own = true, .vol = vol, .spread = spread};
    enum vol_status status = VOL_EOS;

    if (t == NULL || k == NULL || vol == NULL || spread == NULL || place == NULL)
        goto done;
    grid.expiries = lay_out(v, t, k, vol, spread, place);
    status = VOL_NO;
    if (rule == VOL_NODES_CALENDAR)
        grid.own = !same_places(k, grid.expiries, v->n_x);
    if (grid.expiries > 0)
        status = rule == VOL_NODES_CALENDAR ? vol_correct_calendar(&grid, vol, &v->result, err)
                                            : vol_correct_grid(&grid, vol, &v->result, err);
    for (i = 0; status == VOL_OK && i < grid.expiries * v->n_x; i++)
        v->corrected[place[i].at] = vol[i];
    if (status == VOL_EDATA)
        status = VOL_NO;
done:
    if (status == VOL_EOS)
        vol_error_set(err, status, "out of memory");
    free(t);
    free(k);
    free(vol);
    free(spread);
    free(place);
    return status;
}
