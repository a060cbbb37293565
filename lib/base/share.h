/* share.h: where the data files of volpipe lie (calendars, contracts, layouts, strategies, rules). */
#ifndef VOL_BASE_SHARE_H
#define VOL_BASE_SHARE_H

#include <stddef.h>

#include "base/error.h"

/* Write the path of DIR/NAME (either may be empty) below the share directory to OUT[SIZE]. The share
 * directory is $VOLPIPE_SHARE when that is set and not empty; else `share` beside the build, as seen from the
 * executable in build/bin or build/NAME/bin; else INSTALLED, which the tools know (PREFIX/share/volpipe).
 * VOL_ECONFIG: the path does not fit. */
enum vol_status vol_share_path(const char *installed, const char *dir, const char *name, char *out,
                               size_t size, struct vol_error *err);

/* Write the path of NAME in the state directory to OUT[SIZE]: GIVEN when it is not null, else
 * $XDG_STATE_HOME/volpipe, else $HOME/.local/state/volpipe. Nothing is made. VOL_ECONFIG: neither is set, or
 * the path does not fit. */
enum vol_status vol_state_path(const char *given, const char *name, char *out, size_t size,
                               struct vol_error *err);

#endif
