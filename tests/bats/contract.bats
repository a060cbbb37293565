# What every tool does the same way (volpipe(7)): one suite, looped over all tools of the build.

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    # Two bars, a quote with a field of its own, and a kind that is in no table, spelled as no tool would spell it.
    cat > in.ndjson <<'RECORDS'
{"kind":"bar","ts":"2019-04-25T20:15:00Z","symbol":"VIX","close":13.25}
{"kind":"zzz", "ts" : "2019-04-26T20:14:00Z","x":1.50e0,"s":"\u00e9é\/","n":{"a":[1, 2,{}]},"z":null }
{"kind":"bar","ts":"2019-04-26T20:15:00Z","symbol":"VIX","close":12.730}
{"kind":"quote","ts":"2019-04-26T20:15:00Z","underlying":"SPX","symbol":"SPXW190524C02940000","root":"SPXW","expiration":"2019-05-24","expires":"2019-05-24T20:00:00Z","strike":2940,"option_type":"C","exercise":"E","multiplier":100,"bid":33.10,"ask":33.60,"underlying_price":2939.88,"my_own":"kept","my_number":7.10}
{"kind":"zzz","ts":"2019-04-26T20:16:00Z","last":true}
RECORDS
}

# The lines of FILE of kind KIND.
kind() {
    grep "^{\"kind\":\"$1\"" "$2"
}

bars() { # N
    awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
        printf "{\"kind\":\"bar\",\"ts\":\"2019-04-26T20:15:00Z\",\"symbol\":\"S%d\",\"close\":%d.5}\n", i, i }'
}

@test "--help goes to standard output with status 0 and stays within 80 columns" {
    for tool in $(all_tools); do
        "$tool" --help > out 2> err || oops "$tool --help: status $?"
        [[ ! -s err ]] || oops "$tool --help writes to standard error"
        grep -qi "^usage: $tool" out || oops "$tool --help: no usage line"
        for option in --help --version; do
            grep -q -- "$option" out || oops "$tool --help does not name $option"
        done
        awk 'length($0) > 80 {bad = 1} END {exit bad}' out || oops "$tool --help is wider than 80 columns"
        v "$tool" --help > out2 2> err || oops "$tool with its arguments and --help: status $?"
    done
    no_oops
}

@test "--version names the tool and a version" {
    for tool in $(all_tools); do
        "$tool" --version > out 2> err || oops "$tool --version: status $?"
        grep -qE "^$tool .*[0-9]+\.[0-9]+\.[0-9]+" out || oops "$tool --version says: $(cat out)"
        [[ ! -s err ]] || oops "$tool --version writes to standard error"
    done
    no_oops
}

@test "--fields prints a kind's table, and an unknown kind is a usage error" {
    for tool in $(all_tools); do
        v "$tool" --fields quote > out 2> err || oops "$tool --fields quote: status $?"
        grep -q '^strike ' out || oops "$tool --fields quote has no strike"
        status=0
        v "$tool" --fields nosuch > out 2> err || status=$?
        [[ $status -eq 64 ]] || oops "$tool --fields nosuch: status $status"
    done
    no_oops
}

@test "an unknown option is 64, with a message and nothing on standard output" {
    for tool in $(all_tools); do
        status=0
        v "$tool" --no-such-option < /dev/null > out 2> err || status=$?
        [[ $status -eq 64 ]] || oops "$tool --no-such-option: status $status"
        grep -q "^$tool: unknown option --no-such-option" err || oops "$tool says: $(cat err)"
        [[ ! -s out ]] || oops "$tool --no-such-option writes to standard output"
    done
    no_oops
}

@test "a bad value is 64 and named" {
    for tool in $(all_tools); do
        status=0
        v "$tool" --precision abc < /dev/null > out 2> err || status=$?
        [[ $status -eq 64 ]] || oops "$tool --precision abc: status $status"
        grep -q "^$tool: --precision: .*\"abc\"" err || oops "$tool says: $(cat err)"
        status=0
        v "$tool" --to xml < /dev/null > out 2> err || status=$?
        [[ $status -eq 64 ]] || oops "$tool --to xml: status $status"
        grep -q "^$tool: --to: expected ndjson or csv" err || oops "$tool says: $(cat err)"
    done
    no_oops
}

