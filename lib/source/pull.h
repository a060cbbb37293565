/* pull.h: one JSON text read in one pass, without a tree: what a stream of a hundred thousand messages a
 * second needs.
 *
 * The caller enters objects and arrays, takes the values that it wants and skips the others, in the order in
 * which they stand. Everything that is passed is checked against RFC 8259, wanted or not. Two things that the
 * RFC allows are refused: a wanted string with an escape in it (names and codes have none), and more than
 * VOL_PULL_DEPTH levels. The first thing that is wrong is kept; from then on every call returns false.
 */
#ifndef VOL_SOURCE_PULL_H
#define VOL_SOURCE_PULL_H

#include <stdbool.h>
#include <stddef.h>

enum { VOL_PULL_DEPTH = 32, VOL_PULL_SLACK = 16 };

struct vol_pull {
    const char *begin, *p, *end;
    const char *wrong; /* what was expected where `p` stands; null: all is well */
    bool first;        /* nothing of the object or array entered has been taken */
};

/* TEXT[0..N) is valid UTF-8, and a NUL and VOL_PULL_SLACK readable bytes follow it. */
void vol_pull_init(struct vol_pull *pull, const char *text, size_t n);

/* Go into the object or array that stands here. */
bool vol_pull_object(struct vol_pull *pull);
bool vol_pull_array(struct vol_pull *pull);

/* The key of the next member, whose value is then taken or skipped (escapes as they stand); false behind the
 * last one, and the object is left. */
bool vol_pull_member(struct vol_pull *pull, const char **key, size_t *n);

/* Whether another element follows, which is then taken or skipped; false behind the last one, and the array
 * is left. */
bool vol_pull_element(struct vol_pull *pull);

/* The value that stands here. null gives NaN, or a null pointer. */
bool vol_pull_num(struct vol_pull *pull, double *out);
bool vol_pull_str(struct vol_pull *pull, const char **text, size_t *n);
bool vol_pull_skip(struct vol_pull *pull);

/* Whether an object or array stands here. */
bool vol_pull_is_object(struct vol_pull *pull);
bool vol_pull_is_array(struct vol_pull *pull);

/* Whether the text ends here, and nothing was wrong. */
bool vol_pull_end(struct vol_pull *pull);

#endif
