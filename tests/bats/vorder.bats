# vorder: fills, settlement, the journal, and what happens when it is killed.

load helper
load trade

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# Three days: a strangle is ordered on the first, filled on the second, settled on the third.
three_days() {
    { day 2019-04-25; signal 2019-04-25 sell_vol; } | vstrat -s short_strangle > days
    day 2019-04-26 >> days
    day 2019-05-24 >> days
}

send() {
    vorder send --venue paper -q --journal j.db "$@"
}

# fills: what the journal has, as "side quantity symbol price cash".
fills() {
    vorder fills -j j.db | jq -r '[.side, .quantity, .symbol, .price, .cash] | map(tostring) | join(" ")'
}

@test "an order is filled from the next snapshot, two legs at 0.66 of the spread, and settled at the end" {
    three_days
    run vorder fills -j j.db
    assert_failure 66
    send days > out
    grep -v -e '^{"kind":"fill"' -e '^{"kind":"pnl"' out | cmp - days
    # 6.29 - 0.66 * 0.16 … as jq has them from the second day's quotes
    for symbol in SPXW190524P02825000 SPXW190524C03025000; do
        day 2019-04-26 | jq -r --arg s $symbol 'select(.symbol == $s) | (.ask - 0.66 * (.ask - .bid)) * 1e8 | round / 1e8
            | ["sell", 1, $s, ., ((. * 100 - 0.67) * 1e8 | round / 1e8)] | map(tostring) | join(" ")'
    done > expected
    printf 'buy 1 SPXW190524C03025000 0 0\nbuy 1 SPXW190524P02825000 24 -2400\n' >> expected
    fills | diff expected -
    diff <(pick fill < out) <(vorder fills -j j.db)
    run jq -c '[.ts, .cash, .mark_value, .pnl, .unmarked]' <(pick pnl < out)
    assert_line --index 0 '["2019-04-25T20:15:00Z",0,0,0,0]'
    assert_line --index 2 --partial ',0]'
    cash=$(awk '{sum += $5} END {print sum}' expected)
    assert_equal "$(pick pnl < out | tail -n 1 | jq .pnl)" "$cash"
}

@test "profit is cash and the value at mid" {
    three_days
    head -n -35 days | send --only pnl | tail -n 1 > pnl
    value=$(day 2019-04-26 | jq -s 'map(select(.symbol == "SPXW190524P02825000" or .symbol == "SPXW190524C03025000")
        | -100 * (.bid + .ask) / 2) | add')
    jq -e --argjson v "$value" '(.mark_value - $v | fabs < 1e-6) and (.pnl - .cash - .mark_value | fabs < 1e-6) and .costs == 1.34' pnl
}

@test "one leg trades at 0.75 of the spread" {
    { order a buy 2; day 2019-04-26; } | send > /dev/null
    expected=$(day 2019-04-26 | jq -r 'select(.symbol == "SPXW190524C02900000") | .bid + 0.75 * (.ask - .bid)')
    run fills
    assert_output --partial "buy 2 SPXW190524C02900000 $expected"
}

@test "no fill: on the quotes that the order was made from, on bad quotes, beyond the limit" {
    { day 2019-04-25; order a buy 1; } | send > /dev/null
    { order a buy 1; day 2019-04-25; } | send > /dev/null
    run fills
    assert_output ""
    for change in '.bid = .ask' '.bid = .ask + 1' '.bid = null' 'del(.ask)' '.symbol += "X"' '.strike = 2905' '.multiplier = 10'; do
        rm -f j.db
        { order a buy 1; day 2019-04-26 | jq -c "if .symbol == \"SPXW190524C02900000\" then $change else . end"; } | send > /dev/null
        [[ -z $(fills) ]] || oops "$change: $(fills)"
        [[ $(vorder orders -j j.db | jq -r '.status + " " + .status_reason') == "pending "?* ]] || oops "$change: $(vorder orders -j j.db)"
    done
    rm -f j.db
    { order a sell 1 2900 C; day 2019-04-26 | sed 's/"bid":[0-9.]*/"bid":0/'; } | send > /dev/null
    [[ -z $(fills) ]] || oops "a sale without a bid"
    price=$(day 2019-04-26 | jq 'select(.symbol == "SPXW190524C02900000") | .bid + 0.75 * (.ask - .bid)')
    for limit in "$price" "$(jq -n "$price - 0.00000001")"; do
        rm -f j.db
        { order a buy 1 2900 C "\"limit_price\":$limit,"; day 2019-04-26; } | send > /dev/null
        fills
    done > filled
    [[ $(wc -l < filled) -eq 1 ]] || oops "limit: $(cat filled)"
    no_oops
}

