# vfetch: vendors' files as records. Small files of each format are written here with invented numbers; the real ones of
# ../shared/data are read where they are at hand (the traps named in their README), the bundled ones always.

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    BUNDLED=$ROOT/examples/data
}

# One value: the FIELD of line N of out.
field() { # N FIELD
    sed -n "${1}p" out | jq -c ".$2"
}

count() { # KIND FILE
    grep -c "^{\"kind\":\"$1\"" "$2" || true
}

@test "layouts lists every layout by name, kind and summary" {
    run -0 vfetch layouts
    for file in "$ROOT"/share/layouts/*.json; do
        assert_line --regexp "^$(basename "$file" .json) +(quote|bar|rate) +[^ ]"
    done
    run -64 vfetch layouts extra
}

@test "a subcommand is needed, and an unknown one is named" {
    run -64 vfetch
    assert_output --partial 'expected a subcommand'
    run -64 vfetch nowhere
    assert_output --partial 'no subcommand or source "nowhere"'
}

@test "cboe-eod: 2019-04-26 becomes 13570 quotes of 16:15 in New York and a snap" {
    vfetch file "$BUNDLED/SPX_20190426.csv.gz" > out
    [[ $(count quote out) -eq 13570 && $(wc -l < out) -eq 13571 ]]
    [[ $(cut -d'"' -f8 out | sort -u) == 2019-04-26T20:15:00Z ]]
    tail -n 1 out | jq -e '.kind == "snap" and .quotes == 13570 and .underlying == "SPX" and .source == "cboe-eod"'
    # the vendor's numbers keep their spelling
    head -n 1 out | grep -q '"bid":2128.0,"ask":2151.8'
}

@test "cboe-eod: AM and PM roots of one third Friday settle 6.5 hours apart and stay apart" {
    vfetch file "$BUNDLED/SPX_20190426.csv.gz" > out
    [[ $(grep '"root":"SPX","expiration":"2019-05-17"' out | jq -r .expires | sort -u) == 2019-05-17T13:30:00Z ]]
    [[ $(grep '"root":"SPXW","expiration":"2019-05-17"' out | jq -r .expires | sort -u) == 2019-05-17T20:00:00Z ]]
    # an AM series ends on the evening before, a PM series with its settlement
    [[ $(grep '"root":"SPX","expiration":"2019-05-17"' out | jq -r .last_trade | sort -u) == 2019-05-16T20:15:00Z ]]
    [[ $(grep '"root":"SPXW","expiration":"2019-05-17"' out | jq -r .last_trade | sort -u) == 2019-05-17T20:00:00Z ]]
    # the symbol, root included, is the key: no two quotes share it
    [[ -z $(grep '"quote"' out | jq -r .symbol | sort | uniq -d) ]]
    # without the root, some 2500 would
    [[ $(grep '"quote"' out | jq -r '"\(.expiration) \(.strike) \(.option_type)"' | sort | uniq -d | wc -l) -gt 1000 ]]
}

@test "cboe-eod: an implied vol of 0 is absent, a bid of 0 stays, a last of 0 is no trade" {
    vfetch file "$BUNDLED/SPX_20190426.csv.gz" > out
    zero=$(zcat "$BUNDLED/SPX_20190426.csv.gz" | awk -F, 'NR > 1 && $15 + 0 == 0' | wc -l)
    bids=$(zcat "$BUNDLED/SPX_20190426.csv.gz" | awk -F, 'NR > 1 && $11 + 0 == 0' | wc -l)
    [[ $zero -gt 100 && $(grep '"quote"' out | grep -vc '"vendor_iv"') -eq $zero ]]
    [[ $bids -gt 100 && $(grep -c '"bid":0.0,' out) -eq $bids ]]
    [[ $(grep -c -E '"last":0(\.0*)?,' out) -eq 0 && $(grep -c '"last"' out) -gt 1000 ]]
}

@test "cboe-eod: a file of a closed market passes, for vclean to refuse; a layout may refuse it, row by row" {
    need_data cboe-spx-daily-2019/SPX_20190527.csv.gz
    run -0 --separate-stderr vfetch file "$DATA/cboe-spx-daily-2019/SPX_20190527.csv.gz" --only snap
    assert_output '{"kind":"snap","ts":"2019-05-27T20:15:00Z","underlying":"SPX","quotes":13324,"source":"cboe-eod"}'
    [[ -z $stderr ]]
    vfetch -q file "$DATA/cboe-spx-daily-2019/SPX_20190527.csv.gz" > out
    run -0 vclean out
    assert_output --partial 'rejected (holiday 13324)'
    jq '.ts.closed = "refuse"' "$ROOT/share/layouts/cboe-eod.json" > mine.json
    run -0 vfetch file --layout ./mine.json "$DATA/cboe-spx-daily-2019/SPX_20190527.csv.gz" --rejects rejects.ndjson
    assert_output 'vfetch: 13324 in, 0 out, 13324 rejected (market_closed 13324)'
    [[ $(wc -l < rejects.ndjson) -eq 13324 ]]
    head -n 1 rejects.ndjson | jq -e '.of == "quote" and .reason == "market_closed" and .record.line == 2'
}

@test "cboe-eod: on an early day the quotes are of 13:15" {
    head=$(zcat "$BUNDLED/SPX_20190426.csv.gz" | sed -n 1p)
    printf '%s\n' "$head" 'SPX,3140.98,CBOE,SPXW191129C03000000,call,11/29/2019,11/29/2019,3000.0,1.0,0.0,140.0,141.0,0,2,0.02,0.9,0.0' > early.csv
    vfetch file early.csv > out
    [[ $(field 1 ts) == '"2019-11-29T18:15:00Z"' && $(field 1 expires) == '"2019-11-29T18:00:00Z"' ]]
}

@test "rows that cannot be read are counted and shown, the others are done" {
    zcat "$BUNDLED/SPX_20190426.csv.gz" | sed -n 1,7p > bad.csv
    sed -i -e '3s/,900.0,/,nine,/' -e '4s#,04/26/2019,1000#,13/26/2019,1000#' -e '5s/,CBOE,SPXW/,CBOE,SP W/' -e '6s/,$/,,/;6s/$/,extra/' bad.csv
    run -65 --separate-stderr vfetch file bad.csv
    [[ $(grep -c '"quote"' <<< "$output") -eq 2 ]]
    grep -q '"quotes":2' <<< "$output"
    [[ $stderr == *'bad.csv:3: strike: differs from the name of the contract: "nine"'* ]]
    [[ $stderr == *'bad.csv:4: quotedate: not a date of the format: "13/26/2019"'* ]]
    [[ $stderr == *'bad.csv:5: optionroot: not the name of a contract: "SP W190426C01050000"'* ]]
    [[ $stderr == *'bad.csv:6: 18 cells where the header has 17'* ]]
    [[ $stderr == *'6 in, 3 out, 4 malformed'* ]]
}

@test "a cell that is no number costs its row" {
    zcat "$BUNDLED/SPX_20190426.csv.gz" | sed -n 1,4p | sed '3s/,2028.0,/,12x,/;4s/,1951.8,/,1e400,/' > bad.csv
    run -65 --separate-stderr vfetch file bad.csv
    [[ $(grep -c '"quote"' <<< "$output") -eq 1 ]]
    [[ $stderr == *'bad.csv:3: bid: not a number: "12x"'* && $stderr == *'bad.csv:4: ask: not a number: "1e400"'* ]]
    run -65 vfetch file --strict bad.csv
}

@test "cboe-quotetable: two sides of a row, the instant and the price from the lines before the header" {
    cat > table.csv <<'TABLE'

Standard & Poors 500 Index,Last: 4505.1001,Change:  37.6601
"Date: September 14, 2023 at 4:31 PM EDT",Bid: 4483.25,Ask: 4526.27,Size: 1*1,Volume: 0
Expiration Date,Calls,Last Sale,Net,Bid,Ask,Volume,IV,Delta,Gamma,Open Interest,Strike,Puts,Last Sale,Net,Bid,Ask,Volume,IV,Delta,Gamma,Open Interest
Fri Sep 15 2023,SPX230915C04500000,9.5,0,9.1,9.8,5,0.11,0.5,0.01,100,4500.00,SPX230915P04500000,0,0,6.1,6.6,7,0,-0.5,0.01,200
TABLE
    vfetch file table.csv > out
    [[ $(count quote out) -eq 2 && $(field 1 ts) == '"2023-09-14T20:31:00Z"' ]]
    [[ $(field 1 option_type) == '"C"' && $(field 1 bid) == 9.1 && $(field 1 open_interest) == 100 ]]
    [[ $(field 2 option_type) == '"P"' && $(field 2 bid) == 6.1 && $(field 2 open_interest) == 200 ]]
    [[ $(field 1 underlying_price) == 4505.1001 && $(field 2 vendor_iv) == null && $(field 2 last) == null ]]
    [[ $(field 3 quotes) == 2 ]]
}

@test "cboe-quotetable: the real file, 19920 quotes of SPX and SPXW, one of them crossed" {
    need_data cboe-quotetable-20230914/spx_quotedata.csv.gz
    vfetch file "$DATA/cboe-quotetable-20230914/spx_quotedata.csv.gz" > out
    [[ $(count quote out) -eq 19920 && $(count snap out) -eq 1 ]]
    grep '"SPX251219C04200000"' out | jq -e '.bid == 0.1 and .ask == 0'
    [[ $(grep -c '"bid":0,"ask":0,' out) -eq 228 ]]
    [[ $(grep '"quote"' out | grep -vc '"vendor_iv"') -eq 1447 ]]
    [[ $(grep -c '"root":"SPX",' out) -gt 0 && $(grep -c '"root":"SPXW",' out) -gt 0 ]]
}

@test "spxw-2018: a BOM, a header with a blank, the root where the underlying should be; 40 days of snapshots" {
    need_data spxw-2018-volmageddon/SPX_2018.csv.gz
    vfetch file "$DATA/spxw-2018-volmageddon/SPX_2018.csv.gz" > out
    [[ $(count quote out) -eq 14438 && $(count snap out) -eq 40 ]]
    [[ $(jq -r .underlying out | sort -u) == SPX ]]
    [[ $(jq -r 'select(.kind == "snap") | .ts' out | sed -n 25p) == 2018-02-06T21:15:00Z ]]
    [[ $(grep -c '"bid":0,' out) -eq 1902 ]]
}

@test "deribit-daily and okx-daily: one header, told apart by a value; coin prices, vol units, blank sides" {
    header='snapshot_utc,exchange,underlying,instrument,expiry,strike,type,mark_price,bid,ask,mark_iv,delta,gamma,vega,theta,open_interest,volume_24h,underlying_price'
    printf '%s\r\n' "$header" \
        '2026-07-14 03:37:41,deribit,BTC,BTC-28AUG26-46000-P,2026-08-28,46000,put,0.00378585,0.0036,,54.84,,,,,394.7,2.8,62695.75' \
        '2026-07-14 03:37:41,deribit,BTC,BTC-5AUG26-50000-C,2026-08-05,50000,call,0.2,,0.2015,0,,,,,0,0,62600.5' > d.csv
    vfetch file d.csv > out
    [[ $(field 1 source) == '"deribit-daily"' && $(field 1 vendor_iv) == 0.5484 && $(field 1 inverse) == true ]]
    [[ $(field 1 bid) == 0.0036 && $(field 1 ask) == null && $(field 1 underlying_price) == 62695.75 ]]
    [[ $(field 1 expires) == '"2026-08-28T08:00:00Z"' && $(field 1 last_trade) == '"2026-08-28T08:00:00Z"' && $(field 1 currency) == '"BTC"' && $(field 1 multiplier) == 1 ]]
    [[ $(field 2 bid) == null && $(field 2 vendor_iv) == null && $(field 2 underlying_price) == 62600.5 ]]
    printf '%s\n' "$header" \
        '2026-07-14 03:37:41,okx,BTC,BTC-USD-270326-90000-C,2027-03-26,90000,call,0.0326,0.032,0.033,0.4037,0.16,0.49,0.002,-0.0001,3128,0,62428.7' > o.csv
    vfetch file o.csv > out
    [[ $(field 1 source) == '"okx-daily"' && $(field 1 vendor_iv) == 0.4037 && $(field 1 multiplier) == 0.01 ]]
    [[ $(field 1 expires) == '"2027-03-26T08:00:00Z"' && $(field 1 root) == '"BTC-USD"' ]]
}

@test "deribit-daily: a month of files in order; a month out of order is told" {
    need_data deribit-btc-eth-daily-2026/2026-07-31.csv.gz
    vfetch file "$DATA"/deribit-btc-eth-daily-2026/2026-07-*.csv.gz > out
    [[ $(count snap out) -eq 56 && $(count quote out) -eq 44004 ]]
    [[ $(jq -r 'select(.kind == "snap") | .underlying' out | head -n 2 | tr '\n' ' ') == 'BTC ETH ' ]]
    # every quote lies in the snapshot that the next snap closes
    jq -r '[.kind, .ts, .underlying] | @tsv' out |
        awk '$1 == "quote" {if (!n) key = $2 $3; if ($2 $3 != key) exit 1; n++} $1 == "snap" {if ($2 $3 != key) exit 1; n = 0}'
    run -65 --separate-stderr vfetch file "$DATA"/deribit-btc-eth-daily-2026/2026-07-0{5,4}.csv.gz
    [[ $stderr == *'2026-07-04.csv.gz:2: begins at 2026-07-04T'*'give the files in the order of time'* ]]
    [[ $(grep -c '"snap"' <<< "$output") -eq 2 ]]
}

@test "yahoo: no vol where yfinance has none; the instant is --ts, else the next trading day; the old spot is left out" {
    cat > SPY.csv <<'CHAIN'
contractSymbol,expiry,type,strike,lastPrice,bid,ask,volume,openInterest,impliedVolatility,inTheMoney,lastTradeDate,spot,session
SPY260821C00665000,2026-08-21,C,665.0,97.35,108.92,112.36,3.0,3.0,1.0000000000000003e-05,True,2026-08-04 13:33:06+00:00,772.4,2026-08-14
SPY260821P00665000,2026-08-21,P,665.0,0.35,0,0.05,,3.0,0.25,False,2026-08-04 13:33:06+00:00,772.4,2026-08-14
CHAIN
    vfetch file SPY.csv > out
    [[ $(field 1 ts) == '"2026-08-17T16:15:00Z"' && $(field 1 vendor_iv) == null && $(field 2 vendor_iv) == 0.25 ]]
    [[ $(field 1 exercise) == '"A"' && $(field 1 underlying_price) == null && $(field 2 volume) == null ]]
    vfetch file SPY.csv --ts 2026-08-17T14:05:34.797991Z --spot 775.81 > out
    [[ $(field 1 ts) == '"2026-08-17T14:05:34.797991Z"' && $(field 1 underlying_price) == 775.81 ]]
    run -64 vfetch file SPY.csv --ts yesterday
}

@test "yahoo: the real sessions" {
    need_data yahoo-etf-chains-2026/2026-08-12/SPY.csv.gz
    for f in "$DATA"/yahoo-etf-chains-2026/*/SPY.csv.gz; do
        utc=$(jq -r .utc "$(dirname "$f")/meta.json")
        vfetch file "$f" > out
        [[ $(count quote out) -eq $(($(zcat "$f" | wc -l) - 1)) ]]
        # the default instant is never before the capture
        [[ $(field 1 ts) > "\"$utc" ]] || { echo "$f: $(field 1 ts) before $utc"; false; }
        ! grep -q '"vendor_iv":1.0000000000000003e-05' out || false
    done
}

