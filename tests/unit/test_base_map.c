#include <stdlib.h>

#include "base/map.h"
#include "unit.h"

int main(void)
{
    struct vol_map map;
    size_t index = 99, len = 99;
    char name[32];
    int i, wrong = 0;

    vol_map_init(&map);
    UNIT(vol_map_find(&map, "SPX", 3) == VOL_MAP_NONE);
    UNIT(vol_map_add(&map, "SPX", 3, &index) == VOL_OK && index == 0);
    UNIT(vol_map_add(&map, "", 0, &index) == VOL_OK && index == 1);
    UNIT(vol_map_add(&map, "SP\0X", 4, &index) == VOL_OK && index == 2);
    UNIT(vol_map_add(&map, "SPX", 3, &index) == VOL_OK && index == 0 && map.n == 3);
    UNIT(vol_map_find(&map, "SP", 2) == VOL_MAP_NONE);
    UNIT(vol_map_find(&map, "", 0) == 1);
    UNIT_STR(vol_map_name(&map, 0, &len), "SPX");
    UNIT(len == 3);

    /* Many names, each added twice: indices stay as they were, through every growth. */
    for (i = 0; i < 20000; i++) {
        snprintf(name, sizeof name, "SYM%d", i % 10000);
        wrong += vol_map_add(&map, name, strlen(name), &index) != VOL_OK || index != 3 + (size_t)(i % 10000);
    }
    for (i = 0; i < 10000; i++) {
        snprintf(name, sizeof name, "SYM%d", i);
        wrong += strcmp(vol_map_name(&map, 3 + (size_t)i, NULL), name) != 0;
        snprintf(name, sizeof name, "NOT%d", i);
        wrong += vol_map_find(&map, name, strlen(name)) != VOL_MAP_NONE;
    }
    UNIT(wrong == 0);
    UNIT(map.n == 10003);
    vol_map_free(&map);
    UNIT(map.n == 0 && vol_map_find(&map, "SPX", 3) == VOL_MAP_NONE);
    return unit_done("base/map");
}
