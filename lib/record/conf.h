/* conf.h: configuration files in JSON, read strictly.
 *
 * A configuration decides about money, so that anything unexpected is an error (VOL_ECONFIG) with file, place
 * and reason: an unreadable or empty file, bad JSON, a duplicate key, an unknown key, a wrong type, a number
 * out of its range. The caller walks the object and names each key that it knows; what it did not ask for is
 * unknown.
 */
#ifndef VOL_RECORD_CONF_H
#define VOL_RECORD_CONF_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum { VOL_CONF_BYTES_MAX = 16 << 20 }; /* a longer file is no configuration */

/* An object of the configuration and where it stands ("limits.json: orders"), for messages. */
struct vol_conf {
    json_t *object;  /* borrowed, but for the one that vol_conf_load fills */
    size_t name_len; /* bytes of WHERE that name the file */
    char where[256];
};

/* Read PATH (an object at the top, at most VOL_CONF_BYTES_MAX bytes) into *CONF; the caller frees it with
 * vol_conf_free. VOL_ECONFIG with file and, for bad JSON, line and column; VOL_EOS. */
enum vol_status vol_conf_load(const char *path, struct vol_conf *conf, struct vol_error *err);
void vol_conf_free(struct vol_conf *conf);

/* Every getter below: VOL_ECONFIG with words, and *OUT as it was, for a required key that is absent, a wrong
 * type
 * (`null` is one) and a value out of its range. Ranges are closed; an infinite bound is no bound. */

/* Refuse keys that are not in KNOWN (ended by null). `comment` is always allowed. */
enum vol_status vol_conf_known(const struct vol_conf *conf, const char *const *known, struct vol_error *err);

bool vol_conf_has(const struct vol_conf *conf, const char *key);

/* Read KEY into *OUT. An absent key leaves *OUT as it was (the default) unless REQUIRED. */
enum vol_status vol_conf_num(const struct vol_conf *conf, const char *key, bool required, double lo,
                             double hi, double *out, struct vol_error *err);
enum vol_status vol_conf_int(const struct vol_conf *conf, const char *key, bool required, int64_t lo,
                             int64_t hi, int64_t *out, struct vol_error *err);
enum vol_status vol_conf_bool(const struct vol_conf *conf, const char *key, bool required, bool *out,
                              struct vol_error *err);
/* *OUT points into the configuration. WORDS: null, or the allowed ones separated by `|`. */
enum vol_status vol_conf_str(const struct vol_conf *conf, const char *key, bool required, const char *words,
                             const char **out, struct vol_error *err);
/* A member that is an object; *OUT borrows. VOL_NO: absent and not required. */
enum vol_status vol_conf_object(const struct vol_conf *conf, const char *key, bool required,
                                struct vol_conf *out, struct vol_error *err);
/* A member that is an array: its length (0 when absent and not required), then each element by its index, an
 * object or a string. */
enum vol_status vol_conf_array(const struct vol_conf *conf, const char *key, bool required, size_t *n,
                               struct vol_error *err);
enum vol_status vol_conf_element(const struct vol_conf *conf, const char *key, size_t i, struct vol_conf *out,
                                 struct vol_error *err);
enum vol_status vol_conf_element_str(const struct vol_conf *conf, const char *key, size_t i,
                                     const char *words, const char **out, struct vol_error *err);
/* A required member that is an array of exactly N numbers from LO to HI, into OUT[N]. */
enum vol_status vol_conf_numbers(const struct vol_conf *conf, const char *key, size_t n, double lo, double hi,
                                 double *out, struct vol_error *err);

/* Append the object as JSON, its numbers with 17 digits. VOL_EOS. */
enum vol_status vol_conf_text(const struct vol_conf *conf, struct vol_buf *out);

#endif
