#include "base/opt.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"

enum {
    LONG_BASE = 256,  /* getopt's value of table entry i is LONG_BASE + i: apart from every letter */
    HELP_COLUMN = 26, /* where the help sentences begin */
    HELP_WIDTH = 80
};

/* The tables of a set as getopt wants them. */
struct plan {
    const struct vol_opt **entry; /* headings left out */
    size_t n;
    struct option *longs;
    char *shorts;
    size_t *seen; /* how often each LIST was given */
};

/* ---- plan
 * --------------------------------------------------------------------------------------------------- */

static void plan_free(struct plan *plan)
{
    free(plan->entry);
    free(plan->longs);
    free(plan->shorts);
    free(plan->seen);
}

static bool has_value(const struct vol_opt *opt)
{
    return opt->type != VOL_OPT_FLAG;
}

/* The table ends with {0}; a flag is type 0, so that the end is told by its missing help and name. */
static bool is_end(const struct vol_opt *opt)
{
    return opt->name == NULL && opt->help == NULL && opt->letter == 0;
}

static size_t count_entries(const struct vol_opt_set *set)
{
    size_t n = 0, i;
    const struct vol_opt *opt;

    for (i = 0; i < set->n; i++)
        for (opt = set->table[i]; opt != NULL && !is_end(opt); opt++)
            n++;
    return n;
}

static enum vol_status plan_make(const struct vol_opt_set *set, struct plan *plan)
{
    size_t cap = count_entries(set), i;
    const struct vol_opt *opt;
    char *shorts;

    memset(plan, 0, sizeof *plan);
    plan->entry = calloc(cap + 1, sizeof *plan->entry);
    plan->longs = calloc(cap + 1, sizeof *plan->longs);
    plan->shorts = calloc(cap + 1, 2);
    plan->seen = calloc(cap + 1, sizeof *plan->seen);
    if (plan->entry == NULL || plan->longs == NULL || plan->shorts == NULL || plan->seen == NULL) {
        plan_free(plan);
        return VOL_EOS;
    }
    shorts = plan->shorts;
    *shorts++ = ':'; /* getopt tells a missing value apart from an unknown option */
    for (i = 0; i < set->n; i++) {
        for (opt = set->table[i]; opt != NULL && !is_end(opt); opt++) {
            if (opt->type == VOL_OPT_HEADING)
                continue;
            plan->entry[plan->n] = opt;
            plan->longs[plan->n].name = opt->name;
            plan->longs[plan->n].has_arg = has_value(opt) ? required_argument : no_argument;
            plan->longs[plan->n].val = LONG_BASE + (int)plan->n;
            plan->n++;
            if (opt->letter != 0) {
                *shorts++ = opt->letter;
                if (has_value(opt))
                    *shorts++ = ':';
            }
        }
    }
    return VOL_OK;
}

/* The entry of a value that getopt returned or left in optopt: a long option's number or a letter. */
static const struct vol_opt *plan_find(const struct plan *plan, int value, size_t *index)
{
    size_t i;

    for (i = 0; i < plan->n; i++) {
        if (value == LONG_BASE + (int)i || (value != 0 && value == plan->entry[i]->letter)) {
            *index = i;
            return plan->entry[i];
        }
    }
    return NULL;
}

/* ---- values
 * ------------------------------------------------------------------------------------------------- */

/* TEXT for a message: one line, of a bearable length. */
static const char *shown(const char *text, char out[100])
{
    size_t i;

    for (i = 0; i < 96 && text[i] != '\0'; i++)
        out[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i];
    memcpy(out + i, text[i] != '\0' ? "..." : "", text[i] != '\0' ? 4 : 1);
    return out;
}

static enum vol_status bad_range(const struct vol_opt *opt, const char *text, struct vol_error *err)
{
    char value[100], lo[VOL_NUM_MAX], hi[VOL_NUM_MAX];

    vol_num_print(lo, opt->lo, VOL_NUM_SHORTEST);
    vol_num_print(hi, opt->hi, VOL_NUM_SHORTEST);
    if (!(opt->hi < 1e15))
        return vol_error_set(err, VOL_EUSAGE, "--%s: must be at least %s, got %s", opt->name, lo,
                             shown(text, value));
    return vol_error_set(err, VOL_EUSAGE, "--%s: must be from %s to %s, got %s", opt->name, lo, hi,
                         shown(text, value));
}

