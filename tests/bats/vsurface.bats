# vsurface: smiles, verdicts, index, pictures, and where its records stand in the stream.

bats_require_minimum_version 1.5.0
load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
}

# chain TS SCALE DAYS…: quotes of XYZ at TS as vgreeks leaves them, with vols on one SVI shape, half a vol point to bid
# and ask; SCALE multiplies total variance per year. Bids and asks are only there to be positive.
chain() {
    awk -v ts="$1" -v scale="$2" -v days="${*:3}" 'BEGIN {
        n = split(days, d, " ")
        split("31 28 31 30 31 30 31 31 30 31 30 31", len, " ")
        for (i = 1; i <= n; i++) {
            t = d[i] / 365; day = substr(ts, 9, 2) + d[i]; month = substr(ts, 6, 2) + 0
            while (day > len[month]) { day -= len[month]; month++ }
            date = sprintf("%s-%02d-%02d", substr(ts, 1, 4), month, day)
            for (j = -15; j <= 15; j++) {
                k = 0.04 * j * sqrt(t); x = k - 0.01
                w = scale * t * (0.02 + 0.05 * (-0.3 * x + sqrt(x * x + 0.0064)))
                printf "{\"kind\":\"quote\",\"ts\":\"%s\",\"underlying\":\"XYZ\",\"symbol\":\"XYZ%d%d\",\"root\":\"XYZ\",", ts, d[i], j
                printf "\"expiration\":\"%s\",\"expires\":\"%s%s\",\"strike\":%.6f,", date, date, substr(ts, 11), 100 * exp(k)
                printf "\"option_type\":\"%s\",\"bid\":1.0,\"ask\":2.00,\"underlying_price\":99.5,", (k < 0 ? "P" : "C")
                printf "\"t\":%.10f,\"forward\":100,\"discount\":0.99,\"iv_status\":\"ok\",", t
                printf "\"implied_vol\":%.10f,\"iv_bid\":%.10f,\"iv_ask\":%.10f}\n", sqrt(w / t), sqrt(w / t) - 0.005, sqrt(w / t) + 0.005
            }
        }
    }'
}

snap() {
    printf '{"kind":"snap","ts":"%s","underlying":"%s","quotes":%d}\n' "$1" "${3:-XYZ}" "$2"
}

T1=2019-03-01T20:15:00Z
T2=2019-03-04T20:15:00Z

@test "quotes pass byte for byte; slices and metrics follow the snap record" {
    { chain $T1 1 30 10; snap $T1 62; echo '{"kind":"other", "ts":"2019-03-01T20:15:00Z","x":1.50}'; } > in
    run --separate-stderr vsurface in
    assert_success
    assert_equal "${#lines[@]}" 67
    run --separate-stderr bash -c 'vsurface in | grep -v -e "\"kind\":\"slice\"" -e "\"kind\":\"metrics\"" | cmp - in'
    assert_success
    run --separate-stderr bash -c 'vsurface in | tail -n 5 | jq -r "[.kind, .expiration // \"-\"] | join(\" \")"'
    assert_output "snap -
slice 2019-03-11
slice 2019-03-31
metrics -
other -"
}

@test "a smile's parameters, its verdicts and the constant maturities" {
    chain $T1 1 10 40 > in
    run --separate-stderr bash -c 'vsurface --only slice in | jq -c "[.root, .fit_status, .points, .butterfly, .calendar, (.svi_b * 1e6 | round), (.svi_m * 1e6 | round), .inside]"'
    assert_success
    assert_line --index 0 '["XYZ","ok",23,"free","first",1370,10000,1]'
    assert_line --index 1 '["XYZ","ok",23,"free","free",5479,10000,1]'
    # The shape is the same at every maturity, so that the vol at the forward is too: sqrt(.02 + .05 (.003 + sqrt(.0065))).
    run --separate-stderr bash -c 'vsurface --only metrics in | jq -c "[.spot, .quotes, .slices, (.iv30 * 1e6 | round), .iv7, .iv60, .term_slope, .rr25 < 0, .bf25 > 0, .butterfly_violations, .calendar_violations]"'
    assert_output '[99.5,62,2,155503,null,null,null,true,true,0,0]'
}

# by_clock NAME SCALE: the quotes of standard input with t_var = SCALE t and the vols that keep their total variance.
by_clock() {
    jq -c --arg name "$1" --argjson scale "$2" '.t_var = .t * $scale | .clock = $name
        | .implied_vol /= ($scale | sqrt) | .iv_bid /= ($scale | sqrt) | .iv_ask /= ($scale | sqrt)'
}