@test "empty input is 0 and gives nothing" {
    for tool in $(all_filters); do
        v "$tool" < /dev/null > out 2> err || oops "$tool: status $? on empty input: $(cat err)"
        [[ ! -s out ]] || oops "$tool writes $(head -n 1 out) for an empty input"
    done
    no_oops
}

@test "a missing file is 66 and named" {
    for tool in $(all_tools | grep -vx vstore); do
        status=0
        v "$tool" no-such-file.ndjson > out 2> err || status=$?
        [[ $status -eq 66 ]] || oops "$tool: status $status for a missing file"
        grep -q "^$tool: no-such-file.ndjson: " err || oops "$tool says: $(cat err)"
    done
    no_oops
}

@test "unknown kinds and records that a filter does not own pass byte for byte, in order" {
    grep -v '"kind":"quote"' in.ndjson > expected
    for tool in $(all_filters); do
        v "$tool" in.ndjson > out 2> err || oops "$tool: status $?: $(cat err)"
        grep -e '"kind":"bar"' -e '"kind":"zzz"' out | cmp -s - expected || oops "$tool changes or reorders what it does not own"
        v "$tool" - < in.ndjson > out2 2> err || oops "$tool: status $? with -: $(cat err)"
        cmp -s out out2 || oops "$tool reads a file and - differently"
    done
    no_oops
}

@test "unknown fields of a quote pass with their spelling" {
    for tool in $(all_filters); do
        v "$tool" in.ndjson > out 2> err || oops "$tool: status $?: $(cat err)"
        [[ $(kind quote out | grep -c '"my_own":"kept","my_number":7.10') -eq 1 ]] ||
            oops "$tool loses the fields it does not know: $(kind quote out)"
        [[ $(kind quote out | grep -c '"bid":33.10,"ask":33.60') -eq 1 ]] ||
            oops "$tool formats numbers anew that it does not own: $(kind quote out)"
    done
    no_oops
}

@test "CRLF line ends and a missing last line end change nothing" {
    sed 's/$/\r/' in.ndjson > crlf.ndjson
    head -c -1 in.ndjson > open.ndjson
    { printf '\xef\xbb\xbf'; cat in.ndjson; } > bom.ndjson
    for tool in $(all_filters); do
        v "$tool" in.ndjson > expected 2> err || oops "$tool: status $?: $(cat err)"
        for file in crlf open bom; do
            v "$tool" $file.ndjson > out 2> err || oops "$tool: status $? for $file.ndjson: $(cat err)"
            cmp -s out expected || oops "$tool: $file.ndjson gives other bytes"
        done
    done
    no_oops
}

@test "one bad line among good ones is 65; the rest is done; the message names file, line and field" {
    { sed -n 1,2p in.ndjson
      echo '{"kind":"bar","ts":"yesterday","symbol":"VIX","close":1}'
      echo '{"kind":"bar","ts":"2019-04-26T20:15:00Z","symbol":"VIX",'
      sed -n '3,$p' in.ndjson; } > bad.ndjson
    for tool in $(all_filters); do
        v "$tool" in.ndjson > expected 2> err || oops "$tool: status $?: $(cat err)"
        status=0
        v "$tool" bad.ndjson > out 2> err || status=$?
        [[ $status -eq 65 ]] || oops "$tool: status $status for a bad line"
        cmp -s out expected || oops "$tool: a bad line changes what is done with the others"
        grep -q "^$tool: bad.ndjson:3: ts: .*\"yesterday\"" err || oops "$tool does not name place and field: $(cat err)"
        grep -q "^$tool: bad.ndjson:4: " err || oops "$tool does not name the second bad line: $(cat err)"
    done
    no_oops
}

@test "only the first ten bad lines are shown, and all are counted" {
    { for i in $(seq 25); do echo "{\"kind\":\"bar\",$i}"; done; cat in.ndjson; } > bad.ndjson
    for tool in $(all_filters); do
        status=0
        v "$tool" --stats bad.ndjson > out 2> err || status=$?
        [[ $status -eq 65 ]] || oops "$tool: status $status"
        [[ $(grep -c "^$tool: bad.ndjson:[0-9]*: " err) -eq 10 ]] || oops "$tool shows $(grep -c bad.ndjson: err) bad lines"
        tail -n 1 err | jq -e '.malformed == 25' > /dev/null || oops "$tool does not count 25: $(tail -n 1 err)"
    done
    no_oops
}

