# Loaded by every bats file: `load helper`.
#
# VOLPIPE_BIN names another directory of tools (make test runs the contract suite on the sanitizer build too).

bats_require_minimum_version 1.5.0
export BATS_LIB_PATH=${BATS_LIB_PATH:-}:/usr/lib/bats:/usr/share/bats
bats_load_library bats-support
bats_load_library bats-assert

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
BIN=$(realpath -m "${VOLPIPE_BIN:-$ROOT/build/bin}")
export ROOT BIN
# tools/template.c, the beginning of every new tool, is held to the contract too.
TEMPLATE=$(dirname "$BIN")/template
export PATH=$BIN:$TEMPLATE:$PATH
# Nothing of the caller's reaches a tool: state, share files and locale are the test's own.
export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state VOLPIPE_SHARE=$ROOT/share LC_ALL=C TZ=UTC
unset VOLPIPE_ISA NO_COLOR

# Real data beside the checkout; tests that need it call need_data.
DATA=${VOLPIPE_DATA:-}
if [[ -z $DATA ]]; then
    for dir in "$ROOT/../shared/data" "$ROOT/../../shared/data"; do
        if [[ -d $dir ]]; then
            DATA=$(cd "$dir" && pwd)
            break
        fi
    done
fi
export DATA

# need_data PATH: skip unless shared/data has it.
need_data() {
    [[ -n $DATA && -e $DATA/$1 ]] || skip "shared/data/$1 is not here"
}

# need COMMAND: skip unless the command is installed.
need() {
    command -v "$1" > /dev/null || skip "$1 is not installed"
}

# All tools of the build, by name.
all_tools() {
    local path
    for path in "$BIN"/v* "$TEMPLATE"/v*; do
        [[ ! -x $path ]] || printf '%s\n' "${path##*/}"
    done
}

# Tools that read a record stream and write one; the others take their input in their own way.
all_filters() {
    all_tools | grep -vx -e vfetch -e vstore
}

# v TOOL ARG…: run TOOL with the subcommand and the options without which it does nothing, then ARGs; behind the words
# of VOLPIPE_WRAP (valgrind …) when that is set.
v() {
    local tool=$1 before=()
    shift
    case $tool in
    vfetch) before=(file) ;;
    vorder) before=(send --venue paper --journal "$(mktemp -u "${BATS_TEST_TMPDIR:?}/journal.XXXXXXXX")") ;;
    vstrat) before=(--strategy short_strangle) ;;
    valert) before=(--no-state) ;;
    vforecast) before=(--at 1970-01-01) ;; # bars leave alone: forecasts would follow each
    esac
    # shellcheck disable=SC2086 # words
    ${VOLPIPE_WRAP:-} "$tool" "${before[@]}" "$@"
}

# Loops over tools collect what went wrong and fail once, with every tool named.
oops() {
    OOPS+="$*"$'\n'
}
no_oops() {
    [[ -z ${OOPS:-} ]] || fail "$OOPS"
}
