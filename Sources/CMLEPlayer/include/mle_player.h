/*
 * mle_player.h: learned behaviour of threads, scored one kernel event at a time.
 *
 * The library allocates nothing, keeps no state of its own and calls nothing but memcpy, memmove
 * and memset. All memory is the caller's: a blob, a player and its working memory, which must not
 * move while they are used. Whatever a blob or the arguments say, a call returns; a pointer that is
 * given must be one.
 *
 *   mle_player *player = (mle_player *)storage;           // MLE_PLAYER_SIZE bytes
 *   mle_player_open(player, sizeof storage, blob, length);
 *   mle_player_self_test(player, memory, sizeof memory);
 *   mle_player_start(player, memory, sizeof memory, 64);  // mle_player_memory_size() bytes
 *   for (each event)
 *     if (mle_player_push(player, pid, tid, state, time) == MLE_PLAYER_VERDICT)
 *       mle_player_verdict(player, &verdict);
 *
 * Calls that take a `const mle_player *` may run at the same time; all others need the player to
 * themselves. Two players share nothing but blobs.
 *
 * What scores mean, to the last bit, and how threads begin and end, is in docs/scoring.md; blobs are in
 * docs/model-format.md.
 */
#ifndef MLE_PLAYER_H
#define MLE_PLAYER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Rises when a program compiled with an older header would misunderstand the library. */
#define MLE_PLAYER_API_VERSION 2

/* The MLE_PLAYER_API_VERSION that the library was compiled with. */
int32_t mle_player_api_version(void);

/* ---- Statuses ------------------------------------------------------------------------------ */

/* What a call came to: one of the numbers below. Those under 0 are refusals; a refused call changes
 * nothing unless it says so. */
typedef int32_t mle_status;

enum {
  /* Done. */
  MLE_PLAYER_OK = 0,
  /* Done, and the event took its thread over a threshold. */
  MLE_PLAYER_VERDICT = 1,
  /* A pointer that the call needs is null. */
  MLE_PLAYER_NULL_POINTER = -1,
  /* The player was not opened, or was not started, as the call needs. */
  MLE_PLAYER_NOT_READY = -2,
  /* Memory does not begin at a multiple of 64 bytes (a player's: of 8). */
  MLE_PLAYER_MISALIGNED = -3,
  /* There is less memory than needed. */
  MLE_PLAYER_TOO_SMALL = -4,
  /* The blob is damaged or not one; mle_player_describe says where. */
  MLE_PLAYER_BAD_BLOB = -5,
  /* A golden event of the blob scores differently than where the blob was made. */
  MLE_PLAYER_SELF_TEST_FAILED = -6,
  /* The number of threads to tell apart is not 2 to 65536, or too large for this machine. */
  MLE_PLAYER_BAD_CAPACITY = -7,
  /* A process or thread number is 0. */
  MLE_PLAYER_BAD_THREAD = -8,
  /* The blob has no state of this index. */
  MLE_PLAYER_BAD_STATE = -9,
  /* The blob has no detection channel of this index. */
  MLE_PLAYER_BAD_CHANNEL = -10,
  /* There is no verdict to be read: mle_player_verdict says how long there is one. */
  MLE_PLAYER_NO_VERDICT = -11,
  /* There is no scored event to be read: mle_player_scored says how long there is one. */
  MLE_PLAYER_NO_EVENT = -12
};

typedef struct mle_player mle_player;

/* Writes *fact; what to do*, one line of ASCII without its end, as a string.
 *
 * `player` is the one that gave `status`, or null, which leaves the numbers out.
 *
 * Returns the length of the whole sentence, at most MLE_PLAYER_LONGEST_DESCRIPTION; of one that does
 * not fit, the first `capacity` - 1 bytes are written. `text` may be null where `capacity` is 0. */
size_t mle_player_describe(
  const mle_player *player, mle_status status, char *text, size_t capacity);

#define MLE_PLAYER_LONGEST_DESCRIPTION 255

/* ---- Opening ------------------------------------------------------------------------------- */

/* Bytes that hold a player of any library of this API version: for a static array. */
#define MLE_PLAYER_SIZE (1024 + 128 * sizeof(void *))

/* Bytes of a player; at most MLE_PLAYER_SIZE. It begins at a multiple of 8 bytes. */
size_t mle_player_size(void);

/* Checks every byte of a blob and makes a player that knows it. It takes about as long as a SHA-256
 * of the blob.
 *
 * `player`: `player_size` bytes, with any contents. `blob`: `blob_length` bytes at a multiple of 64,
 * which must stay as they are as long as the player is used.
 *
 * MISALIGNED and TOO_SMALL leave `player` as it was, so give a null player to mle_player_describe;
 * after BAD_BLOB it is good for mle_player_describe alone. There is nothing to close. */
