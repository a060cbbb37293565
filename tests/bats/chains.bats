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
