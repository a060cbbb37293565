/* The kernels over arrays: the same bits at every level, place and length, whatever the neighbours hold, and
 * those of the scalar code to a few units in the last place. */
#include "price/greeks_batch.h"
#include "price/isa.h"
#include "price/iv.h"

#include <float.h>
#include <stdint.h>
#include <stdlib.h>

#include "price/greeks.h"
#include "unit.h"

enum { N = 6000, ROOM = 40, GREEKS = 6 };

/* Options, and what a kernel says of them. */
struct set {
    size_t n;
    signed char type[N];
    double price[N], forward[N], strike[N], discount[N], t[N], vol[N], spot[N];
};

struct answer {
    double vol[N], distance[N], greek[GREEKS][N];
    unsigned char status[N];
};

static uint64_t seed = 88172645463325252u;

static double uniform(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (double)(seed >> 11) / 9007199254740992.0;
}

/* A level that the CPU lacks is left out: `usable` gives another one for it. */
static int lacks(enum vol_isa isa)
{
    return vol_isa_usable(isa) != isa;
}

static void test_isa(void)
{
    struct vol_error err = {VOL_OK, ""};
    enum vol_isa isa = VOL_ISA_AVX2, best = vol_isa_usable(VOL_ISA_BEST), i;

    UNIT(vol_isa_find(NULL, &isa, &err) == VOL_OK && isa == VOL_ISA_BEST);
    UNIT(vol_isa_find("generic", &isa, &err) == VOL_OK && isa == VOL_ISA_GENERIC);
    UNIT(vol_isa_find("sse9", &isa, &err) == VOL_ECONFIG && isa == VOL_ISA_GENERIC);
    UNIT_STR(err.text, "\"sse9\" is none of generic, avx2, avx512");
    UNIT(best != VOL_ISA_BEST && !lacks(best));
    UNIT(!lacks(VOL_ISA_GENERIC));
    for (i = VOL_ISA_GENERIC; i <= VOL_ISA_AVX512; i++) {
        UNIT(vol_isa_find(vol_isa_name(i), &isa, NULL) == (lacks(i) ? VOL_EUNAVAILABLE : VOL_OK));
        UNIT(lacks(i) || isa == i);
        if (lacks(i))
            printf("lanes: this CPU has no %s: left out\n", vol_isa_name(i));
    }
}

/* Ordinary quotes, in and out of the money, and every seventh one of a kind that nobody wants to see. */
static void fill(struct set *o)
{
    static const double bad[] = {NAN,    INFINITY, -INFINITY, 0,     -0.0,   -1,
                                 5e-324, 1e-310,   1e-200,    1e200, DBL_MAX};
    size_t i;

    o->n = N;
    for (i = 0; i < N; i++) {
        double *member[] = {&o->price[i], &o->forward[i], &o->strike[i], &o->discount[i],
                            &o->t[i],     &o->vol[i],     &o->spot[i]};
        double s;

        o->forward[i] = exp(12 * uniform() - 3);
        o->t[i] = exp(15 * uniform() - 11);
        o->vol[i] = exp(6 * uniform() - 4);
        s = o->vol[i] * sqrt(o->t[i]);
        o->strike[i] = o->forward[i] * (i % 11 == 0 ? 1 : exp(s * (9 * uniform() - 4.5)));
        o->discount[i] = exp(-0.05 * uniform() * o->t[i]);
        o->spot[i] = i % 5 == 0 ? NAN : o->forward[i] * exp(-0.03 * uniform() * o->t[i]);
        o->type[i] = uniform() < 0.5 ? VOL_CALL : VOL_PUT;
        o->price[i] = vol_black_price(o->type[i] > 0 ? VOL_CALL : VOL_PUT, o->forward[i], o->strike[i],
                                      o->discount[i], o->t[i], o->vol[i]);
        if (i % 7 == 3)
            *member[(size_t)(7 * uniform())] = bad[(size_t)(11 * uniform())];
        if (i % 35 == 4)
            o->price[i] *= 10 * uniform();
    }
}

/* N of the options from AT on, written to the same places of OUT. */
static void solve(const struct set *o, size_t at, size_t n, enum vol_isa isa, struct answer *out)
{
    struct vol_iv_batch iv = {.n = n,
                              .type = o->type + at,
                              .price = o->price + at,
                              .forward = o->forward + at,
                              .strike = o->strike + at,
                              .discount = o->discount + at,
                              .t = o->t + at,
                              .vol = out->vol + at,
                              .distance = out->distance + at,
                              .status = out->status + at,
                              .isa = isa};
    struct vol_greeks_batch greeks = {.n = n,
                                      .type = o->type + at,
                                      .forward = o->forward + at,
                                      .strike = o->strike + at,
                                      .discount = o->discount + at,
                                      .t = o->t + at,
                                      .vol = o->vol + at,
                                      .spot = o->spot + at,
                                      .price = out->greek[0] + at,
                                      .delta = out->greek[1] + at,
                                      .gamma = out->greek[2] + at,
                                      .theta = out->greek[3] + at,
                                      .vega = out->greek[4] + at,
                                      .rho = out->greek[5] + at,
                                      .isa = isa};

    vol_iv_solve(&iv);
    vol_greeks_solve(&greeks);
}

