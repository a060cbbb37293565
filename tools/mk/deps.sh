#!/bin/sh
# deps.sh [--if-missing] TIER...: install what a tier needs and is not there, with apt-get.
#
# The command is printed before it runs; where it cannot be run (no apt-get, or neither root nor sudo) it is only
# printed and the status is 1. With --if-missing (make demo, make test) a system without dpkg is left alone: its
# owner has installed the libraries by other means, or the compiler will name what is missing.
set -eu

packages() {
    case $1 in
    build) echo build-essential libcsv-dev libjansson-dev libcurl4-openssl-dev libssl-dev libwebsockets-dev libgsl-dev libglpk-dev libarchive-dev libsqlite3-dev \
        zlib1g-dev libzstd-dev gnuplot-nox ;;
    optional) echo libxgboost-dev ;; # what the Makefile builds without
    test) echo bats bats-support bats-assert jq mandoc bsdextrautils shellcheck valgrind strace python3 zstd \
        locales time pkg-config git libxgboost-dev python3-websockets openssl ;;
    lint) echo clang clang-format ;;
    bench) echo jq miller libsimdjson-dev libquantlib0-dev libopenblas0-pthread python3-numpy python3-pandas python3-scipy \
        python3-mpmath python3-sklearn python3-websockets ;;
    *) echo "deps.sh: no such tier: $1 (build, optional, test, lint, bench)" >&2; exit 64 ;;
    esac
}

if_missing=
[ "${1:-}" != --if-missing ] || { if_missing=1; shift; }
wanted=
for tier in "$@"; do wanted="$wanted $(packages "$tier")"; done

if ! command -v dpkg-query > /dev/null; then
    [ -z "$if_missing" ] || exit 0
    echo "deps.sh: this is no Debian: install the equivalents of:$wanted" >&2
    exit 1
fi

missing=
for package in $wanted; do
    case $(dpkg-query -W -f '${db:Status-Abbrev} ' "$package" 2> /dev/null || true) in
    *ii\ *) ;;
    *) missing="$missing $package" ;;
    esac
done
if [ -z "$missing" ]; then
    [ -n "$if_missing" ] || echo "nothing is missing"
    exit 0
fi

as_root=
if [ "$(id -u)" -ne 0 ]; then
    as_root="sudo "
fi
command="${as_root}env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends$missing"
echo "+ $command"
if ! command -v apt-get > /dev/null; then
    echo "deps.sh: apt-get is not here: run the command above, or its like, by hand" >&2
    exit 1
fi
if [ -n "$as_root" ] && ! command -v sudo > /dev/null; then
    echo "deps.sh: neither root nor sudo: have the command above (without sudo) run by an administrator" >&2
    exit 1
fi
# A fresh system has no package lists, an old one has stale ones: the second try is made with new lists.
if ! $command; then
    echo "+ ${as_root}apt-get update"
    # shellcheck disable=SC2086 # empty, or a word and a blank
    ${as_root}apt-get update
    $command
fi
