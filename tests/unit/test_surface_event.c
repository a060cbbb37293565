#include "surface/event.h"

#include "unit.h"

/* Ordinary days at 16 % of vol a year, an announcement worth a move of 5 % after 20 days, one of 3 %
 * after 80. */
static const double days[] = {7, 14, 28, 56, 91, 182};
enum { N = 6 };

static void fill(struct vol_event_node nodes[N])
{
    int i;

    for (i = 0; i < N; i++)
        nodes[i] = (struct vol_event_node){.years = days[i] / 365,
                                           .t = days[i] / 365,
                                           .w = 0.0256 * days[i] / 365 + (days[i] > 20 ? 0.0025 : 0) +
                                                (days[i] > 80 ? 0.0009 : 0)};
}

int main(void)
{
    static const double events[] = {-3.0 / 365, 20.0 / 365, 80.0 / 365, 400.0 / 365};
    struct vol_event_node nodes[N];
    double vol = 0;
    int i;

    fill(nodes);
    UNIT(vol_event_run(nodes, N, events, 4) == VOL_OK);
    for (i = 0; i < N; i++) {
        UNIT(nodes[i].events == (i == 2 || i == 4));
        UNIT_NEAR(nodes[i].variance, i == 2 ? 0.0025 : i == 4 ? 0.0009 : 0.0, 1e-15);
        UNIT_NEAR(nodes[i].w_without, 0.0256 * days[i] / 365, 1e-15);
    }
    /* Without the event the vol of 30 days is that of ordinary days; with it, it was 23.7 %. */
    UNIT(vol_event_vol(nodes, N, 30.0 / 365, &vol) == VOL_EVENT_OK);
    UNIT_NEAR(vol, 0.16, 1e-13);
    UNIT(vol_event_vol(nodes, N, 10.0 / 365, &vol) == VOL_EVENT_NONE ||
         vol_event_vol(nodes, N, 14.0 / 365, &vol) == VOL_EVENT_NONE);
    UNIT_NEAR(vol, 0.16, 1e-13);
    /* An event behind the maturity, but before the expiry that the maturity leans on, is taken out too. */
    UNIT(vol_event_vol(nodes, N, 17.0 / 365, &vol) == VOL_EVENT_OK);
    UNIT_NEAR(vol, 0.16, 1e-13);
    UNIT(vol_event_vol(nodes, N, 200.0 / 365, &vol) == VOL_EVENT_UNKNOWN && isnan(vol));
    UNIT(vol_event_vol(nodes, 0, 30.0 / 365, &vol) == VOL_EVENT_UNKNOWN);

    /* In the first interval only what follows tells what ordinary days are worth. */
    fill(nodes);
    for (i = 0; i < N; i++)
        nodes[i].w = 0.0256 * days[i] / 365 + 0.0016;
    UNIT(vol_event_run(nodes, N, (const double[]){1.0 / 365}, 1) == VOL_OK);
    UNIT_NEAR(nodes[0].variance, 0.0016, 1e-15);

    /* No more variance than on other days: nothing is taken out, and it says so. */
    fill(nodes);
    UNIT(vol_event_run(nodes, N, (const double[]){30.0 / 365}, 1) == VOL_OK);
    UNIT(nodes[3].events == 1 && nodes[3].variance == 0.0 && nodes[3].w_without == nodes[3].w);
    UNIT(vol_event_vol(nodes, N, 30.0 / 365, &vol) == VOL_EVENT_NOT_PRICED);

    /* Events everywhere: no ordinary day to compare with, so no answer. */
    fill(nodes);
    UNIT(vol_event_run(nodes, N, (const double[]){1e-3, 0.03, 0.06, 0.1, 0.2, 0.4}, 6) == VOL_OK);
    UNIT(isnan(nodes[0].variance) && isnan(nodes[5].w_without));
    UNIT(vol_event_vol(nodes, N, 30.0 / 365, &vol) == VOL_EVENT_UNKNOWN && isnan(vol));

    nodes[2].w = NAN;
    UNIT(vol_event_run(nodes, N, events, 4) == VOL_EDATA);
    fill(nodes);
    nodes[2].t = nodes[1].t;
    UNIT(vol_event_run(nodes, N, events, 4) == VOL_EDATA);
    UNIT_STR(vol_event_status_name(VOL_EVENT_NOT_PRICED), "not_priced");
    return unit_done("surface/event");
}
