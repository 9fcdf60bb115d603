// What the live source asks of the kernel: perf events and their rings, /proc, the program it starts.
// A call that can fail returns -errno. No system header is needed to include this.
#ifndef MLE_KERNEL_H
#define MLE_KERNEL_H
#include <stddef.h>
#include <stdint.h>

// A tracepoint to be sampled into a ring, each time with the thread, the time (CLOCK_MONOTONIC)
// and the raw record.
struct mle_perf_event {
  // Its id; 0: none, an event that only has a ring for the others on its CPU.
  uint64_t tracepoint;
  // The ring wakes its reader at so many bytes; 0: at every sample of this event.
  uint32_t wakeup_bytes;
  // Threads that a watched one makes are watched.
  unsigned follows_children : 1;
  // Records of threads that begin and end are written, too.
  unsigned reports_threads : 1;
  // It begins at the next exec of the target, not when it is enabled.
  unsigned begins_at_exec : 1;
  // Reading it gives the samples lost (Linux 6.0).
  unsigned counts_losses : 1;
};

// target: a thread, with is_cgroup the descriptor of a cgroup's directory, or -1.
int mle_perf_open(const struct mle_perf_event *event, int target, int cpu, int is_cgroup);
int mle_perf_enable(int fd);
int mle_perf_filter(int fd, const char *filter);
// Sends the samples of fd to the ring of another event on the same CPU.
int mle_perf_share_ring(int fd, int ring_fd);
// The samples of fd that its ring had no room for, if it counts them; else 0.
uint64_t mle_perf_lost(int fd);
// Whether the thread that fd was opened on has ended, and all threads that it and they have made.
int mle_perf_has_ended(int fd);

// A ring: a page of control, then data_bytes (a power of two) of records. Null: errno says why.
void *mle_ring_map(int fd, size_t page_bytes, size_t data_bytes);
void mle_ring_unmap(void *control, size_t page_bytes, size_t data_bytes);
size_t mle_page_bytes(void);

#define MLE_RING_HEAD 1024
#define MLE_RING_TAIL 1032

// How far the kernel has written; what is before it can be read after this.
static inline uint64_t mle_ring_head(const void *control) {
  return __atomic_load_n((const uint64_t *)((const char *)control + MLE_RING_HEAD),
                         __ATOMIC_ACQUIRE);
}
// How far we have read; the kernel may overwrite what is before it.
static inline void mle_ring_release(void *control, uint64_t tail) {
  __atomic_store_n((uint64_t *)((char *)control + MLE_RING_TAIL), tail, __ATOMIC_RELEASE);
}

// Nanoseconds of CLOCK_MONOTONIC.
uint64_t mle_now(void);
// Waits until one of the descriptors is readable; 1: it is, 0: time is over, -EINTR: a signal came.
int mle_wait_readable(const int *fds, int count, int milliseconds);
void mle_sleep_microseconds(uint32_t microseconds);

int mle_open_directory(const char *path);
// The next linux_dirent64 entries of a directory; 0 at its end.
ptrdiff_t mle_read_directory(int fd, void *buffer, size_t length);
ptrdiff_t mle_read_link(const char *path, char *buffer, size_t length);
// The name of the protocol of the socket that path leads to, as `TCPv6`; 0 where there is none.
size_t mle_socket_protocol(const char *path, void *name, size_t length);
// st_mode of what path leads to.
int mle_file_mode(const char *path);
// Whether both paths lead to one file.
int mle_is_same_file(const char *path, const char *other);
// Opens where path leads to, whatever is there, not to be read.
int mle_open_place(const char *path);
int mle_mount_tracefs(const char *path);
int mle_process_id(void);
// 0: there is such a process.
int mle_process_exists(int pid);

// Starts argv[0] (looked up in PATH) as a child that waits before its exec until it is released.
// *gate is then to be given to mle_release. Returns the child.
int mle_launch(char *const *argv, int *gate);
// Lets the child go on; 0, or -errno of its exec. Closes the gate.
int mle_release(int gate);
// Kills a child that was not released, and reaps it.
void mle_abandon(int child, int gate);
// -EAGAIN while the child runs, else its wait status.
int mle_reap(int child);
int mle_signal_process(int pid, int number);

// From here on SIGINT, SIGTERM and SIGHUP only set what mle_stop_signal returns (0: none came).
void mle_catch_stop_signals(void);
int mle_stop_signal(void);
// From here on there may be as many descriptors as is possible; what it starts does not get more.
void mle_raise_descriptor_limit(void);
// Runs before all ordinary processes; what it starts does not. 0 or -errno.
int mle_become_realtime(void);

// A new file to be appended to, whose name is on the disk, or what is there already if that is no file
// (a pipe, a device).
int mle_create_file(const char *path);
int mle_remove_file(const char *path);
// Returns when all that was written is on the disk, if it goes to one.
int mle_sync(int fd);
int mle_truncate(int fd, uint64_t length);
int mle_is_terminal(int fd);
#endif
