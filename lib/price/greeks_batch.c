#include "price/greeks_batch.h"

#include "price/lanes.h"

void vol_greeks_solve(const struct vol_greeks_batch *batch)
{
    switch (vol_isa_usable(batch->isa)) {
#ifdef __x86_64__
    case VOL_ISA_AVX512:
        vol_lanes_greeks_avx512(batch);
        break;
    case VOL_ISA_AVX2:
        vol_lanes_greeks_avx2(batch);
        break;
#endif
    default:
        vol_lanes_greeks_generic(batch);
    }
}
