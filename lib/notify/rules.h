/* rules.h: rules that turn records into alerts.
 *
 * A rule file is JSON, {"rules": [rule, …]}, each rule an object:
 *
 *     name      letters, digits, `_` and `-`; unique over all files of a run
 *     kind      kind of the records that it looks at ("metrics")
 *     when      expression (expr.h) over their fields; the rule fires when it is true, never when it is
 * unknown severity  info, low, medium, high or critical message   text with {field} for a field's value and
 * {field:N} for it with N decimals; {{ is a brace cooldown  seconds of event time for which it is quiet, per
 * symbol, after it fired (300) rearm     expression that must come true before it fires again, per symbol
 * (none) channels  array of channels to deliver to (none: the alert record alone) fields    object of further
 * fields of the records, name to "number", "string" or "boolean", that volpipe-records(5) does not know
 *
 * The symbol of a record is its `underlying`, else its `symbol`, else none.
 */
#ifndef VOL_NOTIFY_RULES_H
#define VOL_NOTIFY_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "expr/expr.h"
#include "record/rec.h"

enum { VOL_RULES_NAMES_MAX = 48 }; /* different fields that all rules of a run may read */

struct vol_rule {
    char *name, *message;
    const struct vol_kind *kind;
    const char *severity; /* static */
    struct vol_expr *when, *rearm;
    int64_t cooldown;  /* nanoseconds */
    unsigned channels; /* bit I: the channel with index I of vol_channel_table */
    uint64_t reads;    /* bit I: field I of `names` stands in `when` or in the message */
    size_t when_names[VOL_EXPR_NAMES_MAX],
        rearm_names[VOL_EXPR_NAMES_MAX]; /* names of the expression in `names` */
};

struct vol_rules {
    struct vol_rule *rules;
    size_t n, cap;
    struct vol_map names; /* fields that the rules read; values are handed in by these indices */
};

/* The first two names of every set. */
enum { VOL_RULES_UNDERLYING, VOL_RULES_SYMBOL };

enum vol_status vol_rules_init(struct vol_rules *set);
void vol_rules_free(struct vol_rules *set);

/* Add the rules of the file PATH. VOL_ECONFIG with file, rule and reason; *SET is as it was then. */
enum vol_status vol_rules_load(struct vol_rules *set, const char *path, struct vol_error *err);

/* The symbol of a record; an empty value when it has none. VALUES as below. */
struct vol_value vol_rules_symbol(const struct vol_value *values);

/* Whether a record of KIND, its fields in VALUES by the indices of `names`, makes RULE come true, and whether
 * it re-arms it (a rule without `rearm` is armed always). */
bool vol_rule_fires(const struct vol_rule *rule, const struct vol_kind *kind, const struct vol_value *values);
bool vol_rule_rearms(const struct vol_rule *rule, const struct vol_kind *kind,
                     const struct vol_value *values);

/* Append the message with the record's values, a field without value as `unknown`, control characters as
 * spaces. */
enum vol_status vol_rule_message(const struct vol_rules *set, const struct vol_rule *rule,
                                 const struct vol_value *values, struct vol_buf *out);

/* Append a JSON object of the fields that the rule read, numbers in their own spelling. */
enum vol_status vol_rule_values(const struct vol_rules *set, const struct vol_rule *rule,
                                const struct vol_value *values, struct vol_buf *out);

#endif
