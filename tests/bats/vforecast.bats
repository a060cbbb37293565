# vforecast: records, models, judging, networks, and that nothing of it comes from the future.

# shellcheck disable=SC2154 # run sets stderr_lines
bats_require_minimum_version 1.5.0
load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# The bundled VIX as bars, with what comes before FROM left out, at most N days.
vix_bars() { # FROM N
    vfetch file -q "$ROOT/examples/data/vix-daily.csv.gz" | awk -v from="$1" -v n="$2" '
        match($0, /"ts":"/) && substr($0, RSTART + 6, 10) >= from && k < n { print; k++ }'
}

bar() { # DATE OPEN HIGH LOW CLOSE [SYMBOL]
    printf '{"kind":"bar","ts":"%sT21:00:00Z","symbol":"%s","open":%s,"high":%s,"low":%s,"close":%s}\n' \
        "$1" "${6:-A}" "$2" "$3" "$4" "$5"
}

@test "forecasts follow their bar; everything passes byte for byte" {
    { bar 2024-01-02 100 102 99 101; echo '{"kind":"other", "ts":"2024-01-02T21:00:00Z","x":1.50}'
      bar 2024-01-03 101 103 100 102.50; } > in
    run --separate-stderr vforecast -m ewma,har_log -z 1,5 in
    assert_success
    assert_equal "${#lines[@]}" 11
    assert_line --index 0 "$(sed -n 1p in)"
    assert_line --index 1 '{"kind":"forecast","ts":"2024-01-02T21:00:00Z","underlying":"A","model":"ewma","horizon":1,"variance":null,"forecast_vol":null,"measure":"range","realised":null,"n":0,"reason":"no_return"}'
    assert_line --index 5 "$(sed -n 2p in)"
    assert_line --index 6 "$(sed -n 3p in)"
    assert_line --index 7 --partial '"model":"ewma","horizon":1,"variance":null'
    assert_line --index 7 --partial '"n":1,"reason":"warmup"'
    assert_line --index 10 --partial '"model":"har_log","horizon":5'
    # Garman-Klass of the second day, and nothing overnight: open = close before
    run jq -s 'map(select(.realised != null))[0].realised - (0.5 * pow(1.03 | log; 2) - (2 * (2 | log) - 1) *
        pow((102.5 / 101) | log; 2)) | fabs < 1e-13' <<< "$output"
    assert_output true
}

@test "the numbers of ewma, mean22, naive and har against numpy's" {
    /usr/bin/python3 -c 'import numpy' 2> /dev/null || skip "numpy is not installed"
    vix_bars 2012-01-01 600 > bars
    vforecast -m ewma,mean22,naive,har,har_log -z 1,5 --last --only forecast --precision 17 --refit 1 bars > out
    cat > check.py <<'PY'
import json
import numpy as np
days = [json.loads(line) for line in open("bars")]
o, h, l, c = (np.log([float(d[k]) for d in days]) for k in ("open", "high", "low", "close"))
good = (np.r_[False, np.ones(len(days) - 1, bool)] & (h > l) & (h >= np.maximum(o, c) - 1e-9) & (l <= np.minimum(o, c) + 1e-9))
y = (0.5 * (h - l) ** 2 - (2 * np.log(2) - 1) * (c - o) ** 2 + (o - np.r_[np.nan, c[:-1]]) ** 2)[good]
y = y[np.isfinite(y)]
s = y[0]
for v in y[1:]:
    s = 0.94 * s + 0.06 * v
want = {}
for H in (1, 5):
    want["ewma", H], want["mean22", H], want["naive", H] = s, y[-22:].mean(), y[-H:].mean()
    rows = range(21, len(y) - H)
    x = np.array([[1, y[t], y[t - 4:t + 1].mean(), y[t - 21:t + 1].mean()] for t in rows])
    f = np.array([y[t + 1:t + 1 + H].mean() for t in rows])
    last = np.array([1, y[-1], y[-5:].mean(), y[-22:].mean()])
    want["har", H] = max(np.linalg.lstsq(x, f, rcond=None)[0] @ last, f.min())
    x[:, 1:], last[1:] = np.log(x[:, 1:]), np.log(last[1:])
    b, ssr = np.linalg.lstsq(x, np.log(f), rcond=None)[:2]
    want["har_log", H] = np.exp(b @ last + ssr[0] / (len(f) - 4) / 2)
n = 0
for line in open("out"):
    r = json.loads(line)
    assert r["n"] == len(y), (r["n"], len(y))
    w = want[r["model"], r["horizon"]]
    assert abs(r["variance"] - w) < 1e-9 * w, (r, w)
    assert abs(r["forecast_vol"] - np.sqrt(252 * w)) < 1e-9
    n += 1
assert n == 10
PY
    run /usr/bin/python3 check.py
    assert_success
}

