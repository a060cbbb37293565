/* report.h: fills, positions and profit as records. The writer has begun the record (kind and ts are there).
 */
#ifndef VOL_TRADE_REPORT_H
#define VOL_TRADE_REPORT_H

#include "book/market.h"
#include "record/writer.h"
#include "trade/paper.h"

void vol_report_fill(struct vol_writer *writer, const char *account, const char *venue,
                     const struct vol_fill *fill);

void vol_report_position(struct vol_writer *writer, const struct vol_position *position);

/* Cash, value at mid and profit of the whole account; value and profit are null while an open position has no
 * mid. VOL_EDATA: beyond the range. */
enum vol_status vol_report_pnl(struct vol_writer *writer, const char *account, const struct vol_book *book,
                               const struct vol_market *market);

#endif
