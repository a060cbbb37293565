/* lstm.h: a long short-term memory network (Hochreiter-Schmidhuber 1997, with the forget gate of Gers et al.
 * 2000) that reads the last days and says the log variance of the days to come.
 *
 * One layer. Each of the last `lookback` days is a column of VOL_LSTM_IN numbers: ln of the day's variance
 * and ln of the mean of 5 days, each less ln of the mean of 22 days that end with it; that last logarithm;
 * and the return over the root of that mean; each less its mean and over its deviation in the training set.
 * The last state of the hidden units goes through a linear layer to one number per horizon: ln of the mean
 * variance of the days ahead, less ln of the mean of the last 22. (A network that says the level itself
 * cannot follow a crisis beyond those it was trained on.) What is minimised is QLIKE (qlike.h), so that the
 * forecast is of the variance itself and needs no correction of a logarithm's mean.
 *
 *   i, f, o = sigmoid(W x + U h + b)   g = tanh(W x + U h + b)   c = f c + i g   h = o tanh(c)
 */
#ifndef VOL_SIGNAL_LSTM_H
#define VOL_SIGNAL_LSTM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { VOL_LSTM_IN = 4, VOL_LSTM_HIDDEN_MAX = 128, VOL_LSTM_LOOKBACK_MAX = 252, VOL_LSTM_OUT_MAX = 6 };
enum { VOL_LSTM_MONTH = 22 };

struct vol_lstm {
    size_t hidden, lookback, n_out;
    size_t horizon[VOL_LSTM_OUT_MAX];
    double mean[VOL_LSTM_IN], sd[VOL_LSTM_IN];                   /* of the inputs */
    double out_mean[VOL_LSTM_OUT_MAX], out_sd[VOL_LSTM_OUT_MAX]; /* of the outputs */
    double *weights; /* W, VOL_LSTM_IN x 4 hidden; U, hidden x 4 hidden; b, 4 hidden; gates i f g o; then the
                      * linear layer, hidden x n_out, and its n_out constants; matrices by rows */
    size_t n_weights;
    /* how it was trained */
    uint64_t seed;
    size_t samples, epochs;           /* windows; passes until the validation loss was least */
    double loss, validation_loss;     /* mean QLIKE less its least possible: 0 is perfect */
    int32_t trained_from, trained_to; /* dates whose variances it has seen, as inputs or as targets */
};

/* A network of that shape with all weights 0. VOL_EUSAGE: a size out of its range; VOL_EOS. */
enum vol_status vol_lstm_init(struct vol_lstm *lstm, size_t hidden, size_t lookback, const size_t *horizon,
                              size_t n_out);
void vol_lstm_free(struct vol_lstm *lstm);

/* Days that a forecast looks back on: lookback + 21. */
size_t vol_lstm_days(const struct vol_lstm *lstm);

/* Mean daily variance of the next horizon[i] days in OUT[i], from the last vol_lstm_days days, oldest first:
 * their variances, above 0, and returns. VOL_EDATA: one of them is no such number. VOL_EOS. */
enum vol_status vol_lstm_predict(const struct vol_lstm *lstm, const double *y, const double *r, double *out);

/* ---- for training and its tests ---- */

/* The VOL_LSTM_IN scaled inputs X of one day: the last of the VOL_LSTM_MONTH variances Y and returns R,
 * oldest first; *BASE: ln of the mean of Y. VOL_EDATA: a variance is not above 0, or the last return is not
 * finite. */
enum vol_status vol_lstm_inputs(const struct vol_lstm *lstm, const double *y, const double *r, double *x,
                                double *base);

/* Inputs of BATCH windows side by side, x[(t * batch + b) * VOL_LSTM_IN + i], day t of window b, scaled;
 * ahead[b * n_out + i] the variances that came, above 0. */
struct vol_lstm_batch {
    size_t n;
    const double *x, *base, *ahead;
};

/* Room for the passes over batches of at most N windows. */
struct vol_lstm_work {
    size_t n;
    double *gates, *c, *h, *tanh_c, *out, *d_gates, *d_h, *d_c, *d_out;
    double *memory;
};
enum vol_status vol_lstm_work_init(struct vol_lstm_work *work, const struct vol_lstm *lstm, size_t n);
void vol_lstm_work_free(struct vol_lstm_work *work);

/* Mean over windows and outputs of f + y exp(-f) - 1 - ln y, f the log forecast (work->out holds them). With
 * GRAD (n_weights numbers, overwritten): its gradient, by back-propagation through time. */
double vol_lstm_loss(const struct vol_lstm *lstm, const struct vol_lstm_batch *batch,
                     struct vol_lstm_work *work, double *grad);

#endif
