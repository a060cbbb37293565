/* The oracle is the C library: strtod for reading, printf for writing. */
#include "base/num.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>

#include "unit.h"

enum { ROUNDS = 60000 };

/* xorshift64*: the same numbers on every run. */
static uint64_t random_state = UINT64_C(0x9E3779B97F4A7C15);

static uint64_t random_bits(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * UINT64_C(0x2545F4914F6CDD1D);
}

static uint64_t random_below(uint64_t n)
{
    return random_bits() % n;
}

static double from_bits(uint64_t bits)
{
    double x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

static int same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* ---- reading
 * ------------------------------------------------------------------------------------------------ */

static void check_read(const char *text)
{
    double x = -1, y = strtod(text, NULL);
    enum vol_status status = vol_num_parse(text, strlen(text), &x);

    if (isinf(y) ? !(status == VOL_NO && x == -1) : !(status == VOL_OK && same(x, y))) {
        UNIT(0 && "read as strtod reads");
        printf("    %s: status %d, %a; strtod %a\n", text, status, x, y);
    } else {
        unit_passed++;
    }
}

static void test_read_table(void)
{
    static const char *const texts[] = {
        "0",
        "-0",
        "0.0",
        "-0.0e5",
        "0e999999999999",
        "1",
        "-1",
        "0.1",
        "0.2",
        "0.3",
        "2950.25",
        "12.719",
        "1e22",
        "1e23",
        "1e-22",
        "1e-23",
        "9007199254740991",
        "9007199254740992",
        "9007199254740993",
        "9007199254740993.0",
        "9007199254740993.00000000000000000000000000000000000001",
        "9007199254740995",
        "18446744073709551615",
        "18446744073709551616",
        "9999999999999999999",
        "99999999999999999999",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "1e308",
        "1e309",
        "1e400",
        "-1e400",
        "2.2250738585072014e-308",
        "2.2250738585072011e-308",
        "2.2250738585072012e-308",
        "4.9e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "5e-324",
        "1e-400",
        "-1e-400",
        "1e-99999999999",
        "123456789012345678901234567890",
        "0.000000000000000000000000000001234567890123456789",
        "7.2057594037927933e16",
        "0.500000000000000166533453693773481063544750213623046875",
        "3.518437208883201171875e13",
        "62.5364939768271845828",
        "8.10109172351e-10",
        "1.50000000000000011102230246251565",
        "1E+2",
        "1e+02",
        "1e-0",
        ("2.2250738585072012345678901234567890123456789012345678901234567890123456789012345678901234567890"
         "12345678901234567890123456789012345678901234567890123456789e-308")};
    size_t i;

    for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
        check_read(texts[i]);
}

/* Halfway cases: the exact decimal middle of two neighbours, and one unit in the last digit beside it. */
static void test_read_halfway(void)
{
    char text[64];
    int i;

    for (i = 0; i < ROUNDS / 6; i++) {
        /* 2^53 <= m < 2^54 has neighbours 2 apart, so that an odd integer lies halfway. */
        uint64_t m = (UINT64_C(1) << 53) + random_below(UINT64_C(1) << 53);

        snprintf(text, sizeof text, "%llu", (unsigned long long)(m | 1));
        check_read(text);
        snprintf(text, sizeof text, "%llu.%s1", (unsigned long long)(m | 1),
                 i % 2 ? "000000000000000000" : "0");
        check_read(text);
        snprintf(text, sizeof text, "%lluE-%d", (unsigned long long)m, i % 28);
        check_read(text);
    }
}

static void random_decimal(char *text, size_t size)
{
    int whole = (int)random_below(20), fraction = (int)random_below(20), n = 0, i;

    if (random_below(4) == 0)
        text[n++] = '-';
    text[n++] = (char)(whole == 0 ? '0' : '1' + (int)random_below(9));
    for (i = 1; i < whole; i++)
        text[n++] = (char)('0' + random_below(10));
    if (fraction > 0) {
        text[n++] = '.';
        for (i = 0; i < fraction; i++)
            text[n++] = (char)('0' + random_below(10));
    }
    text[n] = '\0';
    if (random_below(3) == 0)
        snprintf(text + n, size - (size_t)n, "e%d", (int)random_below(700) - 350);
    else if (random_below(2) == 0)
        snprintf(text + n, size - (size_t)n, "e%d", (int)random_below(60) - 30);
}

static void test_read_random(void)
{
    char text[128];
    double x;
    int i;

    for (i = 0; i < ROUNDS; i++) {
        random_decimal(text, sizeof text);
        check_read(text);
    }
    for (i = 0; i < ROUNDS / 2; i++) {
        x = from_bits(random_bits());
        if (isfinite(x)) {
            snprintf(text, sizeof text, "%.*g", 1 + (int)random_below(20), x);
            if (strcmp(text, "inf") != 0 && strcmp(text, "-inf") != 0)
                check_read(text);
        }
    }
}

static void test_read_grammar(void)
{
    static const char *const bad[] = {"",    "-",    "+",    "+1",   ".5",   "5.",       "01",    "-01",
                                      "00",  "1e",   "1e+",  "e5",   ".",    "-.5",      " 1",    "1 ",
                                      "1,5", "0x10", "inf",  "nan",  "NaN",  "1e5.",     "1.5.5", "--1",
                                      "1_0", "1f",   "1e1e", "1.e5", "-inf", "Infinity", "1\n",   "٣"};
    static const char *const loose[] = {"+1", ".5", "5.", "01", "-01", "-.5", "1.e5", "0008.25"};
    static const char *const never[] = {"",   "+",  ".",  "-.", "+-1", "0x10", "inf", "nan",
                                        "e5", " 1", "1 ", "1e", "1e+", "1,5",  "1d5"};
    size_t i;
    double x;

    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        x = 42;
        if (!UNIT(vol_num_parse(bad[i], strlen(bad[i]), &x) == VOL_EDATA && x == 42))
            printf("    \"%s\"\n", bad[i]);
    }
    for (i = 0; i < sizeof loose / sizeof loose[0]; i++)
        UNIT(vol_num_parse_loose(loose[i], strlen(loose[i]), &x) == VOL_OK &&
             same(x, strtod(loose[i], NULL)));
    for (i = 0; i < sizeof never / sizeof never[0]; i++)
        if (!UNIT(vol_num_parse_loose(never[i], strlen(never[i]), &x) == VOL_EDATA))
            printf("    \"%s\"\n", never[i]);
    UNIT(vol_num_parse("12345", 3, &x) == VOL_OK && x == 123); /* N rules, no NUL is looked for */
    UNIT(vol_num_parse("1\0002", 3, &x) == VOL_EDATA);
    UNIT(vol_num_parse_loose("+1e999", 6, &x) == VOL_NO);
}

