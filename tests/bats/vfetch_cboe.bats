# vfetch cboe against a server on loopback that plays answers in the vendor's shape. What each field becomes is in
# tests/unit/test_source_cboe.c; here it is what is asked, and that a file and the same file over HTTP are one.

load helper
load ../server/server

setup_file() {
    server_start
}

teardown_file() {
    server_stop
}

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
}

# cboe WHAT …: its records in out; what was asked in asked.
cboe() {
    local before
    before=$(server_log | wc -l)
    run --separate-stderr vfetch cboe "$@" --base-url "$(server_url good cboe)" --rate 1000
    printf '%s\n' "$output" > out
    server_log | tail -n +$((before + 1)) | sed 's/.*good//' > asked
}

@test "a chain: SPX and SPXW in one file, each with its settlement; the instant is New York's of the newest trade" {
    cboe chain SPX ^SPX SPX
    [[ $status -eq 0 && -z $stderr && $(cat asked) == /api/global/delayed_quotes/options/_SPX.json ]]
    jq -r '[.kind, .ts, .root // "-", .expires // "-", .strike // "-", .bid // "-", .vendor_iv // "-"] | @tsv' out > table
    diff table - <<< 'quote	2026-11-20T20:30:50Z	SPX	2026-12-18T14:30:00Z	5500	60.9	0.1842
quote	2026-11-20T20:30:50Z	SPX	2026-12-18T14:30:00Z	5700	112.1	0.1463
quote	2026-11-20T20:30:50Z	SPXW	2026-12-18T21:00:00Z	1000	0	-
quote	2026-11-20T20:30:50Z	SPXW	2026-12-18T21:00:00Z	5500	61.2	0.1838
quote	2026-11-20T20:30:50Z	SPXW	2026-12-18T21:00:00Z	5700	112.9	0.146
quote	2026-11-20T20:30:50Z	SPXW	2026-12-18T21:00:00Z	9000	-	-
quote	2026-11-20T20:30:50Z	SPXW	2027-01-15T21:00:00Z	5725.5	201	-
snap	2026-11-20T20:30:50Z	-	-	-	-	-'
    # a share has no mark in its address, and the vendor says 403 to what it does not have
    cboe chain NOSUCH
    [[ $status -eq 77 && $(cat asked) == /api/global/delayed_quotes/options/NOSUCH.json && -z $output ]]
    [[ $stderr == *'HTTP status 403: no such symbol, or this machine is kept out' ]]
    cboe chain ../../etc
    [[ $status -eq 64 && ! -s asked ]]
}

@test "an index's history over HTTP is what vfetch file makes of the same file" {
    cboe index VIX VVIX
    [[ $status -eq 0 && $(sort asked) == '/api/global/us_indices/daily_prices/VIX_History.csv
/api/global/us_indices/daily_prices/VVIX_History.csv' ]]
    files=("$ROOT"/tests/data/sources/cboe/{VIX,VVIX}_History.csv)
    diff <(jq -c 'del(.source, .received)' out) <(vfetch file "${files[@]}" | jq -c 'del(.source)')
    cboe index VIX --since 2025-11-28 --until 2025-11-28
    [[ $status -eq 0 && $(jq -r '[.ts, .close] | @tsv' out) == '2025-11-28T18:15:00Z	17.21' ]]
    need_data history/VIX9D_History.csv.gz
    mkdir -p web
    zcat "$DATA/history/VIX9D_History.csv.gz" > web/VIX9D_History.csv
    printf 'VIX9D_History\tweb/VIX9D_History.csv\n' > routes
    vfetch cboe index VIX9D --base-url "$(server_url good "$PWD/routes")" | jq -c 'del(.source, .received)' > http
    [[ $(wc -l < http) -gt 3500 ]]
    vfetch file web/VIX9D_History.csv | jq -c 'del(.source)' | cmp - http
}

@test "settlements of VIX futures, a trading day a question; another day's file under this day's name is refused" {
    cboe futures --since 2026-11-18 --until 2026-11-22
    [[ $status -eq 0 ]]
    [[ $(sed 's/.*dt=//' asked | sort | tr '\n' ' ') == '2026-11-18 2026-11-19 2026-11-20 ' ]] || { cat asked; false; }
    [[ $(jq -r '[.ts, .symbol, .expiration, .close] | @tsv' out) == '2026-11-19T21:15:00Z	VX47/X6	2026-11-25	17.405
2026-11-19T21:15:00Z	VX/Z6	2026-12-16	18.175
2026-11-19T21:15:00Z	VX/F7	2027-01-20	19.02
2026-11-20T21:15:00Z	VX47/X6	2026-11-25	17.215
2026-11-20T21:15:00Z	VX/Z6	2026-12-16	18.025
2026-11-20T21:15:00Z	VX/F7	2027-01-20	18.91' ]] || { cat out; false; }
    cboe futures VXM --since 2026-11-20 --until 2026-11-20
    [[ $status -eq 0 && $(jq -r '.symbol' out) == VXM/Z6 ]]
    # what is older than the vendor's window is answered with the settlements of now
    cboe futures --since 2013-05-15 --until 2013-05-15
    [[ $status -eq 76 && -z $output && $stderr == *"settlement/csv/?dt=2013-05-15: no VX of 2013-05-22: these are another day's settlements" ]]
    # without a range: the last trading day before today, alone
    cboe futures
    [[ $(wc -l < asked) -eq 1 ]]
}