@test "the vols of a variance clock: slices and metrics name it, total variance counts its time" {
    chain $T1 1 10 40 > plain
    by_clock half 0.5 < plain > in
    vsurface --only slice,metrics plain > a
    vsurface --only slice,metrics in > b
    run jq -c '[.kind, .clock, .t_var]' a
    assert_output '["slice",null,null]
["slice",null,null]
["metrics",null,null]'
    run jq -c '[.kind, .clock, (if .t then .t_var / .t * 1e6 | round else null end)]' b
    assert_output '["slice","half",500000]
["slice","half",500000]
["metrics","half",null]'
    # The smiles are those of the plain clock; t, by which is discounted, stays.
    run bash -c 'for f in a b; do jq -c "select(.svi_b) | [.t, (.svi_a * 1e9 | round), (.svi_b * 1e9 | round), .points, .calendar]" $f > $f.svi; done; cmp a.svi b.svi'
    assert_success
    # 7 and 20 clock days are 14 and 40 of the calendar: iv7 has a value now, iv30 none; total variance is linear, so that
    # the vol is that of the plain clock over the root of a half.
    run jq -c 'select(.kind == "metrics") | [.iv30, (.iv7 * 1e6 | round)]' b
    assert_output '[null,219914]'
}

@test "two clocks on one chain: the quotes of the second are told and not used" {
    chain $T1 1 10 40 > plain
    { head -n 31 plain | by_clock half 0.5; tail -n 31 plain; } > in
    run --separate-stderr bash -c 'vsurface in | jq -c "select(.kind != \"quote\") | [.kind, .expiration, .clock, .slices]"'
    assert_success
    assert_output '["slice","2019-03-11","half",null]
["metrics",null,"half",1]'
    [[ $stderr == *"31 quotes without"*"or with vols of another clock, were not used"* ]]
    # A quote that names none counts by the calendar.
    { head -n 31 plain | by_clock calendar 1; tail -n 31 plain; } > in
    run --separate-stderr bash -c 'vsurface in | jq -c "select(.kind == \"slice\") | [.clock, .fit_status]"'
    assert_output '["calendar","ok"]
["calendar","ok"]'
    # Quotes without a vol belong to any clock.
    { head -n 31 plain | by_clock half 0.5; tail -n 31 plain | jq -c "del(.implied_vol)"; } > in
    run --separate-stderr bash -c 'vsurface in | jq -c "select(.kind == \"slice\") | [.expiration, .fit_status]"'
    assert_output '["2019-03-11","ok"]
["2019-04-10","no_quotes"]'
}

@test "the same result in another order of the rows" {
    chain $T1 1 10 40 > in
    tac in > backwards
    vsurface --only slice,metrics in > a
    vsurface --only slice,metrics backwards > b
    run cmp a b
    assert_success
}

@test "without snap records a snapshot ends with another instant, another underlying, or the stream" {
    { chain $T1 1 30; echo '{"kind":"bar","ts":"2019-03-04T14:00:00Z","symbol":"VIX","close":15}'; chain $T2 1 30 | sed 's/"underlying":"XYZ"/"underlying":"A"/'
      chain $T2 1 30; } > in
    run --separate-stderr bash -c 'vsurface in | jq -r "select(.kind != \"quote\" and .kind != \"slice\") | [.kind, .ts, .underlying // .symbol] | join(\" \")"'
    assert_success
    assert_output "metrics $T1 XYZ
bar 2019-03-04T14:00:00Z VIX
metrics $T2 A
metrics $T2 XYZ"
}

@test "a snapshot without quotes has metrics without values" {
    snap $T1 0 > in
    run --separate-stderr vsurface --only metrics in
    assert_success
    assert_output --partial '"quotes":0,"slices":0,"refused_slices":0,"vix":null,"vix_status":"no_expiries"'
}

@test "expiries that cannot be fitted say why" {
    { chain $T1 1 10 | sed 's/"forward":100,//'; chain $T1 1 20 | head -n 5; chain $T1 1 30 | head -n 14
      chain $T1 1 40 | sed 's/"bid":1.0/"bid":0/'; } > in
    run --separate-stderr bash -c 'vsurface --only slice in | jq -r "[.expiration, .fit_status, .points, .forward, .svi_a] | @csv"'
    assert_success
    assert_output '"2019-03-11","no_forward",0,,
"2019-03-21","too_few_quotes",2,100,
"2019-03-31","one_sided",10,100,
"2019-04-10","no_quotes",0,100,'
    chain $T1 1 30 | awk '{ v = NR % 2 ? 0.6 : 0.1; sub(/"implied_vol".*/, sprintf("\"implied_vol\":%g,\"iv_bid\":%g,\"iv_ask\":%g}", v, v - .01, v + .01)); print }' > in
    run --separate-stderr vsurface --only slice in
    assert_output --partial '"fit_status":"poor_fit"'
    refute_output --partial svi_a
}

