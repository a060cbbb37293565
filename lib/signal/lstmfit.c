#include "signal/lstmfit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "signal/random.h"

enum { IN = VOL_LSTM_IN, LEAST_WINDOWS = 250 };

void vol_lstm_training_usual(struct vol_lstm_training *training)
{
    static const struct vol_lstm_training usual = {.hidden = 16,
                                                   .lookback = 10,
                                                   .horizon = {1, 5, 22},
                                                   .n_out = 3,
                                                   .seed = 1,
                                                   .epochs = 200,
                                                   .patience = 20,
                                                   .batch = 64,
                                                   .rate = 0.003};

    *training = usual;
}

/* Everything that training holds. */
struct trainer {
    const struct vol_lstm_training *how;
    struct vol_lstm net;
    double *base;       /* of each day: ln of the mean of its 22 */
    double *days;       /* inputs of each day from the 22nd on, IN each */
    double *ahead;      /* of each window: the variances that came */
    size_t n, n_train;  /* windows; of them for training */
    size_t first_check; /* the first window that judges */
    size_t *order;      /* of the training windows */
    double *x, *batch_base, *batch_ahead;
    double *grad, *m, *v, *best;
    struct vol_lstm_work work;
    uint64_t random;
    size_t step;
};

static void trainer_free(struct trainer *t)
{
    free(t->base);
    free(t->batch_base);
    free(t->days);
    free(t->ahead);
    free(t->order);
    free(t->x);
    free(t->batch_ahead);
    free(t->grad);
    free(t->m);
    free(t->v);
    free(t->best);
    vol_lstm_work_free(&t->work);
    vol_lstm_free(&t->net);
}

/* Mean and deviation of every STRIDE-th of N numbers. */
static void moments(const double *x, size_t n, size_t stride, double *mean, double *sd)
{
    double sum = 0, squares = 0;
    size_t i;

    for (i = 0; i < n; i++)
        sum += x[i * stride];
    *mean = sum / (double)n;
    for (i = 0; i < n; i++)
        squares += (x[i * stride] - *mean) * (x[i * stride] - *mean);
    *sd = sqrt(squares / (double)n);
    if (!(*sd > 0))
        *sd = 1;
}

static size_t longest(const struct vol_lstm_training *how)
{
    size_t i, most = 0;

    for (i = 0; i < how->n_out; i++)
        most = how->horizon[i] > most ? how->horizon[i] : most;
    return most;
}

static enum vol_status allocate(struct trainer *t, size_t n_days)
{
    const struct vol_lstm_training *how = t->how;
    size_t weights = t->net.n_weights, room = how->batch * how->lookback * IN;

    t->days = malloc(n_days * IN * sizeof *t->days);
    t->base = malloc(n_days * sizeof *t->base);
    t->batch_base = malloc(how->batch * sizeof *t->batch_base);
    t->ahead = malloc(t->n * how->n_out * sizeof *t->ahead);
    t->order = malloc(t->n * sizeof *t->order);
    t->x = malloc(room * sizeof *t->x);
    t->batch_ahead = malloc(how->batch * how->n_out * sizeof *t->batch_ahead);
    t->grad = malloc(weights * sizeof *t->grad);
    t->m = calloc(weights, sizeof *t->m);
    t->v = calloc(weights, sizeof *t->v);
    t->best = malloc(weights * sizeof *t->best);
    if (t->base == NULL || t->batch_base == NULL || t->days == NULL || t->ahead == NULL || t->order == NULL ||
        t->x == NULL || t->batch_ahead == NULL || t->grad == NULL || t->m == NULL || t->v == NULL ||
        t->best == NULL)
        return VOL_EOS;
    return vol_lstm_work_init(&t->work, &t->net, how->batch);
}

/* Inputs and targets of all windows, scaled by the moments of those that train. */
static enum vol_status prepare(struct trainer *t, const double *y, const double *r, size_t n_days,
                               struct vol_error *err)
{
    const struct vol_lstm_training *how = t->how;
    size_t n_inputs = n_days - VOL_LSTM_MONTH + 1, i, j, k;
    double *logs;

