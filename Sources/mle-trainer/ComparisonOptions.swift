import ArgumentParser
import CommandSupport
import Evaluation
import ModelFormat
import TraceData

/// How detectors are compared.
struct ComparisonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      How surprises become a score: window:N, ewma:TAU or mean, with commas between; :MINIMUM \
      behind one is the events before a verdict.
      """, valueName: "list"))
  var scores: AggregationList?

  @Option(help: "Most events of a window that is ranked, 1...1000000 (default: 200).")
  var windowEvents: Int?

  @Option(
    help: "Events of a sequence that STIDE and the n-gram look at, 2...16 (default: 6).")
  var order: Int?

  /// What is named, or 200.
  var windowLength: Int { windowEvents ?? 200 }
  /// What is named, or 6.
  var sequenceLength: Int { order ?? 6 }
  /// Whether any of them is named.
  var isGiven: Bool { scores != nil || windowEvents != nil || order != nil }

  func validate() throws {
    guard (1...1_000_000).contains(windowLength) else {
      throw ValidationError("--window-events must be 1 to 1000000.")
    }
    guard (2...16).contains(sequenceLength) else {
      throw ValidationError("--order must be 2 to 16.")
    }
  }

  /// Whether there is anything to find; says where intervals cannot be used.
  ///
  /// - Throws: `FileError` where there is not.
  func check(_ attack: TraceDataset) throws(FileError) {
    let isUntold = attack.hasAttackIntervals && !attack.hasTimes
    guard attack.hasAttacks else {
      throw FileError(
        attack.path, .badData,
        isUntold
          ? "has intervals of attacks but no times to use them by; import it with --label attack"
          : "nothing in it is labelled an attack; import it with --labels or --label attack")
    }
    if isUntold {
      Diagnostics.warn(
        tool: "mle-trainer",
        "\(attack.path): has no times to use its intervals of attacks by; runs are the sequences labelled"
          + " an attack")
    }
  }

  /// Says where data that count as normal are labelled otherwise.
  static func check(normal: TraceDataset) {
    let count = (0..<normal.sequences.count).count { normal.sequences.label($0) == .attack }
    guard normal.hasAttacks else { return }
    let what = count > 0 ? "\(count) sequences" : "intervals"
    Diagnostics.warn(
      tool: "mle-trainer",
      "\(normal.path): has \(what) labelled an attack, which count as normal with --normal")
  }

  /// The network, and where there is training data the baselines, on the same data.
  ///
  /// - Parameter aggregations: unless others were asked for.
  /// - Throws: what scoring throws.
  func compare(
    _ network: NetworkDetector, training: TraceDataset?, normal: TraceDataset?,
    attack: TraceDataset?, aggregations: [Aggregation]
  ) throws -> DetectorComparison {
    var progress = ProgressLine()
    defer { progress.clear() }
    var trial = DetectorTrial()
    trial.windowLength = windowLength
    trial.aggregations = scores?.values ?? (aggregations.isEmpty ? Self.standard : aggregations)
    trial.progress = { text in progress.show { text } }
    var detectors: [any EventDetector] = [network]
    if let training {
      let sequences = training.sequences
      guard
        (0..<sequences.count).contains(where: {
          sequences.label($0) != .attack && !sequences.events(of: $0).isEmpty
        })
      else {
        throw FileError(
          training.path, .badData, "has no normal event to learn from; name training data")
      }
      detectors.append(try Baseline.stide(learning: training, length: sequenceLength))
      detectors.append(
        try Baseline.kneserNey(
          learning: training, order: sequenceLength, unknown: network.unknownSurprise))
    }
    return try trial.compare(detectors, training: training, normal: normal, attack: attack)
  }

  /// The article's window, a long memory, and the mean of the whole trace.
  static let standard: [Aggregation] = [
    .window(length: 10, minimum: 10), .ewma(tau: 400, minimum: 50), .mean,
  ]
}

/// Aggregations with commas between.
struct AggregationList: ExpressibleByArgument {
  let values: [Aggregation]

  init?(argument: String) {
    guard let values = CommaList.values(in: argument, { Aggregation($0) }),
      Set(values).count == values.count
    else { return nil }
    self.values = values
  }
}