@test "--check: 1 when total variance falls with maturity, else 0" {
    { chain $T1 1 10; chain $T1 0.2 20; snap $T1 62; } > in
    run --separate-stderr vsurface --check --only slice in
    assert_failure 1
    assert_line --index 1 --partial '"calendar":"crosses","calendar_k":'
    run --separate-stderr vsurface in
    assert_success
    { chain $T1 1 10; chain $T1 1 20; } > in
    run --separate-stderr vsurface --check in
    assert_success
}

@test "--check: a stream without a single fitted slice is no yes" {
    chain $T1 1 10 | sed 's/"forward":100,//' > in
    run --separate-stderr vsurface --check --only slice in
    assert_failure 1
    assert_output --partial '"fit_status":"no_forward"'
    [[ $stderr == *"no slice was fitted: nothing to check"* ]]
    run --separate-stderr vsurface --check -q /dev/null
    assert_failure 1
    [[ $stderr == *"no slice was fitted: nothing to check"* ]]
    run --separate-stderr vsurface in
    assert_success
}

@test "--check: violation records say where and how much; without it there are none" {
    { chain $T1 1 10; chain $T1 0.2 20; snap $T1 62; } > in
    run --separate-stderr bash -c 'vsurface --check --only violation in | jq -c "[.expiration, .violation, .before_expiration, .k_low <= .k, .size > 0, ((.strike / 100 | log) - .k | fabs) < 1e-9]"'
    assert_output '["2019-03-21","calendar","2019-03-11",true,true,true]'
    run --separate-stderr vsurface --only violation in
    assert_output ""
}

@test "the grid: strikes, log-moneyness and deltas by days, dates and expiries; nothing is extrapolated silently" {
    chain $T1 1 10 40 > in
    # The shape of chain() is sqrt(.02 + .05 (-.3 (k - .01) + sqrt((k - .01)^2 + .0064))) at every maturity.
    run --separate-stderr bash -c 'vsurface --only vol --grid k=-0.1,0,0.9@days=5,20 in | jq -c "[.dte, .k, .vol_status, (if .implied_vol then .implied_vol * 1e6 | round else null end), (if .strike then .strike * 1e3 | round else null end)]"'
    assert_success
    assert_output '[5,null,"outside_maturities",null,null]
[5,null,"outside_maturities",null,null]
[5,null,"outside_maturities",null,null]
[20,-0.1,"wing",168673,90484]
[20,0,"ok",155503,100000]
[20,0.9,"wing",226560,245960]'
    run --separate-stderr bash -c 'vsurface --only vol --grid delta=-0.25,0.25@expiries in | jq -c "[.expiration, .delta, .k < 0, .local_vol > 0.1, .density > 0]"'
    assert_output '["2019-03-11",-0.25,true,true,true]
["2019-03-11",0.25,false,true,true]
["2019-04-10",-0.25,true,true,true]
["2019-04-10",0.25,false,true,true]'
    run --separate-stderr bash -c 'vsurface --only vol --grid strike=100@dates=2019-03-20,2020-01-01 in | jq -c "[.expiration, .vol_status, (.implied_vol // 0 | . * 1e6 | round)]"'
    assert_output '["2019-03-20","ok",155503]
["2020-01-01","outside_maturities",0]'
    run --separate-stderr vsurface --matrix --grid k=-0.1:0:0.1@days=20 --precision 6 in
    assert_success
    assert_output "ts,underlying,root,expiration,days,k=-0.1,k=0
$T1,XYZ,,,20,0.168673*,0.155503"
    run --separate-stderr vsurface --matrix in
    assert_failure 64
    run --separate-stderr vsurface --grid k=0@weeks=3 in
    assert_failure 64
    assert_equal "${stderr_lines[0]}" 'vsurface: --grid: "weeks=3" is not days=LIST, dates=LIST or expiries'
}

