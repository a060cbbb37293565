/* bucket.h: how often a host may be asked: token buckets that survive a restart.
 *
 * The generic cell rate algorithm (ITU-T I.371, the virtual scheduling form): one instant per host, at which
 * the next request of an even flow would be due. It is kept in a file under a lock, so that the limit holds
 * over all runs and processes of a user: in every window of T seconds, at most BURST + RATE T requests.
 */
#ifndef VOL_NET_BUCKET_H
#define VOL_NET_BUCKET_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/map.h"

struct vol_bucket {
    double rate, burst;
    const char *dir; /* null: in memory only */
    struct vol_map hosts;
    int64_t *due; /* by host: of those in memory */
    size_t cap;
};

/* RATE requests per second, 0 for no limit; BURST (at least 1) at once. DIR outlives the bucket. */
void vol_bucket_init(struct vol_bucket *bucket, double rate, double burst, const char *dir);
void vol_bucket_free(struct vol_bucket *bucket);

/* Take a token of HOST at the instant NOW: *WAIT becomes the nanoseconds to wait before it may be used (0: at
 * once). It is taken for good. VOL_ECREATE, VOL_EIO, VOL_EOS; VOL_ETEMP: another process holds the file for
 * more than a second. */
enum vol_status vol_bucket_take(struct vol_bucket *bucket, const char *host, int64_t now, int64_t *wait,
                                struct vol_error *err);

/* The host says not to come back before UNTIL (a day from NOW at most): no token before that. */
enum vol_status vol_bucket_hold(struct vol_bucket *bucket, const char *host, int64_t now, int64_t until,
                                struct vol_error *err);

#endif
