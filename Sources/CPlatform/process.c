#define _GNU_SOURCE
#include "process.h"

#include "kernel.h"
#include "platform.h"
#include "system.h"

#if defined(__linux__)
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#else
int socket(int family, int type, int protocol);
int connect(int fd, const void *address, unsigned length);
int rename(const char *from, const char *to);
char *getenv(const char *name);
int isatty(int fd);
int dup2(int fd, int number);
int gethostname(char *name, size_t length);
#define POLLOUT 4
#endif

// The same numbers on all architectures.
enum { pidfd_send_signal_number = 424, pidfd_open_number = 434 };
enum { write_only = 01, create = 0100, truncate_it = 01000, append = 02000 };
enum { non_blocking = 04000, no_control = 0400 };

int mle_pidfd_open(int pid) { return result(syscall(pidfd_open_number, pid, 0)); }

int mle_pidfd_signal(int fd, int number) {
  return result(syscall(pidfd_send_signal_number, fd, number, 0, 0));
}

uint64_t mle_boot_now(void) { return now(7 /* CLOCK_BOOTTIME */); }
uint64_t mle_real_now(void) { return now(0 /* CLOCK_REALTIME */); }
uint64_t mle_cpu_now(void) { return now(2 /* CLOCK_PROCESS_CPUTIME_ID */); }

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

int mle_connect_unix(const char *path, int is_stream) {
  struct {
    uint16_t family;
    char path[108];
  } address = {1 /* AF_UNIX */, {0}};
  size_t length = 0;
  while (path[length] && length < sizeof address.path) {
    address.path[length] = path[length];
    length++;
  }
  if (length == 0 || length == sizeof address.path) return -36;  // ENAMETOOLONG
  if (address.path[0] == '@') address.path[0] = 0;
  int fd = result(socket(1, (is_stream ? 1 : 2) | close_on_exec | non_blocking, 0));
  if (fd < 0) return fd;
  int code = result(connect(fd, (const void *)&address, (unsigned)(2 + length)));
  if (code == 0) return fd;
  close(fd);
  return code;
}

int mle_is_writable(int fd) {
  struct pollfd list = {.fd = fd, .events = POLLOUT};
  return poll(&list, 1, 0) == 1;
}

void mle_stop_waiting_for_terminals(void) {
  static const char *const paths[] = {"/proc/self/fd/1", "/proc/self/fd/2"};
  for (int fd = 1; fd <= 2; fd++) {
    int flags = write_only | non_blocking | no_control | close_on_exec;
    int own = isatty(fd) ? open(paths[fd - 1], flags) : -1;
    if (own < 0) continue;
    dup2(own, fd);
    close(own);
  }
}

int mle_append_file(const char *path) {
  int flags = write_only | create | append | non_blocking | close_on_exec | MLE_O_LARGEFILE;
  return result(open(path, flags, 0640));
}

int mle_replace_file(const char *path) {
  return result(open(path, write_only | create | truncate_it | close_on_exec, 0644));
}

int mle_rename(const char *from, const char *to) { return result(rename(from, to)); }

int mle_write_control(const char *path, const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  int fd = result(open(path, write_only | close_on_exec));
  if (fd < 0) return fd;
  int code = result(write(fd, text, length));
  close(fd);
  return code < 0 ? code : 0;
}

static volatile int reload_is_asked_for;
static void note_reload(int number) { reload_is_asked_for = number; }

void mle_catch_service_signals(void) {
  mle_catch_stop_signals();
  reload_is_asked_for = 0;
  signal(SIGHUP, note_reload);
}

int mle_take_reload(void) {
  if (!reload_is_asked_for) return 0;
  // A signal that comes from here on asks again.
  reload_is_asked_for = 0;
  return 1;
}

void mle_unreserve(void *memory, size_t length) { munmap(memory, length); }
