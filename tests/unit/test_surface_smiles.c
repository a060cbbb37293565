#include "surface/metrics.h"
#include "surface/smiles.h"

#include <stdlib.h>

#include "unit.h"

/* A made-up chain: three expiries on known smiles, prices by Black-76 with erfc, a spread of a vol point. */
static const struct {
    const char *root;
    double days;
    struct vol_svi svi;
} world[] = {
    {"SPXW", 24.0, {0.0004, 0.020, -0.40, 0.010, 0.05}},
    {"SPX", 31.0, {0.0005, 0.024, -0.40, 0.012, 0.06}},
    {"SPXW", 120.0, {0.0020, 0.060, -0.45, 0.020, 0.12}},
};
enum { N_WORLD = 3 };

static const double forward = 3000.0, rate = 0.02;

static double black(double f, double k, double s, int call)
{
    double d1 = log(f / k) / s + s / 2;
    double n1 = 0.5 * erfc(-d1 / sqrt(2.0)), n2 = 0.5 * erfc((s - d1) / sqrt(2.0)), price = f * n1 - k * n2;

    return call ? price : price - f + k;
}

static struct vol_smiles_quote quote_of(size_t i, double strike, int call)
{
    double t = world[i].days / 365, vol = vol_svi_vol(&world[i].svi, log(strike / forward), t),
           d = exp(-rate * t);
    struct vol_smiles_quote q = {strike, call, 0, 0, vol, vol - 0.005, vol + 0.005};

    q.bid = d * black(forward, strike, q.vol_bid * sqrt(t), call);
    q.ask = d * black(forward, strike, q.vol_ask * sqrt(t), call);
    if (q.bid < 0.01)
        q.bid = 0.0;
    return q;
}

static void add(struct vol_smiles *s, size_t i, double strike, int call)
{
    struct vol_smiles_quote q = quote_of(i, strike, call);
    size_t at = 99;
    bool fresh = false;

    UNIT(vol_smiles_find(s, world[i].root, strlen(world[i].root), (int64_t)(world[i].days * 86400e9), &at,
                         &fresh) == VOL_OK);
    if (fresh) {
        struct vol_smiles_expiry *e = &s->expiry[at];

        e->years = e->t = world[i].days / 365;
        e->date = (int32_t)world[i].days;
        e->forward = forward;
        e->discount = exp(-rate * e->t);
        e->weekly = true;
    }
    UNIT(vol_smiles_add(s, at, &q) == VOL_OK);
}

/* Fill in order, or backwards; the result must be the same to the bit. */
static void fill(struct vol_smiles *s, int backwards)
{
    int j, step, call;

    for (j = 0; j < N_WORLD; j++)
        for (step = 0; step <= 400; step++)
            for (call = 0; call < 2; call++)
                add(s, (size_t)(backwards ? N_WORLD - 1 - j : j),
                    2000.0 + 5.0 * (backwards ? 400 - step : step), call);
}

static int run(struct vol_smiles *s, enum vol_varindex_rule rule, struct vol_metrics *m)
{
    struct vol_metrics_config config = {.rule = rule};

    return vol_smiles_run(s, VOL_SMILES_SVI, VOL_ISA_GENERIC, NULL) == VOL_OK &&
           vol_metrics_run(s, &config, m, NULL) == VOL_OK;
}

