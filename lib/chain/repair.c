#include "chain/repair.h"

#include <glpk.h>
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

enum { ITERATIONS_MOST = 100000 };
#define OUTSIDE_COST 100.0
#define HALF_LEAST   1e-6  /* of the largest strike: the half-spread of a locked market */
#define BEYOND       1e-7  /* of the largest strike: what the simplex is good to */
#define NOTICED      1e-10 /* of the largest strike: a bound that is missed by less is kept */
#define LEG_LEAST    1e-6

const char *vol_repair_status_name(enum vol_repair_status status)
{
    static const char *const names[] = {"none", "inside", "outside", "failed"};

    return names[status];
}

void vol_repair_init(struct vol_repair *r)
{
    memset(r, 0, sizeof *r);
    vol_buf_init(&r->reasons);
    vol_buf_init(&r->legs);
    vol_buf_init(&r->work);
    vol_buf_init(&r->pasts);
    vol_buf_init(&r->points);
}

void vol_repair_free(struct vol_repair *r)
{
    free(r->quote);
    vol_buf_free(&r->reasons);
    vol_buf_free(&r->legs);
    vol_buf_free(&r->work);
    vol_buf_free(&r->pasts);
    vol_buf_free(&r->points);
    vol_repair_init(r);
    glp_free_env();
}

/* A quote as the program sees it: on the function itself (a call), or on the function less D F (a put). */
struct observation {
    double mid, half; /* of a put: less D K */
    double bid, ask, offset, unit;
    uint32_t node, index;
    bool less_forward;
};

struct program {
    glp_prob *lp;
    jmp_buf out_of_memory;
    const double *x; /* nodes, ascending */
    int n_nodes;
    const struct observation *obs;
    int n_obs;
    size_t slice;
    bool put;         /* American puts: x is -K */
    double steepest;  /* prices fall by no more than this per unit of x */
    bool has_forward; /* the function is steepest * F at x = 0, F the last column but those of the moves */
    double scale;
};

static void failed(void *info)
{
    struct program *p = info;

    longjmp(p->out_of_memory, 1);
}

static void set_row(struct program *p, int row, int n, const int *column, const double *value, int type,
                    double bound)
{
    glp_set_row_bnds(p->lp, row, type, bound, bound);
    glp_set_mat_row(p->lp, row, n, column, value);
}

/* Columns: 1 … n the prices at the nodes, n + 1 the forward's D F, then four moves of each observation: up
 * and down inside of its half-spread, up and down beyond. */
static int move_column(const struct program *p, int observation)
{
    return p->n_nodes + 1 + p->has_forward + 4 * observation;
}

/* Not negative, falling, no steeper than allowed, convex: all differences are per unit of x. */
static void add_shape(struct program *p)
{
    int n = p->n_nodes, forward = n + 1, row = glp_add_rows(p->lp, n + 2 * p->has_forward), i;
    const double *x = p->x;

    for (i = 0; i + 2 < n; i++) {
        double left = 1 / (x[i + 1] - x[i]), right = 1 / (x[i + 2] - x[i + 1]);

        set_row(p, row++, 3, (int[]){0, i + 1, i + 2, i + 3}, (double[]){0, left, -left - right, right},
                GLP_LO, 0);
    }
    if (n >= 2)
        set_row(p, row++, 2, (int[]){0, n - 1, n}, (double[]){0, 1, -1}, GLP_LO, 0);
    if (p->has_forward) { /* steepest * (F - x) <= price, and convex from x = 0 on */
        set_row(p, row++, 2, (int[]){0, 1, forward}, (double[]){0, 1, -1}, GLP_LO, -p->steepest * x[0]);
        if (n >= 2)
            set_row(p, row++, 3, (int[]){0, 1, 2, forward},
                    (double[]){0, -1 / (x[1] - x[0]) - 1 / x[0], 1 / (x[1] - x[0]), 1 / x[0]}, GLP_LO, 0);
    } else if (n >= 2) {
        set_row(p, row++, 2, (int[]){0, 1, 2}, (double[]){0, 1, -1}, GLP_UP, p->steepest * (x[1] - x[0]));
    }
}

