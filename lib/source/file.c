#include "source/file.h"

#include <stdlib.h>
#include <string.h>

#include "record/input.h"
#include "source/cells.h"
#include "source/pattern.h"
#include "source/zip.h"
#include "source/pattern.h"
#include "source/zip.h"

/* Rows that are read before the layout is known: preamble, header, and the row behind it. */
enum { AHEAD = VOL_LAYOUT_PREAMBLE_MAX + 2, SHOWN = 120, NO_HEADER = AHEAD };

struct row {
    struct vol_buf raw;
    uint64_t line_no;
};

struct vol_source_files {
    struct vol_source_files_config config;
    struct vol_input *input;
    struct vol_csv *csv, *other;
    struct row ahead[AHEAD];
    size_t n_ahead, at_ahead;
    enum vol_status after; /* how reading ahead ended, told behind those rows */
    struct vol_error after_err;
    struct vol_csv_place place;
    struct vol_zip *zip; /* the archive in hand, */
    const char *member;  /* and the name of its member */
};

enum vol_status vol_source_files_new(struct vol_source_files **out,
                                     const struct vol_source_files_config *config, struct vol_error *err)
{
    struct vol_source_files *f = calloc(1, sizeof *f);
    enum vol_status status;

    if (!f)
        return vol_error_set(err, VOL_EOS, "out of memory");
    f->config = *config;
    for (size_t i = 0; i < AHEAD; i++)
        vol_buf_init(&f->ahead[i].raw);
    if ((status = vol_input_new(&f->input, config->max_line, config->stop, config->before_wait,
                                config->wait_data, err)) != VOL_OK ||
        (status = vol_csv_new(&f->csv, config->max_line, err)) != VOL_OK ||
        (status = vol_csv_new(&f->other, config->max_line, err)) != VOL_OK) {
        vol_source_files_free(f);
        return status;
    }
    *out = f;
    return VOL_OK;
}

void vol_source_files_free(struct vol_source_files *files)
{
    if (!files)
        return;
    for (size_t i = 0; i < AHEAD; i++)
        vol_buf_free(&files->ahead[i].raw);
    vol_zip_free(files->zip);
    vol_csv_free(files->other);
    vol_csv_free(files->csv);
    vol_input_free(files->input);
    free(files);
}

/* A row from the input. */
static enum vol_status read_row(struct vol_source_files *f, struct vol_source_line *line,
                                struct vol_error *err)
{
    bool quoted;
    enum vol_status status = vol_csv_next(f->csv, f->input, &line->cells, &line->n_cells, &line->raw,
                                          &line->raw_len, &f->place, &quoted, err);

    line->line_no = f->place.row;
    return status;
}

/* Control characters, which no text has. */
static bool is_binary(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];

        if ((c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f)
            return true;
    }
    return false;
}

/* Words for a file whose line LINE_NO, of N bytes, cannot be of a CSV. */
static enum vol_status not_csv(const char *line, size_t n, uint64_t line_no, const char *why,
                               struct vol_error *err)
{
    if (n >= 4 && memcmp(line, "PK\3\4", 4) == 0)
        return vol_error_set(err, VOL_EDATA, "a zip archive: give it by its name, or unpack it first");
    if (is_binary(line, n))
        return vol_error_set(err, VOL_EDATA, "not a CSV file: line %llu holds bytes that are no text",
                             (unsigned long long)line_no);
    return vol_error_set(err, VOL_EDATA, "%s", why);
}

/* Rows that come before the layout is known; a malformed one ends them. */
static enum vol_status read_ahead(struct vol_source_files *f, struct vol_error *err)
{
    struct vol_source_line line = {0};

    f->n_ahead = f->at_ahead = 0;
    f->after = VOL_OK;
    while (f->n_ahead < AHEAD && f->after == VOL_OK) {
        struct row *row = &f->ahead[f->n_ahead];

        f->after = read_row(f, &line, &f->after_err);
        if (f->after != VOL_OK)
            break;
        vol_buf_clear(&row->raw);
        if (vol_buf_add(&row->raw, line.raw, line.raw_len) != VOL_OK)
            return vol_error_set(err, VOL_EOS, "out of memory");
        row->line_no = line.line_no;
        f->n_ahead++;
    }
    if (f->n_ahead > 0)
        return VOL_OK;
    if (f->after == VOL_EDATA)
        return not_csv(line.raw, line.raw_len, f->place.row, f->after_err.text, err);
    if (err && f->after != VOL_END)
        *err = f->after_err;
    return f->after;
}

