/* regime_keep.h: what a classifier of regimes keeps from day to day. For the files of regime.h alone. */
#ifndef VOL_SIGNAL_REGIME_KEEP_H
#define VOL_SIGNAL_REGIME_KEEP_H

#include "signal/features.h"
#include "signal/regime.h"
#include "signal/regime_fit.h"

/* What the days before leave behind. */
struct vol_regime_state {
    int standing, likeliest;
    size_t held, streak; /* days that the one stands, that the other is the most probable */
    bool changed, has_p;
    double p[VOL_GMM_K_MAX]; /* of the latest day that had one */
};

struct vol_regime {
    struct vol_regime_config config;
    struct vol_features features;
    double *x, *price; /* n rows that are over, and room for the one in hand */
    int32_t *date;
    size_t n, cap;
    struct vol_regime_fit fit, next; /* in force; made today */
    bool fitted, trained;
    size_t since; /* rows since the fit */
    /* The latest day, provisional: */
    bool any, full, refitted;
    struct vol_regime_state state, now; /* before it, with it */
    struct vol_regime_day told;         /* the answer to it … */
    bool answered;                      /* … if there was one */
};

#endif