mle_status mle_player_open(
  mle_player *player, size_t player_size, const void *blob, size_t blob_length);

/* Bytes of working memory to tell `threads` (2 to 65536) threads apart at a time; 0 where the player
 * is not open or the number is out of range. One more thread takes mle_model_info.thread_size bytes and
 * a little for finding it: ask for the size. */
size_t mle_player_memory_size(const mle_player *player, uint32_t threads);

/* Scores the blob's golden events and compares every bit: does this machine compute what the machine
 * computed that made the blob? Do it once, before starting.
 *
 * `memory`: mle_player_memory_size(player, 2) bytes at a multiple of 64, overwritten; that of
 * mle_player_start will do. A player that was started has to be started again. */
mle_status mle_player_self_test(mle_player *player, void *memory, size_t memory_size);

/* Begins to score, with nothing seen; once more, begins anew.
 *
 * `memory`: mle_player_memory_size(player, threads) bytes at a multiple of 64, with any contents,
 * the player's from here on. */
mle_status mle_player_start(
  mle_player *player, void *memory, size_t memory_size, uint32_t threads);

/* ---- The blob ------------------------------------------------------------------------------ */

typedef struct mle_model_info {
  /* SHA-256 of the blob without these 32 bytes, which are its last: its name. */
  uint8_t digest[32];
  /* States are 0 up to this, 2 to 8192; state 0 is *unknown*. */
  uint32_t state_count;
  /* Detection channels are 0 up to this, 1 to 4. */
  uint32_t channel_count;
  /* Bytes of working memory a thread, without what finding it takes. */
  uint64_t thread_size;
  /* Multiply-adds of an event. */
  uint64_t operations;
} mle_model_info;

/* How a channel makes a score of surprises. */
enum {
  /* The mean over the last `length` events. */
  MLE_PLAYER_WINDOW = 1,
  /* The mean over all events, each of which weighs one `length`-th less with each event after it. */
  MLE_PLAYER_EWMA = 2
};

typedef struct mle_channel {
  /* MLE_PLAYER_WINDOW or MLE_PLAYER_EWMA. */
  uint32_t kind;
  /* In events, 1 to 4096. */
  uint32_t length;
  /* From so many events on there are verdicts. */
  uint32_t minimum_events;
  /* A score over it is an anomaly. Units of 2^-24 nats. */
  uint32_t threshold;
  /* 1 where the threshold is over ln(states), a uniform guess: it can hardly ever fire. */
  uint32_t is_blind;
  uint32_t reserved;
} mle_channel;

mle_status mle_player_model(const mle_player *player, mle_model_info *model);

mle_status mle_player_channel(const mle_player *player, uint32_t channel, mle_channel *result);

/* The state of this name (`length` bytes), such as `openat:rdonly`; 0, *unknown*, where the blob has
 * none. */
uint32_t mle_player_state_of_name(const mle_player *player, const char *name, size_t length);

/* The state with this id of the source's alphabet; 0, *unknown*, where the blob has none. */
uint32_t mle_player_state_of_id(const mle_player *player, uint32_t id);

/* Where the name of a state is in the blob: 1 to 64 bytes of printable ASCII, not ended by a 0. */
mle_status mle_player_state_name(
  const mle_player *player, uint32_t state, const char **name, size_t *length);

/* ---- Events -------------------------------------------------------------------------------- */

/* Scores an event of a thread (Linux task), which starts anew where it was not known.
 *
 * `pid`, `tid`: over 0; a thread number that turns up in another process is a new thread. `state`:
 * from mle_player_state_of_name or _of_id. `time_ns`: of the source's clock, 0 where there is none;
 * it comes back in verdicts and changes no score.
 *
 * VERDICT where the event took the thread over a threshold that it was not over before. */
mle_status mle_player_push(
  mle_player *player, uint32_t pid, uint32_t tid, uint32_t state, uint64_t time_ns);

/* A thread made another one, which continues its past. Tell it before the child's first event. What
 * was known of the child's number is forgotten; of a parent not known in its process, nothing is made. */
mle_status mle_player_fork(
  mle_player *player, uint32_t parent_pid, uint32_t parent_tid, uint32_t child_pid,
  uint32_t child_tid);

/* A thread runs another program from here on. Its past stays. The first 15 of the name's `length`
 * bytes count; those that are not printable ASCII, spaces, `"` and `\` become `?`. */
mle_status mle_player_exec(
  mle_player *player, uint32_t pid, uint32_t tid, const char *name, size_t length);

/* A thread ended: its memory is free. Its number decides, whatever its process; other threads stay. */
mle_status mle_player_exit(mle_player *player, uint32_t pid, uint32_t tid);