@test "a day order has the date of its first snapshot, a gtc order goes on" {
    { order a buy 1 2900 C '"tif":"day",'; order b buy 1 2900 C '"tif":"gtc",'; } > orders
    { cat orders; day 2019-04-26 | grep -v C02900000 | sed '/snap/s/"quotes":68/"quotes":66/'; } | send > /dev/null
    run jq -r '[.id, .status] | join(" ")' <(vorder orders -j j.db)
    assert_output $'a pending\nb pending'
    day 2019-04-26 | sed 's/2019-04-26T20/2019-04-29T20/' | send > /dev/null
    run jq -r '[.id, .status, .status_ts] | join(" ")' <(vorder orders -j j.db)
    assert_output $'a expired 2019-04-29T20:15:00Z\nb filled 2019-04-29T20:15:00Z'
}

@test "the same input twice gives the same orders and fills once; an id with other terms is 65" {
    three_days
    send days > /dev/null
    vorder fills -j j.db > once
    vorder orders -j j.db > orders
    send days > out
    assert_equal "$(pick fill < out)" ""
    diff once <(vorder fills -j j.db)
    diff orders <(vorder orders -j j.db)
    { order a buy 1; order a buy 1; order a buy 2; order b buy 1; } > doubled
    rm j.db
    run send --stats doubled
    assert_failure 65
    assert_output --partial 'doubled:3: order a: is in the journal with other terms'
    assert_output --partial '"orders_sent":2,"orders_known":1'
}

@test "300 orders, doubled and in another order: each once" {
    for i in {1..300}; do order "o$i" buy 1; done > orders
    { cat orders; tac orders; cat orders; } | send > /dev/null
    assert_equal "$(vorder orders -j j.db | jq -r .id | sort | uniq -c | awk '{print $1}' | sort -u)" 1
    assert_equal "$(vorder orders -j j.db | wc -l)" 300
}

@test "no field that is missing, not finite or malformed reaches the journal" {
    good=$(order good buy 1 2900 C '"limit_price":50,')
    n=0
    for field in id ts strategy underlying quantity intent limit_price legs symbol side ratio strike multiplier \
        expiration expires option_type; do
        for value in null NaN Infinity -Infinity 1e999 -1 -0.0 4.9e-324 9223372036854775808 '"1e3"' '"NaN"' '""' true '{}' \
            '"a b"' '"../x"'; do
            case $field:$value in limit_price:-1 | limit_price:-0.0 | limit_price:4.9e-324 | id:'"'[1N]* | \
                strategy:'"'[1N]* | underlying:'"'[1N]* | symbol:'"'[1N]*) continue ;; esac # these are values
            # the members are flat enough for sed: a text, a number, or the one array
            sed -E "s|\"$field\":(\"[^\"]*\"\|[0-9.-]+\|\[.*\])|\"$field\":$value|; s/\"id\":\"good\"/\"id\":\"x$((n += 1))\"/" <<< "$good"
        done
        sed -E "s|\"$field\":(\"[^\"]*\"\|[0-9.-]+\|\[.*\]),?||; s/,\}/}/g; s/\"id\":\"good\"/\"id\":\"y$((n += 1))\"/" <<< "$good" |
            if [[ $field == limit_price ]]; then cat > /dev/null; else cat; fi
    done > bad
    [[ $(wc -l < bad) -gt 230 ]]
    run send bad
    assert_failure 65
    vorder orders -j j.db > kept
    run cat kept
    assert_output ""
    send <<< "$good" > /dev/null
    assert_equal "$(vorder orders -j j.db | wc -l)" 1
}

