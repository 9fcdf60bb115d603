import ModelFormat

/// A thread's score so far, under one aggregation.
struct RunningScore {
  private let aggregation: Aggregation
  private var count = 0
  /// Of the events in the window, or of all, in units of 2^-24 nats.
  private var sum: UInt64 = 0
  private var ring: [UInt32] = []
  private var average = 0.0
  /// 1 - (1 - 1/tau)^count: how much of the average's weight is on events that there are.
  private var weight = 0.0

  init(_ aggregation: Aggregation) { self.aggregation = aggregation }

  /// Takes the thread's next event.
  mutating func add(_ surprise: Surprise) {
    switch aggregation {
    case .window(let length, _):
      if ring.count < length {
        ring.append(surprise.units)
      } else {
        sum -= UInt64(ring[count % length])
        ring[count % length] = surprise.units
      }
      sum += UInt64(surprise.units)
    case .ewma(let tau, _):
      let share = 1 / Double(tau)
      average += share * (surprise.exactNats - average)
      weight += share * (1 - weight)
    case .mean:
      sum += UInt64(surprise.units)
    }
    count += 1
  }

  /// In nats; nil while there are too few events for a verdict.
  var nats: Double? {
    switch aggregation {
    case .window(_, let minimum): count < minimum ? nil : mean(over: ring.count)
    case .ewma(_, let minimum): count < minimum ? nil : average / weight
    case .mean: count == 0 ? nil : mean(over: count)
    }
  }

  private func mean(over count: Int) -> Double {
    Double(sum) / (Double(count) * Double(Surprise.unitsPerNat))
  }

  /// What a forked child starts with: the parent's past, but a trace's mean is its own.
  var inherited: RunningScore { aggregation == .mean ? RunningScore(aggregation) : self }
}
