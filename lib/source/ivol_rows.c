#include "source/ivol_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "record/csv.h"
#include "record/gunzip.h"
#include "source/json.h"

enum { ROW_BYTES_MAX = 1 << 16, FILE_BYTES_MAX = 1 << 30, DEPTH_MAX = 6 };

/* ---- cells ---- */

/* The letters and digits of NAME, in lower case. False: too many, or none. */
static bool plain_name(const char *name, size_t n, char out[VOL_IVOL_NAME_MAX])
{
    size_t len = 0;

    for (size_t i = 0; i < n; i++) {
        char c = name[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
            continue;
        if (len == VOL_IVOL_NAME_MAX - 1)
            return false;
        out[len++] = c;
    }
    out[len] = '\0';
    if (len == 0 && n == 1 && name[0] == '*') /* the mark of a vol that is not to be relied on */
        memcpy(out, "*", 2);
    return out[0] != '\0';
}

/* Whether NAME is one of NAMES. */
static bool is_one(const char *name, const char *names)
{
    size_t n = strlen(name);

    for (const char *p = names; p; p = strchr(p, '|') ? strchr(p, '|') + 1 : NULL)
        if (strcspn(p, "|") == n && memcmp(p, name, n) == 0)
            return true;
    return false;
}

enum vol_status vol_ivol_wrong(const struct vol_ivol_row *row, const char *name, const char *words,
                               struct vol_error *err)
{
    return vol_error_set(err, VOL_EPROTOCOL, "%s%s%.*s: %s", row->place, name ? "." : "",
                         name ? (int)strcspn(name, "|") : 0, name ? name : "", words);
}

static const struct vol_ivol_cell *find_any(const struct vol_ivol_row *row, const char *names)
{
    for (size_t i = 0; i < row->n; i++)
        if (is_one(row->cell[i].name, names))
            return &row->cell[i];
    return NULL;
}

static bool has_value(const struct vol_ivol_cell *cell)
{
    return cell && (cell->text || isfinite(cell->num));
}

const struct vol_ivol_cell *vol_ivol_find(const struct vol_ivol_row *row, const char *names)
{
    const struct vol_ivol_cell *cell = find_any(row, names);

    return has_value(cell) ? cell : NULL;
}

enum vol_status vol_ivol_text(const struct vol_ivol_row *row, const char *names, const char **text, size_t *n,
                              struct vol_error *err)
{
    const struct vol_ivol_cell *cell = vol_ivol_find(row, names);

    if (!cell)
        return vol_ivol_wrong(row, names, "is missing", err);
    if (!cell->text)
        return vol_ivol_wrong(row, names, "expected text, got a number", err);
    *text = cell->text;
    *n = cell->len;
    return VOL_OK;
}

enum vol_status vol_ivol_cell_num(const struct vol_ivol_row *row, const struct vol_ivol_cell *cell,
                                  double *out, struct vol_error *err)
{
    if (cell->text && vol_num_parse_loose(cell->text, cell->len, out) != VOL_OK)
        return vol_ivol_wrong(row, cell->name, "expected a number", err);
    if (!cell->text)
        *out = cell->num;
    return VOL_OK;
}

enum vol_status vol_ivol_num(const struct vol_ivol_row *row, const char *names, bool nullable, double *out,
                             struct vol_error *err)
{
    const struct vol_ivol_cell *cell = find_any(row, names);

    if (!cell || (!nullable && !has_value(cell)))
        return vol_ivol_wrong(row, names, "is missing", err);
    if (!has_value(cell)) {
        *out = NAN;
        return VOL_OK;
    }
    return vol_ivol_cell_num(row, cell, out, err);
}

/* ---- JSON ---- */

static enum vol_status read_object(const json_t *object, struct vol_ivol_row *row, struct vol_error *err)
{
    const char *name;
    json_t *value;

    row->n = 0;
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        struct vol_ivol_cell *cell = &row->cell[row->n];

        if (!plain_name(name, strlen(name), cell->name))
            continue;
        cell->text = NULL;
        cell->num = NAN;
        if (json_is_string(value) && json_string_length(value) > 0) {
            cell->text = json_string_value(value);
            cell->len = json_string_length(value);
        } else if (json_is_number(value)) {
            cell->num = json_number_value(value);
        } else if (!json_is_null(value) && !json_is_string(value)) {
            return vol_ivol_wrong(row, cell->name, "expected a number or text", err);
        }
        if (++row->n == VOL_IVOL_CELLS_MAX)
            return vol_ivol_wrong(row, NULL, "too many columns", err);
    }
    return VOL_OK;
}

