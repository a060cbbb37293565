# vsignal: ranks, thresholds, history and its clock.

bats_require_minimum_version 1.5.0
load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# metrics DATE VALUE [UNDERLYING]: a metrics record of the close of a day.
metrics() {
    printf '{"kind":"metrics","ts":"%sT20:15:00Z","underlying":"%s","vix":%s}\n' "$1" "${3:-SPX}" "$2"
}

bar() {
    printf '{"kind":"bar","ts":"%sT20:15:00Z","symbol":"%s","close":%s}\n' "$1" "$2" "$3"
}

# The bundled VIX closes as metrics records of SPX.
vix_metrics() {
    gzip -dc "$ROOT/examples/data/vix-daily.csv.gz" |
        awk -F, 'NR > 1 {printf "{\"kind\":\"metrics\",\"ts\":\"%sT21:15:00Z\",\"underlying\":\"SPX\",\"vix\":%g}\n", $1, $5}'
}

# field NAME: that field of each signal, one a line.
field() {
    jq -c "select(.kind == \"signal\") | .$1"
}

@test "a signal follows its metrics record; everything passes byte for byte" {
    { metrics 2019-04-24 13.14; echo '{"kind":"other", "ts":"2019-04-25T20:15:00Z","x":1.50}'; metrics 2019-04-25 13.25; } > in
    run --separate-stderr vsignal in
    assert_success
    assert_line --index 0 "$(sed -n 1p in)"
    assert_line --index 1 --partial '"kind":"signal","ts":"2019-04-24T20:15:00Z","underlying":"SPX","model":"iv_mean_reversion"'
    assert_line --index 2 "$(sed -n 2p in)"
    assert_line --index 3 "$(sed -n 3p in)"
    assert_line --index 4 --partial '"reason":"warmup"'
    assert_equal "${#lines[@]}" 5
}

@test "rank, percentile, window and signal of a series counted by hand" {
    for i in 1 2 3 4 5 6 7 8 9; do metrics 2019-04-0$i $i; done > in
    metrics 2019-04-10 7.5 >> in
    vsignal --lookback 5 in > out
    # 7.5 against 5 6 7 8 9: three of five below; the rank's window is 6 7 8 9 7.5.
    run jq -c 'select(.ts >= "2019-04-10" and .kind == "signal") |
        [.signal, .strength, .score, .value, .iv_rank, .iv_percentile, .window_min, .window_max, .n, .lookback, .reason]' out
    assert_output '["neutral","none",0,7.5,50,60,6,9,5,5,"iv_percentile from 40 to 60"]'
    run field signal < out
    assert_line --index 4 '"neutral"' # the fifth day has four before it
    assert_line --index 5 '"sell_vol"'
}

@test "the thresholds are the chapter's and are strict" {
    # The last of 11 days, against ten: the share below is a multiple of ten.
    for below in 0 1 2 3 4 5 6 7 8 9 10; do
        { for i in 0 1 2 3 4 5 6 7 8 9; do metrics 2019-04-1$i $i; done; metrics 2019-04-20 "$below.5"; } |
            sed "s/,\"vix\":$below.5/,\"vix\":$(awk "BEGIN {print $below - 0.5}")/" |
            vsignal -n 10 | tail -n 1 | jq -r '"\(.iv_percentile) \(.signal) \(.strength) \(.score)"'
    done > out
    run cat out
    assert_output - <<'EOF'
0 buy_vol strong 1
10 buy_vol strong 1
20 buy_vol moderate 0.5
30 buy_vol moderate 0.5
40 neutral none 0
50 neutral none 0
60 neutral none 0
70 sell_vol moderate -0.5
80 sell_vol moderate -0.5
90 sell_vol strong -1
100 sell_vol strong -1
EOF
}

@test "several values a day count once, each against the days before" {
    {
        metrics 2019-04-23 10
        echo '{"kind":"metrics","ts":"2019-04-24T14:00:00Z","underlying":"SPX","vix":99}'
        metrics 2019-04-24 12
        # Half past nine in the evening in New York: still the 24th.
        echo '{"kind":"metrics","ts":"2019-04-25T01:30:00Z","underlying":"SPX","vix":14}'
        metrics 2019-04-25 13
    } | vsignal -n 5 -m 1 > out
    run field n < out
    assert_output $'0\n1\n1\n1\n2'
    run field iv_percentile < out
    assert_output $'null\n100\n100\n100\n50'
}

@test "underlyings do not touch each other, and a missing value is no sample" {
    { metrics 2019-04-23 10; metrics 2019-04-23 50 NDX; metrics 2019-04-24 null; metrics 2019-04-25 11; metrics 2019-04-25 49 NDX; } |
        vsignal -n 5 -m 1 > out
    run jq -c 'select(.kind == "signal") | [.underlying, .n, .iv_percentile, .value, .reason]' out
    assert_output - <<'EOF'
["SPX",0,null,10,"warmup"]
["NDX",0,null,50,"warmup"]
["SPX",1,null,null,"no_value"]
["SPX",1,100,11,"iv_percentile > 80"]
["NDX",1,0,49,"iv_percentile < 20"]
EOF
}

@test "equal values have no rank" {
    for i in 1 2 3 4; do metrics 2019-04-0$i 12; done | vsignal -n 3 > out
    run jq -c 'select(.ts >= "2019-04-04" and .kind == "signal") | [.iv_rank, .iv_percentile, .iv_zscore]' out
    assert_output '[null,0,null]'
}

