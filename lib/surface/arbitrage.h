/* arbitrage.h: is a smile, or a pair of smiles, free of static arbitrage?
 *
 * Butterfly: Durrleman's g(k) >= 0 everywhere and Lee's bound on both wings (Gatheral-Jacquier,
 * arXiv:1204.0646, sections 2 and 3). Calendar: total variance does not fall with maturity at equal
 * log-moneyness (lemma 2.1). The smiles may be of any model (slice.h); those of raw SVI have their own doors.
 */
#ifndef VOL_SURFACE_ARBITRAGE_H
#define VOL_SURFACE_ARBITRAGE_H

#include <stdbool.h>

#include "base/error.h"
#include "surface/slice.h"
#include "surface/svi.h"

struct vol_butterfly {
    bool free;      /* g >= -tolerance on the grid, and both slopes within Lee's bound */
    double min_g;   /* least g of the grid, refined between its points; minus infinity where w <= 0 */
    double min_k;   /* where */
    double bad_low; /* first and last point of the grid with g < -tolerance; NaN when there is none */
    double bad_high;
    double slope_left, slope_right; /* of total variance, both positive (svi.h); NaN where unknown */
    bool lee;                       /* both <= 2, as far as they are known */
};

/* The butterfly verdict of SVI on [LOW, HIGH] and in the wings. The grid is uniform in asinh((k - m) /
 * sigma), so that it is as fine as the smile is curved. VOL_EDATA: LOW >= HIGH, a value that is not finite,
 * or parameters outside svi.h's domain (b < 0, |rho| > 1, sigma <= 0); a negative total variance is no error
 * but a verdict. */
enum vol_status vol_arbitrage_butterfly(const struct vol_svi *svi, double low, double high, double tolerance,
                                        struct vol_butterfly *out, struct vol_error *err);

/* The same for a slice of any model, on the part of [LOW, HIGH] that it reaches. Half the points of the grid
 * are even in k, half in asinh(k / total vol at the forward). Where a wing reaches without end its slope is
 * that of total variance at 20 times the distance of that end (at least 1) from the forward, and g is looked
 * at on the way there too. A total variance that is not positive, or that the
 * model does not give within its reach, counts as g of minus infinity. VOL_EDATA: LOW >= HIGH, a value that
 * is not finite, or nothing of the range within reach. */
enum vol_status vol_arbitrage_slice(const struct vol_slice *slice, double low, double high, double tolerance,
                                    struct vol_butterfly *out, struct vol_error *err);

struct vol_crossing {
    bool free;
    double worst_k;    /* where total variance falls most; of one that is free, where the later is lowest
                          relative to the earlier */
    double worst_drop; /* earlier less later total variance there: positive is a fall */
    double bad_low;    /* first and last point of the grid that cross; NaN when there is none */
    double bad_high;
};

/* The calendar verdict of two expiries, EARLIER settling first, for k in [LOW, HIGH]. They cross where
 * w_later < w_earlier (1 - TOLERANCE); TOLERANCE > 0 is a share of total variance. VOL_EDATA as above, or a
 * tolerance that is not in (0, 1). */
enum vol_status vol_arbitrage_calendar(const struct vol_svi *earlier, const struct vol_svi *later, double low,
                                       double high, double tolerance, struct vol_crossing *out,
                                       struct vol_error *err);

/* The same for slices of any models, also of different ones, on the part of [LOW, HIGH] that both reach. */
enum vol_status vol_arbitrage_crossing(const struct vol_slice *earlier, const struct vol_slice *later,
                                       double low, double high, double tolerance, struct vol_crossing *out,
                                       struct vol_error *err);

#endif
