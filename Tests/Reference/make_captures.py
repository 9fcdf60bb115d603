"""Writes Tests/KernelTraceTests/Golden/v1.mlt, a capture, and v1.txt, the same as text.

From docs/capture-format.md alone, with zlib's CRC-32; it shares no code with the package. Needs
nothing but Python 3.

    python3 Tests/Reference/make_captures.py
"""

import pathlib
import struct
import zlib

GOLDEN = pathlib.Path(__file__).parent.parent / "KernelTraceTests" / "Golden"
NAMES = {7: b"openat:rdonly", 4_294_967_295: b"x" * 64}

# (record, fields..., time); states are ids, program names bytes
BLOCKS = [
    [
        ("state", 7),
        ("exec", 300, 300, b"nginx", 1_000),
        ("event", 300, 301, 7, 2_000),
        ("event", 300, 301, 0, 1_500),
        ("fork", 300, 301, 302, 302, 18_446_744_073_709_551_615),
    ],
    [
        ("state", 4_294_967_295),
        ("event", 4_294_967_295, 4_294_967_295, 4_294_967_295, 0),
        ("lost", 18_446_744_073_709_551_615, 0, 0, 5),
        ("lost", 3, 302, 302, 0),
        ("exit", 302, 302, 6),
    ],
]
TAGS = {"state": 1, "event": 2, "fork": 3, "exec": 4, "exit": 5, "lost": 6}


def varint(number):
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def zigzag(time, previous):
    difference = (time - previous) % 2**64
    signed = difference - 2**64 if difference >= 2**63 else difference
    return 2 * signed if signed >= 0 else -2 * signed - 1


def payload(records):
    out, previous = b"", 0
    for kind, *fields in records:
        out += bytes([TAGS[kind]])
        if kind == "state":
            name = NAMES[fields[0]]
            out += varint(fields[0]) + varint(len(name)) + name
            continue
        *fields, time = fields
        for field in fields:
            out += varint(len(field)) + field if isinstance(field, bytes) else varint(field)
        out += varint(zigzag(time, previous))
        previous = time
    return out


def block(records):
    data = payload(records)
    header = struct.pack("<II", len(data), zlib.crc32(data))
    return header + struct.pack("<I", zlib.crc32(header)) + data


def line(kind, *fields):
    *fields, time = fields
    if kind == "event":
        fields[2] = NAMES.get(fields[2], b"0")
    if kind == "lost" and fields[1:] == [0, 0]:
        fields = fields[:1]
    words = [] if kind == "event" else [kind]
    words += [field.decode() if isinstance(field, bytes) else str(field) for field in fields]
    return " ".join(words + ([str(time)] if time else [])) + "\n"


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    header = b"\x89MLT\r\n\x1a\n" + struct.pack("<HH", 1, 0)
    header += struct.pack("<I", zlib.crc32(header))
    (GOLDEN / "v1.mlt").write_bytes(header + b"".join(map(block, BLOCKS)))
    text = "".join(line(*record) for records in BLOCKS for record in records if record[0] != "state")
    (GOLDEN / "v1.txt").write_text(text)


main()
