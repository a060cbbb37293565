# vclean: checks of whole snapshots: executable arbitrage, repair, prices of another day, spots, days without trading.

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# q SYMBOL TYPE STRIKE BID ASK [MEMBERS]: a quote of SPXW expiring 2019-05-24, at 2019-04-26; MEMBERS go before the usual.
q() {
    local more=${6:-} text
    text='{"kind":"quote"'
    [[ $more == *'"ts"'* ]] || text+=',"ts":"2019-04-26T20:15:00Z"'
    [[ -z $more ]] || text+=",$more"
    [[ $more == *'"underlying"'* ]] || text+=',"underlying":"SPX"'
    [[ $more == *'"expiration"'* ]] || text+=',"expiration":"2019-05-24"'
    printf '%s,"symbol":"%s","option_type":"%s","strike":%s,"bid":%s,"ask":%s}\n' "$text" "${@:1:5}"
}

snap() {
    printf '{"kind":"snap","ts":"%s","underlying":"SPX","quotes":%s}\n' "$1" "$2"
}

# The chain of a day, DATE as YYYYMMDD.
day() {
    vfetch -q file "$DATA/cboe-spx-daily-2019/SPX_$1.csv.gz"
}

@test "findings list legs and profit behind the snapshot; the quotes are tagged, refused, or left alone" {
    { q A C 90 11 12; q B C 100 4.8 5; q D C 110 5.3 6; snap 2019-04-26T20:15:00Z 3; } > in
    run -0 --separate-stderr vclean in
    assert_equal "${#lines[@]}" 5
    assert_equal "${lines[0]}" "$(q A C 90 11 12)"
    assert_equal "${lines[1]}" "$(q B C 100 4.8 5 | sed 's/}$/,"flags":"vertical"}/')"
    assert_equal "${lines[3]}" "$(snap 2019-04-26T20:15:00Z 3)"
    assert_equal "${lines[4]}" '{"kind":"finding","ts":"2019-04-26T20:15:00Z","underlying":"SPX","check":"vertical","root":"","expiration":"2019-05-24","profit":0.3,"legs":[{"symbol":"B","side":"buy","ratio":1,"price":5},{"symbol":"D","side":"sell","ratio":1,"price":5.3}]}'
    # what it wrote itself is written anew, once
    vclean in > once
    run -0 vclean once
    assert_output "$(cat once)"
    run -0 --separate-stderr vclean --reject vertical in
    assert_equal "$stderr" 'vclean: 4 in, 3 out, 2 rejected (vertical 2)'
    assert_equal "$(jq -r .kind <<< "$output" | tr '\n' ' ')" 'quote snap finding '
    run -0 vclean --off vertical,parity in
    assert_output "$(cat in)"
    # a profit that does not exceed the least is none
    run -0 vclean --set least_profit=0.3 in
    assert_output "$(cat in)"
    run -0 vclean --set least_profit=0.29 --only finding in
    assert_equal "${#lines[@]}" 1
}

