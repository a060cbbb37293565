# The transport of vfetch against a vendor on loopback: TLS, tries, limits, redirects, keys, recordings, archive. What each
# source makes of its answers is in the files of the sources; every fault against every source in vfetch_faults.bats.

load helper
load ../server/server

setup_file() {
    server_start --certificates
}

teardown_file() {
    server_stop
}

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    unset FRED_API_KEY FRED_API_KEY_FILE
}

# fred FAULT ARG…: the series DGS1MO and VIXCLS.
fred() {
    local fault=$1
    shift
    vfetch fred series DGS1MO VIXCLS --base-url "$(server_url "$fault" fred)" "$@"
}

# How often the log has a line with WORDS.
asked() {
    server_log | grep -cF -- "$1" || true
}

@test "sources lists what there is: name, key, whats" {
    run -0 vfetch sources
    assert_line --regexp '^fred: '
    assert_line --partial 'key: FRED_API_KEY'
    assert_line --regexp '^    series +SERIES\.\.\. +rate '
    run -64 vfetch sources extra
    run -64 vfetch fred
    assert_output --partial 'expected what to fetch'
    run -64 vfetch fred nothing
    run -64 vfetch fred series
    assert_output --partial 'series wants SERIES...'
    run -64 vfetch fred series NOSUCH
    assert_output --partial 'NOSUCH: no such series'
    run -64 vfetch fred series ..
    run -64 vfetch fred series ''
}

@test "fred: the records of the layout fred, whether from the CSV, the API or a file" {
    fred good > csv
    FRED_API_KEY=0123456789abcdef vfetch fred series DGS1MO --base-url "$(server_url good fred)" > api
    cut -d, -f1,2 "$ROOT/tests/server/fred/graph.csv" > DGS1MO.csv
    vfetch file DGS1MO.csv > file
    strip='del(.received, .source)'
    # the API's page ends two days earlier
    diff <(jq -c "$strip" api) <(jq -c "select(.date <= \"2019-04-24\") | $strip" file)
    diff <(jq -c "select(.kind == \"rate\") | $strip" csv) <(jq -c "$strip" file)
    # 2.45 % on 2019-04-25: 2 ln(1 + 0.0245 / 2), known at 16:15 in New York on the next business day
    [[ $(jq -c 'select(.date == "2019-04-25") | [.ts, .tenor_days, .rate]' csv) == '["2019-04-26T20:15:00Z",30,0.02435115186]' ]]
    [[ $(jq -c 'select(.kind == "bar") | [.symbol, .close]' csv | tail -n 1) == '["VIX",12.73]' ]]
    # a `.` is no value: Good Friday has no record
    [[ $(grep -c 2019-04-19 csv) -eq $(grep -c '"ts":"2019-04-19' csv) ]]
}

@test "--since and --until are asked for and cut to the instant" {
    fred good --since 2019-04-24 --until 2019-04-25 > out
    [[ $(jq -r .ts out | sort -u | tr '\n' ' ') == '2019-04-24T20:15:00Z 2019-04-25T20:15:00Z ' ]]
    [[ $(asked 'cosd=2019-04-14&coed=2019-04-25') -eq 1 ]]
}

@test "TLS: expired, self-signed, wrong host, unknown CA and TLS 1.0 are refused, with a root given or not; a good one is not" {
    for name in expired selfsigned wronghost unknown tls10; do
        for ca in "" "--ca $SERVER_DIR/pem/ca.crt"; do
            # shellcheck disable=SC2086 # words
            run --separate-stderr vfetch fred series DGS1MO $ca --base-url "https://127.0.0.1:$(server_port $name)/good~tls/fred"
            [[ $status -eq 76 && -z $output && $stderr == *"127.0.0.1:$(server_port $name)/"*TLS* ]] || oops "$name $ca: $status $stderr"
        done
    done
    no_oops
    [[ $(asked good~tls) -eq 0 ]] # not one question went out
    run -76 vfetch fred series DGS1MO --base-url "https://127.0.0.1:$(server_port good)/good/fred"
    run -0 vfetch fred series DGS1MO --ca "$SERVER_DIR/pem/ca.crt" --base-url "https://127.0.0.1:$(server_port good)/good/fred"
    run -78 vfetch fred series DGS1MO --ca nosuch.pem --base-url "https://127.0.0.1:$(server_port good)/good/fred"
    # nothing on the command line can turn it off
    run -0 vfetch --help
    refute_output --regexp -- '--(insecure|no-verify|verify)'
}

