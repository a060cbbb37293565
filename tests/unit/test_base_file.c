#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "unit.h"

/* The contents of PATH as text; the caller frees. */
static struct vol_buf contents(const char *path)
{
    struct vol_buf buf = VOL_BUF_INIT;
    struct vol_error err = {0};

    UNIT(vol_file_read(path, 1 << 20, &buf, &err) == VOL_OK);
    return buf;
}

static void test_replace(void)
{
    struct vol_error err = {0};
    struct vol_buf got;
    struct stat info;

    UNIT(vol_file_replace("state", "old", 3, &err) == VOL_OK);
    UNIT(vol_file_replace("state", "newer", 5, &err) == VOL_OK);
    got = contents("state");
    UNIT_STR(got.data, "newer");
    vol_buf_free(&got);
    UNIT(stat("state", &info) == 0 && (info.st_mode & 0777) == 0600);
    UNIT(stat("state.new", &info) != 0);
    UNIT(vol_file_replace("state", "", 0, &err) == VOL_OK && stat("state", &info) == 0 && info.st_size == 0);
    UNIT(vol_file_replace("none/state", "x", 1, &err) == VOL_ECREATE);
    UNIT_STR(err.text, "none/state.new: cannot create: No such file or directory");
    /* What cannot take the name leaves nothing behind. */
    UNIT(mkdir("dir", 0700) == 0 && vol_file_replace("dir", "x", 1, &err) == VOL_EIO &&
         stat("dir.new", &info) != 0);
}

static void test_read(void)
{
    struct vol_buf buf = VOL_BUF_INIT;
    struct vol_error err = {0};

    UNIT(vol_file_read("missing", 10, &buf, &err) == VOL_ENOINPUT);
    UNIT_STR(err.text, "missing: cannot open: No such file or directory");
    UNIT(vol_file_replace("ten", "0123456789", 10, &err) == VOL_OK);
    UNIT(vol_buf_add_str(&buf, ">") == VOL_OK && vol_file_read("ten", 10, &buf, &err) == VOL_OK);
    UNIT_STR(buf.data, ">0123456789");
    UNIT(vol_file_read("ten", 9, &buf, &err) == VOL_EIO);
    UNIT_STR(err.text, "ten: longer than 9 bytes");
    UNIT_STR(buf.data, ">0123456789");
    UNIT(vol_file_read(".", 9, &buf, &err) == VOL_EIO);
    vol_buf_free(&buf);
}

static void test_dirs(void)
{
    struct vol_error err = {0};
    struct stat info;

    UNIT(vol_file_make_dirs("a/b/c", &err) == VOL_OK && stat("a/b/c", &info) == 0 &&
         (info.st_mode & 0777) == 0700);
    UNIT(vol_file_make_dirs("a/b/c/", &err) == VOL_OK);
    UNIT(vol_file_make_dirs("ten/sub", &err) == VOL_ECREATE);
    UNIT(vol_file_make_dirs("ten", &err) == VOL_ECREATE);
    UNIT_STR(err.text, "ten: is no directory");
}

/* A lock is seen by other processes, not by the one that holds it: ask from a child. */
static int lock_in_child(void)
{
    struct vol_error err = {0};
    pid_t child = fork();
    int status = 0, fd;

    if (child == 0)
        _exit((int)vol_file_lock("lock", &fd, &err));
    UNIT(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_lock(void)
{
    struct vol_error err = {0};
    int fd = -1;

    UNIT(vol_file_lock("lock", &fd, &err) == VOL_OK && fd >= 0);
    UNIT(lock_in_child() == VOL_ETEMP);
    close(fd);
    UNIT(lock_in_child() == VOL_OK);
    UNIT(vol_file_lock("none/lock", &fd, &err) == VOL_ECREATE);
}

static void test_append(void)
{
    struct vol_error err = {0};
    struct vol_buf got;
    int fd;

    UNIT(vol_file_append_line("log", "one\n", 4, &err) == VOL_OK &&
         vol_file_append_line("log", "two\n", 4, &err) == VOL_OK);
    fd = open("log", O_WRONLY | O_APPEND);
    UNIT(write(fd, "torn", 4) == 4);
    close(fd);
    UNIT(vol_file_append_line("log", "three\n", 6, &err) == VOL_OK);
    got = contents("log");
    UNIT_STR(got.data, "one\ntwo\ntorn\nthree\n");
    vol_buf_free(&got);
    UNIT(vol_file_append_line("none/log", "x\n", 2, &err) == VOL_ECREATE);
    if (access("/dev/full", W_OK) == 0) {
        UNIT(vol_file_append_line("/dev/full", "x\n", 2, &err) == VOL_EIO);
        UNIT_STR(err.text, "/dev/full: write failed: No space left on device");
    }
}

int main(void)
{
    char dir[] = "/tmp/volpipe-file-XXXXXX", command[64];

    if (mkdtemp(dir) == NULL || chdir(dir) != 0)
        return 1;
    test_replace();
    test_read();
    test_dirs();
    test_lock();
    test_append();
    snprintf(command, sizeof command, "rm -r %s", dir);
    if (chdir("/") != 0 || system(command) != 0)
        return 1;
    return unit_done("base/file");
}
