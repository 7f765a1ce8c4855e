/* The time of day leaps by CLOCK_LEAP seconds and back, every quarter of a second; clocks that only run do not. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long leap(void) {
    struct timespec now;
    const char *given = getenv("CLOCK_LEAP");
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return given && now.tv_nsec / 250000000 % 2 ? atol(given) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int code = syscall(SYS_clock_gettime, clock, time);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) time->tv_sec += leap();
    return code;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    int code = syscall(SYS_gettimeofday, time, zone);
    time->tv_sec += leap();
    return code;
}

time_t time(time_t *kept) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (kept) *kept = now.tv_sec;
    return now.tv_sec;
}
