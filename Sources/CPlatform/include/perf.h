// Perf events and the rings that they write to. A call that can fail returns -errno.
#ifndef MLE_PERF_H
#define MLE_PERF_H
#include <stddef.h>
#include <stdint.h>

int mle_mount_tracefs(const char *path);

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
#endif
