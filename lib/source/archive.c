#include "source/archive.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/time.h"
#include "net/sha256.h"
#include "net/url.h"

enum { PATH_BYTES = 4096, NAME_MAX_BYTES = 100, REVISIONS_MAX = 10000, FILE_BYTES_MAX = 1 << 30 };

/* The symbols, joined by `+`, each escaped so that no file name can lead anywhere; many become a hash. */
static enum vol_status add_name(const struct vol_archive *a, struct vol_buf *out)
{
    struct vol_buf name = VOL_BUF_INIT;
    char sum[VOL_SHA256_MAX];
    enum vol_status status = VOL_OK;

    for (size_t i = 0; i < a->n_symbols && status == VOL_OK; i++) {
        if (i > 0)
            status = vol_buf_add_char(&name, '+');
        if (status == VOL_OK)
            status = vol_url_add(&name, a->symbols[i], strlen(a->symbols[i]));
    }
    if (status == VOL_OK && name.len > NAME_MAX_BYTES) {
        status = vol_sha256(name.data, name.len, sum);
        if (status == VOL_OK)
            status = vol_buf_addf(out, "%zu-symbols-%.16s", a->n_symbols, sum);
    } else if (status == VOL_OK) {
        status = vol_buf_add_str(out, name.len > 0 && name.data[0] != '.' ? name.data : "all");
    }
    vol_buf_free(&name);
    return status;
}

/* Append LINE without its `received`. */
static enum vol_status add_without_received(struct vol_buf *out, const char *line, size_t n)
{
    static const char key[] = ",\"received\":\"";
    const char *at = line, *end = line + n, *close;

    for (; at + sizeof key - 1 < end; at++)
        if (*at == ',' && memcmp(at, key, sizeof key - 1) == 0)
            break;
    close = at + sizeof key - 1 < end ? memchr(at + sizeof key - 1, '"', (size_t)(end - at) - sizeof key + 1)
                                      : NULL;
    if (!close)
        return vol_buf_add(out, line, n);
    return vol_buf_add(out, line, (size_t)(at - line)) == VOL_OK
               ? vol_buf_add(out, close + 1, (size_t)(end - close - 1))
               : VOL_EOS;
}

/* Whether PATH holds the same records as DAY, receive times aside. VOL_OK, VOL_NO, or an error. */
static enum vol_status same_records(const char *path, const struct vol_buf *day, struct vol_error *err)
{
    struct vol_buf old = VOL_BUF_INIT, a = VOL_BUF_INIT, b = VOL_BUF_INIT;
    enum vol_status status = vol_file_read(path, FILE_BYTES_MAX, &old, err);
    const struct vol_buf *from[] = {&old, day};
    struct vol_buf *to[] = {&a, &b};

    for (int k = 0; k < 2; k++)
        for (size_t at = 0; at < from[k]->len && status == VOL_OK;) {
            const char *line = from[k]->data + at, *end = memchr(line, '\n', from[k]->len - at);
            size_t n = end ? (size_t)(end + 1 - line) : from[k]->len - at;

            if (add_without_received(to[k], line, n) != VOL_OK)
                status = vol_error_set(err, VOL_EOS, "%s: out of memory", path);
            at += n;
        }
    if (status == VOL_OK && (a.len != b.len || memcmp(a.data, b.data, a.len) != 0))
        status = VOL_NO;
    vol_buf_free(&old);
    vol_buf_free(&a);
    vol_buf_free(&b);
    return status;
}

struct put {
    const struct vol_archive *archive;
    const char *name;
    void (*wrote)(void *, const char *);
    void *data;
    struct vol_archive_counts *counts;
};

static enum vol_status put_day(const struct put *p, int64_t first, const struct vol_buf *day,
                               struct vol_error *err)
{
    const struct vol_archive *a = p->archive;
    int32_t date = vol_date_of_time(first);
    int64_t seconds = (first - (int64_t)date * VOL_DAY) / VOL_SECOND;
    char dir[PATH_BYTES], path[PATH_BYTES + 256], date_text[VOL_DATE_MAX];
    enum vol_status status;