static enum vol_status read_head(const struct vol_json *answer, struct vol_ivol_head *head,
                                 struct vol_error *err)
{
    struct vol_json status;
    enum vol_status result;
    const char *code, *file;

    head->left = INT64_MAX;
    if ((result = vol_json_object(answer, "status", VOL_JSON_REQUIRED, &status, err)) != VOL_OK ||
        (result = vol_json_str(&status, "code", VOL_JSON_REQUIRED, &code, err)) != VOL_OK ||
        (result = vol_json_int(&status, "recordsFound", VOL_JSON_REQUIRED, 0, INT32_MAX, &head->found,
                               err)) != VOL_OK ||
        (result = vol_json_int(&status, "queriesLeftEOD", VOL_JSON_OPTIONAL, INT64_MIN, INT64_MAX,
                               &head->left, err)) != VOL_OK ||
        (result = vol_json_str(&status, "urlForDetails", VOL_JSON_OPTIONAL, &file, err)) != VOL_OK)
        return result;
    if (strcmp(code, "ERROR") == 0 || strcmp(code, "FAILED") == 0)
        return vol_error_set(err, VOL_EUNAVAILABLE, "status.code: %s", code);
    if (file && vol_buf_add_str(&head->file, file) != VOL_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    return VOL_OK;
}

static enum vol_status read_data(const struct vol_json *answer, vol_ivol_reader *read, void *data,
                                 struct vol_ivol_head *head, struct vol_error *err)
{
    struct vol_ivol_row *row;
    struct vol_json list, element;
    enum vol_status status = vol_json_array(answer, "data", VOL_JSON_REQUIRED, &list, err);
    size_t n = status == VOL_OK ? vol_json_size(&list) : 0;

    if (status != VOL_OK)
        return status;
    if (n == 0 && head->found > 0 && head->file.len > 0)
        return VOL_OK; /* more than a few hundred rows come as a file */
    vol_buf_clear(&head->file);
    if ((int64_t)n != head->found)
        return vol_error_set(err, VOL_EPROTOCOL, "data: %zu rows, and recordsFound says %lld", n,
                             (long long)head->found);
    row = malloc(sizeof *row);
    if (!row)
        return vol_error_set(err, VOL_EOS, "out of memory");
    for (size_t i = 0; i < n && status == VOL_OK; i++) {
        snprintf(row->place, sizeof row->place, "data[%zu]", i);
        if ((status = vol_json_element(&list, i, &element, err)) == VOL_OK &&
            (status = read_object(element.value, row, err)) == VOL_OK)
            status = read(data, row, err);
    }
    free(row);
    return status;
}

enum vol_status vol_ivol_json(const char *body, size_t n, vol_ivol_reader *read, void *data,
                              struct vol_ivol_head *head, struct vol_error *err)
{
    struct vol_json answer;
    json_t *root = NULL;
    enum vol_status status;

    *head = (struct vol_ivol_head){.file = VOL_BUF_INIT};
    if ((status = vol_json_read(body, n, &root, err)) != VOL_OK)
        return status;
    answer = vol_json_root(root);
    if ((status = read_head(&answer, head, err)) == VOL_OK)
        status = read_data(&answer, read, data, head, err);
    json_decref(root);
    return status;
}

/* The first text under the name KEY, however deep: the description of a file has had several shapes. */
static const char *find_text(const json_t *at, const char *key, int depth)
{
    const char *found = NULL, *name;
    json_t *value;
    size_t i;

    if (depth > DEPTH_MAX)
        return NULL;
    if (json_is_array(at)) {
        json_array_foreach(at, i, value) if (!found) found = find_text(value, key, depth + 1);
    } else if (json_is_object(at)) {
        json_object_foreach((json_t *)(uintptr_t)at, name, value)
        {
            char plain[VOL_IVOL_NAME_MAX];

            if (!found && plain_name(name, strlen(name), plain) && strcmp(plain, key) == 0)
                found = json_string_value(value);
            if (!found)
                found = find_text(value, key, depth + 1);
        }
    }
    return found;
}

enum vol_status vol_ivol_info(const char *body, size_t n, struct vol_buf *url, struct vol_error *err)
{
    const char *address, *state;
    json_t *root = NULL;
    enum vol_status status;

