// Files and directories: those of the kernel, what is recorded, what is appended to or replaced. A call
// that can fail returns -errno.
#ifndef MLE_FILES_H
#define MLE_FILES_H
#include <stddef.h>
#include <stdint.h>

// Opens a file or a directory.
int mle_open_for_reading(const char *path);
// A file that is read whole: a pipe is none, and nobody waits for its other end.
int mle_open_whole_file(const char *path);
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

// A new file to be appended to, whose name is on the disk.
int mle_create_file(const char *path);
// What is there already, if that is no file (a pipe, a device).
int mle_open_sink(const char *path);
int mle_remove_file(const char *path);
// Returns when all that was written is on the disk, if it goes to one.
int mle_sync(int fd);
int mle_truncate(int fd, uint64_t length);

// A file to be appended to, made where there is none. It does not wait, if it is a pipe: -ENXIO where
// nobody reads from it.
int mle_append_file(const char *path);
// A new file; what had its name before is removed, be it a link that somebody else has put there.
int mle_replace_file(const char *path);
int mle_rename(const char *from, const char *to);
// Writes text to a file of the kernel.
int mle_write_control(const char *path, const char *text);
#endif
