/* From reset to newlib's start-up code, which sets up semihosting and calls main. */
#include <stdint.h>

extern uint32_t __etext, __data_start__, __data_end__;
/* Not a function: the first entry of the table is where the stack begins. */
void __stack(void);
void _mainCRTStartup(void);

void reset(void) {
  *(volatile uint32_t *)0xE000ED88 |= 0xFu << 20; /* CPACR: the FPU is off after reset. */
  __asm volatile("dsb\n isb");
  uint32_t *source = &__etext, *target = &__data_start__;
  while (target < &__data_end__) *target++ = *source++;
  _mainCRTStartup();
}

/* Ends the emulation with a failure, by semihosting: SYS_EXIT, ADP_Stopped_InternalError. */
static void fault(void) {
  __asm volatile("movs r0, #0x18\n ldr r1, =0x20024\n bkpt 0xab");
  for (;;) {
  }
}

__attribute__((section(".vectors"), used)) static void (*const vectors[16])(void) = {
  __stack, reset, fault, fault, fault, fault, fault,
};

void _init(void) {}
void _fini(void) {}
