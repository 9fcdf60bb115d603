// HDF5 spells its constants as macros, which Swift does not import: each is a function here.
#ifndef MLE_CHDF5_SHIM_H
#define MLE_CHDF5_SHIM_H
#include <hdf5.h>
#endif
