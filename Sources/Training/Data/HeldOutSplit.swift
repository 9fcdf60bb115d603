import Checkpoints
import TraceData

/// Which events train, and which are held out to choose the best epoch.
///
/// Whole sequences are held out, drawn by the seed, until the asked share of all events is reached.
/// A sequence longer than that quota, or with a state that hardly any other has, always trains, for
/// holding it out would take away a behaviour that may be found nowhere else. Where these leave the
/// quota less than half full, each of them gives its last events instead. Sequences labelled an
/// attack do neither.
///
/// No target of a held-out event trains; its state may be context of a training event, namely where
/// a held-out sequence is the parent of one that trains.
public struct HeldOutSplit: Equatable {
  /// By sequence: its events before this one train, those from it on are held out.
  private var cut: [Int]
  /// By sequence: its events; empty for those that are left out.
  private var events: [Range<Int>]

  /// How many events train.
  public private(set) var trainingCount = 0
  /// How many events are held out.
  public private(set) var heldOutCount = 0
  /// How many sequences were left out because they are labelled an attack.
  public private(set) var attackSequences = 0
  /// How many sequences that always train gave their last events because too few whole ones could be held out.
  public private(set) var tailSequences = 0

  /// Draws the split.
  ///
  /// - Parameters:
  ///   - share: of all events, in 0..<1; 0 holds nothing out.
  ///   - isRare: by sequence, see `RareBehaviour`.
  init(of traces: some TrainingTraces, share: Double, seed: UInt64, isRare: [Bool]) {
    let count = traces.sequenceCount
    events = (0..<count).map { traces.isAttack($0) ? 0..<0 : traces.events(of: $0) }
    attackSequences = (0..<count).count { traces.isAttack($0) }
    cut = events.map(\.upperBound)
    trainingCount = events.reduce(0) { $0 + $1.count }
    let quota = Int(Double(trainingCount) * share)
    guard quota > 0 else { return }
    let alwaysTrains = events.indices.map { isRare[$0] || events[$0].count > quota }
    holdOutSequences(sparing: alwaysTrains, quota: quota, seed: seed)
    if heldOutCount < quota - quota / 2 { holdOutTails(of: alwaysTrains, quota: quota) }
  }

  /// The events of `sequence` that train.
  func training(of sequence: Int) -> Range<Int> {
    events[sequence].lowerBound..<cut[sequence]
  }

  /// The events of `sequence` that are held out.
  func heldOut(of sequence: Int) -> Range<Int> {
    cut[sequence]..<events[sequence].upperBound
  }

  private mutating func holdOutSequences(sparing spared: [Bool], quota: Int, seed: UInt64) {
    let order = RandomStream.shuffled(Array(events.indices), seed: seed, .heldOut)
    for sequence in order where !spared[sequence] {
      guard heldOutCount + events[sequence].count <= quota else { continue }
      holdOut(events[sequence].count, of: sequence)
    }
  }

  private mutating func holdOutTails(of alwaysTrains: [Bool], quota: Int) {
    let whole = events.indices.filter { alwaysTrains[$0] }
    let total = whole.reduce(0) { $0 + events[$1].count }
    guard total > 0 else { return }
    let share = Double(quota - heldOutCount) / Double(total)
    for sequence in whole {
      let tail = Int(Double(events[sequence].count) * share)
      guard tail > 0 else { continue }
      holdOut(tail, of: sequence)
      tailSequences += 1
    }
  }

  private mutating func holdOut(_ count: Int, of sequence: Int) {
    cut[sequence] -= count
    heldOutCount += count
    trainingCount -= count
  }
}
