import Foundation
import KernelTrace
import ModelFormat
import TestSupport
import Testing

/// Blobs for live events, and a player that watches with them.
enum WatchedPlayer {
  /// Why this machine's kernel cannot be watched; nil where it can.
  static let obstacle: String? = {
    guard let directory = try? TemporaryDirectory(), let model = try? blob(.seesNothing, directory)
    else { return "no temporary directory" }
    let outcome = try? Program.player.run(["watch", model, "--exec", "/bin/true"])
    return outcome?.status == 0 ? nil : "skipped: \(outcome?.errors ?? "the player does not run")"
  }()

  /// Says why tests are skipped, beside the mark that they are.
  static let isPossible: Bool = {
    if let obstacle { print(obstacle) }
    return obstacle == nil
  }()

  /// What a blob finds anomalous.
  enum Taste {
    /// Everything, after two events.
    case seesEverything
    case seesNothing
    /// What is less likely than a guess, over ten events.
    case usual
  }

  /// Writes a blob over some states of the live source.
  static func blob(
    _ taste: Taste, _ directory: TemporaryDirectory, _ name: String = "m.mle", seed: UInt64 = 4
  ) throws -> String {
    var states = [VocabularyState(id: 0, name: "unknown")]
    SyscallAlphabet.forEachState { id in
      guard states.count < 40 else { return }
      var name = [UInt8](repeating: 0, count: 64)
      let count = name.withUnsafeMutableBytes { SyscallAlphabet.writeName(of: id, into: $0) }
      states.append(VocabularyState(id: id, name: String(decoding: name[..<count], as: UTF8.self)))
    }
    let model = TestModel(
      TestModel.tcn(
        vocabulary: states.count, channels: 4, kernel: 2, dilations: [1, 2], activation: .relu,
        isTied: false),
      seed: seed, window: taste == .usual ? 10 : 2, minimumEvents: 2,
      threshold: taste == .seesEverything ? 0.01 : 3
    ).changing { description in
      description.states = states
      if taste == .seesNothing { description.channels[0].threshold = .cap }
    }
    return try directory.write(model.description.encoded(), to: name)
  }

  /// The JSON lines of a text.
  static func lines(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      return try #require(object as? [String: Any], "\(line)")
    }
  }

  /// Waits until a condition holds.
  static func wait(_ what: Comment, until condition: () -> Bool) throws {
    let isSo = eventually(condition)
    try #require(isSo, what)
  }
}
