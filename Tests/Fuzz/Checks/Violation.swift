/// Something that has to hold for any bytes and does not hold for these.
public struct Violation: Error, Equatable {
  /// What has to hold.
  public let law: String

  init(_ law: String) { self.law = law }

  static func check(_ holds: Bool, _ law: @autoclosure () -> String) throws(Violation) {
    if !holds { throw Violation(law()) }
  }
}
