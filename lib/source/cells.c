#include "source/cells.h"

#include <string.h>

void vol_cell_trim(const struct vol_csv_cell *cell, const char **text, size_t *n)
{
    const char *p = cell->text, *end = p + cell->len;

    while (p < end && *p == ' ')
        p++;
    while (end > p && end[-1] == ' ')
        end--;
    *text = p;
    *n = (size_t)(end - p);
}

bool vol_cell_is(const struct vol_csv_cell *cell, const char *name, size_t len)
{
    const char *text;
    size_t n;

    vol_cell_trim(cell, &text, &n);
    return n == len && memcmp(text, name, n) == 0;
}

bool vol_cell_value(const struct vol_layout *layout, const struct vol_csv_cell *cell, const char **text,
                    size_t *n)
{
    vol_cell_trim(cell, text, n);
    if (*n == 0)
        return false;
    for (size_t i = 0; i < layout->n_missing; i++)
        if (strlen(layout->missing[i]) == *n && memcmp(layout->missing[i], *text, *n) == 0)
            return false;
    return true;
}

/* The next letter or digit of [p, end) as a small letter; 0: there is none. */
static int next_mark(const char **p, const char *end)
{
    while (*p < end) {
        char c = *(*p)++;

        if (c >= 'A' && c <= 'Z')
            return c - 'A' + 'a';
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            return c;
    }
    return 0;
}

/* Whether both names have the same letters and digits. */
static bool is_alike(const struct vol_csv_cell *cell, const char *name, size_t len)
{
    const char *p = cell->text, *end = p + cell->len, *q = name, *stop = name + len;
    int mark;

    do {
        mark = next_mark(&p, end);
        if (mark != next_mark(&q, stop))
            return false;
    } while (mark != 0);
    return true;
}

int vol_cells_find(const struct vol_layout *layout, const struct vol_layout_column *column,
                   const struct vol_csv_cell *cells, size_t n)
{
    const char *name = column->name;

    while (name && *name) {
        size_t len = strcspn(name, "|");
        int left = column->nth;

        for (size_t i = 0; i < n; i++)
            if ((layout->loose_names ? is_alike(&cells[i], name, len) : vol_cell_is(&cells[i], name, len)) &&
                --left == 0)
                return (int)i;
        name += len + (name[len] == '|');
    }
    return VOL_CELL_ABSENT;
}

size_t vol_cells_match(const struct vol_layout *layout, const struct vol_csv_cell *header, size_t n_header,
                       const struct vol_csv_cell *first, size_t n_first)
{
    struct vol_layout_column column = {.nth = 1};
    size_t score = layout->n_detect, n_series = 0;

    for (size_t i = 0; i < layout->n_detect; i++) {
        column.name = layout->detect[i];
        if (vol_cells_find(layout, &column, header, n_header) == VOL_CELL_ABSENT)
            return 0;
    }
    for (size_t i = 0; i < layout->n_series; i++) {
        column.name = layout->series[i].column;
        n_series += vol_cells_find(layout, &column, header, n_header) != VOL_CELL_ABSENT;
    }
    if (layout->n_series > 0 && n_series == 0)
        return 0;
    if (layout->detect_value) {
        int at = vol_cells_find(layout, &layout->detect_column, header, n_header);

        if (at == VOL_CELL_ABSENT || !first || (size_t)at >= n_first ||
            !vol_cell_is(&first[at], layout->detect_value, strlen(layout->detect_value)))
            return 0;
        score++;
    }
    return score + n_series;
}
