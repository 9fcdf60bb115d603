import Foundation

/// Reads files of labelled intervals: `kind run t_start_ns t_end_ns` a line, each an attack.
///
/// Intervals are named by their kind; the runs of a kind differ by their times. Empty lines and those
/// that begin with `#` are passed over.
public enum LabelFile {
  /// The intervals of a file, in its order.
  ///
  /// - Throws: `.missingInput`, `.emptyInput`, `.badLine`, `.system`, `.damagedCompression`.
  public static func intervals(path: String) throws -> [LabelledInterval] {
    var bytes: [UInt8] = []
    try ByteSource(path: path).forEachChunk { bytes.append(contentsOf: $0) }
    var intervals: [LabelledInterval] = []
    for (index, line) in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated()
    {
      let fields = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
      guard let first = fields.first, first.first != 0x23 else { continue }
      intervals.append(try interval(fields, path: path, line: index + 1))
    }
    if intervals.isEmpty { throw TraceDataError.emptyInput(path: path) }
    return intervals
  }

  private static func interval(
    _ fields: [ArraySlice<UInt8>], path: String, line: Int
  ) throws(TraceDataError) -> LabelledInterval {
    func bad(_ fact: String) -> TraceDataError { .badLine(path: path, line: line, fact: fact) }
    guard fields.count == 4 else {
      throw bad("has \(fields.count) fields, must be: kind run t_start_ns t_end_ns")
    }
    let texts = fields.map { String(decoding: $0, as: UTF8.self) }
    guard UInt64(texts[1]) != nil else { throw bad("run '\(texts[1])' is not a number") }
    guard let start = UInt64(texts[2]), let end = UInt64(texts[3]) else {
      throw bad("'\(texts[2]) \(texts[3])' are not two times in nanoseconds")
    }
    guard start <= end else { throw bad("ends at \(end), before it starts at \(start)") }
    return LabelledInterval(start: start, end: end, label: .attack, name: texts[0])
  }
}
