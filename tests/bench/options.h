/* options.h: the file of options that all kernels of the bench read: seven runs of N doubles, native byte
 * order: type (1 call, -1 put), price, forward, strike, discount, t, and the vol that the price was made
 * with. C and C++. */
#ifndef VOL_BENCH_OPTIONS_H
#define VOL_BENCH_OPTIONS_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { OPTIONS_RUNS = 7 };

struct options {
    size_t n;
    double *type, *price, *forward, *strike, *discount, *t, *vol;
};

static inline void options_place(struct options *o, double *data, size_t n)
{
    double **run[OPTIONS_RUNS] = {&o->type, &o->price, &o->forward, &o->strike, &o->discount, &o->t, &o->vol};
    int i;

    o->n = n;
    for (i = 0; i < OPTIONS_RUNS; i++)
        *run[i] = data + (size_t)i * n;
}

static inline void options_or_die(int right, const char *path)
{
    if (!right) {
        fprintf(stderr, "bench: %s: cannot read or write it\n", path);
        exit(74);
    }
}

static inline void options_read(struct options *o, const char *path)
{
    FILE *f = fopen(path, "rb");
    double *data;
    long size = 0;

    options_or_die(f != NULL && fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) > 0, path);
    rewind(f);
    data = (double *)malloc((size_t)size);
    options_or_die(data != NULL && fread(data, 1, (size_t)size, f) == (size_t)size, path);
    fclose(f);
    options_place(o, data, (size_t)size / (OPTIONS_RUNS * sizeof(double)));
}

static inline void options_write(const char *path, const double *x, size_t n)
{
    FILE *f = fopen(path, "wb");

    options_or_die(f != NULL && fwrite(x, sizeof *x, n, f) == n && fclose(f) == 0, path);
}

/* Nanoseconds of CPU since START, for each of N. */
static inline double options_ns(clock_t start, size_t n)
{
    return (double)(clock() - start) / CLOCKS_PER_SEC * 1e9 / (double)n;
}

#endif
