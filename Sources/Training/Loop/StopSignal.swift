import Foundation
import Synchronization
import TraceData

/// Ctrl-C, `kill` and a lost terminal as a flag that the training loop looks at after every step.
///
/// The first signal only sets the flag; a second one of the same kind ends the process at once.
public enum StopSignal {
  private static let received = Atomic<Int32>(0)

  /// Starts to watch for SIGINT, SIGTERM and SIGHUP; those that the program was started to ignore, as
  /// under `nohup`, stay ignored.
  public static func watch() {
    // The flag has to exist before a handler touches it: making it takes a lock.
    received.store(0, ordering: .relaxed)
    UnfinishedFile.removeAllOnSignals()
    for number in [SIGINT, SIGTERM, SIGHUP] where !UnfinishedFile.isIgnored(number) {
      signal(number) { number in
        StopSignal.received.store(number, ordering: .relaxed)
        signal(number) { UnfinishedFile.endProcess(by: $0) }
      }
    }
  }

  /// Stops to watch: from here on a signal ends the process again.
  public static func unwatch() {
    UnfinishedFile.removeAllOnSignals()
  }

  /// The signal that came, if any.
  public static var number: Int32? {
    let number = received.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }
}
