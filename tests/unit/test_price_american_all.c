/* The further greeks of American options: where they are European, those of greeks.h; elsewhere differences
 * of reference prices with other steps. */
#include "price/american_all.h"

#include "unit.h"

static struct vol_greeks_input input(enum vol_option_type type, double strike, double r, double q, double t,
                                     double vol)
{
    double spot = 100;

    return (struct vol_greeks_input){.type = type,
                                     .forward = spot * exp((r - q) * t),
                                     .strike = strike,
                                     .discount = exp(-r * t),
                                     .t = t,
                                     .t_var = t,
                                     .speed = 1,
                                     .vol = vol,
                                     .spot = spot};
}

static void near_all(const struct vol_greeks_all *a, const struct vol_greeks_all *b, double tolerance)
{
    UNIT_NEAR(a->first.price, b->first.price, 1e-9);
    UNIT_NEAR(a->first.theta, b->first.theta, 1e-7);
    UNIT_NEAR(a->first.vega, b->first.vega, 1e-6);
    UNIT_NEAR(a->vanna, b->vanna, tolerance * 0.02);
    UNIT_NEAR(a->volga, b->volga, tolerance * 0.02);
    UNIT_NEAR(a->charm, b->charm, tolerance * 0.01);
    UNIT_NEAR(a->dual_delta, b->dual_delta, 1e-8);
    UNIT_NEAR(a->delta_futures, b->delta_futures, 1e-8);
    UNIT_NEAR(a->delta_forward, b->delta_forward, 1e-8);
    UNIT_NEAR(a->delta_pa, b->delta_pa, 1e-8);
    UNIT_NEAR(a->delta_forward_pa, b->delta_forward_pa, 1e-8);
}

/* A call without a yield is never exercised early: all members are those of the closed form, with clocks too.
 */
static void test_european(void)
{
    double strike, clock;

    for (strike = 70; strike <= 140; strike += 10)
        for (clock = 0.5; clock < 2; clock += 0.5) {
            struct vol_greeks_input in = input(VOL_CALL, strike, 0.04, 0, 0.5, 0.3);
            struct vol_greeks_all american, closed;

            in.t_var = 0.5 * clock;
            in.speed = 1 / clock;
            vol_american_greeks_all(VOL_AMERICAN_FAST, &in, &american);
            vol_greeks_all(&in, &closed);
            near_all(&american, &closed, 2e-3);
        }
}

/* The price at the same rate and yield, moved by hand. */
static double price(enum vol_option_type type, double spot, double strike, double r, double q, double t,
                    double vol)
{
    return vol_american_price(VOL_AMERICAN_REFERENCE, type, spot, strike, r, q, t, vol);
}

static void test_early(enum vol_option_type type, double r, double q)
{
    double t = 0.75, vol = 0.25, k, h = 0.5, e = 0.005, d = 0.004, s = 100;

    for (k = 85; k <= 115; k += 10) {
        struct vol_greeks_input in = input(type, k, r, q, t, vol);
        struct vol_greeks_all g;
        double delta_up =
            (price(type, s + h, k, r, q, t, vol + e) - price(type, s - h, k, r, q, t, vol + e)) / (2 * h);
        double delta_down =
            (price(type, s + h, k, r, q, t, vol - e) - price(type, s - h, k, r, q, t, vol - e)) / (2 * h);
        double later =
            (price(type, s + h, k, r, q, t - d, vol) - price(type, s - h, k, r, q, t - d, vol)) / (2 * h);
        double before =
            (price(type, s + h, k, r, q, t + d, vol) - price(type, s - h, k, r, q, t + d, vol)) / (2 * h);
        double volga = (price(type, s, k, r, q, t, vol + e) - 2 * price(type, s, k, r, q, t, vol) +
                        price(type, s, k, r, q, t, vol - e)) /
                       (e * e);
        double dual = (price(type, s, k + h, r, q, t, vol) - price(type, s, k - h, r, q, t, vol)) / (2 * h);

        vol_american_greeks_all(VOL_AMERICAN_FAST, &in, &g);
        UNIT_NEAR(g.vanna, 0.01 * (delta_up - delta_down) / (2 * e), 2e-5);
        UNIT_NEAR(g.volga, 1e-4 * volga, 2e-5);
        UNIT_NEAR(g.charm, (later - before) / (2 * d) / 365, 3e-6);
        UNIT_NEAR(g.dual_delta, dual, 2e-4);
    }
}

static void test_edges(void)
{
    struct vol_greeks_input in = input(VOL_PUT, 100, 0.05, 0, 0.5, NAN);
    struct vol_greeks_all g;

    vol_american_greeks_all(VOL_AMERICAN_FAST, &in, &g);
    UNIT(isnan(g.first.price) && isnan(g.vanna) && isnan(g.volga) && isnan(g.charm) && isnan(g.dual_delta) &&
         isnan(g.delta_pa));
    in = input(VOL_PUT, 160, 0.05, 0, 0.5, 0.2); /* exercised at once */
    vol_american_greeks_all(VOL_AMERICAN_FAST, &in, &g);
    UNIT_NEAR(g.first.delta, -1, 0);
    UNIT_NEAR(g.vanna, 0, 0);
    UNIT_NEAR(g.dual_delta, 1, 1e-12);
}

int main(void)
{
    test_european();
    test_early(VOL_PUT, 0.05, 0);
    test_early(VOL_PUT, 0.06, 0.03);
    test_early(VOL_CALL, 0.02, 0.06);
    test_edges();
    return unit_done("price/american_all");
}
