// The program that is started to be watched. A call that can fail returns -errno.
#ifndef MLE_LAUNCH_H
#define MLE_LAUNCH_H
#include <stddef.h>
#include <stdint.h>

// From here on there may be as many descriptors as is possible; what is started does not get more.
void mle_raise_descriptor_limit(void);
// How many descriptors the process may have.
int mle_descriptor_limit(void);
// Starts argv[0] (looked up in PATH) as a child that waits before its exec until it is released.
// *gate is then to be given to mle_release. Returns the child.
int mle_launch(char *const *argv, int *gate);
// Lets the child go on; 0, or -errno of its exec. Closes the gate.
int mle_release(int gate);
// Kills a child that was not released, and reaps it.
void mle_abandon(int child, int gate);
// -EAGAIN while the child runs, else its wait status.
int mle_reap(int child);
#endif