static enum vol_status split(struct vol_csv *csv, const struct row *row, const struct vol_csv_cell **cells,
                             size_t *n, struct vol_error *err)
{
    return vol_csv_split(csv, row->raw.data, row->raw.len, cells, n, err);
}

/* How well a file without a header fits L: its name, the number of its columns, and the first instant. */
static size_t match_bare(const struct vol_layout *l, const char *name, const struct vol_csv_cell *cells,
                         size_t n)
{
    struct vol_csv_cell header[VOL_LAYOUT_HEADER_MAX], parts[VOL_PATTERN_MAX];
    struct vol_datetime when;
    const char *text;
    size_t len;
    int at;

    if (n != l->n_header || !vol_pattern_match(l->pattern, name, parts))
        return 0;
    for (size_t i = 0; i < n; i++)
        header[i] = (struct vol_csv_cell){.text = l->header[i], .len = (uint32_t)strlen(l->header[i])};
    at = vol_cells_find(l, &l->ts.column, header, n);
    if (at != VOL_CELL_ABSENT) {
        vol_cell_trim(&cells[at], &text, &len);
        if (vol_datefmt_parse(l->ts.format, text, len, &when) != VOL_OK)
            return 0;
    }
    return n + strlen(l->pattern); /* the more a pattern says, the better it fits */
}

/* How well row H, as a header before the row FIRST, fits L. */
static size_t match(const struct vol_layout *l, const char *name, size_t h, const struct vol_csv_cell *cells,
                    size_t n, const struct vol_csv_cell *first, size_t n_first)
{
    struct vol_csv_cell parts[VOL_PATTERN_MAX];
    size_t score;

    if (l->n_header > 0)
        return h == 0 ? match_bare(l, name, cells, n) : 0;
    if (h > l->preamble || (l->pattern && !vol_pattern_match(l->pattern, name, parts)))
        return 0;
    score = vol_cells_match(l, cells, n, first, n_first);
    return score > 0 && l->pattern ? score + 1 : score;
}

/* The layout that fits the file NAME best, and the row that is its header. */
static enum vol_status find_layout(struct vol_source_files *f, const char *name,
                                   const struct vol_layout **layout, size_t *header, struct vol_error *err)
{
    const struct vol_layout *best = NULL, *rival = NULL;
    size_t best_score = 0;

    for (size_t h = 0; h < f->n_ahead && h <= VOL_LAYOUT_PREAMBLE_MAX; h++) {
        const struct vol_csv_cell *cells, *first = NULL;
        size_t n, n_first = 0;

        if (split(f->csv, &f->ahead[h], &cells, &n, NULL) != VOL_OK)
            continue;
        if (h + 1 < f->n_ahead && split(f->other, &f->ahead[h + 1], &first, &n_first, NULL) != VOL_OK)
            first = NULL;
        for (size_t i = 0; i < f->config.n_layouts; i++) {
            const struct vol_layout *l = &f->config.layouts[i];
            size_t score = match(l, name, h, cells, n, first, n_first);

            if (score > best_score) {
                best = l;
                rival = NULL;
                best_score = score;
                *header = l->n_header > 0 ? NO_HEADER : h;
            } else if (score > 0 && score == best_score && l != best) {
                rival = l;
            }
        }
    }
    if (!best) {
        for (size_t i = 0; i < f->n_ahead; i++) {
            const struct row *row = &f->ahead[i];

            if (is_binary(row->raw.data, row->raw.len))
                return not_csv(row->raw.data, row->raw.len, row->line_no, "", err);
        }
        return vol_error_set(err, VOL_EDATA, "no layout fits the header \"%.*s\" (vfetch layouts lists them)",
                             SHOWN, f->ahead[0].raw.data);
    }
    if (rival)
        return vol_error_set(err, VOL_EDATA,
                             "the header fits two layouts, %s and %s: choose one with --layout", best->name,
                             rival->name);
    *layout = best;
    return VOL_OK;
}

