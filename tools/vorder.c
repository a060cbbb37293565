/* vorder: send orders to a venue, keep the journal, show what is in it. */
#include "tool.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "book/market.h"
#include "trade/report.h"
#include "venue/paper.h"

static const struct tool_info info = {"vorder", "send|positions|orders|fills|cancel [FILE|ID...]",
                                      "Send orders to a venue and keep the journal of an account."};

static const char *venue_name = "paper", *journal_path, *account_name, *fees_name = "chapter";
static int dry_run, all;

static const struct vol_opt options[] = {
    {VOL_OPT_FILE, 'j', "journal", "FILE", &journal_path, NULL, 0, 0, "journal of the account (SQLite)"},
    {VOL_OPT_STR, 'a', "account", "NAME", &account_name, NULL, 0, 0,
     "account that the journal must be of (send: paper; else that of the journal)"},
    {VOL_OPT_ENUM, 0, "venue", "VENUE", &venue_name, "paper", 0, 0, "send: where orders go (paper)"},
    {VOL_OPT_STR, 0, "fees", "NAME", &fees_name, NULL, 0, 0,
     "send: costs of share/fees, or a file (chapter)"},
    {VOL_OPT_FLAG, 'n', "dry-run", NULL, &dry_run, NULL, 0, 0,
     "send: check the orders, touch no journal, fill nothing"},
    {VOL_OPT_FLAG, 0, "all", NULL, &all, NULL, 0, 0, "positions: closed ones as well"},
    {0},
};

static const struct vol_want wants[] = {VOL_MARKET_WANTS};

static void open_venue(struct tool *t, struct vol_venue_paper *venue, const char *account,
                       const struct vol_cost *cost, enum vol_journal_mode mode)
{
    if (vol_venue_paper_open(venue, journal_path, account, cost, mode, &t->err) != VOL_OK)
        tool_die_err(t);
}

/* ---- send ---- */

struct sender {
    struct vol_venue_paper venue;
    struct vol_market market;
    struct vol_paper_events events;
    uint64_t n_sent, n_again, n_rejected, n_fills, n_expired, n_old;
};

static void tell(struct tool *t, struct sender *s, const char *id, enum vol_order_status status,
                 const char *why)
{
    if (status == VOL_ORDER_EXPIRED)
        s->n_expired++;
    else if (status == VOL_ORDER_REJECTED)
        s->n_rejected++;
    else
        return;
    tool_note(t, "order %s %s: %s", id, vol_order_status_name(status), why);
}

static void put_fills(struct tool *t, struct sender *s)
{
    size_t i;

    for (i = 0; i < s->events.n_fills; i++) {
        const struct vol_fill *fill = &s->events.fills[i];

        s->n_fills++;
        if (!tool_begin(t, "fill", fill->ts))
            continue;
        vol_report_fill(t->out, s->venue.exchange.account, venue_name, fill);
        tool_end(t);
    }
    for (i = 0; i < s->events.n_changes; i++)
        tell(t, s, s->events.changes[i].id, s->events.changes[i].status, s->events.changes[i].reason);
}

/* A chain is over (null: none is): let the venue work it if it is whole. */
static void work(struct tool *t, struct sender *s, const struct vol_chain *chain)
{
    char ts[VOL_TIME_MAX];
    enum vol_status status;

    if (chain == NULL || dry_run)
        return;
    if (!chain->complete) {
        vol_time_print(ts, chain->ts);
        tool_note(t,
                  "the snapshot of %s at %s is not worked: no snap record with its number of quotes "
                  "closes it",
                  chain->underlying, ts);
        return;
    }
    status = vol_venue_paper_snapshot(&s->venue, chain, &s->events, &t->err);
    if (status == VOL_NO) {
        s->n_old++;
        return;
    }
    if (status != VOL_OK)
        tool_die_err(t);
    put_fills(t, s);
    if (!tool_begin(t, "pnl", chain->ts))
        return;
    if (vol_report_pnl(t->out, s->venue.exchange.account, &s->venue.exchange.book, &s->market) != VOL_OK)
        tool_die(t, VOL_EDATA, "the account's amounts are beyond the range of the book");
    tool_end(t);
}

