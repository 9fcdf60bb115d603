import KernelTrace
import ModelFormat

/// A thread whose score is over a threshold.
public struct Verdict: Sendable {
  /// Who.
  public let thread: ThreadID
  /// What it calls itself; empty where it gave way in a full table, and was not named since.
  public var name: ProgramName
  /// When the event that took it there, or the latest one, was complete, in the source's nanoseconds.
  public let time: UInt64
  /// The number of that event in the stream, from 1.
  public let event: UInt64
  /// The number of that event among the thread's own, from 1.
  public let threadEvent: UInt64
  /// Which detection channel of the blob.
  public let channel: Int
  /// The channel's mean surprise.
  public let score: Score
  /// What the score is over.
  public let threshold: Surprise
  /// Whether records were lost that could have changed the score.
  public let isLossy: Bool
}

/// What one event did to its thread.
public struct ScoredEvent: Sendable {
  /// -ln p(event), capped.
  public let surprise: Surprise
  /// The scores of the blob's channels after the event; those beyond its channels are over no event.
  public let scores: InlineArray<4, Score>
  /// Events of the thread so far and, before its fork, of its parents: from a channel's minimum on its
  /// score counts.
  public let pastEvents: UInt64
  /// Set when the event took a channel over its threshold.
  public let verdict: Verdict?
}
