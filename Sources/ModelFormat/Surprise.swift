/// The cross entropy of one event, in nats, as a fixed-point number.
///
/// An integer, so that sums over a window are exact, never drift, and are the same on every CPU.
public struct Surprise: Equatable, Comparable, Sendable {
  /// In units of 2^-24 nats.
  public let units: UInt32

  /// A surprise of `units` * 2^-24 nats.
  public init(units: UInt32) { self.units = units }

  /// How many units make a nat.
  public static let unitsPerNat: Float = 16_777_216

  /// -ln(1e-12): no event counts for more.
  public static let cap = Surprise(units: 463_571_609)

  /// The largest surprise that is not over `nats`, for `nats` in 0..<256.
  public init(nats: Float) { units = UInt32(nats * Self.unitsPerNat) }

  /// In nats.
  public var nats: Float { Float(units) / Self.unitsPerNat }

  /// By size.
  public static func < (a: Surprise, b: Surprise) -> Bool { a.units < b.units }
}
