#!/usr/bin/env bash
# run.sh SECONDS [RUNNER…]: every fuzzer over its corpus; with SECONDS > 0 it then looks for new faults for so long
# each, with clang's libFuzzer where there is one, else with the plain mutator of fuzz.h. RUNNER (valgrind …) is put
# before the plain build of the fuzzers; without it they are those of the sanitizer build.
set -u
cd "$(dirname "$0")/../.." || exit 70
seconds=${1:-0}
shift
runner=("$@")
bin=build/san/fuzz
[[ $# -eq 0 ]] || bin=build/fuzz
status=0
shopt -s nullglob
fuzzers=(tests/fuzz/fuzz_*.c)

libfuzzer() { # SOURCE OUT
    clang -std=c11 -D_POSIX_C_SOURCE=200809L -Ilib -Itests/fuzz -g -O1 -ffp-contract=off -DVOL_LIBFUZZER \
        -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -o "$2" "$1" lib/*/*.c -Wl,-z,muldefs \
        -lcsv -ljansson -lz -lzstd -lsqlite3 -lcurl -lcrypto -lgsl -lgslcblas -lglpk -lm
}

for source in "${fuzzers[@]}"; do
    name=$(basename "$source" .c)
    corpus=tests/fuzz/corpus/${name#fuzz_}
    files=("$corpus"/*)
    echo "$name: ${#files[@]} files of the corpus"
    "${runner[@]}" "$bin/$name" 0 "${files[@]}" || status=1
    [[ $seconds -gt 0 ]] || continue
    mkdir -p build/fuzz/new/"$name"
    if command -v clang > /dev/null && libfuzzer "$source" "build/fuzz/$name.lf" 2> build/fuzz/"$name".log; then
        build/fuzz/"$name".lf -max_total_time="$seconds" -max_len=2048 -print_final_stats=1 \
            -artifact_prefix=build/fuzz/new/"$name". build/fuzz/new/"$name" "$corpus" 2>&1 |
            grep -E 'ERROR|failed|Test unit|number_of_executed|average_exec' || true
        [[ ${PIPESTATUS[0]} -eq 0 ]] || status=1
    else
        build/san/fuzz/"$name" "$seconds" "${files[@]}" || status=1
    fi
done
exit $status
