import KernelTrace
import ModelFormat
import Scoring
import TraceData

/// Makes a blob of a trained network: calibrates its thresholds and gives it golden events, with the
/// arithmetic of the player.
public struct Freezer {
  /// The detection channels, 1...4, which get their thresholds here.
  public var channels = [DetectionChannel(.window, 10)]
  /// Surprise of a state that the network does not know, in nats, at most 27.63.
  public var unknownSurprise = Surprise.cap
  /// How the thresholds follow from scores.
  public var choice = ThresholdChoice.multipleOfLargest(2)
  /// Scores of networks that had not seen what they scored, of the calibration data.
  public var outOfFold: OutOfFoldSurprises?
  /// Events that a device sees in a day; nil for as many as the calibration data has in its time.
  public var eventsPerDay: Double?

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
    /// The detection channels, with their thresholds.
    public let channels: [DetectionChannel]
    /// ln V; a threshold above it is seldom reached.
    public let uniformSurprise: Surprise
    /// Events of the calibration data that are not of attacks.
    public let events: Int
    /// Of those, events of a state that the network does not know.
    public let unknownEvents: Int
    /// By channel: the sequence that holds the largest score, that score's event in the data set, and
    /// the largest score of any other sequence.
    public let largest: [(sequence: Int, event: Int, elsewhere: Surprise)]
    /// What the chosen rule and others would have done; empty without out-of-fold scores.
    public let forecasts: [RuleForecast]
    /// Events of a day, where they are known.
    public let eventsPerDay: Double?
    /// How far int8 is from float32, in the channel that differs most; nil for float32.
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
    draft.channels = draftChannels
    draft.goldenEvents = [GoldenEvent(state: 0, surprise: unknownSurprise)]
    let unseen = try UnseenScores(self, dataset)
    if choice.needsOutOfFoldScores {
      // What it is made of is there: whether it can be is better known before everything is scored.
      for channel in channels.indices {
        _ = try unseen.threshold(choice, largest: .cap, channel: channel)
      }
    }
    guard precision == .int8 else {
      let run = try CalibrationRun(try draft.loaded(), dataset, progress: progress)
      return try finish(draft, run, unseen, dataset)
    }
    let ranges = ActivationRanges(network.architecture)
    let reference = try CalibrationRun(
      try draft.loaded(), dataset, keepsScores: true, observe: ranges.add, progress: progress)
    var quantized = Quantizer.quantize(draft, inputSteps: ranges.steps)
    let run = try CalibrationRun(
      try quantized.loaded(), dataset, keepsScores: true, progress: progress)
    quantized.certificate = try certificate(run, reference, unseen)
    return try finish(quantized, run, unseen, dataset)
  }

  /// Compares every channel of an int8 network with the float32 network's.
  ///
  /// - Throws: `PrecisionLoss` where one differs too much, `ThresholdError`.
  private func certificate(
    _ run: CalibrationRun, _ reference: CalibrationRun, _ unseen: UnseenScores
  ) throws -> QuantizationCertificate? {
    let certificates = try run.channels.indices.compactMap { index -> QuantizationCertificate? in
      let (channel, other) = (run.channels[index], reference.channels[index])
      guard let scores = channel.scores, let float32 = other.scores else { return nil }
      return QuantizationCertificate(
        scores,
        threshold: try unseen.threshold(choice, largest: channel.maximum, channel: index),
        float32: float32,
        float32Threshold: try unseen.threshold(choice, largest: other.maximum, channel: index))
    }
    let worst = QuantizationCertificate.worst(of: certificates)
    if let worst, worst.differenceOfThreshold > maximumDifference {
      throw PrecisionLoss(certificate: worst, allowed: maximumDifference)
    }
    return worst
  }

  /// Gives the draft its thresholds, its certificate of resources and its golden events.
  private func finish(
    _ draft: ModelDescription, _ run: CalibrationRun, _ unseen: UnseenScores,
    _ dataset: TraceDataset
  ) throws -> Result {
    let loaded = try draft.loaded()
    var description = draft
    for (index, channel) in run.channels.enumerated() {
      description.channels[index].threshold = try unseen.threshold(
        choice, largest: channel.maximum, channel: index)
      description.channels[index].calibrationMaximum = channel.maximum
    }
    description.resources = ResourceCertificate(
      weightBytes: loaded.model.weightBytes,
      bytesPerProcess: Scorer.bytesPerThread(of: loaded.model),
      multiplyAddsPerEvent: loaded.model.architecture.multiplyAddsPerEvent)
    description.goldenEvents = try GoldenEvents.choose(loaded, from: dataset)
    return Result(
      blob: try description.encoded(), channels: description.channels,
      uniformSurprise: loaded.model.uniformSurprise, events: run.events,
      unknownEvents: run.unknownEvents,
      largest: run.channels.map {
        ($0.largest.sequence, $0.largest.event, Surprise(roundingUp: $0.largestElsewhere))
      },
      forecasts: unseen.forecasts(choice, run), eventsPerDay: unseen.eventsPerDay,
      quantization: description.certificate)
  }

  /// The channels before their thresholds are known: scores do not depend on those.
  fileprivate var draftChannels: [DetectionChannel] {
    channels.map {
      var channel = DetectionChannel($0.kind, $0.length, minimumEvents: $0.minimumEvents)
      (channel.rule, channel.parameter) = (choice.rule, choice.parameter)
      return channel
    }
  }
}

