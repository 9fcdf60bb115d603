import TraceData

extension TraceDataset: TrainingTraces {
  /// How many sequences there are.
  public var sequenceCount: Int { sequences.count }

  /// The events of a sequence, as a range over all events.
  public func events(of sequence: Int) -> Range<Int> { sequences.events(of: sequence) }

  /// Whether the sequence is labelled an attack. One that is not labelled trains.
  public func isAttack(_ sequence: Int) -> Bool { sequences.label(sequence) == .attack }

  /// The sequence this one was forked from, and how many events that one had then.
  public func parent(of sequence: Int) -> SequenceParent? { sequences.parent(of: sequence) }
}
