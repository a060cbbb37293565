/* Quotes in any order become ladders: by root, expiration and type, ascending, each strike once. */
#include "chain/ladder.h"

#include "unit.h"

static struct vol_ladders ladders;

static void add(const char *root, int32_t expiration, double strike, bool put, uint32_t index)
{
    size_t slice;
    bool is_new;

    UNIT(vol_ladders_slice(&ladders, root, strlen(root), expiration, &slice, &is_new) == VOL_OK);
    UNIT(vol_ladders_add(&ladders,
                         &(struct vol_ladder_quote){
                             .strike = strike, .index = index, .slice = (uint32_t)slice, .put = put}) ==
         VOL_OK);
}

static void check(size_t from, size_t n, const uint32_t *expected)
{
    size_t i;

    for (i = 0; i < n; i++)
        UNIT(ladders.quote[from + i].index == expected[i]);
}

static void test_order(void)
{
    const struct vol_slice *s;

    add("SPX", 10, 3, false, 0);
    add("SPXW", 10, 1, false, 1);
    add("SPX", 10, 1, true, 2);
    add("SPX", 10, 2, false, 3);
    add("", 10, 5, true, 4);
    add("SPX", 11, 2, false, 5);
    add("SPX", 10, 1, false, 6);
    vol_ladders_build(&ladders);
    s = ladders.slice;
    UNIT(ladders.n_slices == 4 && ladders.n == 7);
    UNIT(s[0].n_call == 3 && s[0].n_put == 1 && s[1].n_call == 1 && s[2].n_put == 1 && s[3].n_call == 1);
    check(s[0].call, 3, (const uint32_t[]){6, 3, 0});
    check(s[0].put, 1, (const uint32_t[]){2});
    check(s[2].put, 1, (const uint32_t[]){4});
    check(s[3].call, 1, (const uint32_t[]){5});
    UNIT(s[0].hash != s[1].hash && s[0].hash != s[3].hash);
    vol_ladders_clear(&ladders);
}

/* The last of several counts; the others stand behind all, marked. */
static void test_again(void)
{
    const struct vol_slice *s;
    size_t i, n_again = 0;

    add("A", 10, 2, false, 0);
    add("A", 10, 1, false, 1);
    add("A", 10, 2, false, 2);
    add("B", 10, 2, true, 3);
    add("A", 10, 2, true, 4);
    add("B", 10, 2, true, 5);
    add("A", 10, 2, false, 6);
    vol_ladders_build(&ladders);
    s = ladders.slice;
    UNIT(s[0].n_call == 2 && s[0].n_put == 1 && s[1].n_put == 1 && s[1].n_call == 0);
    check(s[0].call, 2, (const uint32_t[]){1, 6});
    check(s[1].put, 1, (const uint32_t[]){5});
    for (i = 0; i < ladders.n; i++) {
        uint32_t index = ladders.quote[i].index;

        UNIT(ladders.quote[i].again == (index == 0 || index == 2 || index == 3) &&
             (i < 4) == !ladders.quote[i].again);
        n_again += ladders.quote[i].again;
    }
    UNIT(n_again == 3);
    vol_ladders_clear(&ladders);
    vol_ladders_build(&ladders);
    UNIT(ladders.n == 0 && ladders.n_slices == 0);
}

/* Many, so that arrays grow; a permutation of strikes. */
static void test_many(void)
{
    size_t i;

    for (i = 0; i < 5000; i++)
        add("R", (int32_t)(i % 100), (double)(i * 7919 % 5000), i % 3 == 0, (uint32_t)i);
    vol_ladders_build(&ladders);
    UNIT(ladders.n_slices == 100);
    for (i = 1; i < 5000; i++) {
        const struct vol_ladder_quote *a = &ladders.quote[i - 1], *b = &ladders.quote[i];

        UNIT(a->slice != b->slice || a->put != b->put || a->strike < b->strike);
    }
}

int main(void)
{
    vol_ladders_init(&ladders);
    test_order();
    test_again();
    test_many();
    vol_ladders_free(&ladders);
    return unit_done("chain/ladder");
}
