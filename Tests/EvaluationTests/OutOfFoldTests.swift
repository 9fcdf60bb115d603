import Foundation
import ModelFormat
import Scoring
import TestSupport
import Testing
import TraceData

@testable import Evaluation

@Suite struct OutOfFoldTests {
  private let directory: TemporaryDirectory
  private let model: TestModel

  init() throws {
    directory = try TemporaryDirectory()
    model = TestModel(
      TestModel.tcn(
        vocabulary: 12, channels: 5, kernel: 2, dilations: [1, 2], activation: .gated, isTied: true),
      seed: 8, window: 5, minimumEvents: 3
    ).changing {
      $0.channels.append($0.channels[0])
      $0.channels[1].kind = .ewma
      $0.channels[1].length = 20
      $0.channels[1].minimumEvents = 10
    }
  }

  /// A main process that forks workers as it goes; some states are unknown to the model.
  private func dataset(attacks: Set<Int> = []) throws -> TraceDataset {
    var random = SplitMix64(seed: 4)
    let writer = try TraceDatasetWriter(path: directory.file("d.h5"), source: "t", createdBy: "t")
    for state in 1..<14 as Range<UInt32> {
      try writer.nameState(state + 100, state < 12 ? "state\(state)" : "other\(state)")
    }
    var time: UInt64 = 0
    func append(_ count: Int, to sequence: Int) throws {
      for _ in 0..<count {
        time += 1
        try writer.append(UInt32.random(in: 101..<114, using: &random), at: time, to: sequence)
      }
    }
    let main = writer.begin(SequenceEntry(pid: 1, tid: 1))
    var events = 0
    for worker in 1...30 {
      try append(6, to: main)
      events += 6
      var entry = SequenceEntry(pid: UInt32(worker + 1), tid: UInt32(worker + 1))
      entry.start = time
      entry.parent = SequenceParent(sequence: main, events: events)
      entry.label = attacks.contains(worker) ? .attack : .normal
      try append(Int.random(in: 1...25, using: &random), to: writer.begin(entry))
    }
    try writer.finish()
    return try TraceDataset(path: directory.file("d.h5"))
  }

  /// Surprises with each sequence a cluster of its own, dealt to three folds.
  private func surprises(_ dataset: TraceDataset, unseen: Int = 0) -> OutOfFoldSurprises {
    let count = dataset.sequences.count
    return OutOfFoldSurprises(
      blockOffsets: (0..<count).map { dataset.sequences.events(of: $0).lowerBound }
        + [dataset.eventCount],
      clusters: (0..<UInt32(count)).map { $0 }, folds: (0..<count).map { UInt8($0 % 3) },
      foldCount: 3, unseenFolds: unseen, dataDigest: "digest", configuration: "seed=1\n", seed: 7,
      createdBy: "tests")
  }

  private func loaded() throws -> LoadedModel {
    try LoadedModel(bytes: try model.description.encoded())
  }

  @Test func runsOfTwoVersionsAreTheSameAndThoseOfTwoSeedsAreNot() throws {
    let surprises = surprises(try dataset())
    var other = surprises
    (other.createdBy, other.foldsDone) = ("a later version", 2)
    #expect(surprises.isOfSameRun(as: other))
    other.seed += 1
    #expect(!surprises.isOfSameRun(as: other))
  }

  /// What channels make of surprises is what a scorer makes of the events.
  @Test func scoresFromSurprisesAreTheScorers() throws {
    let dataset = try dataset()
    var surprises = surprises(dataset)
    for fold in 0..<3 { try surprises.score(dataset, with: try loaded(), number: fold) }
    #expect(surprises.isComplete)
    #expect(surprises.units.contains(OutOfFoldSurprises.unknown))
    #expect(!surprises.units.contains(OutOfFoldSurprises.notScored))
    var expected: [Int: ScoredEvent] = [:]
    try DatasetScorer(try loaded(), dataset).run { expected[$0.event] = $0.scored }
    var seen = 0
    var replay = ChannelReplay(model.description.channels)
    try replay.run(
      dataset, surprise: { surprises.surprise(of: $0, unknown: .cap) }, cluster: { _ in 0 }
    ) { event, pastEvents, scores, inherited in
      #expect(inherited == [Score(sum: 0, weight: 0), Score(sum: 0, weight: 0)])
      seen += 1
      #expect(scores[0] == expected[event]?.scores[0])
      #expect(scores[1] == expected[event]?.scores[1])
      #expect(pastEvents == expected[event]?.pastEvents)
    }
    #expect(seen == dataset.eventCount)
  }

  @Test func eachNetworkScoresItsFoldAlone() throws {
    let dataset = try dataset(attacks: [5])
    var surprises = surprises(dataset, unseen: 1)
    #expect(surprises.networkCount == 3)
    #expect((0..<3).map(surprises.leftOut(ofNetwork:)) == [[0, 2], [1, 2], [2]])
    func scored() -> [Bool] {
      (0..<dataset.sequences.count).map { sequence in
        dataset.sequences.events(of: sequence).allSatisfy {
          surprises.units[$0] != OutOfFoldSurprises.notScored
        }
      }
    }
    for index in 0..<3 {
      try surprises.score(dataset, with: try loaded(), number: index)
      #expect(scored() == (0..<31).map { $0 % 3 <= index && $0 != 5 })
      #expect(surprises.isComplete == (index == 2))
    }
  }

