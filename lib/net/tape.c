#include "net/tape.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/map.h"
#include "base/num.h"
#include "base/time.h"
#include "net/sha256.h"

#define MAGIC "volpipe-answer 1\n"

enum { PATH_BYTES = 4096, FILE_BYTES_MAX = 1 << 30, RUN_BYTES_MAX = 1 << 16 };

void vol_tape_answer_init(struct vol_tape_answer *answer)
{
    *answer = (struct vol_tape_answer){.url = VOL_BUF_INIT, .body = VOL_BUF_INIT};
}

void vol_tape_answer_free(struct vol_tape_answer *answer)
{
    vol_buf_free(&answer->url);
    vol_buf_free(&answer->body);
}

/* ---- one file
 * -------------------------------------------------------------------------------------------------- */

/* A line, unless VALUE is empty. A value is one line: what a server sent cannot begin another one. */
static enum vol_status add_line(struct vol_buf *out, const char *name, const char *value)
{
    enum vol_status status = VOL_OK;

    if (value[0] == '\0')
        return VOL_OK;
    if ((status = vol_buf_addf(out, "%s: ", name)) != VOL_OK)
        return status;
    for (const char *p = value; *p && status == VOL_OK; p++)
        status = vol_buf_add_char(out, (unsigned char)*p < ' ' ? ' ' : *p);
    return status == VOL_OK ? vol_buf_add_char(out, '\n') : status;
}

enum vol_status vol_tape_write(const char *path, const struct vol_tape_answer *answer, struct vol_error *err)
{
    struct vol_buf text = VOL_BUF_INIT;
    char sum[VOL_SHA256_MAX], ts[VOL_TIME_MAX], number[VOL_NUM_MAX];
    enum vol_status status = vol_sha256(answer->body.data, answer->body.len, sum);

    vol_time_print(ts, answer->received);
    vol_num_print_int(number, answer->status);
    if (status == VOL_OK && (status = vol_buf_add_str(&text, MAGIC)) == VOL_OK &&
        (status = add_line(&text, "url", answer->url.data)) == VOL_OK &&
        (status = add_line(&text, "received", ts)) == VOL_OK &&
        (status = add_line(&text, "status", number)) == VOL_OK &&
        (status = add_line(&text, "final", answer->final ? "yes" : "no")) == VOL_OK &&
        (status = add_line(&text, "bounded", answer->unbounded ? "no" : "")) == VOL_OK &&
        (status = add_line(&text, "refused", answer->refused ? "yes" : "")) == VOL_OK &&
        (status = add_line(&text, "type", answer->type)) == VOL_OK &&
        (status = add_line(&text, "etag", answer->etag)) == VOL_OK &&
        (status = add_line(&text, "modified", answer->modified)) == VOL_OK &&
        (status = add_line(&text, "error", answer->error)) == VOL_OK &&
        (status = vol_buf_addf(&text, "length: %zu\nsha256: %s\n\n", answer->body.len, sum)) == VOL_OK)
        status = vol_buf_add(&text, answer->body.data, answer->body.len);
    status = status == VOL_OK ? vol_file_replace(path, text.data, text.len, err)
                              : vol_error_set(err, VOL_EOS, "%s: out of memory", path);
    vol_buf_free(&text);
    return status;
}

struct head {
    size_t length;
    char sum[VOL_TAPE_TEXT_MAX];
};

static void copy(char *out, size_t size, const char *value, size_t n)
{
    n = n < size ? n : size - 1;
    memcpy(out, value, n);
    out[n] = '\0';
}

static enum vol_status take_line(const char *name, size_t name_len, const char *value, size_t n,
                                 struct vol_tape_answer *a, struct head *head)
{
    int64_t number = 0;

#define IS(literal) (name_len == sizeof literal - 1 && memcmp(name, literal, name_len) == 0)
    if (IS("url"))
        return vol_buf_add(&a->url, value, n);
    if (IS("received"))
        return vol_time_parse(value, n, &a->received);
    if (IS("status") || IS("length")) {
        if (vol_num_parse_int(value, n, &number) != VOL_OK || number < 0 || number > FILE_BYTES_MAX)
            return VOL_EDATA;
        if (IS("status"))
            a->status = (long)number;
        else
            head->length = (size_t)number;
    }
    if (IS("final"))
        a->final = n == 3;
    if (IS("bounded"))
        a->unbounded = n == 2;
    if (IS("refused"))
        a->refused = n == 3;
    if (IS("type"))
        copy(a->type, sizeof a->type, value, n);
    if (IS("etag"))
        copy(a->etag, sizeof a->etag, value, n);
    if (IS("modified"))
        copy(a->modified, sizeof a->modified, value, n);
    if (IS("error"))
        copy(a->error, sizeof a->error, value, n);
    if (IS("sha256"))
        copy(head->sum, sizeof head->sum, value, n);
#undef IS
    return VOL_OK;
}

