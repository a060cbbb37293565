/* gather.h: the records that an adapter makes out of a vendor's answers, held until all of them are good.
 *
 * No record leaves before the last answer of a request was read and found whole: there is no partial chain
 * and no partial history. Then the records are put in the order of a stream (by instant; ties go rate, bar,
 * quote, everything else), quotes in runs by underlying, inside a run by expiration, root, strike and type,
 * and each run is closed by its `snap`.
 *
 * An adapter writes fields in any order; they come out in the order of the kind's table (record/field.h). A
 * field that the table does not have, or of another type, is a bug of the adapter (VOL_EINTERNAL at
 * vol_gather_end). `received` is written by the gatherer, and `source` where the adapter writes none.
 */
#ifndef VOL_SOURCE_GATHER_H
#define VOL_SOURCE_GATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "chain/symbol.h"
#include "record/rec.h"
#include "source/row.h"

struct vol_gather;

struct vol_gather_config {
    const char *source; /* of every record */
    const struct vol_source_facts *facts;
    int64_t since, until; /* records outside are left out and counted */
};

struct vol_gather_counts {
    uint64_t records;  /* gathered, inside of since and until */
    uint64_t outside;  /* left out */
    uint64_t repeated; /* came twice: the same instant and instrument; the one received last was kept */
    uint64_t rejected;
};

/* CONFIG is copied; what it points to outlives the gatherer. */
enum vol_status vol_gather_new(struct vol_gather **out, const struct vol_gather_config *config,
                               struct vol_error *err);
void vol_gather_free(struct vol_gather *gather);

/* From here on records carry this receive time (of the answer that is being read). */
void vol_gather_received(struct vol_gather *gather, int64_t received);

/* ---- one record: begin, fields, end ---- */

/* KIND is one of the tables'; TS the instant at which the record was knowable. */
void vol_gather_begin(struct vol_gather *gather, const char *kind, int64_t ts);

/* A field; NAME is a literal. A second value of the same field replaces the first. A NaN, an infinity and a
 * null text are "no value": the field is left out. Text that is no UTF-8 is VOL_EPROTOCOL at vol_gather_end.
 * Doubles are printed so that they read back the same. */
void vol_gather_num(struct vol_gather *gather, const char *name, double x);
void vol_gather_int(struct vol_gather *gather, const char *name, int64_t x);
void vol_gather_bool(struct vol_gather *gather, const char *name, bool x);
void vol_gather_str(struct vol_gather *gather, const char *name, const char *text);
void vol_gather_time(struct vol_gather *gather, const char *name, int64_t ts);
void vol_gather_date(struct vol_gather *gather, const char *name, int32_t date);
/* JSON text that the caller vouches for: of a field of type JSON, or a number's own spelling. */
void vol_gather_raw(struct vol_gather *gather, const char *name, const char *json, size_t n);

/* What a quote's contract is: TEXT is its name in FAMILY, VENUE one of share/contracts/options.csv (`us`,
 * `deribit`, `okx`). Writes underlying, symbol (OSI without padding and prefix, else as it stands), root,
 * expiration, expires, last_trade, strike, option_type, exercise, multiplier, currency, inverse and adjusted,
 * which later fields may replace. VOL_EDATA: no such name; VOL_NO: a root that the venue does not have. */
enum vol_status vol_gather_contract(struct vol_gather *gather, enum vol_symbol_family family,
                                    const char *venue, const char *text, size_t n, struct vol_error *err);

/* The same for a name that was read already; NAME: the symbol to write (null: OSI). */
enum vol_status vol_gather_symbol(struct vol_gather *gather, const struct vol_symbol *symbol,
                                  const char *venue, const char *name, struct vol_error *err);

/* The underlying of the snapshot that the quote belongs to, where it is not the contract table's. */
void vol_gather_underlying(struct vol_gather *gather, const char *underlying);

/* The record is done. VOL_EPROTOCOL: a required field has no value; VOL_EINTERNAL, VOL_EOS. It is forgotten
 * then. */
enum vol_status vol_gather_end(struct vol_gather *gather, struct vol_error *err);
void vol_gather_cancel(struct vol_gather *gather);

/* In place of a record: refused by the rule REASON (static). RAW: what it was, as JSON text. */
enum vol_status vol_gather_reject(struct vol_gather *gather, const char *kind, int64_t ts, const char *reason,
                                  const char *raw, size_t n, struct vol_error *err);

/* ---- after the last answer ---- */

/* Sort, drop what came twice, close the snapshots. VOL_EOS. */
enum vol_status vol_gather_finish(struct vol_gather *gather, struct vol_error *err);

struct vol_gather_item {
    struct vol_line line; /* a record; of a reject: the raw JSON */
    const char *kind;
    int64_t ts;
    const char *reason; /* null unless it is a reject */
};

/* Item I in the order of the stream, false behind the last one. */
bool vol_gather_item(const struct vol_gather *gather, size_t i, struct vol_gather_item *out);

void vol_gather_counts_get(const struct vol_gather *gather, struct vol_gather_counts *out);

#endif
