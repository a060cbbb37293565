/* Held lines come back as they were, whatever has grown since. */
#include "record/hold.h"

#include "unit.h"

enum { N = 3000 };

static void test_hold(void)
{
    static char text[N][40];
    static uint32_t cuts[N][3][2];
    struct vol_hold h;
    size_t i;
    int round;

    vol_hold_init(&h);
    UNIT(h.n == 0);
    for (round = 0; round < 2; round++) {
        for (i = 0; i < N; i++) {
            struct vol_line line = {.bytes = text[i], .format = i % 2 ? VOL_CSV : VOL_NDJSON, .header = NULL};
            uint32_t j;

            /* Lengths of every remainder, so that nothing rests on alignment; 0 to 3 cuts. */
            line.len = (uint32_t)snprintf(text[i], sizeof text[i], "%zu %.*s", i + (size_t)round,
                                          (int)(i % 23), "xxxxxxxxxxxxxxxxxxxxxxx");
            line.n_cuts = (uint16_t)(i % 4);
            for (j = 0; j < line.n_cuts; j++) {
                cuts[i][j][0] = (uint32_t)i * 7 + j;
                cuts[i][j][1] = (uint32_t)i * 7 + j + 1;
            }
            line.cuts = (const uint32_t(*)[2])cuts[i];
            UNIT(vol_hold_add(&h, &line) == VOL_OK && h.n == i + 1);
        }
        for (i = 0; i < N; i++) {
            struct vol_line line = vol_hold_get(&h, i);

            if (!UNIT(
                    line.len == strlen(text[i]) && memcmp(line.bytes, text[i], line.len) == 0 &&
                    line.format == (i % 2 ? VOL_CSV : VOL_NDJSON) && line.n_cuts == i % 4 &&
                    (line.n_cuts == 0 || memcmp(line.cuts, cuts[i], line.n_cuts * sizeof line.cuts[0]) == 0)))
                break;
        }
        UNIT(i == N);
        vol_hold_clear(&h);
        UNIT(h.n == 0 && h.cap >= N);
    }
    vol_hold_free(&h);
    UNIT(h.n == 0 && h.cap == 0);
}

int main(void)
{
    test_hold();
    return unit_done("record/hold");
}
