import Foundation
import TestSupport

@testable import Training

/// Traces of a first-order Markov chain whose entropy is known.
struct MarkovSource {
  /// Without the unknown state.
  let stateCount: Int

  /// From every state: one next state with probability 0.7, another one with 0.2, and with 0.1 any.
  private func distribution(after state: Int) -> [Double] {
    var p = [Double](repeating: 0.1 / Double(stateCount), count: stateCount)
    p[(state * 3 + 1) % stateCount] += 0.7
    p[(state * 5 + 2) % stateCount] += 0.2
    return p
  }

  /// What no predictor can fall below, in nats an event: the mean over the states' frequencies.
  func entropyRate() -> Double {
    frequencies().enumerated().reduce(0) {
      $0 + $1.element * entropy(distribution(after: $1.offset))
    }
  }

  /// What a predictor reaches that does not look at the past.
  func unigramEntropy() -> Double { entropy(frequencies()) }

  /// The stationary distribution.
  private func frequencies() -> [Double] {
    var p = [Double](repeating: 1 / Double(stateCount), count: stateCount)
    for _ in 0..<200 {
      var next = [Double](repeating: 0, count: stateCount)
      for state in 0..<stateCount {
        for (other, q) in distribution(after: state).enumerated() { next[other] += p[state] * q }
      }
      p = next
    }
    return p
  }

  private func entropy(_ p: [Double]) -> Double {
    p.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
  }

  /// Sequences of 20 to 300 events; every fourth one is a fork of the one before.
  func traces(sequences count: Int, seed: UInt64) -> ArrayTraces {
    var random = SplitMix64(seed: seed)
    var sequences: [ArrayTraces.Sequence] = []
    for index in 0..<count {
      var parent: (sequence: Int, events: Int)?
      var state = Int(random.next() % UInt64(stateCount))
      if index % 4 == 3 {
        let events = 1 + Int(random.next() % UInt64(sequences[index - 1].states.count))
        parent = (index - 1, events)
        state = Int(sequences[index - 1].states[events - 1]) - 1
      }
      let length = 20 + Int(random.next() % 281)
      var states: [UInt32] = []
      for _ in 0..<length {
        state = next(after: state, &random)
        states.append(UInt32(state + 1))
      }
      sequences.append(ArrayTraces.Sequence(states: states, parent: parent))
    }
    return ArrayTraces(sequences, vocabularySize: stateCount + 1)
  }

  private func next(after state: Int, _ random: inout SplitMix64) -> Int {
    var rest = Double(random.next() >> 11) * 0x1p-53
    let p = distribution(after: state)
    for (other, q) in p.enumerated() {
      rest -= q
      if rest < 0 { return other }
    }
    return p.count - 1
  }
}