@test "an adjusted contract is marked and has no multiplier" {
    printf '%s\n' "$(zcat "$BUNDLED/SPX_20190426.csv.gz" | sed -n 1p)" \
        'AAPL,90.0,CBOE,AAPL1140621C00012340,call,06/21/2014,06/09/2014,12.34,0.0,0.0,1.0,1.2,0,2,0.3,0.9,0.0' > adjusted.csv
    vfetch file adjusted.csv > out
    [[ $(field 1 adjusted) == true && $(field 1 multiplier) == null && $(field 1 underlying) == '"AAPL"' ]]
    [[ $(field 1 root) == '"AAPL1"' && $(field 1 expires) == '"2014-06-20T20:00:00Z"' ]]
}

@test "histories: ISO and US dates, close only, symbols from names; each bar at its close" {
    vfetch file "$BUNDLED/vix-daily.csv.gz" > out
    [[ $(count bar out) -eq 9235 && $(field 1 ts) == '"1990-01-02T21:15:00Z"' && $(field 1 symbol) == '"VIX"' ]]
    grep -q '"ts":"2019-04-26T20:15:00Z","symbol":"VIX".*"close":12.730000' out
    grep -q '"ts":"2019-11-29T18:15:00Z"' out
    printf 'DATE,OPEN,HIGH,LOW,CLOSE\n01/04/2011,16.06,16.1,16,16.05\n' > VIX9D_History.csv
    vfetch file VIX9D_History.csv > out
    [[ $(cat out) == '{"kind":"bar","ts":"2011-01-04T21:15:00Z","symbol":"VIX9D","open":16.06,"high":16.1,"low":16,"close":16.05,"source":"vix-history"}' ]]
    vfetch file --symbol VXN < VIX9D_History.csv > out
    [[ $(field 1 symbol) == '"VXN"' ]]
    run -64 vfetch file - < VIX9D_History.csv
    assert_output --partial 'say --symbol NAME'
    printf 'DATE,VVIX\n03/06/2006,71.73\n' > VVIX_History.csv
    vfetch file VVIX_History.csv > out
    [[ $(field 1 symbol) == '"VVIX"' && $(field 1 close) == 71.73 ]]
    printf 'Date,Open,High,Low,Close\n2019-04-26,1,2,0.5,1.5\n' > spx_ohlc.csv
    vfetch file spx_ohlc.csv > out
    [[ $(field 1 ts) == '"2019-04-26T20:00:00Z"' && $(field 1 symbol) == '"SPX"' ]]
}

