import Foundation

/// Unpacks a file through another program, and notices when that fails.
final class UnpackingProcess {
  private let path: String
  private let program: String
  private let process = Process()
  private let output = Pipe()
  private let complaints = Pipe()

  init(program: String, path: String) throws(TraceDataError) {
    self.path = path
    self.program = program
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program, "-dc", "--", path]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = complaints
    do { try process.run() } catch { throw .missingUnpacker(path: path, program: program) }
  }

  deinit {
    if process.isRunning { process.terminate() }
  }

  /// Reads up to `buffer.count` unpacked bytes; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TraceDataError) -> Int {
    while true {
      let count = Foundation.read(
        output.fileHandleForReading.fileDescriptor, buffer.baseAddress, buffer.count)
      if count > 0 { return count }
      if count == 0 {
        try checkStatus()
        return 0
      }
      guard errno == EINTR else { throw .system(path: path, call: "read", code: errno) }
    }
  }

  private func checkStatus() throws(TraceDataError) {
    process.waitUntilExit()
    switch process.terminationStatus {
    case 0: return
    // What env says when it finds no such program.
    case 127: throw .missingUnpacker(path: path, program: program)
    default:
      let text = String(
        decoding: complaints.fileHandleForReading.availableData, as: UTF8.self)
      let line = text.split(separator: "\n").first ?? "\(program) failed"
      let reason = line.split(separator: ": ").last ?? line
      throw .damagedCompression(path: path, reason: String(reason))
    }
  }
}
