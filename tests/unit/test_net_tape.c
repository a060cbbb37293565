/* Answers on disk: they read back as they were written; what was changed, cut or is another's is found. */
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "net/inflate.h"
#include "net/sha256.h"
#include "net/tape.h"

static char dir[] = "/tmp/volpipe-tape.XXXXXX";

static const char *in_dir(const char *name)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static void make(struct vol_tape_answer *a, const char *url, const char *body, size_t n)
{
    vol_tape_answer_init(a);
    UNIT(vol_buf_add_str(&a->url, url) == VOL_OK && vol_buf_add(&a->body, body, n) == VOL_OK);
    a->received = 1800000000 * VOL_SECOND + 123456789;
    a->status = 200;
    a->final = true;
    strcpy(a->type, "application/json");
}

/* FIPS 180-2, appendix B: the examples. */
static void test_sha256(void)
{
    char sum[VOL_SHA256_MAX];

    UNIT(vol_sha256("abc", 3, sum) == VOL_OK);
    UNIT_STR(sum, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    UNIT(vol_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, sum) == VOL_OK);
    UNIT_STR(sum, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void test_file(void)
{
    static const char body[] = "{\"a\":1}\n\nurl: x\nsha256: 0\n\0\xff tail";
    struct vol_tape_answer a, b;
    struct vol_error err = {0};
    struct vol_buf text = VOL_BUF_INIT;
    FILE *file;
    int wrong = 0;
    char path[128];

    strcpy(path, in_dir("one.http"));
    make(&a, "https://x/y?k={KEY}", body, sizeof body);
    strcpy(a.etag, "\"v1\"");
    strcpy(a.error, "a line\nstatus: 500");
    UNIT(vol_tape_write(path, &a, &err) == VOL_OK);
    UNIT(vol_tape_read(path, &b, &err) == VOL_OK);
    UNIT(b.status == 200 && b.final && b.received == a.received && b.body.len == sizeof body &&
         memcmp(b.body.data, body, sizeof body) == 0);
    UNIT_STR(b.url.data, "https://x/y?k={KEY}");
    UNIT_STR(b.etag, "\"v1\"");
    UNIT_STR(b.error, "a line status: 500"); /* a text cannot make another line */
    vol_tape_answer_free(&b);
    /* cut at every byte, and every bit of the body flipped: never read as good */
    file = fopen(path, "rb");
    for (int c; (c = getc(file)) != EOF;)
        vol_buf_add_char(&text, (char)c);
    fclose(file);
    for (size_t i = 0; i < text.len; i++) {
        file = fopen(path, "wb");
        fwrite(text.data, 1, i, file);
        fclose(file);
        wrong += vol_tape_read(path, &b, NULL) == VOL_OK;
        vol_tape_answer_free(&b);
    }
    UNIT(wrong == 0);
    for (size_t i = text.len - sizeof body; i < text.len; i++) {
        file = fopen(path, "wb");
        text.data[i] ^= 4;
        fwrite(text.data, 1, text.len, file);
        text.data[i] ^= 4;
        fclose(file);
        wrong += vol_tape_read(path, &b, NULL) != VOL_EDATA;
        vol_tape_answer_free(&b);
    }
    UNIT(wrong == 0);
    UNIT(vol_tape_read(in_dir("none"), &b, NULL) == VOL_ENOINPUT);
    vol_tape_answer_free(&b);
    vol_tape_answer_free(&a);
    vol_buf_free(&text);
}

static void test_recording(void)
{
    struct vol_tape_run run = {1800000000 * VOL_SECOND, true}, back = {0};
    struct vol_tape *tape = NULL;
    struct vol_tape_answer a, b;
    struct vol_error err = {0};
    char path[128];

    strcpy(path, in_dir("rec"));
    UNIT(vol_tape_record(&tape, path, "fred series X", false, &run, &err) == VOL_OK);
    for (int i = 0; i < 3; i++) {
        char body[16];

        snprintf(body, sizeof body, "body %d", i);
        make(&a, i == 1 ? "https://x/other" : "https://x/same", body, strlen(body));
        UNIT(vol_tape_add(tape, &a, &err) == VOL_OK);
        vol_tape_answer_free(&a);
    }
    make(&a, "https://x/failed", "", 0); /* tried again: no answer to play */
    a.final = false;
    a.status = 503;
    UNIT(vol_tape_add(tape, &a, &err) == VOL_OK);
    vol_tape_answer_free(&a);
    vol_tape_free(tape);

    UNIT(vol_tape_replay(&tape, path, "fred series X", &back, &err) == VOL_OK);
    UNIT(back.begun == run.begun && back.keyed);
    UNIT(vol_tape_find(tape, "https://x/same", &b, &err) == VOL_OK);
    UNIT_STR(b.body.data, "body 0");
    vol_tape_answer_free(&b);
    UNIT(vol_tape_find(tape, "https://x/same", &b, &err) == VOL_OK);
    UNIT_STR(b.body.data, "body 2");
    vol_tape_answer_free(&b);
    UNIT(vol_tape_find(tape, "https://x/same", &b, &err) == VOL_NO);
    UNIT(vol_tape_find(tape, "https://x/failed", &b, &err) == VOL_NO);
    vol_tape_free(tape);

    UNIT(vol_tape_replay(&tape, path, "fred series Y", &back, &err) == VOL_EUSAGE);
    UNIT(vol_tape_record(&tape, path, "fred series X", false, &run, &err) == VOL_ECREATE);
    UNIT(vol_tape_record(&tape, path, "fred series Y", true, &run, &err) == VOL_EUSAGE);
    back.begun = 1;
    UNIT(vol_tape_record(&tape, path, "fred series X", true, &back, &err) == VOL_OK &&
         back.begun == run.begun);
    make(&a, "https://x/new", "new", 3);
    UNIT(vol_tape_add(tape, &a, &err) == VOL_OK); /* behind the others */
    vol_tape_answer_free(&a);
    vol_tape_free(tape);
    UNIT(access(in_dir("rec/000005.http"), R_OK) == 0 && access(in_dir("rec/000006.http"), R_OK) != 0);
    UNIT(vol_tape_replay(&tape, in_dir("none"), NULL, &back, &err) == VOL_ENOINPUT);
}

/* What python3 -c 'gzip.compress(b"volpipe" * 3, mtime=0)' gives. */
static void test_inflate(void)
{
    static const unsigned char packed[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
                                           0x2b, 0xcb, 0xcf, 0x29, 0xc8, 0x2c, 0x48, 0x2d, 0x43, 0xa1,
                                           0x00, 0x97, 0x07, 0xc6, 0x8b, 0x15, 0x00, 0x00, 0x00};
    struct vol_buf out = VOL_BUF_INIT;

    UNIT(vol_inflate(packed, sizeof packed, 21, &out, NULL) == VOL_OK);
    UNIT_STR(out.data, "volpipevolpipevolpipe");
    vol_buf_clear(&out);
    UNIT(vol_inflate(packed, sizeof packed, 20, &out, NULL) == VOL_EPROTOCOL && out.len == 0);
    /* cut at every byte: never a whole answer */
    for (size_t n = 0; n < sizeof packed; n++)
        UNIT(vol_inflate(packed, n, 1000, &out, NULL) == VOL_EPROTOCOL && out.len == 0);
    vol_buf_free(&out);
}

int main(void)
{
    char clean[64];

    if (!UNIT(mkdtemp(dir) != NULL))
        return unit_done("net/tape");
    test_sha256();
    test_file();
    test_recording();
    test_inflate();
    snprintf(clean, sizeof clean, "rm -rf %s", dir);
    UNIT(system(clean) == 0);
    return unit_done("net/tape");
}
