/* The network against numpy (tests/oracle/forecast.py), its gradient against differences, training, and its
 * file. */
#include <stdlib.h>
#include <unistd.h>

#include "signal/lstm.h"
#include "signal/lstm_file.h"
#include "signal/lstmfit.h"
#include "signal/random.h"
#include "unit.h"

#include "../oracle/forecast.inc"

enum { N_RETURNS = sizeof returns / sizeof returns[0] };

static const size_t two[] = {1, 5};
static const double base[] = {-1.25, 0.5}, ahead[] = {0.3, 0.5, 2.0, 1.5};

/* The network of the worksheet. */
static void worksheet(struct vol_lstm *net)
{
    UNIT(vol_lstm_init(net, 3, 4, two, 2) == VOL_OK);
    UNIT(net->n_weights == sizeof lstm_weights / sizeof lstm_weights[0]);
    memcpy(net->weights, lstm_weights, sizeof lstm_weights);
    net->out_mean[0] = 0.1;
    net->out_mean[1] = -0.2;
    net->out_sd[0] = 0.8;
    net->out_sd[1] = 0.6;
}

static void test_numpy_and_gradient(void)
{
    struct vol_lstm net;
    struct vol_lstm_work work;
    struct vol_lstm_batch batch = {2, lstm_x, base, ahead};
    double grad[128], worst = 0;
    size_t i;

    worksheet(&net);
    UNIT(vol_lstm_work_init(&work, &net, 2) == VOL_OK);
    UNIT_NEAR(vol_lstm_loss(&net, &batch, &work, grad), lstm_loss, 1e-13);
    for (i = 0; i < 4; i++)
        UNIT_NEAR(work.out[i], lstm_out[i], 1e-13);
    for (i = 0; i < net.n_weights; i++) {
        double kept = net.weights[i], up, down;

        net.weights[i] = kept + 1e-5;
        up = vol_lstm_loss(&net, &batch, &work, NULL);
        net.weights[i] = kept - 1e-5;
        down = vol_lstm_loss(&net, &batch, &work, NULL);
        net.weights[i] = kept;
        worst = fmax(worst, fabs(grad[i] - (up - down) / 2e-5));
    }
    UNIT_NEAR(worst, 0, 1e-9); /* central differences: truncation and rounding near 1e-10 */
    vol_lstm_work_free(&work);
    vol_lstm_free(&net);
    UNIT(vol_lstm_init(&net, 0, 4, two, 2) == VOL_EUSAGE && vol_lstm_init(&net, 3, 0, two, 2) == VOL_EUSAGE);
    UNIT(vol_lstm_init(&net, 3, 4, two, VOL_LSTM_OUT_MAX + 1) == VOL_EUSAGE);
}

/* Days whose variance is the square of an autoregression: there is something to learn. */
static void make_days(int32_t *date, double *y, double *r, size_t n)
{
    uint64_t state = 7;
    double level = 0, slow = 0;
    size_t i;

    for (i = 0; i < n; i++) {
        double noise = 0, noise2 = 0;
        int k;

        for (k = 0; k < 12; k++) {
            noise += vol_random_unit(&state) - 0.5;
            noise2 += vol_random_unit(&state) - 0.5;
        }
        slow = 0.97 * slow + 0.15 * noise;
        level = slow + 0.5 * noise2;
        date[i] = 10000 + (int32_t)i;
        y[i] = 1e-4 * exp(level);
        r[i] = 0.01 * returns[i % N_RETURNS];
    }
}

