# vgreeks: forwards, implied vols, statuses and greeks as they stand in the stream.

load helper
load spx

# The quotes alone.
quotes_of() {
    vgreeks --only quote "$@"
}

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
}

# get FIELD [FILE]: the values of a field, one a line.
get() {
    jq -r ".$1 // \"null\"" "${2:-out}"
}

@test "a forward from parity, vols of bid, mid and ask, greeks in their units" {
    chain | quotes_of > out
    [[ $(wc -l < out) -eq 6 ]]
    [[ $(get forward | sort -u | wc -l) -eq 1 ]]
    # the quotes were made from F = 2940.2, D = 1; vols by scipy 1.10 (brentq on Black-76), greeks by differences
    sed -n 3p out > one
    near "$(get forward one)" 2940.2 1e-6
    near "$(get discount one)" 1 1e-9
    near "$(get mid one)" 32 0
    near "$(get t one)" 0.07668378995 1e-11
    near "$(get implied_vol one)" 0.09821521184 2e-11
    near "$(get iv_bid one)" 0.09729149586 2e-11
    near "$(get iv_ask one)" 0.09913892936 2e-11
    run jq -e '.iv_bid < .implied_vol and .implied_vol < .iv_ask and .iv_status == "ok"' one
    assert_success
    # delta of the call less that of the put is D F / S, here 1: the spot is not known
    near "$(jq -s '.[2].delta - .[3].delta' out)" 1 1e-9
    near "$(jq -s '.[2].vega - .[3].vega' out)" 0 1e-8
    near "$(get vega one)" 3.247748847 1e-8
    near "$(get theta one)" -0.5698161656 1e-8
}

@test "call and put of one strike have one vol" {
    chain | quotes_of > out
    for i in 1 3 5; do
        near "$(jq -s ".[$((i - 1))].implied_vol - .[$i].implied_vol" out)" 0 1e-9
    done
}

@test "every bad quote has its status, and the others are not disturbed" {
    chain | quotes_of > good
    {
        chain
        quote 3000 C 0 0
        quote 3005 C 0 0.05
        quote 3010 C - 9
        quote 3015 C 9 -
        quote 3020 C 9 8
        quote 3025 C -1 2
        quote 2000 C 900 901
        quote 3030 C 2990 2991
        quote 0 P 1 2
        quote 3035 C 1e300 1e301
        quote 3040 C null null
    } | quotes_of > out
    head -n 6 out | diff good -
    run get iv_status
    assert_output "ok
ok
ok
ok
ok
ok
no_quote
ok
no_quote
no_quote
no_quote
no_quote
below_intrinsic
above_max
no_quote
above_max
no_quote"
    # a zero bid has no vol, the mid of 0 and 0.05 has one
    run jq -c 'select(.strike == 3005) | [.mid, .iv_bid, .implied_vol > 0, .iv_ask > 0]' out
    assert_output '[0.025,null,true,true]'
    run jq -c 'select(.iv_status != "ok") | [.delta, .gamma, .theta, .vega, .rho, .implied_vol] | unique' out
    refute_output --regexp '[0-9]'
}

@test "calls only, or one side without a bid: no forward, and no guess from the underlying price" {
    {
        quote 2940 C 31.7 32.3 ',"underlying_price":2939.88'
        quote 2940 P 0 32.1 ',"underlying_price":2939.88'
    } | quotes_of > out
    run get iv_status
    assert_output "no_forward
no_forward"
    run get forward
    assert_output "null
null"
}

@test "--stats counts the statuses and the expiries that have no forward" {
    {
        chain
        quote 2940 C 31.7 32.3 | sed 's/2019-05-24/2019-06-21/g'
    } | vgreeks --stats > out 2> err
    run jq -c '[.ok, .no_forward, .expiries_without_pairs, .expiries_inconsistent]' err
    assert_output '[6,1,1,0]'
}

@test "one pair is enough" {
    chain | sed -n 3,4p | vgreeks > out
    near "$(head -n 1 out | jq .forward)" 2940.2 1e-6
}

