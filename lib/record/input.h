/* input.h: lines of a file or pipe, plain, gzip or zstd.
 *
 * Bytes are read in large blocks and lines are handed out in place. VOL_INPUT_SLACK readable bytes follow
 * every line, the first of them a line feed, so that a scanner may look ahead and stops by itself.
 */
#ifndef VOL_RECORD_INPUT_H
#define VOL_RECORD_INPUT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

enum { VOL_INPUT_SLACK = 64 };

struct vol_input;

/* MAX_LINE: bytes of the longest line handed out. STOP: set by a signal handler, looked at before each read;
 * may be null. BEFORE_WAIT: called with WAIT_DATA when a read would have to wait for bytes: the time to flush
 * what was written; may be null. */
enum vol_status vol_input_new(struct vol_input **out, size_t max_line, const volatile sig_atomic_t *stop,
                              void (*before_wait)(void *), void *wait_data, struct vol_error *err);
void vol_input_free(struct vol_input *input);

/* Open PATH ("-": standard input) and look at its first bytes; an input that was open is closed.
 * VOL_ENOINPUT. */
enum vol_status vol_input_open(struct vol_input *input, const char *path, struct vol_error *err);

/* Bytes that come from elsewhere than a descriptor (a member of an archive): at most ROOM of them into TO;
 * 0: the end; -1: failed, errno says why, EBADMSG for damaged data. */
typedef ssize_t vol_input_source(void *data, char *to, size_t room);

/* Like vol_input_open, from SOURCE, which is called with DATA. VOL_ENOINPUT for damaged data. */
enum vol_status vol_input_open_from(struct vol_input *input, vol_input_source *source, void *data,
                                    struct vol_error *err);

/* The next line without its line feed (a CR before it stays). *AT_END says that no line feed followed.
 *   VOL_END       no more lines (also when *STOP became true)
 *   VOL_EDATA     the line is longer than MAX_LINE and was skipped; *LINE is its beginning
 *   VOL_ENOINPUT  the compressed data end too early or are damaged; nothing follows
 *   VOL_EIO       a read failed */
enum vol_status vol_input_line(struct vol_input *input, const char **line, size_t *len, bool *at_end,
                               struct vol_error *err);

/* The first byte that is not white space, or -1 at the end; for telling formats apart. May read. */
int vol_input_peek(struct vol_input *input);

#endif
