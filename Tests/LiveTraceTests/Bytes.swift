/// Bytes as the kernel lays them out on this machine.
struct Bytes {
  private(set) var all: [UInt8] = []

  mutating func add<Number: FixedWidthInteger>(_ number: Number) {
    withUnsafeBytes(of: number) { all.append(contentsOf: $0) }
  }

  mutating func add(_ bytes: [UInt8]) { all.append(contentsOf: bytes) }

  mutating func pad(to multiple: Int) { while all.count % multiple != 0 { all.append(0) } }
}

/// Records of a perf ring that samples TID, TIME and RAW.
enum PerfBytes {
  static func record(_ kind: UInt32, _ body: [UInt8]) -> [UInt8] {
    var bytes = Bytes()
    bytes.add(kind)
    bytes.add(UInt16(0))
    bytes.add(UInt16(8 + body.count))
    bytes.add(body)
    return bytes.all
  }

  static func sample(pid: UInt32, tid: UInt32, time: UInt64, raw: [UInt8]) -> [UInt8] {
    var body = Bytes()
    body.add(pid)
    body.add(tid)
    body.add(time)
    // The kernel pads so that the record ends at a multiple of 8, and counts that as raw bytes.
    let length = (raw.count + 4 + 7) / 8 * 8 - 4
    body.add(UInt32(length))
    body.add(raw + [UInt8](repeating: 0, count: length - raw.count))
    return record(9, body.all)
  }

  static func trailer(pid: UInt32, tid: UInt32, time: UInt64) -> [UInt8] {
    var bytes = Bytes()
    bytes.add(pid)
    bytes.add(tid)
    bytes.add(time)
    return bytes.all
  }

  static func lost(_ count: UInt64, time: UInt64) -> [UInt8] {
    var body = Bytes()
    body.add(UInt64(1))
    body.add(count)
    body.add(trailer(pid: 1, tid: 1, time: time))
    return record(2, body.all)
  }

  static func task(
    _ kind: UInt32, pid: UInt32, parent: UInt32, tid: UInt32, parentThread: UInt32, time: UInt64
  ) -> [UInt8] {
    var body = Bytes()
    for number in [pid, parent, tid, parentThread] { body.add(number) }
    body.add(time)
    body.add(trailer(pid: parent, tid: parentThread, time: time))
    return record(kind, body.all)
  }
}

/// `format` files and records of the tracepoints, as a 64-bit kernel has them.
enum TracepointBytes {
  private static let common = """
    \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
    \tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;
    \tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;
    \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

    """

  private static func format(_ name: String, _ id: Int, _ fields: String) -> String {
    "name: \(name)\nID: \(id)\nformat:\n\(common)\n\(fields)\nprint fmt: \"NR %ld\", REC->id\n"
  }

  static let enter = format(
    "sys_enter", 443,
    """
    \tfield:long id;\toffset:8;\tsize:8;\tsigned:1;
    \tfield:unsigned long args[6];\toffset:16;\tsize:48;\tsigned:0;
    """)
  static let leave = format(
    "sys_exit", 442,
    """
    \tfield:long id;\toffset:8;\tsize:8;\tsigned:1;
    \tfield:long ret;\toffset:16;\tsize:8;\tsigned:1;
    """)
  static let enter32 = format(
    "sys_enter", 43,
    """
    \tfield:long id;\toffset:8;\tsize:4;\tsigned:1;
    \tfield:unsigned long args[6];\toffset:12;\tsize:24;\tsigned:0;
    """)
  static let leave32 = format(
    "sys_exit", 42,
    """
    \tfield:long id;\toffset:8;\tsize:4;\tsigned:1;
    \tfield:long ret;\toffset:12;\tsize:4;\tsigned:1;
    """)
  static let exec = format(
    "sched_process_exec", 365,
    """
    \tfield:__data_loc char[] filename;\toffset:8;\tsize:4;\tsigned:0;
    \tfield:pid_t pid;\toffset:12;\tsize:4;\tsigned:1;
    \tfield:pid_t old_pid;\toffset:16;\tsize:4;\tsigned:1;
    """)
  static let connect = format(
    "inet_sock_set_state", 2287,
    """
    \tfield:const void * skaddr;\toffset:8;\tsize:8;\tsigned:0;
    \tfield:int oldstate;\toffset:16;\tsize:4;\tsigned:1;
    \tfield:int newstate;\toffset:20;\tsize:4;\tsigned:1;
    \tfield:__u16 sport;\toffset:24;\tsize:2;\tsigned:0;
    \tfield:__u16 dport;\toffset:26;\tsize:2;\tsigned:0;
    \tfield:__u16 family;\toffset:28;\tsize:2;\tsigned:0;
    \tfield:__u16 protocol;\toffset:30;\tsize:2;\tsigned:0;
    \tfield:__u8 saddr[4];\toffset:32;\tsize:4;\tsigned:0;
    \tfield:__u8 daddr[4];\toffset:36;\tsize:4;\tsigned:0;
    \tfield:__u8 saddr_v6[16];\toffset:40;\tsize:16;\tsigned:0;
    \tfield:__u8 daddr_v6[16];\toffset:56;\tsize:16;\tsigned:0;
    """)

  private static func head(_ id: UInt16, _ tid: UInt32) -> Bytes {
    var bytes = Bytes()
    bytes.add(id)
    bytes.add(UInt16(0))
    bytes.add(tid)
    return bytes
  }

  static func enter(_ number: Int64, _ arguments: [UInt64] = []) -> [UInt8] {
    var bytes = head(443, 1)
    bytes.add(number)
    for index in 0..<6 { bytes.add(index < arguments.count ? arguments[index] : 0) }
    return bytes.all
  }

  static func leave(_ number: Int64, _ result: Int64) -> [UInt8] {
    var bytes = head(442, 1)
    bytes.add(number)
    bytes.add(result)
    return bytes.all
  }

  static func exec(_ fileName: String) -> [UInt8] {
    var bytes = head(365, 1)
    let text = Array(fileName.utf8) + [0]
    bytes.add(UInt32(text.count) << 16 | 20)
    bytes.add(UInt32(1))
    bytes.add(UInt32(1))
    bytes.add(text)
    return bytes.all
  }

  /// A TCP socket that is in `state` now.
  static func socket(state: Int32, _ address: [UInt8], port: UInt16) -> [UInt8] {
    var bytes = head(2287, 1)
    bytes.add(UInt64(0))
    bytes.add(Int32(7))
    bytes.add(state)
    bytes.add(UInt16(0))
    bytes.add(port)
    bytes.add(UInt16(address.count == 4 ? 2 : 10))
    bytes.add(UInt16(6))
    bytes.add([0, 0, 0, 0])
    bytes.add(address.count == 4 ? address : [0, 0, 0, 0])
    bytes.add([UInt8](repeating: 0, count: 16))
    bytes.add(address.count == 16 ? address : [UInt8](repeating: 0, count: 16))
    return bytes.all
  }
}
