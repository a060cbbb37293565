/* check.h: what makes one quote usable, as checks with reason codes.
 *
 * A profile says of each check whether it is off, tags the quote or refuses it. Comparisons are written so
 * that an unknown value (NaN) never passes a check that needs it; a check whose value the vendor did not give
 * is passed over where the header says so.
 */
#ifndef VOL_CHAIN_CHECK_H
#define VOL_CHAIN_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum vol_check {
    /* of one quote */
    VOL_CHECK_HOLIDAY,             /* ts falls on a day without trading */
    VOL_CHECK_BAD_FIELD,           /* strike not positive, option_type neither C nor P, no expiration */
    VOL_CHECK_NEGATIVE_BID,        /* bid < 0 */
    VOL_CHECK_NO_QUOTE,            /* neither bid nor ask, or ask <= 0 */
    VOL_CHECK_NO_ASK,              /* a bid and no ask (a one-sided market) */
    VOL_CHECK_NO_BID,              /* an ask and no bid given at all (an empty side of a crypto book) */
    VOL_CHECK_ZERO_BID,            /* bid 0: quoted, and nobody pays for it */
    VOL_CHECK_CROSSED,             /* bid > ask */
    VOL_CHECK_LOCKED,              /* bid = ask */
    VOL_CHECK_EXPIRED,             /* settled at or before ts */
    VOL_CHECK_NONSTANDARD,         /* an adjusted contract */
    VOL_CHECK_VOL_RANGE,           /* implied vol outside (vol_min, vol_max); an absent or zero one passes */
    VOL_CHECK_DTE_WINDOW,          /* calendar days to expiration outside [dte_min, dte_max] */
    VOL_CHECK_DELTA_WINDOW,        /* |delta| outside [delta_min, delta_max]; an absent one passes */
    VOL_CHECK_INCONSISTENT_VENDOR, /* the vendor's price, vol and greeks contradict each other
                                      (inconsistent.h) */
    /* of a quote among those of its snapshot */
    VOL_CHECK_DUPLICATE, /* the same contract comes again later in the snapshot */
    VOL_CHECK_MONOTONE,  /* a call's mid above that of the next lower strike by more than the tolerance */
    VOL_CHECK_VERTICAL,  /* the quote is a leg of an executable arbitrage (static_arbitrage.h) */
    VOL_CHECK_BUTTERFLY,
    VOL_CHECK_PARITY,
    VOL_CHECK_CALENDAR,
    /* of the whole snapshot (quality.h) */
    VOL_CHECK_STALE,         /* its prices are those of the snapshot before */
    VOL_CHECK_SPOT_MISMATCH, /* the spot contradicts the forward that the options imply */
    VOL_CHECK_REFUSED_SHARE, /* too large a part of it was refused */
    VOL_CHECK_N
};

enum vol_check_action { VOL_CHECK_OFF, VOL_CHECK_TAG, VOL_CHECK_REJECT };

struct vol_profile {
    enum vol_check_action action[VOL_CHECK_N];
    double vol_min, vol_max;     /* decimals per year, open interval */
    double dte_min, dte_max;     /* calendar days */
    double delta_min, delta_max; /* of |delta| */
    double monotone_tolerance;   /* price */
    double vendor_tolerance;     /* times the allowances of inconsistent.h */
    double least_profit;         /* price: an arbitrage that gives no more is none */
    double rate_error;           /* per year: how far a discount may be off */
    double stale_share;          /* of the contracts quoted before too, from which on a snapshot is stale */
    double stale_hours;          /* between two snapshots, from which on equal prices are stale */
    double spot_gap;             /* of the spot, beyond carry */
    double refused_share;        /* of the quotes, above which the snapshot is refused */
};

/* The values of one quote; NaN where there is none. */
struct vol_check_quote {
    double strike, bid, ask;
    double vol, delta; /* ours where computed, else the vendor's */
    double dte;        /* calendar days from the quote's date to the expiration */
    char option_type;  /* 'C', 'P', or 0 */
    int expired;       /* settlement instant at or before ts */
    int holiday, nonstandard, inconsistent;
};

/* The reason code of a check: "crossed", … (a static string). */
const char *vol_check_name(enum vol_check check);

/* Read a profile file (share/profiles/NAME.json). VOL_ECONFIG. */
enum vol_status vol_profile_load(const char *path, struct vol_profile *profile, struct vol_error *err);

/* Give the checks of LIST ("locked,zero_bid", or "all") this action. VOL_EUSAGE: one of them is unknown. */
enum vol_status vol_profile_act(struct vol_profile *profile, const char *list, enum vol_check_action action,
                                struct vol_error *err);

/* Set thresholds: LIST is "dte_min=7,dte_max=90". VOL_EUSAGE: one of them is unknown, or its value out of
 * range. */
enum vol_status vol_profile_set(struct vol_profile *profile, const char *list, struct vol_error *err);

/* That no window is empty, which would refuse everything. VOL_ECONFIG. NAME is who says it. */
enum vol_status vol_profile_windows(const struct vol_profile *profile, const char *name,
                                    struct vol_error *err);

static inline bool vol_profile_makes(const struct vol_profile *profile, enum vol_check check)
{
    return profile->action[check] != VOL_CHECK_OFF;
}

/* Whether it makes a check that needs the whole snapshot. */
bool vol_profile_holds(const struct vol_profile *profile);

/* Enter that a quote has FAILED (bit i for check i) into its *FLAGS (tags) and *REFUSED: the first check that
 * refuses it, in the order of the enum, or VOL_CHECK_N. Failures add up from call to call. */
void vol_check_enter(const struct vol_profile *profile, uint32_t failed, uint32_t *flags,
                     enum vol_check *refused);

/* All single-quote checks. *FLAGS becomes the set of tags, bit i for check i. Returns the first check that
 * refuses the quote, in the order of the enum, or VOL_CHECK_N when none does. */
enum vol_check vol_check_one(const struct vol_profile *profile, const struct vol_check_quote *quote,
                             uint32_t *flags);

/* Append the reason codes of FLAGS, comma-separated. */
enum vol_status vol_check_flags_text(uint32_t flags, struct vol_buf *out);

#endif
