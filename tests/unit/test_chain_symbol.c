/* Oracles: names as Cboe, Polygon, IBKR, Deribit and OKX write them (venues.md 1.4, 11.1) with their meaning,
 * and the settlement instants of the contract table (venues.md 11.2) in UTC. */
#include "unit.h"

#include <unistd.h>
#include <stdlib.h>

#include "base/share.h"
#include "base/time.h"
#include "chain/contract.h"
#include "chain/symbol.h"

static struct vol_calendar us;
static struct vol_contracts contracts;

struct name_case {
    enum vol_symbol_family family;
    const char *text, *root, *expiration;
    double strike;
    char type;
    bool adjusted;
};

static void test_names(void)
{
    static const struct name_case cases[] = {
        {VOL_SYMBOL_OSI, "SPXW  261218P05500000", "SPXW", "2026-12-18", 5500, 'P', false},
        {VOL_SYMBOL_OSI, "SPXW261218P05500000", "SPXW", "2026-12-18", 5500, 'P', false},
        {VOL_SYMBOL_OSI, "O:SPXW261218P05500000", "SPXW", "2026-12-18", 5500, 'P', false},
        {VOL_SYMBOL_OSI, "SPX190426C00800000", "SPX", "2019-04-26", 800, 'C', false},
        {VOL_SYMBOL_OSI, "AAPL1 140621C00012340", "AAPL1", "2014-06-21", 12.34, 'C', true},
        {VOL_SYMBOL_OSI, "A160115C00020000", "A", "2016-01-15", 20, 'C', false},
        {VOL_SYMBOL_OSI, "GOOGL7240119P99999999", "GOOGL7", "2024-01-19", 99999.999, 'P', true},
        {VOL_SYMBOL_OSI, "A1B240119P00000001", "A1B", "2024-01-19", 0.001, 'P', false},
        {VOL_SYMBOL_DERIBIT, "BTC-28AUG26-105000-C", "BTC", "2026-08-28", 105000, 'C', false},
        {VOL_SYMBOL_DERIBIT, "BTC-5JUN26-70000-P", "BTC", "2026-06-05", 70000, 'P', false},
        {VOL_SYMBOL_DERIBIT, "XRP_USDC-30JUN23-0d625-C", "XRP_USDC", "2023-06-30", 0.625, 'C', false},
        {VOL_SYMBOL_OKX, "BTC-USD-270326-90000-C", "BTC-USD", "2027-03-26", 90000, 'C', false},
        {VOL_SYMBOL_OKX, "ETH-USD-260925-2300-P", "ETH-USD", "2026-09-25", 2300, 'P', false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct name_case *c = &cases[i];
        struct vol_symbol s = {0};
        char date[VOL_DATE_MAX];

        if (!UNIT(vol_symbol_parse(c->family, c->text, strlen(c->text), &s) == VOL_OK)) {
            printf("    %s\n", c->text);
            continue;
        }
        vol_date_print(date, s.expiration);
        UNIT_STR(s.root, c->root);
        UNIT(s.root_len == strlen(c->root));
        UNIT_STR(date, c->expiration);
        UNIT_NEAR(s.strike, c->strike, 0);
        UNIT(s.option_type == c->type && s.adjusted == c->adjusted);
    }
}

static void test_refused(void)
{
    static const struct {
        enum vol_symbol_family family;
        const char *text;
    } bad[] = {
        {VOL_SYMBOL_OSI, ""},
        {VOL_SYMBOL_OSI, "261218P05500000"},
        {VOL_SYMBOL_OSI, "      261218P05500000"},
        {VOL_SYMBOL_OSI, "SPXW261318P05500000"},
        {VOL_SYMBOL_OSI, "SPXW260229P05500000"},
        {VOL_SYMBOL_OSI, "SPXW261218X05500000"},
        {VOL_SYMBOL_OSI, "SPXW261218p05500000"},
        {VOL_SYMBOL_OSI, "spxw261218P05500000"},
        {VOL_SYMBOL_OSI, "SPXW261218P0550000"},
        {VOL_SYMBOL_OSI, "SPXW261218P00000000"},
        {VOL_SYMBOL_OSI, "SP W  261218P05500000"},
        {VOL_SYMBOL_OSI, " SPXW 261218P05500000"},
        {VOL_SYMBOL_OSI, "SPXW 261218P05500000"},
        {VOL_SYMBOL_OSI, "SPXW261218P05500000 "},
        {VOL_SYMBOL_OSI, "SPXWXYZ261218P05500000"},
        {VOL_SYMBOL_OSI, "\xd0\x85PX261218P05500000"}, /* a Cyrillic letter that looks like S */
        {VOL_SYMBOL_OSI, "../X261218P05500000"},
        {VOL_SYMBOL_DERIBIT, "BTC-PERPETUAL"},
        {VOL_SYMBOL_DERIBIT, "BTC-25MAR27"},
        {VOL_SYMBOL_DERIBIT, "BTC-05JUN26-70000-P"},
        {VOL_SYMBOL_DERIBIT, "BTC-31JUN26-70000-P"},
        {VOL_SYMBOL_DERIBIT, "BTC-5jun26-70000-P"},
        {VOL_SYMBOL_DERIBIT, "BTC-5JUN26-70000-X"},
        {VOL_SYMBOL_DERIBIT, "BTC-5JUN26-70d0d0-C"},
        {VOL_SYMBOL_DERIBIT, "BTC-5JUN26-d5-C"},
        {VOL_SYMBOL_DERIBIT, "BTC-5JUN26--C"},
        {VOL_SYMBOL_DERIBIT, "BTC-5JUN26-0-C"},
        {VOL_SYMBOL_DERIBIT, "-5JUN26-70000-C"},
        {VOL_SYMBOL_DERIBIT, "BTC-5JUN26-70000-CC"},
        {VOL_SYMBOL_DERIBIT, "BTC-5JUN26-70000-"},
        {VOL_SYMBOL_OKX, "BTC-270326-90000-C"},
        {VOL_SYMBOL_OKX, "BTC--270326-90000-C"},
        {VOL_SYMBOL_OKX, "BTC-USD-270332-90000-C"},
        {VOL_SYMBOL_OKX, "BTC-USD-27326-90000-C"},
        {VOL_SYMBOL_OKX, "BTC-USD-270326--90000-C"},
    };
    struct vol_symbol s = {.strike = 7};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (!UNIT(vol_symbol_parse(bad[i].family, bad[i].text, strlen(bad[i].text), &s) == VOL_EDATA))
            printf("    %s\n", bad[i].text);
    UNIT(s.strike == 7);
}

static void test_print(void)
{
    struct vol_symbol s;
    char out[VOL_SYMBOL_MAX];

    UNIT(vol_symbol_parse(VOL_SYMBOL_OSI, "SPXW261218P05500500", 19, &s) == VOL_OK);
    UNIT(vol_symbol_print_osi(&s, false, out) == 19);
    UNIT_STR(out, "SPXW261218P05500500");
    UNIT(vol_symbol_print_osi(&s, true, out) == 21);
    UNIT_STR(out, "SPXW  261218P05500500");
    for (int i = 1; i < 100000000; i += 9973) { /* every printed strike reads back the same */
        struct vol_symbol back;

        s.strike = i / 1000.0;
        if (!UNIT(vol_symbol_print_osi(&s, false, out) == 19 &&
                  vol_symbol_parse(VOL_SYMBOL_OSI, out, 19, &back) == VOL_OK && back.strike == s.strike))
            break;
    }
    s.strike = 1.0005;
    UNIT(vol_symbol_print_osi(&s, false, out) == 0);
    s.strike = 100000;
    UNIT(vol_symbol_print_osi(&s, false, out) == 0);
    s.strike = NAN;
    UNIT(vol_symbol_print_osi(&s, false, out) == 0);
}

static void test_settlement(void)
{
    static const struct {
        enum vol_symbol_family family;
        const char *venue, *symbol, *underlying, *expires;
        char exercise;
        double multiplier;
        bool inverse;
    } cases[] = {
        {VOL_SYMBOL_OSI, "us", "SPX190517C02900000", "SPX", "2019-05-17T13:30:00Z", 'E', 100, false},
        {VOL_SYMBOL_OSI, "us", "SPXW190517C02900000", "SPX", "2019-05-17T20:00:00Z", 'E', 100, false},
        {VOL_SYMBOL_OSI, "us", "SPX191220C02900000", "SPX", "2019-12-20T14:30:00Z", 'E', 100, false},
        {VOL_SYMBOL_OSI, "us", "SPXW191129C02900000", "SPX", "2019-11-29T18:00:00Z", 'E', 100,
         false}, /* early */
        {VOL_SYMBOL_OSI, "us", "SPX190418C02900000", "SPX", "2019-04-18T13:30:00Z", 'E', 100, false},
        {VOL_SYMBOL_OSI, "us", "SPX140118C01800000", "SPX", "2014-01-17T14:30:00Z", 'E', 100,
         false}, /* Saturday */
        {VOL_SYMBOL_OSI, "us", "VIX190522C00015000", "VIX", "2019-05-22T13:30:00Z", 'E', 100, false},
        {VOL_SYMBOL_OSI, "us", "VIXW190529C00015000", "VIX", "2019-05-29T13:30:00Z", 'E', 100, false},
        {VOL_SYMBOL_OSI, "us", "NDX190517C07000000", "NDX", "2019-05-17T13:30:00Z", 'E', 100, false},
        {VOL_SYMBOL_OSI, "us", "NDXP190517C07000000", "NDX", "2019-05-17T20:00:00Z", 'E', 100, false},
        {VOL_SYMBOL_OSI, "us", "RUT190517C01500000", "RUT", "2019-05-17T13:30:00Z", 'E', 100, false},
        {VOL_SYMBOL_OSI, "us", "RUTW190517C01500000", "RUT", "2019-05-17T20:00:00Z", 'E', 100, false},
        {VOL_SYMBOL_OSI, "us", "XSP190517C00290000", "XSP", "2019-05-17T20:00:00Z", 'E', 100, false},
        {VOL_SYMBOL_OSI, "us", "SPY260821C00700000", "SPY", "2026-08-21T20:00:00Z", 'A', 100, false},
        {VOL_SYMBOL_OSI, "us", "AAPL1140621C00012340", "AAPL", "2014-06-20T20:00:00Z", 'A', NAN, false},
        {VOL_SYMBOL_DERIBIT, "deribit", "BTC-28AUG26-105000-C", "BTC", "2026-08-28T08:00:00Z", 'E', 1, true},
        {VOL_SYMBOL_DERIBIT, "deribit", "XRP_USDC-30JUN23-0d625-C", "XRP", "2023-06-30T08:00:00Z", 'E', 1,
         false},
        {VOL_SYMBOL_OKX, "okx", "BTC-USD-270326-90000-C", "BTC", "2027-03-26T08:00:00Z", 'E', 0.01, true},
        {VOL_SYMBOL_OKX, "okx", "ETH-USD-260925-2300-P", "ETH", "2026-09-25T08:00:00Z", 'E', 0.1, true},
    };
    struct vol_symbol s;
    struct vol_contract_spec c;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[VOL_TIME_MAX];

        if (!UNIT(vol_symbol_parse(cases[i].family, cases[i].symbol, strlen(cases[i].symbol), &s) ==
                  VOL_OK) ||
            !UNIT(vol_contracts_find(&contracts, cases[i].venue, &s, &c) == VOL_OK))
            continue;
        vol_time_print(text, vol_contract_expires(&c, &us, s.expiration));
        UNIT_STR(text, cases[i].expires);
        UNIT_STR(c.root, s.root);
        UNIT_STR(c.underlying, cases[i].underlying);
        UNIT(c.exercise == cases[i].exercise && c.inverse == cases[i].inverse);
        UNIT(c.multiplier == cases[i].multiplier || (isnan(c.multiplier) && isnan(cases[i].multiplier)));
    }
    UNIT(vol_symbol_parse(VOL_SYMBOL_DERIBIT, "DOGE-5JUN26-1-C", 15, &s) == VOL_OK);
    UNIT(vol_contracts_find(&contracts, "deribit", &s, &c) == VOL_NO);
    UNIT(vol_contracts_find(&contracts, "nowhere", &s, &c) == VOL_NO);
}

