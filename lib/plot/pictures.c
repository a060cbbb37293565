#include "plot/pictures.h"

#include <math.h>
#include <string.h>

#include "plot/gnuplot.h"
#include "surface/evaluate.h"
#include "surface/tenor.h"

enum { PANELS = 9, FIT_POINTS = 81, NODES_K = 41, NODES_T = 37 };

/* Quiet colours: quotes in blue-grey, the model in red, text and axes in dark grey. */
#define INK    "#333333"
#define QUOTES "#8fa9c4"
#define MIDS   "#2f4b6b"
#define MODEL  "#c8402f"
#define GRID   "#e4e4e4"
#define PUTS   "#2a7f9e"
#define CALLS  "#b07d1f"

static const double deviations =
    2.5; /* the surface spans this many at-the-money standard deviations on both sides */

static enum vol_status add_terminal(struct vol_buf *out, enum vol_pictures_format format, int width,
                                    int height)
{
    enum vol_status status = vol_buf_add_str(out, "set encoding utf8\n");

    if (status == VOL_OK && format == VOL_PICTURES_TEXT)
        return vol_buf_add_str(out, "set terminal dumb mono size 100,32\nset datafile missing 'nan'\n");
    if (status == VOL_OK)
        status = vol_buf_addf(
            out, "set terminal %s size %d,%d %s font 'Helvetica,13' background '#ffffff' linewidth 1\n",
            format == VOL_PICTURES_PNG ? "pngcairo" : "svg", width, height,
            format == VOL_PICTURES_PNG ? "" : "fixed");
    return status != VOL_OK
               ? status
               : vol_buf_add_str(out, "set border 3 linecolor rgb '" INK "'\n"
                                      "set tics nomirror out scale 0.6 textcolor rgb '" INK "'\n"
                                      "set grid linetype 1 linecolor rgb '" GRID "' linewidth 1\n"
                                      "set datafile missing 'nan'\n");
}

/* TEXT as a gnuplot string: in single quotes, which only a doubled quote ends; control bytes become blanks.
 */
static enum vol_status add_string(struct vol_buf *out, const char *text, size_t n)
{
    enum vol_status status = vol_buf_add_char(out, '\'');
    size_t i;

    for (i = 0; i < n && status == VOL_OK; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '\'')
            status = vol_buf_add_str(out, "''");
        else
            status = vol_buf_add_char(out, c < 0x20 || c == 0x7f ? ' ' : (char)c);
    }
    return status == VOL_OK ? vol_buf_add_char(out, '\'') : status;
}

static enum vol_status add_title(struct vol_buf *out, const char *command,
                                 const struct vol_pictures_title *title, const char *what)
{
    struct vol_buf text = VOL_BUF_INIT;
    enum vol_status status = vol_buf_add(&text, title->text, title->len);

    if (status == VOL_OK)
        status = vol_buf_addf(&text, ": %s", what);
    if (status == VOL_OK)
        status = vol_buf_add_str(out, command);
    if (status == VOL_OK)
        status = add_string(out, text.data, text.len);
    if (status == VOL_OK)
        status = vol_buf_add_str(out, " noenhanced font 'Helvetica,16' textcolor rgb '" INK "'\n");
    vol_buf_free(&text);
    return status;
}

/* ---- smiles ---- */

/* The expiries to draw: those with a smile, at most PANELS; when there are more, those nearest to even steps
 * of the logarithm of time, ascending and each once. */
static size_t choose(const struct vol_smiles *smiles, size_t chosen[PANELS])
{
    size_t i, n = 0, fitted = 0, from = 0, panels;
    double low = 0.0, high = 0.0;

    for (i = 0; i < smiles->n; i++)
        if (vol_smiles_has_fit(&smiles->expiry[i])) {
            high = log(smiles->expiry[i].t_var);
            low = fitted++ == 0 ? high : low;
        }
    panels = fitted < PANELS ? fitted : PANELS;
    for (n = 0; n < panels; n++) {
        double target = panels > 1 ? low + (high - low) * (double)n / (double)(panels - 1) : low,
               least = INFINITY;
        size_t left = 0, best = from;

        for (i = from; i < smiles->n; i++)
            left += vol_smiles_has_fit(&smiles->expiry[i]);
        for (i = from; i < smiles->n && left >= panels - n; i++) {
            double gap;

            if (!vol_smiles_has_fit(&smiles->expiry[i]))
                continue;
            gap = fabs(log(smiles->expiry[i].t_var) - target);
            if (gap < least) {
                least = gap;
                best = i;
            }
            left--;
        }
        chosen[n] = best;
        from = best + 1;
    }
    return n;
}

