import Foundation
import Synchronization

/// The temporary names of files that are being made, where a signal handler finds them.
enum UnfinishedNames {
  typealias Place = Int

  /// Addresses of C strings, 0 for none. A handler may neither lock nor allocate: who takes a string out
  /// of its place owns it.
  private static let places = InlineArray<16, Atomic<UInt>> { _ in Atomic(0) }

  /// - Returns: nil where there are too many; that one is not removed by a signal.
  static func add(_ name: String) -> Place? {
    guard let copy = strdup(name) else { return nil }
    for place in places.indices {
      let (isFree, _) = places[place].compareExchange(
        expected: 0, desired: UInt(bitPattern: copy), ordering: .acquiringAndReleasing)
      if isFree { return place }
    }
    free(copy)
    return nil
  }

  static func remove(_ place: Place) { free(take(place)) }

  private static func take(_ place: Place) -> UnsafeMutablePointer<CChar>? {
    UnsafeMutablePointer(bitPattern: places[place].exchange(0, ordering: .acquiringAndReleasing))
  }

  static func prepare() { _ = places[0].load(ordering: .relaxed) }

  static func unlinkAll() {
    for place in places.indices {
      if let name = take(place) { unlink(name) }
    }
  }
}

extension UnfinishedFile {
  /// Makes the signals that end a program from outside remove all unfinished files first. Those that the
  /// program was started to ignore stay ignored.
  public static func removeAllOnSignals() {
    // Making the list takes a lock, which a handler may not.
    UnfinishedNames.prepare()
    for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) {
      signal(number) { UnfinishedFile.endProcess(by: $0) }
    }
  }

  /// What a handler does to end the process by its signal.
  public static func endProcess(by number: Int32) {
    UnfinishedNames.unlinkAll()
    signal(number, SIG_DFL)
    raise(number)
  }

  /// Whether nothing happens at a signal.
  public static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
