# valert: rules, cooldowns over restarts, the log channel, seals, and what a kill leaves behind.

bats_require_minimum_version 1.5.0
load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    metrics 2018-02-02T21:15:00Z 17.31 > calm
    metrics 2018-02-05T21:15:00Z 37.32 > spike
    cat > rearm.json <<'EOF'
{"rules": [{"name": "spike", "kind": "metrics", "severity": "high", "when": "vix > 30", "rearm": "vix < 27",
  "cooldown": 0, "message": "{underlying} at {vix:1}", "channels": ["log"]}]}
EOF
}

# metrics TS VALUE [UNDERLYING]
metrics() {
    printf '{"kind":"metrics","ts":"%s","underlying":"%s","vix":%s}\n' "$1" "${3:-SPX}" "$2"
}

# The ts and rule of the alerts of a stream.
alerts() {
    jq -r 'select(.kind == "alert") | "\(.as_of) \(.rule) \(.underlying)"'
}

@test "an alert follows the record that fired; everything passes byte for byte" {
    run --separate-stderr valert --state st --log log calm spike
    assert_success
    assert_equal "$stderr" ''
    assert_line --index 0 "$(cat calm)"
    assert_line --index 1 "$(cat spike)"
    assert_line --index 2 '{"kind":"alert","ts":"2018-02-05T21:15:00Z","rule":"vix_spike","severity":"high","underlying":"SPX","message":"variance index at 37.32, above 30","as_of":"2018-02-05T21:15:00Z","when":"vix > 30","values":{"vix":37.32},"channels":{"log":"sent"}}'
    assert_equal "${#lines[@]}" 3
    run cat log
    assert_output '2018-02-05T21:15:00Z high vix_spike SPX variance index at 37.32, above 30'
}

@test "the chapter's rules" {
    cat > in <<'EOF'
{"kind":"metrics","ts":"2019-04-24T20:15:00Z","underlying":"SPX","vix":30,"term_slope":0}
{"kind":"metrics","ts":"2019-04-25T20:15:00Z","underlying":"SPX","vix":30.01,"term_slope":-0.001,"iv91":0.299,"iv30":0.3}
{"kind":"metrics","ts":"2019-04-26T20:15:00Z","underlying":"SPX","vix":20,"vix9d":20.5,"term_slope":null}
{"kind":"signal","ts":"2019-04-26T20:15:00Z","underlying":"SPX","model":"m","signal":"sell_vol","strength":"strong","score":-1,"iv_percentile":90.1}
{"kind":"signal","ts":"2019-04-27T20:15:00Z","underlying":"SPX","model":"m","signal":"neutral","strength":"none","score":0,"iv_percentile":null}
{"kind":"signal","ts":"2019-04-28T20:15:00Z","underlying":"SPX","model":"m","signal":"sell_vol","strength":"strong","score":-1,"iv_percentile":90}
EOF
    valert --no-state in > out
    run alerts < out
    assert_output - <<'EOF'
2019-04-25T20:15:00Z vix_spike SPX
2019-04-25T20:15:00Z term_inversion SPX
2019-04-26T20:15:00Z vix9d_inversion SPX
2019-04-26T20:15:00Z high_iv_rank SPX
EOF
    run jq -c 'select(.kind == "alert") | [.severity, .channels.log]' out
    assert_output $'["high","off"]\n["medium","off"]\n["medium","off"]\n["medium","off"]'
}

@test "a cooldown is total seconds, per rule and symbol, and does not wrap after a day" {
    {
        metrics 2018-02-05T21:15:00Z 37
        metrics 2018-02-05T21:15:00Z 38 NDX
        metrics 2018-02-05T21:19:59Z 39
        metrics 2018-02-05T21:20:00Z 40
        metrics 2018-02-06T21:21:00Z 41 # a day and a minute later: .seconds would be 60
    } > in
    sed -i 's/ #.*//' in
    run bash -c "valert --no-state in | jq -r 'select(.kind == \"alert\") | \"\(.as_of) \(.underlying)\"'"
    assert_output - <<'EOF'
2018-02-05T21:15:00Z SPX
2018-02-05T21:15:00Z NDX
2018-02-05T21:20:00Z SPX
2018-02-06T21:21:00Z SPX
EOF
}

