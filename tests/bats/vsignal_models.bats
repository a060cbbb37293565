# vsignal: the models beside mean reversion, their inputs, and that none of them looks ahead.

bats_require_minimum_version 1.5.0
load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# bar DATE SYMBOL CLOSE [HH:MM]: a bar of a close alone.
bar() {
    printf '{"kind":"bar","ts":"%sT%s:00Z","symbol":"%s","close":%s}\n' "$1" "${4:-21:15}" "$2" "$3"
}

# history FROM UNTIL: the real S&P 500 and Cboe's indices, merged, made once for the file.
history() {
    local name all=$BATS_FILE_TMPDIR/all.ndjson
    if [[ ! -e $all ]]; then
        for name in vix-daily:VIX VIX9D_History:VIX9D VIX3M_History:VIX3M VIX6M_History:VIX6M VVIX_History:VVIX SKEW_History:SKEW \
            spx_ohlc_1927_2026:SPX; do
            vfetch file -q "$DATA/history/${name%:*}.csv.gz" --symbol "${name#*:}" --since 1989-01-01 > "$BATS_FILE_TMPDIR/${name#*:}"
        done
        (cd "$BATS_FILE_TMPDIR" && vmerge -q SPX VIX VIX9D VIX3M VIX6M VVIX SKEW) > "$all"
    fi
    awk -v from="$1" -v until="$2" '{ d = substr($0, index($0, "\"ts\":") + 6, 10) } d >= from && d <= until' "$all"
}

# until DATE: the records of the stream up to that date.
until_date() {
    awk -v until="$1" 'substr($0, index($0, "\"ts\":") + 6, 10) <= until'
}

signals() {
    vsignal -q --on VIX --only signal,measures "$@"
}

@test "no look-ahead: every model, over the real history, cut or corrupted after any day" {
    need_data history/spx_ohlc_1927_2026.csv.gz
    local day config
    history 2007-06-01 2012-12-31 > in
    for config in chapter desk; do
        signals -M all --measures -c $config in > whole
        [[ $(grep -c '"model":"composite"' whole) -gt 1300 ]]
        grep -q '"regime":"high"' whole
        grep -q '"skew_source":"SKEW"' whole
        for day in 2009-06-01 2010-05-06 2011-01-03 2011-08-08; do
            until_date $day < whole > expected
            [[ $(wc -l < expected) -gt 2000 ]]
            until_date $day < in | signals -M all --measures -c $config | cmp - expected
            # Everything behind the day is nonsense: prices a thousandth, indices upside down, some of them gone.
            awk -v day=$day '{ d = substr($0, index($0, "\"ts\":") + 6, 10) }
                d > day { if (NR % 5 == 0) next; x = /SPX/ ? 0.001 : 7; sub(/"close":[0-9.e]+/, "\"close\":" x * (1 + NR % 9)) }
                { print }' in > corrupt
            signals -M all --measures -c $config corrupt > other
            until_date $day < other | cmp - expected
            if cmp -s other whole; then fail "the corruption changed nothing"; fi
        done
    done
}

@test "a day from its history is the day of the stream, with every model and what stands of it" {
    need_data history/spx_ohlc_1927_2026.csv.gz
    history 2009-06-01 2012-06-29 > in
    signals -M all --measures -c desk in | awk 'substr($0, index($0, "\"ts\":") + 6, 10) > "2012-06-01"' > expected
    [[ $(wc -l < expected) -gt 150 ]]
    until_date 2012-06-01 < in > before
    awk 'substr($0, index($0, "\"ts\":") + 6, 10) > "2012-06-01"' in > after
    signals -M all --measures -c desk --history before after | cmp - expected
    # --at gives one day of them, --last the last.
    signals -M all --measures -c desk --at 2012-06-15 in | cmp - <(grep '"ts":"2012-06-15T' expected)
    run bash -c 'vsignal -q --on VIX -M all -c desk --last --only signal in | jq -r .as_of | sort -u | tail -n 1'
    assert_output 2012-06-29T20:15:00Z
}