@test "events: the variance beyond ordinary days is taken out of iv30, where expiries around the date tell" {
    # After 14 days everything has 0.0009 of total variance more: a move of 3 %.
    chain $T1 1 7 12 21 28 45 > plain
    jq -c 'if .t > 14 / 365 then ([.implied_vol, .iv_bid, .iv_ask] | map((. * .) as $v | $v)) as $v | (0.0009 / .t) as $more
        | .implied_vol = ($v[0] + $more | sqrt) | .iv_bid = (.implied_vol - 0.005) | .iv_ask = (.implied_vol + 0.005) else . end' plain > in
    echo '{"events": [{"name": "earnings", "date": "2019-03-14", "underlying": "XYZ"}]}' > events.json
    run --separate-stderr bash -c 'vsurface --events events.json --only metrics in | jq -c "[.event_status, (.event_move * 1e3 | round), (.iv30_ex * 1e3 | round), .iv30 > .iv30_ex + 0.02]"'
    assert_success
    assert_output '["ok",30,156,true]'
    run --separate-stderr bash -c 'vsurface --events events.json --only slice in | jq -c "[.expiration, .event_variance // 0 | if type == \"number\" then . * 1e4 | round else . end]"'
    assert_line --index 2 '["2019-03-22",9]'
    assert_line --index 3 '["2019-03-29",0]'
    run --separate-stderr bash -c 'vsurface --events events.json --only metrics plain | jq -c "[.event_status, .event_move, (.iv30_ex * 1e6 | round)]"'
    assert_output --partial ',155503]'
    sed 's/XYZ/ABC/' events.json > other.json
    run --separate-stderr bash -c 'vsurface --events other.json --only metrics in | jq -c "[.event_status, (.iv30 - .iv30_ex | fabs) < 1e-12]"'
    assert_output '["none",true]'
    echo '{"events": [{"name": "x", "date": "soon"}]}' > bad.json
    run --separate-stderr vsurface --events bad.json in
    assert_failure 78
}

