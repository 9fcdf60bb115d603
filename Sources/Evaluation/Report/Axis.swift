import Foundation

/// One direction of a chart: which numbers it shows, and where.
struct Axis {
  enum Scale {
    case linear
    case logarithmic
  }

  let label: String
  let scale: Scale
  /// Above 0 where the scale is logarithmic.
  let range: ClosedRange<Double>

  /// From 0 to a round number that is not below `largest`.
  static func linear(_ label: String, upTo largest: Double) -> Axis {
    let step = niceStep(max(largest, 1e-9))
    return Axis(
      label: label, scale: .linear, range: 0...((largest / step).rounded(.up) * step))
  }

  /// Exactly `range`.
  static func exact(_ label: String, _ range: ClosedRange<Double>) -> Axis {
    Axis(label: label, scale: .linear, range: range)
  }

  /// Where a number is, from 0 at the beginning to 1 at the end; numbers beyond them are there.
  func share(_ value: Double) -> Double {
    let clipped = min(max(value, range.lowerBound), range.upperBound)
    let (low, high) = (range.lowerBound, range.upperBound)
    return switch scale {
    case .linear: high == low ? 0 : (clipped - low) / (high - low)
    case .logarithmic: (log10(clipped) - log10(low)) / (log10(high) - log10(low))
    }
  }

  /// The numbers that are written at it.
  var ticks: [Double] {
    switch scale {
    case .linear:
      let step = Self.niceStep(range.upperBound - range.lowerBound)
      let first = Int((range.lowerBound / step).rounded(.up))
      let last = Int((range.upperBound / step + 1e-6).rounded(.down))
      return first <= last ? (first...last).map { Double($0) * step } : []
    case .logarithmic:
      let low = (log10(range.lowerBound) - 1e-6).rounded(.up)
      let high = (log10(range.upperBound) + 1e-6).rounded(.down)
      let step = max(1, ((high - low) / 6).rounded(.up))
      let powers = stride(from: low, through: high, by: step).map { pow(10, $0) }
      // Within a decade or two, what is between the powers of ten is wanted too.
      return powers.count > 2
        ? powers
        : stride(from: low - 1, through: high, by: 1).flatMap { exponent in
          [1, 2, 5].map { $0 * pow(10, exponent) }
        }.filter(range.contains)
    }
  }

  /// A number as it is written at it.
  func text(_ tick: Double) -> String {
    switch abs(tick) {
    case 1e6...: String(format: "%gM", tick / 1e6)
    case 1e4...: String(format: "%gk", tick / 1e3)
    default: String(format: "%g", tick)
    }
  }

  /// 1, 2 or 5 times a power of ten, about a fifth of `length`.
  private static func niceStep(_ length: Double) -> Double {
    guard length > 0, length.isFinite else { return 1 }
    let power = pow(10, log10(length / 5).rounded(.down))
    return (([1, 2, 5].first { $0 * power >= length / 6 }) ?? 10) * power
  }
}

extension BinaryInteger {
  /// With commas between the thousands.
  var grouped: String {
    let digits = String(magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return self < 0 ? "-" + text : text
  }
}