@test "histories: several files are sorted together" {
    printf 'DATE,VVIX\n03/06/2006,71.73\n03/08/2006,70\n' > a.csv
    printf 'DATE,SKEW\n03/07/2006,120\n03/06/2006,121\n' > b.csv
    vfetch file a.csv b.csv > out
    [[ $(jq -r '.symbol + .ts[8:10]' out | tr '\n' ' ') == 'VVIX06 SKEW06 SKEW07 VVIX08 ' ]]
    # sorted and unsorted layouts do not mix
    run -64 vfetch file a.csv "$BUNDLED/SPX_20190426.csv.gz"
    assert_output --partial 'import them apart'
}

@test "fred: bond-equivalent percent to continuous rates, at the release on the next business day" {
    run -0 --separate-stderr vfetch file "$BUNDLED/DGS1MO.csv.gz"
    [[ $stderr == 'vfetch: 5515 in, 5287 out, 228 rejected (no_value 228)' ]]
    echo "$output" > out
    # 2019-04-25: 2.43 % a year, compounded twice a year: 2 ln(1 + 2.43 / 200)
    grep '"date":"2019-04-25"' out | jq -e '.ts == "2019-04-26T20:15:00Z" and .tenor_days == 30 and .symbol == "DGS1MO"
        and (.rate - 0.0241535625 | fabs) < 1e-9'
    # Columbus Day: the exchanges trade, the Federal Reserve does not
    [[ $(grep '"date":"2019-10-11"' out | jq -r .ts) == 2019-10-15T20:15:00Z ]]
    printf 'observation_date,DGS1MO,DGS2\n2019-04-25,2.43,\n2019-04-26,.,2.28\n2019-04-29,.,\n' > two.csv
    run -0 --separate-stderr vfetch file two.csv
    [[ $(jq -r '.symbol + .date[8:10]' <<< "$output" | tr '\n' ' ') == 'DGS1MO25 DGS226 ' ]]
    [[ $stderr == *'no_value 1'* ]]
}