@test "--strict stops at the first bad line" {
    { sed -n 1,2p in.ndjson; echo 'not json'; sed -n '3,$p' in.ndjson; } > bad.ndjson
    for tool in $(all_filters); do
        status=0
        v "$tool" --strict bad.ndjson > out 2> err || status=$?
        [[ $status -eq 65 ]] || oops "$tool --strict: status $status"
        ! grep -q '"last":true' out || oops "$tool --strict goes on behind the bad line"
    done
    no_oops
}

@test "a ts that falls is malformed" {
    { cat in.ndjson; head -n 1 in.ndjson; } > falls.ndjson
    for tool in $(all_filters); do
        status=0
        v "$tool" falls.ndjson > out 2> err || status=$?
        [[ $status -eq 65 ]] || oops "$tool: status $status"
        grep -q "^$tool: falls.ndjson:6: ts: " err || oops "$tool says: $(cat err)"
    done
    no_oops
}

@test "gzip and zstd input are read as they are" {
    need zstd
    gzip -c in.ndjson > in.gz
    zstd -q -c in.ndjson > in.zst
    for tool in $(all_filters); do
        v "$tool" in.ndjson > expected 2> err || oops "$tool: status $?: $(cat err)"
        for file in in.gz in.zst; do
            v "$tool" $file > out 2> err || oops "$tool: status $? for $file: $(cat err)"
            cmp -s out expected || oops "$tool: $file gives other bytes"
        done
        v "$tool" < in.gz > out 2> err || oops "$tool: status $? for gzip on standard input"
        cmp -s out expected || oops "$tool: gzip on standard input gives other bytes"
    done
    no_oops
}

@test "a gzip or zstd stream that was cut is 66" {
    need zstd
    bars 2000 | gzip -c > whole.gz
    bars 2000 | zstd -q -c > whole.zst
    for file in gz zst; do
        head -c $(($(stat -c %s whole.$file) / 2)) whole.$file > cut.$file
    done
    for tool in $(all_filters); do
        for file in cut.gz cut.zst; do
            status=0
            v "$tool" $file > out 2> err || status=$?
            [[ $status -eq 66 ]] || oops "$tool: status $status for $file: $(cat err)"
            grep -q "$file" err || oops "$tool does not name $file"
        done
    done
    no_oops
}

@test "a NUL byte in a line makes that line malformed and no other" {
    { sed -n 1,2p in.ndjson; printf '{"kind":"bar","ts":"2019-04-26T20:14:00Z","symbol":"a\0b"}\n'; sed -n '3,$p' in.ndjson; } > nul.ndjson
    for tool in $(all_filters); do
        v "$tool" in.ndjson > expected 2> err || oops "$tool: status $?: $(cat err)"
        status=0
        v "$tool" nul.ndjson > out 2> err || status=$?
        [[ $status -eq 65 ]] || oops "$tool: status $status"
        cmp -s out expected || oops "$tool: a NUL byte disturbs other lines"
        grep -q "^$tool: nul.ndjson:3: " err || oops "$tool says: $(cat err)"
    done
    no_oops
}

@test "a line longer than --max-line is malformed, and the rest is done" {
    { sed -n 1,2p in.ndjson
      printf '{"kind":"zzz","ts":"2019-04-26T20:14:00Z","s":"'; head -c 5000 /dev/zero | tr '\0' x; echo '"}'
      sed -n '3,$p' in.ndjson; } > long.ndjson
    for tool in $(all_filters); do
        v "$tool" in.ndjson > expected 2> err || oops "$tool: status $?: $(cat err)"
        status=0
        v "$tool" --max-line 4k long.ndjson > out 2> err || status=$?
        [[ $status -eq 65 ]] || oops "$tool: status $status"
        cmp -s out expected || oops "$tool: a long line disturbs other lines"
        grep -q "^$tool: long.ndjson:3: " err || oops "$tool says: $(cat err)"
        v "$tool" --max-line 8k long.ndjson > out 2> err || oops "$tool: status $? though the line fits"
    done
    no_oops
}

