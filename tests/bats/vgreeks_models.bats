# vgreeks beyond the plain quote: forward records and the parity report, further greeks, smile deltas, variance clocks,
# given vols, American options and cash dividends.

load helper
load spx

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
}

# option STRIKE TYPE BID ASK [MORE]: an option on XYZ, 100 days to go on 2024-01-16.
option() {
    printf '{"kind":"quote","ts":"2024-01-16T21:00:00Z","underlying":"XYZ","symbol":"XYZ%s%s","root":"XYZ","expiration":"2024-04-25","expires":"2024-04-25T20:00:00Z","strike":%s,"option_type":"%s","bid":%s,"ask":%s%s}\n' \
        "$1" "$2" "$1" "$2" "$3" "$4" "${5:-}"
}

snap() {
    printf '{"kind":"snap","ts":"2024-01-16T21:00:00Z","underlying":"XYZ","quotes":%s}\n' "$1"
}

chain() {
    option 95 C 7.70 7.80 "${1:-}"
    option 95 P 2.05 2.15 "${1:-}"
    option 100 C 4.60 4.70 "${1:-}"
    option 100 P 3.90 4.00 "${1:-}"
    option 105 C 2.45 2.55 "${1:-}"
    option 105 P 6.75 6.85 "${1:-}"
}

rate() {
    echo '{"kind":"rate","ts":"2024-01-16T13:00:00Z","symbol":"X","tenor_days":100,"rate":'"$1"'}'
}

