/* measures.h: the figures of one underlying at one instant that the signals are made from.
 *
 * A plain list with names: those of the records (record/field_signal.inc). NaN where a figure is not to be
 * had.
 */
#ifndef VOL_SIGNAL_MEASURES_H
#define VOL_SIGNAL_MEASURES_H

#include <stddef.h>
#include <stdint.h>

#include "signal/realized.h"
#include "signal/structure.h"

enum vol_measure {
    VOL_M_RV_CC,
    VOL_M_RV_PARKINSON,
    VOL_M_RV_GK,
    VOL_M_RV_RS,
    VOL_M_RV_YZ,
    VOL_M_RV_INTRADAY,
    VOL_M_RV_OVERNIGHT,
    VOL_M_FORECAST_VOL,
    VOL_M_VRP,
    VOL_M_VRP_RATIO,
    VOL_M_VRP_EXPOST,
    VOL_M_VIX9D,
    VOL_M_VIX3M,
    VOL_M_VIX6M,
    VOL_M_TERM_FRONT,
    VOL_M_TERM_MID,
    VOL_M_TERM_BACK,
    VOL_M_BASIS,
    VOL_M_BASIS_30D,
    VOL_M_FUTURES_SLOPE,
    VOL_M_SKEW,
    VOL_M_SKEW_PERCENTILE,
    VOL_M_VOL_OF_VOL,
    VOL_M_VVIX,
    VOL_M_VOL_MOMENTUM,
    VOL_M_PRICE_MOMENTUM,
    VOL_M_MOMENTUM,
    VOL_M_GEX,
    VOL_M_DEX,
    VOL_M_GEX_RATIO,
    VOL_MEASURES
};

enum { VOL_MEASURES_NAME_MAX = 32 };

struct vol_measures {
    double x[VOL_MEASURES];
    double implied; /* thirty-day vol, a decimal: what the premium compares */
    double price;   /* latest close */
    size_t rv_n, momentum_n, skew_n, expost_n, term_n, gex_n;
    unsigned rv_flags;                          /* days.h */
    char forecast_model[VOL_MEASURES_NAME_MAX]; /* "" */
    enum vol_term_state term_state;
    const char *term_source, *skew_source; /* static; null: none */
    int32_t basis_expiration;              /* when VOL_M_BASIS is there */
    enum vol_dealer dealer;
};

/* The name in the records. */
const char *vol_measure_name(enum vol_measure measure);

/* The measure of that name; VOL_MEASURES: none. */
enum vol_measure vol_measure_find(const char *name, size_t len);

#endif
