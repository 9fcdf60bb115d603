/// The least and the largest value in each of so many equal stretches of time: however many values
/// there are, a picture of them has as many columns and shows every peak.
struct TimeBins {
  private let time: ClosedRange<UInt64>
  /// Nil where there is no value.
  private(set) var bins: [ClosedRange<Double>?]

  /// - Parameter count: over 0.
  init(_ time: ClosedRange<UInt64>, count: Int) {
    self.time = time
    bins = Array(repeating: nil, count: count)
  }

  /// Takes a value; those outside of the time are passed over.
  mutating func add(_ value: Double, at time: UInt64) {
    guard self.time.contains(time) else { return }
    let length = Double(self.time.upperBound - self.time.lowerBound)
    let share = length == 0 ? 0 : Double(time - self.time.lowerBound) / length
    let bin = min(Int(share * Double(bins.count)), bins.count - 1)
    bins[bin] =
      bins[bin].map { min($0.lowerBound, value)...max($0.upperBound, value) } ?? value...value
  }

  /// Of all.
  var largest: Double? { bins.compactMap { $0?.upperBound }.max() }
}
