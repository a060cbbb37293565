/* cooldown.h: when each rule last fired for each symbol, kept over restarts.
 *
 * All of it is event time: the seconds between two records, however many days they are, on whatever day the
 * program runs. A rule is quiet for a symbol until `cooldown` has passed since it fired; one with a re-arming
 * condition also until that has come true. A record that is older than the last alert is inside the cooldown,
 * so that the same stream read twice with one state alerts once.
 */
#ifndef VOL_NOTIFY_COOLDOWN_H
#define VOL_NOTIFY_COOLDOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/map.h"

struct vol_cooldown_entry; /* private */

struct vol_cooldown {
    struct vol_map keys; /* rule, NUL, symbol */
    struct vol_cooldown_entry *entries;
    size_t cap;
    bool changed; /* since it was loaded or saved */
};

void vol_cooldown_init(struct vol_cooldown *state);
void vol_cooldown_free(struct vol_cooldown *state);

/* Read PATH into the empty *STATE; a file that is not there is an empty state. VOL_ECONFIG for one that
 * vol_cooldown_save has not written: what was silenced is then unknown, and a person has to look. */
enum vol_status vol_cooldown_load(struct vol_cooldown *state, const char *path, struct vol_error *err);

/* Replace PATH as a whole (base/file.h). */
enum vol_status vol_cooldown_save(struct vol_cooldown *state, const char *path, struct vol_error *err);

/* Whether RULE may fire for SYMBOL (not necessarily ended by NUL) at TS with a cooldown of COOLDOWN
 * nanoseconds. */
bool vol_cooldown_ready(const struct vol_cooldown *state, const char *rule, const char *symbol, size_t len,
                        int64_t ts, int64_t cooldown);

/* It fired; DISARM: not again before vol_cooldown_rearm. VOL_EOS. */
enum vol_status vol_cooldown_fired(struct vol_cooldown *state, const char *rule, const char *symbol,
                                   size_t len, int64_t ts, bool disarm);

/* Its re-arming condition holds. */
void vol_cooldown_rearm(struct vol_cooldown *state, const char *rule, const char *symbol, size_t len);

#endif