/* Bit for bit, but that a NaN is a NaN. */
static int same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static long differences(const struct answer *a, const struct answer *b, size_t at, size_t n)
{
    long count = 0;
    size_t i, j;

    for (i = at; i < at + n; i++) {
        count += a->status[i] != b->status[i] || !same(a->vol[i], b->vol[i]) ||
                 !same(a->distance[i], b->distance[i]);
        for (j = 0; j < GREEKS; j++)
            count += !same(a->greek[j][i], b->greek[j][i]);
    }
    return count;
}

/* Lengths 0 to 33 at odd places: what stands before and behind must stay what it was. */
static void test_pieces(const struct set *o, const struct answer *whole, enum vol_isa isa)
{
    static struct answer piece;
    size_t n, at;

    for (n = 0; n <= 33; n++)
        for (at = 1; at + n < 300; at += 37) {
            memset(&piece, 0x5a, sizeof piece);
            solve(o, at, n, isa, &piece);
            UNIT(differences(whole, &piece, at, n) == 0);
            UNIT(piece.status[at - 1] == 0x5a && piece.status[at + n] == 0x5a);
            UNIT(same(piece.vol[at - 1], piece.vol[1000]) && same(piece.vol[at + n], piece.vol[1000]));
            UNIT(same(piece.greek[5][at - 1], piece.vol[1000]) &&
                 same(piece.greek[5][at + n], piece.vol[1000]));
        }
}

static void test_levels(const struct set *o)
{
    static struct answer generic, wide;
    enum vol_isa isa;

    solve(o, 0, o->n, VOL_ISA_GENERIC, &generic);
    for (isa = VOL_ISA_BEST; isa <= VOL_ISA_AVX512; isa++) {
        if (isa != VOL_ISA_BEST && lacks(isa))
            continue;
        memset(&wide, 0x5a, sizeof wide);
        solve(o, 0, o->n, isa, &wide);
        UNIT(differences(&generic, &wide, 0, o->n) == 0);
        test_pieces(o, &generic, isa);
    }
}

static int near(double got, double want, double tolerance)
{
    return (isnan(got) && isnan(want)) || got == want || fabs(got - want) <= tolerance * fabs(want);
}

/* The status and the distance are those of vol_iv, the vol as good as the price is: what its last place moves
 * (with vega from exp(-(a^2 + d^2))), and some units in the last place. */
static void test_iv_scalar(const struct set *o, const struct answer *got)
{
    size_t i;
    double worst = 0;
    long n[6] = {0};

    for (i = 0; i < o->n; i++) {
        double vol, distance, x, s, vega;
        enum vol_iv_status status = vol_iv(o->type[i] > 0 ? VOL_CALL : VOL_PUT, o->price[i], o->forward[i],
                                           o->strike[i], o->discount[i], o->t[i], &vol, &distance);

        n[status]++;
        UNIT(got->status[i] == status);
        UNIT(same(got->distance[i], distance));
        if (status != VOL_IV_OK) {
            UNIT(isnan(got->vol[i]));
            continue;
        }
        x = vol_black_log_ratio(o->forward[i], o->strike[i]);
        s = vol * sqrt(o->t[i]);
        vega = sqrt(o->forward[i]) * sqrt(o->strike[i]) * exp(-0.5 * (x * x / (s * s) + 0.25 * s * s)) *
               0.3989422804;
        UNIT(near(got->vol[i], vol, 16 * DBL_EPSILON) ||
             fabs(got->vol[i] - vol) <= 4 * DBL_EPSILON * o->price[i] / o->discount[i] / (vega * s) * vol);
        worst = fmax(worst, fabs(got->vol[i] / vol - 1));
    }
    for (i = 0; i < 6; i++)
        UNIT(n[i] > 20);
    printf("lanes: vols of %ld good and %ld other quotes; the worst differs from the scalar one by %.1e\n",
           n[0], (long)o->n - n[0], worst);
}

static void test_greeks_scalar(const struct set *o, const struct answer *got)
{
    double worst[GREEKS] = {0};
    size_t i, j;

    for (i = 0; i < o->n; i++) {
        struct vol_greeks g;
        double want[GREEKS];

        vol_greeks(o->type[i] > 0 ? VOL_CALL : VOL_PUT, o->forward[i], o->strike[i], o->discount[i], o->t[i],
                   o->vol[i], o->spot[i], &g);
        want[0] = g.price, want[1] = g.delta, want[2] = g.gamma;
        want[3] = g.theta, want[4] = g.vega, want[5] = g.rho;
        for (j = 0; j < GREEKS; j++) {
            /* theta is a difference; below 1e-280 the scalar code, too, has few digits */
            double floor_at = j == 3 ? 1e-13 * o->forward[i] * o->vol[i] / sqrt(o->t[i]) : 1e-280;

            if (!UNIT(near(got->greek[j][i], want[j], 1e-12) || fabs(got->greek[j][i] - want[j]) <= floor_at))
                printf("    %zu: greek %zu: %.17g, scalar %.17g\n", i, j, got->greek[j][i], want[j]);
            if (fabs(want[j]) > 1e-200 && want[j] != got->greek[j][i] && isfinite(want[j]) && j != 3)
                worst[j] = fmax(worst[j], fabs(got->greek[j][i] / want[j] - 1));
        }
    }
    printf(
        "lanes: greatest difference to the scalar price %.1e, delta %.1e, gamma %.1e, vega %.1e, rho %.1e\n",
        worst[0], worst[1], worst[2], worst[4], worst[5]);
}