@test "options that would do nothing are refused" {
    while read -r words; do
        # shellcheck disable=SC2086 # words
        run vfetch $words
        [[ $status -eq 64 ]] || oops "$words: status $status: $output"
    done << 'END'
fred series DGS1MO --resume
fred series DGS1MO --archive arch
fred series DGS1MO --spot 3
fred series DGS1MO --ts 2020-01-01T00:00:00Z
fred series DGS1MO --layout fred
fred series DGS1MO --since 2020-01-02 --until 2020-01-01
snapshot fred series DGS1MO
snapshot fred series DGS1MO --archive arch --seal
file --replay rec nosuch.csv
END
    no_oops
}

@test "http:// is for this machine only; other addresses are none" {
    for url in http://example.com http://127.0.0.1.example.com http://localhost.example.com/ ftp://127.0.0.1 127.0.0.1 \
        'http://user:pass@127.0.0.1/' 'https://a b/' 'http://127.0.0.1?x=1' ''; do
        run vfetch fred series DGS1MO --base-url "$url" --retries 0
        [[ $status -eq 64 ]] || oops "$url: status $status: $output"
    done
    no_oops
}

@test "tries: a failure that passes is passed over, and said; --retries bounds them" {
    fred 's503*2~a' > out 2> err
    [[ $(wc -l < out) -eq 12 && $(grep -c 'again in' err) -eq 2 && $(asked 's503*2~a') -eq 3 ]]
    for fault in rst_head rst_body cut nothing s429bare s500 s502; do
        fred "$fault*1" > out 2> err || oops "$fault"
        [[ $(wc -l < out) -eq 12 ]] || oops "$fault: $(cat err)"
    done
    run -69 fred 's503~b' --retries 2
    assert_output --partial '(3 tries)'
    [[ $(asked 's503~b') -eq 3 ]]
    # what will not be better is not asked again
    for fault in s403 s404 html malformed drift gzip_bad redirect_host; do
        run fred "$fault~once"
        [[ $(asked "$fault~once") -eq 1 ]] || oops "$fault: asked $(asked "$fault~once") times"
    done
    no_oops
}

@test "Retry-After: waited for; a wait beyond the deadline ends at once with 75" {
    fred 's429soon*1' --stats > out 2> err
    [[ $(wc -l < out) -eq 12 ]]
    [[ $(tail -n 1 err | jq '.seconds >= 1') == true ]]
    began=$SECONDS
    run -75 fred s429 --timeout 100
    assert_output --partial 'asks us to wait 3600 s, beyond --timeout 100'
    ((SECONDS - began < 50))
    # another run knows too: the host is not asked before its time
    log=$(asked /s429/)
    run -75 fred s429 --timeout 2
    assert_output --partial 'beyond --timeout 2'
    [[ $(asked /s429/) -eq $log ]]
}

@test "the limit of a host holds over runs; --rate sets another" {
    # the source's own: ten at once, then two a second; an hour's worth was not used
    fred good~rate > /dev/null
    vfetch fred series DGS1MO --rate 0.001 --timeout 60 --base-url "$(server_url good~rate fred)" > /dev/null
    run -75 vfetch fred series DGS1MO --rate 0.001 --timeout 60 --base-url "$(server_url good~rate fred)"
    assert_output --partial '0.001 requests per second are allowed'
    # a state that was damaged is begun anew
    for file in state/volpipe/rates/*; do echo damaged > "$XDG_STATE_HOME/volpipe/rates/${file##*/}"; done
    run -0 fred good~rate
    # and where none can be kept, nothing is asked
    run -73 vfetch fred series DGS1MO --state /dev/null/x --base-url "$(server_url good~rate fred)"
}

@test "--parallel bounds what is on its way at once, and uses it; the answers keep their order" {
    for n in 1 3; do
        vfetch cboe futures VX --since 2026-11-10 --until 2026-11-20 --rate 1000 --parallel $n \
            --base-url "$(server_url "slow~$n" cboe)" > "out$n"
        [[ $(server_log | awk -v f="/slow~$n" '$1 == "IN" && $3 == f && $4 > max {max = $4} END {print max}') -eq $n ]] || oops "$n"
    done
    no_oops
    diff <(jq -c 'del(.received)' out1) <(jq -c 'del(.received)' out3)
    [[ -s out1 ]]
}