static enum vol_status read_num(const struct vol_opt *opt, const char *text, double *x, struct vol_error *err)
{
    char value[100];

    if (vol_num_parse_loose(text, strlen(text), x) != VOL_OK)
        return vol_error_set(err, VOL_EUSAGE, "--%s: not a number: \"%s\"", opt->name, shown(text, value));
    return *x >= opt->lo && *x <= opt->hi ? VOL_OK : bad_range(opt, text, err);
}

static enum vol_status read_int(const struct vol_opt *opt, const char *text, int64_t *x,
                                struct vol_error *err)
{
    char value[100];

    if (vol_num_parse_int(text, strlen(text), x) != VOL_OK)
        return vol_error_set(err, VOL_EUSAGE, "--%s: not a whole number: \"%s\"", opt->name,
                             shown(text, value));
    return (double)*x >= opt->lo && (double)*x <= opt->hi ? VOL_OK : bad_range(opt, text, err);
}

static enum vol_status read_size(const struct vol_opt *opt, const char *text, int64_t *x,
                                 struct vol_error *err)
{
    static const char units[] = "kMG";
    size_t n = strlen(text);
    const char *unit = n > 0 && text[n - 1] != '\0' ? strchr(units, text[n - 1]) : NULL;
    int shift = unit != NULL ? 10 * (int)(unit - units + 1) : 0;
    char value[100];

    if (vol_num_parse_int(text, unit != NULL ? n - 1 : n, x) != VOL_OK || *x < 0)
        return vol_error_set(err, VOL_EUSAGE, "--%s: not a size: \"%s\" (bytes, with k, M or G behind)",
                             opt->name, shown(text, value));
    if (*x > INT64_MAX >> shift)
        return bad_range(opt, text, err);
    *x = *x << shift;
    return (double)*x >= opt->lo && (double)*x <= opt->hi ? VOL_OK : bad_range(opt, text, err);
}

static bool is_word(const char *words, const char *text)
{
    size_t n = strlen(text), len;
    const char *w;

    for (w = words;; w += len + 1) {
        len = strcspn(w, "|");
        if (len == n && memcmp(w, text, n) == 0)
            return true;
        if (w[len] == '\0')
            return false;
    }
}

/* "a|b|c" as "a, b or c". */
static void list_words(const char *words, char *out, size_t size)
{
    size_t n = 0, len;
    const char *w, *join;

    out[0] = '\0';
    for (w = words;; w += len + 1) {
        len = strcspn(w, "|");
        join = w == words ? "" : strchr(w, '|') == NULL ? " or " : ", ";
        if (n + strlen(join) + len + 1 > size)
            return;
        memcpy(out + n, join, strlen(join));
        n += strlen(join);
        memcpy(out + n, w, len);
        n += len;
        out[n] = '\0';
        if (w[len] == '\0')
            return;
    }
}

static enum vol_status read_word(const struct vol_opt *opt, const char *text, struct vol_error *err)
{
    char value[100], words[256];

    if (is_word(opt->words, text))
        return VOL_OK;
    list_words(opt->words, words, sizeof words);
    return vol_error_set(err, VOL_EUSAGE, "--%s: expected %s, got \"%s\"", opt->name, words,
                         shown(text, value));
}

static enum vol_status add_to_list(const struct vol_opt *opt, const char *text, bool store, size_t *seen,
                                   struct vol_error *err)
{
    struct vol_opt_list *list = opt->value;

    if (store) {
        list->value[list->n++] = text;
        return VOL_OK;
    }
    if (list->n + ++*seen > VOL_OPT_LIST_MAX)
        return vol_error_set(err, VOL_EUSAGE, "--%s: given more than %d times", opt->name, VOL_OPT_LIST_MAX);
    return VOL_OK;
}