@test "nothing of it comes from the future: days after t cut, or corrupted, leave all up to t as it was" {
    need_data history/spx_ohlc_1927_2026.csv.gz
    vfetch file -q --symbol SPX "$DATA/history/spx_ohlc_1927_2026.csv.gz" |
        awk 'match($0, /"ts":"/) && substr($0, RSTART + 6, 10) >= "2003-01-01"' | head -n 1500 > bars
    vforecast -q --train net.json --epochs 3 --until 2004-12-31 bars
    # shellcheck disable=SC2054 # commas of a list
    options=(-m naive,mean22,ewma,har,har_log,garch,gjr,egarch,lstm,combination -N net.json -r 60 --fits)
    vforecast "${options[@]}" bars > whole
    assert_equal "$(grep -c '"model":"lstm".*"variance":[0-9]' whole)" "$((3 * (1500 - $(grep -c '"ts":"200[34]' bars))))"
    for t in 501 777 1333; do
        head -n $t bars > first
        vforecast "${options[@]}" first > out
        head -n "$(wc -l < out)" whole | cmp - out
        # Prices tripled, days turned upside down
        awk -v t=$t 'NR > t { gsub(/"close":/, "\"close\":3"); gsub(/"open":/, "\"open\":7") } { print }' bars > corrupt
        vforecast -q "${options[@]}" corrupt | head -n "$(wc -l < out)" | cmp - out
    done
}

@test "history warms the state: day by day is the stream" {
    vix_bars 2015-01-01 560 > bars
    vforecast -m ewma,har_log,garch,combination -n 200 bars --only forecast > whole
    # All but the last day as history. Fits fall on the same days since history counts as days do.
    head -n 559 bars > before
    tail -n 1 bars > today
    vforecast -m ewma,har_log,garch,combination -n 200 -H before today --only forecast > out
    tail -n 12 whole | cmp - out
    run -65 --separate-stderr vforecast -H bars today
    assert_equal "${stderr_lines[0]}" "vforecast: bars:560: history of $(jq -r .ts today) is not before the first record of the input, of $(jq -r .ts today)"
}

@test "--last, --at, --symbol" {
    { bar 2024-01-02 100 102 99 101; bar 2024-01-02 10 11 9 10 B; bar 2024-01-03 101 103 100 102; } > in
    run vforecast -z 1 --last --only forecast in
    assert_equal "${#lines[@]}" 2
    assert_line --index 0 --partial '"ts":"2024-01-03T21:00:00Z","underlying":"A"'
    assert_line --index 1 --partial '"ts":"2024-01-02T21:00:00Z","underlying":"B"'
    run vforecast -z 1 --at 2024-01-02 --only forecast in
    assert_equal "${#lines[@]}" 2
    run vforecast -z 1 -s B --only forecast in
    assert_equal "${#lines[@]}" 1
    assert_output --partial '"underlying":"B"'
}

