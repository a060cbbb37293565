# vgreeks: quotes that are wrong or of no use get their status, never a guess, and leave the good ones alone.

load helper
load spx

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
}

# statuses WORDS…: `iv_status` of the quotes of `out`, in order, must be WORDS.
statuses() {
    local got
    got=$(jq -r 'select(.kind == "quote") | .iv_status' out | paste -s -d ' ')
    [[ $got == "$*" ]] || oops "statuses: $got; expected: $*"
}

# What has no status `ok` has no vol and no greeks; a number in the output is one that JSON knows.
no_guess() {
    jq -e -s 'map(select(.kind == "quote" and .iv_status != "ok")
        | .implied_vol, .delta, .gamma, .theta, .vega, .rho, .vanna, .volga, .charm, .dual_delta, .delta_forward,
          .delta_futures, .delta_pa, .delta_forward_pa, .coin_price, .coin_delta, .coin_gamma, .coin_theta, .coin_vega)
        | all(. == null)' out > /dev/null || oops "a guess: $(jq -c 'select(.iv_status != "ok")' out)"
    ! grep -i -E '[:,]-?(nan|inf)' out || oops "a number that is none"
}

# The good quotes are as they are without the others.
undisturbed() {
    chain | vgreeks --all --only quote > good
    grep -F -f <(jq -r '"\"symbol\":\"" + .symbol + "\""' good) out | diff good - || oops "the good quotes have changed"
}

@test "prices: each pair of bid and ask has the status of its mid, and each side a vol of its own" {
    # what scipy 1.10 (brentq on Black-76) finds for a call at 3000 with F = 2940.2: a price of
    declare -A vol=([5]=0.07280010276 [9]=0.09095054888 [7]=0.08227339518 [2.5]=0.05869681056 [4.5]=0.07024478884)
    # bid, ask, status, and the prices whose vols are iv_bid, implied_vol, iv_ask
    cat > cases << END
-     -     no_quote  .   .   .
-     0     no_quote  .   .   .
-     9     no_quote  .   .   9
5     -     no_quote  5   .   .
null  null  no_quote  .   .   .
null  9     no_quote  .   .   9
5     null  no_quote  5   .   .
0     0     no_quote  .   .   .
0     5     ok        .   2.5 5
0     9     ok        .   4.5 9
5     5     ok        5   5   5
5     9     ok        5   7   9
9     5     no_quote  9   .   5
5     0     no_quote  5   .   .
-1    9     no_quote  .   .   9
5     -1    no_quote  5   .   .
-9    -5    no_quote  .   .   .
5     1e300 above_max 5   .   .
0     1e308 above_max .   .   .
1e300 1e300 above_max .   .   .
1e308 1e308 above_max .   .   .
1e300 5     no_quote  .   .   5
END
    while read -r bid ask status of_bid of_mid of_ask; do
        { chain; quote 3000 C "$bid" "$ask"; } | vgreeks --all > out
        statuses ok ok ok ok ok ok "$status"
        no_guess
        undisturbed
        for field in "iv_bid $of_bid" "implied_vol $of_mid" "iv_ask $of_ask"; do
            read -r name price <<< "$field"
            got=$(jq -r "select(.strike == 3000) | .$name" out)
            if [[ $price == . ]]; then
                [[ $got == null ]] || oops "$bid, $ask: $name is $got"
            else
                near "$got" "${vol[$price]}" 2e-11 || oops "$bid, $ask: $name is $got, not ${vol[$price]}"
            fi
        done
    done < cases
    no_oops
}

@test "prices: beyond a bound, with the distance to it" {
    {
        chain
        quote 2000 C 940 940.2 # intrinsic value: 940.2
        quote 2000 P 2000 2001
        quote 3030 C 2940.2 2940.2
        quote 3030 P 89 90 # 89.8
    } | vgreeks --all > out
    statuses ok ok ok ok ok ok below_intrinsic above_max above_max below_intrinsic
    no_guess
    undisturbed
    distance=$(jq -r 'select(.iv_status != "ok") | .iv_distance // empty' out | paste -s -d ' ')
    read -r a b c d <<< "$distance"
    near "$a" -0.1 1e-9 && near "$b" -0.5 1e-9 && near "$c" 0 1e-9 && near "$d" -0.3 1e-9 || oops "distances $distance"
    no_oops
}

