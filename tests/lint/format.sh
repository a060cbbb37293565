#!/usr/bin/env bash
# clang-format has nothing to change.
set -u
cd "$(dirname "$0")/../.." || exit 70
command -v clang-format > /dev/null || { echo "clang-format is not installed (make deps-lint)"; exit 77; }

mapfile -t files < <(git ls-files --cached --others --exclude-standard |
    grep -E '^(lib|tools|mk|tests)/.*\.[ch]$' | grep -v -e '_table\.h$')
clang-format --dry-run -Werror "${files[@]}" 2>&1 | grep 'error:' | cut -d: -f1 | sort | uniq -c |
    awk '{print $2 ": clang-format would change " $1 " places"; bad = 1} END {exit bad}'