@test "bars that bring no day say why, and the others are as without them" {
    vix_bars 2015-01-01 300 > good
    last=$(jq -r .close <(tail -n 1 good))
    {
        cat good
        bar 2016-03-14 0 0 0 0 VIX                 # no price
        bar 2016-03-15 17 16 18 17 VIX             # high below low
        bar 2016-03-16 17 17 17 17 VIX             # no range
        bar 2016-03-16 17 18 16 17 VIX             # the same date again
        bar 2016-03-17 34 35 33 34 VIX             # twice the close before, at once
        echo '{"kind":"bar","ts":"2016-03-18T20:15:00Z","symbol":"VIX","close":34}'
        bar 2016-04-18 34 35 33 34 VIX             # a month later
        bar 2016-04-19 34 35 33 -34 VIX
        bar 2016-04-20 34.5 35 33 34 VIX           # good
    } > in
    vforecast -m ewma -z 1 -n 200 --only forecast in > out 2> err
    run jq -r '.reason // "ok"' out
    assert_equal "$(tail -n 9 <<< "$output" | xargs)" "bad_price bad_bar no_range repeated_date suspect_split no_open gap bad_price ok"
    run jq -c 'select(.ts > "2016-03-12") | .n' out
    assert_equal "$(xargs <<< "$output")" "$(jq .n out | sed -n 300p | xargs -I{} sh -c 'printf "%s " {} {} {} {} {} {} {} {}; expr {} + 1')"
    grep -q 'vforecast: [0-9]* bars brought no day: .*bad_price 2' err
    # a split that was announced is none that is suspected
    { cat good; echo '{"kind":"split","ts":"2016-03-16T12:00:00Z","underlying":"VIX","ex_date":"2016-03-16","ratio":0.5}'
      bar 2016-03-16 "$(jq -n "$last * 2")" 99 1 "$(jq -n "$last * 2")" VIX; } > in
    run sh -c 'vforecast -m ewma -z 1 -n 200 --only forecast in | tail -n 1 | jq -r ".reason // \"ok\""'
    assert_output ok
}

@test "--variance-field: the bars bring their variance, and need no range for it" {
    vix_bars 2015-01-01 260 | jq -c '{kind, ts, symbol, close, rv5: (.high / .low | log | . * .)}' > bars
    vforecast -m ewma,har_log -z 1 -n 200 -f rv5 --only forecast --precision 17 bars > out
    run jq -rs '[.[] | select(.model == "ewma")] as $f | reduce $f[1:][] as $r ($f[0].realised; 0.94 * . + 0.06 * $r.realised) |
        . - $f[-1].variance | fabs < 1e-15' out
    assert_output true
    run sh -c 'tail -n 1 out | jq -c "[.measure, .n, .variance > 0]"'
    assert_output '["rv5",260,true]'
    jq -c 'if .ts[:10] == "2015-03-02" then .rv5 = -1 elif .ts[:10] == "2015-03-03" then del(.rv5) else . end' bars > holes
    run sh -c 'vforecast -q -m ewma -z 1 -f rv5 --only forecast holes | jq -r ".reason // \"ok\"" | sort | uniq -c | xargs'
    assert_output "2 no_variance_given 258 warmup"
}

@test "too few days, and symbols that appear late, are in warm-up" {
    { vix_bars 2015-01-01 230; vix_bars 2015-10-01 120 | sed 's/"VIX"/"LATE"/'; } | sort -t'"' -k8,8 -s > in
    vforecast -m ewma -z 5 -n 200 --only forecast in > out
    run jq -r 'select(.underlying == "LATE") | .reason // "ok"' out
    assert_equal "$(sort -u <<< "$output" | xargs)" "no_return warmup"
    assert_equal "$(jq -r 'select(.underlying == "VIX" and .variance != null) | .n' out | head -n 1)" 200
}

