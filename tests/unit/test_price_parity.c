#include "price/parity.h"

#include "price/black.h"
#include <stdint.h>

#include "unit.h"

enum { N = 41 };

static double scratch[5 * N];

/* Calls and puts of F, D at strikes 80 to 120 with a spread of WIDTH times (1 + distance / 10), mids exact.
 */
static void make(struct vol_parity_pair *pairs, double f, double d, double t, double width)
{
    int i;

    for (i = 0; i < N; i++) {
        double k = 80 + i, half = 0.5 * width * (1 + fabs(k - f) / 10);
        double c = vol_black_price(VOL_CALL, f, k, d, t, 0.3) + 2,
               p = vol_black_price(VOL_PUT, f, k, d, t, 0.3) + 2;

        pairs[i] = (struct vol_parity_pair){k, c - half, c + half, p - half, p + half};
    }
}

static void test_exact(void)
{
    struct vol_parity_pair pairs[N];
    struct vol_parity p;

    make(pairs, 101.3, 0.98, 0.5, 0.1);
    UNIT(vol_parity_estimate(pairs, N, 0.5, 0.98, scratch, &p) == VOL_PARITY_OK);
    UNIT_NEAR(p.forward, 101.3, 1e-9);
    UNIT_NEAR(p.discount, 0.98, 1e-9);
    UNIT(p.n_pairs == N && p.n_used > 30);
    UNIT(p.residual < 1e-9);
    /* no curve: the slope says it, drawn to 1 by a hair */
    UNIT(vol_parity_estimate(pairs, N, 0.5, NAN, scratch, &p) == VOL_PARITY_OK);
    UNIT_NEAR(p.forward, 101.3, 1e-4);
    UNIT_NEAR(p.discount, 0.98, 1e-4);
    UNIT(p.discount_error > 0 && p.discount_error < 1e-3);
    /* a curve that is 20 bp off gives way to forty exact pairs at half a year, not at a month */
    UNIT(vol_parity_estimate(pairs, N, 0.5, 0.979, scratch, &p) == VOL_PARITY_OK);
    UNIT_NEAR(p.discount, 0.98, 1e-4);
    make(pairs, 101.3, 0.998, 0.08, 0.1);
    UNIT(vol_parity_estimate(pairs, N, 0.08, 0.9975, scratch, &p) == VOL_PARITY_OK);
    UNIT_NEAR(p.discount, 0.9975, 0);
    UNIT(p.discount_error == 0);
    UNIT_NEAR(p.forward, 101.3, 0.002);
}

static void test_outliers(void)
{
    struct vol_parity_pair pairs[N];
    struct vol_parity p;
    int i;

    make(pairs, 99.7, 0.97, 1.0, 0.2);
    for (i = 3; i < N; i += 5) { /* a fifth of the calls are stale by some spreads */
        pairs[i].call_bid += 1.5;
        pairs[i].call_ask += 1.5;
    }
    UNIT(vol_parity_estimate(pairs, N, 1.0, NAN, scratch, &p) == VOL_PARITY_OK);
    UNIT_NEAR(p.forward, 99.7, 2e-3);
    UNIT_NEAR(p.discount, 0.97, 2e-3);
    UNIT(p.n_used <= N - 8);
    pairs[20].put_bid = pairs[20].put_ask + 1; /* crossed, missing and without a bid: no pairs */
    pairs[21].put_ask = NAN;
    pairs[22].call_bid = 0;
    UNIT(vol_parity_estimate(pairs, N, 1.0, NAN, scratch, &p) == VOL_PARITY_OK);
    UNIT(p.n_pairs == N - 3);
    UNIT_NEAR(p.forward, 99.7, 2e-3);
}

