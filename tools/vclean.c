/* vclean: refuse or tag quotes by named checks; find arbitrage, repair mids, judge snapshots. */
#include "tool.h"

#include <math.h>
#include <string.h>

#include "base/share.h"
#include "chain/clean.h"

static const struct vol_want wants[] = {VOL_CLEAN_WANTS};

static const char *profile_name = "desk";
static struct vol_opt_list off, tag, reject, set;
static int repair, quality, report, legs;

static const struct vol_opt options[] = {
    {VOL_OPT_HEADING, 0, NULL, NULL, NULL, NULL, 0, 0, "Options of vclean"},
    {VOL_OPT_STR, 'p', "profile", "NAME", &profile_name, NULL, 0, 0,
     "checks to make: desk (the default), chapter, strict, or a JSON file"},
    {VOL_OPT_LIST, 0, "off", "CHECKS", &off, NULL, 0, 0,
     "do not make these checks (comma-separated, or all), whatever the profile says"},
    {VOL_OPT_LIST, 't', "tag", "CHECKS", &tag, NULL, 0, 0, "tag the quotes that fail these checks"},
    {VOL_OPT_LIST, 'r', "reject", "CHECKS", &reject, NULL, 0, 0, "refuse the quotes that fail these checks"},
    {VOL_OPT_LIST, 's', "set", "NAME=VALUE", &set, NULL, 0, 0,
     "set a threshold of the profile (dte_min=7, comma-separated)"},
    {VOL_OPT_FLAG, 0, "repair", NULL, &repair, NULL, 0, 0,
     "add mid_repaired and repair_status: the nearest mids without arbitrage"},
    {VOL_OPT_FLAG, 0, "quality", NULL, &quality, NULL, 0, 0, "add a quality record behind each snapshot"},
    {VOL_OPT_FLAG, 0, "report", NULL, &report, NULL, 0, 0,
     "print a table of the snapshots in place of the stream"},
    {VOL_OPT_FLAG, 0, "legs", NULL, &legs, NULL, 0, 0, "with --report: list each finding with its legs"},
    {0},
};

static const struct tool_info info = {"vclean", "[FILE...]",
                                      "Refuse what cannot be a quote, tag what is doubtful, pass the rest."};

struct state {
    struct tool t;
    struct vol_clean_config config;
    struct vol_calendar calendar;
    struct vol_clean clean;
    struct vol_clean_memo memo;
    struct vol_quality_report report;
    struct vol_buf text;
    bool holds, published; /* findings and quality of the last snapshot were written: old ones go */
};

/* Fields that this run writes: columns of a CSV. */
static bool writes(size_t i)
{
    return i == VOL_C_FLAGS - VOL_W_OWN || repair;
}

/* Send a quote on, or refuse it. One without tags that had none goes byte for byte. */
static void settle(struct state *s, const struct vol_line *line, int64_t ts,
                   const struct vol_clean_verdict *v)
{
    struct tool *t = &s->t;

    if (v->refused != VOL_CHECK_N) {
        tool_reject(t, line, "quote", ts, vol_check_name(v->refused));
        return;
    }
    if (v->tags == 0 && !v->owned && !repair) {
        tool_pass_line(t, line, "quote");
        return;
    }
    if (!tool_edit(t, line, "quote"))
        return;
    if (v->tags != 0) {
        vol_buf_clear(&s->text);
        if (vol_check_flags_text(v->tags, &s->text) != VOL_OK)
            tool_die(t, VOL_EOS, "out of memory");
        vol_writer_str(t->out, VOL_KEY("flags"), s->text.data, s->text.len);
    }
    if (repair) {
        const char *status = vol_repair_status_name(v->repair);

        vol_writer_num(t->out, VOL_KEY("mid_repaired"), v->mid_repaired);
        vol_writer_str(t->out, VOL_KEY("repair_status"), status, strlen(status));
    }
    tool_end(t);
}

