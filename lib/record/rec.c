#include "record/rec.h"

#include <string.h>

bool vol_value_is(const struct vol_value *value, const char *s)
{
    return value->type == VOL_STRING && value->len == strlen(s) && memcmp(value->text, s, value->len) == 0;
}

bool vol_rec_is(const struct vol_rec *rec, const char *kind)
{
    return vol_value_is(&rec->value[VOL_W_KIND], kind);
}
