/* lstm_file.h: a trained network as a JSON file: its shape, scales and weights, and what it was trained on.
 */
#ifndef VOL_SIGNAL_LSTM_FILE_H
#define VOL_SIGNAL_LSTM_FILE_H

#include "base/buf.h"
#include "base/error.h"
#include "signal/lstm.h"

enum { VOL_LSTM_WORD_MAX = 64 };

struct vol_lstm_file {
    struct vol_lstm net;
    char measure[VOL_LSTM_WORD_MAX]; /* of the variances */
    char symbol[VOL_LSTM_WORD_MAX];  /* whose days it has seen */
    char made_by[VOL_LSTM_WORD_MAX]; /* "vforecast 0.1.0" */
};

/* Append FILE as JSON to OUT: numbers as they read back the same. VOL_EOS. */
enum vol_status vol_lstm_file_print(const struct vol_lstm_file *file, struct vol_buf *out);

/* Read PATH into *OUT, which the caller frees with vol_lstm_free(&out->net). VOL_ECONFIG with file and place
 * for anything that such a file would not hold; VOL_EOS. */
enum vol_status vol_lstm_file_load(const char *path, struct vol_lstm_file *out, struct vol_error *err);

#endif
