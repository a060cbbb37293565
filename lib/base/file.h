/* file.h: state on disk that a crash cannot tear.
 *
 * A small state file is replaced as a whole: the new bytes go to a file beside it, reach the disk, take its
 * name, and the directory reaches the disk. Killed at any instant, or out of space, the name shows the old
 * bytes or the new ones (reliability D1, D3: an fsync that failed is not tried again).
 */
#ifndef VOL_BASE_FILE_H
#define VOL_BASE_FILE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* Make PATH hold BYTES[0..N), through PATH.new; the caller sees to it that it is the only writer
 * (vol_file_lock). The file is readable by its owner alone. VOL_ECREATE, VOL_EIO; the old contents are there
 * then. */
enum vol_status vol_file_replace(const char *path, const void *bytes, size_t n, struct vol_error *err);

/* Make the new file PATH with BYTES, whole and on the disk, or not at all: nothing that is there is ever
 * overwritten. VOL_NO: PATH is there already (ERR says nothing); VOL_ECREATE, VOL_EIO. */
enum vol_status vol_file_create(const char *path, const void *bytes, size_t n, struct vol_error *err);

/* Append the contents of PATH, at most MAX bytes, to OUT. VOL_ENOINPUT: there is no such file; VOL_EIO: it
 * cannot be read, or is longer. */
enum vol_status vol_file_read(const char *path, size_t max, struct vol_buf *out, struct vol_error *err);

/* Make the directory PATH and those above it, for their owner alone. VOL_ECREATE. */
enum vol_status vol_file_make_dirs(const char *path, struct vol_error *err);

/* Take the lock of the file PATH, which is made when it is not there; it ends with the process or with
 * close(*FD). VOL_ETEMP: another process holds it; VOL_ECREATE. */
enum vol_status vol_file_lock(const char *path, int *fd, struct vol_error *err);

/* Append BYTES to PATH (made with mode 0640), as one write where the system takes it whole, after a line end
 * when the file's last line has none, and bring it to the disk. A terminal, pipe or device is written as it
 * is. VOL_ECREATE, VOL_EIO. */
enum vol_status vol_file_append_line(const char *path, const void *bytes, size_t n, struct vol_error *err);

#endif
