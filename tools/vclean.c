/* vclean: refuse or tag quotes by named checks. */
#include "tool.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "chain/check.h"

enum {
    EXPIRATION = VOL_W_OWN,
    EXPIRES,
    STRIKE,
    TYPE,
    ROOT,
    UNDERLYING,
    BID,
    ASK,
    IV,
    VENDOR_IV,
    DELTA,
    VENDOR_DELTA,
    FLAGS
};

static const struct vol_want wants[] = {
    {"expiration", false},  {"expires", false},    {"strike", false}, {"option_type", false},
    {"root", false},        {"underlying", false}, {"bid", false},    {"ask", false},
    {"implied_vol", false}, {"vendor_iv", false},  {"delta", false},  {"vendor_delta", false},
    {"flags", true},
};

static const char *profile_name = "desk";

static const struct vol_opt options[] = {
    {VOL_OPT_STR, 'p', "profile", "NAME", &profile_name, NULL, 0, 0,
     "checks to make: desk (the default), chapter, or a JSON file"},
    {0},
};

static const struct tool_info info = {"vclean", "[FILE...]",
                                      "Refuse what cannot be a quote, tag what is doubtful, pass the rest."};

/* A snapshot is held only when the profile compares neighbouring strikes. */
struct snapshot {
    struct vol_hold lines;
    struct vol_check_point *points;
    uint32_t *flags;
    unsigned char *had_flags, *refused;
    size_t n_points, cap;
    int64_t ts;
    struct vol_buf underlying;
};

static double either(const struct vol_value *ours, const struct vol_value *vendor)
{
    return ours->type == VOL_NUMBER ? ours->num : vendor->num;
}

/* Days and settlement: both texts repeat for a whole expiry, so the last ones are remembered. */
struct expiry_memory {
    char date_text[16], time_text[VOL_TIME_MAX];
    uint32_t date_len, time_len;
    int32_t date;
    int64_t expires, ts;
    int32_t today;
};

static void read_expiry(struct expiry_memory *m, const struct vol_rec *rec, struct vol_check_quote *q)
{
    const struct vol_value *date = &rec->value[EXPIRATION], *expires = &rec->value[EXPIRES];
    int32_t seconds;

    if (m->ts != rec->ts) {
        vol_time_to_new_york(rec->ts, &m->today, &seconds);
        m->ts = rec->ts;
    }
    q->dte = NAN;
    q->expired = 0;
    if (date->type != VOL_STRING || date->len > sizeof m->date_text)
        return;
    if (date->len != m->date_len || memcmp(date->text, m->date_text, date->len) != 0) {
        m->date_len = 0;
        if (vol_date_parse(date->text, date->len, &m->date) != VOL_OK)
            return;
        m->date_len = date->len;
        memcpy(m->date_text, date->text, date->len);
    }
    q->dte = m->date - m->today;
    q->expired = q->dte < 0;
    if (expires->type != VOL_STRING || expires->len > sizeof m->time_text)
        return;
    if (expires->len != m->time_len || memcmp(expires->text, m->time_text, expires->len) != 0) {
        m->time_len = 0;
        if (vol_time_parse(expires->text, expires->len, &m->expires) != VOL_OK) {
            q->dte = NAN;
            return;
        }
        m->time_len = expires->len;
        memcpy(m->time_text, expires->text, expires->len);
    }
    q->expired = m->expires <= rec->ts;
}

static void read_quote(struct expiry_memory *memory, const struct vol_rec *rec, struct vol_check_quote *q)
{
    const struct vol_value *type = &rec->value[TYPE];

    q->strike = rec->value[STRIKE].num;
    q->bid = rec->value[BID].num;
    q->ask = rec->value[ASK].num;
    q->vol = either(&rec->value[IV], &rec->value[VENDOR_IV]);
    q->delta = either(&rec->value[DELTA], &rec->value[VENDOR_DELTA]);
    q->option_type = type->type == VOL_STRING && type->len == 1 ? type->text[0] : '\0';
    read_expiry(memory, rec, q);
}

/* Send a quote on, with its tags; one without tags that had none goes byte for byte. */
static void emit(struct tool *t, const struct vol_line *line, uint32_t flags, bool had_flags)
{
    struct vol_buf text = VOL_BUF_INIT;

    if (flags == 0 && !had_flags) {
        tool_pass_line(t, line, "quote");
        return;
    }
    if (!tool_edit(t, line, "quote"))
        return;
    if (flags != 0) {
        if (vol_check_flags_text(flags, &text) != VOL_OK)
            tool_die(t, VOL_EOS, "out of memory");
        vol_writer_str(t->out, VOL_KEY("flags"), text.data, text.len);
    }
    tool_end(t);
    vol_buf_free(&text);
}

static uint64_t hash(uint64_t h, const struct vol_value *v)
{
    uint32_t i;

    for (i = 0; i < v->len; i++)
        h = (h ^ (unsigned char)v->text[i]) * UINT64_C(1099511628211);
    return (h ^ 0xff) * UINT64_C(1099511628211);
}