static void test_training(void)
{
    enum { DAYS = 700 };
    static int32_t date[DAYS];
    static double y[DAYS], r[DAYS];
    struct vol_lstm_training how;
    struct vol_lstm a, b, c;
    struct vol_lstm_file file = {.measure = "range", .symbol = "A\"B", .made_by = "test"}, back;
    struct vol_buf text = VOL_BUF_INIT;
    struct vol_error err;
    double from_a[3], from_b[3];
    char path[] = "/tmp/volpipe-lstm-XXXXXX";
    int fd;

    make_days(date, y, r, DAYS);
    vol_lstm_training_usual(&how);
    how.hidden = 4;
    how.epochs = 6;
    UNIT(vol_lstm_train(&how, date, y, r, DAYS, &a, &err) == VOL_OK);
    UNIT(a.trained_from == 10000 && a.trained_to == 10000 + DAYS - 1 && a.epochs >= 1 && a.epochs <= 6);
    /* 0.5 of noise in the logarithm is not to be known; a forecaster that says the mean of the month loses
     * more. */
    UNIT(a.validation_loss > 0.05 && a.validation_loss < 0.5);
    UNIT(vol_lstm_train(&how, date, y, r, DAYS, &b, &err) == VOL_OK);
    UNIT(memcmp(a.weights, b.weights, a.n_weights * sizeof *a.weights) ==
         0); /* the same seed, the same network */
    how.seed = 2;
    UNIT(vol_lstm_train(&how, date, y, r, DAYS, &c, &err) == VOL_OK);
    UNIT(memcmp(a.weights, c.weights, a.n_weights * sizeof *a.weights) != 0);

    /* A file of it forecasts the same bits. */
    file.net = a;
    UNIT(vol_lstm_file_print(&file, &text) == VOL_OK);
    fd = mkstemp(path);
    UNIT(fd >= 0 && write(fd, text.data, text.len) == (ssize_t)text.len && close(fd) == 0);
    if (UNIT(vol_lstm_file_load(path, &back, &err) == VOL_OK)) {
        UNIT_STR(back.symbol, "A\"B");
        UNIT(back.net.trained_to == a.trained_to && back.net.samples == a.samples && back.net.seed == 1);
        UNIT(vol_lstm_predict(&a, y + 100, r + 100, from_a) == VOL_OK);
        UNIT(vol_lstm_predict(&back.net, y + 100, r + 100, from_b) == VOL_OK);
        UNIT(memcmp(from_a, from_b, sizeof from_a) == 0 && from_a[0] > 0);
        vol_lstm_free(&back.net);
    }
    remove(path);
    vol_buf_free(&text);
    vol_lstm_free(&b);
    vol_lstm_free(&c);

    y[100] = 0;
    UNIT(vol_lstm_predict(&a, y + 100 - vol_lstm_days(&a) + 1, r, from_a) == VOL_EDATA);
    UNIT(vol_lstm_train(&how, date, y, r, DAYS, &b, &err) == VOL_EDATA);
    y[100] = 1e-4;
    r[100] = NAN;
    UNIT(vol_lstm_train(&how, date, y, r, DAYS, &b, &err) == VOL_EDATA);
    UNIT(vol_lstm_train(&how, date, y, r, 290, &b, &err) == VOL_EDATA);
    how.hidden = 0;
    UNIT(vol_lstm_train(&how, date, y, r, DAYS, &b, &err) == VOL_EUSAGE);
    vol_lstm_free(&a);
}

/* Files that no training wrote are refused with a place. */
static void refuse(const char *change, const char *with, const char *words)
{
    struct vol_lstm_file file = {.measure = "range", .symbol = "SPX", .made_by = "test"}, out;
    struct vol_buf text = VOL_BUF_INIT, changed = VOL_BUF_INIT;
    struct vol_error err;
    char path[] = "/tmp/volpipe-lstm-XXXXXX", *at;
    int fd = mkstemp(path);

    worksheet(&file.net);
    file.net.samples = file.net.epochs = 1;
    UNIT(vol_lstm_file_print(&file, &text) == VOL_OK);
    at = strstr(text.data, change);
    if (!UNIT(at != NULL))
        return;
    (void)vol_buf_add(&changed, text.data, (size_t)(at - text.data));
    (void)vol_buf_add_str(&changed, with);
    (void)vol_buf_add_str(&changed, at + strlen(change));
    UNIT(fd >= 0 && write(fd, changed.data, changed.len) == (ssize_t)changed.len && close(fd) == 0);
    UNIT(vol_lstm_file_load(path, &out, &err) == VOL_ECONFIG);
    if (!UNIT(strstr(err.text, words) != NULL))
        printf("    %s\n", err.text);
    remove(path);
    vol_buf_free(&text);
    vol_buf_free(&changed);
    vol_lstm_free(&file.net);
}

static void test_bad_files(void)
{
    struct vol_lstm_file out;
    struct vol_error err;

    refuse("\"hidden\": 3", "\"hidden\": 4", "weights: expected an array of 154 numbers");
    refuse("\"format\": 1", "\"format\": 2", "format");
    refuse("\"lookback\": 4", "\"lookback\": 4000", "lookback");
    refuse("\"model\": \"lstm\"", "\"model\": \"gru\"", "model");
    refuse("\"horizons\": [1, 5]", "\"horizons\": [1, 5.5]", "horizons[1]");
    refuse("\"out_sd\": [0.8", "\"out_sd\": [0", "out_sd[0]: expected a number above 0");
    refuse("\"trained_to\": \"1970-01-01\"", "\"trained_to\": \"soon\"", "trained_to: expected a date");
    refuse("\"weights\": [-0.2947", "\"weights\": [null", "weights[0]: expected a number");
    refuse("\"seed\": 0", "\"seed\": 0, \"more\": 1", "more");
    UNIT(vol_lstm_file_load("no-such-file.json", &out, &err) == VOL_ECONFIG);
}

int main(void)
{
    test_numpy_and_gradient();
    test_training();
    test_bad_files();
    return unit_done("signal/lstm");
}
