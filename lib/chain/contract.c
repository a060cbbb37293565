#include "chain/contract.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time.h"

enum { LINE_BYTES = 256, N_CELLS = 10, OPENING = 9 * 3600 + 30 * 60 };

static bool copy(char *out, size_t size, const char *cell)
{
    size_t n = strlen(cell);

    if (n == 0 || n >= size)
        return false;
    memcpy(out, cell, n + 1);
    return true;
}

/* `am`, `pm` or HH:MMZ. */
static bool parse_settlement(const char *cell, struct vol_contract_spec *c)
{
    int64_t ts;
    char text[24];

    if (strcmp(cell, "am") == 0 || strcmp(cell, "pm") == 0) {
        c->settlement = cell[0] == 'a' ? VOL_SETTLES_AM : VOL_SETTLES_PM;
        return true;
    }
    if (strlen(cell) != 6)
        return false;
    snprintf(text, sizeof text, "1970-01-01T%.5s:00Z", cell);
    if (cell[5] != 'Z' || vol_time_parse(text, 20, &ts) != VOL_OK)
        return false;
    c->settlement = VOL_SETTLES_UTC;
    c->seconds = (int32_t)(ts / VOL_SECOND);
    return true;
}

/* `expires`, HH:MM or HH:MM-N. */
static bool parse_last_trade(const char *cell, struct vol_contract_spec *c)
{
    char text[24];
    int64_t ts;
    size_t n = strlen(cell);

    c->last_trade = -1;
    c->last_trade_days = 0;
    if (strcmp(cell, "expires") == 0)
        return true;
    snprintf(text, sizeof text, "1970-01-01T%.5s:00Z", cell);
    if ((n != 5 && n != 7) || vol_time_parse(text, 20, &ts) != VOL_OK)
        return false;
    if (n == 7 && (cell[5] != '-' || cell[6] < '1' || cell[6] > '9'))
        return false;
    c->last_trade = (int32_t)(ts / VOL_SECOND);
    c->last_trade_days = n == 7 ? cell[6] - '0' : 0;
    return true;
}

/* Cuts LINE at its commas. Null, or what is wrong with it. */
static const char *parse_line(char *line, struct vol_contract_spec *c)
{
    char *cell[N_CELLS];
    size_t n = 0;

    for (char *p = line; n < N_CELLS; p++) {
        cell[n++] = p;
        p = n < N_CELLS ? strchr(p, ',') : NULL;
        if (!p)
            break;
        *p = '\0';
    }
    if (n < N_CELLS)
        return "expected ten cells";
    if (!copy(c->venue, sizeof c->venue, cell[0]) || !copy(c->root, sizeof c->root, cell[1]) ||
        !copy(c->underlying, sizeof c->underlying, cell[2]) ||
        !copy(c->currency, sizeof c->currency, cell[7]))
        return "venue, root, underlying or currency is empty or too long";
    if (strlen(cell[3]) != 1 || (*cell[3] != 'E' && *cell[3] != 'A'))
        return "exercise must be E or A";
    c->exercise = *cell[3];
    if (!parse_settlement(cell[4], c))
        return "settlement must be am, pm or HH:MMZ";
    if (!parse_last_trade(cell[5], c))
        return "last_trade must be HH:MM, HH:MM-N (N trading days before) or expires";
    if (strcmp(cell[6], "none") == 0)
        c->multiplier = NAN;
    else if (vol_num_parse(cell[6], strlen(cell[6]), &c->multiplier) != VOL_OK || !(c->multiplier > 0))
        return "multiplier must be a number above 0, or none";
    c->inverse = strcmp(cell[8], "true") == 0;
    if (!c->inverse && strcmp(cell[8], "false") != 0)
        return "inverse must be true or false";
    return NULL;
}

static enum vol_status read_rows(FILE *file, const char *path, struct vol_contracts *out,
                                 struct vol_error *err)
{
    static const char header[] =
        "venue,root,underlying,exercise,settlement,last_trade,multiplier,currency,inverse,note";
    char line[LINE_BYTES];
    size_t cap = 0;

