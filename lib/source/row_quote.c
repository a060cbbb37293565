#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "source/cells.h"
#include "source/row_private.h"

enum { OSI_TAIL = 15 };

/* Where the contract of SYMBOL on side SIDE is kept, or would be. */
static struct contract_cache *slot_of(const struct vol_source *s, size_t side,
                                      const struct vol_symbol *symbol)
{
    size_t hash = (size_t)symbol->expiration + 7 * symbol->root_len + (size_t)symbol->root[0];

    return &s->cache[side * s->n_cache + (hash & (s->n_cache - 1))];
}

/* Room for the expirations of a chain, where its rows do not come one expiration after the other. */
static enum vol_status grow_cache(struct vol_source *s, struct vol_error *err)
{
    size_t wide = s->n_cache == 0 ? 1 : VOL_ROW_CONTRACTS;
    struct contract_cache *grown;

    if (wide == s->n_cache || (s->n_cache > 0 && s->n_missed < VOL_ROW_CONTRACTS))
        return VOL_OK;
    grown = calloc(s->layout->n_sides * wide, sizeof *grown);
    if (!grown)
        return vol_error_set(err, VOL_EOS, "out of memory");
    free(s->cache);
    s->cache = grown;
    s->n_cache = wide;
    return VOL_OK;
}

static enum vol_status find_contract(struct vol_source *s, size_t side, const struct vol_symbol *symbol,
                                     bool odd, struct vol_error *err)
{
    struct contract_cache *c = slot_of(s, side, symbol);

    s->contract[side] = c;
    if (c->known && c->expiration == symbol->expiration && c->odd == odd &&
        strcmp(c->root, symbol->root) == 0)
        return VOL_OK;
    s->n_missed++;
    *c = (struct contract_cache){0};
    if (vol_contracts_find(&s->facts->contracts, s->layout->venue, symbol, &c->contract) != VOL_OK)
        return vol_error_set(err, VOL_EDATA, "%s: no contract of %s has this root", symbol->root,
                             s->layout->venue);
    memcpy(c->root, symbol->root, sizeof c->root);
    c->expiration = symbol->expiration;
    c->odd = odd;
    if (odd)
        c->contract.multiplier =
            NAN; /* the deliverable is not the standard one, and no file says what it is */
    c->expiration_len = vol_date_print(c->expiration_text, symbol->expiration);
    c->expires_len = vol_time_print(
        c->expires_text, vol_contract_expires(&c->contract, &s->facts->markets, symbol->expiration));
    c->last_trade_len = vol_time_print(
        c->last_trade_text, vol_contract_last_trade(&c->contract, &s->facts->markets, symbol->expiration));
    c->multiplier_len = vol_num_print(c->multiplier_text, c->contract.multiplier, VOL_NUM_SHORTEST);
    c->known = true;
    return VOL_OK;
}

/* A column that says again what the name says must not contradict it. A day's difference in the expiration is
 * the custom of some vendors (the last trading day, or the Saturday behind it): the name's date is taken. */
static bool agrees(const struct vol_layout_field *f, const struct vol_symbol *symbol, const char *text,
                   size_t n, struct contract_cache *c)
{
    struct vol_datetime date;
    double x;

    switch (f->field->type) {
    case VOL_FIELD_DATE:
        if (n == 0 || n != c->agreed_len || memcmp(text, c->agreed, n) != 0 ||
            c->agreed_date != symbol->expiration) {
            if (vol_datefmt_parse(f->format, text, n, &date) != VOL_OK ||
                abs(date.date - symbol->expiration) > 1)
                return false;
            c->agreed_len = n < sizeof c->agreed ? n : 0;
            memcpy(c->agreed, text, c->agreed_len);
            c->agreed_date = symbol->expiration;
        }
        return true;
    case VOL_FIELD_NUM:
        return vol_num_parse_loose(text, n, &x) == VOL_OK && fabs(x / f->divide - symbol->strike) <= 0.0005;
    default:
        return vol_symbol_is_type(text, n, symbol->option_type);
    }
}

/* The columns that say again what the name says agree with it. */
static enum vol_status compare(const struct vol_source *s, size_t side, const struct vol_csv_cell *cells,
                               const struct vol_symbol *symbol, struct vol_error *err)
{
    const struct vol_layout_side *l = &s->layout->side[side];
    const char *text;
    size_t n;

    for (size_t j = 0; j < l->n_fields; j++) {
        int at = s->field_column[side][j];

        if (at == VOL_CELL_ABSENT || !l->field[j].compared)
            continue;
        vol_cell_trim(vol_row_cell(s, cells, at), &text, &n);
        if (!agrees(&l->field[j], symbol, text, n, s->contract[side]))
            return vol_row_bad_cell(l->field[j].column.name, "differs from the name of the contract", text, n,
                                    err);
    }
    return VOL_OK;
}