@test "positions is what --positions reads: working orders, then what is held" {
    three_days
    head -n 71 days | send > /dev/null
    vorder positions -j j.db > held
    run jq -r '[.kind, .status] | join(" ")' held
    assert_output "order pending"
    day 2019-04-26 | send > /dev/null
    vorder positions -j j.db > held
    run jq -r '[.kind, .symbol, .quantity] | join(" ")' held
    assert_output $'position SPXW190524C03025000 -1\nposition SPXW190524P02825000 -1'
    day 2019-04-26 | vrisk -p held --only risk | jq -e 'select(.scope == "portfolio") | .positions == 2 and .vega < 0'
    jq -es 'map((.realised - .cash) - .quantity * .price * .multiplier | fabs < 1e-6) | all' held
    day 2019-05-24 | send > /dev/null
    run vorder positions -j j.db
    assert_output ""
    run vorder positions -j j.db --all
    assert_equal "${#lines[@]}" 2
}

@test "cancel: pending once, then 1; an unknown id is 65; a cancelled order does not fill" {
    { order a buy 1; order b buy 1; } | send > /dev/null
    run vorder cancel -j j.db a
    assert_success
    run vorder cancel -j j.db a
    assert_failure 1
    run vorder cancel -j j.db nothing
    assert_failure 65
    run vorder cancel -j j.db
    assert_failure 64
    day 2019-04-26 | send > /dev/null
    run jq -r '[.id, .status] | join(" ")' <(vorder orders -j j.db)
    assert_output $'a cancelled\nb filled'
}

@test "a dry run touches no journal and says what is wrong" {
    run vorder send --dry-run <(order a buy 1; order b buy 0)
    assert_failure 65
    assert_output --partial '"id":"a"'
    refute_output --partial '"id":"b"'
    assert [ ! -e j.db ]
}

@test "fees come from a dated table" {
    { order a sell 1; day 2019-04-26; } | send --fees us-index --only fill > out
    run jq -c '[.commission, .fees]' out # 2019: OCC 0.02, the SEC's rate of that year is not in the table
    assert_output '[0.65,0.02]'
    run vorder send -j k.db --fees nothing < /dev/null
    assert_failure 78
}

@test "a journal that is missing, not ours, of another account, emptied or damaged is refused" {
    for command in positions orders fills "cancel x"; do
        # shellcheck disable=SC2086 # words
        run vorder $command -j none.db
        [[ $status -eq 66 ]] || oops "$command: $status"
        # shellcheck disable=SC2086 # words
        run vorder $command
        [[ $status -eq 64 ]] || oops "$command without a journal: $status"
    done
    order a buy 1 | send > /dev/null
    run send --account other <(order b buy 1)
    [[ $status -eq 78 ]] || oops "other account: $status"
    run vorder send -j no/such/j.db < /dev/null
    [[ $status -eq 73 ]] || oops "no directory: $status"
    cp j.db whole.db
    : > j.db
    run send <(order b buy 1)
    [[ $status -eq 78 && ! -s j.db ]] || oops "emptied: $status"
    yes | head -c 8192 > j.db
    run send <(order b buy 1)
    [[ $status -eq 78 ]] || oops "no database: $status"
    mv j.db j.db-wal
    run send <(order b buy 1)
    [[ $status -eq 65 && $output != *'"id":"b"'* && ! -e j.db ]] || oops "a log without its journal: $status $output"
    rm j.db-wal
    head -c 6000 whole.db > j.db
    run send <(order b buy 1)
    [[ $status -eq 65 && $output != *'"id":"b"'* ]] || oops "cut: $status $output"
    no_oops
}

@test "twenty start at once: one sends, the others exit with 75 in less than a second; nobody is locked out after a kill" {
    send < /dev/null
    mkfifo hold
    vorder send -q --journal j.db hold > /dev/null &
    first=$!
    exec 9> hold
    for _ in {1..50}; do ! flock -n j.db.lock true || { sleep 0.05; continue; }; break; done
    start=$(date +%s%N)
    pids=()
    for i in {1..20}; do
        order "o$i" buy 1 | vorder send -q --journal j.db > "out$i" 2>&1 &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do
        status=0
        wait "$pid" || status=$?
        [[ $status -eq 75 ]] || oops "status $status"
    done
    took=$((($(date +%s%N) - start) / 1000000))
    echo "20 refusals in $took ms"
    kill -9 $first
    wait $first || true
    exec 9>&-
    assert_equal "$(vorder orders -j j.db)" ""
    order late buy 1 | send > /dev/null
    assert_equal "$(vorder orders -j j.db | jq -r .id)" late
    no_oops
}

