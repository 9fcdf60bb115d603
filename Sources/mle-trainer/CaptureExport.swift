import CommandSupport
import KernelTrace
import TraceData

/// Tells a data set again, in either form.
enum CaptureExport {
  private static let blockSize = 1 << 16

  static func write(_ dataset: TraceDataset, to file: FileSink) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: blockSize, alignment: 16)
    defer { buffer.deallocate() }
    let names = StateNameTable(dataset.vocabulary)
    var writer = CaptureWriter(buffer: buffer) { file.append($0) }
    let replay = TraceReplay(dataset)
    var living = LivingNumbers(dataset)
    do {
      while let step = try replay.next() {
        try living.check(step)
        if case .event(let event) = step.record, !writer.isNamed(event.state),
          let name = names[event.state]
        {
          try writer.name(state: event.state, name)
        }
        try writer.append(step.record)
      }
      try writer.flush()
    } catch let error as CaptureError {
      if let failure = file.failure { throw failure }
      throw TraceDataError.badCapture(path: dataset.path, error)
    }
  }

  static func print(_ dataset: TraceDataset, to file: FileSink) throws {
    let names = StateNameTable(dataset.vocabulary)
    let replay = TraceReplay(dataset)
    var living = LivingNumbers(dataset)
    var lines: [UInt8] = []
    while let step = try replay.next() {
      try living.check(step)
      var name: UnsafeRawBufferPointer?
      if case .event(let event) = step.record { name = names[event.state] }
      step.record.appendLine(to: &lines, stateName: name)
      if lines.count >= blockSize {
        try file.write(lines)
        lines.removeAll(keepingCapacity: true)
      }
    }
    try file.write(lines)
  }
}

/// The names of a data set's states by id, as bytes that stay where they are.
final class StateNameTable {
  private var names: [UInt32: UnsafeRawBufferPointer] = [:]

  init(_ vocabulary: [VocabularyEntry]) {
    for entry in vocabulary where names[entry.id] == nil {
      let bytes = UnsafeMutableRawBufferPointer.allocate(
        byteCount: entry.name.utf8.count, alignment: 1)
      bytes.copyBytes(from: entry.name.utf8)
      names[entry.id] = UnsafeRawBufferPointer(bytes)
    }
  }

  deinit { for name in names.values { name.deallocate() } }

  subscript(id: UInt32) -> UnsafeRawBufferPointer? { names[id] }
}
