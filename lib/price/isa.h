/* isa.h: which instructions the kernels over arrays use (iv.h, greeks_batch.h).
 *
 * A kernel is compiled once for every level and chosen when it is called. The levels give the same bits: they
 * do the same IEEE additions, multiplications, divisions and square roots in the same order, only more of
 * them at a time, and none fuses a multiplication with an addition. A level is pinned to test that, or to
 * compare speeds.
 */
#ifndef VOL_PRICE_ISA_H
#define VOL_PRICE_ISA_H

#include "base/error.h"

enum vol_isa {
    VOL_ISA_BEST,    /* the widest that this CPU has */
    VOL_ISA_GENERIC, /* two lanes: what every CPU of the architecture has (SSE2 on x86-64) */
    VOL_ISA_AVX2,    /* four lanes */
    VOL_ISA_AVX512   /* eight lanes: AVX-512 F, DQ and VL */
};

/* The level itself if this CPU has it, the widest it has for VOL_ISA_BEST, and otherwise VOL_ISA_GENERIC: a
 * kernel never runs instructions that would stop the program. */
enum vol_isa vol_isa_usable(enum vol_isa isa);

/* "generic", "avx2", "avx512"; "best". */
const char *vol_isa_name(enum vol_isa isa);

/* The level that a user asked for by WORD (null or empty: VOL_ISA_BEST). VOL_ECONFIG when there is no such
 * level, VOL_EUNAVAILABLE when this CPU, or this build, lacks it. */
enum vol_status vol_isa_find(const char *word, enum vol_isa *isa, struct vol_error *err);

#endif
