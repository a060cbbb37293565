/* field.h: every kind of record and every field of it, defined once.
 *
 * The tables of field.c are the only place where a field is described: reader, writer, validator, `--fields`,
 * the tables of volpipe-records(5) and the JSON Schema files come from them. A field name means the same and
 * has the same type in every kind (a unit test holds that).
 */
#ifndef VOL_RECORD_FIELD_H
#define VOL_RECORD_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

enum vol_field_type {
    VOL_FIELD_STR,  /* JSON string */
    VOL_FIELD_NUM,  /* JSON number, a double */
    VOL_FIELD_INT,  /* JSON number, a whole one */
    VOL_FIELD_BOOL, /* true or false */
    VOL_FIELD_TIME, /* JSON string, RFC 3339 UTC instant */
    VOL_FIELD_DATE, /* JSON string, YYYY-MM-DD */
    VOL_FIELD_JSON  /* object or array; a kind that requires one is nested and has no CSV form */
};

struct vol_field {
    const char *name;
    enum vol_field_type type;
    bool required;
    const char *unit;    /* "" where the value has none */
    const char *owner;   /* the tool that writes it: "vfetch", "vgreeks", … */
    const char *meaning; /* one sentence without the full stop */
};

struct vol_kind {
    const char *name;
    const char *meaning;
    const struct vol_field *fields; /* kind and ts come first */
    size_t n_fields;
};

/* All kinds, in the order of volpipe-records(5). */
const struct vol_kind *vol_kind_table(size_t *n_kinds);

/* Null when there is no such kind (a stream may carry kinds that are not in the table). */
const struct vol_kind *vol_kind_find(const char *name, size_t len);

/* The field of KIND, or of any kind when KIND is null; null when there is none. */
const struct vol_field *vol_field_find(const struct vol_kind *kind, const char *name, size_t len);

const char *vol_field_type_name(enum vol_field_type type);

/* What a value of TYPE must look like, for error messages: "a number", "an RFC 3339 instant (…)". */
const char *vol_field_type_expected(enum vol_field_type type);

bool vol_kind_is_nested(const struct vol_kind *kind);

/* Append the table of KIND for people (--fields), as mdoc(7) rows for volpipe-records(5), as a JSON Schema.
 */
enum vol_status vol_kind_print(const struct vol_kind *kind, struct vol_buf *out);
enum vol_status vol_kind_print_mdoc(const struct vol_kind *kind, struct vol_buf *out);
enum vol_status vol_kind_print_schema(const struct vol_kind *kind, struct vol_buf *out);

#endif
