#include "surface/essvifit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "surface/essvisearch.h"

enum { N_PARAMS = VOL_ESSVISEARCH_PARAMS, SWEEPS = 2, ROUNDS = 8 };

const char *vol_essvifit_status_name(enum vol_essvifit_status status)
{
    static const char *const names[] = {"ok", "too_few_quotes", "poor_fit"};

    return names[status];
}

/* One expiry in the work: its fit alone, what the quotes say about each coordinate, the regression's values,
 * and the slice as it stands. */
struct work {
    struct vol_essvifit_expiry *expiry;
    struct vol_essvisearch_quotes quotes;
    struct vol_essvisearch_point alone, now;
    double info[N_PARAMS];
    double target[N_PARAMS];
    bool thin;
};

/* The weighted isotonic regression of coordinate AT over WORK[N], by pooling adjacent violators. */
static void make_monotone(struct work *work, size_t n, int at)
{
    size_t i, j;

    for (i = 0; i < n; i++) {
        double sum = work[i].info[at] * work[i].alone.x[at], weight = work[i].info[at];
        size_t first = i;

        /* blocks to the left end with a target above: swallow them, element by element */
        work[i].target[at] = sum / weight;
        while (first > 0 && work[first - 1].target[at] > sum / weight) {
            double level = work[first - 1].target[at];

            for (; first > 0 && work[first - 1].target[at] == level; first--) {
                sum += work[first - 1].info[at] * work[first - 1].alone.x[at];
                weight += work[first - 1].info[at];
            }
        }
        for (j = first; j <= i; j++)
            work[j].target[at] = sum / weight;
    }
}

/* The slopes of a thin expiry: linear in the root of time between those of its neighbours that are not. */
static bool borrow(struct work *work, size_t n, size_t at)
{
    size_t before = at, after = at;
    double lambda;
    int i;

    while (before > 0 && work[before].thin)
        before--;
    while (after + 1 < n && work[after].thin)
        after++;
    if (work[before].thin && work[after].thin)
        return false;
    before = work[before].thin ? after : before;
    after = work[after].thin ? before : after;
    lambda = sqrt(work[at].expiry->t);
    for (i = VOL_ESSVI_RIGHT; i <= VOL_ESSVI_LEFT; i++) {
        double x0 = work[before].alone.x[i], x1 = work[after].alone.x[i];
        double s0 = sqrt(work[before].expiry->t), s1 = sqrt(work[after].expiry->t);

        work[at].alone.x[i] = s1 > s0 ? x0 + (x1 - x0) * (lambda - s0) / (s1 - s0) : x0 * lambda / s0;
    }
    return true;
}

/* Fit all expiries alone; false when none determines a slice. */
static bool fit_each(struct work *work, size_t n)
{
    bool any = false;
    size_t i, j;

    for (i = 0; i < n; i++) {
        const struct vol_essvifit_expiry *e = work[i].expiry;
        size_t left = 0;

        while (left < e->n && e->quotes[left].k < 0.0)
            left++;
        work[i].thin = e->n < VOL_ESSVIFIT_MIN || left < 2 || e->n - left < 2;
        if (!work[i].thin)
            vol_essvisearch_alone(&work[i].quotes, &work[i].alone, work[i].info);
        any = any || !work[i].thin;
    }
    for (i = 0; i < n && any; i++) {
        if (!work[i].thin)
            continue;
        borrow(work, n, i);
        work[i].alone.x[VOL_ESSVI_THETA] = vol_essvisearch_variance_at_forward(&work[i].quotes);
        vol_essvisearch_into_bounds(&vol_essvisearch_no_bounds, work[i].alone.x);
        vol_essvisearch_descend(&work[i].quotes, &vol_essvisearch_no_bounds, true, &work[i].alone,
                                work[i].info);
        for (j = VOL_ESSVI_RIGHT; j <= VOL_ESSVI_LEFT; j++)
            work[i].info[j] = 0.0;
    }
    for (i = 0; i < n && any; i++)
        for (j = 0; j < N_PARAMS; j++) /* what is not known at all still has a place in the regression */
            work[i].info[j] = fmax(work[i].info[j], 1e-6);
    return any;
}

