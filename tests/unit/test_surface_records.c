#include "surface/records.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "unit.h"

static const int64_t now = INT64_C(1556309700) * VOL_SECOND; /* 2019-04-26T20:15:00Z */

/* Expiries of 10 and 40 days, 20 % flat. */
static void fill(struct vol_smiles *s)
{
    static const int days[] = {10, 40};
    size_t i, at;
    bool fresh;
    int j;

    vol_smiles_init(s);
    for (i = 0; i < 2; i++) {
        double t = days[i] / 365.0;

        UNIT(vol_smiles_find(s, "XYZ", 3, now + days[i] * VOL_DAY, &at, &fresh) == VOL_OK);
        s->expiry[at].years = s->expiry[at].t = t;
        s->expiry[at].forward = 100;
        s->expiry[at].discount = 1;
        snprintf(s->expiry[at].expiration, sizeof s->expiry[at].expiration,
                 i == 0 ? "2019-05-06" : "2019-06-05");
        for (j = -12; j <= 12; j++) {
            struct vol_smiles_quote q = {100 * exp(0.04 * j * sqrt(t)), j >= 0, 1, 2, 0.2, 0.19, 0.21};

            UNIT(vol_smiles_add(s, at, &q) == VOL_OK);
        }
    }
    UNIT(vol_smiles_run(s, VOL_SMILES_SVI, VOL_ISA_GENERIC, NULL) == VOL_OK && s->fitted == 2);
}

/* The matrix of SPEC on S is EXPECTED. */
static void is_matrix(const struct vol_smiles *s, const char *spec, bool head, bool corrected, int precision,
                      const char *expected)
{
    const struct vol_records_snapshot of = {
        .underlying = "A,\"B", .underlying_len = 4, .ts = now, .spot = NAN};
    struct vol_buf out = VOL_BUF_INIT;
    struct vol_nodes nodes;
    struct vol_grid grid;

    vol_nodes_init(&nodes);
    UNIT(vol_grid_parse(spec, &grid, NULL) == VOL_OK);
    UNIT(vol_nodes_evaluate(&nodes, &grid, VOL_TENOR_LINEAR, s, now, NULL) == VOL_OK);
    if (corrected)
        UNIT(vol_nodes_correct(&nodes, VOL_NODES_ALL, NULL) == VOL_OK);
    UNIT(vol_records_matrix(&out, &of, &grid, &nodes, head, corrected, precision) == VOL_OK);
    UNIT_STR(out.data, expected);
    vol_grid_free(&grid);
    vol_nodes_free(&nodes);
    vol_buf_free(&out);
}

static void matrix(const struct vol_smiles *s)
{
    is_matrix(s, "k=-0.5,0@days=5,30", true, false, 4,
              "ts,underlying,root,expiration,days,k=-0.5,k=0\n"
              "2019-04-26T20:15:00Z,\"A,\"\"B\",,,5,,\n"
              "2019-04-26T20:15:00Z,\"A,\"\"B\",,,30,0.2*,0.2\n");
    is_matrix(s, "strike=100@expiries", false, false, 4,
              "2019-04-26T20:15:00Z,\"A,\"\"B\",XYZ,2019-05-06,10,0.2\n"
              "2019-04-26T20:15:00Z,\"A,\"\"B\",XYZ,2019-06-05,40,0.2\n");
    /* 16:00 in New York of a date, 15 minutes before the snapshot's time of day; one that has been has none
     */
    is_matrix(s, "k=0@dates=2019-05-16,2019-04-01", false, false, 6,
              "2019-04-26T20:15:00Z,\"A,\"\"B\",,2019-05-16,19.9896,0.2\n"
              "2019-04-26T20:15:00Z,\"A,\"\"B\",,2019-04-01,,\n");
    /* A flat surface has nothing to correct; the tenor outside the expiries is left out. */
    is_matrix(s, "k=0.05,0,-0.05@days=5,20,30", false, true, 6,
              "2019-04-26T20:15:00Z,\"A,\"\"B\",,,5,,,\n"
              "2019-04-26T20:15:00Z,\"A,\"\"B\",,,20,0.2,0.2,0.2\n"
              "2019-04-26T20:15:00Z,\"A,\"\"B\",,,30,0.2,0.2,0.2\n");
}

