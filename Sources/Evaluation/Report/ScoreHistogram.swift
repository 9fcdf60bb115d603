import ModelFormat

/// How often which score of a channel was seen, in normal traffic and while attacks ran.
struct ScoreHistogram {
  private static let binsPerNat = 20.0
  private(set) var normal: [Int] = []
  private(set) var attack: [Int] = []

  /// Takes a score.
  mutating func add(_ nats: Double, isAttack: Bool) {
    let bin = Int(nats * Self.binsPerNat)
    if isAttack { Self.add(1, to: bin, of: &attack) } else { Self.add(1, to: bin, of: &normal) }
  }

  /// Adds what another data set showed.
  mutating func add(_ other: ScoreHistogram) {
    for (bin, count) in other.normal.enumerated() { Self.add(count, to: bin, of: &normal) }
    for (bin, count) in other.attack.enumerated() { Self.add(count, to: bin, of: &attack) }
  }

  private static func add(_ count: Int, to bin: Int, of bins: inout [Int]) {
    if bin >= bins.count { bins += Array(repeating: 0, count: bin + 1 - bins.count) }
    bins[bin] += count
  }

  /// The two, on a logarithmic scale of counts.
  func chart(_ channel: DetectionChannel, width: Double) -> String {
    let threshold = channel.threshold.exactNats
    let shown = max(normal.count, attack.count, Int(threshold * 1.1 * Self.binsPerNat) + 1)
    // About a hundred steps over what there is.
    let merged = (shown + 99) / 100
    let count = (shown + merged - 1) / merged
    func heights(_ bins: [Int]) -> [Double] {
      (0..<count).map { Double(bins.dropFirst($0 * merged).prefix(merged).reduce(0, +)) }
    }
    let (normal, attack) = (heights(normal), heights(attack))
    let most = max(normal.max() ?? 1, attack.max() ?? 1, 10)
    let chart = Chart(
      title: "How often which score (\(channel.name))",
      x: .exact("anomaly score, nats", 0...(Double(count * merged) / Self.binsPerNat)),
      // One event is still to be seen.
      y: Axis(label: "events", scale: .logarithmic, range: 0.5...(most * 1.5)),
      size: (width, 270))
    return chart.svg(
      [chart.steps(normal, class: "normal"), chart.steps(attack, class: "attack")]
        + chart.mark(at: threshold, "threshold")
        + chart.legend(
          [("normal", "normal traffic"), ("attack", "while an attack ran")], isAbove: true))
  }
}
