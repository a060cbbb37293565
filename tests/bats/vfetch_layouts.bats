#!/usr/bin/env bats
# vfetch file: the layouts of vendors, each on rows as that vendor writes them.

setup() {
    load helper
    cd "$BATS_TEST_TMPDIR" || return 1
}

# What a layout makes of the standard input, kept as FILE: the fields PROGRAM of its records (jq).
read_as() {
    cat > "$1"
    run vfetch -q file "$1"
    assert_success
    run jq -c "$2" <<< "$output"
}

@test "datashop: quotes of 15:45, a caret, a time behind the date, capitals or not, adjusted by its code" {
    read_as UnderlyingOptionsEODCalcs_2016-01-04.csv \
        '[.ts,.underlying,.symbol,.bid,.bid_size,.last,.vendor_iv,.adjusted,.multiplier]' << 'E'
"underlying_symbol","quote_date","root","expiration","strike","option_type","open","high","low","close","trade_volume","bid_size_1545","bid_1545","ask_size_1545","ask_1545","underlying_bid_1545","underlying_ask_1545","active_underlying_price_1545","implied_volatility_1545","delta_1545","gamma_1545","theta_1545","vega_1545","rho_1545","open_interest","delivery_code"
"^SPX",1/4/2016 0:00:00,"SPXW",1/8/2016 0:00:00,2000.00,"c",0,0,0,9.1,5,10,8.60,12,9.30,2003.82,2003.82,0,0.1834,0.5,0.01,-1,1,1,350,""
"^SPX",1/4/2016 0:00:00,"SPXW",1/8/2016 0:00:00,2000.00,"p",0,0,0,0,0,10,8.60,12,9.30,2003.82,2003.82,0,0,-0.5,0.01,-1,1,1,350,"SPX7"
E
    assert_line '["2016-01-04T20:45:00Z","SPX","SPXW160108C02000000",8.6,10,9.1,0.1834,null,100]'
    assert_line '["2016-01-04T20:45:00Z","SPX","SPXW160108P02000000",8.6,10,null,null,true,null]'
}

@test "datashop: on a day that closes early the quotes are of 12:45; --layout datashop-close takes the other clock" {
    cat > d.csv << 'E'
underlying_symbol,quote_date,root,expiration,strike,option_type,close,trade_volume,bid_size_1545,bid_1545,ask_size_1545,ask_1545,underlying_bid_1545,implied_volatility_1545,bid_size_eod,bid_eod,ask_size_eod,ask_eod,underlying_bid_eod,open_interest
^SPX,2018-11-23,SPX,2018-12-21,2600,C,1,1,1,80,1,81,2640,0.2,2,78,2,79,2632.5,1
E
    run bash -c "vfetch -q file d.csv | jq -c 'select(.kind==\"quote\")|[.ts,.bid,.expires]'"
    assert_output '["2018-11-23T17:45:00Z",80,"2018-12-21T14:30:00Z"]'
    run bash -c "vfetch -q file --layout datashop-close d.csv | jq -c 'select(.kind==\"quote\")|[.ts,.bid,.underlying_price]'"
    assert_output '["2018-11-23T18:15:00Z",78,2632.5]'
}

@test "optionmetrics: strike x 1000, -99.99 and blanks, theta a day, vega a point, columns in any order and case, flags" {
    read_as opprcd2014.csv '[.ts,.symbol,.strike,.bid,.vendor_iv,.vendor_theta,.vendor_vega,.adjusted]' << 'E'
SECID,DATE,SYMBOL,SYMBOL_FLAG,EXDATE,CP_FLAG,STRIKE_PRICE,BEST_BID,BEST_OFFER,VOLUME,OPEN_INTEREST,IMPL_VOLATILITY,DELTA,GAMMA,VEGA,THETA,SS_FLAG
108105,2014-06-02,SPX   140621C01900000,1,2014-06-21,C,1900000,29.1,30.5,10,20,0.0921,0.62,0.009,150.5,-73,0
108105,2014-06-02,SPX   140621P01900000,1,2014-06-21,P,1900000,8.1,8.5,10,20,-99.99,-99.99,-99.99,-99.99,-99.99,1
108105,20140602,SPXW  140606C01920500,1,20140606,C,1920500,8.1,8.5,10,20,,,,,,0
E
    assert_line '["2014-06-02T20:15:00Z","SPX140621C01900000",1900,29.1,0.0921,-0.2,1.505,null]'
    assert_line '["2014-06-02T20:15:00Z","SPX140621P01900000",1900,8.1,null,null,null,true]'
    assert_line '["2014-06-02T20:15:00Z","SPXW140606C01920500",1920.5,8.1,null,null,null,null]'
}

