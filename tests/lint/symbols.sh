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

bad=0
for object in build/obj/lib/*/*.o; do
    name=${object#build/obj/}
    source=${name%.o}.c
    [[ -e $source ]] || continue
    forbidden="$never|$clock"
    # The ends that talk to the world may look at the clock; research code never can.
    [[ $source != lib/net/* ]] || forbidden=$never
    hits=$(nm -u "$object" | awk '{print $2}' | sed 's/@.*//' | grep -xE "$forbidden" | tr '\n' ' ')
    [[ -z $hits ]] || { echo "$source: calls $hits"; bad=1; }
    # .data.rel.ro is constant after loading; .data and .bss are not.
    state=$(objdump -t "$object" | awk 'NF >= 5 && $(NF-2) ~ /^(\.data(\.rel(\.local)?)?|\.bss|\.tbss|\.tdata|\*COM\*)$/ &&
        $NF !~ /^\.(data|bss|tbss|tdata)/ {print $NF}' | tr '\n' ' ')
    [[ -z $state ]] || { echo "$source: writable state: $state"; bad=1; }
done

# What the library offers begins with vol_.
names=$(nm -g --defined-only build/libvol.a 2> /dev/null | awk 'NF == 3 && $3 !~ /^vol_/ {print $3}' | sort -u | tr '\n' ' ')
[[ -z $names ]] || { echo "libvol.a defines names without vol_: $names"; bad=1; }
exit $bad
