import Foundation

/// A process that was started by a test.
///
/// It is a thin cover of `posix_spawn`, for what Foundation's `Process` cannot do: a standard output
/// that is closed or broken, and the default action for broken pipes, which the tests' own process
/// may have turned off.
public final class RunningProgram {
  private let path: String
  private let process: pid_t
  private let directory: TemporaryDirectory
  private var isRunning = true

  init(
    _ path: String, _ arguments: [String], _ input: Program.Input, _ output: Program.Sink
  ) throws {
    self.path = path
    directory = try TemporaryDirectory()
    let streams = Streams()
    defer { streams.close() }
    try streams.setInput(input, directory)
    streams.setOutput(output, directory)
    streams.open(2, directory.file("errors"), O_WRONLY | O_CREAT)
    process = try Self.spawn(path, arguments, streams)
  }

  deinit {
    guard isRunning else { return }
    send(SIGKILL)
    waitpid(process, nil, 0)
  }

  private static func spawn(
    _ path: String, _ arguments: [String], _ streams: Streams
  ) throws -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    // A terminal's width must not change what is printed.
    let variables = ProcessInfo.processInfo.environment.filter { $0.key != "COLUMNS" }
      .map { "\($0.key)=\($0.value)" }
    var process: pid_t = 0
    let code = withCStrings([path] + arguments) { argv in
      withCStrings(variables) { environment in
        posix_spawn(&process, path, &streams.actions, &attributes, argv, environment)
      }
    }
    guard code == 0 else { throw ProgramError.cannotStart(path: path, code: code) }
    return process
  }

  /// Sends a signal.
  public func send(_ signal: Int32) { kill(process, signal) }

  /// Whether the process has not come to its end yet.
  public func isAlive() -> Bool {
    var information = siginfo_t()
    let options = WEXITED | WNOHANG | WNOWAIT
    return waitid(P_PID, id_t(process), &information, options) == 0 && information.si_signo == 0
  }

  /// Waits for the end of the process.
  ///
  /// - Throws: `.timeLimitExceeded`; the process is ended then.
  public func wait(timeLimitInSeconds: Double = 60) throws -> Program.Outcome {
    let deadline = ContinuousClock.now + .seconds(timeLimitInSeconds)
    var status: Int32 = 0
    while waitpid(process, &status, WNOHANG) == 0 {
      guard ContinuousClock.now < deadline else {
        throw ProgramError.timeLimitExceeded(
          path: path, seconds: timeLimitInSeconds, errors: text("errors"))
      }
      usleep(500)
    }
    isRunning = false
    let signal = status & 0x7f
    return Program.Outcome(
      status: signal == 0 ? status >> 8 & 0xff : nil, signal: signal == 0 ? nil : signal,
      output: (try? directory.read("output")) ?? [], errors: text("errors"))
  }

  private func text(_ name: String) -> String {
    String(decoding: (try? directory.read(name)) ?? [], as: UTF8.self)
  }
}

/// The three standard streams of a process to be.
private final class Streams {
  var actions = posix_spawn_file_actions_t()
  private var pipeEnd: Int32?

  init() { posix_spawn_file_actions_init(&actions) }

  func close() {
    posix_spawn_file_actions_destroy(&actions)
    if let pipeEnd { _ = Foundation.close(pipeEnd) }
  }

  func open(_ descriptor: Int32, _ path: String, _ flags: Int32) {
    posix_spawn_file_actions_addopen(&actions, descriptor, path, flags, 0o600)
  }

  func setInput(_ input: Program.Input, _ directory: TemporaryDirectory) throws {
    switch input {
    case .nothing: open(0, "/dev/null", O_RDONLY)
    case .file(let path): open(0, path, O_RDONLY)
    case .text(let text): open(0, try directory.write(text.utf8, to: "input"), O_RDONLY)
    }
  }

  func setOutput(_ sink: Program.Sink, _ directory: TemporaryDirectory) {
    switch sink {
    case .captured: open(1, directory.file("output"), O_WRONLY | O_CREAT)
    case .file(let path): open(1, path, O_WRONLY | O_CREAT)
    case .closed: posix_spawn_file_actions_addclose(&actions, 1)
    case .brokenPipe:
      // A pipe by name: its ends can be opened so that no process that starts at this moment
      // inherits the reading one, which would keep the pipe whole.
      let fifo = directory.file("pipe")
      mkfifo(fifo, 0o600)
      let reader = Foundation.open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
      let writer = Foundation.open(fifo, O_WRONLY | O_CLOEXEC)
      _ = Foundation.close(reader)
      pipeEnd = writer
      posix_spawn_file_actions_adddup2(&actions, writer, 1)
    }
  }
}

/// Calls `body` with a list of strings as C has them, ended by a null pointer.
private func withCStrings<Result>(
  _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let copies = strings.map { strdup($0) } + [nil]
  defer { for copy in copies { free(copy) } }
  return body(copies)
}
