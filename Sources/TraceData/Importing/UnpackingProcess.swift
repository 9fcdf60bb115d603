import Foundation

/// Unpacks a file through another program, and notices when that fails.
///
/// It is a thin cover of `posix_spawn`: Foundation's `Process` looks only now and then whether its program has
/// ended, which takes longer than unpacking a small file.
final class UnpackingProcess {
  private let path: String
  private let program: String
  private let output: Int32
  private let complaints: Int32
  /// Nil once it was waited for.
  private var process: pid_t?

  init(program: String, path: String) throws(TraceDataError) {
    self.path = path
    self.program = program
    let output = try Self.pipe(path)
    let complaints: (read: Int32, write: Int32)
    do throws(TraceDataError) { complaints = try Self.pipe(path) } catch {
      [output.read, output.write].forEach { close($0) }
      throw error
    }
    (self.output, self.complaints) = (output.read, complaints.read)
    let started = Self.start([program, "-dc", "--", path], output.write, complaints.write)
    [output.write, complaints.write].forEach { close($0) }
    switch started {
    case .success(let process): self.process = process
    // What a search through PATH says of the last place that it looked at.
    case .failure(let error) where error.code == ENOENT || error.code == ENOTDIR:
      throw .missingUnpacker(path: path, program: program)
    case .failure(let error): throw .system(path: path, call: error.call, code: error.code)
    }
  }

  deinit {
    close(output)
    close(complaints)
    guard let process else { return }
    kill(process, SIGKILL)
    _ = Self.wait(for: process)
  }

  /// Reads up to `buffer.count` unpacked bytes; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TraceDataError) -> Int {
    while true {
      let count = Foundation.read(output, buffer.baseAddress, buffer.count)
      if count > 0 { return count }
      if count == 0 {
        try checkStatus()
        return 0
      }
      guard errno == EINTR else { throw .system(path: path, call: "read", code: errno) }
    }
  }

  private func checkStatus() throws(TraceDataError) {
    guard let process else { return }
    self.process = nil
    guard Self.wait(for: process) != 0 else { return }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = Foundation.read(complaints, &bytes, bytes.count)
    let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    let line = text.split(separator: "\n").first ?? "\(program) failed"
    let reason = line.split(separator: ": ").last ?? line
    throw .damagedCompression(path: path, reason: String(reason))
  }
}

extension UnpackingProcess {
  /// A pipe that other programs do not inherit.
  private static func pipe(_ path: String) throws(TraceDataError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard Foundation.pipe(&ends) == 0 else {
      throw .system(path: path, call: "pipe", code: errno)
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func start(
    _ command: [String], _ output: Int32, _ complaints: Int32
  ) -> Result<pid_t, SystemCallError> {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, complaints, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A signal that this process ignores ends the other one as it should.
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGPIPE, SIGXFSZ] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var arguments = command.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, command[0], &actions, &attributes, &arguments, environ)
    return code == 0
      ? .success(process)
      : .failure(SystemCallError(call: "posix_spawnp \(command[0])", code: code))
  }

  /// What `waitpid` says of its end: 0 where all went well.
  private static func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      if errno != EINTR { return -1 }
    }
    return status
  }
}
