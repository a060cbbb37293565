# What the tests of vgreeks share: a small chain of SPX, and numbers that are near each other.

# quote STRIKE TYPE BID ASK [MORE]: a quote of SPX on 2019-04-26 for 2019-05-24; `-` leaves a price out.
quote() {
    local bid="\"bid\":$3," ask="\"ask\":$4,"
    [[ $3 != - ]] || bid=
    [[ $4 != - ]] || ask=
    printf '{"kind":"quote","ts":"2019-04-26T20:15:00Z","underlying":"SPX","symbol":"SPXW190524%s%s","root":"SPXW","expiration":"2019-05-24","expires":"2019-05-24T20:00:00Z",%s%s"strike":%s,"option_type":"%s"%s}\n' \
        "$2" "$1" "$bid" "$ask" "$1" "$2" "${5:-}"
}

# Good pairs, made from F = 2940.2 and D = 1.
chain() {
    quote 2900 C 60.4 61.2
    quote 2900 P 20.3 20.9
    quote 2940 C 31.7 32.3
    quote 2940 P 31.5 32.1
    quote 2980 C 12.4 12.8
    quote 2980 P 52.1 52.7
}

# near VALUE EXPECTED TOLERANCE
near() {
    awk -v a="$1" -v b="$2" -v tol="$3" 'BEGIN { d = a - b; exit !(d <= tol && d >= -tol && a + 0 == a) }' ||
        fail "$1 is not within $3 of $2"
}
