# Every source against every fault: vfetch ends in time, with the status and the words of the table (tests/server/faults),
# and not one record leaves (reliability N1, X1).

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

@test "faults by sources: in time, classified, named, no partial record, no key" {
    local status=0
    python3 "$ROOT/tests/server/table.py" "$(server_port)" 3 > table || status=$?
    tail -n 1 table | sed 's/^/# /' >&3
    [[ $status -eq 0 ]] || { cat table; false; }
}

@test "the same sources, left alone: records, status 0" {
    while IFS='|' read -r routes variables args; do
        # shellcheck disable=SC2086 # words
        env $variables vfetch $args --base-url "$(server_url good "$routes")" > out || oops "$args: status $?"
        [[ -s out ]] || oops "$args: no records"
        [[ $(jq -r '.source // "none"' out | sort -u) == "${args%% *}" ]] || oops "$args: source"
        [[ $(grep -vE '"kind":"(snap|end)"' out | grep -vc '"received":"2') -eq 0 ]] || oops "$args: no receive time"
    done < <(grep -v '^#' "$ROOT/tests/server/adapters" | sed -E 's/ *\| */|/g')
    no_oops
}