@test "the change of iv30 since the snapshot before: what rolled and what moved" {
    { chain $T1 1 10 40 60; chain $T2 1.2 7 37 57; } > in
    vsurface --only metrics in > out
    run jq -sc '[.[0].iv30_change, .[1].previous_ts, (.[1].iv30_change * 1e4 | round), (.[1].iv30_roll * 1e4 | round | fabs), (.[1].iv30_move * 1e4 | round)]' out
    # Every contract's variance rose by a fifth: 15.55 to 17.03; none of it is roll.
    assert_output "[null,\"$T1\",148,0,148]"
    # Day by day, with yesterday as history, it is the same; the same day is no history.
    chain $T1 1 10 40 60 > first
    chain $T2 1.2 7 37 57 > second
    run --separate-stderr bash -c 'vsurface --history first --only slice,metrics second | cmp - <(vsurface --only slice,metrics in | tail -n 4)'
    assert_success
    run --separate-stderr vsurface --history second second
    assert_failure 65
    run --separate-stderr vsurface --history missing second
    assert_failure 66
    # Another underlying between the two is no snapshot before.
    { chain $T1 1 10 40 60; chain $T2 1 7 37 57 | sed 's/"underlying":"XYZ"/"underlying":"A"/'; chain $T2 1.2 7 37 57; } > in
    run --separate-stderr bash -c 'vsurface --only metrics in | jq -c "[.underlying, .previous_ts]"'
    assert_output "[\"XYZ\",null]
[\"A\",null]
[\"XYZ\",\"$T1\"]"
}

@test "a chain of the fields that a quote must have gets a surface: 16:00 in New York of the expiration" {
    need jq
    vfetch file -q "$ROOT/examples/data/SPX_20190426.csv.gz" --to csv --kind quote |
        jq -Rrs 'split("\n") | map(select(. != "") | split(",")) | .[0] as $h |
            ["ts", "underlying", "symbol", "expiration", "strike", "option_type", "bid", "ask", "underlying_price"] as $f |
            [$f[] as $n | $h | index($n)] as $at | ($h | index("root")) as $root | ($h | index("expiration")) as $day |
            $f, (.[1:][] | select(.[$root] == "SPXW" and .[$day] == "2019-05-24") | [.[$at[]]]) | join(",")' > minimal.csv
    run head -n 1 minimal.csv
    assert_output 'ts,underlying,symbol,expiration,strike,option_type,bid,ask,underlying_price'
    vgreeks -q minimal.csv | vsurface -q --check --only slice > out
    run jq -ce '[.expiration, .expires, .fit_status, .butterfly, .points > 50]' out
    assert_output '["2019-05-24","2019-05-24T20:00:00Z","ok","free",true]'
}

@test "dates beyond 64 bits of nanoseconds are not used" {
    { chain $T1 1 30; chain $T1 1 30 | head -n 2 | sed -e 's/"expires":"[^"]*",//' -e '1s/2019-03-31/9999-12-31/' -e '2s/2019-03-31/0001-01-01/'; } > in
    run --separate-stderr vsurface --stats --only slice in
    assert_success
    assert_equal "${#lines[@]}" 1
    [[ $stderr == *'"unusable":2'* ]]
}

@test "quotes that lack a settlement or a type are counted and passed on" {
    { chain $T1 1 30; chain $T1 1 30 | head -n 3 | sed -e '1s/"expires":"[^"]*",/"expires":"at noon",/' -e '2s/"option_type":"P"/"option_type":"X"/' -e '3s/"strike":[0-9.]*/"strike":-1/'; } > in
    run --separate-stderr vsurface --stats in
    assert_success
    assert_equal "${#lines[@]}" 36
    [[ $stderr == *"3 quotes without"* && $stderr == *'"unusable":3'* ]]
}

@test "the index of the bundled days: the data folder's values within 0.02, 12.719 on 2019-04-26" {
    need jq
    vfetch file -q "$ROOT/examples/data/DGS1MO.csv.gz" > rates
    for day in 20190425:14.10 20190426:12.72 20190429:13.12 20190430:12.94 20190501:13.34 20190502:14.65 20190503:13.09; do
        vfetch file -q "$ROOT/examples/data/SPX_${day%:*}.csv.gz" | vsurface --rates rates --only metrics > out
        run jq -se --argjson want "${day#*:}" 'length == 1 and (.[0].vix - $want | fabs) <= 0.02' out
        assert_success
    done
    vfetch file -q "$ROOT/examples/data/SPX_20190426.csv.gz" | vsurface --rates rates --only metrics > out
    run jq -ce '[(.vix - 12.719 | fabs) <= 0.005, .vix_near, .vix_next]' out
    assert_output '[true,"2019-05-24","2019-05-31"]'
    # Rates in the stream do the same; without any there is no index.
    { tac rates | grep -m 1 '"ts":"2019-04-26'; vfetch file -q "$ROOT/examples/data/SPX_20190426.csv.gz"; } | vsurface --only metrics > stream
    run cmp out stream
    assert_success
    vfetch file -q "$ROOT/examples/data/SPX_20190426.csv.gz" | vsurface --only metrics > none
    run jq -ce '[.vix, .vix_status]' none
    assert_output '[null,"no_rate"]'
    # Any expiry: the two nearest to 30 days, which on this day are 28 May (a Tuesday) and 24 May.
    vfetch file -q "$ROOT/examples/data/SPX_20190426.csv.gz" | vsurface --rates rates --only metrics --vix-expiries any > any
    run jq -ce '[.vix_near, .vix_next, .vix_status]' any
    assert_output '["2019-05-24","2019-05-28","ok"]'
}

@test "the index of every SPX trading day of 2019 equals the data README's value within 0.02" {
    need_data cboe-spx-daily-2019
    need jq
    vfetch file -q "$DATA/history/fred/DGS1MO.csv.gz" > rates
    awk -F '|' '/^\| 2019-/ {gsub(/ /, ""); print $2, $5}' "$DATA/README.md" > wanted
    while read -r day want; do
        [[ $day != 2019-05-27 ]] || continue # Memorial Day: a stale file, which vclean refuses
        vfetch file -q "$DATA/cboe-spx-daily-2019/SPX_${day//-/}.csv.gz" < /dev/null |
            vsurface --rates rates --only metrics > out
        run jq -se --argjson want "$want" 'length == 1 and (.[0].vix - $want | fabs) <= 0.02' out
        [[ $status -eq 0 ]] || fail "$day: $(jq -c '[.vix, .vix_status, .vix_near, .vix_next]' out), not $want"
    done < wanted
    assert_equal "$(wc -l < wanted)" 30
}

@test "a real chain: the median smile of 2019-04-26 holds 98 % of its quotes, none has butterfly arbitrage" {
    need jq
    vfetch file -q "$ROOT/examples/data/SPX_20190426.csv.gz" | vclean -q | vgreeks -q | vsurface -q --only slice,metrics > out
    run jq -sce '[.[] | select(.kind == "slice" and .fit_status == "ok")] |
        [length, ([.[] | select(.t >= 7 / 365) | .inside] | sort | .[length / 2 | floor] >= 0.98),
         all(.butterfly == "free"), (map(.rmse_vol) | max < 0.002), (map(.expires + .root) | . == sort)]' out
    assert_output '[41,true,true,true,true]'
    # The discount of put-call parity serves the index nearly as well as a yield.
    run jq -ce 'select(.kind == "metrics") | [.spot, .slices, (.vix - 12.72 | fabs) <= 0.02,
        (.iv30 - 0.0968 | fabs) < 0.0005, .rr25 < 0, .bf25 > 0, .term_slope > 0]' out
    assert_output '[2939.88,41,true,true,true,true,true]'
}

@test "the other models on a real chain: spline and eSSVI without arbitrage, every model near the same iv30" {
    need jq
    vfetch file -q "$ROOT/examples/data/SPX_20190426.csv.gz" | vclean -q | vgreeks -q > in
    # spline: at least 99 % of the quotes of every slice inside bid and ask, no violation
    run --separate-stderr bash -c 'vsurface -q --model spline --check --only slice,metrics in > out'
    assert_success
    run jq -sce '[.[] | select(.kind == "slice" and .t >= 7 / 365)] | [length, all(.fit_status == "ok"), (map(.inside) | min >= 0.99), all(.model == "spline"), any(has("svi_a"))]' out
    assert_output '[37,true,true,true,false]'
    run jq -ce 'select(.kind == "metrics") | [.butterfly_violations, .calendar_violations, (.iv30 - 0.0968 | fabs) < 0.0005]' out
    assert_output '[0,0,true]'
    # eSSVI: no violation, and an error of at most 0.3 vol points at the median expiry
    run --separate-stderr bash -c 'vsurface -q --model essvi --check --only slice,metrics in > out'
    assert_success
    run jq -sce '[.[] | select(.kind == "slice" and .t >= 7 / 365)] | [length, (map(.rmse_vol) | sort | .[length / 2 | floor] <= 0.003), all(.essvi_theta > 0)]' out
    assert_output '[37,true,true]'
    run jq -ce 'select(.kind == "metrics") | [.butterfly_violations, .calendar_violations, (.iv30 - 0.0968 | fabs) < 0.001]' out
    assert_output '[0,0,true]'
    # rbf: near the quotes, and honest about its arbitrage
    vsurface -q --model rbf --only metrics in > out
    run jq -ce '[(.iv30 - 0.0968 | fabs) < 0.001, .butterfly_violations > 0]' out
    assert_output '[true,true]'
}

@test "quotes that contradict each other: the spline misses few, not little" {
    need jq
    need_data yahoo-etf-chains-2026
    # With the least sum of misses 78.3 % of these quotes lay inside (SPY of 2026-08-21, American).
    vfetch file -q "$DATA/yahoo-etf-chains-2026/2026-08-20/SPY.csv.gz" | vclean -q | vgreeks -q |
        vsurface -q --model spline --check --only slice,violation > out
    run jq -sce '[(map(select(.kind == "slice" and .fit_status == "ok" and .t >= 7 / 365)) | (map(.inside * .points) | add) / (map(.points) | add) >= 0.83),
        (map(select(.kind == "violation")) | length)]' out
    assert_output '[true,0]'
}