@test "redirects: followed on the same host, refused elsewhere, and no key goes along" {
    run -0 fred redirect_same
    assert_equal "${#lines[@]}" 12
    run -76 env FRED_API_KEY=canary-0123456789 vfetch fred series DGS1MO --base-url "$(server_url redirect_host fred)"
    assert_output --partial 'redirects to another place, http://127.0.0.2:1'
    refute_output --partial canary
}

@test "keys: a file of 0600 is taken, a wider one refused, a missing or odd one named; the key is shown nowhere" {
    base=$(server_url good~keys fred)
    printf 'canary-0123456789\n' > key
    chmod 600 key
    run -0 vfetch fred series DGS1MO --base-url "$base" --key-file key
    run -0 env FRED_API_KEY_FILE=key vfetch fred series DGS1MO --base-url "$base"
    [[ $(asked 'good~keys/fred/series/observations') -eq 4 && $(asked 'api_key=canary-0123456789') -ge 4 ]]
    for mode in 0640 0604 0660 0666 0700; do
        chmod $mode key
        run vfetch fred series DGS1MO --base-url "$base" --key-file key
        if [[ $mode == 0700 ]]; then [[ $status -eq 0 ]]; else [[ $status -eq 77 && $output == *"chmod 600"* ]]; fi || oops "$mode: $status $output"
    done
    chmod 600 key
    run -66 vfetch fred series DGS1MO --base-url "$base" --key-file nosuch
    run -77 vfetch fred series DGS1MO --base-url "$base" --key-file .
    for bad in 'a b c d' $'canary\r\nX-Evil: 1' 'abc' $'canary\x01\x02' 'canäry'; do
        printf '%s' "$bad" > key
        run vfetch fred series DGS1MO --base-url "$base" --key-file key
        [[ $bad == canary$'\r\n'* && $status -eq 0 ]] || [[ $status -eq 77 && $output != *can* ]] || oops "$(printf %q "$bad"): $status $output"
    done
    no_oops
}

@test "a canary key is in no message, file, argument or recording, whatever goes wrong" {
    export FRED_API_KEY='canary/+0123=456789'
    for fault in good echo_key echo_gzip s401 s403 s429bare s500 html malformed drift cut stall redirect_host redirect_loop big_head garbage; do
        vfetch fred series DGS1MO --base-url "$(server_url "$fault~mask" fred)" --timeout 2 --retries 1 --stats \
            --record "rec-$fault" > "out-$fault" 2> "err-$fault" &
        pid=$!
        tr '\0' ' ' < "/proc/$pid/cmdline" >> cmdlines 2> /dev/null || true
        wait $pid || true
    done
    vfetch snapshot fred series DGS1MO --base-url "$(server_url good~mask fred)" --archive archive > paths 2> err
    # the vendor did get it
    [[ $(asked 'api_key=canary%2F%2B0123%3D456789') -gt 10 ]]
    run grep -rlaE 'canary(/|%2F)' . "$XDG_STATE_HOME"
    assert_output ''
    # and repeated it: it is masked there
    grep -q 'not for you: .*\*\*\*\*' err-echo_key
    grep -qa 'api_key=\*\*\*\*' rec-echo_gzip/000001.http
}