static void whole_chain(void)
{
    struct vol_smiles s, other;
    struct vol_metrics m, m2;
    double w24 = vol_svi_w(&world[0].svi, 0), w31 = vol_svi_w(&world[1].svi, 0),
           w30 = w24 + (w31 - w24) * 6 / 7;
    size_t i;

    vol_smiles_init(&s);
    vol_smiles_init(&other);
    fill(&s, 0);
    fill(&other, 1);
    UNIT(s.n == N_WORLD && s.quotes == N_WORLD * 401 * 2);
    UNIT(run(&s, VOL_VARINDEX_FRIDAY, &m));
    UNIT(run(&other, VOL_VARINDEX_FRIDAY, &m2));
    for (i = 0; i < N_WORLD; i++) {
        const struct vol_smiles_expiry *e = &s.expiry[i];

        UNIT_STR(e->root, world[i].root);
        UNIT(vol_smiles_has_fit(e));
        UNIT_STR(vol_smiles_reason(e), "ok");
        UNIT_NEAR(e->svi.b, world[i].svi.b, 1e-4);
        UNIT_NEAR(e->atm_vol, vol_svi_vol(&world[i].svi, 0.0, world[i].days / 365), 1e-8);
        UNIT_NEAR(fmax(-e->score.k_min, e->score.k_max), 3 * e->atm_vol * sqrt(e->t), 0.005); /* the window */
        UNIT(e->calendar == (i == 0 ? VOL_SMILES_FIRST : VOL_SMILES_FREE));
        UNIT(memcmp(&e->svi, &other.expiry[i].svi, sizeof e->svi) == 0);
    }
    UNIT(s.fitted == 3 && s.butterfly_violations == 0 && s.calendar_violations == 0);
    UNIT_NEAR(m.iv[1], sqrt(w30 / (30.0 / 365)), 1e-8);
    UNIT(isnan(m.iv[0]) && isnan(m.iv[4])); /* 7 and 182 days lie outside */
    UNIT_NEAR(m.term_slope, m.iv[3] - m.iv[1], 0.0);
    UNIT(m.rr25 < 0.0 && m.bf25 > 0.0);
    /* The strip's index lies near the smile's own variance swap, above the vol at the forward. */
    UNIT(m.index_status == VOL_VARINDEX_OK && m.near == 0 && m.next == 1);
    UNIT(m.index > 100 * m.iv[1] && m.index < 115 * m.iv[1]);
    UNIT(memcmp(&m, &m2, sizeof m) == 0);
    vol_smiles_free(&other);

    /* Used again: a later smile below the earlier one crosses it, and the index has no third expiry. */
    vol_smiles_clear(&s);
    fill(&s, 0);
    UNIT(s.n == N_WORLD);
    for (i = 0; i < s.n; i++)
        if (s.expiry[i].years > 100.0 / 365)
            s.expiry[i].t = s.expiry[i].years = 25.0 / 365; /* 120-day vols over 25 days */
    for (i = 0; i < s.n; i++)
        if (s.expiry[i].years == 31.0 / 365)
            s.expiry[i].t = 20.0 / 365; /* 31-day vols over 20 days lie below the first smile */
    UNIT(run(&s, VOL_VARINDEX_FRIDAY, &m));
    UNIT(s.calendar_violations == 1 && s.expiry[1].calendar == VOL_SMILES_CROSSES &&
         isfinite(s.expiry[1].crossing.worst_k));
    vol_smiles_free(&s);
}

/* The same chain by a clock that runs at 0.8, 1.25 and 0.9 of time until the three expiries: each vol is
 * larger by the root of what the time is shorter, so that the total variances, and with them the smiles and
 * their verdicts, stay; the constant maturities count in the clock's time, the index in minutes. */
