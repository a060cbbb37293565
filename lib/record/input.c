#include "record/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>
#include <zstd.h>

#include "base/pipe.h"

enum { BLOCK = VOL_PIPE_BLOCK };
enum packing { PLAIN, GZIP, ZSTD };

struct vol_input {
    int fd;
    vol_input_source *source; /* instead of the descriptor */
    void *source_data;
    enum packing packing;
    bool at_start; /* nothing was handed out yet: a byte order mark may come */
    bool fd_end;   /* read(2) has returned 0 */
    bool data_end; /* no more bytes will come into `data` */
    size_t max_line;
    const volatile sig_atomic_t *stop;
    void (*before_wait)(void *);
    void *wait_data;

    char *data; /* [pos, end) is not handed out yet; cap + VOL_INPUT_SLACK bytes are allocated */
    size_t pos, end, cap;

    char *packed; /* compressed bytes [packed_pos, packed_end), BLOCK allocated when needed */
    size_t packed_pos, packed_end;
    struct vol_error pending;   /* a failure that vol_input_peek met: vol_input_line reports it */
    bool in_member;             /* inside a gzip member or zstd frame: an end here is a cut */
    char head[VOL_INPUT_SLACK]; /* the beginning of a line too long */
    z_stream z;
    ZSTD_DStream *zstd;
};