@test "what the command line cannot mean is 64" {
    check() { # WORDS ARG…
        local words=$1
        shift
        run -64 --separate-stderr vforecast "$@" < /dev/null
        assert_equal "${stderr_lines[0]}" "vforecast: $words"
    }
    check '--model: no model is called "harlog"' -m ewma,harlog
    check '--model: no model is called ""' -m ewma,
    check '--horizons: expected days from 1 to 252, got "0"' -z 1,0
    check '--horizons: 5 stands there twice' -z 5,1,5
    check '--horizons: more than 6' -z 1,2,3,4,5,6,7
    check '--model: har_log loses on squared returns, whose logarithms fall without bound (vforecast(1)); use har' -M squared
    check '--model: a combination needs two other models' -m ewma,combination
    check '--model: lstm needs a network (--lstm, --train)' -m lstm
    check '--at: expected a date such as 2019-04-26, got "today"' --at today
    check '--min-samples and --window: a horizon of 252 days needs 304' -z 252 -n 300
    run vforecast -M squared -m har,garch < /dev/null
    assert_success
}

@test "fits have coefficients with standard errors" {
    vix_bars 2015-01-01 700 > bars
    vforecast -m har,garch,gjr,egarch -z 1,5 -r 1000 --fits --only fit bars > out
    assert_equal "$(jq -r '"\(.model) \(.horizon // 0)"' out | xargs)" "har 1 har 5 garch 0 gjr 0 egarch 0"
    run jq -c 'select(.model != "gjr") | [.coefficients[] | .value, .se, .robust_se] | map(type) | unique' out
    assert_equal "$(sort -u <<< "$output")" '["number"]'
    # VIX rises wildly and falls calmly: the news of falls is held at 0, and has no error
    run jq -c 'select(.model == "gjr") | .coefficients | .gamma.se, (.gamma.value + .alpha.value), (.alpha.se > 0)' out
    assert_equal "$(xargs <<< "$output")" "null 0 true"
    run jq -r 'select(.model == "gjr") | .coefficients | keys | join(" ")' out
    assert_output "alpha beta gamma mu omega"
    run -64 --separate-stderr vforecast --fits --to csv --kind fit bars
    run --separate-stderr vforecast --to csv --kind forecast -m ewma,har_log,combination -z 1 --at 2017-09-29 bars
    assert_success
    assert_equal "${#lines[@]}" 4
    assert_line --index 0 --partial "kind,ts,underlying,model,horizon,variance,forecast_vol,measure"
}

@test "a network is trained on one file and forecasts in another; it has no opinion on its own days" {
    vix_bars 2010-01-01 700 > old
    vix_bars 2010-01-01 900 > all
    run --separate-stderr vforecast --train net.json --epochs 4 --hidden 6 old
    assert_success
    assert_output ""
    assert_regex "${stderr_lines[-1]}" '^vforecast: [0-9]+ windows of VIX, best of the passes: [1-4], loss 0\.[0-9]+, on the days kept apart 0\.[0-9]+$'
    vforecast -q --train again.json --epochs 4 --hidden 6 old
    cmp net.json again.json
    run jq -r '[.model, .symbol, .measure, .hidden, (.horizons | join(","))] | join(" ")' net.json
    assert_output "lstm VIX range 6 1,5,22"
    vforecast -m lstm -z 1,5 -N net.json --only forecast all > out
    trained=$(jq -r .trained_to net.json)
    run jq -r --arg to "$trained" 'select(.ts[:10] <= $to) | .reason' out
    assert_equal "$(sort -u <<< "$output" | xargs | tr ' ' '\n' | grep -c -e in_sample -e warmup -e no_return)" \
        "$(sort -u <<< "$output" | grep -c -e in_sample -e warmup -e no_return)"
    run jq -r --arg to "$trained" 'select(.ts[:10] > $to and .realised != null) | (.variance > 0)' out
    assert_equal "$(sort -u <<< "$output")" true
    # horizons and measures that it does not know
    run sh -c 'vforecast -m lstm -z 2 -N net.json --last --only forecast all | jq -r .reason'
    assert_output no_fit
    run -78 --separate-stderr vforecast -m lstm -N net.json -M squared all
    assert_equal "${stderr_lines[0]}" "vforecast: net.json: measure: it was trained on range, and this run is on squared"
    run -78 vforecast -m lstm -N no-such-net.json all
    run -64 --separate-stderr vforecast -N net.json all
    assert_equal "${stderr_lines[0]}" "vforecast: --lstm: --model does not name lstm"
    head -n 200 old > few
    run -65 --separate-stderr vforecast --train none.json few
    [[ ! -e none.json ]]
    run -73 vforecast -q --train no/such/dir/net.json --epochs 1 old
}

@test "--score: the table is that of the records" {
    vix_bars 2014-01-01 800 > bars
    run --separate-stderr vforecast --score -m ewma,mean22,har_log -z 5 --from 2016-06-01 --until 2016-12-30 bars
    assert_success
    assert_line --index 0 "VIX, forecasts of 2016-06-01 to 2016-12-30:"
    assert_line --partial "| horizon | model | days | QLIKE | MSE | MAE | t (p) against mean22 | t (p) against ewma |"
    printed=$(grep '| har_log |' <<< "$output")
    vforecast -m har_log -z 5 --only forecast bars --precision 17 | jq -c '[.ts[:10], .variance, .realised]' | grep -v 'null\]$' > records
    run jq -rs '[range(length - 5) as $i | select(.[$i][0] >= "2016-06-01" and .[$i][0] <= "2016-12-30") |
        ([.[$i + 1:$i + 6][][2]] | add / 5) as $y | .[$i][1] as $f | ($f | log) + $y / $f] |
        "\(length) \(add / length * 1e5 | round / 1e5)"' records
    assert_equal "$output" "$(awk -F'|' '{print $4 + 0, $5 + 0}' <<< "$printed")"
}

