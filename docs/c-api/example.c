/*
 * Scores a stream of events with a detector that is compiled in, and prints what `mle-player score
 * --digest` prints, byte for byte. C99, no allocation; on Linux or on a bare Cortex-M.
 *
 *   mle-export emit-c model.mle -o model.c
 *   cc -O2 -I Sources/CMLEPlayer/include -I . docs/c-api/example.c model.c \
 *     .build/release/libmleplayer.a -o example
 *   ./example [-x] [EVENTS]        lines of text as in docs/capture-format.md; -x explains verdicts
 */
#include "mle_player.h"
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How many threads are told apart, and for how much memory there is room. */
#ifndef THREADS
#define THREADS 256
#endif
#ifndef MEMORY_SIZE
#define MEMORY_SIZE (16u << 20)
#endif
/* Where the events are if no argument says so; how many of them are scored. */
#ifndef EVENTS
#define EVENTS NULL
#endif
#ifndef LIMIT
#define LIMIT UINT64_MAX
#endif

static unsigned char player_memory[MLE_PLAYER_SIZE + 63];
static unsigned char working_memory[MEMORY_SIZE + 63];

static void *aligned(unsigned char *memory) {
  return (void *)(((uintptr_t)memory + 63) & ~(uintptr_t)63);
}

/* Ends with the sentence of a refusal. */
static mle_status check(const mle_player *player, mle_status status) {
  char text[MLE_PLAYER_LONGEST_DESCRIPTION + 1];
  if (status >= 0) return status;
  mle_player_describe(player, status, text, sizeof text);
  fprintf(stderr, "example: %s\n", text);
  exit(65);
}

static void bad_line(unsigned long number) {
  fprintf(stderr, "example: line %lu: is not of docs/capture-format.md; correct it\n", number);
  exit(65);
}

/* ---- What is printed ----------------------------------------------------------------------- */

/* Not every C library has the formats of <inttypes.h>. */
static void print(const char *before, uint64_t number) {
  printf("%s%llu", before, (unsigned long long)number);
}

static void print_micronats(const char *before, uint64_t sum, uint32_t count) {
  uint64_t value = mle_score_micronats(sum, count);
  print(before, value / 1000000);
  printf(".%06lu", (unsigned long)(value % 1000000));
}

static void print_verdict(const mle_player *player) {
  mle_model_info model;
  mle_channel channel;
  mle_verdict verdict;
  int i;
  check(player, mle_player_model(player, &model));
  check(player, mle_player_verdict(player, &verdict));
  check(player, mle_player_channel(player, verdict.channel, &channel));
  print("{\"verdict\":\"anomalous\",\"pid\":", verdict.pid);
  print(",\"tid\":", verdict.tid);
  printf(",\"name\":\"%s\"", verdict.name);
  print(",\"time_ns\":", verdict.time_ns);
  print(",\"event\":", verdict.event);
  print(",\"thread_event\":", verdict.thread_event);
  print(channel.kind == MLE_PLAYER_EWMA ? ",\"channel\":\"ewma " : ",\"channel\":\"window ",
        channel.length);
  print_micronats("\",\"score\":", verdict.score.sum, verdict.score.weight);
  print(",\"score_sum\":", verdict.score.sum);
  print(",\"score_weight\":", verdict.score.weight);
  print_micronats(",\"threshold\":", verdict.threshold, 1);
  printf(",\"lossy\":%s,\"model\":\"", verdict.is_lossy ? "true" : "false");
  for (i = 0; i < 8; i++) printf("%02x", (unsigned)model.digest[i]);
  printf("\"}\n");
}

static void print_state(const mle_player *player, const mle_expectation *event) {
  const char *name;
  size_t length;
  double nats = event->surprise / 16777216.0;
  if (mle_player_state_name(player, event->state, &name, &length) != MLE_PLAYER_OK) return;
  fprintf(stderr, " %.*s (%.3f)", (int)length, name, nats);
}

/* A line for each event behind a verdict: state and surprise, then what was expected instead. */
static void print_event(void *context, const mle_explained_event *event) {
  const mle_player *player = context;
  mle_expectation seen;
  int i;
  seen.state = event->state;
  seen.surprise = event->surprise;
  fprintf(stderr, " ");
  print_state(player, &seen);
  fprintf(stderr, ", expected:");
  for (i = 0; i < 3 && event->expected[i].state != 0; i++) print_state(player, &event->expected[i]);
  fprintf(stderr, "\n");
}

/* ---- What is read -------------------------------------------------------------------------- */

static int split(char *line, char *field[7]) {
  int count = 0;
  for (char *next = strtok(line, " \t\r\n"); next != NULL; next = strtok(NULL, " \t\r\n")) {
    if (count == 7) return count + 1;
    field[count++] = next;
  }
  return count;
}

