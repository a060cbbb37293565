/* smiles.h: all smiles of one snapshot, of one model.
 *
 * The caller adds the quotes of a chain, expiry by expiry in any order, and runs it: each expiry gets a smile
 * (slice.h) with its scores (score.h) and verdicts (arbitrage.h), or a reason why it has none, and the smiles
 * together are a surface (tenor.h). The order of the quotes does not matter. What is read off the surface is
 * in metrics.h.
 */
#ifndef VOL_SURFACE_SMILES_H
#define VOL_SURFACE_SMILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "price/isa.h"
#include "surface/arbitrage.h"
#include "surface/essvi.h"
#include "surface/rbf.h"
#include "surface/score.h"
#include "surface/slice.h"
#include "surface/spline.h"
#include "surface/svifit.h"

/* One option. What is not known is NaN. */
struct vol_smiles_quote {
    double strike;
    double call; /* 1 for a call, 0 for a put (a number: it is a sort key) */
    double bid, ask;
    double vol, vol_bid, vol_ask; /* Black-76 vols of mid, bid and ask */
};

enum vol_smiles_status {
    VOL_SMILES_OK,         /* it has a smile */
    VOL_SMILES_NO_FORWARD, /* no forward was given for the expiry */
    VOL_SMILES_EXPIRED,    /* the expiry has settled, or no variance time is left to it */
    VOL_SMILES_NO_QUOTES,  /* no out-of-the-money quote has a bid and vols */
    VOL_SMILES_TOO_FEW,    /* fewer quotes than the model needs */
    VOL_SMILES_ONE_SIDED,  /* fewer than two quotes on one side of the forward */
    VOL_SMILES_DEGENERATE, /* no parameters of the model describe the quotes */
    VOL_SMILES_POOR        /* the error is larger than the data deserve */
};

enum vol_smiles_calendar {
    VOL_SMILES_UNKNOWN, /* no smile, or none before it whose range overlaps */
    VOL_SMILES_FIRST,   /* nothing before it to compare with */
    VOL_SMILES_FREE,
    VOL_SMILES_CROSSES
};

enum vol_smiles_model { VOL_SMILES_SVI, VOL_SMILES_ESSVI, VOL_SMILES_SPLINE, VOL_SMILES_RBF };

/* The names of the models, "svi|…": the words of an option. */
extern const char vol_smiles_models[];

/* The model of a name of that list. VOL_NO: there is none. */
enum vol_status vol_smiles_model_find(const char *name, enum vol_smiles_model *model);
const char *vol_smiles_model_name(enum vol_smiles_model model);

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
    struct vol_svifit_quote *fitted; /* the quotes of the fit, ascending in k */
    size_t n_fitted;
    struct vol_svi svi;       /* parameters of the models svi and essvi */
    struct vol_essvi essvi;   /* of essvi */
    struct vol_spline spline; /* of spline; its memory is the expiry's */
    struct vol_rbf_smile rbf; /* of rbf: the surface at this expiry */
    struct vol_slice slice;   /* this and the rest: valid when status is OK */
    struct vol_score score;
    struct vol_butterfly butterfly; /* over VOL_SVIFIT_REACH times the fitted range, and the wings */
    double atm_vol; /* of the smile at k = 0; NaN without one, or without quotes on both sides */
    enum vol_smiles_calendar calendar;
    struct vol_crossing crossing; /* with the smile before; valid when CALENDAR is CROSSES */
    double forward_vol;    /* at the forward from the smile before to this one (for the first, from now): NaN
                              when total variance falls */
    double event_variance; /* total variance of the events since the expiry before, set by vol_metrics_run;
                              NaN: none, or not to be told */
};

/* Whether the expiry has a smile: status OK. */
bool vol_smiles_has_fit(const struct vol_smiles_expiry *expiry);

/* "ok", "no_forward", "expired", "no_quotes", "too_few_quotes", "one_sided", "degenerate", "poor_fit". */
const char *vol_smiles_reason(const struct vol_smiles_expiry *expiry);

const char *
vol_smiles_calendar_name(enum vol_smiles_calendar calendar); /* "unknown", "first", "free", "crosses" */

struct vol_smiles {
    struct vol_smiles_expiry *expiry;
    size_t n, cap;
    size_t quotes; /* added since the last clear */
    size_t last;   /* where the last quote went, a hint */

    enum vol_smiles_model model; /* of the last run; what follows is its result */
    struct vol_rbf *rbf;         /* of rbf; null before the first one */
    struct vol_slice *surface;   /* the slices, strictly ascending in t */
    size_t n_surface, cap_surface;
    size_t fitted;  /* expiries with a smile */
    size_t refused; /* expiries with quotes that no smile describes: DEGENERATE or POOR */
    size_t butterfly_violations, calendar_violations;
};

void vol_smiles_init(struct vol_smiles *smiles);
void vol_smiles_clear(struct vol_smiles *smiles); /* forgets expiries and quotes, keeps the memory */
void vol_smiles_free(struct vol_smiles *smiles);

/* The expiry of ROOT (cut at 15 bytes) that settles at EXPIRES, added when it is new: then with NaN in its
 * numbers, and *FRESH true, so that the caller may set them. *AT is its index until the next vol_smiles_run.
 * VOL_EOS. */
enum vol_status vol_smiles_find(struct vol_smiles *smiles, const char *root, size_t root_len, int64_t expires,
                                size_t *at, bool *fresh);

/* The expiry whose smile is slice I of the surface; null when there is none (never after vol_smiles_run). */
const struct vol_smiles_expiry *vol_smiles_of_slice(const struct vol_smiles *smiles, size_t i);

/* Add a quote to expiry AT. Of two with the same strike and type the one with the lower bid, then ask,
 * counts. VOL_EOS; VOL_EDATA: the strike is not a positive number. */
enum vol_status vol_smiles_add(struct vol_smiles *smiles, size_t at, const struct vol_smiles_quote *quote);

/* Sort the expiries by settlement, then root; fit MODEL and judge; ISA is for the model rbf
 * (the same bits at each level). The surface lives until the next vol_smiles_find, _run, _clear or _free.
 * VOL_EOS. */
enum vol_status vol_smiles_run(struct vol_smiles *smiles, enum vol_smiles_model model, enum vol_isa isa,
                               struct vol_error *err);

#endif
