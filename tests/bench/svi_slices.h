/* svi_slices.h: the file of slices that all fits of the bench read: for each of them SVI_QUOTES rows of
 * doubles, native byte order: t, k, vol, half-spread in vol. A fit writes for each slice the sum of ((model
 * vol - vol) / half-spread)^2 that it reached.
 */
#ifndef VOL_BENCH_SVI_SLICES_H
#define VOL_BENCH_SVI_SLICES_H

#include "options.h"

enum { SVI_QUOTES = 40, SVI_ROW = 4, SVI_RUNS = 5 /* of all slices, of which the least time counts */ };

struct svi_slices {
    size_t n;
    double (*row)[SVI_QUOTES][SVI_ROW];
};

static inline void svi_slices_read(struct svi_slices *s, const char *path)
{
    FILE *f = fopen(path, "rb");
    long size = 0;

    options_or_die(f != NULL && fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) > 0, path);
    rewind(f);
    s->n = (size_t)size / sizeof *s->row;
    s->row = malloc((size_t)size);
    options_or_die(s->row != NULL && fread(s->row, sizeof *s->row, s->n, f) == s->n, path);
    fclose(f);
}

#endif