@test "what is no number is malformed, named with its line, and the rest goes on" {
    {
        chain
        quote 3000 C '"5"' 6
        quote 3000 C true 6
        quote 3000 C '[5]' 6
        quote 3000 C NaN 6
        quote 3000 C 5 Infinity
        quote 3000 C 5 1e999
        quote '"3000"' C 5 6 | sed 's/C"3000"/C3000/'
        quote null C 5 6
    } > in
    status=0
    vgreeks --all in > out 2> err || status=$?
    [[ $status -eq 65 ]] || oops "status $status"
    for line in 7 8 9 10 11 12 13 14; do
        grep -q "^vgreeks: in:$line: " err || oops "line $line is not named"
    done
    statuses ok ok ok ok ok ok
    undisturbed
    no_oops
}

@test "strikes: zero and negative ones have no vol; huge and tiny ones disturb nothing" {
    {
        chain
        quote 0 C 2940 2941
        quote 0 P 0.05 0.1
        quote -5 C 2945 2946
        quote -5 P 0.05 0.1
        quote 1e-300 C 2930 2931
        quote 1e300 P 1e299 1e300
    } | vgreeks --all > out
    statuses ok ok ok ok ok ok no_quote no_quote no_quote no_quote below_intrinsic below_intrinsic
    no_guess
    undisturbed
    # nor do they make a forward
    { quote 0 C 2940 2941; quote 0 P 0.01 0.05; quote -5 C 2945 2946; quote -5 P 0.01 0.05; } | vgreeks --all > out
    no_guess
    run jq -c 'select(.kind == "forward") | [.forward, .discount, .parity_status]' out
    [[ $output == '[null,null,"no_pairs"]' ]] || oops "a forward: $output"
    no_oops
}

@test "time: expired at its instant and after; alive until then, whatever is left" {
    for expires in 2019-04-26T20:15:00Z 2019-04-26T20:14:59.999999999Z 2019-04-26T20:14:59Z 1999-01-01T00:00:00Z; do
        chain | sed "s/2019-05-24T20:00:00Z/$expires/" | vgreeks --all > out
        statuses expired expired expired expired expired expired
        no_guess
    done
    for expires in 2019-04-26T20:15:00.000000001Z 2019-04-26T20:16:00Z 2199-12-31T20:00:00Z; do
        chain | sed "s/2019-05-24T20:00:00Z/$expires/" | vgreeks --all > out
        statuses ok ok ok ok ok ok
        # the total vol is that of the price, so vol sqrt(t) is the same for all: 0.09821521184 sqrt(0.07668378995)
        near "$(jq -r 'select(.strike == 2940 and .option_type == "C") | .implied_vol * (.t | sqrt)' out)" \
            0.027197597 1e-9 || oops "$expires: another total vol"
    done
    # an expired expiry beside a live one
    { chain; chain | sed 's/2019-05-24/2019-04-26/g; s/190524/190426/'; } | vgreeks --all > out
    statuses ok ok ok ok ok ok expired expired expired expired expired expired
    undisturbed
    no_oops
}

