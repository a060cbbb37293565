/* What the names of files say. */
#include "source/pattern.h"

#include "unit.h"

/* The parts of NAME by PATTERN joined with `;`, or "no". */
static const char *parts_of(const char *pattern, const char *name)
{
    static char out[200];
    struct vol_csv_cell names[VOL_PATTERN_MAX], parts[VOL_PATTERN_MAX];
    size_t n = vol_pattern_names(pattern, names), at = 0;

    if (!vol_pattern_match(pattern, name, parts))
        return "no";
    out[0] = '\0';
    for (size_t i = 0; i < n; i++)
        at += (size_t)snprintf(out + at, sizeof out - at, "%.*s=%.*s;", (int)names[i].len, names[i].text,
                               (int)parts[i].len, parts[i].text);
    return out;
}

static const struct {
    const char *pattern, *name, *parts;
} cases[] = {
    {"{symbol}.csv", "spy.csv", "{symbol}=spy;"},
    {"{symbol}.csv", "/a/b.csv/spy.csv", "{symbol}=spy;"},
    {"{symbol}.csv", "spy.csv.gz", "{symbol}=spy;"},
    {"{symbol}.csv", "spy.csv.zst", "{symbol}=spy;"},
    {"{symbol}.csv", "spy.csv.bz2", "no"},
    {"{symbol}.csv", ".csv", "no"},
    {"{symbol}.csv", "spy.txt", "no"},
    {"{root}_quote_{}_{type}_{strike}_{expiration}.csv", "aapl_quote_american_call_4300000_20230901.csv",
     "{root}=aapl;{type}=call;{strike}=4300000;{expiration}=20230901;"},
    {"{root}_quote_{}_{type}_{strike}_{expiration}.csv", "aapl_quote_american_call_4300000.csv", "no"},
    {"day-{d}", "day-1", "{d}=1;"},
    {"day-{d}", "day-", "no"},
    {"day-{d}", "da", "no"},
    {"{}x", "aax", ""},
    {"{a}.{b}", "x.y.z", "{a}=x;{b}=y.z;"},
    {"plain", "plain", ""},
    {"plain", "plainer", "no"},
    {"", "", ""},
};

static const char *const bad[] = {"{a",     "a}",    "{a{b}}",
                                  "{a}{b}", "{}{b}", "{1}.{2}.{3}.{4}.{5}.{6}.{7}.{8}.{9}"};

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        UNIT(vol_pattern_check(cases[i].pattern, NULL) == VOL_OK);
        UNIT_STR(parts_of(cases[i].pattern, cases[i].name), cases[i].parts);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (!UNIT(vol_pattern_check(bad[i], NULL) == VOL_ECONFIG))
            printf("    %s\n", bad[i]);
    UNIT(vol_pattern_check("{1}.{2}.{3}.{4}.{5}.{6}.{7}.{8}.{}", NULL) == VOL_OK);
    return unit_done("source/pattern");
}
