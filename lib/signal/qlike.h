/* qlike.h: what a forecast of a variance has lost once the variance is known.
 *
 * QLIKE = ln f + y / f, the part of the Gaussian likelihood that depends on the forecast. With MSE it is one
 * of the losses that rank forecasts alike whether y is the true variance or a noisy, unbiased measure of it
 * (Patton 2011); it is hurt less by the rare enormous days and punishes a forecast that is too low more than
 * one too high.
 */
#ifndef VOL_SIGNAL_QLIKE_H
#define VOL_SIGNAL_QLIKE_H

enum vol_loss { VOL_LOSS_QLIKE, VOL_LOSS_MSE, VOL_LOSS_MAE, VOL_LOSS_N };

/* The loss of the forecast F > 0 of the variance Y >= 0, both finite. Otherwise NaN. */
double vol_loss_of(enum vol_loss loss, double f, double y);

#endif
