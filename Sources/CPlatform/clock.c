// nanosleep() and the clocks are what the headers call POSIX.
#define _GNU_SOURCE
#include "clock.h"

#include "platform.h"

#if defined(__linux__)
#include <time.h>
#else
struct timespec {
  long tv_sec, tv_nsec;
};
int clock_gettime(int clock, struct timespec *time);
int nanosleep(const struct timespec *time, struct timespec *rest);
#endif

// In nanoseconds.
static uint64_t now(int clock) {
  struct timespec time = {0, 0};
  clock_gettime(clock, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint64_t mle_now(void) { return now(1 /* CLOCK_MONOTONIC */); }
uint64_t mle_boot_now(void) { return now(7 /* CLOCK_BOOTTIME */); }
uint64_t mle_real_now(void) { return now(0 /* CLOCK_REALTIME */); }
uint64_t mle_cpu_now(void) { return now(2 /* CLOCK_PROCESS_CPUTIME_ID */); }

void mle_sleep_microseconds(uint32_t microseconds) {
  struct timespec time = {microseconds / 1000000, (long)(microseconds % 1000000) * 1000};
  nanosleep(&time, 0);
}
