/* lanes_dense.h: the kernels of lanes.h in vectors of LANES doubles. Included by the sources of the levels.
 */
#ifndef VOL_SURFACE_LANES_DENSE_H
#define VOL_SURFACE_LANES_DENSE_H

#include "price/lanes_math.h"
#include "surface/lanes.h"

/* A tile of the product: TALL rows, WIDE columns, kept in registers (16 of them below AVX-512, 32 there). */
#define TALL (2 * LANES)
#define WIDE (LANES == 8 ? 8 : 4)
/* Rows of a panel that stay in the second-level cache while all columns go past. */
#define CHUNK 256

LANES_INLINE vec phi_of(vec r2)
{
    vec tiny = all_of(1e-290);

    return choose(less(r2, tiny), (vec){0}, 0.5 * r2 * log_ratio(greatest_of(r2, tiny), all_of(1.0)));
}

static void kernel(size_t n, const double *x, const double *y, double x0, double y0, double *column)
{
    size_t i;

    for (i = 0; i < n; i += LANES) {
        vec dx = load(x + i) - x0, dy = load(y + i) - y0;

        store(column + i, phi_of(dx * dx + dy * dy));
    }
}

static void combine(size_t from, size_t n, double a, const double *column, double b, const double *second,
                    double *out)
{
    size_t i;

    for (i = from; i < n; i += LANES)
        store(out + i, load(out + i) + (a * load(column + i) + b * load(second + i)));
}

static void evaluate(size_t n, const double *x, const double *y, const double *weight, size_t points,
                     const double *px, const double *py, double *out)
{
    size_t p, j;

    for (p = 0; p < points; p += LANES) {
        vec ax = load(px + p), ay = load(py + p), sum = {0};

        for (j = 0; j < n; j++) {
            vec dx = ax - x[j], dy = ay - y[j];

            sum += weight[j] * phi_of(dx * dx + dy * dy);
        }
        store(out + p, sum);
    }
}

/* Cholesky of the block of WIDTH columns on the diagonal, column by column. Vectors begin a little above the
 * diagonal, where nothing is needed. */
static int factorise_block(size_t n, size_t width, double *a)
{
    size_t i, j, k;

    for (j = 0; j < width; j++) {
        double *column = a + j * n, pivot = column[j], inverse;

        if (!(pivot > 0.0))
            return 0;
        pivot = sqrt(pivot);
        inverse = 1.0 / pivot;
        for (i = j / LANES * LANES; i < width; i += LANES)
            store(column + i, load(column + i) * inverse);
        column[j] = pivot;
        for (k = j + 1; k < width; k++) {
            double *other = a + k * n, by = column[k];

            for (i = k / LANES * LANES; i < width; i += LANES)
                store(other + i, load(other + i) - load(column + i) * by);
        }
    }
    return 1;
}

/* TALL rows below the block: each times the inverse of the block's transpose. COLUMNS is packed, TALL numbers
 * a column, and is written back to ROWS. */
static void solve_rows(size_t n, size_t width, const double *block, double *rows, double *packed)
{
    size_t c, p;

    for (c = 0; c < width; c++) {
        vec first = load(rows + c * n), second = load(rows + c * n + LANES), by;

        for (p = 0; p < c; p++) {
            double factor = block[p * n + c];

            first -= load(packed + p * TALL) * factor;
            second -= load(packed + p * TALL + LANES) * factor;
        }
        by = all_of(1.0 / block[c * n + c]);
        first *= by;
        second *= by;
        store(packed + c * TALL, first);
        store(packed + c * TALL + LANES, second);
        store(rows + c * n, first);
        store(rows + c * n + LANES, second);
    }
}

/* OUT -= L R', a tile of TALL rows and WIDE columns; LEFT holds TALL numbers a step, RIGHT holds WIDE. */
static void subtract_tile(size_t n, size_t width, const double *left, const double *right, double *out)
{
    vec sum[WIDE][2] = {{{0}}};
    size_t k;
    int j;

    for (k = 0; k < width; k++) {
        vec first = load(left), second = load(left + LANES);

#pragma GCC unroll 8
        for (j = 0; j < WIDE; j++) {
            sum[j][0] += first * right[j];
            sum[j][1] += second * right[j];
        }
        left += TALL;
        right += WIDE;
    }
#pragma GCC unroll 8
    for (j = 0; j < WIDE; j++) {
        double *column = out + (size_t)j * n;

        store(column, load(column) - sum[j][0]);
        store(column + LANES, load(column + LANES) - sum[j][1]);
    }
}

/* The rows of the panel once more, WIDE at a time, as the right factor. */
static void pack_right(size_t rows, size_t width, const double *left, double *right)
{
    size_t i, k;

    for (i = 0; i < rows; i++)
        for (k = 0; k < width; k++)
            right[i / WIDE * WIDE * width + k * WIDE + i % WIDE] =
                left[i / TALL * TALL * width + k * TALL + i % TALL];
}

/* A, of ROWS rows and columns at A, less the product of the panel with itself; only the lower half is needed.
 */
static void subtract_square(size_t n, size_t rows, size_t width, const double *left, const double *right,
                            double *a)
{
    size_t chunk, i, j;

    for (chunk = 0; chunk < rows; chunk += CHUNK) {
        size_t end = chunk + CHUNK < rows ? chunk + CHUNK : rows;

        for (j = 0; j < end; j += WIDE)
            for (i = j > chunk ? j / TALL * TALL : chunk; i < end; i += TALL)
                subtract_tile(n, width, left + i * width, right + j * width, a + j * n + i);
    }
}

static int factorise(size_t n, double *a, double *pack)
{
    size_t done, i;

    for (done = 0; done < n; done += VOL_LANES_BLOCK) {
        size_t width = done + VOL_LANES_BLOCK < n ? VOL_LANES_BLOCK : n - done, rows = n - done - width;
        double *block = a + done * n + done, *right = pack + n * VOL_LANES_BLOCK;

        if (!factorise_block(n, width, block))
            return 0;
        for (i = 0; i < rows; i += TALL)
            solve_rows(n, width, block, block + width + i, pack + i * width);
        pack_right(rows, width, pack, right);
        subtract_square(n, rows, width, pack, right, block + width * n + width);
    }
    return 1;
}

#endif
