/* pipe.h: pipes that hold a block.
 *
 * A new pipe of Linux holds 64 KiB, a quarter of what writer and reader move at a time, so that two busy
 * stages wake each other four times a block. A pipe that holds a whole block lets each work through one while
 * the other does the same; more than that would use up what a user's pipes may hold together (64 MiB) where
 * many pipelines run.
 */
#ifndef VOL_BASE_PIPE_H
#define VOL_BASE_PIPE_H

enum { VOL_PIPE_BLOCK = 1 << 18 };

/* Make FD hold VOL_PIPE_BLOCK bytes if it is a pipe that holds less. Where the system cannot or will not,
 * the pipe stays as it is. */
void vol_pipe_widen(int fd);

#endif
