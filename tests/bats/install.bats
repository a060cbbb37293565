# make install and uninstall, the library for others, and the package tiers.

load helper

setup() {
    cd "$ROOT" || exit 1
    export DESTDIR=$BATS_TEST_TMPDIR/dest
    unset MAKEFLAGS MAKELEVEL
}

@test "make install puts tools, pages, completion, share data and the library in place; uninstall takes all away" {
    run -0 make -s install
    usr=$DESTDIR/usr/local
    for tool in "$ROOT"/build/bin/v*; do
        name=${tool##*/}
        [[ -x $usr/bin/$name ]] || oops "$name is not installed"
        [[ -f $usr/share/man/man1/$name.1 ]] || oops "$name.1 is not installed"
        [[ -e $usr/share/bash-completion/completions/$name ]] || oops "no completion for $name"
    done
    [[ ! -e $usr/bin/vtemplate ]] || oops "the template is installed"
    for file in share/man/man7/volpipe.7 share/man/man5/volpipe-records.5 lib/libvol.a include/volpipe/record/reader.h \
        share/volpipe/schema/quote.json share/volpipe/calendars/us-options.csv; do
        [[ -f $usr/$file ]] || oops "$file is not installed"
    done
    left=$(diff -r "$ROOT/share" "$usr/share/volpipe" | grep -v -e 'Only in .*: schema' -e 'Only in .*: completions' || true)
    [[ -z $left ]] || oops "share differs: $left"
    run -0 env VOLPIPE_SHARE="$usr/share/volpipe" "$usr/bin/vclean" --version
    assert_output --regexp '^vclean \(volpipe\) [0-9.]+$'
    run -0 make -s uninstall
    [[ -z $(find "$DESTDIR" ! -type d) ]] || oops "left behind: $(find "$DESTDIR" ! -type d)"
    no_oops
}

@test "a program of one's own is built with pkg-config volpipe" {
    need pkg-config
    run -0 make -s install
    export PKG_CONFIG_SYSROOT_DIR=$DESTDIR PKG_CONFIG_PATH=$DESTDIR/usr/local/lib/pkgconfig
    cat > "$BATS_TEST_TMPDIR/mine.c" <<'PROGRAM'
#include <stdio.h>

#include "record/field.h"

int main(void)
{
    size_t n;

    vol_kind_table(&n);
    printf("%zu kinds\n", n);
    return 0;
}
PROGRAM
    # shellcheck disable=SC2046 # the words of pkg-config
    run -0 cc -o "$BATS_TEST_TMPDIR/mine" "$BATS_TEST_TMPDIR/mine.c" $(pkg-config --cflags --libs volpipe)
    run -0 "$BATS_TEST_TMPDIR/mine"
    assert_output --regexp '^[0-9]+ kinds$'
}

# A PATH with the commands of the script and those given as NAME=BODY.
fake_path() {
    local dir=$BATS_TEST_TMPDIR/fake command
    rm -rf "$dir"
    mkdir -p "$dir"
    for command in sh env cat true; do
        ln -s "$(command -v $command)" "$dir/$command"
    done
    for command; do
        printf '#!/bin/sh\n%s\n' "${command#*=}" > "$dir/${command%%=*}"
        chmod +x "$dir/${command%%=*}"
    done
    echo "$dir"
}

none='dpkg-query=exit 1'
all='dpkg-query=printf "ii "'
log='echo "ran: $0 $*" >> "$LOG"'

@test "deps: nothing is run when nothing is missing" {
    export LOG=$BATS_TEST_TMPDIR/log
    dir=$(fake_path "$all" "apt-get=$log" 'id=echo 0')
    run -0 env PATH="$dir" sh tools/mk/deps.sh build test
    assert_output "nothing is missing"
    run -0 env PATH="$dir" sh tools/mk/deps.sh --if-missing build
    assert_output ""
    [ ! -e "$LOG" ]
}

@test "deps: root runs apt-get and shows it first; others run it through sudo" {
    export LOG=$BATS_TEST_TMPDIR/log
    dir=$(fake_path "$none" "apt-get=$log" 'id=echo 0')
    run -0 env PATH="$dir" sh tools/mk/deps.sh build
    assert_line --regexp '^\+ env DEBIAN_FRONTEND=noninteractive apt-get install -y .*build-essential .*libjansson-dev'
    run -0 grep -c 'apt-get install -y' "$LOG"
    rm "$LOG"
    dir=$(fake_path "$none" "apt-get=$log" 'id=echo 1000' "sudo=$log"$'\n"$@"')
    run -0 env PATH="$dir" sh tools/mk/deps.sh bench
    assert_line --regexp '^\+ sudo env .*apt-get install -y .*miller'
    run -0 grep -c -e sudo "$LOG"
}

@test "deps: where it cannot install, it prints the command and fails" {
    dir=$(fake_path "$none" 'apt-get=exit 1' 'id=echo 1000')
    run -1 env PATH="$dir" sh tools/mk/deps.sh build
    assert_line --regexp '^\+ sudo env .*apt-get install'
    assert_line --partial "neither root nor sudo"
    dir=$(fake_path "$none" 'id=echo 0')
    run -1 env PATH="$dir" sh tools/mk/deps.sh build
    assert_line --partial "apt-get is not here"
    dir=$(fake_path 'id=echo 0')
    run -1 env PATH="$dir" sh tools/mk/deps.sh build
    assert_line --partial "no Debian"
    run -0 env PATH="$dir" sh tools/mk/deps.sh --if-missing build
    run -64 env PATH="$dir" sh tools/mk/deps.sh nosuch
}

@test "deps: package lists that are missing or old are fetched once" {
    export LOG=$BATS_TEST_TMPDIR/log
    dir=$(fake_path "$none" 'id=echo 0' "apt-get=$log"'
case $1 in update) : > "$LOG.lists" ;; install) [ -e "$LOG.lists" ] ;; esac')
    run -0 env PATH="$dir" sh tools/mk/deps.sh build
    run -0 grep -c . "$LOG"
    assert_output 3
}
