import Foundation
import TestSupport
import Testing
import TraceData

@testable import Evaluation

@Suite struct ContaminationTests {
  private func contamination(_ sequences: [[UInt16]]) -> Contamination {
    Contamination(SequenceContents(sequences))
  }

  @Test func theScoreIsOfHowManyHaveItAndHowManyWouldBeExpectedTo() {
    // 1 goes on with 2 in 60 sequences and 3 with 4 in 30; 1 goes on with 4 in two only.
    let found = contamination(
      [[UInt16]](repeating: [1, 2], count: 60) + [[UInt16]](repeating: [3, 4], count: 30)
        + [[UInt16]](repeating: [1, 4], count: 2))
    // Of the other 90, 60 have 1 and 30 have 4.
    #expect(abs(found.scores[2] - log(1 + 60.0 * 30 / 90) / 2) < 1e-12)
    // Of 1, 2, 3 and 4 the mean of 62, 60, 30 and 32 is expected; nothing else is odd in 1, 2.
    #expect(abs(found.scores[0] - log(1 + 46.0) / 60) < 1e-12)
    #expect(found.ranking.prefix(3) == [90, 91, 60])
    #expect(found.ranking.count == 92)
    let oddities = found.oddities(of: 2, count: 3)
    #expect(
      oddities.first
        == Contamination.Oddity(event: 0, states: [1, 4], sequences: 2, expected: 20))
    #expect(oddities.dropFirst().allSatisfy { Double($0.sequences) < $0.expected })
  }

  @Test func aNewEventAfterTwoKnownOnesIsOdd() {
    // After 2 comes 3 or 4 by what came before it: that two states in a row are known is not enough.
    let found = contamination(
      [[UInt16]](repeating: [1, 2, 3], count: 50) + [[UInt16]](repeating: [5, 2, 4], count: 50)
        + [[1, 2, 4]])
    #expect(found.ranking.first == 100)
    #expect(
      found.oddities(of: 2, count: 1)
        == [.init(event: 0, states: [1, 2, 4], sequences: 1, expected: 50 * 50 / 100)])
  }

  @Test func aBeginningIsOdd() {
    let found = contamination([[UInt16]](repeating: [1, 2, 3], count: 50) + [[2, 3]])
    #expect(found.ranking.first == 50)
    // All others have a beginning and 2.
    #expect(
      found.oddities(of: 1, count: 1)
        == [.init(event: -1, states: [2], sequences: 1, expected: 50)])
  }

  @Test func aSequenceThatRepeatsItselfDoesNotVouchForItself() {
    let common = (0..<800).map { _ in [UInt16](repeating: 1, count: 20) }
    let odd = [UInt16](repeating: 7, count: 500)
    #expect(contamination(common + [odd]).ranking.first == 800)
  }

  @Test func copiesDoNotVouchForEachOtherMoreThanByTheirNumber() {
    let common = (0..<800).map { _ in [UInt16](repeating: 1, count: 20) }
    func score(copies: Int) -> Double {
      contamination(common + [[UInt16]](repeating: [1, 1, 1, 2, 1, 1], count: copies)).scores[1]
    }
    // Of 800 others, all have 1, none has 2: only the state itself is odd.
    #expect(abs(score(copies: 1) - log(1 + 401.0)) < 1e-12)
    #expect(abs(score(copies: 8) - log(1 + 408.0) / 8) < 1e-12)
  }

  @Test func aCommonProgramThatIsLikeNoOtherIsLessOddThanARareOne() {
    let common = (0..<700).map { _ in [UInt16](repeating: 1, count: 20) }
    let other = (0..<100).map { _ in [UInt16](2...30) }
    let found = contamination(common + other + [[1, 1, 40, 1]])
    #expect(found.ranking.first == 800)
    #expect(found.scores[1] < found.scores[2] / 50)
  }

  @Test func lengthNeitherMakesOddNorHides() {
    var random = SplitMix64(seed: 4)
    let long = (0..<5000).map { _ in UInt16.random(in: 1...3, using: &random) }
    let common: [[UInt16]] = (0..<300).map { _ in
      (0..<6).map { _ in UInt16.random(in: 1...3, using: &random) }
    }
    let found = contamination(common + [long, long + [9] + long, [1, 9, 1, 1]])
    #expect(found.ranking.prefix(2) == [301, 302])
    let scores = found.scores.suffix(3)
    #expect(scores.dropFirst().first == scores.last)
  }

  /// Attacks of the shipped data sets among their normal traffic: one sequence in a hundred, drawn by a
  /// seed from the attack sequences in which there is anything that normal traffic lacks. The worst draws
  /// are those in which a third of all attack sequences do the same.
  @Test(arguments: ["busybox-httpd", "lighttpd"])
  func ofAttacksAmongNormalData95PercentAreInTheTopTwoPercentIn19Of20Draws(server: String) throws {
    var alphabet = SequenceContents.Alphabet()
    let normal = try Shipped(server + "-normal", &alphabet)
    let attack = try Shipped(server + "-attack", &alphabet)
    let known = Set(normal.sequences).reduce(into: Set()) { $0.formUnion(Self.grams($1)) }
    let candidates = attack.sequences.indices.filter {
      attack.labels[$0] == .attack && !known.isSuperset(of: Self.grams(attack.sequences[$0]))
    }
    let injected = normal.sequences.count / 100
    let found = (1...20 as ClosedRange<UInt64>).map { seed in
      var random = SplitMix64(seed: seed)
      let drawn = candidates.shuffled(using: &random).prefix(injected)
      let mixed = normal.sequences + drawn.map { attack.sequences[$0] }
      let listed = contamination(mixed).ranking.prefix((mixed.count + 49) / 50)
      return listed.count { $0 >= normal.sequences.count }
    }
    #expect(injected >= 65)
    #expect(found.count { Double($0) >= 0.95 * Double(injected) } >= 19, "\(found) of \(injected)")
    #expect(found.allSatisfy { Double($0) >= 0.92 * Double(injected) }, "\(found) of \(injected)")
  }

  /// A data set of the repository.
  private struct Shipped {
    let sequences: [[UInt16]]
    let labels: [TraceLabel]

    init(_ name: String, _ alphabet: inout SequenceContents.Alphabet) throws {
      let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
      let dataset = try TraceDataset(path: root.path + "/datasets/\(name).h5")
      let contents = try SequenceContents(dataset, &alphabet)
      sequences = contents.content.map { $0.map { contents.distinct[$0] } ?? [] }
      labels = (0..<dataset.sequences.count).map { dataset.sequences.label($0) }
    }
  }

  private static func grams(_ states: [UInt16]) -> Set<[UInt16]> {
    let padded = [0, 0, 0, 0, 0] + states
    return Set(states.indices.map { Array(padded[$0..<($0 + 6)]) })
  }
}
