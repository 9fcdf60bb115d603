"""Writes a checkpoint with nothing but what docs/checkpoint-format.md requires.

usage: write_checkpoint.py OUT.h5

The weights are 0, 1/64, 2/64, ... in the order of the tensors, so that the reader's test needs no
second copy of them. What h5py makes of plain Python values is left as it is: variable-length
strings as attributes, 64-bit integers, a boolean, big-endian floats for one tensor.
"""
import sys

import h5py
import numpy as np

V, C, K, DILATIONS = 5, 3, 2, [1, 4]
SHAPES = [("embedding", (V, C))]
for block in range(len(DILATIONS)):
    SHAPES += [
        (f"blocks.{block}.conv.weight", (K, C, C)),
        (f"blocks.{block}.conv.bias", (C,)),
        (f"blocks.{block}.mix.weight", (C, C)),
        (f"blocks.{block}.mix.bias", (C,)),
    ]
SHAPES += [("head.weight", (C, V)), ("head.bias", (V,))]

with h5py.File(sys.argv[1], "w") as file:
    file.attrs["format"] = "mle-checkpoint"
    file.attrs["format_version"] = 1
    file.attrs["architecture"] = "tcn"
    file.attrs["channels"] = C
    file.attrs["kernel_width"] = np.int32(K)
    file.attrs["dilations"] = DILATIONS
    file.attrs["activation"] = np.bytes_("relu")
    file.attrs["tied"] = False
    names = ["unknown", "open", "read", "write", "close"]
    file["vocabulary/name"] = np.array(names, dtype="S8")
    start = 0
    for name, shape in SHAPES:
        count = int(np.prod(shape))
        values = (np.arange(start, start + count) / 64).reshape(shape)
        dtype = ">f4" if name == "head.weight" else "<f4"
        file.create_dataset(f"parameters/{name}", data=values.astype(dtype))
        start += count
