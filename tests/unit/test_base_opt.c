#include "base/opt.h"

#include <getopt.h>
#include <stdlib.h>

#include "unit.h"

static int quiet;
static const char *to, *path, *text;
static double strikes;
static int64_t precision, max_line;
static struct vol_opt_list only;

static const struct vol_opt own[] = {
    {VOL_OPT_HEADING, 0, NULL, NULL, NULL, NULL, 0, 0, "Model"},
    {VOL_OPT_NUM, 's', "strikes", "N", &strikes, NULL, 0, 1e300,
     "how far from the forward strikes are kept, in standard deviations of the log-moneyness (default 2.5)"},
    {VOL_OPT_FILE, 0, "rates", "FILE", &path, NULL, 0, 0, "rate records"},
    {VOL_OPT_STR, 0, "a-name-that-leaves-no-room", "TEXT", &text, NULL, 0, 0, "text"},
    {0},
};
static const struct vol_opt common[] = {
    {VOL_OPT_HEADING, 0, NULL, NULL, NULL, NULL, 0, 0, "Common"},
    {VOL_OPT_ENUM, 0, "to", "FORMAT", &to, "ndjson|csv", 0, 0, "output format"},
    {VOL_OPT_INT, 'p', "precision", "N", &precision, NULL, 1, 17, "significant digits"},
    {VOL_OPT_SIZE, 0, "max-line", "SIZE", &max_line, NULL, 1, 1e12, "longest line"},
    {VOL_OPT_LIST, 0, "only", "KIND", &only, NULL, 0, 0, "kinds that leave"},
    {VOL_OPT_FLAG, 'q', "quiet", NULL, &quiet, NULL, 0, 0, "no notes"},
    {VOL_OPT_FLAG, 0, "quirk", NULL, &quiet, NULL, 0, 0, "an option whose name begins like another"},
    {0},
};
static const struct vol_opt_set set = {{own, common}, 2};

static void reset(void)
{
    quiet = 0;
    to = "ndjson";
    path = text = NULL;
    strikes = 2.5;
    precision = 10;
    max_line = 1 << 20;
    only.n = 0;
}

enum { ARGS_MAX = 80 };

/* Parse LINE, split at blanks ('_' stands for a blank within a word). */
static char line_copy[2048];
static char *args[ARGS_MAX + 1];
static int n_args, operand;
static struct vol_error err;

static enum vol_status parse(const char *line)
{
    char *word, *save = NULL, *c;

    snprintf(line_copy, sizeof line_copy, "%s", line);
    n_args = 0;
    args[n_args++] = (char *)"tool";
    for (word = strtok_r(line_copy, " ", &save); word != NULL && n_args < ARGS_MAX;
         word = strtok_r(NULL, " ", &save)) {
        for (c = word; *c != '\0'; c++)
            *c = *c == '_' ? ' ' : *c;
        args[n_args++] = word;
    }
    args[n_args] = NULL;
    operand = -1;
    err.text[0] = '\0';
    return vol_opt_parse(&set, n_args, args, &operand, &err);
}

static void test_values(void)
{
    reset();
    UNIT(parse("") == VOL_OK);
    UNIT(operand == 1 && quiet == 0 && strikes == 2.5);

    UNIT(parse("-q -s 1.25 --to csv --precision=17 --max-line 4k --rates r.ndjson a b") == VOL_OK);
    UNIT(quiet == 1);
    UNIT(strikes == 1.25);
    UNIT_STR(to, "csv");
    UNIT(precision == 17);
    UNIT(max_line == 4096);
    UNIT_STR(path, "r.ndjson");
    UNIT(operand == n_args - 2);
    UNIT_STR(args[operand], "a");

    reset();
    UNIT(parse("a -qs.5 - --max-line=3G --prec 1 -- -q") == VOL_OK);
    UNIT(quiet == 1 && strikes == .5 && max_line == INT64_C(3) << 30 && precision == 1);
    UNIT(n_args - operand == 3); /* a, - and the -q behind -- */
    UNIT_STR(args[operand], "a");
    UNIT_STR(args[operand + 1], "-");
    UNIT_STR(args[operand + 2], "-q");

    reset();
    UNIT(parse("--only quote --only=bar --only snap,rate") == VOL_OK);
    UNIT(only.n == 3);
    UNIT_STR(only.value[0], "quote");
    UNIT_STR(only.value[2], "snap,rate");
    UNIT(parse("-s 0") == VOL_OK && strikes == 0);
    UNIT(parse("--max-line 7M") == VOL_OK && max_line == 7 << 20);
}

static void expect_error(const char *line, const char *words)
{
    reset();
    UNIT(parse(line) == VOL_EUSAGE);
    UNIT_STR(err.text, words);
    UNIT(err.status == VOL_EUSAGE);
    UNIT(operand == -1);
    /* a wrong line changes nothing, also what stood before the fault */
    UNIT(quiet == 0 && strikes == 2.5 && precision == 10 && max_line == 1 << 20 && only.n == 0 &&
         path == NULL);
    UNIT_STR(to, "ndjson");
}

