#include "cpu_features.h"

uint32_t cpu_features_present(void) {
  uint32_t features = 0;
#if defined(__x86_64__) || defined(__i386__)
  __builtin_cpu_init();
#define PRESENT(bit, name) if (__builtin_cpu_supports(name)) features |= 1u << bit;
  MLE_CPU_FEATURES(PRESENT)
#endif
  return features;
}

static const char *const names[] = {
#define NAME(bit, name) name,
  MLE_CPU_FEATURES(NAME)
};

uint32_t cpu_feature_count(void) { return sizeof names / sizeof names[0]; }

const char *cpu_feature_name(uint32_t feature) {
  return feature < cpu_feature_count() ? names[feature] : "";
}