/* When trading ends, by the exchanges' specifications (venues.md, section 11.2) and lists. */
static void test_last_trade(void)
{
    static const struct {
        enum vol_symbol_family family;
        const char *venue, *symbol, *last_trade;
    } cases[] = {
        {VOL_SYMBOL_OSI, "us", "SPX190517C02900000", "2019-05-16T20:15:00Z"},  /* Thursday, 16:15 */
        {VOL_SYMBOL_OSI, "us", "SPX191220C02900000", "2019-12-19T21:15:00Z"},  /* in winter */
        {VOL_SYMBOL_OSI, "us", "SPX190418C02900000", "2019-04-17T20:15:00Z"},  /* Good Friday: Wednesday */
        {VOL_SYMBOL_OSI, "us", "SPX190419C02900000", "2019-04-17T20:15:00Z"},  /* and by the Friday's name */
        {VOL_SYMBOL_OSI, "us", "SPX140118C01800000", "2014-01-16T21:15:00Z"},  /* a Saturday in the name */
        {VOL_SYMBOL_OSI, "us", "SPX270617C07000000", "2027-06-16T20:15:00Z"},  /* Juneteenth on the Friday */
        {VOL_SYMBOL_OSI, "us", "SPXW190517C02900000", "2019-05-17T20:00:00Z"}, /* 16:00 on its last day */
        {VOL_SYMBOL_OSI, "us", "SPXW191129C02900000", "2019-11-29T18:00:00Z"}, /* early: 13:00 */
        {VOL_SYMBOL_OSI, "us", "VIX190522C00015000", "2019-05-21T20:15:00Z"},  /* Tuesday */
        {VOL_SYMBOL_OSI, "us", "VIX270518C00015000", "2027-05-17T20:15:00Z"},  /* settles on a Tuesday */
        {VOL_SYMBOL_OSI, "us", "VIXW141128C00015000", "2014-11-26T21:15:00Z"}, /* behind Thanksgiving */
        {VOL_SYMBOL_OSI, "us", "VIXW191202C00015000", "2019-11-29T18:15:00Z"}, /* the day before is early */
        {VOL_SYMBOL_OSI, "us", "NDX190517C07000000", "2019-05-16T20:15:00Z"},
        {VOL_SYMBOL_OSI, "us", "RUTW190517C01500000", "2019-05-17T20:00:00Z"},
        {VOL_SYMBOL_OSI, "us", "XSP190517C00290000", "2019-05-17T20:00:00Z"},
        {VOL_SYMBOL_OSI, "us", "SPY260821C00700000", "2026-08-21T20:15:00Z"}, /* funds of the list: 16:15 */
        {VOL_SYMBOL_OSI, "us", "QQQ261127C00700000", "2026-11-27T18:15:00Z"}, /* 13:15 */
        {VOL_SYMBOL_OSI, "us", "IWM261218C00250000", "2026-12-18T21:15:00Z"},
        {VOL_SYMBOL_OSI, "us", "AAPL140621C00012340", "2014-06-20T20:00:00Z"}, /* shares: 16:00 */
        {VOL_SYMBOL_OSI, "us", "AAPL141128C00012340", "2014-11-28T18:00:00Z"},
        {VOL_SYMBOL_DERIBIT, "deribit", "BTC-28AUG26-105000-C", "2026-08-28T08:00:00Z"},
        {VOL_SYMBOL_OKX, "okx", "ETH-USD-260925-2300-P", "2026-09-25T08:00:00Z"},
    };
    struct vol_symbol s;
    struct vol_contract_spec c;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[VOL_TIME_MAX];

        if (!UNIT(vol_symbol_parse(cases[i].family, cases[i].symbol, strlen(cases[i].symbol), &s) ==
                  VOL_OK) ||
            !UNIT(vol_contracts_find(&contracts, cases[i].venue, &s, &c) == VOL_OK))
            continue;
        vol_time_print(text, vol_contract_last_trade(&c, &us, s.expiration));
        if (!UNIT(strcmp(text, cases[i].last_trade) == 0))
            printf("    %s: %s, expected %s\n", cases[i].symbol, text, cases[i].last_trade);
        /* a day's close settles no earlier than AM settlement allows: only AM series end before they expire
         */
        if (c.settlement == VOL_SETTLES_AM)
            UNIT(vol_contract_last_trade(&c, &us, s.expiration) <
                 vol_contract_expires(&c, &us, s.expiration));
        else
            UNIT(vol_contract_last_trade(&c, &us, s.expiration) >=
                 vol_contract_expires(&c, &us, s.expiration));
    }
}

