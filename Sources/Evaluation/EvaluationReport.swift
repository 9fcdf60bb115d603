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
    let attacks: [FoundRuns]
  }

  /// A channel's threshold.
  struct Threshold: Encodable {
    let channel: String
    let nats: Double
  }

  let model: String
  let outcomes: [Outcome]
  let comparison: DetectorComparison?

  /// - Parameters:
  ///   - normal: one study a rule, or none.
  ///   - attack: one study a rule, or none.
  ///   - hasTimes: whether delays are known in time.
  ///   - comparison: how well scores tell attacks from normal data, whatever the threshold.
  public init(
    model: String, rules: [Rule], normal: [DetectionStudy], attack: [DetectionStudy],
    hasTimes: Bool, comparison: DetectorComparison? = nil
  ) {
    self.model = model
    self.comparison = comparison
    outcomes = rules.indices.map { index in
      Outcome(
        rule: rules[index].name,
        thresholds: rules[index].channels.map {
          Threshold(channel: $0.name, nats: $0.threshold.exactNats)
        },
        normal: normal.isEmpty ? nil : FalseAlarms(normal[index]),
        betweenAttacks: attack.isEmpty ? nil : FalseAlarms(attack[index]),
        attacks: attack.isEmpty
          ? [] : attack[index].rows.map { FoundRuns($0, hasTimes: hasTimes) })
    }
  }
}

extension EvaluationReport {
  /// A table a rule, then the comparison.
  public var text: String {
    (outcomes.map(\.text) + (comparison.map { [$0.text] } ?? [])).joined(separator: "\n")
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
      lines.append(
        "  attack".padded(to: 20) + "found".aligned(to: 12) + "events: median, 90 %".aligned(to: 22)
          + "ms: median, 90 %".aligned(to: 20))
      lines += attacks.map {
        "  " + $0.kind.padded(to: 18) + $0.foundText.aligned(to: 12) + $0.eventsText.aligned(to: 22)
          + $0.millisecondsText.aligned(to: 20)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension FalseAlarms {
  fileprivate var text: String {
    let rates = [
      perMillionEvents.map { $0.formatted(decimals: 1) + " a million" },
      perHour.map { $0.formatted(decimals: 1) + " an hour" },
    ].compactMap { $0 }
    return (["\(alarms) in \(events) events"] + rates).joined(separator: ", ")
  }
}
