#include "chain/static_arbitrage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "price/parity.h"

#define ROUNDING 1e-9 /* of a strike: what sums and quotients of prices are good to */

/* A quote of a ladder that is turned so that prices fall from rung to rung: calls with x = K upwards, puts
 * with x = -K. What cannot be sold has b = -infinity, what cannot be bought a = infinity. */
struct rung {
    double x, b, a;
    uint32_t index;
};

void vol_static_init(struct vol_static *s)
{
    memset(s, 0, sizeof *s);
    vol_buf_init(&s->findings);
    vol_buf_init(&s->work);
    vol_buf_init(&s->pairs);
}

void vol_static_clear(struct vol_static *s)
{
    vol_buf_clear(&s->findings);
}

void vol_static_free(struct vol_static *s)
{
    free(s->terms);
    vol_buf_free(&s->findings);
    vol_buf_free(&s->work);
    vol_buf_free(&s->pairs);
    vol_static_init(s);
}

size_t vol_static_count(const struct vol_static *s)
{
    return s->findings.len / sizeof(struct vol_static_finding);
}

const struct vol_static_finding *vol_static_get(const struct vol_static *s, size_t i)
{
    return (const struct vol_static_finding *)(const void *)s->findings.data + i;
}

/* ---- forward and discount */

/* The strikes of slice S with a call and a put. */
static size_t join(const struct vol_ladders *l, const struct vol_slice *s, double unit,
                   struct vol_parity_pair *out)
{
    const struct vol_ladder_quote *c = l->quote + s->call, *p = l->quote + s->put;
    size_t i = 0, j = 0, n = 0;

    while (i < s->n_call && j < s->n_put) {
        if (c[i].strike < p[j].strike) {
            i++;
        } else if (p[j].strike < c[i].strike) {
            j++;
        } else {
            out[n++] = (struct vol_parity_pair){c[i].strike, c[i].bid * unit, c[i].ask * unit,
                                                p[j].bid * unit, p[j].ask * unit};
            i++;
            j++;
        }
    }
    return n;
}

static void estimate(const struct vol_ladders *l, const struct vol_slice *s, struct vol_parity_pair *pairs,
                     struct vol_static_terms *terms)
{
    struct vol_parity parity;
    size_t n = join(l, s, terms->unit, pairs);
    double *scratch = (double *)(void *)(pairs + n);

    if (s->inverse)
        vol_parity_estimate_at(pairs, n, terms->t, 1, 0, scratch, &parity);
    else
        vol_parity_estimate(pairs, n, terms->t, NAN, scratch, &parity);
    if (parity.status == VOL_PARITY_OK) {
        terms->forward = parity.forward;
        terms->discount = parity.discount;
        terms->discount_error = 2 * parity.discount_error;
    } else if (s->inverse) {
        terms->forward = s->spot;
        terms->discount = 1;
    }
}

enum vol_status vol_static_find_terms(struct vol_static *s, const struct vol_ladders *l, int64_t ts)
{
    size_t i;

    if (s->n_terms < l->n_slices) {
        struct vol_static_terms *grown = realloc(s->terms, l->n_slices * sizeof *grown);

        if (grown == NULL)
            return VOL_EOS;
        s->terms = grown;
        s->n_terms = l->n_slices;
    }
    vol_buf_clear(&s->pairs);
    if (vol_buf_reserve(&s->pairs, (l->n / 2 + 1) * (sizeof(struct vol_parity_pair) + 5 * sizeof(double))) !=
        VOL_OK)
        return VOL_EOS;
    for (i = 0; i < l->n_slices; i++) {
        const struct vol_slice *slice = &l->slice[i];
        struct vol_static_terms *terms = &s->terms[i];

        *terms = (struct vol_static_terms){.t = VOL_YEARS(ts, slice->expires),
                                           .forward = slice->forward,
                                           .discount = slice->discount,
                                           .unit = slice->inverse ? slice->spot : 1};
        if (!(terms->forward > 0 && terms->discount > 0)) {
            terms->forward = terms->discount = NAN;
            if (terms->t > 0 && !slice->american && terms->unit > 0)
                estimate(l, slice, (struct vol_parity_pair *)(void *)s->pairs.data, terms);
        }
        if (!(terms->forward > 0 && terms->forward < INFINITY && terms->discount > 0))
            terms->forward = terms->discount = NAN;
    }
    return VOL_OK;
}

