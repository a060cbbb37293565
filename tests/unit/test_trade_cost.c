#include "unit.h"

#include <stdlib.h>

#include "base/time.h"
#include "trade/cost.h"

static int64_t fixed(double x)
{
    int64_t out = VOL_FIXED_NONE;

    vol_fixed_from(x, &out);
    return out;
}

static struct vol_market_quote quote(double bid, double ask)
{
    struct vol_market_quote q = {.bid = fixed(bid), .ask = fixed(ask)};

    return q;
}

static void test_price(void)
{
    struct vol_cost cost;
    struct vol_market_quote q = quote(3.2, 3.6);
    const char *why = "";
    int64_t price;

    vol_cost_default(&cost);
    /* 3.2 + 0.75 * 0.4, 3.6 - 0.75 * 0.4, then with 0.66 */
    UNIT(vol_cost_price(&cost, &q, 1, 1, &price, NULL) == VOL_OK && price == fixed(3.5));
    UNIT(vol_cost_price(&cost, &q, -1, 1, &price, NULL) == VOL_OK && price == fixed(3.3));
    UNIT(vol_cost_price(&cost, &q, 1, 2, &price, NULL) == VOL_OK && price == fixed(3.464));
    UNIT(vol_cost_price(&cost, &q, -1, 4, &price, NULL) == VOL_OK && price == fixed(3.336));
    price = 5;
    UNIT(vol_cost_price(&cost, NULL, 1, 1, &price, &why) == VOL_NO && price == 5);
    UNIT_STR(why, "no_quote");
    q = quote(3, 3);
    UNIT(vol_cost_price(&cost, &q, 1, 1, &price, &why) == VOL_NO);
    UNIT_STR(why, "locked");
    q = quote(3, 2.9);
    UNIT(vol_cost_price(&cost, &q, -1, 1, &price, &why) == VOL_NO);
    UNIT_STR(why, "crossed");
    q = quote(0, 0);
    UNIT(vol_cost_price(&cost, &q, 1, 1, &price, &why) == VOL_NO);
    q = quote((double)NAN, 3);
    UNIT(vol_cost_price(&cost, &q, 1, 1, &price, &why) == VOL_NO);
    q = quote(3, (double)NAN);
    UNIT(vol_cost_price(&cost, &q, -1, 1, &price, &why) == VOL_NO);
    q = quote(0, 0.05);
    UNIT(vol_cost_price(&cost, &q, -1, 1, &price, &why) == VOL_NO && price == 5);
    UNIT_STR(why, "no_bid");
    UNIT(vol_cost_price(&cost, &q, 1, 1, &price, &why) == VOL_OK && price == fixed(0.0375));
}

static enum vol_status load(const char *text, struct vol_cost *cost, struct vol_error *err)
{
    char path[] = "/tmp/test_trade_cost_XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    enum vol_status status;

    fputs(text, file);
    fclose(file);
    status = vol_cost_load(path, cost, err);
    remove(path);
    return status;
}

