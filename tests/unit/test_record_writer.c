/* What goes out: records passed, edited and made, in both formats, and round trips between them. */
#include "record/writer.h"

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>

#include "base/buf.h"
#include "record/reader.h"
#include "stream.h"

enum { BID = VOL_W_OWN, ASK, MID, FLAGS, N_ALL };

static const struct vol_want wants[] = {{"bid", false}, {"ask", false}, {"mid", true}, {"flags", true}};
static const char *const owned[] = {"mid", "flags", NULL};
static struct vol_error err;
static struct vol_buf written = VOL_BUF_INIT; /* what the last output file holds */

struct output {
    struct stream file;
    int fd;
    struct vol_writer *writer;
};

static struct output open_output(enum vol_format format, const char *kind, bool edits)
{
    struct output o = {.file = stream_file("", 0)};
    struct vol_writer_config config = {.format = format,
                                       .csv_kind = kind,
                                       .owned = edits ? owned : NULL,
                                       .added = edits ? owned : NULL,
                                       .name = "out"};

    o.fd = open(o.file.path, O_RDWR);
    config.fd = o.fd;
    UNIT(o.fd >= 0 && vol_writer_new(&o.writer, &config, &err) == VOL_OK);
    return o;
}

static const char *close_output(struct output *o)
{
    char bytes[4096];
    ssize_t n;

    UNIT(vol_writer_close(o->writer, &err) == VOL_OK);
    vol_buf_clear(&written);
    lseek(o->fd, 0, SEEK_SET);
    while ((n = read(o->fd, bytes, sizeof bytes)) > 0)
        vol_buf_add(&written, bytes, (size_t)n);
    close(o->fd);
    stream_end(&o->file);
    return written.data;
}

/* What TEXT becomes: every record passed, or edited with mid and flags added when EDITS. Refused records go
 * to *REFUSED as the words of the refusal. */
static const char *convert(const char *text, size_t n, const char *kind, enum vol_format to, bool edits,
                           struct vol_buf *refused)
{
    struct vol_reader_config config = {.wants = wants, .n_wants = N_ALL - VOL_W_OWN, .csv_kind = kind};
    struct stream in = stream_file(text, n);
    struct output out = open_output(to, kind, edits);
    char *paths[] = {in.path};
    struct vol_reader *reader;
    struct vol_rec rec;
    enum vol_status status;

    UNIT(vol_reader_new(&reader, &config, paths, 1, &err) == VOL_OK);
    while ((status = vol_reader_next(reader, &rec, &err)) != VOL_END) {
        if (!UNIT(status == VOL_OK))
            printf("    %s\n", err.text);
        if (status != VOL_OK)
            continue;
        if (!edits) {
            status = vol_writer_pass(out.writer, &rec.line, &err);
        } else if ((status = vol_writer_edit(out.writer, &rec.line, &err)) == VOL_OK) {
            vol_writer_num(out.writer, VOL_KEY("mid"), (rec.value[BID].num + rec.value[ASK].num) / 2);
            vol_writer_str(out.writer, VOL_KEY("flags"), "x,y", 3);
            status = vol_writer_end(out.writer, &err);
        }
        if (status != VOL_OK && refused != NULL)
            vol_buf_addf(refused, "%s;", err.text);
        else
            UNIT(status == VOL_OK);
    }
    vol_reader_free(reader);
    stream_end(&in);
    return close_output(&out);
}

static const char *convert_text(const char *text, const char *kind, enum vol_format to, bool edits)
{
    return convert(text, strlen(text), kind, to, edits, NULL);
}

#define HEAD "\"kind\":\"quote\",\"ts\":\"2019-04-26T20:15:00Z\""

