#include "source/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/time.h"

/* A row kept for later: its text, and what it is sorted by. */
struct held {
    int64_t ts;
    char underlying[VOL_ROOT_MAX];
    uint64_t seq;
    size_t offset, len;
    size_t file;
    uint64_t line_no;
};

struct opened {
    struct vol_source *source;
    char *path; /* as messages name it: archive:member */
};

struct vol_import {
    struct vol_import_config config;
    struct vol_source_files *files;
    struct opened *opened; /* every file that was opened: held rows are read again with its source */
    size_t n_opened, cap_opened, at_path;
    bool is_open, fresh; /* fresh: no row of the file was good so far */

    struct vol_source_row row; /* being handed out */
    size_t at_record, row_file;
    struct vol_source_line line;

    bool in_group, is_snap; /* is_snap: the item handed out is one */
    int64_t group_ts;
    char underlying[VOL_ROOT_MAX];
    const char *group_source;
    uint64_t group_n;

    bool pending; /* a row waits for the group before it to close */
    struct vol_source_line pending_line;
    bool any, sorts;
    int64_t last_ts;
    bool was_cut;
    int64_t cut_ts;

    struct vol_csv *splitter;
    struct vol_buf bytes;
    struct held *held;
    size_t n_held, cap_held, at_held;
    bool replaying;
    uint64_t n_rows, n_outside;
};

enum vol_status vol_import_new(struct vol_import **out, const struct vol_import_config *config,
                               struct vol_error *err)
{
    struct vol_import *im = calloc(1, sizeof *im);
    enum vol_status status;

    if (!im)
        return vol_error_set(err, VOL_EOS, "out of memory");
    im->config = *config;
    vol_buf_init(&im->bytes);
    if ((status = vol_source_files_new(&im->files, &config->files, err)) == VOL_OK)
        status = vol_csv_new(&im->splitter, config->files.max_line, err);
    if (status != VOL_OK) {
        vol_import_free(im);
        return status;
    }
    *out = im;
    return VOL_OK;
}

void vol_import_free(struct vol_import *import)
{
    if (!import)
        return;
    for (size_t i = 0; i < import->cap_opened; i++) {
        vol_source_free(import->opened[i].source);
        free(import->opened[i].path);
    }
    free(import->opened);
    free(import->held);
    vol_buf_free(&import->bytes);
    vol_csv_free(import->splitter);
    vol_source_files_free(import->files);
    free(import);
}

void vol_import_counts(const struct vol_import *import, uint64_t *n_rows, uint64_t *n_outside,
                       size_t *n_files)
{
    *n_rows = import->n_rows;
    *n_outside = import->n_outside;
    *n_files = import->at_path;
}

/* ---- held rows
 * ------------------------------------------------------------------------------------------------- */

static enum vol_status hold(struct vol_import *im, struct vol_error *err)
{
    struct held *h;