@test "expired quotes say so; without expires an option ends at 16:00 in New York" {
    chain | sed 's/T20:00:00Z/T20:00:00Z/; s/2019-05-24T20:00:00Z/2019-04-26T20:15:00Z/' | vgreeks > out
    [[ $(get iv_status | sort -u) == expired ]]
    chain | vgreeks > with
    chain | sed 's/"expires":"[^"]*",//' | vgreeks | jq -c .t > without
    jq -c .t with | diff - without
}

@test "other records pass byte for byte in their place, and do not cut the snapshot" {
    chain > quotes
    {
        echo '{"kind":"bar","ts":"2019-04-26T20:00:00Z","symbol":"VIX","close":12.730}'
        sed -n 1,3p quotes
        echo '{"kind":"reject", "ts":"2019-04-26T20:15:00Z","of":"quote","reason":"x","tool":"vclean","record":{}}'
        echo '{"kind":"zzz","ts":"2019-04-26T20:15:00Z","a":1.50}'
        sed -n 4,6p quotes
        echo '{"kind":"snap","ts":"2019-04-26T20:15:00Z","underlying":"SPX","quotes":6}'
        echo '{"kind":"zzz","ts":"2019-04-27T20:15:00Z"}'
    } > in
    vgreeks in > out
    grep -v '"quote"' in | grep -v '^{"kind":"quote"' > expected
    grep -v -e '^{"kind":"quote"' -e '^{"kind":"forward"' out | grep -v '"of":"quote"' | diff <(grep -v '"of":"quote"' expected) -
    diff <(jq -r .kind in) <(jq -r .kind out | grep -v forward)
    vgreeks --only quote quotes | diff - <(grep '^{"kind":"quote"' out)
    # the forward stands behind the snap
    [[ $(jq -r .kind out | tail -n 3 | tr '\n' ' ') == 'snap forward zzz ' ]]
    [[ $(vgreeks --only zzz in | wc -l) -eq 2 ]]
}

@test "its own fields are written once: a second pass gives the same bytes" {
    chain | vgreeks > once
    vgreeks once | diff once -
    [[ $(grep -o '"implied_vol"' once | wc -l) -eq 6 ]]
}

@test "the curve counts as of the snapshot, from a file or from the stream, never early" {
    echo '{"kind":"rate","ts":"2019-04-26T20:14:00Z","symbol":"DGS1MO","tenor_days":30,"rate":0.024}' > rate
    echo '{"kind":"rate","ts":"2019-04-26T20:16:00Z","symbol":"DGS1MO","tenor_days":30,"rate":0.9}' > late
    cat rate late > rates
    chain > quotes
    quotes_of --rates rates quotes > out
    near "$(head -n 1 out | jq '-(.discount | log) / .t')" 0.024 1e-8
    cat rate quotes | vgreeks --only quote | diff out -
    run vgreeks --rates late quotes
    assert_success
    quotes_of quotes | diff - <(quotes_of --rates late quotes)
    run vgreeks --rates nosuch quotes
    assert_failure 66
    run vgreeks --rates quotes quotes
    assert_failure 66
}

@test "inverse quotes: the premium counts times the forward, which is each row's own" {
    cat > in << 'END'
{"kind":"quote","ts":"2026-07-04T12:24:07Z","underlying":"BTC","symbol":"BTC-28AUG26-65000-C","expiration":"2026-08-28","expires":"2026-08-28T08:00:00Z","strike":65000,"option_type":"C","inverse":true,"bid":0.045,"ask":0.046,"underlying_price":62800.2}
{"kind":"quote","ts":"2026-07-04T12:24:07Z","underlying":"BTC","symbol":"BTC-28AUG26-60000-P","expiration":"2026-08-28","expires":"2026-08-28T08:00:00Z","strike":60000,"option_type":"P","inverse":true,"bid":0.035,"ask":0.036}
END
    quotes_of in > out
    run jq -c '[.forward, .discount, .mid, .iv_status]' out
    assert_line --index 0 '[62800.2,1,0.0455,"ok"]'
    assert_line --index 1 '[null,null,0.0355,"no_forward"]'
    # scipy 1.10, brentq on Black-76 with the prices times 62800.2
    near "$(head -n 1 out | jq .implied_vol)" 0.3909220498 1e-10
    near "$(head -n 1 out | jq .iv_bid)" 0.3876500028 1e-10
}

