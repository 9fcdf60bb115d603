// What watching asks of the kernel besides events: signals through pidfds, files that are replaced or
// appended to, local sockets, clocks. A call that can fail returns -errno. No system header is needed
// to include this.
#ifndef MLE_PROCESS_H
#define MLE_PROCESS_H
#include <stddef.h>
#include <stdint.h>

// A descriptor of a process, whose number then cannot come to mean another one; -ENOSYS before
// Linux 5.3.
int mle_pidfd_open(int pid);
int mle_pidfd_signal(int fd, int number);

// Nanoseconds since boot, suspension included, and since 1970; and of CPU that this process took.
uint64_t mle_boot_now(void);
uint64_t mle_real_now(void);
uint64_t mle_cpu_now(void);

// One that nobody else knows, as far as the kernel has any.
uint32_t mle_random_number(void);

// A variable of the environment; null where it is not set.
const char *mle_environment(const char *name);
void mle_host_name(char *name, size_t length);

// A socket that does not block, connected to the one at path; a leading @ means an abstract name.
int mle_connect_unix(const char *path, int is_stream);
// Whether a write would not block: of a pipe, one of 4096 bytes.
int mle_is_writable(int fd);

// From here on a terminal that takes no more, because it is stopped or its other end is not read, is an
// error of write: poll says that it takes something, not how much. Whoever else has it open waits as before.
void mle_stop_waiting_for_terminals(void);

// A file to be appended to, made where there is none. It does not wait, if it is a pipe: -ENXIO where
// nobody reads from it.
int mle_append_file(const char *path);
// A new or emptied file.
int mle_replace_file(const char *path);
int mle_rename(const char *from, const char *to);
// Writes text to a file of the kernel.
int mle_write_control(const char *path, const char *text);

// From here on SIGINT and SIGTERM set what mle_stop_signal returns, and SIGHUP what mle_take_reload
// returns once.
void mle_catch_service_signals(void);
int mle_take_reload(void);

// Gives memory of mle_reserve back.
void mle_unreserve(void *memory, size_t length);
#endif
