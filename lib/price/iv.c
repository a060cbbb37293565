#include "price/iv.h"

#include <float.h>
#include <math.h>

#include "price/bachelier_table.inc"
#include "price/lanes.h"
#include "price/mills.h"

#define SQRT1_2    0.70710678118654752440
#define SQRT2      1.41421356237309504880
#define SQRT_2_PI  0.79788456080286535588 /* sqrt(2 / pi) */
#define STEPS_MAX  64
#define SMALL_STEP 3e-5 /* a step this small, relative, leaves an error of its fourth power */

const char *vol_iv_status_name(enum vol_iv_status status)
{
    static const char *const names[] = {"ok",       "below_intrinsic", "above_max",
                                        "no_quote", "expired",         "no_forward"};

    return names[status];
}

/* Bachelier's s for this price, then two terms of the way to Black's (bachelier_table.inc). */
static double start_below(double x, double beta, double log_beta)
{
    double v = x / beta, z, q, t, h, s, y;
    const double *c;
    int cell;

    z = v < 1e300 ? log1p(v) : log(x) - log_beta;
    q = sqrt(z);
    cell = q < 26.5 ? (int)(2 * q) : 53;
    t = 2 * (2 * q - cell) - 1;
    c = vol_iv_bachelier_cells[cell];
    h = c[0] + t * (c[1] + t * (c[2] + t * (c[3] + t * (c[4] + t * c[5]))));
    s = v > 1e-8 ? x / (z * h) : beta / h;
    y = fmin(s * s, 1.0);
    return s * (1 + y * (c[6] + t * (c[7] + t * (c[8] + t * c[9])) + y * (c[10] + t * c[11])));
}

/* y with erfc(y) = P for 0 < P < 1, to some parts in a thousand (Winitzki, 2008: a closed form for erf). */
static double erfc_inverse(double p)
{
    double l = log(p * (2 - p)), t = 2 / (3.14159265358979323846 * 0.147) + 0.5 * l;

    return sqrt(sqrt(t * t - l / 0.147) - t);
}

/* rest = exp(-x/2) erfc(y) (1 + ratio) / 2 with y = d - a and ratio = erfcx(d + a) / erfcx(d - a). */
static double start_above(double x, double rest)
{
    double ratio = 1, share = 2 * rest * exp(0.5 * x), s = 0, y, a, d;
    int i;

    for (i = 0; i < 3; i++) {
        y = erfc_inverse(fmin(share / (1 + ratio), 1 - 1e-9));
        s = SQRT2 * y + sqrt(2 * y * y + 2 * x);
        a = x / s * SQRT1_2;
        d = s * (0.5 * SQRT1_2);
        ratio = vol_mills_erfcx(d + a) / vol_mills_erfcx(fmax(d - a, 0));
    }
    return s;
}

/* The third-order Householder step for Newton's step NU and the ratios g''/g' and g'''/g'. */
static double householder(double nu, double h2, double h3)
{
    return nu * (1 + 0.5 * h2 * nu) / (1 + nu * (h2 + h3 * nu * (1.0 / 6)));
}

/* The step at S on ln b, or on 1/ln b far from the money. With e = a^2 + d^2 and D of vol_black_difference,
 * b = exp(-e) D / 2 and b'/b = sqrt(2/pi) / D: the exponential is needed only where ln b would lose digits.
 */
static double step_below(double x, double beta, double log_beta, double s, int *sign)
{
    double a = x / s * SQRT1_2, d = s * (0.5 * SQRT1_2), e = a * a + d * d;
    double difference = vol_black_difference(x, s), slope = SQRT_2_PI / difference;
    double b2 = (2 * a * a) / s - 0.25 * s, b3 = b2 * b2 - 6 * a * a / (s * s) - 0.25;
    double log_b, gap, n;

    if (e < 4) {
        double b = 0.5 * exp(-e) * difference;

        gap = beta > 0.5 * b && beta < 2 * b ? log1p((beta - b) / b) : log(beta / b);
        log_b = log_beta - gap;
    } else {
        log_b = log(0.5 * difference) - e;
        gap = log_beta - log_b;
    }
    *sign = gap > 0;
    if (log_beta > -4)
        return householder(gap / slope, b2 - slope, b3 + slope * (2 * slope - 3 * b2));
    n = 1 + 2 / log_b;
    return householder(gap * log_b / (log_beta * slope), b2 - slope * n,
                       b3 + 2 * slope * slope * (1 + 3 / log_b * (1 + 1 / log_b)) - 3 * b2 * slope * n);
}