/* Check TEXT as the value of OPT, and store it when STORE. */
static enum vol_status take(const struct vol_opt *opt, const char *text, bool store, size_t *seen,
                            struct vol_error *err)
{
    enum vol_status status = VOL_OK;
    double x = 0;
    int64_t i = 0;

    switch (opt->type) {
    case VOL_OPT_FLAG:
        if (store)
            *(int *)opt->value = 1;
        return VOL_OK;
    case VOL_OPT_NUM:
        status = read_num(opt, text, &x, err);
        if (status == VOL_OK && store)
            *(double *)opt->value = x;
        return status;
    case VOL_OPT_INT:
    case VOL_OPT_SIZE:
        status = opt->type == VOL_OPT_INT ? read_int(opt, text, &i, err) : read_size(opt, text, &i, err);
        if (status == VOL_OK && store)
            *(int64_t *)opt->value = i;
        return status;
    case VOL_OPT_LIST:
        return add_to_list(opt, text, store, seen, err);
    case VOL_OPT_ENUM:
        status = read_word(opt, text, err);
        break;
    case VOL_OPT_STR:
    case VOL_OPT_FILE:
    case VOL_OPT_HEADING:
        break;
    }
    if (status == VOL_OK && store)
        *(const char **)opt->value = text;
    return status;
}

/* ---- parsing
 * ------------------------------------------------------------------------------------------------ */

/* Why getopt returned '?': WORD is the argument that it was looking at. */
static enum vol_status unknown(const struct plan *plan, const char *word, struct vol_error *err)
{
    char value[100], name[100];
    size_t len, i, n_matches = 0;
    const struct vol_opt *opt = plan_find(plan, optopt, &i);

    if (opt != NULL && optopt >= LONG_BASE)
        return vol_error_set(err, VOL_EUSAGE, "--%s: takes no value", opt->name);
    if (optopt != 0) {
        char letter[2] = {(char)optopt, '\0'};

        return vol_error_set(err, VOL_EUSAGE, "unknown option -%s", shown(letter, value));
    }
    shown(word, name);
    len = strcspn(name, "=");
    name[len] = '\0';
    for (i = 0; len > 2 && i < plan->n; i++)
        if (strncmp(plan->entry[i]->name, name + 2, len - 2) == 0)
            n_matches++;
    return vol_error_set(err, VOL_EUSAGE, "%s option %s", n_matches > 1 ? "ambiguous" : "unknown", name);
}

/* One walk over ARGV: the first checks, so that a wrong line leaves every value as it was; the second stores.
 */
static enum vol_status walk(const struct plan *plan, int argc, char **argv, bool store, struct vol_error *err)
{
    const struct vol_opt *opt;
    size_t index;
    enum vol_status status;
    int c;

    optind = 0; /* glibc: forget the walk before, also in the middle of a cluster of letters */
    opterr = 0;
    while ((c = getopt_long(argc, argv, plan->shorts, plan->longs, NULL)) != -1) {
        if (c == '?')
            return unknown(plan, argv[optind - 1], err);
        opt = plan_find(plan, c == ':' ? optopt : c, &index);
        if (opt == NULL)
            return vol_error_set(err, VOL_EINTERNAL, "getopt returned %d", c);
        if (c == ':')
            return vol_error_set(err, VOL_EUSAGE, "--%s: needs a value (%s)", opt->name, opt->arg);
        status = take(opt, optarg, store, &plan->seen[index], err);
        if (status != VOL_OK)
            return status;
    }
    return VOL_OK;
}

enum vol_status vol_opt_parse(const struct vol_opt_set *set, int argc, char **argv, int *operand,
                              struct vol_error *err)
{
    struct plan plan;
    enum vol_status status;
    int saved_optind = optind, saved_opterr = opterr, saved_optopt = optopt;
    char *saved_optarg = optarg;

