import CPlatform
import KernelTrace
import ModelFormat
import Scoring

/// A blob at work on live events.
struct Detector {
  let choice: ModelChoice
  /// Whether it is the fallback.
  private(set) var isFallback = false
  private(set) var session: ScoringSession
  /// The highest score of each channel since the start or the last reload.
  private(set) var highest: [Score]
  private let halfThresholds: [Surprise]
  private var loaded: ModelFile.Loaded
  private var canary: Canary?
  private var canarySession: ScoringSession
  private let threads: Int

  var model: Model { session.model }

  /// Loads and tests the blob of a choice, or its fallback.
  ///
  /// - Parameter onRefusal: is told why the configured one is not taken.
  static func starting(
    _ choice: ModelChoice, threads: Int, onRefusal: (FileFailure) -> Void
  ) throws(FileFailure) -> Detector {
    do throws(FileFailure) {
      return try Detector(choice, choice.file, threads)
    } catch {
      guard let fallback = choice.fallback else { throw error }
      onRefusal(error)
      var detector = try Detector(choice, fallback, threads)
      detector.isFallback = true
      return detector
    }
  }

  @inline(never)
  private init(
    _ choice: ModelChoice, _ file: UnsafePointer<CChar>, _ threads: Int
  ) throws(FileFailure) {
    self.choice = choice
    self.threads = threads
    do throws(Failure) {
      loaded = try ModelFile.read(file)
      let model = loaded.model
      halfThresholds = (0..<model.channelCount).map { model.channel(at: $0).halfThreshold }
      do throws(Failure) {
        (session, canarySession, canary) = try Self.sessions(loaded.model, threads)
      } catch {
        loaded.release()
        throw error
      }
    } catch {
      throw FileFailure(failure: error, file: file)
    }
    highest = Self.noScores(loaded.model)
  }

  /// Makes what scores the blob and proves that it does: bit for bit on this machine, and over a
  /// threshold where it should.
  @inline(never)
  private static func sessions(
    _ model: Model, _ threads: Int
  ) throws(Failure) -> (ScoringSession, ScoringSession, Canary?) {
    let canarySession = try ScoringSession.proven(model)
    let session = try ScoringSession(model, threads: threads)
    session.scorer.keepsPasts = true
    guard nameStates(in: session) > 0 else { throw .foreignStates }
    return (session, canarySession, Canary(&canarySession.scorer))
  }

  private static func noScores(_ model: Model) -> [Score] {
    [Score](repeating: Score(sum: 0, weight: 0), count: model.channelCount)
  }

  /// Finds the states of the blob that the source has, by id and name; returns how many.
  private static func nameStates(in session: ScoringSession) -> Int {
    let vocabulary = session.model.vocabulary
    var buffer = InlineArray<64, UInt8>(repeating: 0)
    var known = 0
    for index in 1..<vocabulary.count {
      let (id, name) = (vocabulary.id(at: index), vocabulary.name(at: index))
      let isSame = withUnsafeMutableBytes(of: &buffer) { bytes in
        let count = SyscallAlphabet.writeName(of: id, into: bytes)
        return compareBytes(UnsafeRawBufferPointer(rebasing: bytes[..<count]), name) == 0
      }
      guard isSame else { continue }
      session.nameState(id, name)
      known += 1
    }
    return known
  }

  /// Whether a score is over half of its threshold.
  func isSuspicious(_ scored: ScoredEvent) -> Bool {
    for channel in halfThresholds.indices
    where scored.scores[channel].isOver(halfThresholds[channel]) { return true }
    return false
  }

  /// Whether less is known of a thread than its score depends on: it was there before the watch, or
  /// was given up in between, and so were its ancestors.
  func isNewcomer(_ thread: ThreadID) -> Bool {
    var longest = 0
    for channel in 0..<model.channelCount {
      longest = max(longest, model.channel(at: channel).length)
    }
    return session.scorer.pastEvents(of: thread)
      < UInt64(model.architecture.receptiveField + longest)
  }

  /// Whether records were lost that could have changed a verdict's score: among the events that it
  /// adds up, or among those that the network looked back at for them.
  func isLossy(_ verdict: Verdict) -> Bool {
    let reach = model.architecture.receptiveField + model.channel(at: verdict.channel).lossyEvents
    return session.scorer.eventsSinceLoss(of: verdict.thread) < UInt32(reach)
  }

  /// At how many events over a threshold a process is left alone for what is not known of it: twice as
  /// many as a score depends on. After so many it is no longer what came before them, but who sees to it
  /// that something is not known, by losing records or by beginning anew again and again.
  var longestReprieve: Int {
    var longest = 0
    for channel in 0..<model.channelCount {
      longest = max(longest, model.channel(at: channel).lossyEvents)
    }
    return 2 * (model.architecture.receptiveField + longest)
  }

  /// The verdict on a thread right after its event was scored, as long as it is over a threshold.
  func verdict(after event: TraceEvent) -> Verdict? {
    session.scorer.verdict(on: event.thread, time: event.time)
  }

  /// Scores an event of the source.
  mutating func score(_ event: TraceEvent) -> ScoredEvent {
    let scored = session.scorer.score(
      event.thread, state: session.captureStates.state(of: event.state), time: event.time)
    for channel in 0..<highest.count where scored.scores[channel].isLarger(than: highest[channel]) {
      highest[channel] = scored.scores[channel]
    }
    return scored
  }

  /// Follows a fork, an exec, an end or a loss.
  mutating func follow(_ record: TraceRecord) { session.follow(record) }

  /// Forgets a thread.
  mutating func forget(_ thread: ThreadID) { session.scorer.exit(thread) }

  /// Whether a known anomaly still raises an alarm.
  mutating func passesSelfTest() -> Bool {
    canary?.raisesAlarm(&canarySession.scorer) ?? false
  }

  /// What a reload did.
  enum Reload { case keptThreads, startedAnew }

  /// Loads the file again. Where its network is the same, all that is known of threads is kept.
  ///
  /// - Throws: why it is refused; the blob before stays at work.
  mutating func reload() throws(FileFailure) -> Reload {
    var fresh = try Detector(choice, choice.file, threads)
    let keepsThreads = session.scorer.replaceModel(with: fresh.model)
    if keepsThreads { fresh.session = session }
    loaded.release()
    self = fresh
    return keepsThreads ? .keptThreads : .startedAnew
  }
}
