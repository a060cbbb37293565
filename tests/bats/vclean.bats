# vclean: profiles, reason codes, tags, rejects, windows, and a stream in constant memory.

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
}

# quote BID ASK [MEMBERS]: a call of SPX on 2019-04-26; `-` leaves a price out. MEMBERS stand before the usual ones,
# which give way to those of the same name.
quote() {
    local more=${3:-} text
    text='{"kind":"quote","ts":"2019-04-26T20:15:00Z"'
    [[ -z $more ]] || text+=",$more"
    [[ $more == *'"underlying"'* ]] || text+=',"underlying":"SPX"'
    [[ $more == *'"strike"'* ]] || text+=',"strike":2940'
    [[ $more == *'"option_type"'* ]] || text+=',"option_type":"C"'
    [[ $more == *'"expiration"'* ]] || text+=',"expiration":"2019-05-24"'
    [[ $1 == - ]] || text+=",\"bid\":$1"
    [[ $2 == - ]] || text+=",\"ask\":$2"
    printf '%s}\n' "$text"
}

# verdict PROFILE QUOTE…: "kept", "flags A,B" or "refused REASON".
verdict() {
    local profile=$1
    shift
    quote "$@" > one
    vclean -q -p "$profile" --keep-rejects one > out || return
    jq -r 'if .kind == "reject" then "refused " + .reason elif .flags then "flags " + .flags else "kept" end' out
}

# is EXPECTED PROFILE QUOTE…
is() {
    local expected=$1 got
    shift
    got=$(verdict "$@") || got="status $?"
    [[ $got == "$expected" ]] || oops "$*: $got, expected $expected"
}

@test "desk refuses what cannot be a quote and tags the rest" {
    is kept desk 31.7 32.3
    is 'flags zero_bid' desk 0 0.05
    is 'flags locked' desk 1 1
    is 'flags no_ask' desk 1 -
    is 'flags no_bid' desk - 1
    is 'flags no_ask,zero_bid' desk 0 -
    is 'refused negative_bid' desk -0.05 1
    is 'refused no_quote' desk - -
    is 'refused no_quote' desk 0 0
    is 'refused no_quote' desk null null
    is 'refused crossed' desk 1.05 1
    is 'refused bad_field' desk 1 2 '"strike":0'
    is 'refused bad_field' desk 1 2 '"strike":null'
    is 'refused bad_field' desk 1 2 '"option_type":"call"'
    is 'refused bad_field' desk 1 2 '"expiration":"24.05.2019"'
    is 'refused bad_field' desk 1 2 '"expires":"at noon"'
    is 'refused bad_field' desk 1 2 '"expiration":"9999-12-31"'
    is 'refused bad_field' desk 1 2 '"expiration":"0001-01-01"'
    is 'refused expired' desk 1 2 '"expiration":"2019-04-25"'
    is 'refused expired' desk 1 2 '"expiration":"2019-04-26","expires":"2019-04-26T20:15:00Z"'
    is kept desk 1 2 '"expiration":"2019-04-26","expires":"2019-04-26T20:15:01Z"'
    is kept desk 1 2 '"vendor_iv":99,"vendor_delta":0.001,"expiration":"2029-12-21"'
    no_oops
}

@test "chapter refuses what its surface does not use" {
    is kept chapter 31.7 32.3
    is 'refused zero_bid' chapter 0 0.05
    is 'refused locked' chapter 1 1
    is 'refused no_ask' chapter 1 -
    is 'refused no_bid' chapter - 1
    is 'refused vol_range' chapter 1 2 '"vendor_iv":0.01'
    is 'refused vol_range' chapter 1 2 '"vendor_iv":5'
    is kept chapter 1 2 '"vendor_iv":4.99'
    is 'refused dte_window' chapter 1 2 '"expiration":"2019-05-02"'
    is kept chapter 1 2 '"expiration":"2019-05-03"'
    is kept chapter 1 2 '"expiration":"2020-04-25"'
    is 'refused dte_window' chapter 1 2 '"expiration":"2020-04-26"'
    is 'refused delta_window' chapter 1 2 '"vendor_delta":0.049'
    is kept chapter 1 2 '"vendor_delta":0.05'
    is kept chapter 1 2 '"vendor_delta":-0.95'
    is 'refused delta_window' chapter 1 2 '"vendor_delta":-0.951'
    no_oops
}

