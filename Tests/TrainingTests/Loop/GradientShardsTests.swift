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
}
