/* gnuplot.h: runs a gnuplot script and keeps the picture that it prints.
 *
 * gnuplot is an outside program; it reads the script from its standard input, no start-up file of the user's,
 * and writes the picture to its standard output. The picture replaces PATH only when it is whole, by a rename
 * in its directory: a reader sees the old one or the new one.
 */
#ifndef VOL_PLOT_GNUPLOT_H
#define VOL_PLOT_GNUPLOT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* Draw SCRIPT[N], which sets an svg or a png terminal and no output, to PATH. VOL_EUNAVAILABLE: gnuplot is
 * not installed; VOL_ECREATE: a file beside PATH cannot be made or renamed; VOL_EIO: the picture is not whole
 * (a full disk); VOL_EINTERNAL: gnuplot refused the script, ERR has its first words; VOL_EOS. */
enum vol_status vol_gnuplot_draw(const char *script, size_t n, const char *path, struct vol_error *err);

/* The same with a text terminal: what it prints is appended to OUT. */
enum vol_status vol_gnuplot_text(const char *script, size_t n, struct vol_buf *out, struct vol_error *err);

#endif
