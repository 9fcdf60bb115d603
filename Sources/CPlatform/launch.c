// syscall() and pipe2() are what the headers call GNU extensions.
#define _GNU_SOURCE
#include "launch.h"

#include "signals.h"
#include "system.h"

#if defined(__linux__)
#include <sys/wait.h>
#else
int kill(int pid, int number);
int fork(void);
int pipe2(int fds[2], int flags);
int execvp(const char *file, char *const argv[]);
int waitpid(int pid, int *status, int options);
void _exit(int status);
#endif

#if defined(__x86_64__)
enum { prlimit64_number = 302 };
#elif defined(__arm__)
enum { prlimit64_number = 369 };
#else  // the list that AArch64 and RISC-V share
enum { prlimit64_number = 261 };
#endif

struct limit {
  uint64_t soft, hard;
};
// As it was at the start; hard is 0 as long as nothing was raised.
static struct limit first_limit;

static int change_descriptor_limit(const struct limit *change, struct limit *before) {
  return result(syscall(prlimit64_number, 0, 7 /* RLIMIT_NOFILE */, change, before));
}

void mle_raise_descriptor_limit(void) {
  if (first_limit.hard || change_descriptor_limit((void *)0, &first_limit) < 0) return;
  struct limit raised = {first_limit.hard, first_limit.hard};
  change_descriptor_limit(&raised, (void *)0);
}

int mle_descriptor_limit(void) {
  struct limit limit;
  return change_descriptor_limit((void *)0, &limit) < 0 || limit.soft > 0x7fffffff
             ? 0x7fffffff
             : (int)limit.soft;
}

// The gate has two ends for each side: the child waits for a byte on one and answers on the other
// with the error of its exec, or, by the close on exec, with nothing.
static int answers[2] = {-1, -1};

int mle_launch(char *const *argv, int *gate) {
  int waits[2];
  if (pipe2(waits, close_on_exec) < 0) return -mle_errno();
  if (pipe2(answers, close_on_exec) < 0) {
    int code = -mle_errno();
    close(waits[0]);
    close(waits[1]);
    return code;
  }
  int child = fork();
  if (child == 0) {
    char byte;
    close(waits[1]);
    close(answers[0]);
    if (read(waits[0], &byte, 1) != 1) _exit(127);  // its parent has gone
    mle_forget_signals();
    if (first_limit.hard) change_descriptor_limit(&first_limit, (void *)0);
    execvp(argv[0], argv);
    int code = mle_errno();
    ptrdiff_t written = write(answers[1], &code, sizeof code);
    _exit(written == sizeof code ? 127 : 126);
  }
  int code = child < 0 ? -mle_errno() : child;
  close(waits[0]);
  close(answers[1]);
  if (child < 0) {
    close(waits[1]);
    close(answers[0]);
  }
  *gate = waits[1];
  return code;
}

int mle_release(int gate) {
  int code = 0;
  ptrdiff_t count = write(gate, "g", 1);
  close(gate);
  if (count == 1)
    do count = read(answers[0], &code, sizeof code);
    while (count < 0 && mle_errno() == 4 /* EINTR */);
  close(answers[0]);
  return count == sizeof code ? -code : 0;
}

void mle_abandon(int child, int gate) {
  int status;
  close(gate);
  close(answers[0]);
  kill(child, 9 /* SIGKILL */);
  waitpid(child, &status, 0);
}

int mle_reap(int child) {
  int status = 0;
  int reaped = result(waitpid(child, &status, 1 /* WNOHANG */));
  return reaped == 0 ? -11 /* EAGAIN */ : reaped < 0 ? reaped : status;
}
