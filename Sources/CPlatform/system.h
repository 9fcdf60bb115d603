// What kernel.c and process.c have in common: what they need of the system's headers, and how they
// read its answers.
#ifndef MLE_SYSTEM_H
#define MLE_SYSTEM_H

#include "platform.h"

#if defined(__linux__)
#include <poll.h>
#include <time.h>
#else
// Embedded builds have no system headers; these declarations, as those in the files that include this
// one, are those of Linux on 32 and 64 bits.
typedef void (*handler)(int);
struct timespec {
  long tv_sec, tv_nsec;
};
struct pollfd {
  int fd;
  short events, revents;
};
long syscall(long number, ...);
int poll(struct pollfd *fds, unsigned long count, int milliseconds);
int munmap(void *address, size_t length);
int clock_gettime(int clock, struct timespec *time);
handler signal(int number, handler new_handler);
#define SIGHUP 1
#endif

// The same number on all architectures.
enum { close_on_exec = 02000000 };

// The system's answer; below 0 a negative errno.
static inline int result(long value) { return value < 0 ? -mle_errno() : (int)value; }

// A clock's time in nanoseconds.
static inline uint64_t now(int clock) {
  struct timespec time = {0, 0};
  clock_gettime(clock, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

#endif
