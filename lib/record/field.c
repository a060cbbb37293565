#include "record/field.h"

#include <string.h>

#define STR(name, need, owner, meaning)               \
    {                                                 \
        name, VOL_FIELD_STR, need, "", owner, meaning \
    }
#define NUM(name, need, unit, owner, meaning)           \
    {                                                   \
        name, VOL_FIELD_NUM, need, unit, owner, meaning \
    }
#define INT(name, need, unit, owner, meaning)           \
    {                                                   \
        name, VOL_FIELD_INT, need, unit, owner, meaning \
    }
#define BOOL(name, need, owner, meaning)               \
    {                                                  \
        name, VOL_FIELD_BOOL, need, "", owner, meaning \
    }
#define TIME(name, need, owner, meaning)                  \
    {                                                     \
        name, VOL_FIELD_TIME, need, "UTC", owner, meaning \
    }
#define DATE(name, need, owner, meaning)               \
    {                                                  \
        name, VOL_FIELD_DATE, need, "", owner, meaning \
    }
#define JSON(name, need, owner, meaning)               \
    {                                                  \
        name, VOL_FIELD_JSON, need, "", owner, meaning \
    }
#define HEAD(owner)                                 \
    STR("kind", true, owner, "what the record is"), \
        TIME("ts", true, owner, "the instant at which the record was knowable")

enum { OPTIONAL = 0, REQUIRED = 1 };

