// syscall() and what the headers call GNU extensions.
#define _GNU_SOURCE
#include "kernel.h"
#include "platform.h"
#include "system.h"

#if defined(__linux__)
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#else
int ioctl(int fd, unsigned long request, ...);
int nanosleep(const struct timespec *time, struct timespec *rest);
ptrdiff_t readlink(const char *path, char *buffer, size_t length);
ptrdiff_t getxattr(const char *path, const char *name, void *value, size_t length);
int mount(const char *source, const char *target, const char *type, unsigned long flags,
          const void *data);
int getpid(void);
int getpagesize(void);
int kill(int pid, int number);
int fork(void);
int pipe2(int fds[2], int flags);
int execvp(const char *file, char *const argv[]);
int waitpid(int pid, int *status, int options);
void _exit(int status);
int isatty(int fd);
int fdatasync(int fd);
int fsync(int fd);
int unlink(const char *path);
#define SIG_DFL ((handler)0)
#define SIG_IGN ((handler)1)
#define POLLIN 1
#define POLLHUP 16
#define MAP_FAILED ((void *)-1)
#define EINTR 4
#define EAGAIN 11
#define SIGINT 2
#define SIGKILL 9
#define SIGPIPE 13
#define SIGTERM 15
#endif

#if defined(__x86_64__)
enum { perf_event_open_number = 298, getdents64_number = 217 };
enum { ftruncate_number = 77, sched_setscheduler_number = 144, prlimit64_number = 302 };
enum { stat_number = 262, inode_offset = 8, mode_offset = 24 };  // newfstatat
#elif defined(__arm__)
enum { perf_event_open_number = 364, getdents64_number = 217 };
enum { ftruncate_number = 194, sched_setscheduler_number = 156, prlimit64_number = 369 };
enum { stat_number = 327, inode_offset = 96, mode_offset = 16 };  // fstatat64
#else  // the list that AArch64 and RISC-V share
enum { perf_event_open_number = 241, getdents64_number = 61 };
enum { ftruncate_number = 46, sched_setscheduler_number = 119, prlimit64_number = 261 };
enum { stat_number = 79, inode_offset = 8, mode_offset = 16 };  // fstatat
#endif

// struct perf_event_attr of include/uapi/linux/perf_event.h, in its version 5.
struct attributes {
  uint32_t type, size;
  uint64_t config, sample_period, sample_type, read_format, flags;
  uint32_t wakeup, breakpoint_type;
  uint64_t config1, config2, branch_sample_type, user_registers;
  uint32_t user_stack;
  int32_t clock;
  uint64_t interrupt_registers;
  uint32_t aux_watermark;
  uint16_t longest_stack, reserved;
};
_Static_assert(sizeof(struct attributes) == 112, "PERF_ATTR_SIZE_VER5");

enum {
  flag_disabled = 1 << 0,
  flag_inherit = 1 << 1,
  flag_enable_on_exec = 1 << 12,
  flag_task = 1 << 13,
  flag_watermark = 1 << 14,
  flag_sample_id_all = 1 << 18,
  flag_use_clockid = 1 << 25,
};

int mle_perf_open(const struct mle_perf_event *event, int target, int cpu, int is_cgroup) {
  struct attributes attributes = {
      .type = event->tracepoint ? 2 /* PERF_TYPE_TRACEPOINT */ : 1 /* PERF_TYPE_SOFTWARE */,
      .size = sizeof attributes,
      .config = event->tracepoint ? event->tracepoint : 9 /* PERF_COUNT_SW_DUMMY */,
      .sample_period = 1,
      .sample_type = 1 << 1 | 1 << 2 | 1 << 10,  // TID, TIME, RAW
      .read_format = event->counts_losses ? 1 << 4 : 0,
      .flags = flag_disabled | flag_sample_id_all | flag_use_clockid |
               (event->follows_children ? flag_inherit : 0) |
               (event->begins_at_exec ? flag_enable_on_exec : 0) |
               (event->reports_threads ? flag_task : 0) |
               (event->wakeup_bytes ? flag_watermark : 0),
      .wakeup = event->wakeup_bytes ? event->wakeup_bytes : 1,
      .clock = 1,  // CLOCK_MONOTONIC
  };
  unsigned long flags = 8 /* close on exec */ | (is_cgroup ? 4 : 0);
  return result(syscall(perf_event_open_number, &attributes, target, cpu, -1, flags));
}

int mle_perf_enable(int fd) { return result(ioctl(fd, 0x2400, 0)); }

int mle_perf_filter(int fd, const char *filter) {
  unsigned long request = 0x40002406ul | (unsigned long)sizeof(char *) << 16;
  return result(ioctl(fd, request, filter));
}

int mle_perf_share_ring(int fd, int ring_fd) { return result(ioctl(fd, 0x2405, ring_fd)); }

uint64_t mle_perf_lost(int fd) {
  uint64_t values[2] = {0, 0};  // the count, the losses
  return read(fd, values, sizeof values) == sizeof values ? values[1] : 0;
}

int mle_perf_has_ended(int fd) {
  struct pollfd list = {.fd = fd};
  return poll(&list, 1, 0) == 1 && (list.revents & POLLHUP);
}

void *mle_ring_map(int fd, size_t page_bytes, size_t data_bytes) {
  void *control = mmap(0, page_bytes + data_bytes, 3 /* read, write */, 1 /* shared */, fd, 0);
  return control == MAP_FAILED ? 0 : control;
}

