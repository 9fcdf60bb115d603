"""Writes the inputs that fuzzing starts from: Tests/Fuzz/Corpus/{blob,capture,line}.

A blob of the corpus lacks its digest and may lack its weights, and a capture is only its blocks'
payloads, each after one byte of length - 1: the fuzzers add lengths and checksums, and weights of 0
(Tests/Fuzz/Checks). There is no seed; all is fixed.

  python3 Tests/Reference/make_fuzz_corpus.py
"""
import pathlib
import struct

tests = pathlib.Path(__file__).resolve().parent.parent
corpus = tests / "Fuzz" / "Corpus"


def put(kind, name, data):
    (corpus / kind / name).write_bytes(data)


def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def padded(data, multiple):
    return data + bytes(-len(data) % multiple)


def record(kind, critical, contents):
    return padded(struct.pack("<HHI", kind, critical, len(contents)) + contents, 8)


def vocabulary(names):
    ends, end = [], 0
    for name in names:
        end += len(name)
        ends.append(end)
    order = sorted(range(len(names)), key=lambda i: names[i])
    ids = [3 * i for i in range(len(names))]
    table = struct.pack(f"<{len(names)}I", *ids) + struct.pack(f"<{len(names)}I", *ends)
    return padded(table + struct.pack(f"<{len(names)}H", *order), 4) + b"".join(names)


def channel(length, minimum, nats, rule, parameter):
    units = int(nats * 2**24)
    return struct.pack("<IIIIIfII", 1, length, minimum, units, rule, parameter, units // 2, 0)


def blob(architecture, shape, names, channels, tensors, provenance=b"", minor=0, optional=b""):
    cap = 463571609
    detection = struct.pack("<IIII", cap, cap, len(channels), 0) + b"".join(channels)
    golden = struct.pack("<II", 3, 0) + struct.pack("<6I", 1, 1000, 0, cap, 2, 5)
    records = record(1, 1, vocabulary(names)) + record(2, 1, detection) + record(3, 1, golden)
    if provenance:
        records += record(64, 0, provenance)
    if optional:
        records += record(99, 0, optional)
    records = padded(records, 64)
    weights = b"".join(padded(struct.pack(f"<{len(t)}f", *t), 64) for t in tensors)
    header = b"\x89MLE\r\n\x1a\n" + struct.pack("<HHI", 1, minor, 128)
    header += struct.pack("<QII", 128 + len(records) + len(weights) + 32, len(records), len(weights))
    header += struct.pack("<HHHHI", architecture, 1, 1, 0, len(names)) + shape
    return padded(header, 128) + records + weights


def numbers(count, scale=0.5):
    return [scale * ((i * 7919 % 23) - 11) / 11 for i in range(count)]


def tcn(names, channels, width, dilations, gated, tied, detection, scale=0.5, **rest):
    v, c, f = len(names), channels, channels * (2 if gated else 1)
    shape = struct.pack("<HHHBB", c, width, len(dilations), 2 if gated else 1, tied)
    shape += struct.pack(f"<{len(dilations)}H", *dilations)
    sizes = [] if tied else [v * c]
    for _ in dilations:
        sizes += [width * c * f, f, c * c, c]
    sizes += [c * v, v]
    return blob(1, shape, names, detection, [numbers(n, scale) for n in sizes], **rest)


def window_cnn(names, length, detection):
    v, flat = len(names), length // 2 // 2 * 64
    sizes = [3 * v * 32, 32, 3 * 32 * 32, 32, 3 * 32 * 64, 64, 3 * 64 * 64, 64]
    sizes += [flat * 32, 32, 32 * 64, 64, 64 * v, v]
    shape = struct.pack("<H", length)
    return blob(2, shape, names, detection, [numbers(n) for n in sizes])


three = [b"unknown", b"openat:rdonly", b"close"]
one = [channel(4, 1, 0.5, 1, 2.0)]
four = [channel(1, 1, 0.1, 2, 0.1), channel(10, 3, 1, 3, 0.99), *one, channel(4096, 4096, 9, 1, 2)]
text = "data=x\nnote=größer = besser\n".encode()
put("blob", "tcn-smallest", tcn(three, 1, 2, [1], False, 1, one))
put("blob", "tcn-gated", tcn(three + [b"a", b"b:1"], 2, 3, [1, 2], True, 0, four, provenance=text))
put("blob", "tcn-newer", tcn(three, 1, 2, [3], False, 0, one, minor=7, optional=b"later"))
put("blob", "tcn-overflowing", tcn(three, 3, 2, [1, 1], True, 0, one, scale=3e38))
cnn = window_cnn(three, 4, one)
put("blob", "window-cnn", cnn[: 128 + struct.unpack_from("<I", cnn, 24)[0]])
# The quantized one of make_blobs.py.
put("blob", "tcn-int8", (tests / "ModelFormatTests/Golden/v1-tcn-int8.mle").read_bytes()[:-32])


def state(number, name):
    return b"\x01" + varint(number) + varint(len(name)) + name


def event(pid, tid, number, time):
    return b"\x02" + varint(pid) + varint(tid) + varint(number) + varint(2 * time)


def block(payload):
    assert 1 <= len(payload) <= 256
    return bytes([len(payload) - 1]) + payload


threads = b"\x03" + varint(7) + varint(7) + varint(8) + varint(2**32 - 1) + varint(3)
named = b"\x04" + varint(8) + varint(8) + varint(4) + b"sh-1" + varint(0)
ended = b"\x05" + varint(8) + varint(8) + varint(2**64 - 1)
lost = b"\x06" + varint(2**64 - 1) + varint(0) + varint(0) + varint(1)
close = state(5, b"close")
put("capture", "events", block(close + event(7, 7, 5, 1000) + event(7, 9, 0, 1)))
put("capture", "kinds", block(threads + named + ended + lost + b"\x06\x01\x07\x07\x00"))
put("capture", "blocks", block(close) + block(event(1, 1, 5, 0)) + block(close))

put("line", "events", b"7 7 5 1000\n7\t9 openat:rdonly\r\n  1 1 0  \n")
put("line", "kinds", b'fork 7 7 8 8 3\nexec 8 8 s"h 4\nexit 8 8\nlost 9\nlost 9 1 1 5\nlost 9 5\n')
put("line", "others", b"# comment\n\n \t\nfork 1\n0 0 0\n4294967295 1 18446744073709551615\n1 1 a\\b")
put("line", "long", b"1 1 " + b"x" * 4090 + b"\n1 1 1\n" + b" " * 5000)
