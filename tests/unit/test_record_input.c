/* Lines out of files and pipes: bounds, marks, compressed data whole, cut and damaged, and reading in small
 * pieces. */
#include "record/input.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "stream.h"

static struct vol_error err;

/* All lines of S, each in angle brackets, and how it ended: "<a><b>|end". Long lines are {beginning}. */
static const char *read_all(const struct stream *s, size_t max_line)
{
    static struct vol_buf out = VOL_BUF_INIT;
    struct vol_input *input;
    enum vol_status status;
    const char *line;
    size_t len;
    bool at_end = false;

    vol_buf_clear(&out);
    UNIT(vol_input_new(&input, max_line, NULL, NULL, NULL, &err) == VOL_OK);
    if ((status = vol_input_open(input, s->path, &err)) != VOL_OK) {
        vol_input_free(input);
        return "not opened";
    }
    while ((status = vol_input_line(input, &line, &len, &at_end, &err)) == VOL_OK || status == VOL_EDATA) {
        vol_buf_addf(&out, status == VOL_OK ? "<%.*s>" : "{%.*s}", (int)len, line);
        /* What the scanner relies on. */
        UNIT(status == VOL_EDATA || line[len] == '\n');
    }
    vol_buf_addf(&out, "%s|%s", at_end ? "!" : "",
                 status == VOL_END        ? "end"
                 : status == VOL_ENOINPUT ? "cut"
                                          : "io");
    UNIT(vol_input_line(input, &line, &len, &at_end, &err) == VOL_END);
    vol_input_free(input);
    return out.data;
}

static const char *read_bytes(const char *bytes, size_t n, size_t max_line)
{
    struct stream s = stream_file(bytes, n);
    const char *got = read_all(&s, max_line);

    stream_end(&s);
    return got;
}

static const char *read_pieces(const char *bytes, size_t n, size_t piece, size_t max_line)
{
    struct stream s = stream_pipe(bytes, n, piece);
    const char *got = read_all(&s, max_line);

    stream_end(&s);
    return got;
}

static void test_plain(void)
{
    UNIT_STR(read_bytes("", 0, 100), "|end");
    UNIT_STR(read_bytes("a", 1, 100), "<a>!|end");
    UNIT_STR(read_bytes("a\n", 2, 100), "<a>|end");
    UNIT_STR(read_bytes("\n\na\r\nb", 6, 100), "<><><a\r><b>!|end");
    UNIT_STR(read_bytes("\xef\xbb\xbfx\ny\n", 7, 100), "<x><y>|end");
    UNIT_STR(read_bytes("\xef\xbb\xbf", 3, 100), "|end");
    UNIT_STR(read_bytes("\xef\xbb\xbf\n", 4, 100), "<>|end");
    UNIT_STR(read_bytes("\xef\xbb", 2, 100), "<\xef\xbb>!|end");
    UNIT_STR(read_bytes("x\xef\xbb\xbf\n\xef\xbb\xbfy", 9, 100), "<x\xef\xbb\xbf><\xef\xbb\xbfy>!|end");
    UNIT_STR(read_pieces("\xef\xbb\xbfx\ny\n", 7, 1, 100), "<x><y>|end");
}

static void test_long_lines(void)
{
    char text[600], expected[600];
    int delta;

    for (delta = -1; delta <= 1; delta++) {
        size_t n = (size_t)(256 + delta);
        bool fits = delta <= 0;
        size_t piece;

        memset(text, 'x', n);
        memcpy(text + n, "\nnext", 5);
        snprintf(expected, sizeof expected, "%c%.*s%c<next>!|end", fits ? '<' : '{', (int)(fits ? n : 64),
                 text, fits ? '>' : '}');
        UNIT_STR(read_bytes(text, n + 5, 256), expected);
        for (piece = 1; piece < 300; piece += 127)
            UNIT_STR(read_pieces(text, n + 5, piece, 256), expected);
        /* Without its line end, at the end of the input. */
        snprintf(expected, sizeof expected, "%c%.*s%c%s|end", fits ? '<' : '{', (int)(fits ? n : 64), text,
                 fits ? '>' : '}', fits ? "!" : "");
        UNIT_STR(read_bytes(text, n, 256), expected);
    }
    /* The shortest bound shows no byte of the next line. */
    UNIT_STR(read_bytes("abc\nd\n", 6, 2), "{ab}<d>|end");
}

