#!/usr/bin/env bash
# A file is one idea: under 600 lines, no wider than 120 bytes in C, no tabs there, no blanks at the end of a line, and a
# line end at the end. Nothing in it is left for later. A header says what it is for, and has a guard.
set -u
cd "$(dirname "$0")/../.." || exit 70

# Tables that a script of tests/oracle makes, data, and texts that are not ours are let be.
mapfile -t files < <(git ls-files --cached --others --exclude-standard |
    grep -E '\.([ch]|sh|bats|bash|in|[157])$|(^|/)Makefile$' |
    grep -vE '^(tests/oracle/|examples/data/|tests/fuzz/corpus/)|_table\.h$' | sort -u |
    while IFS= read -r file; do [[ ! -f $file ]] || echo "$file"; done)

bad=0
LC_ALL=C awk '
function complain(words) { print FILENAME ":" FNR ": " words; bad = 1 }
function once(what) { return !((FILENAME, what) in seen) && (seen[FILENAME, what] = 1) }
FNR == 1 && length(last) && lines > 600 { print last ": " lines " lines, more than 600"; bad = 1 }
FNR == 1 { is_c = FILENAME ~ /\.[ch]$/; ours = FILENAME ~ /^(lib|tools)\// }
FNR == 1 && ours && FILENAME ~ /\.h$/ {
    name = FILENAME; sub(/.*\//, "", name)
    if (index($0, "/* " name ": ") != 1) complain("the first line is not \"/* " name ": what it is for\"")
    headers[FILENAME] = 1
}
{ last = FILENAME; lines = FNR }
/^#ifndef VOL_/ { guarded[FILENAME] = 1 }
is_c && length($0) > 120 && once("wide") { complain("longer than 120 bytes") }
is_c && /\t/ && once("tab") { complain("a tab") }
/ $/ && once("blank") { complain("blanks at the end of the line") }
ours && /TODO|FIXME|(^|[^X])XXX([^X]|$)|not implemented/ && once("later") { complain("something is left for later") }
END {
    if (lines > 600) { print last ": " lines " lines, more than 600"; bad = 1 }
    for (h in headers) if (!(h in guarded)) { print h ": no VOL_ include guard"; bad = 1 }
    exit bad
}' "${files[@]}" || bad=1

# The last byte of every file at once; which one it is only matters when there is one.
if [[ -n $(tail -q -c 1 "${files[@]}" | tr -d '\n') ]]; then
    for file in "${files[@]}"; do
        [[ -z $(tail -c 1 "$file") ]] || { echo "$file: no line end at the end"; bad=1; }
    done
fi
exit $bad
