#include "chain/pairs.h"

#include <stdlib.h>
#include <string.h>

void vol_pairs_init(struct vol_pairs *pairs)
{
    memset(pairs, 0, sizeof *pairs);
    vol_buf_init(&pairs->memory);
}

void vol_pairs_free(struct vol_pairs *pairs)
{
    vol_buf_free(&pairs->memory);
    vol_pairs_init(pairs);
}

/* By strike; the order in which they came decides between equals. */
static int compare(const void *a, const void *b)
{
    const struct vol_pairs_quote *x = a, *y = b;

    if (x->strike != y->strike)
        return x->strike < y->strike ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static void sort(struct vol_pairs_quote *quote, size_t n)
{
    size_t i;

    for (i = 1; i < n && quote[i - 1].strike <= quote[i].strike; i++)
        ;
    if (i < n)
        qsort(quote, n, sizeof *quote, compare);
}

/* The last of the quotes from QUOTE[*I] on that have one strike. */
static const struct vol_pairs_quote *next_strike(const struct vol_pairs_quote *quote, size_t n, size_t *i)
{
    while (*i + 1 < n && quote[*i + 1].strike == quote[*i].strike)
        ++*i;
    return &quote[(*i)++];
}

static void join(struct vol_pairs *pairs, const struct vol_pairs_quote *calls, size_t n_calls,
                 const struct vol_pairs_quote *puts, size_t n_puts)
{
    size_t c = 0, p = 0;

    while (c < n_calls && p < n_puts) {
        if (calls[c].strike < puts[p].strike) {
            c++;
        } else if (calls[c].strike > puts[p].strike) {
            p++;
        } else {
            const struct vol_pairs_quote *call = next_strike(calls, n_calls, &c);
            const struct vol_pairs_quote *put = next_strike(puts, n_puts, &p);

            pairs->pair[pairs->n++] = (struct vol_pair){call->strike, call->index, put->index};
        }
    }
}

static size_t slot_of(const struct vol_pairs_quote *quote)
{
    return 2 * (size_t)quote->group + (quote->put != 0);
}

/* A chain comes sorted by strike, as a rule: counting by group and side and placing keeps that order, where a
 * sort of the whole would cost more than all the rest. BOUND[i] becomes the start of slot i. */
static void lay_out(const struct vol_pairs_quote *quote, size_t n, struct vol_pairs_quote *laid,
                    size_t *bound, size_t n_slots)
{
    size_t i;

    memset(bound, 0, (n_slots + 1) * sizeof *bound);
    for (i = 0; i < n; i++)
        bound[slot_of(&quote[i])]++;
    for (i = 1; i <= n_slots; i++)
        bound[i] += bound[i - 1];
    for (i = n; i-- > 0;)
        laid[--bound[slot_of(&quote[i])]] = quote[i];
}

enum vol_status vol_pairs_build(struct vol_pairs *pairs, const struct vol_pairs_quote *quote, size_t n,
                                size_t n_groups)
{
    size_t n_slots = 2 * n_groups, g, *bound;
    struct vol_pairs_quote *laid;

    vol_buf_clear(&pairs->memory);
    pairs->n = pairs->n_groups = 0;
    if (vol_buf_reserve(&pairs->memory, (n / 2 + 1) * sizeof *pairs->pair +
                                            (n_groups + 1 + n_slots + 1) * sizeof(size_t) +
                                            n * sizeof *laid) != VOL_OK)
        return VOL_EOS;
    pairs->start = (size_t *)(void *)pairs->memory.data;
    bound = pairs->start + n_groups + 1;
    pairs->pair = (struct vol_pair *)(void *)(bound + n_slots + 1);
    laid = (struct vol_pairs_quote *)(void *)(pairs->pair + n / 2 + 1);
    lay_out(quote, n, laid, bound, n_slots);
    for (g = 0; g < n_groups; g++) {
        struct vol_pairs_quote *calls = laid + bound[2 * g], *puts = laid + bound[2 * g + 1];
        size_t n_calls = bound[2 * g + 1] - bound[2 * g], n_puts = bound[2 * g + 2] - bound[2 * g + 1];

        pairs->start[g] = pairs->n;
        sort(calls, n_calls);
        sort(puts, n_puts);
        join(pairs, calls, n_calls, puts, n_puts);
    }
    pairs->start[n_groups] = pairs->n;
    pairs->n_groups = n_groups;
    return VOL_OK;
}
