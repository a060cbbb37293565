/* spx_slices.h: the expiries of one day of data/cboe-spx-daily-2019 as quotes for a fit of their smiles: out
 * of the money, bid > 0, vols of bid, mid and ask on the forward from put-call parity, within three
 * at-the-forward standard deviations; at least seven days away. AM and PM expiries of one date are two.
 */
#ifndef VOL_TESTS_SPX_SLICES_H
#define VOL_TESTS_SPX_SLICES_H

#include <stdlib.h>

#include "base/time.h"
#include "price/iv.h"
#include "price/parity.h"
#include "surface/svifit.h"
#include "unit.h"

enum { SPX_ROWS = 20000, SPX_SLICES = 80, SPX_POINTS = 1000 };

struct spx_row {
    int32_t expiration;
    int weekly, put;
    double strike, bid, ask;
};

struct spx_slice {
    double t;
    size_t n;
    struct vol_svifit_quote quotes[SPX_POINTS];
};

static struct spx_row spx_row[SPX_ROWS];
static struct vol_parity_pair spx_pairs[SPX_ROWS];
static double spx_scratch[5 * SPX_ROWS];
static struct spx_slice spx_slice[SPX_SLICES];

static int spx_by_contract(const void *a, const void *b)
{
    const struct spx_row *x = a, *y = b;

    if (x->expiration != y->expiration)
        return x->expiration < y->expiration ? -1 : 1;
    if (x->weekly != y->weekly)
        return x->weekly - y->weekly;
    if (x->strike != y->strike)
        return x->strike < y->strike ? -1 : 1;
    return x->put - y->put;
}

/* underlying,underlying_last,exchange,optionroot,type,expiration,quotedate,strike,last,net,bid,ask,... */
static size_t spx_read(const char *path, int32_t *date)
{
    char command[600], line[512], root[32], type[8];
    size_t n = 0;
    int m, d, y, qm, qd, qy;
    FILE *in;

    snprintf(command, sizeof command, "gzip -dc '%s' 2>/dev/null", path);
    in = popen(command, "r");
    while (in != NULL && n < SPX_ROWS && fgets(line, sizeof line, in) != NULL) {
        struct spx_row *r = &spx_row[n];

        if (sscanf(line, "%*[^,],%*[^,],%*[^,],%31[^,],%7[^,],%d/%d/%d,%d/%d/%d,%lf,%*[^,],%*[^,],%lf,%lf",
                   root, type, &m, &d, &y, &qm, &qd, &qy, &r->strike, &r->bid, &r->ask) != 11)
            continue;
        vol_date_from_ymd(y, m, d, &r->expiration);
        vol_date_from_ymd(qy, qm, qd, date);
        r->weekly = strncmp(root, "SPXW", 4) == 0;
        r->put = type[0] == 'p';
        n++;
    }
    if (in != NULL)
        pclose(in);
    qsort(spx_row, n, sizeof *spx_row, spx_by_contract);
    return n;
}

/* The quotes of rows R[N], one expiry, on the forward of FIT; false when too few are left for any fit. */
static int spx_quotes(const struct spx_row *r, size_t n, const struct vol_parity *fit, struct spx_slice *out)
{
    double atm = NAN, nearest = INFINITY;
    size_t i, kept = 0;

    out->n = 0;
    for (i = 0; i < n && out->n < SPX_POINTS; i++) {
        struct vol_svifit_quote q = {.k = log(r[i].strike / fit->forward)};
        enum vol_option_type type = r[i].put ? VOL_PUT : VOL_CALL;
        double side[3] = {r[i].bid, 0.5 * (r[i].bid + r[i].ask), r[i].ask}, vol[3];
        int j, ok = r[i].bid > 0.0 && r[i].ask >= r[i].bid && r[i].put == (q.k < 0.0);

        for (j = 0; j < 3 && ok; j++)
            ok = vol_iv(type, side[j], fit->forward, r[i].strike, fit->discount, out->t, &vol[j], NULL) ==
                 VOL_IV_OK;
        if (!ok)
            continue;
        q.vol_bid = vol[0];
        q.vol = vol[1];
        q.vol_ask = vol[2];
        if (fabs(q.k) < nearest) {
            nearest = fabs(q.k);
            atm = q.vol;
        }
        out->quotes[out->n++] = q;
    }
    for (i = 0; i < out->n; i++)
        if (fabs(out->quotes[i].k) <= 3.0 * atm * sqrt(out->t))
            out->quotes[kept++] = out->quotes[i];
    out->n = kept;
    return kept >= VOL_SVIFIT_MIN;
}

/* Fill spx_slice with the day of the file at PATH, ascending in time; how many there are. */
static size_t spx_day(const char *path)
{
    int32_t date = 0;
    size_t n = spx_read(path, &date), i, j, count = 0;
    int64_t ts = vol_time_new_york(date, 16 * 3600 + 900);

    for (i = 0; i < n && count < SPX_SLICES; i = j) {
        const struct spx_row *r = &spx_row[i];
        struct spx_slice *slice = &spx_slice[count];
        struct vol_parity fit;
        size_t k, n_pairs = 0;

        for (j = i; j < n && spx_row[j].expiration == r->expiration && spx_row[j].weekly == r->weekly; j++)
            ;
        slice->t = VOL_YEARS(ts, vol_time_new_york(r->expiration, r->weekly ? 16 * 3600 : 9 * 3600 + 1800));
        if (!(slice->t >= 7.0 / 365.0))
            continue;
        for (k = i; k + 1 < j; k++)
            if (spx_row[k].strike == spx_row[k + 1].strike && !spx_row[k].put && spx_row[k + 1].put)
                spx_pairs[n_pairs++] =
                    (struct vol_parity_pair){spx_row[k].strike, spx_row[k].bid, spx_row[k].ask,
                                             spx_row[k + 1].bid, spx_row[k + 1].ask};
        if (vol_parity_estimate(spx_pairs, n_pairs, slice->t, exp(-0.0241 * slice->t), spx_scratch, &fit) ==
                VOL_PARITY_OK &&
            spx_quotes(r, j - i, &fit, slice))
            count++;
    }
    return count;
}

#endif
