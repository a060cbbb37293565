#!/bin/sh
# deribit-smile.sh [CURRENCY]: the smiles of Deribit's options as they are now, a line an expiry, and a picture of
# them in build/deribit-smile.svg. With a currency (BTC, ETH, SOL_USDC) the vendor is asked, which takes no key;
# without one a recording with invented quotes is shown, offline.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
picture=$root/build/deribit-smile.svg
PATH=$root/build/bin:$PATH
export PATH LC_ALL=C

chain() {
    if [ $# -gt 0 ]; then
        vfetch deribit chain "$1"
    else
        vfetch deribit chain BTC --replay "$root/examples/data/deribit-chain"
    fi
}

# Marks are in coin, vols of the fit are the market's own: vgreeks solves them from bid and ask, and from the
# forward that every quote brings.
chain "$@" | vclean --quiet | vgreeks --quiet |
    vsurface --quiet --only slice --plot "smile=$picture" --to csv --kind slice |
    awk -F , '
        NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; print "expiration     days    forward   atm vol  points  butterfly  calendar"; next }
        { printf "%s %8.2f %10.2f %8.2f%% %7d  %-9s  %s\n", $column["expiration"], 365 * $column["t"], $column["forward"],
              100 * $column["atm_vol"], $column["points"], $column["butterfly"], $column["calendar"] }
        END { exit NR < 2 }'
echo "picture: $picture"