@test "an absent or 0 vendor vol is no reason to refuse; our own vol and delta go before the vendor's" {
    is kept chapter 1 2 '"vendor_iv":0'
    is kept chapter 1 2 '"vendor_iv":null,"vendor_delta":null'
    is kept chapter 1 2 '"vendor_iv":9,"implied_vol":0.2'
    is 'refused vol_range' chapter 1 2 '"vendor_iv":0.2,"implied_vol":9'
    is 'refused vol_range' chapter 1 2 '"vendor_iv":9,"implied_vol":null'
    is kept chapter 1 2 '"vendor_delta":0.99,"delta":0.5'
    is 'refused delta_window' chapter 1 2 '"vendor_delta":0.5,"delta":0.99'
    no_oops
}

@test "the sample record of the chapter: a holiday, and figures that contradict each other" {
    # 2024-01-15 was Martin Luther King Jr. Day; vol 0.187 and delta 0.342 make about 5.3 and a vega of 0.48
    echo '{"kind":"quote","ts":"2024-01-15T21:00:00Z","underlying":"SPY","symbol":"SPY240216C00450000","expiration":"2024-02-16","strike":450.0,"option_type":"C","bid":12.50,"ask":12.65,"implied_vol":0.187,"delta":0.342,"gamma":0.018,"theta":-0.045,"vega":0.234}' > in
    for profile in desk chapter strict; do
        run -0 vclean --profile $profile in
        assert_output 'vclean: 1 in, 0 out, 1 rejected (holiday 1)'
    done
    run -0 vclean --tag holiday in
    assert_output "$(sed 's/}$/,"flags":"holiday,inconsistent_vendor"}/' in)"
    # on the Tuesday after, with the price that its vol and delta make and greeks to match, nothing is wrong
    sed 's/01-15T/01-16T/; s/12.50/5.2/; s/12.65/5.3/; s/-0.045/-0.142/; s/0.234/0.478/' in > right
    run -0 vclean --profile strict right
    assert_output "$(cat right)"
    # each figure by itself contradicts the rest
    for change in 's/5.2,/2,/; s/5.3,/2.1,/' 's/0.478/0.234/' 's/-0.142/-0.045/' 's/0.018/0.04/' 's/0.342/0.65/'; do
        sed "$change" right > wrong
        run -0 vclean wrong
        assert_output "$(sed 's/}$/,"flags":"inconsistent_vendor"}/' wrong)"
    done
    # the same figures from vgreeks are our own, and no vendor's
    sed 's/}$/,"iv_status":"ok"}/; s/01-15T/01-16T/' in > ours
    run -0 vclean ours
    assert_output "$(cat ours)"
}

@test "tags are written anew, once, and old ones go" {
    quote 0 0.05 '"flags":"mine,locked"' > in
    run -0 vclean in
    assert_output "$(quote 0 0.05 | sed 's/}$/,"flags":"zero_bid"}/')"
    quote 1 2 '"flags":"zero_bid"' > in
    run -0 vclean in
    assert_output "$(quote 1 2)"
    # what vclean has tagged it tags the same again
    quote 0 0.05 | vclean > once
    run -0 vclean once
    assert_output "$(cat once)"
}

@test "refused quotes are counted by reason, and kept where one asks for it" {
    { quote 1 2; quote 2 1; echo '{"kind":"zzz","ts":"2019-04-26T20:15:00Z","x": 1.0}'; quote - -; quote 3 1; } > in
    run -0 --separate-stderr vclean in
    assert_output "$(sed -n '1p;3p' in)"
    [ "$stderr" = 'vclean: 5 in, 2 out, 3 rejected (crossed 2, no_quote 1)' ]
    run -0 --separate-stderr vclean -q --stats --rejects bad.ndjson in
    jq -e '.in == 5 and .out == 2 and .rejected == {"crossed":2,"no_quote":1}' <<< "$stderr"
    jq -e -s 'length == 3 and .[0].record.bid == 2 and all(.kind == "reject" and .of == "quote" and .tool == "vclean")
        and map(.reason) == ["crossed","no_quote","crossed"]' bad.ndjson
    run -0 vclean -q --keep-rejects in
    [ "${#lines[@]}" -eq 5 ]
    jq -e -s 'map(.kind) == ["quote","reject","zzz","reject","reject"]' <<< "$output"
    # the refused record stands inside as it came
    jq -c 'select(.kind == "reject").record' <<< "$output" | cmp - <(sed -n '2p;4p;5p' in | jq -c .)
    run -73 vclean --rejects /no/such/dir/file in
}

call() { # STRIKE BID ASK [MEMBERS]
    quote "$2" "$3" "\"strike\":$1${4:+,$4}"
}

