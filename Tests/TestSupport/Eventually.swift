import Foundation

/// Waits until a condition holds; false where it does not in time.
///
/// The limit is for what never comes: a loaded machine may take long for anything.
@discardableResult
public func eventually(
  within seconds: Double = 120, _ condition: () throws -> Bool
) rethrows -> Bool {
  let end = ContinuousClock.now + .seconds(seconds)
  while try !condition() {
    guard ContinuousClock.now < end else { return false }
    usleep(2000)
  }
  return true
}
