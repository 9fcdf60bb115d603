"""Writes the data sets under Tests/TraceDataTests/Fixtures as h5py users would, and reads ours.

    python h5py_datasets.py write DIRECTORY     the fixtures (made with h5py 3.16.0, HDF5 2.0.0)
    python h5py_datasets.py read FILE           prints what h5py finds in a data set, as text

All fixtures hold the same traces in different ways.
"""
import sys

import h5py
import numpy as np

STATE = [1, 2, 0, 1, 3, 3, 2]
TIME = [10, 20, 30, 40, 2**40, 2**40 + 1, 2**63 + 5]
OFFSET = [0, 3, 3, 7]
PID, TID, START = [7, 7, 4294967295], [7, 8, 9], [10, 30, 40]
LABEL, NAME = [0, 255, 1], ["httpd", "", "na\u00efve"]
PARENT, PARENT_EVENTS = [2**32 - 1, 0, 1], [0, 3, 0]
STATES, IDS = ["unknown", "read:reg", "write", "openat:rdonly"], [0, 3, 9, 70000]


def fixed(texts, size=14, pad=None):
    values = [t.encode() for t in texts]
    return np.array([v.ljust(size) if pad else v for v in values], dtype=f"S{size}")


def attributes(f, as_bytes=False):
    for key, text in (("format", "mle-traces"), ("source", "fixture"), ("created_by", "h5py")):
        f.attrs[key] = np.bytes_(text) if as_bytes else text
    f.attrs["format_version"] = 1


def arrays():
    return {
        "events/state": (STATE, "u2"), "events/time_ns": (TIME, "u8"),
        "sequences/offset": (OFFSET, "u8"), "sequences/pid": (PID, "u4"),
        "sequences/tid": (TID, "u4"), "sequences/start_ns": (START, "u8"),
        "sequences/label": (LABEL, "u1"), "sequences/parent": (PARENT, "u4"),
        "sequences/parent_events": (PARENT_EVENTS, "u8"), "vocabulary/id": (IDS, "u4"),
    }


def write(path, kind=lambda name, dtype: dtype, libver=None, as_bytes=False, strings=None, **options):
    with h5py.File(path, "w", libver=libver) as f:
        attributes(f, as_bytes)
        for name, (values, dtype) in arrays().items():
            f.create_dataset(name, data=np.array(values, dtype=kind(name, dtype)), **options)
        for name, texts in (("sequences/name", NAME), ("vocabulary/name", STATES)):
            (strings or store_fixed)(f, name, texts)


def store_fixed(f, name, texts):
    f[name] = fixed(texts)


def store_padded(f, name, texts):
    """Fortran's way: padded with spaces."""
    text_type = h5py.h5t.C_S1.copy()
    text_type.set_size(14)
    text_type.set_strpad(h5py.h5t.STR_SPACEPAD)
    text_type.set_cset(h5py.h5t.CSET_UTF8)
    space = h5py.h5s.create_simple((len(texts),))
    group, _, last = name.rpartition("/")
    dataset = h5py.h5d.create(f.require_group(group).id, last.encode(), text_type, space)
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, fixed(texts, 14, pad=" "), mtype=text_type)


def store_utf8(f, name, texts):
    f.create_dataset(name, data=[t.encode() for t in texts], dtype=h5py.string_dtype("utf-8", 16))


def store_variable(f, name, texts):
    f.create_dataset(name, data=texts, dtype=h5py.string_dtype())


def wide(name, dtype):
    return "i8" if name != "events/time_ns" else "u8"


def write_all(directory):
    write(f"{directory}/h5py_default.h5")
    with open(f"{directory}/h5py_default.h5", "rb") as f:
        damaged = bytearray(f.read())
    damaged[2074] ^= 1  # HDF5 1.10.8 dies of it.
    with open(f"{directory}/crashes_library.h5", "wb") as f:
        f.write(damaged)
    write(f"{directory}/byte_attributes.h5", as_bytes=True)
    write(f"{directory}/big_endian.h5", kind=lambda name, dtype: ">" + dtype)
    write(f"{directory}/wide_integers.h5", kind=wide)
    write(f"{directory}/gzip_9_small_chunks.h5", chunks=(2,), compression="gzip",
          compression_opts=9)
    write(f"{directory}/lzf_shuffle.h5", chunks=True, compression="lzf", shuffle=True)
    write(f"{directory}/gzip_0_fletcher.h5", chunks=(3,), compression="gzip", compression_opts=0,
          fletcher32=True, maxshape=(None,))
    write(f"{directory}/v108.h5", libver=("v108", "v108"))
    write(f"{directory}/v110.h5", libver=("v110", "v110"), chunks=(2,), maxshape=(None,))
    write(f"{directory}/space_padded.h5", strings=store_padded)
    write(f"{directory}/utf8_strings.h5", strings=store_utf8)
    write(f"{directory}/variable_strings.h5", strings=store_variable)
    with h5py.File(f"{directory}/types.h5", "w") as f:
        f.attrs["flag"] = True
        f.attrs["text_array"] = np.array([b"one"])
        f.attrs["big"] = np.array([1, -2], dtype=">i2")
        f["flags"] = np.array([True, False, True])
        f["half"] = np.array([0.5, -2], dtype="f2")
        f["double"] = np.array([0.5, 1e-3], dtype=">f8")
        f["scalar"] = np.uint8(7)


def read(path):
    with h5py.File(path) as f:
        for key in sorted(f.attrs):
            value = f.attrs[key]
            print("@" + key, value.decode() if isinstance(value, bytes) else value)
        lines = []

        def visit(name, item):
            if not isinstance(item, h5py.Dataset):
                return
            text = h5py.check_string_dtype(item.dtype)
            values = [v.decode(text.encoding) for v in item[:]] if text else item[:].tolist()
            dtype = text.encoding if text else item.dtype.str
            lines.append(f"{name} {dtype} {values}")

        f.visititems(visit)
        print("\n".join(sorted(lines)))


if __name__ == "__main__":
    {"write": write_all, "read": read}[sys.argv[1]](sys.argv[2])
