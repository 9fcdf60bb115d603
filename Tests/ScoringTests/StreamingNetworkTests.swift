import ModelFormat
import TestSupport
import Testing

@testable import Scoring

@Suite struct StreamingNetworkTests {
  static let architectures: [Architecture] = {
    var list: [Architecture] = []
    for (kernel, dilations, channels) in [(2, [1, 2, 4, 8], 12), (3, [1, 3, 2], 5), (4, [7], 4)] {
      for activation in [Activation.relu, .gated] {
        for isTied in [false, true] {
          list.append(
            TestModel.tcn(
              vocabulary: 19, channels: channels, kernel: kernel, dilations: dilations,
              activation: activation, isTied: isTied))
        }
      }
    }
    return list + [TestModel.windowCNN(vocabulary: 17, window: 10)]
      + [TestModel.windowCNN(vocabulary: 6, window: 7)]
  }()

  @Test(arguments: architectures)
  func everyEventAgreesWithTheWholeSequenceInDoublePrecision(architecture: Architecture) {
    let test = TestModel(architecture, seed: 11)
    var scorer = test.scorer(threads: 2)
    var generator = SplitMix64(seed: 3)
    let events = (0..<90).map { _ in 1 + Int(generator.next() % UInt64(test.vocabularySize - 1)) }
    let exact = ReferenceNetwork(architecture, weights: test.weights).crossEntropies(of: events)
    for (event, nats) in zip(events, exact) {
      let surprise = scorer.score(TestModel.thread, state: event, time: 0).surprise
      #expect(abs(Double(surprise.nats) - nats) < 1e-4)
    }
  }

  /// C = 1, K = 2, one ReLU block: small enough to follow by hand.
  @Test func aHandWorkedStepGivesTheHandWorkedLogits() {
    let architecture = TestModel.tcn(
      vocabulary: 3, channels: 1, kernel: 2, dilations: [1], activation: .relu, isTied: false)
    // embedding 0.5, 1, -2; conv (old 3, new 2) + 0.25; mix 4 + 0.5; head 1, -1, 2 + 0, 0.5, 1
    let test = TestModel(
      architecture, weights: [0.5, 1, -2, 3, 2, 0.25, 4, 0.5, 1, -1, 2, 0, 0.5, 1])
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: StreamingNetwork.byteCount, alignment: 16)
    defer { memory.deallocate() }
    let network = StreamingNetwork(test.model, memory: memory)
    var state = [Float](repeating: 0, count: network.needs.stateByteCount / 4)
    var scratch = [Float](repeating: 0, count: network.needs.scratchCount)
    network.reset(&state, scratch: &scratch)
    // x = 0.5; conv = 3 * 0 + 2 * 0.5 + 0.25 = 1.25; y = 0.5 + 4 * 1.25 + 0.5 = 6
    #expect(logits(network, state, &scratch) == [6, -5.5, 13])
    network.step(&state, event: 2, scratch: &scratch)
    // x = -2; conv = 3 * 0.5 + 2 * -2 + 0.25 < 0; y = -2 + 0 + 0.5 = -1.5
    #expect(logits(network, state, &scratch) == [-1.5, 2, -2])
  }

  private func logits(
    _ network: StreamingNetwork, _ state: [Float], _ scratch: inout [Float]
  ) -> [Float] {
    let window: [UInt16] = [0]
    _ = network.logits(state, window: window, scratch: &scratch)
    return Array(scratch.prefix(network.needs.vocabularySize))
  }

  @Test func nothingBeforeTheReceptiveFieldMatters() {
    let architecture = TestModel.tcn(
      vocabulary: 9, channels: 4, kernel: 2, dilations: [1, 2], activation: .gated, isTied: true)
    let test = TestModel(architecture, seed: 5)
    func last(_ events: [Int]) -> Surprise {
      var scorer = test.scorer(threads: 2)
      var surprise = Surprise(units: 0)
      for event in events {
        surprise = scorer.score(TestModel.thread, state: event, time: 0).surprise
      }
      return surprise
    }
    let tail = [1, 2, 3, 4, 5]
    #expect(last([6, 7, 8] + tail) == last([8, 8, 1] + tail))
    #expect(last([6, 7, 8] + tail) != last([6, 7, 8] + [2, 2, 3, 4, 5]))
  }
}
