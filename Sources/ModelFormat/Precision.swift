/// In which numbers a blob holds its weights, and so in which arithmetic it is scored.
public enum Precision: UInt16, Sendable {
  /// IEEE 754 binary32.
  case float32 = 1
  /// Integers -127...127 times a scale; activations likewise, sums in 32 bits.
  case int8 = 2
}