static const struct vol_field quote_fields[] = {
    HEAD("vfetch"),
    STR("underlying", REQUIRED, "vfetch", "what the option is on (SPX, AAPL, BTC)"),
    STR("symbol", REQUIRED, "vfetch", "the contract's name: OSI without padding, or the venue's own"),
    STR("root", OPTIONAL, "vfetch", "OSI root or trading class (SPX and SPXW differ in settlement)"),
    DATE("expiration", REQUIRED, "vfetch", "expiration date at the exchange"),
    TIME("expires", OPTIONAL, "vfetch", "settlement instant: the end of the option's life"),
    TIME("last_trade", OPTIONAL, "vfetch",
         "when trading in the series ends: the evening before for AM settlement (SPX, VIX)"),
    NUM("strike", REQUIRED, "price", "vfetch", "strike price"),
    STR("option_type", REQUIRED, "vfetch", "C (call) or P (put)"),
    STR("exercise", OPTIONAL, "vfetch", "E (European) or A (American)"),
    NUM("multiplier", OPTIONAL, "underlying units", "vfetch", "units of the underlying per contract"),
    STR("currency", OPTIONAL, "vfetch",
        "currency of the prices (ISO 4217, or the coin of an inverse option)"),
    BOOL("inverse", OPTIONAL, "vfetch", "true: premium is paid in the underlying coin (Deribit BTC, ETH)"),
    BOOL("adjusted", OPTIONAL, "vfetch",
         "true: the deliverable is not the standard one (the root ends in a digit)"),
    NUM("bid", OPTIONAL, "price", "vfetch", "best bid; 0: quoted without a bid; absent: no quote"),
    NUM("ask", OPTIONAL, "price", "vfetch", "best ask"),
    NUM("bid_size", OPTIONAL, "contracts", "vfetch", "size at the best bid"),
    NUM("ask_size", OPTIONAL, "contracts", "vfetch", "size at the best ask"),
    NUM("last", OPTIONAL, "price", "vfetch", "last trade"),
    NUM("mark", OPTIONAL, "price", "vfetch", "the venue's mark price"),
    NUM("volume", OPTIONAL, "contracts", "vfetch", "contracts traded this session"),
    NUM("open_interest", OPTIONAL, "contracts", "vfetch",
        "open contracts, as of the evening before in the US"),
    NUM("underlying_price", OPTIONAL, "price", "vfetch",
        "price of the underlying (Deribit: forward of the expiry)"),
    NUM("vendor_iv", OPTIONAL, "1/sqrt(year)", "vfetch",
        "the vendor's implied vol; absent where it gave none"),
    NUM("vendor_iv_bid", OPTIONAL, "1/sqrt(year)", "vfetch", "the vendor's implied vol of the bid"),
    NUM("vendor_iv_ask", OPTIONAL, "1/sqrt(year)", "vfetch", "the vendor's implied vol of the ask"),
    NUM("vendor_delta", OPTIONAL, "per 1 of underlying", "vfetch", "the vendor's delta"),
    NUM("vendor_gamma", OPTIONAL, "per 1 of underlying", "vfetch", "the vendor's gamma"),
    NUM("vendor_theta", OPTIONAL, "as the vendor has it", "vfetch", "the vendor's theta"),
    NUM("vendor_vega", OPTIONAL, "as the vendor has it", "vfetch", "the vendor's vega"),
    NUM("vendor_rho", OPTIONAL, "as the vendor has it", "vfetch", "the vendor's rho"),
    TIME("quoted", OPTIONAL, "vfetch stream",
         "the venue's own instant, where it is earlier than ts: a stream never goes back"),
    TIME("received", OPTIONAL, "vfetch", "when volpipe received the answer (live sources)"),
    STR("source", OPTIONAL, "vfetch", "layout or source that the record came from"),
    STR("flags", OPTIONAL, "vclean", "comma-separated reason codes of checks that tag the quote"),
    NUM("mid_repaired", OPTIONAL, "price", "vclean --repair",
        "the nearest mid without static arbitrage; null: none was found"),
    STR("repair_status", OPTIONAL, "vclean --repair",
        "inside its bid and ask, outside (there are no such prices), none (not tried) or failed"),
    NUM("mid", OPTIONAL, "price", "vgreeks", "half of bid + ask"),
    NUM("t", OPTIONAL, "years", "vgreeks", "time to settlement, ACT/365 of seconds"),
    NUM("t_var", OPTIONAL, "years", "vgreeks --clock",
        "variance time to settlement, of `clock`; absent: the vols count in `t`"),
    STR("clock", OPTIONAL, "vgreeks --clock",
        "variance clock of the vols (share/clocks); absent: calendar, ACT/365"),
    NUM("forward", OPTIONAL, "price", "vgreeks", "forward of the expiry and root, from put-call parity"),
    NUM("discount", OPTIONAL, "", "vgreeks", "price of 1 paid at settlement"),
    NUM("implied_vol", OPTIONAL, "1/sqrt(year)", "vgreeks", "Black-76 implied vol of the mid"),
    NUM("iv_bid", OPTIONAL, "1/sqrt(year)", "vgreeks", "implied vol of the bid"),
    NUM("iv_ask", OPTIONAL, "1/sqrt(year)", "vgreeks", "implied vol of the ask"),
    STR("iv_status", OPTIONAL, "vgreeks",
        "ok, below_intrinsic, above_max, no_quote, expired or no_forward, for the mid"),
    NUM("iv_distance", OPTIONAL, "price", "vgreeks",
        "how far the mid lies inside the bounds of its price; 0 or negative: beyond one, without a vol"),
    NUM("model_price", OPTIONAL, "price", "vgreeks --vol",
        "price at the vol that was given, in the strike's currency; the greeks are at that vol too"),
    NUM("delta", OPTIONAL, "per 1 of underlying", "vgreeks",
        "change of price per unit of spot (at the forward)"),
    NUM("gamma", OPTIONAL, "per 1 of underlying", "vgreeks", "change of delta per 1.00 of spot"),
    NUM("theta", OPTIONAL, "per calendar day", "vgreeks", "change of price per calendar day"),
    NUM("vega", OPTIONAL, "per 0.01 of vol", "vgreeks", "change of price per vol point"),
    NUM("rho", OPTIONAL, "per 0.01 of rate", "vgreeks", "change of price per 1 % of rate"),
    NUM("vanna", OPTIONAL, "per 1 and 0.01 of vol", "vgreeks --all",
        "change of delta per vol point, and of vega per 1.00 of spot"),
    NUM("volga", OPTIONAL, "per 0.01 of vol squared", "vgreeks --all", "change of vega per vol point"),
    NUM("charm", OPTIONAL, "per calendar day", "vgreeks --all", "change of delta per calendar day"),
    NUM("dual_delta", OPTIONAL, "per 1 of strike", "vgreeks --all", "change of price per 1.00 of strike"),
    NUM("delta_forward", OPTIONAL, "", "vgreeks --all", "forward delta, undiscounted: q N(q d1)"),
    NUM("delta_futures", OPTIONAL, "", "vgreeks --all",
        "change of price per 1.00 of the forward: q D N(q d1)"),
    NUM("delta_pa", OPTIONAL, "", "vgreeks --all", "premium-adjusted spot delta: delta less price / spot"),
    NUM("delta_forward_pa", OPTIONAL, "", "vgreeks --all", "premium-adjusted forward delta: q K/F N(q d2)"),
    NUM("coin_price", OPTIONAL, "coins", "vgreeks --all", "of an inverse option: model price in the coin"),
    NUM("coin_delta", OPTIONAL, "coins", "vgreeks --all",
        "of an inverse option: coins to hold against it, net of the premium (Deribit's net delta)"),
    NUM("coin_gamma", OPTIONAL, "coins per 1", "vgreeks --all",
        "of an inverse option: change of coin_delta per 1.00 of the coin's price"),
    NUM("coin_theta", OPTIONAL, "coins per day", "vgreeks --all", "of an inverse option: theta in coins"),
    NUM("coin_vega", OPTIONAL, "coins per 0.01 of vol", "vgreeks --all",
        "of an inverse option: vega in coins"),
    NUM("coin_rho", OPTIONAL, "coins per 0.01 of rate", "vgreeks --all",
        "of an inverse option: rho in coins"),
    NUM("smile_vol", OPTIONAL, "1/sqrt(year)", "vgreeks --smile", "vol of the fitted slice at the strike"),
    NUM("smile_delta", OPTIONAL, "per 1 of underlying", "vgreeks --smile",
        "delta when the smile moves with the spot: delta + vega d vol/d S (see --stickiness)"),
};