enum vol_status vol_input_new(struct vol_input **out, size_t max_line, const volatile sig_atomic_t *stop,
                              void (*before_wait)(void *), void *wait_data, struct vol_error *err)
{
    struct vol_input *in = calloc(1, sizeof *in);

    if (in == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    in->fd = -1;
    in->max_line = max_line;
    in->stop = stop;
    in->before_wait = before_wait;
    in->wait_data = wait_data;
    in->cap = BLOCK;
    in->data = malloc(in->cap + VOL_INPUT_SLACK);
    if (in->data == NULL) {
        free(in);
        return vol_error_set(err, VOL_EOS, "out of memory");
    }
    memset(in->data, '\n', VOL_INPUT_SLACK);
    *out = in;
    return VOL_OK;
}

static void close_input(struct vol_input *in)
{
    if (in->fd > STDIN_FILENO)
        close(in->fd);
    if (in->packing == GZIP)
        inflateEnd(&in->z);
    ZSTD_freeDStream(in->zstd);
    in->zstd = NULL;
    in->packing = PLAIN;
    in->fd = -1;
    in->source = NULL;
    in->pos = in->end = 0;
    in->packed_pos = in->packed_end = 0;
    in->in_member = false;
    in->pending.status = VOL_OK;
    in->fd_end = in->data_end = true;
}

void vol_input_free(struct vol_input *in)
{
    if (in == NULL)
        return;
    close_input(in);
    free(in->packed);
    free(in->data);
    free(in);
}

static bool is_open(const struct vol_input *in)
{
    return in->fd >= 0 || in->source != NULL;
}

/* read(2), again after a signal unless it asked to stop. -1: failed, errno says why; 0: end. */
static ssize_t read_some(struct vol_input *in, char *to, size_t room)
{
    struct pollfd p = {.fd = in->fd, .events = POLLIN};
    ssize_t n;

    if (in->fd_end || (in->source != NULL && in->stop != NULL && *in->stop))
        return 0;
    if (in->source != NULL) {
        n = in->source(in->source_data, to, room);
        in->fd_end = n == 0;
        return n;
    }
    if (in->before_wait != NULL && poll(&p, 1, 0) == 0)
        in->before_wait(in->wait_data);
    for (;;) {
        if (in->stop != NULL && *in->stop)
            return 0;
        n = read(in->fd, to, room);
        if (n >= 0)
            break;
        /* Whoever shares our standard input may have made it non-blocking. */
        if (errno == EAGAIN)
            poll(&p, 1, -1);
        else if (errno != EINTR)
            return -1;
    }
    if (n == 0)
        in->fd_end = true;
    return n;
}

static enum vol_status start_packing(struct vol_input *in, struct vol_error *err)
{
    static const unsigned char zstd_magic[] = {0x28, 0xb5, 0x2f, 0xfd}, gzip_magic[] = {0x1f, 0x8b};

    if (in->end >= 4 && memcmp(in->data, zstd_magic, 4) == 0) {
        in->zstd = ZSTD_createDStream();
        if (in->zstd == NULL)
            return vol_error_set(err, VOL_EOS, "out of memory");
        in->packing = ZSTD;
    } else if (in->end >= 2 && memcmp(in->data, gzip_magic, 2) == 0) {
        memset(&in->z, 0, sizeof in->z);
        if (inflateInit2(&in->z, 15 + 16) != Z_OK)
            return vol_error_set(err, VOL_EOS, "out of memory");
        in->packing = GZIP;
    } else {
        return VOL_OK;
    }
    if (in->packed == NULL && (in->packed = malloc(BLOCK)) == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    memcpy(in->packed, in->data, in->end);
    in->packed_end = in->end;
    in->end = 0;
    return VOL_OK;
}

/* Words for a read that failed. */
static enum vol_status failed_read(struct vol_error *err)
{
    return vol_error_set(err, errno == EISDIR || errno == EBADMSG ? VOL_ENOINPUT : VOL_EIO, "%s",
                         errno == EBADMSG ? "compressed data are damaged or end too early" : strerror(errno));
}

/* Look at the first bytes, which tell how the others are packed. */
static enum vol_status begin(struct vol_input *in, struct vol_error *err)
{
    in->fd_end = in->data_end = false;
    in->at_start = true;
    while (in->end < 4) {
        ssize_t n = read_some(in, in->data + in->end, in->cap - in->end);

        if (n < 0) {
            enum vol_status status = failed_read(err);

            close_input(in);
            return status;
        }
        if (n == 0)
            break;
        in->end += (size_t)n;
    }
    memset(in->data + in->end, '\n', VOL_INPUT_SLACK);
    return start_packing(in, err);
}

enum vol_status vol_input_open(struct vol_input *in, const char *path, struct vol_error *err)
{
    close_input(in);
    in->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (in->fd < 0)
        return vol_error_set(err, VOL_ENOINPUT, "%s", strerror(errno));
    vol_pipe_widen(in->fd);
    return begin(in, err);
}

enum vol_status vol_input_open_from(struct vol_input *in, vol_input_source *source, void *data,
                                    struct vol_error *err)
{
    close_input(in);
    in->source = source;
    in->source_data = data;
    return begin(in, err);
}

static enum vol_status refill_packed(struct vol_input *in, struct vol_error *err)
{
    ssize_t n;

    if (in->packed_pos < in->packed_end)
        return VOL_OK;
    n = read_some(in, in->packed, BLOCK);
    if (n < 0)
        return failed_read(err);
    in->packed_pos = 0;
    in->packed_end = (size_t)n;
    return VOL_OK;
}

/* One step of inflate into [end, cap); members that follow one another are one stream, as gzip(1) has it. */
static enum vol_status unpack_gzip(struct vol_input *in, struct vol_error *err)
{
    int rc;

    in->z.next_in = (unsigned char *)in->packed + in->packed_pos;
    in->z.avail_in = (uInt)(in->packed_end - in->packed_pos);
    in->z.next_out = (unsigned char *)in->data + in->end;
    in->z.avail_out = (uInt)(in->cap - in->end);
    in->in_member = true;
    rc = inflate(&in->z, Z_NO_FLUSH);
    in->packed_pos = in->packed_end - in->z.avail_in;
    in->end = in->cap - in->z.avail_out;
    if (rc == Z_STREAM_END) {
        in->in_member = false;
        rc = inflateReset(&in->z);
    }
    if (rc != Z_OK && rc != Z_BUF_ERROR)
        return vol_error_set(err, VOL_ENOINPUT, "damaged gzip data: %s", in->z.msg != NULL ? in->z.msg : "?");
    return VOL_OK;
}

static enum vol_status unpack_zstd(struct vol_input *in, struct vol_error *err)
{
    ZSTD_inBuffer from = {in->packed, in->packed_end, in->packed_pos};
    ZSTD_outBuffer to = {in->data, in->cap, in->end};
    size_t rc = ZSTD_decompressStream(in->zstd, &to, &from);

    in->packed_pos = from.pos;
    in->end = to.pos;
    if (ZSTD_isError(rc))
        return vol_error_set(err, VOL_ENOINPUT, "damaged zstd data: %s", ZSTD_getErrorName(rc));
    in->in_member = rc != 0;
    return VOL_OK;
}

/* Bring at least one more byte into [end, cap), or find out that there are none. */
static enum vol_status fill(struct vol_input *in, struct vol_error *err)
{
    size_t before = in->end;

    while (in->end == before && !in->data_end) {
        enum vol_status status;

        if (in->packing == PLAIN) {
            ssize_t n = read_some(in, in->data + in->end, in->cap - in->end);

            if (n < 0)
                return failed_read(err);
            in->end += (size_t)n;
            in->data_end = n == 0;
            continue;
        }
        if ((status = refill_packed(in, err)) != VOL_OK)
            return status;
        /* Neither library takes the last byte of a member or frame before all its output had room. */
        if (in->packed_pos == in->packed_end) {
            in->data_end = true;
            if (in->in_member && !(in->stop != NULL && *in->stop))
                return vol_error_set(err, VOL_ENOINPUT, "compressed data end too early");
            break;
        }
        status = in->packing == GZIP ? unpack_gzip(in, err) : unpack_zstd(in, err);
        if (status != VOL_OK) {
            in->data_end = true;
            return status;
        }
    }
    memset(in->data + in->end, '\n', VOL_INPUT_SLACK);
    return VOL_OK;
}

/* Make room behind [pos, end) for a block: move it to the front, grow when one line fills the buffer. */
static enum vol_status make_room(struct vol_input *in, struct vol_error *err)
{
    char *data;

    if (in->pos > 0) {
        memmove(in->data, in->data + in->pos, in->end - in->pos);
        in->end -= in->pos;
        in->pos = 0;
    }
    if (in->end < in->cap)
        return VOL_OK;
    data = realloc(in->data, in->cap * 2 + VOL_INPUT_SLACK);
    if (data == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    in->data = data;
    in->cap *= 2;
    return VOL_OK;
}

/* The line at `pos` is longer than the bound: drop it to its end, keeping its beginning for the message. */
static enum vol_status skip_long_line(struct vol_input *in, const char **line, size_t *len,
                                      struct vol_error *err)
{
    enum vol_status status;

    memcpy(in->head, in->data + in->pos, sizeof in->head);
    for (;;) {
        char *lf = memchr(in->data + in->pos, '\n', in->end - in->pos);

        if (lf != NULL) {
            in->pos = (size_t)(lf - in->data) + 1;
            break;
        }
        in->pos = in->end = 0;
        if ((status = fill(in, err)) != VOL_OK)
            return status;
        if (in->end == 0)
            break;
    }
    *line = in->head;
    *len = in->max_line < sizeof in->head ? in->max_line : sizeof in->head;
    return vol_error_set(err, VOL_EDATA, "line longer than %zu bytes (--max-line)", in->max_line);
}

/* Step over a UTF-8 byte order mark, once. False: more bytes must come before one can tell. */
static bool past_bom(struct vol_input *in)
{
    static const char bom[] = "\xef\xbb\xbf";
    size_t here = in->end - in->pos;
    bool same = in->at_start && memcmp(in->data + in->pos, bom, here < 3 ? here : 3) == 0;

    if (same && here < 3 && !in->data_end)
        return false;
    if (same && here >= 3)
        in->pos += 3;
    in->at_start = false;
    return true;
}

/* Nothing follows a failure, not even the piece of a line that is here. */
static enum vol_status give_up(struct vol_input *in, enum vol_status status)
{
    in->pos = in->end;
    in->data_end = true;
    return status;
}

enum vol_status vol_input_line(struct vol_input *in, const char **line, size_t *len, bool *at_end,
                               struct vol_error *err)
{
    size_t looked = 0;

    for (;;) {
        bool is_past = past_bom(in);
        char *start = in->data + in->pos, *lf = NULL;
        enum vol_status status;

        if (is_past && in->end - in->pos > looked)
            lf = memchr(start + looked, '\n', in->end - in->pos - looked);
        if (lf != NULL && (size_t)(lf - start) <= in->max_line) {
            *line = start;
            *len = (size_t)(lf - start);
            *at_end = false;
            in->pos += *len + 1;
            return VOL_OK;
        }
        looked = is_past ? in->end - in->pos : 0;
        if (lf != NULL || looked > in->max_line)
            return skip_long_line(in, line, len, err);
        if (in->pending.status != VOL_OK) {
            status = in->pending.status;
            in->pending.status = VOL_OK;
            return give_up(in, vol_error_set(err, status, "%s", in->pending.text));
        }
        if (in->data_end || !is_open(in)) {
            if (looked == 0)
                return VOL_END;
            /* A signal stopped us inside a line: what is here of it is not a record. */
            if (in->stop != NULL && *in->stop && !in->fd_end)
                return VOL_END;
            *line = start;
            *len = looked;
            *at_end = true;
            in->pos = in->end;
            return VOL_OK;
        }
        if ((status = make_room(in, err)) != VOL_OK || (status = fill(in, err)) != VOL_OK)
            return give_up(in, status);
    }
}

int vol_input_peek(struct vol_input *in)
{
    for (;;) {
        bool is_past = past_bom(in);
        size_t i;

        for (i = in->pos; is_past && i < in->end; i++)
            if (strchr(" \t\r\n", in->data[i]) == NULL || in->data[i] == '\0')
                return (unsigned char)in->data[i];
        if (in->data_end || !is_open(in) || in->end - in->pos > in->max_line)
            return -1;
        if (make_room(in, &in->pending) != VOL_OK || fill(in, &in->pending) != VOL_OK)
            return -1;
    }
}