double vol_static_spot(const struct vol_static *s, const struct vol_ladders *l, double *t)
{
    double spot = NAN, nearest = INFINITY;
    size_t i;

    for (i = 0; i < l->n_slices; i++) {
        const struct vol_slice *slice = &l->slice[i];
        struct vol_static_terms terms = s->terms[i];

        if (!(terms.t > 0 && terms.t < nearest) || slice->inverse)
            continue;
        if (slice->american && isnan(terms.forward))
            estimate(l, slice, (struct vol_parity_pair *)(void *)s->pairs.data, &terms);
        if (!(terms.forward * terms.discount > 0))
            continue;
        nearest = *t = terms.t;
        spot = terms.forward * terms.discount;
    }
    return spot;
}

/* ---- findings */

struct test {
    struct vol_static *s;
    const struct vol_static_config *config;
    double unit, limit; /* limit: the profit that must be exceeded */
    size_t slice;
    enum vol_static_kind kind;
    enum vol_status status;
};

static void add(struct test *t, double profit, const struct vol_static_leg *leg, size_t n)
{
    struct vol_static_finding f;

    memset(&f, 0, sizeof f);
    f.kind = t->kind;
    f.slice = t->slice;
    f.n_legs = n;
    memcpy(f.leg, leg, n * sizeof *leg);
    f.profit = profit / t->unit;
    if (vol_buf_add(&t->s->findings, &f, sizeof f) != VOL_OK)
        t->status = VOL_EOS;
}

static struct vol_static_leg buy(const struct test *t, const struct rung *r, double quantity)
{
    return (struct vol_static_leg){r->index, quantity, r->a / t->unit};
}

static struct vol_static_leg sell(const struct test *t, const struct rung *r)
{
    return (struct vol_static_leg){r->index, -1, r->b / t->unit};
}

static void turn(const struct vol_ladder_quote *q, size_t n, bool put, double unit, struct rung *out)
{
    size_t i;

    for (i = 0; i < n; i++) {
        const struct vol_ladder_quote *from = &q[put ? n - 1 - i : i];

        out[i].x = put ? -from->strike : from->strike;
        out[i].b = from->bid > 0 && from->bid < INFINITY ? from->bid * unit : -INFINITY;
        out[i].a = from->ask > 0 && from->ask < INFINITY ? from->ask * unit : INFINITY;
        out[i].index = from->index;
    }
}

static void vertical(struct test *t, const struct rung *r, size_t n, double discount)
{
    size_t i, best = 0;

    for (i = 1; i < n; i++) {
        if (r[i].b - r[best].a > t->limit)
            add(t, r[i].b - r[best].a, (struct vol_static_leg[]){buy(t, &r[best], 1), sell(t, &r[i])}, 2);
        if (r[i].a < r[best].a)
            best = i;
    }
    if (n == 0 || isnan(discount))
        return;
    best = n - 1;
    for (i = n - 1; i-- > 0;) {
        double profit = r[i].b - r[best].a - discount * (r[best].x - r[i].x);

        if (profit > t->limit)
            add(t, profit, (struct vol_static_leg[]){sell(t, &r[i]), buy(t, &r[best], 1)}, 2);
        if (r[i].a + discount * r[i].x < r[best].a + discount * r[best].x)
            best = i;
    }
}

/* Whether B lies on or above the line from A to C. */
static bool is_above(const struct rung *a, const struct rung *b, const struct rung *c)
{
    return (b->a - a->a) * (c->x - a->x) >= (c->a - a->a) * (b->x - a->x);
}

