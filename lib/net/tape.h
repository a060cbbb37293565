/* tape.h: answers on disk: recordings, from which a run can be repeated without a network, and the cache.
 *
 * One answer is one file: lines `name: value`, an empty line, and the body, uncompressed, byte for byte as
 * the parsers got it. Keys are not in it: the address has {NAME} in their place, and what a vendor repeats is
 * masked. A recording is a directory with the file `run` (when it began, and which command it is of) and the
 * answers 000001.http, 000002.http and so on, each put there whole (base/file.h).
 */
#ifndef VOL_NET_TAPE_H
#define VOL_NET_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum { VOL_TAPE_TEXT_MAX = 256 };

struct vol_tape_answer {
    struct vol_buf url, body;
    int64_t received;
    long status;    /* 0: there was no answer, `error` says why */
    bool final;     /* false: it was tried again */
    bool unbounded; /* its length was not announced: a cut would not show */
    bool refused;   /* what it says was no answer to the question: a run that goes on asks again */
    char type[64];
    char etag[VOL_TAPE_TEXT_MAX], modified[VOL_TAPE_TEXT_MAX]; /* for the cache; "" when there is none */
    char error[VOL_TAPE_TEXT_MAX];
};

void vol_tape_answer_init(struct vol_tape_answer *answer);
void vol_tape_answer_free(struct vol_tape_answer *answer);

/* Put ANSWER at PATH, whole and on the disk. VOL_ECREATE, VOL_EIO, VOL_EOS. */
enum vol_status vol_tape_write(const char *path, const struct vol_tape_answer *answer, struct vol_error *err);

/* Read PATH; ANSWER is initialised and the caller's to free whatever the status. VOL_ENOINPUT: no such file;
 * VOL_EDATA: it is no such file, or its body is not what its SHA-256 says; VOL_EIO, VOL_EOS. */
enum vol_status vol_tape_read(const char *path, struct vol_tape_answer *answer, struct vol_error *err);

struct vol_tape;

/* What a recording knows of the run. */
struct vol_tape_run {
    int64_t begun;
    bool keyed; /* a key was there */
};

/* Begin a recording of COMMAND in DIR, which is made. VOL_ECREATE: DIR holds one already. With RESUME it may
 * hold one of the same COMMAND, which is gone on with: what it has answers (vol_tape_find) unless it was
 * refused, and *RUN becomes that of the first time. VOL_EUSAGE: it is of another command. */
enum vol_status vol_tape_record(struct vol_tape **out, const char *dir, const char *command, bool resume,
                                struct vol_tape_run *run, struct vol_error *err);

/* Open a recording to answer from; *RUN becomes what it knows. A COMMAND other than the recorded one is
 * VOL_EUSAGE (null: any). VOL_ENOINPUT: there is none; VOL_EDATA, VOL_EIO, VOL_EOS. */
enum vol_status vol_tape_replay(struct vol_tape **out, const char *dir, const char *command,
                                struct vol_tape_run *run, struct vol_error *err);

void vol_tape_free(struct vol_tape *tape);

/* Put ANSWER into a recording, behind all others. */
enum vol_status vol_tape_add(struct vol_tape *tape, const struct vol_tape_answer *answer,
                             struct vol_error *err);

/* The next final answer to URL (the first the first time, the second the second time …): read, initialised
 * and the caller's to free. VOL_NO: there is none. VOL_EDATA as vol_tape_read. */
enum vol_status vol_tape_find(struct vol_tape *tape, const char *url, struct vol_tape_answer *answer,
                              struct vol_error *err);

/* Begin a batch of answers: those that are found or added from here on. */
void vol_tape_batch(struct vol_tape *tape);

/* Note in the recording that what the batch says was refused. A replay still answers with it, so that a
 * parser can be mended; a run that goes on (RESUME) asks again. As vol_tape_write. */
enum vol_status vol_tape_refuse(struct vol_tape *tape, struct vol_error *err);

#endif
