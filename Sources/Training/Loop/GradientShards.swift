/// The gradient of a batch, computed by any number of threads with the same bits.
///
/// Float sums depend on their order. A batch is therefore dealt to a fixed number of shards; each
/// shard adds up its segments in order, and the shards are added up in order.
final class GradientShards<N: Network>: @unchecked Sendable {
  /// How many shards there are, whatever the number of threads: it is part of the result.
  static var shardCount: Int { 8 }

  private static var rangeLength: Int { 8192 }

  private let network: N
  private let pool: WorkerPool
  private let gradients: [Buffer<Float>]
  private let workspaces: [N.Workspace]
  /// By worker: the pass that its workspace has the parameters of.
  private let loadedPass: Buffer<Int>
  private var pass = 0

  /// So many threads, but none that would have a workspace and no shard.
  static func pool(threads: Int) -> WorkerPool { WorkerPool(count: min(threads, shardCount)) }

  init(network: N, pool: WorkerPool) {
    self.network = network
    self.pool = pool
    let count = network.gradientCount
    gradients = (0..<Self.shardCount).map { _ in Buffer(repeating: 0, count: count) }
    workspaces = (0..<pool.count).map { _ in network.makeWorkspace() }
    loadedPass = Buffer(repeating: 0, count: pool.count)
  }

  /// The mean gradient of the last batch; what it holds beyond the parameters is nobody's business.
  var gradient: Buffer<Float> { gradients[0] }

  /// Computes the gradient of the mean cross entropy over a batch's targets.
  ///
  /// - Parameter dropoutKey: of the batch; nil for no dropout.
  /// - Returns: the sum of the cross entropies in nats and how many targets counted.
  func accumulate(
    _ batch: [Segment], parameters: Buffer<Float>, dropout: (rate: Float, key: UInt64)?
  ) -> (loss: Double, count: Int) {
    let shards = Self.deal(batch)
    let losses = Buffer<Double>(repeating: 0, count: shards.count)
    pass += 1
    pool.run(shards.count) { [self] worker, shard in
      let workspace = workspace(of: worker, parameters, forBackward: true)
      let gradient = gradients[shard]
      gradient.base.update(repeating: 0, count: gradient.count)
      for index in shards[shard] {
        let mask = dropout.map {
          Dropout(rate: $0.rate, key: CounterHash.mix($0.key &+ UInt64(index)))
        }
        losses.base[shard] += network.addGradient(
          of: batch[index], dropout: mask, into: gradient.base, workspace: workspace)
      }
      network.finishGradient(into: gradient.base, workspace: workspace)
    }
    let count = batch.lossCount
    reduce(shards.count, scale: 1 / Float(max(1, count)))
    network.completeGradient(
      gradient.base, workspace: workspace(of: 0, parameters, forBackward: true))
    return (losses.array.reduce(0, +), count)
  }

  /// The sum of the cross entropies over a batch's targets, in nats, and how many counted.
  func loss(_ batch: [Segment], parameters: Buffer<Float>) -> (loss: Double, count: Int) {
    let losses = Buffer<Double>(repeating: 0, count: batch.count)
    pass += 1
    pool.run(batch.count) { [self] worker, index in
      let workspace = workspace(of: worker, parameters, forBackward: false)
      losses.base[index] = network.loss(of: batch[index], workspace: workspace)
    }
    return (losses.array.reduce(0, +), batch.lossCount)
  }

  /// A worker's buffers, with the parameters of this pass.
  private func workspace(
    of worker: Int, _ parameters: Buffer<Float>, forBackward: Bool
  ) -> N.Workspace {
    if loadedPass.base[worker] != pass {
      network.load(parameters.base, forBackward: forBackward, into: workspaces[worker])
      loadedPass.base[worker] = pass
    }
    return workspaces[worker]
  }

  /// Deals segments to shards, each to the one with the least work so far, the first of equals;
  /// without shards that would be empty.
  static func deal(_ batch: [Segment]) -> [[Int]] {
    var shards = [[Int]](repeating: [], count: min(shardCount, batch.count))
    var work = [Int](repeating: 0, count: shards.count)
    for (index, segment) in batch.enumerated() {
      var least = 0
      for shard in work.indices where work[shard] < work[least] { least = shard }
      shards[least].append(index)
      work[least] += segment.inputs.count
    }
    return shards
  }

  /// Adds the first `count` shards into the first one, in order, and scales the sum.
  private func reduce(_ count: Int, scale: Float) {
    let length = gradients[0].count
    let ranges = (length + Self.rangeLength - 1) / Self.rangeLength
    pool.run(ranges) { [self] _, range in
      let start = range * Self.rangeLength
      let end = min(start + Self.rangeLength, length)
      let sum = gradients[0].base
      for shard in gradients[..<count].dropFirst() {
        let next = shard.base
        for index in start..<end { sum[index] += next[index] }
      }
      for index in start..<end { sum[index] *= scale }
    }
  }
}
