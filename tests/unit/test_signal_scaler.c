#include "signal/scaler.h"
#include "regime_oracle.h"

/* Against sklearn's StandardScaler. */
static void test_real(void)
{
    static double rows[N_ROWS][VOL_FEATURES];
    struct vol_scaler scaler;
    double z[ORACLE_D];

    UNIT(oracle_features(rows) == N_ROWS);
    UNIT(vol_scaler_fit(&scaler, rows[0], N_ROWS, ORACLE_D, VOL_FEATURES) == VOL_OK && scaler.d == ORACLE_D);
    UNIT(oracle_gap(scaler.mean, scaler_mean, ORACLE_D) < 1e-11);
    UNIT(oracle_gap(scaler.sd, scaler_sd, ORACLE_D) < 1e-11);
    vol_scaler_apply(&scaler, rows[5], z);
    UNIT_NEAR(z[0] * scaler_sd[0] + scaler_mean[0], rows[5][0], 1e-10);
}

static void test_edges(void)
{
    double x[] = {1, 5, 3, 5, NAN, 5, 0.1, 5}, z[2];
    struct vol_scaler scaler = {.d = 77};

    UNIT(vol_scaler_fit(&scaler, x, 4, 2, 2) == VOL_OK);
    UNIT_NEAR(scaler.mean[0], 4.1 / 3, 1e-15); /* the missing value counts nowhere */
    UNIT(scaler.mean[1] == 5 && scaler.sd[1] == 1);
    vol_scaler_apply(&scaler, x + 4, z);
    UNIT(isnan(z[0]) && z[1] == 0);
    scaler.d = 77;
    UNIT(vol_scaler_fit(&scaler, x, 0, 2, 2) == VOL_EUSAGE &&
         vol_scaler_fit(&scaler, x, 2, 2, 1) == VOL_EUSAGE);
    UNIT(vol_scaler_fit(&scaler, x, 1, VOL_SCALER_MAX + 1, 99) == VOL_EUSAGE);
    UNIT(vol_scaler_fit(&scaler, x + 4, 1, 1, 1) == VOL_EDATA); /* nothing but missing */
    x[0] = INFINITY;
    UNIT(vol_scaler_fit(&scaler, x, 4, 2, 2) == VOL_EDATA && scaler.d == 77);
}

int main(void)
{
    test_real();
    test_edges();
    return unit_done("signal/scaler");
}