static const struct vol_field bar_fields[] = {
    HEAD("vfetch"),
    STR("symbol", REQUIRED, "vfetch", "instrument or index (VIX, SPX)"),
    NUM("open", OPTIONAL, "price", "vfetch", "first price of the session"),
    NUM("high", OPTIONAL, "price", "vfetch", "highest"),
    NUM("low", OPTIONAL, "price", "vfetch", "lowest"),
    NUM("close", OPTIONAL, "price", "vfetch", "last price of the session, at ts"),
    NUM("volume", OPTIONAL, "contracts", "vfetch", "units traded"),
    NUM("mark", OPTIONAL, "price", "vfetch", "the venue's mark price at ts (futures)"),
    DATE("expiration", OPTIONAL, "vfetch", "of a future: the day on which it settles"),
    TIME("quoted", OPTIONAL, "vfetch stream",
         "the venue's own instant, where it is earlier than ts: a stream never goes back"),
    TIME("received", OPTIONAL, "vfetch", "when volpipe received the answer (live sources)"),
    STR("source", OPTIONAL, "vfetch", "layout or source that the record came from"),
};

static const struct vol_field rate_fields[] = {
    HEAD("vfetch"),
    STR("symbol", OPTIONAL, "vfetch", "series (DGS1MO)"),
    INT("tenor_days", REQUIRED, "days", "vfetch", "tenor of the rate"),
    NUM("rate", REQUIRED, "1/year", "vfetch", "continuously compounded zero rate, a decimal"),
    DATE("date", OPTIONAL, "vfetch", "the day that the rate is of (its release is ts)"),
    TIME("received", OPTIONAL, "vfetch", "when volpipe received the answer (live sources)"),
    STR("source", OPTIONAL, "vfetch", "layout or source that the record came from"),
};

