/* forecast_records.h: forecasts and fits as the fields of their records (record/field.h: forecast, fit). */
#ifndef VOL_SIGNAL_FORECAST_RECORDS_H
#define VOL_SIGNAL_FORECAST_RECORDS_H

#include "record/writer.h"
#include "signal/outlook.h"

/* What a `forecast` record of MODEL for horizon H (by index) says behind kind and ts. MEASURE names the
 * variance. */
void vol_forecast_records_write(struct vol_writer *out, const char *symbol, const char *measure,
                                double per_year, const struct vol_outlook_price *price,
                                enum vol_forecast_model model, size_t h);

/* The same of a `fit` record; H counts for the HAR models alone. False, and nothing is written: MODEL is not
 * one that is fitted here, or has no fit. */
bool vol_forecast_records_fit(struct vol_writer *out, const char *symbol, const struct vol_forecast *forecast,
                              enum vol_forecast_model model, size_t h);

/* Whether vol_forecast_records_fit would write. */
bool vol_forecast_records_has_fit(const struct vol_forecast *forecast, enum vol_forecast_model model,
                                  size_t h);

#endif
