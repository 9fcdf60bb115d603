/// Which state ids a capture has named so far, and a fingerprint of each name.
///
/// It allocates when states are named, never for an event.
struct NamedStates: ~Copyable {
  enum Outcome { case new, known, different, full }

  /// State 0 needs no name.
  private var fingerprints = NumberTable<UInt64>()

  func contains(_ id: UInt32) -> Bool { id == 0 || fingerprints[id] != nil }

  mutating func insert(_ id: UInt32, name: UnsafeRawBufferPointer) -> Outcome {
    if id == 0 { return StateName.isUnknown(name) ? .known : .different }
    let fingerprint = Self.fingerprint(of: name)
    if let known = fingerprints[id] { return known.pointee == fingerprint ? .known : .different }
    guard fingerprints.count < CaptureLayout.mostStates else { return .full }
    _ = fingerprints.insert(id, fingerprint)
    return .new
  }

  /// FNV-1a. Two names of one id that collide pass unnoticed, once in 2^64.
  private static func fingerprint(of name: UnsafeRawBufferPointer) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }
}
