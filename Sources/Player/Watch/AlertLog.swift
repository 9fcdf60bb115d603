import CPlatform
import KernelTrace
import LiveTrace
import Scoring

/// Where alerts go to, and how many.
struct AlertOptions {
  /// Appended to; nil: standard output, unless there is a socket.
  var file: UnsafePointer<CChar>?
  /// That of the system's log.
  var syslog: UnsafePointer<CChar>?
  var explains = false
  var perMinute = 60
}

/// Writes alerts to where they are wanted. It neither blocks nor fails: what a reader does not take
/// is dropped and counted.
struct AlertLog: ~Copyable {
  /// Lines held back by the limit, and lines that nobody took.
  private(set) var suppressed: UInt64 = 0
  private(set) var undelivered: UInt64 = 0

  private let file: UnsafePointer<CChar>?
  private var hasToldOfLoss = false
  private var descriptor: Int32
  /// Whether a line is there in part, and has no end yet.
  private var isTorn = false
  private var syslog: LocalSocket?
  private var host = InlineArray<65, CChar>(repeating: 0)
  private let explains: Bool
  private var limiter: RateLimiter

  /// Opens what is written to. A pipe that nobody reads is opened once somebody does.
  @inline(never)
  static func opening(_ options: AlertOptions) throws(FileFailure) -> AlertLog {
    var descriptor: Int32 = options.syslog == nil ? 1 : -1
    if let file = options.file {
      descriptor = mle_append_file(file)
      let isPipe = mle_file_mode(file) & 0o170000 == 0o010000
      guard descriptor >= 0 || (descriptor == -6 && isPipe) else {  // ENXIO
        throw FileFailure(failure: .cannotCreate(code: -descriptor), file: file)
      }
    }
    return AlertLog(options, descriptor)
  }

  /// - Parameter descriptor: of the file; below 0: none.
  init(_ options: AlertOptions, _ descriptor: Int32) {
    file = options.file
    self.descriptor = descriptor
    syslog = options.syslog.map { LocalSocket(path: $0) }
    explains = options.explains
    limiter = RateLimiter(perMinute: options.perMinute)
    withUnsafeMutableBytes(of: &host) { bytes in
      mle_host_name(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
  }

  /// Whether its file is a pipe that nobody has read from yet.
  var isWaitingForReader: Bool { file != nil && descriptor < 0 }

  /// What it writes to; nil: standard output.
  var name: UnsafePointer<CChar>? { file ?? syslog?.path }

  /// Whether an alert was lost, for the first time; true once.
  mutating func takeFirstLoss() -> Bool {
    guard undelivered > 0, !hasToldOfLoss else { return false }
    hasToldOfLoss = true
    return true
  }

  deinit { if descriptor > 2 { _ = close(descriptor) } }

  /// Opens the file anew, for whoever has renamed it; the one before stays where that fails.
  ///
  /// - Returns: 0 or the errno.
  mutating func reopen() -> Int32 {
    guard let file else { return 0 }
    let fresh = mle_append_file(file)
    guard fresh >= 0 else { return -fresh }
    if descriptor >= 0 {
      var old = PathText("/proc/self/fd/")
      old.append(UInt32(bitPattern: descriptor))
      // A torn line stays behind in another file only.
      if old.withCString({ mle_is_same_file($0, file) }) == 0 { isTorn = false }
      _ = close(descriptor)
    }
    descriptor = fresh
    return 0
  }

  /// Writes a verdict and what was done about it, before its thread's next event is scored.
  mutating func put(
    _ verdict: Verdict, by scorer: Scorer, _ details: AlertDetails, at now: UInt64
  ) {
    let (isAdmitted, before) = limiter.admit(at: now, always: details.response.hasActed)
    guard isAdmitted else {
      suppressed += 1
      return
    }
    let explains = explains
    toFile { output in
      output.put(
        verdict, by: scorer, explained: explains, details: details, suppressed: before)
    }
    toSyslog(details.response.severity) { output in
      output.put(verdict, by: scorer, explained: false, details: details, suppressed: before)
    }
  }

  /// Writes the end of an incident.
  mutating func put(_ incident: Incident) {
    toFile { $0.put(incident) }
    toSyslog(.notice) { $0.put(incident) }
  }

  /// Writes that more or fewer processes are passed over.
  mutating func putOverload(shares: Int, lag: UInt64, at now: UInt64) {
    toFile { $0.putOverload(shares: shares, lag: lag, at: now) }
    toSyslog(.critical) { $0.putOverload(shares: shares, lag: lag, at: now) }
  }

  private mutating func toFile(_ body: (inout Output) -> Void) {
    guard descriptor >= 0 || file != nil else { return }
    var output = begin()
    body(&output)
    end(&output)
  }

  /// Tries again to open what nobody has read from yet, and ends a torn line.
  @inline(never)
  private mutating func begin() -> Output {
    if descriptor < 0, let file { descriptor = mle_append_file(file) }
    var output = Output(descriptor: descriptor, waits: false)
    if isTorn { output.put("\n") }
    return output
  }

  @inline(never)
  private mutating func end(_ output: inout Output) {
    output.put("\n")
    output.flush()
    if output.hasWritten { isTorn = output.hasFailed }
    if output.hasFailed { undelivered += 1 }
  }

  private mutating func toSyslog(
    _ severity: SyslogFrame.Severity, _ body: (inout Output) -> Void
  ) {
    guard var socket = syslog else { return }
    let isSent = withUnsafeBytes(of: host) { name in
      guard let name = name.baseAddress else { return false }
      let frame = SyslogFrame(
        severity: severity, time: mle_real_now(),
        host: name.assumingMemoryBound(to: CChar.self), pid: UInt64(mle_process_id()))
      return socket.send { output in
        frame.write(to: &output)
        body(&output)
      }
    }
    syslog = socket
    if !isSent { undelivered += 1 }
  }
}
