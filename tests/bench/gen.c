/* gen.c: option quotes in the shape that `vfetch file` writes them, for the benches.
 *
 *     gen ROWS quotes.ndjson quotes.csv
 *
 * Prices are Black-76 on a skewed smile, rounded to cents, so that every quote has an implied vol; snapshots
 * of about 13,500 quotes carry one instant and end with a `snap`. The CSV has the same quotes without the
 * snaps.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "price/black.h"

enum { EXPIRIES = 36, STRIKES = 187 };

static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

static double uniform(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 11) * 0x1p-53;
}

static double cents(double x)
{
    return floor(x * 100 + 0.5) / 100;
}

struct quote {
    char ts[VOL_TIME_MAX], date[VOL_DATE_MAX], expires[VOL_TIME_MAX], symbol[40];
    double strike, bid, ask, last, spot, vol, delta;
    int volume, open_interest;
    char type;
};

static void print_quote(FILE *json, FILE *csv, const struct quote *q)
{
    fprintf(
        json,
        "{\"kind\":\"quote\",\"ts\":\"%s\",\"underlying\":\"SPX\",\"symbol\":\"%s\",\"root\":\"SPXW\","
        "\"expiration\":\"%s\",\"expires\":\"%s\",\"strike\":%.10g,\"option_type\":\"%c\",\"exercise\":\"E\","
        "\"multiplier\":100,\"currency\":\"USD\",\"bid\":%.10g,\"ask\":%.10g,\"last\":%.10g,\"volume\":%d,"
        "\"open_interest\":%d,\"underlying_price\":%.10g,\"vendor_iv\":%.4g,\"vendor_delta\":%.4g,"
        "\"source\":\"bench\"}\n",
        q->ts, q->symbol, q->date, q->expires, q->strike, q->type, q->bid, q->ask, q->last, q->volume,
        q->open_interest, q->spot, q->vol, q->delta);
    fprintf(csv, "%s,SPX,%s,SPXW,%s,%s,%.10g,%c,E,100,USD,%.10g,%.10g,%.10g,%d,%d,%.10g,%.4g,%.4g,bench\n",
            q->ts, q->symbol, q->date, q->expires, q->strike, q->type, q->bid, q->ask, q->last, q->volume,
            q->open_interest, q->spot, q->vol, q->delta);
}

static void make_quote(struct quote *q, double fwd, double t, double strike, char type)
{
    double k = log(strike / fwd) / sqrt(t), vol = 0.16 * (1 - 0.6 * k + 0.5 * k * k / (1 + k * k)), price,
           half;

    vol = vol < 0.05 ? 0.05 : vol > 2 ? 2 : vol;
    price = vol_black_price(type == 'C' ? VOL_CALL : VOL_PUT, fwd, strike, exp(-0.024 * t), t, vol);
    half = 0.05 + 0.004 * price * (1 + uniform());
    q->strike = strike;
    q->type = type;
    q->vol = vol;
    q->bid = cents(price - half);
    q->ask = cents(price + half);
    if (!(q->bid > 0)) {
        q->bid = 0;
        q->ask = cents(q->ask > 0.05 ? q->ask : 0.05);
    }
    q->last = cents(price);
    q->delta = 0.5 * erfc((k / vol - 0.5 * vol * sqrt(t)) / sqrt(2)) - (type == 'C' ? 0 : 1);
    q->volume = (int)exp(uniform() * 8);
    q->open_interest = (int)exp(uniform() * 10);
}

static long snapshot(FILE *json, FILE *csv, int64_t ts, double spot, long rows)
{
    static const double days[EXPIRIES] = {2,  4,   7,   9,   11,  14,  16,  18,  21,  23,  25,  28,
                                          30, 32,  35,  37,  39,  42,  46,  49,  56,  63,  70,  77,
                                          91, 120, 150, 182, 210, 240, 270, 300, 365, 450, 600, 730};
    struct quote q;
    long n = 0;
    int e, s, side;

    vol_time_print(q.ts, ts);
    q.spot = cents(spot);
    for (e = 0; e < EXPIRIES && n < rows; e++) {
        int64_t expires = ts - 15 * VOL_MINUTE + (int64_t)days[e] * VOL_DAY;
        double t = VOL_YEARS(ts, expires), fwd = spot * exp(0.005 * t), width = 0.16 * sqrt(t) * 4.5 + 0.02;
        int y, m, d;

        vol_time_print(q.expires, expires);
        vol_date_print(q.date, vol_date_of_time(expires));
        vol_date_to_ymd(vol_date_of_time(expires), &y, &m, &d);
        for (s = 0; s < STRIKES && n < rows; s++)
            for (side = 0; side < 2 && n < rows; side++) {
                double strike =
                    floor(fwd * exp(width * (2.0 * s / (STRIKES - 1) - 1.25)) / 5 + 0.5) * 5 + s * 0.5;
                char type = side == 0 ? 'C' : 'P';

                make_quote(&q, fwd, t, strike, type);
                snprintf(q.symbol, sizeof q.symbol, "SPXW%02d%02d%02d%c%08ld", y % 100, m, d, type,
                         (long)(strike * 1000 + 0.5));
                print_quote(json, csv, &q);
                n++;
            }
    }
    fprintf(json, "{\"kind\":\"snap\",\"ts\":\"%s\",\"underlying\":\"SPX\",\"quotes\":%ld}\n", q.ts, n);
    return n;
}

int main(int argc, char **argv)
{
    int64_t ts = INT64_C(1556309700) * VOL_SECOND; /* 2019-04-26T20:15:00Z */
    double spot = 2939.88;
    FILE *json, *csv;
    long rows, n = 0;

    if (argc != 4 || (rows = atol(argv[1])) <= 0) {
        fprintf(stderr, "usage: gen ROWS quotes.ndjson quotes.csv\n");
        return 64;
    }
    json = fopen(argv[2], "w");
    csv = fopen(argv[3], "w");
    if (json == NULL || csv == NULL) {
        fprintf(stderr, "gen: cannot create the files\n");
        return 73;
    }
    fprintf(csv, "ts,underlying,symbol,root,expiration,expires,strike,option_type,exercise,multiplier,"
                 "currency,bid,ask,"
                 "last,volume,open_interest,underlying_price,vendor_iv,vendor_delta,source\n");
    while (n < rows) {
        n += snapshot(json, csv, ts, spot, rows - n);
        ts += VOL_MINUTE;
        spot *= exp(0.001 * (uniform() - 0.5));
    }
    return fclose(json) != 0 || fclose(csv) != 0 ? 74 : 0;
}
