#include "record/snapshot.h"

#include "unit.h"

static struct vol_line line_of(const char *text)
{
    return (struct vol_line){.bytes = text, .len = (uint32_t)strlen(text), .format = VOL_NDJSON};
}

static struct vol_value word(const char *text)
{
    return (struct vol_value){text, (uint32_t)strlen(text), VOL_STRING, 0};
}

static void add_quote(struct vol_snapshot *snap, const char *text, int64_t ts, const char *underlying)
{
    struct vol_line line = line_of(text);
    struct vol_value name = word(underlying);

    UNIT(vol_snapshot_add_quote(snap, &line, ts, &name) == VOL_OK);
}

static void add_other(struct vol_snapshot *snap, const char *text, const char *kind)
{
    struct vol_line line = line_of(text);
    struct vol_value name = word(kind);

    UNIT(vol_snapshot_add_other(snap, &line, &name) == VOL_OK);
}

int main(void)
{
    struct vol_snapshot snap;
    struct vol_value spx = word("SPX"), spy = word("SPY"), sp = word("SP");
    struct vol_line line;

    vol_snapshot_init(&snap);
    UNIT(!snap.open && !vol_snapshot_is(&snap, 0, &spx));
    add_quote(&snap, "first", 7, "SPX");
    add_other(&snap, "note", "reject");
    add_quote(&snap, "second", 7, "SPX");
    add_other(&snap, "end", "snap");
    UNIT(snap.open && snap.ts == 7 && strcmp(snap.underlying.data, "SPX") == 0);
    UNIT(vol_snapshot_is(&snap, 7, &spx));
    UNIT(!vol_snapshot_is(&snap, 8, &spx) && !vol_snapshot_is(&snap, 7, &spy) &&
         !vol_snapshot_is(&snap, 7, &sp));
    UNIT(vol_snapshot_count(&snap) == 4);
    UNIT(vol_snapshot_line(&snap, 0, &line) == NULL && line.len == 5 && memcmp(line.bytes, "first", 5) == 0);
    UNIT(strcmp(vol_snapshot_line(&snap, 1, &line), "reject") == 0 && memcmp(line.bytes, "note", 4) == 0);
    UNIT(vol_snapshot_line(&snap, 2, &line) == NULL && memcmp(line.bytes, "second", 6) == 0);
    UNIT(strcmp(vol_snapshot_line(&snap, 3, &line), "snap") == 0);

    vol_snapshot_clear(&snap); /* the name and the instant of the last one stay known */
    UNIT(!snap.open && vol_snapshot_count(&snap) == 0 && snap.ts == 7);
    UNIT(strcmp(snap.underlying.data, "SPX") == 0 && !vol_snapshot_is(&snap, 7, &spx));
    add_quote(&snap, "third", 9, "SPY");
    UNIT(snap.ts == 9 && strcmp(snap.underlying.data, "SPY") == 0 && vol_snapshot_count(&snap) == 1);
    vol_snapshot_free(&snap);
    return unit_done("record/snapshot");
}
