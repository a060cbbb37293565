/* scan_only.c: our scanner alone on the same job as simdjson_ondemand: twelve members of every line.
 *
 *     scan_only quotes.ndjson TIMES            prints CPU seconds for reading the lines so often, and a
 * checksum
 *
 * The file is meant to fit the cache, as the blocks of a stream do: what counts here is the scanner, not the
 * memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "record/input.h"
#include "record/scan.h"

int main(int argc, char **argv)
{
    static const struct vol_want wants[] = {
        {"kind", false},       {"ts", false},          {"underlying", false},    {"symbol", false},
        {"expiration", false}, {"option_type", false}, {"strike", false},        {"bid", false},
        {"ask", false},        {"volume", false},      {"open_interest", false}, {"underlying_price", false}};
    static struct vol_scan scan;
    struct vol_value v[12];
    uint32_t cuts[VOL_CUT_MAX][2];
    struct timespec a, b;
    uint16_t n_cuts;
    double sum = 0;
    char *text, *p, *end;
    FILE *f = argc == 3 ? fopen(argv[1], "rb") : NULL;
    long size;
    int i, times = argc == 3 ? atoi(argv[2]) : 0;

    if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0)
        return 64;
    rewind(f);
    text = malloc((size_t)size + VOL_INPUT_SLACK);
    if (text == NULL || fread(text, 1, (size_t)size, f) != (size_t)size)
        return 74;
    fclose(f);
    memset(text + size, '\n', VOL_INPUT_SLACK);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    vol_scan_init(&scan, wants, 12);
    for (; times > 0; times--)
        for (p = text, end = text + size; p < end;) {
            char *lf = memchr(p, '\n', (size_t)(end - p));

            if (vol_scan_line(&scan, p, (size_t)(lf - p), v, cuts, &n_cuts) != VOL_OK)
                return 70;
            p = lf + 1;
            if (v[0].len != 5 || memcmp(v[0].text, "quote", 5) != 0)
                continue;
            for (i = 1; i < 6; i++)
                sum += v[i].len;
            for (; i < 12; i++)
                sum += v[i].num;
        }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    printf("%.6f %.6f\n", (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec), sum);
    free(text);
    return 0;
}