static double percent_of_forward(double k)
{
    return 100.0 * exp(k);
}

/* The quotes (strike, mid, bid, ask, error of the fit in half-spreads) and the line of the fit. */
static enum vol_status add_smile_data(struct vol_buf *out, const struct vol_smiles_expiry *e, size_t panel)
{
    enum vol_status status = vol_buf_addf(out, "$quotes%zu << EOD\n", panel);
    size_t i;

    for (i = 0; i < e->n_fitted && status == VOL_OK; i++) {
        const struct vol_svifit_quote *q = &e->fitted[i];
        double half = fmax(0.5 * (q->vol_ask - q->vol_bid), 1e-4);

        status = vol_buf_addf(out, "%.4f %.4f %.4f %.4f %.3f\n", percent_of_forward(q->k), 100 * q->vol,
                              100 * q->vol_bid, 100 * q->vol_ask,
                              (vol_slice_vol(&e->slice, q->k) - q->vol) / half);
    }
    if (status == VOL_OK)
        status = vol_buf_addf(out, "EOD\n$fit%zu << EOD\n", panel);
    for (i = 0; i < FIT_POINTS && status == VOL_OK; i++) {
        double k = e->score.k_min + (e->score.k_max - e->score.k_min) * (double)i / (FIT_POINTS - 1);

        status = vol_buf_addf(out, "%.4f %.4f\n", percent_of_forward(k), 100 * vol_slice_vol(&e->slice, k));
    }
    return status == VOL_OK ? vol_buf_add_str(out, "EOD\n") : status;
}

/* Where a panel stands on the page, in pixels: a smile above, its errors in half-spreads below. */
enum { PANEL_W = 430, PANEL_H = 312, PAGE_TOP = 58, PAGE_BOTTOM = 14 };

static enum vol_status add_margins(struct vol_buf *out, size_t panel, int columns, int rows, int top,
                                   int bottom)
{
    double width = PANEL_W * columns, height = PANEL_H * rows + PAGE_TOP + PAGE_BOTTOM;
    int column = (int)panel % columns, row = (int)panel / columns;
    double up = height - PAGE_TOP - PANEL_H * row; /* the top edge of the panel, from below */

    return vol_buf_addf(out,
                        "set lmargin at screen %.5f\nset rmargin at screen %.5f\n"
                        "set bmargin at screen %.5f\nset tmargin at screen %.5f\n",
                        (PANEL_W * column + 52) / width, (PANEL_W * column + PANEL_W - 14) / width,
                        (up - bottom) / height, (up - top) / height);
}

static enum vol_status add_smile_panel(struct vol_buf *out, const struct vol_smiles_expiry *e, size_t panel)
{
    struct vol_buf text = VOL_BUF_INIT;
    enum vol_status status;

    status = vol_buf_addf(&text, "%s %s  %.1f d  F %.6g  atm %.2f %%  %.0f %% inside", e->root, e->expiration,
                          365 * e->t, e->forward, 100 * e->atm_vol, 100 * e->score.inside);
    if (status == VOL_OK)
        status = vol_buf_add_str(out, "set title ");
    if (status == VOL_OK)
        status = add_string(out, text.data, text.len);
    if (status == VOL_OK)
        status = vol_buf_addf(
            out,
            " noenhanced offset 0,-0.7 font 'Helvetica,11' textcolor rgb '" INK "'\n"
            "set autoscale y\nset ytics autofreq\nset format x ''\n%s\n"
            "plot $quotes%zu using 1:3:(0):($4-$3) with vectors nohead linewidth 2.4 linecolor rgb '" QUOTES
            "' title 'bid to ask', "
            "$quotes%zu using 1:2 with points pointtype 7 pointsize 0.22 linecolor rgb '" MIDS
            "' title 'mid', "
            "$fit%zu using 1:2 with lines linewidth 1.3 linecolor rgb '" MODEL "' title '%s'\n",
            panel == 0 ? "set key top center samplen 1.5 font 'Helvetica,11' textcolor rgb '" INK "'"
                       : "unset key",
            panel, panel, panel, e->slice.model);
    vol_buf_free(&text);
    return status;
}

