import CMLEPlayer
import KernelTrace
import ModelFormat
import Scoring

/// The verdict of the latest push.
@c @implementation
public func mle_player_verdict(
  _ player: OpaquePointer?, _ result: UnsafeMutablePointer<mle_verdict>?
) -> mle_status {
  status { () throws(Refusal) in
    let state = try PlayerState.started(player)
    guard let result else { throw .nullPointer }
    guard let verdict = state.pointee.scored?.verdict else { throw .noVerdict }
    result.initialize(to: mle_verdict(verdict))
  }
}

/// Surprise and scores of the latest push.
@c @implementation
public func mle_player_scored(
  _ player: OpaquePointer?, _ result: UnsafeMutablePointer<mle_scored_event>?
) -> mle_status {
  status { () throws(Refusal) in
    let state = try PlayerState.started(player)
    guard let result else { throw .nullPointer }
    guard let scored = state.pointee.scored else { throw .noEvent }
    var answer = mle_scored_event()
    answer.surprise = scored.surprise.units
    answer.scores = (
      mle_score(scored.scores[0]), mle_score(scored.scores[1]), mle_score(scored.scores[2]),
      mle_score(scored.scores[3])
    )
    result.initialize(to: answer)
  }
}

/// The events behind the verdict.
@c @implementation
public func mle_player_explain(
  _ player: OpaquePointer?,
  _ visit: (
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<mle_explained_event>?) -> Void
  )?,
  _ context: UnsafeMutableRawPointer?, _ earlier: UnsafeMutablePointer<mle_score>?
) -> mle_status {
  status { () throws(Refusal) in
    let state = try PlayerState.started(player)
    guard let visit else { throw .nullPointer }
    guard let verdict = state.pointee.scored?.verdict else { throw .noVerdict }
    let rest = state.pointee.scorer?.explain(verdict) { event in
      withUnsafePointer(to: mle_explained_event(event)) { visit(context, $0) }
    }
    if let rest { earlier?.initialize(to: mle_score(rest)) }
  }
}

/// What was seen so far.
@c @implementation
public func mle_player_counters(
  _ player: OpaquePointer?, _ result: UnsafeMutablePointer<mle_counters>?
) -> mle_status {
  status { () throws(Refusal) in
    let state = try PlayerState.started(player)
    guard let result else { throw .nullPointer }
    guard let counters = state.pointee.scorer?.counters else { throw .notReady }
    result.initialize(
      to: mle_counters(
        events: counters.events, unknown_events: counters.unknownEvents,
        threads: counters.threads, alarms: counters.alarms, lost_records: counters.lostRecords,
        evictions: counters.evictions))
  }
}

/// The hash over all scores.
@c @implementation
public func mle_player_digest(_ player: OpaquePointer?) -> UInt64 {
  PlayerState.made(at: player)?.pointee.scorer?.digest.value ?? 0
}

extension mle_score {
  init(_ score: Score) { self.init(sum: score.sum, weight: score.weight, reserved: 0) }
}

extension mle_verdict {
  init(_ verdict: Verdict) {
    self.init()
    pid = verdict.thread.pid
    tid = verdict.thread.tid
    withUnsafeMutableBytes(of: &name) { bytes in
      for index in 0..<verdict.name.count { bytes[index] = verdict.name[index] }
    }
    time_ns = verdict.time
    event = verdict.event
    thread_event = verdict.threadEvent
    score = mle_score(verdict.score)
    threshold = verdict.threshold.units
    channel = UInt32(verdict.channel)
    is_lossy = verdict.isLossy ? 1 : 0
  }
}

extension mle_explained_event {
  init(_ event: ExplainedEvent) {
    self.init()
    state = UInt32(event.state)
    surprise = event.surprise.units
    weight = event.weight
    expected = (
      mle_expectation(event.expected[0]), mle_expectation(event.expected[1]),
      mle_expectation(event.expected[2])
    )
  }
}

extension mle_expectation {
  init(_ expectation: Expectation) {
    self.init(state: UInt32(expectation.state), surprise: expectation.surprise.units)
  }
}