static void test_ndjson(void)
{
    static const char odd[] =
        "{\"kind\":\"zzz\", \"ts\" : \"2019-04-26T20:15:00Z\",\"x\":1.50e0,\"s\":\"\\u00e9\xc3\xa9\\/\","
        "\"n\":{\"a\":[1, 2,{}]},\"z\":null }\n";

    UNIT_STR(convert_text(odd, NULL, VOL_NDJSON, false), odd);
    UNIT_STR(convert_text("{" HEAD ",\"mid\":0,\"flags\":\"a\"}\n", NULL, VOL_NDJSON, false),
             "{" HEAD ",\"mid\":0,\"flags\":\"a\"}\n");
    UNIT_STR(convert_text("{" HEAD ",\"bid\":1,\"ask\":1.2}\n", NULL, VOL_NDJSON, true),
             "{" HEAD ",\"bid\":1,\"ask\":1.2,\"mid\":1.1,\"flags\":\"x,y\"}\n");
    UNIT_STR(convert_text("{\"mid\":9," HEAD ",\"flags\":\"a\",\"bid\":1,\"ask\":3 } \r\n", NULL, VOL_NDJSON,
                          true),
             "{" HEAD ",\"bid\":1,\"ask\":3 ,\"mid\":2,\"flags\":\"x,y\"}\n");
    UNIT_STR(convert_text("{\"mid\":9\r," HEAD ",\"n\":[{\"mid\":1}]}", NULL, VOL_NDJSON, true),
             "{" HEAD ",\"n\":[{\"mid\":1}],\"mid\":null,\"flags\":\"x,y\"}\n");
}

static void test_made(void)
{
    struct output o = open_output(VOL_NDJSON, NULL, false);
    struct vol_value v = {"+1", 2, VOL_NUMBER, 1}, absent = {"", 0, VOL_ABSENT, NAN},
                     text = {"a\"", 2, VOL_STRING, NAN};

    UNIT(vol_writer_begin(o.writer, "metrics", INT64_C(1556309700500000000)) == VOL_OK);
    vol_writer_num(o.writer, VOL_KEY("a"), 0.1 + 0.2);
    vol_writer_num(o.writer, VOL_KEY("b"), (double)NAN);
    vol_writer_num(o.writer, VOL_KEY("c"), (double)INFINITY);
    vol_writer_int(o.writer, VOL_KEY("d"), INT64_MIN);
    vol_writer_bool(o.writer, VOL_KEY("e"), true);
    vol_writer_str(o.writer, VOL_KEY("f"), "q\"\\\n\0", 5);
    vol_writer_time(o.writer, VOL_KEY("g"), 0);
    vol_writer_null(o.writer, VOL_KEY("h"));
    vol_writer_raw(o.writer, VOL_KEY("i"), "[1]", 3);
    vol_writer_value(o.writer, VOL_KEY("j"), &v);
    vol_writer_value(o.writer, VOL_KEY("k"), &absent);
    vol_writer_value(o.writer, VOL_KEY("l"), &text);
    UNIT(vol_writer_end(o.writer, &err) == VOL_OK);
    UNIT(vol_writer_begin(o.writer, "forgotten", 0) == VOL_OK);
    vol_writer_cancel(o.writer);
    UNIT(vol_writer_count(o.writer) == 1);
    UNIT_STR(close_output(&o),
             "{\"kind\":\"metrics\",\"ts\":\"2019-04-26T20:15:00.500Z\",\"a\":0.3,\"b\":null,\"c\":null,"
             "\"d\":-9223372036854775808,\"e\":true,\"f\":\"q\\\"\\\\\\u000a\\u0000\",\"g\":\"1970-01-01T00:"
             "00:00Z\","
             "\"h\":null,\"i\":[1],\"j\":1,\"l\":\"a\\\"\"}\n");
}

/* ---- CSV to CSV: bytes */

static void test_csv_bytes(void)
{
    static const char text[] = "kind,ts,bid,ask,note\n"
                               "quote,2019-04-26T20:15:00Z,+1.50,007,\"a,\"\"b\"\"\nc\"\n"
                               "quote,2019-04-26T20:15:00Z,,\"2\",\"\"\n"
                               "quote,2019-04-26T20:15:00Z,1e0,2.0, blanks \n";

    UNIT_STR(convert_text(text, "quote", VOL_CSV, false), text);
    UNIT_STR(convert_text("ts,bid\n2019-04-26T20:15:00Z,1.0\n", "bar", VOL_CSV, false),
             "ts,bid\n2019-04-26T20:15:00Z,1.0\n");
    /* Edited, the columns of the tool stand behind. */
    UNIT_STR(convert_text("ts,bid,ask\n2019-04-26T20:15:00Z,1.0,\"2.0\"\n", "quote", VOL_CSV, true),
             "ts,bid,ask,mid,flags\n2019-04-26T20:15:00Z,1.0,\"2.0\",1.5,\"x,y\"\n");
    /* Or where they are, and all other cells keep what they say, an empty string and a missing value too. */
    UNIT_STR(convert_text("mid,ts,\"bid\",ask,flags,note,more\n9,2019-04-26T20:15:00Z,+1.0,,old,\"\",\n",
                          "quote", VOL_CSV, true),
             "mid,ts,bid,ask,flags,note,more\n,2019-04-26T20:15:00Z,+1.0,,\"x,y\",\"\",\n");
}

