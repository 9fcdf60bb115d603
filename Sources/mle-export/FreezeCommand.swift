import ArgumentParser
import Checkpoints
import CommandSupport
import Evaluation
import Foundation
import ModelFormat
import Scoring
import TraceData

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

  @Option(help: "Events in the window before a verdict, 1...window (default: a full window).")
  var minimumEvents: Int?

  @Option(
    help: ArgumentHelp(
      "Time constant of a second channel, which remembers all events and gives verdicts from 50 on: 1...4096.",
      valueName: "events"))
  var ewma: Int?

  @Option(
    help: """
      How thresholds are made (docs/calibration.md): article (2 x the largest score), max:X, \
      fixed:NATS; with --calibration also quantile:Q and false-alarms:PER-DAY.
      """)
  var rule = ThresholdChoice.multipleOfLargest(2)

  @Option(
    help: ArgumentHelp(
      "Scores of data not trained on, that mle-trainer calibrate wrote.", valueName: "scores.h5"))
  var calibration: String?

  @Option(
    help: "Events of a day on the device (default: at the rate of the calibration data).")
  var eventsPerDay: Double?

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
    if let eventsPerDay, !ThresholdChoice.isParameter(eventsPerDay) {
      throw ValidationError("--events-per-day must be over 0 as float32.")
    }
    if case .fixed(let nats) = rule, !ThresholdChoice.isThreshold(nats) {
      throw ValidationError("A fixed threshold must be over 0 and under 27.63 nats.")
    }
    if calibration == nil {
      if rule.needsOutOfFoldScores {
        throw ValidationError(
          "--rule \(rule.name) needs --calibration, the scores that mle-trainer calibrate makes.")
      }
      if eventsPerDay != nil { throw ValidationError("--events-per-day is for --calibration.") }
    }
    guard (1...Limits.rollingLength).contains(window) else {
      throw ValidationError("--window must be 1 to \(Limits.rollingLength) events.")
    }
    guard (1...Limits.rollingLength).contains(ewma ?? 1) else {
      throw ValidationError("--ewma must be 1 to \(Limits.rollingLength) events.")
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
    try OutputFiles.check([output], inputs: [checkpoint, calibrate, calibration])
    let checkpoint = try Checkpoint.read(checkpoint)
    let dataset = try TraceDataset(path: calibrate)
    warnOfUnfinishedTraining(of: checkpoint)
    let digest = try dataset.trainingDigest()
    let surprises = try surprises(checkpoint, dataset, digest: digest)
    let description = try description(of: checkpoint, dataset, digest: digest, surprises)
    let freezer = freezer(surprises)
    // Whether it can be written is better known before everything is scored.
    let file = try FileSink(creating: output)
    var progress = ProgressLine()
    defer { progress.clear() }
    let result = try namingFiles {
      try freezer.freeze(description, calibrating: dataset) { events in
        progress.show { "scored \(events) of \(dataset.eventCount) events" }
      }
    }
    try file.write(result.blob)
    try file.commit()
    progress.clear()
    FreezeReport(output, result, dataset).print(freezer.choice)
  }

  private func warnOfUnfinishedTraining(of checkpoint: Checkpoint) {
    guard let training = checkpoint.training,
      !training.progress.isComplete(training.configuration)
    else { return }
    Diagnostics.warn(
      tool: "mle-export",
      "\(self.checkpoint): \(training.progress.epoch) of \(training.configuration.epochs) epochs are done;"
        + " go on with mle-trainer train --resume")
  }

  /// What a threshold cannot be made of, or int8 not of, is a fact about a file.
  private func namingFiles<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as NothingToCalibrate {
      throw FileError(calibrate, .badData, error.description)
    } catch let error as ThresholdError {
      throw FileError(calibrate, .usage, error.description)
    } catch let error as PrecisionLoss {
      throw FileError(checkpoint, .badData, error.description)
    } catch let error as ModelFormatError {
      throw FileError(checkpoint, .badData, error.description)
    }
  }

  /// Whether the file belongs to this network and this data.
  private func surprises(
    _ checkpoint: Checkpoint, _ dataset: TraceDataset, digest: String
  ) throws -> OutOfFoldSurprises? {
    guard let calibration else { return nil }
    let surprises = try OutOfFoldSurprises(path: calibration)
    func refused(_ fault: CalibrationFileError.Fault) -> CalibrationFileError {
      CalibrationFileError(calibration, fault)
    }
    guard surprises.dataDigest == digest else { throw refused(.otherData) }
    guard surprises.units.count == dataset.eventCount else { throw refused(.damaged) }
    if let own = checkpoint.training?.configuration,
      let key = try otherSetting(of: surprises, from: own)
    {
      throw refused(.otherConfiguration(key: key))
    }
    if !surprises.isComplete {
      throw refused(.incomplete(done: surprises.foldsDone, of: surprises.networkCount))
    }
    return surprises
  }

  /// The first setting in which the networks behind `surprises` differ, or that is of another version.
  private func otherSetting(
    of surprises: OutOfFoldSurprises, from own: TrainingConfiguration
  ) throws -> String? {
    do {
      let trained = try TrainingConfiguration(text: surprises.configuration)
      return own.differences(from: trained).first?.key
    } catch TrainingError.setting(let key, _, _) {
      return key
    }
  }

  private func freezer(_ surprises: OutOfFoldSurprises?) -> Freezer {
    var freezer = Freezer()
    freezer.outOfFold = surprises
    freezer.eventsPerDay = eventsPerDay
    freezer.precision = precision.precision
    if let maxDifference { freezer.maximumDifference = maxDifference }
    freezer.channels = [DetectionChannel(.window, window, minimumEvents: minimumEvents)]
    if let ewma { freezer.channels.append(DetectionChannel(.ewma, ewma)) }
    if let unknownSurprise { freezer.unknownSurprise = Surprise(nats: Float(unknownSurprise)) }
    freezer.choice = rule
    return freezer
  }

  private func description(
    of checkpoint: Checkpoint, _ dataset: TraceDataset, digest: String,
    _ surprises: OutOfFoldSurprises?
  ) throws -> ModelDescription {
    var facts = checkpoint.provenance.map { ProvenanceEntry(key: $0.key, value: $0.value) }
    facts.append(ProvenanceEntry(key: "calibration.digest", value: digest))
    facts.append(ProvenanceEntry(key: "calibration.events", value: "\(dataset.calibrationEvents)"))
    if let surprises {
      facts.append(ProvenanceEntry(key: "calibration.folds", value: "\(surprises.foldCount)"))
      facts.append(ProvenanceEntry(key: "calibration.seed", value: "\(surprises.seed)"))
    }
    facts.append(
      ProvenanceEntry(key: "exporter", value: "mle-export \(MLEExport.configuration.version)"))
    return ModelDescription(checkpoint, provenance: facts)
  }
}

extension TraceDataset {
  /// Events of sequences that are not labelled an attack.
  fileprivate var calibrationEvents: Int {
    (0..<sequences.count).reduce(0) { sum, sequence in
      sequences.label(sequence) == .attack ? sum : sum + sequences.events(of: sequence).count
    }
  }
}

extension ThresholdChoice: ExpressibleByArgument {
  /// A rule as `--rule` takes it.
  public init?(argument: String) { self.init(name: argument) }

  /// The same on the help screen.
  public var defaultValueDescription: String { name }
}