/* The step at S >= sqrt(2 x) on ln(exp(-x/2) - b). */
static double step_above(double x, double rest, double s, int *sign)
{
    double a = x / s * SQRT1_2, d = s * (0.5 * SQRT1_2);
    double sum = vol_mills_erfcx(d - a) + vol_mills_erfcx(d + a), slope = SQRT_2_PI / sum;
    double b2 = (2 * a * a) / s - 0.25 * s, b3 = b2 * b2 - 6 * a * a / (s * s) - 0.25;
    double r = 0.5 * exp(-(a * a + d * d)) * sum;
    double gap = r > 0.5 * rest && r < 2 * rest ? log1p((r - rest) / rest) : log(r / rest);

    *sign = gap > 0;
    return householder(gap / slope, b2 + slope, b3 + slope * (2 * slope + 3 * b2));
}

double vol_iv_norm(double x, double beta, double log_beta, double rest, int *steps)
{
    int above = beta > rest, n, sign = 0;
    double lo = above ? sqrt(2 * x) : 0;
    double hi = above ? 39 + sqrt(1500 + 2 * x) : 0.7 + sqrt(0.46 + 2 * x);
    double s;

    if (steps != NULL)
        *steps = 0;
    if (x == 0 && beta < 1e-100) /* b = s / sqrt(2 pi) there, and powers of its reciprocal are no numbers */
        return 2.50662827463100050242 * beta;
    s = above ? start_above(x, rest) : start_below(x, beta, log_beta);
    for (n = 0; n < STEPS_MAX; n++) {
        double step, next;

        if (!(s > lo && s < hi))
            s = 0.5 * (lo + hi);
        step = above ? step_above(x, rest, s, &sign) : step_below(x, beta, log_beta, s, &sign);
        if (sign)
            lo = s;
        else
            hi = s;
        next = s + step;
        if (fabs(step) <= SMALL_STEP * s || next == s || hi - lo <= DBL_EPSILON * s) {
            s = next;
            n++;
            break;
        }
        s = next;
    }
    if (steps != NULL)
        *steps = n;
    return s;
}

static double total_vol(double otm, double most, double forward, double strike)
{
    double x = fabs(vol_black_log_ratio(forward, strike)), root = sqrt(forward) * sqrt(strike);
    double beta = otm / root;
    double log_beta = beta > DBL_MIN ? log(beta) : log(otm) - log(root);

    return vol_iv_norm(x, beta, log_beta, (most - otm) / root, NULL);
}

enum vol_iv_status vol_iv(enum vol_option_type type, double price, double forward, double strike,
                          double discount, double t, double *vol, double *distance)
{
    enum vol_iv_status status = VOL_IV_OK;
    double money = price / discount, most = type == VOL_CALL ? forward : strike;
    double intrinsic = type == VOL_CALL ? forward - strike : strike - forward;
    double otm, inside = NAN, answer = NAN;

    intrinsic = intrinsic > 0 ? intrinsic : 0;
    otm = money - intrinsic;
    if (!(t > 0 && t < INFINITY)) {
        status = VOL_IV_EXPIRED;
    } else if (!(price > 0 && price < INFINITY) || !(strike > 0 && strike < INFINITY)) {
        status = VOL_IV_NO_QUOTE;
    } else if (!(forward > 0 && forward < INFINITY) || !(discount > 0 && discount < INFINITY)) {
        status = VOL_IV_NO_FORWARD;
    } else {
        inside = discount * fmin(otm, most - money);
        if (!(otm > 0))
            status = VOL_IV_BELOW_INTRINSIC;
        else if (!(money < most))
            status = VOL_IV_ABOVE_MAX;
        else
            answer = total_vol(otm, fmin(forward, strike), forward, strike) / sqrt(t);
    }
    if (vol != NULL)
        *vol = answer;
    if (distance != NULL)
        *distance = inside;
    return status;
}

void vol_iv_solve(const struct vol_iv_batch *batch)
{
    switch (vol_isa_usable(batch->isa)) {
#ifdef __x86_64__
    case VOL_ISA_AVX512:
        vol_lanes_iv_avx512(batch);
        break;
    case VOL_ISA_AVX2:
        vol_lanes_iv_avx2(batch);
        break;
#endif
    default:
        vol_lanes_iv_generic(batch);
    }
}
