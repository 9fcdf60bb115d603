// The few calls of the C library that the player makes. Plain declarations where the compiler does
// not target Linux: an Embedded build for an architecture of Linux needs no system headers then.
#ifndef MLE_PLATFORM_H
#define MLE_PLATFORM_H
#include <stddef.h>
#include <stdint.h>

#if defined(__linux__)
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#else
ptrdiff_t read(int fd, void *buffer, size_t count);
ptrdiff_t write(int fd, const void *buffer, size_t count);
int open(const char *path, int flags, ...);
int close(int fd);
long lseek(int fd, long offset, int whence);
int munmap(void *address, size_t length);
void *mmap(void *address, size_t length, int protection, int flags, int fd, long offset);
int *__errno_location(void);
#define errno (*__errno_location())
#endif

// Where offsets have 32 bits, a recording over 2 GiB opens only when it is asked for.
#if defined(__arm__)
#define MLE_O_LARGEFILE 0400000
#else
#define MLE_O_LARGEFILE 0
#endif

// The length of a file, which is then read from its start; -1 where it has none, as a pipe.
static inline long mle_file_length(int fd) {
  long length = (long)lseek(fd, 0, 2 /* SEEK_END */);
  return length < 0 || lseek(fd, 0, 0 /* SEEK_SET */) < 0 ? -1 : length;
}

// Zeroed, page-aligned memory that lives as long as the process; null where there is none.
static inline void *mle_reserve(size_t length) {
  void *memory = mmap(0, length, 3 /* read, write */, 0x22 /* private, anonymous */, -1, 0);
  return memory == (void *)-1 ? 0 : memory;
}

// Gives it back.
static inline void mle_unreserve(void *memory, size_t length) { munmap(memory, length); }

static inline int mle_errno(void) { return errno; }

#endif
