#!/bin/sh
# demo.sh: the main job on the bundled data, offline. Several real sessions of SPX options go through the whole pipe one
# after another, from an empty journal, as cron would run them; build/demo/ then holds the records of all days, three
# pictures of the last one, and this summary. A second run gives the same bytes.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$root/build/demo}
data=$root/examples/data
PATH=$root/build/bin:$PATH
export PATH LC_ALL=C
VOLPIPE_STATE=$out/state
export VOLPIPE_STATE

rm -rf "$out"
mkdir -p "$out"
for chain in "$data"/SPX_*.csv.gz; do
    sh "$root/examples/daily.sh" "$chain"
done

for name in clean slice metrics signal order fill alert pnl risk breach; do
    case $name in
    slice | signal | order | fill | alert) to=$out/${name}s.ndjson ;;
    breach) to=$out/breaches.ndjson ;;
    *) to=$out/$name.ndjson ;;
    esac
    cat "$out"/state/????-??-??/$name.ndjson > "$to"
done
for last in "$out"/state/????-??-??; do :; done
cp "$last"/smiles.svg "$last"/surface.svg "$last"/term.svg "$out"

# ---- what a trader wants to see, from the records, as CSV and with awk --------------------------------------------

csv() { # KIND FILE
    vmerge --quiet --to csv --kind "$1" "$2"
}
first=$(basename "$(echo "$out"/state/????-??-?? | cut -d ' ' -f 1)")
csv metrics "$out/metrics.ndjson" > "$out/state/metrics.csv"
csv signal "$out/signals.ndjson" > "$out/state/signal.csv"
csv slice "$out/slices.ndjson" > "$out/state/slice.csv"
csv fill "$out/fills.ndjson" > "$out/state/fill.csv"
csv pnl "$out/pnl.ndjson" > "$out/state/pnl.csv"
csv risk "$out/risk.ndjson" > "$out/state/risk.csv"
vfetch file "$data/vix-daily.csv.gz" --symbol VIX --since "$first" --until "$(basename "$last")" --to csv --kind bar \
    > "$out/state/bar.csv"
grep -c '"kind":"quote"' "$out/clean.ndjson" > "$out/state/quotes"

awk -F , '
    function pct(x) { return x == "" ? "-" : sprintf("%.1f", 100 * x) }
    function cell(name) { return (file, name) in column ? $column[file, name] : "" }
    FNR == 1 {
        file = FILENAME; sub(/.*\//, "", file); sub(/\.csv$/, "", file)
        for (i = 1; i <= NF; i++) column[file, $i] = i
        next
    }
    { day = substr(cell("ts"), 1, 10) }
    file == "bar" { close_[day] = cell("close") }
    file == "slice" {
        slices[day]++
        if (cell("butterfly") == "arbitrage") butterfly[day]++
        if (cell("calendar") == "crosses") calendar[day]++
    }
    file == "metrics" {
        days[++n] = day; spot[day] = cell("spot"); vix[day] = cell("vix"); iv30[day] = cell("iv30")
        rr25[day] = cell("rr25"); slope[day] = cell("term_slope")
    }
    file == "signal" { signal[day] = cell("signal") " " cell("strength"); pctl[day] = cell("iv_percentile"); rank[day] = cell("iv_rank") }
    END {
        print "session        SPX    VIX  close   iv30  rr25  slope  smiles arb  pctile rank signal"
        for (i = 1; i <= n; i++) {
            d = days[i]
            printf "%s %8.2f %6.2f %6.2f %5s%% %5s %6s %5d %4d  %6s %4s %s\n", d, spot[d], vix[d], close_[d], pct(iv30[d]),
                pct(rr25[d]), pct(slope[d]), slices[d], butterfly[d] + calendar[d], sprintf("%.0f", pctl[d]),
                sprintf("%.0f", rank[d]), signal[d]
        }
    }' "$out/state/bar.csv" "$out/state/slice.csv" "$out/state/metrics.csv" "$out/state/signal.csv"
