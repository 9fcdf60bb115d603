import Evaluation
import Foundation
import ModelFormat
import Scoring

/// What a blob says, for people and for programs.
struct BlobReport: Encodable {
  struct Tensor: Encodable {
    let name: String
    let shape: [Int]
    let smallest: Float
    let largest: Float
    let rootMeanSquare: Float
  }

  struct Channel: Encodable {
    let name: String
    let kind: String
    let length: Int
    let minimumEvents: Int
    let thresholdNats: Double
    let thresholdOverUniform: Double
    let rule: String
    let ruleParameter: Float
    let largestCalibrationScoreNats: Double
  }

  /// What the exporter states about memory and work.
  struct Resources: Encodable {
    let weightBytes: Int
    let bytesPerProcess: Int
    let multiplyAddsPerEvent: Int
  }

  /// What the exporter states about int8 and float32.
  struct Comparison: Encodable {
    let largestDifferenceNats: Double
    let meanDifferenceNats: Double
    let float32MaximumNats: Double
    let float32ThresholdNats: Double
    let scores: UInt64
    let differentVerdicts: UInt64
  }

  struct State: Encodable {
    let id: UInt32
    let name: String
  }

  struct Golden: Encodable {
    let state: String
    let surpriseNats: Double
  }

  let byteCount: Int
  let digest: String
  let architecture: String
  let receptiveField: Int
  let parameters: Int
  let precision: String
  let weightBytes: Int
  let multiplyAddsPerEvent: Int
  let bytesPerProcess: Int
  let surpriseCapNats: Double
  let unknownSurpriseNats: Double
  let resources: Resources?
  let quantization: Comparison?
  let channels: [Channel]
  let provenance: [String: String]
  let tensors: [Tensor]
  let vocabulary: [State]
  let goldenEvents: [Golden]

  init(_ model: Model, byteCount: Int) {
    let description = ModelDescription(model)
    self.byteCount = byteCount
    digest = model.digest.description
    architecture = model.architecture.summary
    receptiveField = model.architecture.receptiveField
    parameters = model.architecture.parameterCount
    precision = model.precision.name
    weightBytes = model.weightBytes
    multiplyAddsPerEvent = model.architecture.multiplyAddsPerEvent
    bytesPerProcess = Scorer.bytesPerThread(of: model)
    surpriseCapNats = model.surpriseCap.exactNats
    unknownSurpriseNats = model.unknownSurprise.exactNats
    resources = model.resources.map(Resources.init)
    quantization = model.quantization.map(Comparison.init)
    channels = description.channels.map { Channel($0, of: model) }
    provenance = Dictionary(
      description.provenance.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    tensors = Self.tensors(description)
    vocabulary = description.states.map { State(id: $0.id, name: $0.name) }
    goldenEvents = description.goldenEvents.map {
      Golden(state: description.states[$0.state].name, surpriseNats: $0.surprise.exactNats)
    }
  }

  private static func tensors(_ description: ModelDescription) -> [Tensor] {
    var start = 0
    return (0..<description.architecture.tensorCount).map { index in
      let shape = description.architecture.tensor(at: index)
      let weights = description.weights[start..<start + shape.count]
      start += shape.count
      let square = weights.reduce(0.0) { $0 + Double($1) * Double($1) }
      return Tensor(
        name: shape.role.name,
        shape: Array([shape.dimensions.0, shape.dimensions.1, shape.dimensions.2][..<shape.rank]),
        smallest: weights.min() ?? 0, largest: weights.max() ?? 0,
        rootMeanSquare: Float((square / Double(max(shape.count, 1))).squareRoot()))
    }
  }
}

extension BlobReport.Channel {
  init(_ channel: DetectionChannel, of model: Model) {
    name = channel.name
    kind = channel.kind == .window ? "window" : "ewma"
    length = channel.length
    minimumEvents = channel.minimumEvents
    thresholdNats = channel.threshold.exactNats
    thresholdOverUniform = Double(model.ratioToUniform(channel.threshold)) / 1e6
    rule = channel.rule.name
    ruleParameter = channel.parameter
    largestCalibrationScoreNats = channel.calibrationMaximum.exactNats
  }
}

extension BlobReport.Resources {
  init(_ certificate: ResourceCertificate) {
    weightBytes = certificate.weightBytes
    bytesPerProcess = certificate.bytesPerProcess
    multiplyAddsPerEvent = certificate.multiplyAddsPerEvent
  }

  fileprivate var text: String {
    "\(weightBytes) bytes of weights, \(bytesPerProcess) bytes a process,"
      + " \(multiplyAddsPerEvent) multiply-adds an event"
  }
}

extension BlobReport.Comparison {
  init(_ certificate: QuantizationCertificate) {
    largestDifferenceNats = certificate.largestDifference.exactNats
    meanDifferenceNats = certificate.meanDifference.exactNats
    float32MaximumNats = certificate.float32Maximum.exactNats
    float32ThresholdNats = certificate.float32Threshold.exactNats
    scores = certificate.scores
    differentVerdicts = certificate.differentVerdicts
  }

  fileprivate var text: String {
    "scores differ from float32's by \(meanDifferenceNats) nats on average,"
      + " \(largestDifferenceNats) at most; \(differentVerdicts) of \(scores) verdicts differ"
  }
}

extension BlobReport {
  /// The report as lines of text.
  var text: String {
    var lines = [
      "bytes            \(byteCount)", "digest           \(digest)",
      "network          \(architecture)", "receptive field  \(receptiveField) events",
      "parameters       \(parameters), \(precision)",
      "weights          \(weightBytes) bytes",
      "multiply-adds    \(multiplyAddsPerEvent) an event",
      "memory           \(bytesPerProcess) bytes a process",
      "surprise         at most \(surpriseCapNats) nats, \(unknownSurpriseNats) of an unknown state",
    ]
    if let resources { lines.append("certificate      \(resources.text)") }
    if let quantization { lines.append("quantization     \(quantization.text)") }
    for channel in channels {
      lines.append(
        "channel          \(channel.name), from \(channel.minimumEvents) events on;"
          + " threshold \(channel.thresholdNats) nats (\(channel.thresholdOverUniform) of ln V);"
          + " rule: \(channel.rule), \(channel.ruleParameter);"
          + " largest calibration score \(channel.largestCalibrationScoreNats) nats")
    }
    lines += ["", "provenance"]
    lines += provenance.sorted { $0.key < $1.key }.map { "  \($0.key) = \($0.value)" }
    lines += ["", "tensors (smallest, largest, root mean square)"]
    lines += tensors.map {
      "  \($0.name) \($0.shape): \($0.smallest), \($0.largest), \($0.rootMeanSquare)"
    }
    lines += ["", "vocabulary (index, id, name)"]
    lines += vocabulary.enumerated().map { "  \($0) \($1.id) \($1.name)" }
    lines += ["", "golden events (state, surprise in nats)"]
    lines += goldenEvents.map { "  \($0.state) \($0.surpriseNats)" }
    return lines.joined(separator: "\n") + "\n"
  }
}
