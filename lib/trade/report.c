#include "trade/report.h"

#include <string.h>

#include "base/time.h"
#include "book/exposure.h"

#define STR(key, text) vol_writer_str(writer, VOL_KEY(key), text, strlen(text))
#define FIXED(key, x)  vol_writer_raw(writer, VOL_KEY(key), number, vol_fixed_print(number, x))

void vol_report_fill(struct vol_writer *writer, const char *account, const char *venue,
                     const struct vol_fill *fill)
{
    char number[VOL_FIXED_MAX];

    STR("account", account);
    STR("venue", venue);
    STR("order_id", fill->order_id);
    STR("trade_id", fill->trade_id);
    STR("strategy", fill->strategy);
    STR("underlying", fill->contract.underlying);
    STR("symbol", fill->contract.symbol);
    STR("side", fill->side > 0 ? "buy" : "sell");
    FIXED("quantity", fill->quantity);
    FIXED("price", fill->price);
    FIXED("multiplier", fill->contract.multiplier);
    FIXED("commission", fill->commission);
    FIXED("fees", fill->fees);
    FIXED("cash", fill->cash);
    if (fill->reason[0] != '\0')
        STR("reason", fill->reason);
}

void vol_report_position(struct vol_writer *writer, const struct vol_position *position)
{
    const struct vol_contract *c = &position->contract;
    char number[VOL_FIXED_MAX], date[VOL_DATE_MAX];

    STR("account", position->account);
    if (position->strategy[0] != '\0')
        STR("strategy", position->strategy);
    STR("underlying", c->underlying);
    STR("symbol", c->symbol);
    if (c->root[0] != '\0')
        STR("root", c->root);
    FIXED("quantity", position->quantity);
    FIXED("price", vol_book_price(position));
    FIXED("multiplier", c->multiplier);
    FIXED("cash", position->cash);
    FIXED("realised", position->realised);
    FIXED("costs", position->costs);
    vol_writer_str(writer, VOL_KEY("expiration"), date, vol_date_print(date, c->expiration));
    vol_writer_time(writer, VOL_KEY("expires"), c->expires);
    FIXED("strike", c->strike);
    vol_writer_str(writer, VOL_KEY("option_type"), &c->option_type, 1);
}

enum vol_status vol_report_pnl(struct vol_writer *writer, const char *account, const struct vol_book *book,
                               const struct vol_market *market)
{
    char number[VOL_FIXED_MAX];
    int64_t cash, realised, costs, mark = 0, pnl;
    size_t unmarked = 0;
    enum vol_status status = vol_book_totals(book, &cash, &realised, &costs);

    if (status == VOL_OK)
        status = vol_exposure_mark(book, market, &mark, &unmarked);
    if (status == VOL_OK)
        status = vol_fixed_add(cash, mark, &pnl);
    if (status != VOL_OK)
        return status;
    if (unmarked > 0)
        mark = pnl = VOL_FIXED_NONE;
    STR("account", account);
    FIXED("cash", cash);
    FIXED("mark_value", mark);
    FIXED("pnl", pnl);
    FIXED("realised", realised);
    FIXED("costs", costs);
    vol_writer_int(writer, VOL_KEY("unmarked"), (int64_t)unmarked);
    return VOL_OK;
}
