import ModelFormat
import Scoring

/// The small seeded detectors of `models/golden`, one of each kind that a version of the format has.
public enum GoldenModel: String, CaseIterable, Sendable {
  case tcn
  /// Gated blocks and a tied head; a second channel, `ewma`.
  case gated
  case windowCNN = "window-cnn"
  case tcnInt8 = "tcn-int8"
  case gatedInt8 = "gated-int8"
  case windowCNNInt8 = "window-cnn-int8"

  /// How many states each knows.
  public static let vocabularySize = 24

  /// The blob, as the writer of this version makes it.
  public var blob: TestModel {
    switch self {
    case .tcn: Self.plain.sayingEverything()
    case .gated:
      Self.small(.gated, isTied: true, seed: 52).changing {
        $0.channels.append($0.channels[0])
        $0.channels[1].kind = .ewma
        $0.channels[1].length = 300
        $0.channels[1].minimumEvents = 50
        $0.channels[1].threshold = Surprise(nats: 3.3)
      }
    case .windowCNN:
      TestModel(
        TestModel.windowCNN(vocabulary: Self.vocabularySize, window: 9), seed: 53, window: 8,
        threshold: 3.4)
    case .tcnInt8: Self.plain.inIntegers().sayingEverything()
    case .gatedInt8: Self.gated.blob.inIntegers()
    case .windowCNNInt8: Self.windowCNN.blob.inIntegers()
    }
  }

  /// The recording that all of them are played with.
  public static var recording: Replay {
    Replay(events: 1500, vocabularySize: vocabularySize, seed: 2027)
  }

  private static var plain: TestModel { small(.relu, isTied: false, seed: 51) }

  private static func small(_ activation: Activation, isTied: Bool, seed: UInt64) -> TestModel {
    TestModel(
      TestModel.tcn(
        vocabulary: vocabularySize, channels: 8, kernel: 3, dilations: [1, 2, 4],
        activation: activation, isTied: isTied),
      seed: seed, window: 12, minimumEvents: 4, threshold: 3.6)
  }
}

extension TestModel {
  /// With every optional record that this version has.
  fileprivate func sayingEverything() -> TestModel {
    changing {
      $0.provenance = [ProvenanceEntry(key: "writer", value: "golden")]
      $0.resources = ResourceCertificate(
        weightBytes: model.weightBytes, bytesPerProcess: Scorer.bytesPerThread(of: model),
        multiplyAddsPerEvent: model.architecture.multiplyAddsPerEvent)
      guard $0.precision == .int8 else { return }
      $0.certificate = QuantizationCertificate(
        largestDifference: Surprise(units: 700_000), meanDifference: Surprise(units: 3000),
        float32Maximum: Surprise(units: 21_000_000), float32Threshold: Surprise(units: 42_000_000),
        scores: 1500, differentVerdicts: 1)
    }
  }
}