@test "compressed answers, and the cache: what has not changed is not sent again" {
    fred etag > one
    fred etag > two
    diff <(jq -c 'del(.received)' one) <(jq -c 'del(.received)' two)
    [[ $(ls "$XDG_STATE_HOME"/volpipe/answers | wc -l) -eq 1 ]]
    # the same again from a recording, although the vendor said only 304
    fred etag --record rec > three
    grep -q '^status: 200' rec/000001.http
    vfetch fred series DGS1MO VIXCLS --replay rec | cmp - three
    # a cache that was damaged is not believed
    for file in "$XDG_STATE_HOME"/volpipe/answers/*; do sed -i 's/12.73/99.99/' "$file"; done
    fred etag > four
    diff <(jq -c 'del(.received)' one) <(jq -c 'del(.received)' four)
}

@test "--record, --replay: the same bytes, offline and without a key; --resume asks only what is missing" {
    export FRED_API_KEY=canary-0123456789
    base=$(server_url good~rec fred)
    vfetch fred series DGS1MO --base-url "$base" --record rec > first
    [[ $(ls rec | tr '\n' ' ') == '000001.http 000002.http run ' ]]
    unset FRED_API_KEY
    vfetch fred series DGS1MO --replay rec | cmp - first
    n=$(asked good~rec)
    # a second recording does not begin over the first
    run -73 vfetch fred series DGS1MO --base-url "$base" --record rec
    # interrupted after its first answer: the second alone is asked for
    rm rec/000002.http
    run -66 vfetch fred series DGS1MO --replay rec
    FRED_API_KEY=canary-0123456789 vfetch fred series DGS1MO --base-url "$base" --record rec --resume > resumed
    [[ $(asked good~rec) -eq $((n + 1)) ]]
    diff <(jq -c 'del(.received)' first) <(jq -c 'del(.received)' resumed)
    # once more: nothing is asked, and the bytes are the same
    FRED_API_KEY=canary-0123456789 vfetch fred series DGS1MO --base-url "$base" --record rec --resume | cmp - resumed
    [[ $(asked good~rec) -eq $((n + 1)) ]]
    # other questions, a changed answer, no recording
    run -64 vfetch fred series DGS1MO --replay rec --since 2019-04-01
    assert_output --partial 'the recording of another command'
    sed -i 's/"2.44"/"2.45"/' rec/000001.http
    run -65 vfetch fred series DGS1MO --replay rec
    assert_output --partial 'SHA-256'
    run -66 vfetch fred series DGS1MO --replay nosuch
    run -64 vfetch fred series DGS1MO --replay rec --record rec2
}

@test "--resume asks again what was refused (a page of HTML, a wrong key); --replay shows what happened" {
    for fault in html s401 drift; do
        base=$(server_url "$fault*1~refused" fred)
        run ! vfetch fred series DGS1MO --base-url "$base" --record "rec-$fault"
        failed=$status
        run -"$failed" vfetch fred series DGS1MO --replay "rec-$fault"
        vfetch fred series DGS1MO --base-url "$base" --record "rec-$fault" --resume > "out-$fault" || oops "$fault: status $?"
        vfetch fred series DGS1MO --replay "rec-$fault" | cmp - "out-$fault" || oops "$fault: replay"
        [[ $(asked "$fault*1~refused") -eq 2 ]] || oops "$fault: $(asked "$fault*1~refused") questions"
    done
    no_oops
    # an answer whose end nobody announced is refused by a replay too: it may have been cut behind a line
    head -n 3 "$ROOT/tests/server/fred/graph.csv" > graph.csv
    printf '.\tgraph.csv\n' > routes
    base=$(server_url no_length "$PWD/routes")
    run -76 vfetch fred series DGS1MO VIXCLS --base-url "$base" --record rec-open
    assert_output --partial 'without a length'
    run -76 vfetch fred series DGS1MO VIXCLS --replay rec-open
    assert_output --partial 'without a length'
}

@test "snapshot: a file a day, whole, never overwritten; a revision stands beside; the next run goes on with the last day" {
    vfetch snapshot fred series DGS1MO VIXCLS --archive arch --base-url "$(server_url good~snap fred)" > paths
    [[ $(wc -l < paths) -eq 6 && $(head -n 1 paths) == arch/fred/series/2019-04-19/DGS1MO+VIXCLS-201500Z.ndjson ]]
    # all of it is the stream
    vmerge arch/fred/series/*/*.ndjson > merged
    diff <(jq -c 'del(.received)' merged) <(fred good~snap | jq -c 'del(.received)')
    # again: nothing new, asked from the last day on
    sums=$(cat arch/fred/series/*/* | sha256sum)
    run -0 --separate-stderr vfetch snapshot fred series DGS1MO VIXCLS --archive arch --base-url "$(server_url good~snap fred)"
    [[ -z $output && $stderr == *'0 files written (0 of them beside an earlier one), 1 there already'* ]]
    [[ $(asked 'cosd=2019-04-19') -ge 1 && $(cat arch/fred/series/*/* | sha256sum) == "$sums" ]]
    # the vendor changes its mind about a day: the old file stays
    sed 's/12.73/13.73/' "$ROOT/tests/server/fred/graph.csv" > graph.csv
    printf 'fredgraph\tgraph.csv\n' > routes
    vfetch snapshot fred series DGS1MO VIXCLS --archive arch --base-url "$(server_url good "$PWD/routes")" > paths
    [[ $(cat paths) == arch/fred/series/2019-04-29/DGS1MO+VIXCLS-201500Z.2.ndjson ]]
    grep -q 12.73 arch/fred/series/2019-04-29/DGS1MO+VIXCLS-201500Z.ndjson
    grep -q 13.73 arch/fred/series/2019-04-29/DGS1MO+VIXCLS-201500Z.2.ndjson
    # nothing half-written is left, and a failure writes nothing
    [[ -z $(find arch -name '*.new') ]]
    run -76 vfetch snapshot fred series DGS1MO VIXCLS --archive arch2 --base-url "$(server_url malformed fred)"
    [[ ! -e arch2 ]]
    run -64 vfetch snapshot fred series DGS1MO
    run -73 vfetch snapshot fred series DGS1MO VIXCLS --archive /dev/null/x --base-url "$(server_url good fred)"
}

