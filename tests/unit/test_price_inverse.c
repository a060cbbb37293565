/* Greeks in the coin: by differences of the coin price, and against what OKX and Deribit publish. */
#include "price/inverse.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/time.h"

#include "unit.h"

#define DATA "../shared/data/"

enum { MAX_ROWS = 60000 };

static struct vol_greeks_all dollars(enum vol_option_type type, double f, double k, double d, double t,
                                     double vol, double spot)
{
    struct vol_greeks_all g;

    vol_greeks_all(&(struct vol_greeks_input){.type = type,
                                              .forward = f,
                                              .strike = k,
                                              .discount = d,
                                              .t = t,
                                              .t_var = t,
                                              .speed = 1,
                                              .vol = vol,
                                              .spot = spot},
                   &g);
    return g;
}

static struct vol_greeks coin_greeks(enum vol_option_type type, double f, double k, double d, double t,
                                     double vol, double spot)
{
    struct vol_greeks_all g = dollars(type, f, k, d, t, vol, spot);
    struct vol_greeks coin;

    vol_inverse_greeks(&g, spot, &coin);
    return coin;
}

/* Delta is S d(V/S)/dS, gamma its derivative; the forward moves with the spot. */
static void test_differences(void)
{
    static const enum vol_option_type types[] = {VOL_CALL, VOL_PUT};
    double s = 60000, f = 61500, d = 0.98, t = 0.3, v = 0.6, h = 1, k;
    int i;

    for (i = 0; i < 2; i++)
        for (k = 20000; k < 150000; k += 10000) {
            struct vol_greeks at = coin_greeks(types[i], f, k, d, t, v, s);
            struct vol_greeks up = coin_greeks(types[i], f * (1 + h / s), k, d, t, v, s + h);
            struct vol_greeks down = coin_greeks(types[i], f * (1 - h / s), k, d, t, v, s - h);
            struct vol_greeks point = coin_greeks(types[i], f, k, d, t, v + 1e-5, s);

            UNIT_NEAR(at.delta, s * (up.price - down.price) / (2 * h), 1e-8);
            UNIT_NEAR(at.gamma, (up.delta - down.delta) / (2 * h), 1e-12);
            UNIT_NEAR(at.vega, (point.price - at.price) / 1e-3, 1e-7);
            UNIT_NEAR(at.price * s, d * vol_black_undiscounted(types[i], f, k, v * sqrt(t)), 1e-9);
        }
}

static void test_edges(void)
{
    struct vol_greeks_all g = dollars(VOL_PUT, 61500, 60000, 1, 0.3, 0.6, 61500);
    const double bad[] = {0, -1, NAN, INFINITY, -INFINITY};
    struct vol_greeks coin;
    size_t i;

    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        vol_inverse_greeks(&g, bad[i], &coin);
        UNIT(isnan(coin.price) && isnan(coin.delta) && isnan(coin.gamma) && isnan(coin.theta) &&
             isnan(coin.vega) && isnan(coin.rho));
    }
    /* a put at three times the forward: the premium is worth more than two coins, and so is the hedge */
    coin = coin_greeks(VOL_PUT, 60000, 180000, 1, 0.1, 0.5, 60000);
    UNIT_NEAR(coin.price, 2, 1e-6);
    UNIT_NEAR(coin.delta, -3, 1e-6);
    /* a call struck at next to nothing is a coin: its price cannot move in coins, and needs no hedge */
    coin = coin_greeks(VOL_CALL, 60000, 1e-9, 1, 0.1, 0.5, 60000);
    UNIT_NEAR(coin.price, 1, 1e-12);
    UNIT_NEAR(coin.delta, 1e-9 / 60000, 1e-25);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *x, size_t n)
{
    qsort(x, n, sizeof *x, ascending);
    return n > 0 ? x[n / 2] : NAN;
}

/* The forward at which the coin price of an option is MARK; coin prices rise or fall with it all the way. */
static double forward_of(enum vol_option_type type, double mark, double spot, double k, double t, double vol)
{
    double low = 0.5 * spot, high = 2 * spot;
    int i;

    for (i = 0; i < 60; i++) {
        double f = 0.5 * (low + high);

        if ((coin_greeks(type, f, k, 1, t, vol, f).price < mark) == (type == VOL_CALL))
            low = f;
        else
            high = f;
    }
    return 0.5 * (low + high);
}

static double delta_gap[MAX_ROWS], gamma_gap[MAX_ROWS], vega_gap[MAX_ROWS], theta_gap[MAX_ROWS];
static size_t n_rows;

/* Columns: snapshot_utc, exchange, underlying, instrument, expiry, strike, type, mark_price, bid, ask,
 * mark_iv, delta, gamma, vega, theta, open_interest, volume_24h, underlying_price. Bid and ask may be blank.
 */