/// The out-of-fold scores of a freezer's channels, where it has any, and what follows from them.
private struct UnseenScores {
  let scores: OutOfFoldScores?
  let tails: [PeaksOverThreshold?]
  let eventsPerDay: Double?

  init(_ freezer: Freezer, _ dataset: TraceDataset) throws {
    // Without scores nothing asks for it, and it takes a pass over the times.
    eventsPerDay = try freezer.outOfFold.flatMap { _ in
      try freezer.eventsPerDay ?? dataset.eventsPerDay()
    }
    scores = try freezer.outOfFold.map {
      try OutOfFoldScores(
        $0, of: dataset, channels: freezer.draftChannels, unknown: freezer.unknownSurprise)
    }
    tails =
      scores?.known.peaks.map { PeaksOverThreshold($0.map { Surprise(units: $0).exactNats }) }
      ?? []
  }

  func threshold(
    _ choice: ThresholdChoice, largest: Surprise, channel index: Int
  ) throws(ThresholdError) -> Surprise {
    var data = ThresholdData(largest: largest)
    if let known = scores?.known {
      data.outOfFold = known.peaks[index].map { Surprise(units: $0) }
      data.peaks = tails[index]
      data.channelCount = known.peaks.count
      data.peaksPerDay = eventsPerDay.map {
        $0 * Double(known.clusterCount) / Double(max(1, known.events))
      }
    }
    return try choice.threshold(data)
  }

  /// The chosen rule first, then the usual ones that it is not.
  func forecasts(_ choice: ThresholdChoice, _ run: CalibrationRun) -> [RuleForecast] {
    guard let scores else { return [] }
    let usual: [ThresholdChoice] = [
      .multipleOfLargest(2), .multipleOfLargest(1.5), .multipleOfLargest(1), .quantile(0.99),
      .quantile(0.999), .quantile(1),
    ]
    return ([choice] + usual.filter { $0 != choice }).compactMap { rule in
      let thresholds = run.channels.indices.compactMap { index in
        try? threshold(rule, largest: run.channels[index].maximum, channel: index)
      }
      guard thresholds.count == run.channels.count else { return nil }
      let isRate = if case .falseAlarmsPerDay = rule { true } else { false }
      let tails = isRate ? self.tails.compactMap { $0 } : nil
      return RuleForecast(rule.name, thresholds, scores, tails: tails)
    }
  }
}

extension TraceDataset {
  /// As many events as a day has at the rate of the recording; nil without times.
  func eventsPerDay() throws(TraceDataError) -> Double? {
    guard let time = try recordedTime(), time > 0 else { return nil }
    return Double(eventCount) / (Double(time) / 1e9) * 86_400
  }
}

extension ModelDescription {
  /// The description as a detector.
  fileprivate func loaded() throws(ModelFormatError) -> LoadedModel {
    try LoadedModel(bytes: try encoded())
  }
}
