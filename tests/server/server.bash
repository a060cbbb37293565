# For bats files that need a vendor: `load ../server/server`, then server_start in setup_file and server_stop in
# teardown_file. serve.py says what the addresses mean.

# server_start [--certificates]: PORTS of the listeners by name in $SERVER_DIR/ports.
server_start() {
    export SERVER_DIR=$BATS_FILE_TMPDIR/server
    mkdir -p "$SERVER_DIR/pem"
    local tls=()
    if [[ ${1:-} == --certificates ]]; then
        bash "$BATS_TEST_DIRNAME/../server/certificates.sh" "$SERVER_DIR/pem" > "$SERVER_DIR/openssl.log" 2>&1
        tls=(--tls "$SERVER_DIR/pem")
    fi
    python3 "$BATS_TEST_DIRNAME/../server/serve.py" "$SERVER_DIR/ports" "${tls[@]}" \
        > "$SERVER_DIR/serve.log" 2>&1 3>&- &
    echo $! > "$SERVER_DIR/pid"
    for _ in {1..300}; do
        [[ ! -e $SERVER_DIR/ports ]] || return 0
        sleep 0.05
    done
    cat "$SERVER_DIR/serve.log" >&2
    return 1
}

server_stop() {
    kill "$(cat "$SERVER_DIR/pid")"
}

# server_port [NAME]: of the plain listener, or of that of a certificate.
# shellcheck disable=SC2120 # the name is for the TLS tests
server_port() {
    awk -v name="${1:-plain}" '$1 == name {print $2}' "$SERVER_DIR/ports"
}

# server_url FAULT ROUTES: the base address under which tests/server/ROUTES/routes (or the routes file /…) is played.
server_url() {
    # shellcheck disable=SC2119
    echo "http://127.0.0.1:$(server_port)/$1/${2//\//%2F}"
}

# server_log: what was asked so far.
server_log() {
    cat "$SERVER_DIR/ports.log"
}