/* The lines of TEXT; *BODY becomes the offset behind the empty one. */
static enum vol_status parse(const struct vol_buf *text, struct vol_tape_answer *a, struct head *head,
                             size_t *body)
{
    size_t at = sizeof MAGIC - 1;

    if (text->len < at || memcmp(text->data, MAGIC, at) != 0)
        return VOL_EDATA;
    for (;;) {
        const char *line = text->data + at, *end = memchr(line, '\n', text->len - at), *colon;

        if (!end)
            return VOL_EDATA;
        at = (size_t)(end + 1 - text->data);
        if (end == line)
            break;
        colon = memchr(line, ':', (size_t)(end - line));
        if (!colon || end - colon < 2)
            return VOL_EDATA;
        if (take_line(line, (size_t)(colon - line), colon + 2, (size_t)(end - colon - 2), a, head) != VOL_OK)
            return VOL_EDATA;
    }
    *body = at;
    return VOL_OK;
}

enum vol_status vol_tape_read(const char *path, struct vol_tape_answer *answer, struct vol_error *err)
{
    struct vol_buf text = VOL_BUF_INIT;
    struct head head = {0};
    char sum[VOL_SHA256_MAX] = "";
    enum vol_status status;
    size_t body = 0;

    vol_tape_answer_init(answer);
    status = vol_file_read(path, FILE_BYTES_MAX, &text, err);
    if (status == VOL_OK && parse(&text, answer, &head, &body) != VOL_OK)
        status = vol_error_set(err, VOL_EDATA, "%s: no recorded answer", path);
    if (status == VOL_OK && vol_sha256(text.data + body, text.len - body, sum) != VOL_OK)
        status = vol_error_set(err, VOL_EOS, "%s: out of memory", path);
    if (status == VOL_OK && (text.len - body != head.length || strcmp(sum, head.sum) != 0))
        status = vol_error_set(err, VOL_EDATA, "%s: its body is not the recorded one (SHA-256)", path);
    if (status == VOL_OK && vol_buf_add(&answer->body, text.data + body, text.len - body) != VOL_OK)
        status = vol_error_set(err, VOL_EOS, "%s: out of memory", path);
    vol_buf_free(&text);
    return status;
}

/* ---- a recording
 * ----------------------------------------------------------------------------------------------- */

/* Which answer is the I-th to an address: places by address, in order. */
struct entry {
    size_t url; /* index in `urls` */
    long number;
};

struct vol_tape {
    char dir[PATH_BYTES];
    struct vol_map urls;
    struct entry *entry;
    size_t n, cap;
    size_t *used; /* by address: how many were given */
    size_t cap_used;
    long last;            /* number of the last file */
    struct vol_buf batch; /* numbers (long) of the files of the batch */
};

void vol_tape_free(struct vol_tape *tape)
{
    if (!tape)
        return;
    vol_map_free(&tape->urls);
    vol_buf_free(&tape->batch);
    free(tape->entry);
    free(tape->used);
    free(tape);
}

static enum vol_status file_path(const struct vol_tape *t, long number, char out[PATH_BYTES],
                                 struct vol_error *err)
{
    int n = snprintf(out, PATH_BYTES, "%s/%06ld.http", t->dir, number);

    return n > 0 && n < PATH_BYTES ? VOL_OK
                                   : vol_error_set(err, VOL_ECREATE, "%.80s...: path too long", t->dir);
}

static enum vol_status index_answer(struct vol_tape *t, const char *url, long number, struct vol_error *err)
{
    size_t i;

    if (vol_map_add(&t->urls, url, strlen(url), &i) != VOL_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    if (i >= t->cap_used) {
        size_t cap = t->cap_used ? 2 * t->cap_used : 64;
        size_t *grown = realloc(t->used, cap * sizeof *grown);

        if (!grown)
            return vol_error_set(err, VOL_EOS, "out of memory");
        memset(grown + t->cap_used, 0, (cap - t->cap_used) * sizeof *grown);
        t->used = grown;
        t->cap_used = cap;
    }
    if (t->n == t->cap) {
        size_t cap = t->cap ? 2 * t->cap : 64;
        struct entry *grown = realloc(t->entry, cap * sizeof *grown);

        if (!grown)
            return vol_error_set(err, VOL_EOS, "out of memory");
        t->entry = grown;
        t->cap = cap;
    }
    t->entry[t->n++] = (struct entry){i, number};
    return VOL_OK;
}

static int is_answer(const struct dirent *entry)
{
    size_t digits = strspn(entry->d_name, "0123456789");

    return digits >= 6 && digits <= 12 && strcmp(entry->d_name + digits, ".http") == 0;
}

/* Take the answer of the file NUMBER. With AGAIN one that was refused is none any more: the next run asks. */
static enum vol_status index_file(struct vol_tape *t, long number, bool again, struct vol_error *err)
{
    struct vol_tape_answer answer;
    char path[PATH_BYTES];
    enum vol_status status = file_path(t, number, path, err);