static void test_read_int(void)
{
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      "1.0",
                                      "1e3",
                                      " 1",
                                      "1 ",
                                      "0x1",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "99999999999999999999"};
    int64_t x = 0;
    size_t i;

    UNIT(vol_num_parse_int("9223372036854775807", 19, &x) == VOL_OK && x == INT64_MAX);
    UNIT(vol_num_parse_int("-9223372036854775808", 20, &x) == VOL_OK && x == INT64_MIN);
    UNIT(vol_num_parse_int("-0", 2, &x) == VOL_OK && x == 0);
    UNIT(vol_num_parse_int("0042", 4, &x) == VOL_OK && x == 42);
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        x = 7;
        UNIT(vol_num_parse_int(bad[i], strlen(bad[i]), &x) == VOL_EDATA && x == 7);
    }
}

static void test_scale(void)
{
    char text[64];
    int i;

    for (i = 0; i < ROUNDS / 2; i++) {
        uint64_t digits = random_bits() >> random_below(60);
        int exp10 = (int)random_below(55) - 27, negative = (int)random_below(2);

        snprintf(text, sizeof text, "%s%llue%d", negative ? "-" : "", (unsigned long long)digits, exp10);
        if (!UNIT(same(vol_num_scale(digits, exp10, negative), strtod(text, NULL))))
            printf("    %s\n", text);
    }
    UNIT(same(vol_num_scale(0, 0, 1), -0.0));
}

