import KernelTrace
import ModelFormat
import Scoring
import TestSupport
import Testing
import TraceData

@testable import Evaluation

@Suite struct FreezerTests {
  private let directory: TemporaryDirectory
  private let network: ModelDescription

  init() throws {
    directory = try TemporaryDirectory()
    network =
      TestModel(
        TestModel.tcn(
          vocabulary: 12, channels: 5, kernel: 2, dilations: [1, 2], activation: .gated,
          isTied: true),
        seed: 8
      ).description
  }

  /// A data set with one sequence a list of states; state i is named as the network's.
  private func dataset(
    _ sequences: [[UInt32]], attacks: Set<Int> = [], name: String = "data.h5"
  ) throws -> TraceDataset {
    let writer = try TraceDatasetWriter(
      path: directory.file(name), source: "test", createdBy: "tests")
    for state in Set(sequences.flatMap { $0 }).sorted() where state > 0 {
      // Ids of its own: states are matched by their names.
      try writer.nameState(state + 100, state < 12 ? "state\(state)" : "other\(state)")
    }
    var time: UInt64 = 0
    for (index, states) in sequences.enumerated() {
      var entry = SequenceEntry(pid: UInt32(index + 1), tid: UInt32(index + 1), name: "p\(index)")
      entry.start = time + 1
      entry.label = attacks.contains(index) ? .attack : .normal
      let sequence = writer.begin(entry)
      for state in states {
        time += 1
        try writer.append(state + 100, at: time, to: sequence)
      }
    }
    try writer.finish()
    return try TraceDataset(path: directory.file(name))
  }

