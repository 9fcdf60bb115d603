import KernelTrace
import ModelFormat
import TestSupport
import Testing

@testable import Scoring

@Suite struct IntegerNetworkTests {
  /// Channels and states in and out of step with blocks of eight and groups of four.
  static let architectures: [Architecture] = {
    var list: [Architecture] = []
    for (kernel, dilations, channels) in [(2, [1, 2, 4, 8], 12), (3, [1, 3, 2], 5), (4, [7], 8)] {
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

  private func events(_ count: Int, _ test: TestModel, seed: UInt64) -> [Int] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in 1 + Int(generator.next() % UInt64(test.vocabularySize - 1)) }
  }

  private func surprises(_ test: TestModel, _ events: [Int]) -> [Surprise] {
    var scorer = test.scorer(threads: 2)
    return events.map { scorer.score(TestModel.thread, state: $0, time: 0).surprise }
  }

  /// Inputs up to 4 fit; up to 0.5, most of them are limited.
  @Test(arguments: architectures, [Float(4), 0.5])
  func everyEventHasTheBitsOfTheNaiveNetwork(architecture: Architecture, largestInput: Float)
    throws
  {
    let test = TestModel(architecture, seed: 11).inIntegers(largestInput: largestInput)
    let quantization = try #require(test.description.quantization)
    let events = events(40, test, seed: 3)
    let logits = NaiveIntegerNetwork(test.description, quantization).logits(of: events)
    let expected = zip(events, logits).map { event, logits in
      Surprise(
        nats: CrossEntropy.nats(of: event, logits: logits, vocabularySize: logits.count))
    }
    #expect(surprises(test, events) == expected)
  }

  /// With its own ranges instead of a guess it would be closer still.
  @Test(arguments: architectures)
  func integersAreNearFloats(architecture: Architecture) {
    let floats = TestModel(architecture, seed: 12)
    let events = events(60, floats, seed: 5)
    let pairs = zip(surprises(floats, events), surprises(floats.inIntegers(), events))
    let differences = pairs.map { abs(Double($0.nats) - Double($1.nats)) }
    #expect(differences.reduce(0, +) / 60 < 0.06)
    #expect(differences.max() ?? 9 < 0.4)
    #expect(differences.contains { $0 > 1e-5 }, "integers do round")
  }

