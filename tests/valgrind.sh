#!/usr/bin/env bash
# Every tool under valgrind's memcheck on a small stream with good, odd and malformed lines: no error, nothing lost.
set -u
cd "$(dirname "$0")/.." || exit 70
command -v valgrind > /dev/null || { echo "valgrind is not installed"; exit 77; }

# The helper of the bats files knows how each tool is called.
export BATS_TEST_DIRNAME=$PWD/tests/bats
BATS_TEST_TMPDIR=$(mktemp -d)
trap 'rm -rf "$BATS_TEST_TMPDIR"' EXIT
# shellcheck disable=SC2317 # called by the helper
bats_load_library() { :; }
# shellcheck disable=SC2317
bats_require_minimum_version() { :; }
# shellcheck source=tests/bats/helper.bash
. tests/bats/helper.bash
export VOLPIPE_WRAP="valgrind -q --error-exitcode=99 --leak-check=full"

stream=$BATS_TEST_TMPDIR/stream.ndjson
{
    echo '{"kind":"bar","ts":"2019-04-25T20:15:00Z","symbol":"VIX","close":13.25}'
    echo '{"kind":"zzz","ts":"2019-04-25T20:15:00Z","x":"\u00e9é\/","n":{"a":[1,2]}}'
    echo '{"kind":"bar","ts":"yesterday"}'
    echo 'not json'
    # a chain around 100 with three expiries, wide enough for a fit
    for days in 7 28 56; do
        for strike in 80 85 90 95 100 105 110 115 120; do
            awk -v d="$days" -v k="$strike" -v e="$(date -u -d "2019-04-26 + $days days" +%F)" 'BEGIN {
                w = 0.2 * sqrt(d / 365) * 100 * 0.4 * exp(-(k - 100) ^ 2 / (20 * d))
                for (i = 0; i < 2; i++) {
                    v = w + (i ? (k < 100 ? 100 - k : 0) : (k > 100 ? k - 100 : 0)) + 0.05
                    printf "{\"kind\":\"quote\",\"ts\":\"2019-04-26T20:15:00Z\",\"underlying\":\"XYZ\",\"root\":\"XYZ\"," \
                        "\"symbol\":\"XYZ%s%s%d\",\"expiration\":\"%s\",\"expires\":\"%sT20:00:00Z\",\"strike\":%d," \
                        "\"option_type\":\"%s\",\"exercise\":\"E\",\"multiplier\":100,\"bid\":%.2f,\"ask\":%.2f," \
                        "\"underlying_price\":100}\n", e, i ? "C" : "P", k, e, e, k, i ? "C" : "P", v - 0.02, v + 0.02
                } }'
        done
    done
    echo '{"kind":"snap","ts":"2019-04-26T20:15:00Z","underlying":"XYZ","quotes":54}'
} > "$stream"

bad=0
for tool in $(all_tools); do
    if [[ $tool == vfetch ]]; then
        v "$tool" --since 2019-01-01 --until 2019-03-31 examples/data/DGS1MO.csv.gz > /dev/null 2> "$BATS_TEST_TMPDIR/err"
    else
        v "$tool" --stats "$stream" > /dev/null 2> "$BATS_TEST_TMPDIR/err"
    fi
    status=$?
    if [[ $status -eq 99 ]] || grep -q '^==[0-9]*==' "$BATS_TEST_TMPDIR/err"; then
        echo "$tool: status $status"
        grep '^==' "$BATS_TEST_TMPDIR/err" | head -n 40
        bad=1
    fi
done
exit $bad
