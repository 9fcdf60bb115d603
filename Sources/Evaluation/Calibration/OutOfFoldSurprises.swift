import ModelFormat
import Scoring
import TraceData

/// The surprise of every event of a data set to a network that did not train on it, and which events
/// belong together: what thresholds are made of that hold for data not seen before.
///
/// Surprises rather than scores, so that any channel can be calibrated without training again.
public struct OutOfFoldSurprises: Equatable, Sendable {
  /// By event, in units of 2^-24 nats, or one of the two marks below.
  public var units: [UInt32]
  /// Where the blocks of consecutive events of one sequence begin, and the number of events.
  public var blockOffsets: [Int]
  /// By block: which cluster of blocks it belongs to; clusters are independent of each other.
  public var clusters: [UInt32]
  /// By block: its fold.
  public var folds: [UInt8]
  /// How many folds there are.
  public var foldCount: Int
  /// The last folds, which trained nothing: their events tell whether what the others promise holds.
  public var unseenFolds: Int
  /// How many of the other folds are scored, and after the last of them the unseen ones.
  public var foldsDone: Int
  /// SHA-256 of what training sees of the data set, in hexadecimal.
  public var dataDigest: String
  /// What the folds' networks were trained with, lines `key=value`.
  public var configuration: String
  /// What dealt the clusters to folds.
  public var seed: UInt64
  /// Tool and version.
  public var createdBy: String

  /// An event whose state the network does not know.
  public static let unknown = UInt32.max
  /// An event of an attack, or of a fold that is not done.
  public static let notScored = UInt32.max - 1

  /// Nothing scored yet.
  public init(
    blockOffsets: [Int], clusters: [UInt32], folds: [UInt8], foldCount: Int, unseenFolds: Int,
    dataDigest: String, configuration: String, seed: UInt64, createdBy: String
  ) {
    units = Array(repeating: Self.notScored, count: blockOffsets.last ?? 0)
    self.blockOffsets = blockOffsets
    self.clusters = clusters
    self.folds = folds
    self.foldCount = foldCount
    self.unseenFolds = unseenFolds
    foldsDone = 0
    self.dataDigest = dataDigest
    self.configuration = configuration
    self.seed = seed
    self.createdBy = createdBy
  }

  /// Folds that are scored one by one.
  public var scoredFolds: Int { foldCount - unseenFolds }
  /// How many networks are to be trained: one a fold, and one for the unseen ones.
  public var networkCount: Int { scoredFolds + (unseenFolds > 0 ? 1 : 0) }
  /// Whether all of them have scored their part.
  public var isComplete: Bool { foldsDone == networkCount }

  /// Whether both are of the same data and options, however far they are and whichever version made
  /// them.
  public func isOfSameRun(as other: OutOfFoldSurprises) -> Bool {
    var same = self
    (same.units, same.foldsDone) = (other.units, other.foldsDone)
    same.createdBy = other.createdBy
    return same == other
  }

  /// The folds that network `index` scores and does not train on.
  public func leftOut(ofNetwork index: Int) -> Set<Int> {
    let unseen = Set(scoredFolds..<foldCount)
    return index < scoredFolds ? unseen.union([index]) : unseen
  }

  /// Whether network `index` is the one to score the events of a fold.
  private func isScored(_ fold: UInt8, byNetwork index: Int) -> Bool {
    index < scoredFolds ? Int(fold) == index : Int(fold) >= scoredFolds
  }

  /// Takes the surprises of one network's part.
  ///
  /// - Throws: what scoring throws.
  public mutating func score(
    _ dataset: TraceDataset, with network: LoadedModel, number index: Int
  ) throws {
    var isWanted = [Bool](repeating: false, count: units.count)
    for (block, fold) in folds.enumerated() where isScored(fold, byNetwork: index) {
      for event in blockOffsets[block]..<blockOffsets[block + 1] { isWanted[event] = true }
    }
    try DatasetScorer(network, dataset).run { step in
      guard isWanted[step.event], dataset.sequences.label(step.sequence) != .attack else { return }
      units[step.event] = step.state == 0 ? Self.unknown : step.scored.surprise.units
    }
    foldsDone = index + 1
  }

  /// The surprise of an event, nil where it has none.
  public func surprise(of event: Int, unknown: Surprise) -> Surprise? {
    switch units[event] {
    case Self.unknown: unknown
    case Self.notScored: nil
    default: Surprise(units: units[event])
    }
  }
}