static void variance_time(void)
{
    static const double runs[N_WORLD] = {0.8, 1.25, 0.9};
    struct vol_smiles plain, s;
    struct vol_metrics by_time, m;
    double t0 = 24.0 / 365 * runs[0], t1 = 31.0 / 365 * runs[1], t = 30.0 / 365, w;
    size_t i, j;

    vol_smiles_init(&plain);
    vol_smiles_init(&s);
    fill(&plain, 0);
    fill(&s, 0);
    for (i = 0; i < N_WORLD; i++) {
        struct vol_smiles_expiry *e = &s.expiry[i];

        e->t_var = e->t * runs[i];
        for (j = 0; j < e->n; j++) {
            e->quotes[j].vol /= sqrt(runs[i]);
            e->quotes[j].vol_bid /= sqrt(runs[i]);
            e->quotes[j].vol_ask /= sqrt(runs[i]);
        }
    }
    UNIT(run(&plain, VOL_VARINDEX_FRIDAY, &by_time));
    UNIT(run(&s, VOL_VARINDEX_FRIDAY, &m));
    for (i = 0; i < N_WORLD; i++) {
        const struct vol_smiles_expiry *e = &s.expiry[i];

        UNIT(vol_smiles_has_fit(e) && e->t == plain.expiry[i].t && e->t_var == e->t * runs[i]);
        UNIT_NEAR(vol_svi_w(&e->svi, 0), vol_svi_w(&world[i].svi, 0), 1e-10);
        UNIT_NEAR(e->svi.b, world[i].svi.b, 1e-4);
        UNIT_NEAR(e->atm_vol, plain.expiry[i].atm_vol / sqrt(runs[i]), 1e-8);
        UNIT(e->calendar == plain.expiry[i].calendar && e->n_fitted == plain.expiry[i].n_fitted);
    }
    w = vol_svi_w(&world[0].svi, 0) +
        (vol_svi_w(&world[1].svi, 0) - vol_svi_w(&world[0].svi, 0)) * (t - t0) / (t1 - t0);
    UNIT_NEAR(m.iv[1], sqrt(w / t), 1e-8);
    UNIT(fabs(m.iv[1] - by_time.iv[1]) > 0.005); /* the clock tells */
    UNIT(m.index == by_time.index && m.index > 0);
    vol_smiles_free(&plain);

    /* no variance time is left: nothing to divide by */
    vol_smiles_clear(&s);
    fill(&s, 0);
    s.expiry[0].t_var = 0;
    UNIT(run(&s, VOL_VARINDEX_FRIDAY, &m) && s.fitted == 2);
    UNIT_STR(vol_smiles_reason(&s.expiry[0]), "expired");
    UNIT(s.expiry[1].t_var == s.expiry[1].t);
    vol_smiles_free(&s);
}

static void reasons(void)
{
    struct vol_smiles s;
    struct vol_metrics m;
    struct vol_smiles_quote bad = {NAN, 1, 1, 2, 0.2, 0.19, 0.21};
    int step;

    vol_smiles_init(&s);
    UNIT(run(&s, VOL_VARINDEX_ANY, &m) && s.fitted == 0 && isnan(m.index));
    UNIT(m.index_status == VOL_VARINDEX_NO_EXPIRIES);
    for (step = 0; step < 30; step++) {
        add(&s, 0, 2600.0 + 25 * step, 0); /* puts alone */
        add(&s, 1, 2950.0 + 50 * step, 1);
        add(&s, 2, 2600.0 + 25 * step, 0);
    }
    UNIT(vol_smiles_add(&s, 0, &bad) == VOL_EDATA);
    s.expiry[0].forward = NAN;
    s.expiry[1].t = -0.001;
    UNIT(run(&s, VOL_VARINDEX_ANY, &m));
    UNIT_STR(vol_smiles_reason(&s.expiry[0]), "no_forward");
    UNIT_STR(vol_smiles_reason(&s.expiry[1]), "expired");
    UNIT_STR(vol_smiles_reason(&s.expiry[2]), "one_sided");
    UNIT(s.fitted == 0 && isnan(s.expiry[2].atm_vol) && s.expiry[2].calendar == VOL_SMILES_UNKNOWN);
    UNIT(m.index_status == VOL_VARINDEX_NO_PAIR && isnan(m.index));
    vol_smiles_clear(&s);
    add(&s, 0, 4500.0, 1); /* no bid */
    UNIT(run(&s, VOL_VARINDEX_ANY, &m));
    UNIT_STR(vol_smiles_reason(&s.expiry[0]), "no_quotes");
    vol_smiles_free(&s);
}

int main(void)
{
    whole_chain();
    variance_time();
    reasons();
    return unit_done("surface/smiles");
}