/* The source lost `count` records of a thread, or, with pid 0 and tid 0, of anybody: verdicts that
 * they may have changed are marked (mle_verdict.is_lossy). 0 records mark nothing. */
mle_status mle_player_lost(mle_player *player, uint64_t count, uint32_t pid, uint32_t tid);

/* ---- Results ------------------------------------------------------------------------------- */

/* A weighted mean of surprises as the fraction that it is: exact, and the same on every CPU. */
typedef struct mle_score {
  /* Sum of weight times surprise, units of 2^-24 nats. */
  uint64_t sum;
  /* Sum of the weights: of a window the number of its events, of an ewma in units of 2^-19 of an
   * event; 0 of a channel that the blob has not. */
  uint32_t weight;
  uint32_t reserved;
} mle_score;

/* A score in millionths of a nat, rounded down; 0 over no event. */
static inline uint64_t mle_score_micronats(uint64_t sum, uint32_t weight) {
  /* In two steps, because a million times the sum of an ewma does not fit 64 bits. */
  return weight == 0 ? 0 : (sum / weight * 1000000u + sum % weight * 1000000u / weight) >> 24;
}

typedef struct mle_scored_event {
  /* -ln p(event), capped. Units of 2^-24 nats. */
  uint32_t surprise;
  uint32_t reserved;
  /* Of the thread, channel by channel, after the event. */
  mle_score scores[4];
} mle_scored_event;

typedef struct mle_verdict {
  uint32_t pid;
  uint32_t tid;
  /* The program, ended by a 0; empty where no mle_player_exec named it. */
  char name[16];
  /* As given with the event. */
  uint64_t time_ns;
  /* The number of the event in the stream, from 1. */
  uint64_t event;
  /* The number of the event among the thread's own, from 1. */
  uint64_t thread_event;
  /* What is over the threshold: `score.sum` > `threshold` * `score.weight`. */
  mle_score score;
  /* Units of 2^-24 nats. */
  uint32_t threshold;
  /* Which detection channel. */
  uint32_t channel;
  /* 1 where records were lost that could have changed the score: it may be the gap's. A loss of anybody
   * marks the threads known at that moment; one first heard of later is a newcomer and not marked. */
  uint32_t is_lossy;
  uint32_t reserved;
} mle_verdict;

typedef struct mle_counters {
  /* Events scored. */
  uint64_t events;
  /* Of those, events of the state 0. */
  uint64_t unknown_events;
  /* Threads that had memory of their own. */
  uint64_t threads;
  /* Verdicts. */
  uint64_t alarms;
  /* Records that the source says it lost. */
  uint64_t lost_records;
  /* Threads that were forgotten to make room for another one. */
  uint64_t evictions;
} mle_counters;

/* The verdict that the latest push gave. It is there until the next call that tells the player
 * anything: push, fork, exec, exit, lost, start or self_test. */
mle_status mle_player_verdict(const mle_player *player, mle_verdict *verdict);

/* Surprise and scores of the event that the latest push scored; there as long as a verdict is. */
mle_status mle_player_scored(const mle_player *player, mle_scored_event *scored);

/* A state that could have been next. */
typedef struct mle_expectation {
  /* 0 where there is none. */
  uint32_t state;
  /* The surprise it would have been, capped, units of 2^-24 nats; its probability is e^-nats. */
  uint32_t surprise;
} mle_expectation;

typedef struct mle_explained_event {
  /* The state seen. */
  uint32_t state;
  /* -ln p, units of 2^-24 nats; `weight` times it is what it added to the sum of the score. */
  uint32_t surprise;
  /* What it weighs: 1 in a window, units of 2^-19 of an event in an ewma. */
  uint32_t weight;
  uint32_t reserved;
  /* The likeliest states in its place, the likeliest first. */
  mle_expectation expected[3];
} mle_explained_event;

/* Takes an event of an explanation. Of the player that calls it, it may only make the calls that take
 * a const mle_player *. */
typedef void mle_explanation_visitor(void *context, const mle_explained_event *event);

/* Gives the events behind mle_player_verdict's verdict to `visit`, the oldest first: all of a window,
 * the latest 64 of an ewma. `earlier`, which may be null, becomes what the events before them add to
 * the score's sum and weight (of a window nothing), so that all adds up to the score exactly. It
 * computes the predictions again, which takes as long as scoring the thread's last events. */
mle_status mle_player_explain(
  mle_player *player, mle_explanation_visitor *visit, void *context, mle_score *earlier);

mle_status mle_player_counters(const mle_player *player, mle_counters *counters);

/* A hash over the bits of every surprise and score since the start: players that agree in it agree
 * in all of them. `mle-player score --digest` prints the same. 0 where the player is not started. */
uint64_t mle_player_digest(const mle_player *player);

#ifdef __cplusplus
}
#endif

#endif