@test "fred: an index is a bar, not a rate" {
    printf 'observation_date,VIXCLS\n2019-04-26,12.73\n' > VIXCLS.csv
    vfetch file VIXCLS.csv > out
    [[ $(cat out) == '{"kind":"bar","ts":"2019-04-29T20:15:00Z","symbol":"VIX","close":12.73,"source":"fred-index"}' ]]
}

@test "--since and --until cut by the instant, dates included" {
    vfetch file "$BUNDLED/vix-daily.csv.gz" --since 2019-04-24 --until 2019-04-26 > out
    [[ $(jq -r '.ts[:10]' out | tr '\n' ' ') == '2019-04-24 2019-04-25 2019-04-26 ' ]]
    vfetch file "$BUNDLED/vix-daily.csv.gz" --since 2019-04-25T20:15:01Z --until 2019-04-26T20:14:59Z > out
    [[ ! -s out ]]
    run -64 vfetch file "$BUNDLED/vix-daily.csv.gz" --since april
    assert_output --partial '--since: expected YYYY-MM-DD or'
}

@test "--seal ends a whole stream with its count, and no other" {
    vfetch file --seal "$BUNDLED/vix-daily.csv.gz" > out
    tail -n 1 out | jq -e '.kind == "end" and .records == 9235 and .source == "vfetch" and .ts == "2026-07-23T20:15:00Z"'
    zcat "$BUNDLED/vix-daily.csv.gz" | sed '2s/,17/,x17/' > bad-vix.csv
    run -65 --separate-stderr vfetch file --seal --symbol VIX bad-vix.csv
    ! grep -q '"end"' <<< "$output" || false
}

