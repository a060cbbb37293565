/* pictures.h: the gnuplot scripts of vsurface's pictures: smiles, surface, term structure and densities of
 * one snapshot.
 *
 * Each function appends a whole script (a terminal of fixed size and fonts, the data inline) to OUT; the same
 * numbers give the same bytes. Only expiries with a smile are drawn.
 */
#ifndef VOL_PLOT_PICTURES_H
#define VOL_PLOT_PICTURES_H

#include "base/buf.h"
#include "base/error.h"
#include "surface/metrics.h"
#include "surface/smiles.h"

enum vol_pictures_format {
    VOL_PICTURES_SVG,
    VOL_PICTURES_PNG,
    VOL_PICTURES_TEXT /* characters, for a terminal: term and density only */
};

/* What the pictures are of: "SPX, 2019-04-26T20:15:00Z". Any bytes; shown as text. */
struct vol_pictures_title {
    const char *text;
    size_t len;
    enum vol_pictures_format format;
};

/* Up to nine expiries, spread over the maturities, each with the vols of bid and ask as a bar, of the mid as
 * a dot, and the fit as a line over the strikes in percent of the forward. VOL_NO: no smile to draw; VOL_EOS.
 */
enum vol_status vol_pictures_smiles(const struct vol_smiles *smiles, const struct vol_pictures_title *title,
                                    struct vol_buf *out);

/* Vol over standard deviations from the forward and days to settlement. VOL_NO: fewer than two smiles;
 * VOL_EOS. */
enum vol_status vol_pictures_surface(const struct vol_smiles *smiles, const struct vol_pictures_title *title,
                                     struct vol_buf *out);

/* At-the-forward vol against days, with the 25-delta put and call of each smile, the 30-day vol and the
 * variance index. VOL_NO: no smile; VOL_EOS. */
enum vol_status vol_pictures_term(const struct vol_smiles *smiles, const struct vol_metrics *numbers,
                                  const struct vol_pictures_title *title, struct vol_buf *out);

/* Risk-neutral densities of up to nine expiries, spread over the maturities, over standard deviations from
 * the forward, each scaled by its standard deviation; the normal density beside them. VOL_NO: no smile;
 * VOL_EOS. */
enum vol_status vol_pictures_density(const struct vol_smiles *smiles, const struct vol_pictures_title *title,
                                     struct vol_buf *out);

/* Draw WHAT=FILE ("smile=build/smiles.svg"; WHAT is smile, surface, term or density, FILE ends in .svg or
 * .png). `term=-` and `density=-` append the picture in characters to TEXT. The format of TITLE is set by
 * that. VOL_EUSAGE: it has another form; VOL_NO: too few smiles to draw; otherwise as vol_gnuplot_draw. ERR
 * has the words. */
enum vol_status vol_pictures_draw(const char *spec, const struct vol_smiles *smiles,
                                  const struct vol_metrics *numbers, const struct vol_pictures_title *title,
                                  struct vol_buf *text, struct vol_error *err);

/* Whether SPEC has that form, before anything is read. VOL_EUSAGE with words. */
enum vol_status vol_pictures_check(const char *spec, struct vol_error *err);

#endif
