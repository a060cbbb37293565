#include "signal/lstm.h"

#include <gsl/gsl_cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { IN = VOL_LSTM_IN };

/* Where the parts of the weights lie. */
struct parts {
    size_t w, u, b, v, a; /* inputs, state, constants; linear layer and its constants */
    size_t n;
};

static struct parts parts_of(size_t hidden, size_t n_out)
{
    struct parts p = {.w = 0};

    p.u = p.w + IN * 4 * hidden;
    p.b = p.u + hidden * 4 * hidden;
    p.v = p.b + 4 * hidden;
    p.a = p.v + hidden * n_out;
    p.n = p.a + n_out;
    return p;
}

enum vol_status vol_lstm_init(struct vol_lstm *lstm, size_t hidden, size_t lookback, const size_t *horizon,
                              size_t n_out)
{
    size_t n = parts_of(hidden, n_out).n, i;
    double *weights;

    if (hidden < 1 || hidden > VOL_LSTM_HIDDEN_MAX || lookback < 1 || lookback > VOL_LSTM_LOOKBACK_MAX ||
        n_out < 1 || n_out > VOL_LSTM_OUT_MAX)
        return VOL_EUSAGE;
    weights = calloc(n, sizeof *weights);
    if (weights == NULL)
        return VOL_EOS;
    memset(lstm, 0, sizeof *lstm);
    lstm->hidden = hidden;
    lstm->lookback = lookback;
    lstm->n_out = n_out;
    lstm->weights = weights;
    lstm->n_weights = n;
    for (i = 0; i < n_out; i++) {
        lstm->horizon[i] = horizon[i];
        lstm->out_sd[i] = 1;
    }
    for (i = 0; i < IN; i++)
        lstm->sd[i] = 1;
    return VOL_OK;
}

void vol_lstm_free(struct vol_lstm *lstm)
{
    free(lstm->weights);
    memset(lstm, 0, sizeof *lstm);
}

size_t vol_lstm_days(const struct vol_lstm *lstm)
{
    return lstm->lookback + VOL_LSTM_MONTH - 1;
}

enum vol_status vol_lstm_work_init(struct vol_lstm_work *work, const struct vol_lstm *lstm, size_t n)
{
    size_t nh = n * lstm->hidden, days = lstm->lookback;
    size_t size = days * 4 * nh + 2 * (days + 1) * nh + days * nh + 4 * nh + 2 * nh + 2 * n * lstm->n_out;
    double *at = calloc(size, sizeof *at);

    if (at == NULL)
        return VOL_EOS;
    work->n = n;
    work->memory = work->gates = at;
    work->c = at += days * 4 * nh;
    work->h = at += (days + 1) * nh;
    work->tanh_c = at += (days + 1) * nh;
    work->d_gates = at += days * nh;
    work->d_h = at += 4 * nh;
    work->d_c = at += nh;
    work->out = at += nh;
    work->d_out = at + n * lstm->n_out;
    return VOL_OK;
}

void vol_lstm_work_free(struct vol_lstm_work *work)
{
    free(work->memory);
    memset(work, 0, sizeof *work);
}

static void fill_rows(double *out, const double *row, size_t n, size_t width)
{
    size_t i;

    for (i = 0; i < n; i++)
        memcpy(out + i * width, row, width * sizeof *out);
}

/* OUT += A B: A is n x k, B k x m. */
static void add_product(size_t n, size_t m, size_t k, const double *a, const double *b, double *out)
{
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)n, (int)m, (int)k, 1, a, (int)k, b, (int)m, 1,
                out, (int)m);
}

