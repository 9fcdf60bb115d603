import KernelTrace
import ModelFormat
import Scoring
import TraceData

/// Makes a blob of a trained network: calibrates its threshold and gives it golden events, with the
/// arithmetic of the player.
public struct Freezer {
  /// N of the detection channel `window`, in events, 1...4096.
  public var windowLength = 10
  /// Events before a verdict, 1...4096; nil for a full window.
  public var minimumEvents: Int?
  /// Surprise of a state that the network does not know, in nats, at most 27.63.
  public var unknownSurprise = Surprise.cap
  /// How the threshold follows from the calibration scores.
  public var choice = ThresholdChoice.multipleOfLargest(2)

  /// In which numbers the blob holds the weights.
  public var precision = Precision.float32
  /// How far an int8 score may be from its float32 one, as a share of the threshold, over 0.
  public var maximumDifference = 0.1

  /// The article's rule, with its window, in float32.
  public init() {}

  /// A blob and what its calibration showed.
  public struct Result {
    /// The bytes of the blob.
    public let blob: [UInt8]
    /// The detection channel, with its threshold.
    public let channel: DetectionChannel
    /// ln V; a threshold above it is seldom reached.
    public let uniformSurprise: Surprise
    /// Events of the calibration data.
    public let events: Int
    /// Of those, events of a state that the network does not know.
    public let unknownEvents: Int
    /// The sequence that holds the largest score, and that score's event in the data set.
    public let largest: (sequence: Int, event: Int)
    /// How far int8 is from float32; nil for float32.
    public let quantization: QuantizationCertificate?
  }

  /// - Parameters:
  ///   - network: shape, states and float32 weights; its channels and golden events are replaced.
  ///   - dataset: normal traces; sequences labelled as attacks are left out.
  ///   - progress: told how many events are scored, of an int8 network twice.
  /// - Throws: `ModelFormatError`, `ThresholdError`, `NothingToCalibrate`, `PrecisionLoss`, what
  ///   reading throws.
  public func freeze(
    _ network: ModelDescription, calibrating dataset: TraceDataset,
    progress: (Int) -> Void = { _ in }
  ) throws -> Result {
    var draft = network
    draft.unknownSurprise = unknownSurprise
    draft.channels = [draftChannel]
    draft.goldenEvents = [GoldenEvent(state: 0, surprise: unknownSurprise)]
    guard precision == .int8 else {
      var run = try CalibrationRun(try draft.loaded(), dataset, progress: progress)
      return try finish(draft, run, try choice.threshold(&run.scores), dataset)
    }
    let ranges = ActivationRanges(network.architecture)
    var reference = try CalibrationRun(
      try draft.loaded(), dataset, observe: ranges.add, progress: progress)
    var quantized = Quantizer.quantize(draft, inputSteps: ranges.steps)
    var run = try CalibrationRun(try quantized.loaded(), dataset, progress: progress)
    let threshold = try choice.threshold(&run.scores)
    let certificate = QuantizationCertificate(
      run.scores, threshold: threshold, float32: reference.scores,
      float32Threshold: try choice.threshold(&reference.scores))
    guard certificate.differenceOfThreshold <= maximumDifference else {
      throw PrecisionLoss(certificate: certificate, allowed: maximumDifference)
    }
    quantized.certificate = certificate
    return try finish(quantized, run, threshold, dataset)
  }

  /// Gives the draft its threshold, its certificate of resources and its golden events.
  private func finish(
    _ draft: ModelDescription, _ run: CalibrationRun, _ threshold: Surprise,
    _ dataset: TraceDataset
  ) throws -> Result {
    let loaded = try draft.loaded()
    var description = draft
    description.channels[0].threshold = threshold
    description.channels[0].calibrationMaximum = run.scores.largest
    description.resources = ResourceCertificate(
      weightBytes: loaded.model.weightBytes,
      bytesPerProcess: Scorer.bytesPerThread(of: loaded.model),
      multiplyAddsPerEvent: loaded.model.architecture.multiplyAddsPerEvent)
    description.goldenEvents = try GoldenEvents.choose(loaded, from: dataset)
    return Result(
      blob: try description.encoded(), channel: description.channels[0],
      uniformSurprise: loaded.model.uniformSurprise, events: run.events,
      unknownEvents: run.unknownEvents, largest: (run.largest.sequence, run.largest.event),
      quantization: description.certificate)
  }

  /// The channel before its threshold is known: scores do not depend on it.
  private var draftChannel: DetectionChannel {
    DetectionChannel(
      length: windowLength, minimumEvents: minimumEvents ?? windowLength, threshold: .cap,
      rule: choice.rule, parameter: choice.parameter, calibrationMaximum: Surprise(units: 0))
  }
}

extension ThresholdChoice {
  /// How a blob names the rule.
  var rule: ThresholdRule {
    switch self {
    case .multipleOfLargest: .multiple
    case .fixed: .fixed
    case .quantile: .quantile
    }
  }

  /// The rule's number.
  var parameter: Float {
    switch self {
    case .multipleOfLargest(let value), .fixed(let value), .quantile(let value): Float(value)
    }
  }
}

extension ModelDescription {
  /// The description as a detector.
  fileprivate func loaded() throws(ModelFormatError) -> LoadedModel {
    try LoadedModel(bytes: try encoded())
  }
}
