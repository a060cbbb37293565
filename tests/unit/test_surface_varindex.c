#include "surface/varindex.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/time.h"
#include "unit.h"

enum { MAX_STRIKES = 1024, MAX_EXPIRIES = 64 };

/* ---- small cases worked by hand ---- */

static const struct vol_varindex_strike small[] = {
    {80, 20.4, 20.6, 0.0, 0.1},  {85, 15.5, 15.7, 0.0, 0.1},  {88, 12.6, 12.8, 0.1, 0.3},
    {90, 10.7, 10.9, 0.0, 0.4},  {92, 8.8, 9.0, 0.4, 0.6},    {95, 6.2, 6.4, 0.9, 1.1},
    {100, 2.9, 3.1, 2.4, 2.6},   {105, 1.0, 1.2, 5.5, 5.7},   {110, 0.3, 0.5, 9.7, 9.9},
    {115, 0.0, 0.2, 14.4, 14.6}, {120, 0.1, 0.2, 19.4, 19.6}, {125, 0.0, 0.2, 24.4, 24.6},
    {130, 0.0, 0.1, 29.0, 29.9}, {135, 0.1, 0.3, 34.0, 35.0},
};

static void by_hand(void)
{
    struct vol_varindex v;
    struct vol_varindex_strike one[14];
    const double t = 0.1, r = 0.02, growth = exp(r * t);
    double f, sum;

    UNIT(vol_varindex_variance(small, 14, t, r, &v, NULL) == VOL_OK && v.status == VOL_VARINDEX_OK);
    f = 100 + growth * (3.0 - 2.5);
    UNIT_NEAR(v.forward, f, 1e-12);
    UNIT_NEAR(v.k0, 100.0, 0.0);
    /* Down: 95, 92, (90 without a bid, passed over), 88, then 85 and 80 end it. Up: 105, 110, (115), 120,
     * then 125 and 130 end it, so that the bid at 135 does not count. */
    UNIT(v.low == 88.0 && v.high == 120.0 && v.strikes == 7);
    sum = 4.0 / (88 * 88) * 0.2 + 3.5 / (92 * 92) * 0.5 + 4.0 / (95 * 95) * 1.0 +
          5.0 / (100 * 100) * (3.0 + 2.5) / 2 + 5.0 / (105 * 105) * 1.1 + 7.5 / (110 * 110) * 0.4 +
          10.0 / (120 * 120) * 0.15;
    UNIT_NEAR(v.variance, 2 / t * growth * sum - (f / 100 - 1) * (f / 100 - 1) / t, 1e-14);
    /* A bid that is not a number is no bid; a crossed or askless quote is as if it were not there. */
    memcpy(one, small, sizeof one);
    one[3].put_bid = NAN;
    one[1].put_bid = 0.5; /* crossed: the two misses are now 85, which does not count, and 80 alone */
    UNIT(vol_varindex_variance(one, 14, t, r, &v, NULL) == VOL_OK && v.low == 88.0 && v.strikes == 7);
    UNIT_NEAR(v.variance, 2 / t * growth * sum - (f / 100 - 1) * (f / 100 - 1) / t, 1e-14);
}

static void refusals(void)
{
    struct vol_varindex v = {.strikes = 99};
    struct vol_varindex_strike bad[3] = {{100, 1, 2, 1, 2}, {90, 1, 2, 1, 2}, {110, 1, 2, 1, 2}};
    struct vol_varindex_strike none[2] = {{100, 0, 2, 1, 2}, {110, 1, 2, 0, 2}};
    struct vol_error err = {0};

    UNIT(vol_varindex_variance(bad, 3, 0.1, 0.0, &v, &err) == VOL_EDATA &&
         strstr(err.text, "ascending") != NULL);
    UNIT(vol_varindex_variance(small, 14, 0.0, 0.0, &v, NULL) == VOL_EDATA);
    UNIT(vol_varindex_variance(small, 14, NAN, 0.0, &v, NULL) == VOL_EDATA);
    UNIT(v.strikes == 99);
    UNIT(vol_varindex_variance(small, 14, 0.1, NAN, &v, NULL) == VOL_OK && v.status == VOL_VARINDEX_NO_RATE);
    UNIT(isnan(v.variance));
    UNIT(vol_varindex_variance(none, 2, 0.1, 0.0, &v, NULL) == VOL_OK && v.status == VOL_VARINDEX_NO_PAIR);
    UNIT(vol_varindex_variance(small, 0, 0.1, 0.0, &v, NULL) == VOL_OK && v.status == VOL_VARINDEX_NO_PAIR);
    UNIT(vol_varindex_variance(small + 6, 8, 0.1, 0.0, &v, NULL) == VOL_OK &&
         v.status == VOL_VARINDEX_FEW_STRIKES);
    UNIT(vol_varindex_variance(small + 7, 7, 0.1, 0.0, &v, NULL) == VOL_OK && v.status == VOL_VARINDEX_NO_K0);
    UNIT_STR(vol_varindex_status_name(VOL_VARINDEX_NO_K0), "no_k0");
}

