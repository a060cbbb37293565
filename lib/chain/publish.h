/* publish.h: what a valuation found, as fields of `quote` and `forward` records.
 *
 * The record is begun and ended by the caller; the names are those of record/field.c.
 */
#ifndef VOL_CHAIN_PUBLISH_H
#define VOL_CHAIN_PUBLISH_H

#include "base/num.h"
#include "chain/valuation.h"
#include "record/writer.h"

/* A number and its text. */
struct vol_publish_number {
    double x;
    char text[VOL_NUM_MAX];
    size_t len;
};

/* The numbers that the quotes of a group share are printed once: those of the quote before. */
struct vol_publish {
    int precision;
    bool at_given;     /* the greeks are at a given vol: model_price is written */
    const char *clock; /* name of the variance clock; null: the vols count in t */
    struct vol_publish_number t, t_var, forward, discount;
};

void vol_publish_init(struct vol_publish *publish, int precision, const char *clock, bool at_given);

/* mid … rho of a quote. */
void vol_publish_quote(struct vol_publish *publish, struct vol_writer *writer,
                       const struct vol_valued *quote);

/* The further greeks (vol_valuation_all), and for an inverse option those in its coin. */
void vol_publish_all(struct vol_writer *writer, const struct vol_valued *quote,
                     const struct vol_greeks_all *all);

/* root … vol_gap of a group of V. */
void vol_publish_forward(const struct vol_publish *publish, struct vol_writer *writer,
                         const struct vol_valuation *v, const struct vol_valuation_group *group);

#endif