static const struct vol_field trade_fields[] = {
    HEAD("vfetch"),
    STR("symbol", REQUIRED, "vfetch", "what was traded, by the venue's name"),
    STR("underlying", OPTIONAL, "vfetch", "of an option: what it is on"),
    STR("currency", OPTIONAL, "vfetch", "of an option: currency of the price"),
    BOOL("inverse", OPTIONAL, "vfetch", "true: premium is paid in the underlying coin"),
    NUM("price", REQUIRED, "price", "vfetch", "price; of a combo it may be negative"),
    NUM("size", REQUIRED, "venue's units", "vfetch",
        "how much (Deribit: coin for options, USD for inverse futures)"),
    STR("side", OPTIONAL, "vfetch", "buy or sell: what the taker did"),
    NUM("vendor_iv", OPTIONAL, "1/sqrt(year)", "vfetch", "the venue's implied vol of the price"),
    NUM("mark", OPTIONAL, "price", "vfetch", "the venue's mark price then"),
    NUM("index_price", OPTIONAL, "price", "vfetch", "the underlying's index then"),
    STR("combo", OPTIONAL, "vfetch", "the combo whose leg this is; its own trade is another one"),
    BOOL("block", OPTIONAL, "vfetch", "true: agreed outside of the order book"),
    STR("liquidation", OPTIONAL, "vfetch", "which side was liquidated (Deribit: M maker, T taker, MT both)"),
    STR("trade_id", OPTIONAL, "vfetch", "the venue's name of the trade: no two are alike"),
    INT("trade_seq", OPTIONAL, "", "vfetch", "its number among the instrument's trades"),
    TIME("received", OPTIONAL, "vfetch", "when volpipe received the answer (live sources)"),
    STR("source", OPTIONAL, "vfetch", "layout or source that the record came from"),
};

static const struct vol_field level_fields[] = {
    HEAD("vfetch"),
    STR("symbol", REQUIRED, "vfetch", "whose order book it is, by the venue's name"),
    STR("side", REQUIRED, "vfetch", "bid or ask"),
    INT("level", REQUIRED, "", "vfetch", "1: the best price of its side"),
    NUM("price", REQUIRED, "price", "vfetch", "of the orders on it"),
    NUM("size", REQUIRED, "venue's units", "vfetch", "how much is wanted or offered there"),
    TIME("quoted", OPTIONAL, "vfetch stream",
         "the venue's own instant, where it is earlier than ts: a stream never goes back"),
    TIME("received", OPTIONAL, "vfetch", "when volpipe received the answer (live sources)"),
    STR("source", OPTIONAL, "vfetch", "layout or source that the record came from"),
};

static const struct vol_field dividend_fields[] = {
    HEAD("user"),
    STR("underlying", REQUIRED, "user", "what pays it"),
    DATE("ex_date", REQUIRED, "user", "first day on which a buyer does not get it"),
    NUM("amount", REQUIRED, "money", "user",
        "cash per unit of the underlying; 0 takes back what an earlier record announced"),
    STR("source", OPTIONAL, "user", "where it is from"),
};

static const struct vol_field split_fields[] = {
    HEAD("user"),
    STR("underlying", REQUIRED, "user", "what is split"),
    DATE("ex_date", REQUIRED, "user", "first day on which the new units trade"),
    NUM("ratio", REQUIRED, "", "user", "new units for each old one (7 for 7:1); 1: a jump that is no split"),
    STR("source", OPTIONAL, "user", "where it is from"),
};

static const struct vol_field snap_fields[] = {
    HEAD("vfetch"),
    STR("underlying", REQUIRED, "vfetch", "whose chain is complete"),
    INT("quotes", REQUIRED, "records", "vfetch", "quotes of the snapshot, as the last stage passed them on"),
    STR("source", OPTIONAL, "vfetch", "layout or source that the record came from"),
};

