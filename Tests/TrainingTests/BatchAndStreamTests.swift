import Foundation
import KernelTrace
import ModelFormat
import Scoring
import TestSupport
import Testing

@testable import Training

/// The trainer's batch passes and the player's one step at a time are the same network.
@Suite struct BatchAndStreamTests {
  struct Case: CustomTestStringConvertible {
    let architecture: Architecture
    let seed: UInt64
    var testDescription: String { "\(architecture), seed \(seed)" }
  }

  static let cases = [
    TestModel.tcn(
      vocabulary: 23, channels: 12, kernel: 3, dilations: [1, 2, 4], activation: .relu,
      isTied: false),
    TestModel.tcn(
      vocabulary: 40, channels: 16, kernel: 2, dilations: [1, 2, 4, 8], activation: .gated,
      isTied: true),
    TestModel.tcn(
      vocabulary: 3, channels: 1, kernel: 2, dilations: [1], activation: .gated, isTied: false),
    TestModel.tcn(
      vocabulary: 17, channels: 7, kernel: 8, dilations: [5, 1], activation: .relu, isTied: true),
    TestModel.tcn(
      vocabulary: 31, channels: 40, kernel: 3, dilations: [1, 2, 8], activation: .relu,
      isTied: false),
    TestModel.windowCNN(vocabulary: 17, window: 10),
    TestModel.windowCNN(vocabulary: 30, window: 7),
    TestModel.windowCNN(vocabulary: 5, window: 4),
  ].enumerated().map { Case(architecture: $1, seed: UInt64($0) + 1) }

  /// A thread's states; a fork's begin with its parent's past.
  private struct Thread {
    let id: ThreadID
    let inherited: Int
    var states: [UInt16]
    var surprises: [Surprise]
  }

  /// Scores a family of threads that fork from one another at random.
  private func family(_ model: TestModel, seed: UInt64, events: Int) -> [Thread] {
    var random = SplitMix64(seed: seed)
    var scorer = model.scorer(threads: 8)
    var threads = [
      Thread(id: ThreadID(pid: 1, tid: 1), inherited: 0, states: [], surprises: [])
    ]
    for event in 1...events {
      let index = Int.random(in: threads.indices, using: &random)
      if threads.count < 5, event % 23 == 0 {
        let parent = threads[index]
        let number = UInt32(threads.count + 1)
        let child = ThreadID(pid: number, tid: number)
        scorer.fork(parent: parent.id, child: child)
        threads.append(
          Thread(
            id: child, inherited: parent.states.count, states: parent.states,
            surprises: parent.surprises))
      }
      let state = Int.random(in: 0..<model.vocabularySize, using: &random)
      let scored = scorer.score(threads[index].id, state: state, time: 0)
      threads[index].states.append(UInt16(state))
      threads[index].surprises.append(scored.surprise)
    }
    return threads
  }

  private func crossEntropy(_ logits: ArraySlice<Float>, of state: UInt16) -> Double {
    let values = logits.map(Double.init)
    let largest = values.max() ?? 0
    let sum = values.reduce(0) { $0 + exp($1 - largest) }
    return largest + log(sum) - values[Int(state)]
  }

  @Test(arguments: cases) func everyEventAgrees(test: Case) throws {
    let model = TestModel(test.architecture, seed: test.seed)
    let V = model.vocabularySize
    let threads = family(model, seed: test.seed, events: 400)
    #expect(threads.count == 5)
    #expect(threads.contains { $0.inherited > 0 && $0.states.count > $0.inherited })
    for thread in threads {
      // The unknown state is the first input; then each state predicts the next.
      let segment = Segment(inputs: [0] + thread.states.dropLast(), targets: thread.states)
      let logits = Runner(test.architecture).logits(segment, model.weights)
      try #require(logits.count == thread.states.count * V)
      for (position, state) in thread.states.enumerated() {
        let found = Double(thread.surprises[position].units) / 16_777_216
        guard state != 0 else {
          #expect(thread.surprises[position] == model.model.unknownSurprise)
          continue
        }
        let expected = crossEntropy(logits[position * V..<(position + 1) * V], of: state)
        #expect(abs(found - expected) < 1e-4, "thread \(thread.id.tid), event \(position)")
      }
    }
  }

  /// The comparison above can fail: another weight is another network.
  @Test func aChangedWeightIsNoticed() throws {
    let architecture = Self.cases[1].architecture
    let model = TestModel(architecture, seed: 2)
    var weights = model.weights
    weights[100] += 0.1
    let thread = family(model, seed: 2, events: 60)[0]
    let segment = Segment(inputs: [0] + thread.states.dropLast(), targets: thread.states)
    let logits = Runner(architecture).logits(segment, weights)
    let V = model.vocabularySize
    let largest = thread.states.enumerated().filter { $0.element != 0 }.map { position, state in
      abs(
        Double(thread.surprises[position].units) / 16_777_216
          - crossEntropy(logits[position * V..<(position + 1) * V], of: state))
    }.max()
    #expect(try #require(largest) > 1e-4)
  }
}