@test "each arbitrage by itself, with legs that can be traded and pay what is said" {
    local american='"exercise":"A"'
    # 3 at 100 against two thirds at 90 and a third at 120
    { q A C 90 3.9 4 "$american"; q B C 100 3 3.1 "$american"; q D C 120 0.1 0.2 "$american"; } > in
    run -0 vclean --only finding in
    jq -e '.check == "butterfly" and (.profit - (3 - 8/3 - 0.2/3) | fabs) < 1e-9 and
        [.legs[] | .symbol, .side, .price] == ["A","buy",4,"B","sell",3,"D","buy",0.2]' <<< "$output"
    # a box of 10 for 8.6, of a stream that knows forward and discount; rates may be off by 1 % a year
    local known='"forward":100,"discount":0.99'
    { q A C 95 6 6.1 "$known"; q B P 95 1.0 1.1 "$known"; q D C 105 2 2.1 "$known"; q E P 105 5.4 5.5 "$known"; } > in
    run -0 vclean --only finding --off vertical in
    jq -e '.check == "parity" and [.legs[] | .symbol, .side] == ["A","buy","B","sell","D","sell","E","buy"] and
        (.profit - (9.9 - 8.6 - 0.0992 * 28/365 * 9.9/9.92) | fabs) < 0.001' <<< "$output"
    # American: only the box that is bought
    { q A C 95 8 8.1; q B P 95 1.0 1.1; q D C 105 1 1.1; q E P 105 7.4 7.5; } | sed "s/}$/,$american,$known}/" > in
    run -0 vclean --only finding --off vertical in
    assert_output ''
    sed 's/"exercise":"A",//' in > european
    run -0 vclean --only finding --off vertical european
    jq -e '.check == "parity" and .legs[0].symbol == "D"' <<< "$output"
    # calendars at equal moneyness: 100 of a forward of 100 is 105 of one of 105, not 100
    near='"forward":100,"discount":1' far='"forward":105,"discount":1,"expiration":"2019-06-21"'
    { q A C 100 3 3.1 "$near"; q B C 105 2.9 3 "$far"; } > in
    run -0 vclean --only finding in
    jq -e '.check == "calendar" and (.profit - (3 - 3 * 100/105) | fabs) < 1e-9 and .legs[1].symbol == "B"
        and (.legs[1].ratio - 100/105 | fabs) < 1e-9 and .expiration == "2019-05-24"' <<< "$output"
    # at equal strikes that would be one, and is none
    { q A P 100 3 3.1 "$near"; q B P 100 1.9 2 "$far"; } > in
    run -0 vclean --only finding in
    assert_output ''
}

@test "duplicates: the last of a contract stays, whatever its name" {
    { q A C 90 11 12; q B C 100 4.8 5; q A C 90 11.1 12; q A C 90 11.1 12 '"root":"SPXW"'; q A P 90 1 2; } > in
    run -0 --separate-stderr vclean in
    assert_output "$(sed 1d in)"
    assert_equal "$stderr" 'vclean: 5 in, 4 out, 1 rejected (duplicate 1)'
    run -0 vclean --tag duplicate in
    assert_line --index 0 --partial '"flags":"duplicate"'
    # another instant is another snapshot
    { q A C 90 11 12; q A C 90 11 12 '"ts":"2019-04-26T20:15:01Z"'; } > in
    run -0 vclean in
    assert_output "$(cat in)"
}

@test "nonstandard deliverables: adjusted, or a root that ends in a digit" {
    { q A C 90 1 2 '"root":"AAPL7"'; q B C 90 1 2 '"root":"AAPL","adjusted":true'; q D C 90 1 2 '"root":"SPXW"'; } > in
    run -0 vclean in
    assert_equal "$(jq -r '.flags // "-"' <<< "$output" | tr '\n' ' ')" 'nonstandard nonstandard - '
    run -0 --separate-stderr vclean --profile strict --off refused_share in
    assert_equal "$stderr" 'vclean: 3 in, 1 out, 2 rejected (nonstandard 2)'
}

@test "days without trading, and contracts that trade every day" {
    { q A C 90 1 2 '"ts":"2019-05-27T20:15:00Z","expiration":"2019-06-21"'
      q BTC-21JUN19-9000-C C 9000 0.1 0.2 '"ts":"2019-05-27T20:16:00Z","expiration":"2019-06-21","underlying":"BTC"'; } > in
    run -0 --separate-stderr vclean in
    assert_output "$(sed 1d in)"
    assert_equal "$stderr" 'vclean: 2 in, 1 out, 1 rejected (holiday 1)'
    run -0 vclean --off holiday in
    assert_output "$(cat in)"
}

