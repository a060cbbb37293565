/* lanes_greeks.h: price and greeks of many options, LANES at a time: greeks.h in vectors.
 *
 * With x = |ln(F/K)|, a = x / (s sqrt 2), d = s / (2 sqrt 2) and G = exp(-a^2 - d^2), everything follows from
 * two numbers, because F n(d1) = K n(d2) = sqrt(F K) G / sqrt(2 pi) (n the normal density): for the
 * out-of-the-money option
 *
 *     lead  = sqrt(F K) G erfcx(a - d) / 2     trail = sqrt(F K) G erfcx(a + d) / 2
 *     call (F <= K): lead = F N(d1),  trail = K N(d2)         put (F > K): lead = K N(-d2), trail = F N(-d1)
 *
 * and the price is lead - trail, of which moment_sums gives the difference without cancellation. One
 * exponential is enough for price and greeks. The two terms of the option in the money are what is missing to
 * F and K; where the lead is most of min(F, K), its rest is computed, and the lead from that.
 *
 * Chunks, lists and odd ones as in lanes_iv.h; the arbiter is vol_greeks_all, whose domain is wider.
 */
#ifndef VOL_PRICE_LANES_GREEKS_H
#define VOL_PRICE_LANES_GREEKS_H

#include "price/greeks.h"
#include "price/lanes_black.h"

/* Of the total vol, and of x / s: beyond, G is below 1e-270, and its products might leave the range. */
#define GREEKS_MAX_S          20.0
#define GREEKS_MAX_DEVIATIONS 34.0
#define GREEKS_SQRT_2_PI      0.79788456080286535588 /* sqrt(2 / pi) */

struct greeks_input {
    const double *forward, *strike, *discount, *t, *vol;
    const double *spot, *t_var, *speed; /* may be null */
    const signed char *type;
};

/* What the passes leave behind, each in the order of the functions below. */
struct greeks_chunk {
    _Alignas(64) double x[LANES_CHUNK];
    double s[LANES_CHUNK], inverse[LANES_CHUNK], root_t[LANES_CHUNK]; /* inverse: 1 / s */
    double root[LANES_CHUNK], least[LANES_CHUNK];                     /* sqrt(F K), min(F, K) */
    double a[LANES_CHUNK], half[LANES_CHUNK];                         /* half: sqrt(F K) G / 2 */
    double m0[LANES_CHUNK], m1[LANES_CHUNK];                          /* moments of a */
    double lead[LANES_CHUNK], rest[LANES_CHUNK], trail[LANES_CHUNK], otm[LANES_CHUNK];
    struct lists lists;
};

LANES_INLINE void greeks_prepare(const struct greeks_input *in, size_t i, size_t n, struct greeks_chunk *w)
{
    vec forward = load(in->forward + i), strike = load(in->strike + i), vol = load(in->vol + i);
    vec t = load(in->t + i), t_var = in->t_var != NULL ? load(in->t_var + i) : t;
    vec x = magnitude(log_ratio(forward, strike)), root_t = root_of(t_var), s = vol * root_t;
    mask ordinary = moderate(forward) & moderate(strike) & moderate(load(in->discount + i)) & moderate(t) &
                    moderate(vol) & less(s, all_of(GREEKS_MAX_S)) & less(x, GREEKS_MAX_DEVIATIONS * s);

    if (in->t_var != NULL)
        ordinary &= moderate(t_var);
    if (in->speed != NULL) {
        vec speed = load(in->speed + i);

        ordinary &= moderate(speed) | equal(speed, all_of(0));
    }
    if (in->spot != NULL) {
        vec spot = load(in->spot + i);

        ordinary &= moderate(spot) | ~less(all_of(0), spot);
    }
    store(w->x + i, x);
    store(w->s + i, s);
    store(w->inverse + i, 1 / s);
    store(w->root_t + i, root_t);
    store(w->root + i, root_of(forward * strike));
    store(w->least + i, least_of(forward, strike));
    sort_out(&w->lists, mask_bits(ordinary), mask_bits(by_series(x, s)), i, n);
}

