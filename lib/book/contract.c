#include "book/contract.h"

#include <string.h>

bool vol_contract_name_ok(const char *name, size_t len, size_t max)
{
    size_t i;

    if (len == 0 || len >= max)
        return false;
    for (i = 0; i < len; i++)
        if (name[i] <= ' ' || name[i] > '~' || name[i] == '"' || name[i] == '\\' ||
            (name[i] == '.' && i + 1 < len && name[i + 1] == '.'))
            return false;
    return true;
}

enum vol_status vol_contract_name(char *out, size_t max, const char *name, size_t len, const char *what,
                                  struct vol_error *err)
{
    if (!vol_contract_name_ok(name, len, max))
        return vol_error_set(err, VOL_EDATA, "%s: not a name of 1 to %zu plain characters: \"%.*s\"", what,
                             max - 1, (int)(len < 60 ? len : 60), name);
    memcpy(out, name, len);
    out[len] = '\0';
    return VOL_OK;
}

int64_t vol_contract_intrinsic(const struct vol_contract *contract, int64_t underlying_price)
{
    /* Strikes and prices are not negative, so that the difference cannot overflow. */
    int64_t value = contract->option_type == 'C' ? underlying_price - contract->strike
                                                 : contract->strike - underlying_price;

    return value > 0 ? value : 0;
}