/* ---- writing
 * ------------------------------------------------------------------------------------------------ */

static void check_write(double x, int precision)
{
    char out[VOL_NUM_MAX], expected[64];
    size_t n = vol_num_print(out, x, precision);

    snprintf(expected, sizeof expected, "%.*g", precision, x);
    if (n != strlen(out) || n >= VOL_NUM_MAX || strcmp(out, expected) != 0) {
        UNIT(0 && "written as printf writes");
        printf("    %a at %d: %s; printf %s\n", x, precision, out, expected);
    } else {
        unit_passed++;
    }
}

/* Digits from the first that is not 0 to the last that is not 0, before any exponent. */
static int significant(const char *text)
{
    int n = 0, at_last = 0;

    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text >= '0' && *text <= '9' && (n > 0 || *text != '0'))
            n++;
        if (*text >= '1' && *text <= '9')
            at_last = n;
    }
    return at_last;
}

/* It reads back, and no text of fewer digits does. */
static void check_shortest(double x)
{
    char out[VOL_NUM_MAX], text[64];
    size_t n = vol_num_print(out, x, VOL_NUM_SHORTEST);
    double back = 0;
    int p;

    UNIT(n == strlen(out) && n < VOL_NUM_MAX);
    if (!UNIT(vol_num_parse(out, n, &back) == VOL_OK && same(back, x)))
        printf("    %a wrote %s\n", x, out);
    for (p = 1; p < 17; p++) {
        snprintf(text, sizeof text, "%.*g", p, x);
        if (strtod(text, NULL) == x)
            break;
    }
    if (!UNIT(significant(out) <= p))
        printf("    %s, and %d digits would do\n", out, p);
}

