#!/usr/bin/env bash
# run.sh [SUITE…]: unit, bats, lint, san, fuzz and valgrind; without arguments all but valgrind.
#
# Every unit program, bats test and lint counts as one. The closing line is "volpipe: N passed, M failed", with
# ", K skipped" behind it when there were any; the status is 1 on any failure, or when nothing ran.
set -u
cd "$(dirname "$0")/.." || exit 70

out=build/test
jobs=$(nproc 2> /dev/null || echo 2)
suites=("$@")
[[ $# -gt 0 ]] || suites=(unit bats lint san fuzz)
passed=0 failed=0 skipped=0
rm -rf "$out"
mkdir -p "$out" "$out/tmp"
export TMPDIR=$PWD/$out/tmp

report() { # STATUS NAME LOG
    case $1 in
    0) passed=$((passed + 1)) ;;
    77)
        skipped=$((skipped + 1))
        echo "skipped $2: $(tail -n 1 "$3")"
        ;;
    *)
        failed=$((failed + 1))
        echo "FAILED $2 (status $1)"
        sed 's/^/    /' "$3" | tail -n 60
        ;;
    esac
}

# Programs, $jobs at a time: PREFIX is put before each path (valgrind …), LABEL before each name.
programs() { # LABEL PREFIX PROGRAM…
    local label=$1 prefix=$2 program name
    shift 2
    # A locale with a decimal comma, where the system can make one: numbers must not follow it.
    if [[ ! -d build/locale/de_DE.UTF-8 ]] && command -v localedef > /dev/null; then
        mkdir -p build/locale
        localedef -i de_DE -f UTF-8 build/locale/de_DE.UTF-8 2> /dev/null
    fi
    mkdir -p "$out/$label"
    # shellcheck disable=SC2016
    printf '%s\n' "$@" | LOCPATH=$PWD/build/locale xargs -P "$jobs" -I{} bash -c '
        name=$(basename "$1")
        timeout 600 $3 "$1" > "$2/$name.log" 2>&1
        echo $? > "$2/$name.status"' _ {} "$out/$label" "$prefix"
    for program; do
        name=$(basename "$program")
        report "$(cat "$out/$label/$name.status")" "$label/$name" "$out/$label/$name.log"
    done
    echo "$label: $# programs"
}

# Bats files, $jobs at a time; the TAP of each is kept in build/test/bats.
bats_files() { # LABEL BIN FILE…
    local label=$1 bin=$2 file name n_ok n_bad n_skip
    shift 2
    mkdir -p "$out/$label"
    # shellcheck disable=SC2016
    printf '%s\n' "$@" | VOLPIPE_BIN=$bin xargs -P "$jobs" -I{} bash -c '
        name=$(basename "$1" .bats)
        timeout 900 bats --tap "$1" > "$2/$name.tap" 2>&1 < /dev/null
        echo $? > "$2/$name.status"' _ {} "$out/$label"
    for file; do
        name=$(basename "$file" .bats)
        n_skip=$(grep -c '^ok .* # skip' "$out/$label/$name.tap")
        n_ok=$(($(grep -c '^ok ' "$out/$label/$name.tap") - n_skip))
        n_bad=$(grep -c '^not ok ' "$out/$label/$name.tap")
        # A file that does not parse, or was stopped by the time limit, has no "not ok" of its own.
        [[ $(cat "$out/$label/$name.status") -eq 0 || $n_bad -gt 0 ]] || n_bad=1
        passed=$((passed + n_ok)) failed=$((failed + n_bad)) skipped=$((skipped + n_skip))
        printf '%s/%-24s %3d ok' "$label" "$name" "$n_ok"
        [[ $n_skip -eq 0 ]] || printf ', %d skipped' "$n_skip"
        [[ $n_bad -eq 0 ]] || printf ', %d FAILED' "$n_bad"
        echo
        [[ $n_bad -eq 0 ]] || awk '/^not ok /{show = 1} /^ok /{show = 0} show || !/^(ok|#|1\.\.)/' \
            "$out/$label/$name.tap" | head -n 200 | sed 's/^/    /'
    done
}

lints() {
    local lint status
    mkdir -p "$out/lint"
    for lint in tests/lint/*.sh; do
        bash "$lint" > "$out/lint/$(basename "$lint").log" 2>&1
        status=$?
        report "$status" "lint/$(basename "$lint" .sh)" "$out/lint/$(basename "$lint").log"
    done
    echo "lint: $(find tests/lint -name '*.sh' | wc -l) checks"
}

before=$(git status --porcelain 2> /dev/null)
shopt -s nullglob
for suite in "${suites[@]}"; do
    case $suite in
    unit) programs unit "" build/unit/test_* ;;
    bats) bats_files bats "$PWD/build/bin" tests/bats/*.bats ;;
    lint) lints ;;
    san)
        export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
        export LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0
        programs san/unit "" build/san/unit/test_*
        bats_files san "$PWD/build/san/bin" tests/bats/{contract,records}.bats
        ;;
    fuzz)
        bash tests/fuzz/run.sh 0 > "$out/fuzz.log" 2>&1
        report $? "fuzz corpus" "$out/fuzz.log"
        ;;
    valgrind)
        export VALGRIND_OPTS="--suppressions=$PWD/tests/valgrind.supp"
        programs valgrind "valgrind -q --error-exitcode=99 --leak-check=full" build/unit/test_*
        bash tests/valgrind.sh > "$out/valgrind.log" 2>&1
        report $? "valgrind tools" "$out/valgrind.log"
        bash tests/fuzz/run.sh 0 valgrind -q --error-exitcode=99 --leak-check=full > "$out/valgrind-fuzz.log" 2>&1
        report $? "valgrind fuzz corpus" "$out/valgrind-fuzz.log"
        ;;
    *.bats) bats_files bats "$PWD/build/bin" "$suite" ;;
    *)
        echo "run.sh: no such suite: $suite (unit, bats, lint, san, fuzz, valgrind, or a .bats file)" >&2
        exit 64
        ;;
    esac
done
# A test that leaves something behind in the checkout is at fault itself.
if [[ $(git status --porcelain 2> /dev/null) != "$before" ]]; then
    failed=$((failed + 1))
    echo "FAILED: the tests changed the work tree:"
    git status --porcelain
fi

closing="volpipe: $passed passed, $failed failed"
[[ $skipped -eq 0 ]] || closing="$closing, $skipped skipped"
echo "$closing"
[[ $failed -eq 0 && $passed -gt 0 ]]
