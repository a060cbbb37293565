#!/bin/sh
# daily.sh CHAIN: one session through the whole pipe; what cron and the systemd timer run, and what demo.sh runs for
# each of its days. The name of CHAIN holds the date: SPX_20190426.csv.gz.
#
# From the environment:
#   VOLPIPE_STATE      the journal, and a directory of records for each day (default: XDG_STATE_HOME/volpipe)
#   VOLPIPE_VIX        history of the VIX, in any layout that vfetch knows
#   VOLPIPE_RATES      rates as FRED has them; several files may be named
#   VOLPIPE_STRATEGIES, VOLPIPE_LIMITS, VOLPIPE_RULES
#                      names in share/, or paths; several strategies may be named
#
# A day that is done is not run again: its records stay as they are, status 0. A chain without quotes (a holiday) is
# status 66 and leaves nothing behind. A day that went wrong has no records, with a status of volpipe(7), and may be
# run again until it succeeds: it starts from the positions before its first try, $VOLPIPE_STATE/DAY.positions.ndjson,
# so that it makes the same orders, and the journal knows orders and fills by their ids.
set -eu

chain=${1:?usage: daily.sh CHAIN}
data=$(dirname "$0")/data
state=${VOLPIPE_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/volpipe}
vix=${VOLPIPE_VIX:-$data/vix-daily.csv.gz}
rates=${VOLPIPE_RATES:-$data/DGS1MO.csv.gz $data/DGS3MO.csv.gz $data/DGS6MO.csv.gz $data/DGS1.csv.gz $data/DGS2.csv.gz}
strategies=${VOLPIPE_STRATEGIES:-short_strangle long_straddle}
limits=${VOLPIPE_LIMITS:-default}
rules=${VOLPIPE_RULES:-chapter}

[ -r "$chain" ] || { echo "daily.sh: $chain: no such file" >&2; exit 66; }
day=$(basename "$chain" | sed -n 's/^[^0-9]*\([0-9]\{4\}\)\([0-9][0-9]\)\([0-9][0-9]\).*/\1-\2-\3/p')
[ -n "$day" ] || { echo "daily.sh: $chain: no date in the name" >&2; exit 64; }
if [ -e "$state/$day" ]; then
    echo "daily.sh: $day is done; its records are in $state/$day" >&2
    exit 0
fi
year=${day%%-*}
new=$state/$day.new
before=$state/$day.positions.ndjson
journal=$state/journal.db
rm -rf "$new"
mkdir -p "$new"

# The whole chain, before anything is decided on it.
status=0
vfetch file --quiet "$chain" --seal > "$new/chain.ndjson" || status=$?
vclean --quiet "$new/chain.ndjson" > "$new/clean.ndjson" || : # without its `end` record, the check below tells
if ! grep -q '^{"kind":"quote",' "$new/clean.ndjson"; then
    echo "daily.sh: no quotes in $chain: was the market closed on $day?" >&2
    rm -rf "$new"
    exit 66
fi
if [ "$status" -ne 0 ]; then
    echo "daily.sh: $day: the chain was cut, or has rows that cannot be read" >&2
    exit 65
fi

# The past: closes and rates that were known before today. The curve of today comes as of the chain's instant.
vfetch file --quiet "$vix" --symbol VIX --since "$((year - 2))-01-01" --until "${day}T00:00:00Z" > "$new/vix.ndjson"
# shellcheck disable=SC2086 # several files
vfetch file --quiet $rates --since "$((year - 1))-12-01" --until "$day" > "$new/rates.ndjson"

# What is held and what works, before today: taken once, since a try that failed may have traded.
if [ ! -e "$before" ]; then
    if [ -e "$journal" ]; then
        vorder positions --journal "$journal" > "$new/positions.ndjson"
    else
        : > "$new/positions.ndjson"
    fi
    mv "$new/positions.ndjson" "$before"
fi

# shellcheck disable=SC2046,SC2086 # the names are words
vgreeks --quiet --rates "$new/rates.ndjson" "$new/clean.ndjson" |
    vsurface --quiet --rates "$new/rates.ndjson" \
        --plot "smile=$new/smiles.svg" --plot "surface=$new/surface.svg" --plot "term=$new/term.svg" |
    vsignal --quiet --history "$new/vix.ndjson" |
    vstrat --quiet $(printf -- '--strategy %s ' $strategies) --positions "$before" |
    vrisk --quiet --limits "$limits" --positions "$before" |
    vorder send --quiet --venue paper --journal "$journal" |
    valert --quiet --rules "$rules" --log "$state/alerts.log" --state "$state" > "$new/all.ndjson"

# The shell forgets the status of every stage but the last. The `end` record does not: a stage that failed, or did not
# see the whole stream, passes none on.
if [ "$(tail -n 1 "$new/all.ndjson" | cut -c 1-13)" != '{"kind":"end"' ]; then
    echo "daily.sh: $day: the stream was cut on its way through the pipe" >&2
    exit 65
fi

for kind in slice metrics signal order pnl risk breach alert; do
    grep "^{\"kind\":\"$kind\"," "$new/all.ndjson" > "$new/$kind.ndjson" || : # none today
done
# Fills of a try that failed are in the journal, not in this stream.
vorder fills --journal "$journal" > "$new/fills.ndjson"
grep "\"ts\":\"${day}T" "$new/fills.ndjson" > "$new/fill.ndjson" || : # none today
rm "$new/chain.ndjson" "$new/fills.ndjson"
cp "$before" "$new/positions.ndjson"
mv "$new" "$state/$day"
rm "$before"