@test "vsignal takes the forecast of a month into its variance risk premium" {
    vix_bars 2015-01-01 300 | sed 's/"VIX"/"A"/' > bars # VIX itself would be the vol of SPX to vsignal
    { cat bars; tail -n 1 bars | jq -c '{kind: "metrics", ts, underlying: .symbol, vix: 90, iv30: 0.9}'; } |
        vforecast -n 200 | vsignal --model vrp --last --only signal > out
    run jq -c '[.model, .forecast_model, (.vrp - (.implied * .implied - .forecast_vol * .forecast_vol) | fabs < 1e-9)]' out
    assert_output '["vrp","har_log",true]'
    vforecast -n 200 -z 22 --last --only forecast bars > forecast
    assert_equal "$(jq .forecast_vol out)" "$(jq .forecast_vol forecast)"
}

@test "HAR beats EWMA and the 22-day mean on the S&P 500, out of sample 2000 to 2026" {
    need_data history/spx_ohlc_1927_2026.csv.gz
    vfetch file -q --symbol SPX "$DATA/history/spx_ohlc_1927_2026.csv.gz" |
        awk 'match($0, /"ts":"/) && substr($0, RSTART + 6, 10) >= "1989-12-29"' > bars
    vforecast --score -m ewma,mean22,har,har_log --from 2000-01-01 bars > table
    cat table
    # t of both forms against both, at 1 and 5 days
    run awk -F'|' '$2 < 22 && $3 ~ /har/ { n++; split($8, a, " "); split($9, b, " "); good += a[1] <= -3 && b[1] <= -3 && $4 > 6690 }
        END { print n, good }' table
    assert_output "4 4"
}

@test "options that do not go together, and nothing to train on" {
    run -64 vforecast --at 2020-03-16 --last < /dev/null
    assert_output --partial 'only one of them'
    run -64 vforecast --train net.json --score < /dev/null
    run -64 vforecast --from 2020-01-01 < /dev/null
    assert_output --partial '--from and --until'
    run -65 vforecast --train net.json < /dev/null
    assert_output --partial 'no bar that is asked for'
}
