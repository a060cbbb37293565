# What the documents say to type is typed: the EXAMPLES of every man page, the ```sh blocks of README.md and of
# examples/one-liners.md. Each block is one script, run where examples/, share/ and build/ are as from the root.

load helper

setup() {
    mkdir -p "$BATS_TEST_TMPDIR/root"
    cd "$BATS_TEST_TMPDIR/root" || exit 1
    ln -s "$ROOT/examples" "$ROOT/share" "$ROOT/build" .
}

# Blocks go to files 01, 02, … of the directory blocks/.
man_blocks() {
    mkdir -p blocks && rm -f blocks/*
    awk '
        /^\.Sh / { examples = ($2 == "EXAMPLES") }
        examples && /^\.Ed/ { inside = 0 }
        inside { gsub(/\\e/, "\\"); gsub(/\\-/, "-"); gsub(/\\&/, ""); print > file }
        examples && /^\.Bd/ { inside = 1; file = sprintf("blocks/%02d", ++n) }
        examples && /^\.Dl / { sub(/^\.Dl /, ""); gsub(/\\e/, "\\"); gsub(/\\-/, "-"); gsub(/\\&/, "")
                               print > sprintf("blocks/%02d", ++n) }' "$1"
}

markdown_blocks() {
    mkdir -p blocks && rm -f blocks/*
    awk '
        /^```/ { inside = 0 }
        inside { print > file }
        /^```sh/ && !skip { inside = 1; file = sprintf("blocks/%02d", ++n) }
        { skip = /^<!-- .* command -->/ }' "$1"
}

# Run the blocks; with "$ " before the commands, the other lines are what they print.
run_blocks() { # DOCUMENT
    local block
    for block in blocks/*; do
        [[ -e $block ]] || continue
        if grep -q '^\$ ' "$block"; then
            sed -n -e 's/^\$ //p' -e 's/^> //p' "$block" > script
        else
            cp "$block" script
        fi
        status=0
        timeout 120 bash -e -o pipefail script > out 2> err < /dev/null || status=$?
        # 141: `head` had enough, and what fed it was told so
        if [[ $status -ne 0 && $status -ne 141 ]]; then
            oops "$1: $(cat script)"$'\n'"    status $status: $(head -n 5 err)"
        elif [[ ! -s out && ! -s err ]] && ! grep -q -e '>' -e '^export' script; then
            oops "$1: prints nothing: $(cat script)"
        fi
    done
    # What they write goes to build/, which git does not see.
    left=$(find . -mindepth 1 -maxdepth 1 ! -type l ! -name blocks ! -name script ! -name out ! -name err)
    [[ -z $left ]] || oops "$1 leaves in the checkout: $left"
}

@test "EXAMPLES of the man pages" {
    for page in "$ROOT"/man/*.[157]; do
        man_blocks "$page"
        run_blocks "$(basename "$page")"
        [[ $page != *.1 || -n $(ls blocks) ]] || oops "$(basename "$page") has no EXAMPLES"
    done
    no_oops
}

@test "README.md" {
    markdown_blocks "$ROOT/README.md"
    run_blocks README.md
    no_oops
}

@test "examples/one-liners.md" {
    markdown_blocks "$ROOT/examples/one-liners.md"
    run_blocks one-liners.md
    no_oops
}

@test "the README's commands: .ci/run types the one for tests, and both begin with the package manager" {
    for name in demo test; do
        command=$(sed -n "/<!-- $name command -->/,/^\`\`\`\$/p" "$ROOT/README.md" | grep -v -e '^<!--' -e '^```')
        [[ $(wc -l <<< "$command") -eq 1 && $command == *apt-get*build-essential*"make $name" ]] ||
            oops "the $name command: $command"
        bash -n <<< "$command" || oops "bash does not read: $command"
    done
    grep -q 'test command' "$ROOT/.ci/run" || oops ".ci/run does not take the README's command"
    no_oops
}

@test "every tool stands in README.md, in volpipe(7) and links to other pages that exist" {
    for path in "$BIN"/v*; do
        name=${path##*/}
        grep -q "\`$name\`" "$ROOT/README.md" || oops "README.md does not name $name"
        grep -q "^\.It Xr $name 1" "$ROOT/man/volpipe.7" || oops "volpipe(7) does not name $name"
    done
    for page in "$ROOT"/man/*.[157]; do
        while read -r name section; do
            [[ $name != v* || -e $ROOT/man/$name.$section || -e $ROOT/man/$name.$section.in ]] ||
                oops "$(basename "$page") refers to $name($section), which is not there"
        done < <(sed -n 's/^\.Xr \([a-z-]*\) \([1-8]\).*/\1 \2/p' "$page")
    done
    no_oops
}

@test "systemd takes the units of examples/systemd, and the crontab's command is one that sh reads" {
    need systemd-analyze
    # The page is named for an installed system; here it is not.
    for unit in service timer; do
        grep -v '^Documentation=' "$ROOT/examples/systemd/volpipe.$unit" > volpipe.$unit
    done
    run -0 systemd-analyze verify ./volpipe.service ./volpipe.timer
    assert_output ""
    sed -n 's/^[0-9]* *[0-9]* *\* *\* *1-5 *//p' "$ROOT/examples/cron/crontab" | sed 's/\\%/%/g' > command
    [ -s command ]
    run -0 sh -n command
}
