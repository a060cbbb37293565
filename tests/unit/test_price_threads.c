/* The kernels of lib/price from many threads: on the same input and on parts of it, each result is the same,
 * bit for bit. Run it also under ThreadSanitizer: make SANITIZE=thread BUILD=build/tsan
 * build/tsan/unit/test_price_threads */
#include <pthread.h>

#include "price/black.h"
#include "price/carry.h"
#include "price/greeks.h"
#include "price/greeks_batch.h"
#include "price/inverse.h"
#include "price/iv.h"
#include "price/parity.h"

#include "unit.h"

enum { N = 10007, THREADS = 8, STRIKES = 40 }; /* a prime: parts begin anywhere in a vector of lanes */

static signed char type[N];
static double price[N], forward[N], strike[N], discount[N], t[N], spot[N];

struct results {
    double vol[N], distance[N], model[N], delta[N], gamma[N], theta[N], vega[N], rho[N];
    struct vol_greeks_all all[N];
    struct vol_greeks coin[N];
    struct vol_parity parity;
    double yield, yield_error;
    unsigned char status[N];
};

static struct results alone, shared, own[THREADS];

struct task {
    struct results *out;
    size_t first, n;
};

/* Numbers that look like a book: all expiries, strikes, both sides, some without a vol. */
static void fill(void)
{
    unsigned long random = 20190426;
    size_t i;

    for (i = 0; i < N; i++) {
        double u[5];
        int j;

        for (j = 0; j < 5; j++) {
            random = random * 6364136223846793005UL + 1442695040888963407UL;
            u[j] = (double)(random >> 11) * 0x1p-53;
        }
        type[i] = u[0] < 0.5 ? VOL_CALL : VOL_PUT;
        t[i] = exp(-13 + 16 * u[1]);
        spot[i] = i % 7 == 0 ? NAN : 2900;
        forward[i] = 2900 * exp(0.01 * t[i]);
        discount[i] = exp(-0.03 * t[i]);
        strike[i] = forward[i] * exp(4 * (u[2] - 0.5) * sqrt(t[i]));
        price[i] = vol_black_price(type[i] == VOL_CALL ? VOL_CALL : VOL_PUT, forward[i], strike[i],
                                   discount[i], t[i], 0.05 + u[3]);
        if (u[4] < 0.05)
            price[i] = u[4] < 0.02 ? NAN : 1e5 * (u[4] - 0.03);
    }
}

static void batches(struct results *r, size_t i, size_t n)
{
    vol_iv_solve(&(struct vol_iv_batch){.n = n,
                                        .type = type + i,
                                        .price = price + i,
                                        .forward = forward + i,
                                        .strike = strike + i,
                                        .discount = discount + i,
                                        .t = t + i,
                                        .vol = r->vol + i,
                                        .distance = r->distance + i,
                                        .status = r->status + i});
    vol_greeks_solve(&(struct vol_greeks_batch){.n = n,
                                                .type = type + i,
                                                .forward = forward + i,
                                                .strike = strike + i,
                                                .discount = discount + i,
                                                .t = t + i,
                                                .vol = r->vol + i,
                                                .spot = spot + i,
                                                .price = r->model + i,
                                                .delta = r->delta + i,
                                                .gamma = r->gamma + i,
                                                .theta = r->theta + i,
                                                .vega = r->vega + i,
                                                .rho = r->rho + i});
}

static void one_by_one(struct results *r, size_t first, size_t n)
{
    size_t i;

    for (i = first; i < first + n; i++) {
        struct vol_greeks_input in = {.type = type[i] == VOL_CALL ? VOL_CALL : VOL_PUT,
                                      .forward = forward[i],
                                      .strike = strike[i],
                                      .discount = discount[i],
                                      .t = t[i],
                                      .t_var = 0.8 * t[i],
                                      .speed = 0.5,
                                      .vol = r->vol[i],
                                      .spot = spot[i]};

        vol_greeks_all(&in, &r->all[i]);
        vol_inverse_greeks(&r->all[i], spot[i], &r->coin[i]);
    }
}

