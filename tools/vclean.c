/* vclean: refuse or tag quotes by named checks. */
#include "tool.h"

#include "chain/clean.h"

static const struct vol_want wants[] = {VOL_CLEAN_WANTS};

static const char *profile_name = "desk";

static const struct vol_opt options[] = {
    {VOL_OPT_HEADING, 0, NULL, NULL, NULL, NULL, 0, 0, "Options of vclean"},
    {VOL_OPT_STR, 'p', "profile", "NAME", &profile_name, NULL, 0, 0,
     "checks to make: desk (the default), chapter, or a JSON file"},
    {0},
};

static const struct tool_info info = {"vclean", "[FILE...]",
                                      "Refuse what cannot be a quote, tag what is doubtful, pass the rest."};

/* Send a line on, or refuse it. One without tags that had none goes byte for byte. */
static void settle(struct tool *t, const struct vol_line *line, int64_t ts, const struct vol_clean_verdict *v)
{
    struct vol_buf text = VOL_BUF_INIT;

    if (!v->is_quote) {
        tool_pass_line(t, line, "reject");
        return;
    }
    if (v->refused != VOL_CHECK_N) {
        tool_reject(t, line, "quote", ts, vol_check_name(v->refused));
        return;
    }
    if (v->tags == 0 && !v->had_flags) {
        tool_pass_line(t, line, "quote");
        return;
    }
    if (!tool_edit(t, line, "quote"))
        return;
    if (v->tags != 0) {
        if (vol_check_flags_text(v->tags, &text) != VOL_OK)
            tool_die(t, VOL_EOS, "out of memory");
        vol_writer_str(t->out, VOL_KEY("flags"), text.data, text.len);
    }
    tool_end(t);
    vol_buf_free(&text);
}

/* The snapshot that is held is complete. */
static void release(struct tool *t, struct vol_clean_snapshot *s, const struct vol_profile *profile)
{
    size_t i;

    if (vol_clean_compare(s, profile) != VOL_OK)
        tool_die(t, VOL_EOS, "out of memory");
    for (i = 0; i < s->lines.n; i++) {
        struct vol_line line = vol_hold_get(&s->lines, i);

        settle(t, &line, s->ts, &s->verdicts[i]);
    }
    vol_clean_clear(s);
}

int main(int argc, char **argv)
{
    struct tool t = {
        .info = &info, .options = options, .wants = wants, .n_wants = sizeof wants / sizeof wants[0]};
    struct vol_clean_memo memo = VOL_CLEAN_MEMO_INIT;
    struct vol_clean_snapshot held;
    struct vol_profile profile;
    struct vol_rec *rec;
    bool holds;

    tool_start(&t, argc, argv);
    if (vol_profile_load(tool_share_file(&t, "profiles", profile_name), &profile, &t.err) != VOL_OK)
        tool_die_err(&t);
    /* Only the comparison of neighbouring strikes needs the whole snapshot. */
    holds = profile.action[VOL_CHECK_VERTICAL] != VOL_CHECK_OFF;
    vol_clean_init(&held);
    while ((rec = tool_next(&t)) != NULL) {
        struct vol_clean_verdict verdict = {.is_quote = vol_rec_is(rec, "quote"),
                                            .refused = VOL_CHECK_N,
                                            .had_flags = rec->value[VOL_C_FLAGS].type != VOL_ABSENT};
        struct vol_check_quote quote;

        if (!vol_clean_goes_on(&held, rec))
            release(&t, &held, &profile);
        if (!verdict.is_quote && held.lines.n == 0) {
            tool_pass(&t, rec);
            continue;
        }
        if (verdict.is_quote) {
            vol_clean_read(rec, &memo, &quote);
            verdict.refused = vol_check_one(&profile, &quote, &verdict.tags);
        }
        if (!holds)
            settle(&t, &rec->line, rec->ts, &verdict);
        else if (vol_clean_add(&held, rec, &quote, &verdict) != VOL_OK)
            tool_die(&t, VOL_EOS, "out of memory");
    }
    release(&t, &held, &profile);
    vol_clean_free(&held);
    return tool_finish(&t);
}