@test "the underlying price: parity does not need it, and does not believe it" {
    chain | vgreeks --only quote > without
    for price in null 0 -5 1 2939.88 1e300; do
        chain | sed "s/}\$/,\"underlying_price\":$price}/" | vgreeks --all > out
        statuses ok ok ok ok ok ok
        diff <(jq -c 'select(.kind == "quote") | [.forward, .discount, .implied_vol, .iv_bid, .iv_ask, .iv_distance]' without) \
            <(jq -c 'select(.kind == "quote") | [.forward, .discount, .implied_vol, .iv_bid, .iv_ask, .iv_distance]' out) ||
            oops "underlying price $price changes vols"
        ! grep -i -E '[:,]-?(nan|inf)' out || oops "a number that is none"
    done
    # where it is missing, zero or negative, the discounted forward is the spot of the greeks
    chain | sed 's/}$/,"underlying_price":-5}/' | vgreeks --only quote | jq -c '[.delta, .gamma, .theta, .rho]' > got
    jq -c '[.delta, .gamma, .theta, .rho]' without | diff - got || oops "greeks of a negative spot"
    # who asks for it gets it, or the word that it is not there
    for price in null 0 -5; do
        for options in '--forward quote' '-m bs -r 0.02'; do
            # shellcheck disable=SC2086 # words
            chain | sed "s/}\$/,\"underlying_price\":$price}/" | vgreeks --all $options > out
            statuses no_forward no_forward no_forward no_forward no_forward no_forward
            no_guess
        done
    done
    no_oops
}

@test "pairs: without one there is no forward, with one there is, and the unpaired are valued by it" {
    # no strike has both sides
    { quote 2900 C 60.4 61.2; quote 2920 P 25 26; quote 2940 C 31.7 32.3; quote 2980 P 52.1 52.7; } > in
    vgreeks --all in > out
    statuses no_forward no_forward no_forward no_forward
    no_guess
    # now 2940 has
    { cat in; quote 2940 P 31.5 32.1; } | vgreeks --all > out
    statuses ok ok ok ok ok
    run jq -s 'map(.forward) | unique' -c out
    [[ $output == '[2940.2]' ]] || oops "forward $output"
    # a single quote; a single pair
    quote 2940 C 31.7 32.3 | vgreeks --all > out
    statuses no_forward
    no_guess
    { quote 2940 C 31.7 32.3; quote 2940 P 31.5 32.1; } | vgreeks --all > out
    statuses ok ok
    # the other side is there, but is no quote: no bid, crossed, missing, negative
    for put in '0 32.1' '32.1 31.5' '- 32.1' '31.5 -' '-1 32.1' '0 0'; do
        read -r bid ask <<< "$put"
        { quote 2940 C 31.7 32.3; quote 2940 P "$bid" "$ask"; } | vgreeks --all > out
        run jq -r 'select(.kind == "quote" and .option_type == "C") | .iv_status' out
        [[ $output == no_forward ]] || oops "put $put: $output"
        no_guess
    done
    no_oops
}

@test "an expiry with calls only, or puts only, takes no forward from its neighbours" {
    {
        chain
        chain | sed -n '/"C"/s/2019-05-24/2019-06-28/gp' | sed 's/190524/190628/'
        chain | sed -n '/"P"/s/2019-05-24/2019-07-26/gp' | sed 's/190524/190726/'
        # the same expiration under another root is another contract
        chain | sed -n '/"C"/s/SPXW/SPX/gp' | sed 's/190524/190524X/'
    } | vgreeks --all > out
    statuses ok ok ok ok ok ok no_forward no_forward no_forward no_forward no_forward no_forward no_forward no_forward \
        no_forward
    no_guess
    undisturbed
    run jq -c -s 'map(select(.kind == "forward") | [.root, .expiration, .parity_status]) | sort' out
    assert_output '[["SPX","2019-05-24","no_pairs"],["SPXW","2019-05-24","ok"],["SPXW","2019-06-28","no_pairs"],["SPXW","2019-07-26","no_pairs"]]'
    no_oops
}

