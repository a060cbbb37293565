/* scan.h: the fast path of the reader: one pass over a line whose shape was seen before.
 *
 * The scanner remembers layouts: the separators and keys of a record's members in order, as bytes. The next
 * line of that shape is recognised by comparing those bytes, members that are left out are skipped over, and
 * only values are looked at; one that repeats the bytes of the line before is not even read. A line that fits
 * no layout is read member by member and becomes a layout. Whatever is unusual (nesting, escapes, bytes above
 * 0x7f, a key twice, more than VOL_SCAN_MEMBERS members) is left to the slow path, which asks Jansson:
 * VOL_NO. The scanner never refuses anything by itself.
 */
#ifndef VOL_RECORD_SCAN_H
#define VOL_RECORD_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "record/rec.h"

enum { VOL_SCAN_MEMBERS = 64, VOL_SCAN_LAYOUTS = 16, VOL_SCAN_KEY = 32, VOL_SCAN_KEEP = 48 };

struct vol_scan_key {
    char text[VOL_SCAN_KEEP]; /* from behind the value before to the value: `,"bid":`; maybe the value too */
    struct vol_value kept;    /* what `text` says when it is kept with its value */
    uint64_t bit;             /* of the want, 0: not wanted */
    uint16_t low, high;       /* a bit for each byte of the key's first and second sixteen */
    uint8_t len;
    uint8_t guess;        /* length of the last string value: most fields keep it from row to row */
    uint8_t skip;         /* bytes of TEXT before the key's opening quote */
    uint8_t keep;         /* bytes of TEXT that a repeated member has, 0: it is not kept */
    uint8_t middle, last; /* where the second and the last sixteen of those begin */
    uint8_t at;           /* where the value's text begins in it */
    uint8_t step;         /* those without what ends the value */
    uint8_t wait;         /* lines until the member is kept again, after it has changed */
    int8_t slot;          /* index of the want, or -1 */
    bool owned;           /* cut this member out of an edited record */
};

struct vol_scan_layout {
    size_t n;
    struct vol_scan_key key[VOL_SCAN_MEMBERS];
};

struct vol_scan {
    const struct vol_want *wants; /* by slot; 0 and 1 are kind and ts */
    size_t n_wants;
    size_t n_layouts, next, last;
    uint64_t seen;                                          /* a bit for each want that the last line had */
    struct vol_scan_layout layout[VOL_SCAN_LAYOUTS], fresh; /* `fresh`: being learnt */
};

void vol_scan_init(struct vol_scan *scan, const struct vol_want *wants, size_t n_wants);

/* Fill VALUE[0..n_wants) and CUTS from LINE[0..LEN), which VOL_INPUT_SLACK readable bytes follow. VOL_OK, or
 * VOL_NO: not for the fast path (VALUE and CUTS are undefined). */
enum vol_status vol_scan_line(struct vol_scan *scan, const char *line, size_t len, struct vol_value *value,
                              uint32_t (*cuts)[2], uint16_t *n_cuts);

/* The want of the key KEY[0..N), or -1. */
int vol_scan_slot(const struct vol_scan *scan, const char *key, size_t n);

/* Add the cut of the member [START, END) of an object: it takes the comma before it along, or the one behind
 * it when it is the first of those that stay. There must be room for it. */
void vol_scan_cut(const char *line, size_t start, size_t end, uint32_t (*cuts)[2], uint16_t *n_cuts);

/* Scan a JSON number at P, stopping at the first byte that is not of it; null when there is none, or when
 * only the C library can read it exactly (the caller then takes the slow path). */
const char *vol_scan_number(const char *p, double *out);

#endif