/* ---- NDJSON to CSV and back */

/* A record of KIND with a value of every field, round ROUND. */
static void add_record(struct vol_buf *out, const struct vol_kind *kind, int round)
{
    static const char *const texts[] = {"plain",
                                        "a,b",
                                        "say \\\"hi\\\"",
                                        "two\\nlines",
                                        " blanks ",
                                        "",
                                        "caf\xc3\xa9 \\u20ac",
                                        "back\\\\slash",
                                        "tab\\t",
                                        "\\r",
                                        "true",
                                        "12.5",
                                        "null"};
    static const char *const numbers[] = {
        "0", "-0.5", "1e-7", "123456789.125", "33.10", "1E+3", "0.30000000000000004"};
    size_t i, salt = (size_t)round;

    vol_buf_addf(out, "{\"kind\":\"%s\",\"ts\":\"2019-04-26T20:15:00Z\"", kind->name);
    for (i = 2; i < kind->n_fields; i++) {
        const struct vol_field *f = &kind->fields[i];

        if (f->type == VOL_FIELD_JSON || (salt + i) % 11 == 0)
            continue; /* an optional nested field, or one left out */
        vol_buf_addf(out, ",\"%s\":", f->name);
        if ((salt + i) % 13 == 0)
            vol_buf_add_str(out, "null");
        else if (f->type == VOL_FIELD_NUM)
            vol_buf_add_str(out, numbers[(salt + i) % (sizeof numbers / sizeof numbers[0])]);
        else if (f->type == VOL_FIELD_INT)
            vol_buf_addf(out, "%zu", salt * i);
        else if (f->type == VOL_FIELD_BOOL)
            vol_buf_add_str(out, (salt + i) % 2 ? "true" : "false");
        else if (f->type == VOL_FIELD_TIME)
            vol_buf_add_str(out, "\"2019-05-24T20:00:00.25Z\"");
        else if (f->type == VOL_FIELD_DATE)
            vol_buf_add_str(out, "\"2019-05-24\"");
        else
            vol_buf_addf(out, "\"%s\"", texts[(salt + i) % (sizeof texts / sizeof texts[0])]);
    }
    vol_buf_add_str(out, ",\"own \\\"field\\\",\":\"kept\"}\n");
}

/* The lines of TEXT as an array of objects without their nulls, which mean the same as absent. */
static json_t *objects(const char *text)
{
    json_t *all = json_array();

    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        json_t *object = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL), *value;
        const char *key;
        void *next;

        UNIT(json_is_object(object));
        json_object_foreach_safe(object, next, key, value) if (json_is_null(value))
            json_object_del(object, key);
        json_array_append_new(all, object);
        text += n + (text[n] == '\n');
    }
    return all;
}

static void test_round_trips(void)
{
    struct vol_buf text = VOL_BUF_INIT, csv = VOL_BUF_INIT;
    size_t n_kinds, k, n_flat = 0;
    const struct vol_kind *kinds = vol_kind_table(&n_kinds);

    for (k = 0; k < n_kinds; k++) {
        json_t *before, *after;
        int round;

        if (vol_kind_is_nested(&kinds[k]))
            continue;
        n_flat++;
        vol_buf_clear(&text);
        for (round = 0; round < 30; round++)
            add_record(&text, &kinds[k], round);
        before = objects(text.data);
        vol_buf_clear(&csv);
        vol_buf_add_str(&csv, convert(text.data, text.len, kinds[k].name, VOL_CSV, false, NULL));
        after = objects(convert(csv.data, csv.len, kinds[k].name, VOL_NDJSON, false, NULL));
        if (!UNIT(json_array_size(before) == 30 && json_equal(before, after)))
            printf("    %s\n", kinds[k].name);
        json_decref(before);
        json_decref(after);
        /* And once more as bytes. */
        UNIT_STR(convert(csv.data, csv.len, kinds[k].name, VOL_CSV, false, NULL), csv.data);
    }
    UNIT(n_flat >= 12);
    vol_buf_free(&text);
    vol_buf_free(&csv);
}