@test "twenty at once without a holder: whoever sends, no order is lost or doubled" {
    for i in {1..20}; do
        { order "o$i" buy 1 | vorder send -q --journal j.db > /dev/null 2>&1; echo "$i $?" > "status$i"; } &
    done
    wait
    sort -n status* | awk '$2 == 0 {print "o" $1} $2 != 0 && $2 != 75 {print "status", $0}' | sort > sent
    assert [ -s sent ]
    diff sent <(vorder orders -j j.db | jq -r .id | sort)
}

@test "reading needs no lock" {
    send < /dev/null
    mkfifo hold
    vorder send -q --journal j.db hold > /dev/null &
    first=$!
    exec 9> hold
    order a buy 1 >&9
    for _ in {1..100}; do [[ -z $(vorder orders -j j.db) ]] || break; sleep 0.02; done
    run vorder orders -j j.db
    assert_output --partial '"id":"a"'
    exec 9>&-
    wait $first
}

@test "kill -9 at syscalls all over a run: the next run makes the same journal" {
    need strace
    export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 # the leak checker does not bear ptrace
    three_days
    strace -qq -o trace true 2> /dev/null || skip "ptrace is not allowed here"
    strace -qq -o trace vorder send -q -j j.db days > /dev/null
    vorder fills -j j.db > fills
    vorder orders -j j.db > orders
    assert_equal "$(wc -l < fills)" 4
    # every 17th call of the run, as its name and the how manieth of that name it is: strace counts each name by itself
    sed -n 's/^\([a-z0-9_]*\)(.*/\1/p' trace | awk '{++n[$1]} NR % 17 == 8 {print $1, n[$1]}' > points
    killed=0
    while read -r name nth; do
        rm -f k.db*
        status=0
        strace -qq -o /dev/null -e "inject=$name:signal=KILL:when=$nth" vorder send -q -j k.db days > /dev/null 2>&1 || status=$?
        [[ $status -ne 137 ]] || killed=$((killed + 1))
        vorder send -q -j k.db days > /dev/null || oops "$name $nth: status $? after the kill"
        cmp -s fills <(vorder fills -j k.db) || oops "$name $nth: other fills"
        cmp -s orders <(vorder orders -j k.db) || oops "$name $nth: other orders"
    done < points
    [[ $killed -gt 25 ]] || oops "only $killed of the kills happened"
    no_oops
}

@test "a full disk is 74 or 73, and the journal is as it was" {
    order a buy 1 | send > /dev/null
    vorder orders -j j.db > before
    run bash -c "ulimit -f 8; trap '' XFSZ; for i in {1..200}; do printf '%s\n' \"\$1\"; done | sed 's/\"id\":\"b\"/\"id\":\"b'\$RANDOM'\"/' |
        awk '{sub(/\"id\":\"b[0-9]*/, \"&x\" NR); print}' | vorder send -q -j j.db > /dev/null" _ "$(order b buy 1)"
    assert_failure 74
    # what was said to be kept is kept; nothing is torn
    run vorder orders -j j.db
    assert_success
    assert_line --index 0 "$(cat before)"
}

# journal: id and status of its orders, with the reason.
journal() {
    vorder orders -j j.db | jq -r '[.id, .status, .status_reason // ""] | join(" ")'
}

@test "inverse contracts are rejected, never filled: the premium is in coin" {
    { order a buy 1; day 2019-04-26 | jq -c 'if .symbol == "SPXW190524C02900000" then .inverse = true else . end'; } > in
    run --separate-stderr vorder send --stats -j j.db --only fill in
    assert_output ""
    [[ $stderr == *"order a rejected: SPXW190524C02900000: inverse contract"* && $stderr == *'"orders_rejected":1'* ]]
    run journal
    assert_output "a rejected SPXW190524C02900000: inverse contract: premium in coin, the account is in money"
    day 2019-04-26 | sed 's/2019-04-26T20/2019-04-29T20/' | send --only fill > out
    assert [ ! -s out ]
    { order a buy 1; day 2019-04-26 | sed 's/"kind":"quote"/&,"inverse":false/'; } | vorder send -q -j k.db --only fill > out
    assert [ -s out ]
}