@test "--seal of nothing: no record has an instant for the end, so that it is 66 without one" {
    zcat "$BUNDLED/vix-daily.csv.gz" | head -n 1 > none-vix.csv
    run -66 --separate-stderr vfetch file --seal --quiet none-vix.csv
    [[ -z $output && $stderr == 'vfetch: no records: the stream is not sealed' ]]
    run -66 --separate-stderr vfetch file --seal --quiet "$BUNDLED/vix-daily.csv.gz" --since 2100-01-01
    [[ -z $output ]]
    run -0 vfetch file --quiet none-vix.csv
    assert_output ""
}

@test "a cut file is 66, and the chain that was cut gets no snap" {
    head -c 100000 "$BUNDLED/SPX_20190426.csv.gz" > cut.csv.gz
    run -66 --separate-stderr vfetch file cut.csv.gz
    [[ $stderr == *'cut.csv.gz: '* ]]
    grep -q '"quote"' <<< "$output"
    ! grep -q '"snap"' <<< "$output" || false
    run -66 vfetch file nowhere.csv
    assert_output --partial 'nowhere.csv: '
}

@test "zstd, plain and standard input give the same bytes as gzip" {
    need zstd
    vfetch file "$BUNDLED/SPX_20190426.csv.gz" > expected
    zcat "$BUNDLED/SPX_20190426.csv.gz" > plain.csv
    zstd -q plain.csv -o packed.csv.zst
    vfetch file plain.csv | cmp - expected
    vfetch file packed.csv.zst | cmp - expected
    vfetch file - < plain.csv | cmp - expected
    vfetch file < plain.csv | cmp - expected
    sed 's/$/\r/' plain.csv | vfetch file | cmp - expected
}

