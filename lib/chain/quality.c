#include "chain/quality.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

enum { COMMON_LEAST = 10 };

double vol_quality_unchanged(const struct vol_quality *q)
{
    return q->n_common >= COMMON_LEAST ? (double)q->n_equal / (double)q->n_common : NAN;
}

/* ---- equal prices */

struct vol_print_table {
    int64_t ts;
    struct vol_price_print *slot; /* open addressing by contract; contract 0 is free */
    size_t n_slots, cap;
};

void vol_prints_init(struct vol_prints *p)
{
    memset(p, 0, sizeof *p);
    vol_map_init(&p->names);
}

void vol_prints_free(struct vol_prints *p)
{
    size_t i;

    for (i = 0; i < p->n; i++)
        free(p->table[i].slot);
    free(p->table);
    vol_map_free(&p->names);
    vol_prints_init(p);
}

/* The finalizer of MurmurHash3. */
static uint64_t mix(uint64_t h)
{
    h = (h ^ (h >> 33)) * UINT64_C(0xff51afd7ed558ccd);
    h = (h ^ (h >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ (h >> 33);
}

static uint64_t bits(double x)
{
    uint64_t b;

    if (isnan(x))
        return UINT64_MAX;
    x += 0.0; /* -0 is 0 */
    memcpy(&b, &x, sizeof b);
    return b;
}

struct vol_price_print vol_print_of(uint64_t slice, double strike, bool put, double bid, double ask)
{
    uint64_t contract = mix(slice ^ mix(bits(strike) + put));

    return (struct vol_price_print){contract == 0 ? 1 : contract, mix(mix(bits(bid)) + bits(ask))};
}

/* Where CONTRACT stands, or the free slot where it would. */
static struct vol_price_print *find(const struct vol_print_table *t, uint64_t contract)
{
    size_t i = contract & (t->n_slots - 1);

    while (t->slot[i].contract != 0 && t->slot[i].contract != contract)
        i = (i + 1) & (t->n_slots - 1);
    return &t->slot[i];
}

static enum vol_status keep(struct vol_print_table *t, int64_t ts, const struct vol_price_print *print,
                            size_t n)
{
    size_t want = 64, i;

    while (want < 2 * n)
        want *= 2;
    if (want > t->cap) {
        struct vol_price_print *grown = realloc(t->slot, want * sizeof *grown);

        if (grown == NULL)
            return VOL_EOS;
        t->slot = grown;
        t->cap = want;
    }
    t->n_slots = want;
    memset(t->slot, 0, want * sizeof *t->slot);
    for (i = 0; i < n; i++)
        *find(t, print[i].contract) = print[i];
    t->ts = ts;
    return VOL_OK;
}

enum vol_status vol_prints_compare(struct vol_prints *p, const char *underlying, size_t len, int64_t ts,
                                   double hours, double share, const struct vol_price_print *print, size_t n,
                                   struct vol_quality *q)
{
    struct vol_print_table *t;
    size_t at, i;

    if (vol_map_add(&p->names, underlying, len, &at) != VOL_OK)
        return VOL_EOS;
    if (at == p->n) {
        if ((t = realloc(p->table, (at + 1) * sizeof *t)) == NULL)
            return VOL_EOS;
        p->table = t;
        memset(&t[at], 0, sizeof *t);
        p->n++;
        return keep(&t[at], ts, print, n);
    }
    t = &p->table[at];
    if (t->n_slots > 0 && !(VOL_YEARS(t->ts, ts) * 365 * 24 >= hours))
        return VOL_OK;
    q->before = t->ts;
    for (i = 0; i < n && t->n_slots > 0; i++) {
        const struct vol_price_print *old = find(t, print[i].contract);

        q->n_common += old->contract != 0;
        q->n_equal += old->contract != 0 && old->prices == print[i].prices;
    }
    return vol_quality_unchanged(q) >= share ? VOL_OK : keep(t, ts, print, n);
}

/* ---- the table */

static enum vol_status column(struct vol_buf *out, int width, int decimals, double x)
{
    return isfinite(x) ? vol_buf_addf(out, " %*.*f", width, decimals, x)
                       : vol_buf_addf(out, " %*s", width, "-");
}

static enum vol_status header(struct vol_buf *out)
{
    return vol_buf_addf(out, "%-20s %-6s %7s %7s %6s %7s %7s %10s %10s %7s %4s %4s %4s %4s %8s %7s  %s\n",
                        "ts", "of", "quotes", "refused", "%", "tagged", "equal %", "spot", "implied", "gap %",
                        "vert", "bfly", "par", "cal", "profit", "outside", "snapshot");
}

enum vol_status vol_quality_report_add(struct vol_quality_report *r, const struct vol_quality *q, int64_t ts,
                                       const char *underlying, struct vol_buf *out)
{
    char instant[VOL_TIME_MAX];
    enum vol_status status = r->n_snapshots == 0 ? header(out) : VOL_OK;
    int i;

    r->n_snapshots++;
    r->n += q->n;
    r->n_refused += q->n_refused;
    r->n_tagged += q->n_tagged;
    r->n_expiries += q->n_expiries;
    r->n_repaired += q->n_repaired;
    r->n_outside += q->n_outside;
    for (i = 0; i < VOL_STATIC_N; i++)
        r->n_findings[i] += q->n_findings[i];
    for (i = 0; i < VOL_CHECK_N; i++)
        r->failed[i] += q->failed[i];
    vol_time_print(instant, ts);
    status |= vol_buf_addf(out, "%-20s %-6s %7zu %7zu", instant, underlying, q->n, q->n_refused);
    status |= column(out, 6, 2, 100 * (double)q->n_refused / (double)q->n);
    status |= vol_buf_addf(out, " %7zu", q->n_tagged);
    status |= column(out, 7, 2, 100 * vol_quality_unchanged(q));
    status |= column(out, 10, 3, q->spot);
    status |= column(out, 10, 3, q->implied_spot);
    status |= column(out, 7, 3, 100 * q->spot_gap);
    for (i = 0; i < VOL_STATIC_N; i++)
        status |= vol_buf_addf(out, " %4zu", q->n_findings[i]);
    status |= column(out, 8, 3, q->profit);
    status |=
        q->n_expiries > 0 ? vol_buf_addf(out, " %7zu  ", q->n_outside) : vol_buf_addf(out, " %7s  ", "-");
    status |= q->snapshot != 0 ? vol_check_flags_text(q->snapshot, out) : vol_buf_add_str(out, "ok");
    return (status | vol_buf_add_char(out, '\n')) == VOL_OK ? VOL_OK : VOL_EOS;
}

static const char *const findings[VOL_STATIC_N] = {"vertical", "butterfly", "parity", "calendar"};

enum vol_status vol_quality_report_finding(const struct vol_static_finding *f,
                                           const char *(*symbol)(const void *data, uint32_t index),
                                           const void *data, struct vol_buf *out)
{
    enum vol_status status = vol_buf_addf(out, "    %s %.4g:", findings[f->kind], f->profit);
    size_t i;

    for (i = 0; i < f->n_legs; i++)
        status |= vol_buf_addf(out, "%s %s %.6g %s at %.10g", i > 0 ? "," : "",
                               f->leg[i].quantity > 0 ? "buy" : "sell", fabs(f->leg[i].quantity),
                               symbol(data, f->leg[i].index), f->leg[i].price);
    return (status | vol_buf_add_char(out, '\n')) == VOL_OK ? VOL_OK : VOL_EOS;
}

enum vol_status vol_quality_report_end(const struct vol_quality_report *r, struct vol_buf *out)
{
    enum vol_status status = vol_buf_addf(out, "\n%zu snapshots, %zu quotes, %zu refused, %zu tagged\n",
                                          r->n_snapshots, r->n, r->n_refused, r->n_tagged);
    int i;

    for (i = 0; i < VOL_CHECK_N; i++)
        if (r->failed[i] > 0)
            status |= vol_buf_addf(out, "    %-20s %10zu quotes\n", vol_check_name((enum vol_check)i),
                                   r->failed[i]);
    status |= vol_buf_add_str(out, "executable arbitrage:");
    for (i = 0; i < VOL_STATIC_N; i++)
        status |= vol_buf_addf(out, "%s %s %zu", i > 0 ? "," : "", findings[i], r->n_findings[i]);
    status |= vol_buf_add_char(out, '\n');
    if (r->n_expiries > 0)
        status |=
            vol_buf_addf(out,
                         "repair: %zu expiries, %zu with arbitrage-free prices inside every bid and ask, "
                         "%zu quotes outside theirs\n",
                         r->n_expiries, r->n_repaired, r->n_outside);
    return status == VOL_OK ? VOL_OK : VOL_EOS;
}
