# Real chains through the real tools: do forwards, discounts and clocks make the two sides of a strike agree? The data
# lie beside the checkout (their README names the traps of each); every test skips without them.

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
}

# The Treasury yields up to YEAR-MONTH (as text) of the last half year before it, as rate records.
rates_until() {
    local series
    for series in DGS1MO DGS3MO DGS6MO DGS1 DGS2; do
        gzip -dc "$DATA/history/fred/$series.csv.gz" |
            awk -F, -v until="$1" 'NR == 1 || (substr($1, 1, 7) <= until && substr($1, 1, 4) >= substr(until, 1, 4) - 1)' > $series.csv
        vfetch file $series.csv > $series.ndjson
    done
    vmerge DGS1MO.ndjson DGS3MO.ndjson DGS6MO.ndjson DGS1.ndjson DGS2.ndjson > rates.ndjson
}

# What the closing lines of a parity report say, on descriptor 3 (people see it) and as `name value` lines in `sums`.
sums_of() { # REPORT NAME
    awk '/ snapshots, / { gsub(/,/, ""); for (i = 2; i <= NF; i++) if ($i == "pairs") print "pairs", $(i - 1) }
        /^within half/ { print "within", $NF }
        /^beyond both/ { print "beyond", $NF }
        /^median error/ { print "error", $NF }
        /^median \|vol/ { print "gap", $NF }' "$1" > sums
    echo "# $2: $(tr '\n' ' ' < sums)" >&3
}

# sum NAME OP VALUE: compare one of `sums`.
sum() {
    awk -v name="$1" -v op="$2" -v bound="$3" '$1 == name { found = 1; ok = op == ">=" ? $2 >= bound : $2 <= bound }
        END { exit !(found && ok) }' sums || fail "$1: $(grep "^$1 " sums), not $2 $3"
}

@test "SPX, every day of 2019: call and put agree within the spreads" {
    need_data cboe-spx-daily-2019/SPX_20190426.csv.gz
    rates_until 2019-06
    vfetch file "$DATA"/cboe-spx-daily-2019/SPX_2019*.csv.gz 2> /dev/null | vgreeks --rates rates.ndjson --parity-report > report
    sums_of report 'SPX 2019'
    sum pairs '>=' 150000
    sum within '>=' 99     # of the pairs with both bids, within half of the wider spread
    sum error '<=' 0.079   # of the summed half-spreads; what the right forward gives (the issue asks for 0.10)
    sum gap '<=' 0.00015   # |vol of call - vol of put| for |k| <= 2 % (the issue asks for 0.0003)
}

@test "SPX AM and PM of one day: two instants, two forwards, one evening of trading between them" {
    need_data cboe-spx-daily-2019/SPX_20190516.csv.gz
    # On Thursday 2019-05-16 the monthly series stops at 16:15, the time of the file, and settles on Friday's open.
    vfetch file "$DATA/cboe-spx-daily-2019/SPX_20190516.csv.gz" | vgreeks > out
    run jq -s -c '[.[] | select(.expiration == "2019-05-17" and .kind == "quote")] | group_by(.root)
        | map([.[0].root, .[0].expires, .[0].last_trade, (.[0].t * 365 * 24 * 60 | round), ([.[] | select(.iv_status == "ok")] | length > 50)])' out
    assert_output '[["SPX","2019-05-17T13:30:00Z","2019-05-16T20:15:00Z",1035,true],["SPXW","2019-05-17T20:00:00Z","2019-05-17T20:00:00Z",1425,true]]'
}

@test "OKX: the file's price is a spot; the forward comes from parity" {
    need_data okx-btc-eth-daily-2026/2026-07-04.csv.gz
    vfetch file "$DATA"/okx-btc-eth-daily-2026/2026-07-*.csv.gz 2> /dev/null | vgreeks --parity-report > report
    sums_of report 'OKX 2026'
    sum pairs '>=' 10000
    sum within '>=' 97
    sum beyond '<=' 0.5
}

# share_of REPORT [EXPIRATION]: the pairs of a report's lines that lie within half the wider spread, in percent; without
# those of EXPIRATION.
share_of() {
    awk -v but="${2:-}" '/^20[0-9-]+ / && $1 != but && $4 > 0 { n += $4; ok += $4 * $(NF - 3) / 100 }
        END { printf "%.2f", 100 * ok / n }' "$1"
}

@test "AAPL around its split of 2014, American: call and put agree less what early exercise is worth" {
    need_data lean-aapl-2014/daily/aapl_2014_quote_american.zip
    need python3
    local share
    rates_until 2014-06
    python3 "$ROOT/tests/oracle/lean_aapl.py" "$DATA/lean-aapl-2014/daily/aapl_2014_quote_american.zip" > aapl.csv
    vfetch file --layout "$ROOT/tests/data/lean-daily.json" aapl.csv > quotes
    [[ $(grep -c '"kind":"quote"' quotes) -eq 4532 ]]
    # Old strikes and prices on the Friday, a seventh of them on the Monday; Saturdays in the names of monthly series.
    [[ $(jq -r 'select(.expiration == "2014-06-21") | .expires' quotes | sort -u) == 2014-06-20T20:00:00Z ]]
    vgreeks --rates rates.ndjson --parity-report quotes > report
    sums_of report 'AAPL 2014'
    sum pairs '>=' 1800
    # The series of 2014-08-16 has the dividend of 2014-08-07 shortly before its end, which is no yield.
    share=$(share_of report 2014-08-16)
    echo "# AAPL 2014 without 2014-08-16: $share" >&3
    awk -v x="$share" 'BEGIN { exit !(x >= 99) }' || fail "$share % within half of the wider spread, not 99"
    # What it is for: taken as European the same quotes do not.
    vgreeks --rates rates.ndjson --model black76 --parity-report quotes > european
    share=$(share_of european 2014-08-16)
    awk -v x="$share" 'BEGIN { exit !(x < 95) }' || fail "as European options $share %"
}

