#include "price/isa.h"

#include <string.h>

static const char *const names[] = {"best", "generic", "avx2", "avx512"};

/* __builtin_cpu_supports also asks whether the operating system saves the wide registers. */
static int has(enum vol_isa isa)
{
#ifdef __x86_64__
    if (isa == VOL_ISA_AVX512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl");
    if (isa == VOL_ISA_AVX2)
        return __builtin_cpu_supports("avx2") != 0;
#endif
    return isa == VOL_ISA_GENERIC;
}

enum vol_isa vol_isa_usable(enum vol_isa isa)
{
    if (isa != VOL_ISA_BEST)
        return has(isa) ? isa : VOL_ISA_GENERIC;
    return has(VOL_ISA_AVX512) ? VOL_ISA_AVX512 : has(VOL_ISA_AVX2) ? VOL_ISA_AVX2 : VOL_ISA_GENERIC;
}

const char *vol_isa_name(enum vol_isa isa)
{
    return names[isa];
}

enum vol_status vol_isa_find(const char *word, enum vol_isa *isa, struct vol_error *err)
{
    enum vol_isa i;

    if (word == NULL || *word == 0) {
        *isa = VOL_ISA_BEST;
        return VOL_OK;
    }
    for (i = VOL_ISA_GENERIC; i <= VOL_ISA_AVX512; i++) {
        if (strcmp(word, names[i]) != 0)
            continue;
        if (!has(i))
            return vol_error_set(err, VOL_EUNAVAILABLE, "this CPU or this build has no %s", word);
        *isa = i;
        return VOL_OK;
    }
    return vol_error_set(err, VOL_ECONFIG, "\"%s\" is none of generic, avx2, avx512", word);
}
