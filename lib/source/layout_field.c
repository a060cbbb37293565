#include "source/layout_field.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum vol_status vol_layout_wrong(const struct vol_conf *at, const char *key, const char *what,
                                 struct vol_error *err)
{
    return vol_error_set(err, VOL_ECONFIG, "%s: %s: %s", at->where, key, what);
}

static const char *const field_keys[] = {"column", "nth", "value", "divide", "format", "missing", NULL};

enum vol_status vol_layout_column_load(const struct vol_conf *at, struct vol_layout_column *out,
                                       struct vol_error *err)
{
    enum vol_status status;
    int64_t nth = 1;

    if ((status = vol_conf_str(at, "column", false, NULL, &out->name, err)) != VOL_OK ||
        (status = vol_conf_int(at, "nth", false, 1, VOL_LAYOUT_FIELDS_MAX, &nth, err)) != VOL_OK)
        return status;
    out->nth = (int)nth;
    return VOL_OK;
}

/* `missing` of a field: numbers. */
static enum vol_status load_missing(const struct vol_conf *at, struct vol_layout_field *f,
                                    struct vol_error *err)
{
    const json_t *array = json_object_get(at->object, "missing"), *x;
    size_t i;

    if (!array)
        return VOL_OK;
    if (!json_is_array(array) || json_array_size(array) > VOL_LAYOUT_MISSING_MAX)
        return vol_layout_wrong(at, "missing", "expected an array of at most 8 numbers", err);
    json_array_foreach(array, i, x)
    {
        if (!json_is_number(x))
            return vol_layout_wrong(at, "missing", "expected numbers", err);
        f->missing[f->n_missing++] = json_number_value(x);
    }
    return VOL_OK;
}

/* `value`: a constant; kept as JSON text beside the configuration, which owns the value. */
static enum vol_status load_value(const struct vol_conf *at, struct vol_layout_field *f,
                                  struct vol_error *err)
{
    json_t *value = json_object_get(at->object, "value");
    char *text;
    int status;

    if (!value)
        return VOL_OK;
    if (!(f->field->type == VOL_FIELD_NUM || f->field->type == VOL_FIELD_INT ? json_is_number(value)
          : f->field->type == VOL_FIELD_BOOL                                 ? json_is_boolean(value)
          : f->field->type == VOL_FIELD_STR                                  ? json_is_string(value)
                                                                             : 0))
        return vol_layout_wrong(at, "value", "is not of the field's type", err);
    text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    if (!text)
        return vol_error_set(err, VOL_EOS, "out of memory");
    /* Moved into the configuration, so that it is freed with it. */
    status = json_object_set_new(at->object, "value", json_string(text));
    free(text);
    if (status != 0)
        return vol_error_set(err, VOL_EOS, "out of memory");
    f->value = json_string_value(json_object_get(at->object, "value"));
    return VOL_OK;
}

static enum vol_status load_field_object(const struct vol_conf *at, struct vol_layout_field *f,
                                         struct vol_error *err)
{
    enum vol_status status;

    if ((status = vol_conf_known(at, field_keys, err)) != VOL_OK ||
        (status = vol_layout_column_load(at, &f->column, err)) != VOL_OK ||
        (status = vol_conf_num(at, "divide", false, 1e-9, 1e9, &f->divide, err)) != VOL_OK ||
        (status = vol_conf_str(at, "format", false, NULL, &f->format, err)) != VOL_OK ||
        (status = load_missing(at, f, err)) != VOL_OK || (status = load_value(at, f, err)) != VOL_OK)
        return status;
    if (!f->column.name == !f->value)
        return vol_layout_wrong(at, "column", "expected either a column or a value", err);
    if (f->format && (status = vol_datefmt_check(f->format, err)) != VOL_OK)
        vol_error_prefix(err, "%s: format", at->where);
    return status;
}

/* Fields that the rows are made with and no column may give: the name of a contract is the source of the
 * first four. */