/* Send the order of REC; false: it is malformed or contradicts the journal. */
static bool send_order(struct tool *t, struct sender *s, const struct vol_rec *rec)
{
    char why[VOL_ORDER_REASON_MAX] = "";
    struct vol_order order;
    enum vol_order_status kept = VOL_ORDER_PENDING;
    enum vol_status status = vol_order_from_json(rec->line.bytes, rec->line.len, &order, &t->err);

    if (status == VOL_OK && dry_run)
        kept = vol_paper_admit(&order, why) != VOL_OK ? VOL_ORDER_REJECTED : VOL_ORDER_PENDING;
    else if (status == VOL_OK)
        status = vol_venue_paper_send(&s->venue, &order, &kept, why, &t->err);
    if (status == VOL_EDATA) {
        tool_malformed(t, rec, "%s", t->err.text);
        return false;
    }
    if (status != VOL_OK && status != VOL_NO)
        tool_die_err(t);
    if (status == VOL_NO)
        s->n_again++;
    else if (kept == VOL_ORDER_PENDING)
        s->n_sent++;
    else
        tell(t, s, order.id, kept, why);
    return true;
}

static void send(struct tool *t)
{
    struct sender s;
    struct vol_cost cost;
    struct vol_chain *chain;
    struct vol_rec *rec;

    memset(&s, 0, sizeof s);
    vol_market_init(&s.market);
    vol_paper_events_init(&s.events);
    if (vol_cost_load(tool_share_file(t, "fees", fees_name), &cost, &t->err) != VOL_OK)
        tool_die_err(t);
    if (!dry_run)
        open_venue(t, &s.venue, account_name != NULL ? account_name : "paper", &cost, VOL_JOURNAL_CREATE);
    while ((rec = tool_next(t)) != NULL) {
        work(t, &s, vol_market_before(&s.market, rec));
        if (vol_rec_is(rec, "order") && !send_order(t, &s, rec))
            continue;
        if (vol_rec_is(rec, "quote") && vol_market_take(&s.market, rec, &t->err) != VOL_OK)
            tool_die_err(t);
        tool_pass(t, rec);
        if (vol_rec_is(rec, "snap")) {
            if (vol_market_snap(&s.market, rec, tool_snap_right(t), &chain, &t->err) != VOL_OK)
                tool_die_err(t);
            work(t, &s, chain);
        }
    }
    if (!tool_stopping(t))
        work(t, &s, vol_market_end(&s.market));
    tool_stat(t, "orders_sent", (double)s.n_sent);
    tool_stat(t, "orders_known", (double)s.n_again);
    tool_stat(t, "orders_rejected", (double)s.n_rejected);
    tool_stat(t, "orders_expired", (double)s.n_expired);
    tool_stat(t, "fills", (double)s.n_fills);
    tool_stat(t, "snapshots_known", (double)s.n_old);
    if (s.n_old > 0)
        tool_note(t, "%llu snapshots were in the journal already: nothing was filled from them",
                  (unsigned long long)s.n_old);
    if (!dry_run)
        vol_venue_paper_close(&s.venue);
    vol_paper_events_free(&s.events);
    vol_market_free(&s.market);
}

/* ---- what is in the journal ---- */

struct rows {
    struct tool *t;
    struct vol_buf bytes; /* of the rows: all are read before the first is printed, so that no reader holds up
                             a sender */
};

static enum vol_status keep_order(void *arg, const struct vol_journal_order *order)
{
    struct rows *rows = arg;

    return vol_buf_add(&rows->bytes, order, sizeof *order);
}

static enum vol_status keep_fill(void *arg, const struct vol_fill *fill)
{
    struct rows *rows = arg;

    return vol_buf_add(&rows->bytes, fill, sizeof *fill);
}

static void put_order(struct tool *t, const char *account, const struct vol_order *order, const char *status,
                      int64_t status_ts, const char *reason)
{
    if (!tool_begin(t, "order", order->ts))
        return;
    if (vol_order_write(order, t->out) != VOL_OK)
        tool_die(t, VOL_EOS, "out of memory");
    vol_writer_str(t->out, VOL_KEY("account"), account, strlen(account));
    vol_writer_str(t->out, VOL_KEY("status"), status, strlen(status));
    if (status_ts != VOL_TIME_NONE)
        vol_writer_time(t->out, VOL_KEY("status_ts"), status_ts);
    if (reason[0] != '\0')
        vol_writer_str(t->out, VOL_KEY("status_reason"), reason, strlen(reason));
    tool_end(t);
}

/* Working orders, then positions, for --positions of vstrat and vrisk. */
static void positions(struct tool *t)
{
    struct vol_venue_paper venue;
    struct vol_cost cost;
    const char *account;
    int64_t latest = 0;
    size_t i;

    vol_cost_default(&cost); /* nothing is filled here */
    open_venue(t, &venue, account_name, &cost, VOL_JOURNAL_READ);
    if (vol_journal_latest(venue.journal, &latest, &t->err) != VOL_OK)
        tool_die_err(t);
    account = venue.exchange.account;
    for (i = 0; i < venue.exchange.n; i++)
        put_order(t, account, &venue.exchange.working[i].order, "pending", VOL_TIME_NONE,
                  venue.exchange.working[i].reason);
    for (i = 0; i < venue.exchange.book.n; i++)
        if ((all || venue.exchange.book.positions[i].quantity != 0) && tool_begin(t, "position", latest)) {
            vol_report_position(t->out, &venue.exchange.book.positions[i]);
            tool_end(t);
        }
    vol_venue_paper_close(&venue);
}

