#include "surface/slice.h"

#include <math.h>

const char *vol_slice_place_name(enum vol_slice_place place)
{
    static const char *const names[] = {"inside", "wing", "outside"};

    return names[place];
}

enum vol_slice_place vol_slice_place_of(const struct vol_slice *slice, double k)
{
    if (k >= slice->k_min && k <= slice->k_max)
        return VOL_SLICE_INSIDE;
    return k >= slice->reach_min && k <= slice->reach_max ? VOL_SLICE_WING : VOL_SLICE_OUTSIDE;
}

enum vol_status vol_slice_derivatives(const struct vol_slice *slice, double k, double w[3])
{
    double at[3] = {NAN, NAN, NAN};

    if (vol_slice_place_of(slice, k) != VOL_SLICE_OUTSIDE)
        slice->derivatives(slice->parameters, k, at);
    if (!(at[0] > 0.0) || !isfinite(at[0] + at[1] + at[2])) {
        w[0] = w[1] = w[2] = NAN;
        return VOL_NO;
    }
    w[0] = at[0];
    w[1] = at[1];
    w[2] = at[2];
    return VOL_OK;
}

double vol_slice_w(const struct vol_slice *slice, double k)
{
    double w[3];

    vol_slice_derivatives(slice, k, w);
    return w[0];
}

double vol_slice_vol(const struct vol_slice *slice, double k)
{
    return sqrt(vol_slice_w(slice, k) / slice->t);
}

double vol_slice_durrleman(double k, const double w[3])
{
    double lever;

    if (w[0] <= 0.0)
        return -INFINITY;
    lever = 1.0 - k * w[1] / (2.0 * w[0]);
    return lever * lever - w[1] * w[1] / 4.0 * (1.0 / w[0] + 0.25) + w[2] / 2.0;
}

struct vol_slice vol_slice_make(const char *model, vol_slice_model *derivatives, const void *parameters,
                                double t, double k_min, double k_max)
{
    return (struct vol_slice){.model = model,
                              .derivatives = derivatives,
                              .parameters = parameters,
                              .t = t,
                              .forward = NAN,
                              .discount = NAN,
                              .k_min = k_min,
                              .k_max = k_max,
                              .reach_min = -INFINITY,
                              .reach_max = INFINITY};
}

static void svi_derivatives(const void *parameters, double k, double w[3])
{
    vol_svi_derivatives(parameters, k, w);
}

struct vol_slice vol_slice_of_svi(const struct vol_svi *svi, double t, double k_min, double k_max)
{
    return vol_slice_make("svi", svi_derivatives, svi, t, k_min, k_max);
}
