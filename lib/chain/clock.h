/* clock.h: the variance clock: how much of a year's variance lies between two instants.
 *
 * A vol is quoted per root of a year, and that needs a clock. The plain one is ACT/365: every nanosecond
 * counts the same. A variance clock gives each day of the market a weight (a trading day 1, a day of a
 * weekend or a holiday less, a day that closes early a part), may put a share of a trading day's variance
 * into its session, and adds named events. Discounting keeps the plain clock: carry the two times apart.
 *
 * The unit is the year of ACT/365. Without events every year of the market's local time, from midnight to
 * midnight of 1 January, counts as long as it is (1 for 365 days, 366/365 for 366): its days share that by
 * their weights, so that both clocks agree at each New Year and a vol of a year means the same on both. An
 * event adds its weight, in trading days of its year, on top.
 *
 * A clock is read from a file (share/clocks) and then never written: threads may share it. A look-up takes
 * O(1) in the calendar's years and O(log n) in the events.
 */
#ifndef VOL_CHAIN_CLOCK_H
#define VOL_CHAIN_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct vol_clock_set; /* what a file says: a clock for each underlying */
struct vol_clock;     /* the clock of one underlying */

enum { VOL_CLOCK_NAME_MAX = 32 }; /* bytes of a clock's name, NUL included */

/* Read PATH, a JSON object, with the keys of volpipe-clocks(5); a calendar that it names is read from the
 * share directory (INSTALLED as in base/share.h). VOL_ECONFIG with file, key and what was expected; VOL_EOS.
 * The caller frees *OUT with vol_clock_free. */
enum vol_status vol_clock_load(const char *path, const char *installed, struct vol_clock_set **out,
                               struct vol_error *err);
void vol_clock_free(struct vol_clock_set *set); /* null is no error */

/* The name of the file without directory and `.json`: what the records say. */
const char *vol_clock_name(const struct vol_clock_set *set);

/* The clock of UNDERLYING: the days of the set, the events that name no underlying, and its own. It lives as
 * long as SET. */
const struct vol_clock *vol_clock_of(const struct vol_clock_set *set, const char *underlying, size_t len);

/* Variance time from FROM to TO in years, negative when TO is the earlier. It never runs backwards, and the
 * times of adjacent spans add up (to the rounding of a double: inside it counts whole nanoseconds). Before
 * 1678 and after 2261 it is plain. */
double vol_clock_years(const struct vol_clock *clock, int64_t from, int64_t to);

/* How fast the clock runs at AT against the plain one, to the right where it jumps: years of variance time
 * per year. A theta is the change for a day of variance time times this. */
double vol_clock_speed(const struct vol_clock *clock, int64_t at);

#endif
