import KernelTrace
import ModelFormat
import Scoring
import TestSupport
import Testing
import TraceData

@testable import Evaluation

/// Freezing a network in int8: its own threshold, its certificates, and what is refused.
@Suite struct IntegerFreezingTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private static let tcn = TestModel.tcn(
    vocabulary: 12, channels: 6, kernel: 2, dilations: [1, 2], activation: .gated, isTied: true)
  static let architectures = [tcn, TestModel.windowCNN(vocabulary: 12, window: 6)]

  private func network(_ architecture: Architecture) -> ModelDescription {
    TestModel(architecture, seed: 8).description
  }

  /// One normal sequence, and if asked for one of attacks with other states.
  private func dataset(_ name: String = "data.h5", withAttack: Bool = false) throws -> TraceDataset
  {
    let writer = try TraceDatasetWriter(
      path: directory.file(name), source: "test", createdBy: "tests")
    for state in UInt32(1)..<12 { try writer.nameState(state, "state\(state)") }
    var random = SplitMix64(seed: 4)
    for label in [TraceLabel.normal] + (withAttack ? [.attack] : []) {
      let number: UInt32 = label == .attack ? 2 : 1
      var entry = SequenceEntry(pid: number, tid: number, name: "p")
      entry.start = label == .attack ? 1000 : 1
      entry.label = label
      let sequence = writer.begin(entry)
      for time in 0..<50 {
        let highest: UInt32 = label == .attack ? 11 : 7
        let state = UInt32.random(in: (highest - 6)...highest, using: &random)
        try writer.append(state, at: entry.start + UInt64(time), to: sequence)
      }
    }
    try writer.finish()
    return try TraceDataset(path: directory.file(name))
  }

  private func freezer(_ precision: Precision, _ maximumDifference: Double = 0.1) -> Freezer {
    var freezer = Freezer()
    freezer.precision = precision
    freezer.maximumDifference = maximumDifference
    return freezer
  }

  private func scores(_ blob: [UInt8], _ dataset: TraceDataset) throws -> [Score] {
    let loaded = try LoadedModel(bytes: blob)
    var scores: [Score] = []
    try DatasetScorer(loaded, dataset).run { scores.append($0.scored.scores[0]) }
    return scores.filter { $0.weight == 10 }
  }

  private func decode(_ blob: [UInt8]) throws -> ModelDescription {
    let loaded = try LoadedModel(bytes: blob)
    return loaded.withModel { ModelDescription($0) }
  }

  @Test(arguments: architectures)
  func theCertificateIsWhatTheTwoBlobsScore(architecture: Architecture) throws {
    let dataset = try dataset()
    let float = try freezer(.float32).freeze(network(architecture), calibrating: dataset)
    let integer = try freezer(.int8).freeze(network(architecture), calibrating: dataset)
    #expect(float.quantization == nil)
    let certificate = try #require(integer.quantization)
    let pairs = zip(try scores(integer.blob, dataset), try scores(float.blob, dataset))
    let differences = pairs.map { score, reference in
      let (a, b) = (Int(score.unitsRoundedUp), Int(reference.unitsRoundedUp))
      return abs(a - b)
    }
    #expect(certificate.scores == 41 && differences.count == 41)
    #expect(Int(certificate.largestDifference.units) == differences.max())
    #expect(Int(certificate.meanDifference.units) == (differences.reduce(0, +) + 40) / 41)
    #expect(certificate.largestDifference.units > 0)
    #expect(certificate.float32Maximum == float.channels[0].calibrationMaximum)
    #expect(certificate.float32Threshold == float.channels[0].threshold)
    #expect(certificate.differentVerdicts == 0)
    #expect(try decode(integer.blob).certificate == certificate)
  }

  /// A second channel may differ more than the first.
  @Test func everyChannelIsCompared() throws {
    let dataset = try dataset()
    var freezer = freezer(.int8)
    freezer.channels = [DetectionChannel(.window, 40), DetectionChannel(.window, 1)]
    let both = try #require(
      try freezer.freeze(network(Self.tcn), calibrating: dataset).quantization)
    let alone = try freezer.channels.map { shape in
      var one = self.freezer(.int8)
      one.channels = [shape]
      return try #require(try one.freeze(network(Self.tcn), calibrating: dataset).quantization)
    }
    // One event differs more from its float32 self than the mean of forty.
    #expect(alone[1].differenceOfThreshold > alone[0].differenceOfThreshold)
    #expect(both.differenceOfThreshold == alone[1].differenceOfThreshold)
    #expect(both.largestDifference == alone[1].largestDifference)
    #expect(both.scores == alone[0].scores + alone[1].scores)
    #expect(both.differentVerdicts == alone[0].differentVerdicts + alone[1].differentVerdicts)
    freezer.maximumDifference = both.differenceOfThreshold * 0.99
    #expect(throws: PrecisionLoss.self) {
      try freezer.freeze(network(Self.tcn), calibrating: dataset)
    }
  }

  @Test(arguments: architectures)
  func theThresholdIsOfTheIntegers(architecture: Architecture) throws {
    let dataset = try dataset()
    let float = try freezer(.float32).freeze(network(architecture), calibrating: dataset)
    let integer = try freezer(.int8).freeze(network(architecture), calibrating: dataset)
    let largest = try scores(integer.blob, dataset).map(\.unitsRoundedUp).max()
    #expect(integer.channels[0].calibrationMaximum.units == largest.map { UInt32($0) })
    #expect(integer.channels[0].threshold.units == largest.map { UInt32(2 * $0) })
    #expect(integer.channels[0].threshold != float.channels[0].threshold)
    #expect(try decode(integer.blob).precision == .int8)
    try LoadedModel(bytes: integer.blob).runGoldenEvents()
    let again = try freezer(.int8).freeze(network(architecture), calibrating: dataset)
    #expect(again.blob == integer.blob)
  }

  @Test(arguments: architectures, [Precision.float32, .int8])
  func resourcesAreThoseOfTheBlob(architecture: Architecture, precision: Precision) throws {
    let result = try freezer(precision).freeze(network(architecture), calibrating: try dataset())
    let loaded = try LoadedModel(bytes: result.blob)
    withExtendedLifetime(loaded) {
      #expect(
        loaded.model.resources
          == ResourceCertificate(
            weightBytes: loaded.model.weightBytes,
            bytesPerProcess: Scorer.bytesPerThread(of: loaded.model),
            multiplyAddsPerEvent: architecture.multiplyAddsPerEvent))
    }
  }

  @Test func tooLargeADifferenceIsRefusedAndCanBeAllowed() throws {
    let dataset = try dataset()
    let result = try freezer(.int8).freeze(network(Self.tcn), calibrating: dataset)
    let share = try #require(result.quantization).differenceOfThreshold
    #expect {
      try freezer(.int8, share * 0.99).freeze(network(Self.tcn), calibrating: dataset)
    } throws: { error in
      let loss = error as? PrecisionLoss
      return loss?.allowed == share * 0.99 && loss?.certificate == result.quantization
    }
    let allowed = try freezer(.int8, share * 1.01).freeze(
      network(Self.tcn), calibrating: dataset)
    #expect(allowed.blob == result.blob)
  }

  @Test func thePrecisionLossExplainsItself() {
    let certificate = QuantizationCertificate(
      largestDifference: Surprise(nats: 0.5), meanDifference: Surprise(nats: 0.1),
      float32Maximum: Surprise(nats: 1), float32Threshold: Surprise(nats: 2), scores: 10,
      differentVerdicts: 3)
    #expect(
      PrecisionLoss(certificate: certificate, allowed: 0.1).description
        == "scores in int8 are up to 0.500 nats from those in float32, 0.250 of the threshold, and"
        + " 0.1 is allowed; stay with --precision float32 or raise --max-difference")
    #expect(
      certificate.text
        == "int8 scores differ from float32's by 0.100 nats on average, 0.500 at most (0.250 of the"
        + " threshold); 3 of 10 verdicts differ")
  }

  @Test(arguments: architectures)
  func attacksDoNotWidenTheRanges(architecture: Architecture) throws {
    let with = try freezer(.int8).freeze(
      network(architecture), calibrating: try dataset("with.h5", withAttack: true))
    let without = try freezer(.int8).freeze(network(architecture), calibrating: try dataset())
    #expect(try decode(with.blob).quantization == decode(without.blob).quantization)
    #expect(with.channels == without.channels)
  }

  @Test func verdictsThatDifferAreCounted() {
    func scores(_ units: [UInt32]) -> [Surprise] { units.map { Surprise(units: $0) } }
    let certificate = QuantizationCertificate(
      // The last are each over their own threshold.
      scores([10, 20, 31, 40, 32]), threshold: Surprise(units: 30),
      float32: scores([11, 20, 28, 44, 30]),
      float32Threshold: Surprise(units: 29))
    #expect(certificate.differentVerdicts == 1)
    #expect(certificate.largestDifference.units == 4)
    #expect(certificate.meanDifference.units == 2)
    #expect(certificate.float32Maximum.units == 44)
    #expect(certificate.scores == 5)
  }
}