@test "options: unknown checks and thresholds, values out of range, what goes with what" {
    for words in '--tag zero' '--reject locked,,x' '--set dte=1' '--set dte_min' '--set spot_gap=2' '--legs' '--off=,'; do
        # shellcheck disable=SC2086 # words
        run -64 vclean $words /no/such/file
        assert_output --partial 'vclean: '
    done
    run -78 vclean --set vol_min=11 /no/such/file
    assert_output 'vclean: the profile: vol_min is not below vol_max'
    # off, then tag, then reject, whatever their order
    { q A C 90 0 2; q B C 91 1 1; } > in
    run -0 --separate-stderr vclean --reject locked --off all in
    assert_output "$(sed 2d in)"
    run -0 vclean --off all --tag zero_bid,locked in
    assert_equal "$(jq -r .flags <<< "$output" | tr '\n' ' ')" 'zero_bid locked '
    run -0 --separate-stderr vclean -q --off all -r dte_window -s dte_min=30,dte_max=40 in
    assert_output ''
}

@test "stale: the prices of an hour and more before, all day long; live repetition is none" {
    for k in $(seq 100 5 160); do q "S$k" P "$k" "$k" "$((k + 1))"; done > day
    {
        cat day
        sed 's/26T20:15:00Z/26T20:15:01Z/' day
        sed 's/04-26T/04-29T/' day
        sed 's/04-26T/04-30T/; s/"bid":100,/"bid":99.5,/; s/"bid":105,/"bid":104,/' day
        sed 's/04-26T/05-01T/; s/"bid":1/"bid":2/; s/"ask":1/"ask":2/' day
    } > in
    vclean -q --quality --off vertical,butterfly,parity,calendar in > out
    run -0 jq -r 'select(.kind == "quality") | "\(.ts[8:19]) \(.status) \(.unchanged_share) \(.compared_with)"' out
    assert_output '26T20:15:00 ok null null
26T20:15:01 ok null null
29T20:15:00 stale 1 2019-04-26T20:15:00Z
30T20:15:00 ok 0.8461538462 2019-04-26T20:15:00Z
01T20:15:00 ok 0 2019-04-30T20:15:00Z'
    [ "$(grep -c '"flags":"stale"' out)" -eq 13 ]
    run -0 vclean -q --only quote --reject stale --set stale_share=0.8 --off vertical,butterfly,parity,calendar in
    assert_equal "${#lines[@]}" 39
}

@test "repair: nothing of what has no arbitrage is moved; what has is moved inside bid and ask where it can be" {
    { q A C 90 11 12; q B C 100 4.8 5.6; q D C 110 5.3 6; snap 2019-04-26T20:15:00Z 3; } | sed 's/,"und/,"forward":101,"discount":1,"und/' > in
    run -0 --separate-stderr vclean --repair --quality in
    # B and D can both be 5.3 to 5.6, and A is convex with them from 7.9 up
    jq -e -s 'map(select(.kind == "quote")) | all(.repair_status == "inside") and .[0].mid_repaired == 11.5
        and .[1].mid_repaired >= .[2].mid_repaired and .[1].mid_repaired <= 5.6 and .[2].mid_repaired >= 5.3' <<< "$output"
    jq -e -s 'map(select(.kind == "quality"))[0] | .expiries == 1 and .repaired == 1 and .outside == 0 and .worst == null' <<< "$output"
    # apart, there are no such prices: the record says how far and which position shows it
    sed 's/5.6/5/' in > in2
    vclean --repair --quality in2 > out
    jq -e -s 'map(select(.kind == "quality"))[0] | .repaired == 0 and .outside >= 1 and .worst > 0' out
    jq -e -s 'map(select(.check == "repair"))[0] | (.profit - 0.3 | fabs) < 1e-6 and
        [.legs[] | .symbol, .side] == ["B","buy","D","sell"]' out
    # written anew by the next, and gone without --repair where anything is written
    vclean --repair --quality out > again
    cmp out again
    # columns of a CSV
    run -0 vclean --repair --to csv --kind quote in2
    assert_line --index 0 --partial ',flags,mid_repaired,repair_status'
    q A C 90 11 NAN | sed 's/NAN/null/' > in
    run -0 vclean --repair in
    assert_output --partial '"flags":"no_ask","mid_repaired":null,"repair_status":"none"'
}