/* A number of decimal digits; where it is none, the line is wrong. */
static uint64_t number(const char *text, uint64_t largest, unsigned long line) {
  uint64_t value = 0;
  if (*text == 0) bad_line(line);
  for (; *text != 0; text++) {
    uint64_t digit = (uint64_t)(*text - '0');
    if (*text < '0' || *text > '9' || value > (largest - digit) / 10) bad_line(line);
    value = value * 10 + digit;
  }
  return value;
}

static uint32_t state_of(const mle_player *player, const char *text, unsigned long line) {
  size_t length = strlen(text);
  if (strspn(text, "0123456789") != length) return mle_player_state_of_name(player, text, length);
  return mle_player_state_of_id(player, (uint32_t)number(text, UINT32_MAX, line));
}

/* Numbers of processes and threads, from a line's field `first` on; then a name, where there is one, and
 * the time, which is returned, or may be missing and is 0 then. */
static uint64_t read_ids(
  char **field, int count, int first, int ids, int names, uint32_t *id, unsigned long line) {
  int i, needed = first + ids + names;
  if (count < needed || count > needed + 1) bad_line(line);
  for (i = 0; i < ids; i++) id[i] = (uint32_t)number(field[first + i], UINT32_MAX, line);
  return count > needed ? number(field[needed], UINT64_MAX, line) : 0;
}

/* Tells the player what a line says; MLE_PLAYER_VERDICT where an event gave one. */
static mle_status take(mle_player *player, char *text, unsigned long line) {
  char *field[7];
  uint32_t id[4] = {0, 0, 0, 0};
  uint64_t time;
  int count = split(text, field);
  if (count == 0 || field[0][0] == '#') return MLE_PLAYER_OK;
  if (strcmp(field[0], "fork") == 0) {
    read_ids(field, count, 1, 4, 0, id, line);
    return mle_player_fork(player, id[0], id[1], id[2], id[3]);
  }
  if (strcmp(field[0], "exec") == 0) {
    read_ids(field, count, 1, 2, 1, id, line);
    return mle_player_exec(player, id[0], id[1], field[3], strlen(field[3]));
  }
  if (strcmp(field[0], "exit") == 0) {
    read_ids(field, count, 1, 2, 0, id, line);
    return mle_player_exit(player, id[0], id[1]);
  }
  if (strcmp(field[0], "lost") == 0) {
    read_ids(field, count, 2, count < 4 ? 0 : 2, 0, id, line);
    return mle_player_lost(player, number(field[1], UINT64_MAX, line), id[0], id[1]);
  }
  time = read_ids(field, count, 0, 2, 1, id, line);
  return mle_player_push(player, id[0], id[1], state_of(player, field[2], line), time);
}

static uint64_t events_of(const mle_player *player) {
  mle_counters counters;
  check(player, mle_player_counters(player, &counters));
  return counters.events;
}

static void score(mle_player *player, FILE *input, int explains) {
  static char text[4098];
  unsigned long line = 0;
  while (events_of(player) < LIMIT && fgets(text, sizeof text, input) != NULL) {
    line++;
    if (check(player, take(player, text, line)) != MLE_PLAYER_VERDICT) continue;
    print_verdict(player);
    if (explains) check(player, mle_player_explain(player, print_event, player, NULL));
  }
}

int main(int argc, char **argv) {
  int explains = argc > 1 && strcmp(argv[1], "-x") == 0;
  const char *path = argc > 1 + explains ? argv[1 + explains] : EVENTS;
  FILE *input = path == NULL ? stdin : fopen(path, "r");
  mle_player *player = aligned(player_memory);
  void *memory = aligned(working_memory);
  uint64_t digest;
  if (input == NULL) {
    fprintf(stderr, "example: %s: cannot be opened; check the name\n", path);
    return 66;
  }
  if (mle_player_api_version() != MLE_PLAYER_API_VERSION) {
    fprintf(stderr, "example: header and library are of different versions; update one\n");
    return 70;
  }
  check(player, mle_player_open(player, MLE_PLAYER_SIZE, mle_model, sizeof mle_model));
  check(player, mle_player_self_test(player, memory, MEMORY_SIZE));
  check(player, mle_player_start(player, memory, MEMORY_SIZE, THREADS));
  fprintf(stderr, "example: a player takes %lu bytes, its memory for %d threads %lu\n",
          (unsigned long)mle_player_size(), THREADS,
          (unsigned long)mle_player_memory_size(player, THREADS));
  score(player, input, explains);
  digest = mle_player_digest(player);
  printf("{\"digest\":\"%08lx%08lx\"", (unsigned long)(digest >> 32),
         (unsigned long)(digest & 0xffffffffu));
  print(",\"events\":", events_of(player));
  printf("}\n");
  return 0;
}
