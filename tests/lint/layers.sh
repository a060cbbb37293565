#!/usr/bin/env bash
# The rooms of lib/ include only what the arrows of the design allow: every #include "room/file.h" is looked at, and
# the headers of outside libraries stay in the rooms that own them. A tool never includes another tool.
set -u
cd "$(dirname "$0")/../.." || exit 70

awk '
function complain(words) { print FILENAME ":" FNR ": " words; bad = 1 }
function has(list, word) { return index(" " list " ", " " word " ") > 0 }
BEGIN {
    # room: the rooms that it may include beside itself
    may["base"] = ""
    may["record"] = may["net"] = may["price"] = "base"
    may["surface"] = may["signal"] = "base price"
    # Maths know no records; one file of the room writes a surface as records, or signals; one reads their JSON.
    knows["lib/surface/records.c"] = knows["lib/surface/records.h"] = "record"
    knows["lib/signal/records.c"] = knows["lib/signal/records.h"] = knows["lib/signal/config.c"] = "record"
    # intake gives the records of a stream to the signals.
    knows["lib/signal/intake.c"] = knows["lib/signal/intake.h"] = "record"
    # Likewise one keeps a trained classifier of regimes as JSON, one a network; one writes forecasts as records.
    knows["lib/signal/regime_file.c"] = "record"
    knows["lib/signal/forecast_records.c"] = knows["lib/signal/forecast_records.h"] = "record"
    knows["lib/signal/lstm_file.c"] = "record"
    may["chain"] = "base record price"
    may["expr"] = may["store"] = "base record"
    may["book"] = "base record price chain surface signal"
    may["trade"] = may["risk"] = may["book"] " expr book"
    may["plot"] = "base price surface"
    # The names and facts of contracts (chain/symbol.h, contract.h) are what a row of a vendor is made into.
    may["source"] = "base record net chain"
    may["notify"] = "base record net expr"
    # A venue carries out orders; the paper venue runs the paper exchange.
    may["venue"] = "base record net store book trade"

    # header of an outside library, or its directory: the rooms that may include it
    owner["csv.h"] = owner["zstd.h"] = "record"
    owner["zlib.h"] = "record net"
    owner["jansson.h"] = "record expr book notify source venue store trade risk"
    owner["curl/"] = owner["libwebsockets.h"] = owner["openssl/"] = "net"
    owner["sqlite3.h"] = owner["libpq-fe.h"] = "store venue"
    owner["gsl/"] = "price surface signal"
    owner["glpk.h"] = "chain"
    owner["xgboost/"] = "signal"
    owner["time.h"] = owner["sys/time.h"] = "net"
}
!/^ *# *include/ { next }
{
    split(FILENAME, path, "/")
    room = path[1] == "lib" ? path[2] : ""
    header = $0
    sub(/^[^<"]*[<"]/, "", header)
    sub(/[>"].*/, "", header)
    to = header
    own = index($0, "\"") > 0
    sub(/\/.*/, own ? "" : "/", to)
}
room != "" && !(room in may) { complain(room " is no room of the house (design, section 2)"); next }
room != "" && own && header !~ /\// { complain("\"" header "\": write \"room/file.h\"") }
room != "" && own && header ~ /\// && to != room && !has(may[room] " " knows[FILENAME], to) {
    complain("includes " header ", and " room " may know only: " room " " may[room])
}
room != "" && !own {
    name = to in owner ? to : header
    if (name in owner && !has(owner[name], room)) complain("<" header "> belongs to: " owner[name])
}
room == "" && own && header !~ /\// && header != "tool.h" && !(header == "tool_private.h" && path[2] ~ /^tool/) {
    complain("includes " header " of another tool")
}
END { exit bad }' lib/*/*.[ch] tools/*.[ch]
