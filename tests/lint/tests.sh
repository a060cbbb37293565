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
# A header is covered when a test includes it, or a header that is covered does; one that only its own room includes
# is private.
awk '
    /^#include "[a-z]+\/[a-z_0-9]+\.h"/ {
        header = $2
        gsub(/"/, "", header)
        if (FILENAME ~ /^tests/) covered[header] = 1
        else if (FILENAME ~ /^lib/) includes[substr(FILENAME, 5)] = includes[substr(FILENAME, 5)] " " header
        split(FILENAME, path, "/")
        split(header, part, "/")
        if (FILENAME !~ /^tests/ && path[2] != part[1]) public[header] = 1
    }
    END {
        do {
            more = 0
            for (h in covered) {
                n = split(includes[h], list, " ")
                for (i = 1; i <= n; i++) if (!(list[i] in covered)) covered[list[i]] = more = 1
            }
        } while (more)
        for (h in public) if (!(h in covered)) { print "lib/" h ": no unit test includes it"; bad = 1 }
        exit bad
    }' lib/*/*.[ch] tools/*.[ch] tests/unit/*.[ch] tests/fuzz/*.[ch] || bad=1
exit $bad
