/* fields: what is made from the field tables at build time.
 *
 *     fields mdoc          the tables of volpipe-records(5), on standard output
 *     fields schema DIR    a JSON Schema per kind, DIR/KIND.json
 */
#include <stdio.h>
#include <string.h>

#include "record/field.h"

static int write_file(const char *dir, const char *name, const struct vol_buf *text)
{
    char path[512];
    FILE *file;
    int ok;

    snprintf(path, sizeof path, "%s/%s.json", dir, name);
    file = fopen(path, "w");
    if (file == NULL) {
        perror(path);
        return 1;
    }
    ok = fwrite(text->data, 1, text->len, file) == text->len;
    if (fclose(file) != 0 || !ok) {
        perror(path);
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    int mdoc = argc == 2 && strcmp(argv[1], "mdoc") == 0, failed = 0;
    struct vol_buf text = VOL_BUF_INIT;
    const struct vol_kind *kinds;
    size_t n, i;

    if (!mdoc && !(argc == 3 && strcmp(argv[1], "schema") == 0)) {
        fputs("usage: fields mdoc | fields schema DIR\n", stderr);
        return 64;
    }
    kinds = vol_kind_table(&n);
    for (i = 0; i < n && !failed; i++) {
        vol_buf_clear(&text);
        if ((mdoc ? vol_kind_print_mdoc(&kinds[i], &text) : vol_kind_print_schema(&kinds[i], &text)) !=
            VOL_OK)
            failed = 1;
        else if (mdoc)
            failed = fwrite(text.data, 1, text.len, stdout) != text.len;
        else
            failed = write_file(argv[2], kinds[i].name, &text);
    }
    vol_buf_free(&text);
    return fflush(stdout) != 0 || failed ? 74 : 0;
}