@test "optionmetrics: a strike that contradicts the name is malformed; an old code needs a root" {
    printf '%s\n' date,symbol,exdate,cp_flag,strike_price,best_bid,best_offer \
        '2014-06-02,SPX   140621C01900000,2014-06-21,C,1900,29.1,30.5' \
        '2005-06-02,SZP.FV,2005-06-18,C,1200000,2,3' > om.csv
    run -65 vfetch file om.csv
    assert_output --partial 'om.csv:2: strike_price: differs from the name of the contract: "1900"'
    assert_output --partial 'om.csv:3: root|ticker: not a root: ""'
    printf '%s\n' date,symbol,exdate,cp_flag,strike_price,best_bid,best_offer,ticker \
        '2005-06-02,SZP.FV,2005-06-18,C,1200000,2,3,SPX' > om.csv
    run bash -c "vfetch -q file om.csv | jq -c 'select(.kind==\"quote\")|[.symbol,.expires]'"
    assert_output '["SPX050618C01200000","2005-06-17T13:30:00Z"]'
}

@test "ivolatility: names of columns in several spellings; the contract's name rules over a Thursday; -1 is no vol" {
    read_as raw1.csv '[.symbol,.expiration,.vendor_iv]' << 'E'
symbol,date,Option Symbol,expiration,strike,Call/Put,style,bid,ask,mean_price,iv,volume,Open Interest,delta,stock_price_for_iv
SPX,2023-01-03,SPX   230120C03800000,2023-01-19,3800,C,E,90,92,91,0.2134,10,100,0.52,3824.1
SPX,2023-01-03,SPX   230120P03800000,2023-01-19,3800,P,E,70,72,71,-1,10,100,-0.48,3824.1
E
    assert_line '["SPX230120C03800000","2023-01-20",0.2134]'
    assert_line '["SPX230120P03800000","2023-01-20",null]'
    read_as raw2.csv '[.symbol,.open_interest,.underlying_price]' << 'E'
date,option_symbol,call_put,bid,ask,mean price,iv,openinterest,stock price for iv
2023-01-03,SPY   230120C00380000,C,9,9.2,9.1,0.21,77,382.1
E
    assert_line '["SPY230120C00380000",77,382.1]'
}

@test "optionsdx: brackets and blanks, two sides, New York's hour, the root from the file's name" {
    read_as spx_eod_202301.txt '[.ts,.symbol,.bid,.ask,.vendor_iv,.underlying_price]' << 'E'
[QUOTE_UNIXTIME], [QUOTE_READTIME], [QUOTE_DATE], [QUOTE_TIME_HOURS], [UNDERLYING_LAST], [EXPIRE_DATE], [EXPIRE_UNIX], [DTE], [C_DELTA], [C_GAMMA], [C_VEGA], [C_THETA], [C_RHO], [C_IV], [C_VOLUME], [C_LAST], [C_SIZE], [C_BID], [C_ASK], [STRIKE], [P_BID], [P_ASK], [P_SIZE], [P_LAST], [P_DELTA], [P_GAMMA], [P_VEGA], [P_THETA], [P_RHO], [P_IV], [P_VOLUME], [STRIKE_DISTANCE], [STRIKE_DISTANCE_PCT]
1672779600, 2023-01-03 16:00, 2023-01-03, 16.0, 3823.81, 2023-02-17, 1676667600, 45.0, 0.5, 0.001, 5, -1, 2, 0.2, 7, 110.0, 10 x 20, 111.5, 112.3, 3825.0, 105.1, 105.9, 5 x 6, 0, -0.5, 0.001, 5, -1, -2, , , 1.19, 0.0
E
    assert_line '["2023-01-03T21:00:00Z","SPX230217C03825000",111.5,112.3,0.2,3823.81]'
    assert_line '["2023-01-03T21:00:00Z","SPX230217P03825000",105.1,105.9,null,3823.81]'
    run bash -c "vfetch -q file --symbol SPXW spx_eod_202301.txt | jq -r 'select(.kind==\"quote\").symbol'"
    assert_line SPXW230217C03825000
}

