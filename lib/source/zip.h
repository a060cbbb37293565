/* zip.h: the members of a zip archive, one after the other, as vendors pack a day or a contract each.
 *
 * The archive is read by libarchive. Nothing is written to disk, and a member's bytes are unpacked as they
 * are asked for.
 */
#ifndef VOL_SOURCE_ZIP_H
#define VOL_SOURCE_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

struct vol_zip;

/* Whether the file PATH begins as a zip archive does. False also for a file that cannot be read. */
bool vol_zip_is(const char *path);

/* Open PATH. VOL_ENOINPUT: it cannot be read or is damaged; VOL_EOS. The caller frees. */
enum vol_status vol_zip_open(struct vol_zip **out, const char *path, struct vol_error *err);
void vol_zip_free(struct vol_zip *zip);

/* Go on to the next member that is a file; *NAME lives until the next call. VOL_END: there is none;
 * VOL_ENOINPUT: the archive is damaged. */
enum vol_status vol_zip_next(struct vol_zip *zip, const char **name, struct vol_error *err);

/* Bytes of that member: a vol_input_source (record/input.h), DATA the archive. */
ssize_t vol_zip_read(void *data, char *to, size_t room);

#endif
