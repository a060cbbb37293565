#include "notify/channel.h"

const struct vol_channel *vol_channel_table(size_t *n)
{
    *n = 1;
    return &vol_channel_log;
}

const char *vol_channel_words(void)
{
    return "log";
}
