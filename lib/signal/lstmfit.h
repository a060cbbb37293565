/* lstmfit.h: a network of lstm.h trained on the days of one price.
 *
 * The days are cut in two: weights are changed by the first four fifths, in batches of random order, by Adam
 * (Kingma-Ba 2015) on the gradient of QLIKE; after each pass the last fifth says whether it got better. The
 * weights of the best pass are kept, and training ends when PATIENCE passes brought nothing better. Between
 * the two parts the longest horizon is left out, so that no window of the first knows a variance of the
 * second. All random numbers come from the seed: the same days, shape and seed give the same network on the
 * same machine.
 */
#ifndef VOL_SIGNAL_LSTMFIT_H
#define VOL_SIGNAL_LSTMFIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "signal/lstm.h"

struct vol_lstm_training {
    size_t hidden, lookback;
    size_t horizon[VOL_LSTM_OUT_MAX], n_out;
    uint64_t seed;
    size_t epochs, patience, batch; /* passes at most; passes without a gain; windows of a batch */
    double rate;                    /* of Adam */
};

/* What vforecast --train uses: 16 hidden units that see 10 days, batches of 64, rate 0.003, 200 passes at
 * most, patience 20, seed 1, horizons 1, 5 and 22. */
void vol_lstm_training_usual(struct vol_lstm_training *training);

/* Train on the days DATE[i], variance Y[i] > 0 and return R[i], oldest first. VOL_EDATA with words: fewer
 * than 250 windows, a variance or return that is none, or a loss that is not finite. VOL_EUSAGE, VOL_EOS. */
enum vol_status vol_lstm_train(const struct vol_lstm_training *training, const int32_t *date, const double *y,
                               const double *r, size_t n, struct vol_lstm *out, struct vol_error *err);

#endif