@test "chapter is the default, to the byte; desk changes its mind less often" {
    need_data history/spx_ohlc_1927_2026.csv.gz
    history 2009-06-01 2013-12-31 > in
    signals -M all --measures in > default
    signals -M all --measures -c chapter in | cmp - default
    signals -M composite -c desk in > desk
    changes() { jq -r 'select(.model == "composite") | .signal' "$1" | uniq | wc -l; }
    [[ $(changes desk) -gt 10 && $(($(changes desk) * 2)) -lt $(changes default) ]] ||
        fail "desk changes $(changes desk) times, chapter $(changes default)"
    run jq -e -s 'all(.signal == "neutral" or .held_days >= 1)' desk
    assert_success
    # A direction stands for five days at least, unless what selling needs is gone or a part is not known.
    run jq -r -s '[range(1; length) as $i | select(.[$i].signal != .[$i - 1].signal and .[$i - 1].held_days < 5
        and (.[$i].reason | test("not sold") | not) and (.[$i - 1].reason | test("not sold") | not))] | length' desk
    assert_output 0
}

@test "VIX before 1990 to 2026: right words in the days that everybody remembers" {
    need_data history/spx_ohlc_1927_2026.csv.gz
    history 2006-01-01 2020-04-30 > in
    signals -M term_structure,vrp,momentum,skew in > out
    of() { jq -r "select(.ts[:10] == \"$1\" and .model == \"$2\") | $3" out; }
    run of 2018-02-05 term_structure '[.signal, .strength, .term_state] | join(" ")'
    assert_output 'buy_vol strong backwardation'
    run of 2020-03-16 term_structure '[.signal, .strength, .term_state] | join(" ")'
    assert_output 'buy_vol strong backwardation'
    run of 2017-10-10 term_structure '[.signal, .strength, .term_state] | join(" ")'
    assert_output 'sell_vol strong contango'
    run of 2020-02-28 momentum '[.signal, .strength] | join(" ")'
    assert_output 'buy_vol strong'
    # March 2020: whoever sold 30 days before paid; whoever sold at the top was paid, in 2008 too.
    run of 2020-03-16 vrp '.vrp_expost < 0 and .vrp > 0'
    assert_output true
    run of 2020-04-20 vrp '.vrp_expost > 0'
    assert_output true
    # VIX9D begins in 2011, VIX3M in September of 2009: before, what needs them is missing and says so.
    run of 2009-01-05 term_structure '[.signal, .reason, .value] | tostring'
    assert_output '["neutral","no_value",null]'
    run of 2010-01-05 term_structure '[.term_front, .reason] | tostring'
    assert_output '[null,"term_mid < 0.9"]'
}

@test "opens of the S&P 500 before 2006 are the closes before: flagged, and no Yang-Zhang" {
    need_data history/spx_ohlc_1927_2026.csv.gz
    history 2004-01-01 2010-12-31 > in
    vsignal -q --on VIX --measures --only measures in > out
    run jq -c 'select(.ts[:10] == "2004-06-15" or .ts[:10] == "2010-06-15") | [.rv_flags, (.rv_yz != null), (.rv_gk > 0)]' out
    assert_output $'["open_is_prev_close",false,true]\n[null,true,true]'
}

