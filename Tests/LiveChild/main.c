// Makes known system calls, to be watched: live-child MODE [N ...]. Everything between two calls of
// times() is what a test expects; all of it is called directly, for the C library makes calls of its own.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void mark(void) { syscall(SYS_times, 0); }

static void calls(void) {
  char bytes[100] = {0};
  int ends[2];
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  mark();
  syscall(SYS_getppid);
  int file = (int)syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY | O_CLOEXEC, 0);
  syscall(SYS_read, file, bytes, 10);
  syscall(SYS_pipe2, ends, 0);
  syscall(SYS_write, ends[1], bytes, sizeof bytes);
  syscall(SYS_read, ends[0], bytes, sizeof bytes);
  syscall(SYS_close, ends[0]);
  syscall(SYS_close, ends[1]);
  int copy = (int)syscall(SYS_dup, file);
  syscall(SYS_close, copy);
  syscall(SYS_close, file);
  syscall(SYS_close, file);
  int peer = (int)syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
  syscall(SYS_connect, peer, &address, sizeof address);
  syscall(SYS_close, peer);
  syscall(SYS_openat, AT_FDCWD, "/no/such/file", O_RDONLY, 0);
  syscall(SYS_read, -1, bytes, 1);
  void *page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  syscall(SYS_mprotect, page, 4096, PROT_READ | PROT_EXEC);
  mark();
}

static void *thread(void *count) {
  for (intptr_t left = (intptr_t)count; left > 0; left--) syscall(SYS_getppid);
  return 0;
}

static void *executing_thread(void *program) {
  char *arguments[] = {program, "nothing", 0};
  execv(program, arguments);
  return 0;
}

static void threads(int count) {
  pthread_t list[4];
  for (int index = 0; index < 4; index++)
    pthread_create(&list[index], 0, thread, (void *)(intptr_t)count);
  for (int index = 0; index < 4; index++) pthread_join(list[index], 0);
}

// A child that execs, and this program again in it.
static void family(const char *program) {
  mark();
  long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (child == 0) {
    syscall(SYS_getppid);
    char *arguments[] = {(char *)program, "calls", 0};
    syscall(SYS_execve, program, arguments, environ);
    syscall(SYS_exit_group, 1);
  }
  syscall(SYS_wait4, child, 0, 0, 0);
  mark();
}

// Another program that may have so many descriptors, of which it begins with three.
static void limited(int number, char **arguments) {
  struct rlimit limit = {(rlim_t)number, (rlim_t)number};
  for (int fd = 3; fd < 65536; fd++) close(fd);
  setrlimit(RLIMIT_NOFILE, &limit);
  execv(arguments[0], arguments);
}

// Another program, as somebody who has no rights.
static void nobody(char **arguments) {
  if (setgid(65534) == 0 && setuid(65534) == 0) execv(arguments[0], arguments);
}

static volatile sig_atomic_t is_asked;
static void ask(int number) { is_asked = number; }

// So many calls in a row, and as many again once there is the file, or after a minute.
static void storm(int count, const char *file) {
  for (int left = count; left > 0; left--) syscall(SYS_getppid);
  if (!file) return;
  for (int left = 6000; left > 0 && access(file, F_OK) != 0; left--) usleep(10000);
  storm(count, 0);
}

// A thread that goes on after the first one has ended.
static void *sleeping_thread(void *milliseconds) {
  usleep((useconds_t)(intptr_t)milliseconds * 1000);
  return 0;
}

static void leaderless(int milliseconds) {
  pthread_t other;
  pthread_create(&other, 0, sleeping_thread, (void *)(intptr_t)milliseconds);
  pthread_exit(0);
}

// Works until it is told to stop; makes a child that does the same at SIGUSR1.
static void work(unsigned microseconds) {
  signal(SIGUSR1, ask);
  for (;;) {
    syscall(SYS_getppid);
    if (microseconds) usleep(microseconds);
    if (!is_asked) continue;
    is_asked = 0;
    syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  }
}

int main(int count, char **arguments) {
  const char *mode = count > 1 ? arguments[1] : "";
  int number = count > 2 ? atoi(arguments[2]) : 0;
  if (!strcmp(mode, "calls")) calls();
  if (!strcmp(mode, "threads")) threads(number);
  if (!strcmp(mode, "family")) family(arguments[0]);
  if (!strcmp(mode, "storm")) storm(number, count > 3 ? arguments[3] : 0);
  if (!strcmp(mode, "forks"))
    for (int left = number; left > 0; left--) {
      long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
      if (child == 0) syscall(SYS_exit_group, 0);
      syscall(SYS_wait4, child, 0, 0, 0);
    }
  if (!strcmp(mode, "thread-exec")) {
    pthread_t other;
    pthread_create(&other, 0, executing_thread, arguments[0]);
    pthread_join(other, 0);
  }
  if (!strcmp(mode, "limited") && count > 3) limited(number, arguments + 3);
  if (!strcmp(mode, "nobody") && count > 2) nobody(arguments + 2);
  if (!strcmp(mode, "leaderless")) leaderless(number);
  if (!strcmp(mode, "work")) work((unsigned)number);
  return 0;
}
