#include "record/hold.h"

#include <stdlib.h>
#include <string.h>

struct vol_hold_line {
    size_t bytes, cuts; /* offsets */
    uint32_t len;
    uint16_t n_cuts;
    enum vol_format format;
    const struct vol_csv_header *header;
};

void vol_hold_init(struct vol_hold *h)
{
    vol_buf_init(&h->bytes);
    vol_buf_init(&h->cuts);
    h->lines = NULL;
    h->n = h->cap = 0;
}

void vol_hold_clear(struct vol_hold *h)
{
    vol_buf_clear(&h->bytes);
    vol_buf_clear(&h->cuts);
    h->n = 0;
}

void vol_hold_free(struct vol_hold *h)
{
    vol_buf_free(&h->bytes);
    vol_buf_free(&h->cuts);
    free(h->lines);
    vol_hold_init(h);
}

enum vol_status vol_hold_add(struct vol_hold *h, const struct vol_line *line)
{
    struct vol_hold_line *to;

    if (h->n == h->cap) {
        size_t cap = h->cap == 0 ? 1024 : h->cap * 2;
        struct vol_hold_line *lines = realloc(h->lines, cap * sizeof *lines);

        if (lines == NULL)
            return VOL_EOS;
        h->lines = lines;
        h->cap = cap;
    }
    to = &h->lines[h->n];
    to->bytes = h->bytes.len;
    to->cuts = h->cuts.len;
    to->len = line->len;
    to->n_cuts = line->n_cuts;
    to->format = line->format;
    to->header = line->header;
    if (vol_buf_add(&h->bytes, line->bytes, line->len) != VOL_OK)
        return VOL_EOS;
    if (line->n_cuts > 0 &&
        vol_buf_add(&h->cuts, line->cuts, line->n_cuts * sizeof line->cuts[0]) != VOL_OK) {
        h->bytes.len = to->bytes;
        return VOL_EOS;
    }
    h->n++;
    return VOL_OK;
}

struct vol_line vol_hold_get(const struct vol_hold *h, size_t i)
{
    const struct vol_hold_line *from = &h->lines[i];
    struct vol_line line;

    line.bytes = h->bytes.data + from->bytes;
    line.len = from->len;
    line.n_cuts = from->n_cuts;
    line.format = from->format;
    line.header = from->header;
    /* Only pairs of uint32_t go into `cuts`, so that each offset is aligned for them. */
    line.cuts = (const uint32_t(*)[2])(const void *)(h->cuts.data + from->cuts);
    return line;
}
