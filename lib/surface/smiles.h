/* smiles.h: all smiles of one snapshot, and the numbers that are read off them.
 *
 * The caller adds the quotes of a chain, expiry by expiry in any order, and runs it: each expiry gets an SVI
 * smile with its verdicts (svifit.h, arbitrage.h), the whole the constant maturities (tenor.h) and the 30-day
 * variance index (varindex.h). The order of the quotes does not matter.
 */
#ifndef VOL_SURFACE_SMILES_H
#define VOL_SURFACE_SMILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "surface/svifit.h"
#include "surface/tenor.h"
#include "surface/varindex.h"

/* One option. What is not known is NaN. */
struct vol_smiles_quote {
    double strike;
    double call; /* 1 for a call, 0 for a put (a number: it is a sort key) */
    double bid, ask;
    double vol, vol_bid, vol_ask; /* Black-76 vols of mid, bid and ask */
};

enum vol_smiles_status {
    VOL_SMILES_FIT,        /* as vol_svifit.status says */
    VOL_SMILES_NO_FORWARD, /* no forward was given for the expiry */
    VOL_SMILES_EXPIRED,    /* the expiry has settled, or no variance time is left to it */
    VOL_SMILES_NO_QUOTES   /* no out-of-the-money quote has a bid and vols */
};

enum vol_smiles_calendar {
    VOL_SMILES_UNKNOWN, /* no smile, or none before it whose range overlaps */
    VOL_SMILES_FIRST,   /* nothing before it to compare with */
    VOL_SMILES_FREE,
    VOL_SMILES_CROSSES
};

/* One expiry of one root. The caller sets the first block, vol_smiles_run the second. */
struct vol_smiles_expiry {
    char root[16];
    char expiration[16]; /* the date as it is written, for the output */
    int32_t date;        /* days since 1970-01-01 */
    int64_t expires;     /* nanoseconds since 1970-01-01 UTC */
    double years;        /* from the snapshot to EXPIRES: the clock of the index */
    double t;            /* years, as the quotes have it; NaN: YEARS */
    double t_var;        /* variance time in years, the clock of the vols (chain/clock.h); NaN: T */
    double forward, discount;
    double rate; /* continuously compounded, for the index; NaN: that of DISCOUNT */
    bool weekly; /* see struct vol_varindex_candidate */
    struct vol_smiles_quote *quotes;
    size_t n, cap;

    enum vol_smiles_status status;
    struct vol_svifit fit;
    double atm_vol; /* of the smile at k = 0; NaN without one */
    enum vol_smiles_calendar calendar;
    double calendar_k;               /* where the crossing is worst; NaN when there is none */
    struct vol_svifit_quote *fitted; /* the quotes of the fit, fit.points of them */
};

/* Whether the expiry has a smile: status FIT and fit.status OK. */
bool vol_smiles_has_fit(const struct vol_smiles_expiry *expiry);

/* "ok", or why there is no smile: the names of vol_svifit_status, "no_forward", "expired", "no_quotes". */
const char *vol_smiles_reason(const struct vol_smiles_expiry *expiry);

const char *
vol_smiles_calendar_name(enum vol_smiles_calendar calendar); /* "unknown", "first", "free", "crosses" */

enum { VOL_SMILES_TENORS = 6 };

/* The constant maturities in days, of 1/365 of a year of the vols' clock: 7, 30, 60, 91, 182, 365. */
extern const int vol_smiles_tenor[VOL_SMILES_TENORS];

struct vol_smiles_numbers {
    size_t fitted; /* expiries with a smile */
    size_t butterfly_violations, calendar_violations;
    double
        iv[VOL_SMILES_TENORS]; /* at-the-forward vols of the constant maturities; NaN outside the expiries */
    double rr25, bf25;         /* at 30 days; NaN */
    double term_slope;         /* 91 less 30 days; NaN */
    enum vol_varindex_status index_status;
    double index;      /* in points; NaN when index_status is not OK */
    size_t near, next; /* expiries of the index; valid unless index_status is NO_EXPIRIES */
};

struct vol_smiles {
    struct vol_smiles_expiry *expiry;
    size_t n, cap;
    size_t quotes; /* added since the last clear */
    size_t last;   /* where the last quote went, a hint */
};

void vol_smiles_init(struct vol_smiles *smiles);
void vol_smiles_clear(struct vol_smiles *smiles); /* forgets expiries and quotes, keeps the memory */
void vol_smiles_free(struct vol_smiles *smiles);

/* The expiry of ROOT (cut at 15 bytes) that settles at EXPIRES, added when it is new: then with NaN in its
 * numbers, and *FRESH true, so that the caller may set them. *AT is its index until the next vol_smiles_run.
 * VOL_EOS. */
enum vol_status vol_smiles_find(struct vol_smiles *smiles, const char *root, size_t root_len, int64_t expires,
                                size_t *at, bool *fresh);

/* Add a quote to expiry AT. Of two with the same strike and type the one with the lower bid, then ask,
 * counts. VOL_EOS; VOL_EDATA: the strike is not a positive number. */
enum vol_status vol_smiles_add(struct vol_smiles *smiles, size_t at, const struct vol_smiles_quote *quote);

/* Sort the expiries by settlement, then root; fit, judge and measure. VOL_EOS. */
enum vol_status vol_smiles_run(struct vol_smiles *smiles, enum vol_varindex_rule rule,
                               struct vol_smiles_numbers *out, struct vol_error *err);

#endif