static void test_few(void)
{
    struct vol_parity_pair pairs[N], one = {100, 5.0, 5.2, 3.9, 4.1};
    struct vol_parity p;

    UNIT(vol_parity_estimate(&one, 1, 0.25, 0.99, scratch, &p) == VOL_PARITY_OK);
    UNIT_NEAR(p.forward, 100 + 1.1 / 0.99, 1e-12);
    UNIT_NEAR(p.discount, 0.99, 1e-12);
    UNIT(p.n_pairs == 1 && p.n_used == 1);
    UNIT(p.forward_error > 0.01 && p.forward_error < 0.2);
    UNIT(vol_parity_estimate(&one, 1, 0.25, NAN, scratch, &p) == VOL_PARITY_OK);
    UNIT_NEAR(p.forward, 101.1, 1e-9); /* D = 1: nothing else is known */
    UNIT(vol_parity_estimate(NULL, 0, 0.25, 0.99, scratch, &p) == VOL_PARITY_NO_PAIRS);
    UNIT(isnan(p.forward) && isnan(p.discount));
    one.put_bid = 0;
    UNIT(vol_parity_estimate(&one, 1, 0.25, 0.99, scratch, &p) == VOL_PARITY_NO_PAIRS);
    make(pairs, 100, 0.99, 0.25, 0.1);
    UNIT(vol_parity_estimate(pairs, N, 0, 0.99, scratch, &p) == VOL_PARITY_NO_PAIRS);
    UNIT(vol_parity_estimate(pairs, N, NAN, 0.99, scratch, &p) == VOL_PARITY_NO_PAIRS);
    UNIT_STR(vol_parity_status_name(VOL_PARITY_OK), "ok");
    UNIT_STR(vol_parity_status_name(VOL_PARITY_INCONSISTENT), "inconsistent");
}

/* Puts that were quoted at another time than the calls of every other strike: no forward fits the market. */
static void test_inconsistent(void)
{
    struct vol_parity_pair pairs[N];
    struct vol_parity p;
    int i;

    make(pairs, 100, 0.99, 0.25, 0.05);
    for (i = 0; i < N; i++) {
        double shift = (i * 7 % 5 - 2) * 1.5;

        pairs[i].put_bid += shift;
        pairs[i].put_ask += shift;
    }
    UNIT(vol_parity_estimate(pairs, N, 0.25, 0.99, scratch, &p) == VOL_PARITY_INCONSISTENT);
    UNIT(isnan(p.forward) && p.residual > 1);
}

/* The standard errors are those of the estimates, however few the strikes: chains of a known forward whose
 * mids are off by normal noise of 0.3 half-spreads, 90 days to go, no curve; then (F - truth) / error has a
 * deviation of about 1. */
static void test_errors(void)
{
    static const int strikes[] = {5, 8, 11, 31};
    struct vol_parity_pair pairs[31];
    double room[5 * 31];
    uint64_t state = 12345;
    size_t c;

    for (c = 0; c < sizeof strikes / sizeof strikes[0]; c++) {
        double sum = 0, worst_share = 0;
        int n = strikes[c], runs = 400, run, i, j;

        for (run = 0; run < runs; run++) {
            struct vol_parity fit;

            for (i = 0; i < n; i++) {
                double k = 100 + 20.0 * (i - (n - 1) / 2.0) / n, noise = -6, c_mid, half = 0.05;

                for (j = 0; j < 12; j++) { /* twelve uniform numbers less six: near enough to normal */
                    state = state * 6364136223846793005u + 1442695040888963407u;
                    noise += (double)(state >> 11) / 9007199254740992.0;
                }
                c_mid = 20 + 0.99 * (101 - k) + 0.3 * 2 * half * noise;
                pairs[i] = (struct vol_parity_pair){k, c_mid - half, c_mid + half, 20 - half, 20 + half};
            }
            UNIT(vol_parity_estimate(pairs, (size_t)n, 0.25, NAN, room, &fit) == VOL_PARITY_OK);
            sum += pow((fit.forward - 101) / fit.forward_error, 2);
            worst_share += fabs(fit.forward - 101) > 3 * fit.forward_error;
        }
        printf("parity: %d strikes: deviation of (F - truth) / error %.2f, beyond three %.1f %%\n", n,
               sqrt(sum / runs), 100 * worst_share / runs);
        UNIT(sqrt(sum / runs) > 0.5 && sqrt(sum / runs) < 1.45);
        UNIT(worst_share / runs < 0.03);
    }
}

int main(void)
{
    test_exact();
    test_outliers();
    test_few();
    test_inconsistent();
    test_errors();
    return unit_done("price/parity");
}
