// The HDF5 library crashes or hangs on some damaged files. A child process reads a file first: what
// it survives, the parent reads.
#ifndef MLE_CHDF5_TRIAL_H
#define MLE_CHDF5_TRIAL_H
#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MLE_TRIAL_DEPTH = 8, MLE_TRIAL_RANK = 8, MLE_TRIAL_BYTES = 1 << 22 };

// A data set may be this much larger than what is stored of it: what zlib can unpack a byte to, with
// some room. Up to the number of bytes below a fill value may stand for all of it.
enum { MLE_LARGEST_EXPANSION = 1100, MLE_BELIEVED_BYTES = 64 << 20 };

// Reads a slice of `rows` rows from `row` on into `buffer`, as the wide type that a reader converts to.
static inline int mle_trial_slice(
  hid_t dataset, hid_t space, hid_t memory, int rank, const hsize_t *extent, hsize_t row,
  hsize_t rows, size_t row_elements, void *buffer)
{
  hsize_t start[MLE_TRIAL_RANK] = {row}, count[MLE_TRIAL_RANK] = {rows};
  for (int d = 1; d < rank; d++) count[d] = extent[d];
  hsize_t total = rows * row_elements;
  hid_t slice = H5Screate_simple(1, &total, NULL);
  if (rank > 0) H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
  int status = H5Dread(dataset, memory, slice, space, H5P_DEFAULT, buffer);
  if (H5Tis_variable_str(memory) > 0 && status >= 0)
    H5Dvlen_reclaim(memory, slice, H5P_DEFAULT, buffer);
  H5Sclose(slice);
  return status;
}

// The type that values are converted to: what exercises the library's conversions.
static inline hid_t mle_trial_memory_type(hid_t type)
{
  switch (H5Tget_class(type)) {
  case H5T_INTEGER: case H5T_ENUM: return H5Tcopy(H5T_NATIVE_INT64);
  case H5T_FLOAT: return H5Tcopy(H5T_NATIVE_DOUBLE);
  case H5T_STRING: return H5Tcopy(type);
  default: return -1;
  }
}

static inline void mle_trial_dataset(hid_t dataset)
{
  hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
  int rank = H5Sget_simple_extent_ndims(space);
  hid_t memory = type < 0 ? -1 : mle_trial_memory_type(type);
  if (memory < 0 || rank < 0 || rank > MLE_TRIAL_RANK) return;
  hsize_t extent[MLE_TRIAL_RANK] = {1};
  H5Sget_simple_extent_dims(space, extent, NULL);
  hsize_t stored = H5Dget_storage_size(dataset);
  size_t size = H5Tget_size(memory), elements = 1;
  for (int d = 1; d < rank; d++)
    if (__builtin_mul_overflow(elements, extent[d], &elements)) return;
  size_t row_bytes;
  if (size == 0 || __builtin_mul_overflow(elements, size, &row_bytes)) return;
  if (extent[0] == 0 || row_bytes == 0 || row_bytes > 16 * (size_t)MLE_TRIAL_BYTES) return;
  double claimed = (double)H5Tget_size(type) * (double)elements * (double)extent[0];
  if (claimed > MLE_BELIEVED_BYTES && claimed > (double)stored * MLE_LARGEST_EXPANSION) return;
  hsize_t step = row_bytes >= MLE_TRIAL_BYTES ? 1 : MLE_TRIAL_BYTES / row_bytes;
  void *buffer = calloc(step, row_bytes);
  if (!buffer) return;
  for (hsize_t row = 0; row < extent[0]; row += step) {
    hsize_t rows = extent[0] - row < step ? extent[0] - row : step;
    if (mle_trial_slice(dataset, space, memory, rank, extent, row, rows, elements, buffer) < 0) break;
  }
  free(buffer);
  H5Tclose(memory);
  H5Sclose(space);
  H5Tclose(type);
}

static inline void mle_trial_attributes(hid_t object)
{
  for (hsize_t i = 0; i < 1024; i++) {
    hid_t a = H5Aopen_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, i, H5P_DEFAULT, H5P_DEFAULT);
    if (a < 0) return;
    hid_t type = H5Aget_type(a), space = H5Aget_space(a);
    hid_t memory = type < 0 ? -1 : mle_trial_memory_type(type);
    hssize_t count = space < 0 ? -1 : H5Sget_simple_extent_npoints(space);
    if (memory >= 0 && count > 0 && count <= 1 << 20) {
      size_t size = H5Tget_size(memory);
      void *buffer = size <= 1 << 20 ? calloc((size_t)count, size) : NULL;
      if (buffer && H5Aread(a, memory, buffer) >= 0 && H5Tis_variable_str(memory) > 0)
        H5Dvlen_reclaim(memory, space, H5P_DEFAULT, buffer);
      free(buffer);
    }
    H5Aclose(a);
  }
}

static inline void mle_trial_group(hid_t group, int depth)
{
  mle_trial_attributes(group);
  H5G_info_t info;
  if (depth == 0 || H5Gget_info(group, &info) < 0) return;
  for (hsize_t i = 0; i < info.nlinks; i++) {
    hid_t object = H5Oopen_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, H5P_DEFAULT);
    if (object < 0) continue;
    if (H5Iget_type(object) == H5I_GROUP) mle_trial_group(object, depth - 1);
    if (H5Iget_type(object) == H5I_DATASET) {
      mle_trial_attributes(object);
      mle_trial_dataset(object);
    }
    H5Oclose(object);
  }
}

// A crash in the child is an answer: nobody's handler shall see it and no message shall tell of it. Nor
// may it take more than `seconds` of processor time.
static inline void mle_trial_begin(unsigned seconds)
{
  struct rlimit time = {seconds, seconds + 1}, core = {0, 0};
  setrlimit(RLIMIT_CPU, &time);
  setrlimit(RLIMIT_CORE, &core);
  const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGXCPU};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_DFL);
  int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere >= 0) {
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
  }
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

// What became of a child: 0, the signal that ended it, or -1 where it said that it failed.
static inline int mle_trial_end(pid_t child)
{
  int status;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status) ? -1 : 0;
}

// 0 where a child process read all of the file, or was refused in an orderly way; the signal that
// ended it otherwise (SIGXCPU: more than `seconds` of processor time); -1 where there is no child.
static inline int mle_h5_trial(const char *path, unsigned seconds)
{
  pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) {
    mle_trial_begin(seconds);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_file_locking(access, 0, 1);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    if (file >= 0) {
      mle_trial_group(file, MLE_TRIAL_DEPTH);
      H5Fclose(file);
    }
    _exit(0);
  }
  return mle_trial_end(child);
}

#endif
