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

  @Test func theScoreIsHowMuchRarerThanInOneOf400() throws {
    // 1600 sequences: fewer than 4 are rare. 3 3 3 is in two, and begins with two more rare triples.
    let common = [[UInt32]](repeating: [1, 2, 1, 2], count: 1598)
    let found = try contamination(common + [[3, 3, 3], [1, 2, 3, 3, 3]])
    // ..3 and .33 of the one, 123 and 233 of the other: in one sequence each.
    let expected = 2 * log(4.0) + log(2.0)
    #expect(abs(found.scores[1] - expected) < 1e-12)
    #expect(abs(found.scores[2] - expected) < 1e-12)
    #expect(found.scores[0] == 0)
    #expect(found.ranking.prefix(2) == [1598, 1599])
    #expect(found.ranking.count == 1600)
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
  @Test(arguments: ["busybox-httpd", "lighttpd"], [UInt64(1), 2])
  func attacksAmongNormalDataAreNearTheTop(server: String, seed: UInt64) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    func traces(_ kind: String) throws -> (TraceDataset, [[UInt32]]) {
      let dataset = try TraceDataset(path: "\(root)/datasets/\(server)-\(kind).h5")
      let states = try dataset.states(in: 0..<dataset.eventCount)
      return (
        dataset,
        (0..<dataset.sequences.count).map { sequence in
          states[dataset.sequences.events(of: sequence)]
            .map { dataset.vocabulary[Int($0)].id }
        }
      )
    }
    let (_, normal) = try traces("normal")
    let (attackSet, attacks) = try traces("attack")
    var known: Set<[UInt32]> = []
    for states in Set(normal) { known.formUnion(Self.grams(states)) }
    let candidates = attacks.indices.filter {
      attackSet.sequences.label($0) == .attack && !known.isSuperset(of: Self.grams(attacks[$0]))
    }
    var random = SplitMix64(seed: seed)
    let count = normal.count / 100
    let injected = candidates.shuffled(using: &random).prefix(count)
    let mixed = try files.make(
      normal.map { .init(states: $0) } + injected.map { .init(states: attacks[$0]) },
      name: "mixed.h5")
    let lint = try DatasetLint(mixed)
    #expect(lint.suspects.count <= (mixed.sequences.count + 49) / 50)
    let found = lint.suspects.count { $0.sequence >= normal.count }
    #expect(Double(found) >= 0.95 * Double(count), "\(found) of \(count)")
  }

  private static func grams(_ states: [UInt32]) -> Set<[UInt32]> {
    let padded = [0, 0, 0, 0, 0] + states
    return Set(states.indices.map { Array(padded[$0..<($0 + 6)]) })
  }
}
