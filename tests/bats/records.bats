# What volpipe-records(5) says about input is accepted and refused so, by the tool that is a filter and no more.

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
}

# verdict STATUS LINE: a line of JSON, written with printf escapes, alone in its input. Accepted lines pass unchanged.
verdict() {
    local status=0
    printf '%b\n' "$2" > line
    vtemplate -q line > out 2> err || status=$?
    [[ $status -eq $1 ]] || oops "status $status, expected $1: $2 $(cat err)"
    if [[ $1 -eq 0 ]]; then
        cmp -s line out || oops "passed, but changed: $2"
    else
        [[ ! -s out ]] || oops "refused, but passed on: $2"
        grep -q '^vtemplate: line:1: ' err || oops "no place in the message: $(cat err)"
    fi
}

head='"kind":"zzz","ts":"2019-04-26T20:15:00Z"'

@test "JSON: what is accepted" {
    verdict 0 "{$head}"
    verdict 0 "{ $head\t,\"x\" : 1 }"
    verdict 0 "{\"x\":{\"kind\":1},$head}"
    verdict 0 "{$head,\"x\":123456789012345678901234567890}"
    verdict 0 "{$head,\"x\":-0}"
    verdict 0 "{$head,\"x\":1e-400}"
    verdict 0 "{$head,\"x\":1.0E+2,\"y\":[],\"z\":{}}"
    verdict 0 "{$head,\"x\":\"\\\\u0000\"}"
    verdict 0 "{$head,\"x\":\"\\\\ud83d\\\\ude00 \\\\/ \\\\\\\\ é\"}"
    verdict 0 "{$head,\"x\":null,\"\":true}"
    verdict 0 '{"kind":"zzz","ts":"2019-04-26T16:15:00-04:00"}'
    verdict 0 '{"kind":"zzz","ts":"2019-04-26T20:15:00.123456789Z"}'
    verdict 0 '{"kind":"zz\\u007a","ts":"2019-04-26T20:15:00\\u005a"}'
    verdict 0 '{"kind":"quote","ts":"2019-04-26T20:15:00Z","bid":null}'
    no_oops
}

@test "JSON: what is malformed" {
    verdict 65 "[$head]"
    verdict 65 "{$head,}"
    verdict 65 "{$head} {$head}"
    verdict 65 "{$head"
    verdict 65 "{$head,\"x\":NaN}"
    verdict 65 "{$head,\"x\":Infinity}"
    verdict 65 "{$head,\"x\":01}"
    verdict 65 "{$head,\"x\":-01}"
    verdict 65 "{$head,\"x\":+1}"
    verdict 65 "{$head,\"x\":.5}"
    verdict 65 "{$head,\"x\":5.}"
    verdict 65 "{$head,\"x\":1e400}"
    verdict 65 "{$head,\"x\":0x1}"
    verdict 65 "{$head,\"x\":tru}"
    verdict 65 "{$head,\"x\":truex}"
    verdict 65 "{$head,\"x\":'a'}"
    verdict 65 "{$head,x:1}"
    verdict 65 "{$head,\"x\":\"a\tb\"}"
    verdict 65 "{$head,\"x\":\"\\\\x\"}"
    verdict 65 "{$head,\"x\":\"\\\\ud800\"}"
    verdict 65 "{$head,\"x\":\"\xff\"}"
    verdict 65 "{$head,\"x\":\"\xc0\xaf\"}"
    verdict 65 "{$head,\"x\":1,\"x\":1}"
    verdict 65 "{$head,\"x\":1,\"\\\\u0078\":1}"
    verdict 65 '{"ts":"2019-04-26T20:15:00Z"}'
    verdict 65 '{"kind":"zzz"}'
    verdict 65 '{"kind":"","ts":"2019-04-26T20:15:00Z"}'
    verdict 65 '{"kind":7,"ts":"2019-04-26T20:15:00Z"}'
    verdict 65 '{"kind":"zzz","ts":1556309700}'
    verdict 65 '{"kind":"zzz","ts":"2019-04-26T24:00:00Z"}'
    verdict 65 '{"kind":"zzz","ts":"2019-04-26T20:15:60Z"}'
    verdict 65 '{"kind":"zzz","ts":"2019-02-29T20:15:00Z"}'
    verdict 65 '{"kind":"quote","ts":"2019-04-26T20:15:00Z","bid":"3"}'
    verdict 65 '{"kind":"quote","ts":"2019-04-26T20:15:00Z","bid":[3]}'
    no_oops
}

