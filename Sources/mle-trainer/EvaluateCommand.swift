import ArgumentParser
import Checkpoints
import CommandSupport
import Evaluation
import Foundation
import ModelFormat
import TraceData
import Training

/// `mle-trainer evaluate`: what a blob finds, and what it flags by mistake.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Counts attacks found and false alarms, with the player's arithmetic.",
    discussion: """
      A run of an attack is found when any process goes over a threshold between its start and \
      its end; one that was over it before and stays so does not count, for no player alerts then. \
      The delay counts the events of all processes from the start. A process that goes over \
      a threshold at another time is a false alarm. With normal data and attacks, it also says how \
      well the scores of traces, windows of events and runs tell the two apart, whatever the \
      threshold.
      """)

  @Argument(help: ArgumentHelp("The blob, or a checkpoint.", valueName: "model.mle"))
  var model: String

  @Option(
    help: ArgumentHelp(
      "Data set of normal traces that the model was not trained on.", valueName: "data.h5"))
  var normal: String?

  @Option(help: ArgumentHelp("Data set with labelled attacks.", valueName: "data.h5"))
  var attack: String?

  @Option(help: "Multiples of the largest calibration score to try besides the blob's threshold.")
  var multiples: String?

  @OptionGroup var comparison: ComparisonOptions

  @Option(
    help: ArgumentHelp(
      "Training data: adds STIDE and an n-gram that learn from it to the tables.",
      valueName: "data.h5"))
  var train: String?

  @Option(
    help: ArgumentHelp(
      "Also writes a page with plots and explanations, which needs nothing else to be read.",
      valueName: "out.html"))
  var report: String?

  @Option(
    help: ArgumentHelp(
      "What mle-trainer train --log wrote: adds the losses to the page.", valueName: "file"))
  var log: String?

  @Flag(help: "One JSON object instead of tables.")
  var json = false

  func validate() throws {
    if log != nil && report == nil { throw ValidationError("--log is for --report.") }
    guard normal != nil || attack != nil else {
      throw ValidationError("Name data to evaluate on: --normal, --attack or both.")
    }
    if attack == nil, train != nil || comparison.isGiven {
      throw ValidationError(
        "--train, --scores, --window-events and --order are about --attack, which is missing.")
    }
    if comparison.order != nil, train == nil { throw ValidationError("--order is for --train.") }
    if multiples != nil, multipleValues.isEmpty {
      throw ValidationError("--multiples takes numbers over 0 and up to 100, such as 1,1.5,2.")
    }
  }

  /// Those that were named; none where one of them is none.
  private var multipleValues: [Double] {
    multiples.flatMap { text in
      CommaList.values(in: text) { part in
        Double(part).flatMap { $0 > 0 && $0 <= 100 ? $0 : nil }
      }
    } ?? []
  }

  func run() throws {
    try OutputFiles.check([report], inputs: [model, normal, attack, train, log])
    let detector = try DetectorFile(model)
    let rules = detector.isBlob ? detector.model.withModel { self.rules(of: $0) } : []
    if !detector.isBlob { try checkWithoutThreshold() }
    let (normal, attack) = try (normal.map(TraceDataset.init), attack.map(TraceDataset.init))
    let training = try train.map(TraceDataset.init)
    if let attack { try comparison.check(attack) }
    if let normal { ComparisonOptions.check(normal: normal) }
    // What it cannot be written for is better known before everything is scored.
    let file = try report.map(FileSink.init(creating:))
    let losses = try log.map(losses)
    let recorders = try [(normal, true), (attack, false)].map { dataset, isNormal in
      try recorder(detector.model, dataset, isNormal: isNormal)
    }
    // What the studies' passes saw is what the comparison needs.
    var passes: [String: ScoringPass] = [:]
    let result = EvaluationReport(
      model: model, rules: rules,
      normal: try studies(detector.model, normal, isNormal: true, rules, recorders[0], &passes),
      attack: try studies(detector.model, attack, isNormal: false, rules, recorders[1], &passes),
      hasTimes: attack?.hasTimes ?? false,
      comparison: try compare(detector, training, normal, attack, passes))
    if json {
      print(try JSONText.of(result))
    } else {
      print(result.text, terminator: "")
    }
    guard let file else { return }
    let page = ReportPage(
      detector.model, name: URL(fileURLWithPath: model).lastPathComponent, report: result,
      recorders: recorders.compactMap { $0 }, losses: losses, tool: MLETrainer.createdBy,
      options: shownOptions)
    try file.write(page.html.utf8)
    try file.commit()
  }

  /// Whether there is anything to be said about a checkpoint, which has no threshold.
  private func checkWithoutThreshold() throws(UsageError) {
    for (option, isGiven) in [("report", report != nil), ("multiples", multiples != nil)]
    where isGiven {
      throw UsageError("\(model): a checkpoint has no threshold; --\(option) takes a blob")
    }
    if attack == nil {
      throw UsageError(
        "\(model): a checkpoint has no threshold; name a blob, or data to rank with --attack")
    }
  }

  /// Nil where there is no data, or no page to be made.
  private func recorder(
    _ loaded: LoadedModel, _ dataset: TraceDataset?, isNormal: Bool
  ) throws -> ReportRecorder? {
    guard let dataset, report != nil else { return nil }
    return try ReportRecorder(
      loaded, dataset, isNormal: isNormal, digest: try dataset.trainingDigest())
  }

  private func losses(_ path: String) throws -> TrainingLosses {
    let log = try WholeFile.read(path)
    do throws(TrainingLosses.LogError) {
      return try TrainingLosses(log: log)
    } catch {
      throw FileError(path, .badData, error.description)
    }
  }

  /// The options that decide what the page shows.
  private var shownOptions: [(name: String, value: String)] {
    let options: [(name: String, value: String?)] = [
      ("--normal", normal), ("--attack", attack), ("--train", train), ("--log", log),
      ("--multiples", multiples),
      ("--window-events", "\(comparison.windowLength)"),
      ("--order", "\(comparison.sequenceLength)"),
      ("--scores", comparison.scores?.values.map(\.name).joined(separator: ", ")),
    ]
    return options.compactMap { option in option.value.map { (option.name, $0) } }
  }

  /// Nil where there is nothing to compare.
  private func compare(
    _ detector: DetectorFile, _ training: TraceDataset?, _ normal: TraceDataset?,
    _ attack: TraceDataset?, _ passes: [String: ScoringPass]
  ) throws -> DetectorComparison? {
    guard let attack else { return nil }
    let own = detector.isBlob ? detector.model.withModel { $0.aggregations } : []
    let name = URL(fileURLWithPath: model).lastPathComponent
    return try comparison.compare(
      NetworkDetector(
        name: name, detector.model, byteCount: detector.byteCount, passes: passes),
      training: training, normal: normal, attack: attack, aggregations: own)
  }

  /// The blob's own thresholds, then those asked for.
  private func rules(of model: Model) -> [EvaluationReport.Rule] {
    let channels = (0..<model.channelCount).map { model.channel(at: $0) }
    return [EvaluationReport.Rule(name: "the blob's", channels: channels)]
      + multipleValues.map { multiple in
        EvaluationReport.Rule(
          name: "\(multiple) x largest",
          channels: channels.map { channel in
            let units = Double(channel.calibrationMaximum.units) * multiple
            var changed = channel
            changed.threshold = Surprise(
              units: UInt32(min(units.rounded(.up), Double(UInt32.max))))
            return changed
          })
      }
  }

  /// - Parameter passes: takes the pass over the data set, for a comparison.
  private func studies(
    _ loaded: LoadedModel, _ dataset: TraceDataset?, isNormal: Bool,
    _ rules: [EvaluationReport.Rule], _ recorder: ReportRecorder?,
    _ passes: inout [String: ScoringPass]
  ) throws -> [DetectionStudy] {
    guard let dataset, !rules.isEmpty else { return [] }
    var progress = ProgressLine()
    defer { progress.clear() }
    var studies: [DetectionStudy] = []
    let pass = try ScoringPass {
      // Without attacks nothing is compared.
      var surprises = [Surprise](
        repeating: Surprise(units: 0), count: attack == nil ? 0 : dataset.eventCount)
      studies = try DetectionStudy.studies(
        of: loaded, on: dataset, isNormal: isNormal, rules: rules.map(\.channels),
        progress: { events in
          progress.show { "\(dataset.path): scored \(events) of \(dataset.eventCount) events" }
        },
        observe: { step, scorer in
          if !surprises.isEmpty { surprises[step.event] = step.scored.surprise }
          try recorder?.add(step, by: scorer)
        })
      return surprises
    }
    // Explaining takes longer than scoring, whose time is to be compared.
    if recorder == nil { passes[dataset.path] = pass }
    return studies
  }
}
