/* IVolatility: the same rows as JSON and as a packed CSV, under changing spellings of their columns. Expected
 * records are written by hand from the bodies. */
#include "sources.h"

#include "source/ivol_rows.h"
#include "source/ivolatility.h"

enum { NOV25 = 20417 }; /* 2025-11-25 */

static const char chain_records[] =
    "{\"kind\":\"quote\",\"ts\":\"2025-11-25T21:15:00Z\",\"underlying\":\"SPX\",\"symbol\":"
    "\"SPX251219C05500000\","
    "\"root\":\"SPX\",\"expiration\":\"2025-12-19\",\"expires\":\"2025-12-19T14:30:00Z\","
    "\"last_trade\":\"2025-12-18T21:15:00Z\",\"strike\":5500,\"option_type\":\"C\",\"exercise\":\"E\","
    "\"multiplier\":100,\"currency\":\"USD\",\"bid\":310.1,\"ask\":312.4,\"volume\":42,\"open_interest\":"
    "18244,"
    "\"underlying_price\":5731.2,\"vendor_iv\":0.1931,\"vendor_delta\":0.71,\"vendor_gamma\":0.00063,"
    "\"vendor_theta\":-1.11,\"vendor_vega\":6.42,\"vendor_rho\":3.1,\"received\":\"2025-11-26T03:00:00Z\","
    "\"source\":\"ivolatility\"}\n"
    "{\"kind\":\"quote\",\"ts\":\"2025-11-25T21:15:00Z\",\"underlying\":\"SPX\",\"symbol\":"
    "\"SPXW251219C05500000\","
    "\"root\":\"SPXW\",\"expiration\":\"2025-12-19\",\"expires\":\"2025-12-19T21:00:00Z\","
    "\"last_trade\":\"2025-12-19T21:00:00Z\",\"strike\":5500,\"option_type\":\"C\",\"exercise\":\"E\","
    "\"multiplier\":100,\"currency\":\"USD\",\"bid\":309.8,\"ask\":312,\"volume\":7,\"open_interest\":901,"
    "\"underlying_price\":5731.2,\"received\":\"2025-11-26T03:00:00Z\",\"source\":\"ivolatility\"}\n"
    "{\"kind\":\"quote\",\"ts\":\"2025-11-25T21:15:00Z\",\"underlying\":\"SPX\",\"symbol\":"
    "\"SPXW251219P05500000\","
    "\"root\":\"SPXW\",\"expiration\":\"2025-12-19\",\"expires\":\"2025-12-19T21:00:00Z\","
    "\"last_trade\":\"2025-12-19T21:00:00Z\",\"strike\":5500,\"option_type\":\"P\",\"exercise\":\"E\","
    "\"multiplier\":100,\"currency\":\"USD\",\"bid\":0,\"ask\":0.05,\"volume\":0,\"open_interest\":0,"
    "\"underlying_price\":5731.2,\"received\":\"2025-11-26T03:00:00Z\",\"source\":\"ivolatility\"}\n"
    "{\"kind\":\"snap\",\"ts\":\"2025-11-25T21:15:00Z\",\"underlying\":\"SPX\",\"quotes\":3,"
    "\"source\":\"ivolatility\"}\n";

/* Read a chain: JSON, or (FOUND rows) a file. */
static enum vol_status read_chain(const struct vol_buf *body, int64_t found, int32_t date,
                                  struct vol_us_chain *chain, struct vol_error *err)
{
    struct vol_ivol_chain to = {chain, date};
    struct vol_ivol_head head;
    enum vol_status status;

    if (found >= 0)
        return vol_ivol_file(body->data, body->len, found, vol_ivol_read_quote, &to, err);
    status = vol_ivol_json(body->data, body->len, vol_ivol_read_quote, &to, &head, err);
    vol_buf_free(&head.file);
    return status;
}

/* What the vendor sends by JSON, CSV, or packed CSV: an IV of -1, null, or with a mark is none; the date of
 * the name counts, not the day before it in the column of the AM series. */