    for (size_t no = 1; fgets(line, sizeof line, file); no++) {
        const char *wrong;
        size_t n = strcspn(line, "\r\n");

        if (line[n] == '\0' && !feof(file))
            return vol_error_set(err, VOL_ECONFIG, "%s:%zu: line too long, or a NUL in it", path, no);
        line[n] = '\0';
        if (no == 1) {
            if (strcmp(line, header) != 0)
                return vol_error_set(err, VOL_ECONFIG, "%s:1: expected the header %s", path, header);
            continue;
        }
        if (out->n == cap) {
            struct vol_contract_spec *grown = realloc(out->row, (cap ? 2 * cap : 64) * sizeof *grown);

            if (!grown)
                return vol_error_set(err, VOL_EOS, "%s: out of memory", path);
            out->row = grown;
            cap = cap ? 2 * cap : 64;
        }
        memset(&out->row[out->n], 0, sizeof out->row[0]);
        wrong = parse_line(line, &out->row[out->n]);
        if (wrong)
            return vol_error_set(err, VOL_ECONFIG, "%s:%zu: %s", path, no, wrong);
        out->n++;
    }
    if (ferror(file))
        return vol_error_set(err, VOL_ECONFIG, "%s: cannot read: %s", path, strerror(errno));
    return out->n > 0 ? VOL_OK : vol_error_set(err, VOL_ECONFIG, "%s: no contracts in it", path);
}

enum vol_status vol_contracts_load(const char *path, struct vol_contracts *contracts, struct vol_error *err)
{
    struct vol_contracts made = {0};
    FILE *file = fopen(path, "re");
    enum vol_status status;

    if (!file)
        return vol_error_set(err, VOL_ECONFIG, "%s: cannot open: %s", path, strerror(errno));
    status = read_rows(file, path, &made, err);
    fclose(file);
    if (status != VOL_OK) {
        vol_contracts_free(&made);
        return status;
    }
    *contracts = made;
    return VOL_OK;
}

void vol_contracts_free(struct vol_contracts *contracts)
{
    free(contracts->row);
    *contracts = (struct vol_contracts){0};
}

/* How many bytes of ROOT the row's `*` stands for, N when the row is no pattern but equal; -1: no match. */
static int match(const struct vol_contract_spec *row, const char *root, size_t n)
{
    size_t end = strlen(row->root + 1);

    if (row->root[0] != '*')
        return strlen(row->root) == n && memcmp(row->root, root, n) == 0 ? (int)n : -1;
    if (n <= end || memcmp(root + n - end, row->root + 1, end) != 0)
        return -1;
    return (int)(n - end);
}

/* The first row for ROOT: rows without `*` go first. *STEM: the bytes that a `*` stands for. */
static const struct vol_contract_spec *find(const struct vol_contracts *contracts, const char *venue,
                                            const char *root, size_t n, size_t *stem)
{
    for (int patterns = 0; patterns < 2; patterns++) {
        for (size_t i = 0; i < contracts->n; i++) {
            const struct vol_contract_spec *row = &contracts->row[i];
            int k = (row->root[0] == '*') == patterns && strcmp(row->venue, venue) == 0 ? match(row, root, n)
                                                                                        : -1;

            if (k >= 0) {
                *stem = (size_t)k;
                return row;
            }
        }
    }
    return NULL;
}

enum vol_status vol_contracts_find(const struct vol_contracts *contracts, const char *venue,
                                   const struct vol_symbol *symbol, struct vol_contract_spec *out)
{
    size_t n = symbol->root_len, stem = 0;
    const struct vol_contract_spec *row = find(contracts, venue, symbol->root, n, &stem);

    /* A root with a row of its own is no adjusted one, whatever its last character. */
    if (symbol->adjusted && (!row || row->root[0] == '*')) {
        while (n > 1 && symbol->root[n - 1] >= '0' && symbol->root[n - 1] <= '9')
            n--;
        row = find(contracts, venue, symbol->root, n, &stem);
    }
    if (!row)
        return VOL_NO;
    *out = *row;
    memcpy(out->root, symbol->root, symbol->root_len + 1);
    if (row->underlying[0] == '*') {
        memcpy(out->underlying, symbol->root, stem);
        out->underlying[stem] = '\0';
    }
    if (n != symbol->root_len)
        out->multiplier = NAN;
    return VOL_OK;
}

int64_t vol_contract_expires(const struct vol_contract_spec *contract, const struct vol_calendar *calendar,
                             int32_t expiration)
{
    int32_t date;

    if (contract->settlement == VOL_SETTLES_UTC)
        return (int64_t)expiration * VOL_DAY + (int64_t)contract->seconds * VOL_SECOND;
    date = vol_calendar_on_or_before(calendar, expiration);
    if (contract->settlement == VOL_SETTLES_AM)
        return vol_time_new_york(date, OPENING);
    return vol_time_new_york(date, vol_calendar_close(calendar, date, VOL_CALENDAR_CLOSE));
}

int64_t vol_contract_last_trade(const struct vol_contract_spec *contract, const struct vol_calendar *calendar,
                                int32_t expiration)
{
    int32_t date;

    if (contract->last_trade < 0)
        return vol_contract_expires(contract, calendar, expiration);
    date = vol_calendar_on_or_before(calendar, expiration);
    date = vol_calendar_add(calendar, date, -contract->last_trade_days);
    return vol_time_new_york(date, vol_calendar_close(calendar, date, contract->last_trade));
}