  @Test func peaksAreTheLargestScoresOfClusters() throws {
    let dataset = try dataset()
    var surprises = surprises(dataset, unseen: 1)
    for index in 0..<3 { try surprises.score(dataset, with: try loaded(), number: index) }
    let scores = try OutOfFoldScores(
      surprises, of: dataset, channels: model.description.channels, unknown: .cap)
    let unseen = try #require(scores.unseen)
    #expect(scores.known.clusterCount == 21 && unseen.clusterCount == 10)
    #expect(scores.known.events + unseen.events == dataset.eventCount)
    let peaks = try peaks(dataset)
    for index in 0..<2 {
      let known = (0..<31).filter { $0 % 3 < 2 }.map { peaks[$0][index] }
      #expect(scores.known.peaks[index] == known)
    }
    let thresholds = [Surprise(units: peaks[0][0] - 1), Surprise.cap]
    let expected = (0..<31).count { $0 % 3 < 2 && peaks[$0][0] > thresholds[0].units }
    #expect(scores.known.incidents(over: thresholds) == expected)
    #expect(expected > 0)
  }

  /// The first worker is forked after 6 events, of which the second channel judges none.
  @Test func aScoreThatWasNotJudgedIsNotInherited() throws {
    let dataset = try dataset()
    let owners = (0..<dataset.sequences.count).flatMap { sequence in
      dataset.sequences.events(of: sequence).map { _ in sequence }
    }
    var replay = ChannelReplay(model.description.channels)
    try replay.run(
      dataset, surprise: { Surprise(units: UInt32(1 + $0)) }, cluster: { UInt32(owners[$0]) }
    ) { event, _, _, inherited in
      let before = dataset.sequences.parent(of: owners[event])?.events ?? 0
      #expect((inherited[0].weight > 0) == (before >= 3))
      #expect((inherited[1].weight > 0) == (before >= 10))
    }
  }

  @Test func clustersOfAttacksDoNotCount() throws {
    let attacks: Set = [3, 5, 10, 11]
    let dataset = try dataset(attacks: attacks)
    var surprises = surprises(dataset, unseen: 1)
    for index in 0..<3 { try surprises.score(dataset, with: try loaded(), number: index) }
    let scores = try OutOfFoldScores(
      surprises, of: dataset, channels: model.description.channels, unknown: .cap)
    // 3 and 10 are of folds 0 and 1, 5 and 11 of the unseen one.
    let unseen = try #require(scores.unseen)
    #expect(scores.known.clusterCount == 19 && unseen.clusterCount == 8)
    let normal = (0..<31).filter { !attacks.contains($0) }
    #expect(
      scores.known.events + unseen.events
        == normal.reduce(0) { $0 + dataset.sequences.events(of: $1).count })
    let peaks = try peaks(dataset)
    #expect(scores.known.peaks[0] == normal.filter { $0 % 3 < 2 }.map { peaks[$0][0] })
    #expect(unseen.peaks[0] == normal.filter { $0 % 3 == 2 }.map { peaks[$0][0] })
  }

  /// By sequence and channel; what a worker inherits from the main process is not its own, if the main
  /// process had it judged.
  private func peaks(_ dataset: TraceDataset) throws -> [[UInt32]] {
    var peaks = [[UInt32]](repeating: [0, 0], count: dataset.sequences.count)
    var scoresOfMain: [[Score]] = [[Score(sum: 0, weight: 0), Score(sum: 0, weight: 0)]]
    try DatasetScorer(try loaded(), dataset).run { step in
      let scores = [step.scored.scores[0], step.scored.scores[1]]
      if step.sequence == 0 { scoresOfMain.append(scores) }
      let before = dataset.sequences.parent(of: step.sequence)?.events ?? 0
      for (index, channel) in model.description.channels.enumerated()
      where channel.judges(afterEvents: step.scored.pastEvents) {
        let wasJudged = channel.judges(afterEvents: UInt64(before))
        let inherited = scoresOfMain[wasJudged ? before : 0][index]
        guard scores[index].isLarger(than: inherited) else { continue }
        let units = UInt32(scores[index].unitsRoundedUp)
        peaks[step.sequence][index] = max(peaks[step.sequence][index], units)
      }
    }
    return peaks
  }

  @Test func filesComeBack() throws {
    let dataset = try dataset(attacks: [2])
    var surprises = surprises(dataset, unseen: 1)
    try surprises.score(dataset, with: try loaded(), number: 0)
    let path = directory.file("s.h5")
    try surprises.write(to: path)
    #expect(try OutOfFoldSurprises(path: path) == surprises)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    try surprises.write(to: path)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
  }

  @Test func whatIsNotConsistentIsRefused() throws {
    let dataset = try dataset()
    let path = directory.file("s.h5")
    let changes: [(inout OutOfFoldSurprises) -> Void] = [
      { $0.folds[3] = 3 }, { $0.clusters[0] = 31 }, { $0.blockOffsets[1] = 10_000 },
      { $0.unseenFolds = 2 }, { $0.foldsDone = 4 }, { $0.units.removeLast() },
      { $0.folds.removeLast() }, { $0.foldCount = 1 },
    ]
    for (index, change) in changes.enumerated() {
      var surprises = surprises(dataset)
      change(&surprises)
      try surprises.write(to: path)
      #expect(throws: CalibrationFileError(path, .damaged), "change \(index)") {
        try OutOfFoldSurprises(path: path)
      }
    }
    #expect(throws: CalibrationFileError(directory.file("d.h5"), .otherFormat)) {
      try OutOfFoldSurprises(path: directory.file("d.h5"))
    }
  }
}
