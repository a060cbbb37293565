#include "chain/parity_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "chain/forwards.h"

void vol_parity_report_init(struct vol_parity_report *report)
{
    memset(report, 0, sizeof *report);
}

static void count_in(size_t *bins, size_t n_bins, double x, double width)
{
    double bin = x / width;

    bins[bin < (double)(n_bins - 1) ? (size_t)bin : n_bins - 1]++;
}

/* The middle of the bin that holds the middle of N values. */
static double middle(const size_t *bins, size_t n, double width)
{
    size_t seen = 0, i = 0;

    if (n == 0)
        return NAN;
    while ((seen += bins[i]) * 2 < n)
        i++;
    return ((double)i + 0.5) * width;
}

static void tally(struct vol_parity_report *r, const struct vol_agreement_pair *p)
{
    double error = vol_agreement_error(p), both = p->call_half + p->put_half;
    double gap = fabs(p->call_vol - p->put_vol);

    if (!(error < INFINITY) || !(both > 0 && both < INFINITY))
        return;
    count_in(r->error, VOL_PARITY_REPORT_BINS, error / both, 0.001);
    if (gap < INFINITY && fabs(log(p->strike / p->forward)) <= VOL_AGREEMENT_NEAR) {
        count_in(r->gap, VOL_PARITY_REPORT_GAPS, gap, 0.00001);
        r->n_gaps++;
    }
}

/* A number in a column of WIDTH, `-` where there is none. */
static enum vol_status column(struct vol_buf *out, int width, int decimals, double x)
{
    return isfinite(x) ? vol_buf_addf(out, " %*.*f", width, decimals, x)
                       : vol_buf_addf(out, " %*s", width, "-");
}

static double share(size_t part, size_t whole)
{
    return whole > 0 ? 100 * (double)part / (double)whole : NAN;
}

static enum vol_status add_strike(struct vol_buf *out, const struct vol_agreement_pair *p)
{
    double error = vol_agreement_error(p), both = p->call_half + p->put_half;
    enum vol_status status = vol_buf_addf(out, "    %10.10g", p->strike);

    status |= column(out, 10, 4, p->call - p->put);
    status |= column(out, 10, 4, p->discount * (p->forward - p->strike));
    status |= column(out, 9, 4, error);
    status |= column(out, 7, 3, error / both);
    status |= column(out, 9, 5, p->call_vol);
    status |= column(out, 9, 5, p->put_vol);
    status |= column(out, 9, 5, p->call_vol - p->put_vol);
    status |= vol_buf_add_str(out, !(error < INFINITY)                       ? "\n"
                                   : error > both                            ? "  outside\n"
                                   : error > fmax(p->call_half, p->put_half) ? "  wide\n"
                                                                             : "\n");
    return status == VOL_OK ? VOL_OK : VOL_EOS;
}

static enum vol_status add_expiry(struct vol_buf *out, const struct vol_valuation *v,
                                  const struct vol_valuation_group *g)
{
    const struct vol_agreement *a = &g->agreement;
    char date[VOL_DATE_MAX];
    enum vol_status status;

    vol_date_print(date, g->expiration);
    status = vol_buf_addf(out, "%-10s %-6.*s %8.2f %5zu %5zu", date, (int)g->root_len,
                          v->names.data + g->root_at, g->t * 365, a->n_pairs, g->parity.n_used);
    status |= column(out, 10, 3, g->forward);
    status |= column(out, 8, 3, g->parity.forward_error);
    status |= column(out, 9, 5, g->discount);
    status |= column(out, 7, 3, -100 * log(g->discount) / g->t);
    status |= column(out, 7, 3, 100 * g->yield);
    status |= column(out, 7, 3, a->error);
    status |= column(out, 8, 2, share(a->n_within, a->n_pairs));
    status |= column(out, 8, 2, share(a->n_outside, a->n_pairs));
    status |= column(out, 8, 5, a->vol_gap);
    status |= vol_buf_addf(out, "  %s\n",
                           g->from == VOL_FORWARD_PARITY  ? vol_parity_status_name(g->parity.status)
                           : g->from == VOL_FORWARD_QUOTE ? "quote"
                                                          : "spot");
    return status == VOL_OK ? VOL_OK : VOL_EOS;
}

enum vol_status vol_parity_report_add(struct vol_parity_report *r, const struct vol_valuation *v, int64_t ts,
                                      const char *underlying, bool by_strike, struct vol_buf *out)
{
    char instant[VOL_TIME_MAX];
    enum vol_status status;
    size_t n, i;

    vol_time_print(instant, ts);
    status = vol_buf_addf(out, "%s %s\n%-10s %-6s %8s %5s %5s %10s %8s %9s %7s %7s %7s %8s %8s %8s  %s\n",
                          underlying, instant, "expiration", "root", "days", "pairs", "used", "forward", "+-",
                          "discount", "rate %", "yield %", "error", "within %", "beyond %", "vol gap",
                          "forward from");
    r->n_snapshots++;
    for (n = 0; n < v->n_groups && status == VOL_OK; n++) {
        size_t g = v->group[n].nth;
        const struct vol_valuation_group *group = &v->group[g];

        if (!(group->t > 0))
            continue;
        r->n_expiries++;
        r->n_ok += group->parity.status == VOL_PARITY_OK;
        r->n_no_pairs += group->parity.status == VOL_PARITY_NO_PAIRS;
        r->n_inconsistent += group->parity.status == VOL_PARITY_INCONSISTENT;
        r->n_pairs += group->agreement.n_pairs;
        r->n_within += group->agreement.n_within;
        r->n_outside += group->agreement.n_outside;
        status = add_expiry(out, v, group);
        for (i = v->pairs.start[g]; i < v->pairs.start[g + 1] && status == VOL_OK; i++) {
            struct vol_agreement_pair sides = vol_forwards_sides(v, &v->pairs.pair[i]);

            tally(r, &sides);
            if (by_strike)
                status = add_strike(out, &sides);
        }
    }
    return status == VOL_OK ? vol_buf_add_char(out, '\n') : VOL_EOS;
}

enum vol_status vol_parity_report_end(const struct vol_parity_report *r, struct vol_buf *out)
{
    enum vol_status status = vol_buf_addf(
        out,
        "%zu snapshots, %zu expiries (forward by parity: %zu; without a pair: %zu; inconsistent: %zu), "
        "%zu pairs\n",
        r->n_snapshots, r->n_expiries, r->n_ok, r->n_no_pairs, r->n_inconsistent, r->n_pairs);

    status |= vol_buf_add_str(out, "within half of the wider spread, %:        ");
    status |= column(out, 8, 3, share(r->n_within, r->n_pairs));
    status |= vol_buf_add_str(out, "\nbeyond both half-spreads, %:               ");
    status |= column(out, 8, 3, share(r->n_outside, r->n_pairs));
    status |= vol_buf_add_str(out, "\nmedian error / both half-spreads:          ");
    status |= column(out, 8, 4, middle(r->error, r->n_pairs, 0.001));
    status |= vol_buf_add_str(out, "\nmedian |vol of call - vol of put|, |k|<=2%:");
    status |= column(out, 8, 5, middle(r->gap, r->n_gaps, 0.00001));
    status |= vol_buf_add_char(out, '\n');
    return status == VOL_OK ? VOL_OK : VOL_EOS;
}
