/* kernel.c: the implied-vol and greeks kernels over arrays, one core.
 *
 *     kernel OPTIONS ISA VOLS       generic, avx2, avx512 or best
 *
 * Prints nanoseconds of CPU an option for vol_iv_solve, for vol_greeks_solve (price and five greeks at the
 * true vols), for vol_iv and for vol_greeks called one by one, the sum of all greeks, and the level that was
 * used. VOLS gets the implied vols, then the prices, deltas, gammas, thetas, vegas and rhos.
 */
#include <string.h>

#include "options.h"
#include "price/greeks.h"
#include "price/greeks_batch.h"
#include "price/iv.h"

enum { TIMES = 5, OUT_RUNS = 7 };

static double iv_ns(const struct vol_iv_batch *batch)
{
    clock_t start;
    int i;

    vol_iv_solve(batch); /* its arrays are touched for the first time */
    start = clock();
    for (i = 0; i < TIMES; i++)
        vol_iv_solve(batch);
    return options_ns(start, TIMES * batch->n);
}

static double greeks_ns(const struct vol_greeks_batch *batch)
{
    clock_t start;
    int i;

    vol_greeks_solve(batch);
    start = clock();
    for (i = 0; i < TIMES; i++)
        vol_greeks_solve(batch);
    return options_ns(start, TIMES * batch->n);
}

static double single_iv_ns(const struct options *o, double *vol)
{
    clock_t start = clock();
    size_t i;

    for (i = 0; i < o->n; i++)
        vol_iv(o->type[i] > 0 ? VOL_CALL : VOL_PUT, o->price[i], o->forward[i], o->strike[i], o->discount[i],
               o->t[i], &vol[i], NULL);
    return options_ns(start, o->n);
}

static double single_greeks_ns(const struct options *o, double *sum)
{
    clock_t start = clock();
    struct vol_greeks g;
    size_t i;

    *sum = 0;
    for (i = 0; i < o->n; i++) {
        vol_greeks(o->type[i] > 0 ? VOL_CALL : VOL_PUT, o->forward[i], o->strike[i], o->discount[i], o->t[i],
                   o->vol[i], o->forward[i], &g);
        *sum += g.price + g.delta + g.gamma + g.theta + g.vega + g.rho;
    }
    return options_ns(start, o->n);
}

int main(int argc, char **argv)
{
    struct options o;
    enum vol_isa isa;
    double *out, ns[4], sum;
    signed char *type;
    unsigned char *status;
    size_t i;

    if (argc != 4 || vol_isa_find(strcmp(argv[2], "best") == 0 ? NULL : argv[2], &isa, NULL) != VOL_OK)
        return 64;
    options_read(&o, argv[1]);
    out = calloc(OUT_RUNS * o.n, sizeof *out);
    type = calloc(o.n, 1);
    status = calloc(o.n, 1);
    if (out == NULL || type == NULL || status == NULL)
        return 71;
    for (i = 0; i < o.n; i++)
        type[i] = o.type[i] > 0 ? VOL_CALL : VOL_PUT;
    /* One by one first: the arrays are in place of its vols afterwards. */
    ns[2] = single_iv_ns(&o, out);
    ns[3] = single_greeks_ns(&o, &sum);
    ns[0] = iv_ns(&(struct vol_iv_batch){.n = o.n,
                                         .type = type,
                                         .price = o.price,
                                         .forward = o.forward,
                                         .strike = o.strike,
                                         .discount = o.discount,
                                         .t = o.t,
                                         .vol = out,
                                         .status = status,
                                         .isa = isa});
    ns[1] = greeks_ns(&(struct vol_greeks_batch){.n = o.n,
                                                 .type = type,
                                                 .forward = o.forward,
                                                 .strike = o.strike,
                                                 .discount = o.discount,
                                                 .t = o.t,
                                                 .vol = o.vol,
                                                 .spot = o.forward,
                                                 .price = out + o.n,
                                                 .delta = out + 2 * o.n,
                                                 .gamma = out + 3 * o.n,
                                                 .theta = out + 4 * o.n,
                                                 .vega = out + 5 * o.n,
                                                 .rho = out + 6 * o.n,
                                                 .isa = isa});
    printf("%.2f %.2f %.2f %.2f %.17g %s\n", ns[0], ns[1], ns[2], ns[3], sum,
           vol_isa_name(vol_isa_usable(isa)));
    options_write(argv[3], out, OUT_RUNS * o.n);
    free(out);
    free(type);
    free(status);
    free(o.type);
    return 0;
}
