import Foundation
import ModelFormat
import TestSupport
import Testing
import TraceData

@testable import Evaluation

@Suite struct BaselineTests {
  private let files: TestDataset

  init() throws { files = try TestDataset() }

  private func nats(_ surprises: [Surprise]) -> [Double] { surprises.map(\.exactNats) }

  // MARK: STIDE

  @Test func stideCountsSequencesThatTrainingDoesNotHave() throws {
    let training = try files.make([.init(states: [1, 2, 3, 1, 2])], name: "a.h5")
    let stide = try Baseline.stide(learning: training, length: 3)
    // Learned: ..1 .12 123 231 312, with nothing before the first event.
    let test = try files.make([.init(states: [1, 2, 3, 1, 2, 1, 2]), .init(states: [2, 3])])
    #expect(nats(try stide.surprises(of: test)) == [0, 0, 0, 0, 0, 1, 1, 1, 1])
  }

  @Test func stidesMeanIsTheShareOfMismatches() throws {
    let training = try files.make([.init(states: [1, 2])], name: "a.h5")
    let stide = try Baseline.stide(learning: training, length: 2)
    let test = try files.make([.init(states: [1, 2, 2, 2, 1])])
    var running = RunningScore(.mean)
    for surprise in try stide.surprises(of: test) { running.add(surprise) }
    #expect(running.nats == 3.0 / 5)
  }

  @Test func aChildsFirstSequencesBeginInItsParent() throws {
    let fork = SequenceParent(sequence: 0, events: 2)
    let training = try files.make(
      [.init(states: [1, 2, 3]), .init(states: [4, 5], parent: fork)], name: "a.h5")
    let stide = try Baseline.stide(learning: training, length: 3)
    let same = try files.make([.init(states: [1, 2]), .init(states: [4], parent: fork)])
    #expect(nats(try stide.surprises(of: same)) == [0, 0, 0])
    let orphan = try files.make([.init(states: [1, 2]), .init(states: [4])], name: "c.h5")
    #expect(nats(try stide.surprises(of: orphan)) == [0, 0, 1])
    // The fork was before the parent's third event, which the child has not seen.
    let later = try files.make(
      [.init(states: [1, 2, 3]), .init(states: [4], parent: .init(sequence: 0, events: 3))],
      name: "d.h5")
    #expect(nats(try stide.surprises(of: later)) == [0, 0, 0, 1])
  }

  @Test func attacksTeachNothing() throws {
    let training = try files.make(
      [.init(states: [1, 2]), .init(states: [3, 1], label: .attack)], name: "a.h5")
    let test = try files.make([.init(states: [3, 1])])
    let stide = try Baseline.stide(learning: training, length: 1)
    #expect(nats(try stide.surprises(of: test)) == [1, 0])
    let ngram = try Baseline.kneserNey(learning: training, order: 2, unknown: Surprise(nats: 9))
    #expect(nats(try ngram.surprises(of: test))[0] == 9)
  }

  // MARK: Kneser-Ney

  private func model(_ sequences: [[UInt16]], order: Int, states: Int) -> KneserNey {
    var model = KneserNey(order: order, states: states, unknown: .cap)
    for sequence in sequences {
      let events = [UInt16](repeating: 0, count: order - 1) + sequence
      for index in model.past..<events.count { model.learn(events, at: index) }
    }
    return model
  }

  @Test func aBigramByHand() {
    // 1 2 1 3: pairs .1 12 21 13, each once, so D_1 = 1 and the longest sequences say nothing:
    // after 1 come 2 and 3, p(s | 1) = 2 * 1 / 2 * p_0(s).
    // Left of 1 are nothing and 2, left of 2 and of 3 is 1: counts 2, 1, 1 of 4, of which two are 1
    // and one is 2: D_0 = 2 / (2 + 2 * 1) = 1/2.
    // p_0(1) = 1.5 / 4 + 0.5 * 3 / 4 * 1/3 = 0.5, p_0(2) = p_0(3) = 0.125 + 0.125 = 0.25.
    let model = model([[1, 2, 1, 3]], order: 2, states: 3)
    #expect(abs(model.probability([1, 1], at: 1) - 0.5) < 1e-15)
    #expect(abs(model.probability([1, 2], at: 1) - 0.25) < 1e-15)
    #expect(abs(model.probability([1, 3], at: 1) - 0.25) < 1e-15)
  }

  @Test func aDiscountByHand() {
    // 1 1 1 2 twice over: .1 x2, 11 x4, 12 x2: no pair once, so D_1 = 1/2 by definition.
    // Left of 1: nothing and 1; left of 2: 1. n1 = 1, n2 = 1, D_0 = 1/3, 3 in all, 2 types.
    // p_0(1) = (2 - 1/3 + 1/3 * 2 / 2) / 3 = 2/3; p(1 | 1) = (4 - 1/2 + 1/2 * 2 * 2/3) / 6 = 25/36.
    let model = model([[1, 1, 1, 2], [1, 1, 1, 2]], order: 2, states: 2)
    #expect(abs(model.probability([1, 1], at: 1) - 25.0 / 36) < 1e-15)
    #expect(abs(model.probability([1, 2], at: 1) - 11.0 / 36) < 1e-15)
  }

