# The main job on the bundled data: what it writes, that a second run writes the same bytes, and its numbers.

load helper

setup_file() {
    load helper
    for run in one two; do
        sh "$ROOT/examples/demo.sh" "$BATS_FILE_TMPDIR/$run" > "$BATS_FILE_TMPDIR/$run.txt" 2> "$BATS_FILE_TMPDIR/$run.err" ||
            echo "status $?" >> "$BATS_FILE_TMPDIR/$run.err"
    done
    export OUT=$BATS_FILE_TMPDIR/one
}

@test "it says nothing on standard error and fits on a screen" {
    run cat "$BATS_FILE_TMPDIR/one.err"
    assert_output ""
    count=$(wc -l < "$BATS_FILE_TMPDIR/one.txt")
    [ "$count" -gt 15 ] && [ "$count" -le 48 ]
    # the last line is a path, as long as it is
    run awk 'length(line) > 120 { print line } { line = $0 }' "$BATS_FILE_TMPDIR/one.txt"
    assert_output ""
}

@test "every file is there and has what its name says" {
    for kind in slice metrics signal order fill alert; do
        file=$OUT/$kind.ndjson
        [[ -e $file ]] || file=$OUT/${kind}s.ndjson
        [[ -s $file ]] || oops "$kind: no file, or an empty one"
        ! grep -qv "^{\"kind\":\"$kind\"," "$file" || oops "$file holds other records"
        jq -e . "$file" > /dev/null || oops "$file is not JSON"
    done
    [[ $(grep -c '"kind":"quote"' "$OUT/clean.ndjson") -gt 100000 ]] || oops "too few clean quotes"
    for picture in smiles surface term; do
        grep -q '</svg>' "$OUT/$picture.svg" || oops "$picture.svg is no picture"
    done
    no_oops
}

@test "a second run gives the same bytes" {
    (cd "$OUT" && sha256sum ./*.ndjson ./*.svg state/*/*.ndjson) > "$BATS_TEST_TMPDIR/sums"
    run -0 sh -c 'cd "$1" && sha256sum --quiet -c "$2"' _ "$BATS_FILE_TMPDIR/two" "$BATS_TEST_TMPDIR/sums"
    cmp <(sed '/^\//d' "$BATS_FILE_TMPDIR/one.txt") <(sed '/^\//d' "$BATS_FILE_TMPDIR/two.txt")
}

# The values of shared/data/README.md: an independent script by the Cboe rules, 16:15 in New York, DGS1MO as the rate.
@test "the variance index of each day is that of the independent computation, within 0.02" {
    while read -r day index; do
        jq -se --arg day "$day" --argjson index "$index" \
            'any(.[]; .ts[:10] == $day and .vix - $index <= 0.02 and .vix - $index >= -0.02)' "$OUT/metrics.ndjson" > /dev/null ||
            oops "$day: not $index: $(jq -c --arg day "$day" 'select(.ts[:10] == $day) | .vix' "$OUT/metrics.ndjson")"
    done <<'DAYS'
2019-04-25 14.10
2019-04-26 12.72
2019-04-29 13.12
2019-04-30 12.94
2019-05-01 13.34
2019-05-02 14.65
2019-05-03 13.09
2019-05-06 16.24
2019-05-07 21.53
2019-05-08 19.09
DAYS
    [[ $(wc -l < "$OUT/metrics.ndjson") -eq 10 ]] || oops "not ten days"
    jq -se 'any(.[]; .ts[:10] == "2019-04-26" and .vix >= 12.714 and .vix <= 12.724)' "$OUT/metrics.ndjson" > /dev/null ||
        oops "2019-04-26 is not 12.719 within 0.005"
    no_oops
}

@test "no order is filled from its own snapshot, and cash is the sum of the fills" {
    run -0 jq -se 'map({(.id): .ts}) | add' "$OUT/orders.ndjson"
    orders=$output
    run -0 jq -se --argjson orders "$orders" 'all(.[]; .ts > $orders[.order_id])' "$OUT/fills.ndjson"
    run -0 jq -s --slurpfile fills "$OUT/fills.ndjson" \
        '(.[-1].cash - ($fills | map(.cash) | add)) | (. < 0.005 and . > -0.005)' "$OUT/pnl.ndjson"
    assert_output true
}

