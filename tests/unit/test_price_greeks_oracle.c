/* Every greek, and those of the batch once more, against 50-digit arithmetic: a minute to 30 years, vols of
 * 0.1 % to 1000 %, strikes to 8 standard deviations and where d1 or d2 is nought, rates of -1 % to 5 %,
 * variance clocks of their own. Bound: 1e-12 relative (asked for: 1e-10), or 1e-12 of the greek's largest
 * value on the row (one expiry and vol), which is where it crosses zero. */
#include <stdlib.h>

#include "price/greeks.h"
#include "price/greeks_batch.h"
#include "price/inverse.h"

#include "unit.h"

enum { SHARED = 4, OWN = 7, N_GREEKS = SHARED + OWN, N_NUMBERS = 8 + SHARED + 2 * OWN, MAX_STRIKES = 16 };

static const char *const name[N_GREEKS] = {"gamma", "vega", "vanna", "volga",      "price",        "delta",
                                           "theta", "rho",  "charm", "dual_delta", "delta_forward"};

/* The strikes of one expiry and vol: inputs, then the greeks of the call and of the put. */
struct row {
    size_t n;
    double in[MAX_STRIKES][8];
    double exact[MAX_STRIKES][2][N_GREEKS], got[MAX_STRIKES][2][N_GREEKS];
};

static double worst[N_GREEKS]; /* relative, of those that are not held to the row */
static long n_crossing;

static void list(const struct vol_greeks_all *g, double out[N_GREEKS])
{
    double all[N_GREEKS] = {g->first.gamma, g->first.vega,  g->vanna,        g->volga,
                            g->first.price, g->first.delta, g->first.theta,  g->first.rho,
                            g->charm,       g->dual_delta,  g->delta_forward};

    memcpy(out, all, sizeof all);
}

static int near(double got, double exact)
{
    return fabs(got - exact) <= 1e-12 * fabs(exact) || (fabs(exact) < 1e-290 && fabs(got) < 1e-289);
}

/* What follows from the numbers of the table. */
static void check_derived(const double *x, const struct vol_greeks_all *g, const double *exact)
{
    double s = x[0], f = x[1], k = x[2], d = x[3], pa = -k / s * exact[9];
    struct vol_greeks coin;

    UNIT(near(g->delta_futures, d * exact[10]));
    UNIT(near(g->delta_pa, pa));
    UNIT(near(g->delta_forward_pa, -k / (f * d) * exact[9]));
    vol_inverse_greeks(g, s, &coin);
    UNIT(near(coin.price, exact[4] / s));
    UNIT(near(coin.delta, pa));
    UNIT(near(coin.gamma, exact[0] - pa / s) ||
         fabs(coin.gamma - (exact[0] - pa / s)) <= 1e-12 * (exact[0] + fabs(pa / s)));
    UNIT(near(coin.theta, g->first.theta / s));
    UNIT(near(coin.vega, exact[1] / s));
    UNIT(near(coin.rho, exact[7] / s));
}

static void evaluate(struct row *row, size_t i)
{
    const double *x = row->in[i];
    int put;

    for (put = 0; put < 2; put++) {
        struct vol_greeks_input in = {
            .type = put ? VOL_PUT : VOL_CALL,
            .forward = x[1],
            .strike = x[2],
            .discount = x[3],
            .t = x[4],
            .t_var = x[5],
            .speed = x[6],
            .vol = x[7],
            .spot = x[0],
        };
        struct vol_greeks_all g;

        vol_greeks_all(&in, &g);
        list(&g, row->got[i][put]);
        check_derived(x, &g, row->exact[i][put]);
    }
}