/* The columns that the layout says a file without a header has. */
static enum vol_status bind_bare(struct vol_source_files *f, struct vol_source *source, struct vol_error *err)
{
    const struct vol_layout *l = vol_source_layout(source);
    struct vol_csv_cell header[VOL_LAYOUT_HEADER_MAX];

    for (size_t i = 0; i < l->n_header; i++)
        header[i] = (struct vol_csv_cell){.text = l->header[i], .len = (uint32_t)strlen(l->header[i])};
    f->at_ahead = 0;
    return vol_source_bind(source, header, l->n_header, err);
}

static enum vol_status bind(struct vol_source_files *f, struct vol_source *source, size_t header,
                            struct vol_error *err)
{
    const struct vol_csv_cell *cells;
    enum vol_status status;
    size_t n;

    if (header == NO_HEADER)
        return bind_bare(f, source, err);
    for (size_t i = 0; i < header; i++)
        if (split(f->csv, &f->ahead[i], &cells, &n, NULL) == VOL_OK)
            vol_source_preamble(source, cells, n);
    if ((status = split(f->csv, &f->ahead[header], &cells, &n, err)) != VOL_OK)
        return status;
    f->at_ahead = header + 1;
    return vol_source_bind(source, cells, n, err);
}

static void close_archive(struct vol_source_files *f)
{
    vol_zip_free(f->zip);
    f->zip = NULL;
    f->member = NULL;
}

/* Open PATH, or the next member, for reading; *NAME is what it is called. */
static enum vol_status open_input(struct vol_source_files *f, const char *path, const char **name,
                                  struct vol_error *err)
{
    enum vol_status status;

    if (path != NULL) {
        close_archive(f);
        *name = path;
        if (strcmp(path, "-") == 0 || !vol_zip_is(path))
            return vol_input_open(f->input, path, err);
        if ((status = vol_zip_open(&f->zip, path, err)) != VOL_OK)
            return status;
    }
    status = vol_zip_next(f->zip, &f->member, err);
    if (status == VOL_OK)
        status = vol_input_open_from(f->input, vol_zip_read, f->zip, err);
    if (status != VOL_OK)
        close_archive(f);
    *name = f->member;
    return status;
}

const char *vol_source_files_member(const struct vol_source_files *files)
{
    return files->member;
}

enum vol_status vol_source_files_open(struct vol_source_files *files, const char *path,
                                      struct vol_source **source, uint64_t *line_no, struct vol_error *err)
{
    const struct vol_layout *layout = NULL;
    struct vol_source *made = NULL;
    enum vol_status status;
    const char *name;
    size_t header = 0;

    *line_no = 1;
    files->place = (struct vol_csv_place){0, 0};
    if ((status = open_input(files, path, &name, err)) != VOL_OK ||
        (status = read_ahead(files, err)) != VOL_OK)
        return status;
    *line_no = files->ahead[0].line_no;
    if ((status = find_layout(files, name, &layout, &header, err)) != VOL_OK)
        return status;
    *line_no = files->ahead[header == NO_HEADER ? 0 : header].line_no;
    if ((status = vol_source_new(&made, layout, files->config.facts, &files->config.options, name, err)) !=
        VOL_OK)
        return status;
    if ((status = bind(files, made, header, err)) != VOL_OK) {
        vol_source_free(made);
        return status;
    }
    *source = made;
    return VOL_OK;
}

enum vol_status vol_source_files_next(struct vol_source_files *files, struct vol_source_line *line,
                                      struct vol_error *err)
{
    if (files->at_ahead < files->n_ahead) {
        const struct row *row = &files->ahead[files->at_ahead++];

        line->raw = row->raw.data;
        line->raw_len = row->raw.len;
        line->line_no = row->line_no;
        return split(files->csv, row, &line->cells, &line->n_cells, err);
    }
    if (files->after != VOL_OK) {
        enum vol_status status = files->after;

        if (err && status != VOL_END)
            *err = files->after_err;
        line->raw = "";
        line->raw_len = 0;
        line->line_no = files->place.row;
        files->after = status == VOL_EDATA ? VOL_OK : VOL_END;
        return status;
    }
    return read_row(files, line, err);
}