@test "a day that is done is not run again, and keeps its records" {
    cp -r "$OUT/state" "$BATS_TEST_TMPDIR/state"
    export VOLPIPE_STATE=$BATS_TEST_TMPDIR/state
    (cd "$VOLPIPE_STATE" && find . -type f -exec sha256sum {} +) > "$BATS_TEST_TMPDIR/sums"
    run -0 sh "$ROOT/examples/daily.sh" "$ROOT/examples/data/SPX_20190426.csv.gz"
    assert_output "daily.sh: 2019-04-26 is done; its records are in $VOLPIPE_STATE/2019-04-26"
    run -0 sh -c 'cd "$VOLPIPE_STATE" && sha256sum --quiet -c "$1"' _ "$BATS_TEST_TMPDIR/sums"
    [ -z "$(find "$VOLPIPE_STATE" -name "*.new" -o -name "????-*.positions.ndjson")" ]
}

# The last stage of the pipe dies after the orders and fills are in the journal: on the day of an order, then on the
# day of its fill.
@test "a day that failed is run again: the same orders, no fill lost and none twice" {
    export VOLPIPE_STATE=$BATS_TEST_TMPDIR/state
    mkdir "$BATS_TEST_TMPDIR/bin"
    printf '#!/bin/sh\ncat > /dev/null\nexit 70\n' > "$BATS_TEST_TMPDIR/bin/valert"
    chmod +x "$BATS_TEST_TMPDIR/bin/valert"
    for day in 2019-04-26 2019-04-29; do
        chain=$ROOT/examples/data/SPX_${day//-/}.csv.gz
        run env PATH="$BATS_TEST_TMPDIR/bin:$PATH" sh "$ROOT/examples/daily.sh" "$chain"
        assert_failure
        [ ! -e "$VOLPIPE_STATE/$day" ]
        [ -e "$VOLPIPE_STATE/$day.positions.ndjson" ]
        run -0 sh "$ROOT/examples/daily.sh" "$chain"
        assert_output ""
        [ ! -e "$VOLPIPE_STATE/$day.positions.ndjson" ]
        for kind in order fill risk breach positions; do
            cmp "$VOLPIPE_STATE/$day/$kind.ndjson" "$OUT/state/$day/$kind.ndjson"
        done
    done
    [ -s "$VOLPIPE_STATE/2019-04-26/order.ndjson" ]
    [ -s "$VOLPIPE_STATE/2019-04-29/fill.ndjson" ]
    cmp <(vorder fills --journal "$VOLPIPE_STATE/journal.db") "$VOLPIPE_STATE/2019-04-29/fill.ndjson"
}

@test "a chain that was cut leaves no records of the day, and nothing is traded on it" {
    export VOLPIPE_STATE=$BATS_TEST_TMPDIR/state
    mkdir -p "$BATS_TEST_TMPDIR/in"
    head -c 100000 "$ROOT/examples/data/SPX_20190426.csv.gz" > "$BATS_TEST_TMPDIR/in/SPX_20190426.csv.gz"
    run -65 sh "$ROOT/examples/daily.sh" "$BATS_TEST_TMPDIR/in/SPX_20190426.csv.gz"
    assert_line --partial "the chain was cut"
    [ ! -e "$VOLPIPE_STATE/2019-04-26" ]
    [ ! -e "$VOLPIPE_STATE/journal.db" ]
    run -66 sh "$ROOT/examples/daily.sh" "$BATS_TEST_TMPDIR/in/SPX_20190427.csv.gz"
}

# 2019-05-27 was Memorial Day: a chain dated so repeats the session before.
@test "a chain of a holiday is 66, says so and leaves nothing behind" {
    export VOLPIPE_STATE=$BATS_TEST_TMPDIR/state
    chain=$BATS_TEST_TMPDIR/SPX_20190527.csv
    zcat "$ROOT/examples/data/SPX_20190426.csv.gz" | head -n 50 | sed 's|04/26/2019,\([0-9]*\.\)|05/27/2019,\1|' > "$chain"
    run -66 sh "$ROOT/examples/daily.sh" "$chain"
    assert_line "daily.sh: no quotes in $chain: was the market closed on 2019-05-27?"
    [ -z "$(ls -A "$VOLPIPE_STATE")" ]
}

@test "the research flow of examples/research makes its study once" {
    unset MAKEFLAGS MAKELEVEL
    run -0 make -s -C "$ROOT/examples/research" out="$BATS_TEST_TMPDIR/research"
    assert_line --partial "10 sessions"
    run -0 make -s -C "$ROOT/examples/research" out="$BATS_TEST_TMPDIR/research"
    assert_output ""
    head -n 1 "$BATS_TEST_TMPDIR/research/study.csv" | grep -q iv_percentile
}
