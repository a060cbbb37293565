/* stream_tape.h: what came through a connection and when, kept on disk and told again.
 *
 * A tape is one file of NDJSON, DIR/stream-SOURCE-INSTANT.ndjson: a line that says what it is, then one for
 * each connection that stood, message that came and connection that was lost, with the instant in
 * nanoseconds. Messages are kept as they came, secrets masked.
 */
#ifndef VOL_SOURCE_STREAM_TAPE_H
#define VOL_SOURCE_STREAM_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "net/secret.h"

struct vol_stream_tape;

/* Begin a tape in DIR, which is made when it is not there. VOL_ECREATE, VOL_EOS. */
enum vol_status vol_stream_tape_new(struct vol_stream_tape **out, const char *dir, const char *source,
                                    int64_t now, char *const *channels, size_t n_channels,
                                    const struct vol_secrets *secrets, struct vol_error *err);

enum vol_stream_event { VOL_STREAM_OPEN, VOL_STREAM_MESSAGE, VOL_STREAM_CLOSED, VOL_STREAM_STOP };

/* Add an event; TEXT is the message, or why the connection was lost. The first failure is kept. */
void vol_stream_tape_add(struct vol_stream_tape *tape, enum vol_stream_event event, int64_t at,
                         const char *text, size_t n);

/* Bring it to the file. VOL_EIO: of this or an earlier call. */
enum vol_status vol_stream_tape_flush(struct vol_stream_tape *tape, struct vol_error *err);

/* Flush, to the disk, and close. */
enum vol_status vol_stream_tape_free(struct vol_stream_tape *tape, struct vol_error *err);

/* Tell TAKE every event of the tapes of SOURCE in DIR, in the order of their names; VOL_STREAM_SLACK readable
 * bytes follow TEXT. TAKE returns false to stop. VOL_ENOINPUT: there are none, or one cannot be read;
 * VOL_EDATA: a line that is no event, or the end of a tape is missing (the run that made it was killed): what
 * is there was told. */
enum { VOL_STREAM_SLACK = 64 };
typedef bool vol_stream_take(void *data, enum vol_stream_event event, int64_t at, const char *text, size_t n);
enum vol_status vol_stream_tape_play(const char *dir, const char *source, vol_stream_take *take, void *data,
                                     struct vol_error *err);

#endif
