import ModelFormat

/// The seeded detectors that builds for different machines are compared with.
public enum ReplayModel: String, CaseIterable, Sendable {
  /// The size of a detector for a small device: 256 states, 32 channels, five blocks.
  case tcn
  /// Gated blocks and a tied head: sigmoid, tanh and a strided embedding; a second channel, `ewma`.
  case gated
  /// The ancestor's network.
  case window
  /// A `tcn` whose numbers pass through the smallest there are: a machine that takes denormal
  /// numbers for 0 scores everything differently.
  case denormal
  /// The first three in 8-bit integers.
  case tcnInt8 = "tcn-int8"
  case gatedInt8 = "gated-int8"
  case windowInt8 = "window-int8"

  /// The blob; its threshold is among the recording's scores, so that some threads alarm.
  public var blob: TestModel {
    switch self {
    case .tcn: TestModel(Self.small(.relu, isTied: false), seed: 41, window: 100, threshold: 5.8)
    case .gated:
      TestModel(Self.small(.gated, isTied: true), seed: 42, window: 40, threshold: 5.7).changing {
        $0.channels.append($0.channels[0])
        $0.channels[1].kind = .ewma
      }
    case .window:
      TestModel(TestModel.windowCNN(vocabulary: 60, window: 13), seed: 43, threshold: 4.1)
    case .denormal: Self.denormalModel()
    case .tcnInt8: Self.tcn.blob.inIntegers()
    case .gatedInt8: Self.gated.blob.inIntegers()
    case .windowInt8: Self.window.blob.inIntegers()
    }
  }

  /// A detector of which 65,536 threads take more memory than 32 bits can address.
  public static var wide: TestModel {
    TestModel(
      TestModel.tcn(
        vocabulary: 2, channels: 256, kernel: 2,
        dilations: [1024, 1024, 1024, 1024, 1024, 1024, 1024, 1023], activation: .relu,
        isTied: false),
      seed: 45)
  }

  /// Events of its recording: as many as an emulated machine scores in some seconds.
  public var captureEvents: Int { self == .denormal ? 100_000 : 4_000 }

  /// A recording of its states.
  public func replay(events: Int) -> Replay {
    let size =
      switch self {
      case .tcn, .gated, .tcnInt8, .gatedInt8: 256
      case .window, .windowInt8: 60
      case .denormal: 64
      }
    return Replay(events: events, vocabularySize: size, seed: 2026)
  }

  private static func small(_ activation: Activation, isTied: Bool) -> Architecture {
    TestModel.tcn(
      vocabulary: 256, channels: 32, kernel: 3, dilations: [1, 2, 4, 8, 16],
      activation: activation, isTied: isTied)
  }

  /// Between embedding and first convolution, and between the second block's convolution and its
  /// mix, values are about 2^-132 (the smallest normal number is 2^-126) and are then scaled up.
  private static func denormalModel() -> TestModel {
    let architecture = TestModel.tcn(
      vocabulary: 64, channels: 16, kernel: 3, dilations: [1, 2, 4], activation: .relu,
      isTied: false)
    var weights = TestModel(architecture, seed: 44).weights
    var start = 0
    for index in 0..<architecture.tensorCount {
      let shape = architecture.tensor(at: index)
      let exponent =
        switch shape.role {
        case .embedding, .convolutionWeight(block: 1), .convolutionBias(block: 1): -130
        case .convolutionWeight(block: 0), .mixWeight(block: 1): 127
        default: 0
        }
      for index in start..<(start + shape.count) {
        weights[index] = Float(sign: .plus, exponent: exponent, significand: weights[index])
      }
      start += shape.count
    }
    return TestModel(architecture, weights: weights, window: 20, threshold: 4.5)
  }
}