@test "cooldowns survive restarts: the same day twice alerts once" {
    valert --state st --log log --only alert spike > first
    [[ -s first ]]
    run --separate-stderr valert --state st --log log --stats spike
    assert_success
    assert_output "$(cat spike)"
    assert_equal "$(jq .held_back <<< "$stderr")" 1
    metrics 2018-02-05T21:19:59Z 40 | valert --state st --log log --only alert > early
    [[ ! -s early ]]
    metrics 2018-02-05T21:20:00Z 40 | valert --state st --log log --only alert > late
    [[ -s late ]]
    valert --state st --log log --only alert calm spike > older
    [[ ! -s older ]]
    assert_equal "$(wc -l < log)" 2
}

@test "the state lies in XDG_STATE_HOME, else in HOME; without either a run says so" {
    XDG_STATE_HOME=$PWD/xdg valert spike > /dev/null
    [[ -s xdg/volpipe/valert.json ]]
    env -u XDG_STATE_HOME HOME="$PWD/home" valert spike > /dev/null
    [[ -s home/.local/state/volpipe/valert.json ]]
    run env -u XDG_STATE_HOME -u HOME valert spike
    assert_failure 78
    run env -u XDG_STATE_HOME -u HOME valert --no-state spike
    assert_success
}

@test "a rule with rearm alerts once until it has calmed down, also over restarts" {
    metrics 2018-02-06T21:15:00Z 29 > lower
    metrics 2018-02-07T21:15:00Z 33 > again
    metrics 2018-02-08T21:15:00Z 26 > quiet
    metrics 2018-02-09T21:15:00Z 31 > third
    run bash -c 'valert -r ./rearm.json -n spike lower again quiet third | jq -r "select(.kind == \"alert\") | .message"'
    assert_output $'SPX at 37.3\nSPX at 31.0'
    for day in spike lower again quiet third; do
        valert -r ./rearm.json -s st "$day"
    done | alerts > out
    run cat out
    assert_output $'2018-02-05T21:15:00Z spike SPX\n2018-02-09T21:15:00Z spike SPX'
}

@test "an unknown value fires nothing" {
    cat > in <<'EOF'
{"kind":"metrics","ts":"2018-02-05T21:15:00Z","underlying":"SPX"}
{"kind":"metrics","ts":"2018-02-05T21:15:00Z","underlying":"SPX","vix":null}
{"kind":"bar","ts":"2018-02-05T21:15:00Z","symbol":"VIX","close":37}
EOF
    cat > r.json <<'EOF'
{"rules": [
  {"name": "a", "kind": "metrics", "severity": "low", "when": "vix > 30 or vix <= 30", "message": "a"},
  {"name": "b", "kind": "metrics", "severity": "low", "when": "not vix > 30", "message": "b"},
  {"name": "c", "kind": "metrics", "severity": "low", "when": "vix != 1", "message": "c"},
  {"name": "d", "kind": "metrics", "severity": "low", "when": "not known(vix)", "message": "d"},
  {"name": "e", "kind": "bar", "severity": "low", "when": "symbol == 'VIX' and close > 30", "message": "{kind} {ts}"}
]}
EOF
    run bash -c 'valert -n -r ./r.json in | jq -c "select(.kind == \"alert\") | [.rule, .underlying, .message, .channels]"'
    assert_output - <<'EOF'
["d","SPX","d",{}]
["e","VIX","bar 2018-02-05T21:15:00Z",{}]
EOF
}

@test "a delivery that fails is in the record, gives 74, and does not silence the rule" {
    metrics 2018-02-05T21:16:00Z 38 > next
    run --separate-stderr valert --state st --log /dev/full spike next
    assert_failure 74
    run jq -r 'select(.kind == "alert") | .channels.log' <<< "$output"
    assert_output $'failed: /dev/full: write failed: No space left on device\nfailed: /dev/full: write failed: No space left on device'
    valert --state st --log log --only alert spike > out
    assert_equal "$(jq -r .channels.log out)" sent
}

@test "a log that cannot be made stops the run before anything is read" {
    run --separate-stderr valert -n --log none/log spike
    assert_failure 73
    assert_output ''
    assert_equal "$stderr" 'valert: none/log: cannot open: No such file or directory'
}

