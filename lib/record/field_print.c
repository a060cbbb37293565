/* The tables of field.c for people (--fields), for volpipe-records(5) and as JSON Schema. */
#include "record/field.h"

#include <string.h>

const char *vol_field_type_name(enum vol_field_type type)
{
    static const char *const names[] = {"string", "number", "integer", "boolean", "instant", "date", "json"};

    return names[type];
}

const char *vol_field_type_expected(enum vol_field_type type)
{
    static const char *const words[] = {
        "a string",
        "a number",
        "a whole number",
        "true or false",
        "an RFC 3339 instant in UTC (2019-04-26T20:15:00Z)",
        "a date (2019-04-26)",
        "an object or array",
    };

    return words[type];
}

enum vol_status vol_kind_print(const struct vol_kind *kind, struct vol_buf *out)
{
    size_t i;

    if (vol_buf_addf(out, "%s: %s\n", kind->name, kind->meaning) != VOL_OK)
        return VOL_EOS;
    for (i = 0; i < kind->n_fields; i++) {
        const struct vol_field *f = &kind->fields[i];

        if (vol_buf_addf(out, "%-18s %-8s %-9s %-24s %-10s %s\n", f->name, vol_field_type_name(f->type),
                         f->required ? "required" : "optional", f->unit[0] != '\0' ? f->unit : "-", f->owner,
                         f->meaning) != VOL_OK)
            return VOL_EOS;
    }
    return VOL_OK;
}

enum vol_status vol_kind_print_mdoc(const struct vol_kind *kind, struct vol_buf *out)
{
    size_t i;

    if (vol_buf_addf(out, ".Ss %s\n%c%s.\n.Bl -tag -width Ds\n", kind->name, kind->meaning[0] - 'a' + 'A',
                     kind->meaning + 1) != VOL_OK)
        return VOL_EOS;
    for (i = 0; i < kind->n_fields; i++) {
        const struct vol_field *f = &kind->fields[i];

        if (vol_buf_addf(
                out, ".It Fa %s Pq %s%s%s%s , written by %s\n%c%s.\n", f->name, vol_field_type_name(f->type),
                f->required ? ", required" : "", f->unit[0] != '\0' ? "; " : "", f->unit, f->owner,
                f->meaning[0] >= 'a' && f->meaning[0] <= 'z' ? f->meaning[0] - 'a' + 'A' : f->meaning[0],
                f->meaning + 1) != VOL_OK)
            return VOL_EOS;
    }
    return vol_buf_add_str(out, ".El\n");
}

static const char *schema_type(enum vol_field_type type)
{
    switch (type) {
    case VOL_FIELD_NUM:
        return "\"type\": [\"number\", \"null\"]";
    case VOL_FIELD_INT:
        return "\"type\": [\"integer\", \"null\"]";
    case VOL_FIELD_BOOL:
        return "\"type\": [\"boolean\", \"null\"]";
    case VOL_FIELD_TIME:
        return "\"type\": [\"string\", \"null\"], \"format\": \"date-time\"";
    case VOL_FIELD_DATE:
        return "\"type\": [\"string\", \"null\"], \"format\": \"date\"";
    case VOL_FIELD_JSON:
        return "\"type\": [\"object\", \"array\"]";
    case VOL_FIELD_STR:
        break;
    }
    return "\"type\": [\"string\", \"null\"]";
}

enum vol_status vol_kind_print_schema(const struct vol_kind *kind, struct vol_buf *out)
{
    enum vol_status status;
    const char *comma = "";
    size_t i;

    status = vol_buf_addf(out,
                          "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
                          "  \"title\": \"%s\",\n  \"description\": \"%s\",\n  \"type\": \"object\",\n"
                          "  \"required\": [",
                          kind->name, kind->meaning);
    for (i = 0; status == VOL_OK && i < kind->n_fields; i++)
        if (kind->fields[i].required) {
            status = vol_buf_addf(out, "%s\"%s\"", comma, kind->fields[i].name);
            comma = ", ";
        }
    if (status == VOL_OK)
        status = vol_buf_add_str(out, "],\n  \"properties\": {\n");
    for (i = 0; status == VOL_OK && i < kind->n_fields; i++) {
        const struct vol_field *f = &kind->fields[i];

        if (strcmp(f->name, "kind") == 0)
            status = vol_buf_addf(out, "    \"kind\": {\"const\": \"%s\"}", kind->name);
        else
            status = vol_buf_addf(out, "    \"%s\": {%s, \"description\": \"%s%s%s%s\"}", f->name,
                                  schema_type(f->type), f->meaning, f->unit[0] != '\0' ? " (" : "", f->unit,
                                  f->unit[0] != '\0' ? ")" : "");
        if (status == VOL_OK)
            status = vol_buf_add_str(out, i + 1 < kind->n_fields ? ",\n" : "\n");
    }
    if (status == VOL_OK)
        status = vol_buf_add_str(out, "  }\n}\n");
    return status;
}
