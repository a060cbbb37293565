#include "source/stream_tape.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/time.h"

enum { PATH_BYTES = 4096, BLOCK = 1 << 16 };

struct vol_stream_tape {
    int fd;
    char path[PATH_BYTES];
    const struct vol_secrets *secrets;
    struct vol_buf text; /* not yet in the file */
    struct vol_error error;
};

static const char *const event_names[] = {"open", "message", "closed", "stop"};

enum vol_status vol_stream_tape_new(struct vol_stream_tape **out, const char *dir, const char *source,
                                    int64_t now, char *const *channels, size_t n_channels,
                                    const struct vol_secrets *secrets, struct vol_error *err)
{
    enum vol_status status = vol_file_make_dirs(dir, err);
    struct vol_stream_tape *tape;
    char instant[VOL_TIME_MAX], words[VOL_ERROR_WORDS_MAX];

    if (status != VOL_OK)
        return status;
    if ((tape = calloc(1, sizeof *tape)) == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    tape->secrets = secrets;
    vol_buf_init(&tape->text);
    vol_time_print(instant, now);
    snprintf(tape->path, sizeof tape->path, "%s/stream-%s-%s.ndjson", dir, source, instant);
    tape->fd = open(tape->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (tape->fd < 0) {
        vol_error_set(err, VOL_ECREATE, "%s: %s", tape->path, vol_error_words(errno, words));
        free(tape);
        return VOL_ECREATE;
    }
    vol_buf_addf(&tape->text, "{\"stream\":\"%s\",\"channels\":[", source);
    for (size_t i = 0; i < n_channels; i++) {
        vol_buf_add_str(&tape->text, i > 0 ? "," : "");
        vol_buf_add_json(&tape->text, channels[i], strlen(channels[i]));
    }
    if (vol_buf_add_str(&tape->text, "]}\n") != VOL_OK)
        vol_error_set(&tape->error, VOL_EOS, "out of memory");
    *out = tape;
    return VOL_OK;
}

void vol_stream_tape_add(struct vol_stream_tape *tape, enum vol_stream_event event, int64_t at,
                         const char *text, size_t n)
{
    struct vol_buf *out = &tape->text;
    size_t begin;

    if (tape->error.status != VOL_OK)
        return;
    if (vol_buf_addf(out, "{\"received\":%lld,\"event\":\"%s\"", (long long)at, event_names[event]) != VOL_OK)
        goto full;
    if (text != NULL) {
        if (vol_buf_add_str(out, ",\"text\":") != VOL_OK)
            goto full;
        begin = out->len;
        if (vol_buf_add_json(out, text, n) != VOL_OK)
            goto full;
        vol_secrets_mask(tape->secrets, out->data + begin, out->len - begin);
    }
    if (vol_buf_add_str(out, "}\n") != VOL_OK)
        goto full;
    if (out->len >= BLOCK)
        vol_stream_tape_flush(tape, NULL);
    return;
full:
    vol_error_set(&tape->error, VOL_EOS, "out of memory");
}

enum vol_status vol_stream_tape_flush(struct vol_stream_tape *tape, struct vol_error *err)
{
    char words[VOL_ERROR_WORDS_MAX];

    for (size_t at = 0; tape->error.status == VOL_OK && at < tape->text.len;) {
        ssize_t n = write(tape->fd, tape->text.data + at, tape->text.len - at);

        if (n > 0)
            at += (size_t)n;
        else if (errno != EINTR)
            vol_error_set(&tape->error, VOL_EIO, "%s: %s", tape->path, vol_error_words(errno, words));
    }
    vol_buf_clear(&tape->text);
    if (tape->error.status != VOL_OK && err != NULL)
        *err = tape->error;
    return tape->error.status;
}

enum vol_status vol_stream_tape_free(struct vol_stream_tape *tape, struct vol_error *err)
{
    enum vol_status status;
    char words[VOL_ERROR_WORDS_MAX];

    if (tape == NULL)
        return VOL_OK;
    status = vol_stream_tape_flush(tape, err);
    if (fsync(tape->fd) != 0 && status == VOL_OK)
        status = vol_error_set(err, VOL_EIO, "%s: %s", tape->path, vol_error_words(errno, words));
    if (close(tape->fd) != 0 && status == VOL_OK)
        status = vol_error_set(err, VOL_EIO, "%s: %s", tape->path, vol_error_words(errno, words));
    vol_buf_free(&tape->text);
    free(tape);
    return status;
}

/* ---- told again ---- */

struct player {
    vol_stream_take *take;
    void *data;
    struct vol_buf text;
    bool going, whole;
};

/* One line. VOL_EDATA. */
static enum vol_status play_line(struct player *p, const char *line, size_t n)
{
    json_t *root = json_loadb(line, n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    const char *name = json_string_value(json_object_get(root, "event"));
    const json_t *at = json_object_get(root, "received"), *text = json_object_get(root, "text");
    enum vol_status status = VOL_EDATA;
    size_t event = 0, len = text != NULL ? json_string_length(text) : 0;

    while (event < 4 && (name == NULL || strcmp(name, event_names[event]) != 0))
        event++;
    if (event < 4 && json_is_integer(at) && (event != VOL_STREAM_MESSAGE || json_is_string(text))) {
        vol_buf_clear(&p->text);
        status = vol_buf_reserve(&p->text, len + VOL_STREAM_SLACK);
        if (status == VOL_OK) {
            vol_buf_add(&p->text, json_string_value(text) != NULL ? json_string_value(text) : "", len);
            memset(p->text.data + len, 0, VOL_STREAM_SLACK);
            p->going = p->take(p->data, (enum vol_stream_event)event, (int64_t)json_integer_value(at),
                               p->text.data, len);
            p->whole = event == VOL_STREAM_STOP;
        }
    }
    json_decref(root);
    return status;
}

static enum vol_status play_file(struct player *p, const char *path, struct vol_error *err)
{
    FILE *file = fopen(path, "re");
    enum vol_status status = VOL_OK;
    char words[VOL_ERROR_WORDS_MAX], *line = NULL;
    unsigned long long n_line = 0;
    size_t cap = 0;
    ssize_t n;

    if (file == NULL)
        return vol_error_set(err, VOL_ENOINPUT, "%s: %s", path, vol_error_words(errno, words));
    p->whole = false;
    while (p->going && status == VOL_OK && (n = getline(&line, &cap, file)) > 0)
        if (n_line++ > 0 && play_line(p, line, (size_t)n) != VOL_OK)
            status = vol_error_set(err, VOL_EDATA, "%s:%llu: no event of a stream", path, n_line);
    if (status == VOL_OK && ferror(file))
        status = vol_error_set(err, VOL_EIO, "%s: %s", path, vol_error_words(errno, words));
    if (status == VOL_OK && p->going && !p->whole)
        status = vol_error_set(err, VOL_EDATA, "%s: it does not end with a stop: the recording was cut short",
                               path);
    free(line);
    fclose(file);
    return status;
}

enum vol_status vol_stream_tape_play(const char *dir, const char *source, vol_stream_take *take, void *data,
                                     struct vol_error *err)
{
    struct player p = {.take = take, .data = data, .text = VOL_BUF_INIT, .going = true};
    enum vol_status status = VOL_OK;
    char path[PATH_BYTES], head[64];
    struct dirent **found;
    int n = scandir(dir, &found, NULL, alphasort), n_tapes = 0;
    size_t head_n = (size_t)snprintf(head, sizeof head, "stream-%s-", source);

    for (int i = 0; i < n; i++) {
        size_t len = strlen(found[i]->d_name);

        if (strncmp(found[i]->d_name, head, head_n) == 0 && len > 7 &&
            strcmp(found[i]->d_name + len - 7, ".ndjson") == 0 && status == VOL_OK && p.going) {
            n_tapes++;
            snprintf(path, sizeof path, "%s/%s", dir, found[i]->d_name);
            status = play_file(&p, path, err);
        }
        free(found[i]);
    }
    if (n >= 0)
        free(found);
    vol_buf_free(&p.text);
    if (n_tapes == 0)
        return vol_error_set(err, VOL_ENOINPUT, "%s: no recording of a stream of %s there", dir, source);
    return status;
}
