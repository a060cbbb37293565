# vfetch SOURCE stream: WebSocket peers on loopback, over TLS with a root of the test's own.

load helper

OPT=BTC-25DEC26-100000-C
TICKER=ticker.$OPT.100ms

setup_file() {
    mkdir -p "$BATS_FILE_TMPDIR/pem"
    bash "$BATS_TEST_DIRNAME/../server/certificates.sh" "$BATS_FILE_TMPDIR/pem" > "$BATS_FILE_TMPDIR/openssl.log" 2>&1
}

setup() {
    PEM=$BATS_FILE_TMPDIR/pem
    unset DERIBIT_CLIENT_ID DERIBIT_CLIENT_SECRET POLYGON_API_KEY
}

teardown() {
    [[ -z ${SERVER_PID:-} ]] || kill "$SERVER_PID" 2> /dev/null || true
}

# tick MS BID [ASK]: a ticker's notification; MS may be @NOW@.
tick() {
    printf '{"jsonrpc":"2.0","method":"subscription","params":{"channel":"%s","data":{"timestamp":%s,"instrument_name":"%s","last_price":0.05,"mark_price":0.0531,"best_bid_price":%s,"best_ask_price":%s,"best_bid_amount":7,"best_ask_amount":4.5,"mark_iv":41.5,"bid_iv":40.25,"ask_iv":42.75,"underlying_price":93500.25,"open_interest":310.1,"greeks":{"delta":0.41,"gamma":1e-05,"rho":80.5,"theta":-30.25,"vega":150.75},"stats":{"volume":12.5}}}}' \
        "$TICKER" "$1" "$OPT" "$2" "${3:-0.06}"
}

# play [--cert NAME] [PROGRAM…] < SCRIPT: start the peer; URL is its address.
play() {
    local cert=good
    if [[ ${1:-} == --cert ]]; then
        cert=$2
        shift 2
    fi
    cat > "$BATS_TEST_TMPDIR/script"
    python3 "$BATS_TEST_DIRNAME/../server/stream.py" "$BATS_TEST_TMPDIR/port" "$BATS_TEST_TMPDIR/script" \
        --pem "$PEM/$cert.pem" > "$BATS_TEST_TMPDIR/peer.log" 2>&1 3>&- &
    SERVER_PID=$!
    wait_for_port
}

# go_on: lines of a script that keep a stream in motion, so that it sees that nobody reads any more.
go_on() {
    for _ in {1..50}; do
        printf 'wait 0.1\nsend %s\n' "$(tick @NOW@ 0.05)"
    done
}

wait_for_port() {
    for _ in {1..300}; do
        [[ ! -e $BATS_TEST_TMPDIR/port ]] || break
        sleep 0.05
    done
    URL=wss://localhost:$(< "$BATS_TEST_TMPDIR/port")
}

# deribit ARG…: the stream of TICKER from the peer.
deribit() {
    vfetch deribit stream "$TICKER" --base-url "$URL/ws/api/v2" --ca "$PEM/ca.crt" "$@"
}

said() {
    cat "$BATS_TEST_TMPDIR/port.log"
}