/* OUT += A' B: A is k x n, B k x m. */
static void add_transposed(size_t n, size_t m, size_t k, const double *a, const double *b, double *out)
{
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)n, (int)m, (int)k, 1, a, (int)n, b, (int)m, 1,
                out, (int)m);
}

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* The states of one day of N windows, from those of the day before. */
static void advance(size_t n, size_t hidden, double *gates, const double *c_before, double *c, double *tanh_c,
                    double *h)
{
    size_t b, j;

    for (b = 0; b < n; b++) {
        double *g = gates + b * 4 * hidden;

        for (j = 0; j < hidden; j++) {
            size_t at = b * hidden + j;

            g[j] = sigmoid(g[j]);
            g[hidden + j] = sigmoid(g[hidden + j]);
            g[2 * hidden + j] = tanh(g[2 * hidden + j]);
            g[3 * hidden + j] = sigmoid(g[3 * hidden + j]);
            c[at] = g[hidden + j] * c_before[at] + g[j] * g[2 * hidden + j];
            tanh_c[at] = tanh(c[at]);
            h[at] = g[3 * hidden + j] * tanh_c[at];
        }
    }
}

/* The log forecasts of the N windows X into WORK->out, scaled back. */
static void forward(const struct vol_lstm *lstm, const double *x, const double *base, size_t n,
                    struct vol_lstm_work *work)
{
    const struct parts p = parts_of(lstm->hidden, lstm->n_out);
    size_t hidden = lstm->hidden, nh = n * hidden, t, i, b;
    const double *w = lstm->weights;

    memset(work->c, 0, nh * sizeof *work->c);
    memset(work->h, 0, nh * sizeof *work->h);
    for (t = 0; t < lstm->lookback; t++) {
        double *gates = work->gates + t * 4 * nh;

        fill_rows(gates, w + p.b, n, 4 * hidden);
        add_product(n, 4 * hidden, IN, x + t * n * IN, w + p.w, gates);
        add_product(n, 4 * hidden, hidden, work->h + t * nh, w + p.u, gates);
        advance(n, hidden, gates, work->c + t * nh, work->c + (t + 1) * nh, work->tanh_c + t * nh,
                work->h + (t + 1) * nh);
    }
    fill_rows(work->out, w + p.a, n, lstm->n_out);
    add_product(n, lstm->n_out, hidden, work->h + lstm->lookback * nh, w + p.v, work->out);
    for (b = 0; b < n; b++)
        for (i = 0; i < lstm->n_out; i++)
            work->out[b * lstm->n_out + i] =
                base[b] + lstm->out_mean[i] + lstm->out_sd[i] * work->out[b * lstm->n_out + i];
}

/* One day back: from d_h and d_c of the day to those of the day before; d_gates before the activations. */
static void retreat(size_t n, size_t hidden, const double *gates, const double *c_before,
                    const double *tanh_c, struct vol_lstm_work *work)
{
    size_t b, j;

    for (b = 0; b < n; b++) {
        const double *g = gates + b * 4 * hidden;
        double *d = work->d_gates + b * 4 * hidden;

        for (j = 0; j < hidden; j++) {
            size_t at = b * hidden + j;
            double in = g[j], forget = g[hidden + j], new = g[2 * hidden + j], out = g[3 * hidden + j];
            double dc = work->d_c[at] + work->d_h[at] * out * (1 - tanh_c[at] * tanh_c[at]);

            d[j] = dc * new *in *(1 - in);
            d[hidden + j] = dc * c_before[at] * forget * (1 - forget);
            d[2 * hidden + j] = dc * in * (1 - new *new);
            d[3 * hidden + j] = work->d_h[at] * tanh_c[at] * out * (1 - out);
            work->d_c[at] = dc * forget;
        }
    }
}

static void add_columns(const double *x, size_t n, size_t width, double *out)
{
    size_t b, j;

    for (b = 0; b < n; b++)
        for (j = 0; j < width; j++)
            out[j] += x[b * width + j];
}