@test "realised vols of SPY from a file are those of numpy, with its dividend; cones too" {
    need_data history/lean_spy_daily_1998_2021.zip
    need python3
    python3 - "$DATA/history/lean_spy_daily_1998_2021.zip" > spy.csv <<'EOF'
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
print("Date,Open,High,Low,Close")
for line in z.read(z.namelist()[0]).decode().split("\n"):
    f = line.split(",")
    if f[0] >= "20080801" and f[0] < "20090131":
        print("%s-%s-%s," % (f[0][:4], f[0][4:6], f[0][6:8]) + ",".join(str(int(x) / 10000) for x in f[1:5]))
EOF
    vfetch file -q --symbol SPY spy.csv > bars
    echo '{"kind":"dividend","ts":"2008-09-01T12:00:00Z","underlying":"SPY","ex_date":"2008-09-19","amount":0.69101}' > dividend
    vmerge -q bars dividend > in
    vsignal -q --on SPY --measures --cones 5,21 --only measures,cone in > out
    # Rows 42 and 84 of tests/oracle/realized.inc, 21 days: 2008-10-01 and 2008-12-01.
    run jq -c 'select(.kind == "measures" and (.ts[:10] == "2008-10-01" or .ts[:10] == "2008-12-01")) |
        [.rv_cc, .rv_parkinson, .rv_gk, .rv_rs, .rv_yz, .rv_overnight, .rv_flags]' out
    grep -E '^    \{(42|84), 21,' "$ROOT/tests/oracle/realized.inc" |
        awk -F'[{},]' '{ printf "["; for (i = 4; i <= 9; i++) printf "%.10g,", $i; print "null]" }' > expected
    assert_output "$(cat expected)"
    run jq -c 'select(.kind == "cone") | [.horizon, .n, .now, .percentile, .window_min, .q10, .q25, .q50, .q75, .q90, .window_max]' out
    sed -n '/realized_cones/,$p' "$ROOT/tests/oracle/realized.inc" | grep '^    {' |
        awk -F'[{},]' '{ printf "["; for (i = 2; i <= 12; i++) printf "%.10g%s", $i, i < 12 ? "," : "]\n" }' > expected
    assert_output "$(cat expected)"
}

@test "gamma: the sum over a real chain, the assumption on the record" {
    vfetch file -q "$ROOT/examples/data/SPX_20190426.csv.gz" | vgreeks -q > chain
    vsurface -q chain | vsignal -q -M gamma --only signal > out
    run jq -c '[.signal, .dealer_sign, .gex_quotes > 7000]' out
    assert_output '["sell_vol","calls_long_puts_short",true]'
    # The same sum by jq, to nine digits.
    jq -s -r '[.[] | select(.kind == "quote" and .gamma != null and .open_interest > 0)] |
        (map((if .option_type == "C" then 1 else -1 end) * .gamma * .open_interest * .multiplier * .underlying_price * .underlying_price / 100) | add)' \
        chain > gex
    run jq -e --argjson gex "$(cat gex)" '(.gex / $gex - 1) | fabs < 1e-9' out
    assert_success
    echo '{"dealer": "short_all"}' > short.json
    vsurface -q chain | vsignal -q -M gamma -c ./short.json --explain > text
    run grep assumed text
    assert_output --partial 'dealers hold every option short'
    run grep 'gamma: buy_vol strong' text
    assert_success
}

@test "VIX futures: the basis from a curve file" {
    printf 'expiration_date,symbol,settlement\n2026-08-19,VX/Q6,19.5133\n2026-09-16,VX/U6,20.2246\n2026-08-26,VX34/Q6,50\n' > curve.csv
    vfetch file -q curve.csv --ts 2026-07-22T20:15:00Z > futures
    { bar 2026-07-22 VIX3M 19.54 20:15; bar 2026-07-22 VIX 16.64 20:15; } > indices
    vmerge -q futures indices > in
    run bash -c 'vsignal -q -M term_structure --on VIX --only signal in | jq -c "[.signal, .basis_expiration, .basis, .basis_30d, .futures_slope, .term_state]"'
    # 19.5133 / 16.64 - 1; two days of 28 further at 30 days; 30 days of 28. The weekly future is none of the curve.
    assert_output '["sell_vol","2026-08-19",0.1726742788,0.1757275927,0.03905577954,"contango"]'
}

