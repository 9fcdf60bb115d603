import CommandSupport
import TraceData

/// Which sequence has each thread number at a moment: two living ones with one number, as of two
/// recordings in one data set, would be one thread to a device.
struct LivingNumbers {
  private let dataset: TraceDataset
  private var owners: [UInt32: Int] = [:]
  /// Most records are of the same sequence as the one before.
  private var latest: Int?

  init(_ dataset: TraceDataset) { self.dataset = dataset }

  /// Takes the next step of a replay.
  ///
  /// - Throws: `FileError` where its number is taken.
  mutating func check(_ step: TraceReplay.Step) throws(FileError) {
    if step.sequence != latest { try claim(step.sequence) }
    latest = step.sequence
    if let child = step.child { try claim(child) }
    if case .exit = step.record {
      owners[dataset.sequences.tid(step.sequence)] = nil
      latest = nil
    }
  }

  private mutating func claim(_ sequence: Int) throws(FileError) {
    let number = dataset.sequences.tid(sequence)
    let owner = owners.updateValue(sequence, forKey: number) ?? sequence
    guard owner == sequence else {
      throw FileError(
        dataset.path, .badData,
        dataset.hasTimes
          ? "sequences \(owner) and \(sequence) are both thread \(number) at one time, which a capture"
            + " cannot tell apart; import each recording by itself"
          : "sequences \(owner) and \(sequence) are both thread \(number) and have no times to come one"
            + " after the other; record with times")
    }
  }
}
