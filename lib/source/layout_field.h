/* layout_field.h: the columns and fields of a layout, read from its file. Private to layout.c. */
#ifndef VOL_SOURCE_LAYOUT_FIELD_H
#define VOL_SOURCE_LAYOUT_FIELD_H

#include "source/layout.h"

/* VOL_ECONFIG: the key KEY of AT is WHAT. */
enum vol_status vol_layout_wrong(const struct vol_conf *at, const char *key, const char *what,
                                 struct vol_error *err);

/* The keys `column` and `nth` of AT; without them OUT has no name. */
enum vol_status vol_layout_column_load(const struct vol_conf *at, struct vol_layout_column *out,
                                       struct vol_error *err);

/* Add the members of `fields` of AT to SIDE. */
enum vol_status vol_layout_fields_load(const struct vol_conf *at, const struct vol_kind *kind,
                                       struct vol_layout_side *side, struct vol_error *err);

#endif