/* A root as vendors write it: without the mark of an index (^SPX, $SPX), in capitals. */
static enum vol_status read_root(const struct vol_source *s, const struct vol_csv_cell *cells,
                                 struct vol_symbol *symbol, struct vol_error *err)
{
    const char *text = s->symbol;
    size_t n = strlen(s->symbol);

    if (s->root_column != VOL_CELL_ABSENT)
        vol_cell_trim(vol_row_cell(s, cells, s->root_column), &text, &n);
    if (n > 0 && (*text == '^' || *text == '$')) {
        text++;
        n--;
    }
    if (n == 0 || n >= sizeof symbol->root)
        return vol_row_bad_cell(s->layout->root.name ? s->layout->root.name : "symbol", "not a root", text, n,
                                err);
    for (size_t i = 0; i < n; i++)
        symbol->root[i] = (char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 'a' + 'A' : text[i]);
    symbol->root[n] = '\0';
    symbol->root_len = (uint32_t)n;
    symbol->adjusted = symbol->root[n - 1] >= '0' && symbol->root[n - 1] <= '9';
    return VOL_OK;
}

/* One part of a contract out of its column. */
static bool read_part(const struct vol_layout_field *f, const char *text, size_t n, struct vol_symbol *symbol)
{
    struct vol_datetime date;

    switch (f->field->type) {
    case VOL_FIELD_DATE:
        if (vol_datefmt_parse(f->format, text, n, &date) != VOL_OK)
            return false;
        symbol->expiration = date.date;
        return true;
    case VOL_FIELD_NUM:
        if (vol_num_parse_loose(text, n, &symbol->strike) != VOL_OK)
            return false;
        symbol->strike /= f->divide;
        return true;
    default:
        symbol->option_type = vol_symbol_is_type(text, n, 'C') ? 'C' : 'P';
        return vol_symbol_is_type(text, n, symbol->option_type);
    }
}

/* A contract from its parts, which must make a name of the OSI family: what has none is no listed contract.
 * VOL_NO: all of them are blank, as in a line about the underlying. */
static enum vol_status read_parts(const struct vol_source *s, size_t side, const struct vol_csv_cell *cells,
                                  struct vol_symbol *symbol, struct vol_error *err)
{
    const struct vol_layout_side *l = &s->layout->side[side];
    enum vol_status status = read_root(s, cells, symbol, err);
    char name[VOL_SYMBOL_MAX];
    struct vol_symbol again;
    size_t n, n_blank = 0, n_parts = 0;
    const char *text;

    symbol->option_type = l->option_type;
    for (size_t j = 0; j < l->n_fields; j++) {
        int at = s->field_column[side][j];

        if (!l->field[j].compared)
            continue;
        if (at == VOL_CELL_ABSENT)
            return vol_error_set(err, VOL_EDATA, "no column \"%s\"", l->field[j].column.name);
        vol_cell_trim(vol_row_cell(s, cells, at), &text, &n);
        n_parts++;
        n_blank += n == 0;
        if (n > 0 && status == VOL_OK && !read_part(&l->field[j], text, n, symbol))
            status =
                vol_row_bad_cell(l->field[j].column.name, "not a part of a contract's name", text, n, err);
    }
    if (n_blank == n_parts)
        return VOL_NO;
    if (status != VOL_OK)
        return status;
    if (n_blank > 0)
        return vol_error_set(err, VOL_EDATA, "a contract needs expiration, strike and type");
    n = vol_symbol_print_osi(symbol, false, name);
    if (n == 0 || vol_symbol_parse(VOL_SYMBOL_OSI, name, n, &again) != VOL_OK)
        return vol_error_set(err, VOL_EDATA, "root, expiration, strike and type make no name of a contract");
    *symbol = again;
    return VOL_OK;
}

static enum vol_status read_side(struct vol_source *s, size_t side, const struct vol_csv_cell *cells,
                                 bool odd, struct vol_source_row *row, struct vol_error *err)
{
    const struct vol_layout_side *l = &s->layout->side[side];
    struct vol_symbol *symbol = &row->symbol[side];
    enum vol_status status = VOL_EDATA;
    int at = s->symbol_column[side];
    const char *text = "";
    size_t n = 0;

    if (at != VOL_CELL_ABSENT) {
        vol_cell_trim(vol_row_cell(s, cells, at), &text, &n);
        status = vol_symbol_parse(s->layout->family, text, n, symbol);
    }
    if (status == VOL_OK) {
        if ((status = find_contract(s, side, symbol, odd, err)) == VOL_OK)
            status = compare(s, side, cells, symbol, err);
    } else if (s->layout->parts) {
        if ((status = read_parts(s, side, cells, symbol, err)) == VOL_OK)
            status = find_contract(s, side, symbol, odd, err);
    } else {
        return vol_row_bad_cell(l->symbol.name, "not the name of a contract", text, n, err);
    }
    return status;
}

