#include "source/gather_order.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/time.h"

void vol_gathered_init(struct vol_gathered_list *list)
{
    *list = (struct vol_gathered_list){.lines = VOL_BUF_INIT};
}

void vol_gathered_free(struct vol_gathered_list *list)
{
    free(list->item);
    vol_buf_free(&list->lines);
    vol_gathered_init(list);
}

static enum vol_status reserve(struct vol_gathered_list *list, size_t n, struct vol_error *err)
{
    size_t cap = list->cap ? list->cap : 256;
    struct vol_gathered *grown;

    if (n <= list->cap)
        return VOL_OK;
    while (cap < n)
        cap *= 2;
    if ((grown = realloc(list->item, cap * sizeof *grown)) == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    list->item = grown;
    list->cap = cap;
    return VOL_OK;
}

enum vol_status vol_gathered_add(struct vol_gathered_list *list, const struct vol_gathered *item,
                                 size_t start, struct vol_error *err)
{
    enum vol_status status = reserve(list, list->n + 1, err);

    if (status != VOL_OK)
        return status;
    list->item[list->n] = *item;
    list->item[list->n].seq = list->n;
    list->item[list->n].at = start;
    list->item[list->n].len = list->lines.len - start;
    list->n++;
    return VOL_OK;
}

static int rank(const struct vol_gathered *g)
{
    static const char *const order[] = {"rate", "bar", "quote"};
    size_t i;

    for (i = 0; i < sizeof order / sizeof order[0]; i++)
        if (strcmp(g->kind, order[i]) == 0)
            break;
    return (int)i;
}

/* Everything but the order of arrival. */
static int by_key(const struct vol_gathered *x, const struct vol_gathered *y)
{
    int c;

    if (x->ts != y->ts)
        return x->ts < y->ts ? -1 : 1;
    if ((c = rank(x) - rank(y)) != 0 || (c = strcmp(x->underlying, y->underlying)) != 0)
        return c;
    if (x->expiration != y->expiration)
        return x->expiration < y->expiration ? -1 : 1;
    if ((c = strcmp(x->root, y->root)) != 0)
        return c;
    if (x->strike < y->strike || x->strike > y->strike)
        return x->strike < y->strike ? -1 : 1;
    return x->option_type - y->option_type;
}

static int compare(const void *a, const void *b)
{
    const struct vol_gathered *x = a, *y = b;
    int c = by_key(x, y);

    return c ? c : (x->seq > y->seq) - (x->seq < y->seq);
}

/* The length of the line up to `,"received":`, and where the rest begins: they are compared apart from it. */
static size_t before_received(const char *line, size_t len, size_t *rest)
{
    static const char key[] = ",\"received\":";

    for (size_t i = 0; i + sizeof key + 1 < len; i++)
        if (line[i] == ',' && memcmp(line + i, key, sizeof key - 1) == 0) {
            const char *end = memchr(line + i + sizeof key, '"', len - i - sizeof key);

            *rest = end ? (size_t)(end + 1 - line) : len;
            return i;
        }
    *rest = len;
    return len;
}

/* The index in SEEN of the line of X, apart from when it was received. */
static enum vol_status find_line(const struct vol_gathered_list *list, const struct vol_gathered *x,
                                 struct vol_map *seen, struct vol_buf *scratch, size_t *index)
{
    const char *line = list->lines.data + x->at;
    size_t rest, n = before_received(line, x->len, &rest);
    enum vol_status status;

    vol_buf_clear(scratch);
    if ((status = vol_buf_add(scratch, line, n)) == VOL_OK &&
        (status = vol_buf_add(scratch, line + rest, x->len - rest)) == VOL_OK)
        status = vol_map_add(seen, scratch->data, scratch->len, index);
    return status;
}

/* What tells records of a contract apart is their key; the others are told apart by all that they say. */
static bool has_contract(const struct vol_gathered *x)
{
    return !x->reason && x->underlying[0] != '\0';
}

static bool repeats(const struct vol_gathered *x, const struct vol_gathered *y)
{
    return has_contract(x) && has_contract(y) && by_key(x, y) == 0 && strcmp(x->kind, y->kind) == 0;
}

/* Keep one of those that repeat each other: the one that was received last, in the place of the first. AT: by
 * index of a line in SEEN, where it is kept. */
static enum vol_status keep_once(struct vol_gathered_list *list, struct vol_map *seen, size_t *at,
                                 struct vol_buf *scratch)
{
    size_t n = 0, group = 0; /* group: where the records equal in key begin among those kept */

