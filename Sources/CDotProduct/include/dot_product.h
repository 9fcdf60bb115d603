// Products of 8-bit integers for one block of int8 weights (docs/model-format.md), by the
// instruction that the CPU compiled for has for it. Swift has no way to ask for these; everything
// around them is Swift. All of them give the same sums: integers, exact in 32 bits.
#ifndef MLE_DOT_PRODUCT_H
#define MLE_DOT_PRODUCT_H

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#elif defined(__ARM_NEON) && !defined(__ARM_BIG_ENDIAN)
#include <arm_neon.h>
#endif

// Sums of eight outputs side by side.
typedef int mle_sums __attribute__((ext_vector_type(8)));

#define MLE_INLINE static inline __attribute__((always_inline))

#pragma clang diagnostic push
// How a vector of 256 bits is passed differs with AVX; all of this is inlined.
#pragma clang diagnostic ignored "-Wpsabi"

// Both of the following add, to the sum of each of eight outputs, four products:
//   weights: 8 outputs x 4 inputs, bytes, -127...127 each; no alignment needed
//   inputs: four bytes, the first the lowest; -127...127 each, or 0...127
//
// mle_has_dot_product(): 0 where this CPU has nothing for it, and they return what they are given.

#if defined(__AVX512VNNI__) && defined(__AVX512VL__)

MLE_INLINE int mle_has_dot_product(void) { return 1; }

MLE_INLINE mle_sums mle_add_dot_positive(mle_sums sums, const void *weights, int inputs) {
  __m256i w = _mm256_loadu_si256((const __m256i *)weights);
  return (mle_sums)_mm256_dpbusd_epi32((__m256i)sums, _mm256_set1_epi32(inputs), w);
}

MLE_INLINE mle_sums mle_add_dot(mle_sums sums, const void *weights, int inputs) {
  __m256i x = _mm256_set1_epi32(inputs), w = _mm256_loadu_si256((const __m256i *)weights);
  return (mle_sums)_mm256_dpbusd_epi32((__m256i)sums, _mm256_abs_epi8(x), _mm256_sign_epi8(w, x));
}

#elif defined(__AVX2__)

MLE_INLINE int mle_has_dot_product(void) { return 1; }

// Bytes without a sign times bytes with one; two of them, 32,258 at most, fit the 16 bits between.
MLE_INLINE mle_sums mle_add_pairs(mle_sums sums, __m256i positive, __m256i w) {
  __m256i pairs = _mm256_maddubs_epi16(positive, w);
  return sums + (mle_sums)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

MLE_INLINE mle_sums mle_add_dot_positive(mle_sums sums, const void *weights, int inputs) {
  __m256i w = _mm256_loadu_si256((const __m256i *)weights);
  return mle_add_pairs(sums, _mm256_set1_epi32(inputs), w);
}

// The sign of an input moves to its weights.
MLE_INLINE mle_sums mle_add_dot(mle_sums sums, const void *weights, int inputs) {
  __m256i x = _mm256_set1_epi32(inputs), w = _mm256_loadu_si256((const __m256i *)weights);
  return mle_add_pairs(sums, _mm256_abs_epi8(x), _mm256_sign_epi8(w, x));
}

#elif defined(__SSE2__)

MLE_INLINE int mle_has_dot_product(void) { return 1; }

// The second and fourth byte of each output as numbers of 16 bits, and the first and third.
MLE_INLINE __m128i mle_upper(__m128i bytes) { return _mm_srai_epi16(bytes, 8); }
MLE_INLINE __m128i mle_lower(__m128i bytes) { return mle_upper(_mm_slli_epi16(bytes, 8)); }

MLE_INLINE __m128i mle_dot_of_four(const void *weights, __m128i x) {
  __m128i w = _mm_loadu_si128((const __m128i *)weights);
  return _mm_add_epi32(_mm_madd_epi16(mle_lower(w), mle_lower(x)),
                       _mm_madd_epi16(mle_upper(w), mle_upper(x)));
}

MLE_INLINE mle_sums mle_add_dot(mle_sums sums, const void *weights, int inputs) {
  __m128i x = _mm_set1_epi32(inputs);
  union { __m128i halves[2]; mle_sums whole; } dot = {{
      mle_dot_of_four(weights, x), mle_dot_of_four((const char *)weights + 16, x)}};
  return sums + dot.whole;
}

MLE_INLINE mle_sums mle_add_dot_positive(mle_sums sums, const void *weights, int inputs) {
  return mle_add_dot(sums, weights, inputs);
}

#elif defined(__ARM_NEON) && !defined(__ARM_BIG_ENDIAN)

MLE_INLINE int mle_has_dot_product(void) { return 1; }

MLE_INLINE int32x4_t mle_add_dot_of_four(int32x4_t sums, const signed char *weights, int inputs) {
  int8x8_t x = vreinterpret_s8_s32(vdup_n_s32(inputs));
#if defined(__ARM_FEATURE_DOTPROD)
  return vdotq_lane_s32(sums, vld1q_s8(weights), x, 0);
#else
  int32x4_t first = vpaddlq_s16(vmull_s8(vld1_s8(weights), x));
  int32x4_t second = vpaddlq_s16(vmull_s8(vld1_s8(weights + 8), x));
  return vaddq_s32(sums, vcombine_s32(vpadd_s32(vget_low_s32(first), vget_high_s32(first)),
                                      vpadd_s32(vget_low_s32(second), vget_high_s32(second))));
#endif
}

MLE_INLINE mle_sums mle_add_dot(mle_sums sums, const void *weights, int inputs) {
  const signed char *w = (const signed char *)weights;
  union { int32x4_t halves[2]; mle_sums whole; } dot = {.whole = sums};
  dot.halves[0] = mle_add_dot_of_four(dot.halves[0], w, inputs);
  dot.halves[1] = mle_add_dot_of_four(dot.halves[1], w + 16, inputs);
  return dot.whole;
}

MLE_INLINE mle_sums mle_add_dot_positive(mle_sums sums, const void *weights, int inputs) {
  return mle_add_dot(sums, weights, inputs);
}

#else

MLE_INLINE int mle_has_dot_product(void) { return 0; }

MLE_INLINE mle_sums mle_add_dot(mle_sums sums, const void *weights, int inputs) {
  (void)weights, (void)inputs;
  return sums;
}

MLE_INLINE mle_sums mle_add_dot_positive(mle_sums sums, const void *weights, int inputs) {
  return mle_add_dot(sums, weights, inputs);
}

#endif

#pragma clang diagnostic pop
#undef MLE_INLINE

#endif