/* The strip below a smile: the error of the fit in half-spreads; inside the grey band it lies between bid and
 * ask. */
static enum vol_status add_error_panel(struct vol_buf *out, size_t panel)
{
    return vol_buf_addf(
        out,
        "unset title\nunset key\nset format x '%%g'\nset yrange [-3:3]\nset ytics (-2, 0, 2)\n"
        "plot $fit%zu using 1:(-1):(1) with filledcurves fillcolor rgb '#ececec' notitle, "
        "$quotes%zu using 1:($5>3?3:$5<-3?-3:$5) with impulses linewidth 1.4 linecolor rgb '" MIDS
        "' notitle\n",
        panel, panel);
}

enum vol_status vol_pictures_smiles(const struct vol_smiles *smiles, const struct vol_pictures_title *title,
                                    struct vol_buf *out)
{
    size_t chosen[PANELS], n = choose(smiles, chosen), i;
    int columns = n <= 2 ? (int)n : n <= 4 ? 2 : 3, rows;
    enum vol_status status;

    if (n == 0)
        return VOL_NO;
    rows = ((int)n + columns - 1) / columns;
    status = add_terminal(out, title->format, PANEL_W * columns, PANEL_H * rows + PAGE_TOP + PAGE_BOTTOM);
    for (i = 0; i < n && status == VOL_OK; i++)
        status = add_smile_data(out, &smiles->expiry[chosen[i]], i);
    if (status == VOL_OK)
        status = vol_buf_add_str(out, "set tics font 'Helvetica,11'\nset xtics autofreq\nset autoscale xfix\n"
                                      "set multiplot");
    if (status == VOL_OK)
        status = add_title(out, " title ", title,
                           "vols in % over strikes in % of the forward; below, the error in half-spreads");
    for (i = 0; i < n && status == VOL_OK; i++) {
        status = add_margins(out, i, columns, rows, 22, 202);
        if (status == VOL_OK)
            status = add_smile_panel(out, &smiles->expiry[chosen[i]], i);
        if (status == VOL_OK)
            status = add_margins(out, i, columns, rows, 210, 266);
        if (status == VOL_OK)
            status = add_error_panel(out, i);
    }
    return status == VOL_OK ? vol_buf_add_str(out, "unset multiplot\n") : status;
}

/* ---- surface ---- */

/* One row of the surface: the vols at T, over standard deviations from the forward. */
static enum vol_status add_surface_row(struct vol_buf *out, const struct vol_slice *slices, size_t n,
                                       double t)
{
    enum vol_status status = VOL_OK;
    double atm, vol;
    size_t i;

    if (vol_tenor_variance(slices, n, t, 0.0, &atm) != VOL_OK)
        return VOL_OK;
    for (i = 0; i < NODES_K && status == VOL_OK; i++) {
        double z = deviations * (2.0 * (double)i / (NODES_K - 1) - 1.0);

        if (vol_tenor_vol(slices, n, t, z * sqrt(atm), &vol) != VOL_OK)
            vol = NAN;
        status =
            vol_buf_addf(out, isnan(vol) ? "%.3f %.4f nan\n" : "%.3f %.4f %.4f\n", z, 365 * t, 100 * vol);
    }
    return status == VOL_OK ? vol_buf_add_str(out, "\n") : status;
}

enum vol_status vol_pictures_surface(const struct vol_smiles *smiles, const struct vol_pictures_title *title,
                                     struct vol_buf *out)
{
    const struct vol_slice *slices = smiles->surface;
    size_t n = smiles->n_surface, i;
    enum vol_status status;

