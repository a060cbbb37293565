/* records.h: opinions and measures as records, `signal`, `measures` and `cone`.
 *
 * The record is begun and ended by the caller; the names are those of record/field.c. A number that is not
 * known is left out of a measures record and null in a signal.
 */
#ifndef VOL_SIGNAL_RECORDS_H
#define VOL_SIGNAL_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#include "record/writer.h"
#include "signal/models.h"

/* What the records of one judgement share. */
struct vol_signal_about {
    const char *underlying;
    size_t underlying_len;
    const char *field; /* that iv_mean_reversion ranked, its value and instant */
    double value;
    int64_t field_ts;
    int64_t lookback;
    const struct vol_models_config *config;
    const struct vol_panel *panel; /* null: none was needed */
    int64_t ts;                    /* of the judgement */
};

void vol_signal_records_opinion(struct vol_writer *w, const struct vol_signal_about *about,
                                const struct vol_judgement *j, enum vol_model model);
void vol_signal_records_measures(struct vol_writer *w, const struct vol_signal_about *about,
                                 const struct vol_measures *m);
void vol_signal_records_cone(struct vol_writer *w, const char *underlying, size_t len, size_t horizon,
                             const struct vol_cone *cone);

#endif
