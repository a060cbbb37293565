#include "signal/docket.h"

#include <stdlib.h>
#include <string.h>

void vol_docket_init(struct vol_docket *docket)
{
    *docket = (struct vol_docket){.n_pending = 0};
}

void vol_docket_free(struct vol_docket *docket)
{
    free(docket->pending);
    free(docket->kept);
    vol_docket_init(docket);
}

/* ARRAY of N elements of SIZE with room for INDEX, what is new zero; null: no memory, ARRAY is as it was. */
static void *room_for(void *array, size_t *n, size_t index, size_t size)
{
    size_t more = index + 1 > 2 * *n ? index + 1 : 2 * *n;
    char *grown;

    if (index < *n)
        return array;
    grown = realloc(array, more * size);
    if (grown == NULL)
        return NULL;
    memset(grown + *n * size, 0, (more - *n) * size);
    *n = more;
    return grown;
}

enum vol_status vol_docket_put(struct vol_docket *docket, size_t index, int64_t ts)
{
    bool *pending = room_for(docket->pending, &docket->n_pending, index, sizeof *pending);

    if (pending == NULL)
        return VOL_EOS;
    docket->pending = pending;
    docket->pending[index] = docket->any = true;
    docket->ts = ts;
    return VOL_OK;
}

void vol_docket_drop(struct vol_docket *docket, size_t index)
{
    if (index < docket->n_pending)
        docket->pending[index] = false;
}

bool vol_docket_is_due(const struct vol_docket *docket, int64_t ts)
{
    return docket->any && ts > docket->ts;
}

bool vol_docket_next(struct vol_docket *docket, size_t *index)
{
    for (; docket->any && docket->cursor < docket->n_pending; docket->cursor++)
        if (docket->pending[docket->cursor]) {
            docket->pending[docket->cursor] = false;
            *index = docket->cursor;
            return true;
        }
    docket->any = false;
    docket->cursor = 0;
    return false;
}

enum vol_status vol_docket_keep(struct vol_docket *docket, size_t index, const struct vol_docket_kept *kept)
{
    struct vol_docket_kept *all = room_for(docket->kept, &docket->n_kept, index, sizeof *all);

    if (all == NULL)
        return VOL_EOS;
    docket->kept = all;
    all[index] = *kept;
    all[index].any = true;
    return VOL_OK;
}
