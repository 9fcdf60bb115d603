import Foundation

/// How a training run went, from the log that it wrote.
public struct TrainingLosses {
  /// An epoch, with the mean cross entropies in nats.
  struct Epoch: Decodable {
    let epoch: Int
    let trainLoss: Double
    let heldOutLoss: Double?
  }

  /// In their order; of an epoch that was done again, the last.
  let epochs: [Epoch]

  /// A line of a log that tells of no epoch.
  public struct LogError: Error, CustomStringConvertible {
    /// From 1; 0: there is no line.
    public let line: Int

    /// The fact and what to do.
    public var description: String {
      let fact = line == 0 ? "is empty" : "line \(line) tells of no epoch"
      return "\(fact); name a file that mle-trainer train --log has written"
    }
  }

  /// - Parameter log: what `mle-trainer train --log` wrote.
  public init(log: Data) throws(LogError) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    var epochs: [Int: Epoch] = [:]
    for (index, line) in log.split(separator: UInt8(ascii: "\n")).enumerated() {
      guard let epoch = try? decoder.decode(Epoch.self, from: line), epoch.epoch > 0,
        epoch.trainLoss.isFinite
      else { throw LogError(line: index + 1) }
      epochs[epoch.epoch] = epoch
    }
    guard !epochs.isEmpty else { throw LogError(line: 0) }
    self.epochs = epochs.values.sorted { $0.epoch < $1.epoch }
  }

  /// The epoch whose weights were kept: the one with the least held-out loss; nil without any.
  var best: Epoch? {
    epochs.filter { $0.heldOutLoss != nil }
      .min { ($0.heldOutLoss ?? 0) < ($1.heldOutLoss ?? 0) }
  }

  /// Both losses by epoch.
  var chart: String {
    let losses = epochs.flatMap { [$0.trainLoss] + [$0.heldOutLoss].compactMap { $0 } }
      .filter { $0 > 0 }
    let (first, last) = (epochs.first?.epoch ?? 0, epochs.last?.epoch ?? 1)
    let chart = Chart(
      title: "Loss by epoch",
      x: .exact("epoch", Double(min(first, last - 1))...Double(last)),
      y: Axis(
        label: "cross entropy, nats", scale: .logarithmic,
        range: (losses.min() ?? 0.1) / 1.3...(losses.max() ?? 1) * 1.3),
      size: (width: 520, height: 270))
    let heldOut = epochs.compactMap { epoch in
      epoch.heldOutLoss.map { (x: Double(epoch.epoch), y: $0) }
    }
    return chart.svg(
      [
        chart.line(epochs.map { (Double($0.epoch), $0.trainLoss) }, class: "s1"),
        chart.line(heldOut, class: "s0"),
      ]
        + (best.map { chart.mark(at: Double($0.epoch), "best: \($0.epoch)", isBelow: true) } ?? [])
        + chart.legend([("s1", "training"), ("s0", "held out")], isAbove: true))
  }
}