@test "--correct: the nodes of a surface that crosses come with vols that do not" {
    { chain $T1 1 10; chain $T1 0.2 20; } > in
    run --separate-stderr bash -c 'vsurface --only vol --correct all --grid k=-0.02:0.02:0.01@expiries in > out'
    assert_success
    run jq -sce '(map(select(.expiration == "2019-03-11"))) as $a | (map(select(.expiration == "2019-03-21"))) as $b |
        [range(5) | ($a[.].implied_vol | . * .) * 10 > ($b[.].implied_vol | . * .) * 20,
                    ($a[.].corrected_vol | . * .) * 10 <= ($b[.].corrected_vol | . * .) * 20 * (1 + 1e-8)] | all' out
    assert_output true
    # Calendar alone: pooled by hand, u = vol sqrt(t) with weights 1 / (t spread^2), the spreads being equal.
    run --separate-stderr bash -c 'vsurface --only vol --correct calendar --grid k=-0.02:0.02:0.01@expiries in > out'
    assert_success
    run jq -sce '(map(select(.expiration == "2019-03-11"))) as $a | (map(select(.expiration == "2019-03-21"))) as $b |
        [range(5) | (($a[.].implied_vol / ($a[.].t | sqrt) + $b[.].implied_vol / ($b[.].t | sqrt)) / (1 / $a[.].t + 1 / $b[.].t)) as $u |
            ($a[.].corrected_vol * ($a[.].t | sqrt) / $u - 1 | fabs) < 1e-8, ($b[.].corrected_vol * ($b[.].t | sqrt) / $u - 1 | fabs) < 1e-8] | all' out
    assert_output true
    run --separate-stderr vsurface --correct all in
    assert_failure 64
    run --separate-stderr vsurface --correct calendar --grid delta=0.25@expiries in
    assert_failure 64
    assert_equal "${stderr_lines[0]}" 'vsurface: --correct calendar: total variance is compared at equal k: --grid k=…'
    run --separate-stderr vsurface --correct butterfly --grid k=0@expiries in
    assert_failure 64
}

