/* fuzz.h: a fuzzer is one function of bytes that aborts on a wrong answer.
 *
 * With VOL_LIBFUZZER it is linked with clang's libFuzzer. Without, `fuzz_x SECONDS FILE…` runs every file of
 * the corpus, then mutates them for so long (0: not at all), from a fixed seed; one process, no coverage
 * guidance.
 */
#ifndef VOL_TESTS_FUZZ_H
#define VOL_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_CHECK(condition)                                                       \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                \
        }                                                                           \
    } while (0)

#ifndef VOL_LIBFUZZER

#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { FUZZ_SIZE_MAX = 4096, FUZZ_FILES_MAX = 4096 };

static uint64_t fuzz_state = UINT64_C(88172645463325252);

static inline size_t fuzz_random(size_t n)
{
    fuzz_state ^= fuzz_state << 13;
    fuzz_state ^= fuzz_state >> 7;
    fuzz_state ^= fuzz_state << 17;
    return (size_t)((fuzz_state >> 16) % n);
}

/* Change BYTES[0..N) in one to four places; returns the new length. */
static inline size_t fuzz_mutate(uint8_t *bytes, size_t n)
{
    static const char *const pieces[] = {
        "\"", "\\",   "{",        "}",    ",",    ":",   "1e400",
        "-0", "null", "\\u0000",  "\xff", "\r\n", "0.1", "[",
        "]]", "true", "\"bid\":", "1e-9", "\n",   "\t",  "99999999999999999999"};
    size_t rounds = 1 + fuzz_random(4);

    while (rounds-- > 0) {
        size_t at = n > 0 ? fuzz_random(n) : 0;
        const char *piece = pieces[fuzz_random(sizeof pieces / sizeof pieces[0])];
        size_t len = strlen(piece);

        switch (fuzz_random(4)) {
        case 0:
            if (n > 0)
                bytes[at] = (uint8_t)(bytes[at] ^ (1u << fuzz_random(8)));
            break;
        case 1:
            if (n + len <= FUZZ_SIZE_MAX) {
                memmove(bytes + at + len, bytes + at, n - at);
                memcpy(bytes + at, piece, len);
                n += len;
            }
            break;
        case 2:
            if (n > 0) {
                len = 1 + fuzz_random(n - at < 8 ? n - at : 8);
                memmove(bytes + at, bytes + at + len, n - at - len);
                n -= len;
            }
            break;
        default:
            if (n > 0)
                bytes[at] = (uint8_t)fuzz_random(256);
        }
    }
    return n;
}

static const uint8_t *fuzz_input;
static size_t fuzz_input_size;

/* The input that made us abort goes to a file, to become part of the corpus with the fix. */
static void fuzz_keep(int signal_number)
{
    int fd = open("fuzz-failure", O_WRONLY | O_CREAT | O_TRUNC, 0666);

    (void)signal_number;
    if (fd < 0 || write(fd, fuzz_input, fuzz_input_size) < 0)
        _exit(71);
    _exit(70);
}

static inline void fuzz_one(const uint8_t *bytes, size_t n)
{
    fuzz_input = bytes;
    fuzz_input_size = n;
    LLVMFuzzerTestOneInput(bytes, n);
}

int main(int argc, char **argv)
{
    static uint8_t *file[FUZZ_FILES_MAX], bytes[FUZZ_SIZE_MAX];
    static size_t size[FUZZ_FILES_MAX];
    double seconds = argc > 1 ? atof(argv[1]) : 0;
    time_t until = time(NULL) + (time_t)seconds;
    size_t n_files = 0, n, i;
    unsigned long runs = 0;

    signal(SIGABRT, fuzz_keep);
    for (i = 2; i < (size_t)argc && n_files < FUZZ_FILES_MAX; i++) {
        FILE *f = fopen(argv[i], "rb");

        if (f == NULL || (file[n_files] = malloc(FUZZ_SIZE_MAX)) == NULL) {
            fprintf(stderr, "%s: cannot be read\n", argv[i]);
            return 66;
        }
        size[n_files] = fread(file[n_files], 1, FUZZ_SIZE_MAX, f);
        fclose(f);
        fuzz_one(file[n_files], size[n_files]);
        n_files++;
        runs++;
    }
    while (n_files > 0 && seconds > 0 && time(NULL) < until)
        for (i = 0; i < 1000; i++) {
            size_t from = fuzz_random(n_files);

            memcpy(bytes, file[from], size[from]);
            n = fuzz_mutate(bytes, size[from]);
            fuzz_one(bytes, n);
            runs++;
        }
    for (i = 0; i < n_files; i++)
        free(file[i]);
    printf("%lu inputs, no fault\n", runs);
    return n_files == 0;
}

#endif
#endif