    if (n < 2)
        return VOL_NO;
    status = add_terminal(out, title->format, 1100, 760);
    if (status == VOL_OK)
        status = vol_buf_add_str(out, "$surface << EOD\n");
    for (i = 0; i < NODES_T && status == VOL_OK; i++) { /* even in the logarithm of time, the ends exactly */
        double share = (double)i / (NODES_T - 1);
        double t = i == 0             ? slices[0].t
                   : i == NODES_T - 1 ? slices[n - 1].t
                                      : slices[0].t * pow(slices[n - 1].t / slices[0].t, share);

        status = add_surface_row(out, slices, n, t);
    }
    if (status == VOL_OK)
        status = vol_buf_addf(out, "EOD\nset xrange [%g:%g]\nset yrange [%.5g:%.5g]\n", -deviations,
                              deviations, 365 * slices[0].t, 365 * slices[n - 1].t);
    if (status == VOL_OK)
        status = add_title(out, "set title ", title, "implied vol surface, %");
    return status != VOL_OK
               ? status
               : vol_buf_add_str(
                     out,
                     "unset key\nset border 31 linecolor rgb '#999999'\n"
                     "set palette defined (0 '#20456e', 0.25 '#3d8fb0', 0.5 '#a8d5ba', 0.75 '#f2c14e', 1 "
                     "'#c8402f')\n"
                     "set logscale y\nset xtics 1\n"
                     "set ytics (1, 2, 3, 7, 14, 30, 60, 91, 182, 365, 730)\n"
                     "set xlabel 'standard deviations from the forward' rotate parallel offset 0,-0.5\n"
                     "set ylabel 'days' rotate parallel offset 0,-0.5\n"
                     "set zlabel 'vol, %' rotate parallel noenhanced offset 1,0\n"
                     "set cblabel 'vol, %' noenhanced\nset colorbox user origin 0.92,0.25 size 0.018,0.5\n"
                     "set xyplane relative 0.05\nset view 42, 327, 1.04, 1.0\n"
                     "set pm3d depthorder border linecolor rgb '#4f6f8f' linewidth 0.3\n"
                     "splot $surface using 1:2:3 with pm3d\n");
}

/* ---- term structure ---- */

static enum vol_status add_term_data(struct vol_buf *out, const struct vol_smiles *smiles)
{
    enum vol_status status = vol_buf_add_str(out, "$term << EOD\n");
    double first = 30.0, last = 30.0; /* days; 30 has a mark of its own */
    size_t i;

    for (i = 0; i < smiles->n && status == VOL_OK; i++) {
        const struct vol_smiles_expiry *e = &smiles->expiry[i];
        struct vol_tenor_wings wings;

        if (!vol_smiles_has_fit(e))
            continue;
        first = fmin(first, 365 * e->t_var);
        last = fmax(last, 365 * e->t_var);
        if (vol_tenor_wings(&e->slice, 1, e->t_var, 0.25, &wings) == VOL_OK)
            status = vol_buf_addf(out, "%.4f %.4f %.4f %.4f\n", 365 * e->t_var, 100 * e->atm_vol,
                                  100 * wings.put, 100 * wings.call);
        else
            status = vol_buf_addf(out, "%.4f %.4f nan nan\n", 365 * e->t_var, 100 * e->atm_vol);
    }
    return status == VOL_OK ? vol_buf_addf(out, "EOD\nset xrange [%.5g:%.5g]\n", 0.85 * first, 1.15 * last)
                            : status;
}

