#include "dot_product.h"

_Static_assert(sizeof(mle_sums) == 32, "eight numbers of 32 bits");
