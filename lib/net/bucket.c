#include "net/bucket.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/num.h"
#include "base/time.h"
#include "net/clock.h"

enum { PATH_BYTES = 4096, TEXT_BYTES = 20, LOCK_TRIES = 100 };

void vol_bucket_init(struct vol_bucket *bucket, double rate, double burst, const char *dir)
{
    *bucket = (struct vol_bucket){.rate = rate, .burst = burst >= 1 ? burst : 1, .dir = dir};
    vol_map_init(&bucket->hosts);
}

void vol_bucket_free(struct vol_bucket *bucket)
{
    vol_map_free(&bucket->hosts);
    free(bucket->due);
}

/* ---- the instant of a host, in memory or in its file
 * ----------------------------------------------------------- */

struct place {
    int64_t *due; /* in memory */
    int fd;       /* in a file, locked */
    char path[PATH_BYTES];
};

static enum vol_status open_memory(struct vol_bucket *b, const char *host, struct place *place,
                                   struct vol_error *err)
{
    size_t before = b->hosts.n, i;

    if (vol_map_add(&b->hosts, host, strlen(host), &i) != VOL_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    if (i >= b->cap) {
        size_t cap = b->cap ? 2 * b->cap : 8;
        int64_t *grown = realloc(b->due, cap * sizeof *grown);

        if (!grown)
            return vol_error_set(err, VOL_EOS, "out of memory");
        b->due = grown;
        b->cap = cap;
    }
    if (b->hosts.n > before || i >= before)
        b->due[i] = INT64_MIN;
    place->due = &b->due[i];
    return VOL_OK;
}

/* Hosts are names, numbers and a port: nothing in them may lead out of the directory. */
static enum vol_status open_file(struct vol_bucket *b, const char *host, struct place *place,
                                 struct vol_error *err)
{
    enum vol_status status = vol_file_make_dirs(b->dir, err);
    int n;

    if (status != VOL_OK)
        return status;
    n = snprintf(place->path, sizeof place->path, "%s/%s.rate", b->dir, host);
    if (n < 0 || n >= (int)sizeof place->path || strchr(host, '/') || host[0] == '.')
        return vol_error_set(err, VOL_ECREATE, "%s: no name for a file", host);
    for (int i = 0; i < LOCK_TRIES; i++) {
        status = vol_file_lock(place->path, &place->fd, err);
        if (status != VOL_ETEMP)
            break;
        vol_clock_sleep(VOL_SECOND / LOCK_TRIES);
    }
    return status;
}

/* INT64_MIN: nothing is known (a new file, or one that holds something else). */
static int64_t load(const struct place *place)
{
    char text[TEXT_BYTES];
    int64_t due;

    if (place->due)
        return *place->due;
    if (pread(place->fd, text, sizeof text, 0) != TEXT_BYTES || text[TEXT_BYTES - 1] != '\n' ||
        vol_num_parse_int(text, TEXT_BYTES - 1, &due) != VOL_OK)
        return INT64_MIN;
    return due;
}

/* One write of fixed length over the old text, which a crash does not tear. */
static enum vol_status store(struct place *place, int64_t due, struct vol_error *err)
{
    char text[TEXT_BYTES + 12];

    if (place->due) {
        *place->due = due;
        return VOL_OK;
    }
    snprintf(text, sizeof text, "%019lld\n", (long long)due);
    if (pwrite(place->fd, text, TEXT_BYTES, 0) != TEXT_BYTES)
        return vol_error_set(err, VOL_EIO, "%s: write failed", place->path);
    return VOL_OK;
}

static enum vol_status begin(struct vol_bucket *b, const char *host, struct place *place,
                             struct vol_error *err)
{
    place->due = NULL;
    place->fd = -1;
    return b->dir ? open_file(b, host, place, err) : open_memory(b, host, place, err);
}

static void end(struct place *place)
{
    if (place->fd >= 0)
        close(place->fd);
}

/* A clock that was set back must not close a host for years. */
static int64_t sane(int64_t due, int64_t now)
{
    return due > now + VOL_DAY ? now + VOL_DAY : due;
}

enum vol_status vol_bucket_take(struct vol_bucket *bucket, const char *host, int64_t now, int64_t *wait,
                                struct vol_error *err)
{
    struct place place;
    enum vol_status status;
    int64_t due, step, ahead;

    if (!(bucket->rate > 0)) {
        *wait = 0;
        return VOL_OK;
    }
    step = (int64_t)ceil(1e9 / fmax(bucket->rate, 1e-5));
    ahead = (int64_t)((bucket->burst - 1) * (double)step);
    if ((status = begin(bucket, host, &place, err)) != VOL_OK)
        return status;
    due = sane(load(&place), now);
    if (due < now)
        due = now;
    if ((status = store(&place, due + step, err)) == VOL_OK)
        *wait = due - ahead > now ? due - ahead - now : 0;
    end(&place);
    return status;
}

enum vol_status vol_bucket_hold(struct vol_bucket *bucket, const char *host, int64_t now, int64_t until,
                                struct vol_error *err)
{
    struct place place;
    enum vol_status status;
    int64_t due, step;

    if (!(bucket->rate > 0))
        return VOL_OK;
    step = (int64_t)ceil(1e9 / fmax(bucket->rate, 1e-5));
    if ((status = begin(bucket, host, &place, err)) != VOL_OK)
        return status;
    due = sane(until, now) + (int64_t)((bucket->burst - 1) * (double)step);
    if (due > sane(load(&place), now))
        status = store(&place, due, err);
    end(&place);
    return status;
}
