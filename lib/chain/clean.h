/* clean.h: quote records through the checks of check.h, and a snapshot held for those that need its
 * neighbours. */
#ifndef VOL_CHAIN_CLEAN_H
#define VOL_CHAIN_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/time.h"
#include "chain/check.h"
#include "record/hold.h"
#include "record/rec.h"

/* The fields that are read, in the order in which a tool wants them, from VOL_W_OWN on. */
enum {
    VOL_C_EXPIRATION = VOL_W_OWN,
    VOL_C_EXPIRES,
    VOL_C_STRIKE,
    VOL_C_OPTION_TYPE,
    VOL_C_ROOT,
    VOL_C_UNDERLYING,
    VOL_C_BID,
    VOL_C_ASK,
    VOL_C_IV,
    VOL_C_VENDOR_IV,
    VOL_C_DELTA,
    VOL_C_VENDOR_DELTA,
    VOL_C_FLAGS
};
/* clang-format off */
#define VOL_CLEAN_WANTS                                                                                      \
    {"expiration", false}, {"expires", false}, {"strike", false}, {"option_type", false}, {"root", false},   \
    {"underlying", false}, {"bid", false}, {"ask", false}, {"implied_vol", false}, {"vendor_iv", false},     \
    {"delta", false}, {"vendor_delta", false}, {"flags", true}
/* clang-format on */

/* Dates and instants that were read last: a chain repeats them hundreds of times. */
struct vol_clean_memo {
    int64_t ts;
    int32_t today; /* the date of `ts` in New York */
    char expiration_text[16], expires_text[VOL_TIME_MAX];
    uint32_t expiration_len, expires_len; /* 0: nothing is remembered */
    int32_t expiration;
    int64_t expires;
};

#define VOL_CLEAN_MEMO_INIT \
    {                       \
        .ts = INT64_MIN     \
    }

/* Fill *QUOTE from a `quote` record read with VOL_CLEAN_WANTS. Vol and delta are those of vgreeks where it
 * gave them, else the vendor's. Days count from the date of ts in New York; a quote is expired from its
 * `expires` on, or without one from the day behind its expiration on. An expiration or `expires` that is none
 * leaves dte NaN, which is refused as bad_field. */
void vol_clean_read(const struct vol_rec *rec, struct vol_clean_memo *memo, struct vol_check_quote *quote);

/* What became of a quote, or that the line is none: a reject among the quotes keeps its place. */
struct vol_clean_verdict {
    bool is_quote;
    enum vol_check refused; /* VOL_CHECK_N: it stays */
    uint32_t tags;          /* bit i for check i */
    bool had_flags;         /* the record had a field `flags`, which is written anew */
};

/* The quotes of one snapshot with their verdicts, in their order. */
struct vol_clean_snapshot {
    struct vol_hold lines;
    struct vol_clean_verdict *verdicts;
    struct vol_check_point *points; /* of the calls that stay and have a mid */
    size_t n_points, cap;
    int64_t ts;
    struct vol_buf underlying;
};

void vol_clean_init(struct vol_clean_snapshot *snapshot);
void vol_clean_clear(struct vol_clean_snapshot *snapshot); /* empty, the memory kept */
void vol_clean_free(struct vol_clean_snapshot *snapshot);

/* Whether REC is of the snapshot that is held (a quote of it, or a reject among them), or none is held. */
bool vol_clean_goes_on(const struct vol_clean_snapshot *snapshot, const struct vol_rec *rec);

/* Add a quote with the verdict of the checks that look at it alone, or a reject (QUOTE is not looked at).
 * VOL_EOS. */
enum vol_status vol_clean_add(struct vol_clean_snapshot *snapshot, const struct vol_rec *rec,
                              const struct vol_check_quote *quote, const struct vol_clean_verdict *verdict);

/* The snapshot is complete: enter the vertical check into the verdicts. Calls only, by root and expiration: a
 * put is dearer at the higher strike by nature. VOL_EOS. */
enum vol_status vol_clean_compare(struct vol_clean_snapshot *snapshot, const struct vol_profile *profile);

#endif
