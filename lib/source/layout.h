/* layout.h: what the columns of a vendor's file mean, as data (share/layouts/NAME.json, volpipe-layouts(5)).
 *
 * A layout makes records of one kind out of the rows of a CSV: `quote` (each row is one contract, or a call
 * and a put side by side), `bar` or `rate` (each row is one bar, or one value for each of several series). It
 * says how the file is recognised, which column is which field in which unit, what stands for "no value", how
 * the contract's name and the instant of a row are found.
 */
#ifndef VOL_SOURCE_LAYOUT_H
#define VOL_SOURCE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "chain/symbol.h"
#include "record/conf.h"
#include "record/field.h"
#include "source/datefmt.h"

enum {
    VOL_LAYOUT_FIELDS_MAX = 40,  /* fields of one side */
    VOL_LAYOUT_SERIES_MAX = 64,  /* series of one layout */
    VOL_LAYOUT_MISSING_MAX = 8,  /* values of a column that mean "none" */
    VOL_LAYOUT_DETECT_MAX = 16,  /* columns by which a file is recognised */
    VOL_LAYOUT_PREAMBLE_MAX = 8, /* rows before the header */
    VOL_LAYOUT_HEADER_MAX = 64,  /* columns of a file without a header */
    VOL_LAYOUT_SIDES_MAX = 2
};

/* A column by its name in the header (`A|B`: the first of them that is there), NTH counting equal names
 * from 1. */
struct vol_layout_column {
    const char *name; /* null: none */
    int nth;
};

struct vol_layout_field {
    const struct vol_field *field;
    char key[48]; /* ,"name": */
    size_t key_len;
    struct vol_layout_column column;
    const char *value;  /* a constant instead: its JSON text */
    double divide;      /* the column's number over this is the field's (100 for percent) */
    const char *format; /* of a date (datefmt.h) */
    double missing[VOL_LAYOUT_MISSING_MAX];
    size_t n_missing;
    bool compared; /* quotes: the name of the contract gives it, a column is only compared */
};

struct vol_layout_side {
    struct vol_layout_column symbol;
    char option_type;                                     /* C or P when no column says it; 0 */
    struct vol_layout_field field[VOL_LAYOUT_FIELDS_MAX]; /* in the order of the kind's field table */
    size_t n_fields;
    bool gives_exercise, gives_multiplier, gives_currency, gives_inverse,
        gives_price; /* not the contract table */
};

/* How a yield in percent becomes a continuously compounded decimal rate. */
enum vol_layout_yield {
    VOL_YIELD_BOND_EQUIVALENT, /* twice a year: 2 ln(1 + y / 2) */
    VOL_YIELD_MONEY_MARKET,    /* simple, ACT/360: ln(1 + y d / 360) 365 / d */
    VOL_YIELD_CONTINUOUS
};

struct vol_layout_series {
    const char *column; /* also the name of a rate's series */
    const char *symbol; /* of a bar */
    int64_t tenor_days;
    enum vol_layout_yield yield;
};

/* The instant of a row. */
struct vol_layout_ts {
    struct vol_layout_column column;
    const char *format;                      /* of the column, or of a cell of the preamble */
    bool preamble;                           /* from a cell before the header */
    int32_t seconds;                         /* the hour of a date, past midnight; -1: the text has it */
    enum vol_zone zone;                      /* of a text without one */
    bool early;                              /* a close: earlier on days that close early */
    int trading_days;                        /* this many trading days later, by the calendar */
    const char *calendar;                    /* "us-options", "us-fed" */
    bool closed_refused;                     /* a date on which the calendar has no trading is refused */
    struct vol_layout_column since_midnight; /* this many units behind the midnight of the date … */
    double per_second;                       /* … so many of them a second */
    int32_t delay;                           /* seconds between the instant written and the row's end */
};

struct vol_layout {
    struct vol_conf conf; /* owns every text */
    char name[64];        /* the file's name without .json: the `source` of the records */
    const char *summary;  /* one line for `vfetch layouts` */
    const struct vol_kind *kind;
    bool sort; /* rows come in any order of time and are held until the end */

    const char *detect[VOL_LAYOUT_DETECT_MAX]; /* columns that must be there */
    size_t n_detect;
    struct vol_layout_column detect_column; /* and this one must hold detect_value in the first row */
    const char *detect_value;
    size_t preamble;            /* rows before the header, at most */
    const char *preamble_price; /* what stands before the underlying's price in a cell of them */
    const char *missing[VOL_LAYOUT_MISSING_MAX]; /* texts that mean "none" in every column */
    size_t n_missing;

    struct vol_layout_ts ts;
    bool loose_names;    /* columns are found by their letters and digits, whatever stands between */
    const char *pattern; /* of the file's name (pattern.h): its parts are columns of every row; or null */
    const char *header[VOL_LAYOUT_HEADER_MAX]; /* columns of a file that has no header */
    size_t n_header;

    enum vol_symbol_family family;                /* quote: how names are read */
    bool parts;                                   /* quote: the contract is put together from columns */
    struct vol_layout_column root;                /* … its root; without one it is that of the file */
    struct vol_layout_column odd;                 /* quote: a column that marks adjusted contracts … */
    const char *odd_none[VOL_LAYOUT_MISSING_MAX]; /* … by anything but these, or nothing */
    size_t n_odd_none;
    const char *venue;     /* quote: whose contracts (contract.h) */
    bool symbol_from_file; /* the instrument is named by the user or by the file's name */
    struct vol_layout_side side[VOL_LAYOUT_SIDES_MAX];
    size_t n_sides;
    struct vol_layout_series series[VOL_LAYOUT_SERIES_MAX];
    size_t n_series; /* above 0: a row is one record for each of these columns that the file has */
};

/* Read PATH. VOL_ECONFIG naming file and key, VOL_EOS. The caller frees the layout. */
enum vol_status vol_layout_load(const char *path, struct vol_layout *layout, struct vol_error *err);
void vol_layout_free(struct vol_layout *layout);

/* The continuously compounded decimal rate that a yield of PERCENT of SERIES is; NaN when there is none. */
double vol_layout_rate(const struct vol_layout_series *series, double percent);

#endif
