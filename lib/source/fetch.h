/* fetch.h: one run of an adapter: keys, client, feed and gatherer put together; the records come out whole.
 */
#ifndef VOL_SOURCE_FETCH_H
#define VOL_SOURCE_FETCH_H

#include "base/error.h"
#include "net/http.h"
#include "source/adapter.h"

struct vol_fetch_config {
    const struct vol_adapter *adapter;
    struct vol_query query;      /* `now` and `has_key` are filled in */
    const char *base;            /* --base-url; null: the adapter's */
    const char *key_file;        /* of the adapter's first key, before the environment; null: none */
    struct vol_http_config http; /* `secrets`, `rate`, `burst`, `cookies`, `keyed`, `command`, `tick` and
                                  * `data` are filled in; a rate above 0 stands */
    void (*progress)(void *data, const struct vol_http_counts *http,
                     const struct vol_gather_counts *gathered);
    void *data; /* of progress and http.note */
};

/* The key NAME into SECRETS: from FILE (null: none), from the file that NAME_FILE names, or from the variable
 * NAME. VOL_NO: nowhere; statuses of vol_secrets_read. */
enum vol_status vol_fetch_key(struct vol_secrets *secrets, const char *name, const char *file,
                              struct vol_error *err);

/* Whether QUERY fits WHAT: symbols where it wants some. VOL_EUSAGE. */
enum vol_status vol_fetch_check(const struct vol_query *query, struct vol_error *err);

/* Ask, gather, sort. *OUT holds the records (vol_gather_item), the caller's to free; COUNTS may be null.
 * VOL_EPERM: a key is missing or its file is open to others; statuses of vol_feed_get and of the adapter. */
enum vol_status vol_fetch_run(const struct vol_fetch_config *config, struct vol_gather **out,
                              struct vol_http_counts *counts, struct vol_error *err);

#endif
