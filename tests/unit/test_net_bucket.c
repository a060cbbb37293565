/* Token buckets: in no window more than the limit, over restarts and processes (reliability O10). */
#include "unit.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"
#include "net/bucket.h"

static char dir[] = "/tmp/volpipe-bucket.XXXXXX";

static unsigned state = 7;

static unsigned draw(unsigned below)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % below;
}

/* Whether N ascending instants keep to RATE and BURST in every window. */
static bool keeps(const int64_t *at, size_t n, double rate, double burst)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = i; k < n; k++)
            if ((double)(k - i + 1) > burst + rate * (double)(at[k] - at[i]) / 1e9 + 1e-6)
                return false;
    return true;
}

/* Histories of questions at random instants, the bucket thrown away and begun anew now and then. */
static void test_windows(const char *where)
{
    static const struct {
        double rate, burst;
    } limits[] = {{1, 1}, {5, 1}, {0.5, 3}, {20, 100}, {3, 10}};

    for (size_t l = 0; l < sizeof limits / sizeof limits[0]; l++) {
        int64_t at[300], now = 1800000000 * VOL_SECOND, wait, last = 0;
        struct vol_bucket b;
        char host[32];
        bool in_order = true;

        snprintf(host, sizeof host, "host%zu:80", l);
        vol_bucket_init(&b, limits[l].rate, limits[l].burst, where);
        for (size_t i = 0; i < 300; i++) {
            now += draw(4) ? draw(1000) * (VOL_SECOND / 1000) / (int64_t)(limits[l].rate + 1)
                           : draw(5) * VOL_SECOND;
            if (where && draw(20) == 0) { /* killed, and started again */
                vol_bucket_free(&b);
                vol_bucket_init(&b, limits[l].rate, limits[l].burst, where);
            }
            UNIT(vol_bucket_take(&b, host, now, &wait, NULL) == VOL_OK && wait >= 0);
            at[i] = now + wait;
            in_order = in_order && at[i] >= last;
            last = at[i];
        }
        UNIT(in_order);
        UNIT(keeps(at, 300, limits[l].rate, limits[l].burst));
        /* and it is not slower than it must be: a burst after a long rest is let through at once */
        now = last + 1000 * VOL_SECOND;
        for (int i = 0; i < (int)limits[l].burst; i++)
            UNIT(vol_bucket_take(&b, host, now, &wait, NULL) == VOL_OK && wait == 0);
        UNIT(vol_bucket_take(&b, host, now, &wait, NULL) == VOL_OK);
        UNIT_NEAR((double)wait / 1e9, 1 / limits[l].rate, 1e-6);
        vol_bucket_free(&b);
    }
}

/* Four processes at once take 50 tokens each: all 200 have different places. */
static void test_processes(void)
{
    int64_t delay = 0, now = 1900000000 * VOL_SECOND;
    struct vol_bucket b;
    int status, failed = 0;

    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            int bad = 0;

            vol_bucket_init(&b, 10, 1, dir);
            for (int k = 0; k < 50; k++)
                bad += vol_bucket_take(&b, "shared", now, &delay, NULL) != VOL_OK;
            vol_bucket_free(&b);
            _exit(bad > 0);
        }
    while (wait(&status) > 0)
        failed += status != 0;
    UNIT(failed == 0);
    vol_bucket_init(&b, 10, 1, dir);
    UNIT(vol_bucket_take(&b, "shared", now, &delay, NULL) == VOL_OK);
    UNIT_NEAR((double)delay / 1e9, 20.0, 1e-6); /* the 201st at 10 a second */
    vol_bucket_free(&b);
}

static void test_hold(void)
{
    int64_t wait, now = 1800000000 * VOL_SECOND;
    struct vol_bucket b;

    vol_bucket_init(&b, 5, 3, dir);
    UNIT(vol_bucket_hold(&b, "held", now, now + 60 * VOL_SECOND, NULL) == VOL_OK);
    UNIT(vol_bucket_take(&b, "held", now, &wait, NULL) == VOL_OK && wait == 60 * VOL_SECOND);
    /* a clock that was a year ahead when the file was written closes the host for a day at most */
    UNIT(vol_bucket_take(&b, "ahead", now + 365 * VOL_DAY, &wait, NULL) == VOL_OK && wait == 0);
    UNIT(vol_bucket_take(&b, "ahead", now, &wait, NULL) == VOL_OK && wait > 0 && wait <= VOL_DAY);
    vol_bucket_free(&b);
    vol_bucket_init(&b, 0, 1, NULL); /* no limit */
    UNIT(vol_bucket_take(&b, "x", now, &wait, NULL) == VOL_OK && wait == 0);
    vol_bucket_free(&b);
    vol_bucket_init(&b, 1, 1, dir);
    UNIT(vol_bucket_take(&b, "../evil", now, &wait, NULL) == VOL_ECREATE);
    vol_bucket_free(&b);
}

int main(void)
{
    char clean[64];

    if (!UNIT(mkdtemp(dir) != NULL))
        return unit_done("net/bucket");
    test_windows(NULL);
    test_windows(dir);
    test_processes();
    test_hold();
    snprintf(clean, sizeof clean, "rm -rf %s", dir);
    UNIT(system(clean) == 0);
    return unit_done("net/bucket");
}
