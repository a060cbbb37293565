/* valert: raise alerts by rules over the records that pass. */
#include "tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "notify/channel.h"
#include "notify/cooldown.h"
#include "notify/rules.h"

static struct vol_opt_list rule_files;
static const char *log_path, *state_dir;
static int no_state, sealed;

static const struct vol_opt options[] = {
    {VOL_OPT_LIST, 'r', "rules", "NAME|FILE", &rule_files, NULL, 0, 0,
     "rules to watch (chapter); may be repeated"},
    {VOL_OPT_FILE, 'l', "log", "FILE", &log_path, NULL, 0, 0,
     "file that the channel log appends to (none: it is off)"},
    {VOL_OPT_FILE, 's', "state", "DIR", &state_dir, NULL, 0, 0,
     "where cooldowns are kept ($XDG_STATE_HOME/volpipe, else ~/.local/state/volpipe)"},
    {VOL_OPT_FLAG, 'n', "no-state", NULL, &no_state, NULL, 0, 0, "forget cooldowns at the end"},
    {VOL_OPT_FLAG, 0, "sealed", NULL, &sealed, NULL, 0, 0,
     "act only when the stream has ended whole, with its end record"},
    {0},
};

static const struct tool_info info = {"valert", "[FILE...]",
                                      "Raise alerts by rules over the records that pass."};

/* A rule that came true, on its way out. */
struct event {
    const struct vol_rule *rule;
    int64_t as_of;
    struct vol_buf symbol, message, values;
};

struct state {
    struct tool t;
    struct vol_rules rules;
    struct vol_want wants[VOL_RULES_NAMES_MAX];
    size_t kind_at, ts_at; /* among the names of the rules */
    struct vol_cooldown cooldown;
    struct vol_channel_config channels;
    struct vol_buf path; /* of the cooldowns; empty: not kept */
    struct event *held;  /* --sealed: what waits for the end */
    size_t n_held, cap;
    int64_t ts; /* of the record in hand */
    uint64_t n_alerts, n_quiet;
};

