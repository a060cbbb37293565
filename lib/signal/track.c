#include "signal/track.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum vol_status vol_track_series_init(struct vol_track_series *series, size_t lookback)
{
    struct vol_track_series made = {.date = INT32_MIN, .value = NAN};
    enum vol_status status = vol_rank_window_init(&made.before, lookback);

    if (status == VOL_OK)
        *series = made;
    return status;
}

void vol_track_series_free(struct vol_track_series *series)
{
    vol_rank_window_free(&series->before);
}

enum vol_status vol_track_series_take(struct vol_track_series *series, int32_t date, double x,
                                      size_t min_samples, struct vol_rank *out)
{
    if (!isfinite(x) || date < series->date)
        return VOL_EDATA;
    if (date != series->date) {
        if (isfinite(series->value))
            (void)vol_rank_window_add(&series->before, series->value);
        series->date = date;
    }
    series->value = x;
    return out != NULL ? vol_rank_of(&series->before, x, min_samples, out) : VOL_OK;
}

enum vol_status vol_track_init(struct vol_track *track, size_t lookback)
{
    if (lookback < 1 || lookback > VOL_RANK_LOOKBACK_MAX)
        return VOL_EUSAGE;
    memset(track, 0, sizeof *track);
    vol_map_init(&track->symbols);
    track->lookback = lookback;
    return VOL_OK;
}

void vol_track_free(struct vol_track *track)
{
    size_t i;

    for (i = 0; i < track->symbols.n; i++)
        vol_track_series_free(&track->series[i]);
    free(track->series);
    vol_map_free(&track->symbols);
    memset(track, 0, sizeof *track);
}

/* The series of a symbol that is not there yet, empty. */
static enum vol_status add_series(struct vol_track *track, const char *symbol, size_t len, size_t *index)
{
    struct vol_track_series made;
    enum vol_status status;

    if (track->symbols.n == track->cap) {
        size_t cap = track->cap > 0 ? 2 * track->cap : 16;
        struct vol_track_series *series = realloc(track->series, cap * sizeof *series);

        if (series == NULL)
            return VOL_EOS;
        track->series = series;
        track->cap = cap;
    }
    status = vol_track_series_init(&made, track->lookback);
    if (status != VOL_OK)
        return status;
    status = vol_map_add(&track->symbols, symbol, len, index);
    if (status != VOL_OK) {
        vol_track_series_free(&made);
        return status;
    }
    track->series[*index] = made;
    return VOL_OK;
}

enum vol_status vol_track_sample(struct vol_track *track, const char *symbol, size_t len, int32_t date,
                                 double x, size_t min_samples, struct vol_rank *out)
{
    size_t index = vol_map_find(&track->symbols, symbol, len);
    enum vol_status status;

    if (!isfinite(x) || (index != VOL_MAP_NONE && date < track->series[index].date))
        return VOL_EDATA;
    if (index == VOL_MAP_NONE) {
        status = add_series(track, symbol, len, &index);
        if (status != VOL_OK)
            return status;
    }
    return vol_track_series_take(&track->series[index], date, x, min_samples, out);
}

size_t vol_track_count(const struct vol_track *track, const char *symbol, size_t len, int32_t date)
{
    size_t index = vol_map_find(&track->symbols, symbol, len), n;

    if (index == VOL_MAP_NONE)
        return 0;
    n = track->series[index].before.n;
    return date > track->series[index].date && n < track->lookback ? n + 1 : n;
}
