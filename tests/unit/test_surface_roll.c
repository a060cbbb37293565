#include "surface/roll.h"

#include "surface/collect.h"
#include "surface/metrics.h"
#include "unit.h"

/* Smiles at 20 and 40 days of 2030-01-01, seen AGE days later with the forward at FORWARD: vol is BASE less
 * 0.5 for each log-unit of strike over 100, the same for every expiry, so that contracts keep their vols. */
static void fill(struct vol_smiles *s, double age, double forward, double base)
{
    static const double expiry[] = {20, 40, 60};
    size_t i, at;
    bool fresh;
    int j;

    vol_smiles_clear(s);
    for (i = 0; i < 3; i++) {
        double t = (expiry[i] - age) / 365;

        UNIT(vol_smiles_find(s, "XYZ", 3, (int64_t)(expiry[i] * 86400e9), &at, &fresh) == VOL_OK && fresh);
        s->expiry[at].years = s->expiry[at].t = t;
        s->expiry[at].forward = forward;
        for (j = -20; j <= 20; j++) {
            double k = 0.03 * j * sqrt(t), vol = base - 0.5 * (k + log(forward / 100));
            struct vol_smiles_quote q = {forward * exp(k), k >= 0, 1, 2, vol, vol - 0.002, vol + 0.002};

            UNIT(vol_smiles_add(s, at, &q) == VOL_OK);
        }
    }
    UNIT(vol_smiles_run(s, VOL_SMILES_SVI, VOL_ISA_GENERIC, NULL) == VOL_OK && s->fitted == 3);
}

static void split(void)
{
    struct vol_smiles before, now;
    struct vol_roll r;
    const double t = 30.0 / 365;

    vol_smiles_init(&before);
    vol_smiles_init(&now);
    fill(&before, 0, 100, 0.2);
    fill(&now, 1, 98, 0.2); /* down two per cent, every contract's vol as it was: all roll */
    UNIT(vol_roll_split(&before, &now, t, &r) == VOL_OK);
    UNIT_NEAR(r.change, -0.5 * log(0.98), 2e-4);
    UNIT_NEAR(r.roll, -0.5 * log(0.98), 2e-4);
    UNIT_NEAR(r.move, 0.0, 2e-4);
    UNIT_NEAR(r.change, r.roll + r.move, 1e-15);
    fill(&now, 1, 100, 0.23); /* the forward stays, three points more: all move */
    UNIT(vol_roll_split(&before, &now, t, &r) == VOL_OK);
    UNIT_NEAR(r.roll, 0.0, 2e-4);
    UNIT_NEAR(r.move, 0.03, 2e-4);
    fill(&now, 1, 98, 0.23);
    UNIT(vol_roll_split(&before, &now, t, &r) == VOL_OK);
    UNIT_NEAR(r.roll, -0.5 * log(0.98), 2e-4);
    UNIT_NEAR(r.move, 0.03, 2e-4);
    now.expiry[0].expires++; /* the first is another contract now: no expiry below 30 days in common */
    UNIT(vol_roll_split(&before, &now, t, &r) == VOL_NO);
    fill(&now, 1, 98, 0.23);
    now.expiry[1].expires++; /* between the first and the third it still tells */
    UNIT(vol_roll_split(&before, &now, t, &r) == VOL_OK);
    UNIT_NEAR(r.roll, -0.5 * log(0.98), 2e-4);
    fill(&now, 1, 60, 0.2); /* so far down that the old smile had no quotes there */
    UNIT(vol_roll_split(&before, &now, t, &r) == VOL_NO);
    UNIT(vol_roll_split(&before, &now, 15.0 / 365, &r) == VOL_NO);
    vol_smiles_free(&before);
    vol_smiles_free(&now);
}

static void memory(void)
{
    struct vol_roll_memory m;
    struct vol_smiles s;
    const struct vol_roll_kept *kept;

    vol_roll_init(&m);
    vol_smiles_init(&s);
    fill(&s, 0, 100, 0.2);
    UNIT(vol_roll_find(&m, "XYZ", 3, "calendar") == NULL);
    UNIT(vol_roll_keep(&m, "XYZ", 3, "calendar", 7, &s) == VOL_OK && s.n == 0);
    kept = vol_roll_find(&m, "XYZ", 3, "calendar");
    UNIT(kept != NULL && kept->ts == 7 && kept->smiles.n == 3 && kept->smiles.n_surface == 3);
    UNIT(vol_roll_find(&m, "XYZ", 3, "business") == NULL); /* vols of another clock do not compare */
    UNIT(vol_roll_find(&m, "XY", 2, "calendar") == NULL);
    fill(&s, 1, 101, 0.2);
    UNIT(vol_roll_keep(&m, "ABC", 3, "calendar", 8, &s) == VOL_OK);
    fill(&s, 1, 102, 0.2);
    UNIT(vol_roll_keep(&m, "XYZ", 3, "calendar", 9, &s) == VOL_OK);
    kept = vol_roll_find(&m, "XYZ", 3, "calendar");
    UNIT(m.n == 2 && kept->ts == 9 && kept->smiles.expiry[0].forward == 102.0);
    UNIT(s.n == 3 && s.expiry[0].forward == 100.0); /* the memory of the one before comes back */
    vol_smiles_free(&s);
    vol_roll_free(&m);
}

static void collecting(void)
{
    struct vol_calendar calendar = {0};
    struct vol_collect c;
    struct vol_collect_quote q = {.root = "X",
                                  .root_len = 1,
                                  .expiration = 20,
                                  .expires = (int64_t)(20 * 86400e9),
                                  .option = {100, 1, 0.01, 0.02, 0.2, 0.19, 0.21},
                                  .inverse = true,
                                  .underlying_price = 50,
                                  .t = NAN,
                                  .t_var = 0.04,
                                  .forward = NAN,
                                  .discount = 0.99};

    vol_collect_init(&c, &calendar);
    UNIT(vol_collect_begin(&c, 0, "BTC", 3) == VOL_OK && isnan(c.spot));
    UNIT(vol_collect_add(&c, &q) == VOL_OK && c.smiles.n == 1);
    UNIT(c.smiles.expiry[0].quotes[0].bid == 0.5);           /* in the coin, whose price is 50 */
    UNIT(isnan(c.smiles.expiry[0].t_var) && !c.names_clock); /* a time that names no clock is no one's */
    UNIT_STR(c.smiles.expiry[0].expiration, "1970-01-21");
    q.forward = 100;
    UNIT(vol_collect_add(&c, &q) == VOL_OK && c.smiles.expiry[0].quotes[1].ask == 0.02 * 99);
    UNIT(c.smiles.expiry[0].forward == 100.0);
    q.clock = "business";
    q.clock_len = 8;
    UNIT(vol_collect_add(&c, &q) == VOL_NO); /* the first counted by the calendar */
    q.option.vol = NAN;
    UNIT(vol_collect_add(&c, &q) == VOL_OK);
    q.option.strike = -1;
    UNIT(vol_collect_add(&c, &q) == VOL_NO);
    UNIT(vol_collect_begin(&c, 1, "ETH", 3) == VOL_OK && c.smiles.n == 0 && c.clock.len == 0);
    vol_collect_free(&c);
}

int main(void)
{
    split();
    memory();
    collecting();
    return unit_done("surface/roll");
}