static void test_bad_contracts(void)
{
    static const char header[] =
        "venue,root,underlying,exercise,settlement,last_trade,multiplier,currency,inverse,note\n";
    static const char *const bad[][2] = {
        {"us,SPX,SPX,E,am,16:15-1,100,USD\n", "ten cells"},
        {"us,SPX,SPX,X,am,16:15-1,100,USD,false,\n", "exercise"},
        {"us,SPX,SPX,E,noon,16:15-1,100,USD,false,\n", "settlement"},
        {"us,SPX,SPX,E,25:00Z,16:00,100,USD,false,\n", "settlement"},
        {"us,SPX,SPX,E,am,16:15-1,0,USD,false,\n", "multiplier"},
        {"us,SPX,SPX,E,am,16:15-1,1e999,USD,false,\n", "multiplier"},
        {"us,SPX,SPX,E,am,16:15-1,100,USD,no,\n", "inverse"},
        {"us,,SPX,E,am,16:15-1,100,USD,false,\n", "empty"},
        {"us,SPX,SPX,E,am,,100,USD,false,\n", "last_trade"},
        {"us,SPX,SPX,E,am,16:15-,100,USD,false,\n", "last_trade"},
        {"us,SPX,SPX,E,am,16:15+1,100,USD,false,\n", "last_trade"},
        {"us,SPX,SPX,E,am,16:15-0,100,USD,false,\n", "last_trade"},
        {"us,SPX,SPX,E,am,24:15,100,USD,false,\n", "last_trade"},
        {"us,SPX,SPX,E,am,16.15,100,USD,false,\n", "last_trade"},
        {"", "no contracts"},
    };
    struct vol_contracts none = {0};
    struct vol_error err;
    char path[] = "/tmp/volpipe-contracts-XXXXXX";
    int fd = mkstemp(path);

    if (!UNIT(fd >= 0))
        return;
    close(fd);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        FILE *file = fopen(path, "w");

        if (!UNIT(file != NULL))
            break;
        fprintf(file, "%s%s", header, bad[i][0]);
        fclose(file);
        if (!UNIT(vol_contracts_load(path, &none, &err) == VOL_ECONFIG && strstr(err.text, bad[i][1])))
            printf("    %s\n", err.text);
        UNIT(none.row == NULL);
    }
    unlink(path);
}

int main(void)
{
    struct vol_error err;
    char path[4096];

    test_names();
    test_refused();
    test_print();
    test_bad_contracts();
    UNIT(vol_share_path("/usr/share/volpipe", "calendars", "us-options.csv", path, sizeof path, &err) ==
         VOL_OK);
    UNIT(vol_calendar_load(path, &us, &err) == VOL_OK);
    UNIT(vol_share_path("/usr/share/volpipe", "contracts", "options.csv", path, sizeof path, &err) == VOL_OK);
    if (UNIT(vol_contracts_load(path, &contracts, &err) == VOL_OK)) {
        test_settlement();
        test_last_trade();
    } else {
        printf("%s\n", err.text);
    }
    vol_calendar_free(&us);
    vol_contracts_free(&contracts);
    return unit_done("chain/symbol");
}