static void hold(struct tool *t, struct snapshot *s, const struct vol_rec *rec,
                 const struct vol_check_quote *q, uint32_t flags)
{
    size_t i = s->lines.n;

    if (i == s->cap) {
        s->cap = s->cap == 0 ? 1024 : 2 * s->cap;
        s->points = realloc(s->points, s->cap * sizeof *s->points);
        s->flags = realloc(s->flags, s->cap * sizeof *s->flags);
        s->had_flags = realloc(s->had_flags, s->cap);
        s->refused = realloc(s->refused, s->cap);
        if (s->points == NULL || s->flags == NULL || s->had_flags == NULL || s->refused == NULL)
            tool_die(t, VOL_EOS, "out of memory");
    }
    if (vol_hold_add(&s->lines, &rec->line) != VOL_OK)
        tool_die(t, VOL_EOS, "out of memory");
    s->flags[i] = flags;
    s->had_flags[i] = rec->value[FLAGS].type != VOL_ABSENT;
    s->refused[i] = 0;
    /* The chapter compares calls; a put is dearer at the higher strike by nature. */
    if (q->option_type == 'C') {
        struct vol_check_point *p = &s->points[s->n_points++];

        p->index = i;
        p->group = hash(hash(UINT64_C(14695981039346656037), &rec->value[ROOT]), &rec->value[EXPIRATION]);
        p->strike = q->strike;
        p->mid = 0.5 * (q->bid + q->ask);
    }
}

static void release(struct tool *t, struct snapshot *s, const struct vol_profile *profile)
{
    size_t i;

    vol_check_vertical(s->points, s->n_points, profile->vertical_tolerance, s->refused);
    for (i = 0; i < s->lines.n; i++) {
        struct vol_line line = vol_hold_get(&s->lines, i);

        if (s->refused[i] && profile->action[VOL_CHECK_VERTICAL] == VOL_CHECK_REJECT) {
            tool_reject(t, &line, "quote", s->ts, vol_check_name(VOL_CHECK_VERTICAL));
            continue;
        }
        emit(t, &line, s->flags[i] | (s->refused[i] ? 1u << VOL_CHECK_VERTICAL : 0), s->had_flags[i]);
    }
    vol_hold_clear(&s->lines);
    s->n_points = 0;
}

/* Whether REC goes on with the snapshot that is held. */
static bool same_snapshot(const struct snapshot *s, const struct vol_rec *rec)
{
    const struct vol_value *u = &rec->value[UNDERLYING];

    return s->lines.n == 0 || (vol_rec_is(rec, "quote") && rec->ts == s->ts && u->len == s->underlying.len &&
                               memcmp(u->text, s->underlying.data, u->len) == 0);
}

static void begin_snapshot(struct tool *t, struct snapshot *s, const struct vol_rec *rec)
{
    s->ts = rec->ts;
    vol_buf_clear(&s->underlying);
    if (vol_buf_add(&s->underlying, rec->value[UNDERLYING].text, rec->value[UNDERLYING].len) != VOL_OK)
        tool_die(t, VOL_EOS, "out of memory");
}

int main(int argc, char **argv)
{
    struct tool t = {
        .info = &info, .options = options, .wants = wants, .n_wants = sizeof wants / sizeof wants[0]};
    struct snapshot s = {.underlying = VOL_BUF_INIT};
    struct expiry_memory memory = {.ts = INT64_MIN};
    struct vol_profile profile;
    struct vol_rec *rec;
    bool holds;

    vol_hold_init(&s.lines);
    tool_start(&t, argc, argv);
    if (vol_profile_load(tool_share_file(&t, "profiles", profile_name), &profile, &t.err) != VOL_OK)
        tool_die_err(&t);
    holds = profile.action[VOL_CHECK_VERTICAL] != VOL_CHECK_OFF;
    while ((rec = tool_next(&t)) != NULL) {
        struct vol_check_quote q;
        enum vol_check refused;
        uint32_t flags;

        if (!same_snapshot(&s, rec))
            release(&t, &s, &profile);
        if (!vol_rec_is(rec, "quote")) {
            tool_pass(&t, rec);
            continue;
        }
        read_quote(&memory, rec, &q);
        refused = vol_check_one(&profile, &q, &flags);
        if (refused != VOL_CHECK_N) {
            tool_reject(&t, &rec->line, "quote", rec->ts, vol_check_name(refused));
        } else if (holds) {
            if (s.lines.n == 0)
                begin_snapshot(&t, &s, rec);
            hold(&t, &s, rec, &q, flags);
        } else {
            emit(&t, &rec->line, flags, rec->value[FLAGS].type != VOL_ABSENT);
        }
    }
    release(&t, &s, &profile);
    vol_hold_free(&s.lines);
    vol_buf_free(&s.underlying);
    free(s.points);
    free(s.flags);
    free(s.had_flags);
    free(s.refused);
    return tool_finish(&t);
}
