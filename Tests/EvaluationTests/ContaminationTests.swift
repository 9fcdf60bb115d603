import Foundation
import TestSupport
import Testing
import TraceData

@testable import Evaluation

@Suite struct ContaminationTests {
  private let files: TestDataset

  init() throws { files = try TestDataset() }

  private func contamination(_ sequences: [[UInt32]]) throws -> Contamination {
    var alphabet = SequenceContents.Alphabet()
    let dataset = try files.make(sequences.map { .init(states: $0) })
    return Contamination(try SequenceContents(dataset, &alphabet))
  }

  @Test func theScoreIsHowMuchRarerThanInThreeOf1000() throws {
    // 2000 sequences: fewer than 6 are rare. 3 3 3 is in three, and begins with two more rare triples.
    let common = [[UInt32]](repeating: [1, 2, 1, 2], count: 1997)
    let found = try contamination(common + [[3, 3, 3], [3, 3, 3], [1, 2, 3, 3, 3]])
    // ..3 and .33 of the first, in two sequences, which are copies; 123 and 233 of the other, in one.
    let copies = (2 * log(3.0) + log(2.0)) * (1 + log(2.0))
    #expect(abs(found.scores[1] - copies) < 1e-12)
    #expect(abs(found.scores[2] - (2 * log(6.0) + log(2.0))) < 1e-12)
    #expect(found.scores[0] == 0)
    #expect(found.ranking.prefix(3) == [1997, 1998, 1999])
    #expect(found.ranking.count == 2000)
    #expect(
      found.oddities(of: 2, count: 2) == [
        Contamination.Oddity(event: 2, states: [1, 2, 3], sequences: 1),
        Contamination.Oddity(event: 3, states: [2, 3, 3], sequences: 1),
      ])
  }

  @Test func aSequenceThatRepeatsItselfDoesNotVouchForItself() throws {
    let common = (0..<800).map { _ in [UInt32](repeating: 1, count: 20) }
    let odd = [UInt32](repeating: 7, count: 500)
    let found = try contamination(common + [odd])
    #expect(found.ranking.first == 800)
  }

  @Test func aCommonProgramThatIsLikeNoOtherIsNotOdd() throws {
    let common = (0..<700).map { _ in [UInt32](repeating: 1, count: 20) }
    let other = (0..<100).map { _ in [UInt32](2...30) }
    let found = try contamination(common + other)
    #expect(found.scores == [0, 0])
  }

  /// Attacks of the shipped data sets among their normal traffic: one sequence in a hundred, drawn by a
  /// seed from the attack sequences in which there is anything that normal traffic lacks.
  @Test func ofAttacksAmongNormalData95PercentAreInTheTopTwoPercent() throws {
    var (found, injected) = (0, 0)
    for server in ["busybox-httpd", "lighttpd"] {
      let normal = try Shipped(server + "-normal")
      let attack = try Shipped(server + "-attack")
      let known = Set(normal.sequences).reduce(into: Set()) { $0.formUnion(Self.grams($1)) }
      let candidates = attack.sequences.indices.filter {
        attack.labels[$0] == .attack && !known.isSuperset(of: Self.grams(attack.sequences[$0]))
      }
      for seed in [1, 2] as [UInt64] {
        var random = SplitMix64(seed: seed)
        let drawn = candidates.shuffled(using: &random).prefix(normal.sequences.count / 100)
        let mixed = try files.make(
          (normal.sequences + drawn.map { attack.sequences[$0] }).map { .init(states: $0) },
          name: "\(server)\(seed).h5")
        let lint = try DatasetLint(mixed)
        #expect(lint.suspects.count <= (mixed.sequences.count + 49) / 50)
        found += lint.suspects.count { $0.sequence >= normal.sequences.count }
        injected += drawn.count
      }
    }
    #expect(injected > 300)
    #expect(Double(found) >= 0.95 * Double(injected), "\(found) of \(injected)")
  }

  /// A data set of the repository, by its states' ids.
  private struct Shipped {
    let sequences: [[UInt32]]
    let labels: [TraceLabel]

    init(_ name: String) throws {
      let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
      let dataset = try TraceDataset(path: root.path + "/datasets/\(name).h5")
      let states = try dataset.states(in: 0..<dataset.eventCount)
      let ids = dataset.vocabulary.map(\.id)
      sequences = (0..<dataset.sequences.count).map { sequence in
        states[dataset.sequences.events(of: sequence)].map { ids[Int($0)] }
      }
      labels = (0..<dataset.sequences.count).map { dataset.sequences.label($0) }
    }
  }

  private static func grams(_ states: [UInt32]) -> Set<[UInt32]> {
    let padded = [0, 0, 0, 0, 0] + states
    return Set(states.indices.map { Array(padded[$0..<($0 + 6)]) })
  }
}
