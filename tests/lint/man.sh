#!/usr/bin/env bash
# Every tool has a page; mandoc finds nothing to say about any; each option of a tool's table stands in its page or
# among the common options of volpipe(7), and no page promises an option that is not there.
set -u
cd "$(dirname "$0")/../.." || exit 70
command -v mandoc > /dev/null || { echo "mandoc is not installed"; exit 77; }

bad=0
shopt -s nullglob
complain() {
    echo "$1"
    bad=1
}

for page in man/*.[157] build/man/*.5; do
    words=$(mandoc -Tlint -Wwarning "$page" 2>&1) || complain "$words"
done

rendered() {
    mandoc -T ascii "$1" | col -bx
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rendered man/volpipe.7 > "$work/common"
for tool in build/bin/v*; do
    name=${tool##*/}
    page=man/$name.1
    [[ -e $page ]] || { complain "$name has no page $page"; continue; }
    "$tool" --help-options | cut -f2 > "$work/options"
    rendered "$page" > "$work/text"
    sed -n 's/^\.It Fl .*Fl -\([a-z0-9-]*\).*/--\1/p; s/^\.It Fl -\([a-z0-9-]*\).*/--\1/p' "$page" > "$work/promised"
    awk -v page="$page" -v name="$name" '
        function complain(words) { print page ": " words; bad = 1 }
        FILENAME ~ /options$/ { option[$1] = 1; n++ }
        FILENAME ~ /promised$/ && !($1 in option) { complain(name " has no option " $1) }
        FILENAME ~ /(text|common)$/ {
            while (match($0, /--[a-z][-a-z0-9]*/)) { told[substr($0, RSTART, RLENGTH)] = 1; $0 = substr($0, RSTART + RLENGTH) }
        }
        FILENAME ~ /text$/ && /^[A-Z]/ { section[$0] = 1 }
        END {
            if (n == 0) complain(name " --help-options prints nothing")
            for (o in option) if (!(o in told)) complain("nothing about " o)
            m = split("NAME,SYNOPSIS,DESCRIPTION,OPTIONS,EXIT STATUS,EXAMPLES,SEE ALSO", must, ",")
            for (i = 1; i <= m; i++) if (!(must[i] in section)) complain("no section " must[i])
            exit bad
        }' "$work/options" "$work/promised" "$work/common" "$work/text" || bad=1
done
exit $bad