@test "a write that is lost is 74, also of --help" {
    [[ -w /dev/full ]] || skip "/dev/full is not here"
    bars 20000 > bars.ndjson
    for tool in $(all_filters); do
        for file in in.ndjson bars.ndjson; do
            status=0
            v "$tool" $file > /dev/full 2> err || status=$?
            [[ $status -eq 74 ]] || oops "$tool $file > /dev/full: status $status"
            grep -q "^$tool: .*[Nn]o space" err || oops "$tool says: $(cat err)"
        done
    done
    for tool in $(all_tools); do
        status=0
        "$tool" --help > /dev/full 2> err || status=$?
        [[ $status -eq 74 ]] || oops "$tool --help > /dev/full: status $status"
    done
    no_oops
}

@test "a reader that goes away ends a tool quietly and at once, also where SIGPIPE is ignored" {
    bars 200000 > bars.ndjson
    for tool in $(all_filters); do
        for trap in - ''; do
            started=$(date +%s%N)
            # shellcheck disable=SC2064 # the value is meant now
            (trap "$trap" PIPE; v "$tool" bars.ndjson 2> err) | head -n 1 > out
            taken=$((($(date +%s%N) - started) / 1000000))
            [[ $taken -le 2000 ]] || oops "$tool takes $taken ms to see that its reader is gone"
            [[ ! -s err ]] || oops "$tool speaks of a closed pipe: $(head -n 1 err)"
            [[ -s out ]] || oops "$tool wrote nothing"
        done
    done
    no_oops
}

