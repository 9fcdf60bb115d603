import Foundation
import TestSupport
import Testing

/// Networks whose weights h5py wrote, played as a device plays them, against the probabilities that
/// PyTorch computes (`Tests/Reference/playback_goldens.py`).
@Suite struct PlaybackGoldenTests {
  private struct Golden: Decodable {
    /// Of every event of each trace; nil where the network does not know the state.
    let probabilities: [[Double?]]
  }

  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func scores(of network: String) throws -> [[String: Any]] {
    let (data, model) = (directory.file("data.h5"), directory.file("model.mle"))
    try Program.trainer.succeed([
      "import", "--format", "integers", Fixture.path("\(network).1.txt"),
      Fixture.path("\(network).2.txt"), "-o", data, "--label", "normal",
    ])
    try Program.exporter.succeed(
      [Fixture.path("\(network).ckpt.h5"), "--calibrate", data, "-o", model])
    try Program.trainer.succeed(["capture", data, "-o", directory.file("data.mlt")])
    let outcome = try Program.player.succeed(
      ["score", model, directory.file("data.mlt"), "--scores"])
    return try outcome.lines.map { try object($0) }.filter { $0["verdict"] == nil }
  }

  @Test(arguments: ["window-cnn", "tcn"])
  func probabilitiesAgreeWithPyTorch(network: String) throws {
    let golden = try JSONDecoder().decode(
      Golden.self, from: Data(Fixture.bytes("\(network).json")))
    let scored = try scores(of: network)
    try #require(scored.count == golden.probabilities.reduce(0) { $0 + $1.count })
    var worst = 0.0
    for (index, expected) in golden.probabilities.enumerated() {
      let events = scored.filter { $0["tid"] as? Int == index + 1 }
      try #require(events.count == expected.count)
      for (event, probability) in zip(events, expected) {
        let surprise = try #require(event["surprise"] as? Double)
        guard let probability else {
          #expect(event["state"] as? String == "unknown")
          #expect(surprise == 27.631021)
          continue
        }
        #expect(event["state"] as? String != "unknown")
        worst = max(worst, abs(exp(-surprise) - probability))
        // Surprises are sharper than probabilities where those are small, up to the cap.
        let nats = min(-log(probability), 27.631021)
        #expect(abs(surprise - nats) < 2e-4, "trace \(index), event \(event)")
      }
    }
    #expect(worst < 1e-5, "off by up to \(worst)")
  }
}