static const struct vol_field forward_fields[] = {
    HEAD("vgreeks"),
    STR("underlying", REQUIRED, "vgreeks", "whose forward it is"),
    STR("root", OPTIONAL, "vgreeks", "OSI root or trading class"),
    DATE("expiration", REQUIRED, "vgreeks", "expiration date"),
    TIME("expires", REQUIRED, "vgreeks", "settlement instant"),
    NUM("t", REQUIRED, "years", "vgreeks", "time to settlement, ACT/365 of seconds"),
    NUM("t_var", OPTIONAL, "years", "vgreeks --clock",
        "variance time to settlement, of `clock`; absent: the vols count in `t`"),
    STR("clock", OPTIONAL, "vgreeks --clock",
        "variance clock of the vols (share/clocks); absent: calendar, ACT/365"),
    STR("forward_from", REQUIRED, "vgreeks",
        "parity, quote (each quote brings its own: this is the first) or spot (spot, rate and yield)"),
    STR("parity_status", REQUIRED, "vgreeks",
        "ok, no_pairs, inconsistent or unsettled; null where parity was not asked"),
    NUM("forward", OPTIONAL, "price", "vgreeks", "forward; null when there is none"),
    NUM("forward_error", OPTIONAL, "price", "vgreeks", "standard error of the forward"),
    NUM("discount", OPTIONAL, "", "vgreeks", "discount factor"),
    NUM("discount_error", OPTIONAL, "", "vgreeks", "standard error of the discount; 0: it is the curve's"),
    NUM("rate", OPTIONAL, "1/year", "vgreeks", "continuously compounded zero rate of the discount"),
    NUM("spot", OPTIONAL, "price", "vgreeks",
        "what the yield is against: the underlying price of the first quote; for American options the spot "
        "that "
        "the forwards imply"),
    NUM("yield", OPTIONAL, "1/year", "vgreeks",
        "implied dividend yield and borrow: (ln(S/F) - ln D) / t, S less the cash dividends that are known"),
    NUM("yield_error", OPTIONAL, "1/year", "vgreeks", "its standard error, the spot taken as exact"),
    INT("pairs", OPTIONAL, "strikes", "vgreeks", "strikes with a bid on both sides that could be judged"),
    INT("pairs_used", OPTIONAL, "strikes", "vgreeks", "strikes near the money that the forward rests on"),
    NUM("parity_error", OPTIONAL, "spreads", "vgreeks",
        "median |C - P - D (F - K)| over the two half-spreads together"),
    NUM("parity_within", OPTIONAL, "share", "vgreeks",
        "share of the pairs whose error is at most half of the wider spread"),
    NUM("parity_outside", OPTIONAL, "share", "vgreeks",
        "share of the pairs whose error is beyond both half-spreads: stale, or free money"),
    NUM("vol_gap", OPTIONAL, "1/sqrt(year)", "vgreeks", "median |vol of call - vol of put| for |k| <= 2 %"),
};

#include "record/field_signal.inc"

#include "record/field_forecast.inc"
#include "record/field_surface.inc"

static const struct vol_field order_fields[] = {
    HEAD("vstrat"),
    STR("id", REQUIRED, "vstrat",
        "unique: strategy, underlying and instant; the same input gives the same id"),
    STR("strategy", REQUIRED, "vstrat", "strategy file that made it"),
    STR("underlying", REQUIRED, "vstrat", "what the legs are on"),
    JSON("legs", REQUIRED, "vstrat",
         "array of {symbol, side (buy|sell), ratio, expiration, strike, option_type, multiplier, bid, ask, "
         "and the quote's greeks}"),
    NUM("quantity", REQUIRED, "units", "vstrat", "how many times the legs"),
    NUM("limit_price", OPTIONAL, "price", "vstrat",
        "net price per unit of the underlying: paid positive, received negative"),
    STR("tif", OPTIONAL, "vstrat", "time in force: day or gtc"),
    STR("intent", REQUIRED, "vstrat", "open, close or hedge"),
    STR("reason", OPTIONAL, "vstrat", "what caused it, in words"),
    STR("account", OPTIONAL, "vorder", "account whose journal has it (vorder orders, vorder positions)"),
    STR("status", OPTIONAL, "vorder", "pending, filled, cancelled, rejected or expired"),
    TIME("status_ts", OPTIONAL, "vorder", "when it ceased to be pending"),
    STR("status_reason", OPTIONAL, "vorder", "why it does not fill, was rejected or expired"),
};

static const struct vol_field fill_fields[] = {
    HEAD("vorder"),
    STR("account", REQUIRED, "vorder", "account that traded"),
    STR("venue", REQUIRED, "vorder", "where (paper)"),
    STR("order_id", REQUIRED, "vorder", "id of the order"),
    STR("trade_id", REQUIRED, "vorder", "unique id of the fill"),
    STR("strategy", OPTIONAL, "vorder", "strategy of the order"),
    STR("underlying", REQUIRED, "vorder", "what the leg is on"),
    STR("symbol", REQUIRED, "vorder", "contract that traded"),
    STR("side", REQUIRED, "vorder", "buy or sell"),
    NUM("quantity", REQUIRED, "contracts", "vorder", "contracts traded, positive"),
    NUM("price", REQUIRED, "price", "vorder", "price per unit of the underlying"),
    NUM("multiplier", REQUIRED, "underlying units", "vorder", "units per contract"),
    NUM("commission", OPTIONAL, "money", "vorder", "paid to the broker"),
    NUM("fees", OPTIONAL, "money", "vorder", "paid to exchange and regulators"),
    NUM("cash", REQUIRED, "money", "vorder", "change of the account's cash, costs included"),
    STR("reason", OPTIONAL, "vorder", "of a fill that no order caused: a settlement, in words"),
};

