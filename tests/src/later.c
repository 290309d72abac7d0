/* Preloaded into the wallet by the tests: its clock is ahead by as many seconds as SECONDS_AHEAD says.

   Only the time of day moves: what measures how long something takes goes on as ever. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    const char *ahead = getenv("SECONDS_AHEAD");
    int failed;
    if (real == NULL) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    failed = real(clock, now);
    if (failed == 0 && ahead != NULL && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += atoll(ahead);
    return failed;
}