@test "snapshot killed at every system call: each file is whole or absent" {
    need strace
    strace -f -o /dev/null true 2> /dev/null || skip "strace may not trace here"
    export ASAN_OPTIONS=detect_leaks=0 # a leak check cannot run under strace
    vfetch fred series DGS1MO --since 2019-04-26 --base-url "$(server_url good fred)" --record rec > /dev/null
    strace -f -o calls vfetch snapshot fred series DGS1MO --since 2019-04-26 --replay rec --archive whole > paths
    first=$(grep -n 'mkdir("whole' calls | head -n 1 | cut -d: -f1)
    total=$(wc -l < calls)
    ((first > 0 && total > first))
    for ((k = first; k <= total; k += 2)); do
        rm -rf arch
        strace -f -o /dev/null -e inject=all:signal=KILL:when="$k" \
            vfetch snapshot fred series DGS1MO --since 2019-04-26 --replay rec --archive arch > /dev/null 2>&1 || true
        while IFS= read -r file; do
            cmp -s "$file" "whole/${file#arch/}" || oops "killed at call $k: $file"
        done < <(find arch -name '*.ndjson' 2> /dev/null)
    done
    no_oops
}

@test "a signal ends a wait at once and shows as such" {
    vfetch fred series DGS1MO --base-url "$(server_url stall fred)" > out 2> err &
    pid=$!
    for _ in {1..100}; do
        [[ $(asked /stall/) -eq 0 ]] || break
        sleep 0.05
    done
    kill -TERM $pid
    status=0
    wait $pid || status=$?
    [[ $status -eq 143 && ! -s out ]]
}

@test "a terminal sees answers, rows and bytes while it waits; a file does not" {
    need script
    script -qec true /dev/null < /dev/null > /dev/null 2>&1 || skip "no pseudo-terminal here"
    script -qec "vfetch fred series DGS1MO --retries 0 --timeout 2 --base-url $(server_url stall fred)" shown < /dev/null > /dev/null || true
    grep -qE 'vfetch: \[\.+\] 0 of 1 answers, 0 rows' shown
    run vfetch fred series DGS1MO --retries 0 --timeout 1 --base-url "$(server_url stall fred)"
    refute_output --partial answers
}

@test "--seal closes what was fetched whole" {
    fred good --seal > out
    [[ $(tail -n 1 out | jq -c '[.kind, .source, .records]') == '["end","vfetch",12]' ]]
    run -66 fred good --seal --since 2030-01-01
}

@test "examples: rates and the VIX for a notebook; a history of vols by cron, made once, derived anew, whole after a failure" {
    need jq
    sh "$ROOT/examples/fred-vix.sh" > csv
    [[ $(head -n 1 csv) == known,DGS1MO,DGS3MO,DGS1,VIX && $(wc -l < csv) -eq 64 ]]
    # 2019-05-01, the FOMC: the VIX closed at 14.80, which was known on the next business day
    grep -q '^2019-05-02T20:15:00Z,.*,14.8$' csv
    url=$(server_url good deribit)
    sh "$ROOT/examples/iv-history.sh" iv deribit chain BTC -- --base-url "$url" > paths
    [[ $(cat paths) == iv/deribit/chain/*/BTC-*Z.ndjson && -e $(cat paths) ]]
    metrics=iv/metrics/$(sed 's/^iv.//' paths)
    [[ $(jq -r .kind "$metrics") == metrics ]]
    sum=$(sha256sum < "$metrics")
    # the vendor is away, and the metrics were lost: they are made again from the archive, and the failure is told
    rm -r iv/metrics
    status=0
    sh "$ROOT/examples/iv-history.sh" iv deribit chain BTC -- --retries 0 --base-url "$(server_url s500 deribit)" 2> err || status=$?
    [[ $status -eq 69 && $(sha256sum < "$metrics") == "$sum" ]]
}