/* The slice at AT as it is best between the one before and the values HIGH (null: no end), and, with AFTER,
 * the slice after as it stands; from START if that lies there. */
static void place(struct work *work, size_t at, const double *high, const struct vol_essvi *after,
                  const struct vol_essvisearch_point *start)
{
    struct vol_essvisearch_bounds b = vol_essvisearch_no_bounds;
    struct vol_essvi before;
    struct vol_essvisearch_point p = *start;
    int i;

    if (at > 0) {
        before = vol_essvisearch_slice(work[at - 1].now.x);
        memcpy(b.low, work[at - 1].now.x, sizeof b.low);
        b.before = &before;
    }
    for (i = 0; i < N_PARAMS && high != NULL; i++)
        b.high[i] = fmax(fmin(b.high[i], high[i]), b.low[i]);
    b.after = after;
    if (!vol_essvisearch_into_bounds(&b, p.x) && at > 0)
        p = work[at - 1].now; /* it is in order with itself, and below HIGH */
    while (at == 0 && !vol_essvisearch_into_bounds(&b, p.x)) { /* smaller slopes leave theta something */
        p.x[VOL_ESSVI_RIGHT] *= 0.9;
        p.x[VOL_ESSVI_LEFT] *= 0.9;
    }
    vol_essvisearch_descend(&work[at].quotes, &b, work[at].thin, &p, NULL);
    work[at].now = p;
}

/* All slices in order, one after the other below the regression's next values; then again between their
 * neighbours. */
static void place_all(struct work *work, size_t n)
{
    size_t i, sweep;
    int at;

    for (at = 0; at < N_PARAMS; at++)
        make_monotone(work, n, at);
    for (i = 0; i < n; i++) {
        struct vol_essvisearch_point start = {{work[i].target[VOL_ESSVI_THETA],
                                               work[i].target[VOL_ESSVI_RIGHT],
                                               work[i].target[VOL_ESSVI_LEFT]},
                                              0.0};

        place(work, i, i + 1 < n ? work[i + 1].target : NULL, NULL, &start);
    }
    for (sweep = 0; sweep < SWEEPS; sweep++)
        for (i = n; i-- > 0;) {
            struct vol_essvisearch_point start = work[i].now;
            struct vol_essvi after = {0};

            if (i + 1 < n)
                after = vol_essvisearch_slice(work[i + 1].now.x);
            place(work, i, i + 1 < n ? work[i + 1].now.x : NULL, i + 1 < n ? &after : NULL, &start);
        }
}

/* How well the slice of POINT describes the quotes, and the status that follows. */
static void score(struct work *work, const struct vol_essvisearch_point *point)
{
    struct vol_essvifit_expiry *e = work->expiry;
    double sum_vol = 0.0, sum_spread = 0.0;
    size_t i, inside = 0;

    e->slice = vol_essvisearch_slice(point->x);
    e->borrowed = work->thin;
    for (i = 0; i < e->n; i++) {
        const struct vol_svifit_quote *q = &e->quotes[i];
        double vol = vol_essvi_vol(&e->slice, q->k, e->t), miss = vol - q->vol;
        double spreads = miss / fmax(0.5 * (q->vol_ask - q->vol_bid), VOL_SVIFIT_LEAST_HALF_SPREAD);

        sum_vol += miss * miss;
        sum_spread += spreads * spreads;
        inside += vol >= q->vol_bid * (1.0 - 1e-9) && vol <= q->vol_ask * (1.0 + 1e-9);
    }
    e->rmse_vol = sqrt(sum_vol / (double)e->n);
    e->rmse_spread = sqrt(sum_spread / (double)e->n);
    e->inside = (double)inside / (double)e->n;
    e->status = e->rmse_vol <= VOL_SVIFIT_POOR_SHARE * sqrt(e->slice.theta / e->t) ||
                        e->rmse_spread <= VOL_SVIFIT_POOR_SPREADS
                    ? VOL_ESSVIFIT_OK
                    : VOL_ESSVIFIT_POOR;
}