    for (size_t i = 0; i < list->n; i++) {
        const struct vol_gathered *x = &list->item[i];
        size_t k, index, before = seen->n;

        if (n > 0 && by_key(&list->item[n - 1], x) != 0)
            group = n;
        if (has_contract(x)) {
            for (k = group; k < n; k++)
                if (repeats(&list->item[k], x))
                    break;
        } else if (x->reason) {
            k = n;
        } else if (find_line(list, x, seen, scratch, &index) != VOL_OK) {
            return VOL_EOS;
        } else {
            if (seen->n > before)
                at[index] = n;
            k = at[index];
        }
        if (k == n)
            list->item[n++] = *x;
        else if (x->received >= list->item[k].received)
            list->item[k] = *x;
    }
    list->n = n;
    return VOL_OK;
}

enum vol_status vol_gathered_sort(struct vol_gathered_list *list, struct vol_error *err)
{
    size_t *at = calloc(list->n ? list->n : 1, sizeof *at);
    struct vol_buf scratch = VOL_BUF_INIT;
    enum vol_status status = VOL_EOS;
    struct vol_map seen;

    vol_map_init(&seen);
    if (list->n > 1)
        qsort(list->item, list->n, sizeof *list->item, compare);
    if (at)
        status = keep_once(list, &seen, at, &scratch);
    vol_map_free(&seen);
    vol_buf_free(&scratch);
    free(at);
    return status == VOL_OK ? VOL_OK : vol_error_set(err, status, "out of memory");
}

static bool is_quote(const struct vol_gathered *x)
{
    return !x->reason && strcmp(x->kind, "quote") == 0;
}

static enum vol_status add_snap(struct vol_gathered_list *list, const struct vol_gathered *last, uint64_t n,
                                const char *source, struct vol_gathered *out, struct vol_error *err)
{
    char ts[VOL_TIME_MAX];
    size_t start = list->lines.len;

    vol_time_print(ts, last->ts);
    if (vol_buf_addf(&list->lines, "{\"kind\":\"snap\",\"ts\":\"%s\",\"underlying\":", ts) != VOL_OK ||
        vol_buf_add_json(&list->lines, last->underlying, strlen(last->underlying)) != VOL_OK ||
        vol_buf_addf(&list->lines, ",\"quotes\":%llu,\"source\":", (unsigned long long)n) != VOL_OK ||
        vol_buf_add_json(&list->lines, source, strlen(source)) != VOL_OK ||
        vol_buf_add_char(&list->lines, '}') != VOL_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    *out = (struct vol_gathered){.kind = "snap", .ts = last->ts, .at = start, .len = list->lines.len - start};
    return VOL_OK;
}

enum vol_status vol_gathered_close(struct vol_gathered_list *list, const char *source, struct vol_error *err)
{
    size_t n_runs = 0, n_old = list->n, to;
    enum vol_status status;
    uint64_t in_run = 0;
    struct vol_gathered_list made = {.lines = list->lines};

    for (size_t i = 0; i < n_old; i++)
        n_runs +=
            is_quote(&list->item[i]) &&
            (i + 1 == n_old || !is_quote(&list->item[i + 1]) || list->item[i].ts != list->item[i + 1].ts ||
             strcmp(list->item[i].underlying, list->item[i + 1].underlying) != 0);
    if ((status = reserve(&made, n_old + n_runs, err)) != VOL_OK)
        return status;
    to = 0;
    for (size_t i = 0; i < n_old; i++) {
        const struct vol_gathered *x = &list->item[i], *next = i + 1 < n_old ? x + 1 : NULL;

        made.item[to++] = *x;
        if (!is_quote(x))
            continue;
        in_run++;
        if (next && is_quote(next) && x->ts == next->ts && strcmp(x->underlying, next->underlying) == 0)
            continue;
        status = add_snap(&made, x, in_run, source, &made.item[to++], err);
        in_run = 0;
        if (status != VOL_OK)
            break;
    }
    list->lines = made.lines;
    if (status != VOL_OK) {
        free(made.item);
        return status;
    }
    made.n = to;
    free(list->item);
    *list = made;
    return VOL_OK;
}
