/* order.h: an order, its JSON form, and what makes one fit to be sent.
 *
 * Orders decide about money, so that the reading is strict: an unknown side, a quantity that is no whole
 * positive number, a NaN, an absent field, a leg that stands twice are refused with the name of the field.
 * What an order binds is its terms; bid, ask and greeks on the legs are what the strategy saw, for
 * information.
 */
#ifndef VOL_BOOK_ORDER_H
#define VOL_BOOK_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "book/contract.h"
#include "record/writer.h"

enum {
    VOL_ORDER_LEGS_MAX = 8,
    VOL_ORDER_REASON_MAX = 160,
    VOL_ORDER_QUANTITY_MAX = 1000000 /* units, and ratio of a leg: beyond it is a mistake */
};

enum vol_tif { VOL_TIF_DAY, VOL_TIF_GTC };
enum vol_intent { VOL_INTENT_OPEN, VOL_INTENT_CLOSE, VOL_INTENT_HEDGE };
enum vol_order_status {
    VOL_ORDER_PENDING,
    VOL_ORDER_FILLED,
    VOL_ORDER_CANCELLED,
    VOL_ORDER_REJECTED,
    VOL_ORDER_EXPIRED
};

struct vol_leg {
    struct vol_contract contract;
    int side;                                   /* 1 buys, -1 sells */
    int64_t ratio;                              /* contracts per unit of the order */
    double bid, ask, delta, gamma, theta, vega; /* as the strategy saw them; NaN: not known */
};

struct vol_order {
    char id[VOL_ID_MAX];
    int64_t ts;
    char strategy[VOL_NAME_MAX];
    char underlying[VOL_NAME_MAX];
    struct vol_leg legs[VOL_ORDER_LEGS_MAX];
    size_t n_legs;
    int64_t quantity;    /* units: how many times the legs */
    int64_t limit_price; /* fixed, net per unit of underlying, paid positive; VOL_FIXED_NONE: at any price */
    enum vol_tif tif;
    enum vol_intent intent;
    char reason[VOL_ORDER_REASON_MAX];
};

/* A list of orders that grows. */
struct vol_orders {
    struct vol_order *list;
    size_t n, cap;
};

const char *vol_tif_name(enum vol_tif tif);
const char *vol_intent_name(enum vol_intent intent);
const char *vol_order_status_name(enum vol_order_status status);

/* Read an `order` record from its JSON text. VOL_EDATA with words that name the field; *OUT is then
 * untouched. */
enum vol_status vol_order_from_json(const char *text, size_t n, struct vol_order *out, struct vol_error *err);

/* What the reader holds every order to, for orders that were made in the program. VOL_EDATA. */
enum vol_status vol_order_check(const struct vol_order *order, struct vol_error *err);

/* Fields of the record that the writer has begun (kind and ts are there). */
enum vol_status vol_order_write(const struct vol_order *order, struct vol_writer *writer);

/* Append the terms in one canonical line: equal terms, equal text. */
enum vol_status vol_order_terms(const struct vol_order *order, struct vol_buf *out);

/* Contracts of leg I, signed, fixed: side * ratio * quantity. */
int64_t vol_order_contracts(const struct vol_order *order, size_t leg);

void vol_orders_init(struct vol_orders *orders);
void vol_orders_free(struct vol_orders *orders);
enum vol_status vol_orders_add(struct vol_orders *orders, const struct vol_order *order);
const struct vol_order *vol_orders_find(const struct vol_orders *orders, const char *id);

#endif