static void test_errors(void)
{
    char line[1024] = "";
    int i;

    expect_error("-q --foo", "unknown option --foo");
    expect_error("-q --foo=3", "unknown option --foo");
    expect_error("-s 1 -x", "unknown option -x");
    expect_error("-qx", "unknown option -x");
    expect_error("-q --qui", "ambiguous option --qui");
    expect_error("-q --strikes abc", "--strikes: not a number: \"abc\"");
    expect_error("-q -s abc", "--strikes: not a number: \"abc\"");
    expect_error("-s nan", "--strikes: not a number: \"nan\"");
    expect_error("-s inf", "--strikes: not a number: \"inf\"");
    expect_error("-s 0x10", "--strikes: not a number: \"0x10\"");
    expect_error("-s 1e999", "--strikes: not a number: \"1e999\"");
    expect_error("-s -1", "--strikes: must be at least 0, got -1");
    expect_error("-q --to xml", "--to: expected ndjson or csv, got \"xml\"");
    expect_error("--to=", "--to: expected ndjson or csv, got \"\"");
    expect_error("--to ndjson|csv", "--to: expected ndjson or csv, got \"ndjson|csv\"");
    expect_error("-q -p 18", "--precision: must be from 1 to 17, got 18");
    expect_error("-p 1.5", "--precision: not a whole number: \"1.5\"");
    expect_error("-p 99999999999999999999", "--precision: not a whole number: \"99999999999999999999\"");
    expect_error("--max-line 10x", "--max-line: not a size: \"10x\" (bytes, with k, M or G behind)");
    expect_error("--max-line k", "--max-line: not a size: \"k\" (bytes, with k, M or G behind)");
    expect_error("--max-line -4k", "--max-line: not a size: \"-4k\" (bytes, with k, M or G behind)");
    expect_error("--max-line 0", "--max-line: must be from 1 to 1000000000000, got 0");
    expect_error("--max-line 9223372036854775807G",
                 "--max-line: must be from 1 to 1000000000000, got 9223372036854775807G");
    expect_error("-q --rates", "--rates: needs a value (FILE)");
    expect_error("-q -s", "--strikes: needs a value (N)");
    expect_error("--quiet=yes", "--quiet: takes no value");
    expect_error("--to a\nb", "--to: expected ndjson or csv, got \"a?b\"");

    for (i = 0; i <= VOL_OPT_LIST_MAX; i++)
        strcat(line, "--only=x ");
    expect_error(line, "--only: given more than 32 times");
}

static void test_getopt_state(void)
{
    optind = 7;
    opterr = 1;
    reset();
    UNIT(parse("-qs") == VOL_EUSAGE); /* stops inside a cluster of letters */
    UNIT(parse("-q a") == VOL_OK);    /* which the next walk must not see */
    UNIT(quiet == 1 && operand == 2);
    UNIT(optind == 7 && opterr == 1);
    UNIT(vol_opt_parse(&set, n_args, args, &operand, NULL) == VOL_OK);
    UNIT(parse("--no") == VOL_EUSAGE);
    UNIT(vol_opt_parse(&set, n_args, args, &operand, NULL) == VOL_EUSAGE);
}

static void test_help(void)
{
    struct vol_buf out = VOL_BUF_INIT;
    const char *p;

    UNIT(vol_opt_help(&set, &out) == VOL_OK);
    UNIT_STR(out.data, "Model:\n"
                       "  -s, --strikes N         how far from the forward strikes are kept, in standard\n"
                       "                          deviations of the log-moneyness (default 2.5)\n"
                       "      --rates FILE        rate records\n"
                       "      --a-name-that-leaves-no-room TEXT\n"
                       "                          text\n"
                       "\n"
                       "Common:\n"
                       "      --to FORMAT         output format\n"
                       "  -p, --precision N       significant digits\n"
                       "      --max-line SIZE     longest line\n"
                       "      --only KIND         kinds that leave\n"
                       "  -q, --quiet             no notes\n"
                       "      --quirk             an option whose name begins like another\n");
    for (p = out.data; *p != '\0'; p += strcspn(p, "\n") + 1)
        UNIT(strcspn(p, "\n") <= 80);
    vol_buf_free(&out);
}

static void test_list(void)
{
    struct vol_buf out = VOL_BUF_INIT;

    UNIT(vol_buf_add_str(&out, "before\n") == VOL_OK);
    UNIT(vol_opt_list(&set, &out) == VOL_OK);
    UNIT(strncmp(out.data, "before\n-s\t--strikes\tnum\tN\thow far", 33) == 0);
    UNIT(strstr(out.data, "\n-\t--rates\tfile\tFILE\trate records\n") != NULL);
    UNIT(strstr(out.data, "\n-\t--to\tenum\tndjson|csv\toutput format\n") != NULL);
    UNIT(strstr(out.data, "\n-q\t--quiet\tflag\t-\tno notes\n") != NULL);
    UNIT(strstr(out.data, "\n-\t--only\tlist\tKIND\t") != NULL);
    UNIT(strstr(out.data, "Model") == NULL);
    vol_buf_free(&out);
}

int main(void)
{
    test_values();
    test_errors();
    test_getopt_state();
    test_help();
    test_list();
    return unit_done("base/opt");
}