    for (i = 0; i < n_inputs; i++)
        if (vol_lstm_inputs(&t->net, y + i, r + i, t->days + i * IN, &t->base[i]) != VOL_OK)
            return vol_error_set(err, VOL_EDATA, "day %zu: a variance that is not above 0, or no return",
                                 i + VOL_LSTM_MONTH);
    for (j = 0; j < IN; j++)
        moments(t->days + j, t->n_train + how->lookback - 1, IN, &t->net.mean[j], &t->net.sd[j]);
    for (i = 0; i < n_inputs; i++)
        for (j = 0; j < IN; j++)
            t->days[i * IN + j] = (t->days[i * IN + j] - t->net.mean[j]) / t->net.sd[j];
    /* Window i ends with the day VOL_LSTM_MONTH + lookback - 2 + i. */
    for (i = 0; i < t->n; i++) {
        for (j = 0; j < how->n_out; j++) {
            const double *next = y + VOL_LSTM_MONTH + how->lookback - 1 + i;
            double sum = 0;

            for (k = 0; k < how->horizon[j]; k++)
                sum += next[k];
            t->ahead[i * how->n_out + j] = sum / (double)how->horizon[j];
        }
    }
    logs = malloc(t->n_train * sizeof *logs);
    if (logs == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    for (j = 0; j < how->n_out; j++) {
        for (i = 0; i < t->n_train; i++)
            logs[i] = log(t->ahead[i * how->n_out + j]) - t->base[i + how->lookback - 1];
        moments(logs, t->n_train, 1, &t->net.out_mean[j], &t->net.out_sd[j]);
    }
    free(logs);
    return VOL_OK;
}

/* Uniform within 1 / sqrt(hidden); the forget gates begin open (Jozefowicz et al. 2015); no constants in the
 * linear layer. */
static void begin_weights(struct trainer *t)
{
    size_t hidden = t->how->hidden, constants = (IN + hidden) * 4 * hidden, i;
    double width = 1 / sqrt((double)hidden);

    for (i = 0; i < t->net.n_weights; i++)
        t->net.weights[i] = width * (2 * vol_random_unit(&t->random) - 1);
    for (i = 0; i < 4 * hidden; i++)
        t->net.weights[constants + i] = i / hidden == 1 ? 1 : 0;
    for (i = 0; i < t->how->n_out; i++)
        t->net.weights[t->net.n_weights - 1 - i] = 0;
}

/* The windows WHICH[0..N) (null: FIRST on) side by side. */
static struct vol_lstm_batch gather(const struct trainer *t, const size_t *which, size_t first, size_t n)
{
    const struct vol_lstm_training *how = t->how;
    struct vol_lstm_batch batch = {n, t->x, t->batch_base, t->batch_ahead};
    size_t b, day;