@test "a forward record for each expiry behind the snap, once, also after a second pass" {
    {
        rate 0.03
        chain ',"underlying_price":100'
        snap 6
    } > in
    vgreeks in > once
    run jq -r .kind once
    assert_output "$(printf 'rate\nquote\nquote\nquote\nquote\nquote\nquote\nsnap\nforward')"
    run jq -e 'select(.kind == "forward") | .underlying == "XYZ" and .root == "XYZ" and .expiration == "2024-04-25"
        and .forward_from == "parity" and .parity_status == "ok" and .pairs == 3 and .pairs_used == 3 and .parity_within == 1
        and .parity_outside == 0 and .spot == 100 and .forward_error > 0 and .discount_error > 0 and .vol_gap < 0.001' once
    assert_success
    # C - P = 5.65, 0.70, -4.30 at 95, 100, 105
    near "$(jq 'select(.kind == "forward") | .discount * (.forward - 100)' once)" 0.68 0.03
    near "$(jq 'select(.kind == "forward") | .yield - (.rate - (.forward / 100 | log) / .t)' once)" 0 1e-9
    vgreeks once | diff once -
    # what --only keeps off, and an expiry that is over
    run vgreeks --only forward in
    [[ ${#lines[@]} -eq 1 ]]
    sed -e 's/"expires":"2024-04-25T20:00:00Z"/"expires":"2024-01-16T20:00:00Z"/' in | vgreeks --only forward > none
    [[ ! -s none ]]
}

@test "the parity report: a table in place of the stream, by strike on request" {
    {
        chain
        option 110 C 1.15 1.25
        option 110 P 9.45 9.55 # stale: should be about 10.5
        snap 8
    } > in
    vgreeks --parity-report in > report
    [[ $(grep -c '^2024-04-25' report) -eq 1 && $(grep -c '{' report) -eq 0 ]]
    grep -q '^1 snapshots, 1 expiries (forward by parity: 1; without a pair: 0; inconsistent: 0), 4 pairs$' report
    grep -q '^within half of the wider spread, %: *75.000$' report
    grep -q '^beyond both half-spreads, %: *25.000$' report
    vgreeks --parity-report --by-strike in > by_strike
    grep -Eq '^ +110 .* outside$' by_strike
    [[ $(grep -c outside by_strike) -eq 1 ]]
    # a sealed stream does not end in a record here, and a full disk shows
    echo '{"kind":"end","ts":"2024-01-16T21:00:00Z","source":"x","records":9}' >> in
    vgreeks --parity-report in | diff report -
    run bash -c 'vgreeks --parity-report in > /dev/full'
    assert_failure 74
    run vgreeks --by-strike in
    assert_failure 64
}

@test "--all: further greeks, and those of inverse options in their coin" {
    cat > in << 'END'
{"kind":"quote","ts":"2026-07-04T12:24:07Z","underlying":"BTC","symbol":"BTC-28AUG26-65000-C","expiration":"2026-08-28","expires":"2026-08-28T08:00:00Z","strike":65000,"option_type":"C","inverse":true,"bid":0.045,"ask":0.046,"underlying_price":62800.2}
END
    option 100 C 4.60 4.70 ',"underlying_price":100' > stock
    vgreeks --only quote --all in > out
    near "$(jq .coin_price out)" 0.0455 1e-9
    near "$(jq '.delta - .coin_delta - .coin_price' out)" 0 1e-9
    near "$(jq '.coin_vega * 62800.2 - .vega' out)" 0 1e-7
    near "$(jq '.delta_pa - .coin_delta' out)" 0 1e-9
    vgreeks --only quote --all --forward spot -r 0.03 stock > out
    run jq -e '.vanna != null and .volga != null and .charm != null and .dual_delta < 0 and .delta_forward > .delta_futures
        and (has("coin_price") | not)' out
    assert_success
    # a pass without --all drops what it did not make; a CSV has the columns only with it
    run jq -e 'has("vanna")' <(vgreeks --only quote out)
    assert_failure
    run bash -c "vgreeks --to csv --kind quote stock | head -n 1"
    refute_output --partial vanna
    run bash -c "vgreeks --to csv --kind quote --all stock | head -n 1"
    assert_output --partial vanna
}

@test "--smile waits for the slices: the vol of the smile and the delta that follows it" {
    {
        chain ',"underlying_price":100'
        snap 6
        echo '{"kind":"slice","ts":"2024-01-16T21:00:00Z","underlying":"XYZ","root":"XYZ","expiration":"2024-04-25","expires":"2024-04-25T20:00:00Z","t":0.2738,"model":"svi","fit_status":"ok","svi_a":0.005,"svi_b":0.05,"svi_rho":-0.5,"svi_m":0,"svi_sigma":0.1}'
        echo '{"kind":"metrics","ts":"2024-01-16T21:00:00Z","underlying":"XYZ"}'
        echo '{"kind":"bar","ts":"2024-01-16T21:05:00Z","symbol":"VIX","close":13}'
    } > in
    vgreeks --smile in > out
    run jq -r .kind out
    assert_output "$(printf 'quote\nquote\nquote\nquote\nquote\nquote\nsnap\nforward\nslice\nmetrics\nbar')"
    # w = a + b (rho k + sqrt(k^2 + sigma^2)): vol = sqrt(w / t), d vol / dk = w' / (2 vol t), delta - vega slope / S
    jq -s '.[2] as $q | ((100 | log) - ($q.forward | log)) as $k | (0.005 + 0.05 * (-0.5 * $k + ($k * $k + 0.01 | sqrt))) as $w
        | ($w / $q.t | sqrt) as $vol | (0.05 * (-0.5 + $k / ($k * $k + 0.01 | sqrt)) / (2 * $vol * $q.t)) as $slope
        | [$q.smile_vol - $vol, $q.smile_delta - ($q.delta - 100 * $q.vega * $slope / 100)] | .[]' out > off
    near "$(sed -n 1p off)" 0 1e-9
    near "$(sed -n 2p off)" 0 1e-9
    vgreeks --smile --stickiness 1 in | jq -s -e '.[2] | (.smile_delta - .delta) < 1e-9 and (.smile_delta - .delta) > -1e-9' > verdict
    # a snap whose count is corrected while it is held, and no slices at all
    {
        sed -n 1,6p in
        echo '{"kind":"quote","ts":"2024-01-16T21:00:00Z","underlying":"XYZ","symbol":"bad"}'
        snap 7
    } > broken
    run bash -c "vgreeks --smile broken 2> err | jq -c 'select(.kind == \"snap\").quotes, select(.strike == 95).smile_delta'"
    assert_output "$(printf 'null\nnull\n6')"
    run vgreeks --stickiness 1 in
    assert_failure 64
}

@test "--clock: vols count in the clock's time, prices and discounts do not change" {
    chain > in
    vgreeks --only quote in > plain
    vgreeks --only quote --clock business in > out
    run jq -s -e 'all(.clock == "business" and .t_var > 0 and .t_var != .t)' out
    assert_success
    # the same total variance, forward and discount; vega per point of the other vol
    paste -d' ' <(jq -c '[.implied_vol * (.t | sqrt), .forward, .discount, .delta, .gamma, .vega / (.t | sqrt)]' plain) \
        <(jq -c '[.implied_vol * (.t_var | sqrt), .forward, .discount, .delta, .gamma, .vega / (.t_var | sqrt)]' out) > both
    run awk -F'[][, ]+' '{ for (i = 2; i <= 7; i++) { d = $i - $(i + 6); if (d > 1e-7 || d < -1e-7) print $0 } }' both
    assert_output ''
    vgreeks --clock calendar --only quote in | jq -c '[.implied_vol, .theta]' | diff - <(jq -c '[.implied_vol, .theta]' plain)
    # the same of American options, whose exercise goes by the calendar
    chain ',"exercise":"A"' > american
    vgreeks --only quote american > plain
    vgreeks --only quote --clock business american > out
    paste -d' ' <(jq -c '[.implied_vol * (.t | sqrt), .delta]' plain) <(jq -c '[.implied_vol * (.t_var | sqrt), .delta]' out) > both
    run awk -F'[][, ]+' '{ for (i = 2; i <= 3; i++) { d = $i - $(i + 2); if (d > 1e-7 || d < -1e-7) print $0 } }' both
    assert_output ''
    run vgreeks --clock nosuch in
    assert_failure 78
}

@test "--vol: price and greeks at a vol that is given, without bid and ask" {
    option 100 C 1 2 ',"underlying_price":100,"vendor_iv":0.25' | sed 's/"bid":1,"ask":2,//' > in
    vgreeks --only quote --vol 0.2 --forward spot -r 0.03 -y 0.01 in > out
    # Black-Scholes-Merton by scipy, t = (99 + 23/24) / 365
    near "$(jq .model_price out)" 4.4288023645 1e-8
    run jq -e '.iv_status == "no_quote" and .implied_vol == null and .delta > 0.5' out
    assert_success
    near "$(vgreeks --only quote --vol vendor_iv --forward spot -r 0.03 -y 0.01 in | jq .model_price)" 5.4640231023 1e-8
    run bash -c 'vgreeks --only quote --forward spot -r 0.03 in | jq -c "[.model_price, .delta]"'
    assert_output '[null,null]'
    for bad in 0 -1 nosuch symbol inf; do
        run vgreeks "--vol=$bad" in
        assert_failure 64
    done
}

@test "American options: the vol gives the price back, early exercise is worth something, the report agrees" {
    # prices at r 0.05, q 0, vol 0.3 (test_price_american has the oracles)
    for type in C P; do
        for k in 80 90 100 110 120; do
            option $k $type 0 0 ',"exercise":"A","underlying_price":100'
        done
    done | vgreeks --only quote --vol 0.3 --forward spot -r 0.05 > priced
    jq -c '.bid = .model_price - 0.02 | .ask = .model_price + 0.02 | del(.model_price)' priced > in
    {
        rate 0.05
        cat in
    } > with_rate
    vgreeks --only quote with_rate > out
    run jq -s -e 'map(select(.implied_vol != null and .vega > 0.05)) | length >= 8 and all(.implied_vol > 0.2985 and .implied_vol < 0.3015)' out
    assert_success
    # as European options the puts in the money show another vol
    run jq -s -e 'map(select(.option_type == "P" and .strike == 120)) | .[0].implied_vol | . > 0.31' \
        <(vgreeks --only quote --forward spot -r 0.05 -m black76 in)
    assert_success
    run jq -s -e 'map(select(.kind == "forward")) | .[0] | .parity_within == 1 and (.spot > 99.99 and .spot < 100.01)' <(vgreeks with_rate)
    assert_success
    # --model american takes all as such, whatever the quote says
    sed 's/"exercise":"A",//' with_rate | vgreeks --only quote -m american | jq -c .implied_vol | diff <(jq -c .implied_vol out) -
}

@test "cash dividends: known from their announcement on, priced by what falls before expiry" {
    option 100 C 0 0 ',"exercise":"A","underlying_price":100' > in
    cat > dividends.csv << 'END'
ts,underlying,ex_date,amount
2024-01-02T14:00:00Z,XYZ,2024-02-15,1.50
2024-01-02T14:00:00Z,XYZ,2024-06-15,1.50
2024-01-02T14:00:00Z,ABC,2024-02-15,9
2024-01-17T14:00:00Z,XYZ,2024-02-16,50
END
    price() { vgreeks --only quote --vol 0.3 --forward spot -r 0.05 "$@" | jq .model_price; }
    local without with
    without=$(price in)
    with=$(price --dividends dividends.csv in)
    # without dividends the call is European: Black-Scholes by scipy; with one, at least the European call on the
    # escrowed forward (6.1007), and a little more for exercise before the ex-date
    near "$without" 6.917754392 1e-8
    awk -v p="$with" 'BEGIN { exit !(p > 6.1 && p < 6.3) }' || fail "with a dividend: $with"
    # the one of the stream, a correction that takes it back, and one that is known too late
    awk -F, 'NR == 2 { printf "{\"kind\":\"dividend\",\"ts\":\"%s\",\"underlying\":\"%s\",\"ex_date\":\"%s\",\"amount\":%s}\n", $1, $2, $3, $4 }' dividends.csv > record
    cat record in > both
    near "$(price both)" "$with" 1e-9
    echo '2024-01-03T14:00:00Z,XYZ,2024-02-15,0' >> dividends.csv
    near "$(price --dividends dividends.csv in)" "$without" 1e-9
    # bad ones
    for row in 'x,XYZ,2024-02-15,1' '2024-01-02T14:00:00Z,XYZ,2024-02-30,1' '2024-01-02T14:00:00Z,XYZ,2024-02-15,-1' '2024-01-02T14:00:00Z,,2024-02-15,1'; do
        printf 'ts,underlying,ex_date,amount\n%s\n' "$row" > bad.csv
        run vgreeks --dividends bad.csv in
        assert_failure 65
        assert_output --partial bad.csv:2
    done
    run vgreeks --dividends in in
    assert_failure 66
    echo '{"kind":"dividend","ts":"2024-01-02T14:00:00Z","underlying":"XYZ","ex_date":"2024-02-15","amount":"x"}' > bad
    run vgreeks bad
    assert_failure 65
}

@test "AAPL 2014 with its dividend: the expiry that it touches agrees like the others" {
    need_data lean-aapl-2014/daily/aapl_2014_quote_american.zip
    python3 "$ROOT/tests/oracle/lean_aapl.py" "$DATA/lean-aapl-2014/daily/aapl_2014_quote_american.zip" > aapl.csv
    {
        echo '{"kind":"rate","ts":"2014-06-05T20:00:00Z","symbol":"DGS1MO","tenor_days":30,"rate":0.0004}'
        vfetch -q file --layout "$ROOT/tests/data/lean-daily.json" aapl.csv |
            jq -c 'select(.kind == "quote" and (.expiration == "2014-08-16" or .expiration == "2014-07-19" or .expiration == "2014-06-13") and .ts < "2014-06-07")'
    } > in
    cat > dividends.csv << 'END'
ts,underlying,ex_date,amount
2014-04-23T20:30:00Z,AAPL,2014-08-07,3.29
END
    vgreeks --only forward --dividends dividends.csv in > out
    jq -r '"# AAPL \(.expiration): \(.pairs) pairs, \(.parity_within) within, yield \(.yield)"' out >&3
    run jq -s -e 'length == 3 and all(.parity_within >= 0.98 and .yield > -0.01 and .yield < 0.01)' out
    assert_success
    # the same expiry with a yield in place of the cash does not
    run jq -s -e 'map(select(.expiration == "2014-08-16"))[0].parity_within < 0.95' <(vgreeks --only forward in)
    assert_success
}

@test "a quote without an underlying price changes nothing for the others of a chain that carries the spot" {
    awk 'BEGIN {
        split("2026-08-28 2026-09-25", day, " ")
        for (i = 1; i <= 2; i++)
            for (k = 50000; k <= 70000; k += 5000) {
                p = 0.12 + (k - 60000) / 240000; c = p + (60000 + 1000 * i - k) / 60000
                for (j = 0; j < 2; j++)
                    printf "{\"kind\":\"quote\",\"ts\":\"2026-07-04T12:00:00Z\",\"underlying\":\"BTC\",\"symbol\":\"x\",\"expiration\":\"%s\",\"expires\":\"%sT08:00:00Z\",\"strike\":%d,\"option_type\":\"%s\",\"inverse\":true,\"bid\":%.9f,\"ask\":%.9f,\"underlying_price\":60000}\n",
                        day[i], day[i], k, j ? "P" : "C", (j ? p : c) - 0.0005, (j ? p : c) + 0.0005
            }
    }' > in
    vgreeks --only quote in | tail -n +2 > all
    sed '1s/,"underlying_price":60000//' in | vgreeks --only quote > out
    run jq -r .iv_status <(head -n 1 out)
    assert_output no_forward
    run jq -s -e 'all(.[]; .forward > 60990 and .forward < 62010 and .iv_status == "ok")' <(tail -n +2 out)
    assert_success
    [[ $(wc -l < all) -eq 19 ]]
}

@test "CSV of quotes without a forward reads back; a vol field that is empty gives no greeks" {
    option 100 C 1 2 > in
    vgreeks --only quote in > quotes
    vgreeks --to csv --kind quote in > out.csv
    refute grep -q null out.csv
    vgreeks --only quote out.csv | jq -c '[.mid, .t, .forward, .iv_status]' | diff <(jq -c '[.mid, .t, .forward, .iv_status]' quotes) -
    chain ',"underlying_price":100' > in
    option 90 C 11.5 11.6 ',"underlying_price":100,"vendor_iv":0.3' >> in
    run bash -c 'vgreeks --only quote -v vendor_iv in | jq -c "[.strike, .model_price != null, .delta != null, .implied_vol != null]" | sort | uniq'
    assert_output "$(printf '[100,false,false,true]\n[105,false,false,true]\n[90,true,true,true]\n[95,false,false,true]')"
}

@test "what is not vgreeks' own: the snap of another underlying, forwards with a source; pieces of a snapshot are told" {
    chain > quotes
    {
        sed -n 1,3p quotes
        echo '{"kind":"snap","ts":"2024-01-16T21:00:00Z","underlying":"ABC","quotes":0}'
        sed -n 4,6p quotes
        echo '{"kind":"forward","ts":"2024-01-16T21:00:00Z","underlying":"XYZ","expiration":"2024-04-25","expires":"2024-04-25T20:00:00Z","forward":101,"source":"mydesk"}'
    } > in
    vgreeks -q in > out 2> err || true
    run jq -r '.kind + " " + (.source // "")' out
    assert_output "$(printf 'quote \nquote \nquote \nsnap \nquote \nquote \nquote \nforward mydesk\nforward ')"
    [[ $(vgreeks --only quote quotes | jq -c .implied_vol) == $(jq -c 'select(.kind == "quote").implied_vol' out) ]]
    paste -d'\n' quotes <(sed 's/XYZ/ABC/g' quotes) > interleaved
    vgreeks interleaved > out 2> err
    [[ $(grep -c 'a second run of quotes of XYZ at one instant' err) -eq 1 ]]
    option 100 C 1 2 ',"exercise":"American"' > in
    run vgreeks in
    assert_failure 65
    assert_output --partial 'exercise: not E or A: "American"'
}

@test "greeks are the derivatives of the model's own price: known cash, and an American option under a clock" {
    at() { # TS SPOT OPTIONS…
        local ts=$1 spot=$2
        shift 2
        printf '{"kind":"quote","ts":"%s","underlying":"X","symbol":"s","expiration":"2024-04-25","expires":"2024-04-25T20:00:00Z","strike":100,"option_type":"P","exercise":"%s","underlying_price":%s}\n' \
            "$ts" "$exercise" "$spot" | vgreeks --only quote --precision 15 -v 0.25 --forward spot -r 0.05 "$@"
    }
    echo 'ts,underlying,ex_date,amount
2024-01-02T14:00:00Z,X,2024-02-15,1.50' > dividends.csv
    derivatives() { # delta by a tenth either way, theta by an hour
        at 2024-01-17T18:00:00Z 100 "$@" > now
        near "$(jq .delta now)" "$(paste <(at 2024-01-17T18:00:00Z 100.1 "$@" | jq .model_price) <(at 2024-01-17T18:00:00Z 99.9 "$@" | jq .model_price) |
            awk '{ print 5 * ($1 - $2) }')" "$tolerance"
        near "$(jq .theta now)" "$(paste <(at 2024-01-17T19:00:00Z 100 "$@" | jq .model_price) <(at 2024-01-17T17:00:00Z 100 "$@" | jq .model_price) |
            awk '{ print 12 * ($1 - $2) }')" "$tolerance"
    }
    exercise=E tolerance=2e-5
    derivatives --dividends dividends.csv
    derivatives --clock business
    derivatives --clock session --dividends dividends.csv
    exercise=A tolerance=1e-4
    derivatives
    derivatives --clock business
    derivatives --clock session
}