@test "vrp takes the forecast of the day, else the trailing vol, and says which" {
    for i in 0{1..9} {10..28}; do
        bar 2026-01-$i SPX $((6800 + ${i#0} % 3 * 40)) 21:00
        bar 2026-01-$i VIX 16 21:15
    done > in
    run bash -c 'vsignal -q -M vrp --on VIX --only signal in | tail -n 1 | jq -c "[.forecast_model, .implied, .n, (.vrp == .implied * .implied - .forecast_vol * .forecast_vol)]"'
    assert_output --partial '["trailing_rv_cc",0.16,21,'
    { head -n -1 in; for m in har_log:22:0.1 garch:22:0.12 har_log:5:0.3; do
        IFS=: read -r model horizon vol <<< "$m"
        printf '{"kind":"forecast","ts":"2026-01-28T21:00:00Z","underlying":"SPX","model":"%s","horizon":%s,"forecast_vol":%s}\n' "$model" "$horizon" "$vol"
    done; tail -n 1 in; } > with
    run bash -c 'vsignal -q -M vrp --on VIX --only signal with | tail -n 1 | jq -c "[.forecast_model, .forecast_vol, .signal, .vrp]"'
    assert_output '["garch",0.12,"neutral",0.0112]'
    run bash -c 'vsignal -q -M vrp --on VIX -F har_log --only signal with | tail -n 1 | jq -c "[.forecast_model, .forecast_vol, .signal, .vrp]"'
    assert_output '["har_log",0.1,"sell_vol",0.0156]'
}

@test "bad input: gaps, corrections, zero and negative prices, dates that come again, a symbol that appears late" {
    for i in 0{1..9} {10..27}; do
        bar 2026-01-$i SPX 6800 21:00
        bar 2026-01-$i SPX $((6800 + ${i#0} % 2 * 68)) 21:00 # a correction of the same instant
        bar 2026-01-$i VIX 16 21:15
        ((10#$i < 25)) || bar 2026-01-$i AAPL 250 21:20
    done > in
    { head -n 39 in; bar 2026-01-13 SPX 0 21:16; bar 2026-01-13 SPX -5 21:17; bar 2026-01-13 VIX 0 21:17; bar 2026-01-13 VIX null 21:18
        sed 1,39d in; bar 2026-02-20 SPX 6800 21:00; bar 2026-02-20 VIX 16 21:15; } > bad
    run --separate-stderr bash -c 'vsignal -M all --measures --on VIX --on AAPL bad --stats > out'
    assert_success
    run jq -c 'select(.kind == "measures" and .underlying == "SPX" and (.ts | test("01-27|02-20"))) | [.rv_cc > 0.15 and .rv_cc < 0.17, .rv_flags]' out
    assert_output $'[true,"no_range,no_open"]\n[true,"no_range,no_open,gap"]'
    # Late and short: neutral, none, and why.
    run jq -c 'select(.underlying == "AAPL" and .kind == "signal" and .ts[:10] == "2026-01-27") | [.model, .signal, .strength, .score, .reason]' out
    assert_line '["iv_mean_reversion","neutral","none",0,"no_value"]'
    assert_line '["momentum","neutral","none",0,"no_value"]'
    assert_line '["vrp","neutral","none",0,"no_value"]'
    assert_line '["composite","neutral","none",0,"too_few_parts"]'
    run jq -c 'select(.underlying == "SPX" and .kind == "signal" and .ts[:10] == "2026-01-27") | [.model, .signal, .strength, .reason]' out
    assert_line '["iv_mean_reversion","neutral","none","warmup"]'
    assert_line '["regime","neutral","none","warmup"]'
    assert_line '["momentum","neutral","none","warmup"]'
    assert_line '["skew","neutral","none","no_value"]'
    assert_line '["gamma","neutral","none","no_value"]'
    # All input leaves as it came.
    grep -v -e '"kind":"signal"' -e '"kind":"measures"' out | cmp - bad
    [[ $stderr == *'"refused_values":4'* ]] || fail "$stderr"
    # Mean reversion alone takes no zero for a vol either.
    run bash -c 'vsignal -q -n 10 --on VIX --only signal bad | jq -r .window_min | sort -u'
    assert_output 16
}

@test "a split that was announced is none of the vol; one that was not is refused" {
    for i in 0{1..9} {10..28}; do
        printf '{"kind":"bar","ts":"2014-06-%sT20:00:00Z","symbol":"AAPL","close":%s}\n' "$i" "$( ((10#$i < 9)) && echo "$((644 + ${i#0} % 2))" || echo "$((92 + 10#$i % 2))")"
    done > in
    run bash -c 'vsignal -q --measures --on AAPL --only measures in | tail -n 1 | jq -c "[.rv_cc, .rv_flags]"'
    assert_output '[null,"no_range,no_open,suspect_split"]'
    { head -n 3 in; echo '{"kind":"split","ts":"2014-06-03T21:00:00Z","underlying":"AAPL","ex_date":"2014-06-09","ratio":7}'; sed 1,3d in; } > told
    run bash -c 'vsignal -q --measures --on AAPL --only measures told | tail -n 1 | jq -c "[.rv_cc > 0.1 and .rv_cc < 0.2, .rv_flags]"'
    assert_output '[true,"no_range,no_open"]'
}

@test "any measure can be ranked; of many symbols" {
    local i s
    for i in {10..40}; do
        for s in A B C; do
            printf '{"kind":"bar","ts":"2026-%02d-%02dT21:00:00Z","symbol":"%s","close":%s}\n' $((1 + i / 29)) $((1 + i % 28)) $s $((100 + i % 2 * i))
        done
    done | sort -t'"' -k8,8 -s > in
    run bash -c "vsignal -q -f rv_cc -n 5 --on '*' --only signal in | tail -n 3 | jq -c '[.underlying, .field, .n, .iv_percentile, .value > 0]'"
    assert_output $'["A","rv_cc",5,100,true]\n["B","rv_cc",5,100,true]\n["C","rv_cc",5,100,true]'
}

@test "a regime that was trained and kept judges later days, by itself" {
    need_data history/spx_ohlc_1927_2026.csv.gz
    history 1996-01-01 2006-12-31 > before
    history 2008-06-01 2009-03-31 > crash
    run vsignal -R gmm --train model.json before
    assert_success
    run jq -r 'type' model.json
    assert_output object
    vsignal -q -M regime --on VIX --regime-file model.json --history <(history 2008-01-01 2008-05-30) --only signal crash > out
    run jq -s -e '[.[] | select(.ts[:7] == "2008-10")] | (map(select(.regime == "high")) | length) >= 0.8 * length' out
    assert_success
    run vsignal -R gmm --train model.json < /dev/null
    assert_failure 65
    run vsignal -M regime -R forest < /dev/null
    assert_failure 64
}

@test "--explain: words, numbers and thresholds, in place of the stream" {
    for i in 0{1..9} {10..20}; do bar 2026-01-$i VIX $((10 + ${i#0})); done > in
    run vsignal -q --on VIX -n 19 --explain in
    assert_success
    assert_output 'SPX, as of 2026-01-20T21:15:00Z
  iv_mean_reversion: sell_vol strong, because iv_percentile > 80
    vix is 30; it was between 12 and 30 over the last 19 days, today included
    100.0 % of the 19 days before lie below it (percentile); rank 100.0, z-score 1.78
    iv_percentile above 60 sells vol, above 80 strongly; below 40 buys it, below 20 strongly'
    run vsignal -q --on VIX -n 19 --explain --at 2026-01-05 in
    assert_output --partial '4 days before today are there, too few for an opinion'
}

@test "usage and configuration" {
    for args in "-M vix" "-M composite,x" "--at 2026-13-01" "--cones 5,x" "--cones 1" "--role VIX" "--role VIX=SPX.vol"; do
        # shellcheck disable=SC2086
        run vsignal $args < /dev/null
        assert_failure 64
    done
    echo '{"weights": {"vrp": -1}}' > bad.json
    run vsignal -c ./bad.json < /dev/null
    assert_failure 78
    assert_output --partial 'bad.json: weights.vrp'
    run vsignal -c nowhere < /dev/null
    assert_failure 78
}

@test "the measures of 1991 to 2026 are those of pandas" {
    need_data history/spx_ohlc_1927_2026.csv.gz
    need python3
    history 1989-01-01 2026-12-31 > in
    vsignal -q --on VIX --measures --only measures in > out
    run python3 - "$ROOT/tests/oracle/measures.csv" out <<'EOF'
import csv, json, math, sys
ours = {}
for line in open(sys.argv[2]):
    r = json.loads(line)
    ours[r["ts"][:10]] = r
seen = 0
for row in csv.DictReader(open(sys.argv[1])):
    r = ours[row.pop("DATE")]
    for name, x in row.items():
        if x == "":
            assert name not in r, (r["ts"], name, r[name])
            continue
        # Ten digits are printed; differences of nearly equal squares keep fewer.
        assert name in r and math.isclose(r[name], float(x), rel_tol=1e-8, abs_tol=1e-11), (r["ts"], name, r.get(name), x)
        seen += 1
print(seen > 1000)
EOF
    assert_output True
}

@test "every signal says how much it was made from" {
    need_data history/spx_ohlc_1927_2026.csv.gz
    history 2015-01-01 2016-06-30 > in
    vsignal -q --on VIX -M all --last --only signal in > out
    run jq -c '[.model, .n]' out
    assert_output '["iv_mean_reversion",252]
["regime",0]
["momentum",252]
["term_structure",4]
["vrp",21]
["skew",252]
["gamma",0]
["composite",3]'
}

@test "the configuration sets how regimes are fitted and how long they stand" {
    need_data history/spx_ohlc_1927_2026.csv.gz
    history 2015-01-01 2016-06-30 > in
    echo '{"regime": {"min_days": 120, "refit": 5, "window": 200, "dwell": 500}}' > own.json
    vsignal -q --on VIX -M regime -c ./own.json --only signal in > out
    # One regime for all days, the fits are of 200 days at most, and five days apart.
    run jq -s -c '[.[] | select(.regime)] | [(map(.regime) | unique | length), (map(.n) | min, max), length > 100]' out
    assert_output '[1,120,200,true]'
    run bash -c 'jq -r "select(.fitted) | .fitted" out | uniq -c | awk "NR > 1 && \$1 > 5" | wc -l'
    assert_output 0
    echo '{"regime": {"window": 200}}' > own.json
    run -78 vsignal -q --on VIX -M regime -c ./own.json in
    assert_output --partial 'regime: window: 200 days, fewer than the 504 of min_days'
}

@test "a day whose index is no price has a signal without a value, with panels or without" {
    bar() { printf '{"kind":"bar","ts":"2026-01-%sT20:15:00Z","symbol":"VIX","close":%s}\n' "$1" "$2"; }
    { for i in 05 06 07 08; do bar $i 15; done; bar 09 -3; bar 12 null; bar 13 16; } > in
    vsignal -q --on VIX -n 4 --only signal in > plain
    run jq -c '[.ts[8:10], .value, .n, .reason]' plain
    assert_output '["05",15,0,"warmup"]
["06",15,1,"warmup"]
["07",15,2,"warmup"]
["08",15,3,"warmup"]
["09",null,4,"no_value"]
["12",null,4,"no_value"]
["13",16,4,"iv_percentile > 80"]'
    vsignal -q --on VIX -n 4 -M iv_mean_reversion,momentum --only signal in | grep -v '"model":"momentum"' | cmp - plain
}

@test "a file of regimes that is wrong or that nobody asked for ends the run before it begins" {
    echo '{"kind":"vix"}' > model.json
    run -78 vsignal -M regime --regime-file model.json < /dev/null
    run -64 vsignal --regime-file model.json < /dev/null
    assert_output --partial 'no model of --model looks at the regime'
    run -64 vsignal --train new.json --regime-file model.json < /dev/null
    assert_output --partial '--train makes its own'
}

@test "an announced split changes no regime" {
    need python3
    cat > make.py <<'PY'
import datetime, math, random, sys
split = sys.argv[1] == "split"
random.seed(6)
day, price = datetime.date(2015, 1, 1), 100.0
for i in range(500):
    day += datetime.timedelta(3 if day.weekday() == 4 else 1)
    vix = 15 + 5 * math.sin(i / 20) + random.random()
    price *= math.exp(random.gauss(0, vix / 1600))
    if split and i == 400:
        print('{"kind":"split","ts":"%sT12:00:00Z","underlying":"SPX","ex_date":"%s","ratio":2}' % (day, day))
    print('{"kind":"bar","ts":"%sT21:00:00Z","symbol":"SPX","close":%.17g}' % (day, price / (2 if split and i >= 400 else 1)))
    print('{"kind":"bar","ts":"%sT21:15:00Z","symbol":"VIX","close":%.4f}' % (day, vix))
PY
    echo '{"regime": {"min_days": 120}}' > own.json
    for kind in split none; do
        python3 make.py $kind | vsignal -q -M regime -c ./own.json --on VIX --only signal |
            jq -c '[.ts, .regime, .reason, .n]' > $kind.out
    done
    run bash -c 'grep -c low none.out'
    refute_output 0
    cmp split.out none.out
}