static void selection(void)
{
    /* Days: 23.99 W, 29.72 AM and 29.99 PM of one Friday, 33 a Monday, 36.99 W. */
    struct vol_varindex_candidate c[] = {{23.99 / 365, 10, true},
                                         {29.72 / 365, 16, true},
                                         {29.99 / 365, 16, true},
                                         {33.0 / 365, 19, false},
                                         {36.99 / 365, 23, true}};
    const double target = 30.0 / 365;
    size_t a = 77, b = 77;

    UNIT(vol_varindex_select(c, 5, target, VOL_VARINDEX_FRIDAY, &a, &b) == VOL_OK);
    UNIT(a == 1 && b == 4); /* the monthly that settles at the open, not the weekly of the same day */
    UNIT(vol_varindex_select(c, 5, target, VOL_VARINDEX_ANY, &a, &b) == VOL_OK);
    UNIT(a == 1 && b == 3);
    a = b = 77;
    UNIT(vol_varindex_select(c, 4, target, VOL_VARINDEX_FRIDAY, &a, &b) == VOL_NO);
    UNIT(vol_varindex_select(c, 0, target, VOL_VARINDEX_ANY, &a, &b) == VOL_NO);
    c[4].t = 37.0 / 365; /* not below 37 days */
    UNIT(vol_varindex_select(c, 5, target, VOL_VARINDEX_FRIDAY, &a, &b) == VOL_NO);
    UNIT(a == 77 && b == 77);
}

/* ---- Demeterfi, Derman, Kamal and Zou 1999: fair variance 0.04189 (reference values R8; tolerance 1e-4)
 * ---- */

static double normal(double x)
{
    return 0.5 * erfc(-x / sqrt(2.0));
}

static double black(double f, double k, double s, int call)
{
    double d1 = log(f / k) / s + s / 2, price = f * normal(d1) - k * normal(d1 - s);

    return call ? price : price - f + k;
}

static void variance_swap(void)
{
    const double t = 0.246575, f = 100 * exp(0.05 * t);
    struct vol_varindex_option puts[11], calls[8];
    double variance = -1;
    int i;

    for (i = 0; i < 11; i++)
        puts[i] =
            (struct vol_varindex_option){100 - 5 * i, black(f, 100 - 5 * i, (0.20 + 0.01 * i) * sqrt(t), 0)};
    for (i = 0; i < 8; i++)
        calls[i] =
            (struct vol_varindex_option){100 + 5 * i, black(f, 100 + 5 * i, (0.20 - 0.01 * i) * sqrt(t), 1)};
    UNIT(vol_varindex_replicate(f, 100, t, puts, 11, calls, 8, &variance, NULL) == VOL_OK);
    printf("variance swap: %.6f (published 0.04189)\n", variance);
    UNIT_NEAR(variance, 0.04189, 1e-4);
    variance = -1;
    UNIT(vol_varindex_replicate(f, 100, t, puts, 1, calls, 8, &variance, NULL) == VOL_EDATA);
    UNIT(vol_varindex_replicate(f, 99, t, puts, 11, calls, 8, &variance, NULL) == VOL_EDATA);
    UNIT(vol_varindex_replicate(f, 100, t, calls, 8, puts, 11, &variance, NULL) == VOL_EDATA);
    UNIT(vol_varindex_replicate(NAN, 100, t, puts, 11, calls, 8, &variance, NULL) == VOL_EDATA);
    UNIT(variance == -1);
}

/* ---- real data beside the checkout ---- */

static gzFile data_open(const char *name)
{
    char path[512];

    snprintf(path, sizeof path, "../shared/data/%s", name);
    return gzopen(path, "rb");
}

