import Testing

@testable import Training

@Suite struct GradientShardsTests {
  private func segments(_ lengths: [Int]) -> [Segment] {
    lengths.map {
      Segment(inputs: [UInt16](repeating: 1, count: $0), targets: [UInt16](repeating: 1, count: $0))
    }
  }

  @Test func segmentsGoToTheShardWithTheLeastWork() {
    let dealt = GradientShards<BigramNetwork>.deal(segments([9, 1, 1, 1, 1, 1, 1, 1, 4, 2, 2]))
    #expect(dealt == [[0], [1, 8], [2, 9], [3, 10], [4], [5], [6], [7]])
  }

  @Test func aBatchOfFewSegmentsHasFewShards() {
    #expect(GradientShards<BigramNetwork>.deal(segments([5, 5])) == [[0], [1]])
    #expect(GradientShards<BigramNetwork>.deal([]).isEmpty)
  }

  /// Each thread takes a workspace.
  @Test func noThreadIsWithoutAShard() {
    #expect(GradientShards<BigramNetwork>.pool(threads: 256).count == 8)
    #expect(GradientShards<BigramNetwork>.pool(threads: 3).count == 3)
  }

  @Test func theGradientIsTheMeanOverTheTargetsThatCount() throws {
    let network = try BigramNetwork(vocabularySize: 3)
    let shards = GradientShards(network: network, pool: WorkerPool(count: 2))
    let parameters = Buffer<Float>(repeating: 0, count: network.architecture.parameterCount)
    // Uniform at first: a row's gradient is 1/3 a state, minus 1 for the state seen.
    let batch = [
      Segment(inputs: [0, 1, 2], targets: [1, 2, 0]), Segment(inputs: [1, 1], targets: [2, 1]),
    ]
    let (_, count) = shards.accumulate(batch, parameters: parameters, dropout: nil)
    #expect(count == 4)
    let table = network.architecture.parameterCount - 3 * 3 - 3
    let rows = (0..<9).map { shards.gradient.base[table + $0] * 12 }
    let expected: [Float] = [1, -2, 1, 3, 0, -3, 0, 0, 0]
    for (found, wanted) in zip(rows, expected) { #expect(abs(found - wanted) < 1e-5) }
  }

  @Test func everySegmentOfABatchHasItsOwnDropout() throws {
    let architecture = try NetworkCase.tcn(states: 20, channels: 16, kernel: 2, [1, 2])
    guard case .tcn(let shape) = architecture else {
      Issue.record("another network")
      return
    }
    let run = NetworkCase(architecture, seed: 3, scale: 0.3, inputs: 20, targets: 16)
    let shards = GradientShards(network: TCNNetwork(shape), pool: WorkerPool(count: 2))
    func gradient(_ batch: [Segment]) -> [Float] {
      _ = shards.accumulate(batch, parameters: Buffer(run.parameters), dropout: (0.5, 7))
      return Array(shards.gradient.array[..<architecture.parameterCount])
    }
    // The mean of two equal ones would be the one.
    let one = gradient([run.segment])
    #expect(gradient([run.segment]) == one)
    #expect(relativeError(gradient([run.segment, run.segment]), one) > 0.1)
  }

  /// What the shards know of tables is only multiplied out when they are summed.
  @Test(arguments: [false, true], [1, 2, 5])
  func theGradientOfABatchIsTheMeanOfItsSegments(tied: Bool, threads: Int) throws {
    let architecture = try NetworkCase.tcn(
      states: 40, channels: 33, kernel: 3, [1, 4], gated: true, tied: tied)
    guard case .tcn(let shape) = architecture else {
      Issue.record("another network")
      return
    }
    let runs = (0..<11).map {
      NetworkCase(architecture, seed: UInt64(50 + $0), scale: 0.3, inputs: 20 + 5 * $0, targets: 20)
    }
    let network = TCNNetwork(shape)
    let direct = Runner(architecture, batchTargets: 0)
    let shards = GradientShards(network: network, pool: WorkerPool(count: threads))
    // Twice, for what the first time leaves behind.
    for first in runs[..<2] {
      let parameters = Buffer(first.parameters)
      let (_, count) = shards.accumulate(
        runs.map(\.segment), parameters: parameters, dropout: nil)
      var expected = [Float](repeating: 0, count: architecture.parameterCount)
      for run in runs {
        let gradient = direct.gradient(of: run.segment, first.parameters).gradient
        for index in expected.indices { expected[index] += gradient[index] / Float(count) }
      }
      let found = Array(shards.gradient.array[..<architecture.parameterCount])
      #expect(relativeError(found, expected) < 2e-6)
    }
  }
}
