// syscall() is what the headers call a GNU extension.
#define _GNU_SOURCE
#include "perf.h"

#include "system.h"

#if defined(__linux__)
#include <sys/ioctl.h>
#include <sys/mount.h>
#else
int ioctl(int fd, unsigned long request, ...);
int mount(const char *source, const char *target, const char *type, unsigned long flags,
          const void *data);
int getpagesize(void);
#define MAP_FAILED ((void *)-1)
#endif

#if defined(__x86_64__)
enum { perf_event_open_number = 298 };
#elif defined(__arm__)
enum { perf_event_open_number = 364 };
#else  // the list that AArch64 and RISC-V share
enum { perf_event_open_number = 241 };
#endif

int mle_mount_tracefs(const char *path) {
  return result(mount("nodev", path, "tracefs", 0, 0));
}

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
