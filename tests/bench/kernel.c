/* kernel.c: the implied-vol and greeks kernels over arrays, one core.
 *     kernel N       prints nanoseconds of CPU an option for vol_iv_solve and for vol_greeks, the number of
 * quotes that got no vol, and the worst relative error of the vol where the price carries the digits The
 * quotes are out of the money, 1 to 700 days, 10 to 50 % vol, -3.5 to 2.5 standard deviations from the
 * forward.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "price/greeks.h"
#include "price/iv.h"

static uint64_t seed = 88172645463325252u;

static double uniform(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (double)(seed >> 11) / 9007199254740992.0;
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    size_t n = argc == 2 ? (size_t)atol(argv[1]) : 0, i, lost = 0;
    double *p = calloc(7 * n + 1, sizeof *p), *f = p + n, *k = f + n, *d = k + n, *t = d + n, *vol = t + n;
    double *exact = vol + n, worst = 0, sum = 0, start, iv_ns, greeks_ns;
    signed char *type = calloc(n + 1, 1);
    unsigned char *status = calloc(n + 1, 1);
    struct vol_iv_batch batch = {.n = n,
                                 .type = type,
                                 .price = p,
                                 .forward = f,
                                 .strike = k,
                                 .discount = d,
                                 .t = t,
                                 .vol = vol,
                                 .status = status};
    struct vol_greeks g;

    if (n == 0 || p == NULL || type == NULL || status == NULL)
        return 64;
    for (i = 0; i < n; i++) {
        f[i] = 2900;
        t[i] = floor(1 + 700 * uniform()) / 365;
        exact[i] = 0.1 + 0.4 * uniform();
        k[i] = floor(2900 * exp((6 * uniform() - 3.5) * exact[i] * sqrt(t[i])) / 5) * 5;
        d[i] = exp(-0.02 * t[i]);
        type[i] = k[i] > f[i] ? VOL_CALL : VOL_PUT;
        p[i] = vol_black_price(type[i] > 0 ? VOL_CALL : VOL_PUT, f[i], k[i], d[i], t[i], exact[i]);
    }
    start = seconds();
    vol_iv_solve(&batch);
    iv_ns = (seconds() - start) * 1e9 / (double)n;
    start = seconds();
    for (i = 0; i < n; i++) {
        vol_greeks(type[i] > 0 ? VOL_CALL : VOL_PUT, f[i], k[i], d[i], t[i], exact[i], f[i], &g);
        sum += g.delta + g.gamma + g.theta + g.vega + g.rho;
    }
    greeks_ns = (seconds() - start) * 1e9 / (double)n;
    for (i = 0; i < n; i++) {
        lost += status[i] != VOL_IV_OK;
        if (status[i] == VOL_IV_OK)
            worst = fmax(worst, fabs(vol[i] / exact[i] - 1));
    }
    printf("%.1f %.1f %zu %.2e\n", iv_ns, greeks_ns, lost, worst);
    free(p);
    free(type);
    free(status);
    return !isfinite(sum);
}
