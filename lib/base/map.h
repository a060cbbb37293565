/* map.h: names to small numbers.
 *
 * Each new name gets the next index, 0, 1, 2, …, so that what is kept per name (per symbol, per rule and
 * symbol) lives in a plain array of the caller's, in the order in which the names came. Names are bytes, NUL
 * included.
 */
#ifndef VOL_BASE_MAP_H
#define VOL_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct vol_map_name; /* private */

struct vol_map {
    struct vol_map_name *names; /* by index */
    size_t n, cap;
    uint32_t *slots; /* index + 1 by hash, 0 is free; open addressing, at most half full */
    size_t n_slots;
};

#define VOL_MAP_NONE ((size_t)-1)

void vol_map_init(struct vol_map *map);
void vol_map_free(struct vol_map *map);

/* The index of the name, or VOL_MAP_NONE. */
size_t vol_map_find(const struct vol_map *map, const char *name, size_t len);

/* The index of the name, which is added when it is new (then *INDEX is the old `n`). VOL_EOS. */
enum vol_status vol_map_add(struct vol_map *map, const char *name, size_t len, size_t *index);

/* The name of INDEX, with a NUL behind it; valid until the map is freed. */
const char *vol_map_name(const struct vol_map *map, size_t index, size_t *len);

#endif
