#include "source/adapter.h"

#include <string.h>

#include "source/stream.h"

/* By name; one line each. */
/* clang-format off */
static const struct vol_adapter *const table[] = {
    &vol_adapter_alpaca,
    &vol_adapter_cboe,
    &vol_adapter_deribit,
    &vol_adapter_fred,
    &vol_adapter_ivolatility,
    &vol_adapter_polygon,
    &vol_adapter_tradier,
    &vol_adapter_yahoo,
};
/* clang-format on */

const struct vol_adapter *const *vol_adapter_table(size_t *n)
{
    *n = sizeof table / sizeof table[0];
    return table;
}

const struct vol_adapter *vol_adapter_find(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}

enum vol_status vol_adapter_describe(const struct vol_adapter *adapter, struct vol_buf *out)
{
    const struct vol_stream_vendor *stream = vol_stream_vendor_find(adapter->name);
    enum vol_status status =
        vol_buf_addf(out, "%s: %s\n    %s\n", adapter->name, adapter->summary, adapter->access);

    for (size_t i = 0; i < VOL_ADAPTER_KEYS_MAX && adapter->keys[i].name && status == VOL_OK; i++)
        status = vol_buf_addf(out, "    key: %s%s\n", adapter->keys[i].name,
                              adapter->keys[i].required ? "" : " (does without)");
    for (const struct vol_adapter_what *w = adapter->whats; w->name && status == VOL_OK; w++)
        status = vol_buf_addf(out, "    %-12s %-24s %-7s %s\n", w->name, w->operands, w->kind, w->help);
    if (stream && status == VOL_OK)
        status = vol_buf_addf(out, "    %-12s %-24s %-7s as they come: %s\n", "stream", "CHANNEL...", "quote",
                              vol_stream_vendor_facts(stream)->channels);
    return status;
}

const struct vol_adapter_what *vol_adapter_what_find(const struct vol_adapter *adapter, const char *name)
{
    for (const struct vol_adapter_what *w = adapter->whats; w->name; w++)
        if (strcmp(w->name, name) == 0)
            return w;
    return NULL;
}

const struct vol_layout *vol_query_layout(const struct vol_query *query, const char *name)
{
    for (size_t i = 0; i < query->n_layouts; i++)
        if (strcmp(query->layouts[i].name, name) == 0)
            return &query->layouts[i];
    return NULL;
}
