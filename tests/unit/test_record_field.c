#include "record/field.h"

#include <jansson.h>
#include <stdlib.h>

#include "unit.h"

static const struct vol_kind *kinds;
static size_t n_kinds;

static void test_tables(void)
{
    static const char lower[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    size_t i, j, k;

    UNIT(n_kinds >= 18);
    for (i = 0; i < n_kinds; i++) {
        const struct vol_kind *kind = &kinds[i];

        UNIT(vol_kind_find(kind->name, strlen(kind->name)) == kind);
        UNIT(strlen(kind->meaning) > 5 && kind->meaning[strlen(kind->meaning) - 1] != '.');
        UNIT_STR(kind->fields[0].name, "kind");
        UNIT_STR(kind->fields[1].name, "ts");
        UNIT(kind->fields[0].type == VOL_FIELD_STR && kind->fields[0].required);
        UNIT(kind->fields[1].type == VOL_FIELD_TIME && kind->fields[1].required);
        for (j = 0; j < kind->n_fields; j++) {
            const struct vol_field *f = &kind->fields[j];

            UNIT(strspn(f->name, lower) == strlen(f->name));
            UNIT(f->unit != NULL && f->owner != NULL && strlen(f->owner) > 3 && strlen(f->meaning) > 5);
            UNIT(f->meaning[strlen(f->meaning) - 1] != '.');
            UNIT(vol_field_find(kind, f->name, strlen(f->name)) == f);
            for (k = 0; k < j; k++)
                if (!UNIT(strcmp(kind->fields[k].name, f->name) != 0))
                    printf("    %s has %s twice\n", kind->name, f->name);
        }
    }
    UNIT(vol_kind_find("quotes", 6) == NULL);
    UNIT(vol_kind_find("quot", 4) == NULL);
    UNIT(vol_kind_find("", 0) == NULL);
    UNIT(vol_field_find(NULL, "strike", 6) != NULL);
    UNIT(vol_field_find(NULL, "strik", 5) == NULL);
    UNIT(vol_field_find(vol_kind_find("bar", 3), "strike", 6) == NULL);
}

/* A name has one type in all kinds: the reader parses before it knows what else is in the line. */
static void test_one_type_per_name(void)
{
    size_t i, j;

    for (i = 0; i < n_kinds; i++) {
        for (j = 0; j < kinds[i].n_fields; j++) {
            const struct vol_field *f = &kinds[i].fields[j],
                                   *first = vol_field_find(NULL, f->name, strlen(f->name));

            if (!UNIT(first != NULL && first->type == f->type))
                printf("    %s of %s is a %s, elsewhere a %s\n", f->name, kinds[i].name,
                       vol_field_type_name(f->type),
                       first != NULL ? vol_field_type_name(first->type) : "nothing");
        }
    }
}

static void test_schema(void)
{
    static const char *const types[] = {"string", "number", "integer", "boolean"};
    struct vol_buf buf = VOL_BUF_INIT;
    size_t i, j, k;

    for (i = 0; i < n_kinds; i++) {
        json_error_t error;
        json_t *schema, *properties, *required;
        size_t n_required = 0;

        vol_buf_clear(&buf);
        UNIT(vol_kind_print_schema(&kinds[i], &buf) == VOL_OK);
        schema = json_loadb(buf.data, buf.len, JSON_REJECT_DUPLICATES, &error);
        if (!UNIT(schema != NULL)) {
            printf("    %s: %s\n", kinds[i].name, error.text);
            continue;
        }
        properties = json_object_get(schema, "properties");
        required = json_object_get(schema, "required");
        UNIT(json_is_string(json_object_get(schema, "$schema")));
        UNIT(json_object_size(properties) == kinds[i].n_fields);
        for (j = 0; j < kinds[i].n_fields; j++) {
            const struct vol_field *f = &kinds[i].fields[j];
            json_t *property = json_object_get(properties, f->name);
            int listed = 0;

            UNIT(json_is_object(property));
            for (k = 0; k < json_array_size(required); k++)
                listed += strcmp(json_string_value(json_array_get(required, k)), f->name) == 0;
            UNIT(listed == (f->required ? 1 : 0));
            n_required += f->required;
            if (f->type <= VOL_FIELD_BOOL && j > 0) {
                json_t *type = json_object_get(property, "type");

                if (json_is_array(type))
                    type = json_array_get(type, 0);
                UNIT(json_is_string(type) && strcmp(json_string_value(type), types[f->type]) == 0);
            }
        }
        UNIT(json_array_size(required) == n_required);
        json_decref(schema);
    }
    vol_buf_free(&buf);
}

static void test_print(void)
{
    struct vol_buf text = VOL_BUF_INIT, mdoc = VOL_BUF_INIT;
    size_t i, j, n_lines;
    const char *p;

    for (i = 0; i < n_kinds; i++) {
        vol_buf_clear(&text);
        vol_buf_clear(&mdoc);
        UNIT(vol_kind_print(&kinds[i], &text) == VOL_OK);
        UNIT(vol_kind_print_mdoc(&kinds[i], &mdoc) == VOL_OK);
        for (n_lines = 0, p = text.data; *p != '\0'; p++)
            n_lines += *p == '\n';
        UNIT(n_lines == kinds[i].n_fields + 1);
        for (j = 0; j < kinds[i].n_fields; j++) {
            char row[128];

            snprintf(row, sizeof row, "\n%s ", kinds[i].fields[j].name);
            UNIT(strstr(text.data, row) != NULL);
            snprintf(row, sizeof row, "\n.It Fa %s ", kinds[i].fields[j].name);
            UNIT(strstr(mdoc.data, row) != NULL);
        }
    }
    vol_buf_free(&text);
    vol_buf_free(&mdoc);
}

static void test_nested(void)
{
    UNIT(vol_kind_is_nested(vol_kind_find("order", 5)));
    UNIT(vol_kind_is_nested(vol_kind_find("reject", 6)));
    UNIT(!vol_kind_is_nested(vol_kind_find("quote", 5)));
    UNIT(!vol_kind_is_nested(vol_kind_find("fill", 4)));
}

int main(void)
{
    kinds = vol_kind_table(&n_kinds);
    test_tables();
    test_one_type_per_name();
    test_schema();
    test_print();
    test_nested();
    return unit_done("record/field");
}
