import Checkpoints
import Foundation
import TraceData

/// One JSON object a line and epoch, for plots and scripts.
public final class TrainingLog {
  private let path: String
  private let descriptor: Int32
  private let continues: Bool

  /// Opens the file.
  ///
  /// - Parameter continues: whether lines are added to those that are there.
  /// - Throws: `.log`.
  public init(path: String, continues: Bool) throws(TrainingError) {
    self.path = path
    self.continues = continues
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND, 0o666)
    guard descriptor >= 0 else { throw failure("create") }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Takes away what an earlier run left, unless this one continues it: once the first update is made, so
  /// that a run that fails before takes nothing away.
  public func begin() {
    // A pipe or device has nothing to take away.
    if !continues { ftruncate(descriptor, 0) }
  }

  /// Adds a line.
  ///
  /// - Throws: `.log`.
  public func add(_ report: EpochReport) throws(TrainingError) {
    var line = Array((Self.line(report) + "\n").utf8)[...]
    while !line.isEmpty {
      let written = line.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw failure("write") }
      line = line.dropFirst(written)
    }
  }

  private func failure(_ call: String) -> TrainingError {
    .log(path: path, SystemCallError(call: call, code: errno))
  }

  /// All numbers are finite, so that the text is JSON; a missing held-out loss is null.
  static func line(_ report: EpochReport) -> String {
    let rate = report.seconds > 0 ? Double(report.tokens) / report.seconds : 0
    let fields = [
      ("epoch", "\(report.epoch)"),
      ("step", "\(report.step)"),
      ("train_loss", "\(report.trainLoss)"),
      ("held_out_loss", report.heldOutLoss.map { "\($0)" } ?? "null"),
      ("best", "\(report.isBest)"),
      ("learning_rate", "\(report.learningRate)"),
      ("tokens", "\(report.tokens)"),
      ("seconds", "\(report.seconds)"),
      ("tokens_per_second", "\(rate.rounded())"),
    ]
    return "{" + fields.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
  }
}