@test "the report: a line a snapshot, findings with their legs, sums; no record leaves" {
    { q A C 90 11 12; q B C 100 4.8 5; q D C 110 5.3 6; } > in
    run -0 --separate-stderr vclean -q --report --legs in
    assert_line --index 0 --partial 'quotes refused'
    assert_line --index 1 --regexp '^2019-04-26T20:15:00Z SPX +3 +0 +0.00 +2 .* ok$'
    assert_line '    vertical 0.3: buy 1 B at 5, sell 1 D at 5.3'
    assert_line 'executable arbitrage: vertical 1, butterfly 0, parity 0, calendar 0'
    refute_line --partial '"kind"'
    run -0 vclean --report /dev/null
    assert_line '0 snapshots, 0 quotes, 0 refused, 0 tagged'
}

@test "real data: 30 days of SPX have no vertical, butterfly or calendar; the day that was none is refused" {
    need_data cboe-spx-daily-2019
    for file in "$DATA"/cboe-spx-daily-2019/*.gz; do vfetch -q file "$file"; done | vclean -q --quality --only quality > out
    jq -e -s 'length == 30 and all(.verticals == 0 and .butterflies == 0 and .boxes == 0 and .calendars == 0)' out
    jq -e -s 'map(select(.status != "ok") | .ts[:10]) == ["2019-05-27"] and
        (map(select(.ts[:10] == "2019-05-27")) | .[0].status == "holiday,refused_share" and .[0].refused == 13324)' out
    # whatever the spot, no day's is 0.2 % off what the options say, and no two days share a fifth of their prices
    jq -e -s 'map(select(.ts[:10] != "2019-05-27")) | all((.spot_gap | fabs) < 0.002)' out
    jq -e -s '.[1:] | all(.unchanged_share < 0.2)' out
}

@test "real data: forward and discount of vgreeks give the same verdict; equal strikes would not" {
    need_data cboe-spx-daily-2019
    day 20190426 | vgreeks -q | vclean -q --quality --only quality |
        jq -e '.verticals == 0 and .butterflies == 0 and .boxes == 0 and .calendars == 0'
    # the same quotes as if they were American: 30 to 69 false hits a day at equal strikes
    day 20190426 | sed 's/"exercise":"E"/"exercise":"A"/' | vclean -q --quality --only quality | jq -e '.calendars > 29'
}

@test "real data: a file a day old under a new date, and a spot that does not match its options" {
    need_data cboe-spx-daily-2019
    need_data spxw-2018-volmageddon
    { day 20190524; day 20190524 | sed 's/"ts":"2019-05-24/"ts":"2019-05-28/'; } |
        vclean -q --quality --only quality | jq -r .status > out
    assert_equal "$(paste -sd ' ' out)" 'ok stale'
    vfetch -q file "$DATA/spxw-2018-volmageddon/SPX_2018.csv.gz" | vclean -q --quality --only quality > out
    # month-ends expire before their quotes; 2018-02-05: the index of 16:00 and options of later
    jq -e -s 'length == 40 and (map(select(.status == "spot_mismatch") | .ts[:10]) == ["2018-02-05"])' out
    jq -e -s 'map(select(.ts[:10] == "2018-02-05"))[0] | .spot == 2648.98 and .implied_spot > 2620 and .implied_spot < 2635' out
    vfetch -q file "$DATA/spxw-2018-volmageddon/SPX_2018.csv.gz" | vclean -q --profile strict --stats 2>&1 > /dev/null |
        jq -e '.rejected.spot_mismatch == 335 and .rejected.stale == null'
}

@test "real data: the quote table of 2023-09-14 and 28 days of Deribit have no arbitrage; Yahoo's stale quotes have" {
    need_data cboe-quotetable-20230914
    need_data deribit-btc-eth-daily-2026
    need_data yahoo-etf-chains-2026
    for name in spx spy; do
        vfetch -q file "$DATA/cboe-quotetable-20230914/${name}_quotedata.csv.gz" | vclean -q --quality --only quality |
            jq -e '.status == "ok" and .verticals + .butterflies + .boxes + .calendars == 0'
    done
    vfetch -q file "$DATA"/deribit-btc-eth-daily-2026/*.csv.gz | vclean -q --quality --only quality > out
    jq -e -s 'length == 56 and all(.status == "ok" and .verticals + .butterflies + .boxes + .calendars == 0)' out
    vfetch -q file --ts 2026-08-13T16:13:33Z "$DATA/yahoo-etf-chains-2026/2026-08-12/SPY.csv.gz" > in
    vclean -q --quality --only quality,finding in > out
    jq -e -s '.[-1].verticals > 500 and .[-1].butterflies > 500' out
    # each leg is a quote of the stream, bought at its ask or sold at its bid, and pays the profit
    jq -n -e --slurpfile q in 'reduce ($q[] | select(.kind == "quote")) as $x ({}; .[$x.symbol] = $x) | . as $by |
        [inputs | select(.kind == "finding") |
            (all(.legs[]; .price == (if .side == "buy" then $by[.symbol].ask else $by[.symbol].bid end)) and .profit > 0.01
            and (.check != "butterfly" or ((.profit + ([.legs[] | (if .side == "buy" then 1 else -1 end) * .ratio * .price] | add)) | fabs) < 1e-6))] |
        length > 1000 and all' out
}

@test "real data: repaired mids of a day lie inside bid and ask, convex and monotone in every expiry, without calendars" {
    need_data cboe-spx-daily-2019
    need python3
    day 20190426 | vclean -q --repair --quality > out
    jq -e -s 'map(select(.kind == "quality"))[0] | .expiries == 41 and .repaired >= 40 and .outside <= 1' out
    # on the mids as executable prices, vclean itself finds nothing more than rounding; on the raw ones thousands
    for field in mid_repaired mid_raw; do
        jq -c 'select(.kind == "quote" and .repair_status != "none" and .bid > 0) | .mid_raw = (.bid + .ask) / 2 |
            .bid = .'$field' | .ask = .'$field' | del(.mid_repaired, .mid_raw, .repair_status, .flags)' out |
            vclean -q --quality --only quality -s least_profit=0.001 > $field
    done
    jq -e '.verticals == 0 and .butterflies == 0 and .boxes == 0 and .calendars == 0 and .implied_spot > 2900' mid_repaired
    jq -e '.butterflies > 1000' mid_raw
    python3 - out <<'PY'
import json, sys
from collections import defaultdict
side, n, outside = defaultdict(list), 0, 0
for line in open(sys.argv[1]):
    q = json.loads(line)
    if q["kind"] != "quote" or q["repair_status"] == "none":
        continue
    n += 1
    inside = q["bid"] <= q["mid_repaired"] <= q["ask"]
    assert inside == (q["repair_status"] == "inside"), q
    outside += not inside
    side[q["root"], q["expiration"], q["option_type"]].append((q["strike"], q["mid_repaired"]))
assert n > 12000 and outside <= 1, (n, outside)
for (root, expiration, kind), points in side.items():
    points.sort()
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in zip(points, points[1:])]
    lo, hi = (-1, 0) if kind == "C" else (0, 1)
    assert all(lo - 1e-6 <= s <= hi + 1e-6 for s in slopes), (root, expiration, kind)
    assert all(t - s >= -1e-6 for s, t in zip(slopes, slopes[1:])), (root, expiration, kind)
PY
}
