#include "risk/gate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void vol_gate_init(struct vol_gate *gate, const struct vol_limits *limits, const struct vol_book *book,
                   const struct vol_market *market)
{
    gate->limits = limits;
    gate->book = book;
    gate->market = market;
    vol_orders_init(&gate->out);
    gate->n_approved = 0;
}

void vol_gate_free(struct vol_gate *gate)
{
    vol_orders_free(&gate->out);
}

enum vol_status vol_gate_working(struct vol_gate *gate, const struct vol_order *order)
{
    return vol_orders_add(&gate->out, order);
}

/* ---- worst cases ---- */

/* A contract that is held or may be: how much at least and at most. */
struct line {
    const struct vol_contract *contract;
    double held, bought, sold;
};

struct lines {
    struct line *list;
    size_t n;
};

static struct line *line_of(struct lines *lines, const struct vol_contract *contract)
{
    size_t i;

    for (i = 0; i < lines->n; i++)
        if (strcmp(lines->list[i].contract->symbol, contract->symbol) == 0)
            return &lines->list[i];
    lines->list[lines->n] = (struct line){contract, 0, 0, 0};
    return &lines->list[lines->n++];
}

static bool on(const char *underlying, const char *name)
{
    return underlying == NULL || strcmp(underlying, name) == 0;
}

/* The greater of two magnitudes; NaN when either is. */
static double larger(double a, double b)
{
    a = fabs(a);
    b = fabs(b);
    return isnan(a) || isnan(b) ? (double)NAN : a > b ? a : b;
}

static void add_order_lines(struct lines *lines, const struct vol_order *order)
{
    size_t i;

    for (i = 0; i < order->n_legs; i++) {
        struct line *line = line_of(lines, &order->legs[i].contract);
        double contracts = vol_fixed_to(vol_order_contracts(order, i));

        if (contracts > 0)
            line->bought += contracts;
        else
            line->sold -= contracts;
    }
}

/* Notional and quantity: contract by contract. */
static enum vol_status worst_sizes(const struct vol_gate *gate, const char *underlying,
                                   const struct vol_order *extra, struct vol_exposure *out)
{
    struct lines lines = {NULL, 0};
    struct vol_exposure sum = {{0}};
    size_t i;

    lines.list = malloc((gate->book->n + (gate->out.n + 1) * VOL_ORDER_LEGS_MAX + 1) * sizeof *lines.list);
    if (lines.list == NULL)
        return VOL_EOS;
    for (i = 0; i < gate->book->n; i++) {
        const struct vol_position *p = &gate->book->positions[i];

        if (p->quantity != 0 && on(underlying, p->contract.underlying))
            line_of(&lines, &p->contract)->held += vol_fixed_to(p->quantity);
    }
    for (i = 0; i < gate->out.n; i++)
        if (on(underlying, gate->out.list[i].underlying))
            add_order_lines(&lines, &gate->out.list[i]);
    if (extra != NULL && on(underlying, extra->underlying))
        add_order_lines(&lines, extra);
    for (i = 0; i < lines.n; i++) {
        const struct line *line = &lines.list[i];
        const struct vol_chain *chain = vol_market_chain(gate->market, line->contract->underlying);

        if (!vol_exposure_is_over(chain, line->contract))
            vol_exposure_add(&sum, chain, line->contract,
                             larger(line->held + line->bought, line->held - line->sold));
    }
    free(lines.list);
    out->value[VOL_NOTIONAL] = sum.value[VOL_NOTIONAL];
    out->value[VOL_QUANTITY] = sum.value[VOL_QUANTITY];
    return VOL_OK;
}

/* Greeks of ORDER to HIGH or LOW by their sign; a NaN goes to LOW and spoils it. */
static void spread(const struct vol_gate *gate, const struct vol_order *order, struct vol_exposure *high,
                   struct vol_exposure *low)
{
    const struct vol_chain *chain = vol_market_chain(gate->market, order->underlying);
    struct vol_exposure sum = {{0}};
    size_t i;
    int m;

