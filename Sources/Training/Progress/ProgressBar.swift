import Foundation

/// Shows on a terminal, or tells in a log file, how a training run comes along.
///
/// On a terminal the last line is a bar that is redrawn ten times a second; elsewhere there is a
/// line an epoch, and one every half minute in long epochs, so that no log is full of bars.
public final class ProgressBar {
  private let isTerminal: Bool
  private let write: (String) -> Void
  private let seconds: () -> Double
  private let start: Double
  private var lastShown: Double
  private var barLength = 0
  private var batchesSeen = 0

  /// - Parameter write: takes the text, for stderr.
  public convenience init(write: @escaping (String) -> Void) {
    let start = ContinuousClock.now
    self.init(
      isTerminal: isatty(STDERR_FILENO) == 1, write: write,
      seconds: { (ContinuousClock.now - start) / .seconds(1) })
  }

  /// - Parameters:
  ///   - write: takes the text.
  ///   - seconds: a clock that never goes back.
  init(isTerminal: Bool, write: @escaping (String) -> Void, seconds: @escaping () -> Double) {
    self.isTerminal = isTerminal
    self.write = write
    self.seconds = seconds
    start = seconds()
    lastShown = start
  }

  /// Shows what happened.
  public func show(_ event: TrainingEvent) {
    switch event {
    case .step(let report): show(report)
    case .epoch(let report): line(Self.text(report))
    }
  }

  /// Writes a line of its own, above the bar.
  public func line(_ text: String) {
    clear()
    write(text + "\n")
  }

  /// Removes the bar.
  public func clear() {
    if barLength > 0 { write("\r\u{1B}[K") }
    barLength = 0
  }

  private func show(_ report: StepReport) {
    batchesSeen += 1
    let now = seconds()
    guard now - lastShown >= (isTerminal ? 0.1 : 30) else { return }
    lastShown = now
    let text = Self.text(report, elapsed: now - start, batchesSeen: batchesSeen)
    if isTerminal {
      write("\r" + text + "\u{1B}[K")
      barLength = text.count
    } else {
      write(text + "\n")
    }
  }

  static func text(_ report: StepReport, elapsed: Double, batchesSeen: Int) -> String {
    let width = 20
    let done = report.batch * width / max(1, report.batches)
    let bar = String(repeating: "#", count: done) + String(repeating: "-", count: width - done)
    let left = (report.epochs - report.epoch + 1) * report.batches - report.batch
    let remaining = elapsed / Double(max(1, batchesSeen)) * Double(left)
    let rate = Double(report.tokens) / max(elapsed, 1e-9)
    return "epoch \(report.epoch)/\(report.epochs) [\(bar)] loss \(decimal(report.loss)) "
      + "\(Self.rate(rate)) ETA \(time(remaining))"
  }

  static func text(_ report: EpochReport) -> String {
    let heldOut = report.heldOutLoss.map { ", held-out loss \(decimal($0))" } ?? ""
    let rate = Double(report.tokens) / max(report.seconds, 1e-9)
    return "epoch \(report.epoch)/\(report.epochs): loss \(decimal(report.trainLoss))\(heldOut)"
      + "\(report.isBest ? " (best)" : ""), \(Self.rate(rate)), \(time(report.seconds))"
  }

  private static func decimal(_ value: Double) -> String { String(format: "%.4f", value) }

  private static func rate(_ perSecond: Double) -> String {
    perSecond >= 10_000
      ? String(format: "%.0fk events/s", perSecond / 1000)
      : String(format: "%.0f events/s", perSecond)
  }

  private static func time(_ seconds: Double) -> String {
    let total = Int(min(seconds, 1e9).rounded())
    let (hours, minutes) = (total / 3600, total / 60 % 60)
    return hours > 0
      ? String(format: "%d:%02d:%02d", hours, minutes, total % 60)
      : String(format: "%d:%02d", minutes, total % 60)
  }
}