/* HULL: room for N indices. */
static void butterfly(struct test *t, const struct rung *r, size_t n, uint32_t *hull)
{
    size_t i, m = 0, at = 0;

    for (i = 0; i < n; i++) {
        if (!(r[i].a < INFINITY))
            continue;
        while (m >= 2 && is_above(&r[hull[m - 2]], &r[hull[m - 1]], &r[i]))
            m--;
        hull[m++] = (uint32_t)i;
    }
    for (i = 0; i < n; i++) {
        const struct rung *low, *high;
        double weight, profit;

        while (at < m && hull[at] < i)
            at++;
        if (at == 0 || at == m || hull[at] == i || !(r[i].b > 0))
            continue;
        low = &r[hull[at - 1]];
        high = &r[hull[at]];
        weight = (high->x - r[i].x) / (high->x - low->x);
        profit = r[i].b - weight * low->a - (1 - weight) * high->a;
        if (profit > t->limit)
            add(t, profit,
                (struct vol_static_leg[]){buy(t, low, weight), sell(t, &r[i]), buy(t, high, 1 - weight)}, 3);
    }
}

/* A synthetic forward of strike K: what it costs and brings, plus D K. */
struct synthetic {
    double strike, cost, proceeds;
    const struct rung *call, *put;
};

static void box(struct test *t, const struct synthetic *sold, const struct synthetic *bought, double error)
{
    double profit = sold->proceeds - bought->cost - error * fabs(sold->strike - bought->strike);

    if (profit > t->limit)
        add(t, profit,
            (struct vol_static_leg[]){buy(t, bought->call, 1), sell(t, bought->put), sell(t, sold->call),
                                      buy(t, sold->put, 1)},
            4);
}

/* For each strike that is sold, the best one to buy below it, and above it. With E the error of D: the least
 * cost + E K' of lower strikes K' …; SYN: room for N. */
static void parity(struct test *t, const struct rung *calls, size_t n_call, const struct rung *puts,
                   size_t n_put, bool american, double discount, double error, struct synthetic *syn)
{
    size_t i = 0, j = n_put, n = 0, best;

    while (i < n_call && j > 0) { /* puts are turned: their strikes rise from the last to the first */
        const struct rung *c = &calls[i], *p = &puts[j - 1];

        if (c->x < -p->x) {
            i++;
        } else if (-p->x < c->x) {
            j--;
        } else {
            syn[n++] =
                (struct synthetic){c->x, discount * c->x + c->a - p->b, discount * c->x + c->b - p->a, c, p};
            i++;
            j--;
        }
    }
    for (best = 0, i = 1; i < n; i++) {
        box(t, &syn[i], &syn[best], error);
        if (syn[i].cost - error * syn[i].strike < syn[best].cost - error * syn[best].strike)
            best = i;
    }
    if (american || n == 0)
        return;
    for (best = n - 1, i = n - 1; i-- > 0;) {
        box(t, &syn[i], &syn[best], error);
        if (syn[i].cost + error * syn[i].strike < syn[best].cost + error * syn[best].strike)
            best = i;
    }
}

/* ---- calendar */

/* The rungs of one ladder on the scale on which expiries compare. */
struct rungs {
    struct rung *r;
    size_t n;
};

/* The scale of a slice: strikes over F, prices over D F; American: as they are. */
static void scale_of(const struct vol_slice *slice, const struct vol_static_terms *terms, double *strike,
                     double *price)
{
    *strike = slice->american ? 1 : terms->forward;
    *price = slice->american ? 1 : terms->discount * terms->forward;
}

/* One step of a staircase: the cheapest of all later rungs up to x costs `a`; x rises, a falls. */
struct step {
    double x, a;
    const struct rung *rung;
    double price; /* the scale of its slice */
};

struct stairs {
    struct step *step, *spare;
    size_t n;
};

static void climb(struct stairs *s, double x, double a, const struct rung *rung, double price)
{
    if (s->n == 0 || a < s->spare[s->n - 1].a)
        s->spare[s->n++] = (struct step){x, a, rung, price};
}

