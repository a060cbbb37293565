/* regime_oracle.h: the rows of tests/oracle/regime.inc, made by the library's features and scaler. */
#ifndef VOL_TESTS_REGIME_ORACLE_H
#define VOL_TESTS_REGIME_ORACLE_H

#include "signal/features.h"
#include "signal/scaler.h"
#include "unit.h"

#include "../oracle/regime.inc"

enum { ORACLE_D = VOL_FEATURES_ALWAYS, ORACLE_DAYS = sizeof vix_close / sizeof vix_close[0] };

/* The rows with seven features, not scaled; how many there are. */
static inline size_t oracle_features(double out[][VOL_FEATURES])
{
    struct vol_features features;
    struct vol_features_day day = {.near = NAN};
    double row[VOL_FEATURES];
    size_t i, n = 0;

    vol_features_init(&features);
    for (i = 0; i < ORACLE_DAYS; i++) {
        day.date = (int32_t)i;
        day.price = spy_close[i];
        day.vix = vix_close[i];
        UNIT(vol_features_take(&features, &day, row, NULL) == VOL_OK);
        if (isfinite(row[VOL_FEATURE_RV60]) && n < N_ROWS)
            memcpy(out[n++], row, sizeof row);
    }
    return n;
}

/* The same scaled, without gaps. */
static inline void oracle_rows(double out[N_ROWS * ORACLE_D])
{
    static double rows[N_ROWS][VOL_FEATURES];
    struct vol_scaler scaler;
    size_t i;

    UNIT(oracle_features(rows) == N_ROWS);
    UNIT(vol_scaler_fit(&scaler, rows[0], N_ROWS, ORACLE_D, VOL_FEATURES) == VOL_OK);
    for (i = 0; i < N_ROWS; i++)
        vol_scaler_apply(&scaler, rows[i], out + i * ORACLE_D);
}

/* The largest difference of A[0..N) and B[0..N); infinite when one is NaN. */
static inline double oracle_gap(const double *a, const double *b, size_t n)
{
    double most = 0;
    size_t i;

    for (i = 0; i < n; i++)
        most = isnan(a[i] - b[i]) ? INFINITY : fmax(most, fabs(a[i] - b[i]));
    return most;
}

#endif
