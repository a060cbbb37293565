#include "signal/lstm_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/time.h"
#include "record/conf.h"

enum { FORMAT = 1 };

static const char *const known[] = {
    "model",           "format",       "made_by",    "symbol",   "measure", "hidden",  "lookback",
    "horizons",        "trained_from", "trained_to", "samples",  "epochs",  "seed",    "loss",
    "validation_loss", "mean",         "sd",         "out_mean", "out_sd",  "weights", NULL};

/* ---- writing ---------------------------------------------------------------------------------------------
 */

static enum vol_status add_number(struct vol_buf *out, double x)
{
    char text[VOL_NUM_MAX];

    return vol_buf_add(out, text, vol_num_print(text, x, VOL_NUM_SHORTEST));
}

static enum vol_status add_numbers(struct vol_buf *out, const char *key, const double *x, size_t n)
{
    enum vol_status status = vol_buf_addf(out, ",\n \"%s\": [", key);
    size_t i;

    for (i = 0; i < n && status == VOL_OK; i++) {
        status = i == 0 ? VOL_OK : vol_buf_add_str(out, i % 6 == 0 ? ",\n  " : ", ");
        if (status == VOL_OK)
            status = add_number(out, x[i]);
    }
    return status == VOL_OK ? vol_buf_add_char(out, ']') : status;
}

static enum vol_status add_word(struct vol_buf *out, const char *key, const char *word)
{
    enum vol_status status = vol_buf_addf(out, ",\n \"%s\": ", key);

    return status == VOL_OK ? vol_buf_add_json(out, word, strlen(word)) : status;
}

static enum vol_status add_training(struct vol_buf *out, const struct vol_lstm *net)
{
    char from[VOL_DATE_MAX], to[VOL_DATE_MAX];
    double horizons[VOL_LSTM_OUT_MAX], losses[2] = {net->loss, net->validation_loss};
    enum vol_status status;
    size_t i;

    for (i = 0; i < net->n_out; i++)
        horizons[i] = (double)net->horizon[i];
    vol_date_print(from, net->trained_from);
    vol_date_print(to, net->trained_to);
    status = vol_buf_addf(
        out,
        ",\n \"hidden\": %zu, \"lookback\": %zu,\n \"trained_from\": \"%s\", \"trained_to\": \"%s\","
        "\n \"samples\": %zu, \"epochs\": %zu, \"seed\": %llu",
        net->hidden, net->lookback, from, to, net->samples, net->epochs, (unsigned long long)net->seed);
    if (status == VOL_OK)
        status = vol_buf_add_str(out, ",\n \"loss\": ");
    if (status == VOL_OK)
        status = add_number(out, losses[0]);
    if (status == VOL_OK)
        status = vol_buf_add_str(out, ", \"validation_loss\": ");
    if (status == VOL_OK)
        status = add_number(out, losses[1]);
    return status == VOL_OK ? add_numbers(out, "horizons", horizons, net->n_out) : status;
}

enum vol_status vol_lstm_file_print(const struct vol_lstm_file *file, struct vol_buf *out)
{
    const struct vol_lstm *net = &file->net;
    enum vol_status status = vol_buf_addf(out, "{\"model\": \"lstm\", \"format\": %d", FORMAT);

    if (status == VOL_OK)
        status = add_word(out, "made_by", file->made_by);
    if (status == VOL_OK)
        status = add_word(out, "symbol", file->symbol);
    if (status == VOL_OK)
        status = add_word(out, "measure", file->measure);
    if (status == VOL_OK)
        status = add_training(out, net);
    if (status == VOL_OK)
        status = add_numbers(out, "mean", net->mean, VOL_LSTM_IN);
    if (status == VOL_OK)
        status = add_numbers(out, "sd", net->sd, VOL_LSTM_IN);
    if (status == VOL_OK)
        status = add_numbers(out, "out_mean", net->out_mean, net->n_out);
    if (status == VOL_OK)
        status = add_numbers(out, "out_sd", net->out_sd, net->n_out);
    if (status == VOL_OK)
        status = add_numbers(out, "weights", net->weights, net->n_weights);
    return status == VOL_OK ? vol_buf_add_str(out, "}\n") : status;
}

/* ---- reading ---------------------------------------------------------------------------------------------
 */

/* Exactly N numbers of KEY, each above FLOOR. */
static enum vol_status numbers(const struct vol_conf *conf, const char *key, double floor, size_t n,
                               double *out, struct vol_error *err)
{
    const json_t *array = json_object_get(conf->object, key);
    size_t i;

    if (!json_is_array(array) || json_array_size(array) != n)
        return vol_error_set(err, VOL_ECONFIG, "%s: %s: expected an array of %zu numbers", conf->where, key,
                             n);
    for (i = 0; i < n; i++) {
        const json_t *x = json_array_get(array, i);

        if (!json_is_number(x) || !(json_number_value(x) > floor))
            return vol_error_set(err, VOL_ECONFIG, "%s: %s[%zu]: expected a number%s", conf->where, key, i,
                                 isfinite(floor) ? " above 0" : "");
        out[i] = json_number_value(x);
    }
    return VOL_OK;
}

static enum vol_status word(const struct vol_conf *conf, const char *key, char out[VOL_LSTM_WORD_MAX],
                            struct vol_error *err)
{
    const char *text = NULL;
    enum vol_status status = vol_conf_str(conf, key, true, NULL, &text, err);