/* A later expiry that fell below the earlier: after the correction the nodes do not, and lie between the two.
 */
static void correction(struct vol_smiles *s)
{
    struct vol_nodes nodes;
    struct vol_grid grid;
    size_t i;

    s->surface[1].t = s->expiry[1].t_var = s->surface[0].t + 1e-3;
    vol_nodes_init(&nodes);
    UNIT(vol_grid_parse("k=-0.04:0.04:0.02@expiries", &grid, NULL) == VOL_OK);
    for (i = 0; i < 2; i++) {
        static const struct vol_svi low = {0.0008, 0.0, 0.0, 0.0, 0.1};

        s->surface[1] = vol_slice_of_svi(&low, s->surface[1].t, -0.1, 0.1); /* below the 0.0011 of ten days */
        UNIT(vol_nodes_evaluate(&nodes, &grid, VOL_TENOR_LINEAR, s, now, NULL) == VOL_OK &&
             nodes.n_tenors == 2 && nodes.n_x == 5);
    }
    UNIT(vol_nodes_correct(&nodes, VOL_NODES_ALL, NULL) == VOL_OK && nodes.result.before.calendar > 0);
    UNIT(nodes.result.after.calendar == 0 && nodes.result.after.butterfly == 0);
    for (i = 0; i < 5; i++) {
        double w0 = nodes.corrected[i] * nodes.corrected[i] * nodes.tenor[0].t,
               w1 = nodes.corrected[5 + i] * nodes.corrected[5 + i] * nodes.tenor[1].t;

        UNIT(w1 >= w0 * (1 - 1e-9) && w0 < 0.0011 && w1 > 0.0008);
    }
    vol_grid_free(&grid);
    vol_nodes_free(&nodes);
}

/* Two expiries that cross, the early one quoted ten times as wide: it is the one that moves; calendar alone
 * pools by the same weights, exactly. */
static void weights(struct vol_smiles *s)
{
    struct vol_nodes nodes;
    struct vol_grid grid;
    size_t i, rule;

    for (i = 0; i < s->expiry[0].n_fitted; i++) {
        s->expiry[0].fitted[i].vol_bid -= 0.09;
        s->expiry[0].fitted[i].vol_ask += 0.09;
    }
    vol_nodes_init(&nodes);
    UNIT(vol_grid_parse("k=-0.04:0.04:0.02@expiries", &grid, NULL) == VOL_OK);
    for (rule = VOL_NODES_CALENDAR; rule <= VOL_NODES_ALL; rule++) {
        UNIT(vol_nodes_evaluate(&nodes, &grid, VOL_TENOR_LINEAR, s, now, NULL) == VOL_OK);
        UNIT_NEAR(nodes.spread[0], 0.1, 1e-12);
        UNIT_NEAR(nodes.spread[9], 0.01, 1e-12);
        UNIT(vol_nodes_correct(&nodes, (enum vol_nodes_rule)rule, NULL) == VOL_OK);
        UNIT(nodes.result.before.calendar >= 5 && nodes.result.after.calendar == 0);
        for (i = 0; i < 5; i++) {
            double early = nodes.corrected[i] - nodes.point[i].vol,
                   late = nodes.corrected[5 + i] - nodes.point[5 + i].vol;
            double t0 = nodes.tenor[0].t, t1 = nodes.tenor[1].t, v0 = nodes.point[i].vol,
                   v1 = nodes.point[5 + i].vol, u;

            UNIT(early < 0.0 && late > 0.0 && late < -early / 10.0);
            u = (v0 / sqrt(t0) / 0.01 + v1 / sqrt(t1) / 0.0001) / (1 / t0 / 0.01 + 1 / t1 / 0.0001);
            if (rule == VOL_NODES_CALENDAR) {
                UNIT_NEAR(nodes.corrected[i], u / sqrt(t0), 1e-14);
                UNIT_NEAR(nodes.corrected[5 + i], u / sqrt(t1), 1e-14);
            }
        }
    }
    vol_grid_free(&grid);
    UNIT(vol_grid_parse("strike=98,100,102@expiries", &grid, NULL) == VOL_OK);
    s->surface[0].forward = 90;
    s->surface[1].forward = 100; /* the strikes are not at equal k */
    UNIT(vol_nodes_evaluate(&nodes, &grid, VOL_TENOR_LINEAR, s, now, NULL) == VOL_OK);
    UNIT(vol_nodes_correct(&nodes, VOL_NODES_CALENDAR, NULL) == VOL_NO);
    vol_grid_free(&grid);
    vol_nodes_free(&nodes);
}