@test "Deribit: subscribed, acknowledged, ticks as quotes, sealed" {
    play <<END
clock 1780000000000
until public/subscribe
send $(tick 1780000000100 0.05)
send {"jsonrpc":"2.0","method":"subscription","params":{"channel":"deribit_volatility_index.btc_usd","data":{"timestamp":1780000000050,"volatility":42.36,"index_name":"btc_usd"}}}
send $(tick 1780000000200 0.051)
testrequest
serve
END
    run -0 --separate-stderr vfetch deribit stream "$TICKER" deribit_volatility_index.btc_usd --base-url "$URL/ws/api/v2" \
        --ca "$PEM/ca.crt" --for 1s --seal
    assert_equal "$(jq -r '[.kind, .status // .symbol // .records] | @tsv' <<< "$output")" "health	up
quote	$OPT
bar	BTC-DVOL
quote	$OPT
end	4"
    assert_equal "$(sed -n 2p <<< "$output" | sed 's/"received":"[^"]*",//')" \
        '{"kind":"quote","ts":"2026-05-28T20:26:40.100Z","underlying":"BTC","symbol":"BTC-25DEC26-100000-C","root":"BTC","expiration":"2026-12-25","expires":"2026-12-25T08:00:00Z","last_trade":"2026-12-25T08:00:00Z","strike":100000,"option_type":"C","exercise":"E","multiplier":1,"currency":"BTC","inverse":true,"bid":0.05,"ask":0.06,"bid_size":7,"ask_size":4.5,"last":0.05,"mark":0.0531,"volume":12.5,"open_interest":310.1,"underlying_price":93500.25,"vendor_iv":0.415,"vendor_iv_bid":0.4025,"vendor_iv_ask":0.4275,"vendor_delta":0.41,"vendor_gamma":1e-05,"vendor_theta":-30.25,"vendor_vega":150.75,"vendor_rho":80.5,"source":"deribit"}'
    # The index's stamp is older than what was written before it: the stream does not go back.
    assert_equal "$(sed -n 3p <<< "$output" | jq -c '[.ts, .quoted, .close]')" \
        '["2026-05-28T20:26:40.100Z","2026-05-28T20:26:40.050Z",42.36]'
    run -0 said
    assert_line --partial '"method":"public/set_heartbeat","params":{"interval":30}'
    assert_line --partial '"method":"public/test"'
    assert_line 'close 1000'
    refute_output --partial offers # no compression is asked for
}

@test "the stream goes through the rest of the pipe" {
    play <<END
clock 1780000000000
until public/subscribe
send $(tick 1780000000100 0.05)
serve
END
    run -0 --separate-stderr bash -c "vfetch deribit stream $TICKER --base-url $URL/ --ca $PEM/ca.crt --for 1s --seal | vclean | vgreeks"
    assert_equal "$(jq -rs 'map(.kind) | join(" ")' <<< "$output")" 'health quote forward end'
    assert_equal "$(jq -r 'select(.kind == "quote") | .iv_status' <<< "$output")" ok
}

@test "frames: fragments with pings between them, byte by byte, pings answered" {
    play <<END
clock 1780000000000
until public/subscribe
fragments 20 $(tick 1780000000100 0.051)
bytes $(tick 1780000000200 0.052)
ping are you there
send $(tick 1780000000300 0.053)
serve
END
    run -0 --separate-stderr deribit --for 1500ms
    assert_equal "$(jq -rs 'map(select(.kind == "quote").bid) | join(" ")' <<< "$output")" '0.051 0.052 0.053'
    run -0 said
    assert_line 'pong between'
    assert_line 'pong are you there'
}

@test "what breaks a connection is said, and another one is made" {
    play <<END
until public/subscribe
connection
send $(tick @NOW@ 0.051)
partial 100 $(tick @NOW@ 0.059)
cut
connection
frame 1 1 4 compressed
serve
connection
frame 2 1 0 binary
serve
connection
close 4004 moved
connection
send $(tick @NOW@ 0.052)
$(go_on)
END
    run -0 --separate-stderr bash -c "vfetch deribit stream $TICKER --base-url $URL/ --ca $PEM/ca.crt --timeout 20 | head -11"
    assert_equal "$(jq -r 'select(.kind != "quote") | .status + ": " + (.message | sub("after .*"; "after"))' <<< "$output")" \
        "up: 1 channels
gap: connection lost: the connection was cut (1006)
reconnected: 1 channels, after
gap: connection lost: a frame that breaks the protocol (1002)
reconnected: 1 channels, after
gap: connection lost: a binary message where text was due (1003)
reconnected: 1 channels, after
gap: connection lost: moved (4004)
reconnected: 1 channels, after"
    assert_equal "$(jq -rs 'map(select(.kind == "quote").bid) | join(" ")' <<< "$output")" '0.051 0.052'
    assert_equal "$(jq -rs '[.[].ts] | . == sort' <<< "$output")" true
    [[ $stderr == *"deribit: moved (4004)"* ]]
    run -0 said
    assert_line 'close 1003 a binary message where text was due'
}

@test "a certificate that does not hold is refused at once, whatever is wrong with it" {
    local cert words
    for cert in expired:expired wronghost:mismatch unknown:issuer selfsigned:self-signed; do
        words=${cert#*:}
        cert=${cert%:*}
        rm -f "$BATS_TEST_TMPDIR/port"
        play --cert "$cert" <<< 'until public/subscribe'
        run -76 --separate-stderr deribit --timeout 10
        [[ -z $output && $stderr == *certificate:*$words* ]] || oops "$cert: $output $stderr"
        kill "$SERVER_PID"
    done
    no_oops
}

@test "without --ca the test's root is not trusted" {
    play <<< 'until public/subscribe'
    run -76 --separate-stderr vfetch deribit stream "$TICKER" --base-url "$URL/" --timeout 10
    [[ -z $output && $stderr == *certificate* ]]
}

@test "no WebSocket: redirects, refusals, errors" {
    local case
    for case in 301:76 403:77 404:76 401:77; do
        rm -f "$BATS_TEST_TMPDIR/port"
        play <<< "deny ${case%:*}"
        run "-${case#*:}" --separate-stderr deribit --timeout 10
        [[ -z $output && $stderr == *"HTTP status ${case%:*}"* ]] || oops "$case: $output $stderr"
        kill "$SERVER_PID"
    done
    no_oops
    rm -f "$BATS_TEST_TMPDIR/port"
    play <<< 'deny 503'
    run -69 --separate-stderr deribit --timeout 2
    [[ -z $output && $stderr == *"HTTP status 503"* ]]
}

@test "nobody there: given up after --timeout" {
    run -69 --separate-stderr vfetch deribit stream "$TICKER" --base-url wss://localhost:1/ --timeout 1
    [[ -z $output && $stderr == *"vfetch: deribit: "* ]]
}

@test "no answer to the subscription: given up after --timeout" {
    play <<< 'wait 30'
    run -69 --separate-stderr deribit --timeout 1
    [[ -z $output && $stderr == *"no answer within 1 s"* ]]
}

@test "a channel that is not there, a key that is refused" {
    play <<END
lacks $TICKER
until public/subscribe
serve
END
    run -66 --separate-stderr deribit --timeout 10
    [[ -z $output && $stderr == *"deribit does not have the channel $TICKER"* ]]
    kill "$SERVER_PID"
    rm -f "$BATS_TEST_TMPDIR/port"
    play <<END
refuse public/auth 13004 invalid_credentials
serve
END
    DERIBIT_CLIENT_ID=someone DERIBIT_CLIENT_SECRET=s3cr3t-of-mine run -77 --separate-stderr deribit --timeout 10
    [[ -z $output && $stderr == *"invalid_credentials (13004)"* && $stderr != *s3cr3t* ]]
    run -0 said
    assert_line --partial '"client_id":"someone","client_secret":"s3cr3t-of-mine"'
}

@test "usage: channels, raw ones without a key, lengths, plain ws:// beyond this machine" {
    local case
    for case in "64 trades.BTC-PERPETUAL.100ms" "64 ticker.X" "77 ticker.$OPT.raw" "64 $TICKER --snap 1" "64 $TICKER --stale 0s" \
        "64 $TICKER --base-url ws://www.deribit.com/" "64 $TICKER --base-url https://localhost/" 64; do
        # shellcheck disable=SC2086 # words
        run --separate-stderr vfetch deribit stream ${case#* } --timeout 2
        [[ $status == "${case%% *}" && -z $output && -n $stderr ]] || [[ $case == 64 && $status == 64 ]] || oops "$case: $status $stderr"
    done
    no_oops
}

@test "stale: said once, and that it is over" {
    play <<END
clock 1780000000000
until public/subscribe
send $(tick 1780000000100 0.05)
wait 1.5
send $(tick 1780000001600 0.05)
serve
END
    run -0 --separate-stderr deribit --for 2s --stale 500ms
    assert_equal "$(jq -rs '[.[].status // .[].kind] | .[0:5] | join(" ")' <<< "$(jq -c '{status: (.status // .kind)}' <<< "$output")")" \
        'up quote stale up quote'
}

@test "malformed messages are counted and shown, the rest is done" {
    play <<END
clock 1780000000000
until public/subscribe
send {"jsonrpc":"2.0","method":"subscription","params":{"channel":"$TICKER","data":{"timestamp":1780000000100}}}
send {"jsonrpc":
send $(tick 1780000000200 0.052)
serve
END
    run -65 --separate-stderr deribit --for 1s
    assert_equal "$(jq -rs 'map(select(.kind == "quote").bid) | join(" ")' <<< "$output")" 0.052
    [[ $stderr == *"vfetch: deribit: data.last_price: it is not there"* ]]
    [[ $stderr == *"vfetch: deribit: expected"* ]]
}

@test "--snap: whole chains at full seconds of the venue's clock" {
    play <<END
clock 1780000000000
until public/subscribe
send $(tick 1780000000100 0.05)
send $(tick 1780000000300 0.051)
wait 1.2
send $(tick 1780000001500 0.052)
serve
END
    run -0 --separate-stderr deribit --for 2500ms --snap 1s
    assert_equal "$(jq -r '[.kind, .ts[11:], .status // .bid // .quotes, .quoted[17:23] // empty] | @tsv' <<< "$(sed 1d <<< "$output")")" \
        "quote	20:26:41Z	0.051	40.300
snap	20:26:41Z	1
quote	20:26:42Z	0.052	41.500
snap	20:26:42Z	1"
}

@test "a recording is told again byte for byte, without a network and without keys" {
    play <<END
until public/subscribe
connection
send $(tick @NOW@ 0.051)
wait 0.3
cut
connection
send $(tick @NOW@ 0.052)
wait 0.4
send $(tick @NOW@ 0.053)
send {"jsonrpc":"2.0"}
serve
END
    local snap
    run -65 --separate-stderr deribit --for 2s --stale 200ms --record "$BATS_TEST_TMPDIR/tape"
    jq -c . <<< "$output" > "$BATS_TEST_TMPDIR/live"
    run -65 --separate-stderr vfetch deribit stream "$TICKER" --stale 200ms --replay "$BATS_TEST_TMPDIR/tape"
    assert_equal "$output" "$(< "$BATS_TEST_TMPDIR/live")"
    [[ $(grep -c '"kind":"quote"' <<< "$output") == 3 && $output == *'"reconnected"'* && $output == *'"stale"'* ]]
    run -0 --separate-stderr bash -c "vfetch deribit stream $TICKER --snap 100ms --replay '$BATS_TEST_TMPDIR/tape' -q || [[ \$? == 65 ]]"
    [[ $(grep -c '"kind":"snap"' <<< "$output") -ge 2 ]]
    run -66 vfetch polygon stream Q.O:SPY261218P00560000 --replay "$BATS_TEST_TMPDIR/tape"
}

@test "Polygon: greeting, key, subscriptions, events; the key is nowhere" {
    play <<END
send [{"ev":"status","status":"connected","message":"Connected Successfully"}]
until subscribe
send [{"ev":"Q","sym":"O:SPY261218P00560000","bx":302,"ax":313,"bp":4.1,"ap":4.14,"bs":12,"as":30,"t":1780000000250,"q":44}]
send [{"ev":"A","sym":"O:SPY261218P00560000","v":3,"o":4.1,"h":4.2,"l":4,"c":4.15,"s":1780000000000,"e":1780000001000}]
serve
END
    POLYGON_API_KEY=k3y-of-mine run -0 --separate-stderr vfetch polygon stream Q.O:SPY261218P00560000 'A.O:*' \
        --base-url "$URL/options" --ca "$PEM/ca.crt" --for 1s --record "$BATS_TEST_TMPDIR/tape"
    assert_equal "$(jq -c '[.kind, .ts, .status // .symbol, .bid // .close // .message]' <<< "$output")" \
        '["health","2026-05-28T20:26:40.250Z","up","2 channels"]
["quote","2026-05-28T20:26:40.250Z","SPY261218P00560000",4.1]
["bar","2026-05-28T20:26:41Z","SPY261218P00560000",4.15]'
    [[ $output$stderr$(cat "$BATS_TEST_TMPDIR"/tape/*) != *k3y-of-mine* ]]
    run -0 said
    assert_line '{"action":"auth","params":"k3y-of-mine"}'
    assert_line '{"action":"subscribe","params":"Q.O:SPY261218P00560000,A.O:*"}'
    run -77 --separate-stderr vfetch polygon stream Q.O:SPY261218P00560000 --base-url "$URL/"
    [[ $stderr == *POLYGON_API_KEY* ]]
}

@test "a fast peer: nothing is lost" {
    play <<END
until public/subscribe
flood 30000 $(tick 1780000000100 '0.05' | sed 's/310.1/@I@/')
$(go_on)
END
    run -0 --separate-stderr bash -c "vfetch deribit stream $TICKER --base-url $URL/ --ca $PEM/ca.crt --only quote |
        head -30000 | jq -r .open_interest | awk '\$1 != NR - 1 {exit 1} END {print NR}'"
    assert_output 30000
}

@test "a slow reader holds the peer back: nothing is lost, nothing is piled up" {
    play <<END
until public/subscribe
flood 20000 $(tick 1780000000100 '0.05' | sed 's/310.1/@I@/')
$(go_on)
END
    run -0 --separate-stderr bash -c "vfetch deribit stream $TICKER --base-url $URL/ --ca $PEM/ca.crt --only quote |
        { sleep 1; head -20000; } | jq -r .open_interest | awk '\$1 != NR - 1 {exit 1} END {print NR}'"
    assert_output 20000
}

@test "SIGTERM: the record in hand is finished, the peer told" {
    play <<END
until public/subscribe
send $(tick @NOW@ 0.05)
serve
END
    vfetch deribit stream "$TICKER" --base-url "$URL/ws/api/v2" --ca "$PEM/ca.crt" > "$BATS_TEST_TMPDIR/out" 3>&- &
    local pid=$!
    for _ in {1..200}; do
        [[ ! -s $BATS_TEST_TMPDIR/out || $(wc -l < "$BATS_TEST_TMPDIR/out") -lt 2 ]] || break
        sleep 0.05
    done
    kill "$pid"
    run wait "$pid"
    [[ $(jq -rs 'map(.kind) | join(" ")' "$BATS_TEST_TMPDIR/out") == "health quote" ]]
    sleep 0.2
    run -0 said
    assert_line 'close 1000'
}

@test "a peer that others wrote: python3-websockets" {
    /usr/bin/python3 -c 'import websockets' 2> /dev/null || skip "python3-websockets is not installed"
    cat > "$BATS_TEST_TMPDIR/peer.py" <<'END'
import asyncio, json, os, ssl, sys, websockets
port_file, pem, tick = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(pem)
log = open(port_file + ".log", "w")

async def vendor(ws):
    print("extensions", len(ws.extensions), file=log, flush=True)
    async for text in ws:
        request = json.loads(text)
        result = request["params"].get("channels", "ok")
        await ws.send(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}))
        if request["method"] == "public/subscribe":
            await ws.send(tick)
            await ws.send([tick[i:i + 7] for i in range(0, len(tick), 7)])
            await (await ws.ping())
            print("pong", file=log, flush=True)
            await ws.close(1001, "going away")
            return

async def main():
    async with websockets.serve(vendor, "127.0.0.1", 0, ssl=context) as server:
        with open(port_file + ".new", "w") as f:
            f.write(str(server.sockets[0].getsockname()[1]))
        os.rename(port_file + ".new", port_file)
        await asyncio.Future()

asyncio.run(main())
END
    /usr/bin/python3 "$BATS_TEST_TMPDIR/peer.py" "$BATS_TEST_TMPDIR/port" "$PEM/good.pem" "$(tick 1780000000100 0.05)" \
        > "$BATS_TEST_TMPDIR/peer.log" 2>&1 3>&- &
    SERVER_PID=$!
    wait_for_port
    run -0 --separate-stderr bash -c "vfetch deribit stream $TICKER --base-url $URL/ --ca $PEM/ca.crt --for 10s -q | head -4"
    assert_equal "$(jq -rs 'map(.status // .kind) | join(" ")' <<< "$output")" 'up quote quote gap'
    [[ $output == *'connection lost: going away (1001)'* ]]
    run -0 said
    assert_line 'extensions 0'
    assert_line pong
}