/* The staircase with the rungs of one more slice. */
static void merge(struct stairs *s, const struct rungs *more, double price)
{
    struct step *swap = s->step;
    size_t n = s->n, i = 0, j = 0;

    s->n = 0;
    while (i < n || j < more->n) {
        if (j == more->n || (i < n && s->step[i].x < more->r[j].x)) {
            climb(s, s->step[i].x, s->step[i].a, s->step[i].rung, s->step[i].price);
            i++;
        } else {
            if (more->r[j].a < INFINITY)
                climb(s, more->r[j].x, more->r[j].a, &more->r[j], price);
            j++;
        }
    }
    s->step = s->spare;
    s->spare = swap;
}

/* Slice I against the staircase of all later expiries of its root. RUNGS: on the scale. */
static void calendar(struct test *t, const struct rungs *rungs, const struct stairs *later, double strike,
                     double price)
{
    const struct rung *r = rungs->r;
    size_t i, j = 0;

    if (rungs->n == 0)
        return;
    t->limit = t->config->least_profit + ROUNDING * strike * fmax(fabs(r[0].x), fabs(r[rungs->n - 1].x));
    for (i = 0; i < rungs->n; i++) {
        double profit, ratio;

        while (j < later->n && later->step[j].x <= r[i].x + fabs(r[i].x) * 1e-12)
            j++;
        if (j == 0 || !((profit = (r[i].b - later->step[j - 1].a) * price) > t->limit))
            continue;
        ratio = price / later->step[j - 1].price;
        add(t, profit,
            (struct vol_static_leg[]){{r[i].index, -1, r[i].b * price / t->unit},
                                      {later->step[j - 1].rung->index, ratio,
                                       later->step[j - 1].a * later->step[j - 1].price / t->unit}},
            2);
    }
}

/* Roots together, the latest expiry first. */
static int by_root(const struct vol_ladders *l, const struct vol_slice *a, const struct vol_slice *b)
{
    int order = a->root_len != b->root_len
                    ? (a->root_len < b->root_len ? -1 : 1)
                    : memcmp(l->names.data + a->root_at, l->names.data + b->root_at, a->root_len);

    return order != 0 ? order : (int)a->american - (int)b->american;
}

static void order_slices(const struct vol_ladders *l, uint32_t *order)
{
    size_t i, at;

    for (i = 0; i < l->n_slices; i++) {
        for (at = i; at > 0; at--) {
            const struct vol_slice *before = &l->slice[order[at - 1]];
            int roots = by_root(l, before, &l->slice[i]);

            if (roots < 0 || (roots == 0 && before->expires >= l->slice[i].expires))
                break;
            order[at] = order[at - 1];
        }
        order[at] = (uint32_t)i;
    }
}

/* The ladders of one type on their calendar scale. */
static void scale_all(const struct vol_static *s, const struct vol_ladders *l, bool put, struct rung *room,
                      struct rungs *out)
{
    size_t i, k;

    for (i = 0; i < l->n_slices; i++) {
        const struct vol_slice *slice = &l->slice[i];
        double strike, price;

        out[i] = (struct rungs){room, put ? slice->n_put : slice->n_call};
        scale_of(slice, &s->terms[i], &strike, &price);
        turn(l->quote + (put ? slice->put : slice->call), out[i].n, put, s->terms[i].unit / price, room);
        for (k = 0; k < out[i].n; k++)
            room[k].x /= strike;
        room += out[i].n;
    }
}

/* From the latest expiry of a root to the earliest; those of one instant are not compared with one another.
 */
static void test_calendar(struct test *t, const struct vol_ladders *l, const struct rungs *rungs,
                          struct stairs *later, const uint32_t *order)
{
    const struct vol_static_terms *terms = t->s->terms;
    double strike, price;
    size_t i, first = 0, k;