@test "the chapter's monotone prices: calls of one expiration and root, snapshot by snapshot, in their order" {
    {
        call 2920 20 20.1
        call 2900 60 61
        call 2910 61 62                                     # dearer than 2900
        call 2930 20.005 20.105                             # a cent at most: stays
        call 2940 99 100 '"root":"SPX"'                     # another root
        call 2940 99 100 '"expiration":"2019-06-21"'        # another expiration
        call 2950 99 100 '"option_type":"P"'                # puts are dearer at the higher strike
        call 2960 0 1                                       # refused by another check: no neighbour
        call 2965 19 19.1
        echo '{"kind":"snap","ts":"2019-04-26T20:15:00Z","underlying":"SPX","quotes":9}'
        call 2970 500 501                                   # a new snapshot begins
        call 2980 600 601 '"underlying":"NDX"'              # and another
    } > in
    run -0 --separate-stderr vclean -p chapter in
    # the snap counts the quotes that are left
    assert_output "$(sed -n '1,2p;4,7p;9,12p' in | sed '/snap/s/"quotes":9/"quotes":7/')"
    [ "$stderr" = 'vclean: 12 in, 10 out, 2 rejected (monotone 1, zero_bid 1)' ]
    # rejects keep the place of what they replace, and cut no snapshot in two
    vclean -q -p chapter --keep-rejects in > kept
    jq -e -s 'map(.reason) == [null,null,"monotone",null,null,null,null,"zero_bid",null,null,null,null]' kept
    run -0 --separate-stderr vclean -p chapter kept
    assert_output "$(cat kept)"
    [ -z "$stderr" ]
}

@test "a snapshot that is held at the end of the input leaves" {
    call 2900 60 61 > in
    run -0 vclean -p chapter in
    assert_output "$(cat in)"
}

@test "a profile of one's own" {
    cat > mine.json <<'JSON'
{"comment": "x", "checks": {"zero_bid": "off", "locked": "reject", "vol_range": "tag", "monotone": "tag"}, "vol_max": 1}
JSON
    is kept ./mine.json 0 1
    is 'refused locked' ./mine.json 1 1
    is 'flags vol_range' mine.json 1 2 '"vendor_iv":1.5'
    is kept mine.json 2 1
    no_oops
    { call 2900 60 61; call 2910 61 62; } > in
    run -0 vclean -p mine.json in
    assert_line --index 0 "$(call 2900 60 61)"
    assert_line --index 1 --partial '"flags":"monotone"'
}

@test "a file that is called as a profile is none" {
    echo '{"checks":{"zero_bid":"reject"}}' > desk
    is 'flags zero_bid' desk 0 1
    is 'refused zero_bid' ./desk 0 1
    no_oops
}

@test "a bad profile is 78 and nothing is read" {
    for text in '{}' '{"checks":{"zero":"tag"}}' '{"checks":{"zero_bid":"drop"}}' '{"checks":{},"dte_min":9,"dte_max":8}' '{'; do
        echo "$text" > bad.json
        run -78 vclean -p ./bad.json /no/such/file
        assert_output --partial 'bad.json'
    done
    run -78 vclean -p none
    assert_output --partial 'none'
}

@test "CSV in and out: tags in a column, refused rows as JSON" {
    cat > in.csv <<'ROWS'
ts,underlying,symbol,expiration,strike,option_type,bid,ask,note
2019-04-26T20:15:00Z,SPX,A,2019-05-24,2940,C,31.70,32.3,"a, b"
2019-04-26T20:15:00Z,SPX,B,2019-05-24,3500,C,0,0.05,
2019-04-26T20:15:00Z,SPX,C,2019-05-24,2940,P,2,1.0,""
ROWS
    run -0 --separate-stderr vclean --to csv --kind quote --rejects bad.ndjson in.csv
    assert_output 'ts,underlying,symbol,expiration,strike,option_type,bid,ask,note,flags
2019-04-26T20:15:00Z,SPX,A,2019-05-24,2940,C,31.70,32.3,"a, b",
2019-04-26T20:15:00Z,SPX,B,2019-05-24,3500,C,0,0.05,,zero_bid'
    run -0 cat bad.ndjson
    assert_output '{"kind":"reject","ts":"2019-04-26T20:15:00Z","of":"quote","reason":"crossed","tool":"vclean","record":{"kind":"quote","ts":"2019-04-26T20:15:00Z","underlying":"SPX","symbol":"C","expiration":"2019-05-24","strike":2940,"option_type":"P","bid":2,"ask":1.0,"note":""}}'
    run -0 vclean -q in.csv
    assert_line --index 0 '{"kind":"quote","ts":"2019-04-26T20:15:00Z","underlying":"SPX","symbol":"A","expiration":"2019-05-24","strike":2940,"option_type":"C","bid":31.70,"ask":32.3,"note":"a, b"}'
    assert_line --index 1 --partial '"ask":0.05,"flags":"zero_bid"}'
}

