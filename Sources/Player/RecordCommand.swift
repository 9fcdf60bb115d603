import CPlatform
import KernelTrace
import LiveTrace

/// `mle-player record`: the kernel in, a capture out.
struct RecordCommand: ~Copyable {
  private var source: LiveSource
  private var files: CaptureFiles
  private let targetName: UnsafePointer<CChar>?
  private let showsProgress = mle_is_terminal(2) != 0
  private var progressTime: UInt64 = 0
  private var failure: Failure?
  /// Whether the program that was started has been told to end.
  private var hasPassedSignalOn = false

  /// Begins to watch and to write.
  static func beginning(_ options: RecordOptions) throws(Failure) -> RecordCommand {
    guard let target = options.source.target else { throw .live(.noSuchProgram) }
    mle_catch_stop_signals()
    mle_break_off_calls()
    mle_raise_descriptor_limit()
    // The file first: a program must not run where its recording fails.
    let files = try CaptureFiles.beginning(options, at: mle_now())
    // Without it a busy CPU may lose events; it is no reason to stop.
    _ = mle_become_realtime()
    do throws(LiveTraceError) {
      return RecordCommand(
        try LiveSource.watching(target, options.source.live), files, options.source.targetName)
    } catch {
      files.abandon()
      throw .live(error)
    }
  }

  private init(
    _ source: consuming LiveSource, _ files: consuming CaptureFiles,
    _ targetName: UnsafePointer<CChar>?
  ) {
    self.source = source
    self.files = files
    self.targetName = targetName
  }

  /// Records until there is nothing left to watch or a signal comes, which ends the program that was
  /// started, too, whether its recording can be written or not.
  mutating func run(_ diagnostics: inout Diagnostics) throws(Failure) {
    do throws(Failure) { try record(&diagnostics) } catch {
      passSignalOn()
      throw error
    }
  }

  private mutating func record(_ diagnostics: inout Diagnostics) throws(Failure) {
    diagnostics.stopWaiting()
    while !source.isOver, mle_stop_signal() == 0 {
      try take(.poll)
      diagnostics.put(troubleOf: &source, targetName)
      let now = mle_now()
      if !source.isOver, try files.keepUp(at: now) { try take(.names) }
      if showsProgress, now &- progressTime >= 1_000_000_000 {
        progressTime = now
        diagnostics.putProgress(source.counters, bytes: files.length)
      }
    }
    if mle_stop_signal() != 0 { try stopChild() }
    try take(.finish)
    try files.finish()
    if showsProgress { diagnostics.endProgress() }
  }

  /// Passes the signal on to the program that was started, whose end belongs to the recording if it
  /// comes within a second.
  private mutating func stopChild() throws(Failure) {
    guard passSignalOn() else { return }
    let deadline = mle_now() + 1_000_000_000
    while !source.isOver, mle_now() < deadline { try take(.poll) }
  }

  /// False where there is nobody to be told.
  @discardableResult
  private mutating func passSignalOn() -> Bool {
    guard mle_stop_signal() != 0, let child = source.startedProcess else { return false }
    if !hasPassedSignalOn { _ = mle_signal_process(child, mle_stop_signal()) }
    hasPassedSignalOn = true
    return true
  }

  /// One line on what was recorded.
  func printSummary(_ diagnostics: inout Diagnostics) {
    diagnostics.put(source.counters, bytes: files.length, files: files.fileCount)
  }

  private enum Step { case poll, names, finish }

  private mutating func take(_ step: Step) throws(Failure) {
    Self.take(step, of: &source, into: &files, &failure)
    if let failure { throw failure }
  }

  private static func take(
    _ step: Step, of source: inout LiveSource, into files: inout CaptureFiles,
    _ failure: inout Failure?
  ) {
    switch step {
    case .poll: source.poll { append($0, to: &files, &failure) }
    case .names: source.nameThreads { append($0, to: &files, &failure) }
    case .finish: source.finish { append($0, to: &files, &failure) }
    }
  }

  /// What comes after a failure is dropped.
  private static func append(
    _ record: TraceRecord, to files: inout CaptureFiles, _ failure: inout Failure?
  ) {
    guard failure == nil else { return }
    do throws(Failure) { try files.append(record) } catch { failure = error }
  }
}
