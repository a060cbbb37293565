/* sha256.h: the SHA-256 of bytes as text: what a recording is checked with. */
#ifndef VOL_NET_SHA256_H
#define VOL_NET_SHA256_H

#include <stddef.h>

#include "base/error.h"

enum { VOL_SHA256_MAX = 65 };

/* 64 hexadecimal digits and a NUL into OUT. VOL_EOS. */
enum vol_status vol_sha256(const void *bytes, size_t n, char out[VOL_SHA256_MAX]);

#endif
