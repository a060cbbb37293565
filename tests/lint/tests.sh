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
# What the tests include, and what those headers include in their turn.
covered=$(sed -n 's/^#include "\([a-z]*\/[a-z_0-9]*\.h\)".*/\1/p' tests/unit/*.[ch] tests/fuzz/*.[ch] | sort -u)
for _ in 1 2 3; do
    covered=$({
        echo "$covered"
        for module in $covered; do
            [[ ! -e lib/$module ]] || sed -n 's/^#include "\([a-z]*\/[a-z_0-9]*\.h\)".*/\1/p' "lib/$module"
        done
    } | sort -u)
done
for header in lib/*/*.h; do
    module=${header#lib/}
    room=${module%%/*}
    # Only its own room knows it: private.
    grep -rlF "\"$module\"" lib tools --include='*.[ch]' | grep -qv "^lib/$room/" || continue
    grep -qxF "$module" <<< "$covered" || {
        echo "$header: no unit test includes it"
        bad=1
    }
done
exit $bad