enum vol_status vol_pictures_term(const struct vol_smiles *smiles, const struct vol_metrics *numbers,
                                  const struct vol_pictures_title *title, struct vol_buf *out)
{
    bool iv30 = isfinite(numbers->iv[1]), index = numbers->index_status == VOL_VARINDEX_OK;
    enum vol_status status;

    if (smiles->fitted == 0)
        return VOL_NO;
    status = add_terminal(out, title->format, 1000, 560);
    if (status == VOL_OK)
        status = add_term_data(out, smiles);
    if (status == VOL_OK)
        status = add_title(out, "set title ", title, "term structure of implied vol");
    if (status == VOL_OK && iv30)
        status = vol_buf_addf(out, "$iv30 << EOD\n30 %.4f\nEOD\n", 100 * numbers->iv[1]);
    if (status == VOL_OK && index)
        status = vol_buf_addf(out, "$index << EOD\n30 %.4f\nEOD\n", numbers->index);
    if (status == VOL_OK)
        status = vol_buf_add_str(
            out, "set logscale x\nset xtics (1, 2, 3, 7, 14, 30, 60, 91, 182, 365, 730)\n"
                 "set xlabel 'days to settlement'\nset ylabel 'vol, %' noenhanced\nset format y '%.0f'\n"
                 "set key outside right center Left reverse samplen 2 spacing 1.4 noenhanced "
                 "textcolor rgb '" INK "'\n"
                 "set offsets graph 0, graph 0, graph 0.08, graph 0.05\n"
                 "plot $term using 1:3 with linespoints pointtype 7 pointsize 0.3 linewidth 1.2 linecolor "
                 "rgb '" PUTS "' title '25-delta put', "
                 "$term using 1:2 with linespoints pointtype 7 pointsize 0.45 linewidth 1.8 linecolor rgb "
                 "'" INK "' title 'at the forward', "
                 "$term using 1:4 with linespoints pointtype 7 pointsize 0.3 linewidth 1.2 linecolor rgb "
                 "'" CALLS "' title '25-delta call'");
    if (status == VOL_OK && iv30)
        status = vol_buf_addf(
            out,
            ", $iv30 using 1:2 with points pointtype 6 pointsize 1.4 linewidth 2 linecolor rgb '" MODEL
            "' title '30-day vol %.2f'",
            100 * numbers->iv[1]);
    if (status == VOL_OK && index)
        status = vol_buf_addf(
            out,
            ", $index using 1:2 with points pointtype 12 pointsize 1.4 linewidth 2 linecolor rgb "
            "'" MODEL "' title 'variance index %.2f'",
            numbers->index);
    return status == VOL_OK ? vol_buf_add_str(out, "\n") : status;
}

/* ---- densities ---- */

enum { DENSITY_POINTS = 121 };
static const double density_reach = 4.0; /* standard deviations */

static enum vol_status add_density_data(struct vol_buf *out, const struct vol_smiles_expiry *e, size_t line)
{
    double s = e->atm_vol * sqrt(e->t_var);
    enum vol_status status = vol_buf_addf(out, "$density%zu << EOD\n", line);
    size_t i;

    for (i = 0; i < DENSITY_POINTS && status == VOL_OK; i++) {
        double z = density_reach * (2.0 * (double)i / (DENSITY_POINTS - 1) - 1.0);
        struct vol_evaluate v;

        vol_evaluate_at(&e->slice, 1, e->t_var, VOL_TENOR_LINEAR, VOL_EVALUATE_K, z * s, &v);
        status = isfinite(v.density) ? vol_buf_addf(out, "%.4f %.5f\n", z, v.density * v.strike * s)
                                     : vol_buf_addf(out, "%.4f nan\n", z);
    }
    return status == VOL_OK ? vol_buf_add_str(out, "EOD\n") : status;
}

enum vol_status vol_pictures_density(const struct vol_smiles *smiles, const struct vol_pictures_title *title,
                                     struct vol_buf *out)
{
    static const char *const colours[] = {"#20456e", "#3d8fb0", "#7fbfa5", "#f2c14e", "#c8402f",
                                          "#8c510a", "#762a83", "#5aae61", "#333333"};
    size_t chosen[PANELS], n = choose(smiles, chosen), i;
    enum vol_status status;

