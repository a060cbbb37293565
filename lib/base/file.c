#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

static enum vol_status failed(struct vol_error *err, enum vol_status status, const char *path,
                              const char *what)
{
    char words[VOL_ERROR_WORDS_MAX];
    int number = errno;

    return vol_error_set(err, status, "%s: %s: %s", path, what, vol_error_words(number, words));
}

static int write_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, bytes, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return -1;
        bytes += done;
        n -= (size_t)done;
    }
    return 0;
}

/* The name of a file is in its directory: that has to reach the disk too. */
static enum vol_status sync_directory(const char *path, struct vol_error *err)
{
    char dir[PATH_BYTES];
    const char *slash = strrchr(path, '/');
    enum vol_status status = VOL_OK;
    int fd;

    if (slash == NULL)
        strcpy(dir, ".");
    else
        snprintf(dir, sizeof dir, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return failed(err, VOL_EIO, dir, "cannot open");
    if (fsync(fd) != 0)
        status = failed(err, VOL_EIO, dir, "cannot bring to the disk");
    close(fd);
    return status;
}

enum vol_status vol_file_replace(const char *path, const void *bytes, size_t n, struct vol_error *err)
{
    char beside[PATH_BYTES];
    enum vol_status status = VOL_OK;
    int fd;

    if (snprintf(beside, sizeof beside, "%s.new", path) >= (int)sizeof beside)
        return vol_error_set(err, VOL_ECREATE, "%.80s...: path too long", path);
    fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return failed(err, VOL_ECREATE, beside, "cannot create");
    if (write_all(fd, bytes, n) != 0)
        status = failed(err, VOL_EIO, beside, "write failed");
    else if (fsync(fd) != 0)
        status = failed(err, VOL_EIO, beside, "cannot bring to the disk");
    if (close(fd) != 0 && status == VOL_OK)
        status = failed(err, VOL_EIO, beside, "close failed");
    if (status == VOL_OK && rename(beside, path) != 0)
        status = failed(err, VOL_EIO, path, "cannot replace");
    if (status != VOL_OK) {
        unlink(beside);
        return status;
    }
    return sync_directory(path, err);
}

/* link(2) gives the name only when it is free, which rename(2) does not ask. */
static enum vol_status give_name(const char *beside, const char *path, struct vol_error *err)
{
    if (link(beside, path) == 0)
        return VOL_OK;
    return errno == EEXIST ? VOL_NO : failed(err, VOL_EIO, path, "cannot create");
}

enum vol_status vol_file_create(const char *path, const void *bytes, size_t n, struct vol_error *err)
{
    char beside[PATH_BYTES];
    enum vol_status status;
    int fd;

    if (snprintf(beside, sizeof beside, "%s.%ld.new", path, (long)getpid()) >= (int)sizeof beside)
        return vol_error_set(err, VOL_ECREATE, "%.80s...: path too long", path);
    fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return failed(err, VOL_ECREATE, beside, "cannot create");
    if (write_all(fd, bytes, n) != 0)
        status = failed(err, VOL_EIO, beside, "write failed");
    else if (fsync(fd) != 0)
        status = failed(err, VOL_EIO, beside, "cannot bring to the disk");
    else
        status = VOL_OK;
    if (close(fd) != 0 && status == VOL_OK)
        status = failed(err, VOL_EIO, beside, "close failed");
    if (status == VOL_OK)
        status = give_name(beside, path, err);
    unlink(beside);
    return status == VOL_OK ? sync_directory(path, err) : status;
}

enum vol_status vol_file_read(const char *path, size_t max, struct vol_buf *out, struct vol_error *err)
{
    enum vol_status status = VOL_OK;
    size_t start = out->len;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0)
        return failed(err, errno == ENOENT ? VOL_ENOINPUT : VOL_EIO, path, "cannot open");
    do {
        if (vol_buf_reserve(out, 1 << 14) != VOL_OK) {
            status = vol_error_set(err, VOL_EOS, "%s: out of memory", path);
            break;
        }
        n = read(fd, out->data + out->len, 1 << 14);
        if (n > 0)
            out->len += (size_t)n;
        if (n < 0 && errno != EINTR)
            status = failed(err, VOL_EIO, path, "cannot read");
        else if (out->len - start > max)
            status = vol_error_set(err, VOL_EIO, "%s: longer than %zu bytes", path, max);
    } while (status == VOL_OK && n != 0);
    close(fd);
    if (status != VOL_OK)
        out->len = start;
    if (out->cap > 0)
        out->data[out->len] = '\0';
    return status;
}

enum vol_status vol_file_make_dirs(const char *path, struct vol_error *err)
{
    char part[PATH_BYTES];
    struct stat info;
    size_t i, n = strlen(path);

    if (n + 1 > sizeof part)
        return vol_error_set(err, VOL_ECREATE, "%.80s...: path too long", path);
    for (i = 1; i <= n; i++)
        if (path[i] == '/' || path[i] == '\0') {
            memcpy(part, path, i);
            part[i] = '\0';
            if (mkdir(part, 0700) != 0 && errno != EEXIST)
                return failed(err, VOL_ECREATE, part, "cannot create");
        }
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode))
        return vol_error_set(err, VOL_ECREATE, "%s: is no directory", path);
    return VOL_OK;
}

enum vol_status vol_file_lock(const char *path, int *fd, struct vol_error *err)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    enum vol_status status;

    if (opened < 0)
        return failed(err, VOL_ECREATE, path, "cannot create");
    if (fcntl(opened, F_SETLK, &lock) == 0) {
        *fd = opened;
        return VOL_OK;
    }
    if (errno == EACCES || errno == EAGAIN)
        status = vol_error_set(err, VOL_ETEMP, "%s: another process holds the lock", path);
    else
        status = failed(err, VOL_EIO, path, "cannot lock");
    close(opened);
    return status;
}

enum vol_status vol_file_append_line(const char *path, const void *bytes, size_t n, struct vol_error *err)
{
    struct vol_buf line = VOL_BUF_INIT;
    enum vol_status status = VOL_OK;
    char last = '\n';
    off_t end;
    int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0640);

    if (fd < 0 &&
        (errno == EACCES || errno == EINVAL)) /* a pipe, or a log that may be written but not read */
        fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0)
        return failed(err, VOL_ECREATE, path, "cannot open");
    end = lseek(fd, 0, SEEK_END);
    if (end > 0 && pread(fd, &last, 1, end - 1) != 1)
        last = '\n';
    if ((last != '\n' && vol_buf_add_char(&line, '\n') != VOL_OK) || vol_buf_add(&line, bytes, n) != VOL_OK)
        status = vol_error_set(err, VOL_EOS, "%s: out of memory", path);
    else if (write_all(fd, line.data, line.len) != 0)
        status = failed(err, VOL_EIO, path, "write failed");
    else if (fsync(fd) != 0 && errno != EINVAL && errno != EROFS)
        status = failed(err, VOL_EIO, path, "cannot bring to the disk");
    if (close(fd) != 0 && status == VOL_OK)
        status = failed(err, VOL_EIO, path, "close failed");
    vol_buf_free(&line);
    return status;
}
