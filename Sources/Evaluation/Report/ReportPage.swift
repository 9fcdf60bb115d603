import Foundation
import ModelFormat
import Scoring
import TraceData

/// What a detector finds, as one page of HTML that needs nothing else: no network, no script.
///
/// The same evaluation gives the same bytes. Everything that comes from a file is escaped.
public struct ReportPage {
  let modelName: String
  let model: LoadedModel
  let report: EvaluationReport
  /// Of normal data and of data with attacks, where there are such.
  let recorders: [ReportRecorder]
  let losses: TrainingLosses?
  /// Tool and version.
  private let tool: String
  /// Those that decide what is shown, by name.
  private let options: [(name: String, value: String)]

  /// - Parameters:
  ///   - name: the model's file.
  ///   - report: of at least one rule, the first one the blob's own.
  ///   - recorders: what was gathered while the data were scored for it.
  public init(
    _ model: LoadedModel, name: String, report: EvaluationReport, recorders: [ReportRecorder],
    losses: TrainingLosses?, tool: String, options: [(name: String, value: String)]
  ) {
    self.model = model
    modelName = name
    self.report = report
    self.recorders = recorders
    self.losses = losses
    self.tool = tool
    self.options = options
  }

  /// The page.
  public var html: String {
    let sections = [
      heading, tiles, notes, timeSection, attackSection, alertSection, statesSection,
      rankingSection, lossSection, provenanceSection,
    ]
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(HTML.escaped(modelName)): evaluation</title>
      <style>
      \(ChartStyle.css)
      \(ReportStyle.css)
      </style>
      </head>
      <body>
      <main>
      \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
      </main>
      </body>
      </html>

      """
  }

  private var heading: String {
    let (summary, digest) = model.withModel { ($0.architecture.summary, $0.digest.description) }
    return """
      <h1>What \(HTML.escaped(modelName)) finds</h1>
      <p class="muted">\(HTML.escaped(summary)); model <code>\(digest.prefix(16))</code></p>
      """
  }

  private var tiles: String {
    guard let own = report.outcomes.first else { return "" }
    var tiles: [(number: String, text: String)] = []
    if !own.attacks.isEmpty {
      let found = own.attacks.reduce(0) { $0 + $1.found }
      let runs = own.attacks.reduce(0) { $0 + $1.runs }
      let kinds = own.attacks.count { $0.found > 0 }
      tiles.append(
        (
          "\(found.grouped) of \(runs.grouped)",
          "attacks found; \(kinds) of \(own.attacks.count) kinds"
        ))
    }
    if let alarms = own.normal {
      tiles.append(
        (alarms.alarms.grouped, "false alarms in \(alarms.events.grouped) events of normal data"))
    }
    if let alarms = own.betweenAttacks {
      tiles.append(
        (alarms.alarms.grouped, "false alarms in \(alarms.events.grouped) events between attacks"))
    }
    tiles += own.thresholds.map {
      ("\($0.nats.formatted(decimals: 3)) nats", "threshold of \($0.channel)")
    }
    return "<div class=\"tiles\">"
      + tiles.map { "<div class=\"tile\"><b>\($0.number)</b><span>\($0.text)</span></div>" }
      .joined() + "</div>"
  }

  /// What a reader must know before believing the numbers.
  private var notes: String {
    let provenance = self.provenance
    var notes: [String] = []
    for recorder in recorders where recorder.isNormal {
      for (key, use) in [("data.digest", "trained"), ("calibration.digest", "calibrated")]
      where provenance.contains(where: { $0 == key && $1 == recorder.digest }) {
        notes.append(
          "\(HTML.escaped(recorder.dataset.path)) is the data that the model was \(use) on: its"
            + " false alarms say little about other data.")
        break
      }
    }
    for channel in model.channels where model.withModel({ $0.isBlind(channel) }) {
      notes.append(
        "The threshold of \(channel.name) is over ln V, which a uniform guess would not reach.")
    }
    return notes.map { "<p class=\"note\">\($0)</p>" }.joined(separator: "\n")
  }

  private var lossSection: String {
    guard let losses else { return "" }
    return "<h2>Training</h2>\n" + losses.chart
  }

  // MARK: Where it came from

  /// The model's, by key.
  private var provenance: [(key: String, value: String)] {
    model.withModel { ModelDescription($0).provenance.map { ($0.key, $0.value) } }
  }

  private var provenanceSection: String {
    let digest = model.withModel { $0.digest.description }
    func code(_ text: String) -> String { "<code>\(HTML.escaped(text))</code>" }
    let files =
      [["model", code(modelName), code(digest)]]
      + recorders.map { recorder in
        let what = recorder.isNormal ? "normal data" : "data with attacks"
        let dataset = recorder.dataset
        return [
          what,
          code(dataset.path) + ": \(dataset.eventCount.grouped) events of"
            + " \(dataset.sequences.count.grouped) sequences; " + HTML.escaped(dataset.source),
          code(recorder.digest),
        ]
      }
    return "<h2>Where it comes from</h2>\n"
      + HTML.table(["", "file", "digest"], files, class: "words")
      + HTML.table(
        ["option", "value"], options.map { [HTML.escaped($0.name), code($0.value)] },
        class: "words")
      + HTML.details(
        "What the model says of itself",
        HTML.table(
          ["key", "value"], provenance.map { [HTML.escaped($0.key), code($0.value)] },
          class: "words"))
      + "<p class=\"muted\">Made by \(HTML.escaped(tool)). Digests of data are of vocabulary,"
      + " sequences, labels and states, as a model's <code>data.digest</code>.</p>"
  }
}
