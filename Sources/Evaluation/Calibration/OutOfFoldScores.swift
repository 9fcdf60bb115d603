import KernelTrace
import ModelFormat
import Scoring
import TraceData

/// What channels make of out-of-fold surprises: the scores that the detector will give to data like the
/// one at hand that it has not seen.
public struct OutOfFoldScores {
  /// One part of the data: the folds that thresholds are made of, or those kept unseen.
  public struct Part {
    /// By channel and cluster: the largest score, in units of 2^-24 nats; 0 where none counts. A score
    /// that is not over what the cluster began with is its parent's. Clusters of attacks are left out.
    public internal(set) var peaks: [[UInt32]]
    /// The part's events.
    public internal(set) var events = 0
  }

  /// The folds that thresholds are made of.
  public private(set) var known: Part
  /// The folds that no network trained on; nil where there are none.
  public private(set) var unseen: Part?

  /// Scores all events again, from their surprises.
  ///
  /// - Throws: what reading throws.
  public init(
    _ surprises: OutOfFoldSurprises, of dataset: TraceDataset, channels: [DetectionChannel],
    unknown: Surprise
  ) throws {
    // Clusters by part: the number of each among its part's. What has no event that is scored, as an
    // attack, is none.
    var places: [UInt32: Int] = [:]
    var counts = [0, 0]
    var blockOfEvent: [Int32] = []
    blockOfEvent.reserveCapacity(surprises.units.count)
    for block in surprises.clusters.indices {
      let part = Int(surprises.folds[block]) < surprises.scoredFolds ? 0 : 1
      let events = surprises.blockOffsets[block]..<surprises.blockOffsets[block + 1]
      blockOfEvent += repeatElement(Int32(block), count: events.count)
      guard places[surprises.clusters[block]] == nil,
        surprises.units[events].contains(where: { $0 != OutOfFoldSurprises.notScored })
      else { continue }
      places[surprises.clusters[block]] = counts[part]
      counts[part] += 1
    }
    var parts = counts.map { count in
      Part(
        peaks: channels.map { _ in [UInt32](repeating: 0, count: count) })
    }
    var replay = ChannelReplay(channels)
    try replay.run(
      dataset, surprise: { surprises.surprise(of: $0, unknown: unknown) },
      cluster: { surprises.clusters[Int(blockOfEvent[$0])] }
    ) { event, pastEvents, scores, inherited in
      let block = Int(blockOfEvent[event])
      let part = Int(surprises.folds[block]) < surprises.scoredFolds ? 0 : 1
      guard let cluster = places[surprises.clusters[block]] else { return }
      parts[part].events += 1
      for index in channels.indices where channels[index].judges(afterEvents: pastEvents) {
        guard scores[index].isLarger(than: inherited[index]) else { continue }
        let units = UInt32(clamping: scores[index].unitsRoundedUp)
        parts[part].peaks[index][cluster] = max(parts[part].peaks[index][cluster], units)
      }
    }
    known = parts[0]
    unseen = surprises.unseenFolds > 0 ? parts[1] : nil
  }
}

extension OutOfFoldScores.Part {
  /// How many clusters there are.
  public var clusterCount: Int { peaks.first?.count ?? 0 }

  /// Incidents: clusters in which any channel is over its threshold. Consecutive scores over it, and
  /// what a process's children inherit, are one.
  public func incidents(over thresholds: [Surprise]) -> Int {
    (0..<clusterCount).count { cluster in
      thresholds.indices.contains { peaks[$0][cluster] > thresholds[$0].units }
    }
  }
}

/// Channels over a data set whose surprises are known, as a scorer keeps them: one state a sequence, and
/// a fork's begins as its parent's.
struct ChannelReplay {
  private struct Thread {
    var channels: [RunningChannel]
    var pastEvents: UInt64 = 0
    /// The cluster of its latest event, and the scores that this cluster began with.
    var cluster: UInt32?
    var inherited: [Score] = []
  }

  private let channels: [DetectionChannel]
  private var threads: [Int: Thread] = [:]

  init(_ channels: [DetectionChannel]) { self.channels = channels }

  /// - Parameters:
  ///   - surprise: of an event by its place in the data set; nil leaves it out.
  ///   - cluster: of an event.
  ///   - body: told of every event that is not left out; `inherited` are the scores before the first of
  ///     its cluster's events.
  mutating func run(
    _ dataset: TraceDataset, surprise: (Int) -> Surprise?, cluster: (Int) -> UInt32,
    _ body: (_ event: Int, _ pastEvents: UInt64, _ scores: [Score], _ inherited: [Score]) -> Void
  ) throws {
    let replay = TraceReplay(dataset)
    while let step = try replay.next() {
      if let child = step.child { threads[child] = threads[step.sequence] }
      if case .exit = step.record { threads[step.sequence] = nil }
      guard let event = step.event, let surprise = surprise(event) else { continue }
      let thread = add(surprise, of: cluster(event), to: step.sequence)
      body(event, thread.pastEvents, thread.channels.map(\.score), thread.inherited)
    }
  }

  private mutating func add(
    _ surprise: Surprise, of cluster: UInt32, to sequence: Int
  ) -> Thread {
    var thread =
      threads.removeValue(forKey: sequence)
      ?? Thread(channels: channels.map { RunningChannel($0) })
    if thread.cluster != cluster {
      thread.cluster = cluster
      // A score that was not judged yet alarmed nobody.
      thread.inherited = thread.channels.map {
        $0.channel.judges(afterEvents: thread.pastEvents) ? $0.score : Score(sum: 0, weight: 0)
      }
    }
    thread.pastEvents += 1
    for index in channels.indices { thread.channels[index].add(surprise) }
    threads[sequence] = thread
    return thread
  }
}
