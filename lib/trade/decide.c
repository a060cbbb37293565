#include "trade/decide.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "trade/choose.h"

/* "20190426T201500Z", with the decimals of a second when there are any. */
static void compact_time(char out[VOL_TIME_MAX], int64_t ts)
{
    char text[VOL_TIME_MAX];
    size_t i, n = 0;

    vol_time_print(text, ts);
    for (i = 0; text[i] != '\0'; i++)
        if (text[i] != '-' && text[i] != ':')
            out[n++] = text[i];
    out[n] = '\0';
}

static double days_left(const struct vol_contract *contract, int64_t ts)
{
    return (double)(contract->expires - ts) / (double)VOL_DAY;
}

static void begin_order(struct vol_order *order, const struct vol_strategy *s,
                        const struct vol_signal *signal, enum vol_intent intent)
{
    char when[VOL_TIME_MAX];

    memset(order, 0, sizeof *order);
    compact_time(when, signal->ts);
    snprintf(order->id, sizeof order->id, "%s-%s-%s", s->name, signal->underlying, when);
    order->ts = signal->ts;
    strcpy(order->strategy, s->name);
    strcpy(order->underlying, signal->underlying);
    order->tif = s->tif;
    order->intent = intent;
    order->limit_price = VOL_FIXED_NONE;
}

static void set_leg(struct vol_leg *leg, const struct vol_contract *contract,
                    const struct vol_market_quote *quote, int side, int64_t ratio)
{
    leg->contract = *contract;
    leg->side = side;
    leg->ratio = ratio;
    leg->bid = quote == NULL ? (double)NAN : vol_fixed_to(quote->bid);
    leg->ask = quote == NULL ? (double)NAN : vol_fixed_to(quote->ask);
    leg->delta = quote == NULL ? (double)NAN : quote->delta;
    leg->gamma = quote == NULL ? (double)NAN : quote->gamma;
    leg->theta = quote == NULL ? (double)NAN : quote->theta;
    leg->vega = quote == NULL ? (double)NAN : quote->vega;
}

/* Net price of the legs at mid + side * aggressiveness * half the spread, down to the tick: paying less,
 * getting more. Unset when a leg has no two-sided quote. */
static void set_limit(struct vol_order *order, const struct vol_strategy *s, const struct vol_chain *chain)
{
    int64_t twice = 0, share, part;
    size_t i;

    if (!s->limit || vol_fixed_from(s->aggressiveness, &share) != VOL_OK)
        return;
    for (i = 0; i < order->n_legs; i++) {
        const struct vol_leg *leg = &order->legs[i];
        const struct vol_market_quote *q = vol_chain_find(chain, leg->contract.symbol);

        if (!vol_market_two_sided(q) || vol_fixed_mul(share, q->ask - q->bid, &part) != VOL_OK ||
            vol_fixed_add(q->bid + q->ask, leg->side * part, &part) != VOL_OK ||
            vol_fixed_muldiv(part, leg->side * leg->ratio, 1, &part) != VOL_OK ||
            vol_fixed_add(twice, part, &twice) != VOL_OK)
            return;
    }
    if (vol_fixed_floor(twice, 2 * s->tick, &twice) == VOL_OK)
        order->limit_price = twice / 2;
}

/* ---- leaving ---- */

