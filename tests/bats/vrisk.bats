# vrisk: what passes, what is held back and why.

load helper
load trade

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    day 2019-04-25 > chain
}

# All limits out of the way.
WIDE='(.order, .underlying, .portfolio) |= map_values(.value = 1e12)'

# limits JQ-PROGRAM: the default limits, changed.
limits() {
    jq "$1" "$ROOT/share/limits/default.json" > limits.json
}

@test "an order that passes goes on byte for byte; risk records follow their snapshot" {
    { cat chain; order a buy 1; } > in
    vrisk in > out
    grep -v '^{"kind":"risk"' out | cmp - in
    assert_equal "$(sed -n '69,71p' out | jq -r '[.kind, .scope // "-"] | join(" ")')" $'snap -\nrisk underlying:SPX\nrisk portfolio'
}

@test "greeks of the book are quantity times multiplier times the quote's" {
    { position 3 2900 C; position -2 2850 P; } > held
    vrisk -p held chain | pick risk | head -n 1 > risk
    for greek in delta gamma theta vega; do
        expected=$(jq -s --arg g $greek 'map(select(.kind == "quote"))
            | (map(select(.symbol == "SPXW190524C02900000"))[0][$g] * 300) - (map(select(.symbol == "SPXW190524P02850000"))[0][$g] * 200)' chain)
        jq -e --argjson x "$expected" ".$greek - \$x | fabs < 1e-7" risk || oops "$greek: $(cat risk), not $expected"
    done
    run jq -c '[.notional, .quantity, .positions]' risk
    assert_output '[1460000,5,2]'
    no_oops
}

@test "every limit: exactly at it passes, beyond is a breach with value, limit and unit" {
    { cat chain; order a buy 4; } > in
    limits '(.order, .underlying, .portfolio) |= map_values(.value = 0)'
    vrisk -l limits.json in | pick breach > breaches
    assert_equal "$(wc -l < breaches)" 14
    while read -r scope limit value unit; do
        limits "$WIDE | .[\"${scope%%:*}\"].$limit.value = $value"
        run vrisk -l limits.json --check --only order,breach in
        [[ $status -eq 0 && $output == '{"kind":"order"'* ]] || oops "$scope $limit at $value: $status $output"
        jq -e --arg u "$unit" "select(.[\"${scope%%:*}\"].$limit.unit == \$u)" limits.json > /dev/null || oops "$limit: unit $unit"
        limits "$WIDE | .[\"${scope%%:*}\"].$limit.value = $value * 0.999999999"
        run vrisk -l limits.json --check --only order,breach in
        [[ $status -eq 1 && $output == *"\"limit\":\"$limit\""* && $output != *'"kind":"order"'* ]] ||
            oops "$scope $limit beyond $value: $status $output"
    done < <(vrisk --precision 17 -l limits.json in | pick breach | jq -r '[.scope, .limit, (.value | tostring), .unit] | join(" ")')
    no_oops
}

@test "unknown numbers are refused with the value null" {
    for change in '.delta = null' 'del(.gamma)' '.vega = null' '.theta = null' 'del(.underlying_price)'; do
        jq -c "if .kind == \"quote\" then $change else . end" chain > changed
        run vrisk --check --only order,breach <(cat changed; order a buy 1)
        [[ $status -eq 1 && $output == *'"value":null'* && $output != *'"kind":"order"'* ]] || oops "$change: $status $output"
    done
    run vrisk --check --only order,breach <(cat chain; order a buy 1 2910)
    [[ $status -eq 1 && $output == *'is not known'* ]] || oops "no quote: $output"
    run vrisk --check --only order,breach <(order a buy 1)
    [[ $status -eq 1 && $output != *'"kind":"order"'* ]] || oops "no chain: $output"
    no_oops
}

@test "orders of the run and those that work add up, in the worst case" {
    limits "$WIDE | .underlying.max_quantity.value = 5"
    run --separate-stderr vrisk -l limits.json --only order,breach <(cat chain; order a buy 3; order b sell 3; order c buy 2; order d buy 1)
    assert_equal "$(jq -rs 'map(.order_id // .id) | join(" ")' <<< "$output")" "a b c d"
    assert_line --index 3 --partial '"limit":"max_quantity","value":6'
    order w buy 3 > held
    run --separate-stderr vrisk -l limits.json -p held --only order,breach <(cat chain; order a buy 2; order b buy 1)
    assert_line --index 0 --partial '"id":"a"'
    assert_line --index 1 --partial '"order_id":"b"'
}

@test "over the limit: what adds is held back, what takes off passes, and the book itself is a breach" {
    position 6 2900 C > held
    limits "$WIDE | .underlying.max_quantity.value = 5"
    run --separate-stderr vrisk -l limits.json -p held --only order,breach <(cat chain; order a buy 1; order b sell 2)
    assert_line --index 0 --partial '"scope":"underlying:SPX","limit":"max_quantity","value":6'
    refute_line --index 0 --partial order_id
    assert_line --index 1 --partial '"order_id":"a"'
    assert_line --index 2 --partial '"id":"b"'
}

@test "a position whose quote is gone: nothing opens, closing it passes" {
    position 2 2910 C > held
    run vrisk -p held --only order,breach <(cat chain; order open buy 1; order close sell 2 2910)
    refute_line --partial '"id":"open"'
    assert_line --partial '"id":"close"'
    run vrisk -p held --only order,breach <(cat chain; order more sell 3 2910)
    refute_line --partial '"id":"more"'
}

@test "max_orders of a run, and an order that comes twice" {
    limits '.run.max_orders.value = 2'
    run --separate-stderr vrisk -l limits.json --only order,breach <(cat chain; order a buy 1; order a buy 1; order b buy 1; order c buy 1)
    assert_equal "$(jq -rs 'map(.order_id // .id) | join(" ")' <<< "$output")" "a a b c"
    assert_line --index 3 --partial '"limit":"max_orders","value":3,"limit_value":2,"unit":"orders"'
}

@test "malformed orders are 65 and never pass" {
    for change in '.quantity = -1' '.quantity = "1"' '.quantity = 1.5' 'del(.quantity)' '.legs = []' '.legs[0].side = "long"' \
        '.legs[0].multiplier = 0' 'del(.legs[0].expires)' '.limit_price = null' '.intent = "x"' '.id = "a b"'; do
        run --separate-stderr vrisk --only order,breach <(cat chain; order a buy 1 | jq -c "$change")
        [[ $status -eq 65 && -z $output ]] || oops "$change: $status $output"
    done
    no_oops
}

@test "limits files that are not whole and understood are 78 before anything is read" {
    for change in 'del(.underlying.max_vega)' '.underlying.max_vega.unit = "money"' 'del(.underlying.max_vega.unit)' \
        '.underlying.max_vega.value = "5000"' '.underlying.max_vega.value = -1' '.underlying.max_vega = 5000' 'del(.run)' \
        '.portfolio.max_delta = {"value": 1, "unit": "underlying units"}' '.max_daily_loss = 1' '{}'; do
        limits "$change"
        run --separate-stderr vrisk -l limits.json <(order a buy 1)
        [[ $status -eq 78 && -z $output && -n $stderr ]] || oops "$change: $status $output"
    done
    : > limits.json
    run vrisk -l limits.json < /dev/null
    [[ $status -eq 78 ]] || oops "empty file: $status"
    sed 's/"run"/"order"/' "$ROOT/share/limits/default.json" > limits.json
    run vrisk -l limits.json < /dev/null
    [[ $status -eq 78 ]] || oops "doubled key: $status"
    run vrisk -l nothing < /dev/null
    [[ $status -eq 78 ]] || oops "no file: $status"
    run vrisk -l . < /dev/null
    [[ $status -eq 78 ]] || oops "a directory: $status"
    no_oops
}

@test "the greeks of a chain that no right snap closed are unknown" {
    position 1 2900 C > held
    for change in '/"snap"/d' '/"snap"/s/"quotes":68/"quotes":69/' '5d'; do
        sed "$change" chain > changed
        run --separate-stderr vrisk -p held --check --only order,breach <(cat changed; order a buy 1; order b sell 1)
        [[ $output == *'"value":null'* && $output != *'"kind":"order"'*'"id":"a"'* && $output == *'"id":"b"'* ]] ||
            oops "$change: $output"
        [[ $stderr == *"the chain of SPX at 2019-04-25T20:15:00Z is not known"* ]] || oops "$change: $stderr"
    done
    no_oops
}