/* Whether the row's own mark says that the contract is not the standard one. */
static bool is_odd(const struct vol_source *s, const struct vol_csv_cell *cells)
{
    const struct vol_csv_cell *cell;
    const char *text;
    size_t n;

    if (s->odd_column == VOL_CELL_ABSENT)
        return false;
    cell = vol_row_cell(s, cells, s->odd_column);
    if (!vol_cell_value(s->layout, cell, &text, &n))
        return false;
    for (size_t i = 0; i < s->layout->n_odd_none; i++)
        if (vol_cell_is(cell, s->layout->odd_none[i], strlen(s->layout->odd_none[i])))
            return false;
    return true;
}

enum vol_status vol_row_read_quotes(struct vol_source *s, const struct vol_csv_cell *cells,
                                    struct vol_source_row *row, const char **reason, struct vol_error *err)
{
    bool odd = is_odd(s, cells);
    enum vol_status status = grow_cache(s, err);

    if (status != VOL_OK)
        return status;
    for (size_t i = 0; i < s->layout->n_sides; i++) {
        status = read_side(s, i, cells, odd, row, err);
        if (status == VOL_NO)
            *reason = "no_contract";
        if (status != VOL_OK)
            return status;
        row->record[i] = (uint8_t)i;
    }
    row->underlying = s->contract[0]->contract.underlying;
    if (s->layout->n_sides > 1 && strcmp(row->underlying, s->contract[1]->contract.underlying) != 0)
        return vol_error_set(err, VOL_EDATA, "the two sides are on different underlyings: %s and %s",
                             row->underlying, s->contract[1]->contract.underlying);
    row->n_records = s->layout->n_sides;
    return VOL_OK;
}

static void put_str(struct vol_writer *out, const char *key, size_t key_len, const char *text)
{
    vol_writer_str(out, key, key_len, text, strlen(text));
}

/* What the contract is, as far as no column says it. */
static void put_contract(const struct vol_source *s, const struct vol_source_row *row, size_t side,
                         struct vol_writer *out)
{
    const struct vol_layout_side *l = &s->layout->side[side];
    const struct contract_cache *c = s->contract[side];
    const struct vol_symbol *symbol = &row->symbol[side];
    double whole = floor(symbol->strike);
    char strike[VOL_NUM_MAX];
    const char *name = "";
    size_t n = 0;

    if (s->symbol_column[side] != VOL_CELL_ABSENT)
        vol_cell_trim(vol_row_cell(s, row->cell, s->symbol_column[side]), &name, &n);
    if (s->layout->family == VOL_SYMBOL_OSI &&
        (s->layout->parts ||
         n != symbol->root_len + OSI_TAIL)) { /* made of parts, padded, or with a prefix */
        char osi[VOL_SYMBOL_MAX];

        n = vol_symbol_print_osi(symbol, false, osi);
        vol_writer_word(out, VOL_KEY("symbol"), osi, n);
    } else {
        vol_writer_word(out, VOL_KEY("symbol"), name, n);
    }
    vol_writer_word(out, VOL_KEY("root"), symbol->root, symbol->root_len);
    vol_writer_word(out, VOL_KEY("expiration"), c->expiration_text, c->expiration_len);
    vol_writer_word(out, VOL_KEY("expires"), c->expires_text, c->expires_len);
    vol_writer_word(out, VOL_KEY("last_trade"), c->last_trade_text, c->last_trade_len);
    if (symbol->strike < 1e15 && !(whole < symbol->strike))
        vol_writer_int(out, VOL_KEY("strike"), (int64_t)whole);
    else
        vol_writer_raw(out, VOL_KEY("strike"), strike,
                       vol_num_print(strike, symbol->strike, VOL_NUM_SHORTEST));
    vol_writer_word(out, VOL_KEY("option_type"), &symbol->option_type, 1);
    if (!l->gives_exercise)
        vol_writer_word(out, VOL_KEY("exercise"), &c->contract.exercise, 1);
    if (!l->gives_multiplier && isfinite(c->contract.multiplier))
        vol_writer_raw(out, VOL_KEY("multiplier"), c->multiplier_text, c->multiplier_len);
    if (!l->gives_currency)
        put_str(out, VOL_KEY("currency"), c->contract.currency);
    if (!l->gives_inverse && c->contract.inverse)
        vol_writer_bool(out, VOL_KEY("inverse"), true);
    if (!isfinite(c->contract.multiplier))
        vol_writer_bool(out, VOL_KEY("adjusted"), true);
}

enum vol_status vol_row_put_quote(const struct vol_source *s, const struct vol_source_row *row, size_t side,
                                  struct vol_writer *out, struct vol_error *err)
{
    double price = isfinite(s->options.spot) ? s->options.spot : s->price;
    enum vol_status status;
    size_t n_put = 0;

    put_str(out, VOL_KEY("underlying"), row->underlying);
    put_contract(s, row, side, out);
    if ((status = vol_row_put_fields(s, row, side, out, &n_put, err)) != VOL_OK)
        return status;
    if (isfinite(price) && !s->layout->side[side].gives_price)
        vol_writer_num(out, VOL_KEY("underlying_price"), price);
    put_str(out, VOL_KEY("source"), s->layout->name);
    return VOL_OK;
}
