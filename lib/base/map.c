#include "base/map.h"

#include <stdlib.h>
#include <string.h>

struct vol_map_name {
    char *text;
    size_t len;
    uint64_t hash;
};

/* FNV-1a; the high bits are folded in because a slot is chosen by the low ones. */
static uint64_t hash_of(const char *name, size_t len)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    size_t i;

    for (i = 0; i < len; i++)
        h = (h ^ (unsigned char)name[i]) * UINT64_C(0x100000001b3);
    return h ^ (h >> 32);
}

void vol_map_init(struct vol_map *map)
{
    memset(map, 0, sizeof *map);
}

void vol_map_free(struct vol_map *map)
{
    size_t i;

    for (i = 0; i < map->n; i++)
        free(map->names[i].text);
    free(map->names);
    free(map->slots);
    vol_map_init(map);
}

/* The slot of the name, or the free one where it belongs. */
static size_t slot_of(const struct vol_map *map, const char *name, size_t len, uint64_t hash)
{
    size_t slot = (size_t)hash & (map->n_slots - 1);

    while (map->slots[slot] != 0) {
        const struct vol_map_name *there = &map->names[map->slots[slot] - 1];

        if (there->hash == hash && there->len == len && memcmp(there->text, name, len) == 0)
            break;
        slot = (slot + 1) & (map->n_slots - 1);
    }
    return slot;
}

size_t vol_map_find(const struct vol_map *map, const char *name, size_t len)
{
    if (map->n == 0)
        return VOL_MAP_NONE;
    return (size_t)map->slots[slot_of(map, name, len, hash_of(name, len))] - 1;
}

static enum vol_status grow(struct vol_map *map)
{
    size_t n_slots = map->n_slots > 0 ? map->n_slots * 2 : 16, i;
    struct vol_map_name *names;
    uint32_t *slots, *old = map->slots;

    if (n_slots > UINT32_MAX)
        return VOL_EOS;
    names = realloc(map->names, n_slots / 2 * sizeof *names);
    if (names == NULL)
        return VOL_EOS;
    map->names = names;
    slots = calloc(n_slots, sizeof *slots);
    if (slots == NULL)
        return VOL_EOS;
    map->slots = slots;
    map->n_slots = n_slots;
    map->cap = n_slots / 2;
    for (i = 0; i < map->n; i++)
        slots[slot_of(map, names[i].text, names[i].len, names[i].hash)] = (uint32_t)i + 1;
    free(old);
    return VOL_OK;
}

enum vol_status vol_map_add(struct vol_map *map, const char *name, size_t len, size_t *index)
{
    uint64_t hash = hash_of(name, len);
    struct vol_map_name made = {NULL, len, hash};
    size_t slot;

    if (map->n == map->cap && vol_map_find(map, name, len) == VOL_MAP_NONE && grow(map) != VOL_OK)
        return VOL_EOS;
    slot = slot_of(map, name, len, hash);
    if (map->slots[slot] == 0) {
        made.text = malloc(len + 1);
        if (made.text == NULL)
            return VOL_EOS;
        if (len > 0)
            memcpy(made.text, name, len);
        made.text[len] = '\0';
        map->names[map->n++] = made;
        map->slots[slot] = (uint32_t)map->n;
    }
    *index = (size_t)map->slots[slot] - 1;
    return VOL_OK;
}

const char *vol_map_name(const struct vol_map *map, size_t index, size_t *len)
{
    if (len != NULL)
        *len = map->names[index].len;
    return map->names[index].text;
}
