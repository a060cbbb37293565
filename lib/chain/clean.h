/* clean.h: quote records through the checks of check.h, one by one and as a snapshot.
 *
 * A quote is read and judged alone; where the profile makes checks that need the others, the snapshot is held
 * and judged when it is complete: what comes twice, executable arbitrage, prices of another day.
 */
#ifndef VOL_CHAIN_CLEAN_H
#define VOL_CHAIN_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/calendar.h"
#include "base/error.h"
#include "base/time.h"
#include "chain/check.h"
#include "chain/ladder.h"
#include "chain/quality.h"
#include "chain/repair.h"
#include "chain/static_arbitrage.h"
#include "record/rec.h"
#include "record/snapshot.h"

/* The fields that are read, in the order in which a tool wants them, from VOL_W_OWN on. */
enum {
    VOL_C_EXPIRATION = VOL_W_OWN,
    VOL_C_EXPIRES,
    VOL_C_STRIKE,
    VOL_C_OPTION_TYPE,
    VOL_C_ROOT,
    VOL_C_UNDERLYING,
    VOL_C_SYMBOL,
    VOL_C_BID,
    VOL_C_ASK,
    VOL_C_UNDERLYING_PRICE,
    VOL_C_EXERCISE,
    VOL_C_INVERSE,
    VOL_C_ADJUSTED,
    VOL_C_IV,
    VOL_C_DELTA,
    VOL_C_GAMMA,
    VOL_C_VEGA,
    VOL_C_THETA,
    VOL_C_IV_STATUS,
    VOL_C_FORWARD,
    VOL_C_DISCOUNT,
    VOL_C_VENDOR_IV,
    VOL_C_VENDOR_DELTA,
    VOL_C_VENDOR_GAMMA,
    VOL_C_VENDOR_VEGA,
    VOL_C_VENDOR_THETA,
    VOL_C_FLAGS,
    VOL_C_MID_REPAIRED,
    VOL_C_REPAIR_STATUS
};
/* clang-format off */
#define VOL_CLEAN_WANTS                                                                                      \
    {"expiration", false}, {"expires", false}, {"strike", false}, {"option_type", false}, {"root", false},   \
    {"underlying", false}, {"symbol", false}, {"bid", false}, {"ask", false}, {"underlying_price", false},    \
    {"exercise", false}, {"inverse", false}, {"adjusted", false}, {"implied_vol", false}, {"delta", false},   \
    {"gamma", false}, {"vega", false}, {"theta", false}, {"iv_status", false}, {"forward", false},            \
    {"discount", false}, {"vendor_iv", false}, {"vendor_delta", false}, {"vendor_gamma", false},              \
    {"vendor_vega", false}, {"vendor_theta", false}, {"flags", true}, {"mid_repaired", true},                 \
    {"repair_status", true}
/* clang-format on */

struct vol_clean_config {
    struct vol_profile profile;
    const struct vol_calendar *calendar; /* of the US markets; null: every day is open */
    bool quality;                        /* figures of the snapshot are wanted, whatever the profile checks */
    bool repair;
};

/* Dates and instants that were read last: a chain repeats them hundreds of times. */
struct vol_clean_memo {
    int64_t ts;
    int32_t today; /* the date of `ts` in New York */
    bool closed;   /* which is no trading day */
    char expiration_text[16], expires_text[VOL_TIME_MAX];
    uint32_t expiration_len, expires_len; /* 0: nothing is remembered */
    int32_t expiration;
    int64_t close, expires; /* 16:00 in New York of the expiration; the settlement */
};

#define VOL_CLEAN_MEMO_INIT \
    {                       \
        .ts = INT64_MIN     \
    }

/* What is read of a quote. */
struct vol_clean_quote {
    struct vol_check_quote check;
    int32_t expiration; /* where check.dte is no NaN */
    int64_t expires;
};

/* Fill *QUOTE from a `quote` record read with VOL_CLEAN_WANTS. Vol and delta are those of vgreeks where it
 * gave them, else the vendor's. Days count from the date of ts in New York; a quote is expired from its
 * `expires` on, or without one from the day behind its expiration on. An expiration or `expires` that is none
 * leaves dte NaN, which is refused as bad_field. Contracts with a hyphen in the symbol (Deribit, OKX) trade
 * every day. Nonstandard are those with `adjusted` true, or without a hyphen and with a root that ends in a
 * digit. The vendor's figures are vendor_iv, vendor_delta …, and for each that is absent implied_vol, delta …
 * unless iv_status says that those are vgreeks'. */
void vol_clean_read(const struct vol_clean_config *config, const struct vol_rec *rec,
                    struct vol_clean_memo *memo, struct vol_clean_quote *quote);

/* What became of a quote. */
struct vol_clean_verdict {
    enum vol_check refused; /* VOL_CHECK_N: it stays */
    uint32_t tags;          /* bit i for check i */
    bool owned;             /* the record has a field of ours, which is written anew */
    enum vol_repair_status repair;
    double mid_repaired; /* as quoted; NaN: none */
};

/* One snapshot, and what is remembered from the one before. */
struct vol_clean {
    const struct vol_clean_config *config;
    struct vol_snapshot snap;
    struct vol_ladders ladders;
    struct vol_static arbitrage;
    struct vol_repair repair;
    struct vol_quality quality;
    struct vol_prints prints;
    struct vol_buf verdicts; /* struct vol_clean_verdict of each quote, in their order */
    /* private */
    struct vol_buf marks;   /* struct vol_price_print of each quote that has a contract */
    struct vol_buf names;   /* symbols, each with a NUL */
    struct vol_buf name_at; /* uint32_t of each quote */
    double spot;
    bool mixed; /* quotes of inverse options, or with several spots: there is no one spot */
};

void vol_clean_init(struct vol_clean *clean, const struct vol_clean_config *config);
void vol_clean_clear(struct vol_clean *clean); /* the next snapshot */
void vol_clean_free(struct vol_clean *clean);

/* Whether snapshots have to be held. */
bool vol_clean_holds(const struct vol_clean_config *config);

/* Add a quote to the snapshot (it must belong to it), judged alone as VERDICT says. VOL_EOS. */
enum vol_status vol_clean_add(struct vol_clean *clean, const struct vol_rec *rec,
                              const struct vol_clean_quote *quote, const struct vol_clean_verdict *verdict);

/* The snapshot is complete: enter all other checks into the verdicts, fill `arbitrage` and `quality`.
 * VOL_EOS.
 */
enum vol_status vol_clean_judge(struct vol_clean *clean);

/* The verdict and the symbol of quote I. */
const struct vol_clean_verdict *vol_clean_verdict_of(const struct vol_clean *clean, size_t i);
const char *vol_clean_symbol(const struct vol_clean *clean, size_t i);

/* Append N legs as a JSON array. VOL_EOS. */
enum vol_status vol_clean_legs(const struct vol_clean *clean, const struct vol_static_leg *leg, size_t n,
                               int precision, struct vol_buf *out);

#endif
