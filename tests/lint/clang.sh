#!/usr/bin/env bash
# clang finds no warning either.
set -u
cd "$(dirname "$0")/../.." || exit 70
command -v clang > /dev/null || { echo "clang is not installed (make deps-lint)"; exit 77; }

# shellcheck disable=SC2016 # the $ is make's
flags=$(make -s --eval 'print-flags:;@echo $(ALL_CFLAGS)' print-flags)
# shellcheck disable=SC2016 # the $ is the inner shell's
find lib tools tests/unit -name '*.c' -print0 |
    xargs -0 -P "$(nproc)" -n 8 bash -c '
        # shellcheck disable=SC2086
        for file; do clang $0 -Werror -Wno-unknown-warning-option -DVOLPIPE_VERSION=\"0\" \
            -DVOLPIPE_PREFIX=\"/\" -fsyntax-only "$file" || exit 1; done' "$flags" || exit 1