static void compare_okx_row(const char *line)
{
    int y, mo, d, h, mi, s, ey, em, ed;
    int32_t day, expiry;
    double k, mark, vol, delta, gamma, vega, theta, spot, t, f;
    char type[8], rest[256], *at = rest;
    enum vol_option_type q;
    struct vol_greeks coin;

    if (sscanf(line, "%d-%d-%d %d:%d:%d,okx,%*[^,],%*[^,],%d-%d-%d,%lf,%7[^,],%lf,%255[^\n]", &y, &mo, &d, &h,
               &mi, &s, &ey, &em, &ed, &k, type, &mark, rest) != 13)
        return;
    at = strchr(at, ',') + 1;
    at = strchr(at, ',') + 1;
    if (sscanf(at, "%lf,%lf,%lf,%lf,%lf,%*[^,],%*[^,],%lf", &vol, &delta, &gamma, &vega, &theta, &spot) != 6)
        return;
    vol_date_from_ymd(y, mo, d, &day);
    vol_date_from_ymd(ey, em, ed, &expiry);
    t = ((expiry - day) + (8 * 3600 - (h * 3600 + mi * 60 + s)) / 86400.0) / 365;
    q = type[0] == 'c' ? VOL_CALL : VOL_PUT;
    /* a day or more to go, and a price that tells the forward: forward delta delta + mark of 0.1 to 0.9 */
    if (!(t > 1.0 / 365) || !(vol > 0) || !(fabs(delta + mark) > 0.1 && fabs(delta + mark) < 0.9) ||
        !UNIT(n_rows < MAX_ROWS))
        return;
    f = forward_of(q, mark, spot, k, t, vol);
    coin = coin_greeks(q, f, k, 1, t, vol, f);
    delta_gap[n_rows] = fabs(coin.delta - delta);
    gamma_gap[n_rows] = fabs(f * coin.gamma - coin.delta - gamma) / (f * coin.gamma + 1);
    vega_gap[n_rows] = fabs(coin.vega / vega - 1);
    theta_gap[n_rows++] = fabs(coin.theta / theta - 1);
}

/* The mark price and the greeks of a row are not of one instant: medians. */
static void test_okx(void)
{
    DIR *dir = opendir(DATA "okx-btc-eth-daily-2026");
    struct dirent *entry;
    char command[600], line[512];
    double gap[4];

    if (dir == NULL) {
        printf("price/inverse: skipped OKX: no " DATA "okx-btc-eth-daily-2026\n");
        return;
    }
    while ((entry = readdir(dir)) != NULL) {
        FILE *in;

        if (strstr(entry->d_name, ".csv.gz") == NULL)
            continue;
        snprintf(command, sizeof command, "gzip -dc '" DATA "okx-btc-eth-daily-2026/%s'", entry->d_name);
        in = popen(command, "r");
        while (in != NULL && fgets(line, sizeof line, in) != NULL)
            compare_okx_row(line);
        if (in != NULL)
            pclose(in);
    }
    closedir(dir);
    gap[0] = median(delta_gap, n_rows);
    gap[1] = median(gamma_gap, n_rows);
    gap[2] = median(vega_gap, n_rows);
    gap[3] = median(theta_gap, n_rows);
    printf("OKX, %zu rows, median differences: delta %.1e, gamma %.1e, vega %.1e, theta %.1e\n", n_rows,
           gap[0], gap[1], gap[2], gap[3]);
    UNIT(n_rows > 10000);
    UNIT(gap[0] <= 2e-4); /* without the premium taken off: 0.03 */
    UNIT(gap[1] <= 1e-3);
    UNIT(gap[2] <= 5e-4);
    UNIT(gap[3] <= 5e-4);
}

/* Two rows that Tardis recorded of Deribit: Black-76 on the row's forward, greeks in dollars, of five
 * decimals. The vol has two decimals of a percent. */
static void test_deribit(void)
{
    FILE *in = fopen(DATA "fixtures/tardis/options_chain.csv", "r");
    char line[512];
    int n = 0;

    if (in == NULL) {
        printf("price/inverse: skipped Deribit: no " DATA "fixtures/tardis/options_chain.csv\n");
        return;
    }
    while (n < 2 && fgets(line, sizeof line, in) != NULL) {
        double ts, expires, k, mark, vol, f, delta, gamma, vega, theta, rho;
        struct vol_greeks_all g;
        struct vol_greeks coin;

        if (sscanf(
                line,
                "deribit,%*[^,],%lf,%*[^,],put,%lf,%lf,%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%*["
                "^,],%lf,%lf,%*[^,],%lf,%lf,%lf,%lf,%lf,%lf",
                &ts, &k, &expires, &mark, &vol, &f, &delta, &gamma, &vega, &theta, &rho) != 11)
            continue;
        g = dollars(VOL_PUT, f, k, 1, (expires - ts) / (365 * 86400e6), vol / 100, f);
        UNIT_NEAR(g.first.delta, delta, 1e-5);
        UNIT_NEAR(g.first.gamma, gamma, 5e-6);
        UNIT_NEAR(g.first.vega, vega, 1e-4);
        UNIT_NEAR(g.first.theta, theta, 5e-3);
        UNIT_NEAR(g.first.rho, rho, 2e-5);
        vol_inverse_greeks(&g, f, &coin);
        UNIT_NEAR(coin.price, mark, 5e-6);
        UNIT_NEAR(coin.delta, delta - mark, 2e-5); /* the net transaction delta */
        n++;
    }
    fclose(in);
    UNIT(n == 2);
}

int main(void)
{
    test_differences();
    test_edges();
    test_okx();
    test_deribit();
    return unit_done("price/inverse");
}
