import Checkpoints
import TraceData

@testable import Training

extension HeldOutSplit {
  /// Of traces that nobody has read before.
  init(of traces: some TrainingTraces, share: Double, seed: UInt64) throws(TraceDataError) {
    self.init(of: traces, share: share, seed: seed, isRare: try TraceScan(of: traces).isRare)
  }
}