static void test_lines_over_blocks(void)
{
    /* Longer than the block, several times, and lengths that put ends on the block's edge. */
    static const size_t lengths[] = {262143, 262144, 262145, 1, 700000, 0, 262080, 70, 1 << 20};
    struct vol_buf all = VOL_BUF_INIT;
    struct vol_input *input;
    struct stream s;
    const char *line;
    size_t len, i, j;
    bool at_end;

    for (i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        for (j = 0; j < lengths[i]; j++)
            vol_buf_add_char(&all, (char)('a' + i));
        vol_buf_add_char(&all, '\n');
    }
    s = stream_pipe(all.data, all.len, 65536);
    UNIT(vol_input_new(&input, 1 << 20, NULL, NULL, NULL, &err) == VOL_OK);
    UNIT(vol_input_open(input, s.path, &err) == VOL_OK);
    for (i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        UNIT(vol_input_line(input, &line, &len, &at_end, &err) == VOL_OK && len == lengths[i] && !at_end);
        UNIT(line[len] == '\n' &&
             (len == 0 || (line[0] == (char)('a' + i) && line[len - 1] == (char)('a' + i))));
    }
    UNIT(vol_input_line(input, &line, &len, &at_end, &err) == VOL_END);
    vol_input_free(input);
    stream_end(&s);
    vol_buf_free(&all);
}

/* ---- compressed */

/* Append TEXT as a gzip member. */
static void add_gzip(struct vol_buf *out, const char *text, size_t n)
{
    z_stream z = {0};
    static unsigned char packed[1 << 20];

    if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    z.next_in = (unsigned char *)text;
    z.avail_in = (uInt)n;
    z.next_out = packed;
    z.avail_out = sizeof packed;
    UNIT(deflate(&z, Z_FINISH) == Z_STREAM_END);
    vol_buf_add(out, packed, sizeof packed - z.avail_out);
    deflateEnd(&z);
}

static void add_zstd(struct vol_buf *out, const char *text, size_t n)
{
    static char packed[1 << 20];

    vol_buf_add(out, packed, ZSTD_compress(packed, sizeof packed, text, n, 3));
}

static void test_packed(void (*add)(struct vol_buf *, const char *, size_t))
{
    struct vol_buf b = VOL_BUF_INIT;
    size_t one, all, n;

    add(&b,
        "\xef\xbb\xbf"
        "first\nsec",
        12);
    one = b.len;
    add(&b, "ond\nthird", 9);
    all = b.len;
    UNIT_STR(read_bytes(b.data, all, 100), "<first><second><third>!|end");
    UNIT_STR(read_pieces(b.data, all, 1, 100), "<first><second><third>!|end");
    UNIT_STR(read_bytes(b.data, one, 100), "<first><sec>!|end");
    /* Cut anywhere but between the members: 66, and no piece of a line is taken for a line. */
    for (n = 4; n < all; n++)
        if (n != one) {
            const char *got = read_bytes(b.data, n, 100);

            UNIT(strcmp(got, "|cut") == 0 || strcmp(got, "<first>|cut") == 0 ||
                 strcmp(got, "<first><second>|cut") == 0);
        }
    UNIT_STR(read_bytes(b.data, all - 1, 100), "<first><second>|cut");
    /* Rubbish behind. */
    vol_buf_add_str(&b, "rubbish");
    UNIT_STR(read_bytes(b.data, b.len, 100), "<first><second>|cut");
    UNIT(strncmp(err.text, "damaged ", 8) == 0);
    vol_buf_clear(&b);
    /* Nothing inside. */
    add(&b, "", 0);
    UNIT_STR(read_bytes(b.data, b.len, 100), "|end");
    vol_buf_free(&b);
}

/* A gzip member whose checksum is wrong is damaged, though all its bytes could be read. */
static void test_checksum(void)
{
    struct vol_buf b = VOL_BUF_INIT;

    add_gzip(&b, "first\nsecond\n", 13);
    b.data[b.len - 8] = (char)(b.data[b.len - 8] ^ 1);
    UNIT_STR(read_bytes(b.data, b.len, 100), "|cut");
    vol_buf_free(&b);
}

/* More comes out of a block than there is room for, with nothing left to read: sizes around the block and
 * lines that compress to nothing. */
static void test_packed_sizes(void (*add)(struct vol_buf *, const char *, size_t))
{
    static const size_t sizes[] = {131072, 262143, 262144, 262145, 300000, 393216, 524288, 600000, 1000000};
    struct vol_buf plain = VOL_BUF_INIT, packed = VOL_BUF_INIT;
    size_t i, piece;

    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (piece = 3; piece < 100000; piece += 60000) {
            struct vol_input *input;
            struct stream s;
            const char *line;
            size_t len, n = 0;
            bool at_end;
            enum vol_status status;

            vol_buf_clear(&plain);
            vol_buf_clear(&packed);
            while (plain.len < sizes[i])
                vol_buf_add_str(&plain, plain.len % 7 == 0 ? "another line, a bit longer\n" : "a line\n");
            add(&packed, plain.data, plain.len);
            s = stream_pipe(packed.data, packed.len, piece);
            UNIT(vol_input_new(&input, 1000, NULL, NULL, NULL, &err) == VOL_OK);
            UNIT(vol_input_open(input, s.path, &err) == VOL_OK);
            while ((status = vol_input_line(input, &line, &len, &at_end, &err)) == VOL_OK)
                n += len + 1;
            if (!UNIT(status == VOL_END && n == plain.len))
                printf("    size %zu, piece %zu: %zu bytes, %s\n", sizes[i], piece, n, err.text);
            vol_input_free(input);
            stream_end(&s);
        }
    vol_buf_free(&plain);
    vol_buf_free(&packed);
}

