/* lanes.h: the kernels over arrays, one compilation of lanes_iv.h and lanes_greeks.h for every level of
 * isa.h. Private to this room: iv.h and greeks_batch.h are the doors, and choose the level.
 *
 * A source of a level (lanes_avx2.c) says how wide its vectors are (LANES), what its functions are called,
 * and which instructions the compiler may use; everything else is common. That the levels give the same bits
 * rests on two things: each lane is worked on by the same operations whatever its neighbours hold, and the
 * operations are those that IEEE 754 rounds in one way only. So there is no fused multiply-add
 * (-ffp-contract=off), no approximate reciprocal, and no function of libm.
 */
#ifndef VOL_PRICE_LANES_H
#define VOL_PRICE_LANES_H

#include "price/greeks_batch.h"
#include "price/iv.h"

void vol_lanes_iv_generic(const struct vol_iv_batch *batch);
void vol_lanes_greeks_generic(const struct vol_greeks_batch *batch);
#ifdef __x86_64__
void vol_lanes_iv_avx2(const struct vol_iv_batch *batch);
void vol_lanes_greeks_avx2(const struct vol_greeks_batch *batch);
void vol_lanes_iv_avx512(const struct vol_iv_batch *batch);
void vol_lanes_greeks_avx512(const struct vol_greeks_batch *batch);
#endif

/* Tables of the scalar code (mills.c, iv.c) whose rows the kernels read. */
extern const double vol_mills_erfcx_cells[64][8], vol_mills_moment_cells[64][8];
extern const double vol_iv_bachelier_cells[54][16];

#endif
