/* symbol.h: the names of option contracts, read and written.
 *
 * Three families. OSI (OCC, since 2010): root, YYMMDD, C or P, strike times 1000 in 8 digits; read from the
 * right, so that a root may hold digits, with the blanks of the padded form, without them, or behind `O:`.
 * Deribit: CUR-DMMMYY-STRIKE-C, the day without a leading zero, `d` as the decimal point of the strikes of
 * linear books. OKX: CUR-CUR-YYMMDD-STRIKE-C. Letters are upper case; anything else in a name is refused (no
 * other alphabet, no space inside): a name that looks like another one must not pass for it.
 */
#ifndef VOL_CHAIN_SYMBOL_H
#define VOL_CHAIN_SYMBOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum vol_symbol_family { VOL_SYMBOL_OSI, VOL_SYMBOL_DERIBIT, VOL_SYMBOL_OKX };

enum {
    VOL_ROOT_MAX = 16,  /* bytes of any root, NUL included */
    VOL_SYMBOL_MAX = 32 /* bytes of any printed symbol, NUL included */
};

struct vol_symbol {
    char root[VOL_ROOT_MAX]; /* SPXW; BTC, XRP_USDC; BTC-USD */
    uint32_t root_len;
    int32_t expiration; /* the date in the name */
    double strike;
    char option_type; /* C or P */
    bool adjusted;    /* OSI: the root ends in a digit, the deliverable is not the standard one */
};

/* Read TEXT[0..N). VOL_EDATA when it is no such name. */
enum vol_status vol_symbol_parse(enum vol_symbol_family family, const char *text, size_t n,
                                 struct vol_symbol *out);

/* Write an OSI name without padding, or with the root padded to six; returns the length. 0 when it has no
 * such name: a strike that is no multiple of 0.001 or not in (0, 100000), a year beyond 2000 to 2099, a root
 * of more than six. */
size_t vol_symbol_print_osi(const struct vol_symbol *symbol, bool padded, char out[VOL_SYMBOL_MAX]);

/* Whether TEXT is one of the ways to write the option type TYPE (C, P): `C`, `c`, `call`, `Call`, `CALL`. */
bool vol_symbol_is_type(const char *text, size_t n, char type);

/* "osi", "deribit", "okx": true when NAME is one of them. */
bool vol_symbol_family_find(const char *name, enum vol_symbol_family *family);

#endif
