#include "mle_player.h"

// The same layout with every compiler and on every CPU: no padding that one of them could differ in.
_Static_assert(sizeof(mle_status) == 4, "");
_Static_assert(sizeof(mle_model_info) == 56, "");
_Static_assert(sizeof(mle_channel) == 24, "");
_Static_assert(sizeof(mle_score) == 16, "");
_Static_assert(sizeof(mle_scored_event) == 72, "");
_Static_assert(sizeof(mle_verdict) == 80, "");
_Static_assert(sizeof(mle_counters) == 48, "");
_Static_assert(sizeof(mle_explained_event) == 40, "");
_Static_assert(offsetof(mle_verdict, score) == 48, "");
_Static_assert(offsetof(mle_verdict, threshold) == 64, "");