static bool is_taken(const struct vol_kind *kind, const char *name)
{
    static const char *const taken[] = {"underlying", "symbol", "root", "adjusted", "source"};
    bool quote = strcmp(kind->name, "quote") == 0;

    for (size_t i = quote ? 0 : 4; i < sizeof taken / sizeof taken[0]; i++)
        if (strcmp(name, taken[i]) == 0)
            return true;
    return false;
}

/* One member NAME of `fields`: an object, or the column's name alone. */
static enum vol_status load_field(const struct vol_conf *at, const struct vol_kind *kind, const char *name,
                                  struct vol_layout_field *f, struct vol_error *err)
{
    struct vol_conf inner;
    enum vol_status status;

    *f = (struct vol_layout_field){.divide = 1, .column = {.nth = 1}};
    f->field = vol_field_find(kind, name, strlen(name));
    if (!f->field || f->field == &kind->fields[0] || f->field == &kind->fields[1] ||
        f->field->type == VOL_FIELD_TIME || f->field->type == VOL_FIELD_JSON || is_taken(kind, name))
        return vol_layout_wrong(at, name, "the kind has no such field that a column may give", err);
    f->key_len = (size_t)snprintf(f->key, sizeof f->key, ",\"%s\":", name);
    if (f->key_len >= sizeof f->key)
        return vol_layout_wrong(at, name, "name too long", err);
    if (json_is_string(json_object_get(at->object, name))) {
        f->column.name = json_string_value(json_object_get(at->object, name));
    } else if ((status = vol_conf_object(at, name, true, &inner, err)) != VOL_OK ||
               (status = load_field_object(&inner, f, err)) != VOL_OK) {
        return status;
    }
    if (f->field->type == VOL_FIELD_DATE && !f->value && !f->format)
        return vol_layout_wrong(at, name, "a date needs a format", err);
    return VOL_OK;
}

/* Note what the fields of SIDE take over, so that no row asks again. */
static void note_fields(struct vol_layout_side *side, bool quote)
{
    for (size_t i = 0; i < side->n_fields; i++) {
        const char *name = side->field[i].field->name;

        side->field[i].compared = quote && (strcmp(name, "expiration") == 0 || strcmp(name, "strike") == 0 ||
                                            strcmp(name, "option_type") == 0);
        side->gives_exercise |= strcmp(name, "exercise") == 0;
        side->gives_multiplier |= strcmp(name, "multiplier") == 0;
        side->gives_currency |= strcmp(name, "currency") == 0;
        side->gives_inverse |= strcmp(name, "inverse") == 0;
        side->gives_price |= strcmp(name, "underlying_price") == 0;
    }
}

static int by_table(const void *a, const void *b)
{
    const struct vol_layout_field *x = a, *y = b;

    return (x->field > y->field) - (x->field < y->field);
}

enum vol_status vol_layout_fields_load(const struct vol_conf *at, const struct vol_kind *kind,
                                       struct vol_layout_side *side, struct vol_error *err)
{
    struct vol_conf fields;
    enum vol_status status = vol_conf_object(at, "fields", false, &fields, err);
    void *iter;

    if (status != VOL_OK)
        return status == VOL_NO ? VOL_OK : status;
    for (iter = json_object_iter(fields.object); iter; iter = json_object_iter_next(fields.object, iter)) {
        const char *name = json_object_iter_key(iter);

        if (strcmp(name, "comment") == 0)
            continue;
        if (side->n_fields == VOL_LAYOUT_FIELDS_MAX)
            return vol_layout_wrong(at, "fields", "too many", err);
        if ((status = load_field(&fields, kind, name, &side->field[side->n_fields], err)) != VOL_OK)
            return status;
        for (size_t i = 0; i < side->n_fields; i++)
            if (side->field[i].field == side->field[side->n_fields].field)
                return vol_layout_wrong(&fields, name, "given twice", err);
        side->n_fields++;
    }
    qsort(side->field, side->n_fields, sizeof side->field[0], by_table);
    note_fields(side, strcmp(kind->name, "quote") == 0);
    return VOL_OK;
}
