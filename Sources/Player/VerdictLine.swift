import KernelTrace
import ModelFormat
import Scoring

/// The JSON lines that the player prints. Names are printable ASCII without quotes and backslashes
/// wherever they come from (blob, capture or text), so nothing has to be escaped.
extension Output {
  /// `{"verdict":"anomalous",...}` with, if asked for, the events behind it, on a line.
  mutating func put(_ verdict: Verdict, by scorer: borrowing Scorer, explained: Bool) {
    put(verdict, by: scorer, explained: explained, details: nil)
    put("\n")
  }

  /// The same without a line end, with what was done about it.
  ///
  /// - Parameter suppressed: how many such lines were held back before it.
  mutating func put(
    _ verdict: Verdict, by scorer: borrowing Scorer, explained: Bool, details: AlertDetails?,
    suppressed: UInt64 = 0
  ) {
    put("{\"verdict\":\"anomalous\"")
    put(verdict.thread)
    put(",\"name\":\"")
    put(verdict.name)
    put("\",\"time_ns\":")
    put(verdict.time)
    put(",\"event\":")
    put(verdict.event)
    put(",\"thread_event\":")
    put(verdict.threadEvent)
    put(",\"channel\":\"")
    put(scorer.model.channel(at: verdict.channel))
    put("\",\"score\":")
    put(millionths: verdict.score.micronats)
    // Exactly, as a fraction.
    put(",\"score_sum\":")
    put(verdict.score.sum)
    put(",\"score_weight\":")
    put(UInt64(verdict.score.weight))
    put(",\"threshold\":")
    put(verdict.threshold)
    put(",\"lossy\":")
    put(verdict.isLossy ? "true" : "false")
    put(",\"model\":\"")
    put(modelID: scorer.model)
    put("\"")
    if let details { put(details) }
    if suppressed > 0 {
      put(",\"suppressed\":")
      put(suppressed)
    }
    if explained { put(eventsBehind: verdict, scorer) }
    put("}")
  }

  /// `window 10` or `ewma 400`.
  mutating func put(_ channel: DetectionChannel) {
    switch channel.kind {
    case .window: put("window ")
    case .ewma: put("ewma ")
    }
    put(channel.length)
  }

  /// The events of a window; of an `ewma` the latest ones with their share of the weight, and all
  /// before them in one.
  private mutating func put(eventsBehind verdict: Verdict, _ scorer: borrowing Scorer) {
    let vocabulary = scorer.model.vocabulary
    let isWindow = scorer.model.channel(at: verdict.channel).kind == .window
    put(",\"window\":[")
    var isFirst = true
    let earlier = scorer.explain(verdict) { event in
      put(isFirst ? "{\"state\":\"" : ",{\"state\":\"")
      isFirst = false
      put(vocabulary.name(at: event.state))
      put("\",\"surprise\":")
      put(event.surprise)
      if !isWindow { put(share: event.weight, of: verdict.score) }
      put(contribution: event.contribution)
      put(",\"expected\":[")
      for rank in 0..<3 where event.expected[rank].state != 0 {
        put(rank == 0 ? "{\"state\":\"" : ",{\"state\":\"")
        put(vocabulary.name(at: event.expected[rank].state))
        put("\",\"probability\":")
        put(millionths: event.expected[rank].surprise.probabilityInMillionths)
        put("}")
      }
      put("]}")
    }
    put("]")
    if isWindow { return }
    put(",\"earlier\":{\"surprise\":")
    put(millionths: earlier.micronats)
    put(share: earlier.weight, of: verdict.score)
    put(contribution: earlier.sum)
    put("}")
  }

  /// Exactly: all of them add up to `score_sum`.
  private mutating func put(contribution: UInt64) {
    put(",\"contribution\":")
    put(contribution)
  }

  private mutating func put(share weight: UInt32, of score: Score) {
    put(",\"weight\":")
    put(millionths: UInt64(weight) * 1_000_000 / UInt64(score.weight))
  }

  /// `{"pid":...,"score":...}`: one scored event.
  mutating func put(
    _ event: TraceEvent, state: Int, _ scored: ScoredEvent, by scorer: borrowing Scorer
  ) {
    put("{\"event\":")
    put(scorer.counters.events)
    put(event.thread)
    put(",\"time_ns\":")
    put(event.time)
    put(",\"state\":\"")
    put(scorer.model.vocabulary.name(at: state))
    put("\",\"surprise\":")
    put(scored.surprise)
    put(",\"scores\":[")
    for channel in 0..<scorer.model.channelCount {
      if channel > 0 { put(",") }
      put(millionths: scored.scores[channel].micronats)
    }
    put("]}\n")
  }

  private mutating func put(_ thread: ThreadID) {
    put(",\"pid\":")
    put(UInt64(thread.pid))
    put(",\"tid\":")
    put(UInt64(thread.tid))
  }

  /// A program's name.
  mutating func put(_ name: ProgramName) {
    for index in 0..<name.count { put(byte: name[index]) }
  }

  /// In nats.
  mutating func put(_ surprise: Surprise) {
    put(millionths: Score(sum: UInt64(surprise.units), weight: 1).micronats)
  }

  /// The first eight bytes of the blob's digest.
  mutating func put(modelID model: Model) {
    for index in 0..<8 { put(UInt64(model.digest[index]), width: 2, radix: 16) }
  }
}
