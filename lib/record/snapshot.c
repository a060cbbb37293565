#include "record/snapshot.h"

#include <string.h>

void vol_snapshot_init(struct vol_snapshot *snap)
{
    memset(snap, 0, sizeof *snap);
    vol_hold_init(&snap->hold);
    vol_buf_init(&snap->underlying);
    vol_buf_init(&snap->items);
    vol_buf_init(&snap->kinds);
}

void vol_snapshot_clear(struct vol_snapshot *snap)
{
    snap->open = false;
    vol_hold_clear(&snap->hold);
    vol_buf_clear(&snap->items);
    vol_buf_clear(&snap->kinds);
}

void vol_snapshot_free(struct vol_snapshot *snap)
{
    vol_hold_free(&snap->hold);
    vol_buf_free(&snap->underlying);
    vol_buf_free(&snap->items);
    vol_buf_free(&snap->kinds);
    vol_snapshot_init(snap);
}

bool vol_snapshot_is(const struct vol_snapshot *snap, int64_t ts, const struct vol_value *underlying)
{
    return snap->open && snap->ts == ts && snap->underlying.len == underlying->len &&
           memcmp(snap->underlying.data, underlying->text, underlying->len) == 0;
}

static enum vol_status add(struct vol_snapshot *snap, const struct vol_line *line, ptrdiff_t item)
{
    enum vol_status status = vol_hold_add(&snap->hold, line);

    return status == VOL_OK ? vol_buf_add(&snap->items, &item, sizeof item) : status;
}

enum vol_status vol_snapshot_add_quote(struct vol_snapshot *snap, const struct vol_line *line, int64_t ts,
                                       const struct vol_value *underlying)
{
    if (!snap->open) {
        vol_buf_clear(&snap->underlying);
        if (vol_buf_add(&snap->underlying, underlying->text, underlying->len) != VOL_OK)
            return VOL_EOS;
        snap->ts = ts;
        snap->open = true;
    }
    return add(snap, line, -1);
}

enum vol_status vol_snapshot_add_other(struct vol_snapshot *snap, const struct vol_line *line,
                                       const struct vol_value *kind)
{
    ptrdiff_t item = (ptrdiff_t)snap->kinds.len;

    if (vol_buf_add(&snap->kinds, kind->text, kind->len) != VOL_OK ||
        vol_buf_add_char(&snap->kinds, '\0') != VOL_OK)
        return VOL_EOS;
    return add(snap, line, item);
}

size_t vol_snapshot_count(const struct vol_snapshot *snap)
{
    return snap->hold.n;
}

const char *vol_snapshot_line(const struct vol_snapshot *snap, size_t i, struct vol_line *line)
{
    ptrdiff_t item;

    memcpy(&item, snap->items.data + i * sizeof item, sizeof item);
    *line = vol_hold_get(&snap->hold, i);
    return item < 0 ? NULL : snap->kinds.data + item;
}
