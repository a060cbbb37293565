# libvol for others: the headers stand alone, and examples/embed.c is built from an installed tree.

load helper

setup_file() {
    cd "$ROOT" || exit 1
    unset MAKEFLAGS MAKELEVEL
    DESTDIR=$BATS_FILE_TMPDIR/dest make -s install
}

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    export USR=$BATS_FILE_TMPDIR/dest/usr/local
    export PKG_CONFIG_SYSROOT_DIR=$BATS_FILE_TMPDIR/dest PKG_CONFIG_PATH=$USR/lib/pkgconfig
}

@test "examples/embed.c: eight quotes in, vols, statuses and greeks out, alike from one thread and from two" {
    need pkg-config
    # shellcheck disable=SC2046 # the words of pkg-config
    run -0 cc -std=c11 -O2 -Wall -Wextra -Werror -o embed "$ROOT/examples/embed.c" \
        $(pkg-config --cflags --libs-only-L volpipe) -lvol -lm -pthread
    run -0 ./embed
    # what vgreeks says of the same mids
    assert_line --regexp '^C +2940 +32\.00 ok +0\.0984 +0\.505[0-9] +0\.00497[0-9] +-0\.573[0-9] +3\.242[0-9]$'
    assert_line --regexp '^P +2750 +5\.55 ok +0\.1773 '
    assert_line --regexp '^C +2500 +439\.00 below_intrinsic +nan +nan +nan +nan +nan$'
    assert_line --regexp '^C +3100 +nan no_quote +nan +nan +nan +nan +nan$'
    [[ ${#lines[@]} -eq 9 ]]
}

@test "every public header compiles alone, as C11 without extensions" {
    while read -r header; do
        cc -std=c11 -Wall -Wextra -Wstrict-prototypes -pedantic-errors -Werror -I "$USR/include/volpipe" -fsyntax-only \
            -x c "$USR/include/volpipe/$header" 2> err || oops "$header: $(head -n 3 err)"
    done < <(cd "$USR/include/volpipe" && find . -name '*.h')
    no_oops
}

@test "C++ takes the headers of price/, all at once, inside extern \"C\"" {
    need g++
    {
        echo 'extern "C" {'
        (cd "$USR/include/volpipe" && find price -name '*.h' | sort | sed 's/.*/#include "&"/')
        echo '}'
        echo 'int main() { return vol_black_price(VOL_CALL, 100, 100, 1, 1, 0.2) > 7.96 ? 0 : 1; }'
    } > all.cc
    run -0 g++ -std=c++17 -Wall -I "$USR/include/volpipe" -o all all.cc -L"$USR/lib" -lvol -lm
    run -0 ./all
}