static void check_row(const struct row *row)
{
    size_t i;
    int put, j;

    for (put = 0; put < 2; put++)
        for (j = 0; j < N_GREEKS; j++) {
            double most = 0;

            for (i = 0; i < row->n; i++)
                most = fmax(most, fabs(row->exact[i][put][j]));
            for (i = 0; i < row->n; i++) {
                double exact = row->exact[i][put][j], got = row->got[i][put][j];
                double error = fabs(got - exact) / fabs(exact);

                if (near(got, exact)) {
                    if (fabs(exact) > 1e-290)
                        worst[j] = fmax(worst[j], error);
                    UNIT(1);
                } else if (!UNIT(fabs(got - exact) <= 1e-12 * most)) {
                    printf("    %s of a %s, F %.17g K %.17g t %g vol %g: %.17g, exactly %.14g\n", name[j],
                           put ? "put" : "call", row->in[i][1], row->in[i][2], row->in[i][4], row->in[i][7],
                           got, exact);
                } else {
                    n_crossing++;
                }
            }
        }
}

/* The six that the batch gives, in place of those of vol_greeks_all. */
static void evaluate_batch(struct row *row)
{
    static const int index[6] = {4, 5, 0, 6, 1, 7}; /* price, delta, gamma, theta, vega, rho */
    double in[8][2 * MAX_STRIKES], out[6][2 * MAX_STRIKES];
    signed char type[2 * MAX_STRIKES];
    size_t n = 2 * row->n, i;
    int j;

    for (i = 0; i < n; i++) {
        const double *x = row->in[i / 2];
        double all[8] = {x[1], x[2], x[3], x[4], x[7], x[0], x[5], x[6]};

        type[i] = i % 2 ? VOL_PUT : VOL_CALL;
        for (j = 0; j < 8; j++)
            in[j][i] = all[j];
    }
    vol_greeks_solve(&(struct vol_greeks_batch){.n = n,
                                                .type = type,
                                                .forward = in[0],
                                                .strike = in[1],
                                                .discount = in[2],
                                                .t = in[3],
                                                .vol = in[4],
                                                .spot = in[5],
                                                .t_var = in[6],
                                                .speed = in[7],
                                                .price = out[0],
                                                .delta = out[1],
                                                .gamma = out[2],
                                                .theta = out[3],
                                                .vega = out[4],
                                                .rho = out[5]});
    for (i = 0; i < n; i++)
        for (j = 0; j < 6; j++)
            row->got[i / 2][i % 2][index[j]] = out[j][i];
}

/* Numbers of LINE, blanks and bars between them. */
static int parse(char *line, double *x)
{
    char *at = line, *end;
    int n = 0;

    while (n < N_NUMBERS) {
        at += strspn(at, " |\n");
        x[n] = strtod(at, &end);
        if (end == at)
            break;
        at = end;
        n++;
    }
    return n;
}

static void check_both(struct row *row)
{
    check_row(row);
    evaluate_batch(row);
    check_row(row);
}

int main(void)
{
    FILE *in = fopen("tests/oracle/greeks.txt", "r");
    char line[1024];
    double x[N_NUMBERS];
    static struct row row;
    long n = 0;
    int j;

    if (!UNIT(in != NULL))
        return unit_done("price/greeks oracle");
    while (fgets(line, sizeof line, in) != NULL) {
        if (line[0] == '#') {
            check_both(&row);
            row.n = 0;
        } else if (UNIT(parse(line, x) == N_NUMBERS) && UNIT(row.n < MAX_STRIKES)) {
            memcpy(row.in[row.n], x, sizeof row.in[0]);
            for (j = 0; j < 2; j++) {
                memcpy(row.exact[row.n][j], x + 8, SHARED * sizeof *x);
                memcpy(row.exact[row.n][j] + SHARED, x + 8 + SHARED + j * OWN, OWN * sizeof *x);
            }
            evaluate(&row, row.n++);
            n++;
        }
    }
    check_both(&row);
    fclose(in);
    UNIT(n == 198);
    for (j = 0; j < N_GREEKS; j++)
        printf("%-13s worst relative error %.1e\n", name[j], worst[j]);
    printf("%ld values held to the largest of their row\n", n_crossing);
    UNIT(n_crossing < 400);
    return unit_done("price/greeks oracle");
}