@test "--correct: a node with a narrow spread moves less than one with a wide spread" {
    { chain $T1 1 10; chain $T1 0.2 20; } > even
    jq -c 'if .expiration == "2019-03-11" then .iv_bid -= 0.045 | .iv_ask += 0.045 else . end' even > wide
    for rule in calendar all; do
        for in in even wide; do
            vsurface --only vol --correct $rule --grid k=-0.02:0.02:0.01@expiries $in |
                jq -sc 'map(select(.expiration == "2019-03-21" and .k == 0) | .corrected_vol - .implied_vol)[0]' > $rule.$in
        done
        run jq -sce '.[1] > 0 and .[1] < .[0] / 5' $rule.even $rule.wide
        assert_output true
    done
}

@test "the grid by expiries: roots of one date, no minus zero" {
    { chain $T1 1 10; chain $T1 1 10 | sed 's/"root":"XYZ"/"root":"XYZW"/; s/"expires":"2019-03-11T20:15/"expires":"2019-03-11T13:30/; s/"t":0.02739/"t":0.02662/'; } > in
    run --separate-stderr bash -c 'vsurface --only vol --grid k=-50,0@expiries in | jq -c "[.root, .expiration, .expires, .k, (.delta * 10 | round)]"'
    assert_success
    assert_output '["XYZW","2019-03-11","2019-03-11T13:30:00Z",-50,0]
["XYZW","2019-03-11","2019-03-11T13:30:00Z",0,5]
["XYZ","2019-03-11","2019-03-11T20:15:00Z",-50,0]
["XYZ","2019-03-11","2019-03-11T20:15:00Z",0,5]'
    run --separate-stderr bash -c 'vsurface --only vol --grid k=-50,0@expiries in | grep -c -e ":-0[,}]"'
    assert_output 0
    run --separate-stderr bash -c 'vsurface --matrix --grid k=0@expiries in | cut -d, -f2-4'
    assert_output 'underlying,root,expiration
XYZ,XYZW,2019-03-11
XYZ,XYZ,2019-03-11'
}

@test "--time monotone: between expiries on Steffen's curve, at them the same, and no jump of the local variance" {
    { chain $T1 1 10 40; chain $T1 1.5 70 100; } > in
    run --separate-stderr bash -c 'for time in linear monotone; do vsurface --only vol --time $time --grid k=0@days=20,40,55 in | jq -r "[.dte, (.implied_vol * 1e4 | round)] | @tsv"; done'
    assert_success
    # w at 10, 40, 70 days is 10, 40, 105 in units of the first: the slopes are 1 at 10 and (1 + 13/6) / 2 at 40, so that the
    # cubic has 18.704 at 20 days where the line has 20.
    assert_output $'20\t1555
40\t1555
55\t1785
20\t1504
40\t1555
55\t1774'
    run --separate-stderr bash -c 'for time in linear monotone; do vsurface --only vol --time $time --grid k=0@days=39.999,40.001 in | jq -s "(.[1].local_vol - .[0].local_vol | fabs) < 1e-3"; done'
    assert_output "false
true"
    run --separate-stderr vsurface --time cubic --grid k=0@days=20 in
    assert_failure 64
}

@test "--check tells slices that were refused, and metrics count them" {
    { chain $T1 1 10; chain $T1 1 40 | awk '{ v = NR % 2 ? 0.6 : 0.1; sub(/"implied_vol".*/, sprintf("\"implied_vol\":%g,\"iv_bid\":%g,\"iv_ask\":%g}", v, v - .01, v + .01)); print }'; } > in
    run --separate-stderr bash -c 'vsurface -q --check --only slice,metrics in > out'
    assert_equal "$stderr" "vsurface: 1 slices were refused (degenerate or poor_fit): nobody checked them"
    run jq -c 'select(.kind == "metrics") | [.slices, .refused_slices]' out
    assert_output '[1,1]'
}

@test "--history of another clock: why there is no change is told" {
    chain $T1 1 10 40 > before
    chain $T2 1 10 40 | by_clock half 0.5 > in
    run --separate-stderr bash -c 'vsurface -q --history before --only metrics in | jq -c ".iv30_change"'
    assert_output null
    assert_equal "$stderr" "vsurface: XYZ: the vols of the snapshot before count by the clock calendar, these by half: no iv30_change"
    chain $T2 1 7 37 > in
    run --separate-stderr bash -c 'vsurface -q --history before --only metrics in | jq -c ".iv30_change != null"'
    assert_output true
    assert_equal "$stderr" ""
}

@test "a rate record without a value is passed and skipped, as by vgreeks" {
    { echo '{"kind":"rate","ts":"2019-03-01T20:00:00Z","symbol":"DGS1MO","tenor_days":30,"rate":null}'; chain $T1 1 10 40; } > in
    run --separate-stderr bash -c 'vsurface in | head -n 1'
    assert_success
    assert_output --partial '"rate":null'
    assert_equal "$stderr" ""
    sed -i 's/"tenor_days":30,"rate":null/"tenor_days":-1,"rate":0.02/' in
    run --separate-stderr vsurface --only metrics in
    assert_failure 65
}

