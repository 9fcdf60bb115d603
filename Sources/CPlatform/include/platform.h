// The few calls of the C library that the player makes.
#ifndef MLE_PLATFORM_H
#define MLE_PLATFORM_H
#endif