static void build(struct program *p)
{
    int i;

    glp_set_obj_dir(p->lp, GLP_MIN);
    glp_add_cols(p->lp, p->n_nodes + p->has_forward + 4 * p->n_obs);
    for (i = 1; i <= p->n_nodes + p->has_forward; i++)
        glp_set_col_bnds(p->lp, i, GLP_LO, 0, 0);
    glp_add_rows(p->lp, p->n_obs);
    for (i = 0; i < p->n_obs; i++) {
        const struct observation *o = &p->obs[i];
        int move = move_column(p, i), k;

        for (k = 0; k < 4; k++) {
            glp_set_col_bnds(p->lp, move + k, k < 2 ? GLP_DB : GLP_LO, 0, o->half);
            glp_set_obj_coef(p->lp, move + k, (k < 2 ? 1 : OUTSIDE_COST) / o->half);
        }
        set_row(p, i + 1, o->less_forward ? 6 : 5,
                (int[]){0, (int)o->node + 1, move, move + 1, move + 2, move + 3, p->n_nodes + 1},
                (double[]){0, 1, -1, 1, -1, 1, -1}, GLP_FX, o->mid);
    }
    add_shape(p);
}

static bool solve(struct program *p)
{
    glp_smcp how;

    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF;
    how.meth = GLP_DUALP;
    how.it_lim = ITERATIONS_MOST;
    return glp_simplex(p->lp, &how) == 0 && glp_get_status(p->lp) == GLP_OPT;
}

/* With the first program solved and some price outside: the position that the second one's duals are. */
static enum vol_status find_reason(struct program *p, struct vol_repair *r)
{
    struct vol_repair_reason reason = {.slice = p->slice, .leg = r->legs.len / sizeof(struct vol_static_leg)};
    enum vol_status status = VOL_OK;
    int i, k;

    for (i = 1; i <= p->n_nodes + p->has_forward; i++)
        glp_set_col_bnds(p->lp, i, GLP_LO, 0, 0);
    for (i = 0; i < p->n_obs; i++)
        for (k = 0; k < 4; k++)
            glp_set_obj_coef(p->lp, move_column(p, i) + k, k >= 2);
    if (!solve(p) || !(glp_get_obj_val(p->lp) > BEYOND * p->scale))
        return VOL_OK; /* an earlier expiry alone made it leave its quotes */
    for (i = 0; i < p->n_obs && status == VOL_OK; i++) {
        double sold = glp_get_row_dual(p->lp, i + 1);
        struct vol_static_leg leg = {p->obs[i].index, -sold, sold > 0 ? p->obs[i].bid : p->obs[i].ask};

        if (fabs(sold) > LEG_LEAST) {
            status = vol_buf_add(&r->legs, &leg, sizeof leg);
            reason.n_legs++;
        }
    }
    reason.profit = glp_get_obj_val(p->lp);
    return status == VOL_OK ? vol_buf_add(&r->reasons, &reason, sizeof reason) : status;
}

/* Append what becomes of the quotes of P, which was SOLVED or not; returns how many are outside. */
static size_t take(const struct program *p, struct vol_repair *r, bool solved)
{
    size_t n_outside = 0;
    int i;

    for (i = 0; i < p->n_obs; i++) {
        const struct observation *o = &p->obs[i];
        struct vol_repaired *out = &r->quote[r->n++];
        double price = glp_get_col_prim(p->lp, (int)o->node + 1), beyond;

        *out = (struct vol_repaired){o->index, VOL_REPAIR_FAILED, NAN, 0};
        if (!solved)
            continue;
        price =
            (price - (o->less_forward ? glp_get_col_prim(p->lp, p->n_nodes + 1) : 0) + o->offset) / o->unit;
        beyond = fmax(o->bid - price, price - o->ask);
        if (beyond * o->unit <= BEYOND * p->scale) {
            out->status = VOL_REPAIR_INSIDE;
            out->mid = fmin(fmax(price, o->bid), o->ask);
            continue;
        }
        out->status = VOL_REPAIR_OUTSIDE;
        out->mid = price;
        out->distance = beyond * o->unit / o->half;
        if (!(out->distance <= r->worst))
            r->worst = out->distance;
        n_outside++;
    }
    return n_outside;
}

/* ---- earlier expiries */

/* The solved prices of one expiry, over D F, at strikes over F; of an American side as they are. */
struct past {
    size_t slice, first, n; /* points */
    bool put;
};

struct point {
    double k, c;
};

static void scale_of(const struct program *p, double *strike, double *price)
{
    *price = p->has_forward ? glp_get_col_prim(p->lp, p->n_nodes + 1) : 1;
    *strike = p->has_forward ? *price / p->steepest : 1;
}

/* The least that a falling convex function through the N points can be at K, from their index *AT on, which
 * is left where the next K, no smaller, begins. */
static double least_at(const struct point *point, size_t n, double k, size_t *at)
{
    size_t j = *at;
    double least = 0;

    while (j < n && point[j].k < k)
        j++;
    *at = j;
    if (j < n)
        least = point[j].c;
    if (j + 1 < n) {
        const struct point *a = &point[j], *b = a + 1;

        least = fmax(least, a->c + (b->c - a->c) / (b->k - a->k) * (k - a->k));
    }
    if (j >= 2) {
        const struct point *a = &point[j - 2], *b = a + 1;

        least = fmax(least, b->c + (b->c - a->c) / (b->k - a->k) * (k - b->k));
    }
    return least;
}