/* Cboe's white paper of 2009: the two forwards, variances and the index as printed. */
static int white_paper(void)
{
    static struct vol_varindex_strike s[2][MAX_STRIKES];
    const double times[2] = {12960.0 / 525600, 53280.0 / 525600}; /* minutes of 9 and 37 days */
    struct vol_varindex v[2];
    size_t n[2] = {0, 0};
    char line[256];
    double days, k[5];
    long date;
    gzFile file = data_open("worked-examples/vix-whitepaper-2009/options.csv");

    if (file == NULL)
        return 0;
    while (gzgets(file, line, sizeof line) != NULL)
        if (sscanf(line, "%ld,%lf,%lf,%lf,%lf,%lf,%lf", &date, &days, &k[0], &k[1], &k[2], &k[3], &k[4]) ==
            7) {
            int i = days > 20;

            s[i][n[i]++] = (struct vol_varindex_strike){k[0], k[1], k[2], k[3], k[4]};
        }
    gzclose(file);
    UNIT(n[0] == 195 && n[1] == 173);
    UNIT(vol_varindex_variance(s[0], n[0], times[0], 0.0038, &v[0], NULL) == VOL_OK);
    UNIT(vol_varindex_variance(s[1], n[1], times[1], 0.0038, &v[1], NULL) == VOL_OK);
    printf("white paper: F %.5f %.5f, K0 %g %g, variances %.7f %.7f, index %.3f\n", v[0].forward,
           v[1].forward, v[0].k0, v[1].k0, v[0].variance, v[1].variance,
           100 * sqrt(vol_varindex_blend(times[0], v[0].variance, times[1], v[1].variance, 30.0 / 365)));
    UNIT_NEAR(v[0].forward, 920.50005, 5e-6);
    UNIT_NEAR(v[1].forward, 921.00039, 5e-6);
    UNIT(v[0].k0 == 920.0 && v[1].k0 == 920.0);
    UNIT_NEAR(v[0].variance, 0.4727672, 2e-6);
    UNIT_NEAR(v[1].variance, 0.3668182, 2e-6);
    UNIT_NEAR(100 * sqrt(vol_varindex_blend(times[0], v[0].variance, times[1], v[1].variance, 30.0 / 365)),
              61.22, 5e-3);
    return 1;
}

/* One expiry of a daily file. */
struct expiry {
    char root[8];
    int32_t date;
    struct vol_varindex_strike s[MAX_STRIKES];
    size_t n;
};

static int by_strike(const void *a, const void *b)
{
    double x = ((const struct vol_varindex_strike *)a)->strike,
           y = ((const struct vol_varindex_strike *)b)->strike;

    return x < y ? -1 : x > y;
}

static struct vol_varindex_strike *strike_of(struct expiry *e, double strike)
{
    size_t i;

    for (i = e->n; i-- > 0;)
        if (e->s[i].strike == strike)
            return &e->s[i];
    if (e->n == MAX_STRIKES)
        exit(70);
    e->s[e->n] = (struct vol_varindex_strike){strike, NAN, NAN, NAN, NAN};
    return &e->s[e->n++];
}

static struct expiry *expiry_of(struct expiry *all, size_t *n, const char *root, int32_t date)
{
    size_t i;

    for (i = *n; i-- > 0;)
        if (all[i].date == date && strcmp(all[i].root, root) == 0)
            return &all[i];
    if (*n == MAX_EXPIRIES)
        exit(70);
    memset(&all[*n], 0, sizeof all[*n]);
    snprintf(all[*n].root, sizeof all[*n].root, "%s", root);
    all[*n].date = date;
    return &all[(*n)++];
}

/* Minutes from 16:15 of QUOTE to the settlement of E in New York (09:30 for SPX, 16:00 for SPXW; no change of
 * the clock lies between), in years. */
static double years_to(const struct expiry *e, int32_t quote)
{
    int minutes = strcmp(e->root, "SPX") == 0 ? 9 * 60 + 30 : 16 * 60;

    return ((e->date - quote) * 1440.0 + minutes - (16 * 60 + 15)) / 525600;
}

static int by_settlement(const void *a, const void *b)
{
    const struct expiry *x = a, *y = b;

    return x->date != y->date ? (x->date < y->date ? -1 : 1) : strcmp(x->root, y->root); /* SPX before SPXW */
}

