/* american.c: American prices and vols, option by option, spot 100, one core.
 *     american make N FILE         N random options (options.h), with the fast preset's price
 *     american PRESET FILE OUT     PRESET fast or reference: nanoseconds of CPU a price; OUT gets the prices
 *     american cash FILE OUT       the same for a cash dividend at half time, 1 % of the spot (fd.h)
 *     american iv FILE OUT         nanoseconds of CPU an implied vol, and a price of the same options; mean
 * and greatest number of prices a vol; how many vols were not found, and of how many options (those with a
 * time value of half a cent); OUT gets the vols */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "options.h"
#include "price/american_cash.h"
#include "price/american_iv.h"

#define SPOT 100.0

static uint64_t seed = 88172645463325252u;

static double uniform(double low, double high)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return low + (high - low) * (double)(seed >> 11) / 9007199254740992.0;
}

static enum vol_option_type type_of(const struct options *o, size_t i)
{
    return o->type[i] > 0 ? VOL_CALL : VOL_PUT;
}

static double price(enum vol_american_preset preset, const struct options *o, size_t i)
{
    return vol_american_price_forward(preset, type_of(o, i), o->forward[i], o->strike[i], o->discount[i],
                                      o->t[i], o->vol[i], SPOT);
}

/* Strikes 80 to 120, rates and yields to 12 % (both pay early exercise), vols 5 to 80 %, a week to three
 * years. */
static int make(size_t n, const char *path)
{
    struct options o;
    double *data = calloc(OPTIONS_RUNS * n + 1, sizeof *data);
    size_t i;

    if (data == NULL)
        return 71;
    options_place(&o, data, n);
    for (i = 0; i < n; i++) {
        double r = uniform(.001, .12), q = uniform(.001, .12);

        o.type[i] = i % 2 ? 1 : -1;
        o.strike[i] = uniform(80, 120);
        o.vol[i] = uniform(.05, .8);
        o.t[i] = .02 + 3 * uniform(0, 1) * uniform(0, 1);
        o.forward[i] = SPOT * exp((r - q) * o.t[i]);
        o.discount[i] = exp(-r * o.t[i]);
        o.price[i] = price(VOL_AMERICAN_FAST, &o, i);
    }
    options_write(path, data, OPTIONS_RUNS * n);
    free(data);
    return 0;
}

static void time_prices(enum vol_american_preset preset, const struct options *o, double *out)
{
    clock_t start = clock();
    size_t i;

    for (i = 0; i < o->n; i++)
        out[i] = price(preset, o, i);
    printf("%.2f\n", options_ns(start, o->n));
}

static void time_vols(const struct options *o, double *out)
{
    size_t i, lost = 0, n = 0;
    long prices = 0;
    int took, most = 0;
    double vol_ns, sum = 0;
    unsigned char *asked = calloc(o->n + 1, 1);
    clock_t start;

    if (asked == NULL)
        exit(71);
    for (i = 0; i < o->n; i++) {
        asked[i] = o->price[i] > vol_american_price_forward(VOL_AMERICAN_FAST, type_of(o, i), o->forward[i],
                                                            o->strike[i], o->discount[i], o->t[i], 0, SPOT) +
                                     .005;
        n += asked[i];
    }
    start = clock();
    for (i = 0; i < o->n; i++) {
        if (!asked[i])
            continue;
        lost += vol_american_iv(type_of(o, i), o->price[i], o->forward[i], o->strike[i], o->discount[i],
                                o->t[i], SPOT, &out[i], NULL, &took) != VOL_IV_OK;
        prices += took;
        most = took > most ? took : most;
    }
    vol_ns = options_ns(start, n);
    start = clock();
    for (i = 0; i < o->n; i++)
        sum += asked[i] ? price(VOL_AMERICAN_FAST, o, i) : 0;
    printf("%.2f %.2f %.3f %d %zu %zu\n", vol_ns, options_ns(start, n), (double)prices / (double)n, most,
           lost, n);
    if (!(sum > 0))
        exit(70);
    free(asked);
}

static void time_cash(const struct options *o, double *out)
{
    static struct vol_fd_work work;
    clock_t start = clock();
    size_t i;

    for (i = 0; i < o->n; i++) {
        double r = -log(o->discount[i]) / o->t[i], when = .5 * o->t[i], amount = .01 * SPOT;
        struct vol_dividends dividends = {1, &when, &amount};
        struct vol_fd_option f = {type_of(o, i), true,      SPOT,       o->strike[i],      r, 0,
                                  o->t[i],       o->vol[i], &dividends, VOL_DIVIDENDS_SPOT};

        out[i] = vol_american_cash_price(&f, &vol_fd_fast, &work);
    }
    printf("%.2f\n", options_ns(start, o->n));
}

int main(int argc, char **argv)
{
    struct options o;
    double *out;

    if (argc == 4 && strcmp(argv[1], "make") == 0)
        return make((size_t)atol(argv[2]), argv[3]);
    if (argc != 4)
        return 64;
    options_read(&o, argv[2]);
    out = calloc(o.n + 1, sizeof *out);
    if (out == NULL)
        return 71;
    if (strcmp(argv[1], "iv") == 0)
        time_vols(&o, out);
    else if (strcmp(argv[1], "cash") == 0)
        time_cash(&o, out);
    else
        time_prices(strcmp(argv[1], "reference") == 0 ? VOL_AMERICAN_REFERENCE : VOL_AMERICAN_FAST, &o, out);
    options_write(argv[3], out, o.n);
    free(out);
    return 0;
}