/* Prices at equal strike over forward do not fall with the expiry: the least that the earlier expiries of the
 * root leave becomes a bound of each price, at the forward that the program has found. Returns whether a
 * price lies below it, so that the program has to be solved again. */
static bool bound_by_past(struct program *p, const struct vol_repair *r, const struct vol_ladders *l)
{
    const struct past *past = (const struct past *)(const void *)r->pasts.data;
    const struct point *points = (const struct point *)(const void *)r->points.data;
    const struct vol_slice *mine = &l->slice[p->slice];
    double strike, price;
    bool below = false;
    size_t k;

    scale_of(p, &strike, &price);
    for (k = 0; k < r->pasts.len / sizeof *past; k++) {
        const struct vol_slice *other = &l->slice[past[k].slice];
        size_t at = 0;
        int i;

        if (other->expires >= mine->expires || other->american != mine->american || past[k].put != p->put ||
            other->root_len != mine->root_len ||
            memcmp(l->names.data + other->root_at, l->names.data + mine->root_at, mine->root_len) != 0)
            continue;
        for (i = 0; i < p->n_nodes; i++) {
            double least = price * least_at(points + past[k].first, past[k].n, p->x[i] / strike, &at);

            if (least > glp_get_col_lb(p->lp, i + 1))
                glp_set_col_bnds(p->lp, i + 1, GLP_LO, least, 0);
            below |= least > glp_get_col_prim(p->lp, i + 1) + NOTICED * p->scale;
        }
    }
    if (below && p->has_forward)
        glp_set_col_bnds(p->lp, p->n_nodes + 1, GLP_FX, price, price);
    return below;
}

static enum vol_status remember(const struct program *p, struct vol_repair *r)
{
    struct past past = {p->slice, r->points.len / sizeof(struct point), (size_t)p->n_nodes, p->put};
    enum vol_status status = vol_buf_add(&r->pasts, &past, sizeof past);
    double strike, price;
    int i;

    scale_of(p, &strike, &price);
    for (i = 0; i < p->n_nodes && status == VOL_OK; i++) {
        struct point point = {p->x[i] / strike, glp_get_col_prim(p->lp, i + 1) / price};

        status = vol_buf_add(&r->points, &point, sizeof point);
    }
    return status;
}

/* Solve P and append what becomes of its quotes. */
static enum vol_status work(struct program *p, struct vol_repair *r, const struct vol_ladders *l,
                            bool *inside)
{
    enum vol_status status = VOL_OK;
    size_t n_outside;
    bool solved;

    p->lp = glp_create_prob();
    build(p);
    solved = solve(p);
    if (solved && bound_by_past(p, r, l))
        solved = solve(p);
    n_outside = take(p, r, solved);
    *inside &= solved && n_outside == 0;
    r->n_outside += n_outside;
    if (solved)
        status = remember(p, r);
    if (n_outside > 0 && status == VOL_OK)
        status = find_reason(p, r);
    glp_delete_prob(p->lp);
    return status;
}

/* The same, where GLPK runs out of memory with an error: it would abort. */
static enum vol_status run(struct program *p, struct vol_repair *r, const struct vol_ladders *l, bool *inside)
{
    enum vol_status status;

    if (setjmp(p->out_of_memory) != 0) {
        glp_error_hook(NULL, NULL);
        glp_free_env(); /* with all that hangs on it */
        return VOL_EOS;
    }
    glp_error_hook(failed, p);
    status = work(p, r, l, inside);
    glp_error_hook(NULL, NULL);
    return status;
}

/* ---- from ladders to programs */

static bool is_usable(const struct vol_ladder_quote *q)
{
    return q->strike > 0 && q->strike < 1e9 && q->bid >= 0 && q->ask >= q->bid && q->ask > 0 && q->ask < 1e9;
}

/* Append the observation of Q at the end of the nodes, or at the last node if that has its X. */
static void observe(struct program *p, double *x, struct observation *obs, const struct vol_ladder_quote *q,
                    double at, double unit)
{
    struct observation *o = &obs[p->n_obs++];

    if (p->n_nodes == 0 || x[p->n_nodes - 1] < at)
        x[p->n_nodes++] = at;
    *o = (struct observation){
        .node = (uint32_t)p->n_nodes - 1, .index = q->index, .bid = q->bid, .ask = q->ask};
    o->unit = unit;
    o->less_forward = p->has_forward && q->put;
    o->offset = o->less_forward ? p->steepest * q->strike : 0;
    o->mid = 0.5 * (q->bid + q->ask) * unit - o->offset;
    o->half = fmax(0.5 * (q->ask - q->bid) * unit, HALF_LEAST * p->scale);
}

