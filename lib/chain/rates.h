/* rates.h: the zero curve as it was known at an instant, from `rate` records of a file and of the stream.
 *
 * For each tenor the latest rate counts that was released at or before the instant asked for, unless it is
 * older than `max_age`. Records of the file are kept sorted; those of the stream are merged as they pass, in
 * constant memory. Nothing is ever known early: a rate whose ts is later than the instant does not count.
 */
#ifndef VOL_CHAIN_RATES_H
#define VOL_CHAIN_RATES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/time.h"
#include "price/curve.h"

/* A holiday week and a late release fit in; a series that has ended does not. */
#define VOL_RATES_MAX_AGE (14 * VOL_DAY)

struct vol_rate {
    int64_t ts;         /* release */
    double tenor_years; /* days / 365 */
    double rate;
};

struct vol_rates {
    struct vol_rate *file;    /* ascending by ts */
    size_t n_file, cap, next; /* next: the first of the file that has not been taken over into `known` */
    struct vol_rate known[VOL_CURVE_MAX]; /* the latest by tenor */
    size_t n_known;
    int64_t max_age;
};

void vol_rates_init(struct vol_rates *rates);
void vol_rates_free(struct vol_rates *rates);

/* Add the `rate` records of PATH (NDJSON or a CSV with the columns ts, tenor_days and rate; plain, gzip or
 * zstd) to the file part; other kinds in it are skipped. The first malformed one is an error: VOL_EDATA with
 * place and reason; VOL_ENOINPUT when it cannot be read or holds no rate; VOL_EOS. */
enum vol_status vol_rates_load(struct vol_rates *rates, const char *path, struct vol_error *err);

/* A record of the stream. VOL_EDATA: the tenor is not positive or the rate not finite; VOL_EOS: too many
 * tenors. */
enum vol_status vol_rates_add(struct vol_rates *rates, int64_t ts, double tenor_days, double rate);

/* The curve as of TS into *CURVE (empty when nothing is known). TS must not fall from call to call by more
 * than the records can bear: what has been taken over for a later instant is left out, never replaced by an
 * older one. */
void vol_rates_curve(struct vol_rates *rates, int64_t ts, struct vol_curve *curve);

#endif