@test "inverse quotes that carry the spot: the forward comes from parity of the premiums times the spot" {
    # (C - P) spot = F - K at every strike, with F = 61000 in August and 62000 in September, spot 60000
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
    quotes_of in > out
    run jq -s -c 'map([.expiration, (.forward * 10 | round) / 10]) | unique' out
    assert_output '[["2026-08-28",61000],["2026-09-25",62000]]'
    quotes_of --forward quote in > out
    run jq -s -c 'map(.forward) | unique' out
    assert_output '[60000]'
}

@test "--model bs takes the spot; its options do not mix with those of parity" {
    quote 2940 C 31.7 32.3 ',"underlying_price":2939.88' > in
    quotes_of -m bs -r 0.024 -y 0.019 in > out
    near "$(jq .forward out)" "$(awk 'BEGIN { printf "%.9g", 2939.88 * exp(0.005 * 0.07668378995) }')" 1e-4
    run jq -r .iv_status out
    assert_output ok
    run vgreeks -r 0.02 in
    assert_failure 64
    run vgreeks -m bs --forward parity in
    assert_failure 64
    run vgreeks -m heston in
    assert_failure 64
}

@test "a quote without strike, type or expiration is malformed and named with its line" {
    {
        chain
        echo '{"kind":"quote","ts":"2019-04-26T20:15:00Z","underlying":"SPX","symbol":"X","expiration":"2019-05-24","option_type":"C"}'
        echo '{"kind":"quote","ts":"2019-04-26T20:15:00Z","underlying":"SPX","symbol":"X","expiration":"2019-05-24","strike":1,"option_type":"X"}'
        echo '{"kind":"quote","ts":"2019-04-26T20:15:00Z","underlying":"SPX","symbol":"X","expiration":"2019-02-30","strike":1,"option_type":"C"}'
        echo '{"kind":"quote","ts":"2019-04-26T20:15:00Z","underlying":"SPX","symbol":"X","expiration":"9999-12-31","strike":1,"option_type":"C"}'
    } > in
    status=0
    quotes_of in > out 2> err || status=$?
    [[ $status -eq 65 ]]
    [[ $(wc -l < out) -eq 6 ]]
    grep -q '^vgreeks: in:7: strike: ' err
    grep -q '^vgreeks: in:8: option_type: ' err
    grep -q '^vgreeks: in:9: expiration: ' err
    grep -q '^vgreeks: in:10: expiration: out of range (1678 to 2261): "9999-12-31"' err
}

@test "the examples of the manual page run as they stand" {
    sed -n '/^vgreeks .*<<.EOF.$/,/^EOF$/p' "$ROOT/man/vgreeks.1" > examples.sh
    bash -e examples.sh > out
    [[ $(grep -c '"iv_status":"ok"' out) -eq 2 ]]
    [[ $(grep -c '"kind":"quote"' out) -eq 2 ]]
}

@test "Deribit: mark vols lie between the vols of bid and ask (every day of the real data)" {
    need_data deribit-btc-eth-daily-2026/2026-07-04.csv.gz
    need gzip
    for file in "$DATA"/deribit-btc-eth-daily-2026/*.csv.gz; do
        gzip -dc "$file" | awk -F, 'NR > 1 && $10 > 0 && $8 > 0 && $9 > 0 {
            sub(" ", "T", $1)
            printf "{\"kind\":\"quote\",\"ts\":\"%sZ\",\"underlying\":\"%s\",\"symbol\":\"%s\",\"expiration\":\"%s\",\"expires\":\"%sT08:00:00Z\",\"strike\":%s,\"option_type\":\"%s\",\"inverse\":true,\"bid\":%s,\"ask\":%s,\"underlying_price\":%s,\"vendor_iv\":%.6f}\n",
                $1, $3, $4, $5, $5, $6, toupper(substr($7, 1, 1)), $9, $10, $18, $11 / 100 }'
    done > in 2> err
    [[ $(wc -l < in) -gt 10000 ]]
    sort -t'"' -s -k8,8 in | quotes_of > out
    run jq -s '[.[] | select(.iv_bid != null and .iv_ask != null)
        | if .vendor_iv >= .iv_bid - 0.0001 and .vendor_iv <= .iv_ask + 0.0001 then 1 else 0 end] | add / length >= 0.98' out
    assert_output true
}