  @Test(arguments: [1, 2, 3, 6]) func probabilitiesAddUpToOneAfterAnything(order: Int) {
    var random = SplitMix64(seed: UInt64(order))
    let states: UInt16 = 7
    let training = (0..<20).map { _ in
      (0..<30).map { _ in
        min(
          UInt16.random(in: 0...states, using: &random), UInt16.random(in: 0...6, using: &random))
      }
    }
    let model = model(training, order: order, states: Int(states))
    for _ in 0..<200 {
      let past = (0..<(order - 1)).map { _ in UInt16.random(in: 0...states, using: &random) }
      let sum = (1...states).reduce(0.0) { sum, state in
        let p = model.probability(past + [state], at: order - 1)
        #expect(p > 0)
        return sum + p
      }
      #expect(abs(sum - 1) < 1e-12)
    }
  }

  /// The definition, counted without any table.
  private func reference(
    _ sequences: [[UInt16]], order: Int, states: Int, _ past: [UInt16], _ state: UInt16
  ) -> Double {
    let padded = sequences.map { [UInt16](repeating: 0, count: order - 1) + $0 }
    let full = padded.flatMap { events in
      (order - 1..<events.count).map { Array(events[($0 - order + 1)...$0]) }
    }
    func counts(_ length: Int) -> [[UInt16]: Int] {
      if length == order { return Dictionary(full.map { ($0, 1) }, uniquingKeysWith: +) }
      return Dictionary(
        counts(length + 1).keys.map { (Array($0.dropFirst()), 1) }, uniquingKeysWith: +)
    }
    var p = 1 / Double(states)
    for length in 1...order {
      let all = counts(length)
      let context = Array(past.suffix(length - 1))
      let after = all.filter { Array($0.key.dropLast()) == context }
      guard !after.isEmpty else { break }
      let (n1, n2) = (all.values.count { $0 == 1 }, all.values.count { $0 == 2 })
      let discount = n1 == 0 ? 0.5 : Double(n1) / Double(n1 + 2 * n2)
      let total = Double(after.values.reduce(0, +))
      let own = Double(all[context + [state]] ?? 0)
      p = (max(own - discount, 0) + discount * Double(after.count) * p) / total
    }
    return p
  }

  @Test(arguments: [2, 3, 4]) func everyProbabilityIsThatOfTheDefinition(order: Int) {
    var random = SplitMix64(seed: 77 + UInt64(order))
    let training = (0..<6).map { _ in
      (0..<Int.random(in: 1...25, using: &random)).map { _ in
        UInt16.random(in: 1...4, using: &random)
      }
    }
    let model = model(training, order: order, states: 5)
    for _ in 0..<60 {
      let past = (0..<(order - 1)).map { _ in UInt16.random(in: 0...5, using: &random) }
      let state = UInt16.random(in: 1...5, using: &random)
      let expected = reference(training, order: order, states: 5, past, state)
      #expect(abs(model.probability(past + [state], at: order - 1) - expected) < 1e-12)
    }
  }

  @Test func surprisesAreCappedAndUnknownStatesHaveTheirOwn() throws {
    let training = try files.make([.init(states: [1, 2, 1, 2])], name: "a.h5")
    let ngram = try Baseline.kneserNey(learning: training, order: 3, unknown: Surprise(nats: 5))
    let test = try files.make([.init(states: [9, 1, 2])])
    let surprises = try ngram.surprises(of: test)
    #expect(surprises[0] == Surprise(nats: 5))
    #expect(surprises.allSatisfy { $0 <= .cap })
  }

  // MARK: The table

  @Test func aTableHoldsWhatWasPutIntoIt() {
    var random = SplitMix64(seed: 4)
    var (table, expected) = (PairTable(), [UInt64: UInt32]())
    for _ in 0..<20_000 {
      // Few different ones, so that many are met again.
      let node = UInt32.random(in: 0..<600, using: &random) &* 7_158_279
      let symbol = UInt16.random(in: 0..<40, using: &random) &* 1638
      let key = UInt64(node) << 16 | UInt64(symbol)
      let initial = UInt32.random(in: 0..<1000, using: &random)
      expected[key] = (expected[key] ?? initial) + 1
      #expect(table.update(node, symbol, initial: initial) { $0 += 1 } == expected[key])
    }
    #expect(table.count == expected.count)
    for (key, value) in expected {
      #expect(table[UInt32(key >> 16), UInt16(truncatingIfNeeded: key)] == value)
    }
    #expect(table[1, 1] == nil)
    #expect(table[.max, .max] == nil)
  }
}
