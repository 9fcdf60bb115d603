// Clocks, in nanoseconds.
#ifndef MLE_CLOCK_H
#define MLE_CLOCK_H
#include <stddef.h>
#include <stdint.h>

// CLOCK_MONOTONIC.
uint64_t mle_now(void);
// Since boot, suspension included, and since 1970; and of CPU that this process took.
uint64_t mle_boot_now(void);
uint64_t mle_real_now(void);
uint64_t mle_cpu_now(void);

void mle_sleep_microseconds(uint32_t microseconds);
#endif
