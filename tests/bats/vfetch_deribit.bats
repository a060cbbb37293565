# vfetch deribit against a server on loopback that plays answers in the vendor's shape (tests/oracle/deribit_answers.py).
# What each field becomes is in tests/unit/test_source_deribit.c; here it is what is asked, in which order it comes out,
# and what the rest of the pipe makes of it.

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
}

# deribit WHAT …: its records in out; what was asked in asked.
deribit() {
    local before
    before=$(server_log | wc -l)
    run --separate-stderr vfetch deribit "$@" --base-url "${URL:-$(server_url good deribit)}" --rate 1000
    printf '%s\n' "$output" > out
    server_log | tail -n +$((before + 1)) | sed 's/.*api.v2.public.//' > asked
}

@test "a chain: two questions, vols as decimals, prices in coin, a side without an order is absent, closed by snap" {
    deribit chain BTC
    [[ $status -eq 0 && -z $stderr ]]
    [[ $(sort asked) == 'get_book_summary_by_currency?currency=BTC&kind=option
get_instruments?currency=BTC&kind=option' ]] || { cat asked; false; }
    jq -r '[.kind, .symbol // .quotes, .bid // "-", .ask // "-", .vendor_iv // "-", .currency // "-"] | @tsv' out > table
    diff table - <<< 'quote	BTC-4DEC26-90000-C	0.0375	0.038	0.4101	BTC
quote	BTC-4DEC26-90000-P	0.025	0.026	0.4101	BTC
quote	BTC-25DEC26-60000-P	0.0005	-	0.6204	BTC
quote	BTC-25DEC26-100000-C	0.0215	0.0225	0.4388	BTC
quote	BTC-25DEC26-100000-P	-	-	0.4388	BTC
quote	BTC-25DEC26-250000-C	-	0.0001	0.77	BTC
snap	6	-	-	-	-'
    [[ $(jq -r 'select(.kind == "quote") | [.ts, .inverse, .source] | @tsv' out | sort -u) == '2026-11-20T20:00:00.123Z	true	deribit' ]]
}

@test "linear books come from one question for their currency; one of them can be asked for, and several, once" {
    deribit chain XRP_USDC BTC_USDC XRP_USDC
    [[ $status -eq 0 && $(wc -l < asked) -eq 2 ]]
    [[ $(jq -r 'select(.kind == "quote") | [.underlying, .strike, .currency, .inverse // false] | @tsv' out) == 'BTC	100000	USDC	false
XRP	0.625	USDC	false
XRP	2	USDC	false' ]]
    deribit instruments USDC
    [[ $status -eq 0 && $(cat asked) == 'get_instruments?currency=USDC&kind=option' ]]
    [[ $(jq -r 'select(.kind == "quote") | [.symbol, .expires, has("bid")] | @tsv' out | tail -n 1) == 'XRP_USDC-4DEC26-2-P	2026-12-04T08:00:00Z	false' ]]
}

@test "ticker, book and index: a future is a bar, a book's levels follow the quote, --depth cuts them" {
    deribit ticker BTC-25DEC26-250000-C BTC-PERPETUAL
    [[ $status -eq 0 && $(jq -r '[.kind, .symbol // "-", .bid_size // "-", .ask_size // "-", .mark // "-"] | @tsv' out) == 'bar	BTC-PERPETUAL	-	-	91020.78
quote	BTC-25DEC26-250000-C	-	25	9.3e-07
snap	-	-	-	-' ]] || { cat out; false; }
    deribit book BTC-25DEC26-100000-C --depth 2
    [[ $status -eq 0 && $(cat asked) == 'get_order_book?instrument_name=BTC-25DEC26-100000-C&depth=5' ]]
    [[ $(jq -r 'select(.kind == "level") | [.side, .level, .price, .size] | @tsv' out) == 'bid	1	0.0215	38
bid	2	0.021	61.5
ask	1	0.0225	12.4
ask	2	0.023	40' ]]
    deribit index BTC
    [[ $status -eq 0 && $(jq -r '[.kind, .symbol, .close] | @tsv' out) == 'bar	btc_usd	91010.55' ]]
}

@test "DVOL: newest window first, then where the answer says, until it says no more; known at the end of the day" {
    deribit dvol BTC --since 2026-11-10 --until 2026-11-21
    [[ $status -eq 0 ]]
    [[ $(cut -d '&' -f 2- asked) == 'start_timestamp=1794182400000&end_timestamp=1795305599999&resolution=1D
start_timestamp=1794182400000&end_timestamp=1794873600000&resolution=1D' ]] || { cat asked; false; }
    [[ $(jq -r '[.ts[:10], .close] | @tsv' out) == '2026-11-15	49.55
2026-11-16	49.98
2026-11-17	49.86
2026-11-18	49.21
2026-11-19	48.09
2026-11-20	46.64' ]] || { cat out; false; }
    # a recording begins its history where it began: without --since a year of days
    deribit dvol BTC --record tape
    [[ $status -eq 0 ]]
    vfetch deribit dvol BTC --replay tape --base-url "$(server_url good deribit)" | diff out -
    deribit dvol BTC --interval 2h
    [[ $status -eq 64 && $stderr == *'--interval: Deribit has no candles of this length'* ]]
}

@test "candles: what an answer does not reach is asked for again; no_data is an answer" {
    deribit history BTC-PERPETUAL --interval 1h --since 2026-11-19T21:00:00Z --until 2026-11-20T03:00:00Z
    [[ $status -eq 0 ]]
    [[ $(cut -d '&' -f 2- asked) == 'start_timestamp=1795118400000&end_timestamp=1795143600000&resolution=60
start_timestamp=1795132800000&end_timestamp=1795143600000&resolution=60' ]] || { cat asked; false; }
    [[ $(jq -r '[.ts, .close, .volume] | @tsv' out) == '2026-11-19T22:00:00Z	90720.5	151.29318
2026-11-19T23:00:00Z	90720.5	0
2026-11-20T00:00:00Z	91005	203.0021' ]]
    deribit history BTC-PERPETUAL --interval 1m --since 2026-01-01T00:00:00Z --until 2026-01-01T01:00:00Z
    [[ $status -eq 0 && -z $output && -z $stderr ]]
    # 10 000 minutes are three windows of at most 4000 candles
    deribit history BTC-PERPETUAL --interval 1m --since 2026-01-01T00:00:00Z --until 2026-01-07T22:40:00Z
    [[ $status -eq 0 && $(wc -l < asked) -eq 3 ]]
}

@test "trades: pages by number lose none in a millisecond, pages by time drop what comes twice" {
    deribit trades BTC-25DEC26-100000-C --since 2026-11-20 --until 2026-11-20
    [[ $status -eq 0 && $(tail -n 1 asked) == 'get_last_trades_by_instrument?instrument_name=BTC-25DEC26-100000-C&start_seq=4&count=1000&sorting=asc' ]]
    [[ $(jq -r '[.trade_seq, .price, .size, .vendor_iv] | @tsv' out) == '1	0.0215	0.1	0.4351
2	0.0216	0.2	0.4352
3	0.0217	0.3	0.4353
4	0.0218	0.4	0.4354
5	0.022	0.5	0.4355' ]] || { cat out; false; }
    cp out by_number
    deribit trades BTC --since 2026-11-20 --until 2026-11-20
    [[ $status -eq 0 && $(tail -n 1 asked) == *'kind=option&start_timestamp=1795204795123&'* ]]
    diff <(jq -c 'del(.received)' by_number) <(jq -c 'del(.received)' out)
    # the legs of a combo are trades of their own: its own trade is one record
    deribit trades BTC-CS-25DEC26-100000_110000
    [[ $status -eq 0 && $(jq -r '[.price, .size, .vendor_iv // "-"] | @tsv' out) == '0.0639	0.1	-' ]]
}

@test "the vendor's own errors, whatever the HTTP status, and answers of its test system" {
    deribit ticker BTC-NOTHING
    [[ $status -eq 66 && $stderr == *'public/ticker: HTTP status 400: Invalid params (-32602): wrong format instrument_name'* ]]
    printf '.\t!%s\t{"error":{"message":"too_many_requests","code":10028}}\n' 400 > routes
    URL=$(server_url good "$PWD/routes") deribit ticker BTC-PERPETUAL
    [[ $status -eq 75 && $stderr == *'too_many_requests (10028)' ]]
    printf '.\t!%s\t{"error":{"message":"not_enough_funds","code":10009}}\n' 200 > routes2
    URL=$(server_url good "$PWD/routes2") deribit ticker BTC-PERPETUAL
    [[ $status -eq 76 && $stderr == *'public/ticker: not_enough_funds (10009)' ]]
    printf '.\t!200\t{"result":{"index_price":1},"testnet":true}\n' > routes3
    URL=$(server_url good "$PWD/routes3") deribit index BTC
    [[ $status -eq 76 && $stderr == *'get_index_price: testnet: an answer of the test system' ]]
    printf '.\t!200\t{"result":{"data":[],"continuation":1794873600000},"testnet":false}\n' > routes4
    URL=$(server_url good "$PWD/routes4") deribit dvol BTC --since 2026-11-01
    [[ $status -eq 76 && $stderr == *'the pages do not go back in time' && -z $output ]]
    run -64 vfetch deribit ticker 'BTC PERP/../x'
    assert_output --partial 'is no name of Deribit'
    run -64 vfetch deribit chain
    run -64 vfetch deribit options BTC
}

@test "the recorded chain goes through the pipe: implied vols are the marks', smiles fit and are free of arbitrage" {
    vfetch deribit chain BTC --replay "$ROOT/examples/data/deribit-chain" > recorded
    [[ $(grep -c '"kind":"quote"' recorded) -eq 202 ]]
    vclean --quiet recorded | vgreeks --quiet > valued
    # The marks were made at vendor_iv and lie between bid and ask: so must the vol. A factor of 100, or a price in dollars,
    # would show. 1e-4: the vendor rounds to a hundredth of a point.
    jq -r 'select(.iv_bid and .iv_ask) | [.iv_bid - 1e-4 <= .vendor_iv and .vendor_iv <= .iv_ask + 1e-4] | @tsv' valued |
        sort | uniq -c > within
    [[ $(awk '{ print $2 }' within) == true && $(awk '{ print $1 }' within) -ge 150 ]] || { cat within; false; }
    run -0 sh "$ROOT/examples/deribit-smile.sh"
    [[ ${#lines[@]} -eq 6 && ${lines[1]} =~ ^2026-11-27\ +6.50 && $(grep -c ' free  ' <<< "$output") -eq 4 ]]
}
