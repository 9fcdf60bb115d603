import Foundation
import ModelFormat

/// What several sets of thresholds of one model find and flag, for people and for programs.
public struct EvaluationReport: Encodable {
  /// Thresholds and how they came about.
  public struct Rule {
    /// For people.
    public let name: String
    /// The model's channels with the thresholds.
    public let channels: [DetectionChannel]

    /// A rule.
    public init(name: String, channels: [DetectionChannel]) {
      self.name = name
      self.channels = channels
    }
  }

  /// What the thresholds of one rule did.
  public struct Outcome: Encodable {
    let rule: String
    let thresholds: [Threshold]
    /// On data without attacks.
    let normal: FalseAlarms?
    /// On data with attacks, outside of their runs.
    let betweenAttacks: FalseAlarms?
    let attacks: [Kind]
  }

  /// A channel's threshold.
  struct Threshold: Encodable {
    let channel: String
    let nats: Double
  }

  struct FalseAlarms: Encodable {
    let alarms: Int
    let events: Int
  }

  /// What became of the runs of one kind of attack.
  public struct Kind: Encodable {
    let kind: String
    let runs: Int
    let found: Int
    /// Of those found: events of all processes from the start of the run to the alarm.
    let medianEvents: Int?
    let medianMilliseconds: Double?
  }

  let model: String
  let outcomes: [Outcome]

  /// - Parameters:
  ///   - normal: one study a rule, or none.
  ///   - attack: one study a rule, or none.
  public init(
    model: String, rules: [Rule], normal: [DetectionStudy], attack: [DetectionStudy]
  ) {
    self.model = model
    outcomes = rules.indices.map { index in
      Outcome(
        rule: rules[index].name,
        thresholds: rules[index].channels.map {
          Threshold(channel: $0.name, nats: $0.threshold.exactNats)
        },
        normal: normal.isEmpty ? nil : FalseAlarms(normal[index]),
        betweenAttacks: attack.isEmpty ? nil : FalseAlarms(attack[index]),
        attacks: attack.isEmpty ? [] : attack[index].rows.map(Kind.init))
    }
  }
}

extension EvaluationReport.FalseAlarms {
  init(_ study: DetectionStudy) {
    self.init(alarms: study.falseAlarms, events: study.eventsOutside)
  }
}

extension EvaluationReport.Kind {
  init(_ row: DetectionStudy.Row) {
    self.init(
      kind: row.kind, runs: row.runs, found: row.found, medianEvents: row.medianEvents,
      medianMilliseconds: row.medianDelay.map { Double($0) / 1e6 })
  }
}

extension EvaluationReport {
  /// A table a rule.
  public var text: String {
    outcomes.map(\.text).joined(separator: "\n")
  }
}

extension EvaluationReport.Outcome {
  fileprivate var text: String {
    let thresholds = thresholds.map {
      "\($0.channel) over \($0.nats.formatted(decimals: 3)) nats"
    }
    var lines = ["\(thresholds.joined(separator: ", ")) (\(rule))"]
    if let normal {
      lines.append("  false alarms on normal data    \(normal.text)")
    }
    if let betweenAttacks {
      lines.append("  false alarms between attacks   \(betweenAttacks.text)")
    }
    if !attacks.isEmpty {
      lines.append("  attack                 found   median events   median ms")
      lines += attacks.map(\.line)
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension EvaluationReport.FalseAlarms {
  fileprivate var text: String { "\(alarms) in \(events) events" }
}

extension EvaluationReport.Kind {
  fileprivate var line: String {
    let found = "\(found) of \(runs)"
    let events = medianEvents.map { "\($0)" } ?? "-"
    let milliseconds = medianMilliseconds.map { String(format: "%.1f", $0) } ?? "-"
    return "  " + kind.padded(to: 18) + found.aligned(to: 10) + events.aligned(to: 16)
      + milliseconds.aligned(to: 12)
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  fileprivate func aligned(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