@test "quotes of two underlyings that alternate become two runs" {
    head=$(zcat "$BUNDLED/SPX_20190426.csv.gz" | sed -n 1p)
    row() { echo "$1,100.0,CBOE,$1${2}00100000,call,06/21/2019,04/$3/2019,100.0,0.0,0.0,1.0,1.2,0,2,0.3,0.9,0.0"; }
    { echo "$head"; row SPY 190621C 25; row AAPL 190621C 25; row SPY 190621C 25; row AAPL 190621C 25; row AAPL 190621C 26; row SPY 190621C 26; } > mixed.csv
    vfetch file mixed.csv > out
    [[ $(jq -r '.kind[:1] + .underlying[:1] + .ts[8:10]' out | tr '\n' ' ') == 'qS25 qS25 sS25 qA25 qA25 sA25 qA26 sA26 qS26 sS26 ' ]]
    [[ $(jq -r 'select(.kind == "snap") | .quotes' out | tr '\n' ' ') == '2 2 1 1 ' ]]
}

@test "a layout of one's own; a bad one is 78 with file and key" {
    cat > mine.json <<'LAYOUT'
{"summary": "mine", "kind": "quote", "detect": {"columns": ["sym"]},
 "ts": {"column": "when", "format": "%d %b %Y %H:%M", "zone": "new-york"},
 "symbol": {"rule": "osi", "venue": "us", "column": "sym"},
 "fields": {"strike": {"column": "k", "divide": 1000}, "bid": "b", "vendor_iv": {"column": "iv", "divide": 100, "missing": [-99.99]},
            "currency": {"value": "EUR"}}}
LAYOUT
    printf 'sym,when,k,b,iv,other\nO:SPY260821C00665000,17 Aug 2026 10:00,665000,1.50,54.84,x\nSPY   260821P00665000,17 Aug 2026 10:00,665000,,-99.99,x\n' > data.csv
    vfetch file --layout ./mine.json data.csv > out
    [[ $(field 1 symbol) == '"SPY260821C00665000"' && $(field 1 vendor_iv) == 0.5484 && $(field 1 currency) == '"EUR"' ]]
    [[ $(field 2 symbol) == '"SPY260821P00665000"' && $(field 2 bid) == null && $(field 2 vendor_iv) == null ]]
    [[ $(field 1 ts) == '"2026-08-17T14:00:00Z"' && $(field 1 source) == '"mine"' ]]
    sed 's/"divide"/"devide"/' mine.json > bad.json
    run -78 vfetch file --layout ./bad.json data.csv
    assert_output --partial 'bad.json'
    assert_output --partial 'devide'
    run -78 vfetch file --layout nosuch data.csv
    run -65 vfetch file --layout ./mine.json "$BUNDLED/vix-daily.csv.gz"
    assert_output --partial 'no layout fits the header'
}