LANES_INLINE void greeks_density(struct greeks_chunk *w, size_t i)
{
    vec a = load(w->x + i) * load(w->inverse + i) * LANES_SQRT1_2, d = load(w->s + i) * (0.5 * LANES_SQRT1_2);

    store(w->a + i, a);
    store(w->half + i, 0.5 * load(w->root + i) * exp_of(-(a * a + d * d)));
}

LANES_INLINE void greeks_moments(struct greeks_chunk *w, const uint16_t *index)
{
    vec m1, m0 = mills_of(pick(w->a, index), &m1);

    place(w->m0, index, m0);
    place(w->m1, index, m1);
}

LANES_INLINE void greeks_legs_series(struct greeks_chunk *w, const uint16_t *index)
{
    vec half = pick(w->half, index), two_d = pick(w->s, index) * LANES_SQRT1_2, even;
    vec odd = moment_sums(pick(w->a, index), two_d, pick(w->m0, index), pick(w->m1, index), &even);

    place(w->lead, index, half * (even + odd));
    place(w->rest, index, pick(w->least, index) - half * (even + odd));
    place(w->trail, index, half * (even - odd));
    place(w->otm, index, 2 * half * odd);
}

/* For a < d, it is the rest that is sqrt(F K) G erfcx(d - a) / 2. */
LANES_INLINE void greeks_legs_plain(struct greeks_chunk *w, const uint16_t *index)
{
    vec a = pick(w->a, index), d = pick(w->s, index) * (0.5 * LANES_SQRT1_2), half = pick(w->half, index);
    vec tail = half * erfcx_of(magnitude(a - d)), other = pick(w->least, index) - tail;
    vec trail = half * erfcx_of(a + d), lead = choose(less(a, d), other, tail);

    place(w->lead, index, lead);
    place(w->rest, index, choose(less(a, d), tail, other));
    place(w->trail, index, trail);
    place(w->otm, index, lead - trail);
}

LANES_INLINE void greeks_finish(const struct greeks_input *in, size_t i, const struct greeks_chunk *w,
                                double *const out[6])
{
    vec forward = load(in->forward + i), strike = load(in->strike + i), discount = load(in->discount + i);
    vec t = load(in->t + i), s = load(w->s + i), lead = load(w->lead + i), trail = load(w->trail + i);
    vec value = discount * load(w->half + i) * GREEKS_SQRT_2_PI;                           /* D F n(d1) */
    vec yield = -log_ratio(discount, all_of(1)), carry = yield, spot = forward * discount; /* both times t */
    vec sign, apart, leg_f, leg_k, price, decay, inverse;
    mask call = is_call(in->type + i), otm_is_call = ~less(strike, forward), is_otm = ~(call ^ otm_is_call);

    if (in->spot != NULL) {
        vec given = load(in->spot + i);
        mask known = less(all_of(0), given);

        spot = choose(known, given, spot);
        carry = choose(known, all_of(0), yield);
        if (mask_bits(equal(given, forward)) != (1u << LANES) - 1) /* ln 1 = 0 for quotes on a future */
            carry = choose(known, log_ratio(forward, spot), yield);
    }
    sign = choose(call, all_of(1), all_of(-1));
    lead = choose(is_otm, lead, load(w->rest + i));
    trail = choose(is_otm, trail, greatest_of(forward, strike) - trail);
    leg_f = choose(otm_is_call, lead, trail);
    leg_k = choose(otm_is_call, trail, lead);
    apart = greatest_of(sign * (forward - strike), all_of(0));
    price = discount * (apart + load(w->otm + i));
    decay = 0.5 * value * s; /* of the variance, times t */
    if (in->t_var != NULL)
        decay *= t / load(in->t_var + i);
    if (in->speed != NULL)
        decay *= load(in->speed + i);
    inverse = 1 / (t * spot);
    leg_f *= sign * discount;
    store(out[0] + i, price);
    store(out[1] + i, leg_f * (inverse * t));
    store(out[2] + i, value * load(w->inverse + i) * (inverse * t) * (inverse * t));
    store(out[3] + i, (yield * price - carry * leg_f - decay) * (inverse * spot) * (1.0 / 365));
    store(out[4] + i, 0.01 * value * load(w->root_t + i));
    store(out[5] + i, 0.01 * sign * t * discount * leg_k);
}