static const struct vol_field position_fields[] = {
    HEAD("vorder"),
    STR("account", REQUIRED, "vorder", "whose position"),
    STR("strategy", OPTIONAL, "vorder", "strategy that holds it"),
    STR("underlying", REQUIRED, "vorder", "what it is on"),
    STR("symbol", REQUIRED, "vorder", "contract"),
    STR("root", OPTIONAL, "vorder", "OSI root or trading class"),
    NUM("quantity", REQUIRED, "contracts", "vorder", "contracts held; negative is short"),
    NUM("price", OPTIONAL, "price", "vorder", "average opening price"),
    NUM("multiplier", OPTIONAL, "underlying units", "vorder", "units per contract"),
    NUM("cash", OPTIONAL, "money", "vorder", "cash flow of the position so far, costs included"),
    NUM("realised", OPTIONAL, "money", "vorder", "profit of what was closed, less all costs so far"),
    NUM("costs", OPTIONAL, "money", "vorder", "commissions and fees so far"),
    DATE("expiration", OPTIONAL, "vorder", "expiration date"),
    TIME("expires", OPTIONAL, "vorder", "settlement instant"),
    NUM("strike", OPTIONAL, "price", "vorder", "strike price"),
    STR("option_type", OPTIONAL, "vorder", "C or P"),
};

static const struct vol_field pnl_fields[] = {
    HEAD("vorder"),
    STR("account", REQUIRED, "vorder", "whose profit"),
    STR("underlying", OPTIONAL, "vorder", "on what; absent: the whole account"),
    NUM("cash", REQUIRED, "money", "vorder", "cash since the start, costs included"),
    NUM("mark_value", OPTIONAL, "money", "vorder",
        "value of the open positions at mid; null when one has no quote"),
    NUM("pnl", OPTIONAL, "money", "vorder", "cash + mark_value"),
    NUM("realised", OPTIONAL, "money", "vorder", "profit of what was closed, less all costs so far"),
    NUM("costs", OPTIONAL, "money", "vorder", "commissions and fees so far"),
    INT("unmarked", OPTIONAL, "positions", "vorder", "open positions without a quote in the snapshot"),
};

static const struct vol_field risk_fields[] = {
    HEAD("vrisk"),
    STR("scope", REQUIRED, "vrisk", "portfolio, or underlying:NAME"),
    NUM("delta", OPTIONAL, "underlying units", "vrisk",
        "quantity x multiplier x delta, summed; of one underlying"),
    NUM("gamma", OPTIONAL, "underlying units per 1", "vrisk",
        "quantity x multiplier x gamma, summed; of one underlying"),
    NUM("theta", OPTIONAL, "money per day", "vrisk", "sum of quantity x multiplier x theta"),
    NUM("vega", OPTIONAL, "money per vol point", "vrisk", "sum of quantity x multiplier x vega"),
    NUM("dollar_delta", OPTIONAL, "money", "vrisk", "sum of delta x underlying price"),
    NUM("dollar_gamma", OPTIONAL, "money per 1 %", "vrisk", "sum of gamma x underlying price^2 / 100"),
    NUM("notional", OPTIONAL, "money", "vrisk", "sum of |quantity| x multiplier x underlying price"),
    NUM("quantity", OPTIONAL, "contracts", "vrisk", "sum of |quantity|"),
    INT("positions", OPTIONAL, "positions", "vrisk", "open positions"),
};

static const struct vol_field breach_fields[] = {
    HEAD("vrisk"),
    STR("scope", REQUIRED, "vrisk", "what was measured: order, portfolio, or underlying:NAME"),
    STR("limit", REQUIRED, "vrisk", "name of the limit (max_vega)"),
    NUM("value", OPTIONAL, "", "vrisk", "what it would have become; null: unknown, which is refused"),
    NUM("limit_value", OPTIONAL, "", "vrisk", "the limit"),
    STR("unit", OPTIONAL, "vrisk", "unit of both"),
    STR("order_id", OPTIONAL, "vrisk", "order that was held back"),
    STR("strategy", OPTIONAL, "vrisk", "its strategy"),
    STR("underlying", OPTIONAL, "vrisk", "its underlying"),
    STR("reason", REQUIRED, "vrisk", "in words"),
};