@test "SIGTERM and SIGINT mid-stream: what came in is flushed whole, and death is by the signal" {
    for tool in $(all_filters); do
        for signal in TERM:143 INT:130; do
            rm -f pipe && mkfifo pipe
            exec 7<> pipe
            set -m # a background job of a shell without job control ignores SIGINT
            v "$tool" < pipe > out 2> err 7>&- &
            pid=$!
            set +m
            head -n 2 in.ndjson >&7
            for _ in $(seq 100); do
                [[ $(wc -l < out) -lt 2 ]] || break
                sleep 0.05
            done
            [[ $(wc -l < out) -eq 2 ]] || oops "$tool keeps records back while its input is idle"
            # half a record is in when the signal comes
            printf '{"kind":"bar","ts":' >&7
            kill -"${signal%:*}" -- "-$pid" || oops "$tool is gone before the signal: $(cat err)"
            status=0
            wait "$pid" || status=$?
            exec 7>&-
            [[ $status -eq ${signal#*:} ]] || oops "$tool: status $status after SIG${signal%:*}: $(cat err)"
            head -n 2 in.ndjson | cmp -s - out || oops "$tool does not leave whole records after SIG${signal%:*}"
        done
    done
    no_oops
}

@test "--only limits the kinds that leave" {
    for tool in $(all_filters); do
        v "$tool" --only bar in.ndjson > out 2> err || oops "$tool --only bar: status $?: $(cat err)"
        grep '"kind":"bar"' in.ndjson | cmp -s - out || oops "$tool --only bar lets through: $(cat out)"
        v "$tool" --only bar,zzz in.ndjson > out 2> err || oops "$tool --only bar,zzz: status $?: $(cat err)"
        [[ $(wc -l < out) -eq 4 ]] || oops "$tool --only bar,zzz: $(wc -l < out) records"
    done
    no_oops
}

@test "--stats ends with one line of JSON on standard error" {
    for tool in $(all_filters); do
        v "$tool" --stats in.ndjson > out 2> err || oops "$tool --stats: status $?"
        tail -n 1 err | jq -e 'type == "object" and .in == 5' > /dev/null || oops "$tool --stats says: $(tail -n 1 err)"
        count=$(wc -l < out)
        tail -n 1 err | jq -e ".out == $count" > /dev/null || oops "$tool --stats: out is not $count: $(tail -n 1 err)"
    done
    no_oops
}

@test "an end record is written anew with what was emitted, and only when all went well" {
    end='{"kind":"end","ts":"2019-04-26T20:16:00Z","source":"test","records":5}'
    { cat in.ndjson; echo "$end"; } > sealed.ndjson
    { cat in.ndjson; echo 'not json'; echo "$end"; } > broken.ndjson
    for tool in $(all_filters); do
        v "$tool" sealed.ndjson > out 2> err || oops "$tool: status $? for a sealed stream: $(cat err)"
        n=$(($(wc -l < out) - 1))
        tail -n 1 out | grep -q '^{"kind":"end"' || oops "$tool: the end record is not the last"
        tail -n 1 out | jq -e ".records == $n and (.source == \"test\" or .source == \"$tool\")" > /dev/null ||
            oops "$tool: $(tail -n 1 out) after $n records"
        v "$tool" --only bar,end sealed.ndjson > out 2> err || oops "$tool --only: status $?"
        tail -n 1 out | jq -e '.kind == "end" and .records == 2' > /dev/null ||
            oops "$tool --only bar,end: $(tail -n 1 out) after 2 records"
        v "$tool" broken.ndjson > out 2> err || true
        ! grep -q '"kind":"end"' out || oops "$tool seals a stream of which it lost a record"
    done
    no_oops
}

@test "--to csv and back gives the same records" {
    grep '"kind":"bar"' in.ndjson > bars.ndjson
    for tool in $(all_filters); do
        v "$tool" --to csv --kind bar in.ndjson > out.csv 2> err || oops "$tool --to csv --kind bar: status $?: $(cat err)"
        [[ $(wc -l < out.csv) -eq 3 ]] || oops "$tool --to csv: $(cat out.csv)"
        v "$tool" out.csv > out 2> err || oops "$tool: status $? for its own CSV: $(cat err)"
        jq -cS . out | cmp -s - <(jq -cS . bars.ndjson) || oops "$tool: CSV and back: $(cat out)"
    done
    no_oops
}

@test "a nested kind has no CSV form: 64" {
    for tool in $(all_filters); do
        status=0
        v "$tool" --to csv --kind order in.ndjson > out 2> err || status=$?
        [[ $status -eq 64 ]] || oops "$tool --to csv --kind order: status $status"
    done
    no_oops
}

@test "locale and time zone change no byte" {
    if [[ ! -d $ROOT/build/locale/de_DE.UTF-8 ]]; then
        need localedef
        mkdir -p "$ROOT/build/locale"
        localedef -i de_DE -f UTF-8 "$ROOT/build/locale/de_DE.UTF-8" || skip "no locale sources here"
    fi
    for tool in $(all_filters); do
        v "$tool" in.ndjson > expected 2> err || oops "$tool: status $?: $(cat err)"
        LOCPATH=$ROOT/build/locale LC_ALL=de_DE.UTF-8 TZ=America/New_York v "$tool" in.ndjson > out 2> err || oops "$tool: status $?"
        cmp -s out expected || oops "$tool writes other bytes under de_DE and New York"
    done
    no_oops
}

@test "several files are one stream" {
    head -n 2 in.ndjson > a.ndjson
    sed -n '3,$p' in.ndjson | gzip -c > b.gz
    for tool in $(all_filters); do
        v "$tool" in.ndjson > expected 2> err || oops "$tool: status $?: $(cat err)"
        v "$tool" a.ndjson b.gz > out 2> err || oops "$tool: status $?: $(cat err)"
        cmp -s out expected || oops "$tool: two files are not read as one stream"
        v "$tool" a.ndjson - < b.gz > out 2> err || oops "$tool: status $? with a file and -: $(cat err)"
        cmp -s out expected || oops "$tool: a file and - are not read as one stream"
    done
    no_oops
}

@test "-- ends the options" {
    cp in.ndjson ./--odd-name
    for tool in $(all_filters); do
        v "$tool" in.ndjson > expected 2> err || oops "$tool: status $?: $(cat err)"
        v "$tool" -- --odd-name > out 2> err || oops "$tool -- --odd-name: status $?: $(cat err)"
        cmp -s out expected || oops "$tool -- FILE gives other bytes"
    done
    no_oops
}

@test "VOLPIPE_ISA pins the kernels: the same bytes at every level, a word that is no level is refused" {
    for tool in $(all_filters); do
        VOLPIPE_ISA=mmx v "$tool" in.ndjson > out 2> err && oops "$tool runs with VOLPIPE_ISA=mmx"
        grep -q '"mmx" is none of generic, avx2, avx512' err || oops "$tool: $(cat err)"
    done
    VOLPIPE_ISA=generic v vgreeks in.ndjson > expected 2> err || oops "status $?: $(cat err)"
    for isa in avx2 avx512; do
        status=0
        VOLPIPE_ISA=$isa v vgreeks in.ndjson > out 2> err || status=$?
        ((status != 69)) || continue # this CPU lacks it
        ((status == 0)) || oops "$isa: status $status: $(cat err)"
        cmp -s out expected || oops "$isa gives other bytes than generic"
    done
    no_oops
}
