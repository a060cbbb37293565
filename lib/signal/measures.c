#include "signal/measures.h"

#include <string.h>

const char *vol_measure_name(enum vol_measure measure)
{
    static const char *const names[VOL_MEASURES] = {
        "rv_cc",          "rv_parkinson",    "rv_gk",        "rv_rs",     "rv_yz",
        "rv_intraday",    "rv_overnight",    "forecast_vol", "vrp",       "vrp_ratio",
        "vrp_expost",     "vix9d",           "vix3m",        "vix6m",     "term_front",
        "term_mid",       "term_back",       "basis",        "basis_30d", "futures_slope",
        "skew",           "skew_percentile", "vol_of_vol",   "vvix",      "vol_momentum",
        "price_momentum", "momentum",        "gex",          "dex",       "gex_ratio",
    };

    return names[measure];
}

enum vol_measure vol_measure_find(const char *name, size_t len)
{
    size_t i;

    for (i = 0; i < VOL_MEASURES; i++) {
        const char *known = vol_measure_name((enum vol_measure)i);

        if (strlen(known) == len && memcmp(known, name, len) == 0)
            break;
    }
    return (enum vol_measure)i;
}