@test "SPY and QQQ of 2026: the legs are of different moments; the share is reported" {
    need_data yahoo-etf-chains-2026/2026-08-12/SPY.csv.gz
    local session ticker
    for session in "$DATA"/yahoo-etf-chains-2026/2026-*; do
        # One capture at its own instant: the file has none, meta.json does, and the spot of that moment.
        for ticker in SPY QQQ; do
            vfetch file "$session/$ticker.csv.gz" --ts "$(jq -r '.utc | .[:19] + "Z"' "$session/meta.json")" \
                --spot "$(jq -r ".tickers.$ticker.spot_live" "$session/meta.json")" > $ticker.ndjson
        done
        vmerge QQQ.ndjson SPY.ndjson
    done > chains
    vgreeks --parity-report chains > report
    sums_of report 'SPY and QQQ 2026'
    sum pairs '>=' 15000
    # Quotes of one instant agree to 99 %; these were fetched leg by leg. What matters is that it shows.
    sum within '>=' 60
    sum beyond '>=' 1
    vgreeks --only forward chains | jq -s -e 'map(select(.parity_within != null)) | length > 100 and any(.parity_within < 0.9)' > verdict
}

# zero TS [FIELDS]: a chain of SPXW that ends on 2026-01-09, at TS: puts and calls by 20 vol.
zero() {
    awk -v ts="$1" -v minutes="$2" 'function n(x) { return x > 0 ? 1 - n(-x) : exp(-x * x / 2) / sqrt(6.283185307179586) * (t = 1 / (1 - 0.2316419 * x)) * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))) }
        BEGIN {
            s = 0.2 * sqrt(minutes / 525600); f = 6900
            for (k = 6890; k <= 6910; k += 2.5) {
                d = log(f / k) / s + s / 2; c = f * n(d) - k * n(d - s)
                for (side = 0; side < 2; side++)
                    printf "{\"kind\":\"quote\",\"ts\":\"%s\",\"underlying\":\"SPX\",\"symbol\":\"SPXW260109%s%08d\",\"root\":\"SPXW\",\"expiration\":\"2026-01-09\",\"expires\":\"2026-01-09T21:00:00Z\",\"strike\":%g,\"option_type\":\"%s\",\"exercise\":\"E\",\"bid\":%.6f,\"ask\":%.6f,\"underlying_price\":6900}\n", ts, side ? "P" : "C", 1000 * k, k, side ? "P" : "C", (p = side ? c - f + k : c) - 0.0005, p + 0.0005
            }
        }'
}

@test "0DTE: the last minute has its time, its vol and its variance" {
    zero 2026-01-09T20:59:00Z 1 > in
    vgreeks in > plain
    vgreeks --clock session in > out
    run jq -s -c '[.[] | select(.kind == "quote" and .strike == 6900)] | map([(.t * 525600 * 1e6 | round), .iv_status, (.implied_vol * 1000 | round)])' plain
    assert_output '[[1000000,"ok",200],[1000000,"ok",200]]'
    # session: 0.79 of the day in 390 minutes; 251 trading days in 2026, two of them short, and 114 days without a session:
    # the minute is worth 0.79 / 390 / (249 + 2 * (0.21 + 0.79 * 210 / 390) + 114 * 0.288) years, 3.6 times itself.
    run jq -s -c '[.[] | select(.kind == "quote" and .strike == 6900)] | map([.clock, (.t * 525600 * 1e6 | round), (.t_var * 525600 * 1000 | round), (.implied_vol * (.t_var / .t | sqrt) * 1000 | round)])' out
    assert_output '[["session",1000000,3761,200],["session",1000000,3761,200]]'
}

@test "a Friday by two clocks: total variance and index stay, the weekend leaves the vol of Monday" {
    vfetch file "$ROOT/examples/data/SPX_20190426.csv.gz" > quotes
    vgreeks quotes | vsurface --only slice,metrics > plain
    vgreeks --clock business quotes | vsurface --only slice,metrics > business
    # The same prices, the same total variance of a fit: at the forward it agrees to a thousandth of itself.
    jq -c 'select(.kind == "slice" and .atm_vol != null) | [.root, .expiration, .atm_vol, .t, .t_var // .t, .clock]' plain > a
    jq -c 'select(.kind == "slice" and .atm_vol != null) | [.root, .expiration, .atm_vol, .t, .t_var // .t, .clock]' business > b
    [[ $(wc -l < a) -ge 35 && $(jq -s -r 'map(.[5]) | unique | join(" ")' b) == business ]]
    run jq -s '[.[:length / 2], .[length / 2:]] | transpose | map(select(.[0][:2] == .[1][:2])
        | (.[1][2] * .[1][2] * .[1][4]) / (.[0][2] * .[0][2] * .[0][4]) - 1 | fabs) | max < 0.001' a b
    assert_output true
    [[ $(jq 'select(.kind == "metrics") | .vix' plain) == "$(jq 'select(.kind == "metrics") | .vix' business)" ]]
    [[ $(jq -r 'select(.kind == "metrics") | .clock' business) == business ]]
    # From Friday's 16:15 to Monday's 16:00 are 3 days of 365, or one of the 252 trading days of 2019 less a quarter of an
    # hour: the vol of Monday, 5.7 by the calendar, is 8.3 by trading days, near the 9.5 of the weeks behind it.
    run jq -s -c '[.[] | select(.[1] == "2019-04-29")] | map([.[5], (.[4] * 1e6 | round), (.[2] * 1000 | round)])' a b
    assert_output '[[null,8191,57],["business",3927,83]]'
}
