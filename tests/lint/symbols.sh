#!/usr/bin/env bash
# libvol never exits, prints, reads a clock or draws random numbers, and keeps no state that a call could change: the
# undefined symbols and the writable data of each object are looked at.
set -u
cd "$(dirname "$0")/../.." || exit 70
[[ -e build/libvol.a ]] || { echo "build/libvol.a is not there: make"; exit 1; }

never='exit|_exit|_Exit|quick_exit|abort|__assert_fail|atexit|printf|__printf_chk|vprintf|__vprintf_chk|puts|putchar'
never="$never|putchar_unlocked|perror|psignal|stdout|stderr|stdin|getchar|gets|scanf|__isoc99_scanf"
never="$never|rand|srand|random|srandom|drand48|lrand48|mrand48|srand48|getrandom|arc4random|arc4random_uniform"
never="$never|setlocale|strtok|asctime|ctime|signal|raise|kill|system|err|errx|warn|warnx|syslog"
clock='time|gettimeofday|clock_gettime|clock|ftime|localtime|localtime_r|gmtime|mktime|tzset|nanosleep|sleep|usleep'

mapfile -t objects < <(for object in build/obj/lib/*/*.o; do
    source=${object#build/obj/}
    [[ ! -e ${source%.o}.c ]] || echo "$object"
done)

bad=0
# The ends that talk to the world may look at the clock; research code never can.
nm -u -A "${objects[@]}" | sed 's/@.*//' | awk -v never="^($never)$" -v clock="^($clock)$" '
    { object = $1; sub(/:$/, "", object); sub(/^build\/obj\//, "", object); symbol = $NF }
    symbol ~ never || (symbol ~ clock && object !~ /^lib\/net\//) { print object ": calls " symbol; bad = 1 }
    END { exit bad }' || bad=1

# .data.rel.ro is constant after loading; .data and .bss are not.
objdump -t "${objects[@]}" | awk '
    /file format/ { object = $1; sub(/:$/, "", object); sub(/^build\/obj\//, "", object) }
    NF >= 5 && $(NF-2) ~ /^(\.data(\.rel(\.local)?)?|\.bss|\.tbss|\.tdata|\*COM\*)$/ && $NF !~ /^\.(data|bss|tbss|tdata)/ {
        print object ": writable state: " $NF
        bad = 1
    }
    END { exit bad }' || bad=1

# What the library offers begins with vol_.
names=$(nm -g --defined-only build/libvol.a 2> /dev/null | awk 'NF == 3 && $3 !~ /^vol_/ {print $3}' | sort -u | tr '\n' ' ')
[[ -z $names ]] || { echo "libvol.a defines names without vol_: $names"; bad=1; }
exit $bad
