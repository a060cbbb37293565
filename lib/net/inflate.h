/* inflate.h: compressed answers, opened as a whole: a stream that was cut or that grows beyond its bound is
 * seen (libcurl's own decoder lets an incomplete stream pass).
 */
#ifndef VOL_NET_INFLATE_H
#define VOL_NET_INFLATE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* Append the contents of the gzip or zlib stream BYTES[0..N), at most MAX bytes, to OUT. VOL_EPROTOCOL: it is
 * none, was cut, is followed by something else, or holds more than MAX bytes; VOL_EOS. OUT is as it was then.
 */
enum vol_status vol_inflate(const void *bytes, size_t n, size_t max, struct vol_buf *out,
                            struct vol_error *err);

#endif