    if (status != VOL_OK)
        return status;
    if (strlen(text) >= VOL_LSTM_WORD_MAX)
        return vol_error_set(err, VOL_ECONFIG, "%s: %s: longer than %d bytes", conf->where, key,
                             VOL_LSTM_WORD_MAX - 1);
    snprintf(out, VOL_LSTM_WORD_MAX, "%s", text);
    return VOL_OK;
}

static enum vol_status date(const struct vol_conf *conf, const char *key, int32_t *out, struct vol_error *err)
{
    const char *text = NULL;
    enum vol_status status = vol_conf_str(conf, key, true, NULL, &text, err);

    if (status == VOL_OK && vol_date_parse(text, strlen(text), out) != VOL_OK)
        return vol_error_set(err, VOL_ECONFIG, "%s: %s: expected a date, got \"%.40s\"", conf->where, key,
                             text);
    return status;
}

/* Shape and horizons, and a network of that shape. */
static enum vol_status shape(const struct vol_conf *conf, struct vol_lstm *net, struct vol_error *err)
{
    double listed[VOL_LSTM_OUT_MAX];
    size_t horizon[VOL_LSTM_OUT_MAX], n = json_array_size(json_object_get(conf->object, "horizons")), i;
    int64_t hidden = 0, lookback = 0, format = 0;
    enum vol_status status = vol_conf_int(conf, "format", true, FORMAT, FORMAT, &format, err);

    if (status == VOL_OK)
        status = vol_conf_int(conf, "hidden", true, 1, VOL_LSTM_HIDDEN_MAX, &hidden, err);
    if (status == VOL_OK)
        status = vol_conf_int(conf, "lookback", true, 1, VOL_LSTM_LOOKBACK_MAX, &lookback, err);
    if (status == VOL_OK && (n < 1 || n > VOL_LSTM_OUT_MAX))
        status = vol_error_set(err, VOL_ECONFIG, "%s: horizons: expected an array of 1 to %d", conf->where,
                               VOL_LSTM_OUT_MAX);
    if (status == VOL_OK)
        status = numbers(conf, "horizons", 0, n, listed, err);
    for (i = 0; status == VOL_OK && i < n; i++) {
        if (!(listed[i] >= 1 && listed[i] <= 1000 && listed[i] == floor(listed[i])))
            return vol_error_set(err, VOL_ECONFIG, "%s: horizons[%zu]: expected whole days", conf->where, i);
        horizon[i] = (size_t)listed[i];
    }
    if (status != VOL_OK)
        return status;
    status = vol_lstm_init(net, (size_t)hidden, (size_t)lookback, horizon, n);
    return status == VOL_OK ? VOL_OK : vol_error_set(err, status, "out of memory");
}

static enum vol_status training(const struct vol_conf *conf, struct vol_lstm *net, struct vol_error *err)
{
    int64_t samples = 0, epochs = 0, seed = 0;
    enum vol_status status = vol_conf_int(conf, "samples", true, 1, INT64_MAX, &samples, err);

    if (status == VOL_OK)
        status = vol_conf_int(conf, "epochs", true, 1, INT64_MAX, &epochs, err);
    if (status == VOL_OK)
        status = vol_conf_int(conf, "seed", true, 0, INT64_MAX, &seed, err);
    if (status == VOL_OK)
        status = vol_conf_num(conf, "loss", true, 0, INFINITY, &net->loss, err);
    if (status == VOL_OK)
        status = vol_conf_num(conf, "validation_loss", true, 0, INFINITY, &net->validation_loss, err);
    if (status == VOL_OK)
        status = date(conf, "trained_from", &net->trained_from, err);
    if (status == VOL_OK)
        status = date(conf, "trained_to", &net->trained_to, err);
    net->samples = (size_t)samples;
    net->epochs = (size_t)epochs;
    net->seed = (uint64_t)seed;
    return status;
}

enum vol_status vol_lstm_file_load(const char *path, struct vol_lstm_file *out, struct vol_error *err)
{
    struct vol_lstm_file file = {.measure = ""};
    struct vol_conf conf;
    const char *model = NULL;
    enum vol_status status = vol_conf_load(path, &conf, err);

    if (status != VOL_OK)
        return status;
    status = vol_conf_known(&conf, known, err);
    if (status == VOL_OK)
        status = vol_conf_str(&conf, "model", true, "lstm", &model, err);
    if (status == VOL_OK)
        status = word(&conf, "measure", file.measure, err);
    if (status == VOL_OK)
        status = word(&conf, "symbol", file.symbol, err);
    if (status == VOL_OK)
        status = word(&conf, "made_by", file.made_by, err);
    if (status == VOL_OK)
        status = shape(&conf, &file.net, err);
    if (status == VOL_OK)
        status = training(&conf, &file.net, err);
    if (status == VOL_OK)
        status = numbers(&conf, "mean", -INFINITY, VOL_LSTM_IN, file.net.mean, err);
    if (status == VOL_OK)
        status = numbers(&conf, "sd", 0, VOL_LSTM_IN, file.net.sd, err);
    if (status == VOL_OK)
        status = numbers(&conf, "out_mean", -INFINITY, file.net.n_out, file.net.out_mean, err);
    if (status == VOL_OK)
        status = numbers(&conf, "out_sd", 0, file.net.n_out, file.net.out_sd, err);
    if (status == VOL_OK)
        status = numbers(&conf, "weights", -INFINITY, file.net.n_weights, file.net.weights, err);
    vol_conf_free(&conf);
    if (status != VOL_OK)
        vol_lstm_free(&file.net);
    else
        *out = file;
    return status;
}