    if (im->n_held == im->cap_held) {
        size_t wide = im->cap_held ? 2 * im->cap_held : 1024;
        struct held *grown = realloc(im->held, wide * sizeof *grown);

        if (!grown)
            return vol_error_set(err, VOL_EOS, "out of memory");
        im->held = grown;
        im->cap_held = wide;
    }
    h = &im->held[im->n_held];
    *h = (struct held){.ts = im->row.ts,
                       .seq = im->n_held,
                       .offset = im->bytes.len,
                       .len = im->line.raw_len,
                       .file = im->n_opened - 1,
                       .line_no = im->line.line_no};
    memcpy(h->underlying, im->row.underlying, strlen(im->row.underlying) + 1);
    if (vol_buf_add(&im->bytes, im->line.raw, im->line.raw_len) != VOL_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    im->n_held++;
    im->row.n_records = 0;
    return VOL_OK;
}

static int by_time(const void *a, const void *b)
{
    const struct held *x = a, *y = b;
    int names;

    if (x->ts != y->ts)
        return x->ts < y->ts ? -1 : 1;
    names = strcmp(x->underlying, y->underlying);
    return names ? names : (x->seq > y->seq) - (x->seq < y->seq);
}

static void replay(struct vol_import *im)
{
    qsort(im->held, im->n_held, sizeof *im->held, by_time);
    im->at_held = 0;
    im->replaying = true;
}

/* ---- snapshots
 * ------------------------------------------------------------------------------------------------- */

static void begin_group(struct vol_import *im, const struct vol_source *source)
{
    if (im->row.underlying[0] == '\0')
        return;
    im->in_group = true;
    im->group_ts = im->row.ts;
    im->group_n = 0;
    im->group_source = vol_source_layout(source)->name;
    memcpy(im->underlying, im->row.underlying, strlen(im->row.underlying) + 1);
}

static bool same_group(const struct vol_import *im)
{
    return im->in_group && im->group_ts == im->row.ts && strcmp(im->underlying, im->row.underlying) == 0;
}

/* Close the group; true: ITEM is its `snap`. A chain that was cut, or of which nothing was good, gets none.
 */
static bool end_group(struct vol_import *im, struct vol_import_item *item)
{
    bool whole = im->group_n > 0 && !(im->was_cut && im->cut_ts == im->group_ts);

    if (!im->in_group)
        return false;
    im->in_group = false;
    if (!whole)
        return false;
    im->is_snap = true;
    item->kind = "snap";
    item->ts = im->group_ts;
    return true;
}

/* ---- files and rows
 * -------------------------------------------------------------------------------------------- */

static const char *place(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

/* Room for one more file. */
static enum vol_status grow_opened(struct vol_import *im, struct vol_error *err)
{
    size_t wide = im->cap_opened ? 2 * im->cap_opened : 16;
    struct opened *grown;

    if (im->n_opened < im->cap_opened)
        return VOL_OK;
    grown = realloc(im->opened, wide * sizeof *grown);
    if (!grown)
        return vol_error_set(err, VOL_EOS, "out of memory");
    memset(grown + im->cap_opened, 0, (wide - im->cap_opened) * sizeof *grown);
    im->opened = grown;
    im->cap_opened = wide;
    return VOL_OK;
}

/* The name of what is open now, in the place of the next file: PATH, or its archive's member. */
static enum vol_status name_opened(struct vol_import *im, const char *path, struct vol_error *err)
{
    const char *member = vol_source_files_member(im->files);
    struct opened *o = &im->opened[im->n_opened];
    size_t n = strlen(path) + (member ? strlen(member) + 1 : 0) + 1;
    char *name = malloc(n);

    if (!name)
        return vol_error_set(err, VOL_EOS, "out of memory");
    snprintf(name, n, "%s%s%s", path, member ? ":" : "", member ? member : "");
    free(o->path);
    o->path = name;
    return VOL_OK;
}

/* Files are sorted together or not at all. */
static enum vol_status check_sorting(const struct vol_import *im, struct vol_error *err)
{
    const struct opened *first = &im->opened[0], *last = &im->opened[im->n_opened - 1];
    bool sorts = vol_source_layout(last->source)->sort;
    const struct opened *sorted = sorts ? last : first, *plain = sorts ? first : last;

    if (im->n_opened == 1 || sorts == im->sorts)
        return VOL_OK;
    return vol_error_set(
        err, VOL_EUSAGE,
        "%s: its rows (layout %s) are sorted, those of %s (%s) are not: import them apart, vmerge",
        sorted->path, vol_source_layout(sorted->source)->name, plain->path,
        vol_source_layout(plain->source)->name);
}

static enum vol_status open_next(struct vol_import *im, struct vol_import_item *item, struct vol_error *err)
{
    bool more = vol_source_files_member(im->files) != NULL;
    enum vol_status status = grow_opened(im, err), opened;
    const char *path;

    if (status != VOL_OK)
        return status;
    im->at_path += !more;
    path = im->config.n_paths ? im->config.paths[im->at_path - 1] : "-";
    opened = vol_source_files_open(im->files, more ? NULL : path, &im->opened[im->n_opened].source,
                                   &item->line_no, err);
    if (opened == VOL_END && more && !vol_source_files_member(im->files))
        return VOL_END;
    if ((status = name_opened(im, path, err)) != VOL_OK)
        return status;
    item->file = place(im->opened[im->n_opened].path);
    if (opened == VOL_ENOINPUT || opened == VOL_EIO)
        vol_error_prefix(err, "%s", item->file);
    if (opened != VOL_OK)
        return opened;
    im->n_opened++;
    if ((status = check_sorting(im, err)) != VOL_OK)
        return status;
    im->sorts = vol_source_layout(im->opened[im->n_opened - 1].source)->sort;
    im->is_open = im->fresh = true;
    return VOL_OK;
}

/* A row that goes back in time. The first one of a file condemns the file. */
static enum vol_status out_of_order(struct vol_import *im, struct vol_error *err)
{
    char text[VOL_TIME_MAX], last[VOL_TIME_MAX];

    vol_time_print(text, im->row.ts);
    vol_time_print(last, im->last_ts);
    im->row.n_records = 0;
    if (!im->fresh)
        return vol_error_set(err, VOL_EDATA, "%s is earlier than the row before it, %s", text, last);
    im->is_open = false;
    return vol_error_set(err, VOL_EDATA,
                         "begins at %s, but the file before it goes to %s: passed over; give the files "
                         "in the order of time, or import them apart and vmerge",
                         text, last);
}

/* Whether the row just understood is handed out now (it keeps its records), later, or not at all. */
static enum vol_status sort_row(struct vol_import *im, struct vol_error *err)
{
    struct vol_source *source = im->opened[im->n_opened - 1].source;

    im->at_record = 0;
    im->row_file = im->n_opened - 1;
    if (im->row.ts < im->config.since || im->row.ts > im->config.until) {
        im->n_outside++;
        im->row.n_records = 0;
        return VOL_OK;
    }
    if (im->sorts)
        return hold(im, err);
    if (im->any && im->row.ts < im->last_ts)
        return out_of_order(im, err);
    im->fresh = false;
    im->any = true;
    im->last_ts = im->row.ts;
    if (same_group(im))
        return VOL_OK;
    if (im->in_group && im->row.ts == im->group_ts)
        return hold(im, err);
    if (!im->in_group && im->n_held == 0) {
        begin_group(im, source);
        return VOL_OK;
    }
    im->pending = true;
    im->pending_line = im->line;
    im->row.n_records = 0;
    return VOL_OK;
}

/* Read a row of the open file. */
static enum vol_status read_row(struct vol_import *im, struct vol_import_item *item, struct vol_error *err)
{
    struct opened *o = &im->opened[im->n_opened - 1];
    enum vol_status status = vol_source_files_next(im->files, &im->line, err);

    item->file = place(o->path);
    item->line_no = im->line.line_no;
    item->raw = im->line.raw;
    item->raw_len = im->line.raw_len;
    switch (status) {
    case VOL_OK:
        break;
    case VOL_END:
        im->is_open = false;
        return VOL_OK;
    case VOL_EDATA:
        im->n_rows++;
        return status;
    case VOL_ENOINPUT:
        vol_error_prefix(err, "%s", place(o->path));
        im->is_open = false;
        im->was_cut = true;
        im->cut_ts = im->last_ts;
        return status;
    default:
        vol_error_prefix(err, "%s", place(o->path));
        return status;
    }
    im->n_rows++;
    status = vol_source_row(o->source, im->line.cells, im->line.n_cells, &im->row, &item->reason, err);
    if (status != VOL_OK) {
        item->ts = im->row.ts;
        item->kind = vol_source_layout(o->source)->kind->name;
        im->row.n_records = 0;
        return status;
    }
    return sort_row(im, err);
}

/* Take the next held row into `row`. It was understood once, so that nothing but memory can fail. */
static enum vol_status take_held(struct vol_import *im, struct vol_error *err)
{
    const struct held *h = &im->held[im->at_held++];
    const struct vol_csv_cell *cells;
    const char *reason;
    enum vol_status status;
    size_t n;

    status = vol_csv_split(im->splitter, im->bytes.data + h->offset, h->len, &cells, &n, err);
    if (status == VOL_OK)
        status = vol_source_row(im->opened[h->file].source, cells, n, &im->row, &reason, err);
    if (status == VOL_EDATA || status == VOL_NO)
        return vol_error_set(err, VOL_EINTERNAL, "a held row reads otherwise the second time");
    im->at_record = 0;
    im->row_file = h->file;
    im->line.line_no = h->line_no;
    im->line.raw = im->bytes.data + h->offset;
    im->line.raw_len = h->len;
    return status;
}

/* The row that ended a group begins the next one. Its cells stayed where they are, for held rows are split
 * apart from them, but its source has read other rows since. */
static enum vol_status take_pending(struct vol_import *im, struct vol_error *err)
{
    struct opened *o = &im->opened[im->n_opened - 1];
    const char *reason;
    enum vol_status status;

    im->pending = false;
    im->line = im->pending_line;
    im->row_file = im->n_opened - 1;
    im->at_record = 0;
    status = vol_source_row(o->source, im->line.cells, im->line.n_cells, &im->row, &reason, err);
    if (status == VOL_EDATA || status == VOL_NO)
        return vol_error_set(err, VOL_EINTERNAL, "a row reads otherwise the second time");
    im->last_ts = im->row.ts;
    begin_group(im, o->source);
    return status == VOL_OK ? VOL_NO : status;
}

/* One step of handing out held rows. VOL_NO: nothing to hand out yet, go on. */
static enum vol_status step_held(struct vol_import *im, struct vol_import_item *item, struct vol_error *err)
{
    const struct held *h = &im->held[im->at_held];
    enum vol_status status;
    bool same;

    if (im->at_held == im->n_held) {
        im->replaying = false;
        im->n_held = 0;
        vol_buf_clear(&im->bytes);
        return VOL_NO;
    }
    same = im->in_group && im->group_ts == h->ts && strcmp(im->underlying, h->underlying) == 0;
    if (!same && end_group(im, item))
        return VOL_OK;
    if ((status = take_held(im, err)) != VOL_OK)
        return status;
    im->last_ts = im->row.ts;
    if (!same)
        begin_group(im, im->opened[im->row_file].source);
    return VOL_NO;
}

/* Whether there is a file or a member of an archive to open. */
static bool has_more(const struct vol_import *im)
{
    return vol_source_files_member(im->files) != NULL || im->at_path < im->config.n_paths ||
           (im->config.n_paths == 0 && im->at_path == 0);
}

/* The row that is to be handed out next, or the end. VOL_NO: go on. */
static enum vol_status step(struct vol_import *im, struct vol_import_item *item, struct vol_error *err)
{
    const volatile sig_atomic_t *stop = im->config.files.stop;
    enum vol_status status;

    if (im->replaying)
        return step_held(im, item, err);
    /* Something waits for the end of the group: a row of another key, or the end of a file with held rows. */
    if (im->pending || (!im->is_open && im->n_held > 0 && (!im->sorts || !has_more(im)))) {
        if (end_group(im, item))
            return VOL_OK;
        if (im->n_held > 0) {
            replay(im);
            return VOL_NO;
        }
        return im->pending ? take_pending(im, err) : VOL_NO;
    }
    if (im->is_open) {
        status = read_row(im, item, err);
        return status == VOL_OK ? VOL_NO : status;
    }
    if (stop && *stop)
        return VOL_END; /* a chain that was stopped in its middle gets no snap */
    if (has_more(im)) {
        status = open_next(im, item, err);
        return status == VOL_OK || status == VOL_END ? VOL_NO : status;
    }
    return end_group(im, item) ? VOL_OK : VOL_END;
}

enum vol_status vol_import_next(struct vol_import *import, struct vol_import_item *item,
                                struct vol_error *err)
{
    *item = (struct vol_import_item){0};
    import->is_snap = false;
    for (;;) {
        enum vol_status status;

        if (import->at_record < import->row.n_records) {
            item->kind = vol_source_layout(import->opened[import->row_file].source)->kind->name;
            item->ts = import->row.ts;
            item->file = place(import->opened[import->row_file].path);
            item->line_no = import->line.line_no;
            item->raw = import->line.raw;
            item->raw_len = import->line.raw_len;
            import->at_record++;
            import->group_n++;
            return VOL_OK;
        }
        if ((status = step(import, item, err)) != VOL_NO || item->reason)
            return status;
    }
}

enum vol_status vol_import_put(struct vol_import *import, struct vol_writer *out, struct vol_error *err)
{
    enum vol_status status;

    if (import->is_snap) {
        vol_writer_str(out, VOL_KEY("underlying"), import->underlying, strlen(import->underlying));
        vol_writer_int(out, VOL_KEY("quotes"), (int64_t)import->group_n);
        vol_writer_str(out, VOL_KEY("source"), import->group_source, strlen(import->group_source));
        return VOL_OK;
    }
    status = vol_source_put(import->opened[import->row_file].source, &import->row, import->at_record - 1, out,
                            err);
    if (status != VOL_OK)
        import->group_n--;
    return status;
}