@test "what no layout knows is 65 and shown" {
    printf 'a,b\n1,2\n' > unknown.csv
    run -65 vfetch file unknown.csv
    assert_output --partial 'unknown.csv:1: no layout fits the header "a,b"'
}

@test "a file that is no CSV is told by its first line, a zip archive by its marks" {
    printf 'PK\3\4\24\0"quoted,\n\1' > chain.zip
    run -66 vfetch file --quiet chain.zip
    assert_output --partial 'vfetch: chain.zip: zip archive: '
    run -65 bash -c 'vfetch file --quiet < chain.zip'
    assert_output 'vfetch: standard input:1: a zip archive: give it by its name, or unpack it first'
    printf 'PK\3\4\24\0plain,\n\1' > chain.zip
    run -65 bash -c 'vfetch file --quiet < chain.zip'
    assert_output 'vfetch: standard input:1: a zip archive: give it by its name, or unpack it first'
    printf '\1\2"x\3y,\n' > quote.bin
    run -65 vfetch file --quiet quote.bin
    assert_output 'vfetch: quote.bin:1: not a CSV file: line 1 holds bytes that are no text'
    printf '\177ELF\2\1\1\0\n' > plain.bin
    run -65 vfetch file --quiet plain.bin
    assert_output 'vfetch: plain.bin:1: not a CSV file: line 1 holds bytes that are no text'
    printf 'a,"b\n' > open.csv
    run -65 vfetch file --quiet open.csv
    assert_output 'vfetch: open.csv:1: not CSV: a quoted cell is not closed'
}