static void write_finding(struct state *s, const char *check, size_t slice, double profit,
                          const struct vol_static_leg *leg, size_t n)
{
    const struct vol_slice *of = &s->clean.ladders.slice[slice];
    char date[VOL_DATE_MAX];

    vol_buf_clear(&s->text);
    if (vol_clean_legs(&s->clean, leg, n, s->t.precision, &s->text) != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
    if (!tool_begin(&s->t, "finding", s->clean.snap.ts))
        return;
    vol_writer_str(s->t.out, VOL_KEY("underlying"), s->clean.snap.underlying.data,
                   s->clean.snap.underlying.len);
    vol_writer_str(s->t.out, VOL_KEY("check"), check, strlen(check));
    vol_writer_str(s->t.out, VOL_KEY("root"), s->clean.ladders.names.data + of->root_at, of->root_len);
    vol_writer_str(s->t.out, VOL_KEY("expiration"), date, vol_date_print(date, of->expiration));
    vol_writer_num(s->t.out, VOL_KEY("profit"), profit);
    vol_writer_raw(s->t.out, VOL_KEY("legs"), s->text.data, s->text.len);
    tool_end(&s->t);
}

static void write_findings(struct state *s)
{
    const struct vol_repair *r = &s->clean.repair;
    size_t i;

    for (i = 0; i < vol_static_count(&s->clean.arbitrage); i++) {
        const struct vol_static_finding *f = vol_static_get(&s->clean.arbitrage, i);

        write_finding(s, vol_check_name((enum vol_check)(VOL_CHECK_VERTICAL + (int)f->kind)), f->slice,
                      f->profit, f->leg, f->n_legs);
    }
    for (i = 0; repair && i < r->reasons.len / sizeof(struct vol_repair_reason); i++) {
        const struct vol_repair_reason *why =
            (const struct vol_repair_reason *)(const void *)r->reasons.data + i;

        write_finding(s, "repair", why->slice, why->profit,
                      (const struct vol_static_leg *)(const void *)r->legs.data + why->leg, why->n_legs);
    }
}

static void write_quality(struct state *s)
{
    const struct vol_quality *q = &s->clean.quality;
    struct vol_writer *w = s->t.out;

    if (!tool_begin(&s->t, "quality", s->clean.snap.ts))
        return;
    vol_writer_str(w, VOL_KEY("underlying"), s->clean.snap.underlying.data, s->clean.snap.underlying.len);
    vol_buf_clear(&s->text);
    if (vol_check_flags_text(q->snapshot, &s->text) != VOL_OK ||
        (q->snapshot == 0 && vol_buf_add_str(&s->text, "ok") != VOL_OK))
        tool_die(&s->t, VOL_EOS, "out of memory");
    vol_writer_str(w, VOL_KEY("status"), s->text.data, s->text.len);
    vol_writer_int(w, VOL_KEY("quotes"), (int64_t)q->n);
    vol_writer_int(w, VOL_KEY("refused"), (int64_t)q->n_refused);
    vol_writer_int(w, VOL_KEY("tagged"), (int64_t)q->n_tagged);
    vol_writer_num(w, VOL_KEY("refused_share"), (double)q->n_refused / (double)q->n);
    vol_writer_num(w, VOL_KEY("unchanged_share"), vol_quality_unchanged(q));
    if (q->before != INT64_MIN)
        vol_writer_time(w, VOL_KEY("compared_with"), q->before);
    vol_writer_num(w, VOL_KEY("spot"), q->spot);
    vol_writer_num(w, VOL_KEY("implied_spot"), q->implied_spot);
    vol_writer_num(w, VOL_KEY("spot_gap"), q->spot_gap);
    vol_writer_int(w, VOL_KEY("verticals"), (int64_t)q->n_findings[VOL_STATIC_VERTICAL]);
    vol_writer_int(w, VOL_KEY("butterflies"), (int64_t)q->n_findings[VOL_STATIC_BUTTERFLY]);
    vol_writer_int(w, VOL_KEY("boxes"), (int64_t)q->n_findings[VOL_STATIC_PARITY]);
    vol_writer_int(w, VOL_KEY("calendars"), (int64_t)q->n_findings[VOL_STATIC_CALENDAR]);
    vol_writer_num(w, VOL_KEY("profit"), q->profit);
    if (repair) {
        vol_writer_int(w, VOL_KEY("expiries"), (int64_t)q->n_expiries);
        vol_writer_int(w, VOL_KEY("repaired"), (int64_t)q->n_repaired);
        vol_writer_int(w, VOL_KEY("outside"), (int64_t)q->n_outside);
        vol_writer_num(w, VOL_KEY("worst"), q->worst);
    }
    tool_end(&s->t);
}

static const char *symbol_of(const void *clean, uint32_t index)
{
    return vol_clean_symbol(clean, index);
}

static void write_report(struct state *s)
{
    enum vol_status status;
    size_t i;

    vol_buf_clear(&s->text);
    status = vol_quality_report_add(&s->report, &s->clean.quality, s->clean.snap.ts,
                                    s->clean.snap.underlying.data, &s->text);
    for (i = 0; legs && i < vol_static_count(&s->clean.arbitrage) && status == VOL_OK; i++)
        status = vol_quality_report_finding(vol_static_get(&s->clean.arbitrage, i), symbol_of, &s->clean,
                                            &s->text);
    if (status != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
    tool_text(&s->t, s->text.data, s->text.len);
}

static void publish(struct state *s)
{
    write_findings(s);
    if (quality)
        write_quality(s);
    s->published = true;
}

/* The snapshot that is held is complete: judge it and send it on in its order, what was found behind `snap`.
 */
static void release(struct state *s)
{
    struct vol_clean *c = &s->clean;
    size_t i, at = 0;

    if (!c->snap.open)
        return;
    if (vol_clean_judge(c) != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
    if (report)
        write_report(s);
    for (i = 0; i < vol_snapshot_count(&c->snap); i++) {
        struct vol_line line;
        const char *kind = vol_snapshot_line(&c->snap, i, &line);

        if (kind == NULL)
            settle(s, &line, c->snap.ts, vol_clean_verdict_of(c, at++));
        else
            tool_pass_line(&s->t, &line, kind);
    }
    publish(s);
    vol_clean_clear(c);
}

static void take_quote(struct state *s, const struct vol_rec *rec)
{
    const struct vol_value *v = rec->value;
    struct vol_clean_verdict verdict = {.mid_repaired = NAN,
                                        .owned = v[VOL_C_FLAGS].type != VOL_ABSENT ||
                                                 v[VOL_C_MID_REPAIRED].type != VOL_ABSENT ||
                                                 v[VOL_C_REPAIR_STATUS].type != VOL_ABSENT};
    struct vol_clean_quote quote;

    if (s->clean.snap.open && !vol_snapshot_is(&s->clean.snap, rec->ts, &v[VOL_C_UNDERLYING]))
        release(s);
    s->published = false;
    vol_clean_read(&s->config, rec, &s->memo, &quote);
    verdict.refused = vol_check_one(&s->config.profile, &quote.check, &verdict.tags);
    if (!s->holds)
        settle(s, &rec->line, rec->ts, &verdict);
    else if (vol_clean_add(&s->clean, rec, &quote, &verdict) != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
}

static void take_other(struct state *s, const struct vol_rec *rec)
{
    struct vol_clean *c = &s->clean;
    bool about =
        rec->ts == c->snap.ts && vol_value_is(&rec->value[VOL_C_UNDERLYING], c->snap.underlying.data);

    if (about && (c->snap.open || s->published) && (vol_rec_is(rec, "finding") || vol_rec_is(rec, "quality")))
        return; /* an earlier vclean's own: written anew */
    /* A record of the same instant (a reject) does not cut a snapshot in two. */
    if (!c->snap.open || rec->ts != c->snap.ts) {
        release(s);
        tool_pass(&s->t, rec);
        return;
    }
    if (vol_snapshot_add_other(&c->snap, &rec->line, &rec->value[VOL_W_KIND]) != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
    if (about && vol_rec_is(rec, "snap"))
        release(s);
}

static void act(struct state *s, const struct vol_opt_list *list, enum vol_check_action action)
{
    size_t i;

    for (i = 0; i < list->n; i++)
        if (vol_profile_act(&s->config.profile, list->value[i], action, &s->t.err) != VOL_OK)
            tool_die_err(&s->t);
}

static void load_calendar(struct state *s)
{
    char path[4096];

    if (vol_share_path(VOLPIPE_PREFIX "/share/volpipe", "calendars", "us-options.csv", path, sizeof path,
                       &s->t.err) != VOL_OK ||
        vol_calendar_load(path, &s->calendar, &s->t.err) != VOL_OK)
        tool_die_err(&s->t);
}

static void configure(struct state *s)
{
    struct tool *t = &s->t;
    struct vol_profile *p = &s->config.profile;
    size_t i;

    if (vol_profile_load(tool_share_file(t, "profiles", profile_name), p, &t->err) != VOL_OK)
        tool_die_err(t);
    act(s, &off, VOL_CHECK_OFF);
    act(s, &tag, VOL_CHECK_TAG);
    act(s, &reject, VOL_CHECK_REJECT);
    for (i = 0; i < set.n; i++)
        if (vol_profile_set(p, set.value[i], &t->err) != VOL_OK)
            tool_die_err(t);
    if (vol_profile_windows(p, "the profile", &t->err) != VOL_OK)
        tool_die_err(t);
    if (legs && !report)
        tool_die(t, VOL_EUSAGE, "--legs goes with --report");
    if (vol_profile_makes(p, VOL_CHECK_HOLIDAY)) {
        load_calendar(s);
        s->config.calendar = &s->calendar;
    }
    s->config.quality = quality || report;
    s->config.repair = repair;
    s->holds = vol_clean_holds(&s->config);
    s->memo = (struct vol_clean_memo)VOL_CLEAN_MEMO_INIT;
    vol_buf_init(&s->text);
    vol_clean_init(&s->clean, &s->config);
    if (report)
        tool_text(t, "", 0);
}

static void finish_report(struct state *s)
{
    vol_buf_clear(&s->text);
    if (vol_quality_report_end(&s->report, &s->text) != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
    tool_text(&s->t, s->text.data, s->text.len);
}

int main(int argc, char **argv)
{
    struct state s = {.t = {.info = &info,
                            .options = options,
                            .wants = wants,
                            .n_wants = sizeof wants / sizeof wants[0],
                            .writes = writes}};
    struct vol_rec *rec;

    tool_start(&s.t, argc, argv);
    configure(&s);
    while ((rec = tool_next(&s.t)) != NULL) {
        if (vol_rec_is(rec, "quote"))
            take_quote(&s, rec);
        else
            take_other(&s, rec);
    }
    release(&s);
    if (report)
        finish_report(&s);
    vol_clean_free(&s.clean);
    vol_calendar_free(&s.calendar);
    vol_buf_free(&s.text);
    return tool_finish(&s.t);
}