    for (b = 0; b < n; b++) {
        size_t window = which != NULL ? which[b] : first + b;

        for (day = 0; day < how->lookback; day++)
            memcpy(t->x + (day * n + b) * IN, t->days + (window + day) * IN, IN * sizeof *t->x);
        t->batch_base[b] = t->base[window + how->lookback - 1];
        memcpy(t->batch_ahead + b * how->n_out, t->ahead + window * how->n_out,
               how->n_out * sizeof *t->batch_ahead);
    }
    return batch;
}

/* Adam, after the gradient's length was cut to 1. */
static void update(struct trainer *t)
{
    double length = 0, cut, first, second;
    size_t i;

    for (i = 0; i < t->net.n_weights; i++)
        length += t->grad[i] * t->grad[i];
    cut = length > 1 ? 1 / sqrt(length) : 1;
    t->step++;
    first = 1 - pow(0.9, (double)t->step);
    second = 1 - pow(0.999, (double)t->step);
    for (i = 0; i < t->net.n_weights; i++) {
        double g = t->grad[i] * cut;

        t->m[i] = 0.9 * t->m[i] + 0.1 * g;
        t->v[i] = 0.999 * t->v[i] + 0.001 * g * g;
        t->net.weights[i] -= t->how->rate * (t->m[i] / first) / (sqrt(t->v[i] / second) + 1e-8);
    }
}

/* One pass over the training windows in a new order; the mean loss on the way. */
static double pass(struct trainer *t)
{
    double sum = 0;
    size_t i, n;

    for (i = t->n_train; i-- > 1;) {
        size_t j = (size_t)(vol_random_unit(&t->random) * (double)(i + 1)), kept = t->order[i];

        t->order[i] = t->order[j];
        t->order[j] = kept;
    }
    for (i = 0; i < t->n_train; i += n) {
        struct vol_lstm_batch batch;

        n = t->n_train - i < t->how->batch ? t->n_train - i : t->how->batch;
        batch = gather(t, t->order + i, 0, n);
        sum += vol_lstm_loss(&t->net, &batch, &t->work, t->grad) * (double)n;
        update(t);
    }
    return sum / (double)t->n_train;
}

static double validation(struct trainer *t)
{
    double sum = 0;
    size_t i, n;

    for (i = t->first_check; i < t->n; i += n) {
        struct vol_lstm_batch batch;

        n = t->n - i < t->how->batch ? t->n - i : t->how->batch;
        batch = gather(t, NULL, i, n);
        sum += vol_lstm_loss(&t->net, &batch, &t->work, NULL) * (double)n;
    }
    return sum / (double)(t->n - t->first_check);
}

/* Passes until nothing is gained; the best weights are then in the network. */
static enum vol_status run(struct trainer *t, struct vol_error *err)
{
    size_t epoch, since = 0;

    t->net.validation_loss = INFINITY;
    for (epoch = 1; epoch <= t->how->epochs && since < t->how->patience; epoch++) {
        double loss = pass(t), check = validation(t);

        if (!(isfinite(loss) && isfinite(check)))
            return vol_error_set(err, VOL_EDATA, "the loss of pass %zu is not finite", epoch);
        since++;
        if (check < t->net.validation_loss) {
            since = 0;
            t->net.validation_loss = check;
            t->net.loss = loss;
            t->net.epochs = epoch;
            memcpy(t->best, t->net.weights, t->net.n_weights * sizeof *t->best);
        }
    }
    memcpy(t->net.weights, t->best, t->net.n_weights * sizeof *t->best);
    return VOL_OK;
}

enum vol_status vol_lstm_train(const struct vol_lstm_training *training, const int32_t *date, const double *y,
                               const double *r, size_t n, struct vol_lstm *out, struct vol_error *err)
{
    struct trainer t = {.how = training, .random = training->seed};
    size_t gap = longest(training), lost = VOL_LSTM_MONTH + training->lookback - 2 + gap, i;
    enum vol_status status;

    if (n < lost + LEAST_WINDOWS)
        return vol_error_set(err, VOL_EDATA,
                             "%zu days are too few: with these horizons and days to look back "
                             "on a network needs %zu",
                             n, lost + LEAST_WINDOWS);
    t.n = n - lost;
    t.first_check = t.n - t.n / 5;
    if (training->batch < 1 || training->epochs < 1 || t.first_check <= gap)
        return vol_error_set(err, VOL_EUSAGE,
                             "a batch and a pass at least, and horizons that leave days to train on");
    t.n_train = t.first_check - gap;
    status = vol_lstm_init(&t.net, training->hidden, training->lookback, training->horizon, training->n_out);
    if (status == VOL_OK)
        status = allocate(&t, n);
    if (status != VOL_OK) {
        (void)vol_error_set(err, status, status == VOL_EOS ? "out of memory" : "a size is out of its range");
        goto done;
    }
    status = prepare(&t, y, r, n, err);
    if (status != VOL_OK)
        goto done;
    begin_weights(&t);
    for (i = 0; i < t.n_train; i++)
        t.order[i] = i;
    status = run(&t, err);
    if (status != VOL_OK)
        goto done;
    t.net.seed = training->seed;
    t.net.samples = t.n_train;
    t.net.trained_from = date[0];
    t.net.trained_to = date[n - 1];
    *out = t.net;
    memset(&t.net, 0, sizeof t.net);
done:
    trainer_free(&t);
    return status;
}
