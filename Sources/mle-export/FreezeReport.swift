import CommandSupport
import Evaluation
import Foundation
import ModelFormat
import TraceData

/// What `mle-export` says about a blob that it made.
struct FreezeReport {
  private let output: String
  private let result: Freezer.Result
  private let dataset: TraceDataset

  /// - Parameter output: the blob's path.
  init(_ output: String, _ result: Freezer.Result, _ dataset: TraceDataset) {
    self.output = output
    self.result = result
    self.dataset = dataset
  }

  /// To standard output, and to standard error what should be looked at.
  func print(_ choice: ThresholdChoice) {
    Swift.print("\(output): \(result.blob.count) bytes")
    Swift.print(
      "calibrated on \(result.events) events, \(result.unknownEvents) of an unknown state")
    for (channel, largest) in zip(result.channels, result.largest) {
      Swift.print(
        "\(channel.name): threshold \(channel.threshold.text) nats; largest score"
          + " \(channel.calibrationMaximum.text), \(place(largest.sequence, largest.event))")
    }
    if let certificate = result.quantization { Swift.print(certificate.text) }
    printForecasts()
    warn(choice)
  }

  private func place(_ sequence: Int, _ event: Int) -> String {
    let entry = dataset.sequences[sequence]
    let number = event - dataset.sequences.events(of: sequence).lowerBound + 1
    let name = entry.name.isEmpty ? "unnamed" : entry.name
    return "\(name) (process \(entry.pid)), event \(number) of its own"
  }

  private func printForecasts() {
    guard let first = result.forecasts.first else { return }
    var line = "out of fold, \(first.events) events"
    if let rate = result.eventsPerDay {
      line += String(format: " or %.3g days of %.0f", Double(first.events) / rate, rate)
    }
    Swift.print(line)
    for forecast in result.forecasts {
      Swift.print(forecast.text(eventsPerDay: result.eventsPerDay))
    }
  }

  private func warn(_ choice: ThresholdChoice) {
    if result.unknownEvents > result.events / 10 {
      say(
        "\(result.unknownEvents) of \(result.events) events are of states that the network does not know;"
          + " calibrate on what it was trained on")
    }
    for (channel, largest) in zip(result.channels, result.largest) {
      if channel.threshold > result.uniformSurprise {
        say(
          "\(channel.name): the threshold is over ln V = \(result.uniformSurprise.text) nats, which a"
            + " uniform guess would not reach; check with mle-trainer evaluate that it fires")
      }
      if case .multipleOfLargest(let multiple) = choice,
        Double(channel.calibrationMaximum.units) > 1.5 * Double(largest.elsewhere.units)
      {
        let without = Double(largest.elsewhere.exactNats) * multiple
        say(
          "\(channel.name): one process alone makes the threshold, without it it would be"
            + String(format: " %.3f nats", without)
            + "; look at \(place(largest.sequence, largest.event))")
      }
    }
    guard case .falseAlarmsPerDay(let count) = choice, let rate = result.eventsPerDay,
      let forecast = result.forecasts.first
    else { return }
    let days = Double(forecast.events) / rate
    if count * days < 1 {
      say(
        String(format: "%.3g days of data cannot show %.3g false alarms a day", days, count)
          + ": the threshold is extrapolated; record more")
    }
  }

  private func say(_ text: String) {
    Diagnostics.warn(tool: "mle-export", "\(output): \(text)")
  }
}