  private func states(_ count: Int, seed: UInt64) -> [UInt32] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in UInt32.random(in: 1..<12, using: &random) }
  }

  /// Every score of a data set, by sequence.
  private func scores(_ blob: [UInt8], _ dataset: TraceDataset) throws -> [[Score]] {
    let loaded = try LoadedModel(bytes: blob)
    var scores = [[Score]](repeating: [], count: dataset.sequences.count)
    try DatasetScorer(loaded, dataset).run { scores[$0.sequence].append($0.scored.scores[0]) }
    return scores
  }

  @Test func theLargestScoreIsFoundWithoutKeepingAny() throws {
    let dataset = try dataset([states(40, seed: 1), states(90, seed: 2)])
    let loaded = try LoadedModel(bytes: Freezer().freeze(network, calibrating: dataset).blob)
    let one = try CalibrationRun(loaded, dataset, progress: { _ in }).channels[0]
    let all = try CalibrationRun(loaded, dataset, keepsScores: true, progress: { _ in }).channels[0]
    #expect(one.scores == nil)
    #expect(one.count == 31 + 81)
    let kept = try #require(all.scores)
    #expect(kept.count == one.count)
    #expect(kept.max() == one.maximum)
  }

  @Test func theThresholdIsTwiceTheLargestScore() throws {
    let dataset = try dataset([states(40, seed: 1), states(90, seed: 2), states(9, seed: 3)])
    let result = try Freezer().freeze(network, calibrating: dataset)
    // A full window of 10 by default: the last sequence has no score that counts.
    let all = try scores(result.blob, dataset).enumerated().flatMap { sequence, scores in
      scores.enumerated().filter { $0.element.weight >= 10 }.map {
        (sequence, $0.offset, $0.element)
      }
    }
    #expect(all.count == 31 + 81)
    let largest = try #require(all.max { $0.2.sum < $1.2.sum })
    let units = (largest.2.sum + 9) / 10
    #expect(result.channels[0].calibrationMaximum.units == UInt32(units))
    #expect(result.channels[0].threshold.units == UInt32(2 * units))
    #expect(result.channels[0].rule == .multiple)
    #expect(result.channels[0].parameter == 2)
    #expect(result.largest[0].sequence == largest.0)
    let first = dataset.sequences.events(of: largest.0).lowerBound
    #expect(result.largest[0].event == first + largest.1)
    #expect(result.events == 139)
    #expect(result.unknownEvents == 0)
    let model = try LoadedModel(bytes: result.blob)
    #expect(model.model.channel(at: 0) == result.channels[0])
    #expect(model.model.channelCount == 1)
  }

  @Test func attacksDoNotRaiseTheThreshold() throws {
    let normal = states(60, seed: 4)
    let attack = [UInt32](repeating: 13, count: 40)
    let with = try Freezer().freeze(
      network, calibrating: try dataset([normal, attack], attacks: [1], name: "with.h5"))
    let without = try Freezer().freeze(
      network, calibrating: try dataset([normal], name: "without.h5"))
    #expect(with.channels == without.channels)
    #expect(with.events == 60 && with.unknownEvents == 0)
    // Nor does anything else of them get into the blob: the longest sequence is the normal one.
    #expect(with.blob == without.blob)
  }

  @Test func statesAreMatchedByNameAndOthersAreUnknown() throws {
    let dataset = try dataset([[1, 13, 2, 14] + states(30, seed: 5)])
    let result = try Freezer().freeze(network, calibrating: dataset)
    #expect(result.unknownEvents == 2)
    let golden = ModelDescription(try LoadedModel(bytes: result.blob)).goldenEvents
    #expect(golden.prefix(4).map(\.state) == [1, 0, 2, 0])
    #expect(golden[1].surprise == .cap)
  }

  @Test func goldenEventsAreTheLongestSequenceThenAllOfTheVocabulary() throws {
    let long = states(300, seed: 6)
    let result = try Freezer().freeze(
      network, calibrating: try dataset([states(50, seed: 7), long]))
    let loaded = try LoadedModel(bytes: result.blob)
    try loaded.runGoldenEvents()
    let golden = ModelDescription(loaded).goldenEvents
    #expect(golden.count == 192 + 64)
    #expect(golden.prefix(192).map { UInt32($0.state) } == Array(long.prefix(192)))
    #expect(Set(golden.suffix(64).map(\.state)) == Set(0..<12))
    #expect(Set(golden.map(\.surprise.units)).count > 100)
  }

  @Test(arguments: [2, 19, 38, 64, 65, 133, 141, 65_536])
  func mixedGoldenEventsAreSpreadOverAnyVocabulary(_ size: Int) {
    let states = GoldenEvents.mixed(size)
    #expect(states.count == 64)
    #expect(Set(states).count == min(64, size))
    #expect(states.allSatisfy { (0..<size).contains($0) })
    #expect(size < 64 || (states.max() ?? 0) >= size - size / 64 - 1)
  }

  @Test func aChangedGoldenEventIsNoticed() throws {
    let result = try Freezer().freeze(network, calibrating: try dataset([states(50, seed: 8)]))
    var description = ModelDescription(try LoadedModel(bytes: result.blob))
    let right = description.goldenEvents[20].surprise
    description.goldenEvents[20].surprise = Surprise(units: right.units + 1)
    let loaded = try LoadedModel(bytes: try description.encoded())
    #expect {
      try loaded.runGoldenEvents()
    } throws: { error in
      guard let mismatch = error as? GoldenMismatch else { return false }
      return mismatch.event == 20 && mismatch.found == right
        && mismatch.expected.units == right.units + 1
    }
  }

  @Test func theUnknownSurpriseAndTheWindowAreAsAsked() throws {
    var freezer = Freezer()
    freezer.channels = [DetectionChannel(.window, 4, minimumEvents: 1)]
    freezer.unknownSurprise = Surprise(nats: 5)
    freezer.choice = .fixed(1.25)
    let result = try freezer.freeze(network, calibrating: try dataset([[13, 13, 13, 13, 1]]))
    #expect(result.channels[0].length == 4)
    #expect(result.channels[0].minimumEvents == 1)
    #expect(result.channels[0].threshold == Surprise(nats: 1.25))
    #expect(result.channels[0].rule == .fixed)
    #expect(result.channels[0].parameter == 1.25)
    let largest = result.channels[0].calibrationMaximum
    #expect(largest >= Surprise(nats: 5))
    #expect(try LoadedModel(bytes: result.blob).unknownSurprise == Surprise(nats: 5))
  }

  @Test func tooShortSequencesCannotCalibrate() throws {
    let dataset = try dataset([states(9, seed: 1), states(3, seed: 2)])
    #expect {
      try Freezer().freeze(network, calibrating: dataset)
    } throws: { ($0 as? NothingToCalibrate)?.minimumEvents == 10 }
  }

  @Test func freezingTwiceGivesTheSameBytes() throws {
    let dataset = try dataset([states(80, seed: 3)])
    let first = try Freezer().freeze(network, calibrating: dataset).blob
    #expect(try Freezer().freeze(network, calibrating: dataset).blob == first)
  }
}

extension ModelDescription {
  /// What a blob says; the blob lives as long as it takes.
  fileprivate init(_ loaded: LoadedModel) {
    self = loaded.withModel { ModelDescription($0) }
  }
}

extension LoadedModel {
  fileprivate var unknownSurprise: Surprise {
    withExtendedLifetime(self) { $0.model.unknownSurprise }
  }
}