static void test_chain(void)
{
    static const char *const names[] = {"ivolatility/rawiv.json", "ivolatility/data.csv",
                                        "../../server/ivolatility/data.bin"};

    for (size_t i = 0; i < 3; i++) {
        struct vol_buf body = sources_body(names[i]);
        struct vol_us_chain chain;
        struct sources s;

        sources_begin(&s, "ivolatility");
        vol_us_chain_init(&chain);
        UNIT(read_chain(&body, i == 0 ? -1 : 3, NOV25, &chain, &s.err) == VOL_OK);
        vol_us_chain_time(&chain, sources_time("2025-11-25T21:15:00Z"));
        vol_us_chain_received(&chain, sources_time("2025-11-26T03:00:00Z"));
        UNIT(vol_us_chain_gather(&chain, &s.facts, s.gather, &s.err) == VOL_OK);
        UNIT_STR(sources_text(&s), chain_records);
        vol_us_chain_free(&chain);
        vol_buf_free(&body);
        sources_end(&s);
    }
}

static void test_drift(void)
{
    static const struct {
        const char *name, *from, *to, *words;
        int64_t found;
    } drift[] = {
        {"ivolatility/rawiv.json", "\"recordsFound\":3", "\"recordsFound\":4",
         "data: 3 rows, and recordsFound says 4", -1},
        {"ivolatility/rawiv.json", "\"status\"", "\"state\"", "status: is missing", -1},
        {"ivolatility/rawiv.json", "\"bid\":310.1", "\"bidPrice\":310.1", "data[0].bid: is missing", -1},
        {"ivolatility/rawiv.json", "\"bid\":310.1", "\"bid\":\"n/a\"", "data[0].bid: expected a number", -1},
        {"ivolatility/rawiv.json", "\"bid\":310.1", "\"bid\":[1]", "data[0].bid: expected a number or text",
         -1},
        {"ivolatility/rawiv.json", "\"date\":\"2025-11-25", "\"date\":\"2025-11-26",
         "data[0].date: is not the day that was asked for", -1},
        {"ivolatility/rawiv.json", "SPX   251219C05500000", "SPX   251219C00550000",
         "data[0].strike: is not the strike in the contract's name", -1},
        {"ivolatility/rawiv.json", "SPX   251219C05500000", "SZP LE",
         "data[0].optionsymbol: not the name of an option (OSI)", -1},
        {"ivolatility/rawiv.json", "\"2025-12-18 00:00:00\"", "\"2025-12-17 00:00:00\"",
         "data[0].expiration: is not the date in the contract's name", -1},
        {"ivolatility/rawiv.json", "\"Call/Put\":\"C\"", "\"Call/Put\":\"P\"",
         "data[1].callput: is not the type in the contract's name", -1},
        {"ivolatility/data.csv", "3,SPX", "3,SPX,X", "line 4: another number of cells than the header", 3},
        {"ivolatility/data.csv", ",iv,", ",vol,", "line 2.iv: is missing", 3},
        {"ivolatility/data.csv", "SPXW  251219P", "SPXW  251219C",
         "line 4.callput: is not the type in the contract's name", 3},
        {"ivolatility/data.csv", ",0.1931,", ",19.31%,", "line 2.iv: expected a number", 3},
        {"ivolatility/data.csv", "record_no", "record_no", "3 rows, and recordsFound says 2", 2},
    };

    for (size_t i = 0; i < sizeof drift / sizeof drift[0]; i++) {
        struct vol_buf body = sources_edit(drift[i].name, drift[i].from, drift[i].to);
        struct vol_us_chain chain;
        struct vol_error err = {0};

        vol_us_chain_init(&chain);
        UNIT(read_chain(&body, drift[i].found, NOV25, &chain, &err) == VOL_EPROTOCOL);
        UNIT_STR(err.text, drift[i].words);
        vol_us_chain_free(&chain);
        vol_buf_free(&body);
    }
}