@test "orats: months of one digit, two sides, the call's delta only" {
    read_as strikes.csv '[.ts,.symbol,.bid,.open_interest,.vendor_iv,.vendor_delta]' << 'E'
ticker,cOpra,pOpra,stkPx,expirDate,yte,strike,cVolu,cOi,pVolu,pOi,cBidPx,cValue,cAskPx,pBidPx,pValue,pAskPx,cBidIv,cMidIv,cAskIv,smoothSmvVol,pBidIv,pMidIv,pAskIv,iRate,divRate,residualRateData,delta,gamma,theta,vega,rho,phi,driftlessTheta,extVol,extCTheo,extPTheo,spot_px,trade_date
AAPL,,,130.1,2/17/2023,0.12,130,10,200,5,300,5.1,5.15,5.2,4.8,4.85,4.9,0.31,0.315,0.32,0.316,0.31,0.314,0.32,0.04,0.005,0,0.53,0.02,-0.06,0.18,0.07,-0.08,-0.05,0.3,5.1,4.8,130.1,1/3/2023
E
    assert_line '["2023-01-03T21:00:00Z","AAPL230217C00130000",5.1,200,0.315,0.53]'
    assert_line '["2023-01-03T21:00:00Z","AAPL230217P00130000",4.8,300,0.314,null]'
}

@test "dolthub: contracts from their parts, NULL is none, dates in any order are sorted" {
    read_as option_chain.csv '[.kind,.ts,.symbol,.vendor_iv,.quotes]' << 'E'
date,act_symbol,expiration,strike,call_put,bid,ask,vol,delta,gamma,theta,vega,rho
2021-03-05,SPY,2021-03-19,380.00,Put,8.10,8.20,0.2513,-0.45,0.01,-0.2,0.3,-0.05
2021-03-03,SPY,2021-03-19,385.00,Call,5.10,5.20,NULL,0.45,0.01,-0.2,0.3,0.05
E
    assert_line -n 0 '["quote","2021-03-03T21:00:00Z","SPY210319C00385000",null,null]'
    assert_line -n 1 '["snap","2021-03-03T21:00:00Z",null,null,1]'
    assert_line -n 2 '["quote","2021-03-05T21:00:00Z","SPY210319P00380000",0.2513,null]'
}

@test "a contract of parts: blanks all over are no contract, some are malformed, so are parts that make no name" {
    cat > d.csv << 'E'
date,act_symbol,expiration,strike,call_put,bid,ask,vol
2021-03-03,SPY,,,,,,
2021-03-03,SPY,2021-03-19,385,,5,6,0.2
2021-03-03,SPY,2021-03-19,385.12345,Call,5,6,0.2
2021-03-03,SPY,2021-03-19,-5,Call,5,6,0.2
2021-03-03,SPY,2021-03-19,385,Straddle,5,6,0.2
2021-03-03,TOOLONGROOT,2021-03-19,385,Call,5,6,0.2
2021-03-03,S Y,2021-03-19,385,Call,5,6,0.2
E
    run -65 vfetch file --rejects r d.csv
    assert_output --partial 'd.csv:3: a contract needs expiration, strike and type'
    assert_output --partial 'd.csv:4: root, expiration, strike and type make no name of a contract'
    assert_output --partial 'd.csv:5: root, expiration, strike and type make no name of a contract'
    assert_output --partial "d.csv:6: call_put: not a part of a contract's name: \"Straddle\""
    assert_output --partial 'd.csv:7: root, expiration, strike and type make no name of a contract'
    assert_output --partial 'd.csv:8: root, expiration, strike and type make no name of a contract'
    run jq -r .reason r
    assert_output no_contract
}

@test "tardis: microseconds, vols in percent, prices in coin, an empty or zero side is no order" {
    read_as options_chain.csv '[.ts,.symbol,.bid,.ask,.vendor_iv,.inverse,.expires]' << 'E'
exchange,symbol,timestamp,local_timestamp,type,strike_price,expiration,open_interest,last_price,bid_price,bid_amount,bid_iv,ask_price,ask_amount,ask_iv,mark_price,mark_iv,underlying_index,underlying_price,delta,gamma,vega,theta,rho
deribit,BTC-9JUN20-9875-P,1591574399413000,1591574400196008,put,9875,1591689600000000,0.1,0.0295,,0,0,0.0235,15.2,68.94,0.022,62.89,SYN.BTC-9JUN20,9756.36,-0.6,0.001,2.2,-53.05,-0.2
deribit,BTC-9JUN20-9875-P,1591574404454000,1591574404472788,put,9875,1591689600000000,0.1,,0.0206,16.0,55.92,0,0,0,0.022,0,SYN.BTC-9JUN20,9756.37,-0.6,0.001,2.2,-53,-0.2
E
    assert_line '["2020-06-08T00:00:00.196008Z","BTC-9JUN20-9875-P",null,0.0235,0.6289,true,"2020-06-09T08:00:00Z"]'
    assert_line '["2020-06-08T00:00:04.472788Z","BTC-9JUN20-9875-P",0.0206,null,null,true,"2020-06-09T08:00:00Z"]'
}