@test "a state that cannot be written is 74, a damaged one 78, one in use 75" {
    mkdir -p st/valert.json.new
    run valert --state st spike
    assert_failure 73
    rmdir st/valert.json.new
    echo '{"format": 1' > st/valert.json
    run --separate-stderr valert --state st spike
    assert_failure 78
    assert_output ''
    rm st/valert.json
    mkfifo in
    valert --state st < in > passed 3>&- &
    exec 9> in
    cat calm >&9
    for _ in $(seq 100); do
        [[ -s passed ]] && break # it has read, so that it holds the lock
        sleep 0.05
    done
    run valert --state st calm
    exec 9>&-
    wait
    assert_failure 75
    run valert --state st calm
    assert_success
}

@test "--sealed acts only on a stream that is whole" {
    echo '{"kind":"end","ts":"2018-02-05T21:30:00Z","source":"test","records":2}' > end
    metrics 2018-02-05T21:20:00Z 20 NDX > last
    run --separate-stderr valert --sealed --state st --log log spike last
    assert_failure 66
    assert_equal "${#lines[@]}" 2
    assert_equal "$stderr" 'valert: --sealed: the stream did not end whole: 1 alert not raised'
    [[ ! -s log && ! -e st/valert.json ]]
    sed 's/:2}/:3}/' end > wrong
    run valert --sealed --state st --log log spike last wrong
    assert_failure 66
    [[ ! -s log ]]
    run --separate-stderr valert --sealed --state st --log log spike last end
    assert_success
    run jq -c '[.kind, .ts, .as_of // .records]' <<< "$output"
    assert_output - <<'EOF'
["metrics","2018-02-05T21:15:00Z",null]
["metrics","2018-02-05T21:20:00Z",null]
["alert","2018-02-05T21:20:00Z","2018-02-05T21:15:00Z"]
["end","2018-02-05T21:30:00Z",3]
EOF
    assert_equal "$(wc -l < log)" 1
    run valert --sealed --state st --log log --only alert spike last end
    assert_success
    assert_output ''
}

@test "rules that are wrong are 78 and say where" {
    run valert -n --rules no_such calm
    assert_failure 78
    echo '{"rules": [{"name": "a", "kind": "metrics", "severity": "low", "when": "vixx > 3", "message": ""}]}' > r.json
    run --separate-stderr valert -n --rules ./r.json calm
    assert_failure 78
    assert_output ''
    assert_equal "$stderr" 'valert: ./r.json: rules[0].when: column 1: no field is called vixx'
    run valert -n --rules ./rearm.json --rules ./rearm.json calm
    assert_failure 78
    run valert -n --rules ./rearm.json --rules chapter calm
    assert_success
}

@test "killed at each of its system calls: the state is old or new, and no alert is lost" {
    need strace
    valert --state st0 --log log0 spike > /dev/null
    metrics 2018-02-06T21:15:00Z 35 > next
    cp -r st0 ref
    strace -f -o trace valert --state ref --log logref next > /dev/null 2>&1 || skip "strace may not trace here"
    n=$(grep -c '(' trace)
    [[ $n -gt 20 ]]
    # From the first look at the state on; before that nothing can change.
    first=$(grep -n -m1 'valert.lock' trace | cut -d: -f1)
    for ((k = first; k <= n; k++)); do
        rm -rf st log
        cp -r st0 st
        strace -o /dev/null -e inject=all:signal=KILL:when=$k valert --state st --log log next > /dev/null 2>&1 || true
        cmp -s st/valert.json st0/valert.json || cmp -s st/valert.json ref/valert.json || {
            echo "torn at call $k of $n"
            cat st/valert.json
            false
        }
        # What is remembered was delivered.
        if cmp -s st/valert.json ref/valert.json; then
            cmp log logref
        fi
        valert --state st --log log next > /dev/null
        cmp st/valert.json ref/valert.json
        grep -q '^2018-02-06T21:15:00Z high vix_spike' log
    done
}

@test "real history: one alert per day above 30, and the same bytes every time" {
    gzip -dc "$ROOT/examples/data/vix-daily.csv.gz" |
        awk -F, 'NR > 1 {printf "{\"kind\":\"metrics\",\"ts\":\"%sT21:15:00Z\",\"underlying\":\"SPX\",\"vix\":%g}\n", $1, $5}' > in
    valert -n in > out
    assert_equal "$(grep -c '"kind":"alert"' out)" "$(gzip -dc "$ROOT/examples/data/vix-daily.csv.gz" | awk -F, '$5 + 0 > 30' | wc -l)"
    grep -v '"kind":"alert"' out | cmp - in
    valert -n in | cmp - out
}