static void list(struct tool *t, bool orders)
{
    struct rows rows = {t, VOL_BUF_INIT};
    struct vol_journal *journal;
    struct vol_journal_order *order;
    struct vol_fill *fill;
    char account[VOL_NAME_MAX];
    size_t i;
    enum vol_status status =
        vol_journal_open(&journal, journal_path, account_name, VOL_JOURNAL_READ, &t->err);

    if (status != VOL_OK)
        tool_die_err(t);
    strcpy(account, vol_journal_account(journal));
    t->err.text[0] = '\0';
    status = orders ? vol_journal_orders(journal, false, keep_order, &rows, &t->err)
                    : vol_journal_fills(journal, keep_fill, &rows, &t->err);
    vol_journal_close(journal);
    if (status == VOL_EOS)
        tool_die(t, VOL_EOS, "out of memory");
    if (status != VOL_OK)
        tool_die_err(t);
    order = malloc(sizeof *order);
    fill = malloc(sizeof *fill);
    if (order == NULL || fill == NULL)
        tool_die(t, VOL_EOS, "out of memory");
    for (i = 0; orders && i + sizeof *order <= rows.bytes.len; i += sizeof *order) {
        memcpy(order, rows.bytes.data + i, sizeof *order);
        put_order(t, account, &order->working.order, vol_order_status_name(order->status), order->status_ts,
                  order->working.reason);
    }
    for (i = 0; !orders && i + sizeof *fill <= rows.bytes.len; i += sizeof *fill) {
        memcpy(fill, rows.bytes.data + i, sizeof *fill);
        if (tool_begin(t, "fill", fill->ts)) {
            vol_report_fill(t->out, account, venue_name, fill);
            tool_end(t);
        }
    }
    free(order);
    free(fill);
    vol_buf_free(&rows.bytes);
}

static void cancel(struct tool *t)
{
    struct vol_journal *journal;
    enum vol_order_status was;
    int64_t latest;
    size_t i;

    if (t->n_operands == 0)
        tool_die(t, VOL_EUSAGE, "cancel needs the id of an order");
    if (vol_journal_open(&journal, journal_path, account_name, VOL_JOURNAL_WRITE, &t->err) != VOL_OK ||
        vol_journal_latest(journal, &latest, &t->err) != VOL_OK)
        tool_die_err(t);
    for (i = 0; i < t->n_operands; i++) {
        enum vol_status status = vol_journal_cancel(journal, t->operand[i], latest, &was, &t->err);

        if (status == VOL_NO)
            tool_warn(t, "order %s is %s already", t->operand[i], vol_order_status_name(was));
        else if (status == VOL_EDATA)
            tool_warn(t, "%s", t->err.text);
        else if (status != VOL_OK)
            tool_die_err(t);
        if (status != VOL_OK)
            tool_status(t, status);
    }
    vol_journal_close(journal);
}

int main(int argc, char **argv)
{
    struct tool t = {
        .info = &info, .options = options, .wants = wants, .n_wants = sizeof wants / sizeof wants[0]};
    const char *command = argc > 1 && argv[1][0] != '-' ? argv[1] : NULL;

    if (command != NULL) { /* the rest is parsed as if the command were part of the name */
        argv[1] = argv[0];
        argc--;
        argv++;
    }
    t.no_input = command == NULL || strcmp(command, "send") != 0;
    tool_start(&t, argc, argv);
    if (command == NULL)
        tool_die(&t, VOL_EUSAGE, "needs a command: send, positions, orders, fills or cancel");
    if (journal_path == NULL && !(dry_run && !t.no_input))
        tool_die(&t, VOL_EUSAGE, "needs --journal FILE");
    if (t.no_input && strcmp(command, "cancel") != 0 && t.n_operands > 0)
        tool_die(&t, VOL_EUSAGE, "%s takes no operand: %s", command, t.operand[0]);
    if (strcmp(command, "send") == 0)
        send(&t);
    else if (strcmp(command, "positions") == 0)
        positions(&t);
    else if (strcmp(command, "orders") == 0)
        list(&t, true);
    else if (strcmp(command, "fills") == 0)
        list(&t, false);
    else if (strcmp(command, "cancel") == 0)
        cancel(&t);
    else
        tool_die(&t, VOL_EUSAGE, "unknown command %s; known: send, positions, orders, fills, cancel",
                 command);
    return tool_finish(&t);
}
