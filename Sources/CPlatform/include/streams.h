// Standard streams, terminals, sockets, and waiting for descriptors. A call that can fail returns -errno.
#ifndef MLE_STREAMS_H
#define MLE_STREAMS_H
#include <stddef.h>
#include <stdint.h>

// A reader of our output that goes away is an error of write, not a signal; and no file that is opened
// later becomes a standard stream that was closed, with our messages in it.
void mle_prepare_standard_streams(void);
// Waits until one of the descriptors is readable; 1: it is, 0: time is over, -EINTR: a signal came.
int mle_wait_readable(const int *fds, int count, int milliseconds);

int mle_is_terminal(int fd);
// From here on a terminal that takes no more, because it is stopped or its other end is not read, is an
// error of write: poll says that it takes something, not how much. Whoever else has it open waits as before.
void mle_stop_waiting_for_terminals(void);

// A socket that does not block, connected to the one at path; a leading @ means an abstract name.
int mle_connect_unix(const char *path, int is_stream);
// Whether a write would not block: of a pipe, one of 4096 bytes.
int mle_is_writable(int fd);
#endif
