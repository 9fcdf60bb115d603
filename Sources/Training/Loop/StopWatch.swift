/// Counts events and the time they take, epoch by epoch, for reports only.
final class StopWatch {
  /// Events of this epoch.
  var tokens = 0
  /// How long this epoch took until it was stopped.
  private(set) var seconds = 0.0
  private var tokensBefore = 0
  private var start = ContinuousClock.now

  /// Events since the watch was made.
  var totalTokens: Int { tokensBefore + tokens }

  /// Starts an epoch.
  func restart() {
    tokensBefore += tokens
    tokens = 0
    start = .now
  }

  /// Ends it.
  func stop() { seconds = (ContinuousClock.now - start) / .seconds(1) }
}
