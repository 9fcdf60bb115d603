// A Cortex-M4F without an operating system scores a recording: the blob and the text lie in flash,
// the scorer in a static array, and the digest goes out by semihosting. There is no heap: what would
// allocate does not link.
#include <stddef.h>
#include <stdint.h>

uint64_t mle_device_replay(const void *blob, ptrdiff_t blob_length, const void *text,
                           ptrdiff_t text_length, void *memory, ptrdiff_t size, ptrdiff_t threads,
                           uint32_t *alarms);

extern const unsigned char blob[], blob_end[], text[], text_end[];
static _Alignas(64) unsigned char memory[512 * 1024];

static void semihost(int operation, const void *argument) {
  register int r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

static char *put(char *out, const char *word) {
  while (*word) *out++ = *word++;
  return out;
}

static char *put_hex(char *out, uint64_t number, int digits) {
  while (digits-- > 0) *out++ = "0123456789abcdef"[number >> 4 * digits & 15];
  return out;
}

static void run(void) {
  uint32_t alarms = 0;
  uint64_t digest = mle_device_replay(blob, blob_end - blob, text, text_end - text, memory,
                                      sizeof memory, 40, &alarms);
  char line[64], *end = put_hex(put(line, "digest "), digest, 16);
  end = put(put_hex(put(end, " alarms "), alarms, 8), "\n");
  *end = 0;
  semihost(4 /* SYS_WRITE0 */, line);
  semihost(0x18 /* SYS_EXIT */, (void *)0x20026 /* ADP_Stopped_ApplicationExit */);
}

extern uint32_t stack_top, data_source, data_start, data_end, bss_start, bss_end;

void reset(void) {
  *(volatile uint32_t *)0xE000ED88 |= 0xFu << 20;  // CPACR: the FPU, before any float
  __asm__ volatile("dsb\n isb");
  for (uint32_t *to = &data_start, *from = &data_source; to < &data_end;) *to++ = *from++;
  for (uint32_t *to = &bss_start; to < &bss_end;) *to++ = 0;
  run();
  for (;;) {
  }
}

static void fault(void) {
  semihost(4, "fault\n");
  semihost(0x18, (void *)0x20023 /* ADP_Stopped_RunTimeError */);
  for (;;) {
  }
}

__attribute__((section(".vectors"), used)) static void (*const vectors[16])(void) = {
    (void (*)(void)) & stack_top, reset, fault, fault, fault, fault, fault,
};
