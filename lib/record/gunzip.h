/* gunzip.h: a gzip file that lies in memory (a download whose body is itself a compressed file). */
#ifndef VOL_RECORD_GUNZIP_H
#define VOL_RECORD_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* Whether DATA[0..N) begins as a gzip file does (RFC 1952). */
bool vol_gunzip_is(const char *data, size_t n);

/* Append to OUT what DATA[0..N) holds, all members of it; OUT is as it was on failure. VOL_ENOINPUT: the data
 * end inside a member; VOL_EDATA: they are damaged, something else follows them, or more than MAX bytes would
 * come out (a small file can be made to fill any memory); VOL_EOS. */
enum vol_status vol_gunzip(const char *data, size_t n, size_t max, struct vol_buf *out,
                           struct vol_error *err);

#endif