static int64_t gcd(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* What is left to close of P: whole contracts, signed, less what working closing orders take. */
static int64_t left_to_close(const struct vol_position *p, const struct vol_orders *working)
{
    int64_t left = p->quantity / VOL_FIXED_ONE;
    size_t i, j;

    for (i = 0; i < working->n; i++) {
        const struct vol_order *order = &working->list[i];

        if (order->intent != VOL_INTENT_CLOSE || strcmp(order->strategy, p->strategy) != 0)
            continue;
        for (j = 0; j < order->n_legs; j++)
            if (strcmp(order->legs[j].contract.symbol, p->contract.symbol) == 0)
                left += vol_order_contracts(order, j) / VOL_FIXED_ONE;
    }
    return (left < 0) == (p->quantity < 0) ? left : 0;
}

static bool is_mine(const struct vol_position *p, const struct vol_strategy *s,
                    const struct vol_signal *signal)
{
    return p->quantity != 0 && strcmp(p->strategy, s->name) == 0 &&
           strcmp(p->contract.underlying, signal->underlying) == 0 && p->contract.expires > signal->ts;
}

static bool same_expiry(const struct vol_contract *a, const struct vol_contract *b)
{
    return a->expires == b->expires && strcmp(a->root, b->root) == 0;
}

/* Close the positions of the expiry of FIRST, from position FROM on. */
static enum vol_status close_expiry(const struct vol_strategy *s, const struct vol_chain *chain,
                                    const struct vol_signal *signal, const struct vol_book *book, size_t from,
                                    const struct vol_orders *working, const char *reason,
                                    struct vol_orders *out)
{
    const struct vol_contract *first = &book->positions[from].contract;
    struct vol_order order;
    int64_t left[VOL_ORDER_LEGS_MAX], unit = 0;
    int year, month, day, part = 1;
    size_t i, j, len;
    enum vol_status status = VOL_OK;

    begin_order(&order, s, signal, VOL_INTENT_CLOSE);
    len = strlen(order.id);
    vol_date_to_ymd(first->expiration, &year, &month, &day);
    for (i = from; i <= book->n && status == VOL_OK; i++) {
        const struct vol_position *p = i < book->n ? &book->positions[i] : NULL;
        int64_t n = p != NULL && is_mine(p, s, signal) && same_expiry(&p->contract, first)
                        ? left_to_close(p, working)
                        : 0;

        if (n != 0) {
            set_leg(&order.legs[order.n_legs], &p->contract, vol_chain_find(chain, p->contract.symbol),
                    n > 0 ? -1 : 1, 1);
            left[order.n_legs++] = n > 0 ? n : -n;
            unit = gcd(unit, n > 0 ? n : -n);
        }
        if (order.n_legs == 0 || (p != NULL && order.n_legs < VOL_ORDER_LEGS_MAX))
            continue;
        for (j = 0; j < order.n_legs; j++)
            order.legs[j].ratio = left[j] / unit;
        order.quantity = unit;
        snprintf(order.id + len, sizeof order.id - len, "-close-%s%02d%02d%02d", first->root, year % 100,
                 month, day);
        if (part > 1)
            snprintf(order.id + strlen(order.id), sizeof order.id - strlen(order.id), "-%d", part);
        snprintf(order.reason, sizeof order.reason, "%s", reason);
        set_limit(&order, s, chain);
        status = vol_orders_add(out, &order);
        part++;
        order.n_legs = 0;
        order.limit_price = VOL_FIXED_NONE;
        unit = 0;
    }
    return status;
}

static enum vol_status leave(const struct vol_strategy *s, const struct vol_chain *chain,
                             const struct vol_signal *signal, const struct vol_book *book,
                             const struct vol_orders *working, struct vol_orders *out)
{
    bool opposite =
        s->exit_opposite && signal->direction == -s->direction && signal->strength >= s->min_strength;
    char reason[VOL_ORDER_REASON_MAX];
    size_t i, j;
    enum vol_status status = VOL_OK;

    for (i = 0; i < book->n && status == VOL_OK; i++) {
        const struct vol_position *p = &book->positions[i];
        double dte;

        if (!is_mine(p, s, signal))
            continue;
        dte = days_left(&p->contract, signal->ts);
        if (!opposite && !(dte <= s->exit_dte))
            continue;
        for (j = 0; j < i; j++)
            if (is_mine(&book->positions[j], s, signal) &&
                same_expiry(&book->positions[j].contract, &p->contract))
                break;
        if (j < i)
            continue; /* its expiry is done */
        if (opposite)
            snprintf(reason, sizeof reason, "opposite signal of %s", signal->model);
        else
            snprintf(reason, sizeof reason, "%.1f days left, at most %g wanted", dte, s->exit_dte);
        status = close_expiry(s, chain, signal, book, i, working, reason, out);
    }
    return status;
}

/* ---- entering ---- */

/* Units that are held or may yet be held: contracts over those of one unit, rounded up. */
static int64_t units_open(const struct vol_strategy *s, const struct vol_signal *signal,
                          const struct vol_book *book, const struct vol_orders *working)
{
    int64_t contracts = 0, per_unit = 0;
    size_t i, j;

    for (i = 0; i < s->n_legs; i++)
        per_unit += s->legs[i].ratio;
    for (i = 0; i < book->n; i++)
        if (is_mine(&book->positions[i], s, signal))
            contracts += llabs(book->positions[i].quantity / VOL_FIXED_ONE);
    for (i = 0; i < working->n; i++) {
        const struct vol_order *order = &working->list[i];

        if (order->intent == VOL_INTENT_CLOSE || strcmp(order->strategy, s->name) != 0 ||
            strcmp(order->underlying, signal->underlying) != 0)
            continue;
        for (j = 0; j < order->n_legs; j++)
            contracts += order->legs[j].ratio * order->quantity;
    }
    return (contracts + per_unit - 1) / per_unit;
}

/* Units whose NET amount per unit stays within BOUND. */
static int64_t units_within(double bound, double per_unit, int64_t most)
{
    double units;

    if (!isfinite(bound))
        return most;
    units = floor(bound / fabs(per_unit));
    if (!(units >= 1)) /* a NaN as well */
        return 0;
    return units < (double)most ? (int64_t)units : most;
}

static int64_t size(const struct vol_strategy *s, const struct vol_order *order, int64_t most)
{
    double vega = 0, premium = 0;
    size_t i;

    for (i = 0; i < order->n_legs; i++) {
        const struct vol_leg *leg = &order->legs[i];
        double units = (double)(leg->side * leg->ratio) * vol_fixed_to(leg->contract.multiplier);

        vega += units * leg->vega;
        premium += units * (leg->bid + leg->ask) / 2;
    }
    return units_within(s->max_premium, premium, units_within(s->max_vega, vega, most));
}

static enum vol_status enter(const struct vol_strategy *s, const struct vol_chain *chain,
                             const struct vol_signal *signal, const struct vol_book *book,
                             const struct vol_orders *working, struct vol_orders *out,
                             char why[VOL_ORDER_REASON_MAX])
{
    const struct vol_market_quote *chosen[VOL_ORDER_LEGS_MAX];
    static const char *const strengths[] = {"none", "weak", "moderate", "strong"};
    int64_t room = s->max_units - units_open(s, signal, book, working);
    struct vol_order order;
    enum vol_status status;
    size_t i;

    if (room <= 0) {
        snprintf(why, VOL_ORDER_REASON_MAX, "max_units of %lld are open", (long long)s->max_units);
        return VOL_OK;
    }
    status = vol_choose(s, chain, signal->ts, chosen, why);
    if (status != VOL_OK)
        return status == VOL_NO ? VOL_OK : status;
    begin_order(&order, s, signal, VOL_INTENT_OPEN);
    order.n_legs = s->n_legs;
    for (i = 0; i < s->n_legs; i++)
        set_leg(&order.legs[i], &chosen[i]->contract, chosen[i], s->legs[i].side, s->legs[i].ratio);
    order.quantity = size(s, &order, room < s->quantity ? room : s->quantity);
    if (order.quantity < 1) {
        snprintf(why, VOL_ORDER_REASON_MAX, "one unit is more than max_vega or max_premium");
        return VOL_OK;
    }
    set_limit(&order, s, chain);
    snprintf(order.reason, sizeof order.reason, "%s %s of %s, %.1f days",
             signal->direction > 0 ? "buy_vol" : "sell_vol", strengths[signal->strength], signal->model,
             days_left(&order.legs[0].contract, signal->ts));
    return vol_orders_add(out, &order);
}

enum vol_status vol_decide(const struct vol_strategy *s, const struct vol_chain *chain,
                           const struct vol_signal *signal, const struct vol_book *book,
                           const struct vol_orders *working, struct vol_orders *out,
                           char why[VOL_ORDER_REASON_MAX], struct vol_error *err)
{
    enum vol_status status;

    why[0] = '\0';
    if (strcmp(signal->model, s->model) != 0)
        return VOL_OK;
    if (chain == NULL || !chain->complete || strcmp(chain->underlying, signal->underlying) != 0)
        return vol_error_set(err, VOL_EDATA, "no complete chain of %s", signal->underlying);
    status = leave(s, chain, signal, book, working, out);
    if (status == VOL_OK && signal->direction == s->direction && signal->strength >= s->min_strength)
        status = enter(s, chain, signal, book, working, out, why);
    return status == VOL_EOS ? vol_error_set(err, VOL_EOS, "out of memory for orders") : status;
}
