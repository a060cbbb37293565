/* secret.h: keys of vendors: where they come from, and how they stay out of everything that is written.
 *
 * A request names a key as `{NAME}` in its address or headers; the key itself takes that place only in what
 * goes out on the wire. Messages and recordings are made from the text with the name. What comes back is
 * masked: a vendor that repeats the key in an answer does not bring it into a file or a message.
 */
#ifndef VOL_NET_SECRET_H
#define VOL_NET_SECRET_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

enum { VOL_SECRETS_MAX = 4, VOL_SECRET_BYTES_MAX = 4096, VOL_SECRET_BYTES_MIN = 4 };

struct vol_secret {
    const char *name; /* FRED_API_KEY */
    char *value;
    size_t len;
};

struct vol_secrets {
    struct vol_secret secret[VOL_SECRETS_MAX];
    size_t n;
};

/* Add the secret NAME (which must live as long) with VALUE, which is checked: 4 to 4096 printable ASCII bytes
 * without blanks (no line end can reach a header). Blanks and line ends at its end are cut. VOL_EPERM; VALUE
 * itself is in no message. */
enum vol_status vol_secrets_add(struct vol_secrets *secrets, const char *name, const char *value, size_t n,
                                struct vol_error *err);

/* Add the secret NAME from the first line of the file PATH. VOL_EPERM: the file is not the user's own, others
 * may read or write it (its mode is wider than 0600), it is no plain file, or the line is no key;
 * VOL_ENOINPUT, VOL_EIO. */
enum vol_status vol_secrets_read(struct vol_secrets *secrets, const char *name, const char *path,
                                 struct vol_error *err);

/* Memory is overwritten before it is given back. */
void vol_secrets_free(struct vol_secrets *secrets);

/* Append TEXT with every `{NAME}` replaced by the secret (escaped for an address when URL); a `{…}` that is
 * no name of a secret stands for itself. VOL_EOS. */
enum vol_status vol_secrets_expand(const struct vol_secrets *secrets, const char *text, int url,
                                   struct vol_buf *out);

/* Replace every secret in BYTES[0..N), as it is and as it looks in an address, by `*` of the same length. */
void vol_secrets_mask(const struct vol_secrets *secrets, char *bytes, size_t n);

#endif