static size_t read_chain(const char *day, struct expiry *all)
{
    char name[64], line[512], symbol[32], type[8];
    int month, dom, year;
    double strike, bid, ask;
    size_t n = 0, i;
    gzFile file;

    snprintf(name, sizeof name, "cboe-spx-daily-2019/SPX_%.4s%.2s%.2s.csv.gz", day, day + 5, day + 8);
    file = data_open(name);
    if (file == NULL)
        return 0;
    while (gzgets(file, line, sizeof line) != NULL) {
        struct vol_varindex_strike *s;
        int32_t date;

        if (sscanf(line, "SPX,%*[^,],%*[^,],%31[^,],%7[^,],%d/%d/%d,%*[^,],%lf,%*[^,],%*[^,],%lf,%lf,",
                   symbol, type, &month, &dom, &year, &strike, &bid, &ask) != 8)
            continue;
        if (vol_date_from_ymd(year, month, dom, &date) != VOL_OK)
            continue;
        s = strike_of(expiry_of(all, &n, strncmp(symbol, "SPXW", 4) == 0 ? "SPXW" : "SPX", date), strike);
        if (type[0] == 'c') {
            s->call_bid = bid;
            s->call_ask = ask;
        } else {
            s->put_bid = bid;
            s->put_ask = ask;
        }
    }
    gzclose(file);
    for (i = 0; i < n; i++)
        qsort(all[i].s, all[i].n, sizeof all[i].s[0], by_strike);
    qsort(all, n, sizeof all[0], by_settlement);
    return n;
}

/* DGS1MO of DAY, or the last one before it, as a continuously compounded rate. */
static double one_month_rate(const char *day)
{
    char line[64];
    double percent, rate = NAN;
    gzFile file = data_open("history/fred/DGS1MO.csv.gz");

    if (file == NULL)
        return NAN;
    while (gzgets(file, line, sizeof line) != NULL)
        if (strncmp(line, day, 10) <= 0 && sscanf(line + 10, ",%lf", &percent) == 1)
            rate = 2 * log(1 + percent / 200);
    gzclose(file);
    return rate;
}

/* The index of one daily file; NaN when the rule finds no two expiries. */
static double index_of(const char *day)
{
    static struct expiry all[MAX_EXPIRIES];
    struct vol_varindex_candidate c[MAX_EXPIRIES];
    struct vol_varindex v[2];
    size_t which[2], i, n = read_chain(day, all), m = 0, from[MAX_EXPIRIES];
    int32_t quote;

    if (n == 0 || vol_date_parse(day, 10, &quote) != VOL_OK)
        return NAN;
    for (i = 0; i < n; i++)
        if (years_to(&all[i], quote) > 0) {
            c[m] = (struct vol_varindex_candidate){years_to(&all[i], quote), all[i].date,
                                                   vol_date_weekday(all[i].date) == 5};
            from[m++] = i;
        }
    if (vol_varindex_select(c, m, 30.0 / 365, VOL_VARINDEX_FRIDAY, &which[0], &which[1]) != VOL_OK)
        return NAN;
    for (i = 0; i < 2; i++) {
        const struct expiry *e = &all[from[which[i]]];

        UNIT(vol_varindex_variance(e->s, e->n, c[which[i]].t, one_month_rate(day), &v[i], NULL) == VOL_OK);
        if (v[i].status != VOL_VARINDEX_OK)
            return NAN;
    }
    return 100 *
           sqrt(vol_varindex_blend(c[which[0]].t, v[0].variance, c[which[1]].t, v[1].variance, 30.0 / 365));
}

/* Each of the 30 SPX days of 2019 against the table in the data folder's README, made by an independent
 * script. */
static int spx_days(void)
{
    char line[512], day[16];
    double expected, worst = 0.0;
    int days = 0;
    gzFile file = data_open("README.md");

    if (file == NULL)
        return 0;
    while (gzgets(file, line, sizeof line) != NULL)
        if (sscanf(line, "| %10[0-9-] | %*f | %*[^|] | %lf |", day, &expected) == 2 &&
            strncmp(day, "2019-", 5) == 0) {
            double index = index_of(day);

            if (!UNIT_NEAR(index, expected, 0.02))
                printf("    %s\n", day);
            if (strcmp(day, "2019-04-26") == 0)
                UNIT_NEAR(index, 12.719, 0.005);
            worst = fmax(worst, fabs(index - expected)); /* a NaN has failed above */
            days++;
        }
    gzclose(file);
    printf("SPX 2019: %d days, worst difference %.4f points\n", days, worst);
    UNIT(days == 30);
    return 1;
}

int main(void)
{
    by_hand();
    refusals();
    selection();
    variance_swap();
    if (!white_paper() || !spx_days())
        printf("surface/varindex: ../shared/data is not here: white paper and SPX 2019 skipped\n");
    return unit_done("surface/varindex");
}