/* Variance on a clock of its own, standing still at some places. */
static void test_clock(const struct set *o)
{
    static struct answer out, again;
    static double t_var[N], speed[N];
    struct vol_greeks_batch batch = {.n = o->n,
                                     .type = o->type,
                                     .forward = o->forward,
                                     .strike = o->strike,
                                     .discount = o->discount,
                                     .t = o->t,
                                     .vol = o->vol,
                                     .spot = o->spot,
                                     .t_var = t_var,
                                     .speed = speed,
                                     .price = out.greek[0],
                                     .delta = out.greek[1],
                                     .gamma = out.greek[2],
                                     .theta = out.greek[3],
                                     .vega = out.greek[4],
                                     .rho = out.greek[5],
                                     .isa = VOL_ISA_GENERIC};
    size_t i, j;

    for (i = 0; i < o->n; i++) {
        t_var[i] = i % 100 == 7 ? NAN : o->t[i] * (0.5 + uniform());
        speed[i] = i % 10 == 0 ? 0 : i % 100 == 9 ? -1 : 2 * uniform();
    }
    vol_greeks_solve(&batch);
    for (i = 0; i < o->n; i++) {
        struct vol_greeks_input in = {o->type[i] > 0 ? VOL_CALL : VOL_PUT,
                                      o->forward[i],
                                      o->strike[i],
                                      o->discount[i],
                                      o->t[i],
                                      t_var[i],
                                      speed[i],
                                      o->vol[i],
                                      o->spot[i]};
        struct vol_greeks_all want;
        double scale = 1e-13 * o->forward[i] * o->vol[i] / sqrt(o->t[i]);

        vol_greeks_all(&in, &want);
        UNIT(near(out.greek[0][i], want.first.price, 1e-12) || want.first.price < 1e-280);
        UNIT(near(out.greek[3][i], want.first.theta, 1e-12) ||
             fabs(out.greek[3][i] - want.first.theta) <= scale);
        UNIT(near(out.greek[4][i], want.first.vega, 1e-12) || want.first.vega < 1e-280);
    }
    batch.isa = VOL_ISA_BEST;
    batch.price = again.greek[0];
    batch.delta = again.greek[1];
    batch.gamma = again.greek[2];
    batch.theta = again.greek[3];
    batch.vega = again.greek[4];
    batch.rho = again.greek[5];
    vol_greeks_solve(&batch);
    for (j = 0; j < GREEKS; j++)
        for (i = 0; i < o->n; i++)
            UNIT(same(out.greek[j][i], again.greek[j][i]));
}

/* A null spot, or a null distance, is none. */
static void test_optional(const struct set *o)
{
    static struct answer out;
    static double none[N];
    struct vol_greeks_batch batch = {.n = 99,
                                     .type = o->type,
                                     .forward = o->forward,
                                     .strike = o->strike,
                                     .discount = o->discount,
                                     .t = o->t,
                                     .vol = o->vol,
                                     .price = out.greek[0],
                                     .delta = out.greek[1],
                                     .gamma = out.greek[2],
                                     .theta = out.greek[3],
                                     .vega = out.greek[4],
                                     .rho = out.greek[5]};
    struct vol_iv_batch iv = {.n = 99,
                              .type = o->type,
                              .price = o->price,
                              .forward = o->forward,
                              .strike = o->strike,
                              .discount = o->discount,
                              .t = o->t,
                              .vol = out.vol,
                              .status = out.status};
    double delta[99], vol[99];
    int i;

    vol_greeks_solve(&batch);
    memcpy(delta, out.greek[1], sizeof delta);
    for (i = 0; i < 99; i++)
        none[i] = NAN;
    batch.spot = none;
    vol_greeks_solve(&batch);
    for (i = 0; i < 99; i++)
        UNIT(same(delta[i], out.greek[1][i]));
    vol_iv_solve(&iv);
    memcpy(vol, out.vol, sizeof vol);
    iv.distance = out.distance;
    vol_iv_solve(&iv);
    for (i = 0; i < 99; i++)
        UNIT(same(vol[i], out.vol[i]));
}

int main(void)
{
    static struct set options;
    static struct answer answer;

    test_isa();
    fill(&options);
    test_levels(&options);
    solve(&options, 0, options.n, VOL_ISA_BEST, &answer);
    test_iv_scalar(&options, &answer);
    test_greeks_scalar(&options, &answer);
    test_clock(&options);
    test_optional(&options);
    return unit_done("price/lanes");
}
