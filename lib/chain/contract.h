/* contract.h: what an option contract is, from its root: underlying, exercise, settlement, multiplier,
 * currency.
 *
 * The facts are data (share/contracts/options.csv). A row names a venue (`us`, `deribit`, `okx`) and a root;
 * a root
 * `*` stands for every root of the venue that has no row of its own, `*_USDC` for those with that end.
 */
#ifndef VOL_CHAIN_CONTRACT_H
#define VOL_CHAIN_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/calendar.h"
#include "base/error.h"
#include "chain/symbol.h"

enum vol_settlement {
    VOL_SETTLES_AM, /* at the opening prints: 09:30 New York of the expiration's trading day */
    VOL_SETTLES_PM, /* at the close: 16:00 New York, earlier on early days */
    VOL_SETTLES_UTC /* at a fixed hour of the expiration date, UTC */
};

struct vol_contract_spec {
    char venue[12];
    char root[VOL_ROOT_MAX]; /* as in the file, `*` included */
    char underlying[VOL_ROOT_MAX];
    char exercise; /* E or A */
    enum vol_settlement settlement;
    int32_t seconds;    /* VOL_SETTLES_UTC: past midnight */
    int32_t last_trade; /* seconds past midnight in New York on the last day of trading; -1: at settlement */
    int32_t last_trade_days; /* how many trading days that one lies before the day of settlement */
    double multiplier;       /* units of the underlying per contract; NaN: unknown (an adjusted contract), or
                                none (a binary) */
    char currency[8];        /* of the prices */
    bool inverse;            /* the premium is paid in the underlying coin */
};

struct vol_contracts {
    struct vol_contract_spec *row;
    size_t n;
};

/* Read PATH. VOL_ECONFIG with file and line, VOL_EOS. The caller frees. */
enum vol_status vol_contracts_load(const char *path, struct vol_contracts *contracts, struct vol_error *err);
void vol_contracts_free(struct vol_contracts *contracts);

/* The contract of SYMBOL at VENUE, with the root and the underlying filled in. An adjusted root has the
 * underlying of the root without its digit and an unknown multiplier. VOL_NO: the venue has no such root. */
enum vol_status vol_contracts_find(const struct vol_contracts *contracts, const char *venue,
                                   const struct vol_symbol *symbol, struct vol_contract_spec *out);

/* The settlement instant of CONTRACT for the expiration date EXPIRATION. A US expiration that is no trading
 * day (a Saturday in names before 2015, a holiday) settles on the trading day before it. */
int64_t vol_contract_expires(const struct vol_contract_spec *contract, const struct vol_calendar *calendar,
                             int32_t expiration);

/* The instant at which trading in the series ends; it is no later on a day that closes early. It lies before
 * the settlement of an AM series (SPX: the evening before, when nobody can trade any more what settles at the
 * open), and behind it where options are traded after the close that settles them (SPY: 16:15). */
int64_t vol_contract_last_trade(const struct vol_contract_spec *contract, const struct vol_calendar *calendar,
                                int32_t expiration);

#endif
