// Which instruction set extensions a module was compiled for, and which the CPU has: bit i stands
// for feature i.
#ifndef MLE_CPU_FEATURES_H
#define MLE_CPU_FEATURES_H
#include <stdint.h>

#define MLE_CPU_FEATURES(X) \
  X(0, "avx2") X(1, "fma") X(2, "bmi2") X(3, "avx512f") X(4, "avx512bw") X(5, "avx512cd") \
  X(6, "avx512dq") X(7, "avx512vl")

uint32_t cpu_features_present(void);
uint32_t cpu_feature_count(void);
const char *cpu_feature_name(uint32_t feature);

// In the header on purpose: it is compiled with the flags of the module that imports it.
static inline uint32_t cpu_features_compiled(void) {
  uint32_t features = 0;
#ifdef __AVX2__
  features |= 1u << 0;
#endif
#ifdef __FMA__
  features |= 1u << 1;
#endif
#ifdef __BMI2__
  features |= 1u << 2;
#endif
#ifdef __AVX512F__
  features |= 1u << 3;
#endif
#ifdef __AVX512BW__
  features |= 1u << 4;
#endif
#ifdef __AVX512CD__
  features |= 1u << 5;
#endif
#ifdef __AVX512DQ__
  features |= 1u << 6;
#endif
#ifdef __AVX512VL__
  features |= 1u << 7;
#endif
  return features;
}
#endif
