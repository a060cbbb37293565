#!/usr/bin/env bash
# Runs shellcheck over every script, the bats files among them; the scripts for sh are also read by dash.
set -u
cd "$(dirname "$0")/../.." || exit 70
command -v shellcheck > /dev/null || { echo "shellcheck is not installed"; exit 77; }

bad=0
mapfile -t scripts < <(git ls-files --cached --others --exclude-standard | grep -E '\.(sh|bash)$|^\.ci/run$')
shellcheck -x "${scripts[@]}" || bad=1
# In a bats file, `run` and the variables that it sets are used from afar.
mapfile -t bats < <(git ls-files --cached --others --exclude-standard | grep '\.bats$')
if [[ ${#bats[@]} -gt 0 ]]; then
    shellcheck -S warning -e SC2030,SC2031,SC2154,SC2164,SC2034,SC2046,SC2069,SC2238 "${bats[@]}" || bad=1
fi
for script in "${scripts[@]}"; do
    [[ $(head -n 1 "$script") != '#!/bin/sh' ]] || sh -n "$script" || bad=1
done
exit $bad
