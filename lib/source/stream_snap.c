/* Ticks as snapshots: what a live feed knows at the instants of a grid. */
#include <stdlib.h>
#include <string.h>

#include "source/stream_vendor.h"

static int by_instrument(const void *a, const void *b)
{
    const struct vol_live *const *x = a, *const *y = b;

    return vol_instrument_compare(&(*x)->instrument, &(*y)->instrument);
}

/* The instruments in the order of a snapshot. */
static bool sort(struct vol_stream *s)
{
    struct vol_live **order;

    if (s->n_ordered == s->n_live)
        return true;
    order = realloc(s->order, s->cap_live * sizeof *order);
    if (order == NULL) {
        vol_stream_fail(s, VOL_EOS, "out of memory");
        return false;
    }
    s->order = order;
    memcpy(order, s->live, s->n_live * sizeof *order);
    s->n_ordered = s->n_live;
    qsort(order, s->n_ordered, sizeof *order, by_instrument);
    return true;
}

static void put(struct vol_stream *s, struct vol_live *live, int64_t ts)
{
    live->changed = false;
    vol_stream_put(s, live, &live->known, ts, live->quoted, live->received);
}

/* The quotes order[FROM..TO) of one underlying, and their `snap`. */
static void put_chain(struct vol_stream *s, size_t from, size_t to, int64_t ts)
{
    const char *underlying = s->order[from]->instrument.contract.underlying, *source = s->vendor->facts.name;
    int64_t at, n = 0;

    for (size_t i = from; i < to; i++) {
        struct vol_live *live = s->order[i];

        live->changed = false;
        if (!live->heard || live->instrument.expires <= ts)
            continue;
        put(s, live, ts);
        n++;
    }
    if (n == 0 || !vol_stream_begin(s, "snap", ts, &at))
        return;
    vol_writer_str(s->handler.out, VOL_KEY("underlying"), underlying, strlen(underlying));
    vol_writer_int(s->handler.out, VOL_KEY("quotes"), n);
    vol_writer_str(s->handler.out, VOL_KEY("source"), source, strlen(source));
    vol_stream_end(s);
}

static void put_all(struct vol_stream *s, int64_t ts)
{
    size_t i = 0;

    for (; i < s->n_ordered && !s->order[i]->instrument.is_option; i++)
        if (s->order[i]->changed)
            put(s, s->order[i], ts);
    while (i < s->n_ordered) {
        const char *underlying = s->order[i]->instrument.contract.underlying;
        bool changed = false;
        size_t from = i;

        for (; i < s->n_ordered && strcmp(s->order[i]->instrument.contract.underlying, underlying) == 0; i++)
            changed |= s->order[i]->changed;
        if (changed)
            put_chain(s, from, i, ts);
    }
}

void vol_stream_snap(struct vol_stream *s, int64_t venue)
{
    int64_t step = s->config.snap, ts = s->next_snap;

    if (ts > venue)
        return;
    s->next_snap = venue - venue % step + step;
    /* Nothing has changed since the first instant of the grid that has passed: the later ones say no more. */
    if (!s->dirty || !s->up || !sort(s))
        return;
    /* Before all channels were heard, the first instant at which they need not be: whenever this is called,
     * the same. */
    if (s->n_heard < s->n_channels - s->n_gone)
        while (ts <= venue && s->venue_at + (ts - s->venue) < s->settle_at)
            ts += step;
    if (ts > venue)
        return;
    s->dirty = false;
    put_all(s, ts);
}