static void test_to_json(void)
{
    /* kind and ts lead; spellings that JSON does not know become numbers; NUL and control characters are
     * escaped. */
    static const char text[] = "bid,note,ts,ask,inverse\n+1.50,a\0b\x01,2019-04-26T20:15:00Z,.5,true\n"
                               "\"\",\"\",2019-04-26T20:15:00Z,007,maybe\n";

    UNIT_STR(convert(text, sizeof text - 1, "zzz\"", VOL_NDJSON, false, NULL),
             "{\"kind\":\"zzz\\\"\",\"ts\":\"2019-04-26T20:15:00Z\",\"bid\":1.5,\"note\":"
             "\"a\\u0000b\\u0001\",\"ask\":0.5,"
             "\"inverse\":true}\n"
             "{\"kind\":\"zzz\\\"\",\"ts\":\"2019-04-26T20:15:00Z\",\"note\":\"\",\"ask\":7,\"inverse\":"
             "\"maybe\"}\n");
    /* An empty cell in quotes is an empty string where the column holds strings, and nothing elsewhere. */
    UNIT_STR(convert_text("ts,root,expiration,expires,inverse,bid,note\n"
                          "2019-04-26T20:15:00Z,\"\",\"\",\"\",\"\",\"\",\"\"\n",
                          NULL, VOL_NDJSON, false),
             "{" HEAD ",\"root\":\"\",\"note\":\"\"}\n");
    UNIT_STR(convert_text("mid,kind,bid,ask,ts\n1,quote,1,2,2019-04-26T20:15:00Z\n", NULL, VOL_NDJSON, true),
             "{" HEAD ",\"bid\":1,\"ask\":2,\"mid\":1.5,\"flags\":\"x,y\"}\n");
}

static void test_refused(void)
{
    struct vol_buf refused = VOL_BUF_INIT;
    struct vol_writer_config config = {.fd = 1, .format = VOL_CSV, .csv_kind = "order", .name = "out"};
    struct vol_writer *w;

    /* A number that the tool did not read is still one, or the record does not pass. */
    UNIT_STR(convert("ts,last\n2019-04-26T20:15:00Z,x\n2019-04-26T20:15:00Z,2\n",
                     strlen("ts,last\n2019-04-26T20:15:00Z,x\n2019-04-26T20:15:00Z,2\n"), NULL, VOL_NDJSON,
                     false, &refused),
             "{" HEAD ",\"last\":2}\n");
    UNIT_STR(refused.data, "last: not a number: \"x\";");
    /* A member that has no column is not lost silently; what has been settled stays. */
    vol_buf_clear(&refused);
    UNIT_STR(convert("{" HEAD ",\"new\":1}\n{" HEAD ",\"newer\":2}\n",
                     strlen("{" HEAD ",\"new\":1}\n{" HEAD ",\"newer\":2}\n"), "zzz", VOL_CSV, false,
                     &refused),
             "kind,ts,new\nquote,2019-04-26T20:15:00Z,1\n");
    UNIT(strncmp(refused.data, "newer: the CSV has no such column", 33) == 0);
    /* Keys are compared without their escapes. */
    vol_buf_clear(&refused);
    UNIT_STR(convert("{" HEAD ",\"n\\u0065w\":1}\n{" HEAD ",\"new\":2}\n",
                     strlen("{" HEAD ",\"n\\u0065w\":1}\n{" HEAD ",\"new\":2}\n"), "zzz", VOL_CSV, false,
                     &refused),
             "kind,ts,new\nquote,2019-04-26T20:15:00Z,1\nquote,2019-04-26T20:15:00Z,2\n");
    UNIT(refused.len == 0);
    vol_buf_free(&refused);
    /* Nested kinds have no CSV form, nor has a CSV without a kind. */
    UNIT(vol_writer_new(&w, &config, &err) == VOL_EUSAGE && strstr(err.text, "nested") != NULL);
    config.csv_kind = NULL;
    UNIT(vol_writer_new(&w, &config, &err) == VOL_EUSAGE);
}

