/* embed.c: implied vols and greeks of many options from a program of one's own, with the library alone.
 *
 *     make install PREFIX=$HOME/.local
 *     export PKG_CONFIG_PATH=$HOME/.local/lib/pkgconfig
 *     cc -O2 -o embed examples/embed.c $(pkg-config --cflags --libs-only-L volpipe) -lvol -lm -pthread
 *
 * lib/price needs the mathematics library and nothing else; a program that reads records takes all of
 * `pkg-config --libs volpipe`. From C++, put the #include lines inside extern "C" { }.
 *
 * The functions over arrays take a structure of arrays: n prices in, n vols and statuses out, then n sets of
 * greeks. All memory is the caller's. They keep no state, take no lock and allocate nothing, so any number of
 * threads may call them at once as long as no two write the same elements: below, each of two threads values
 * its half of the arrays. An option's result does not depend on its neighbours or on its place, so the halves
 * give the same bits as the whole.
 *
 * Units: prices per unit of the underlying, t in years, vols as decimals; theta per calendar day, vega per
 * vol point. What has no vol has NaN everywhere, and a status that says why: look at it before the numbers.
 */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "price/greeks_batch.h"
#include "price/iv.h"

enum { N = 8 };

/* SPXW options of 2019-04-26 at 16:15 for 2019-05-24, mids; F and D are those that their puts and calls agree
 * on (vgreeks says them). The last two are no quotes: one is worth less than its exercise, one has no price.
 */
static const signed char type[N] = {VOL_PUT,  VOL_PUT,  VOL_PUT,  VOL_CALL,
                                    VOL_CALL, VOL_CALL, VOL_CALL, VOL_CALL};
static const double strike[N] = {2750, 2850, 2940, 2940, 2980, 3050, 2500, 3100};
static const double price[N] = {5.55, 12.2, 31.8, 32, 13, 1.75, 439, NAN};
static const double spot = 2939.88, forward = 2940.184, discount = 0.998384, years = 27.989583 / 365;

/* Everything per option, also what all share: a book of many expiries is one call. */
struct book {
    double forward[N], discount[N], t[N], spot[N];
    double vol[N], distance[N];
    unsigned char status[N];
    double model[N], delta[N], gamma[N], theta[N], vega[N], rho[N];
};

/* A part of a book, for a thread. */
struct part {
    struct book *book;
    size_t first, n;
};

static void *value(void *argument)
{
    const struct part *part = argument;
    struct book *b = part->book;
    size_t i = part->first;

    vol_iv_solve(&(struct vol_iv_batch){
        .n = part->n,
        .type = type + i,
        .price = price + i,
        .forward = b->forward + i,
        .strike = strike + i,
        .discount = b->discount + i,
        .t = b->t + i,
        .vol = b->vol + i,
        .distance = b->distance + i,
        .status = b->status + i,
    });
    vol_greeks_solve(&(struct vol_greeks_batch){
        .n = part->n,
        .type = type + i,
        .forward = b->forward + i,
        .strike = strike + i,
        .discount = b->discount + i,
        .t = b->t + i,
        .vol = b->vol + i,
        .spot = b->spot + i,
        .price = b->model + i,
        .delta = b->delta + i,
        .gamma = b->gamma + i,
        .theta = b->theta + i,
        .vega = b->vega + i,
        .rho = b->rho + i,
    });
    return NULL;
}

static void fill(struct book *b)
{
    size_t i;

    memset(b, 0, sizeof *b);
    for (i = 0; i < N; i++) {
        b->forward[i] = forward;
        b->discount[i] = discount;
        b->t[i] = years;
        b->spot[i] = spot;
    }
}

int main(void)
{
    static struct book whole, halves;
    struct part all = {&whole, 0, N}, half[2] = {{&halves, 0, N / 2}, {&halves, N / 2, N - N / 2}};
    pthread_t thread[2];
    size_t i;

    fill(&whole);
    value(&all);

    fill(&halves);
    for (i = 0; i < 2; i++)
        if (pthread_create(&thread[i], NULL, value, &half[i]) != 0)
            return 1;
    for (i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    if (memcmp(&whole, &halves, sizeof whole) != 0)
        return 1;

    puts("type strike   price status            vol   delta    gamma   theta    vega");
    for (i = 0; i < N; i++)
        printf("%c    %6g %7.2f %-15s %.4f %7.4f %8.6f %7.4f %7.4f\n", type[i] == VOL_CALL ? 'C' : 'P',
               strike[i], price[i], vol_iv_status_name(whole.status[i]), whole.vol[i], whole.delta[i],
               whole.gamma[i], whole.theta[i], whole.vega[i]);
    return 0;
}
