import CommandSupport
import Foundation
import Training

/// What `mle-trainer bench` found.
struct BenchReport: Encodable {
  let network: String
  let threads: Int
  let parameters: Int
  let tokensPerStep: Int
  let operationsPerStep: Double
  let peakGigaflops: Double
  let losses: [Double]
  /// Nil where nothing was to be timed.
  let timing: Timing?

  struct Timing: Encodable {
    let steps: Int
    let medianStepSeconds: Double
    let leastStepSeconds: Double
    let stepsPerSecond: Double
    let tokensPerSecond: Double
    let gigaflops: Double
    let shareOfPeak: Double
  }

  /// Measures.
  init(_ benchmark: TrainingBenchmark, seconds: Double, losses: [Double]) {
    network = benchmark.network.rawValue
    threads = benchmark.threads
    parameters = benchmark.architecture.parameterCount
    tokensPerStep = benchmark.tokensPerStep
    operationsPerStep = benchmark.operationsPerStep
    self.losses = losses
    let times = Self.stepTimes(benchmark, seconds: seconds)
    let peak = PeakRate.measure(threads: benchmark.threads)
    peakGigaflops = peak
    timing = times.isEmpty ? nil : Timing(times, benchmark, peak: peak)
  }

  /// In increasing order; without the steps that warm up.
  private static func stepTimes(_ benchmark: TrainingBenchmark, seconds: Double) -> [Double] {
    guard seconds > 0 else { return [] }
    for _ in 0..<3 { benchmark.step() }
    var times: [Double] = []
    let start = ContinuousClock.now
    var last = start
    repeat {
      benchmark.step()
      let now = ContinuousClock.now
      times.append((now - last) / .seconds(1))
      last = now
    } while (last - start) / .seconds(1) < seconds
    return times.sorted()
  }

  func json() throws -> String { try JSONText.of(self, keys: .convertToSnakeCase) }

  var text: String {
    var lines = losses.enumerated().map { "loss \($0 + 1)  \(String(format: "%.6f", $1))" }
    lines.append("\(network): \(parameters) weights, \(tokensPerStep) events a step")
    if let timing {
      lines += [
        String(
          format: "%d threads, %d steps: median %.2f ms, least %.2f ms", threads, timing.steps,
          1000 * timing.medianStepSeconds, 1000 * timing.leastStepSeconds),
        String(
          format: "%.1f steps/s, %.0f events/s, %.1f nominal GFLOP/s: %.0f %% of the peak",
          timing.stepsPerSecond, timing.tokensPerSecond, timing.gigaflops,
          100 * timing.shareOfPeak),
      ]
    }
    lines.append(String(format: "peak: %.1f GFLOP/s on %d threads", peakGigaflops, threads))
    return lines.joined(separator: "\n")
  }
}

extension BenchReport.Timing {
  /// - Parameter times: of at least one step, in increasing order.
  init(_ times: [Double], _ benchmark: TrainingBenchmark, peak: Double) {
    steps = times.count
    medianStepSeconds = times[times.count / 2]
    leastStepSeconds = times[0]
    stepsPerSecond = 1 / medianStepSeconds
    tokensPerSecond = Double(benchmark.tokensPerStep) / medianStepSeconds
    gigaflops = benchmark.operationsPerStep / medianStepSeconds / 1e9
    shareOfPeak = gigaflops / peak
  }
}
