# The bash completion, as bash itself would ask for it.

load helper

# complete WORD…: the answers for a command line whose last word is being completed.
complete_line() {
    bash -c '
        source "$1"
        shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _volpipe "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf "%s\n" "${COMPREPLY[@]}"' _ "$ROOT/build/share/completions/volpipe.bash" "$@"
}

@test "every tool has a completion" {
    run bash -c 'source "$1"; complete -p' _ "$ROOT/build/share/completions/volpipe.bash"
    assert_success
    for path in "$ROOT"/build/bin/v*; do
        assert_line --regexp "_volpipe ${path##*/}\$"
    done
}

@test "each option of each tool's table is offered" {
    for path in "$ROOT"/build/bin/v*; do
        run complete_line "${path##*/}" --
        assert_success
        while IFS= read -r option; do
            assert_line -- "$option"
        done < <("$path" --help-options | cut -f2)
    done
}

@test "words of an option, with a blank and with =" {
    run complete_line vclean --to ""
    assert_output $'ndjson\ncsv'
    run complete_line vclean --to = c
    assert_output csv
    run complete_line vclean --to =
    assert_output $'ndjson\ncsv'
}

@test "names of share/ for the options that take one, and files of one's own" {
    cd "$BATS_TEST_TMPDIR"
    touch chapter-mine.json
    while read -r tool option dir; do
        run complete_line "$tool" "$option" ""
        for file in "$ROOT/share/$dir"/*.json; do
            assert_line "$(basename "$file" .json)"
        done
        assert_line chapter-mine.json
    done <<'OPTIONS'
vfetch --layout layouts
vclean --profile profiles
vstrat --strategy strategies
vstrat -s strategies
vrisk --limits limits
vorder --fees fees
valert --rules rules
OPTIONS
    run complete_line vclean --profile = chap
    assert_output $'chapter\nchapter-mine.json'
}

@test "options begin with what was typed" {
    run complete_line vclean --pre
    assert_output -- --precision
    run complete_line vclean --zzz
    assert_output ""
}

@test "files for operands and for options that take one, nothing for numbers" {
    cd "$BATS_TEST_TMPDIR"
    touch chain.ndjson
    run complete_line vclean ch
    assert_output chain.ndjson
    run complete_line vclean --rejects ch
    assert_output chain.ndjson
    run complete_line vclean --precision ch
    assert_output ""
    run complete_line vclean -- --
    assert_output ""
}

@test "subcommands first, and only there" {
    run complete_line vorder ""
    assert_line send
    assert_line positions
    run complete_line vfetch "fi"
    assert_output file
    cd "$BATS_TEST_TMPDIR"
    touch chain.csv
    run complete_line vfetch file ""
    assert_output chain.csv
}
