#!/bin/sh
# completion.sh TEMPLATE TOOL...: the bash completion of TOOLs, made from the option list that each prints.
set -eu

template=$1
shift

# names DIR: what lies in share/DIR, as options take it.
names() {
    for file in "$(dirname "$template")/../$1"/*.json; do
        basename "$file" .json
    done | paste -s -d , -
}
shared="profile=$(names profiles) strategy=$(names strategies) limits=$(names limits) rules=$(names rules)"
shared="$shared layout=$(names layouts) fees=$(names fees) clock=$(names clocks)"

sed '/^@OPTIONS@$/,$d' "$template"
for tool in "$@"; do
    # --help-options prints a line per option: letter, long name, type, words or value name, help; tab-separated.
    "$tool" --help-options | awk -F '\t' -v tool="${tool##*/}" -v shared="$shared" '
        BEGIN { n = split(shared, part, " ")
                for (i = 1; i <= n; i++) { split(part[i], pair, "="); names["--" pair[1]] = pair[2] } }
        { if ($1 != "-") words = words " " $1
          words = words " " $2
          if ($3 == "flag") next
          value = $3 == "enum" ? "words:" $4 : $3 == "file" ? "file" : "any"
          if ($2 in names) value = "names:" names[$2]
          gsub(/\|/, ",", value)
          cases = cases " " ($1 != "-" ? $1 "=" value " " : "") $2 "=" value }
        END { printf "_volpipe_options[%s]=\"%s\"\n", tool, substr(words, 2)
              printf "_volpipe_values[%s]=\"%s \"\n", tool, cases }'
    # Usage: vorder [options] send [FILE...] | positions | ...: the words in small letters are subcommands.
    "$tool" --help | awk -v tool="${tool##*/}" 'NR == 1 {
        sub(/^[^\]]*\] */, "")
        n = split($0, part, / *\| */)
        for (i = 1; i <= n; i++) { split(part[i], word, " "); if (word[1] ~ /^[a-z]+$/) words = words " " word[1] }
        printf "_volpipe_commands[%s]=\"%s\"\n", tool, substr(words, 2) }'
done
sed '1,/^@OPTIONS@$/d' "$template"
printf 'complete -o filenames -F _volpipe'
for tool in "$@"; do printf ' %s' "${tool##*/}"; done
echo