static enum vol_status repair_european(struct vol_repair *r, const struct vol_ladders *l, size_t slice,
                                       const struct vol_static_terms *terms, double *x,
                                       struct observation *obs, bool *inside)
{
    const struct vol_slice *s = &l->slice[slice];
    const struct vol_ladder_quote *c = l->quote + s->call, *put = l->quote + s->put;
    struct program p = {.x = x, .obs = obs, .slice = slice, .steepest = terms->discount, .has_forward = true};
    size_t i = 0, j = 0;

    p.scale = fmax(s->n_call > 0 ? c[s->n_call - 1].strike : 0, s->n_put > 0 ? put[s->n_put - 1].strike : 0);
    while (i < s->n_call || j < s->n_put) {
        bool call = j == s->n_put || (i < s->n_call && !(put[j].strike < c[i].strike));
        const struct vol_ladder_quote *q = call ? &c[i++] : &put[j++];

        if (is_usable(q))
            observe(&p, x, obs, q, q->strike, terms->unit);
    }
    return p.n_obs > 0 ? run(&p, r, l, inside) : VOL_OK;
}

static enum vol_status repair_side(struct vol_repair *r, const struct vol_ladders *l, size_t slice, bool put,
                                   double unit, double *x, struct observation *obs, bool *inside)
{
    const struct vol_slice *s = &l->slice[slice];
    const struct vol_ladder_quote *q = l->quote + (put ? s->put : s->call);
    size_t n = put ? s->n_put : s->n_call, i;
    struct program p = {.x = x, .obs = obs, .slice = slice, .put = put, .steepest = 1};

    p.scale = n > 0 ? q[n - 1].strike : 0;
    for (i = 0; i < n; i++) {
        const struct vol_ladder_quote *next = &q[put ? n - 1 - i : i];

        if (is_usable(next))
            observe(&p, x, obs, next, put ? -next->strike : next->strike, unit);
    }
    return p.n_obs > 0 ? run(&p, r, l, inside) : VOL_OK;
}

static enum vol_status make_room(struct vol_repair *r, const struct vol_ladders *l)
{
    struct vol_repaired *grown;

    vol_buf_clear(&r->work);
    if (vol_buf_reserve(&r->work, (l->n + 1) * (sizeof(double) + sizeof(struct observation)) +
                                      l->n_slices * sizeof(uint32_t)) != VOL_OK)
        return VOL_EOS;
    if (l->n <= r->cap)
        return VOL_OK;
    if ((grown = realloc(r->quote, l->n * sizeof *grown)) == NULL)
        return VOL_EOS;
    r->quote = grown;
    r->cap = l->n;
    return VOL_OK;
}

/* The slices from the earliest on. */
static void order_slices(const struct vol_ladders *l, uint32_t *order)
{
    size_t i, at;

    for (i = 0; i < l->n_slices; i++) {
        for (at = i; at > 0 && l->slice[order[at - 1]].expires > l->slice[i].expires; at--)
            order[at] = order[at - 1];
        order[at] = (uint32_t)i;
    }
}

enum vol_status vol_repair_run(struct vol_repair *r, const struct vol_ladders *l,
                               const struct vol_static_terms *terms)
{
    enum vol_status status = VOL_OK;
    struct observation *obs;
    uint32_t *order;
    double *x;
    size_t nth;

    r->n = r->n_expiries = r->n_inside = r->n_outside = 0;
    r->worst = NAN;
    vol_buf_clear(&r->reasons);
    vol_buf_clear(&r->legs);
    vol_buf_clear(&r->pasts);
    vol_buf_clear(&r->points);
    if (make_room(r, l) != VOL_OK)
        return VOL_EOS;
    obs = (struct observation *)(void *)r->work.data;
    x = (double *)(void *)(obs + l->n + 1);
    order = (uint32_t *)(void *)(x + l->n + 1);
    order_slices(l, order);
    for (nth = 0; nth < l->n_slices && status == VOL_OK; nth++) {
        size_t i = order[nth], before = r->n;
        bool american = l->slice[i].american, inside = true;

        if (!(terms[i].t > 0) || !(terms[i].unit > 0) || (!american && !(terms[i].discount > 0)))
            continue;
        if (!american) {
            status = repair_european(r, l, i, &terms[i], x, obs, &inside);
        } else {
            status = repair_side(r, l, i, false, terms[i].unit, x, obs, &inside);
            if (status == VOL_OK)
                status = repair_side(r, l, i, true, terms[i].unit, x, obs, &inside);
        }
        r->n_expiries += r->n > before;
        r->n_inside += r->n > before && inside;
    }
    return status;
}