/* The records as text: what a smile that was refused does not say, and null for what is not known. */
static void records(const struct vol_smiles *s)
{
    struct vol_records_snapshot of = {.underlying = "XYZ", .underlying_len = 3, .ts = now, .spot = 99};
    char path[] = "/tmp/volpipe-records-XXXXXX", text[8192];
    int fd = mkstemp(path);
    struct vol_writer_config config = {.fd = fd, .format = VOL_NDJSON, .precision = 6, .name = "test"};
    struct vol_writer *w = NULL;
    struct vol_smiles_expiry refused = s->expiry[0];
    struct vol_violation lee = {
        .type = VOL_VIOLATION_LEE, .k = -INFINITY, .k_low = NAN, .k_high = NAN, .size = 0.5};
    struct vol_nodes nodes;
    struct vol_grid grid;
    ssize_t n;

    UNIT(fd >= 0 && vol_writer_new(&w, &config, NULL) == VOL_OK);
    refused.status = VOL_SMILES_TOO_FEW;
    UNIT(vol_writer_begin(w, "slice", now) == VOL_OK);
    vol_records_slice(w, &of, s, &refused);
    UNIT(vol_writer_end(w, NULL) == VOL_OK && vol_writer_begin(w, "violation", now) == VOL_OK);
    vol_records_violation(w, &of, &refused, &lee);
    UNIT(vol_writer_end(w, NULL) == VOL_OK && vol_writer_begin(w, "vol", now) == VOL_OK);
    vol_nodes_init(&nodes);
    UNIT(vol_grid_parse("k=0@days=50", &grid, NULL) == VOL_OK);
    UNIT(vol_nodes_evaluate(&nodes, &grid, VOL_TENOR_LINEAR, s, now, NULL) == VOL_OK);
    vol_records_vol(w, &of, s, &nodes, 0, 0, false);
    vol_grid_free(&grid);
    vol_nodes_free(&nodes);
    UNIT(vol_writer_end(w, NULL) == VOL_OK && vol_writer_close(w, NULL) == VOL_OK);
    n = pread(fd, text, sizeof text - 1, 0);
    UNIT(n > 0);
    text[n > 0 ? n : 0] = '\0';
    UNIT_STR(
        text,
        "{\"kind\":\"slice\",\"ts\":\"2019-04-26T20:15:00Z\",\"underlying\":\"XYZ\",\"root\":\"XYZ\","
        "\"expiration\":\"2019-05-06\",\"expires\":\"2019-05-06T20:15:00Z\",\"t\":0.0273973,\"forward\":100,"
        "\"discount\":1,\"model\":\"svi\",\"fit_status\":\"too_few_quotes\",\"points\":25}\n"
        "{\"kind\":\"violation\",\"ts\":\"2019-04-26T20:15:00Z\",\"underlying\":\"XYZ\",\"root\":\"XYZ\","
        "\"expiration\":\"2019-05-06\",\"expires\":\"2019-05-06T20:15:00Z\",\"violation\":\"lee\","
        "\"wing\":\"left\",\"size\":0.5}\n"
        "{\"kind\":\"vol\",\"ts\":\"2019-04-26T20:15:00Z\",\"underlying\":\"XYZ\",\"model\":\"svi\","
        "\"t\":0.136986,\"dte\":50,\"forward\":null,\"strike\":null,\"k\":null,\"delta\":null,"
        "\"vol_status\":\"outside_maturities\",\"implied_vol\":null,\"local_vol\":null,\"density\":null}\n");
    close(fd);
    unlink(path);
}

int main(void)
{
    struct vol_smiles s;

    fill(&s);
    matrix(&s);
    records(&s);
    correction(&s);
    weights(&s);
    vol_smiles_free(&s);
    return unit_done("surface/records");
}
