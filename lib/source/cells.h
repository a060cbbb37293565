/* cells.h: the cells of a vendor's rows: without the blanks around them, found by the name in the header. */
#ifndef VOL_SOURCE_CELLS_H
#define VOL_SOURCE_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "record/csv.h"
#include "source/layout.h"

enum { VOL_CELL_ABSENT = -1 };

/* The text of CELL without the blanks around it, which mean nothing in any vendor's file. */
void vol_cell_trim(const struct vol_csv_cell *cell, const char **text, size_t *n);

/* Whether that text is NAME[0..LEN). */
bool vol_cell_is(const struct vol_csv_cell *cell, const char *name, size_t len);

/* The text of a cell; false: it is empty or one of the layout's words for "no value". */
bool vol_cell_value(const struct vol_layout *layout, const struct vol_csv_cell *cell, const char **text,
                    size_t *n);

/* The index of COLUMN of LAYOUT in a header, or VOL_CELL_ABSENT (also for a column without a name). */
int vol_cells_find(const struct vol_layout *layout, const struct vol_layout_column *column,
                   const struct vol_csv_cell *cells, size_t n);

/* How well a header fits LAYOUT: the number of columns that tell it, 0 when it does not fit. FIRST: the row
 * behind the header, for layouts that look at a value; null when the file has none. */
size_t vol_cells_match(const struct vol_layout *layout, const struct vol_csv_cell *header, size_t n_header,
                       const struct vol_csv_cell *first, size_t n_first);

#endif
