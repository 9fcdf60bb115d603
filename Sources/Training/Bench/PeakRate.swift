/// What this machine can do at most with the instructions that the kernels are compiled to.
public enum PeakRate {
  /// Fused multiply-adds between registers and nothing else, on every thread at a time.
  ///
  /// - Parameters:
  ///   - threads: 1 or more.
  ///   - seconds: how long to measure, roughly.
  /// - Returns: GFLOP/s of all threads together, the best of five tries.
  public static func measure(threads: Int, seconds: Double = 0.1) -> Double {
    let pool = WorkerPool(count: threads)
    let sink = Buffer<Float>(repeating: 0, count: threads)
    func run(_ rounds: Int) -> Double {
      let start = ContinuousClock.now
      pool.run(threads) { _, item in sink.base[item] += multiplyAdds(rounds: rounds) }
      return (ContinuousClock.now - start) / .seconds(1)
    }
    _ = run(100_000)
    let rounds = max(1, Int(100_000 * seconds / 5 / max(1e-6, run(100_000))))
    let best = (0..<5).map { _ in run(rounds) }.min() ?? .infinity
    return Double(threads * rounds * chains * Lanes.scalarCount * 2) / best / 1e9
  }

  #if WIDE_REGISTERS
    private static let chains = 16
  #else
    private static let chains = 5
  #endif

  /// `chains` sums that do not wait for each other, `rounds` times.
  @inline(never)
  private static func multiplyAdds(rounds: Int) -> Float {
    #if WIDE_REGISTERS
      var sums = InlineArray<16, Lanes>(repeating: Lanes(repeating: 1))
    #else
      var sums = InlineArray<5, Lanes>(repeating: Lanes(repeating: 1))
    #endif
    let (a, b) = (Lanes(repeating: 0.25), Lanes(repeating: 0.5))
    for _ in 0..<rounds {
      for chain in sums.indices { sums[unchecked: chain].addProduct(a, b) }
    }
    var total = Lanes()
    for chain in sums.indices { total += sums[unchecked: chain] }
    return total.total
  }
}
