#include "platform.h"

#if !defined(__linux__)
typedef void (*handler)(int);
handler signal(int number, handler new_handler);
#define SIGPIPE 13
#define SIG_IGN ((handler)1)
#endif

void mle_prepare_standard_streams(void) {
  signal(SIGPIPE, SIG_IGN);
  // Opened as a place only, none of them can be read or written.
  int fd;
  do fd = open("/", 010000000 /* O_PATH */ | 02000000 /* O_CLOEXEC */);
  while (fd >= 0 && fd < 3);
  if (fd >= 0) close(fd);
}
