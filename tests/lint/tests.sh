#!/usr/bin/env bash
# Every tool has a bats file, and every module of lib/ that has a header has a unit test or is named in another one.
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
    grep -qF "\"$module\"" tests/unit/*.c tests/fuzz/*.c 2> /dev/null || {
        echo "$header: no unit test includes it"
        bad=1
    }
done
exit $bad
