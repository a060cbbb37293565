/* market.c: options as a chain has them, for the kernels of the bench.
 *
 *     market N FILE       writes N options in the form of options.h
 *
 * Calls and puts in turn, 1 to 700 days, 10 to 50 % vol, strikes on a grid of 5 from -3.5 to 2.5 standard
 * deviations around the forward, so that half of them are in the money; prices are not rounded to ticks. An
 * option whose time value is below 1e-9 of the price is drawn again: its price says nothing about its vol.
 */
#include <math.h>
#include <stdint.h>

#include "options.h"
#include "price/black.h"

static uint64_t seed = 88172645463325252u;

static double uniform(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (double)(seed >> 11) / 9007199254740992.0;
}

static void draw(struct options *o, size_t i)
{
    enum vol_option_type type = i % 2 == 0 ? VOL_CALL : VOL_PUT;
    double intrinsic;

    do {
        o->type[i] = type;
        o->forward[i] = 2900 + floor(4000 * uniform()) / 100;
        o->t[i] = floor(1 + 700 * uniform()) / 365;
        o->vol[i] = 0.1 + 0.4 * uniform();
        o->strike[i] = floor(o->forward[i] * exp((6 * uniform() - 3.5) * o->vol[i] * sqrt(o->t[i])) / 5) * 5;
        o->discount[i] = exp(-0.02 * o->t[i]);
        o->price[i] = vol_black_price(type, o->forward[i], o->strike[i], o->discount[i], o->t[i], o->vol[i]);
        intrinsic = o->discount[i] *
                    fmax(type == VOL_CALL ? o->forward[i] - o->strike[i] : o->strike[i] - o->forward[i], 0);
    } while (!(o->price[i] - intrinsic > 1e-9 * o->price[i]));
}

int main(int argc, char **argv)
{
    size_t n = argc == 3 ? (size_t)atol(argv[1]) : 0, i;
    double *data = calloc(OPTIONS_RUNS * n + 1, sizeof *data);
    struct options o;

    if (n == 0 || data == NULL)
        return 64;
    options_place(&o, data, n);
    for (i = 0; i < n; i++)
        draw(&o, i);
    options_write(argv[2], data, OPTIONS_RUNS * n);
    free(data);
    return 0;
}
