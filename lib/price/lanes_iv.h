/* lanes_iv.h: implied vols of many options, LANES at a time: iv.h in vectors.
 *
 * Options are taken in chunks. A first pass checks each and finds its start; what is ordinary (below) goes on
 * one of two lists, by the formula that b is computed with; each list is then stepped in full vectors until
 * every option on it has converged, whatever order they came in. An option that is not ordinary - a bound
 * broken, a missing number, a price above half of the greatest (s above 1.35 at the money), an extreme scale
 * - and one that does not converge in IV_ROUNDS is given to vol_iv, whose status and answer stand.
 *
 * The start is that of iv.c. It is good to 3e-5 for s up to 0.7, so that one Householder step of third order
 * suffices for nearly all. The objective is ln b alone: 1/ln b only repairs a poor start, which this is not.
 */
#ifndef VOL_PRICE_LANES_IV_H
#define VOL_PRICE_LANES_IV_H

#include "price/lanes_black.h"

#define IV_SMALL_STEP 3e-5 /* relative; the error that it leaves is its fourth power */

enum { IV_ROUNDS = 6 };

/* What is known of the options of a chunk. It is found out in several short passes, and not in a long one:
 * the path of dependent operations through all of them is much longer than the window in which a CPU looks
 * for work that it can do meanwhile. */
struct iv_chunk {
    _Alignas(64) double x[LANES_CHUNK];
    double beta[LANES_CHUNK], s[LANES_CHUNK], inside[LANES_CHUNK], root_t[LANES_CHUNK];
    double inverse[LANES_CHUNK], difference[LANES_CHUNK]; /* 1/s, and vol_black_difference(x, s) */
    unsigned ordinary[LANES_CHUNK / LANES];
    struct lists lists;
};

/* Pointers to at least the next multiple of LANES numbers. */
struct iv_input {
    const double *price, *forward, *strike, *discount, *t;
    const signed char *type;
};

/* iv.c: start_below. z and v/z are only as good as a start must be. */
LANES_INLINE vec iv_start(vec x, vec beta)
{
    vec v = x / beta, c[16], z, q, t, h, s, y;
    mask far = less(all_of(1e-9), v);
    ivec cell;

    z = choose(far, rough_log(1 + v), v);
    q = root_of(z);
    t = 2 * (2 * q - cell_of(2 * q, 53, &cell)) - 1;
    columns(vol_iv_bachelier_cells[0], 16, cell, c);
    h = c[0] + t * (c[1] + t * (c[2] + t * (c[3] + t * (c[4] + t * c[5]))));
    s = choose(far, x, beta) / (choose(far, z, all_of(1)) * h);
    y = least_of(s * s, all_of(1));
    return s * (1 + y * (c[6] + t * (c[7] + t * (c[8] + t * c[9])) + y * (c[10] + t * c[11])));
}

LANES_INLINE void iv_bounds(const struct iv_input *in, size_t i, struct iv_chunk *w)
{
    vec forward = load(in->forward + i), strike = load(in->strike + i), discount = load(in->discount + i);
    vec t = load(in->t + i), money = load(in->price + i) / discount;
    vec least = least_of(forward, strike), apart, otm, most, beta;
    mask call = is_call(in->type + i), ordinary;

    apart = choose(call, forward - strike, strike - forward);
    most = choose(call, forward, strike);
    otm = money - greatest_of(apart, all_of(0));
    beta = otm / root_of(forward * strike);
    ordinary = moderate(forward) & moderate(strike) & moderate(discount) & moderate(t) &
               less(all_of(0), otm) & less(otm, least - otm) & less(money, most) & less(all_of(1e-280), beta);
    w->ordinary[i / LANES] = mask_bits(ordinary);
    store(w->x + i, magnitude(log_ratio(forward, strike)));
    store(w->beta + i, beta);
    store(w->inside + i, discount * least_of(otm, most - money));
    store(w->root_t + i, root_of(t));
}

LANES_INLINE void iv_begin(struct iv_chunk *w, size_t i, size_t n)
{
    vec x = load(w->x + i), s = iv_start(x, load(w->beta + i));

    store(w->s + i, s);
    sort_out(&w->lists, w->ordinary[i / LANES], mask_bits(by_series(x, s)), i, n);
}

LANES_INLINE void iv_difference(struct iv_chunk *w, const uint16_t *index, int series)
{
    vec s = pick(w->s, index), inverse = 1 / s, a = pick(w->x, index) * inverse * LANES_SQRT1_2;
    vec d = s * (0.5 * LANES_SQRT1_2);

    place(w->inverse, index, inverse);
    place(w->difference, index, series ? series_difference(a, 2 * d) : plain_difference(a, d));
}