@test "JSON: nesting up to 2048, no deeper" {
    deep() { # DEPTH of arrays in the object
        printf '{%s,"x":' "$head"
        head -c "$1" /dev/zero | tr '\0' '['
        head -c "$1" /dev/zero | tr '\0' ']'
        echo '}'
    }
    deep 2000 > line
    run -0 vtemplate -q line
    deep 2100 > line
    run -65 vtemplate -q line
    assert_output --partial "line:1: "
}

@test "blank lines count as lines and are no records" {
    printf '\n  \n{%s}\n\t\r\n{"kind"}\n' "$head" > line
    run -65 vtemplate --stats -q line
    assert_line --partial "line:5: "
    assert_line --partial '"in":2,"out":1,"malformed":1'
}

@test "CSV: quotes, line ends in a cell, empty cells, plus signs" {
    cat > rows.csv <<'ROWS'
kind,ts,symbol,close,note
bar,2019-04-26T20:15:00Z,VIX,12.730,plain
bar,2019-04-26T20:15:00Z,"V,""IX
2",+1,""
bar,2019-04-26T20:15:00Z,X,,
ROWS
    run -0 vtemplate rows.csv
    assert_line --index 0 '{"kind":"bar","ts":"2019-04-26T20:15:00Z","symbol":"VIX","close":12.730,"note":"plain"}'
    assert_line --index 1 '{"kind":"bar","ts":"2019-04-26T20:15:00Z","symbol":"V,\"IX\u000a2","close":1,"note":""}'
    assert_line --index 2 '{"kind":"bar","ts":"2019-04-26T20:15:00Z","symbol":"X"}'
}

@test "CSV: rows without a kind are of --kind" {
    printf 'ts,symbol,close\n2019-04-26T20:15:00Z,VIX,12.73\n' > rows.csv
    run -0 vtemplate --kind bar rows.csv
    assert_output '{"kind":"bar","ts":"2019-04-26T20:15:00Z","symbol":"VIX","close":12.73}'
}

@test "CSV: what is malformed is named by line" {
    cat > rows.csv <<'ROWS'
kind,ts,bid
quote,2019-04-26T20:15:00Z,abc
quote,2019-04-26T20:15:00Z
quote,2019-04-26T20:15:00Z,1,2
quote,2019-04-26T20:15:00Z,1e999
quote,2019-04-26T20:15:00Z,"1"x
quote,2019-04-26T20:15:00Z,1"x
quote,2019-04-26T20:15:00Z,nan
quote,2019-04-26T20:15:00Z,1.5
quote,2019-04-26T20:15:00Z,"1
ROWS
    run -65 vtemplate rows.csv
    for line in 2 3 4 5 6 7 8; do
        assert_line --partial "rows.csv:$line: "
    done
    assert_line '{"kind":"quote","ts":"2019-04-26T20:15:00Z","bid":1.5}'
    assert_line --partial "1 out, 8 malformed"
    assert_line --partial "a quoted cell is not closed"
}

@test "CSV: a header with a column twice, or without ts, is refused" {
    printf 'ts,bid,bid\n2019-04-26T20:15:00Z,1,2\n' > rows.csv
    run -65 vtemplate rows.csv
    assert_line --partial 'rows.csv:1: header: column "bid"'
    printf 'a,b\n1,2\n' > rows.csv
    run -65 vtemplate rows.csv
    assert_line --partial 'no column "ts"'
    refute_line --partial '"kind"'
}

@test "the schemas describe what the tables say" {
    for schema in "$ROOT"/build/share/schema/*.json; do
        jq -e '.properties.kind.const and (.required | index("ts"))' "$schema" > /dev/null || oops "$schema"
    done
    no_oops
    count=$(find "$ROOT/build/share/schema" -name '*.json' | wc -l)
    [ "$count" -ge 18 ]
}