    for (i = 0; i < order->n_legs; i++)
        if (!vol_exposure_is_over(chain, &order->legs[i].contract))
            vol_exposure_add(&sum, chain, &order->legs[i].contract,
                             vol_fixed_to(vol_order_contracts(order, i)));
    for (m = 0; m < VOL_MEASURES; m++) {
        if (sum.value[m] > 0)
            high->value[m] += sum.value[m];
        else
            low->value[m] += sum.value[m];
    }
}

enum vol_status vol_gate_worst(const struct vol_gate *gate, const char *underlying,
                               const struct vol_order *extra, struct vol_exposure *out)
{
    struct vol_exposure high = {{0}}, low;
    size_t i;
    int m;

    vol_exposure_of_book(&high, gate->book, gate->market, underlying, NULL);
    low = high;
    for (i = 0; i < gate->out.n; i++)
        if (on(underlying, gate->out.list[i].underlying))
            spread(gate, &gate->out.list[i], &high, &low);
    if (extra != NULL && on(underlying, extra->underlying))
        spread(gate, extra, &high, &low);
    for (m = 0; m < VOL_MEASURES; m++)
        out->value[m] = larger(high.value[m], low.value[m]);
    return worst_sizes(gate, underlying, extra, out);
}

/* ---- checks ---- */

struct report {
    struct vol_breach *list;
    size_t n;
};

static void add_breach(struct report *report, const char *scope, const char *name, const char *limit,
                       double value, double limit_value, const char *unit, const char *reason)
{
    struct vol_breach *b;

    if (report->n == VOL_BREACHES_MAX)
        return;
    b = &report->list[report->n++];
    memset(b, 0, sizeof *b);
    snprintf(b->scope, sizeof b->scope, "%s%s%s", scope, name == NULL ? "" : ":", name == NULL ? "" : name);
    b->limit = limit;
    b->value = isfinite(value) ? value : (double)NAN;
    b->limit_value = limit_value;
    b->unit = unit;
    snprintf(b->reason, sizeof b->reason, "%s", reason);
}

/* Hold AFTER against the limits of SCOPE. BEFORE (may be null): what it is without the order. */
static void hold_against(const struct vol_gate *gate, enum vol_scope scope, const char *name,
                         const struct vol_exposure *after, const struct vol_exposure *before, bool closing,
                         struct report *report)
{
    static const char *const scopes[] = {"order", "underlying", "portfolio"};
    char reason[VOL_ORDER_REASON_MAX];
    int m;

    for (m = 0; m < VOL_MEASURES; m++) {
        double value = after->value[m], limit = gate->limits->max[scope][m];
        const char *limit_name = vol_limits_name((enum vol_measure)m),
                   *what = vol_measure_name((enum vol_measure)m);

        if (!vol_limits_has(scope, (enum vol_measure)m) || value <= limit)
            continue;
        if (before != NULL && value <= before->value[m])
            continue; /* over the limit already, and not made worse */
        if (isnan(value) && closing)
            continue;
        if (isfinite(value))
            snprintf(reason, sizeof reason, "%s would be %.10g, the limit is %.10g", what, value, limit);
        else
            snprintf(reason, sizeof reason,
                     "%s is not known: a quote, its greeks or the underlying's price is missing", what);
        if (before == NULL && scope != VOL_SCOPE_ORDER && isfinite(value))
            snprintf(reason, sizeof reason, "%s is %.10g, the limit is %.10g", what, value, limit);
        add_breach(report, scopes[scope], name, limit_name, value, limit,
                   vol_measure_unit((enum vol_measure)m), reason);
    }
}

/* Size of the order itself: contracts of its largest leg, notional of all legs. */
static void check_order(const struct vol_gate *gate, const struct vol_order *order, bool closing,
                        struct report *report)
{
    const struct vol_chain *chain = vol_market_chain(gate->market, order->underlying);
    struct vol_exposure sum = {{0}};
    double largest = 0;
    size_t i;

