// This process and others. A call that can fail returns -errno.
#ifndef MLE_PROCESS_H
#define MLE_PROCESS_H
#include <stddef.h>
#include <stdint.h>

int mle_process_id(void);
// 0: there is such a process.
int mle_process_exists(int pid);
int mle_signal_process(int pid, int number);
// A descriptor of a process, whose number then cannot come to mean another one; -ENOSYS before
// Linux 5.3.
int mle_pidfd_open(int pid);
int mle_pidfd_signal(int fd, int number);
// Runs before all ordinary processes; what it starts does not. 0 or -errno.
int mle_become_realtime(void);

// One that nobody else knows, as far as the kernel has any.
uint32_t mle_random_number(void);

// A variable of the environment; null where it is not set.
const char *mle_environment(const char *name);
void mle_host_name(char *name, size_t length);
#endif