@test "a lost write is 74, a reader that goes away ends it quietly, nothing in is nothing out" {
    status=0
    vfetch file "$BUNDLED/SPX_20190426.csv.gz" > /dev/full 2> err || status=$?
    [[ $status -eq 74 ]] && grep -q 'write failed' err
    status=0
    vfetch layouts > /dev/full 2> err || status=$?
    [[ $status -eq 74 ]]
    vfetch file "$BUNDLED/SPX_20190426.csv.gz" 2> err | head -n 1 > out
    [[ ! -s err && $(wc -l < out) -eq 1 ]]
    run -0 vfetch file - < /dev/null
    [[ -z $output ]]
}

@test "SIGTERM mid-stream: what came is flushed whole, the chain gets no snap, death shows as such" {
    mkfifo pipe
    vfetch file --seal pipe > out 2> err &
    tool=$!
    exec 9> pipe
    zcat "$BUNDLED/SPX_20190426.csv.gz" | head -n 1000 >&9
    for _ in $(seq 100); do
        [[ $(wc -l < out) -lt 999 ]] || break
        sleep 0.1
    done
    kill -TERM $tool
    status=0
    wait $tool || status=$?
    exec 9>&-
    [[ $status -eq 143 ]] || { echo "status $status"; false; }
    [[ $(count quote out) -eq 999 && $(count snap out) -eq 0 && $(count end out) -eq 0 ]]
    jq -e . out > /dev/null
}

@test "on a terminal a long run shows how much of the files is read, rows and time to go; --quiet and a file show nothing" {
    need script
    script -qec true /dev/null < /dev/null > /dev/null 2>&1 || skip "no pseudo-terminal here"
    zcat "$BUNDLED/SPX_20190426.csv.gz" > one.csv
    { cat one.csv; for _ in $(seq 60); do tail -n +2 one.csv; done; } > long.csv
    script -qec 'vfetch file long.csv long.csv long.csv > /dev/null' shown < /dev/null > /dev/null
    grep -qE 'vfetch: \[#*\.*\] [0-9]+ of [0-9]+ MB, [0-9]+ rows, about [0-9]+ s to go' shown
    script -qec 'vfetch file --quiet long.csv long.csv long.csv > /dev/null' shown < /dev/null > /dev/null
    ! grep -q 'rows' shown || false
    vfetch file long.csv 2> err > /dev/null
    [[ ! -s err ]]
}

@test "the whole pipe's first stage in one stream: rates, bars, quotes by instant" {
    vmerge <(vfetch file --since 2019-04-25 --until 2019-04-29 "$BUNDLED"/DGS*.csv.gz) \
        <(vfetch file --since 2019-04-25 --until 2019-04-29 "$BUNDLED/vix-daily.csv.gz") \
        <(vfetch file "$BUNDLED"/SPX_201904{25,26,29}.csv.gz) > out
    jq -r '.kind' out | uniq -c | awk '{print $1 $2}' | tr '\n' ' ' > shape
    [[ $(cat shape) == '5rate 1bar 13340quote 1snap 5rate 1bar 13570quote 1snap 5rate 1bar 13268quote 1snap ' ]] || { cat shape; false; }
}
