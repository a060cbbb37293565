/* channel.h: where alerts are delivered.
 *
 * Each channel is one file and one row of the table. A channel that was not configured is off: rules may name
 * it, and the alert says so. Delivery never stops a stream; what became of it stands in the alert record.
 */
#ifndef VOL_NOTIFY_CHANNEL_H
#define VOL_NOTIFY_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct vol_alert {
    int64_t as_of;                                  /* ts of the record that fired the rule */
    const char *rule, *severity, *symbol, *message; /* symbol: "" when there is none */
};

/* What the channels need to know; null or empty: the channel is off. */
struct vol_channel_config {
    const char *log_path; /* log: the file to append to */
};

struct vol_channel {
    const char *name;
    bool (*is_on)(const struct vol_channel_config *config);
    /* Whether it can deliver, before the first record: VOL_ECREATE, _ECONFIG with words. */
    enum vol_status (*check)(const struct vol_channel_config *config, struct vol_error *err);
    /* Deliver, or fail with words. */
    enum vol_status (*send)(const struct vol_channel_config *config, const struct vol_alert *alert,
                            struct vol_error *err);
};

/* All channels; their order is that of the bits of vol_rule.channels. */
const struct vol_channel *vol_channel_table(size_t *n);

/* The words of a channel list in the form of conf.h: "log|…". */
const char *vol_channel_words(void);

/* The log channel (log.c): a line `TS SEVERITY RULE SYMBOL MESSAGE` in a file, on the disk before the call
 * returns. */
extern const struct vol_channel vol_channel_log;

#endif