static const struct vol_field reject_fields[] = {
    HEAD("every tool"),
    STR("of", REQUIRED, "every tool", "kind of the refused record"),
    STR("reason", REQUIRED, "every tool", "reason code"),
    STR("tool", REQUIRED, "every tool", "who refused it"),
    JSON("record", REQUIRED, "every tool", "the refused record"),
};

static const struct vol_field finding_fields[] = {
    HEAD("vclean"),
    STR("underlying", REQUIRED, "vclean", "whose snapshot it was found in"),
    STR("check", REQUIRED, "vclean", "vertical, butterfly, parity, calendar, or repair"),
    STR("root", OPTIONAL, "vclean", "root of the legs"),
    DATE("expiration", OPTIONAL, "vclean", "of the legs; the earlier one of a calendar"),
    NUM("profit", REQUIRED, "price", "vclean",
        "what the position pays at once, less what it may cost at the worst"),
    JSON("legs", REQUIRED, "vclean", "array of {symbol, side (buy|sell), ratio, price (the ask or the bid)}"),
};

static const struct vol_field quality_fields[] = {
    HEAD("vclean"),
    STR("underlying", REQUIRED, "vclean", "whose snapshot it judges"),
    STR("status", REQUIRED, "vclean",
        "ok, or what is wrong with the whole, comma-separated: holiday, stale, spot_mismatch, refused_share"),
    INT("quotes", REQUIRED, "records", "vclean", "quotes of the snapshot"),
    INT("refused", REQUIRED, "records", "vclean", "of them refused"),
    INT("tagged", REQUIRED, "records", "vclean", "of them tagged"),
    NUM("refused_share", REQUIRED, "", "vclean", "refused / quotes"),
    NUM("unchanged_share", OPTIONAL, "", "vclean",
        "of the contracts quoted in the snapshot before too: those with the same bid and ask"),
    TIME("compared_with", OPTIONAL, "vclean", "the snapshot before"),
    NUM("spot", OPTIONAL, "price", "vclean", "the underlying's price as quoted"),
    NUM("implied_spot", OPTIONAL, "price", "vclean", "discounted forward of the nearest expiry, by parity"),
    NUM("spot_gap", OPTIONAL, "", "vclean", "spot / implied_spot - 1"),
    INT("verticals", REQUIRED, "findings", "vclean", "executable vertical spreads"),
    INT("butterflies", REQUIRED, "findings", "vclean", "executable butterflies"),
    INT("boxes", REQUIRED, "findings", "vclean", "executable boxes"),
    INT("calendars", REQUIRED, "findings", "vclean", "executable calendar spreads"),
    NUM("profit", OPTIONAL, "price", "vclean", "the greatest of them; null: there is none"),
    INT("expiries", OPTIONAL, "slices", "vclean --repair", "expiries that were repaired"),
    INT("repaired", OPTIONAL, "slices", "vclean --repair", "of them with every mid inside its bid and ask"),
    INT("outside", OPTIONAL, "records", "vclean --repair", "quotes whose repaired mid lies outside"),
    NUM("worst", OPTIONAL, "half-spreads", "vclean --repair", "how far the worst lies beyond bid or ask"),
};

static const struct vol_field alert_fields[] = {
    HEAD("valert"),
    STR("rule", REQUIRED, "valert", "name of the rule"),
    STR("severity", REQUIRED, "valert", "info, low, medium, high or critical"),
    STR("underlying", OPTIONAL, "valert", "what it is about"),
    STR("message", REQUIRED, "valert", "in words"),
    TIME("as_of", OPTIONAL, "valert", "ts of the record that made the rule come true"),
    STR("when", OPTIONAL, "valert", "the rule's expression"),
    JSON("values", REQUIRED, "valert", "object: the fields that the rule read, with their values"),
    JSON("channels", REQUIRED, "valert", "object: channel and what became of the delivery"),
};