/* A packed file that is cut. */
static void test_cut(void)
{
    struct vol_buf body = sources_body("../../server/ivolatility/data.bin");
    struct vol_us_chain chain;
    struct vol_error err = {0};

    vol_us_chain_init(&chain);
    body.len -= 9;
    UNIT(read_chain(&body, 3, NOV25, &chain, &err) == VOL_EPROTOCOL && err.status == VOL_EPROTOCOL);
    UNIT_STR(err.text, "the gzip data are cut");
    vol_us_chain_free(&chain);
    vol_buf_free(&body);
}

/* Names older than OSI: root, expiration, strike and type come from their columns, before 2010-05-14 only. */
static void test_old_names(void)
{
    static const char old[] =
        "symbol,date,option_symbol,expiration,strike,call_put,style,bid,ask,iv,volume,open_interest,delta,"
        "gamma,"
        "theta,vega,rho,stock_price_for_iv\n"
        "SPX,2008-09-15,SPT JG,2008-10-18,1235,C,E,30.1,32,0.28,10,200,0.4,0.002,-0.5,1.3,0.4,1192.7\n";
    enum { SEP15 = 14137 }; /* 2008-09-15 */
    struct vol_buf body = {(char *)(uintptr_t)old, sizeof old - 1, 0};
    struct vol_us_chain chain;
    struct sources s;

    sources_begin(&s, "ivolatility");
    vol_us_chain_init(&chain);
    UNIT(read_chain(&body, 1, SEP15, &chain, &s.err) == VOL_OK);
    vol_us_chain_time(&chain, sources_time("2008-09-15T20:15:00Z"));
    vol_us_chain_received(&chain, sources_time("2025-11-26T03:00:00Z"));
    UNIT(vol_us_chain_gather(&chain, &s.facts, s.gather, &s.err) == VOL_OK);
    /* The Saturday of old names settles on the Friday before. */
    UNIT(strstr(sources_text(&s),
                "\"symbol\":\"SPX081018C01235000\",\"root\":\"SPX\",\"expiration\":\"2008-10-18\","
                "\"expires\":\"2008-10-17T13:30:00Z\"") != NULL);
    vol_us_chain_free(&chain);
    sources_end(&s);
}

static void test_bars(void)
{
    struct vol_buf prices = sources_body("ivolatility/prices.json"),
                   ivx = sources_body("ivolatility/ivx.json");
    struct vol_ivol_head head;
    struct vol_ivol_bars to;
    struct sources s;

    sources_begin(&s, "ivolatility");
    to = (struct vol_ivol_bars){&s.facts, s.gather, "AAPL", sources_time("2021-12-18T12:00:00Z")};
    UNIT(vol_ivol_json(prices.data, prices.len, vol_ivol_read_price, &to, &head, &s.err) == VOL_OK);
    UNIT(head.left == 10 && head.found == 1 && head.file.len == 0);
    UNIT(vol_ivol_json(ivx.data, ivx.len, vol_ivol_read_ivx, &to, &head, &s.err) == VOL_OK);
    UNIT_STR(
        sources_text(&s),
        "{\"kind\":\"bar\",\"ts\":\"2021-12-16T21:00:00Z\",\"symbol\":\"AAPL\",\"open\":175.5,\"high\":176,"
        "\"low\":168.25,\"close\":170.5,\"volume\":150000000,\"received\":\"2021-12-18T12:00:00Z\","
        "\"source\":\"ivolatility\"}\n"
        "{\"kind\":\"bar\",\"ts\":\"2021-12-16T21:15:00Z\",\"symbol\":\"AAPL.IVX30\",\"close\":0.34,"
        "\"received\":\"2021-12-18T12:00:00Z\",\"source\":\"ivolatility\"}\n"
        "{\"kind\":\"bar\",\"ts\":\"2021-12-16T21:15:00Z\",\"symbol\":\"AAPL.IVX60\",\"close\":0.35,"
        "\"received\":\"2021-12-18T12:00:00Z\",\"source\":\"ivolatility\"}\n"
        "{\"kind\":\"bar\",\"ts\":\"2021-12-16T21:15:00Z\",\"symbol\":\"AAPL.IVX90\",\"close\":0.325,"
        "\"received\":\"2021-12-18T12:00:00Z\",\"source\":\"ivolatility\"}\n"
        "{\"kind\":\"bar\",\"ts\":\"2021-12-16T21:15:00Z\",\"symbol\":\"AAPL.IVX1080\",\"close\":0.315,"
        "\"received\":\"2021-12-18T12:00:00Z\",\"source\":\"ivolatility\"}\n"
        "{\"kind\":\"bar\",\"ts\":\"2021-12-17T21:15:00Z\",\"symbol\":\"AAPL.IVX60\",\"close\":0.339,"
        "\"received\":\"2021-12-18T12:00:00Z\",\"source\":\"ivolatility\"}\n");
    /* Rows that are no IV index. */
    UNIT(vol_ivol_json(prices.data, prices.len, vol_ivol_read_ivx, &to, &head, &s.err) == VOL_EPROTOCOL);
    UNIT_STR(s.err.text, "data[0].30divmean: is missing");
    vol_buf_free(&prices);
    vol_buf_free(&ivx);
    sources_end(&s);
}

