import ArgumentParser
import CommandSupport
import Evaluation
import Foundation
import ModelFormat
import Scoring
import TraceData
import Training

/// `--precision`, as it is written.
enum PrecisionOption: String, ExpressibleByArgument, CaseIterable {
  case float32, int8

  var precision: Precision {
    switch self {
    case .float32: .float32
    case .int8: .int8
    }
  }
}

/// `mle-export CHECKPOINT`: the default command.
struct FreezeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "freeze",
    abstract: "Makes a blob of a checkpoint (the default command).",
    discussion: """
      Every event of the calibration data is scored with the player's own code and arithmetic; the \
      threshold follows from those scores. The same inputs give the same bytes.
      """)

  @Argument(help: ArgumentHelp("What mle-trainer train wrote.", valueName: "checkpoint"))
  var checkpoint: String

  @Option(
    help: ArgumentHelp("Data set of normal traces, best that of training.", valueName: "data.h5"))
  var calibrate: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The blob to make.", valueName: "model.mle"))
  var output: String

  @Option(help: "Events whose mean surprise is the score, 1...4096.")
  var window = 10

  @Option(help: "Events before a verdict, 1...window (default: a full window).")
  var minimumEvents: Int?

  @Option(help: "Threshold: so many times the largest score, over 0 (default: 2).")
  var multiplier: Double?

  @Option(help: "Threshold: fixed, in nats, over 0 and below 256.")
  var threshold: Double?

  @Option(help: "Threshold: this quantile of the scores, over 0 and at most 1.")
  var quantile: Double?

  @Option(help: "Surprise of a state that the network does not know, in nats, 0...27.63.")
  var unknownSurprise: Double?

  @Option(
    help: ArgumentHelp(
      "Numbers of weights and arithmetic: float32, or int8 in a quarter of the memory.",
      valueName: "precision"))
  var precision = PrecisionOption.float32

  @Option(
    help: """
      int8: how far a score may be from its float32 one, as a share of the threshold, over 0 \
      (default: 0.1).
      """)
  var maxDifference: Double?

  func validate() throws {
    guard [multiplier, threshold, quantile].compactMap({ $0 }).count <= 1 else {
      throw ValidationError("--multiplier, --threshold and --quantile exclude each other.")
    }
    for value in [multiplier, threshold, quantile].compactMap({ $0 }) {
      guard value.isFinite, value > 0 else {
        throw ValidationError("A threshold's number must be over 0.")
      }
    }
    guard quantile ?? 1 <= 1 else { throw ValidationError("--quantile must be at most 1.") }
    guard (1...Limits.rollingLength).contains(window) else {
      throw ValidationError("--window must be 1 to \(Limits.rollingLength) events.")
    }
    guard (1...window).contains(minimumEvents ?? 1) else {
      throw ValidationError("--minimum-events must be 1 to the window's \(window).")
    }
    if let maxDifference {
      guard precision == .int8 else {
        throw ValidationError("--max-difference is for --precision int8.")
      }
      guard maxDifference.isFinite, maxDifference > 0 else {
        throw ValidationError("--max-difference must be over 0.")
      }
    }
    if let unknownSurprise, !(0...27.63).contains(unknownSurprise) {
      throw ValidationError("--unknown-surprise must be 0 to 27.63 nats.")
    }
  }

  func run() throws {
    let checkpoint = try Checkpoint.read(checkpoint)
    let dataset = try TraceDataset(path: calibrate)
    var progress = ProgressLine()
    let description = try description(of: checkpoint, dataset)
    let result = try namingCalibrationData {
      try freezer.freeze(description, calibrating: dataset) { events in
        progress.show { "scored \(events) of \(dataset.eventCount) events" }
      }
    }
    progress.clear()
    try WholeFile.write(result.blob, to: output)
    report(result, dataset)
  }

  /// What a threshold cannot be made of is a fact about a file.
  private func namingCalibrationData<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as NothingToCalibrate {
      throw FileError(calibrate, .badData, error.description)
    } catch let error as ThresholdError {
      throw FileError(calibrate, .usage, error.description)
    } catch let error as TooManyThreads {
      throw FileError(calibrate, .badData, error.description)
    }
  }

  private var freezer: Freezer {
    var freezer = Freezer()
    freezer.precision = precision.precision
    if let maxDifference { freezer.maximumDifference = maxDifference }
    freezer.windowLength = window
    freezer.minimumEvents = minimumEvents
    if let unknownSurprise { freezer.unknownSurprise = Surprise(nats: Float(unknownSurprise)) }
    if let threshold {
      freezer.choice = .fixed(threshold)
    } else if let quantile {
      freezer.choice = .quantile(quantile)
    } else {
      freezer.choice = .multipleOfLargest(multiplier ?? 2)
    }
    return freezer
  }

  private func description(
    of checkpoint: Checkpoint, _ dataset: TraceDataset
  ) throws -> ModelDescription {
    var facts = checkpoint.provenance.map { ProvenanceEntry(key: $0.key, value: $0.value) }
    facts.append(ProvenanceEntry(key: "calibration.digest", value: try dataset.trainingDigest()))
    facts.append(ProvenanceEntry(key: "calibration.events", value: "\(dataset.eventCount)"))
    facts.append(
      ProvenanceEntry(key: "exporter", value: "mle-export \(MLEExport.configuration.version)"))
    return ModelDescription(checkpoint, provenance: facts)
  }

  private func report(_ result: Freezer.Result, _ dataset: TraceDataset) {
    let channel = result.channel
    let sequence = dataset.sequences[result.largest.sequence]
    print("\(output): \(result.blob.count) bytes")
    print("calibrated on \(result.events) events, \(result.unknownEvents) of an unknown state")
    print(
      "largest score \(channel.calibrationMaximum.text) nats: \(sequence.name.isEmpty ? "unnamed" : sequence.name) (process \(sequence.pid)),"
        + " event \(result.largest.event - dataset.sequences.events(of: result.largest.sequence).lowerBound + 1) of its own"
    )
    print("threshold \(channel.threshold.text) nats over a window of \(channel.length) events")
    if let certificate = result.quantization { print(certificate.text) }
    if result.channel.threshold > result.uniformSurprise {
      Diagnostics.warn(
        tool: "mle-export",
        "\(output): the threshold is over ln V = \(result.uniformSurprise.text) nats, which a uniform"
          + " guess would not reach; check with mle-trainer evaluate that it fires")
    }
  }
}
