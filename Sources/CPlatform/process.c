#define _GNU_SOURCE
#include "process.h"

#include "clock.h"
#include "files.h"
#include "system.h"

#if defined(__linux__)
#include <stdlib.h>
#else
char *getenv(const char *name);
int gethostname(char *name, size_t length);
int getpid(void);
int kill(int pid, int number);
#endif

// The first two are the same on all architectures.
enum { pidfd_send_signal_number = 424, pidfd_open_number = 434 };
#if defined(__x86_64__)
enum { sched_setscheduler_number = 144 };
#elif defined(__arm__)
enum { sched_setscheduler_number = 156 };
#else  // the list that AArch64 and RISC-V share
enum { sched_setscheduler_number = 119 };
#endif

int mle_process_id(void) { return getpid(); }
int mle_process_exists(int pid) { return kill(pid, 0) == 0 || mle_errno() == 1 ? 0 : -3; }
int mle_signal_process(int pid, int number) { return result(kill(pid, number)); }

int mle_pidfd_open(int pid) { return result(syscall(pidfd_open_number, pid, 0)); }

int mle_pidfd_signal(int fd, int number) {
  return result(syscall(pidfd_send_signal_number, fd, number, 0, 0));
}

int mle_become_realtime(void) {
  // musl has the function, but it only fails.
  int priority = 1;
  return result(
      syscall(sched_setscheduler_number, 0, 1 | 0x40000000 /* FIFO, reset on fork */, &priority));
}

uint32_t mle_random_number(void) {
  uint32_t number = 0;
  int fd = mle_open_for_reading("/dev/urandom");
  ptrdiff_t count = fd < 0 ? 0 : read(fd, &number, sizeof number);
  if (fd >= 0) close(fd);
  return count == sizeof number ? number : (uint32_t)mle_now();
}

const char *mle_environment(const char *name) { return getenv(name); }

void mle_host_name(char *name, size_t length) {
  if (length == 0) return;
  if (gethostname(name, length) < 0) name[0] = 0;
  name[length - 1] = 0;
}
