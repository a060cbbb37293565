#include "signal/roles.h"

#include <string.h>

static const struct vol_role known[] = {
    {"VIX", "SPX", VOL_IN_VIX},       {"VIX9D", "SPX", VOL_IN_VIX9D}, {"VIX3M", "SPX", VOL_IN_VIX3M},
    {"VIX6M", "SPX", VOL_IN_VIX6M},   {"VVIX", "SPX", VOL_IN_VVIX},   {"SKEW", "SPX", VOL_IN_SKEW},
    {"VXN", "NDX", VOL_IN_VIX},       {"RVX", "RUT", VOL_IN_VIX},     {"VXD", "DJX", VOL_IN_VIX},
    {"VX/*", "SPX", VOL_ROLE_FUTURE},
};

static const struct {
    const char *name;
    int what;
} words[] = {
    {"vix", VOL_IN_VIX},   {"vix9d", VOL_IN_VIX9D}, {"vix3m", VOL_IN_VIX3M},   {"vix6m", VOL_IN_VIX6M},
    {"vvix", VOL_IN_VVIX}, {"skew", VOL_IN_SKEW},   {"price", VOL_ROLE_PRICE}, {"future", VOL_ROLE_FUTURE},
};

enum vol_status vol_roles_add(struct vol_roles *roles, const char *text, struct vol_error *err)
{
    const char *equals = strchr(text, '='), *dot = equals != NULL ? strrchr(equals, '.') : NULL;
    const char *end = dot != NULL ? dot : text + strlen(text);
    struct vol_role role = {.what = VOL_ROLE_PRICE};
    size_t i;

    if (equals == NULL || equals == text || equals - text >= VOL_ROLE_NAME_MAX || end - equals < 2 ||
        end - equals > VOL_ROLE_NAME_MAX)
        return vol_error_set(err, VOL_EUSAGE,
                             "expected SYMBOL=UNDERLYING.WHAT such as VXN=NDX.vix, got \"%.80s\"", text);
    if (roles->n == VOL_ROLES_MAX)
        return vol_error_set(err, VOL_EUSAGE, "more than %d roles", VOL_ROLES_MAX);
    memcpy(role.symbol, text, (size_t)(equals - text));
    memcpy(role.underlying, equals + 1, (size_t)(end - equals - 1));
    if (dot != NULL) {
        for (i = 0; i < sizeof words / sizeof words[0] && strcmp(words[i].name, dot + 1) != 0; i++)
            continue;
        if (i == sizeof words / sizeof words[0])
            return vol_error_set(
                err, VOL_EUSAGE,
                "%.80s: a bar is vix, vix9d, vix3m, vix6m, vvix, skew, price or future, not %.32s", text,
                dot + 1);
        role.what = words[i].what;
    }
    roles->role[roles->n++] = role;
    return VOL_OK;
}

static const struct vol_role *find(const struct vol_role *roles, size_t n, const char *symbol, size_t len)
{
    size_t i;

    for (i = 0; i < n; i++) {
        size_t known_len = strlen(roles[i].symbol);
        bool any = roles[i].symbol[known_len - 1] == '*';

        if (any ? len >= known_len - 1 && memcmp(symbol, roles[i].symbol, known_len - 1) == 0
                : len == known_len && memcmp(symbol, roles[i].symbol, len) == 0)
            return &roles[i];
    }
    return NULL;
}

int vol_roles_find(const struct vol_roles *roles, const char *symbol, size_t len, const char **underlying,
                   size_t *underlying_len)
{
    const struct vol_role *role = find(roles->role, roles->n, symbol, len);

    if (role == NULL)
        role = find(known, sizeof known / sizeof known[0], symbol, len);
    *underlying = role != NULL ? role->underlying : symbol;
    *underlying_len = role != NULL ? strlen(role->underlying) : len;
    return role != NULL ? role->what : VOL_ROLE_PRICE;
}