static void check_memory(struct state *s, enum vol_status status)
{
    if (status != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
}

/* ---- set-up
 * --------------------------------------------------------------------------------------------------- */

static void load_rules(struct state *s)
{
    size_t i;

    if (rule_files.n == 0)
        rule_files.value[rule_files.n++] = "chapter";
    check_memory(s, vol_rules_init(&s->rules));
    for (i = 0; i < rule_files.n; i++)
        if (vol_rules_load(&s->rules, tool_share_file(&s->t, "rules", rule_files.value[i]), &s->t.err) !=
            VOL_OK)
            tool_die_err(&s->t);
    for (i = 0; i < s->rules.names.n; i++)
        s->wants[i].name = vol_map_name(&s->rules.names, i, NULL);
    s->kind_at = vol_map_find(&s->rules.names, "kind", 4);
    s->ts_at = vol_map_find(&s->rules.names, "ts", 2);
    tool_want(&s->t, s->wants, s->rules.names.n);
}

static void check_channels(struct state *s)
{
    size_t n, i;
    const struct vol_channel *table = vol_channel_table(&n);

    s->channels.log_path = log_path;
    for (i = 0; i < n; i++)
        if (table[i].is_on(&s->channels) && table[i].check(&s->channels, &s->t.err) != VOL_OK)
            tool_die_err(&s->t);
}

/* Find the directory, take its lock (two runs would undo each other's cooldowns), read what is there. */
static void open_state(struct state *s)
{
    const char *home = getenv("HOME"), *xdg = getenv("XDG_STATE_HOME");
    struct vol_buf dir = VOL_BUF_INIT;
    enum vol_status status;
    size_t len;
    int lock;

    if (no_state)
        return;
    if (state_dir != NULL)
        status = vol_buf_add_str(&dir, state_dir);
    else if (xdg != NULL && xdg[0] == '/')
        status = vol_buf_addf(&dir, "%s/volpipe", xdg);
    else if (home != NULL && home[0] == '/')
        status = vol_buf_addf(&dir, "%s/.local/state/volpipe", home);
    else
        tool_die(&s->t, VOL_ECONFIG,
                 "neither XDG_STATE_HOME nor HOME is set: give --state DIR, or --no-state");
    check_memory(s, status);
    if (vol_file_make_dirs(dir.data, &s->t.err) != VOL_OK)
        tool_die_err(&s->t);
    len = dir.len;
    check_memory(s, vol_buf_add_str(&dir, "/valert.lock"));
    if (vol_file_lock(dir.data, &lock, &s->t.err) != VOL_OK)
        tool_die_err(&s->t);
    check_memory(s, vol_buf_addf(&s->path, "%.*s/valert.json", (int)len, dir.data));
    if (vol_cooldown_load(&s->cooldown, s->path.data, &s->t.err) != VOL_OK)
        tool_die_err(&s->t);
    vol_buf_free(&dir);
}

/* ---- alerts
 * --------------------------------------------------------------------------------------------------- */

static void free_event(struct event *e)
{
    vol_buf_free(&e->symbol);
    vol_buf_free(&e->message);
    vol_buf_free(&e->values);
}

static void save(struct state *s)
{
    if (s->path.len == 0 || !s->cooldown.changed)
        return;
    if (vol_cooldown_save(&s->cooldown, s->path.data, &s->t.err) != VOL_OK)
        tool_die_err(&s->t);
}

/* Hand the alert to the rule's channels; what became of it is appended to OUT as a JSON object. False: it
 * reached none of those that are on, and there is at least one. */
static bool deliver(struct state *s, const struct event *e, struct vol_buf *out)
{
    const struct vol_alert alert = {e->as_of, e->rule->name, e->rule->severity, e->symbol.data,
                                    e->message.data};
    size_t n, i, n_on = 0, n_sent = 0;
    const struct vol_channel *table = vol_channel_table(&n);
    const char *comma = "{";

    for (i = 0; i < n; i++) {
        struct vol_buf words = VOL_BUF_INIT;

        if ((e->rule->channels >> i & 1) == 0)
            continue;
        if (!table[i].is_on(&s->channels)) {
            check_memory(s, vol_buf_add_str(&words, "off"));
        } else if (n_on++, table[i].send(&s->channels, &alert, &s->t.err) == VOL_OK) {
            n_sent++;
            check_memory(s, vol_buf_add_str(&words, "sent"));
        } else {
            check_memory(s, vol_buf_addf(&words, "failed: %s", s->t.err.text));
            tool_warn(&s->t, "%s: not delivered: %s", e->rule->name, s->t.err.text);
            tool_status(&s->t, VOL_EIO);
        }
        check_memory(s, vol_buf_addf(out, "%s\"%s\":", comma, table[i].name));
        check_memory(s, vol_buf_add_json(out, words.data, words.len));
        comma = ",";
        vol_buf_free(&words);
    }
    check_memory(s, vol_buf_add_str(out, comma[0] == '{' ? "{}" : "}"));
    return n_sent > 0 || n_on == 0;
}

/* Deliver first, then remember, then tell the stream: a run that is killed between two of these repeats an
 * alert, and loses none. One that reached nobody does not start its cooldown; then the answer is false. */
static bool act(struct state *s, const struct event *e)
{
    struct vol_buf channels = VOL_BUF_INIT;
    const char *when = vol_expr_text(e->rule->when);
    struct vol_writer *out = s->t.out;
    bool delivered = deliver(s, e, &channels);

    if (delivered && !sealed) {
        check_memory(s, vol_cooldown_fired(&s->cooldown, e->rule->name, e->symbol.data, e->symbol.len,
                                           e->as_of, e->rule->rearm != NULL));
        save(s);
    }
    s->n_alerts++;
    if (tool_begin(&s->t, "alert", s->ts)) {
        vol_writer_str(out, VOL_KEY("rule"), e->rule->name, strlen(e->rule->name));
        vol_writer_str(out, VOL_KEY("severity"), e->rule->severity, strlen(e->rule->severity));
        if (e->symbol.len > 0)
            vol_writer_str(out, VOL_KEY("underlying"), e->symbol.data, e->symbol.len);
        vol_writer_str(out, VOL_KEY("message"), e->message.data, e->message.len);
        vol_writer_time(out, VOL_KEY("as_of"), e->as_of);
        vol_writer_str(out, VOL_KEY("when"), when, strlen(when));
        vol_writer_raw(out, VOL_KEY("values"), e->values.data, e->values.len);
        vol_writer_raw(out, VOL_KEY("channels"), channels.data, channels.len);
        tool_end(&s->t);
    }
    vol_buf_free(&channels);
    return delivered;
}

/* Until the stream is known to be whole an alert waits, and silences its rule in memory only. */
static void hold(struct state *s, struct event *e)
{
    check_memory(s, vol_cooldown_fired(&s->cooldown, e->rule->name, e->symbol.data, e->symbol.len, e->as_of,
                                       e->rule->rearm != NULL));
    if (s->n_held == s->cap) {
        s->cap = s->cap > 0 ? 2 * s->cap : 16;
        s->held = realloc(s->held, s->cap * sizeof *s->held);
        if (s->held == NULL)
            tool_die(&s->t, VOL_EOS, "out of memory");
    }
    s->held[s->n_held++] = *e;
}

/* The head of a record is read for every tool: a rule that names it gets it from there. */
static void fill_head(const struct state *s, struct vol_rec *rec)
{
    if (s->kind_at != VOL_MAP_NONE)
        rec->value[VOL_W_OWN + s->kind_at] = rec->value[VOL_W_KIND];
    if (s->ts_at != VOL_MAP_NONE)
        rec->value[VOL_W_OWN + s->ts_at] = rec->value[VOL_W_TS];
}

static void watch(struct state *s, const struct vol_rule *rule, const struct vol_rec *rec)
{
    const struct vol_value *values = rec->value + VOL_W_OWN;
    struct vol_value symbol = vol_rules_symbol(values);
    struct event e = {rule, rec->ts, VOL_BUF_INIT, VOL_BUF_INIT, VOL_BUF_INIT};

    if (vol_rule_rearms(rule, rec->kind, values))
        vol_cooldown_rearm(&s->cooldown, rule->name, symbol.text, symbol.len);
    if (!vol_rule_fires(rule, rec->kind, values))
        return;
    if (!vol_cooldown_ready(&s->cooldown, rule->name, symbol.text, symbol.len, rec->ts, rule->cooldown)) {
        s->n_quiet++;
        return;
    }
    check_memory(s, vol_buf_add(&e.symbol, symbol.text, symbol.len));
    check_memory(s, vol_rule_message(&s->rules, rule, values, &e.message));
    check_memory(s, vol_rule_values(&s->rules, rule, values, &e.values));
    if (sealed) {
        hold(s, &e);
        return;
    }
    (void)act(s, &e);
    free_event(&e);
}

static void act_on_held(struct state *s)
{
    bool whole = tool_sealed(&s->t), delivered = true;
    size_t i;

    if (!whole) {
        tool_warn(&s->t, "--sealed: the stream did not end whole: %zu alert%s not raised", s->n_held,
                  s->n_held == 1 ? "" : "s");
        tool_status(&s->t, VOL_ENOINPUT);
    }
    for (i = 0; i < s->n_held; i++) {
        if (whole && !act(s, &s->held[i]))
            delivered = false;
        free_event(&s->held[i]);
    }
    if (whole && delivered)
        save(s);
    free(s->held);
}

int main(int argc, char **argv)
{
    struct state s = {.t = {.info = &info, .options = options}, .path = VOL_BUF_INIT};
    struct vol_rec *rec;
    size_t i;

    tool_start(&s.t, argc, argv);
    vol_cooldown_init(&s.cooldown);
    load_rules(&s);
    check_channels(&s);
    open_state(&s);
    while ((rec = tool_next(&s.t)) != NULL) {
        s.ts = rec->ts;
        fill_head(&s, rec);
        tool_pass(&s.t, rec);
        for (i = 0; i < s.rules.n; i++)
            watch(&s, &s.rules.rules[i], rec);
    }
    if (sealed)
        act_on_held(&s);
    else
        save(&s);
    tool_stat(&s.t, "alerts", (double)s.n_alerts);
    tool_stat(&s.t, "held_back", (double)s.n_quiet);
    vol_rules_free(&s.rules);
    vol_cooldown_free(&s.cooldown);
    vol_buf_free(&s.path);
    return tool_finish(&s.t);
}
