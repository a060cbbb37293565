/* Cash dividends as they were known, and what publishes what was found. */
#include "chain/payouts.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "chain/publish.h"
#include "stream.h"

static int64_t at(const char *text)
{
    int64_t ts = 0;

    UNIT(vol_time_parse(text, strlen(text), &ts) == VOL_OK);
    return ts;
}

static int32_t day(const char *text)
{
    int32_t date = 0;

    UNIT(vol_date_parse(text, strlen(text), &date) == VOL_OK);
    return date;
}

static void test_knowledge(void)
{
    int64_t ts = at("2024-01-16T21:00:00Z");
    struct vol_payouts p;
    struct vol_dividends d;

    vol_payouts_init(&p);
    UNIT(vol_payouts_of(&p, ts, "XYZ", 3, &d) == VOL_OK && d.n == 0);
    UNIT(vol_payouts_add(&p, at("2024-01-02T00:00:00Z"), "XYZ", 3, day("2024-06-14"), 2) == VOL_OK);
    UNIT(vol_payouts_add(&p, at("2024-01-02T00:00:00Z"), "XYZ", 3, day("2024-02-15"), 1) == VOL_OK);
    UNIT(vol_payouts_add(&p, at("2024-01-02T00:00:00Z"), "XY", 2, day("2024-02-16"), 7) == VOL_OK);
    UNIT(vol_payouts_add(&p, at("2024-01-16T21:00:01Z"), "XYZ", 3, day("2024-02-16"), 9) ==
         VOL_OK); /* too late */
    UNIT(vol_payouts_add(&p, at("2024-01-02T00:00:00Z"), "XYZ", 3, day("2024-01-16"), 5) ==
         VOL_OK); /* paid */
    UNIT(vol_payouts_of(&p, ts, "XYZ", 3, &d) == VOL_OK && d.n == 2);
    UNIT(d.amount[0] == 1 && d.amount[1] == 2);
    /* the open of the ex-date: 14:30 UTC in winter, 13:30 in summer */
    UNIT_NEAR(d.t[0], (double)(at("2024-02-15T14:30:00Z") - ts) / (365.0 * VOL_DAY), 1e-15);
    UNIT_NEAR(d.t[1], (double)(at("2024-06-14T13:30:00Z") - ts) / (365.0 * VOL_DAY), 1e-15);
    /* a later word on the same day replaces the earlier, in whichever order they come; 0 takes it back */
    UNIT(vol_payouts_add(&p, at("2024-01-04T00:00:00Z"), "XYZ", 3, day("2024-02-15"), 1.5) == VOL_OK);
    UNIT(vol_payouts_add(&p, at("2024-01-03T00:00:00Z"), "XYZ", 3, day("2024-02-15"), 1.25) == VOL_OK);
    UNIT(vol_payouts_add(&p, at("2024-01-05T00:00:00Z"), "XYZ", 3, day("2024-06-14"), 0) == VOL_OK);
    UNIT(vol_payouts_of(&p, ts, "XYZ", 3, &d) == VOL_OK && d.n == 1 && d.amount[0] == 1.5);
    UNIT(vol_payouts_of(&p, ts, "XY", 2, &d) == VOL_OK && d.n == 1 && d.amount[0] == 7);
    UNIT(vol_payouts_of(&p, ts, "X", 1, &d) == VOL_OK && d.n == 0);
    UNIT(vol_payouts_of(&p, at("2024-02-15T14:30:00Z"), "XYZ", 3, &d) == VOL_OK && d.n == 1 &&
         d.amount[0] == 9);
    UNIT(vol_payouts_of(&p, at("2024-02-15T14:30:00Z"), "XY", 2, &d) == VOL_OK && d.n == 1 &&
         d.amount[0] == 7);
    UNIT(p.n == 4 && p.names.len == 11); /* 2024-02-16 twice, 2024-06-14 twice: what is paid is forgotten */
    UNIT(vol_payouts_add(&p, ts, "XYZ", 3, day("2024-02-15"), -1) == VOL_EDATA);
    UNIT(vol_payouts_add(&p, ts, "XYZ", 3, day("2024-02-15"), NAN) == VOL_EDATA);
    UNIT(vol_payouts_add(&p, ts, "XYZ", 3, day("2024-02-15"), INFINITY) == VOL_EDATA);
    UNIT(vol_payouts_add(&p, ts, "XYZ", 3, day("9999-02-15"), 1) == VOL_EDATA);
    UNIT(vol_payouts_add(&p, ts, "", 0, day("2024-02-15"), 1) == VOL_EDATA);
    vol_payouts_free(&p);
}

static void test_load(void)
{
    static const char good[] =
        "{\"kind\":\"dividend\",\"ts\":\"2024-01-02T00:00:00Z\",\"underlying\":\"XYZ\",\"ex_date\":"
        "\"2024-02-15\",\"amount\":1}\n{\"kind\":\"note\",\"ts\":\"2024-01-02T00:00:00Z\"}\n";
    static const char bad[] = "ts,underlying,ex_date,amount\n2024-01-02T00:00:00Z,XYZ,2024-02-15,1\n"
                              "2024-01-02T00:00:00Z,XYZ,15.2.2024,1\n";
    struct stream file = stream_file(good, sizeof good - 1);
    struct vol_payouts p;
    struct vol_error err;

    vol_payouts_init(&p);
    UNIT(vol_payouts_load(&p, file.path, &err) == VOL_OK && p.n == 1);
    stream_end(&file);
    file = stream_file(bad, sizeof bad - 1);
    UNIT(vol_payouts_load(&p, file.path, &err) == VOL_EDATA && strstr(err.text, ":3: ") != NULL);
    stream_end(&file);
    UNIT(vol_payouts_load(&p, "/nonexistent", &err) == VOL_ENOINPUT);
    vol_payouts_free(&p);
}

/* A number that repeats is printed once and written as often; one that changes is printed anew. */
static void test_publish(void)
{
    struct stream file = stream_file("", 0);
    struct vol_writer_config config = {.fd = open(file.path, O_RDWR), .name = "out"};
    struct vol_valued q = {
        .type = VOL_CALL, .t = 0.25, .forward = 100, .discount = NAN, .vol = 0.2, .given_vol = NAN};
    struct vol_publish publish;
    struct vol_writer *w;
    struct vol_error err;
    char text[2048] = "";
    int i;

    vol_publish_init(&publish, 10, NULL, false);
    UNIT(vol_writer_new(&w, &config, &err) == VOL_OK);
    for (i = 0; i < 3; i++) {
        q.forward = i < 2 ? 100 : 101.5;
        UNIT(vol_writer_begin(w, "quote", 0) == VOL_OK);
        vol_publish_quote(&publish, w, &q);
        UNIT(vol_writer_end(w, &err) == VOL_OK);
    }
    UNIT(vol_writer_close(w, &err) == VOL_OK);
    UNIT(pread(config.fd, text, sizeof text - 1, 0) > 0);
    for (i = 0; i < 3; i++) {
        char *line = strtok(i == 0 ? text : NULL, "\n");

        UNIT(line != NULL && strstr(line, "\"t\":0.25,") != NULL &&
             strstr(line, "\"discount\":null,") != NULL);
        UNIT(line != NULL && strstr(line, i < 2 ? "\"forward\":100," : "\"forward\":101.5,") != NULL);
        UNIT(line != NULL && strstr(line, "t_var") == NULL && strstr(line, "model_price") == NULL);
    }
    close(config.fd);
    stream_end(&file);
}

int main(void)
{
    test_knowledge();
    test_load();
    test_publish();
    return unit_done("chain/payouts");
}
