#include "book/book.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void vol_book_init(struct vol_book *book)
{
    book->positions = NULL;
    book->n = book->cap = 0;
}

void vol_book_free(struct vol_book *book)
{
    free(book->positions);
    vol_book_init(book);
}

/* Where the key stands or belongs. */
static size_t place(const struct vol_book *book, const char *account, const char *strategy,
                    const char *symbol, bool *found)
{
    size_t lo = 0, hi = book->n;

    *found = false;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const struct vol_position *p = &book->positions[mid];
        int order = strcmp(account, p->account);

        if (order == 0)
            order = strcmp(strategy, p->strategy);
        if (order == 0)
            order = strcmp(symbol, p->contract.symbol);
        if (order == 0) {
            *found = true;
            return mid;
        }
        if (order < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo;
}

const struct vol_position *vol_book_find(const struct vol_book *book, const char *account,
                                         const char *strategy, const char *symbol)
{
    bool found;
    size_t at = place(book, account, strategy, symbol, &found);

    return found ? &book->positions[at] : NULL;
}

static enum vol_status insert(struct vol_book *book, size_t at, const struct vol_position *position,
                              struct vol_error *err)
{
    if (book->n == book->cap) {
        size_t cap = book->cap > 0 ? 2 * book->cap : 16;
        struct vol_position *bigger = realloc(book->positions, cap * sizeof *bigger);

        if (bigger == NULL)
            return vol_error_set(err, VOL_EOS, "out of memory for %zu positions", cap);
        book->positions = bigger;
        book->cap = cap;
    }
    memmove(&book->positions[at + 1], &book->positions[at], (book->n - at) * sizeof *position);
    book->positions[at] = *position;
    book->n++;
    return VOL_OK;
}

enum vol_status vol_book_put(struct vol_book *book, const struct vol_position *position,
                             struct vol_error *err)
{
    bool found;
    size_t at = place(book, position->account, position->strategy, position->contract.symbol, &found);

    if (found)
        return vol_error_set(err, VOL_EDATA, "position of %s in %s stands twice", position->strategy,
                             position->contract.symbol);
    return insert(book, at, position, err);
}

enum vol_status vol_book_value(int64_t price, int64_t quantity, int64_t multiplier, int64_t *out)
{
    int64_t units;
    enum vol_status status = vol_fixed_mul(quantity, multiplier, &units);

    return status != VOL_OK ? status : vol_fixed_mul(price, units, out);
}

int64_t vol_book_price(const struct vol_position *position)
{
    int64_t units, price;

    if (position->quantity == 0 ||
        vol_fixed_mul(position->quantity, position->contract.multiplier, &units) != VOL_OK ||
        vol_fixed_muldiv(position->basis, VOL_FIXED_ONE, units, &price) != VOL_OK)
        return VOL_FIXED_NONE;
    return price;
}

/* The part of VALUE that belongs to PART of WHOLE; all of it, unrounded, when they are equal. */
static enum vol_status share(int64_t value, int64_t part, int64_t whole, int64_t *out)
{
    return vol_fixed_muldiv(value, part, whole, out);
}

static int64_t magnitude(int64_t x)
{
    return x < 0 ? -x : x;
}

/* Take VALUE, the price of QUANTITY, into P: what goes against the position realises its share of the basis,
 * what is left of the fill adds to the basis. */
static enum vol_status move(struct vol_position *p, int64_t quantity, int64_t value)
{
    int64_t closing = 0, out_of_basis = 0, of_value = 0;
    enum vol_status status = VOL_OK;

    if (p->quantity != 0 && (p->quantity < 0) != (quantity < 0))
        closing = magnitude(p->quantity) < magnitude(quantity) ? magnitude(p->quantity) : magnitude(quantity);
    if (closing > 0) {
        status = share(p->basis, closing, magnitude(p->quantity), &out_of_basis);
        if (status == VOL_OK)
            status = share(value, closing, magnitude(quantity), &of_value);
        if (status == VOL_OK)
            status = vol_fixed_sub(p->realised, of_value, &p->realised);
        if (status == VOL_OK)
            status = vol_fixed_sub(p->realised, out_of_basis, &p->realised);
    }
    if (status == VOL_OK)
        status = vol_fixed_sub(p->basis, out_of_basis, &p->basis);
    if (status == VOL_OK)
        status = vol_fixed_add(p->basis, value - of_value, &p->basis);
    if (status == VOL_OK)
        status = vol_fixed_add(p->quantity, quantity, &p->quantity);
    return status;
}

static enum vol_status pay(struct vol_position *p, int64_t value, int64_t costs, int64_t *cash)
{
    enum vol_status status = vol_fixed_add(value, costs, cash);

    if (status == VOL_OK) {
        *cash = -*cash;
        status = vol_fixed_add(p->cash, *cash, &p->cash);
    }
    if (status == VOL_OK)
        status = vol_fixed_sub(p->realised, costs, &p->realised);
    if (status == VOL_OK)
        status = vol_fixed_add(p->costs, costs, &p->costs);
    return status;
}

enum vol_status vol_book_apply(struct vol_book *book, const struct vol_trade *trade, int64_t *cash,
                               struct vol_error *err)
{
    const char *symbol = trade->contract->symbol;
    struct vol_position after;
    int64_t value, change;
    enum vol_status status;
    bool found;
    size_t at = place(book, trade->account, trade->strategy, symbol, &found);

    if (trade->quantity == 0 || trade->quantity == VOL_FIXED_NONE || trade->price < 0 || trade->costs < 0 ||
        trade->contract->multiplier <= 0)
        return vol_error_set(err, VOL_EDATA, "%s: a fill needs a quantity, a price and a multiplier", symbol);
    if (strlen(trade->account) >= sizeof after.account || strlen(trade->strategy) >= sizeof after.strategy)
        return vol_error_set(err, VOL_EDATA, "%s: name of account or strategy is too long", symbol);
    if (found) {
        after = book->positions[at];
        if (after.contract.multiplier != trade->contract->multiplier)
            return vol_error_set(err, VOL_EDATA, "%s: multiplier differs from that of the position", symbol);
    } else {
        memset(&after, 0, sizeof after);
        strcpy(after.account, trade->account);
        strcpy(after.strategy, trade->strategy);
        after.contract = *trade->contract;
    }
    status = vol_book_value(trade->price, trade->quantity, trade->contract->multiplier, &value);
    if (status == VOL_OK)
        status = move(&after, trade->quantity, value);
    if (status == VOL_OK)
        status = pay(&after, value, trade->costs, &change);
    if (status != VOL_OK)
        return vol_error_set(err, VOL_EDATA, "%s: amount beyond the range of the book", symbol);
    if (found)
        book->positions[at] = after;
    else if ((status = insert(book, at, &after, err)) != VOL_OK)
        return status;
    if (cash != NULL)
        *cash = change;
    return VOL_OK;
}

enum vol_status vol_book_totals(const struct vol_book *book, int64_t *cash, int64_t *realised, int64_t *costs)
{
    int64_t sum[3] = {0, 0, 0};
    enum vol_status status = VOL_OK;
    size_t i;

    for (i = 0; i < book->n && status == VOL_OK; i++) {
        const struct vol_position *p = &book->positions[i];

        status = vol_fixed_add(sum[0], p->cash, &sum[0]);
        if (status == VOL_OK)
            status = vol_fixed_add(sum[1], p->realised, &sum[1]);
        if (status == VOL_OK)
            status = vol_fixed_add(sum[2], p->costs, &sum[2]);
    }
    if (status != VOL_OK)
        return status;
    if (cash != NULL)
        *cash = sum[0];
    if (realised != NULL)
        *realised = sum[1];
    if (costs != NULL)
        *costs = sum[2];
    return VOL_OK;
}
