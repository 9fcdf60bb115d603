import TraceData

extension TraceDataset {
  /// Whether an interval is labelled an attack.
  public var hasAttackIntervals: Bool { intervals.contains { $0.label == .attack } }

  /// Whether there is an attack to find: an interval that its events can be told to be in, or a sequence.
  public var hasAttacks: Bool {
    hasTimes && hasAttackIntervals
      || (0..<sequences.count).contains { sequences.label($0) == .attack }
  }
}
