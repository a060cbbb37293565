#include "chain/ladder.h"

#include <stdlib.h>
#include <string.h>

void vol_ladders_init(struct vol_ladders *l)
{
    memset(l, 0, sizeof *l);
    vol_buf_init(&l->names);
}

void vol_ladders_clear(struct vol_ladders *l)
{
    l->n = l->n_slices = l->last = 0;
    vol_buf_clear(&l->names);
}

void vol_ladders_free(struct vol_ladders *l)
{
    free(l->quote);
    free(l->spare);
    free(l->slice);
    vol_buf_free(&l->names);
    vol_ladders_init(l);
}

static bool is_slice(const struct vol_ladders *l, size_t i, const char *root, size_t len, int32_t expiration)
{
    const struct vol_slice *s = &l->slice[i];

    return s->expiration == expiration && s->root_len == len &&
           (len == 0 || memcmp(l->names.data + s->root_at, root, len) == 0);
}

/* FNV-1a */
static uint64_t hash(const char *root, size_t len, int32_t expiration)
{
    uint64_t h = UINT64_C(14695981039346656037) ^ (uint32_t)expiration;
    size_t i;

    for (i = 0; i < len; i++)
        h = (h ^ (unsigned char)root[i]) * UINT64_C(1099511628211);
    return h * UINT64_C(1099511628211);
}

enum vol_status vol_ladders_slice(struct vol_ladders *l, const char *root, size_t len, int32_t expiration,
                                  size_t *slice, bool *is_new)
{
    size_t i;

    *is_new = false;
    /* A chain comes sorted as a rule. */
    if (l->n_slices > 0 && is_slice(l, l->last, root, len, expiration)) {
        *slice = l->last;
        return VOL_OK;
    }
    for (i = 0; i < l->n_slices && !is_slice(l, i, root, len, expiration); i++)
        ;
    if (i == l->n_slices) {
        if (i == l->cap_slices) {
            size_t cap = i == 0 ? 64 : 2 * i;
            struct vol_slice *grown = realloc(l->slice, cap * sizeof *grown);

            if (grown == NULL)
                return VOL_EOS;
            l->slice = grown;
            l->cap_slices = cap;
        }
        l->slice[i] = (struct vol_slice){.root_at = l->names.len,
                                         .root_len = len,
                                         .expiration = expiration,
                                         .hash = hash(root, len, expiration)};
        if (vol_buf_add(&l->names, root, len) != VOL_OK)
            return VOL_EOS;
        l->n_slices++;
        *is_new = true;
    }
    *slice = l->last = i;
    return VOL_OK;
}

enum vol_status vol_ladders_add(struct vol_ladders *l, const struct vol_ladder_quote *quote)
{
    if (l->n == l->cap) {
        size_t cap = l->cap == 0 ? 1024 : 2 * l->cap;
        struct vol_ladder_quote *grown;

        if ((grown = realloc(l->quote, cap * sizeof *grown)) == NULL)
            return VOL_EOS;
        l->quote = grown;
        if ((grown = realloc(l->spare, cap * sizeof *grown)) == NULL)
            return VOL_EOS;
        l->spare = grown;
        l->cap = cap;
    }
    l->quote[l->n++] = *quote;
    return VOL_OK;
}

static int by_strike(const void *a, const void *b)
{
    const struct vol_ladder_quote *x = a, *y = b;

    if (x->strike < y->strike || x->strike > y->strike)
        return x->strike < y->strike ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static void sort(struct vol_ladder_quote *q, size_t n)
{
    size_t i;

    for (i = 1; i < n && by_strike(&q[i - 1], &q[i]) < 0; i++)
        ;
    if (i < n)
        qsort(q, n, sizeof *q, by_strike);
}

/* Copy the N quotes of a ladder without what comes again to OUT, and that to AGAIN. */
static size_t unique(const struct vol_ladder_quote *q, size_t n, struct vol_ladder_quote *out,
                     struct vol_ladder_quote **again)
{
    size_t i, kept = 0;

    for (i = 0; i < n; i++)
        if (i + 1 < n && !(q[i].strike < q[i + 1].strike)) {
            **again = q[i];
            (*again)++->again = true;
        } else {
            out[kept++] = q[i];
        }
    return kept;
}

void vol_ladders_build(struct vol_ladders *l)
{
    struct vol_ladder_quote *again, *swap;
    size_t i, at = 0, n_again = 0;

    for (i = 0; i < l->n_slices; i++)
        l->slice[i].n_call = l->slice[i].n_put = 0;
    for (i = 0; i < l->n; i++)
        *(l->quote[i].put ? &l->slice[l->quote[i].slice].n_put : &l->slice[l->quote[i].slice].n_call) += 1;
    for (i = 0; i < l->n_slices; i++) {
        struct vol_slice *s = &l->slice[i];

        s->call = at;
        s->put = at += s->n_call;
        at += s->n_put;
        s->n_call = s->n_put = 0;
    }
    for (i = 0; i < l->n; i++) {
        struct vol_slice *s = &l->slice[l->quote[i].slice];

        l->spare[l->quote[i].put ? s->put + s->n_put++ : s->call + s->n_call++] = l->quote[i];
    }
    for (at = i = 0; i < l->n_slices; i++) {
        sort(l->spare + l->slice[i].call, l->slice[i].n_call);
        sort(l->spare + l->slice[i].put, l->slice[i].n_put);
    }
    /* What comes again is seldom: it is collected from the end of the other array downwards, by counting. */
    for (i = 0; i + 1 < l->n; i++)
        n_again += l->spare[i].slice == l->spare[i + 1].slice && l->spare[i].put == l->spare[i + 1].put &&
                   !(l->spare[i].strike < l->spare[i + 1].strike);
    if (n_again > 0) {
        again = l->quote + (l->n - n_again);
        for (i = 0; i < l->n_slices; i++) {
            struct vol_slice *s = &l->slice[i];
            size_t call = at, put;

            s->n_call = unique(l->spare + s->call, s->n_call, l->quote + at, &again);
            put = at += s->n_call;
            s->n_put = unique(l->spare + s->put, s->n_put, l->quote + at, &again);
            at += s->n_put;
            s->call = call;
            s->put = put;
        }
        return;
    }
    swap = l->quote;
    l->quote = l->spare;
    l->spare = swap;
}