@test "alphaquery: a bar for each statistic, named after the file" {
    read_as spy.csv '[.kind,.ts,.symbol,.close]' << 'E'
Date,IV Mean,historical_volatility
2023-01-03,0.1934,0.2101
2023-01-04,null,0.2088
E
    assert_line '["bar","2023-01-03T21:15:00Z","SPY.IV30",0.1934]'
    assert_line '["bar","2023-01-04T21:15:00Z","SPY.HV30",0.2088]'
    refute_output --partial '01-04T21:15:00Z","SPY.IV30"'
}

@test "generic quotes: this project's own names, with a Z or nothing" {
    read_as mine.csv '[.ts,.symbol,.bid,.vendor_iv]' << 'E'
Timestamp,option_symbol,bid,ask,IV
2023-01-03T21:00:00Z,SPY230217C00380000,5,5.1,0.2
2023-01-03 21:00:00,SPY230217P00380000,4,4.1,nan
E
    assert_line '["2023-01-03T21:00:00Z","SPY230217C00380000",5,0.2]'
    assert_line '["2023-01-03T21:00:00Z","SPY230217P00380000",4,null]'
}

# zip_of ARCHIVE NAME=TEXT...
zip_of() {
    python3 -c '
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:
    for pair in sys.argv[2:]:
        name, text = pair.split("=", 1)
        z.writestr(name, text.replace("\\n", "\n"))' "$@"
}

@test "LEAN: the members of a zip are contracts by their names; prices x 10,000; two days are sorted" {
    zip_of aapl_2014_quote_american.zip \
        'aapl_quote_american_call_6450000_20140621.csv=20140606 00:00,1,1,1,101000,5,1,1,1,102000,7\n20140609 00:00,1,1,1,9000,5,1,1,1,,0\n' \
        'aapl_quote_american_put_923600_20140719.csv=20140609 00:00,,,,,0,1,1,1,15500,9\n'
    run bash -c "vfetch -q file aapl_2014_quote_american.zip | jq -c '[.kind,.ts,.symbol,.bid,.ask,.quotes]'"
    assert_line -n 0 '["quote","2014-06-06T20:00:00Z","AAPL140621C00645000",10.1,10.2,null]'
    assert_line -n 2 '["quote","2014-06-09T20:00:00Z","AAPL140621C00645000",0.9,null,null]'
    assert_line -n 3 '["quote","2014-06-09T20:00:00Z","AAPL140719P00092360",null,1.55,null]'
    assert_line -n 4 '["snap","2014-06-09T20:00:00Z",null,null,null,2]'
}

@test "LEAN minutes: milliseconds since New York's midnight, known when the minute is over" {
    zip_of q.zip '20230803_spy_minute_quote_american_call_4300000_20230901.csv=34200000,1,1,1,221200,20,1,1,1,231800,66\n'
    run bash -c "vfetch -q file q.zip | jq -c 'select(.kind==\"quote\")|[.ts,.symbol,.bid]'"
    assert_output '["2023-08-03T13:31:00Z","SPY230901C00430000",22.12]'
    zip_of t.zip '20230803_spy_minute_trade.csv=34200000,4500000,4510000,4490000,4505000,100\n'
    run bash -c "vfetch -q file t.zip | jq -c '[.ts,.symbol,.open,.close,.volume]'"
    assert_output '["2023-08-03T13:31:00Z","SPY",450,450.5,100]'
    zip_of t.zip '20230803_spy_minute_trade.csv=86400000,1,1,1,1,1\n'
    run -65 vfetch file t.zip
    assert_output --partial 't.zip:20230803_spy_minute_trade.csv:1: time: not a time of the day: "86400000"'
}

@test "binaries are marked as adjusted, and vclean keeps them out of the chain" {
    printf '%s\n' ts,symbol,bid,ask 2016-01-04T20:45:00Z,BSZ160115C02000000,0.41,0.44 > b.csv
    run bash -c "vfetch -q file b.csv | jq -c 'select(.kind==\"quote\")|[.underlying,.adjusted,.multiplier]'"
    assert_output '["SPX",true,null]'
    run bash -c "vfetch -q file b.csv | vclean -q --rejects r; jq -r .reason r"
    assert_output --partial nonstandard
}

