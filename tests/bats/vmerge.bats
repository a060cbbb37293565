# vmerge: streams merged by instant.

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
}

# rec KIND DAY NAME: a record of 20:15 on 2019-04-DAY
rec() {
    case $1 in
    quote) echo "{\"kind\":\"quote\",\"ts\":\"2019-04-$2T20:15:00Z\",\"underlying\":\"$3\",\"symbol\":\"$3\",\"n\":1.50}" ;;
    *) echo "{\"kind\":\"$1\",\"ts\":\"2019-04-$2T20:15:00Z\",\"underlying\":\"$3\"}" ;;
    esac
}

shape() { # kind, day, underlying of each record
    jq -r '.kind + .ts[8:10] + (.underlying // "")' "$@" | tr '\n' ' '
}

@test "records come out by instant, byte for byte" {
    { rec bar 25 A; echo '{"kind":"zzz", "ts" : "2019-04-27T20:15:00Z","x":1.50e0}'; } > a
    { rec bar 26 B; rec bar 28 B; } > b
    vmerge a b > out
    [[ $(shape out) == 'bar25A bar26B zzz27 bar28B ' ]]
    sort a b > expected
    sort out | cmp - expected
    vmerge b a | cmp - out
}

@test "the same instant: rate, bar, quote and snap, derived; then the order of the operands" {
    rec metrics 25 M > m
    { rec quote 25 Q; rec snap 25 Q; } > q
    rec bar 25 B > b
    rec bar 25 C > c
    rec rate 25 R > r
    vmerge m q b c r > out
    [[ $(shape out) == 'rate25R bar25B bar25C quote25Q snap25Q metrics25M ' ]]
    vmerge c b q m r > out
    [[ $(shape out) == 'rate25R bar25C bar25B quote25Q snap25Q metrics25M ' ]]
}

@test "a run of quotes takes its snap and what was derived from it along, and is not torn" {
    { rec quote 25 A; rec quote 25 A; rec snap 25 A; rec slice 25 A; rec metrics 25 A; rec quote 26 A; rec snap 26 A; } > a
    { rec quote 25 B; rec snap 25 B; rec metrics 25 B; rec quote 26 B; rec snap 26 B; } > b
    vmerge a b > out
    [[ $(shape out) == 'quote25A quote25A snap25A slice25A metrics25A quote25B snap25B metrics25B quote26A snap26A quote26B snap26B ' ]]
}

@test "more files than descriptors, one after the other" {
    for i in $(seq 300); do
        printf '{"kind":"bar","ts":"2019-04-25T20:%02d:%02dZ","symbol":"S%d"}\n' $((i / 60)) $((i % 60)) "$i" > "f$i"
        printf '{"kind":"bar","ts":"2019-04-25T20:%02d:%02d.5Z","symbol":"T%d"}\n' $((i / 60)) $((i % 60)) "$i" >> "f$i"
    done
    # the order of the operands is not that of the instants
    bash -c 'ulimit -n 24; exec vmerge $(ls -r f*)' > out
    cat $(printf 'f%d ' $(seq 300)) | cmp - out
}

@test "memory does not grow with the number of files" {
    need /usr/bin/time
    [[ $BIN != */san/* ]] || skip "a sanitizer keeps what is freed"
    for i in $(seq 100 999); do
        printf '{"kind":"bar","ts":"2019-04-25T20:%02d:%02dZ","symbol":"S"}\n' $((i / 60)) $((i % 60)) > "f$i"
    done
    peak() { /usr/bin/time -f %M vmerge "$@" 2>&1 > /dev/null; }
    few=$(peak f10?) all=$(peak f*)
    ((all < few + 2048)) || { echo "$few KiB for 10 files, $all KiB for 900"; false; }
}

@test "pipes are merged too" {
    { rec bar 25 A; rec bar 27 A; } > a
    { rec bar 26 B; rec bar 28 B; } > b
    vmerge <(cat a) <(cat b) > out
    [[ $(shape out) == 'bar25A bar26B bar27A bar28B ' ]]
    vmerge a - < b | cmp - out
    gzip -k a
    vmerge a.gz b | cmp - out
}

@test "a seal is given only when every input had one" {
    { rec bar 25 A; echo '{"kind":"end","ts":"2019-04-25T20:15:00Z","source":"x","records":1}'; } > a
    { rec bar 26 B; echo '{"kind":"end","ts":"2019-04-26T20:15:00Z","source":"x","records":1}'; } > b
    { rec bar 26 B; echo '{"kind":"end","ts":"2019-04-26T20:15:00Z","source":"y","records":1}'; } > y
    rec bar 27 C > c
    vmerge a b > out
    [[ $(tail -n 1 out) == '{"kind":"end","ts":"2019-04-26T20:15:00Z","source":"x","records":2}' ]]
    vmerge b y | tail -n 1 | jq -e '.source == "vmerge" and .records == 2'
    vmerge a b c > out
    ! grep -q '"end"' out || false
    sed 's/"records":1/"records":2/' b > cut
    run -66 vmerge a cut
    assert_output --partial 'cut:2: end: 2 records were announced, 1 came'
    refute_output --partial '"source":"x","records":2}'$'\n''{'
}

@test "faults: a bad line, a ts that falls, a missing file; the rest is merged" {
    { rec bar 25 A; echo nonsense; rec bar 24 A; rec bar 27 A; } > a
    { rec bar 26 B; } > b
    run -66 --separate-stderr vmerge a b nowhere # the first fault decides
    [[ $(shape <<< "$output") == 'bar25A bar26B bar27A ' ]]
    [[ $stderr == *'nowhere: '* && $stderr == *'a:2: '* && $stderr == *'a:3: ts: earlier'* ]]
    # a file that begins with a bad line tells it once
    { echo nonsense; rec bar 25 A; } > a
    run -65 --separate-stderr vmerge a b
    [[ $(grep -c 'a:1: ' <<< "$stderr") -eq 1 ]]
    # and so does one without any good line
    echo nonsense > a
    run -65 --separate-stderr vmerge a b
    [[ $(grep -c 'a:1: ' <<< "$stderr") -eq 1 && $(shape <<< "$output") == 'bar26B ' ]]
}

@test "seven days of chains and the VIX history: in order, each snapshot whole" {
    for f in "$ROOT"/examples/data/SPX_*.csv.gz; do
        vfetch file --seal "$f" > "$(basename "$f" .csv.gz).ndjson"
    done
    vfetch file --seal --since 2019-04-01 --until 2019-05-31 "$ROOT/examples/data/vix-daily.csv.gz" > vix.ndjson
    vmerge SPX_20190503.ndjson SPX_201904*.ndjson vix.ndjson SPX_2019050[12].ndjson > out
    tail -n 1 out | jq -e ".kind == \"end\" and .source == \"vfetch\" and .records == $((94302 + 7 + $(wc -l < vix.ndjson) - 1))"
    jq -r '[.ts, .kind] | @tsv' out | awk '$1 < last {exit 1} {last = $1} $2 == "quote" {n++} $2 == "snap" {s++} END {exit !(s == 7)}'
    [[ $(jq -r 'select(.kind == "bar" or .kind == "snap") | .kind' out | uniq -c | awk '$2 == "snap" && $1 > 1' | wc -l) -eq 0 ]]
}
