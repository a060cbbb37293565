/* json.h: the verdict on JSON text, and a walk over the members of a line that Jansson has accepted.
 *
 * Jansson decides what is JSON (RFC 8259). Beyond the RFC it refuses nesting deeper than 2048 and numbers
 * beyond the range of a double (1e400); it accepts \u0000. A raw NUL byte is refused before it is asked.
 */
#ifndef VOL_RECORD_JSON_H
#define VOL_RECORD_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "record/rec.h"

/* Whether TEXT is one JSON value: VOL_OK, or VOL_EDATA with Jansson's words and the column. The record
 * layer's rules on top: with RECORD, it must be an object without duplicate keys. */
enum vol_status vol_json_check(const char *text, size_t n, bool record, struct vol_error *err);

/* A member of an object: offsets into the line. The key's bytes are those between its quotes. */
struct vol_member {
    size_t start;        /* the opening quote of the key */
    size_t key, key_len; /* between the quotes, escapes as they stand */
    size_t value, value_len;
    enum vol_type type;
    bool escaped; /* the key or a string value holds a backslash */
};

/* Step over the members of an accepted object: *AT is 0 at first. False at the closing brace; then *AT is its
 * offset. */
bool vol_json_member(const char *text, size_t n, size_t *at, struct vol_member *member);

/* The text between the quotes with its escapes undone, appended to OUT. */
enum vol_status vol_json_unescape(const char *text, size_t n, struct vol_buf *out);

#endif