    for (i = 0; i < order->n_legs; i++) {
        double contracts = fabs(vol_fixed_to(vol_order_contracts(order, i)));

        if (vol_exposure_is_over(chain, &order->legs[i].contract))
            add_breach(report, "order", NULL, "expired", (double)NAN, (double)NAN, "",
                       "a contract of it is over");
        vol_exposure_add(&sum, chain, &order->legs[i].contract, contracts);
        largest = contracts > largest ? contracts : largest;
    }
    sum.value[VOL_QUANTITY] = largest;
    hold_against(gate, VOL_SCOPE_ORDER, NULL, &sum, NULL, closing, report);
}

/* Whether every leg only takes back what is held, whatever of the orders out fills. */
static bool only_closes(const struct vol_gate *gate, const struct vol_order *order)
{
    size_t i, j, k;

    for (i = 0; i < order->n_legs; i++) {
        const char *symbol = order->legs[i].contract.symbol;
        double held = 0, taken = vol_fixed_to(vol_order_contracts(order, i));

        for (j = 0; j < gate->book->n; j++)
            if (strcmp(gate->book->positions[j].contract.symbol, symbol) == 0)
                held += vol_fixed_to(gate->book->positions[j].quantity);
        for (j = 0; j < gate->out.n; j++)
            for (k = 0; k < gate->out.list[j].n_legs; k++)
                if (strcmp(gate->out.list[j].legs[k].contract.symbol, symbol) == 0 &&
                    gate->out.list[j].legs[k].side == order->legs[i].side)
                    taken += vol_fixed_to(vol_order_contracts(&gate->out.list[j], k));
        if (!(held > 0 ? taken < 0 && -taken <= held : held < 0 && taken > 0 && taken <= -held))
            return false;
    }
    return true;
}

static enum vol_status check_scope(const struct vol_gate *gate, enum vol_scope scope,
                                   const struct vol_order *order, bool closing, struct report *report)
{
    const char *underlying = scope == VOL_SCOPE_UNDERLYING ? order->underlying : NULL;
    struct vol_exposure before, after;

    if (vol_gate_worst(gate, underlying, NULL, &before) != VOL_OK ||
        vol_gate_worst(gate, underlying, order, &after) != VOL_OK)
        return VOL_EOS;
    hold_against(gate, scope, underlying, &after, &before, closing, report);
    return VOL_OK;
}

enum vol_status vol_gate_check(struct vol_gate *gate, const struct vol_order *order,
                               struct vol_breach breaches[VOL_BREACHES_MAX], size_t *n, struct vol_error *err)
{
    struct report report = {breaches, 0};
    bool closing;
    enum vol_status status;

    *n = 0;
    if (vol_orders_find(&gate->out, order->id) != NULL)
        return VOL_OK;
    closing = only_closes(gate, order);
    if (gate->n_approved >= gate->limits->max_orders)
        add_breach(&report, "run", NULL, "max_orders", (double)(gate->n_approved + 1),
                   (double)gate->limits->max_orders, "orders", "so many orders were let pass in this run");
    check_order(gate, order, closing, &report);
    status = check_scope(gate, VOL_SCOPE_UNDERLYING, order, closing, &report);
    if (status == VOL_OK)
        status = check_scope(gate, VOL_SCOPE_PORTFOLIO, order, closing, &report);
    if (status == VOL_OK && report.n == 0) {
        status = vol_orders_add(&gate->out, order);
        if (status == VOL_OK)
            gate->n_approved++;
    }
    *n = report.n;
    if (status != VOL_OK)
        return vol_error_set(err, status, "out of memory for the limits of an order");
    return report.n > 0 ? VOL_NO : VOL_OK;
}

void vol_gate_book(const struct vol_gate *gate, const char *underlying,
                   struct vol_breach breaches[VOL_BREACHES_MAX], size_t *n)
{
    struct report report = {breaches, 0};
    struct vol_exposure sum = {{0}};
    int m;

    vol_exposure_of_book(&sum, gate->book, gate->market, underlying, NULL);
    for (m = 0; m < VOL_MEASURES; m++)
        sum.value[m] = fabs(sum.value[m]);
    hold_against(gate, underlying == NULL ? VOL_SCOPE_PORTFOLIO : VOL_SCOPE_UNDERLYING, underlying, &sum,
                 NULL, false, &report);
    *n = report.n;
}
