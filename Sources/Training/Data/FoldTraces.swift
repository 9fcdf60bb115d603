import Checkpoints
import TraceData

/// Traces of which some folds do not train: their events are the past of others at most.
public struct FoldTraces<Traces: TrainingTraces>: TrainingTraces {
  private let traces: Traces
  private let plan: FoldPlan
  private let leftOut: Set<Int>

  /// - Parameter leftOut: the folds that do not train.
  public init(_ traces: Traces, _ plan: FoldPlan, leavingOut leftOut: Set<Int>) {
    self.traces = traces
    self.plan = plan
    self.leftOut = leftOut
  }

  /// Those of all folds.
  public var vocabulary: [VocabularyEntry] { traces.vocabulary }
  /// As many as the plan has blocks.
  public var sequenceCount: Int { plan.blocks.count }
  /// The events of a block.
  public func events(of sequence: Int) -> Range<Int> { plan.blocks[sequence].events }
  /// Whether the block does not train: it is an attack's or left out.
  public func isAttack(_ sequence: Int) -> Bool {
    traces.isAttack(plan.blocks[sequence].sequence)
      || leftOut.contains(plan.fold(of: sequence))
  }
  /// The block that holds the past of a block.
  public func parent(of sequence: Int) -> SequenceParent? { plan.blocks[sequence].parent }
  /// The states of a range of events, as vocabulary indices.
  public func states(in events: Range<Int>) throws(TraceDataError) -> [UInt32] {
    try traces.states(in: events)
  }
}
