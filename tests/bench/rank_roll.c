/* rank_roll: rank and percentile of many series, and which structure wins at which lookback.
 *
 *     rank_roll roll SERIES DAYS LOOKBACK FILE     kernel over arrays; prints ns a point; writes both of the
 * first series to FILE, for the comparison with pandas rank_roll structures LOOKBACK                prints ns
 * a point (add and percentile) of counting in a ring, of a sorted array, and of sorted blocks
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "signal/order.h"
#include "signal/rank.h"

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* A vol that reverts to its mean, from a generator that Python can repeat. */
static void make(double *x, size_t n, uint64_t seed)
{
    double level = 0;
    size_t i;

    for (i = 0; i < n; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        level = 0.98 * level + ((double)(seed >> 33) / 2147483648.0 - 0.5);
        x[i] = 20 + level;
    }
}

static int roll(size_t n_series, size_t days, size_t lookback, const char *path)
{
    double *x = malloc(days * sizeof *x), *out = malloc(2 * days * sizeof *out), taken = 0, sum = 0;
    FILE *file;
    size_t i;

    for (i = n_series; i-- > 0;) {
        double start;

        make(x, days, i + 1);
        start = seconds();
        if (vol_rank_rolling(x, days, lookback, lookback, VOL_ISA_BEST, out, out + days) != VOL_OK)
            return 1;
        taken += seconds() - start;
        sum += out[days - 1] + out[2 * days - 1];
    }
    file = fopen(path, "wb");
    if (file == NULL || fwrite(out, sizeof *out, 2 * days, file) != 2 * days || fclose(file) != 0)
        return 1;
    printf("%.3f %.17g\n", 1e9 * taken / (double)(n_series * days), sum);
    free(x);
    free(out);
    return 0;
}

/* The place of X in N sorted values, by halving. */
static size_t place_of(const double *sorted, size_t n, double x)
{
    size_t lo = 0, hi = n;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (sorted[mid] < x)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static int structures(size_t l)
{
    enum { N = 60000 };
    static double x[N];
    double *sorted = malloc((l + 1) * sizeof *sorted), t[4];
    vol_below *below = vol_below_for(VOL_ISA_BEST);
    struct vol_order order;
    size_t i, n = 0, sums[3] = {0, 0, 0};

    make(x, N, 5);
    if (vol_order_init(&order, l) != VOL_OK)
        return 1;
    t[0] = seconds();
    for (i = l; i < N; i++)
        sums[0] += below(x + i - l, l, x[i]);
    t[1] = seconds();
    for (i = 0; i < N; i++) {
        size_t lo = place_of(sorted, n, x[i]);

        sums[1] += i >= l ? lo : 0;
        if (i >= l) {
            size_t old = place_of(sorted, n, x[i - l]);

            memmove(sorted + old, sorted + old + 1, (n - old - 1) * sizeof *sorted);
            n--;
            lo -= lo > old;
        }
        memmove(sorted + lo + 1, sorted + lo, (n - lo) * sizeof *sorted);
        sorted[lo] = x[i];
        n++;
    }
    t[2] = seconds();
    for (i = 0; i < N; i++) {
        if (i >= l) {
            sums[2] += vol_order_below(&order, x[i]);
            vol_order_remove(&order, x[i - l]);
        }
        vol_order_add(&order, x[i]);
    }
    t[3] = seconds();
    if (sums[0] != sums[1] || sums[0] != sums[2])
        return 1;
    printf("%.2f %.2f %.2f\n", 1e9 * (t[1] - t[0]) / (double)(N - l), 1e9 * (t[2] - t[1]) / N,
           1e9 * (t[3] - t[2]) / N);
    vol_order_free(&order);
    free(sorted);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 6 && strcmp(argv[1], "roll") == 0)
        return roll(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10), strtoul(argv[4], NULL, 10),
                    argv[5]);
    if (argc == 3 && strcmp(argv[1], "structures") == 0)
        return structures(strtoul(argv[2], NULL, 10));
    return 64;
}