/* ---- the other calls */

static void test_peek(void)
{
    static const struct {
        const char *text;
        int first;
    } cases[] = {{"{}", '{'},  {" \t\r\n\n[1]", '['},  {"ts,bid", 't'},          {"", -1},
                 {" \n ", -1}, {"\xef\xbb\xbf{", '{'}, {"\xef\xbb\xbf\n{", '{'}, {"\xef\xbb\xbf", -1}};
    struct vol_input *input;
    size_t i;

    UNIT(vol_input_new(&input, 100, NULL, NULL, NULL, &err) == VOL_OK);
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct stream s = stream_file(cases[i].text, strlen(cases[i].text));
        struct stream p = stream_pipe(cases[i].text, strlen(cases[i].text), 1);

        UNIT(vol_input_open(input, s.path, &err) == VOL_OK && vol_input_peek(input) == cases[i].first);
        UNIT(vol_input_open(input, p.path, &err) == VOL_OK && vol_input_peek(input) == cases[i].first);
        stream_end(&s);
        stream_end(&p);
    }
    vol_input_free(input);
}

static void test_missing(void)
{
    struct vol_input *input;
    const char *line;
    size_t len;
    bool at_end;

    UNIT(vol_input_new(&input, 100, NULL, NULL, NULL, &err) == VOL_OK);
    UNIT(vol_input_line(input, &line, &len, &at_end, &err) == VOL_END);
    UNIT(vol_input_open(input, "/no/such/file", &err) == VOL_ENOINPUT &&
         strstr(err.text, "No such file") != NULL);
    UNIT(vol_input_open(input, "/tmp", &err) == VOL_ENOINPUT && strstr(err.text, "directory") != NULL);
    UNIT(vol_input_line(input, &line, &len, &at_end, &err) == VOL_END && vol_input_peek(input) == -1);
    vol_input_free(input);
}

static void count(void *data)
{
    ++*(int *)data;
}

/* A descriptor that somebody made non-blocking is waited for; the caller is told of each wait. */
static void test_non_blocking(void)
{
    struct vol_input *input;
    const char *line = "";
    size_t len = 0;
    bool at_end;
    int fds[2], waits = 0;
    pid_t child;
    char path[40];

    UNIT(pipe(fds) == 0 && fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0);
    child = fork();
    if (child == 0) {
        struct timespec moment = {0, 100000000};

        close(fds[0]);
        nanosleep(&moment, NULL);
        stream_write(fds[1], "late\n", 5);
        _exit(0);
    }
    close(fds[1]);
    UNIT(dup2(fds[0], STDIN_FILENO) == STDIN_FILENO);
    snprintf(path, sizeof path, "-");
    UNIT(vol_input_new(&input, 100, NULL, count, &waits, &err) == VOL_OK);
    UNIT(vol_input_open(input, path, &err) == VOL_OK && waits > 0);
    UNIT(vol_input_line(input, &line, &len, &at_end, &err) == VOL_OK && len == 4 &&
         memcmp(line, "late", 4) == 0);
    UNIT(vol_input_line(input, &line, &len, &at_end, &err) == VOL_END);
    vol_input_free(input);
    waitpid(child, NULL, 0);
    close(fds[0]);
}

/* A stop between reads ends the input; the piece of a line that is here is no line. */
static void test_stop(void)
{
    volatile sig_atomic_t stop = 0;
    struct vol_input *input;
    const char *line;
    size_t len;
    bool at_end;
    int fds[2];
    char path[40];

    UNIT(pipe(fds) == 0);
    stream_write(fds[1], "one\ntw", 6);
    snprintf(path, sizeof path, "/dev/fd/%d", fds[0]);
    UNIT(vol_input_new(&input, 100, &stop, NULL, NULL, &err) == VOL_OK);
    UNIT(vol_input_open(input, path, &err) == VOL_OK);
    stop = 1;
    UNIT(vol_input_line(input, &line, &len, &at_end, &err) == VOL_OK && len == 3);
    UNIT(vol_input_line(input, &line, &len, &at_end, &err) == VOL_END);
    vol_input_free(input);
    close(fds[0]);
    close(fds[1]);
}

int main(void)
{
    test_plain();
    test_long_lines();
    test_lines_over_blocks();
    test_packed(add_gzip);
    test_packed(add_zstd);
    test_checksum();
    test_packed_sizes(add_gzip);
    test_packed_sizes(add_zstd);
    test_peek();
    test_missing();
    test_non_blocking();
    test_stop();
    return unit_done("record/input");
}
