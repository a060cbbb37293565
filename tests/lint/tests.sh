#!/usr/bin/env bash
# Every tool has a bats file, and every header of lib/ that another room or a tool includes is included by a unit test
# or a fuzzer.
set -u
cd "$(dirname "$0")/../.." || exit 70

bad=0
shopt -s nullglob
for tool in tools/v*.c; do
    name=$(basename "$tool" .c)
    [[ -e tests/bats/$name.bats ]] || { echo "$name has no tests/bats/$name.bats"; bad=1; }
done
for header in lib/*/*.h; do
    module=${header#lib/}
    room=${module%%/*}
    # Only its own room knows it: private.
    grep -rlF "\"$module\"" lib tools --include='*.[ch]' | grep -qv "^lib/$room/" || continue
    grep -qF "\"$module\"" tests/unit/*.c tests/fuzz/*.c 2> /dev/null || {
        echo "$header: no unit test includes it"
        bad=1
    }
done
exit $bad