    if (status != VOL_OK)
        return status;
    status = vol_tape_read(path, &answer, err);
    if (status == VOL_OK && again && answer.final && answer.refused) {
        answer.final = false;
        status = vol_tape_write(path, &answer, err);
    }
    if (status == VOL_OK && answer.final && answer.status > 0)
        status = index_answer(t, answer.url.data, number, err);
    vol_tape_answer_free(&answer);
    return status;
}

/* Every answer of the directory, in order; all are read, so that a changed one is seen before anything
 * leaves. */
static enum vol_status index_all(struct vol_tape *t, bool again, struct vol_error *err)
{
    struct dirent **found;
    int n = scandir(t->dir, &found, is_answer, alphasort);
    enum vol_status status = VOL_OK;

    if (n < 0)
        return vol_error_set(err, VOL_EIO, "%s: cannot read the directory", t->dir);
    for (int i = 0; i < n; i++) {
        long number = strtol(found[i]->d_name, NULL, 10);

        if (status == VOL_OK)
            status = index_file(t, number, again, err);
        t->last = number;
        free(found[i]);
    }
    free(found);
    return status;
}

static enum vol_status open_dir(struct vol_tape **out, const char *dir, struct vol_error *err)
{
    struct vol_tape *t = calloc(1, sizeof *t);

    if (!t)
        return vol_error_set(err, VOL_EOS, "out of memory");
    vol_map_init(&t->urls);
    vol_buf_init(&t->batch);
    if (snprintf(t->dir, sizeof t->dir, "%s", dir) >= (int)sizeof t->dir) {
        vol_tape_free(t);
        return vol_error_set(err, VOL_ECREATE, "%.80s...: path too long", dir);
    }
    *out = t;
    return VOL_OK;
}

/* The value of the line that begins with NAME at *AT, which steps over it; null when it is no such line. */
static const char *run_line(const char **at, const char *name, size_t *n)
{
    const char *line = *at, *end = strchr(line, '\n');
    size_t len = strlen(name);

    if (!end || strncmp(line, name, len) != 0)
        return NULL;
    *at = end + 1;
    *n = (size_t)(end - line) - len;
    return line + len;
}

static enum vol_status parse_run(const struct vol_tape *t, const char *text, const char *command,
                                 struct vol_tape_run *run, struct vol_error *err)
{
    size_t n_begun = 0, n_keyed = 0, n_words = 0;
    const char *begun = run_line(&text, "begun: ", &n_begun);
    const char *keyed = begun ? run_line(&text, "keyed: ", &n_keyed) : NULL;
    const char *words = keyed ? run_line(&text, "command: ", &n_words) : NULL;
    struct vol_tape_run is;

    if (!words || vol_time_parse(begun, n_begun, &is.begun) != VOL_OK)
        return vol_error_set(err, VOL_EDATA, "%s/run: is not what a recording begins with", t->dir);
    is.keyed = n_keyed == 3;
    if (command && (strlen(command) != n_words || memcmp(command, words, n_words) != 0))
        return vol_error_set(err, VOL_EUSAGE, "%s is the recording of another command: %.*s", t->dir,
                             (int)(n_words > 200 ? 200 : n_words), words);
    *run = is;
    return VOL_OK;
}

static enum vol_status read_run(const struct vol_tape *t, const char *command, struct vol_tape_run *run,
                                struct vol_error *err)
{
    struct vol_buf text = VOL_BUF_INIT;
    char path[PATH_BYTES + 8];
    enum vol_status status;

