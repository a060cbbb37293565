#include "signal/docket.h"
#include "unit.h"

static void test_pending(void)
{
    struct vol_docket docket;
    size_t index = 99;

    vol_docket_init(&docket);
    UNIT(!vol_docket_is_due(&docket, INT64_MAX) && !vol_docket_next(&docket, &index) && index == 99);
    UNIT(vol_docket_put(&docket, 700, 10) == VOL_OK && vol_docket_put(&docket, 3, 10) == VOL_OK);
    UNIT(vol_docket_put(&docket, 3, 10) == VOL_OK && vol_docket_put(&docket, 5, 10) == VOL_OK);
    vol_docket_drop(&docket, 5);
    vol_docket_drop(&docket, 100000);
    UNIT(!vol_docket_is_due(&docket, 10) && vol_docket_is_due(&docket, 11));
    UNIT(vol_docket_next(&docket, &index) && index == 3);
    UNIT(vol_docket_next(&docket, &index) && index == 700);
    UNIT(!vol_docket_next(&docket, &index) && !vol_docket_is_due(&docket, 11));
    /* The next instant begins anew. */
    UNIT(vol_docket_put(&docket, 0, 20) == VOL_OK && !vol_docket_is_due(&docket, 20));
    UNIT(vol_docket_next(&docket, &index) && index == 0 && !vol_docket_next(&docket, &index));
    vol_docket_free(&docket);
}

static void test_kept(void)
{
    struct vol_docket docket;
    struct vol_docket_kept kept = {.value = 1, .ts = 5};

    vol_docket_init(&docket);
    UNIT(vol_docket_keep(&docket, 2, &kept) == VOL_OK);
    kept.value = 2;
    UNIT(vol_docket_keep(&docket, 2, &kept) == VOL_OK && docket.n_kept >= 3);
    UNIT(!docket.kept[0].any && !docket.kept[1].any && docket.kept[2].any && docket.kept[2].value == 2);
    vol_docket_free(&docket);
}

int main(void)
{
    test_pending();
    test_kept();
    return unit_done("signal/docket");
}
