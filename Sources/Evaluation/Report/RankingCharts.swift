/// ROC and precision-recall curves of detectors under one aggregation.
struct RankingCharts {
  let detectors: [String]
  let section: DetectorComparison.Section
  let windowLength: Int

  private static let colours = ["s0", "s1", "s2"]

  /// For every view that there is something to tell apart in: ROC, ROC with a logarithmic axis, and
  /// precision-recall.
  var rows: [(name: String, charts: [String])] {
    section.views.filter { $0.metrics.contains { !$0.roc.isEmpty } }.map { view in
      (name(view), [roc(view), logarithmicROC(view), precisionRecall(view)])
    }
  }

  private func name(_ view: DetectorComparison.ViewSection) -> String {
    let unit =
      view.view == .windows ? "windows of \(windowLength) events" : view.view.rawValue
    guard let first = view.metrics.first else { return unit }
    return "\(unit): \(first.attacks.grouped) of attacks, \(first.normal.grouped) normal"
  }

  private func lines(
    _ view: DetectorComparison.ViewSection, _ chart: Chart,
    _ points: (RankingMetrics) -> [(x: Double, y: Double)]
  ) -> [String] {
    zip(view.metrics, Self.colours).map { chart.line(points($0), class: $1) }
  }

  /// What scores drawn at random would have; unknown for runs, which are as long as they are.
  private func chance(
    _ view: DetectorComparison.ViewSection, _ chart: Chart, _ shares: [Double]
  ) -> [String] {
    view.view == .runs ? [] : [chart.line(shares.map { ($0, $0) }, class: "chance")]
  }

  /// - Parameter number: what is said of each detector.
  private func legend(
    _ view: DetectorComparison.ViewSection, _ chart: Chart, _ number: (RankingMetrics) -> Double?
  ) -> [String] {
    chart.legend(
      zip(zip(detectors, view.metrics), Self.colours).map { detector, colour in
        (colour, "\(detector.0) \(number(detector.1)?.formatted(decimals: 4) ?? "-")")
      })
  }

  private func roc(_ view: DetectorComparison.ViewSection) -> String {
    let chart = Chart(
      title: "ROC (area under the curve)", x: .exact("false-positive rate", 0...1),
      y: .exact("true-positive rate", 0...1))
    return chart.svg(
      chance(view, chart, [0, 1])
        + lines(view, chart) { $0.roc.map { ($0.falsePositiveRate, $0.truePositiveRate) } }
        + legend(view, chart, \.auc))
  }

  /// The same, with room for the rates that matter on a device.
  private func logarithmicROC(_ view: DetectorComparison.ViewSection) -> String {
    let normal = view.metrics.map(\.normal).max() ?? 1
    let chart = Chart(
      title: "ROC where false alarms are few",
      x: Axis(
        label: "false-positive rate", scale: .logarithmic,
        range: (1 / Double(max(normal, 10)))...1),
      y: .exact("true-positive rate", 0...1))
    return chart.svg(
      chance(view, chart, Self.shares)
        + lines(view, chart) { metrics in
          Self.refined(metrics.roc).map { ($0.falsePositiveRate, $0.truePositiveRate) }
        })
  }

  private func precisionRecall(_ view: DetectorComparison.ViewSection) -> String {
    let chart = Chart(
      title: "Precision and recall (average precision)", x: .exact("recall", 0...1),
      y: .exact("precision", 0...1))
    return chart.svg(
      lines(view, chart) { metrics in
        Self.refined(metrics.roc).compactMap { metrics.precisionRecall(at: $0) }
      } + legend(view, chart, \.averagePrecision))
  }

  /// The corners of a curve with points between them, for axes on which what is between is no straight
  /// line.
  private static func refined(_ corners: [ROCPoint]) -> [ROCPoint] {
    var points: [ROCPoint] = []
    for (a, b) in zip(corners, corners.dropFirst()) {
      for share in shares.dropLast() {
        points.append(a.moved(share, towards: b))
      }
    }
    return points + corners.suffix(1)
  }

  /// From one end to the other, closer at the beginning: a line through them is smooth on a logarithmic
  /// axis.
  private static let shares = [
    0, 1e-5, 1e-4, 1e-3, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.85, 1,
  ]
}

extension ROCPoint {
  /// A point between this and another one.
  fileprivate func moved(_ share: Double, towards other: ROCPoint) -> ROCPoint {
    let x = other.falsePositiveRate - falsePositiveRate
    let y = other.truePositiveRate - truePositiveRate
    return ROCPoint(
      falsePositiveRate: falsePositiveRate + share * x,
      truePositiveRate: truePositiveRate + share * y)
  }
}

extension RankingMetrics {
  /// A point of the ROC curve as recall and precision; nil where nothing alarms.
  func precisionRecall(at point: ROCPoint) -> (x: Double, y: Double)? {
    let found = point.truePositiveRate * Double(attacks)
    let all = found + point.falsePositiveRate * Double(normal)
    return all == 0 ? nil : (point.truePositiveRate, found / all)
  }
}
