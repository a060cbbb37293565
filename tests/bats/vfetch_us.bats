# The vendors of US options against a server that plays them: pages, handshakes, files that take their time, keys, replay.

load helper
load ../server/server

setup_file() {
    server_start
}

teardown_file() {
    server_stop
}

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    export POLYGON_API_KEY=canary-0123456789 TRADIER_TOKEN=canary-0123456789 IVOLATILITY_API_KEY=canary-0123456789
    export APCA_API_KEY_ID=canary-id APCA_API_SECRET_KEY=canary-0123456789
}

# us SOURCE ARG…: vfetch from the source as the server plays it.
us() {
    vfetch "$@" --base-url "$(server_url good "$1")" --rate 1000 --retries 0
}

# What is the same for all chains: one snapshot, its quotes counted, vols decimals, times in order, no key anywhere.
is_chain() {
    local file=$1 n=$2
    assert_equal "$(jq -r 'select(.kind == "snap") | .quotes' "$file" | paste -sd ' ')" "$n"
    assert_equal "$(jq -s '[.[] | select(.kind == "quote")] | length' "$file")" "$n"
    assert_equal "$(jq -r .ts "$file" | sort -u | wc -l)" 1
    assert_equal "$(jq -s 'map(select(.vendor_iv != null and (.vendor_iv > 5 or .vendor_iv <= 0))) | length' "$file")" 0
    assert_equal "$(jq -s 'map(select(.received != null and .received < .ts)) | length' "$file")" 0
    refute grep -q canary "$file"
}

@test "chains: SPX and SPXW of one Friday are apart, from four vendors" {
    us polygon chain I:SPX > polygon
    is_chain polygon 4
    us tradier chain SPX > tradier
    is_chain tradier 4
    us ivolatility chain SPX --since 2025-11-25 --until 2025-11-25 > ivolatility
    is_chain ivolatility 3
    us alpaca chain SPY > alpaca
    is_chain alpaca 3
    us yahoo chain AAPL > yahoo
    is_chain yahoo 6
    # The same contract of three vendors: the same facts and prices.
    for vendor in polygon tradier; do
        jq -c 'select(.symbol == "SPX261218C05500000") |
            {expires, last_trade, exercise, multiplier, bid, ask, open_interest, vendor_iv, underlying_price}' "$vendor"
    done | sort -u > same
    assert_equal "$(cat same)" '{"expires":"2026-12-18T14:30:00Z","last_trade":"2026-12-17T21:15:00Z","exercise":"E","multiplier":100,"bid":310.1,"ask":312.4,"open_interest":18244,"vendor_iv":0.1931,"underlying_price":5731.2}'
    assert_equal "$(jq -r 'select(.symbol == "SPXW261218C05500000") | .expires' polygon)" 2026-12-18T21:00:00Z
    # The rest of the pipe takes them.
    vmerge polygon tradier yahoo | vclean --quiet > clean
    assert_equal "$(jq -s 'map(select(.kind == "snap")) | length' clean)" 3
}

@test "polygon: the next page is asked for with the key, on the vendor's hosts alone, and no page twice" {
    us polygon chain I:SPX > /dev/null
    run server_log
    assert_line --regexp 'GET /good/v3/snapshot/options/I%3ASPX\?limit=250'
    assert_line 'GET /good/v3/snapshot/options/I:SPX?cursor=YXA9'
    refute_line --regexp 'snapshot.*canary'
    run us polygon chain ELSE
    assert_failure 76
    assert_output --regexp 'another host, 127.0.0.2:9'
    run us polygon chain LOOP
    assert_failure 76
    assert_output --partial 'a page that we have had'
}

@test "polygon: what pages repeat is written once, as it came last" {
    us polygon chain DUP > chain
    is_chain chain 3
    assert_equal "$(jq -r 'select(.kind == "quote") | [.strike, .bid] | @csv' chain | paste -sd ' ')" '560,4.1 561,4.15 562,4.1'
}

@test "polygon: no options, no rights, names alone, no bars" {
    run us polygon chain NONE
    assert_failure 66
    assert_output 'vfetch: NONE: no options'
    run us polygon chain FREE
    assert_failure 77
    assert_output --partial 'You are not entitled to this data.'
    run us polygon chain BARE
    assert_failure 76
    assert_output 'vfetch: BARE: 1 contracts, and no quote, trade or vol of any'
    run us polygon bars NONE --since 2025-11-24 --until 2025-12-02
    assert_success
    assert_output ''
    # Nothing of a good one leaves when another one fails.
    run --separate-stderr us polygon chain I:SPX FREE
    assert_failure 77
    assert_output ''
}

@test "polygon: adjusted contracts are marked, in chain and list" {
    us polygon chain AAPL | jq -r 'select(.kind == "quote") | [.symbol, .adjusted, .multiplier] | @csv' > adjusted
    assert_equal "$(cat adjusted)" $'"AAPL261218C00150000",true,\n"AAPL1261218C00150000",true,'
    us polygon contracts EVRI --until 2026-11-20 > list
    assert_equal "$(jq -r 'select(.kind == "quote") | [.ts, .symbol, .adjusted // false, .bid] | @csv' list)" \
        $'"2026-11-20T21:15:00Z","EVRI261218C00002500",false,\n"2026-11-20T21:15:00Z","EVRI1261218P00005000",true,'
    server_log | grep -q 'underlying_ticker=EVRI&as_of=2026-11-20$'
}

