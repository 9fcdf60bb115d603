import ModelFormat
import TestSupport
import Testing

@Suite struct ModelDamageTests {
  let blob: [UInt8]

  init() throws { blob = try Sample.smallest().encoded() }

  static let blobs = ["float32", "int8"]

  private func blob(_ precision: String) throws -> [UInt8] {
    precision == "int8" ? try Sample.certified().encoded() : blob
  }

  @Test(arguments: blobs) func everyTruncationIsNamed(precision: String) throws {
    let blob = try blob(precision)
    for length in 0..<blob.count {
      let needed = length < 160 ? 160 : blob.count
      #expect(
        refusal(of: Array(blob[..<length])) == .truncated(atOffset: length, needed: needed))
    }
  }

  @Test(arguments: blobs) func everyFlippedBitIsRefused(precision: String) throws {
    let blob = try blob(precision)
    for bit in 0..<(8 * blob.count) {
      var damaged = blob
      damaged[bit / 8] ^= 1 << (bit % 8)
      #expect(refusal(of: damaged) != nil, "bit \(bit)")
    }
  }

  @Test(arguments: [1, 2, 64, 4096]) func everyAppendedByteIsRefused(count: Int) {
    for value in [UInt8(0), 0x0a, 0xff] {
      #expect(
        refusal(of: blob + [UInt8](repeating: value, count: count))
          == .trailingBytes(atOffset: blob.count, count: count))
    }
  }

  @Test func misalignedMemoryIsRefused() {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: blob.count + 4, alignment: 64)
    defer { memory.deallocate() }
    for shift in 0...4 {
      let place = UnsafeMutableRawBufferPointer(rebasing: memory[shift..<(shift + blob.count)])
      place.copyBytes(from: blob)
      var refused: ModelFormatError?
      do { _ = try Model(bytes: UnsafeRawBufferPointer(place)) } catch { refused = error }
      #expect(refused == (shift % 4 == 0 ? nil : .misaligned(by: shift)))
    }
  }

  @Test func textModeDamageIsToldFromForeignFiles() {
    let toUnix = [0x89, 0x4d, 0x4c, 0x45, 0x0a, 0x1a] + blob[6...]
    let toWindows = [0x89, 0x4d, 0x4c, 0x45, 0x0d, 0x0d, 0x0a, 0x1a] + blob[7...]
    let sevenBits = blob.map { $0 & 0x7f }
    let fromLatin1 = [0xc2] + blob
    let replaced = [0xef, 0xbf, 0xbd] + blob[1...]
    for damaged in [toUnix, toWindows, sevenBits, fromLatin1, replaced] {
      #expect(refusal(of: damaged) == .textModeDamage)
    }
    #expect(refusal(of: Array("PK\u{3}\u{4}".utf8)) == .notABlob)
    #expect(refusal(of: [UInt8](repeating: 0, count: 1000)) == .notABlob)
    #expect(refusal(of: [0x89, 0x4d, 0x4c, 0x54] + blob[4...]) == .notABlob)
  }

  /// With a digest to match, each change reaches the checks behind the digest. None may trap, and
  /// whatever is accepted encodes to the bytes it was read from.
  @Test(arguments: blobs, [UInt64(1), 2, 3, 4])
  func mutationsWithAValidDigestNeverTrap(precision: String, seed: UInt64) throws {
    let blob = try blob(precision)
    var random = SplitMix64(seed: seed)
    var accepted = 0
    for _ in 0..<2500 {
      let mutated = withValidDigest(mutate(blob, &random))
      guard let description = try? decode(mutated) else { continue }
      accepted += 1
      #expect((try? description.encoded()) == mutated)
    }
    #expect(accepted > 0)
  }

  private func mutate(_ blob: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var mutated = blob
    for _ in 0...(random.next() % 3) {
      // Mostly where there is structure: header and metadata.
      let end = random.next() % 4 == 0 ? blob.count - 32 : Parts(blob: blob).weights
      let offset = 8 + Int(random.next() % UInt64(end - 8))
      switch random.next() % 4 {
      case 0: mutated[offset] ^= 1 << (random.next() % 8)
      case 1: mutated[offset] = UInt8(truncatingIfNeeded: random.next())
      case 2: mutated[offset] = [0, 1, 0x7f, 0x80, 0xff][Int(random.next() % 5)]
      default:
        let word = offset & ~3
        for index in word..<(word + 4) { mutated[index] = 0xff }
      }
    }
    return mutated
  }

  @Test func randomBytesAfterTheMagicNeverTrap() {
    var random = SplitMix64(seed: 5)
    for _ in 0..<2000 {
      let count = Int(random.next() % 600)
      let bytes =
        blob.prefix(12) + (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      #expect(refusal(of: Array(bytes)) != nil)
    }
  }

  @Test func flippedBitsOfTheWindowNetworkAreRefused() throws {
    let blob = try Sample.window().encoded()
    var random = SplitMix64(seed: 6)
    for _ in 0..<100 {
      var damaged = blob
      let bit = Int(random.next() % UInt64(8 * blob.count))
      damaged[bit / 8] ^= 1 << (bit % 8)
      #expect(refusal(of: damaged) != nil, "bit \(bit)")
    }
  }
}
