#include "signal/order.h"
#include "unit.h"

static unsigned seed = 1;

static unsigned next(void)
{
    seed = seed * 1103515245u + 12345u;
    return seed >> 8;
}

/* A window slides over values of several shapes; everything is compared with a plain array of counts. */
static void test_slide(unsigned spread, int trend, size_t cap)
{
    enum { N = 20000 };
    static double series[N];
    struct vol_order order;
    size_t i, j, wrong = 0;

    UNIT(vol_order_init(&order, cap) == VOL_OK && vol_order_below(&order, 1) == 0);
    for (i = 0; i < N; i++) {
        series[i] = (double)(next() % spread) + trend * (double)i / 8;
        if (i >= cap)
            vol_order_remove(&order, series[i - cap]);
        vol_order_add(&order, series[i]);
        if (i % 997 == 0 || i < 5) {
            size_t first = i + 1 > cap ? i + 1 - cap : 0, below = 0;
            double x = series[i] + (double)(next() % 3) - 1, min = INFINITY, max = -INFINITY;

            for (j = first; j <= i; j++) {
                below += series[j] < x;
                min = series[j] < min ? series[j] : min;
                max = series[j] > max ? series[j] : max;
            }
            wrong += order.n != i + 1 - first || vol_order_below(&order, x) != below;
            wrong += vol_order_lowest(&order, 0) != min || vol_order_highest(&order, 0) != max;
            wrong +=
                order.n > 1 && !(vol_order_lowest(&order, 1) >= min && vol_order_highest(&order, 1) <= max);
        }
    }
    /* Room is bounded, however the values came. */
    UNIT(order.n_blocks <= 2 * (cap / (VOL_ORDER_BLOCK / 2) + 1));
    UNIT(wrong == 0);
    for (i = N - (N < cap ? N : cap); i < N; i++)
        vol_order_remove(&order, series[i]);
    UNIT(order.n == 0 && order.n_blocks == 0);
    vol_order_free(&order);
}

int main(void)
{
    test_slide(1000000, 0, 5000);
    test_slide(1, 0, 3000); /* all equal */
    test_slide(3, 0, 300);
    test_slide(50, 1, 10000); /* ever higher */
    test_slide(50, -1, 10000);
    test_slide(7, 0, 1);
    return unit_done("signal/order");
}
