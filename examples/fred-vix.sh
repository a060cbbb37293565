#!/bin/sh
# fred-vix.sh [SINCE [UNTIL]]: rates and the VIX as one CSV for a notebook, a row for each instant at which something
# became known, every column the last value known then: a study that reads it by row sees no future. With dates FRED is
# asked (no key is needed; FRED_API_KEY is used when it is there), without them a recording of April to June 2019 is
# played, offline.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
PATH=$root/build/bin:$PATH
export PATH LC_ALL=C

if [ $# -gt 0 ]; then
    vfetch fred series DGS1MO DGS3MO DGS1 VIXCLS --since "$1" ${2:+--until "$2"}
else
    vfetch fred series DGS1MO DGS3MO DGS1 VIXCLS --replay "$root/examples/data/fred-vix"
fi | jq -r '[.ts, .symbol, .rate // .close] | @tsv' | awk -F '\t' '
    BEGIN { print "known,DGS1MO,DGS3MO,DGS1,VIX" }
    function put() { if (ts != "") print ts "," last["DGS1MO"] "," last["DGS3MO"] "," last["DGS1"] "," last["VIX"] }
    $1 != ts { put(); ts = $1 }
    { last[$2] = $3 }
    END { put() }'