/* From work->d_out, the derivative by the linear layer's outputs, to GRAD. */
static void backward(const struct vol_lstm *lstm, const double *x, size_t n, struct vol_lstm_work *work,
                     double *grad)
{
    const struct parts p = parts_of(lstm->hidden, lstm->n_out);
    size_t hidden = lstm->hidden, nh = n * hidden, t;
    const double *w = lstm->weights;

    memset(grad, 0, p.n * sizeof *grad);
    add_transposed(hidden, lstm->n_out, n, work->h + lstm->lookback * nh, work->d_out, grad + p.v);
    add_columns(work->d_out, n, lstm->n_out, grad + p.a);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)n, (int)hidden, (int)lstm->n_out, 1,
                work->d_out, (int)lstm->n_out, w + p.v, (int)lstm->n_out, 0, work->d_h, (int)hidden);
    memset(work->d_c, 0, nh * sizeof *work->d_c);
    for (t = lstm->lookback; t-- > 0;) {
        retreat(n, hidden, work->gates + t * 4 * nh, work->c + t * nh, work->tanh_c + t * nh, work);
        add_transposed(IN, 4 * hidden, n, x + t * n * IN, work->d_gates, grad + p.w);
        add_transposed(hidden, 4 * hidden, n, work->h + t * nh, work->d_gates, grad + p.u);
        add_columns(work->d_gates, n, 4 * hidden, grad + p.b);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)n, (int)hidden, (int)(4 * hidden), 1,
                    work->d_gates, (int)(4 * hidden), w + p.u, (int)(4 * hidden), 0, work->d_h, (int)hidden);
    }
}

double vol_lstm_loss(const struct vol_lstm *lstm, const struct vol_lstm_batch *batch,
                     struct vol_lstm_work *work, double *grad)
{
    size_t n_out = lstm->n_out, i;
    double sum = 0, share = 1 / (double)(batch->n * n_out);

    forward(lstm, batch->x, batch->base, batch->n, work);
    for (i = 0; i < batch->n * n_out; i++) {
        double f = work->out[i], ratio = batch->ahead[i] * exp(-f);

        sum += f + ratio - 1 - log(batch->ahead[i]);
        work->d_out[i] = (1 - ratio) * lstm->out_sd[i % n_out] * share;
    }
    if (grad != NULL)
        backward(lstm, batch->x, batch->n, work, grad);
    return sum * share;
}

enum vol_status vol_lstm_predict(const struct vol_lstm *lstm, const double *y, const double *r, double *out)
{
    struct vol_lstm_work work;
    enum vol_status status;
    double *x = malloc(lstm->lookback * IN * sizeof *x), base = NAN;
    size_t t, i;

    if (x == NULL)
        return VOL_EOS;
    status = VOL_EDATA;
    for (t = 0; t < lstm->lookback; t++)
        if (vol_lstm_inputs(lstm, y + t, r + t, x + t * IN, &base) != VOL_OK)
            goto done;
    status = vol_lstm_work_init(&work, lstm, 1);
    if (status != VOL_OK)
        goto done;
    forward(lstm, x, &base, 1, &work);
    for (i = 0; i < lstm->n_out; i++)
        out[i] = exp(work.out[i]);
    vol_lstm_work_free(&work);
done:
    free(x);
    return status;
}

enum vol_status vol_lstm_inputs(const struct vol_lstm *lstm, const double *y, const double *r, double *x,
                                double *base)
{
    double sum = 0;
    size_t i;

    for (i = 0; i < VOL_LSTM_MONTH; i++) {
        const double *back = y + VOL_LSTM_MONTH - 1 - i;

        if (!(*back > 0 && isfinite(*back)))
            return VOL_EDATA;
        sum += *back;
        if (i == 0)
            x[0] = log(sum);
        if (i == 4)
            x[1] = log(sum / 5);
    }
    *base = log(sum / VOL_LSTM_MONTH);
    x[0] -= *base;
    x[1] -= *base;
    x[2] = *base;
    x[3] = r[VOL_LSTM_MONTH - 1] * exp(-0.5 * *base);
    if (!isfinite(x[3]))
        return VOL_EDATA;
    for (i = 0; i < IN; i++)
        x[i] = (x[i] - lstm->mean[i]) / lstm->sd[i];
    return VOL_OK;
}
