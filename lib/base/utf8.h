/* utf8.h: whether bytes are UTF-8 text. */
#ifndef VOL_BASE_UTF8_H
#define VOL_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Whether TEXT[0..N) is well-formed UTF-8 as RFC 3629 has it: shortest forms only, no surrogates, nothing
 * above U+10FFFF. Fast where all bytes are ASCII. */
bool vol_utf8_is_valid(const char *text, size_t n);

#endif
