import Foundation

/// One line on a terminal that is written over; nothing where stderr is no terminal.
public struct ProgressLine {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var latest = ContinuousClock.now
  private var isShown = false

  /// Nothing shown yet.
  public init() {}

  /// Shows a line, at most ten times a second.
  public mutating func show(_ text: () -> String) {
    guard isTerminal, latest.duration(to: .now) > .milliseconds(100) else { return }
    latest = .now
    isShown = true
    put("\r\u{1b}[K" + text())
  }

  /// Removes the line.
  public mutating func clear() {
    if isShown { put("\r\u{1b}[K") }
    isShown = false
  }

  /// Says something that stays.
  public func tell(_ text: String) { put(text + "\n") }

  private func put(_ text: String) { StandardError.write(text) }
}