static void parity(struct results *r)
{
    struct vol_parity_pair pair[STRIKES];
    double scratch[5 * STRIKES];
    int i;

    for (i = 0; i < STRIKES; i++) {
        double k = 2500 + 20 * i, call = vol_black_price(VOL_CALL, 2900, k, 0.99, 0.5, 0.2);
        double put = call - 0.99 * (2900 - k);

        pair[i] = (struct vol_parity_pair){k, call - 0.3, call + 0.4, put - 0.4, put + 0.3};
    }
    vol_parity_estimate(pair, STRIKES, 0.5, NAN, scratch, &r->parity);
    r->yield = vol_carry_yield(2900, r->parity.forward, r->parity.discount, 0.5);
    r->yield_error = vol_carry_yield_error(r->parity.forward, r->parity.discount, 0.5,
                                           r->parity.forward_error, r->parity.discount_error);
}

static void *work(void *argument)
{
    const struct task *task = argument;

    batches(task->out, task->first, task->n);
    one_by_one(task->out, task->first, task->n);
    if (task->first == 0)
        parity(task->out);
    return NULL;
}

static void run(struct task *task)
{
    pthread_t thread[THREADS];
    int i;

    for (i = 0; i < THREADS; i++)
        if (!UNIT(pthread_create(&thread[i], NULL, work, &task[i]) == 0))
            return;
    for (i = 0; i < THREADS; i++)
        UNIT(pthread_join(thread[i], NULL) == 0);
}

/* Two results; the padding of `parity` is not compared, nor the sign of a NaN. */
static int same(const double *a, const double *b, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (memcmp(&a[i], &b[i], sizeof *a) != 0 && !(isnan(a[i]) && isnan(b[i])))
            return 0;
    return 1;
}

static void compare(const struct results *r)
{
    UNIT(memcmp(r->status, alone.status, sizeof r->status) == 0);
    UNIT(same(r->vol, alone.vol, N) && same(r->distance, alone.distance, N));
    UNIT(same(r->model, alone.model, N) && same(r->delta, alone.delta, N) && same(r->gamma, alone.gamma, N));
    UNIT(same(r->theta, alone.theta, N) && same(r->vega, alone.vega, N) && same(r->rho, alone.rho, N));
    UNIT(same((const double *)(const void *)r->all, (const double *)(const void *)alone.all,
              N * (sizeof(struct vol_greeks_all) / sizeof(double))));
    UNIT(same((const double *)(const void *)r->coin, (const double *)(const void *)alone.coin,
              N * (sizeof(struct vol_greeks) / sizeof(double))));
    UNIT(same(&r->parity.forward, &alone.parity.forward, 1) &&
         same(&r->parity.discount, &alone.parity.discount, 1));
    UNIT(same(&r->yield, &alone.yield, 1) && same(&r->yield_error, &alone.yield_error, 1));
}

int main(void)
{
    struct task task[THREADS];
    size_t i, n_ok = 0;

    fill();
    work(&(struct task){&alone, 0, N});
    for (i = 0; i < N; i++)
        n_ok += alone.status[i] == VOL_IV_OK;
    UNIT(n_ok > N / 2 && n_ok < N);
    UNIT(alone.parity.status == VOL_PARITY_OK);

    /* the same input, read by all at once */
    for (i = 0; i < THREADS; i++)
        task[i] = (struct task){&own[i], 0, N};
    run(task);
    for (i = 0; i < THREADS; i++)
        compare(&own[i]);

    /* parts of one book, written side by side */
    for (i = 0; i < THREADS; i++)
        task[i] = (struct task){&shared, i * N / THREADS, (i + 1) * N / THREADS - i * N / THREADS};
    run(task);
    compare(&shared);
    return unit_done("price/threads");
}