@test "history warms, emits nothing, and gives the same signal as the stream" {
    for i in 1 2 3 4 5; do bar 2019-04-0$i VIX $((10 + i % 3)); done > history
    metrics 2019-04-06 11.5 > today
    run --separate-stderr vsignal -n 5 --history history today
    assert_success
    assert_equal "${#lines[@]}" 2
    cat history today | vsignal -n 5 | tail -n 1 > streamed
    assert_line --index 1 "$(cat streamed)"
    sed 's/"kind":"bar"/"kind":"metrics"/; s/"symbol":"VIX","close"/"underlying":"SPX","vix"/' history > metrics_history
    vsignal -n 5 --history metrics_history today | tail -n 1 | cmp - streamed
}

@test "bars count only for the field and the underlying that they stand for" {
    for i in 1 2 3; do bar 2019-04-0$i VIX 12; bar 2019-04-0$i VXN 15; done > history
    { metrics 2019-04-04 13; metrics 2019-04-04 14 NDX; } > today
    run bash -c 'vsignal -n 3 -H history today | jq -c "select(.kind == \"signal\") | [.underlying, .n]"'
    assert_output $'["SPX",3]\n["NDX",0]'
    run bash -c 'vsignal -n 3 -H history -s VIX -s VXN today | jq -c "select(.kind == \"signal\") | [.underlying, .n]"'
    assert_output $'["SPX",3]\n["NDX",3]'
    run bash -c 'vsignal -n 3 -H history -s VXN=SPX today | jq -c "select(.kind == \"signal\") | [.underlying, .n, .window_max]"'
    assert_output $'["SPX",3,15]\n["NDX",0,14]'
    # Points are no past of decimals.
    run bash -c 'sed s/vix/iv30/ today | vsignal -f iv30 -n 3 -H history 2> err | jq -c "select(.kind == \"signal\") | .n"'
    assert_output $'0\n0'
    run cat err
    assert_output 'vsignal: --history: no metrics with iv30, and no bar of --history-symbol, in 1 file'
}

@test "history that is not before the input ends the run with 65 and writes nothing" {
    for i in 1 2 3; do bar 2019-04-0$i VIX 12; done > history
    metrics 2019-04-03 12 > today
    run --separate-stderr vsignal -n 3 --history history today
    assert_failure 65
    assert_output ''
    assert_equal "$stderr" 'vsignal: history:3: history of 2019-04-03T20:15:00Z is not before the first record of the input, of 2019-04-03T20:15:00Z'
    run vsignal -n 3 --history missing today
    assert_failure 66
    echo '{"kind":"bar","ts":"2019-04-01T20:15:00Z","symbol":"VIX","close":' > bad
    run vsignal -n 3 --history bad today
    assert_failure 65
    { bar 2019-03-02 VIX 12; bar 2019-03-01 VIX 12; } > falls
    run vsignal -n 3 --history falls today
    assert_failure 65
    assert_output --partial 'falls:2: ts: earlier than the record before'
}

@test "--last: one signal per underlying, at the end, as of its own metrics" {
    { metrics 2019-04-01 12; metrics 2019-04-01 20 NDX; metrics 2019-04-02 13; bar 2019-04-03 SPX 2900; } > in
    run vsignal -n 1 --last in
    assert_success
    assert_equal "${#lines[@]}" 6
    run bash -c 'vsignal -n 1 --last --only signal in | jq -c "[.ts, .underlying, .as_of, .value]"'
    assert_output $'["2019-04-03T20:15:00Z","SPX","2019-04-02T20:15:00Z",13]\n["2019-04-03T20:15:00Z","NDX","2019-04-01T20:15:00Z",20]'
}

@test "no look-ahead: cutting or corrupting what comes after t leaves all records up to t as they were" {
    vix_metrics > in
    vsignal in > whole
    [[ $(wc -l < in) -gt 9000 ]]
    for t in 1 252 253 1000 4700 7378 9000; do
        head -n $t in | vsignal | cmp - <(head -n $((2 * t)) whole)
        awk -v t=$t 'NR > t {sub(/"vix":.*/, "\"vix\":" (NR % 3 ? 1000 - NR % 7 : "null") "}")} {print}' in |
            vsignal | head -n $((2 * t)) | cmp - <(head -n $((2 * t)) whole)
        # The corruption must reach what comes after, or the test proves nothing.
        if awk -v t=$t 'NR > t {sub(/"vix":.*/, "\"vix\":1000}")} {print}' in | vsignal | cmp -s - whole; then
            false
        fi
    done
}

@test "a day of the real history: 252 days from a file, as in the stream" {
    vix_metrics > in
    grep -n 2019-04-26 in | cut -d: -f1 > day.txt
    head -n $(($(cat day.txt) - 1)) in > history
    sed -n "$(cat day.txt)p" in > today
    vsignal --history history --only signal today > out
    head -n "$(cat day.txt)" in | vsignal | tail -n 1 | cmp - out
    run jq -c '[.value, .iv_percentile, .iv_rank, .n, .signal, .strength]' out
    assert_output "$(cat "$ROOT/tests/oracle/vix_20190426.json")"
}

@test "usage" {
    for args in "--field underlying" "--thresholds 1,2,3" "--thresholds 20,40,60,80" "--lookback 10 --min-samples 11" \
        "--lookback 0" "--lookback x" "--field close"; do
        # shellcheck disable=SC2086
        run vsignal $args < /dev/null
        assert_failure 64
    done
    run vsignal --field vxi < /dev/null
    assert_success
    assert_output --partial 'vxi is in no table'
    run vsignal --strict <<< '{"kind":"metrics","ts":"2019-04-01T20:15:00Z","vix":12}'
    assert_failure 65
}
