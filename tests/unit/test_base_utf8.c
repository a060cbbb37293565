/* UTF-8 as RFC 3629 has it, at the edges of each length. */
#include "base/utf8.h"

#include "unit.h"

static const char *const good[] = {"",
                                   "plain",
                                   "\x7f",
                                   "\xc2\x80",
                                   "\xdf\xbf",
                                   "\xe0\xa0\x80",
                                   "\xed\x9f\xbf",
                                   "\xee\x80\x80",
                                   "\xef\xbf\xbf",
                                   "\xf0\x90\x80\x80",
                                   "\xf4\x8f\xbf\xbf",
                                   "eight by"
                                   "\xc3\xa9"
                                   "tes and more",
                                   "1234567\xc3\xa9",
                                   "\xe2\x82\xac\xf0\x9d\x84\x9e"};
static const char *const bad[] = {"\x80",
                                  "\xbf",
                                  "\xc0\x80",
                                  "\xc1\xbf",
                                  "\xc2",
                                  "\xc2"
                                  "a",
                                  "\xe0\x9f\xbf",
                                  "\xed\xa0\x80",
                                  "\xed\xbf\xbf",
                                  "\xe2\x82",
                                  "\xe2\x82"
                                  "a",
                                  "\xf0\x8f\xbf\xbf",
                                  "\xf4\x90\x80\x80",
                                  "\xf5\x80\x80\x80",
                                  "\xf0\x9d\x84",
                                  "\xfe",
                                  "\xff",
                                  "eight by\xff",
                                  "1234567\xc3",
                                  "12345678\xe9"
                                  "tes",
                                  "\xfc\x80\x80\x80\x80\x80"};

int main(void)
{
    size_t i;

    for (i = 0; i < sizeof good / sizeof good[0]; i++)
        if (!UNIT(vol_utf8_is_valid(good[i], strlen(good[i]))))
            printf("    good[%zu]\n", i);
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (!UNIT(!vol_utf8_is_valid(bad[i], strlen(bad[i]))))
            printf("    bad[%zu]\n", i);
    UNIT(vol_utf8_is_valid("a\0b", 3) && vol_utf8_is_valid("\xff", 0));
    return unit_done("base/utf8");
}
