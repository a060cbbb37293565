/* json.h: the members of a vendor's JSON answer, with the path in every complaint.
 *
 * A place knows how it was reached, so that a missing or changed member is named as a person would look for
 * it: `result[17].strike: expected a number, got text "abc"`. Jansson reads the text: duplicate keys, numbers
 * beyond a double and integers beyond 63 bits are refused. All failures are VOL_EPROTOCOL: the vendor broke
 * its own contract.
 */
#ifndef VOL_SOURCE_JSON_H
#define VOL_SOURCE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Whether a member must be there. OPTIONAL: absent and null both mean "no value". NULLABLE: null does, but
 * the member must be there (a renamed one is seen). */
enum vol_json_need { VOL_JSON_REQUIRED, VOL_JSON_NULLABLE, VOL_JSON_OPTIONAL };

/* A value and how it was reached; a place points to the one above it, which must live as long. */
struct vol_json {
    const json_t *value; /* null: there is none (an optional member) */
    const struct vol_json *up;
    const char *key; /* of a member; null: an element */
    size_t index;    /* of an element */
};

/* Read BODY. *ROOT is the caller's to json_decref. Words: what is wrong, and where (line, column). */
enum vol_status vol_json_read(const char *body, size_t n, json_t **root, struct vol_error *err);

struct vol_json vol_json_root(const json_t *root);

/* "a[3].b" into OUT (cut at SIZE); "the answer" for the root. Returns OUT. */
const char *vol_json_path(const struct vol_json *at, char *out, size_t size);

/* Complain about AT: "PATH: WORDS". Returns VOL_EPROTOCOL. */
enum vol_status vol_json_wrong(const struct vol_json *at, struct vol_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The member KEY of the object AT (a null AT->value, or one that is null, has no members; NEED decides). KEY
 * and AT must live as long as OUT. OUT->value is null when there is no value. */
enum vol_status vol_json_object(const struct vol_json *at, const char *key, enum vol_json_need need,
                                struct vol_json *out, struct vol_error *err);
enum vol_status vol_json_array(const struct vol_json *at, const char *key, enum vol_json_need need,
                               struct vol_json *out, struct vol_error *err);
/* Of any type: OUT->value is JSON null where the vendor wrote null. */
enum vol_status vol_json_any(const struct vol_json *at, const char *key, enum vol_json_need need,
                             struct vol_json *out, struct vol_error *err);

/* Elements of the array AT (0 when there is no value); element I, which must be an object unless ANY. */
size_t vol_json_size(const struct vol_json *at);
enum vol_status vol_json_element(const struct vol_json *at, size_t i, struct vol_json *out,
                                 struct vol_error *err);
struct vol_json vol_json_element_any(const struct vol_json *at, size_t i);

/* The number KEY of the object AT; NaN when there is no value. */
enum vol_status vol_json_num(const struct vol_json *at, const char *key, enum vol_json_need need, double *out,
                             struct vol_error *err);

/* The same for a number that some vendors write as text ("4.25"); the texts of MISSING, separated by `|`
 * ("|.|null" has the empty one too; null: none), mean "no value". */
enum vol_status vol_json_num_text(const struct vol_json *at, const char *key, enum vol_json_need need,
                                  const char *missing, double *out, struct vol_error *err);

/* A whole number in [LO, HI]; *OUT stays as it is when there is no value. */
enum vol_status vol_json_int(const struct vol_json *at, const char *key, enum vol_json_need need, int64_t lo,
                             int64_t hi, int64_t *out, struct vol_error *err);

/* Text without a NUL inside; *OUT is null when there is no value. It lives as long as the root. */
enum vol_status vol_json_str(const struct vol_json *at, const char *key, enum vol_json_need need,
                             const char **out, struct vol_error *err);

enum vol_status vol_json_bool(const struct vol_json *at, const char *key, enum vol_json_need need, bool *out,
                              struct vol_error *err);

/* The value of an element that is no object: element I of the array AT as a number (null: NaN). */
enum vol_status vol_json_num_at(const struct vol_json *at, size_t i, double *out, struct vol_error *err);

/* An instant from a count since 1970 (UNIT nanoseconds each: 1, 1000, 1000000, 1000000000) that lies between
 * 1990 and 2200: a vendor that changes its unit is seen. */
enum vol_status vol_json_time(const struct vol_json *at, const char *key, enum vol_json_need need,
                              int64_t unit, int64_t *out, struct vol_error *err);

#endif
