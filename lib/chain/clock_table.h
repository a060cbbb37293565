/* clock_table.h: inside of clock.h: what clock.c computes with and clock_load.c fills. */
#ifndef VOL_CHAIN_CLOCK_TABLE_H
#define VOL_CHAIN_CLOCK_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/calendar.h"
#include "chain/clock.h"

/* Variance time is counted in nanoseconds, as instants are: both agree at each New Year. */
struct vol_clock_day {
    int64_t start; /* the midnight that begins the day */
    int64_t at;    /* variance time then */
    int32_t close; /* of its session, seconds past midnight; 0: it has none */
    double share;  /* of the day's variance that lies in the session */
};

struct vol_clock_rule {
    bool plain; /* every day counts the same and has no session: variance time is time */
    bool utc;   /* days begin at midnight UTC, not in New York */
    double weekend, holiday;
    double early;        /* of a day that closes early; NaN: what its shorter session leaves */
    int32_t open, close; /* of a full session, seconds past midnight */
    double share;        /* of a full day's variance that lies in the session; 0: there is no session */
};

/* An event: WEIGHT trading days of variance, spread evenly over [start, end). */
struct vol_clock_event {
    char underlying[VOL_CLOCK_NAME_MAX]; /* "": all */
    int32_t date;
    int32_t start, end; /* seconds past midnight of DATE; END may lie on the next day */
    double weight;
};

/* A corner of the events' own variance time: straight between two, level before the first and behind the
 * last. */
struct vol_clock_corner {
    int64_t at, sum;
};

struct vol_clock {
    const struct vol_clock_set *set;
    char underlying[VOL_CLOCK_NAME_MAX];
    struct vol_clock_corner *corner;
    size_t n;
};

struct vol_clock_set {
    char name[VOL_CLOCK_NAME_MAX];
    struct vol_clock_rule rule;
    struct vol_calendar calendar; /* n = 0: weekends only */
    struct vol_clock_day *day;    /* of every date of the calendar's years, and of the day behind them */
    size_t n_days;                /* that one not counted */
    struct vol_clock *clock;      /* [0]: of an underlying without events of its own */
    size_t n_clocks;
};

/* Fill `day` and `plain` from rule and calendar. VOL_EOS. */
enum vol_status vol_clock_table_days(struct vol_clock_set *set);

/* Fill `clock` from EVENT[N]; the days are there. VOL_EOS. */
enum vol_status vol_clock_table_events(struct vol_clock_set *set, const struct vol_clock_event *event,
                                       size_t n);

#endif
