#include "signals.h"

#include "platform.h"

typedef void (*handler)(int);

#if !defined(__linux__)
handler signal(int number, handler change);
int siginterrupt(int number, int interrupts);
#define SIG_DFL ((handler)0)
#define SIG_IGN ((handler)1)
#define SIGHUP 1
#define SIGINT 2
#define SIGPIPE 13
#define SIGTERM 15
#define SIGXFSZ 25
#endif

static volatile int stop_signal, reload_is_asked_for;
static void note_stop_signal(int number) { stop_signal = number; }
static void note_reload(int number) { reload_is_asked_for = number; }

// Under nohup a lost terminal is no reason to stop.
static void handle_hangup(handler change) {
  if (signal(SIGHUP, change) == SIG_IGN) signal(SIGHUP, SIG_IGN);
}

void mle_ignore_failed_writes(void) {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
}

void mle_catch_stop_signals(void) {
  signal(SIGINT, note_stop_signal);
  signal(SIGTERM, note_stop_signal);
  handle_hangup(note_stop_signal);
}

void mle_break_off_calls(void) {
  const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  for (int index = 0; index < 3; index++) siginterrupt(numbers[index], 1);
}

int mle_stop_signal(void) { return stop_signal; }

void mle_catch_service_signals(void) {
  mle_catch_stop_signals();
  signal(SIGHUP, note_reload);
}

int mle_take_reload(void) {
  if (!reload_is_asked_for) return 0;
  // A signal that comes from here on asks again.
  reload_is_asked_for = 0;
  return 1;
}

void mle_forget_signals(void) {
  signal(SIGPIPE, SIG_DFL);
  signal(SIGXFSZ, SIG_DFL);
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  handle_hangup(SIG_DFL);
}
