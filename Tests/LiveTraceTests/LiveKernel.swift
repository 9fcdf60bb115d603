import CPlatform
import Foundation
import KernelTrace
import TestSupport
import Testing

@testable import LiveTrace

/// Whether this machine lets its kernel be watched.
enum LiveKernel {
  static let obstacle: String? = {
    do throws(LiveTraceError) {
      _ = try watch(["/bin/true"]) { _ in }
      return nil
    } catch {
      return "skipped: \(error.message.text)"
    }
  }()

  /// Says why tests are skipped, beside the mark that they are.
  static let isThere: Bool = {
    if let obstacle { print(obstacle) }
    return obstacle == nil
  }()

  /// A copy of the child that nobody but root may read, and everybody may run.
  static func unreadableProgram(in directory: TemporaryDirectory) throws -> String {
    try #require(chmod(directory.path, 0o711) == 0)
    let program = directory.file("unreadable")
    try FileManager.default.copyItem(atPath: Program.liveChild.path, toPath: program)
    try #require(chmod(program, 0o111) == 0)
    return program
  }

  /// A copy of a program under a name that no other process has, to be watched by that.
  static func copy(
    of path: String = Program.liveChild.path, as name: String, in directory: TemporaryDirectory
  ) throws -> (program: Program, name: String) {
    let name = "\(name)-\(getpid() % 100_000)"
    let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    try FileManager.default.copyItem(atPath: file, toPath: directory.file(name))
    return (Program(path: directory.file(name)), name)
  }

  /// Watches a command to its end.
  static func watch(
    _ command: [String], _ options: LiveOptions = LiveOptions(),
    _ body: (TraceRecord) -> Void
  ) throws(LiveTraceError) -> LiveCounters {
    let copies = command.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return try copies.withUnsafeBufferPointer { list throws(LiveTraceError) in
      guard let base = list.baseAddress else { throw .noSuchProgram }
      var source = try LiveSource.watching(.command(base), options)
      while !source.isOver { source.poll(body) }
      source.finish(body)
      return source.counters
    }
  }

  /// The lines of the records of a command, and what was counted.
  static func lines(
    _ command: [String], _ options: LiveOptions = LiveOptions()
  ) throws -> (lines: [String], counters: LiveCounters) {
    var lines: [String] = []
    let counters = try watch([Program.liveChild.path] + command, options) {
      lines.append(TestJoiner.line($0))
    }
    return (lines, counters)
  }

  /// Where cgroups of version 2 are.
  static let cgroups: String? = {
    let mounts = (try? String(contentsOfFile: "/proc/mounts", encoding: .utf8)) ?? ""
    let path = mounts.split(separator: "\n").map { $0.split(separator: " ") }
      .first { $0.count > 2 && $0[2] == "cgroup2" }
    if path == nil { print("skipped: no cgroup v2 is mounted") }
    return path.map { String($0[1]) }
  }()

  /// Waits until a child of the name `live-child` is past its start and sleeps between its calls.
  static func waitUntilWorking(_ child: RunningProgram) {
    eventually {
      let path = "/proc/\(child.processID)/stat"
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      return text.contains("(live-child) S")
    }
  }

  /// Open descriptors of this process of the kinds that a source opens: other tests have files and
  /// sockets, and have them for long.
  static func descriptorCount() throws -> Int {
    let kinds = ["/proc/", "/sys/", "pipe:", "anon_inode:[perf_event]", "anon_inode:[pidfd]"]
    return try descriptorLinks { link in kinds.contains { link.hasPrefix($0) } }
  }

  /// Whether no more descriptors are open than before, once other tests have closed theirs too.
  static func isAllClosed(but count: Int) throws -> Bool {
    try eventually { try descriptorCount() <= count }
  }

  /// Those that are perf events.
  static func eventCount() throws -> Int { try descriptorLinks { $0.hasSuffix("[perf_event]") } }

  private static func descriptorLinks(where isCounted: (String) -> Bool) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { descriptor in
      let path = "/proc/self/fd/\(descriptor)"
      let link = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
      return isCounted(link ?? "")
    }.count
  }
}
