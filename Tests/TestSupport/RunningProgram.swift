import Foundation

/// A process that was started by a test.
///
/// It is a thin cover of `posix_spawn`, for what Foundation's `Process` cannot do: a standard output
/// that is closed or broken, and signals that do what they do to a program in a terminal.
public final class RunningProgram {
  private let path: String
  private let process: pid_t
  private let directory: TemporaryDirectory
  private var isRunning = true

  init(
    _ path: String, _ arguments: [String], _ input: Program.Input, _ output: Program.Sink,
    _ errors: Program.Sink
  ) throws {
    self.path = path
    directory = try TemporaryDirectory()
    let streams = Streams()
    defer { streams.close() }
    try streams.setInput(input, directory)
    streams.direct(1, to: output, directory.file("output"))
    streams.direct(2, to: errors, directory.file("errors"))
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
    // Whatever the thread that runs this test blocks and the tests' process ignores.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGPIPE, SIGINT, SIGTERM] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    // A terminal's width must not change what is printed.
    let variables = ProcessInfo.processInfo.environment.filter { $0.key != "COLUMNS" }
      .map { "\($0.key)=\($0.value)" }
    var process: pid_t = 0
    var code: Int32 = 0
    // A program that was just copied is still open for writing in what another test has forked meanwhile,
    // until that executes.
    eventually {
      code = withCStrings([path] + arguments) { argv in
        withCStrings(variables) { environment in
          posix_spawn(&process, path, &streams.actions, &attributes, argv, environment)
        }
      }
      return code != ETXTBSY
    }
    guard code == 0 else { throw ProgramError.cannotStart(path: path, code: code) }
    return process
  }

  /// Its number.
  public var processID: Int32 { process }

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
  private var pipeEnds: [Int32] = []

  init() { posix_spawn_file_actions_init(&actions) }

  func close() {
    posix_spawn_file_actions_destroy(&actions)
    for end in pipeEnds { _ = Foundation.close(end) }
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

  /// - Parameter file: where the stream is captured.
  func direct(_ descriptor: Int32, to sink: Program.Sink, _ file: String) {
    switch sink {
    case .captured: open(descriptor, file, O_WRONLY | O_CREAT)
    case .file(let path): open(descriptor, path, O_WRONLY | O_CREAT)
    case .closed: posix_spawn_file_actions_addclose(&actions, descriptor)
    case .brokenPipe:
      // A pipe by name: its ends can be opened so that no process that starts at this moment
      // inherits the reading one, which would keep the pipe whole.
      mkfifo(file, 0o600)
      let reader = Foundation.open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
      let writer = Foundation.open(file, O_WRONLY | O_CLOEXEC)
      _ = Foundation.close(reader)
      unlink(file)
      pipeEnds.append(writer)
      posix_spawn_file_actions_adddup2(&actions, writer, descriptor)
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