@test "--only beside --to csv keeps other kinds out of the CSV" {
    { echo '{"kind":"bar","ts":"2019-04-26T20:14:00Z","symbol":"VIX","close":12.73}'; quote 1 2; } > in
    run -0 vclean --to csv --kind quote --only bar,quote in
    [ "${#lines[@]}" -eq 2 ]
    assert_line --index 1 --partial 'quote,2019-04-26T20:15:00Z'
}

@test "--strict stops, and what was refused before is in the file of rejects" {
    { quote 1 2; quote 2 1; echo '{"kind":"snap","ts":"2019-04-26T20:15:00Z","underlying":"SPX","quotes":2}'; echo '{"kind":"quote"}'; quote 1 3; } > in
    run -65 vclean -q --strict --rejects bad.ndjson in
    assert_line "$(quote 1 2)"
    assert_line --partial 'in:4: ts: missing'
    refute_line "$(quote 1 3)"
    jq -e '.reason == "crossed"' bad.ndjson
}

# Peak resident memory of a command in KiB, by the kernel's account of the child.
peak() {
    need python3
    python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}

@test "200,000 records in less than 16 MiB, and no more than 20,000 take" {
    case $BIN in *san*) skip "the sanitizers' own memory counts here" ;; esac
    awk 'BEGIN { for (i = 0; i < 200000; i++) {
        if (i % 1000 == 0) { s = int(i / 1000); ts = sprintf("2019-04-26T%02d:%02d:00Z", s / 60, s % 60) }
        printf "{\"kind\":\"quote\",\"ts\":\"%s\",\"underlying\":\"SPX\",\"symbol\":\"SPXW190524C%08d\",\"root\":\"SPXW\",\"expiration\":\"2019-05-24\",\"expires\":\"2019-05-24T20:00:00Z\",\"strike\":%d,\"option_type\":\"C\",\"bid\":%.2f,\"ask\":%.2f}\n",
            ts, i % 1000, 2000 + i % 1000, i % 7, i % 7 + 1.05 } }' > many
    head -n 20000 many > few
    for profile in desk chapter; do
        large=$(peak vclean -q -p "$profile" many)
        small=$(peak vclean -q -p "$profile" few)
        [ "$large" -lt 16384 ]
        [ "$large" -lt $((small + 1024)) ]
    done
}

@test "real data: the day of 2019-04-26 through both profiles" {
    need_data cboe-spx-daily-2019
    vfetch file "$DATA"/cboe-spx-daily-2019/SPX_20190426.csv.gz > day
    n=$(grep -c '"kind":"quote"' day)
    vclean -q --stats --rejects bad day > desk 2> stats
    # every quote leaves or is accounted for, and what is untagged keeps its bytes
    [ "$(($(grep -c '"kind":"quote"' desk) + $(wc -l < bad)))" -eq "$n" ]
    jq -e ".in == $n + 1 and (.rejected | add) == $(wc -l < bad) and .slow_lines == 0" stats
    grep -v -e '"flags"' -e '"kind":"snap"' desk | grep -vxF -f day | wc -l | grep -qx 0
    zero=$(jq -s 'map(select(.bid == 0)) | length' desk)
    [ "$(grep -c '"flags":"zero_bid"' desk)" -eq "$zero" ]
    [ "$zero" -gt 500 ]
    vclean -q -p chapter day > chapter
    [ "$(grep -c '"kind":"quote"' chapter)" -lt "$((n / 2))" ]
    jq -e -s 'map(select(.kind == "quote")) | all(.bid > 0 and .ask > .bid)' chapter
}

@test "a snap says how many quotes passed, and one that says something else is told" {
    {
        quote 1 2
        quote 3 2
        quote 0 1 '"strike":3000'
        echo '{"kind":"snap","ts":"2019-04-26T20:15:00Z","underlying":"SPX","quotes":3,"x":"kept"}'
    } > stream
    run -0 --separate-stderr vclean -q stream
    assert_equal "${lines[2]}" '{"kind":"snap","ts":"2019-04-26T20:15:00Z","underlying":"SPX","x":"kept","quotes":2}'
    assert_equal "$stderr" ''
    # the next stage finds what it is told
    vclean -q stream | run -0 --separate-stderr vclean
    # one quote was lost on the way
    sed 2d stream > cut
    run -65 --separate-stderr vclean -q cut
    assert_equal "$stderr" 'vclean: cut:3: snap: 3 quotes of SPX were announced, 2 came'
    # a snap alone, and quotes of another instant before it, are nothing to judge
    tail -n 1 stream | run -0 --separate-stderr vclean
    { sed 's/2019-04-26T20:15/2019-04-26T20:14/; /snap/d' stream; cat stream; } > two
    run -0 --separate-stderr vclean -q two
    assert_equal "$(tail -n 1 <<< "$output" | jq .quotes)" 3
}