void mle_ring_unmap(void *control, size_t page_bytes, size_t data_bytes) {
  munmap(control, page_bytes + data_bytes);
}

size_t mle_page_bytes(void) { return (size_t)getpagesize(); }

uint64_t mle_now(void) { return now(1 /* CLOCK_MONOTONIC */); }

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

void mle_sleep_microseconds(uint32_t microseconds) {
  struct timespec time = {microseconds / 1000000, (long)(microseconds % 1000000) * 1000};
  nanosleep(&time, 0);
}

int mle_open_directory(const char *path) {
  return result(open(path, close_on_exec | MLE_O_LARGEFILE));
}

ptrdiff_t mle_read_directory(int fd, void *buffer, size_t length) {
  return result(syscall(getdents64_number, fd, buffer, length));
}

ptrdiff_t mle_read_link(const char *path, char *buffer, size_t length) {
  return result(readlink(path, buffer, length));
}

size_t mle_socket_protocol(const char *path, void *name, size_t length) {
  ptrdiff_t count = getxattr(path, "system.sockprotoname", name, length);
  return count > 0 ? (size_t)count - 1 : 0;  // a zero ends it
}

// The kernel's struct stat (Arm: stat64), which begins with the device. Not statx, which is of
// Linux 4.11, and no structure of the C library, whose headers a build for a device may lack.
struct facts {
  uint64_t words[20];
};

static int find_facts(const char *path, struct facts *facts) {
  return result(syscall(stat_number, -100 /* AT_FDCWD */, path, facts, 0));
}

int mle_file_mode(const char *path) {
  struct facts facts = {0};
  int code = find_facts(path, &facts);
  return code < 0 ? code : *(uint16_t *)((char *)&facts + mode_offset);
}

int mle_is_same_file(const char *path, const char *other) {
  struct facts facts = {0}, others = {0};
  if (find_facts(path, &facts) < 0 || find_facts(other, &others) < 0) return 0;
  return facts.words[0] == others.words[0] &&
         facts.words[inode_offset / 8] == others.words[inode_offset / 8];
}

int mle_open_place(const char *path) {
  return result(open(path, 010000000 /* O_PATH */ | close_on_exec));
}

int mle_mount_tracefs(const char *path) {
  return result(mount("nodev", path, "tracefs", 0, 0));
}

int mle_process_id(void) { return getpid(); }
int mle_process_exists(int pid) { return kill(pid, 0) == 0 || mle_errno() == 1 ? 0 : -3; }

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
    signal(SIGPIPE, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    if (signal(SIGHUP, SIG_DFL) == SIG_IGN) signal(SIGHUP, SIG_IGN);
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
    while (count < 0 && mle_errno() == EINTR);
  close(answers[0]);
  return count == sizeof code ? -code : 0;
}

void mle_abandon(int child, int gate) {
  int status;
  close(gate);
  close(answers[0]);
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
}

int mle_reap(int child) {
  int status = 0;
  int reaped = result(waitpid(child, &status, 1 /* WNOHANG */));
  return reaped == 0 ? -EAGAIN : reaped < 0 ? reaped : status;
}

int mle_signal_process(int pid, int number) { return result(kill(pid, number)); }

static volatile int stop_signal;
static void note_stop_signal(int number) { stop_signal = number; }

void mle_catch_stop_signals(void) {
  stop_signal = 0;
  signal(SIGINT, note_stop_signal);
  signal(SIGTERM, note_stop_signal);
  // Under nohup a lost terminal is no reason to stop.
  if (signal(SIGHUP, note_stop_signal) == SIG_IGN) signal(SIGHUP, SIG_IGN);
}

int mle_stop_signal(void) { return stop_signal; }

int mle_become_realtime(void) {
  // musl has the function, but it only fails.
  int priority = 1;
  return result(
      syscall(sched_setscheduler_number, 0, 1 | 0x40000000 /* FIFO, reset on fork */, &priority));
}

// Makes what was made in path's directory last. Where that is not possible, what is written to the file
// says so.
static void sync_directory(const char *path) {
  char directory[4096] = ".";
  size_t length = 0;
  for (size_t index = 0; path[index]; index++)
    if (path[index] == '/') length = index + 1;
  if (length >= sizeof directory) return;
  for (size_t index = 0; index < length; index++) directory[index] = path[index];
  int fd = mle_open_directory(directory);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

int mle_create_file(const char *path) {
  // Write; create, exclusive; append.
  int flags = 01 | 02000 | close_on_exec | MLE_O_LARGEFILE;
  int fd = result(open(path, flags | 0100 | 0200, 0644));
  if (fd >= 0) sync_directory(path);
  if (fd != -17 /* EEXIST */) return fd;
  int mode = mle_file_mode(path);
  return mode >= 0 && (mode & 0170000) != 0100000 ? result(open(path, flags)) : fd;
}

int mle_remove_file(const char *path) { return result(unlink(path)); }

int mle_sync(int fd) {
  int code = result(fdatasync(fd));
  return code == -22 /* EINVAL: a pipe or a device */ ? 0 : code;
}

int mle_truncate(int fd, uint64_t length) {
#if defined(__arm__)
  // A 64-bit argument lies in an even pair of registers.
  return result(syscall(ftruncate_number, fd, 0, (uint32_t)length, (uint32_t)(length >> 32)));
#else
  return result(syscall(ftruncate_number, fd, length));
#endif
}

int mle_is_terminal(int fd) { return isatty(fd); }