/* iv.c: step_below, with everything that s divides multiplied by it: for the step as a share of s,
 * h2 = 2 a^2 - s^2/4 is s b''/b', and b'''/b' s^2 = h2^2 - 6 a^2 - s^2/4. */
LANES_INLINE vec iv_step(const struct iv_chunk *w, const uint16_t *index, vec s)
{
    vec inverse = pick(w->inverse, index), difference = pick(w->difference, index),
        beta = pick(w->beta, index);
    vec a = pick(w->x, index) * inverse * LANES_SQRT1_2, d = s * (0.5 * LANES_SQRT1_2), a2 = a * a,
        d2 = d * d;
    vec b = 0.5 * exp_of(-least_of(a2 + d2, all_of(700))) * difference;
    vec gap = twice_atanh((beta - b) / (beta + b));
    vec nu = gap * difference * inverse * 1.25331413731550025121; /* sqrt(pi / 2) */
    vec h2 = 2 * a2 - 2 * d2, h3 = h2 * h2 - 6 * a2 - 2 * d2, p = h2 * nu, r = p - gap;

    return nu * (1 + 0.5 * r) / (1 + r + (h3 * nu * nu + gap * (2 * gap - 3 * p)) * (1.0 / 6));
}

/* Step the options on LIST until they have converged; those that have not in IV_ROUNDS become odd. */
LANES_INLINE void iv_iterate(struct iv_chunk *w, uint16_t *list, size_t n, int series)
{
    int round;
    size_t i, j, left;

    for (round = 0; round < IV_ROUNDS && n > 0; round++) {
        fill_up(list, n);
        for (i = 0; i < n; i += LANES)
            iv_difference(w, list + i, series);
        for (i = left = 0; i < n; i += LANES) {
            vec s = pick(w->s, list + i), step = iv_step(w, list + i, s);
            unsigned done = mask_bits(less(magnitude(step), all_of(IV_SMALL_STEP)));

            place(w->s, list + i, s + s * step);
            for (j = 0; j < LANES && i + j < n; j++) {
                list[left] = list[i + j];
                left += ~done >> j & 1;
            }
        }
        n = left;
    }
    for (i = 0; i < n; i++)
        w->lists.odd[w->lists.n_odd++] = list[i];
}

LANES_INLINE void iv_chunk_solve(const struct iv_input *in, size_t n, struct iv_chunk *w)
{
    struct lists *l = &w->lists;
    size_t i;

    l->n_series = l->n_plain = l->n_odd = 0;
    for (i = 0; i < n; i += LANES)
        iv_bounds(in, i, w);
    for (i = 0; i < n; i += LANES)
        iv_begin(w, i, n);
    iv_iterate(w, l->series, l->n_series, 1);
    iv_iterate(w, l->plain, l->n_plain, 0);
    for (i = 0; i < n; i += LANES)
        store(w->s + i, load(w->s + i) / load(w->root_t + i));
}

/* The options at AT to AT + N of B, which IN points to (or to a copy). */
LANES_INLINE void iv_piece(const struct vol_iv_batch *b, const struct iv_input *in, size_t at, size_t n)
{
    struct iv_chunk w;
    size_t i;

    iv_chunk_solve(in, n, &w);
    memcpy(b->vol + at, w.s, n * sizeof w.s[0]);
    memset(b->status + at, VOL_IV_OK, n);
    if (b->distance != NULL)
        memcpy(b->distance + at, w.inside, n * sizeof w.inside[0]);
    for (i = 0; i < w.lists.n_odd; i++) {
        size_t k = w.lists.odd[i];
        double *distance = b->distance != NULL ? &b->distance[at + k] : NULL;

        b->status[at + k] =
            (unsigned char)vol_iv(in->type[k] > 0 ? VOL_CALL : VOL_PUT, in->price[k], in->forward[k],
                                  in->strike[k], in->discount[k], in->t[k], &b->vol[at + k], distance);
    }
}

LANES_INLINE void iv_solve(const struct vol_iv_batch *b)
{
    double pad[5][LANES];
    signed char pad_type[LANES] = {0};
    size_t at, n;

    for (at = 0; at < b->n; at += n) {
        struct iv_input in = {b->price + at,    b->forward + at, b->strike + at,
                              b->discount + at, b->t + at,       b->type + at};

        n = b->n - at < LANES_CHUNK ? b->n - at : LANES_CHUNK;
        if (n >= LANES) {
            n -= n % LANES;
        } else { /* the last few: no array is read beyond its end */
            memcpy(pad_type, in.type, n);
            in = (struct iv_input){padded(in.price, n, pad[0]),  padded(in.forward, n, pad[1]),
                                   padded(in.strike, n, pad[2]), padded(in.discount, n, pad[3]),
                                   padded(in.t, n, pad[4]),      pad_type};
        }
        iv_piece(b, &in, at, n);
    }
}

#endif
