/* explain.h: a judgement in words and numbers, for people.
 */
#ifndef VOL_SIGNAL_EXPLAIN_H
#define VOL_SIGNAL_EXPLAIN_H

#include "base/buf.h"
#include "signal/records.h"

/* Append a paragraph for each model of MASK, the composite first: what it says, the numbers that it says it
 * on, the thresholds, and what is missing. VOL_EOS. */
enum vol_status vol_signal_explain(struct vol_buf *out, const struct vol_signal_about *about,
                                   const struct vol_judgement *j, unsigned mask);

#endif
