import CPlatform

/// Reads what there is, up to `count` bytes; 0 at the end.
///
/// - Throws: `.cannotRead`.
func readSome(
  _ descriptor: Int32, into memory: UnsafeMutableRawPointer, _ count: Int
) throws(Failure) -> Int {
  while true {
    let read = CPlatform.read(descriptor, memory, count)
    if read >= 0 { return read }
    if mle_errno() != 4 { throw .cannotRead(code: mle_errno()) }  // EINTR
  }
}

/// Reads up to `capacity` bytes; returns how many there were.
///
/// - Throws: `.cannotRead`.
func readAll(
  _ descriptor: Int32, into memory: UnsafeMutableRawPointer, _ capacity: Int
) throws(Failure) -> Int {
  var filled = 0
  while filled < capacity {
    let count = try readSome(descriptor, into: memory + filled, capacity - filled)
    if count == 0 { break }
    filled += count
  }
  return filled
}
