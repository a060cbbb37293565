/* opt.h: one table of options per tool, from which come the parser, --help, the man synopsis and the
 * completion.
 *
 * The syntax is POSIX short options and GNU long ones (getopt_long); `--` ends the options and `-` is an
 * operand. A table ends with {0}. Text values point into argv and live as long as it does.
 */
#ifndef VOL_BASE_OPT_H
#define VOL_BASE_OPT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/buf.h"

enum vol_opt_type {
    VOL_OPT_FLAG,   /* int: set to 1 */
    VOL_OPT_STR,    /* const char *: any text */
    VOL_OPT_FILE,   /* const char *: a path (completed as one) */
    VOL_OPT_NUM,    /* double in [lo, hi] */
    VOL_OPT_INT,    /* int64_t in [lo, hi] */
    VOL_OPT_SIZE,   /* int64_t in [lo, hi]: bytes, with k, M or G for powers of 1024 */
    VOL_OPT_ENUM,   /* const char *: one of `words` ("ndjson|csv") */
    VOL_OPT_LIST,   /* struct vol_opt_list: may be given several times; each value is kept */
    VOL_OPT_HEADING /* no option: a heading of the help text, in `help` */
};

enum { VOL_OPT_LIST_MAX = 32 };

struct vol_opt_list {
    const char *value[VOL_OPT_LIST_MAX];
    size_t n;
};

struct vol_opt {
    enum vol_opt_type type;
    char letter;       /* short option, or 0 */
    const char *name;  /* long option without the dashes */
    const char *arg;   /* name of the value in the help text ("FILE"); null for a flag */
    void *value;       /* where it is stored; holds the default before parsing */
    const char *words; /* VOL_OPT_ENUM: the words, separated by `|` */
    double lo, hi;     /* VOL_OPT_NUM, _INT and _SIZE: the closed range */
    const char *help;  /* one sentence without the full stop; the default is part of the sentence */
};

#define VOL_OPT_SET_MAX 4

/* The tables of one tool, in the order of the help text: its own, then the common ones. */
struct vol_opt_set {
    const struct vol_opt *table[VOL_OPT_SET_MAX];
    size_t n;
};

/* Parse ARGV[1..]; a wrong line changes no value. Long names may be cut short while they stay unambiguous.
 * getopt's globals are used and put back: one call at a time. *OPERAND becomes the index of the first operand
 * (argv is permuted as GNU getopt does). VOL_EUSAGE with words for an unknown option, a missing or a bad
 * value. */
enum vol_status vol_opt_parse(const struct vol_opt_set *set, int argc, char **argv, int *operand,
                              struct vol_error *err);

/* Append the help lines of the options (a line each, wrapped at 80 columns), as --help prints them. */
enum vol_status vol_opt_help(const struct vol_opt_set *set, struct vol_buf *out);

/* Append a line per option for programs: `-l<TAB>--name<TAB>type<TAB>words or value name<TAB>help`, with `-`
 * where there is no letter or no value; type is flag, str, file, num, int, size, enum or list. The source of
 * the completions and of the check that a man page names every option. */
enum vol_status vol_opt_list(const struct vol_opt_set *set, struct vol_buf *out);

#endif
