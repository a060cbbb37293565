#include "surface/essvi.h"

#include <math.h>

void vol_essvi_derivatives(const struct vol_essvi *slice, double k, double w[3])
{
    double lean = slice->rho * slice->psi,
           flat2 = (1.0 - slice->rho * slice->rho) * slice->theta * slice->theta;
    double y = slice->psi * k + slice->rho * slice->theta, root = sqrt(y * y + flat2);

    w[0] = 0.5 * (slice->theta + lean * k + root);
    w[1] = 0.5 * (lean + slice->psi * y / root);
    w[2] = 0.5 * slice->psi * slice->psi * flat2 / (root * root * root);
}

double vol_essvi_vol(const struct vol_essvi *slice, double k, double t)
{
    double w[3];

    vol_essvi_derivatives(slice, k, w);
    return t > 0.0 ? sqrt(w[0] / t) : NAN;
}

void vol_essvi_to_svi(const struct vol_essvi *slice, struct vol_svi *svi)
{
    double rest = 1.0 - slice->rho * slice->rho;

    svi->a = 0.5 * slice->theta * rest;
    svi->b = 0.5 * slice->psi;
    svi->rho = slice->rho;
    svi->m = -slice->rho * slice->theta / slice->psi;
    svi->sigma = sqrt(rest) * slice->theta / slice->psi;
}

/* The bounds below are met exactly by slices on them: this much is left to rounding. */
static bool at_most(double x, double bound)
{
    return x <= bound * (1.0 + 1e-12);
}

bool vol_essvi_is_free(const struct vol_essvi *slice)
{
    double steep = slice->psi * (1.0 + fabs(slice->rho));

    return slice->theta > 0.0 && isfinite(slice->theta) && slice->psi > 0.0 && fabs(slice->rho) < 1.0 &&
           at_most(steep, 4.0) && at_most(slice->psi * steep, 4.0 * slice->theta);
}

/* Two slices with these slopes do not cross between the roots of (theta - theta1) (psi^2 - q1 theta) =
 * (change of rho psi)^2 theta, q1 = psi1^2 / theta1, if theta is the later one's, and of its mirror image if
 * it is the earlier one's: SUM and root of the discriminant of both. It is taken from the changes of the
 * slopes, whose rounding does not grow under the root as that of psi^2 would. */
static double discriminant(const struct vol_essvi *a, const struct vol_essvi *b, double *sum)
{
    double right = b->psi * (1.0 + b->rho) - a->psi * (1.0 + a->rho);
    double left = b->psi * (1.0 - b->rho) - a->psi * (1.0 - a->rho);
    double grown = fmax(right, 0.0) * fmax(left, 0.0), product = 2.0 * a->psi * b->psi;

    *sum = product + grown;
    return sqrt(grown * (*sum + product));
}

double vol_essvi_least_theta(const struct vol_essvi *earlier, const struct vol_essvi *later)
{
    double sum, root = discriminant(earlier, later, &sum);

    return 2.0 * earlier->theta * later->psi * later->psi / (sum + root);
}

double vol_essvi_most_theta(const struct vol_essvi *earlier, const struct vol_essvi *later)
{
    double sum, root = discriminant(earlier, later, &sum);

    return 0.5 * later->theta * (sum + root) / (later->psi * later->psi);
}

/* The bounds above are steep where a slope hardly changes: rounding is allowed for in the condition that they
 * are the roots of. */
bool vol_essvi_is_after(const struct vol_essvi *earlier, const struct vol_essvi *later)
{
    double lean = later->rho * later->psi - earlier->rho * earlier->psi;
    double rise = later->psi * later->psi / later->theta - earlier->psi * earlier->psi / earlier->theta;

    return at_most(earlier->theta, later->theta) &&
           at_most(earlier->psi * (1.0 + earlier->rho), later->psi * (1.0 + later->rho)) &&
           at_most(earlier->psi * (1.0 - earlier->rho), later->psi * (1.0 - later->rho)) &&
           (at_most(later->psi * earlier->theta, earlier->psi * later->theta) ||
            lean * lean <= (later->theta - earlier->theta) * rise + 4e-15 * earlier->psi * later->psi);
}

struct vol_essvi vol_essvi_power_law(double theta, double rho, double eta, double gamma)
{
    return (struct vol_essvi){theta, rho, eta * pow(theta / (1.0 + theta), 1.0 - gamma)};
}

/* The slice with LAMBDA of B and the rest of A. */
static struct vol_essvi mix(const struct vol_essvi *a, const struct vol_essvi *b, double lambda)
{
    double rest = 1.0 - lambda, theta = rest * a->theta + lambda * b->theta;
    double lean = rest * a->rho * a->psi + lambda * b->rho * b->psi;
    double psi = rest * a->psi + lambda * b->psi;

    if (!at_most(b->psi * a->theta, a->psi * b->theta))
        psi = sqrt(theta * (rest * a->psi * a->psi / a->theta + lambda * b->psi * b->psi / b->theta));
    return (struct vol_essvi){theta, lean / psi, psi};
}

enum vol_status vol_essvi_at(const struct vol_essvi *slices, const double *times, size_t n, double t,
                             struct vol_essvi *out, struct vol_error *err)
{
    size_t i = 0;

    if (n == 0 || !(t > 0.0) || !isfinite(t) || !(times[0] > 0.0))
        return vol_error_set(err, VOL_EDATA, "essvi: no slice, or the time %g is not positive", t);
    while (i < n && times[i] < t)
        i++;
    if (i == 0) {
        double share = t / times[0];

        *out = (struct vol_essvi){slices[0].theta * share, slices[0].rho, slices[0].psi * share};
    } else if (i == n) {
        *out = slices[n - 1];
        out->theta *= t / times[n - 1];
    } else {
        *out = mix(&slices[i - 1], &slices[i], (t - times[i - 1]) / (times[i] - times[i - 1]));
    }
    return VOL_OK;
}