@test "inverse options: premiums in the coin give the index of premiums in the currency" {
    need jq
    vfetch file -q "$ROOT/examples/data/SPX_20190426.csv.gz" |
        jq -c 'select(.expiration == "2019-05-24" or .expiration == "2019-05-31")' | vgreeks -q > in
    vsurface -q --only metrics in > usd
    jq -c 'select(.kind == "quote") | .inverse = true | (.forward * .discount) as $coin | .bid /= $coin | .ask /= $coin' in |
        vsurface -q --only metrics > coin
    run jq -sce '.[0].vix > 12 and (.[0].vix - .[1].vix | fabs) < 1e-6' usd coin
    assert_success
}

@test "pictures: whole SVGs, the same bytes twice, of the last snapshot" {
    need gnuplot
    { chain $T1 1 10 40; chain $T2 1 10 40 120; } > in
    run --separate-stderr vsurface --only metrics --plot smile=a.svg --plot surface=b.svg --plot term=c.svg in
    assert_success
    for file in a b c; do
        run tail -n 2 $file.svg
        assert_output --partial '</svg>'
        grep -q "XYZ, $T2" $file.svg
    done
    run grep -c 2019-0 a.svg
    [[ $output -ge 4 ]] # title and three panels
    for file in a b c; do mv $file.svg $file.old; done
    vsurface --only metrics --plot smile=a.svg --plot surface=b.svg --plot term=c.svg in > /dev/null
    for file in a b c; do
        run cmp $file.svg $file.old
        assert_success
    done
    run ls
    refute_output --partial tmp
}

@test "pictures: densities, PNG, and characters on a terminal" {
    need gnuplot
    chain $T1 1 10 40 > in
    run --separate-stderr vsurface --only metrics --plot density=d.svg --plot smile=s.png --plot term=- in
    assert_success
    assert_equal "${#lines[@]}" 1
    [[ $stderr == *"25-delta put"* ]]
    grep -q 2019-03-11 d.svg
    run bash -c "head -c 4 s.png | tail -c 3"
    assert_output PNG
}

@test "pictures: no gnuplot is 69, a wrong form 64, nothing to draw 66, no directory 73" {
    chain $T1 1 10 40 > in
    mkdir empty
    run --separate-stderr env PATH="$PWD/empty" "$BIN/vsurface" --only metrics --plot term=t.svg in
    assert_failure 69
    [[ $stderr == *"gnuplot is not installed"* ]]
    assert_output --partial '"kind":"metrics"'
    [[ ! -e t.svg && ! -e t.svg.tmp ]]
    run --separate-stderr vsurface --plot gamma=t.svg in
    assert_failure 64
    run --separate-stderr vsurface --plot term=t.pdf in
    assert_failure 64
    snap $T1 0 > none
    run --separate-stderr vsurface --plot term=t.svg none
    assert_failure 66
    assert_equal "$stderr" "vsurface: there is no smile to draw"
    run --separate-stderr vsurface --plot smile=s.svg --plot surface=u.svg --plot term=t.svg none
    assert_failure 66
    assert_equal "$stderr" "vsurface: there is no smile to draw"
    chain $T1 1 10 > one
    run --separate-stderr vsurface --only metrics --plot surface=u.svg one
    assert_failure 66
    [[ $stderr == *"u.svg: a surface needs two smiles"* ]]
    need gnuplot
    run --separate-stderr vsurface --plot term=no/such/t.svg in
    assert_failure 73
    assert_equal "$stderr" "vsurface: no/such/t.svg: No such file or directory"
}

@test "stopped by a signal in the middle of a chain: no slices of half of it" {
    mkfifo feed
    vsurface -u feed > out &
    local pid=$!
    exec 7> feed
    chain $T1 1 30 >&7
    for _ in $(seq 100); do
        [[ $(wc -l < out) -eq 31 ]] && break
        sleep 0.05
    done
    kill -TERM "$pid"
    status=0
    wait "$pid" || status=$?
    exec 7>&-
    assert_equal "$status" 143
    chain $T1 1 30 | cmp - out
}

@test "configuration: a missing rates file is 66, a bad rule 64, no calendar 78" {
    chain $T1 1 30 > in
    run --separate-stderr vsurface --rates missing in
    assert_failure 66
    run --separate-stderr vsurface --vix-expiries monday in
    assert_failure 64
    run --separate-stderr vsurface --model sabr in
    assert_failure 64
    run --separate-stderr env VOLPIPE_SHARE="$PWD" vsurface in
    assert_failure 78
}
