#include "platform.h"

#if defined(__linux__)
void mle_ignore_broken_pipes(void) { signal(SIGPIPE, SIG_IGN); }
#else
typedef void (*handler)(int);
handler signal(int number, handler new_handler);
void mle_ignore_broken_pipes(void) { signal(13, (handler)1); }
#endif
