#ifndef MLE_CZLIB_SHIM_H
#define MLE_CZLIB_SHIM_H
#include <zlib.h>
#endif
