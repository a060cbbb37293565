#include "price/greeks_batch.h"
#include "price/isa.h"

#include <stdlib.h>

#include "price/greeks.h"
#include "unit.h"

static void test_isa(void)
{
    struct vol_error err = {VOL_OK, ""};
    enum vol_isa isa = VOL_ISA_AVX2, best = vol_isa_usable(VOL_ISA_BEST);

    UNIT(vol_isa_find(NULL, &isa, &err) == VOL_OK && isa == VOL_ISA_BEST);
    UNIT(vol_isa_find("generic", &isa, &err) == VOL_OK && isa == VOL_ISA_GENERIC);
    UNIT(vol_isa_find("sse9", &isa, &err) == VOL_ECONFIG && isa == VOL_ISA_GENERIC);
    UNIT_STR(err.text, "\"sse9\" is none of generic, avx2, avx512");
    UNIT(best != VOL_ISA_BEST);
    UNIT(vol_isa_find(vol_isa_name(best), &isa, NULL) == VOL_OK && isa == best);
    UNIT(vol_isa_usable(VOL_ISA_GENERIC) == VOL_ISA_GENERIC);
}

static void test_greeks_scalar(void)
{
    const signed char type[3] = {VOL_CALL, VOL_PUT, VOL_CALL};
    const double forward[3] = {100, 101, 100}, strike[3] = {105, 95, NAN}, discount[3] = {0.99, 0.97, 0.98};
    const double t[3] = {0.5, 1, 2}, vol[3] = {0.2, 0.3, 0.4}, spot[3] = {99, NAN, 100};
    double out[6][3];
    struct vol_greeks_batch batch = {3,      type,   forward, strike, discount, t,      vol,         spot,
                                     out[0], out[1], out[2],  out[3], out[4],   out[5], VOL_ISA_BEST};
    struct vol_greeks g;
    int i;

    vol_greeks_solve(&batch);
    for (i = 0; i < 2; i++) {
        vol_greeks(type[i] > 0 ? VOL_CALL : VOL_PUT, forward[i], strike[i], discount[i], t[i], vol[i],
                   spot[i], &g);
        UNIT_NEAR(out[0][i], g.price, 1e-13 * g.price);
        UNIT_NEAR(out[1][i], g.delta, 1e-13);
        UNIT_NEAR(out[2][i], g.gamma, 1e-13);
        UNIT_NEAR(out[3][i], g.theta, 1e-13);
        UNIT_NEAR(out[4][i], g.vega, 1e-13);
        UNIT_NEAR(out[5][i], g.rho, 1e-13);
    }
    for (i = 0; i < 6; i++)
        UNIT(isnan(out[i][2]));
}

int main(void)
{
    test_isa();
    test_greeks_scalar();
    return unit_done("price/lanes");
}