    if (plan_make(set, &plan) != VOL_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    status = walk(&plan, argc, argv, false, err);
    if (status == VOL_OK)
        status = walk(&plan, argc, argv, true, err);
    if (status == VOL_OK)
        *operand = optind;
    optind = saved_optind;
    opterr = saved_opterr;
    optopt = saved_optopt;
    optarg = saved_optarg;
    plan_free(&plan);
    return status;
}

/* ---- help and list
 * ------------------------------------------------------------------------------------------ */

/* Columns of TEXT[0..N): UTF-8 continuation bytes take none. */
static size_t columns(const char *text, size_t n)
{
    size_t i, width = 0;

    for (i = 0; i < n; i++)
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            width++;
    return width;
}

static enum vol_status add_spaces(struct vol_buf *out, size_t n)
{
    while (n-- > 0)
        if (vol_buf_add_char(out, ' ') != VOL_OK)
            return VOL_EOS;
    return VOL_OK;
}

/* Append TEXT, wrapped between HELP_COLUMN and HELP_WIDTH; AT is the column that the line has reached. */
static enum vol_status add_wrapped(struct vol_buf *out, const char *text, size_t at)
{
    enum vol_status status = VOL_OK;
    const char *word = text;

    while (*word != '\0' && status == VOL_OK) {
        size_t len = strcspn(word, " "), width = columns(word, len);
        size_t gap = at <= HELP_COLUMN ? (at < HELP_COLUMN ? HELP_COLUMN - at : 0) : 1;

        if (at > HELP_COLUMN && at + 1 + width > HELP_WIDTH) {
            status = vol_buf_add_char(out, '\n');
            at = 0;
            gap = HELP_COLUMN;
        }
        if (status == VOL_OK)
            status = add_spaces(out, gap);
        if (status == VOL_OK)
            status = vol_buf_add(out, word, len);
        at += gap + width;
        word += len;
        word += strspn(word, " ");
    }
    return status == VOL_OK ? vol_buf_add_char(out, '\n') : status;
}

static enum vol_status add_option_help(const struct vol_opt *opt, struct vol_buf *out)
{
    size_t start = out->len, at;
    enum vol_status status;

    if (opt->letter != 0)
        status = vol_buf_addf(out, "  -%c, --%s", opt->letter, opt->name);
    else
        status = vol_buf_addf(out, "      --%s", opt->name);
    if (status == VOL_OK && has_value(opt))
        status = vol_buf_addf(out, " %s", opt->arg);
    at = columns(out->data + start, out->len - start);
    if (status == VOL_OK && at + 2 > HELP_COLUMN) {
        status = vol_buf_add_char(out, '\n');
        at = 0;
    }
    return status == VOL_OK ? add_wrapped(out, opt->help, at) : status;
}

enum vol_status vol_opt_help(const struct vol_opt_set *set, struct vol_buf *out)
{
    size_t i, old = out->len;
    const struct vol_opt *opt;
    enum vol_status status;

    for (i = 0; i < set->n; i++) {
        for (opt = set->table[i]; opt != NULL && !is_end(opt); opt++) {
            if (opt->type == VOL_OPT_HEADING)
                status = vol_buf_addf(out, "%s%s:\n", out->len > 0 ? "\n" : "", opt->help);
            else
                status = add_option_help(opt, out);
            if (status != VOL_OK)
                goto fail;
        }
    }
    return VOL_OK;
fail:
    out->len = old;
    if (out->cap > 0)
        out->data[old] = '\0';
    return VOL_EOS;
}

enum vol_status vol_opt_list(const struct vol_opt_set *set, struct vol_buf *out)
{
    static const char *const types[] = {"flag", "str", "file", "num", "int", "size", "enum", "list"};
    size_t i, old = out->len;
    const struct vol_opt *opt;

    for (i = 0; i < set->n; i++) {
        for (opt = set->table[i]; opt != NULL && !is_end(opt); opt++) {
            char letter[3] = {'-', opt->letter, '\0'};
            const char *value = opt->type == VOL_OPT_ENUM ? opt->words : has_value(opt) ? opt->arg : "-";

            if (opt->type == VOL_OPT_HEADING)
                continue;
            if (vol_buf_addf(out, "%s\t--%s\t%s\t%s\t%s\n", letter, opt->name, types[opt->type], value,
                             opt->help) != VOL_OK) {
                out->len = old;
                if (out->cap > 0)
                    out->data[old] = '\0';
                return VOL_EOS;
            }
        }
    }
    return VOL_OK;
}