static void test_charges(void)
{
    static const char dated[] =
        "{\"spread_share\":{\"one_leg\":0.75,\"more_legs\":0.66},\"charges\":["
        "{\"name\":\"a\",\"type\":\"commission\",\"per\":\"contract\",\"rate\":0.65},"
        "{\"name\":\"occ\",\"type\":\"fee\",\"per\":\"contract\",\"rate\":0.02,\"to\":\"2025-02-13\"},"
        "{\"name\":\"occ\",\"type\":\"fee\",\"per\":\"contract\",\"rate\":0.025,\"from\":\"2025-02-14\"},"
        "{\"name\":\"sec\",\"type\":\"fee\",\"per\":\"million\",\"side\":\"sell\",\"rate\":27.8,"
        "\"from\":\"2024-05-22\",\"to\":\"2025-05-13\"}]}";
    struct vol_cost cost;
    struct vol_error err = {VOL_OK, ""};
    int64_t commission, fees;
    int32_t before, on;

    vol_cost_default(&cost);
    vol_date_from_ymd(2025, 2, 13, &before);
    vol_date_from_ymd(2025, 2, 14, &on);
    UNIT(vol_cost_charges(&cost, on, 1, fixed(3), fixed(10), fixed(100), &commission, &fees) == VOL_OK);
    UNIT(commission == fixed(1.95) && fees == fixed(0.06));
    UNIT(load(dated, &cost, &err) == VOL_OK);
    UNIT(vol_cost_charges(&cost, before, 1, fixed(2), fixed(10), fixed(100), &commission, &fees) == VOL_OK);
    UNIT(commission == fixed(1.3) && fees == fixed(0.04));
    /* 2 * 0.025 + 27.80 per million of 2000 sold */
    UNIT(vol_cost_charges(&cost, on, -1, fixed(2), fixed(10), fixed(100), &commission, &fees) == VOL_OK);
    UNIT(fees == fixed(0.05 + 0.0556));
    UNIT(vol_cost_charges(&cost, on, 1, fixed(1e6), fixed(9e6), fixed(100), &commission, &fees) == VOL_EDATA);
}

/* A fee file that is not wholly understood is refused. */
static void test_bad_files(void)
{
    static const char *const bad[] = {
        "",
        "{}",
        "{\"spread_share\":{\"one_leg\":0.75,\"more_legs\":0.66}}",
        "{\"spread_share\":{\"one_leg\":1.5,\"more_legs\":0.66},\"charges\":[]}",
        "{\"spread_share\":{\"one_leg\":0.75},\"charges\":[]}",
        "{\"spread_share\":{\"one_leg\":0.75,\"more_legs\":0.66},\"charges\":[],\"tax\":1}",
        "{\"spread_share\":{\"one_leg\":0.75,\"more_legs\":0.66},\"charges\":[{}]}",
        "{\"spread_share\":{\"one_leg\":0.75,\"more_legs\":0.66},\"charges\":[{\"name\":\"a\",\"type\":"
        "\"fee\","
        "\"per\":\"trade\",\"rate\":1}]}",
        "{\"spread_share\":{\"one_leg\":0.75,\"more_legs\":0.66},\"charges\":[{\"name\":\"a\",\"type\":"
        "\"fee\","
        "\"per\":\"contract\",\"rate\":-1}]}",
        "{\"spread_share\":{\"one_leg\":0.75,\"more_legs\":0.66},\"charges\":[{\"name\":\"a\",\"type\":"
        "\"fee\","
        "\"per\":\"contract\",\"rate\":1,\"from\":\"2025-02-30\"}]}",
        "{\"spread_share\":{\"one_leg\":0.75,\"more_legs\":0.66},\"charges\":[{\"name\":\"a\",\"type\":"
        "\"fee\","
        "\"per\":\"contract\",\"rate\":1,\"from\":\"2025-02-02\",\"to\":\"2025-02-01\"}]}",
        "{\"spread_share\":{\"one_leg\":0.75,\"more_legs\":0.66},\"charges\":[{\"name\":\"a "
        "b\",\"type\":\"fee\","
        "\"per\":\"contract\",\"rate\":1}]}",
    };
    struct vol_cost cost;
    struct vol_error err;
    size_t i;

    memset(&cost, 0x5a, sizeof cost);
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        err.text[0] = '\0';
        if (!UNIT(load(bad[i], &cost, &err) == VOL_ECONFIG && err.text[0] != '\0'))
            printf("    %s\n", bad[i]);
    }
    UNIT(vol_cost_load("/nonexistent/fees.json", &cost, &err) == VOL_ECONFIG);
    UNIT(((unsigned char *)&cost)[0] == 0x5a);
    UNIT(vol_cost_load("share/fees/chapter.json", &cost, &err) == VOL_OK && cost.n_rows == 2);
    UNIT(vol_cost_load("share/fees/us-index.json", &cost, &err) == VOL_OK && cost.n_rows == 6);
}

int main(void)
{
    test_price();
    test_charges();
    test_bad_files();
    return unit_done("trade/cost");
}
