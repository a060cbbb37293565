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

common=$(rendered man/volpipe.7 2> /dev/null)
for tool in build/bin/v*; do
    name=${tool##*/}
    page=man/$name.1
    [[ -e $page ]] || { complain "$name has no page $page"; continue; }
    text=$(rendered "$page")
    options=$("$tool" --help-options | cut -f2)
    [[ -n $options ]] || complain "$name --help-options prints nothing"
    for option in $options; do
        grep -qE -- "(^|[^-a-z])$option($|[^-a-z])" <<< "$text" ||
            grep -qE -- "(^|[^-a-z])$option($|[^-a-z])" <<< "$common" ||
            complain "$page: nothing about $option"
    done
    while IFS= read -r option; do
        grep -qx -- "--$option" <<< "$options" || complain "$page: $name has no option --$option"
    done < <(sed -n 's/^\.It Fl .*Fl -\([a-z0-9-]*\).*/\1/p; s/^\.It Fl -\([a-z0-9-]*\).*/\1/p' "$page" | sort -u)
    for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
        grep -q "^$section\$" <<< "$text" || complain "$page: no section $section"
    done
done
exit $bad