LANES_INLINE void greeks_odd(const struct greeks_input *in, size_t i, double *const out[6])
{
    struct vol_greeks_input one = {.type = in->type[i] > 0 ? VOL_CALL : VOL_PUT,
                                   .forward = in->forward[i],
                                   .strike = in->strike[i],
                                   .discount = in->discount[i],
                                   .t = in->t[i],
                                   .t_var = in->t_var != NULL ? in->t_var[i] : in->t[i],
                                   .speed = in->speed != NULL ? in->speed[i] : 1,
                                   .vol = in->vol[i],
                                   .spot = in->spot != NULL ? in->spot[i] : NAN};
    struct vol_greeks_all all;

    vol_greeks_all(&one, &all);
    out[0][i] = all.first.price;
    out[1][i] = all.first.delta;
    out[2][i] = all.first.gamma;
    out[3][i] = all.first.theta;
    out[4][i] = all.first.vega;
    out[5][i] = all.first.rho;
}

/* OUT has room for the next multiple of LANES. */
LANES_INLINE void greeks_chunk_solve(const struct greeks_input *in, size_t n, struct greeks_chunk *w,
                                     double *const out[6])
{
    struct lists *l = &w->lists;
    size_t i;

    l->n_series = l->n_plain = l->n_odd = 0;
    for (i = 0; i < n; i += LANES)
        greeks_prepare(in, i, n, w);
    for (i = 0; i < n; i += LANES)
        greeks_density(w, i);
    fill_up(l->series, l->n_series);
    fill_up(l->plain, l->n_plain);
    for (i = 0; i < l->n_series; i += LANES)
        greeks_moments(w, l->series + i);
    for (i = 0; i < l->n_series; i += LANES)
        greeks_legs_series(w, l->series + i);
    for (i = 0; i < l->n_plain; i += LANES)
        greeks_legs_plain(w, l->plain + i);
    for (i = 0; i < n; i += LANES)
        greeks_finish(in, i, w, out);
    for (i = 0; i < l->n_odd; i++)
        greeks_odd(in, l->odd[i], out);
}

/* The last few: padded, so that no array is read or written beyond its end. */
LANES_INLINE void greeks_last(const struct greeks_input *all, size_t n, struct greeks_chunk *w,
                              double *const to[6])
{
    double pad[8][LANES], result[6][LANES];
    double *const out[6] = {result[0], result[1], result[2], result[3], result[4], result[5]};
    signed char type[LANES] = {0};
    struct greeks_input in = {
        padded(all->forward, n, pad[0]), padded(all->strike, n, pad[1]), padded(all->discount, n, pad[2]),
        padded(all->t, n, pad[3]),       padded(all->vol, n, pad[4]),    padded(all->spot, n, pad[5]),
        padded(all->t_var, n, pad[6]),   padded(all->speed, n, pad[7]),  type};
    size_t i;

    memcpy(type, all->type, n);
    greeks_chunk_solve(&in, n, w, out);
    for (i = 0; i < 6; i++)
        memcpy(to[i], result[i], n * sizeof result[i][0]);
}

LANES_INLINE const double *greeks_from(const double *array, size_t at)
{
    return array != NULL ? array + at : NULL;
}

LANES_INLINE void greeks_solve(const struct vol_greeks_batch *b)
{
    struct greeks_chunk w;
    size_t at, n;

    for (at = 0; at < b->n; at += n) {
        struct greeks_input in = {
            b->forward + at, b->strike + at,           b->discount + at,          b->t + at,
            b->vol + at,     greeks_from(b->spot, at), greeks_from(b->t_var, at), greeks_from(b->speed, at),
            b->type + at};
        double *const out[6] = {b->price + at, b->delta + at, b->gamma + at,
                                b->theta + at, b->vega + at,  b->rho + at};

        n = b->n - at < LANES_CHUNK ? b->n - at : LANES_CHUNK;
        if (n >= LANES) {
            n -= n % LANES;
            greeks_chunk_solve(&in, n, &w, out);
        } else {
            greeks_last(&in, n, &w, out);
        }
    }
}

#endif
