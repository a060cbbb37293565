#include "price/american_all.h"

#include <math.h>

#include "price/carry.h"

#define BUMP 0.01 /* of the vol, and of the time left */

/* Price and greeks with the calendar's yield and rate of IN, at another vol and after BY years. */
struct moved {
    double r, q, spot;
    const struct vol_greeks_input *in;
    enum vol_american_preset preset;
};

static void greeks_at(const struct moved *m, double vol, double by, struct vol_greeks *out)
{
    const struct vol_greeks_input *in = m->in;
    double t = in->t - by, t_var = in->t_var - in->speed * by, change = sqrt(t_var / t), flat = vol * change;

    vol_american_greeks(m->preset, in->type, m->spot, in->strike, m->r, m->q, t, flat, out);
    out->theta += 100 * out->vega * 0.5 * flat * (1 / t - in->speed / t_var) / 365;
    out->vega *= change;
}

void vol_american_greeks_all(enum vol_american_preset preset, const struct vol_greeks_input *in,
                             struct vol_greeks_all *out)
{
    struct moved m = {.in = in, .preset = preset};
    struct vol_greeks up, down, later, earlier;
    double step = BUMP * in->vol, by = BUMP * fmin(in->t, in->t_var / fmax(in->speed, 1)), to_forward;

    m.spot = in->spot > 0 ? in->spot : in->forward * in->discount;
    m.r = -log(in->discount) / in->t;
    m.q = vol_carry_yield(m.spot, in->forward, in->discount, in->t);
    greeks_at(&m, in->vol, 0, &out->first);
    greeks_at(&m, in->vol + step, 0, &up);
    greeks_at(&m, in->vol - step, 0, &down);
    greeks_at(&m, in->vol, by, &later);
    greeks_at(&m, in->vol, -by, &earlier);
    out->vanna = 0.01 * (up.delta - down.delta) / (2 * step);
    out->volga = 0.01 * (up.vega - down.vega) / (2 * step);
    out->charm = (later.delta - earlier.delta) / (2 * by) / 365;
    out->dual_delta = (out->first.price - m.spot * out->first.delta) / in->strike;
    to_forward = m.spot / in->forward;
    out->delta_futures = out->first.delta * to_forward;
    out->delta_forward = out->delta_futures / in->discount;
    out->delta_pa = out->first.delta - out->first.price / m.spot;
    out->delta_forward_pa = out->delta_forward - out->first.price / (in->discount * in->forward);
}
