# vstrat: which contracts, how much, when to leave; what it refuses.

load helper
load trade

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    { day 2019-04-25; signal 2019-04-25 sell_vol; } > in
}

@test "a signal to sell gives a strangle behind it; everything else passes byte for byte" {
    vstrat -s short_strangle in > out
    head -n 70 out | cmp - in
    assert_equal "$(wc -l < out)" 71
    run jq -c '[.id, .ts, .strategy, .underlying, .quantity, .tif, .intent, .reason] + (.legs | map(.symbol, .side, .ratio))' \
        <(tail -n 1 out)
    assert_output '["short_strangle-SPX-20190425T201500Z","2019-04-25T20:15:00Z","short_strangle","SPX",1,"day","open","sell_vol strong of iv_mean_reversion, 29.0 days","SPXW190524P02825000","sell",1,"SPXW190524C03025000","sell",1]'
}

@test "the legs are those of the least distance, as jq finds them" {
    for side in P C; do
        best=$(day 2019-04-25 | jq -rs --arg t $side '[.[] | select(.kind == "quote" and .option_type == $t and .expiration == "2019-05-24")]
            | sort_by(.delta - (if $t == "C" then 0.16 else -0.16 end) | fabs)[0].symbol')
        run vstrat -s short_strangle --only order in
        assert_output --partial "\"$best\""
    done
    run vstrat -s long_straddle --only order <(day 2019-04-25; signal 2019-04-25 buy_vol)
    assert_output --partial '"symbol":"SPXW190524C02925000"'
    assert_output --partial '"symbol":"SPXW190524P02925000"'
}

@test "the limit is the net mid with 20 half-spreads, down to the tick" {
    run jq '.limit_price' <(vstrat -s short_strangle --only order in)
    expected=$(vstrat -s short_strangle --only order in |
        jq '[.legs[] | -((.bid + .ask) / 2 - 20 * (.ask - .bid) / 2)] | add / 0.05 | floor * 0.05 * 100 | round / 100')
    assert_output "$expected"
}

@test "quotes in another order give the same order" {
    { day 2019-04-25 | grep '"kind":"quote"' | sort -r; day 2019-04-25 | pick snap; signal 2019-04-25 sell_vol; } > shuffled
    cmp <(vstrat -s short_strangle --only order in) <(vstrat -s short_strangle --only order shuffled)
}

@test "no order: another model, too weak, the other way, neutral" {
    for words in "sell_vol strong other" "sell_vol weak" "buy_vol strong" "neutral none"; do
        # shellcheck disable=SC2086 # words
        run --separate-stderr vstrat -s short_strangle --only order <(day 2019-04-25; signal 2019-04-25 $words)
        assert_success
        assert_output ""
    done
}

@test "no chain at the instant of the signal: no order and a note" {
    run --separate-stderr vstrat -s short_strangle --only order <(day 2019-04-25; signal 2019-04-26 sell_vol)
    assert_success
    assert_output ""
    [[ $stderr == *"its chain at the instant of the signal is not in the stream"* ]]
    run --separate-stderr vstrat -s short_strangle --only order <(signal 2019-04-26 sell_vol)
    assert_output ""
}

@test "unknown greeks are never chosen" {
    for change in '.delta = null' 'del(.delta)' '.vega = null' '.gamma = null' '.theta = null' '.bid = null' '.ask = null' \
        '.bid = 0' '.bid = .ask' 'del(.multiplier)' 'del(.expires)' '.delta = -.delta'; do
        day 2019-04-25 | jq -c "if .kind == \"quote\" then $change else . end" > changed
        run --separate-stderr vstrat -s short_strangle --only order <(cat changed; signal 2019-04-25 sell_vol)
        assert_success
        [[ -z $output ]] || oops "$change: $output"
        [[ $stderr == *"no order on SPX"* ]] || oops "$change: $stderr"
    done
    no_oops
}

@test "what is held or works counts against max_units; positions of another strategy do not" {
    { position -1 2800 P short_strangle; position -1 3000 C short_strangle; } > held
    run --separate-stderr vstrat -s short_strangle -p held --only order in
    assert_output ""
    [[ $stderr == *"max_units of 1 are open"* ]]
    position -9 2800 P other > held
    run --separate-stderr vstrat -s short_strangle -p held --only order in
    assert_output --partial '"intent":"open"'
    vstrat -s short_strangle --only order in > working
    run --separate-stderr vstrat -s short_strangle -p working --only order in
    assert_output ""
    run --separate-stderr vstrat -s short_strangle -p <(sed 's/"intent"/"status":"filled","intent"/' working) --only order in
    assert_output --partial '"intent":"open"'
}

@test "the opposite signal and the last week close what is held, once" {
    { position -2 2800 P short_strangle; position -2 3000 C short_strangle; } > held
    { day 2019-04-25; signal 2019-04-25 buy_vol; } > turn
    vstrat -s short_strangle -p held --only order turn > close
    run jq -c '[.id, .intent, .quantity, (.legs | map(.symbol, .side, .ratio))]' close
    assert_output '["short_strangle-SPX-20190425T201500Z-close-SPXW190524","close",2,["SPXW190524C03000000","buy",1,"SPXW190524P02800000","buy",1]]'
    run vstrat -s short_strangle -p <(cat held close) --only order turn
    assert_output ""
    jq '.exit.dte = 29.5 | .expiry.dte_min = 30' "$ROOT/share/strategies/short_strangle.json" > early.json
    run --separate-stderr vstrat -s early.json -p held --only order <(day 2019-04-25; signal 2019-04-25 neutral)
    assert_output --partial '"intent":"close"'
    assert_output --partial '29.0 days left, at most 29.5 wanted'
}

@test "a signal that comes twice gives its order once" {
    run --separate-stderr vstrat -s short_strangle --only order <(cat in; signal 2019-04-25 sell_vol)
    assert_equal "${#lines[@]}" 1
}

@test "a malformed signal is 65 and gives no order" {
    for change in '.signal = "sell"' '.strength = 3' 'del(.strength)' '.signal = null' 'del(.model)' 'del(.underlying)'; do
        run --separate-stderr vstrat -s short_strangle --only order <(day 2019-04-25; signal 2019-04-25 sell_vol | jq -c "$change")
        [[ $status -eq 65 && -z $output ]] || oops "$change: $status $output"
    done
    no_oops
}

@test "a positions file that is not understood is 65, one that is not there 66; no strategy is 64, a bad one 78" {
    position -1 2800 P | sed 's/"quantity":-1,//' > held
    run vstrat -s short_strangle -p held in
    assert_failure 65
    assert_output --partial 'held:1'
    run vstrat -s short_strangle -p nothing in
    assert_failure 66
    run vstrat in
    assert_failure 64
    run vstrat -s nothing in
    assert_failure 78
    jq '.colour = 1' "$ROOT/share/strategies/short_strangle.json" > bad.json
    run vstrat -s bad.json in
    assert_failure 78
    assert_output --partial colour
    run vstrat -s short_strangle -s short_strangle in
    assert_failure 78
}

@test "inverse quotes are never chosen" {
    sed 's/"kind":"quote"/&,"inverse":true/' in > inverse
    run --separate-stderr vstrat -s short_strangle --only order inverse
    assert_success
    assert_output ""
    [[ $stderr == *"inverse contracts are not traded: premium in coin, the account is in money"* ]]
}

@test "no right snap: no order and a note" {
    for change in '/"snap"/d' '/"snap"/s/"quotes":68/"quotes":69/' '5d'; do
        run --separate-stderr vstrat -s short_strangle --only order <(sed "$change" in)
        [[ -z $output && $stderr == *"no order on SPX: no snap record with its number of quotes closes its chain"* ]] ||
            oops "$change: $output $stderr"
    done
    no_oops
}