    t->kind = VOL_STATIC_CALENDAR;
    for (i = 0; i < l->n_slices; i++) {
        const struct vol_slice *slice = &l->slice[order[i]], *before = i > 0 ? &l->slice[order[i - 1]] : NULL;

        if (before == NULL || by_root(l, before, slice) != 0) {
            later->n = 0;
            first = i;
        }
        for (; before != NULL && first < i && before->expires > slice->expires; first++) {
            k = order[first];
            scale_of(&l->slice[k], &terms[k], &strike, &price);
            if (terms[k].t > 0 && !isnan(price))
                merge(later, &rungs[k], price);
        }
        t->slice = order[i];
        t->unit = terms[t->slice].unit;
        scale_of(slice, &terms[t->slice], &strike, &price);
        if (terms[t->slice].t > 0 && !isnan(price))
            calendar(t, &rungs[t->slice], later, strike, price);
    }
}

/* ---- */

static void test_slice(struct test *t, const struct vol_ladders *l, struct rung *room, struct synthetic *syn)
{
    const struct vol_slice *slice = &l->slice[t->slice];
    const struct vol_static_terms *terms = &t->s->terms[t->slice];
    struct rung *calls = room, *puts = room + slice->n_call;
    double error = terms->discount_error + terms->discount * t->config->rate_error * terms->t;
    int tests = t->config->tests;

    if (!(terms->t > 0) || !(terms->unit > 0))
        return;
    t->unit = terms->unit;
    turn(l->quote + slice->call, slice->n_call, false, t->unit, calls);
    turn(l->quote + slice->put, slice->n_put, true, t->unit, puts);
    t->limit = t->config->least_profit + ROUNDING * fmax(slice->n_call > 0 ? calls[slice->n_call - 1].x : 0,
                                                         slice->n_put > 0 ? -puts[0].x : 0);
    if (tests >> VOL_STATIC_VERTICAL & 1) {
        double most = slice->american ? 1 : terms->discount + error;

        t->kind = VOL_STATIC_VERTICAL;
        vertical(t, calls, slice->n_call, most);
        vertical(t, puts, slice->n_put, most);
    }
    if (tests >> VOL_STATIC_BUTTERFLY & 1) {
        t->kind = VOL_STATIC_BUTTERFLY;
        butterfly(t, calls, slice->n_call, (uint32_t *)(void *)syn);
        butterfly(t, puts, slice->n_put, (uint32_t *)(void *)syn);
    }
    if (tests >> VOL_STATIC_PARITY & 1 && terms->discount > 0) {
        t->kind = VOL_STATIC_PARITY;
        parity(t, calls, slice->n_call, puts, slice->n_put, slice->american, terms->discount, error, syn);
    }
}

enum vol_status vol_static_test(struct vol_static *s, const struct vol_ladders *l,
                                const struct vol_static_config *config)
{
    struct test t = {.s = s, .config = config, .status = VOL_OK};
    struct stairs later = {0};
    struct rung *room;
    struct rungs *rungs;
    struct synthetic *syn;
    uint32_t *order;
    size_t n = l->n + 1;
    int put;

    vol_buf_clear(&s->work);
    if (vol_buf_reserve(&s->work, n * (2 * sizeof *later.step + sizeof *syn + sizeof *room) +
                                      (l->n_slices + 1) * (sizeof *rungs + sizeof *order)) != VOL_OK)
        return VOL_EOS;
    later.step = (struct step *)(void *)s->work.data;
    later.spare = later.step + n;
    syn = (struct synthetic *)(void *)(later.spare + n);
    room = (struct rung *)(void *)(syn + n);
    rungs = (struct rungs *)(void *)(room + n);
    order = (uint32_t *)(void *)(rungs + l->n_slices + 1);
    if (config->tests & ((1 << VOL_STATIC_CALENDAR) - 1))
        for (t.slice = 0; t.slice < l->n_slices; t.slice++)
            test_slice(&t, l, room, syn);
    if (config->tests >> VOL_STATIC_CALENDAR & 1) {
        order_slices(l, order);
        for (put = 0; put < 2; put++) {
            scale_all(s, l, put, room, rungs);
            test_calendar(&t, l, rungs, &later, order);
        }
    }
    return t.status;
}