static const struct vol_field health_fields[] = {
    HEAD("vfetch"),
    STR("source", REQUIRED, "vfetch", "which feed"),
    STR("status", REQUIRED, "vfetch", "up, stale, gap or reconnected"),
    STR("message", OPTIONAL, "vfetch", "in words"),
    TIME("received", OPTIONAL, "vfetch", "the instant of this by volpipe's clock (ts is by the venue's)"),
};

static const struct vol_field end_fields[] = {
    HEAD("vfetch"),
    STR("source", REQUIRED, "vfetch", "who sealed the stream"),
    INT("records", REQUIRED, "records", "every tool",
        "records before this one, as the last stage emitted them"),
};

#define KIND(name, meaning, fields)                               \
    {                                                             \
        name, meaning, fields, sizeof(fields) / sizeof(fields)[0] \
    }

static const struct vol_kind kinds[] = {
    KIND("quote", "one option at one instant", quote_fields),
    KIND("bar", "one session of an instrument or index", bar_fields),
    KIND("rate", "one point of the zero curve", rate_fields),
    KIND("trade", "one trade at a venue", trade_fields),
    KIND("level", "one price of an order book", level_fields),
    KIND("dividend", "a cash dividend, known from ts on", dividend_fields),
    KIND("split", "a split of an instrument, in force from its ex_date on", split_fields),
    KIND("snap", "the chain before it is complete", snap_fields),
    KIND("forward", "forward and discount of one expiry, and how well its quotes bear them out",
         forward_fields),
    KIND("slice", "the fitted smile of one expiry", slice_fields),
    KIND("vol", "one point of the evaluated surface", vol_fields),
    KIND("violation", "a place where the surface has static arbitrage", violation_fields),
    KIND("metrics", "one row of figures per snapshot", metrics_fields),
    KIND("signal", "an opinion on volatility and what it was made from", signal_fields),
    KIND("measures", "what the signals of an underlying are made from", measures_fields),
    KIND("cone", "realised vol of one horizon among its own past", cone_fields),
    KIND("forecast", "the variance that a model expects of the days to come", forecast_fields),
    KIND("fit", "coefficients that a model of variance was fitted with", fit_fields),
    KIND("order", "an intent to trade", order_fields),
    KIND("fill", "one leg that traded", fill_fields),
    KIND("position", "one contract that is held", position_fields),
    KIND("pnl", "what an account is worth", pnl_fields),
    KIND("risk", "greeks of a book", risk_fields),
    KIND("breach", "a limit that was or would be broken", breach_fields),
    KIND("reject", "a record that a rule refused", reject_fields),
    KIND("finding", "an arbitrage at executable prices, with its legs", finding_fields),
    KIND("quality", "what a snapshot is worth as a whole", quality_fields),
    KIND("alert", "a rule that came true", alert_fields),
    KIND("health", "state of a live feed", health_fields),
    KIND("end", "the stream is whole", end_fields),
};

const struct vol_kind *vol_kind_table(size_t *n_kinds)
{
    *n_kinds = sizeof kinds / sizeof kinds[0];
    return kinds;
}

const struct vol_kind *vol_kind_find(const char *name, size_t len)
{
    size_t i;

    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strlen(kinds[i].name) == len && memcmp(kinds[i].name, name, len) == 0)
            return &kinds[i];
    return NULL;
}

static const struct vol_field *find_in(const struct vol_kind *kind, const char *name, size_t len)
{
    size_t i;

    for (i = 0; i < kind->n_fields; i++)
        if (strlen(kind->fields[i].name) == len && memcmp(kind->fields[i].name, name, len) == 0)
            return &kind->fields[i];
    return NULL;
}

const struct vol_field *vol_field_find(const struct vol_kind *kind, const char *name, size_t len)
{
    const struct vol_field *field = NULL;
    size_t i;

    if (kind != NULL)
        return find_in(kind, name, len);
    for (i = 0; i < sizeof kinds / sizeof kinds[0] && field == NULL; i++)
        field = find_in(&kinds[i], name, len);
    return field;
}

bool vol_kind_is_nested(const struct vol_kind *kind)
{
    size_t i;

    for (i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].type == VOL_FIELD_JSON && kind->fields[i].required)
            return true;
    return false;
}
