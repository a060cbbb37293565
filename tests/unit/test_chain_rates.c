#include "chain/rates.h"

#include <stdlib.h>
#include <unistd.h>

#include "unit.h"

static const char records[] =
    "{\"kind\":\"rate\",\"ts\":\"2019-04-25T20:15:00Z\",\"symbol\":\"DGS3MO\",\"tenor_days\":91,\"rate\":0."
    "024}\n"
    "{\"kind\":\"bar\",\"ts\":\"2019-04-25T20:15:00Z\",\"symbol\":\"VIX\",\"close\":13.25}\n"
    "{\"kind\":\"rate\",\"ts\":\"2019-04-24T20:15:00Z\",\"symbol\":\"DGS1MO\",\"tenor_days\":30,\"rate\":0."
    "020}\n"
    "{\"kind\":\"rate\",\"ts\":\"2019-04-25T20:15:00Z\",\"symbol\":\"DGS1MO\",\"tenor_days\":30,\"rate\":0."
    "021}\n"
    "{\"kind\":\"rate\",\"ts\":\"2019-04-26T20:15:00Z\",\"symbol\":\"DGS1MO\",\"tenor_days\":30,\"rate\":0."
    "022}\n"
    "{\"kind\":\"rate\",\"ts\":\"2019-04-27T20:15:00Z\",\"symbol\":\"DGS1MO\",\"tenor_days\":30,\"rate\":"
    "null}\n";

static int64_t at(const char *text)
{
    int64_t ts = 0;

    UNIT(vol_time_parse(text, strlen(text), &ts) == VOL_OK);
    return ts;
}

static char *write_file(char *path, const char *text)
{
    int fd = mkstemp(path);

    UNIT(fd >= 0);
    UNIT(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    return path;
}

static void test_as_of(void)
{
    char path[] = "/tmp/test_chain_rates.XXXXXX";
    struct vol_rates rates;
    struct vol_curve curve;
    struct vol_error err;

    vol_rates_init(&rates);
    UNIT(vol_rates_load(&rates, write_file(path, records), &err) == VOL_OK);
    UNIT(rates.n_file == 4);
    vol_rates_curve(&rates, at("2019-04-24T20:14:59Z"), &curve);
    UNIT(curve.n == 0);
    vol_rates_curve(&rates, at("2019-04-24T20:15:00Z"), &curve);
    UNIT(curve.n == 1);
    UNIT_NEAR(vol_curve_rate(&curve, 1), 0.020, 0);
    vol_rates_curve(&rates, at("2019-04-26T20:00:00Z"), &curve);
    UNIT(curve.n == 2);
    UNIT_NEAR(vol_curve_rate(&curve, 30.0 / 365), 0.021, 1e-15);
    UNIT_NEAR(vol_curve_rate(&curve, 1), 0.024, 0);
    /* a record of the stream, and one that is older than what is known */
    UNIT(vol_rates_add(&rates, at("2019-04-26T20:10:00Z"), 91, 0.025) == VOL_OK);
    UNIT(vol_rates_add(&rates, at("2019-04-20T20:10:00Z"), 91, 0.9) == VOL_OK);
    vol_rates_curve(&rates, at("2019-04-26T20:15:00Z"), &curve);
    UNIT_NEAR(vol_curve_rate(&curve, 1), 0.025, 0);
    UNIT_NEAR(vol_curve_rate(&curve, 0.01), 0.022, 0);
    /* too old to mean anything */
    vol_rates_curve(&rates, at("2019-05-11T00:00:00Z"), &curve);
    UNIT(curve.n == 0);
    /* never early */
    vol_rates_curve(&rates, at("2019-04-26T20:00:00Z"), &curve);
    UNIT(curve.n == 0);
    vol_rates_free(&rates);
    unlink(path);
}

static void test_refused(void)
{
    char bad[] = "/tmp/test_chain_rates.XXXXXX", none[] = "/tmp/test_chain_rates.XXXXXX";
    char csv[] = "/tmp/test_chain_rates.XXXXXX";
    struct vol_rates rates;
    struct vol_curve curve;
    struct vol_error err;

    vol_rates_init(&rates);
    UNIT(vol_rates_load(&rates, "/nonexistent", &err) == VOL_ENOINPUT);
    UNIT(err.text[0] != '\0');
    write_file(bad, "{\"kind\":\"rate\",\"ts\":\"2019-04-25T20:15:00Z\",\"tenor_days\":-3,\"rate\":0.02}\n");
    UNIT(vol_rates_load(&rates, bad, &err) == VOL_EDATA);
    UNIT(strstr(err.text, ":1: ") != NULL);
    write_file(none, "{\"kind\":\"bar\",\"ts\":\"2019-04-25T20:15:00Z\",\"symbol\":\"X\"}\n");
    UNIT(vol_rates_load(&rates, none, &err) == VOL_ENOINPUT);
    UNIT(rates.n_file == 0);
    UNIT(vol_rates_add(&rates, 0, 0, 0.02) == VOL_EDATA);
    UNIT(vol_rates_add(&rates, 0, 30, NAN) == VOL_EDATA);
    write_file(csv, "ts,tenor_days,rate\r\n2019-04-25T20:15:00Z,30,0.02\r\n");
    UNIT(vol_rates_load(&rates, csv, &err) == VOL_OK);
    vol_rates_curve(&rates, at("2019-04-25T20:15:00Z"), &curve);
    UNIT_NEAR(vol_curve_rate(&curve, 0.5), 0.02, 0);
    vol_rates_free(&rates);
    unlink(bad);
    unlink(none);
    unlink(csv);
}

int main(void)
{
    test_as_of();
    test_refused();
    return unit_done("chain/rates");
}
