import ArgumentParser
import ModelFormat
import Training

/// `mle-trainer bench`: how fast this machine trains.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures how fast this machine trains a reference network.",
    discussion: """
      A step is forward, backward and Adam on one batch of made-up states: 32 x 256 events, or 1024 \
      windows of 10. The peak is what a loop of nothing but fused multiply-adds reaches.
      """)

  @Argument(help: "The network.")
  var network: ReferenceNetwork

  @OptionGroup
  var threading: ThreadsOption

  @Option(help: ArgumentHelp("How long to measure, 0...3600.", valueName: "seconds"))
  var seconds = 3.0

  @Option(help: "First losses to tell, 0...1000: to compare with others.")
  var losses = 0

  @Option(
    help: ArgumentHelp("Write the weights of before the first step here.", valueName: "out.h5"))
  var weights: String?

  @Flag(help: "One JSON object instead of text.")
  var json = false

  func validate() throws {
    guard (0...3600).contains(seconds) else {
      throw ValidationError("--seconds must be 0 to 3600.")
    }
    guard (0...1000).contains(losses) else {
      throw ValidationError("--losses must be 0 to 1000.")
    }
  }

  func run() throws {
    try TrainingFailure.checkCPU()
    let benchmark = try TrainingBenchmark(network, threads: threading.count)
    if let weights { try benchmark.firstWeights().write(to: weights) }
    let first = (0..<losses).map { _ in benchmark.step() }
    let report = BenchReport(benchmark, seconds: seconds, losses: first)
    print(json ? try report.json() : report.text)
  }
}

extension ReferenceNetwork: ExpressibleByArgument {}