    vol_date_print(date_text, date);
    if (snprintf(dir, sizeof dir, "%s/%s/%s/%s", a->dir, a->source, a->what, date_text) >= (int)sizeof dir)
        return vol_error_set(err, VOL_ECREATE, "%.80s...: path too long", a->dir);
    if ((status = vol_file_make_dirs(dir, err)) != VOL_OK)
        return status;
    for (int revision = 1; revision <= REVISIONS_MAX; revision++) {
        char suffix[16] = "";

        if (revision > 1)
            snprintf(suffix, sizeof suffix, ".%d", revision);
        snprintf(path, sizeof path, "%s/%s-%02d%02d%02dZ%s.ndjson", dir, p->name, (int)(seconds / 3600),
                 (int)(seconds / 60 % 60), (int)(seconds % 60), suffix);
        status = vol_file_create(path, day->data, day->len, err);
        if (status == VOL_OK) {
            p->counts->written++;
            p->counts->revised += revision > 1;
            if (p->wrote)
                p->wrote(p->data, path);
        }
        if (status != VOL_NO)
            return status;
        if ((status = same_records(path, day, err)) == VOL_OK)
            p->counts->kept++;
        if (status != VOL_NO)
            return status;
    }
    return vol_error_set(err, VOL_ECREATE, "%s: %d revisions are there already", path, REVISIONS_MAX);
}

enum vol_status vol_archive_put(const struct vol_archive *archive, const struct vol_gather *gather,
                                void (*wrote)(void *data, const char *path), void *data,
                                struct vol_archive_counts *counts, struct vol_error *err)
{
    struct vol_buf name = VOL_BUF_INIT, day = VOL_BUF_INIT;
    struct vol_archive_counts done = {0};
    struct put put = {archive, NULL, wrote, data, &done};
    enum vol_status status = add_name(archive, &name);
    struct vol_gather_item item;
    int64_t first = 0;

    put.name = name.data;
    for (size_t i = 0; status == VOL_OK && vol_gather_item(gather, i, &item); i++) {
        if (item.reason)
            continue;
        if (day.len > 0 && vol_date_of_time(first) != vol_date_of_time(item.ts)) {
            status = put_day(&put, first, &day, err);
            vol_buf_clear(&day);
        }
        if (day.len == 0)
            first = item.ts;
        if (status == VOL_OK && (vol_buf_add(&day, item.line.bytes, item.line.len) != VOL_OK ||
                                 vol_buf_add_char(&day, '\n') != VOL_OK))
            status = vol_error_set(err, VOL_EOS, "out of memory");
    }
    if (status == VOL_OK && day.len > 0)
        status = put_day(&put, first, &day, err);
    vol_buf_free(&name);
    vol_buf_free(&day);
    *counts = done;
    return status;
}

/* Whether the directory of a day has a file that begins with NAME and a time. */
static bool has_file(const char *dir, const char *name)
{
    size_t n = strlen(name);
    DIR *open = opendir(dir);
    struct dirent *entry;
    bool found = false;

    while (open && !found && (entry = readdir(open)) != NULL)
        found = strncmp(entry->d_name, name, n) == 0 && entry->d_name[n] == '-' &&
                strspn(entry->d_name + n + 1, "0123456789") == 6 && entry->d_name[n + 7] == 'Z' &&
                strstr(entry->d_name + n, ".ndjson") && !strstr(entry->d_name + n, ".new");
    if (open)
        closedir(open);
    return found;
}

enum vol_status vol_archive_last(const struct vol_archive *archive, int32_t *date, struct vol_error *err)
{
    struct vol_buf name = VOL_BUF_INIT;
    char dir[PATH_BYTES], day[PATH_BYTES + 300];
    enum vol_status status = VOL_NO;
    struct dirent **found = NULL;
    int n;

    if (add_name(archive, &name) != VOL_OK || snprintf(dir, sizeof dir, "%s/%s/%s", archive->dir,
                                                       archive->source, archive->what) >= (int)sizeof dir) {
        vol_buf_free(&name);
        return vol_error_set(err, VOL_EIO, "%.80s...: path too long", archive->dir);
    }
    n = scandir(dir, &found, NULL, alphasort);
    if (n < 0 && errno != ENOENT && errno != ENOTDIR)
        status = vol_error_set(err, VOL_EIO, "%s: cannot read the directory", dir);
    for (int i = n - 1; i >= 0; i--) {
        int32_t at;

        snprintf(day, sizeof day, "%s/%s", dir, found[i]->d_name);
        if (status == VOL_NO && vol_date_parse(found[i]->d_name, strlen(found[i]->d_name), &at) == VOL_OK &&
            has_file(day, name.data)) {
            *date = at;
            status = VOL_OK;
        }
        free(found[i]);
    }
    free(found);
    vol_buf_free(&name);
    return status;
}
