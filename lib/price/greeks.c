#include "price/greeks.h"

#include <math.h>

#include "price/mills.h"

#define SQRT1_2   0.70710678118654752440
#define SQRT1_2PI 0.39894228040143267794
#define POINT     0.01 /* of vol, of rate */
#define DAYS      365

/* What all greeks are made of. */
struct terms {
    double q, spot, ratio;          /* ratio = F / S */
    double d1, d2, density, n1, n2; /* density of d1; N(q d1), N(q d2) */
    double s, rate, carry;
};

/* N(y sqrt 2) from its tail, with G = exp(-y^2): no library erfc, whose exp we have already. */
static double normal(double y, double g)
{
    double tail = 0.5 * g * vol_mills_erfcx(fabs(y));

    return y > 0 ? 1 - tail : tail;
}

/* Far beyond any market, and narrow enough that what underflows in the formulas below does not matter. */
static int usable(double x)
{
    return x >= VOL_GREEKS_MIN && x <= VOL_GREEKS_MAX;
}

/* X, unless it is more than a double can hold. */
static double held(double x)
{
    return fabs(x) < INFINITY ? x : NAN;
}

/* A factor that has vanished wins over one that has overflowed: the density falls faster than d1 grows. */
static double damped(double density, double x)
{
    return density > 0 ? density * x : 0;
}

static int in_domain(const struct vol_greeks_input *in)
{
    return usable(in->forward) && in->strike >= 1e-290 && in->strike <= 1e290 && usable(in->discount) &&
           usable(in->t) && usable(in->t_var) && (in->speed == 0 || usable(in->speed)) && usable(in->vol) &&
           (!(in->spot > 0) || usable(in->spot));
}

static void make_terms(const struct vol_greeks_input *in, struct terms *m)
{
    double k = vol_black_log_ratio(in->forward, in->strike), y1, y2, g1;

    m->q = in->type;
    m->spot = in->spot > 0 ? in->spot : in->forward * in->discount;
    m->ratio = in->forward / m->spot;
    m->s = in->vol * sqrt(in->t_var);
    m->d1 = k / m->s + 0.5 * m->s;
    m->d2 = k / m->s - 0.5 * m->s;
    y1 = m->d1 * SQRT1_2;
    y2 = m->d2 * SQRT1_2;
    g1 = exp(-y1 * y1);
    m->density = g1 * SQRT1_2PI;
    m->n1 = normal(m->q * y1, g1);
    m->n2 = normal(m->q * y2, exp(-y2 * y2));
    m->rate = -log(in->discount) / in->t;
    /* not the log of the ratio: its rounding counts 1/t times */
    m->carry = in->spot > 0 ? vol_black_log_ratio(in->forward, m->spot) / in->t : m->rate;
}

static void first_order(const struct vol_greeks_input *in, const struct terms *m, struct vol_greeks *out)
{
    double value = in->discount * in->forward, decay, interest;

    out->price = held(vol_black_price(in->type, in->forward, in->strike, in->discount, in->t_var, in->vol));
    out->delta = held(m->q * in->discount * m->ratio * m->n1);
    out->gamma = held(in->discount * m->ratio * damped(m->density, 1 / m->s) / m->spot);
    out->vega = held(POINT * value * damped(m->density, sqrt(in->t_var)));
    decay = damped(m->density, 0.5 * m->s * in->speed / in->t_var);
    /* r V - b F D N(d1), each way where its terms do not cancel: V is all but F D deep in the money */
    if (m->q * (in->forward - in->strike) > 0)
        interest =
            m->q * ((m->rate - m->carry) * value * m->n1 - m->rate * in->discount * in->strike * m->n2);
    else
        interest = m->rate * out->price - m->q * m->carry * value * m->n1;
    out->theta = held((interest - value * decay) / DAYS);
    out->rho = held(POINT * m->q * in->t * in->strike * in->discount * m->n2);
}

void vol_greeks_all(const struct vol_greeks_input *in, struct vol_greeks_all *out)
{
    struct terms m;
    double d, d_t;

    if (!in_domain(in)) {
        *out =
            (struct vol_greeks_all){{NAN, NAN, NAN, NAN, NAN, NAN}, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
        return;
    }
    make_terms(in, &m);
    first_order(in, &m, &out->first);
    d = in->discount;
    d_t = m.carry / m.s - 0.5 * m.d2 * in->speed / in->t_var; /* d d1 / d t */
    out->vanna = held(-POINT * d * m.ratio * damped(m.density, m.d2 / in->vol));
    out->volga =
        held(POINT * POINT * d * in->forward * damped(m.density, m.d1 * (m.d2 / in->vol) * sqrt(in->t_var)));
    out->charm = held(-d * m.ratio * (m.q * (m.carry - m.rate) * m.n1 + damped(m.density, d_t)) / DAYS);
    out->dual_delta = held(-m.q * d * m.n2);
    out->delta_forward = m.q * m.n1;
    out->delta_futures = held(m.q * d * m.n1);
    out->delta_pa = held(m.q * d * (in->strike / m.spot) * m.n2);
    out->delta_forward_pa = held(m.q * (in->strike / in->forward) * m.n2);
}

void vol_greeks(enum vol_option_type type, double forward, double strike, double discount, double t,
                double vol, double spot, struct vol_greeks *out)
{
    struct vol_greeks_input in = {type, forward, strike, discount, t, t, 1, vol, spot};
    struct terms m;

    if (!in_domain(&in)) {
        *out = (struct vol_greeks){NAN, NAN, NAN, NAN, NAN, NAN};
        return;
    }
    make_terms(&in, &m);
    first_order(&in, &m, out);
}

double vol_greeks_smile_delta(const struct vol_greeks *greeks, double spot, double slope, double stickiness)
{
    if (!usable(spot))
        return NAN;
    return held(greeks->delta + greeks->vega / POINT * ((stickiness - 1) * slope / spot));
}
