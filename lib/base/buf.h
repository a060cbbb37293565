/* buf.h: a growable run of bytes.
 *
 * `data` is always followed by a NUL that `len` does not count, so that a buffer of text can be handed to a
 * function that wants a string; before the first addition it points to an empty string. Additions return
 * VOL_OK or VOL_EOS (out of memory), and leave the buffer as it was on failure.
 */
#ifndef VOL_BASE_BUF_H
#define VOL_BASE_BUF_H

#include <stddef.h>

#include "base/error.h"

struct vol_buf {
    char *data;
    size_t len; /* bytes in use */
    size_t cap; /* bytes that fit without growing, the NUL not counted; 0: nothing is allocated */
};

#define VOL_BUF_INIT     \
    {                    \
        (char *)"", 0, 0 \
    }

void vol_buf_init(struct vol_buf *buf);  /* empty, nothing allocated */
void vol_buf_clear(struct vol_buf *buf); /* empty, the memory kept for the next use */
void vol_buf_free(struct vol_buf *buf);  /* memory given back; the buffer is empty and usable */

/* Make room for EXTRA more bytes behind `len`. */
enum vol_status vol_buf_reserve(struct vol_buf *buf, size_t extra);

enum vol_status vol_buf_add(struct vol_buf *buf, const void *bytes, size_t n);
enum vol_status vol_buf_add_str(struct vol_buf *buf, const char *text);
enum vol_status vol_buf_add_char(struct vol_buf *buf, char c);
enum vol_status vol_buf_addf(struct vol_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Append TEXT as a JSON string with its quotes; bytes below 0x20, `"` and `\` are escaped, the rest copied.
 */
enum vol_status vol_buf_add_json(struct vol_buf *buf, const char *text, size_t n);

#endif
