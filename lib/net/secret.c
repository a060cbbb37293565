#include "net/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/url.h"

/* Written so that the compiler may not leave it out. */
static void wipe(void *bytes, size_t n)
{
    volatile char *p = bytes;

    while (n-- > 0)
        *p++ = 0;
}

static size_t without_end(const char *value, size_t n)
{
    while (n > 0 &&
           (value[n - 1] == '\n' || value[n - 1] == '\r' || value[n - 1] == ' ' || value[n - 1] == '\t'))
        n--;
    return n;
}

enum vol_status vol_secrets_add(struct vol_secrets *secrets, const char *name, const char *value, size_t n,
                                struct vol_error *err)
{
    struct vol_secret *s = &secrets->secret[secrets->n];

    n = without_end(value, n);
    if (n < VOL_SECRET_BYTES_MIN || n > VOL_SECRET_BYTES_MAX)
        return vol_error_set(err, VOL_EPERM, "%s: a key has %d to %d bytes", name, VOL_SECRET_BYTES_MIN,
                             VOL_SECRET_BYTES_MAX);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)value[i] <= ' ' || (unsigned char)value[i] >= 0x7f)
            return vol_error_set(
                err, VOL_EPERM, "%s: byte %zu of the key is a blank, a control or beyond ASCII", name, i + 1);
    if (secrets->n == VOL_SECRETS_MAX)
        return vol_error_set(err, VOL_EINTERNAL, "%s: too many keys", name);
    if ((s->value = malloc(n + 1)) == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    memcpy(s->value, value, n);
    s->value[n] = '\0';
    s->len = n;
    s->name = name;
    secrets->n++;
    return VOL_OK;
}

static enum vol_status unreadable(const char *name, const char *path, struct vol_error *err)
{
    char words[VOL_ERROR_WORDS_MAX];
    int number = errno;

    return vol_error_set(err,
                         number == ENOENT   ? VOL_ENOINPUT
                         : number == EACCES ? VOL_EPERM
                                            : VOL_EIO,
                         "%s: %s: %s", name, path, vol_error_words(number, words));
}

/* The rules of ssh for its keys: nobody else's file, and readable by nobody else. */
static enum vol_status check_owner(int fd, const char *name, const char *path, struct vol_error *err)
{
    struct stat info;

    if (fstat(fd, &info) != 0)
        return unreadable(name, path, err);
    if (!S_ISREG(info.st_mode))
        return vol_error_set(err, VOL_EPERM, "%s: %s: is no plain file", name, path);
    if (info.st_uid != geteuid())
        return vol_error_set(err, VOL_EPERM, "%s: %s: belongs to another user", name, path);
    if (info.st_mode & 077)
        return vol_error_set(err, VOL_EPERM, "%s: %s: others may use it (mode %04o): chmod 600", name, path,
                             (unsigned)(info.st_mode & 07777));
    return VOL_OK;
}

enum vol_status vol_secrets_read(struct vol_secrets *secrets, const char *name, const char *path,
                                 struct vol_error *err)
{
    char bytes[VOL_SECRET_BYTES_MAX + 2];
    enum vol_status status;
    size_t n = 0;
    ssize_t got = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return unreadable(name, path, err);
    status = check_owner(fd, name, path, err);
    while (status == VOL_OK && n < sizeof bytes && (got = read(fd, bytes + n, sizeof bytes - n)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            status = unreadable(name, path, err);
        else
            n += (size_t)got;
    }
    close(fd);
    if (status == VOL_OK) {
        char *line_end = memchr(bytes, '\n', n);

        status = vol_secrets_add(secrets, name, bytes, line_end ? (size_t)(line_end - bytes) : n, err);
        if (status == VOL_EPERM)
            vol_error_prefix(err, "%s", path);
    }
    wipe(bytes, sizeof bytes);
    return status;
}

void vol_secrets_free(struct vol_secrets *secrets)
{
    for (size_t i = 0; i < secrets->n; i++) {
        wipe(secrets->secret[i].value, secrets->secret[i].len);
        free(secrets->secret[i].value);
    }
    secrets->n = 0;
}

enum vol_status vol_secrets_expand(const struct vol_secrets *secrets, const char *text, int url,
                                   struct vol_buf *out)
{
    enum vol_status status = VOL_OK;

    while (*text && status == VOL_OK) {
        size_t step = 0;

        for (size_t i = 0; *text == '{' && i < secrets->n && step == 0; i++) {
            const struct vol_secret *s = &secrets->secret[i];
            size_t n = strlen(s->name);

            if (strncmp(text + 1, s->name, n) == 0 && text[n + 1] == '}') {
                status = url ? vol_url_add(out, s->value, s->len) : vol_buf_add(out, s->value, s->len);
                step = n + 2;
            }
        }
        if (step == 0) {
            status = vol_buf_add_char(out, *text);
            step = 1;
        }
        text += step;
    }
    return status;
}

static void mask(const char *what, size_t len, char *bytes, size_t n)
{
    char *at = bytes, *end = bytes + n;

    while ((size_t)(end - at) >= len && (at = memchr(at, what[0], (size_t)(end - at))) != NULL &&
           (size_t)(end - at) >= len) {
        if (memcmp(at, what, len) == 0) {
            memset(at, '*', len);
            at += len;
        } else {
            at++;
        }
    }
}

void vol_secrets_mask(const struct vol_secrets *secrets, char *bytes, size_t n)
{
    for (size_t i = 0; i < secrets->n; i++) {
        const struct vol_secret *s = &secrets->secret[i];
        struct vol_buf escaped = VOL_BUF_INIT;

        mask(s->value, s->len, bytes, n);
        if (vol_url_add(&escaped, s->value, s->len) == VOL_OK && escaped.len != s->len)
            mask(escaped.data, escaped.len, bytes, n);
        wipe(escaped.data, escaped.len);
        vol_buf_free(&escaped);
    }
}
