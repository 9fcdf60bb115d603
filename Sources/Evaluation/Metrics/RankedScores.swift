/// The scores of what should alarm and of what should not, and how well they tell the two apart.
///
/// Every number is exact for the scores given: nothing is interpolated, and equal scores are one
/// step. A threshold alarms on the scores over it, as the player does.
public struct RankedScores: Sendable {
  /// Of attacks, in increasing order.
  public let positives: [Double]
  /// Of normal data, in increasing order.
  public let negatives: [Double]

  /// - Precondition: no score is NaN.
  public init(positives: [Double], negatives: [Double]) {
    self.positives = positives.sorted()
    self.negatives = negatives.sorted()
  }

  /// Whether there is anything to tell apart.
  public var isComplete: Bool { !positives.isEmpty && !negatives.isEmpty }

  /// Area under the ROC curve: the share of pairs in which the attack scores higher, equal scores
  /// counting half (Mann and Whitney 1947); nil where there is no pair.
  public var areaUnderROC: Double? {
    guard isComplete else { return nil }
    var (below, notAbove, halves) = (0, 0, 0)
    for score in positives {
      while below < negatives.count, negatives[below] < score { below += 1 }
      while notAbove < negatives.count, negatives[notAbove] <= score { notAbove += 1 }
      halves += below + notAbove
    }
    return Double(halves) / 2 / (Double(positives.count) * Double(negatives.count))
  }

  /// Sum over all thresholds of the precision there times the recall gained there; nil without attacks.
  public var averagePrecision: Double? {
    guard !positives.isEmpty else { return nil }
    var (sum, found) = (0.0, 0)
    for step in steps {
      sum += Double(step.truePositives - found) * step.precision
      found = step.truePositives
    }
    return sum / Double(positives.count)
  }

  /// The best F1 of all thresholds: the harmonic mean of precision and recall; nil without attacks.
  public var bestF1: Double? {
    positives.isEmpty ? nil : steps.map { f1(of: $0) }.max()
  }

  /// F1 of the scores over `threshold`; nil without attacks.
  public func f1(over threshold: Double) -> Double? {
    guard !positives.isEmpty else { return nil }
    return f1(
      of: Step(
        truePositives: positives.count(over: threshold),
        falsePositives: negatives.count(over: threshold)))
  }

  /// The lowest of the negatives' scores that at most the share `rate` of them, in 0..<1, is over.
  ///
  /// No threshold with that false-positive rate finds more. Nil without negatives.
  public func threshold(falsePositiveRate rate: Double) -> Double? {
    guard !negatives.isEmpty else { return nil }
    // A share such as 0.05 is a little less than it says: 5 of 100 are meant to be 5.
    let allowed = Int(rate * Double(negatives.count) + 1e-9)
    return negatives[negatives.count - 1 - min(allowed, negatives.count - 1)]
  }

  /// The share of attacks over `threshold`; nil without attacks.
  public func truePositiveRate(over threshold: Double) -> Double? {
    positives.isEmpty ? nil : Double(positives.count(over: threshold)) / Double(positives.count)
  }

  /// The share of normal data over `threshold`; nil without negatives.
  public func falsePositiveRate(over threshold: Double) -> Double? {
    negatives.isEmpty ? nil : Double(negatives.count(over: threshold)) / Double(negatives.count)
  }
}

extension RankedScores {
  /// How many are over a threshold just below some score.
  struct Step: Equatable {
    var truePositives: Int
    var falsePositives: Int

    var precision: Double { Double(truePositives) / Double(truePositives + falsePositives) }
  }

  /// One step for every distinct score, the highest first.
  var steps: [Step] {
    var steps: [Step] = []
    var (p, n) = (positives.count, negatives.count)
    while p > 0 || n > 0 {
      let score = max(p > 0 ? positives[p - 1] : -.infinity, n > 0 ? negatives[n - 1] : -.infinity)
      while p > 0, positives[p - 1] == score { p -= 1 }
      while n > 0, negatives[n - 1] == score { n -= 1 }
      steps.append(
        Step(truePositives: positives.count - p, falsePositives: negatives.count - n))
    }
    return steps
  }

  private func f1(of step: Step) -> Double {
    Double(2 * step.truePositives)
      / Double(step.truePositives + step.falsePositives + positives.count)
  }

  /// The corners of the ROC curve, from (0, 0) to (1, 1); empty where there is no pair.
  public var curve: [ROCPoint] {
    guard isComplete else { return [] }
    var corners = [Step(truePositives: 0, falsePositives: 0)]
    for step in steps {
      if corners.count > 1,
        Self.isStraight(corners[corners.count - 2], corners[corners.count - 1], step)
      {
        corners.removeLast()
      }
      corners.append(step)
    }
    return corners.map {
      ROCPoint(
        falsePositiveRate: Double($0.falsePositives) / Double(negatives.count),
        truePositiveRate: Double($0.truePositives) / Double(positives.count))
    }
  }

  private static func isStraight(_ a: Step, _ b: Step, _ c: Step) -> Bool {
    (b.truePositives - a.truePositives) * (c.falsePositives - b.falsePositives)
      == (c.truePositives - b.truePositives) * (b.falsePositives - a.falsePositives)
  }
}

/// A point that some threshold reaches.
public struct ROCPoint: Equatable, Encodable, Sendable {
  /// In 0...1.
  public let falsePositiveRate: Double
  /// In 0...1.
  public let truePositiveRate: Double
}

extension [Double] {
  /// How many of the elements, which are in increasing order, are over `threshold`.
  func count(over threshold: Double) -> Int {
    count - partitioningIndex { $0 > threshold }
  }
}
