/* error.h: the status of a call and the words that explain it.
 *
 * Every library function that can fail returns an enum vol_status and leaves its outputs untouched when the
 * status is not VOL_OK. The numbers are the exit statuses of the tools (volpipe(7), EXIT STATUS), so that a
 * tool exits with the status that the library gave it. A function that has words to add takes a struct
 * vol_error of the caller's; a null pointer means that the caller does not want the words.
 */
#ifndef VOL_BASE_ERROR_H
#define VOL_BASE_ERROR_H

/* A limit test written as !(x <= limit) must refuse a NaN; these modes let it through (reliability: R1). */
#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ > 0)
#error "volpipe must not be built with -ffast-math, -Ofast or -ffinite-math-only: NaN would pass the limits"
#endif

enum vol_status {
    VOL_END = -1,          /* no more records: the end of a loop, never an exit status */
    VOL_OK = 0,            /* done */
    VOL_NO = 1,            /* the answer to a yes/no question is no */
    VOL_EUSAGE = 64,       /* the command line is wrong */
    VOL_EDATA = 65,        /* some input was malformed */
    VOL_ENOINPUT = 66,     /* no input, or it was cut short */
    VOL_EUNAVAILABLE = 69, /* a vendor or venue is unavailable */
    VOL_EINTERNAL = 70,    /* a bug in volpipe */
    VOL_EOS = 71,          /* out of memory, or the operating system refused */
    VOL_ECREATE = 73,      /* an output file cannot be created */
    VOL_EIO = 74,          /* a read or write failed */
    VOL_ETEMP = 75,        /* try again later */
    VOL_EPROTOCOL = 76,    /* the other side broke the protocol */
    VOL_EPERM = 77,        /* permission or credentials */
    VOL_ECONFIG = 78       /* a configuration is wrong */
};

struct vol_error {
    enum vol_status status;
    char text[504]; /* one line, no line end, empty when there is nothing to say */
};

/* Store STATUS and the formatted words in ERR (when not null) and return STATUS. Words too long are cut. */
enum vol_status vol_error_set(struct vol_error *err, enum vol_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Put "PREFIX: " before the words that ERR already holds, for a caller that knows the place (file, line). */
void vol_error_prefix(struct vol_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

enum { VOL_ERROR_WORDS_MAX = 96 };

/* What errno NUMBER means, in OUT (strerror keeps the words in a buffer that all threads share). Returns OUT.
 */
const char *vol_error_words(int number, char out[VOL_ERROR_WORDS_MAX]);

#endif