@test "an order from before a snapshot that was worked is expired at once, day or gtc" {
    day 2019-04-26 | sed 's/2019-04-26T20/2019-05-06T20/' | send > /dev/null
    { order a buy 1 2900 C '"tif":"day",'; order b buy 1 2900 C '"tif":"gtc",'; } > orders
    run --separate-stderr vorder send -j j.db --stats --only fill orders
    assert_success
    [[ $stderr == *"order a expired: stale: "* && $stderr == *'"orders_expired":2'* ]]
    day 2019-04-26 | sed 's/2019-04-26T20/2019-05-07T20/' | send --only fill > out
    assert [ ! -s out ]
    run journal
    assert_output $'a expired stale: the snapshot of 2019-05-06T20:15:00Z was worked before it came
b expired stale: the snapshot of 2019-05-06T20:15:00Z was worked before it came'
    # made from the last snapshot worked: in time
    { order c buy 1 | sed 's/"ts":"2019-04-25/"ts":"2019-05-07/'
        day 2019-04-26 | sed 's/2019-04-26T20/2019-05-08T20/'; } | send --only fill > out
    assert_equal "$(wc -l < out)" 1
}

@test "only a snapshot that a right snap closes is worked" {
    for change in '/"snap"/d' '/"snap"/s/"quotes":68/"quotes":69/' '/"snap"/s/"quotes":68,*//' '5d' '/"snap"/s/"SPX"/"NDX"/'; do
        rm -f j.db
        run --separate-stderr vorder send -j j.db --only fill,pnl <(order a buy 1; day 2019-04-26 | sed "$change")
        [[ -z $output && $stderr == *"the snapshot of SPX at 2019-04-26T20:15:00Z is not worked"* ]] || oops "$change: $output $stderr"
        [[ $(journal) == "a pending " ]] || oops "$change: $(journal)"
    done
    rm -f j.db
    run --separate-stderr vorder send -j j.db --only fill,pnl <(order a buy 1; day 2019-04-26 | grep -v '"snap"'; day 2019-05-24)
    refute_output --partial '2019-04-26'
    [[ $stderr == *"2019-04-26T20:15:00Z is not worked"* ]]
    no_oops
}

@test "a snapshot without a usable quote has its pnl record; a late settlement says so" {
    { order a buy 1; day 2019-04-26; } | send > /dev/null
    printf '{"kind":"snap","ts":"2019-05-24T20:15:00Z","underlying":"SPX","quotes":0}\n' | send --only pnl,fill > out
    run jq -c '[.ts, .pnl, .unmarked]' out
    assert_output '["2019-05-24T20:15:00Z",null,1]'
    day 2019-05-24 | sed 's/2019-05-24T20:15/2019-05-27T20:15/; s/"underlying_price":[0-9.]*,*//; s/,}/}/' | send --only pnl,fill > out
    run jq -c '[.kind, .ts, .pnl, .unmarked]' out
    assert_output '["pnl","2019-05-27T20:15:00Z",null,1]'
    day 2019-05-24 | sed 's/2019-05-24T20:15/2019-05-28T20:15/' | send --only fill > out
    run jq -r .reason out
    assert_output 'settled late, from 2019-05-28T20:15:00Z, at intrinsic value, SPX at 2801'
    # in time: the first snapshot after the instant
    { order a buy 1; day 2019-04-26; day 2019-05-24; } | vorder send -q -j k.db --only fill > out
    run jq -r .reason <(tail -n 1 out)
    assert_output 'settled at intrinsic value, SPX at 2801'
}

@test "a directory or another file is no journal, and no lock is left beside it" {
    mkdir dir
    yes | head -c 8192 > text
    for command in send positions orders fills "cancel x"; do
        # shellcheck disable=SC2086 # words
        run vorder $command -j dir < /dev/null
        [[ $status -eq 73 && $output == *"dir: is a directory, not a journal"* ]] || oops "$command: $status $output"
        # shellcheck disable=SC2086 # words
        run vorder $command -j text < /dev/null
        [[ $status -eq 78 ]] || oops "$command: $status $output"
    done
    [[ ! -e dir.lock && ! -e text.lock ]] || oops "a lock is left"
    no_oops
}
