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

# ---- what a trader wants to see: the flat records as CSV, and awk -------------------------------------------------

table=$out/state/tables
mkdir -p "$table"
for name in metrics signal slice fill pnl risk breach; do
    case $name in
    metrics | pnl | risk) from=$out/$name.ndjson ;;
    breach) from=$out/breaches.ndjson ;;
    *) from=$out/${name}s.ndjson ;;
    esac
    vmerge --quiet --to csv --kind $name "$from" > "$table/$name.csv"
done
vfetch file --quiet "$data/vix-daily.csv.gz" --symbol VIX --since 2019-01-01 --until "$(basename "$last")" \
    --to csv --kind bar > "$table/bar.csv"
vorder positions --journal "$VOLPIPE_STATE/journal.db" --to csv --kind position > "$table/position.csv"
quotes=$(grep -c '"kind":"quote"' "$out/clean.ndjson")

awk -F , -v quotes="$quotes" '
    function pct(x) { return x == "" ? "-" : sprintf("%.1f", 100 * x) }
    function cell(name) { return (file, name) in column ? $column[file, name] : "" }
    function clock(name) { return substr(cell(name), 6, 5) }
    FNR == 1 {
        file = FILENAME; sub(/.*\//, "", file); sub(/\.csv$/, "", file)
        for (i = 1; i <= NF; i++) column[file, $i] = i
        next
    }
    { day = substr(cell("ts"), 1, 10) }
    file == "bar" { close_[day] = cell("close") }
    file == "slice" { smiles++; if (cell("butterfly") == "arbitrage") butterfly++; if (cell("calendar") == "crosses") crosses++ }
    file == "metrics" {
        days[++n] = day; spot[day] = cell("spot"); vix[day] = cell("vix"); iv30[day] = cell("iv30")
        rr25[day] = cell("rr25"); slope[day] = cell("term_slope")
    }
    file == "signal" {
        signal[day] = cell("signal") == "neutral" ? "neutral" : cell("signal") " " cell("strength")
        pctl[day] = cell("iv_percentile"); rank[day] = cell("iv_rank")
    }
    file == "fill" {
        fills[++n_fills] = sprintf("  %s %-14s %-4s %3d %s at %8.3f", day, cell("strategy"), cell("side"), cell("quantity"),
            cell("symbol"), cell("price"))
    }
    file == "pnl" { pnl[day] = cell("pnl"); cash = cell("cash"); mark = cell("mark_value"); costs = cell("costs"); total = cell("pnl") }
    file == "risk" && cell("scope") == "portfolio" {
        theta = cell("theta"); vega = cell("vega"); dollar_delta = cell("dollar_delta"); dollar_gamma = cell("dollar_gamma")
    }
    file == "breach" { held[++n_held] = sprintf("  %s %s: %s would be %s, limit %s", day, cell("order_id"), cell("limit"), cell("value"), cell("limit_value")) }
    file == "position" { positions = positions sprintf("  %+d %s", cell("quantity"), cell("symbol")) }
    END {
        printf "SPX options, %d sessions through the whole pipe: %d clean quotes\n", n, quotes
        printf "%d smiles, %d with butterfly and %d with calendar arbitrage in their fit\n\n", smiles, butterfly, crosses
        print "session        SPX  index    VIX   iv30  rr25 slope pctl rank signal                 P&L"
        for (i = 1; i <= n; i++) {
            d = days[i]
            printf "%s %8.2f %6.2f %6.2f %5s%% %5s %5s %4.0f %4.0f %-17s %8.2f\n", d, spot[d], vix[d], close_[d], pct(iv30[d]),
                pct(rr25[d]), pct(slope[d]), pctl[d], rank[d], signal[d], pnl[d]
        }
        print "index: model-free variance, from the chain; VIX: its published close (chains are not all taken at the close)"
        print "\nfills on paper, each from the first snapshot after its order"
        for (i = 1; i <= n_fills; i++) print fills[i]
        printf "\nbook           %s\n", positions == "" ? "  flat" : positions
        printf "               dollar delta %.0f, dollar gamma %.0f per 1 %%, vega %.0f a vol point, theta %.0f a day\n",
            dollar_delta, dollar_gamma, vega, theta
        printf "account          cash %.2f, positions %.2f, P&L %.2f after %.2f of costs\n", cash, mark, total, costs
        printf "held back        %s\n", n_held ? n_held " orders over a limit" : "nothing: no order over a limit"
        for (i = 1; i <= n_held; i++) print held[i]
    }' "$table/bar.csv" "$table/slice.csv" "$table/metrics.csv" "$table/signal.csv" "$table/fill.csv" "$table/pnl.csv" \
    "$table/risk.csv" "$table/breach.csv" "$table/position.csv"
echo
echo alerts
sed 's/T[0-9:]*Z / /; s/^/  /' "$VOLPIPE_STATE/alerts.log"
echo
echo "clean, slices, metrics, signals, orders, fills, alerts .ndjson, and the last session drawn, smiles surface term .svg, in"
echo "$out"
