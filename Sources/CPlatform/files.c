// syscall() is what the headers call a GNU extension.
#define _GNU_SOURCE
#include "files.h"

#include "system.h"

#if defined(__linux__)
#include <stdio.h>
#include <sys/xattr.h>
#else
ptrdiff_t readlink(const char *path, char *buffer, size_t length);
ptrdiff_t getxattr(const char *path, const char *name, void *value, size_t length);
int fdatasync(int fd);
int fsync(int fd);
int unlink(const char *path);
int rename(const char *from, const char *to);
#endif

#if defined(__x86_64__)
enum { getdents64_number = 217, ftruncate_number = 77 };
enum { stat_number = 262, inode_offset = 8, mode_offset = 24 };  // newfstatat
#elif defined(__arm__)
enum { getdents64_number = 217, ftruncate_number = 194 };
enum { stat_number = 327, inode_offset = 96, mode_offset = 16 };  // fstatat64
#else  // the list that AArch64 and RISC-V share
enum { getdents64_number = 61, ftruncate_number = 46 };
enum { stat_number = 79, inode_offset = 8, mode_offset = 16 };  // fstatat
#endif

int mle_open_for_reading(const char *path) {
  return result(open(path, close_on_exec | MLE_O_LARGEFILE));
}

int mle_open_whole_file(const char *path) {
  return result(open(path, non_blocking | close_on_exec | MLE_O_LARGEFILE));
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

static int mode_of(const struct facts *facts) {
  return *(const uint16_t *)((const char *)facts + mode_offset);
}

int mle_file_mode(const char *path) {
  struct facts facts = {0};
  int code = find_facts(path, &facts);
  return code < 0 ? code : mode_of(&facts);
}

int mle_is_same_file(const char *path, const char *other) {
  struct facts facts = {0}, others = {0};
  if (find_facts(path, &facts) < 0 || find_facts(other, &others) < 0) return 0;
  return facts.words[0] == others.words[0] &&
         facts.words[inode_offset / 8] == others.words[inode_offset / 8];
}

int mle_open_place(const char *path) {
  return result(open(path, place_only | close_on_exec));
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
  int fd = mle_open_for_reading(directory);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

int mle_create_file(const char *path) {
  int flags = write_only | append | close_on_exec | MLE_O_LARGEFILE;
  int fd = result(open(path, flags | create | exclusive, 0644));
  if (fd >= 0) sync_directory(path);
  return fd;
}

int mle_open_sink(const char *path) {
  int fd = result(open(path, write_only | append | close_on_exec | MLE_O_LARGEFILE));
  if (fd < 0) return fd;
  // What was opened, and not what its name leads to now.
  struct facts facts = {0};
  int code = result(syscall(stat_number, fd, "", &facts, 0x1000 /* AT_EMPTY_PATH */));
  if (code == 0 && mode_of(&facts) >> 12 == 010) code = -17;  // EEXIST
  if (code == 0) return fd;
  close(fd);
  return code;
}

int mle_remove_file(const char *path) { return result(unlink(path)); }

int mle_sync(int fd) {
  int code;
  do code = result(fdatasync(fd));
  while (code == -4 /* EINTR */);
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

int mle_append_file(const char *path) {
  int flags = write_only | create | append | non_blocking | close_on_exec | MLE_O_LARGEFILE;
  return result(open(path, flags, 0640));
}

int mle_replace_file(const char *path) {
  unlink(path);
  return result(open(path, write_only | create | exclusive | close_on_exec, 0644));
}

int mle_rename(const char *from, const char *to) { return result(rename(from, to)); }

int mle_write_control(const char *path, const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  int fd = result(open(path, write_only | close_on_exec));
  if (fd < 0) return fd;
  int code = result(write(fd, text, length));
  close(fd);
  return code < 0 ? code : 0;
}
