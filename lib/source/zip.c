#include "source/zip.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <archive.h>
#include <archive_entry.h>

enum { BLOCK = 1 << 16 };

struct vol_zip {
    struct archive *archive;
    struct archive_entry *entry;
};

bool vol_zip_is(const char *path)
{
    struct stat st;
    char head[4];
    FILE *file;
    bool is;

    /* What comes through a pipe can be read only once. */
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || (file = fopen(path, "rb")) == NULL)
        return false;
    is = fread(head, 1, sizeof head, file) == sizeof head && memcmp(head, "PK\3\4", sizeof head) == 0;
    fclose(file);
    return is;
}

static enum vol_status damaged(const struct vol_zip *zip, struct vol_error *err)
{
    const char *why = archive_error_string(zip->archive);

    return vol_error_set(err, VOL_ENOINPUT, "zip archive: %s", why != NULL ? why : "damaged");
}

enum vol_status vol_zip_open(struct vol_zip **out, const char *path, struct vol_error *err)
{
    struct vol_zip *zip = calloc(1, sizeof *zip);
    enum vol_status status;

    if (zip == NULL || (zip->archive = archive_read_new()) == NULL) {
        free(zip);
        return vol_error_set(err, VOL_EOS, "out of memory");
    }
    /* By its directory at the end, without which an archive is not whole. */
    if (archive_read_support_format_zip_seekable(zip->archive) == ARCHIVE_OK &&
        archive_read_open_filename(zip->archive, path, BLOCK) == ARCHIVE_OK) {
        *out = zip;
        return VOL_OK;
    }
    status = damaged(zip, err);
    vol_zip_free(zip);
    return status;
}

void vol_zip_free(struct vol_zip *zip)
{
    if (zip == NULL)
        return;
    archive_read_free(zip->archive);
    free(zip);
}

enum vol_status vol_zip_next(struct vol_zip *zip, const char **name, struct vol_error *err)
{
    const char *found;
    int rc;

    do {
        rc = archive_read_next_header(zip->archive, &zip->entry);
        if (rc == ARCHIVE_EOF)
            return VOL_END;
        if (rc != ARCHIVE_OK)
            return damaged(zip, err);
    } while (archive_entry_filetype(zip->entry) != AE_IFREG);
    found = archive_entry_pathname(zip->entry);
    if (found == NULL)
        return vol_error_set(err, VOL_ENOINPUT, "zip archive: a member without a name");
    *name = found;
    return VOL_OK;
}

ssize_t vol_zip_read(void *data, char *to, size_t room)
{
    struct vol_zip *zip = data;
    ssize_t n = archive_read_data(zip->archive, to, room);

    if (n < 0) {
        errno = EBADMSG;
        return -1;
    }
    return n;
}