@test "pairs that contradict each other give no forward; one rotten pair among good ones does not count" {
    { quote 2940 C 131.7 132.3; quote 2940 P 31.5 32.1; quote 2960 C 31.7 32.3; quote 2960 P 131.5 132.1; } |
        vgreeks --all > out
    statuses no_forward no_forward no_forward no_forward
    no_guess
    for pair in '1e9 1.1e9 70 71' '1e9 1.1e9 1e9 1.1e9' '1e308 1e308 1e308 1e308' '400 401 70 71' '6 5 71 70'; do
        read -r call_bid call_ask put_bid put_ask <<< "$pair"
        { chain; quote 3000 C "$call_bid" "$call_ask"; quote 3000 P "$put_bid" "$put_ask"; } | vgreeks --all > out
        undisturbed
        no_guess
    done
    # a forward below zero is none
    { quote 2940 C 1 1.1; quote 2940 P 9000 9001; } | vgreeks --all > out
    statuses no_forward no_forward
    no_guess
    no_oops
}

@test "inverse quotes: no coin price, no forward" {
    inverse() {
        printf '{"kind":"quote","ts":"2026-07-04T12:24:07Z","underlying":"BTC","symbol":"x","expiration":"2026-08-28","expires":"2026-08-28T08:00:00Z","strike":65000,"option_type":"%s","inverse":true,"bid":%s,"ask":%s%s}\n' "$@"
    }
    for price in '' ',"underlying_price":null' ',"underlying_price":0' ',"underlying_price":-1'; do
        inverse C 0.045 0.046 "$price" | vgreeks --all > out
        statuses no_forward
        no_guess
    done
    {
        inverse C 0.045 0.046 ',"underlying_price":62800'
        inverse C 0 0 ',"underlying_price":62800'
        inverse C 1 1.2 ',"underlying_price":62800' # no call is worth more than its coin
        inverse P 0.01 0.011 ',"underlying_price":62800' # intrinsic value: 0.035
        inverse C 0.045 0.046 ',"underlying_price":1e300'
    } | vgreeks --all > out
    statuses ok no_quote above_max below_intrinsic below_intrinsic
    no_guess
    no_oops
}

@test "a chain in which nothing is right comes through whole, and says so" {
    {
        quote 2900 C 0 0
        quote 2900 P 0 0
        quote 2940 C 33 32
        quote 2940 P - -
        quote 0 C 1 2
    } > in
    vgreeks --all --stats in > out 2> err
    statuses no_quote no_quote no_quote no_quote no_quote
    no_guess
    diff <(jq -c '[.strike, .option_type, .bid, .ask]' in) \
        <(jq -c 'select(.kind == "quote") | [.strike, .option_type, .bid, .ask]' out) || oops "quotes were lost or changed"
    [[ $(tail -n 1 err | jq -c '[.ok, .no_quote, .expiries_without_pairs]') == '[0,5,1]' ]] || oops "$(tail -n 1 err)"
    no_oops
}

@test "chains that no market makes: a status for each, never a NaN or an infinity, no fault under the sanitizers" {
    need python3
    local tool=vgreeks options
    [[ ! -x $ROOT/build/san/bin/vgreeks ]] || tool=$ROOT/build/san/bin/vgreeks
    python3 "$ROOT/tests/oracle/strange_chain.py" 7 60 > in
    printf 'ts,underlying,ex_date,amount\n2024-01-02T14:00:00Z,X,2024-01-25,1.50\n2024-01-02T14:00:00Z,X,2025-01-25,1e9\n' > dividends
    for options in '' '--all --smile' '--forward spot -r 0.05 --dividends dividends' '-m american --clock business --all' \
        '--forward spot -r -0.05 -y -0.08 --vol 0.3' '--dividends dividends --dividend-model escrowed --clock fomc' '--parity-report --by-strike'; do
        status=0
        # shellcheck disable=SC2086 # words
        "$tool" -q $options in > out 2> err || status=$?
        [[ $status -eq 0 || $status -eq 65 ]] || fail "$options: status $status: $(grep -m 3 -E 'ERROR|runtime' err)"
        refute grep -qiE '[-:, ](nan|inf)' out
        [[ $options == --parity* || $(grep -c '"kind": "quote"' out) -eq $(wc -l < in) ]] || fail "$options: quotes are missing"
    done
}
