// What a player takes: footprint RUNS EVENTS PLAYER ARGUMENT...
//
// Starts PLAYER, gives it the file EVENTS (at most 64 KiB) on standard input and waits for its first
// byte on standard output. Prints the least and the median time from before the start to that byte in
// microseconds, and the last run's resident memory in KiB when it has scored all events and waits for
// more: its own, and pages of files.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static char events[1 << 16];

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static long resident(pid_t pid, const char *field) {
  char name[64], line[256];
  long size = -1;
  snprintf(name, sizeof name, "/proc/%d/status", (int)pid);
  FILE *status = fopen(name, "r");
  if (!status) fail(name);
  while (fgets(line, sizeof line, status))
    if (!strncmp(line, field, strlen(field))) size = atol(line + strlen(field));
  fclose(status);
  return size;
}

// Reads what a player prints until it has been quiet for a while.
static void drain(int fd) {
  char text[4096];
  struct pollfd output = {.fd = fd, .events = POLLIN};
  while (poll(&output, 1, 300) > 0 && read(fd, text, sizeof text) > 0) {
  }
}

// Microseconds to the first byte; `memory`, where there is one, is given the two sizes.
static long run(char **command, size_t length, long *memory) {
  int input[2], output[2], status;
  pid_t pid;
  char byte;
  if (pipe2(input, O_CLOEXEC) || pipe2(output, O_CLOEXEC)) fail("pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input[0], 0);
  posix_spawn_file_actions_adddup2(&actions, output[1], 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  if (write(input[1], events, length) != (ssize_t)length) fail("write");
  long start = now();
  if (posix_spawn(&pid, command[0], &actions, 0, command, environ)) fail(command[0]);
  close(output[1]);
  if (read(output[0], &byte, 1) != 1) fail("the player printed nothing");
  long time = now() - start;
  if (memory) {
    drain(output[0]);
    memory[0] = resident(pid, "RssAnon:");
    memory[1] = resident(pid, "RssFile:");
  }
  close(input[1]);
  close(input[0]);
  close(output[0]);
  waitpid(pid, &status, 0);
  posix_spawn_file_actions_destroy(&actions);
  return time;
}

static int compare(const void *a, const void *b) {
  long x = *(const long *)a, y = *(const long *)b;
  return (x > y) - (x < y);
}

int main(int count, char **arguments) {
  if (count < 4) return 64;
  int runs = atoi(arguments[1]);
  FILE *file = fopen(arguments[2], "r");
  if (!file) fail(arguments[2]);
  size_t length = fread(events, 1, sizeof events, file);
  fclose(file);
  long *times = calloc((size_t)runs, sizeof *times), memory[2];
  if (runs < 1 || !times) return 64;
  for (int i = 0; i < runs; i++)
    times[i] = run(arguments + 3, length, i + 1 == runs ? memory : NULL);
  qsort(times, (size_t)runs, sizeof *times, compare);
  printf("%ld %ld %ld %ld\n", times[0], times[runs / 2], memory[0], memory[1]);
}