/* Records of a CSV without a column `kind`, then NDJSON of that kind: the kind is known, nothing is lost. */
static void test_kind_column(void)
{
    static const char rows[] = "ts,bid\n2019-04-26T20:15:00Z,1\n", line[] = "{" HEAD ",\"bid\":2}\n";
    struct stream a = stream_file(rows, sizeof rows - 1), b = stream_file(line, sizeof line - 1);
    struct vol_reader_config config = {.wants = wants, .n_wants = N_ALL - VOL_W_OWN};
    struct output out = open_output(VOL_CSV, "quote", false);
    char *paths[] = {a.path, b.path};
    struct vol_reader *reader;
    struct vol_rec rec;

    UNIT(vol_reader_new(&reader, &config, paths, 2, &err) == VOL_OK);
    while (vol_reader_next(reader, &rec, &err) == VOL_OK)
        UNIT(vol_writer_pass(out.writer, &rec.line, &err) == VOL_OK);
    vol_reader_free(reader);
    UNIT_STR(close_output(&out), "ts,bid\n2019-04-26T20:15:00Z,1\n2019-04-26T20:15:00Z,2\n");
    stream_end(&a);
    stream_end(&b);
}

/* ---- failures */

static void test_lost_writes(void)
{
    struct vol_writer_config config = {.format = VOL_NDJSON, .name = "/dev/full"};
    struct vol_writer *w;
    int fds[2], i;
    enum vol_status status = VOL_OK;

    config.fd = open("/dev/full", O_WRONLY);
    UNIT(config.fd >= 0 && vol_writer_new(&w, &config, &err) == VOL_OK);
    for (i = 0; i < 10000; i++) {
        vol_writer_begin(w, "bar", 0);
        status = vol_writer_end(w, &err);
    }
    UNIT(status == VOL_EIO && !vol_writer_is_broken_pipe(w));
    UNIT(vol_writer_close(w, &err) == VOL_EIO &&
         strncmp(err.text, "/dev/full: write failed: No space", 33) == 0);
    close(config.fd);

    signal(SIGPIPE, SIG_IGN);
    UNIT(pipe(fds) == 0);
    close(fds[0]);
    config.fd = fds[1];
    UNIT(vol_writer_new(&w, &config, &err) == VOL_OK);
    vol_writer_begin(w, "bar", 0);
    UNIT(vol_writer_end(w, &err) == VOL_OK && vol_writer_pending(w) > 0);
    UNIT(vol_writer_flush(w, &err) == VOL_EIO && vol_writer_is_broken_pipe(w));
    UNIT(vol_writer_close(w, &err) == VOL_EIO);
    close(fds[1]);
}

/* A reader that is slow, behind a pipe that does not block: the bytes all arrive. */
static void test_non_blocking(void)
{
    struct vol_writer_config config = {.format = VOL_NDJSON, .name = "pipe"};
    struct vol_writer *w;
    int fds[2], i, result = -1;
    pid_t child;

    UNIT(pipe(fds) == 0 && fcntl(fds[1], F_SETFL, O_NONBLOCK) == 0);
    child = fork();
    if (child == 0) {
        static char bytes[5000];
        size_t total = 0;
        ssize_t n;

        close(fds[1]);
        while ((n = read(fds[0], bytes, sizeof bytes)) > 0)
            total += (size_t)n;
        _exit(total == 20000 * strlen("{\"kind\":\"bar\",\"ts\":\"1970-01-01T00:00:00Z\"}\n") ? 0 : 1);
    }
    close(fds[0]);
    config.fd = fds[1];
    UNIT(vol_writer_new(&w, &config, &err) == VOL_OK);
    for (i = 0; i < 20000; i++) {
        vol_writer_begin(w, "bar", 0);
        vol_writer_end(w, &err);
    }
    UNIT(vol_writer_close(w, &err) == VOL_OK);
    close(fds[1]);
    waitpid(child, &result, 0);
    UNIT(result == 0);
}

int main(void)
{
    test_ndjson();
    test_made();
    test_csv_bytes();
    test_round_trips();
    test_to_json();
    test_refused();
    test_kind_column();
    test_lost_writes();
    test_non_blocking();
    vol_buf_free(&written);
    return unit_done("record/writer");
}
