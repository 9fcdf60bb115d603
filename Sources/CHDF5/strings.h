// A damaged reference to a variable-length string makes the library read somewhere in memory: whether it
// crashes depends on what is there, so that a trial by another process says nothing. A child process reads
// such strings and hands them over.
#ifndef MLE_CHDF5_STRINGS_H
#define MLE_CHDF5_STRINGS_H
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include "trial.h"

// Writes one pointer for each string to `buffer`; negative where it fails.
typedef int (*mle_h5_fill)(void *context, void *buffer);

static inline int mle_h5_send_strings(
  FILE *out, mle_h5_fill fill, void *context, size_t count)
{
  char **strings = calloc(count, sizeof *strings);
  if (!strings || fill(context, strings) < 0) return -1;
  for (size_t i = 0; i < count; i++) {
    uint64_t length = strings[i] ? strlen(strings[i]) : 0;
    if (fwrite(&length, sizeof length, 1, out) != 1) return -1;
    if (length > 0 && fwrite(strings[i], length, 1, out) != 1) return -1;
  }
  return fflush(out);
}

// Starts a child that sends the length of each of `count` strings, 8 bytes, and the string. Where they
// are to be read goes to `descriptor`. Negative where there is no child.
static inline int mle_h5_strings_from_child(
  mle_h5_fill fill, void *context, size_t count, unsigned seconds, int *descriptor)
{
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return -1;
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    signal(SIGPIPE, SIG_DFL);
    mle_trial_begin(seconds);
    FILE *out = fdopen(ends[1], "w");
    _exit(out && mle_h5_send_strings(out, fill, context, count) == 0 ? 0 : 1);
  }
  close(ends[1]);
  if (child < 0) close(ends[0]);
  *descriptor = ends[0];
  return child;
}

#endif