    snprintf(path, sizeof path, "%s/run", t->dir);
    if ((status = vol_file_read(path, RUN_BYTES_MAX, &text, err)) == VOL_OK)
        status = parse_run(t, text.data, command, run, err);
    vol_buf_free(&text);
    return status;
}

static enum vol_status write_run(const struct vol_tape *t, const char *command,
                                 const struct vol_tape_run *run, struct vol_error *err)
{
    struct vol_buf text = VOL_BUF_INIT;
    char path[PATH_BYTES + 8], ts[VOL_TIME_MAX];
    enum vol_status status;

    vol_time_print(ts, run->begun);
    snprintf(path, sizeof path, "%s/run", t->dir);
    status = vol_buf_addf(&text, "begun: %s\nkeyed: %s\n", ts, run->keyed ? "yes" : "no");
    if (status == VOL_OK)
        status = add_line(&text, "command", command);
    status = status == VOL_OK ? vol_file_replace(path, text.data, text.len, err)
                              : vol_error_set(err, VOL_EOS, "out of memory");
    vol_buf_free(&text);
    return status;
}

enum vol_status vol_tape_record(struct vol_tape **out, const char *dir, const char *command, bool resume,
                                struct vol_tape_run *run, struct vol_error *err)
{
    struct vol_tape *t = NULL;
    char path[PATH_BYTES + 8];
    enum vol_status status = open_dir(&t, dir, err);
    bool there;

    if (status != VOL_OK || (status = vol_file_make_dirs(dir, err)) != VOL_OK)
        goto done;
    snprintf(path, sizeof path, "%s/run", dir);
    there = access(path, F_OK) == 0;
    if (there && !resume) {
        status =
            vol_error_set(err, VOL_ECREATE,
                          "%s holds a recording: --resume goes on with it, --replay answers from it", dir);
        goto done;
    }
    status = there ? read_run(t, command, run, err) : write_run(t, command, run, err);
    if (status == VOL_OK)
        status = index_all(t, true, err);
done:
    if (status == VOL_OK)
        *out = t;
    else
        vol_tape_free(t);
    return status;
}

enum vol_status vol_tape_replay(struct vol_tape **out, const char *dir, const char *command,
                                struct vol_tape_run *run, struct vol_error *err)
{
    struct vol_tape *t = NULL;
    enum vol_status status = open_dir(&t, dir, err);

    if (status == VOL_OK && (status = read_run(t, command, run, err)) == VOL_OK)
        status = index_all(t, false, err);
    if (status == VOL_OK)
        *out = t;
    else
        vol_tape_free(t);
    return status;
}

static enum vol_status note_batch(struct vol_tape *t, long number, struct vol_error *err)
{
    return vol_buf_add(&t->batch, (const char *)&number, sizeof number) == VOL_OK
               ? VOL_OK
               : vol_error_set(err, VOL_EOS, "out of memory");
}

void vol_tape_batch(struct vol_tape *tape)
{
    vol_buf_clear(&tape->batch);
}

enum vol_status vol_tape_refuse(struct vol_tape *tape, struct vol_error *err)
{
    enum vol_status status = VOL_OK;

    for (size_t at = 0; at < tape->batch.len && status == VOL_OK; at += sizeof(long)) {
        struct vol_tape_answer answer;
        char path[PATH_BYTES];
        long number;

        memcpy(&number, tape->batch.data + at, sizeof number);
        if ((status = file_path(tape, number, path, err)) != VOL_OK)
            return status;
        if ((status = vol_tape_read(path, &answer, err)) == VOL_OK && answer.final) {
            answer.refused = true;
            status = vol_tape_write(path, &answer, err);
        }
        vol_tape_answer_free(&answer);
    }
    return status;
}

enum vol_status vol_tape_add(struct vol_tape *tape, const struct vol_tape_answer *answer,
                             struct vol_error *err)
{
    char path[PATH_BYTES];
    enum vol_status status = file_path(tape, tape->last + 1, path, err);

    if (status == VOL_OK && (status = vol_tape_write(path, answer, err)) == VOL_OK) {
        tape->last++;
        status = note_batch(tape, tape->last, err);
    }
    return status;
}

enum vol_status vol_tape_find(struct vol_tape *tape, const char *url, struct vol_tape_answer *answer,
                              struct vol_error *err)
{
    size_t i = vol_map_find(&tape->urls, url, strlen(url)), skip;
    char path[PATH_BYTES];
    enum vol_status status;

    if (i == VOL_MAP_NONE)
        return VOL_NO;
    skip = tape->used[i];
    for (size_t k = 0; k < tape->n; k++) {
        if (tape->entry[k].url != i || skip-- > 0)
            continue;
        if ((status = file_path(tape, tape->entry[k].number, path, err)) != VOL_OK)
            return status;
        if ((status = vol_tape_read(path, answer, err)) == VOL_OK &&
            (status = note_batch(tape, tape->entry[k].number, err)) == VOL_OK)
            tape->used[i]++;
        else
            vol_tape_answer_free(answer);
        return status;
    }
    return VOL_NO;
}
