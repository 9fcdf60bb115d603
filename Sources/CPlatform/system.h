// What the C files have in common: what they need of the system's headers, and how they read its answers.
#ifndef MLE_SYSTEM_H
#define MLE_SYSTEM_H

#include "platform.h"

#if defined(__linux__)
#include <poll.h>
#else
// Embedded builds have no system headers; these declarations, as those in the files that include this
// one, are those of Linux on 32 and 64 bits.
struct pollfd {
  int fd;
  short events, revents;
};
long syscall(long number, ...);
int poll(struct pollfd *fds, unsigned long count, int milliseconds);
#define POLLIN 1
#define POLLOUT 4
#define POLLHUP 16
#endif

// Of open and socket: the same on all architectures.
enum { write_only = 01, create = 0100, exclusive = 0200, no_control = 0400, append = 02000 };
enum { non_blocking = 04000, close_on_exec = 02000000, place_only = 010000000 };

// The system's answer; below 0 a negative errno.
static inline int result(long value) { return value < 0 ? -mle_errno() : (int)value; }

#endif