    vol_buf_clear(url);
    if ((status = vol_json_read(body, n, &root, err)) != VOL_OK)
        return status;
    address = find_text(root, "urlfordownload", 0);
    state = find_text(root, "status", 0);
    if (address && vol_buf_add_str(url, address) != VOL_OK)
        status = vol_error_set(err, VOL_EOS, "out of memory");
    else if (!address && !state)
        status = vol_error_set(err, VOL_EPROTOCOL, "neither status nor urlForDownload");
    else if (!address && (strcmp(state, "FAILED") == 0 || strcmp(state, "ERROR") == 0))
        status = vol_error_set(err, VOL_EUNAVAILABLE, "the file was not made: %s", state);
    json_decref(root);
    return status;
}

/* ---- CSV ---- */

static enum vol_status read_names(const struct vol_csv_cell *cells, size_t n, struct vol_ivol_row *row,
                                  struct vol_error *err)
{
    if (n > VOL_IVOL_CELLS_MAX)
        return vol_ivol_wrong(row, NULL, "too many columns", err);
    for (size_t i = 0; i < n; i++)
        if (!plain_name(cells[i].text, cells[i].len, row->cell[i].name))
            row->cell[i].name[0] = '\0';
    row->n = n;
    return VOL_OK;
}

static enum vol_status read_cells(const struct vol_csv_cell *cells, size_t n, struct vol_ivol_row *row,
                                  struct vol_error *err)
{
    if (n != row->n)
        return vol_ivol_wrong(row, NULL, "another number of cells than the header", err);
    for (size_t i = 0; i < n; i++) {
        row->cell[i].text = cells[i].len > 0 ? cells[i].text : NULL;
        row->cell[i].len = cells[i].len;
        row->cell[i].num = NAN;
    }
    return VOL_OK;
}

/* What is malformed in a user's file breaks the protocol in a vendor's answer. */
static enum vol_status their_fault(enum vol_status status, struct vol_error *err)
{
    if (status != VOL_EDATA && status != VOL_ENOINPUT)
        return status;
    if (err)
        err->status = VOL_EPROTOCOL;
    return VOL_EPROTOCOL;
}

static enum vol_status read_lines(const char *text, size_t n, struct vol_csv *csv, struct vol_ivol_row *row,
                                  int64_t *rows, vol_ivol_reader *read, void *data, struct vol_error *err)
{
    const char *p = text, *end = text + n;
    enum vol_status status = VOL_OK;

    for (size_t line = 1; p < end && status == VOL_OK; line++) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)((stop ? stop : end) - p), n_cells;
        const struct vol_csv_cell *cells;

        snprintf(row->place, sizeof row->place, "line %zu", line);
        if (len > 0 && p[len - 1] == '\r')
            len--;
        if (len > 0 && (status = vol_csv_split(csv, p, len, &cells, &n_cells, err)) != VOL_OK) {
            vol_error_prefix(err, "%s", row->place);
            status = their_fault(status, err);
        } else if (len > 0 && line == 1) {
            status = read_names(cells, n_cells, row, err);
        } else if (len > 0 && (status = read_cells(cells, n_cells, row, err)) == VOL_OK) {
            ++*rows;
            status = read(data, row, err);
        }
        p = stop ? stop + 1 : end;
    }
    return status;
}

static enum vol_status read_csv(const char *text, size_t n, int64_t found, vol_ivol_reader *read, void *data,
                                struct vol_error *err)
{
    struct vol_ivol_row *row = calloc(1, sizeof *row);
    struct vol_csv *csv = NULL;
    enum vol_status status;
    int64_t rows = 0;

    status = row ? vol_csv_new(&csv, ROW_BYTES_MAX, err) : vol_error_set(err, VOL_EOS, "out of memory");
    if (status == VOL_OK)
        status = read_lines(text, n, csv, row, &rows, read, data, err);
    if (status == VOL_OK && rows != found)
        status = vol_error_set(err, VOL_EPROTOCOL, "%lld rows, and recordsFound says %lld", (long long)rows,
                               (long long)found);
    if (csv)
        vol_csv_free(csv);
    free(row);
    return status;
}

enum vol_status vol_ivol_file(const char *body, size_t n, int64_t found, vol_ivol_reader *read, void *data,
                              struct vol_error *err)
{
    struct vol_buf text = VOL_BUF_INIT;
    enum vol_status status = VOL_OK;

    if (!vol_gunzip_is(body, n))
        return read_csv(body, n, found, read, data, err);
    status = vol_gunzip(body, n, FILE_BYTES_MAX, &text, err);
    if (status != VOL_OK)
        status = their_fault(status, err);
    else
        status = read_csv(text.data, text.len, found, read, data, err);
    vol_buf_free(&text);
    return status;
}