static void test_write_table(void)
{
    static const struct {
        double x;
        const char *text;
    } shortest[] = {
        {0.1, "0.1"},
        {0.3, "0.3"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1e22, "1e+22"},
        {1e16, "10000000000000000"},
        {123456789012345680.0, "1.2345678901234568e+17"},
        {1e-4, "0.0001"},
        {1e-5, "1e-05"},
        {2950.25, "2950.25"},
        {-12.719, "-12.719"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {100, "100"},
        {9007199254740993.0, "9007199254740992"},
    };
    char out[VOL_NUM_MAX];
    size_t i;
    int p;

    for (i = 0; i < sizeof shortest / sizeof shortest[0]; i++) {
        vol_num_print(out, shortest[i].x, VOL_NUM_SHORTEST);
        UNIT_STR(out, shortest[i].text);
        for (p = 1; p <= 16; p++)
            check_write(shortest[i].x, p);
    }
    UNIT(vol_num_print(out, NAN, 10) == 4);
    UNIT_STR(out, "null");
    vol_num_print(out, -INFINITY, VOL_NUM_SHORTEST);
    UNIT_STR(out, "null");
    vol_num_print(out, -0.0, 10);
    UNIT_STR(out, "-0");
    vol_num_print(out, 0.0, VOL_NUM_SHORTEST);
    UNIT_STR(out, "0");
}

static void test_write_random(void)
{
    int i;

    for (i = 0; i < ROUNDS; i++) {
        double x = from_bits(random_bits());

        if (isfinite(x))
            check_write(x, 1 + (int)random_below(16));
        /* sizes of this trade: 1e-8 to 1e8 */
        x = ldexp((double)random_bits(), -64) * pow(10, (double)random_below(17) - 8);
        check_write(x, 1 + (int)random_below(16));
        check_write(-x, VOL_NUM_DEFAULT);
        /* few digits: ties of the rounding, exact ones among them */
        check_write((double)random_below(1000000) / 64, 1 + (int)random_below(8));
    }
    for (i = 0; i < ROUNDS / 10; i++) {
        double x = from_bits(random_bits());

        if (isfinite(x))
            check_shortest(x);
        check_shortest((double)random_below(10000000) / 1000);
    }
}

/* Doubles next to a decimal tie (p digits and a 5 behind them) at every magnitude, and integers that are one:
 * where the rounding hangs on the last bits. */
static void test_write_ties(void)
{
    char text[64];
    int i, n;

    for (i = 0; i < ROUNDS; i++) {
        int p = 1 + (int)random_below(16), e = (int)random_below(300) - 150;
        uint64_t digits = random_below(i % 3 == 0 ? UINT64_C(10000000000000000) : UINT64_C(1) << 36), low = 1;
        double x;

        snprintf(text, sizeof text, "%llu5e%d", (unsigned long long)digits, e);
        x = strtod(text, NULL);
        check_write(x, p);
        n = (int)strcspn(text, "e") - 1;
        check_write(x, n < 16 ? n : 16);
        check_write(nextafter(x, 0), VOL_NUM_DEFAULT);
        /* 10^n (2 m + 1) / 2 is a tie at the length of m */
        digits = random_below(UINT64_C(1) << 40);
        while (low <= digits)
            low *= 10;
        x = (double)(digits * 10 + 5) * pow(10, (double)random_below(5));
        snprintf(text, sizeof text, "%llu", (unsigned long long)digits);
        check_write(x, (int)strlen(text));
        check_write(nextafter(x, INFINITY), (int)strlen(text));
        /* all nines: the rounding carries into another digit */
        x = (double)(low - 1) + 0.5 + ldexp((double)random_below(3) - 1, -20);
        check_write(x, (int)strlen(text));
        check_write(-x * 1e-9, (int)strlen(text));
    }
}

static void test_write_powers(void)
{
    int e, p;

    for (e = -323; e <= 308; e++) {
        double x = pow(10, e);

        for (p = 1; p <= 16; p += 5) {
            check_write(x, p);
            check_write(nextafter(x, 0), p);
            check_write(nextafter(x, INFINITY), p);
        }
        check_shortest(x);
    }
    for (e = -1074; e <= 1023; e += 7)
        check_shortest(ldexp(1, e));
}

static void test_write_int(void)
{
    static const int64_t values[] = {0,   1,    -1,    9,         10,        99,
                                     100, -100, 12345, INT64_MAX, INT64_MIN, 1000000000000};
    char out[VOL_NUM_MAX], expected[32];
    size_t i;

    for (i = 0; i < sizeof values / sizeof values[0]; i++) {
        snprintf(expected, sizeof expected, "%lld", (long long)values[i]);
        UNIT(vol_num_print_int(out, values[i]) == strlen(expected));
        UNIT_STR(out, expected);
    }
}

/* ---- another locale
 * ----------------------------------------------------------------------------------------- */

/* Where the machine has a locale with a decimal comma, nothing changes under it. */
static void test_locale(void)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "nl_NL.UTF-8"};
    char out[VOL_NUM_MAX];
    double x = 0;
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        if (setlocale(LC_ALL, names[i]) != NULL && *localeconv()->decimal_point == ',')
            break;
    if (i == sizeof names / sizeof names[0]) {
        printf("base/num: no locale with a decimal comma here; not checked\n");
        return;
    }
    UNIT(vol_num_parse("0.5", 3, &x) == VOL_OK && x == 0.5);
    UNIT(vol_num_parse("1.7976931348623157e308", 22, &x) == VOL_OK && x == 1.7976931348623157e308);
    UNIT(vol_num_parse("0,5", 3, &x) == VOL_EDATA);
    vol_num_print(out, 1.5e-300, 10); /* printf's path */
    UNIT_STR(out, "1.5e-300");
    vol_num_print(out, 0.25, 10);
    UNIT_STR(out, "0.25");
    vol_num_print(out, 5e-324, VOL_NUM_SHORTEST);
    UNIT_STR(out, "5e-324");
    setlocale(LC_ALL, "C");
}

int main(void)
{
    test_read_table();
    test_read_halfway();
    test_read_random();
    test_read_grammar();
    test_read_int();
    test_scale();
    test_write_table();
    test_write_random();
    test_write_ties();
    test_write_powers();
    test_write_int();
    test_locale();
    return unit_done("base/num");
}
