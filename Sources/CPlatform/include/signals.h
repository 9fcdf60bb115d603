// The signals that the player heeds.
#ifndef MLE_SIGNALS_H
#define MLE_SIGNALS_H

// A reader of our output that goes away, and a file that may not grow, are an error of write from here
// on, not a signal.
void mle_ignore_failed_writes(void);
// From here on SIGINT, SIGTERM and SIGHUP only set what mle_stop_signal returns (0: none came).
void mle_catch_stop_signals(void);
int mle_stop_signal(void);
// These signals break off a call that waits, such as a write to a pipe that nobody reads (EINTR).
void mle_break_off_calls(void);
// The same, but SIGHUP sets what mle_take_reload returns once.
void mle_catch_service_signals(void);
int mle_take_reload(void);
// In a child, before another program: all signals do again what they do to any.
void mle_forget_signals(void);
#endif
