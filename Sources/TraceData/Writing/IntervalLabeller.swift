/// Says by labelled intervals whether a sequence is normal.
struct IntervalLabeller {
  private let attacks: [LabelledInterval]

  init(_ intervals: [LabelledInterval]) {
    attacks = intervals.filter { $0.label == .attack }
  }

  /// Attack where it starts inside an attack; not labelled where it overlaps one without starting
  /// in it, because only a part of it is the attack's; else normal.
  func label(start: UInt64, end: UInt64) -> TraceLabel {
    var overlaps = false
    for attack in attacks {
      if (attack.start...attack.end).contains(start) { return .attack }
      overlaps = overlaps || (start <= attack.end && attack.start <= end)
    }
    return overlaps ? .unlabelled : .normal
  }
}
