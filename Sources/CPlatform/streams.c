#include "streams.h"

#include "signals.h"
#include "system.h"

#if defined(__linux__)
#include <sys/socket.h>
#else
int socket(int family, int type, int protocol);
int connect(int fd, const void *address, unsigned length);
int isatty(int fd);
int dup2(int fd, int number);
#endif

void mle_prepare_standard_streams(void) {
  mle_ignore_failed_writes();
  // Opened as a place only, none of them can be read or written.
  int fd;
  do fd = open("/", place_only | close_on_exec);
  while (fd >= 0 && fd < 3);
  if (fd >= 0) close(fd);
}

int mle_wait_readable(const int *fds, int count, int milliseconds) {
  enum { most = 1024 };
  struct pollfd list[most];
  if (count > most) count = most;
  for (int index = 0; index < count; index++)
    list[index] = (struct pollfd){.fd = fds[index], .events = POLLIN};
  int ready = result(poll(list, (unsigned long)count, milliseconds));
  if (ready <= 0) return ready;
  for (int index = 0; index < count; index++)
    if (list[index].revents & POLLIN) return 1;
  return 0;
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

int mle_is_terminal(int fd) { return isatty(fd); }
