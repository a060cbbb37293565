/* adapter.h: the vendors that vfetch can ask: one file each, in one table.
 *
 * An adapter is data (name, key, address, limit, what it offers) and one function that asks and gathers.
 * Keep the parsers functions of (body, receive time) into a gatherer, so that a unit test can feed them a
 * recorded answer.
 */
#ifndef VOL_SOURCE_ADAPTER_H
#define VOL_SOURCE_ADAPTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "source/feed.h"
#include "source/gather.h"
#include "source/layout.h"

/* Something that an adapter offers. */
struct vol_adapter_what {
    const char *name;     /* "chain" */
    const char *operands; /* "SYMBOL...", "[SYMBOL...]" (they may be left out), "" */
    const char *kind;     /* of its records */
    const char *help;     /* one line */
    bool history;         /* --since and --until say which part is asked for */
};

struct vol_adapter_key {
    const char *name; /* the environment variable; NAME_FILE names a file instead */
    bool required;
};

/* What the user wants. */
struct vol_query {
    const struct vol_adapter_what *what;
    char *const *symbols;
    size_t n_symbols;
    bool has_since, has_until;
    int64_t since, until; /* INT64_MIN and INT64_MAX when not given */
    int64_t depth;        /* levels of a book; 0: not given */
    int64_t interval;     /* length of a bar in nanoseconds; 0: not given */
    int64_t now;          /* of the run: what "today" means; the recorded one in a replay */
    bool has_key;         /* whether the adapter's first key was given (for those that can do without) */
    const struct vol_source_facts *facts;
    const struct vol_layout *layouts; /* all of share/layouts */
    size_t n_layouts;
};

enum { VOL_ADAPTER_KEYS_MAX = 2, VOL_ADAPTER_HOSTS_MAX = 4, VOL_REFUSED_WORDS_MAX = 160 };

struct vol_adapter {
    const char *name; /* "fred": the SOURCE of the command line and the `source` of the records */
    const char *summary;
    const char *access; /* for `vfetch sources`: delay, history, what is free, in a few words */
    struct vol_adapter_key keys[VOL_ADAPTER_KEYS_MAX]; /* a null name ends it */
    const char *base;                         /* "https://api.stlouisfed.org", without a `/` behind */
    const char *hosts[VOL_ADAPTER_HOSTS_MAX]; /* further ones ("https://fc.yahoo.com") that may be asked */
    double rate, burst;                       /* requests per second, and at once */
    bool cookies;                             /* keep cookies for the length of the run */
    const struct vol_adapter_what *whats;     /* ended by a null name */

    /* Ask and gather. VOL_EUSAGE: the query makes no sense to it. Words of a parser carry the place
     * (vol_feed_blame). */
    enum vol_status (*fetch)(const struct vol_query *query, struct vol_feed *feed, struct vol_gather *out,
                             struct vol_error *err);

    /* What a 4xx answer means: a status (VOL_OK: take the default of feed.h) and the vendor's words in WORDS
     * ("" for none). Null: the common members of JSON errors (error, message, error_message) are looked for.
     */
    enum vol_status (*refused)(long http_status, const char *body, size_t n,
                               char words[VOL_REFUSED_WORDS_MAX]);
};

/* All adapters, by name. */
const struct vol_adapter *const *vol_adapter_table(size_t *n);
const struct vol_adapter *vol_adapter_find(const char *name);

/* Append what ADAPTER is and offers, as people read it: `vfetch sources`. */
enum vol_status vol_adapter_describe(const struct vol_adapter *adapter, struct vol_buf *out);

/* What ADAPTER offers under NAME; null: nothing. */
const struct vol_adapter_what *vol_adapter_what_find(const struct vol_adapter *adapter, const char *name);

/* The layout NAME of the query; null when it is not there. */
const struct vol_layout *vol_query_layout(const struct vol_query *query, const char *name);

extern const struct vol_adapter vol_adapter_alpaca;
extern const struct vol_adapter vol_adapter_cboe;
extern const struct vol_adapter vol_adapter_deribit;
extern const struct vol_adapter vol_adapter_fred;
extern const struct vol_adapter vol_adapter_ivolatility;
extern const struct vol_adapter vol_adapter_polygon;
extern const struct vol_adapter vol_adapter_tradier;
extern const struct vol_adapter vol_adapter_yahoo;

#endif
