#!/usr/bin/env bash
# The rooms of lib/ include only what the arrows of the design allow: every #include "room/file.h" is looked at, and
# the headers of outside libraries stay in the rooms that own them.
set -u
cd "$(dirname "$0")/../.." || exit 70

# room: the rooms that it may include beside itself
allowed() {
    case $1 in
    base) ;;
    record | net) echo base ;;
    price) echo base ;;
    surface | signal) echo base price ;;
    chain) echo base record price ;;
    expr) echo base record ;;
    book) echo base record price chain surface signal ;;
    trade | risk) echo base record price chain surface signal expr book ;;
    plot) echo base price surface ;;
    # The names and facts of contracts (chain/symbol.h, contract.h) are what a vendor's row is made into.
    source) echo base record net chain ;;
    notify) echo base record net expr ;;
    # A venue carries out orders; the paper venue runs the paper exchange.
    venue) echo base record net store book trade ;;
    store) echo base record ;;
    *) return 1 ;;
    esac
}

# header: the rooms that may include it
owners() {
    case $1 in
    csv.h) echo record ;;
    zlib.h | zstd.h) echo record ;;
    jansson.h) echo record expr book notify source venue store trade risk ;;
    curl/*) echo net ;;
    libwebsockets.h) echo net ;;
    sqlite3.h | libpq-fe.h) echo store venue ;;
    gsl/*) echo price surface signal ;;
    time.h | sys/time.h) echo net ;;
    *) echo any ;;
    esac
}

bad=0
complain() {
    echo "$1"
    bad=1
}

for file in lib/*/*.[ch]; do
    room=${file#lib/}
    room=${room%%/*}
    rooms=$(allowed "$room") || complain "$file: $room is no room of the house (design, section 2)"
    while IFS= read -r header; do
        to=${header%%/*}
        if [[ $header != */* ]]; then
            complain "$file: \"$header\": write \"room/file.h\""
        elif [[ $to != "$room" && " $rooms " != *" $to "* ]]; then
            complain "$file: includes $header, and $room may know only: $room $rooms"
        fi
    done < <(sed -n 's/^ *# *include *"\([^"]*\)".*/\1/p' "$file")
    while IFS= read -r header; do
        rooms_of=$(owners "$header")
        [[ $rooms_of == any || " $rooms_of " == *" $room "* ]] ||
            complain "$file: <$header> belongs to: $rooms_of"
    done < <(sed -n 's/^ *# *include *<\([^>]*\)>.*/\1/p' "$file")
done

# A tool never includes another tool.
for file in tools/*.[ch]; do
    while IFS= read -r header; do
        [[ $header == tool.h || ($header == tool_private.h && $file == tools/tool*) || $header == "$(basename "${file%.*}").h" || $header == */* ]] ||
            complain "$file: includes $header of another tool"
    done < <(sed -n 's/^ *# *include *"\([^"]*\)".*/\1/p' "$file")
done
exit $bad