    if (n == 0)
        return VOL_NO;
    status = add_terminal(out, title->format, 1000, 560);
    for (i = 0; i < n && status == VOL_OK; i++)
        status = add_density_data(out, &smiles->expiry[chosen[i]], i);
    if (status == VOL_OK)
        status = add_title(out, "set title ", title, "risk-neutral densities");
    if (status == VOL_OK)
        status =
            vol_buf_addf(out,
                         "set xrange [%g:%g]\nset yrange [0:*]\nset samples 161\n"
                         "set xlabel 'log-moneyness in standard deviations'\n"
                         "set ylabel 'density'\n"
                         "set key outside right center Left reverse samplen 2 noenhanced\n"
                         "plot exp(-x * x / 2) / sqrt(2 * pi) with lines dashtype 3 linecolor rgb '#999999' "
                         "title 'normal'",
                         -density_reach, density_reach);
    for (i = 0; i < n && status == VOL_OK; i++) {
        const struct vol_smiles_expiry *e = &smiles->expiry[chosen[i]];

        status = vol_buf_addf(
            out, ", $density%zu using 1:2 with lines linewidth 1.5 linecolor rgb '%s' title '%s'", i,
            colours[i], e->expiration);
    }
    return status == VOL_OK ? vol_buf_add_str(out, "\n") : status;
}

/* ---- by name ---- */

enum picture { SMILE, SURFACE, TERM, DENSITY, N_PICTURES };

/* Which picture SPEC asks for, its file and format; N_PICTURES when it has another form. */
static enum picture read_spec(const char *spec, const char **file, enum vol_pictures_format *format)
{
    static const char *const names[N_PICTURES] = {"smile=", "surface=", "term=", "density="};
    size_t len = strlen(spec);
    enum picture i;

    for (i = SMILE; i < N_PICTURES; i++) {
        size_t n = strlen(names[i]);

        if (strncmp(spec, names[i], n) != 0)
            continue;
        *file = spec + n;
        if (strcmp(*file, "-") == 0 && (i == TERM || i == DENSITY)) {
            *format = VOL_PICTURES_TEXT;
            return i;
        }
        if (len <= n + 4)
            continue;
        *format = strcmp(spec + len - 4, ".png") == 0 ? VOL_PICTURES_PNG : VOL_PICTURES_SVG;
        if (*format == VOL_PICTURES_PNG || strcmp(spec + len - 4, ".svg") == 0)
            return i;
    }
    return N_PICTURES;
}

enum vol_status vol_pictures_check(const char *spec, struct vol_error *err)
{
    enum vol_pictures_format format;
    const char *file;

    if (read_spec(spec, &file, &format) != N_PICTURES)
        return VOL_OK;
    return vol_error_set(
        err, VOL_EUSAGE,
        "--plot: \"%s\" is not smile=FILE, surface=FILE, term=FILE or density=FILE with FILE.svg "
        "or FILE.png, nor term=- or density=-",
        spec);
}

enum vol_status vol_pictures_draw(const char *spec, const struct vol_smiles *smiles,
                                  const struct vol_metrics *numbers, const struct vol_pictures_title *title,
                                  struct vol_buf *text, struct vol_error *err)
{
    struct vol_pictures_title head = *title;
    struct vol_buf script = VOL_BUF_INIT;
    enum vol_status status = VOL_NO;
    const char *file = "", *nothing = "there is no smile to draw";

    switch (read_spec(spec, &file, &head.format)) {
    case SMILE:
        status = vol_pictures_smiles(smiles, &head, &script);
        break;
    case SURFACE:
        status = vol_pictures_surface(smiles, &head, &script);
        nothing = "a surface needs two smiles";
        break;
    case TERM:
        status = vol_pictures_term(smiles, numbers, &head, &script);
        break;
    case DENSITY:
        status = vol_pictures_density(smiles, &head, &script);
        break;
    case N_PICTURES:
        return vol_pictures_check(spec, err);
    }
    if (status != VOL_OK)
        vol_error_set(err, status, "%s: %s", file, status == VOL_NO ? nothing : "out of memory");
    else if (head.format == VOL_PICTURES_TEXT)
        status = vol_gnuplot_text(script.data, script.len, text, err);
    else
        status = vol_gnuplot_draw(script.data, script.len, file, err);
    vol_buf_free(&script);
    return status;
}
