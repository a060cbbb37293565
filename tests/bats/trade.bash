# For the tests of vstrat, vrisk and vorder: the invented chain of tests/data/trade-chain.ndjson (made by
# tests/oracle/make_trade_chain.py): 2019-04-25 at 2920, 2019-04-26 at 2940, 2019-05-24 at 2801 after the settlement
# of its first expiry.

CHAIN=$ROOT/tests/data/trade-chain.ndjson
export CHAIN

# day DATE: the snapshot of that date.
day() {
    grep "\"ts\":\"$1T" "$CHAIN"
}

# signal DATE WORD [STRENGTH] [MODEL]
signal() {
    printf '{"kind":"signal","ts":"%sT20:15:00Z","underlying":"SPX","model":"%s","signal":"%s","strength":"%s","score":0}\n' \
        "$1" "${4:-iv_mean_reversion}" "$2" "${3:-strong}"
}

# order ID SIDE QUANTITY [STRIKE TYPE] [MEMBERS]: an order of one contract of 2019-05-24, made at the close of
# 2019-04-25.
order() {
    local strike=${4:-2900} type=${5:-C}
    printf '{"kind":"order","ts":"2019-04-25T20:15:00Z","id":"%s","strategy":"mine","underlying":"SPX",' "$1"
    printf '"legs":[{"symbol":"SPXW190524%s0%d000","side":"%s","ratio":1,"root":"SPXW","expiration":"2019-05-24",' \
        "$type" "$strike" "$2"
    printf '"expires":"2019-05-24T20:00:00Z","strike":%d,"option_type":"%s","multiplier":100}],' "$strike" "$type"
    printf '"quantity":%s,%s"intent":"open"}\n' "$3" "${6:-}"
}

# position QUANTITY STRIKE TYPE [STRATEGY]
position() {
    printf '{"kind":"position","ts":"2019-04-25T20:15:00Z","account":"paper","strategy":"%s","underlying":"SPX",' \
        "${4:-mine}"
    printf '"symbol":"SPXW190524%s0%d000","root":"SPXW","quantity":%s,"price":5,"multiplier":100,' "$3" "$2" "$1"
    printf '"expiration":"2019-05-24","expires":"2019-05-24T20:00:00Z","strike":%d,"option_type":"%s"}\n' "$2" "$3"
}

# pick KIND: the records of that kind.
pick() {
    grep "^{\"kind\":\"$1\"," || true
}
