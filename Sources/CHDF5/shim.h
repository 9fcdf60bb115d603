// HDF5 spells its constants as macros, which Swift does not import: each is a function here.
#ifndef MLE_CHDF5_SHIM_H
#define MLE_CHDF5_SHIM_H
#include <hdf5.h>
#include "strings.h"
#include "trial.h"

#define MLE_HDF5_CONSTANT(type, name, value) \
  static inline type mle_h5_##name(void) { return value; }

// Types in memory.
MLE_HDF5_CONSTANT(hid_t, native_uint8, H5T_NATIVE_UINT8)
MLE_HDF5_CONSTANT(hid_t, native_uint16, H5T_NATIVE_UINT16)
MLE_HDF5_CONSTANT(hid_t, native_uint32, H5T_NATIVE_UINT32)
MLE_HDF5_CONSTANT(hid_t, native_uint64, H5T_NATIVE_UINT64)
MLE_HDF5_CONSTANT(hid_t, native_int8, H5T_NATIVE_INT8)
MLE_HDF5_CONSTANT(hid_t, native_int16, H5T_NATIVE_INT16)
MLE_HDF5_CONSTANT(hid_t, native_int32, H5T_NATIVE_INT32)
MLE_HDF5_CONSTANT(hid_t, native_int64, H5T_NATIVE_INT64)
MLE_HDF5_CONSTANT(hid_t, native_float, H5T_NATIVE_FLOAT)
MLE_HDF5_CONSTANT(hid_t, native_double, H5T_NATIVE_DOUBLE)

// Types in a file: little-endian on every machine, so that the bytes are the same.
MLE_HDF5_CONSTANT(hid_t, file_uint8, H5T_STD_U8LE)
MLE_HDF5_CONSTANT(hid_t, file_uint16, H5T_STD_U16LE)
MLE_HDF5_CONSTANT(hid_t, file_uint32, H5T_STD_U32LE)
MLE_HDF5_CONSTANT(hid_t, file_uint64, H5T_STD_U64LE)
MLE_HDF5_CONSTANT(hid_t, file_int8, H5T_STD_I8LE)
MLE_HDF5_CONSTANT(hid_t, file_int16, H5T_STD_I16LE)
MLE_HDF5_CONSTANT(hid_t, file_int32, H5T_STD_I32LE)
MLE_HDF5_CONSTANT(hid_t, file_int64, H5T_STD_I64LE)
MLE_HDF5_CONSTANT(hid_t, file_float, H5T_IEEE_F32LE)
MLE_HDF5_CONSTANT(hid_t, file_double, H5T_IEEE_F64LE)

MLE_HDF5_CONSTANT(hid_t, string, H5T_C_S1)
MLE_HDF5_CONSTANT(size_t, variable_length, H5T_VARIABLE)

// Property lists.
MLE_HDF5_CONSTANT(hid_t, default_properties, H5P_DEFAULT)
MLE_HDF5_CONSTANT(hid_t, file_access, H5P_FILE_ACCESS)
MLE_HDF5_CONSTANT(hid_t, file_creation, H5P_FILE_CREATE)
MLE_HDF5_CONSTANT(hid_t, group_creation, H5P_GROUP_CREATE)
MLE_HDF5_CONSTANT(hid_t, dataset_creation, H5P_DATASET_CREATE)
MLE_HDF5_CONSTANT(hid_t, dataset_transfer, H5P_DATASET_XFER)

// The rest.
MLE_HDF5_CONSTANT(unsigned, read_only, H5F_ACC_RDONLY)
MLE_HDF5_CONSTANT(unsigned, truncate, H5F_ACC_TRUNC)
MLE_HDF5_CONSTANT(hid_t, error_stack, H5E_DEFAULT)

#endif