/* The way to a file: PENDING, or COMPLETE with an address and no rows; then its description, of two shapes.
 */
static void test_file(void)
{
    static const struct {
        const char *text, *url, *words;
        enum vol_status status;
    } info[] = {
        {"[{\"meta\":{\"status\":\"PROCESSING\"},\"data\":[]}]", "", NULL, VOL_OK},
        {"{\"data\":[{\"urlForDownload\":\"https://x/y\"}]}", "https://x/y", NULL, VOL_OK},
        {"[{\"meta\":{\"status\":\"FAILED\"},\"data\":[]}]", "", "the file was not made: FAILED",
         VOL_EUNAVAILABLE},
        {"[]", "", "neither status nor urlForDownload", VOL_EPROTOCOL},
    };
    struct vol_buf body = sources_body("ivolatility/pending.json"), url = VOL_BUF_INIT;
    struct vol_us_chain chain;
    struct vol_ivol_chain to = {&chain, NOV25};
    struct vol_ivol_head head;
    struct vol_error err = {0};

    vol_us_chain_init(&chain);
    for (int i = 0; i < 2; i++) {
        UNIT(vol_ivol_json(body.data, body.len, vol_ivol_read_quote, &to, &head, &err) == VOL_OK);
        UNIT(head.found == 3 && head.left == 999 && chain.n == 0);
        UNIT_STR(head.file.data,
                 "https://restapi.ivolatility.com/data/info/fc6c7cab-3f44-3241-9011-01d2dcb7703a");
        vol_buf_free(&head.file);
        vol_buf_free(&body);
        body = sources_edit("ivolatility/pending.json", "PENDING", "COMPLETE");
    }
    vol_buf_free(&body);
    body = sources_body("ivolatility/info-done.json");
    UNIT(vol_ivol_info(body.data, body.len, &url, &err) == VOL_OK);
    UNIT_STR(url.data, "https://restapi.ivolatility.com/data/download/fc6c7cab-3f44-3241-9011-01d2dcb7703a");
    for (size_t i = 0; i < sizeof info / sizeof info[0]; i++) {
        UNIT(vol_ivol_info(info[i].text, strlen(info[i].text), &url, &err) == info[i].status);
        UNIT_STR(url.data, info[i].url);
        if (info[i].words)
            UNIT_STR(err.text, info[i].words);
    }
    vol_buf_free(&url);
    vol_buf_free(&body);
}

int main(void)
{
    test_chain();
    test_drift();
    test_cut();
    test_old_names();
    test_bars();
    test_file();
    return unit_done("source/ivolatility");
}
