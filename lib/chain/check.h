/* check.h: what makes one quote usable, as checks with reason codes.
 *
 * A profile says of each check whether it is off, tags the quote or refuses it. Comparisons are written so
 * that an unknown value (NaN) never passes a check that needs it; a check whose value the vendor did not give
 * is passed over where the header says so.
 */
#ifndef VOL_CHAIN_CHECK_H
#define VOL_CHAIN_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum vol_check {
    VOL_CHECK_BAD_FIELD,    /* strike not positive, option_type neither C nor P, no expiration */
    VOL_CHECK_NEGATIVE_BID, /* bid < 0 */
    VOL_CHECK_NO_QUOTE,     /* neither bid nor ask, or ask <= 0 */
    VOL_CHECK_NO_ASK,       /* a bid and no ask (a one-sided market) */
    VOL_CHECK_NO_BID,       /* an ask and no bid given at all (an empty side of a crypto book) */
    VOL_CHECK_ZERO_BID,     /* bid 0: quoted, and nobody pays for it */
    VOL_CHECK_CROSSED,      /* bid > ask */
    VOL_CHECK_LOCKED,       /* bid = ask */
    VOL_CHECK_EXPIRED,      /* settled at or before ts */
    VOL_CHECK_VOL_RANGE,    /* implied vol outside (vol_min, vol_max); an absent or zero one passes */
    VOL_CHECK_DTE_WINDOW,   /* calendar days to expiration outside [dte_min, dte_max] */
    VOL_CHECK_DELTA_WINDOW, /* |delta| outside [delta_min, delta_max]; an absent one passes */
    VOL_CHECK_VERTICAL,     /* a call's mid above that of the next lower strike by more than the tolerance */
    VOL_CHECK_N
};

enum vol_check_action { VOL_CHECK_OFF, VOL_CHECK_TAG, VOL_CHECK_REJECT };

struct vol_profile {
    enum vol_check_action action[VOL_CHECK_N];
    double vol_min, vol_max;     /* decimals per year, open interval */
    double dte_min, dte_max;     /* calendar days */
    double delta_min, delta_max; /* of |delta| */
    double vertical_tolerance;   /* price */
};

/* The values of one quote; NaN where there is none. */
struct vol_check_quote {
    double strike, bid, ask;
    double vol, delta; /* ours where computed, else the vendor's */
    double dte;        /* calendar days from the quote's date to the expiration */
    char option_type;  /* 'C', 'P', or 0 */
    int expired;       /* settlement instant at or before ts */
};

/* The reason code of a check: "crossed", … (a static string). */
const char *vol_check_name(enum vol_check check);

/* Read a profile file (share/profiles/NAME.json). VOL_ECONFIG. */
enum vol_status vol_profile_load(const char *path, struct vol_profile *profile, struct vol_error *err);

/* All single-quote checks. *FLAGS becomes the set of tags, bit i for check i. Returns the first check that
 * refuses the quote, in the order of the enum, or VOL_CHECK_N when none does. */
enum vol_check vol_check_one(const struct vol_profile *profile, const struct vol_check_quote *quote,
                             uint32_t *flags);

/* Append the reason codes of FLAGS, comma-separated. */
enum vol_status vol_check_flags_text(uint32_t flags, struct vol_buf *out);

/* One quote of a snapshot for the checks that need its neighbours. */
struct vol_check_point {
    size_t index;   /* of the quote in the snapshot */
    uint64_t group; /* equal for quotes of one root, expiration and option type */
    double strike, mid;
};

/* The vertical check on POINTS (reordered: by group, strike, index): marks with 1 in REFUSED[index] each
 * point whose mid exceeds that of the last kept lower strike of its group by more than TOLERANCE. The lowest
 * strike stays. */
void vol_check_vertical(struct vol_check_point *points, size_t n, double tolerance, unsigned char *refused);

#endif
