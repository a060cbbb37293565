#!/usr/bin/env bash
# A file is one idea: under 600 lines, no wider than 110 columns in C, no tabs or blanks at the line end, and a line
# end at the end. Nothing in it is left for later.
set -u
cd "$(dirname "$0")/../.." || exit 70

bad=0
complain() {
    echo "$1"
    bad=1
}

while IFS= read -r file; do
    [[ -f $file ]] || continue
    case $file in
    tests/oracle/* | lib/*_table.h | examples/data/* | tests/fuzz/corpus/* | COPYING | *.svg | *.gz) continue ;;
    *.c | *.h)
        wide=$(awk 'length($0) > 120 {print FNR; exit}' "$file")
        [[ -z $wide ]] || complain "$file:$wide: longer than 120 bytes"
        tab=$(grep -n -m1 "$(printf '\t')" "$file" | cut -d: -f1)
        [[ -z $tab ]] || complain "$file:$tab: a tab"
        ;;&
    *.c | *.h | *.sh | *.bats | *.bash | Makefile | *.[157] | *.in)
        lines=$(wc -l < "$file")
        [[ $lines -le 600 ]] || complain "$file: $lines lines, more than 600"
        blank=$(grep -n -m1 ' $' "$file" | cut -d: -f1)
        [[ -z $blank ]] || complain "$file:$blank: blanks at the end of the line"
        [[ -z $(tail -c 1 "$file") ]] || complain "$file: no line end at the end"
        ;;&
    lib/*.[ch] | tools/*.[ch] | tools/mk/*)
        later=$(grep -n -m1 -E 'TODO|FIXME|\bXXX\b|not implemented' "$file" | cut -d: -f1)
        [[ -z $later ]] || complain "$file:$later: something is left for later"
        ;;
    esac
done < <(git ls-files --cached --others --exclude-standard)

# A header has a guard and says what it promises.
for file in lib/*/*.h tools/*.h; do
    [[ $file != *_table.h ]] || continue # made by a script of tests/oracle
    head -n 1 "$file" | grep -q "^/\* $(basename "$file"): " ||
        complain "$file: the first line is not \"/* $(basename "$file"): what it is for\""
    grep -q '^#ifndef VOL_' "$file" || complain "$file: no VOL_ include guard"
done
exit $bad
