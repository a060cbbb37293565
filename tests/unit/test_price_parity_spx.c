/* Put-call parity on every day of data/cboe-spx-daily-2019: forward and discount of each expiry and root are
 * right when the two sides of a strike agree with them. A forward that is off by 0.25 gives a median error of
 * 0.133. */
#include "price/parity.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/time.h"
#include "price/curve.h"
#include "price/iv.h"
#include "unit.h"

#define DATA "../shared/data/"

enum { ROWS_MAX = 20000, PAIRS_MAX = 400000 };

struct row {
    int32_t expiration;
    int weekly, put;
    double strike, bid, ask;
};

static struct row row[ROWS_MAX];
static struct vol_parity_pair pairs[ROWS_MAX];
static double scratch[5 * ROWS_MAX], error_share[PAIRS_MAX], vol_gap[PAIRS_MAX];
static size_t n_errors, n_gaps, n_inside, n_groups, n_failed;

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static int by_contract(const void *a, const void *b)
{
    const struct row *x = a, *y = b;

    if (x->expiration != y->expiration)
        return x->expiration < y->expiration ? -1 : 1;
    if (x->weekly != y->weekly)
        return x->weekly - y->weekly;
    if (x->strike != y->strike)
        return x->strike < y->strike ? -1 : 1;
    return x->put - y->put;
}

static FILE *open_gz(const char *path)
{
    char command[600];

    snprintf(command, sizeof command, "gzip -dc '%s'", path);
    return popen(command, "r");
}

/* underlying,underlying_last,exchange,optionroot,type,expiration,quotedate,strike,last,net,bid,ask,... */
static size_t read_day(const char *path, int32_t *date)
{
    FILE *in = open_gz(path);
    char line[512], root[32], type[8];
    size_t n = 0;
    int m, d, y, qm, qd, qy;

    while (in != NULL && n < ROWS_MAX && fgets(line, sizeof line, in) != NULL) {
        struct row *r = &row[n];

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
    qsort(row, n, sizeof *row, by_contract);
    return n;
}

/* The Treasury yields of the day or the last one before, as continuously compounded rates. */
static void read_curve(int32_t date, struct vol_curve *curve)
{
    static const char *const series[] = {"DGS1MO", "DGS6MO", "DGS2"};
    static const double years[] = {30.0 / 365, 182.0 / 365, 2};
    int i;

    vol_curve_init(curve);
    for (i = 0; i < 3; i++) {
        char path[256], line[64];
        double percent = NAN, value;
        FILE *in;

        snprintf(path, sizeof path, DATA "history/fred/%s.csv.gz", series[i]);
        for (in = open_gz(path); in != NULL && fgets(line, sizeof line, in) != NULL;) {
            int32_t day;

            if (vol_date_parse(line, 10, &day) == VOL_OK && day <= date &&
                sscanf(line + 10, ",%lf", &value) == 1)
                percent = value;
        }
        if (in != NULL)
            pclose(in);
        UNIT(vol_curve_set(curve, years[i], 2 * log1p(percent / 200)) == VOL_OK);
    }
}

static void judge(const struct vol_parity_pair *p, const struct vol_parity *fit, double t)
{
    double call = 0.5 * (p->call_bid + p->call_ask), put = 0.5 * (p->put_bid + p->put_ask), cv, pv;
    double call_half = 0.5 * (p->call_ask - p->call_bid), put_half = 0.5 * (p->put_ask - p->put_bid);
    double error = fabs(call - put - fit->discount * (fit->forward - p->strike));

    if (!(p->call_bid > 0) || !(p->put_bid > 0) || n_errors == PAIRS_MAX)
        return;
    n_inside += error <= fmax(call_half, put_half);
    error_share[n_errors++] = error / (call_half + put_half);
    if (fabs(log(p->strike / fit->forward)) <= 0.02 &&
        vol_iv(VOL_CALL, call, fit->forward, p->strike, fit->discount, t, &cv, NULL) == VOL_IV_OK &&
        vol_iv(VOL_PUT, put, fit->forward, p->strike, fit->discount, t, &pv, NULL) == VOL_IV_OK)
        vol_gap[n_gaps++] = fabs(cv - pv);
}

static void one_expiry(const struct row *r, size_t n, int64_t ts, const struct vol_curve *curve)
{
    double t = VOL_YEARS(ts, vol_time_new_york(r->expiration, r->weekly ? 16 * 3600 : 9 * 3600 + 1800));
    struct vol_parity fit;
    size_t i, n_pairs = 0;

    if (!(t > 0))
        return;
    for (i = 0; i + 1 < n; i++)
        if (r[i].strike == r[i + 1].strike && !r[i].put && r[i + 1].put)
            pairs[n_pairs++] =
                (struct vol_parity_pair){r[i].strike, r[i].bid, r[i].ask, r[i + 1].bid, r[i + 1].ask};
    n_groups++;
    if (vol_parity_estimate(pairs, n_pairs, t, vol_curve_discount(curve, t), scratch, &fit) !=
        VOL_PARITY_OK) {
        n_failed++;
        return;
    }
    for (i = 0; i < n_pairs; i++)
        judge(&pairs[i], &fit, t);
}

static void one_day(const char *name, int with_curve)
{
    struct vol_curve curve;
    char path[512];
    int32_t date = 0;
    size_t n, i, start;

    snprintf(path, sizeof path, DATA "cboe-spx-daily-2019/%s", name);
    n = read_day(path, &date);
    UNIT(n > 10000);
    vol_curve_init(&curve);
    if (with_curve)
        read_curve(date, &curve);
    for (start = 0; start < n; start = i) {
        for (i = start;
             i < n && row[i].expiration == row[start].expiration && row[i].weekly == row[start].weekly; i++)
            ;
        one_expiry(&row[start], i - start, vol_time_new_york(date, 16 * 3600 + 900), &curve);
    }
}

static void all_days(int with_curve)
{
    DIR *dir = opendir(DATA "cboe-spx-daily-2019");
    struct dirent *entry;
    double share, middle, gap;

    n_errors = n_gaps = n_inside = n_groups = n_failed = 0;
    while (dir != NULL && (entry = readdir(dir)) != NULL)
        if (strstr(entry->d_name, ".csv.gz") != NULL)
            one_day(entry->d_name, with_curve);
    if (dir != NULL)
        closedir(dir);
    if (!UNIT(n_errors > 100000 && n_gaps > 10000))
        return;
    qsort(error_share, n_errors, sizeof(double), ascending);
    qsort(vol_gap, n_gaps, sizeof(double), ascending);
    share = (double)n_inside / (double)n_errors;
    middle = error_share[n_errors / 2];
    gap = vol_gap[n_gaps / 2];
    printf("parity, %s curve: %zu expiries, %zu without a forward; %zu pairs, %.4f within half the wider "
           "spread, "
           "median error %.4f of the summed half-spreads; |IV call - IV put| %.6f\n",
           with_curve ? "Treasury" : "no", n_groups, n_failed, n_errors, share, middle, gap);
    UNIT(n_failed == 0);
    UNIT(share >= 0.99);
    UNIT(middle <= 0.079); /* what the right forward gives at most, by the issue */
    UNIT(gap <= 0.00015);
}

int main(void)
{
    FILE *there = fopen(DATA "cboe-spx-daily-2019/SPX_20190426.csv.gz", "r");

    if (there == NULL) {
        printf("price/parity_spx: skipped: " DATA "cboe-spx-daily-2019 is not here\n");
        return 77;
    }
    fclose(there);
    all_days(1);
    all_days(0);
    return unit_done("price/parity_spx");
}
