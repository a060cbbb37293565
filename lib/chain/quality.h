/* quality.h: what a snapshot is worth as a whole: whether its prices are those of another day, whether its
 * spot belongs to its options, how much of it was refused; as figures, and as a table that a person reads.
 */
#ifndef VOL_CHAIN_QUALITY_H
#define VOL_CHAIN_QUALITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "chain/check.h"
#include "chain/static_arbitrage.h"

struct vol_quality {
    size_t n, n_refused, n_tagged;
    size_t failed[VOL_CHECK_N]; /* quotes that were refused or tagged, by check */
    uint32_t snapshot;          /* checks of the whole snapshot that it fails, bit i for check i */
    int64_t before;             /* the snapshot that it was compared with; INT64_MIN: none */
    size_t n_common, n_equal;   /* contracts quoted then too, and those of them with the same bid and ask */
    double spot, implied_spot;  /* as quoted, and as the nearest expiry implies; NaN: unknown */
    double spot_gap;            /* spot / implied_spot - 1 */
    size_t n_findings[VOL_STATIC_N];
    double profit; /* the greatest; NaN: no finding */
    /* of the repair; all 0 without one */
    size_t n_expiries,
        n_repaired;   /* that were tried, and that have arbitrage-free prices inside bid and ask */
    size_t n_outside; /* quotes whose price lies outside */
    double worst;     /* how far, in their half-spreads; NaN: none does */
};

/* n_equal / n_common; NaN when fewer than 10 contracts are common. */
double vol_quality_unchanged(const struct vol_quality *q);

/* ---- equal prices */

/* One contract at one instant. */
struct vol_price_print {
    uint64_t contract, prices;
};

/* The prices of the last snapshot of each underlying, in tables of 32 to 64 bytes a contract. */
struct vol_prints {
    struct vol_map names;
    struct vol_print_table *table; /* private */
    size_t n;
};

void vol_prints_init(struct vol_prints *prints);
void vol_prints_free(struct vol_prints *prints);

/* The print of a contract (SLICE: of root and expiration) with these prices. */
struct vol_price_print vol_print_of(uint64_t slice, double strike, bool put, double bid, double ask);

/* Compare the N prints of a snapshot of UNDERLYING at TS with those that are kept, if they are HOURS old or
 * more: `before`, `n_common` and `n_equal` of *Q. They are kept in their place, unless SHARE of them are
 * equal (then the older ones stay: a feed that stands still for a day is stale all day). VOL_EOS. */
enum vol_status vol_prints_compare(struct vol_prints *prints, const char *underlying, size_t len, int64_t ts,
                                   double hours, double share, const struct vol_price_print *print, size_t n,
                                   struct vol_quality *q);

/* ---- the table */

struct vol_quality_report {
    size_t n_snapshots, n, n_refused, n_tagged, n_findings[VOL_STATIC_N];
    size_t failed[VOL_CHECK_N];
    size_t n_expiries, n_repaired, n_outside;
};

/* Append the lines of one snapshot. VOL_EOS. */
enum vol_status vol_quality_report_add(struct vol_quality_report *report, const struct vol_quality *q,
                                       int64_t ts, const char *underlying, struct vol_buf *out);

/* Append a line for a finding; SYMBOL(data, index) is the name of a quote. VOL_EOS. */
enum vol_status vol_quality_report_finding(const struct vol_static_finding *f,
                                           const char *(*symbol)(const void *data, uint32_t index),
                                           const void *data, struct vol_buf *out);

/* Append the sums over all snapshots. VOL_EOS. */
enum vol_status vol_quality_report_end(const struct vol_quality_report *report, struct vol_buf *out);

#endif