@test "a zip: a member that no layout knows is named, the others are read; a cut one is 66; through a pipe it cannot be" {
    zip_of mixed.zip 'readme.txt=hello\n' 'spy.csv=20230103 00:00,3840000,3850000,3770000,3808000,74850700\n'
    run -65 vfetch file mixed.zip
    assert_output --partial 'mixed.zip:readme.txt:1: no layout fits the header "hello"'
    assert_output --partial '"symbol":"SPY","open":384,"high":385'
    head -c 60 mixed.zip > cut.zip
    run -66 vfetch file cut.zip
    assert_output --partial 'vfetch: cut.zip'
    run -65 bash -c 'vfetch file < mixed.zip'
    assert_output --partial 'a zip archive: give it by its name'
}

@test "real archives: SPY's daily bars, AAPL's two days, the minutes of four contracts" {
    [[ -d $DATA ]] || skip "no shared data"
    run bash -c "vfetch -q file '$DATA/history/lean_spy_daily_1998_2021.zip' | wc -l"
    assert_output 5849
    run bash -c "vfetch -q file '$DATA/history/VIX_FUTURES_CURVE_20260722.csv' | head -n 1"
    assert_output '{"kind":"bar","ts":"2026-07-22T21:00:00Z","symbol":"VX30/N6","close":19.5133,"expiration":"2026-07-29","source":"vix-futures-day"}'
    run bash -c "vfetch -q file '$DATA/lean-aapl-2014/daily/aapl_2014_quote_american.zip' | jq -c 'select(.kind==\"snap\")|[.ts,.quotes]'"
    assert_line '["2014-06-09T20:00:00Z",2180]'
    run bash -c "vfetch -q file '$DATA/lean-spy-minute-20230803/20230803_quote_american.zip' | jq -c 'select(.kind==\"quote\")' | wc -l"
    assert_output 1620
}

@test "real samples of paid formats: DataShop and DeltaNeutral" {
    [[ -d $DATA ]] || skip "no shared data"
    run bash -c "vfetch -q file '$DATA'/vendor-format-samples/cboe-datashop-eod-calcs/*.csv | jq -c 'select(.kind==\"snap\")|[.ts,.quotes]'"
    assert_line '["2016-01-06T20:45:00Z",2]'
    run bash -c "vfetch -q file '$DATA/vendor-format-samples/deltaneutral-l3/A.csv' | jq -c 'select(.kind==\"snap\")|[.ts,.quotes]'"
    assert_output '["2016-01-05T21:15:00Z",208]'
}

@test "a layout's new keys are checked: pattern, header, names, parts, since_midnight" {
    local base='{"summary":"s","kind":"quote","detect":{"columns":["a"]},"ts":{"column":"a","format":"%Y-%m-%d"}'
    local osi='"symbol":{"rule":"osi","venue":"us","column":"a"}'
    check() {
        printf '%s' "$1" > l.json
        run -78 vfetch file --layout ./l.json /dev/null
        assert_output --partial "$2"
    }
    check "$base,\"symbol\":{\"rule\":\"parts\",\"venue\":\"us\",\"root\":\"r\"},\"fields\":{\"strike\":\"k\",\"option_type\":\"t\"}}" \
        'expiration: the rule parts needs this field'
    check "$base,\"symbol\":{\"rule\":\"osi\",\"venue\":\"us\",\"column\":\"a\",\"root\":\"r\"}}" 'root: only the rule parts has it'
    check "$base,\"names\":\"any\",$osi}" 'names'
    check "$base,\"file\":\"{a\",$osi}" 'a brace without its other'
    check "$base,\"file\":\"{a}{b}\",$osi}" 'nothing tells one part from the next'
    check "$base,\"header\":[\"a\"],$osi}" 'file: a file without a header is told by its name'
    check '{"summary":"s","kind":"bar","detect":{"columns":["a"]},"ts":{"column":"a","format":"%Y"},"symbol":{"rule":"file"},"fields":{"close":"c"}}' \
        'a date format needs'
    check '{"summary":"s","kind":"bar","detect":{"columns":["a"]},"ts":{"column":"a","format":"%6s","since_midnight":{}},"symbol":{"rule":"file"},"fields":{"close":"c"}}' \
        'expected a column'
}
