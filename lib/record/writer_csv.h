/* writer_csv.h: records as rows of one CSV. Private to lib/record.
 *
 * The columns are settled by the first record: those of the input's header, with the fields that this run of
 * the tool adds behind them where they are not among them, when the input is CSV; else every field of the
 * kind's table, less those that the tool owns and does not add, and the further members of that record. A
 * later record with a member that has no column is refused, so that nothing gets lost.
 */
#ifndef VOL_RECORD_WRITER_CSV_H
#define VOL_RECORD_WRITER_CSV_H

#include "base/buf.h"
#include "record/csv.h"
#include "record/rec.h"

struct vol_csv_out;

/* VOL_EUSAGE: no KIND, or a nested one. OWNED and ADDED (writer.h) are ended by null; they may be null. */
enum vol_status vol_csv_out_new(struct vol_csv_out **out, const char *kind, const char *const *owned,
                                const char *const *added, struct vol_error *err);
void vol_csv_out_free(struct vol_csv_out *out);

/* Begin a row with the members of LINE, or with kind and ts. KEEP_OWNED: members that the tool owns stay. */
enum vol_status vol_csv_out_line(struct vol_csv_out *out, const struct vol_line *line, bool keep_owned,
                                 struct vol_error *err);
enum vol_status vol_csv_out_begin(struct vol_csv_out *out, const char *kind, const char *ts, size_t ts_len);

/* Put a cell; KEY is `,"name":`. An empty TEXT is a missing value, unless IS_TEXT: then it is an empty
 * string. */
void vol_csv_out_cell(struct vol_csv_out *out, const char *key, size_t key_len, const char *text, size_t n,
                      bool is_text);

/* Append the row without its line end to TO, with the header row before the first. VOL_EDATA: a member has no
 * column. */
enum vol_status vol_csv_out_end(struct vol_csv_out *out, struct vol_buf *to, struct vol_error *err);

/* Append the row LINE of a CSV input as a JSON object, kind and ts first: empty cells are left out, columns
 * of number fields become numbers (VOL_EDATA when one is none), all others strings. */
enum vol_status vol_csv_row_to_json(struct vol_csv *splitter, const struct vol_line *line, bool keep_owned,
                                    struct vol_buf *out, struct vol_error *err);

#endif
