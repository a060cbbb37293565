#!/bin/sh
# iv-history.sh DIR SOURCE WHAT SYMBOL... [-- VFETCH-OPTION...]: one's own history of implied vols, by cron:
#
#     */15 9-16 * * 1-5   iv-history.sh /var/lib/iv cboe chain SPX
#     0 * * * *           iv-history.sh /var/lib/iv deribit chain BTC
#
# DIR/SOURCE/WHAT/DAY/ gets the chain as it was known, whole and never overwritten; DIR/metrics/SOURCE/WHAT/DAY/ gets what
# vsurface makes of it (iv30, vix, rr25, term slopes), one file for each chain. A run makes what is missing, also what an
# earlier one was killed over, so that deleting DIR/metrics and running once more derives the history anew.
set -eu

[ $# -ge 4 ] || { echo "usage: iv-history.sh DIR SOURCE WHAT SYMBOL... [-- VFETCH-OPTION...]" >&2; exit 64; }
dir=$1 source=$2 what=$3
shift 3
symbols=
while [ $# -gt 0 ] && [ "$1" != -- ]; do symbols="$symbols $1"; shift; done
[ $# -eq 0 ] || shift
root=$(cd "$(dirname "$0")/.." && pwd)
PATH=$root/build/bin:$PATH
export PATH LC_ALL=C

# A failure of today's question must not keep yesterday's chain from being worked out: it is told at the end.
asked=0
# shellcheck disable=SC2086 # names have no blanks
vfetch snapshot "$source" "$what" $symbols --archive "$dir" --quiet "$@" || asked=$?

find "$dir/$source/$what" -name '*.ndjson' | sort | while IFS= read -r chain; do
    metrics=$dir/metrics/${chain#"$dir"/}
    [ ! -e "$metrics" ] || continue
    mkdir -p "$(dirname "$metrics")"
    vclean --quiet "$chain" | vgreeks --quiet | vsurface --quiet --only metrics > "$metrics.new"
    mv "$metrics.new" "$metrics"
done
exit "$asked"