/* Take those that are poor out of WORK[N]; how many are left. With ONE only the worst of them. */
static size_t take_out(struct work *work, size_t n, bool one)
{
    const struct vol_essvifit_expiry *worst = NULL;
    size_t i, kept = 0;

    for (i = 0; i < n; i++) {
        const struct vol_essvifit_expiry *e = work[i].expiry;

        if (e->status == VOL_ESSVIFIT_POOR && (worst == NULL || !(e->rmse_spread <= worst->rmse_spread)))
            worst = e;
    }
    for (i = 0; i < n; i++)
        if (work[i].expiry->status == VOL_ESSVIFIT_OK || (one && work[i].expiry != worst))
            work[kept++] = work[i];
    return kept;
}

/* Fit the N expiries of WORK. One that no slice of the model describes is taken out at once; then, as long as
 * there are poor ones, the worst of them, because it may be what makes the others poor. */
static void fit_surface(struct work *work, size_t n)
{
    size_t i, kept;
    int round;

    for (kept = 0; kept < n; n = kept) {
        if (!fit_each(work, n)) {
            for (i = 0; i < n; i++)
                work[i].expiry->status = VOL_ESSVIFIT_TOO_FEW;
            return;
        }
        for (i = 0; i < n; i++)
            score(&work[i], &work[i].alone);
        kept = take_out(work, n, false);
        if (kept == n)
            break;
    }
    for (round = 1; n > 0; round++, n = kept) {
        place_all(work, n);
        for (i = 0; i < n; i++)
            score(&work[i], &work[i].now);
        kept = take_out(work, n, round < ROUNDS);
        if (kept == n)
            return;
    }
}

static enum vol_status check(const struct vol_essvifit_expiry *e, size_t n, struct vol_error *err)
{
    size_t i, j;

    for (i = 0; i < n; i++) {
        if (!(e[i].t > 0.0) || !isfinite(e[i].t) || (i > 0 && !(e[i].t >= e[i - 1].t)))
            return vol_error_set(err, VOL_EDATA,
                                 "essvi: time %g of expiry %zu is not positive or not ascending", e[i].t, i);
        for (j = 0; j < e[i].n; j++) {
            const struct vol_svifit_quote *q = &e[i].quotes[j];

            if (!isfinite(q->k) || !(q->vol_bid > 0.0) || !(q->vol >= q->vol_bid) ||
                !(q->vol_ask >= q->vol) || !isfinite(q->vol_ask) || (j > 0 && !(q->k >= q[-1].k)))
                return vol_error_set(err, VOL_EDATA,
                                     "essvi: quote %zu of expiry %zu is not a number or out of order", j, i);
        }
    }
    return VOL_OK;
}

enum vol_status vol_essvifit_run(struct vol_essvifit_expiry *expiry, size_t n, struct vol_error *err)
{
    struct work *work;
    size_t i, used = 0;

    if (check(expiry, n, err) != VOL_OK)
        return VOL_EDATA;
    work = calloc(n + 1, sizeof *work);
    if (work == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    for (i = 0; i < n; i++) {
        expiry[i].status = VOL_ESSVIFIT_TOO_FEW;
        expiry[i].borrowed = false;
        expiry[i].rmse_vol = expiry[i].rmse_spread = expiry[i].inside = NAN;
        if (expiry[i].n == 0)
            continue;
        work[used].expiry = &expiry[i];
        work[used++].quotes = (struct vol_essvisearch_quotes){expiry[i].quotes, expiry[i].n, expiry[i].t};
    }
    fit_surface(work, used);
    free(work);
    return VOL_OK;
}
