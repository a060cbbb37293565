/* url.h: addresses, built and taken apart. */
#ifndef VOL_NET_URL_H
#define VOL_NET_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* Append TEXT with every byte escaped (%2F) that is no letter, digit, `-`, `.`, `_` or `~`: what a user typed
 * stays one path segment or one value. */
enum vol_status vol_url_add(struct vol_buf *url, const char *text, size_t n);

/* Append `?NAME=VALUE`, or `&NAME=VALUE` when URL holds a `?` already; VALUE is escaped. NAME is the
 * program's own. */
enum vol_status vol_url_param(struct vol_buf *url, const char *name, const char *value);

enum { VOL_URL_HOST_MAX = 272 };

/* The parts of an absolute http or https address. */
struct vol_url {
    bool https;
    char host[VOL_URL_HOST_MAX]; /* lower case, with `:port` when the address has one: for comparisons and
                                    words */
    bool loopback;               /* localhost, 127.0.0.0/8 or [::1] */
    const char *path; /* into the address, from the first `/` or `?` behind the host; "" when none */
};

/* Take TEXT apart. VOL_EDATA: no absolute http or https address, credentials before an `@`, or a byte that
 * may not stand in one (controls, blanks, bytes beyond ASCII, backslash). */
enum vol_status vol_url_parse(const char *text, struct vol_url *out);

/* Whether both lead to the same scheme, host and port. */
bool vol_url_same_place(const struct vol_url *a, const struct vol_url *b);

#endif
