/* stream_run.h: a live feed from its socket to the writer: connection, keys, recording, stream put together.
 */
#ifndef VOL_SOURCE_STREAM_RUN_H
#define VOL_SOURCE_STREAM_RUN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "record/sink.h"
#include "source/stream.h"

struct vol_stream_run_config {
    const struct vol_stream_vendor *vendor;
    char *const *channels;
    size_t n_channels;
    const struct vol_source_facts *facts;
    const char *url;        /* in place of the vendor's; null: its own */
    const char *ca;         /* PEM file of roots beside the system's; null: none */
    const char *agent;      /* User-Agent */
    const char *key_file;   /* of the vendor's first key; null: from the environment */
    const char *record_dir; /* keep every message; null: do not */
    const char *replay_dir; /* tell a recording again, without a network; null: do not */
    double timeout;         /* seconds without a working connection after which it gives up */
    int64_t stale, snap;    /* nanoseconds, as vol_stream_config */
    int64_t lasts;          /* nanoseconds; 0: until it is stopped */
    int64_t until;          /* an instant; INT64_MAX: none */
    uint64_t seed;          /* of the waits between connections */
    const volatile sig_atomic_t *stop;

    struct vol_sink sink;
};

/* Run until a signal, UNTIL or LASTS, or a failure. LAST: ts of the last record (INT64_MIN: none), COUNTS of
 * the stream; both are set on failure too. Statuses of vol_stream_new, vol_ws_new, vol_stream_failed;
 * VOL_EPERM: a key; VOL_EUNAVAILABLE, VOL_EPROTOCOL: no working connection within the timeout, or one that no
 * wait will mend. */
enum vol_status vol_stream_run(const struct vol_stream_run_config *config, int64_t *last,
                               struct vol_stream_counts *counts, struct vol_error *err);

/* "250ms", "1s", "5m", "2h", "1d": nanoseconds, 1 ms to 10000 days. VOL_EUSAGE. */
enum vol_status vol_stream_interval(const char *text, int64_t *out, struct vol_error *err);

#endif