@test "bars: a session's close in New York, early ones too, from three vendors" {
    us polygon bars SPY --since 2025-11-24 --until 2025-12-02 > bars
    assert_equal "$(jq -r '[.ts, .close] | @csv' bars)" \
        $'"2025-11-25T21:00:00Z",601.2\n"2025-11-26T21:00:00Z",601.2\n"2025-11-28T18:00:00Z",603.25\n"2025-12-01T21:00:00Z",604.1'
    # A day of nulls is refused with its reason, numbers lose the noise of single precision.
    us yahoo bars AAPL --since 2025-01-01 --rejects refused > bars
    assert_equal "$(jq -r .close bars | paste -sd ' ')" '212.41 276.97 278.85 283.1'
    assert_equal "$(jq -r '[.reason, .of] | @csv' refused)" '"no_value","bar"'
    us ivolatility bars AAPL --since 2021-12-16 --until 2021-12-17 > bars
    assert_equal "$(jq -r '[.ts, .close] | @csv' bars)" '"2021-12-16T21:00:00Z",170.5'
    # The range of the user cuts to the instant.
    us polygon bars SPY --since 2025-11-26T12:00:00Z --until 2025-11-28T17:59:59Z > bars
    assert_equal "$(jq -r .ts bars)" 2025-11-26T21:00:00Z
}

@test "yahoo: cookie and crumb, once more when they are stale, and then no more" {
    us yahoo chain STALE > chain
    is_chain chain 4
    server_log > log
    assert_equal "$(grep -c 'options/STALE' log)" 2
    assert_equal "$(grep -o 'getcrumb.*' log | tail -n 2 | paste -sd ' ')" 'getcrumb getcrumb?again'
    run us yahoo chain NEVER
    assert_failure 77
    assert_output --partial 'HTTP status 401: Invalid Crumb'
    assert_equal "$(server_log | grep -c 'options/NEVER')" 2
    run us yahoo chain NONE
    assert_failure 66
    run us yahoo bars NONE
    assert_failure 66
    assert_output --partial 'HTTP status 404: No data found, symbol may be delisted'
}

@test "tradier: one as an object, none as null, all roots" {
    us tradier chain ONE > chain
    is_chain chain 1
    assert_equal "$(jq -r 'select(.kind == "quote") | .underlying_price' chain)" null
    run us tradier chain NONE
    assert_failure 66
    assert_output 'vfetch: NONE: no options'
    us tradier chain SPX > chain
    assert_equal "$(jq -r 'select(.kind == "quote") | .root' chain | sort | uniq -c | xargs)" '2 SPX 2 SPXW'
}

@test "alpaca: the free feed goes under a name of its own; both keys are wanted" {
    us alpaca indicative SPY > chain
    is_chain chain 3
    assert_equal "$(jq -r 'select(.kind == "quote") | .source' chain | sort -u)" alpaca-indicative
    run us alpaca chain PAID
    assert_failure 77
    assert_output --partial 'OPRA agreement is not signed'
    unset APCA_API_SECRET_KEY
    run us alpaca chain SPY
    assert_failure 77
    assert_output --partial APCA_API_SECRET_KEY
}

@test "ivolatility: rows, or a packed file that takes its time, are the same records; status 204 is none" {
    us ivolatility chain SPX --since 2025-11-25 --until 2025-11-25 | jq -c 'del(.received)' > rows
    us ivolatility chain BIG --since 2025-11-25 --until 2025-11-25 | jq -c 'del(.received)' > file
    cmp rows file
    assert_equal "$(server_log | grep -c 'data/info/')" 3
    run us ivolatility chain SPX --since 2025-11-24 --until 2025-11-25
    assert_failure 66
    assert_output 'vfetch: SPX of 2025-11-24: no options'
    run us ivolatility chain LAST SPX --since 2025-11-25 --until 2025-11-25
    assert_failure 75
    assert_output 'vfetch: ivolatility: the plan has no questions left today'
    # Saturday and Sunday are not asked for.
    run us ivolatility chain SPX --since 2025-11-22 --until 2025-11-23
    assert_success
    assert_output ''
    # The IV index ranks itself: decimals, as the constant maturities of metrics are.
    us ivolatility ivx AAPL --since 2021-12-16 --until 2021-12-17 > ivx
    assert_equal "$(jq -r 'select(.symbol == "AAPL.IVX30") | .close' ivx)" 0.34
}

@test "recorded, replayed: the same bytes without a server, and no key in the recording" {
    us polygon chain I:SPX --record tape > live
    vfetch polygon chain I:SPX --base-url "$(server_url good polygon)" --replay tape > replayed
    cmp live replayed
    us yahoo chain AAPL --record tape2 > live
    vfetch yahoo chain AAPL --base-url "$(server_url good yahoo)" --replay tape2 > replayed
    cmp live replayed
    us ivolatility chain BIG --since 2025-11-25 --until 2025-11-25 --record tape3 > live
    vfetch ivolatility chain BIG --since 2025-11-25 --until 2025-11-25 --base-url "$(server_url good ivolatility)" \
        --replay tape3 > replayed
    cmp live replayed
    refute grep -rq canary tape tape2 tape3
}

@test "what may not stand in an address is no symbol" {
    for symbol in '..' 'A/B' 'A?x=1' 'A B' $'A\nB' 'A%2e'; do
        run us polygon chain "$symbol"
        [[ $status -eq 64 ]] || oops "$symbol: status $status"
    done
    no_oops
}
