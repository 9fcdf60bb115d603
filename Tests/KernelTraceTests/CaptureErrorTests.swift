import KernelTrace
import TestSupport
import Testing

/// Hand-made captures whose checksums are right, so that only the rule named refuses them.
@Suite struct CaptureErrorTests {
  static func header(major: UInt8 = 1) -> [UInt8] {
    let bytes: [UInt8] = [0x89, 0x4d, 0x4c, 0x54, 0x0d, 0x0a, 0x1a, 0x0a, major, 0, 0, 0]
    return bytes + checksum(bytes)
  }

  static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    littleEndian(bytes.withUnsafeBytes { CRC32.of($0) })
  }

  static func littleEndian(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  static func block(_ payload: [UInt8], length: UInt32? = nil) -> [UInt8] {
    let lengths = littleEndian(length ?? UInt32(payload.count)) + checksum(payload)
    return lengths + checksum(lengths) + payload
  }

  @Test(arguments: [
    ([9], CaptureError.unknownTag(found: 9, atOffset: 28)),
    ([0], .unknownTag(found: 0, atOffset: 28)),
    ([2, 1, 1, 0], .recordTooLong(atOffset: 28)),
    ([5, 1, 1, 0, 5], .recordTooLong(atOffset: 32)),
    ([5, 0x81, 0, 1, 0], .number(atOffset: 29)),
    ([5, 0xff, 0xff, 0xff, 0xff, 0x10, 1, 0], .number(atOffset: 29)),
    ([5, 1, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2], .number(atOffset: 31)),
    ([5, 0, 1, 0], .threadNumberZero(atOffset: 28)),
    ([3, 1, 1, 1, 0, 0], .threadNumberZero(atOffset: 28)),
    ([6, 1, 1, 0, 0], .threadNumberZero(atOffset: 28)),
    ([1, 7, 0], .stateName(atOffset: 28)),
    ([1, 7, 1, 0x20], .stateName(atOffset: 28)),
    ([1, 7, 2, 0x61], .recordTooLong(atOffset: 28)),
    ([1, 7, 0x80, 2], .number(atOffset: 30)),
    ([1, 0, 1, 0x61], .renamedState(id: 0, atOffset: 28)),
    ([1, 7, 1, 0x61, 1, 7, 1, 0x61, 1, 7, 1, 0x62], .renamedState(id: 7, atOffset: 36)),
    ([2, 1, 1, 7, 0], .unnamedState(id: 7, atOffset: 28)),
    ([4, 1, 1, 1, 0x20, 0], .programName(atOffset: 28)),
    ([4, 1, 1, 16] + [UInt8](repeating: 0x61, count: 17), .programName(atOffset: 28)),
  ])
  func recordIsRefused(payload: [UInt8], error: CaptureError) {
    #expect(Reading(Self.header() + Self.block(payload)).error == error)
  }

  @Test func whatIsNotASCIIInAStoredProgramNameIsReplaced() {
    let reading = Reading(Self.header() + Self.block([4, 1, 1, 3, 0x61, 0xc3, 0xa9, 0]))
    #expect(reading.error == nil)
    #expect(
      reading.records == [.exec(ThreadID(pid: 1, tid: 1), name: ProgramName("a??"), time: 0)])
  }

  @Test func aStateOf64BytesPassesAndOf65DoesNot() {
    let name = [UInt8](repeating: 0x61, count: 65)
    #expect(Reading(Self.header() + Self.block([1, 7, 64] + name[1...])).error == nil)
    #expect(
      Reading(Self.header() + Self.block([1, 7, 65] + name)).error == .stateName(atOffset: 28))
  }

  @Test func anybodyMayHaveLostRecords() {
    let reading = Reading(Self.header() + Self.block([6, 3, 0, 0, 2]))
    #expect(reading.records == [.lost(count: 3, thread: nil, time: 1)])
  }

  @Test func stateZeroMayBeNamedUnknown() {
    let reading = Reading(Self.header() + Self.block([1, 0, 7] + Array("unknown".utf8)))
    #expect(reading.items == [.name(0, "unknown")])
  }

  @Test(arguments: [UInt32(0), (1 << 20) + 1, .max]) func blockLengthIsLimited(length: UInt32) {
    #expect(
      Reading(Self.header() + Self.block([], length: length)).error
        == .blockLength(found: Int(length), atOffset: 16))
  }

  @Test func headersAreChecked() {
    #expect(Reading(Self.header(major: 2)).error == .unsupportedVersion(found: 2))
    var damaged = Self.header()
    damaged[15] ^= 1
    #expect(Reading(damaged).error == .damagedHeader)
    #expect(Reading(Array("\u{89}".utf8)).error == .notACapture)
    #expect(Reading([0x89, 0x4d, 0x4c, 0x45]).error == .notACapture)
  }

  /// What is under a right checksum is as little to be trusted as what is not.
  @Test func randomPayloadsNeverTrap() {
    var random = SplitMix64(seed: 21)
    for _ in 0..<5000 {
      let count = 1 + random.next() % 40
      let payload = (0..<count).map { _ in
        random.next() % 2 == 0
          ? UInt8(random.next() % 8) : UInt8(truncatingIfNeeded: random.next())
      }
      let reading = Reading(Self.header() + Self.block(payload))
      #expect(reading.error != nil || reading.end == .complete(atOffset: 28 + count))
    }
  }

  @Test func everyErrorExplainsItself() {
    #expect(
      CaptureError.blockLength(found: 0, atOffset: 16).description
        == "the block at byte 16 is 0 bytes, allowed are 1 to 1048576; record it again")
    #expect(
      CaptureError.unnamedState(id: 7, atOffset: .max).description
        == "the event at byte 9223372036854775807 has the state 7, which was not named before; "
        + "record it again")
  }
}
