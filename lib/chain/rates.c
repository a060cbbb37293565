#include "chain/rates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record/reader.h"

enum { W_TENOR = VOL_W_OWN, W_RATE };

static const struct vol_want wants[] = {{"tenor_days", false}, {"rate", false}};

void vol_rates_init(struct vol_rates *rates)
{
    memset(rates, 0, sizeof *rates);
    rates->max_age = VOL_RATES_MAX_AGE;
}

void vol_rates_free(struct vol_rates *rates)
{
    free(rates->file);
    vol_rates_init(rates);
}

static enum vol_status check(double tenor_days, double rate)
{
    return tenor_days > 0 && tenor_days < INFINITY && isfinite(rate) ? VOL_OK : VOL_EDATA;
}

static enum vol_status append(struct vol_rates *rates, int64_t ts, double tenor_days, double rate)
{
    if (rates->n_file == rates->cap) {
        size_t cap = rates->cap > 0 ? 2 * rates->cap : 256;
        struct vol_rate *grown = realloc(rates->file, cap * sizeof *grown);

        if (grown == NULL)
            return VOL_EOS;
        rates->file = grown;
        rates->cap = cap;
    }
    rates->file[rates->n_file++] = (struct vol_rate){ts, tenor_days / 365, rate};
    return VOL_OK;
}

static int by_ts(const void *a, const void *b)
{
    const struct vol_rate *x = a, *y = b;

    if (x->ts != y->ts)
        return x->ts < y->ts ? -1 : 1;
    return (x->tenor_years > y->tenor_years) - (x->tenor_years < y->tenor_years);
}

static enum vol_status read_all(struct vol_rates *rates, struct vol_reader *reader, struct vol_error *err)
{
    enum vol_status status;
    struct vol_rec rec = {0}; /* the reader keeps the kind of the record before in it */

    while ((status = vol_reader_next(reader, &rec, err)) == VOL_OK) {
        double tenor = rec.value[W_TENOR].num, rate = rec.value[W_RATE].num;

        if (!vol_rec_is(&rec, "rate") || rec.value[W_RATE].type == VOL_NULL)
            continue;
        if (check(tenor, rate) != VOL_OK)
            return vol_error_set(err, VOL_EDATA,
                                 "%s:%llu: a rate needs a positive tenor_days and a finite rate", rec.file,
                                 (unsigned long long)rec.line_no);
        if (append(rates, rec.ts, tenor, rate) != VOL_OK)
            return vol_error_set(err, VOL_EOS, "out of memory");
    }
    return status == VOL_END ? VOL_OK : status;
}

/* The later one of a tenor stays; of two with one ts, the one that came last. A tenor whose rate is too old
 * to count makes room for a new one. */
static enum vol_status take_over(struct vol_rates *rates, const struct vol_rate *rate)
{
    size_t i;

    for (i = 0; i < rates->n_known; i++)
        if (rates->known[i].tenor_years == rate->tenor_years) {
            if (rate->ts >= rates->known[i].ts)
                rates->known[i] = *rate;
            return VOL_OK;
        }
    if (rates->n_known < VOL_CURVE_MAX) {
        rates->known[rates->n_known++] = *rate;
        return VOL_OK;
    }
    for (i = 0; i < rates->n_known; i++)
        if (rate->ts - rates->known[i].ts > rates->max_age) {
            rates->known[i] = *rate;
            return VOL_OK;
        }
    return VOL_EOS;
}

/* Whether the file's rates find room, as they are taken over one after the other. */
static enum vol_status check_room(const struct vol_rates *rates, const char *path, struct vol_error *err)
{
    struct vol_rates trial = {.max_age = rates->max_age};
    char text[VOL_TIME_MAX];
    size_t i;

    for (i = 0; i < rates->n_file; i++)
        if (take_over(&trial, &rates->file[i]) != VOL_OK) {
            vol_time_print(text, rates->file[i].ts);
            return vol_error_set(err, VOL_EDATA,
                                 "%s: rates of more than %d tenors in the two weeks before %s", path,
                                 VOL_CURVE_MAX, text);
        }
    return VOL_OK;
}

enum vol_status vol_rates_add(struct vol_rates *rates, int64_t ts, double tenor_days, double rate)
{
    struct vol_rate one = {ts, tenor_days / 365, rate};

    return check(tenor_days, rate) == VOL_OK ? take_over(rates, &one) : VOL_EDATA;
}

enum vol_status vol_rates_load(struct vol_rates *rates, const char *path, struct vol_error *err)
{
    struct vol_reader_config config = {
        .wants = wants, .n_wants = sizeof wants / sizeof wants[0], .csv_kind = "rate"};
    char *paths[1] = {(char *)(uintptr_t)path};
    struct vol_reader *reader;
    size_t before = rates->n_file;
    enum vol_status status = vol_reader_new(&reader, &config, paths, 1, err);

    if (status != VOL_OK)
        return status;
    status = read_all(rates, reader, err);
    vol_reader_free(reader);
    if (status != VOL_OK) {
        rates->n_file = before;
        return status;
    }
    if (rates->n_file == before)
        return vol_error_set(err, VOL_ENOINPUT, "%s: no rate record in it", path);
    qsort(rates->file, rates->n_file, sizeof *rates->file, by_ts);
    return check_room(rates, path, err);
}

void vol_rates_curve(struct vol_rates *rates, int64_t ts, struct vol_curve *curve)
{
    size_t i;

    while (rates->next < rates->n_file && rates->file[rates->next].ts <= ts)
        (void)take_over(rates, &rates->file[rates->next++]); /* there is room: check_room */
    vol_curve_init(curve);
    for (i = 0; i < rates->n_known; i++)
        if (rates->known[i].ts <= ts && ts - rates->known[i].ts <= rates->max_age)
            (void)vol_curve_set(curve, rates->known[i].tenor_years, rates->known[i].rate);
}
