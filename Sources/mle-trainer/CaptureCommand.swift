import ArgumentParser
import Foundation
import KernelTrace
import TraceData

/// `mle-trainer capture`: a data set as the records that a device would have sent.
struct CaptureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capture",
    abstract: "Tells a data set again as what a device would have seen.")

  @Argument(help: ArgumentHelp("The data set.", valueName: "data.h5"))
  var data: String

  @Flag(help: "Print the text protocol, one record a line.")
  var text = false

  func validate() throws {
    if !text { throw ValidationError("Say what to write: --text.") }
  }

  func run() throws {
    let dataset = try TraceDataset(path: data)
    let names = Dictionary(
      dataset.vocabulary.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    let replay = TraceReplay(dataset)
    var output = StandardOutput()
    while let step = try replay.next() {
      try output.write(TextProtocol.line(step.record) { names[$0] ?? String($0) })
    }
    try output.flush()
  }
}

/// The text protocol that the player reads.
enum TextProtocol {
  static func line(_ record: TraceRecord, stateName: (UInt32) -> String) -> String {
    switch record {
    case .event(let event):
      "\(text(event.thread)) \(stateName(event.state)) \(event.time)\n"
    case .fork(let parent, let child, let time): "fork \(text(parent)) \(text(child)) \(time)\n"
    case .exec(let thread, let name, let time): "exec \(text(thread)) \(text(name)) \(time)\n"
    case .exit(let thread, let time): "exit \(text(thread)) \(time)\n"
    case .lost(let count, let thread?, let time): "lost \(count) \(text(thread)) \(time)\n"
    case .lost(let count, nil, let time): "lost \(count) \(time)\n"
    }
  }

  private static func text(_ thread: ThreadID) -> String { "\(thread.pid) \(thread.tid)" }

  private static func text(_ name: ProgramName) -> String {
    String(decoding: (0..<name.count).map { name[$0] }, as: UTF8.self)
  }
}

/// The standard output, in large pieces, with errors noticed.
struct StandardOutput {
  private var buffer: [UInt8] = []

  mutating func write(_ text: String) throws(TraceDataError) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= 1 << 16 { try flush() }
  }

  mutating func flush() throws(TraceDataError) {
    var written = 0
    while written < buffer.count {
      let count = buffer.withUnsafeBytes { bytes in
        Foundation.write(
          STDOUT_FILENO, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .system(path: "standard output", call: "write", code: errno) }
      written += count
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