  /// C = 1, K = 2, one ReLU block, scales and steps that are powers of two.
  @Test func aHandWorkedStepGivesTheHandWorkedLogits() {
    let architecture = TestModel.tcn(
      vocabulary: 3, channels: 1, kernel: 2, dilations: [1], activation: .relu, isTied: false)
    // embedding 0.5, 1, -2; conv (old 3, new 2) + 0.25; mix 4 + 0.5; head 1, -1, 2 + 0, 0.5, 1
    let test = TestModel(
      architecture, weights: [0.5, 1, -2, 3, 2, 0.25, 4, 0.5, 1, -1, 2, 0, 0.5, 1]
    ).changing {
      $0.quantization = Quantization(
        scales: [0.25, 1, 0.5, 1, 0.5, 0.5, 0.25, 0.25], inputSteps: [1, 0.5, 0.125])
    }
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: StreamingNetwork.byteCount, alignment: 16)
    defer { memory.deallocate() }
    let network = StreamingNetwork(test.model, memory: memory)
    var state = [UInt32](repeating: 0, count: network.needs.stateByteCount / 4 + 1)
    var scratch = [Float](repeating: .nan, count: network.needs.scratchCount)
    let window: [UInt16] = [0]
    func logits() -> [Float] {
      _ = network.logits(&state, window: window, scratch: &scratch)
      return Array(scratch.prefix(network.needs.vocabularySize))
    }
    network.reset(&state, scratch: &scratch)
    // x = 0.5, to even: 0 steps of 1; conv = 0.25 + 0 = 0.25; 0.5 steps of 0.5, to even: 0;
    // y = 0.5 + (0.5 + 4 * 0) = 1, 8 steps of 0.125
    #expect(logits() == [1, -0.5, 3])
    network.step(&state, event: 2, scratch: &scratch)
    // x = -2; conv = 0.25 + (3 * 0 + 2 * -2) < 0; y = -2 + 0.5 = -1.5
    #expect(logits() == [-1.5, 2, -2])
    network.step(&state, event: 1, scratch: &scratch)
    // x = 1; conv = 0.25 + (3 * -2 + 2 * 1) < 0; y = 1 + 0.5
    network.step(&state, event: 1, scratch: &scratch)
    // x = 1; conv = 0.25 + (3 + 2) = 5.25, 10.5 steps, to even: 10; y = 1 + (0.5 + 4 * 5) = 21.5;
    // 172 steps of 0.125, limited to 127: 15.875
    #expect(logits() == [15.875, -15.375, 32.75])
  }

  @Test func valuesAreRoundedToEvenAndLimited() {
    let test = TestModel(Self.architectures[0], seed: 1).changing {
      $0 = $0.inIntegers()
      $0.quantization?.inputSteps[0] = 0.5
    }
    let layer = IntegerLayer(test.model, tensor: 1, input: 0)
    let values: [Float] = [
      0, -0.0, 0.25, 0.75, -0.25, -0.75, 1.2, 63.4, 63.5, 64, -64, .infinity, -.infinity, .nan,
      -.nan, 0x1p-140,
    ]
    var integers = [Int8](repeating: 99, count: values.count)
    layer.quantize(values, count: values.count, into: &integers)
    #expect(integers == [0, 0, 0, 2, 0, -2, 2, 127, 127, 127, -127, 127, -127, 127, 127, 0])
  }

  @Test(arguments: [Self.architectures[3], Self.architectures[12]])
  func aForkContinuesThePastAndAnExplanationAddsUp(architecture: Architecture) throws {
    let test = TestModel(architecture, seed: 4, window: 5, minimumEvents: 3, threshold: 8)
      .inIntegers()
    let alone = surprises(test, [1, 2, 3, 4, 5])
    var scorer = test.scorer(threads: 4)
    for state in [1, 2, 3] { _ = scorer.score(TestModel.thread, state: state, time: 0) }
    let child = ThreadID(pid: 70, tid: 70)
    scorer.fork(parent: TestModel.thread, child: child)
    #expect([4, 5].map { scorer.score(child, state: $0, time: 0).surprise } == Array(alone[3...]))
    var verdict: Verdict?
    var seen: [Surprise] = []
    for state in [1, 0, 0, 0, 0, 0] where verdict == nil {
      let scored = scorer.score(child, state: state, time: 0)
      seen.append(scored.surprise)
      verdict = scored.verdict
    }
    let found = try #require(verdict)
    var explained: [ExplainedEvent] = []
    _ = scorer.explain(found) { explained.append($0) }
    #expect(explained.reduce(0) { $0 + UInt64($1.surprise.units) } == found.score.sum)
    #expect(explained.suffix(seen.count).map(\.surprise) == seen.suffix(explained.count))
    for event in explained {
      for rank in 0..<3 where event.expected[rank].state == event.state {
        #expect(event.expected[rank].surprise == event.surprise)
      }
    }
  }

  @Test func aThreadTakesAQuarterOfTheMemory() {
    let test = TestModel(
      TestModel.tcn(
        vocabulary: 30, channels: 32, kernel: 3, dilations: [1, 2, 4, 8, 16], activation: .relu,
        isTied: false), seed: 1)
    let (floats, integers) = (
      NetworkNeeds(test.model), NetworkNeeds(test.inIntegers().model)
    )
    #expect(floats.stateByteCount == 4 * (62 * 32 + 32 + 5))
    #expect(integers.stateByteCount == 62 * 32 + 32 + 4 * 5)
  }

  @Test func goldenEventsOfTheBlobPass() throws {
    for architecture in Self.architectures {
      let test = TestModel(architecture, seed: 6).inIntegers()
      var scorer = test.scorer(threads: 2)
      try scorer.runGoldenEvents()
    }
  }

  /// What an int8 network will quantize is shown of a float32 network, all of it, in its order.
  @Test(arguments: architectures)
  func everyInputOfAProductIsObserved(architecture: Architecture) {
    let test = TestModel(architecture, seed: 2)
    var scorer = test.scorer(threads: 2)
    var inputs: [Int] = []
    for state in [1, 2] {
      _ = scorer.score(TestModel.thread, state: state, time: 0) { input, values in
        inputs.append(input)
        #expect(values.allSatisfy(\.isFinite) && !values.isEmpty)
      }
    }
    let all = Array(0..<architecture.quantizedInputCount)
    // Of a tcn the head comes first, with the hidden vector of the events before.
    let isTCN = architecture.receptiveField == 8 || all.count != 6
    let once = isTCN ? [all.count - 1] + all.dropLast() : all
    #expect(inputs == once + once)
  }
}
