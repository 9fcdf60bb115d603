import ModelFormat
import Testing

/// Each rule, broken in a blob whose digest is right.
@Suite struct ModelFormatErrorTests {
  let parts: Parts
  let window: Parts

  init() throws {
    parts = Parts(blob: try Sample.smallest().encoded())
    window = Parts(blob: try Sample.window().encoded())
  }

  @Test func header() {
    #expect(refusal(of: parts.replacing(8, u16: 2)) == .unsupportedVersion(found: 2))
    #expect(refusal(of: parts.replacing(12, u32: 132)) == .headerLength(found: 132))
    for precision: UInt16 in [0, 3, 0xffff] {
      #expect(
        refusal(of: parts.replacing(34, u16: precision))
          == .unsupportedPrecision(found: Int(precision)))
    }
    #expect(refusal(of: parts.replacing(36, u16: 0)) == .unsupportedArithmetic(found: 0))
    #expect(refusal(of: parts.replacing(32, u16: 3)) == .unsupportedArchitecture(found: 3))
    #expect(
      refusal(of: parts.replacing(50, [3])) == .unknownChoice(.activation, found: 3, atOffset: 50))
    #expect(
      refusal(of: parts.replacing(51, [2])) == .unknownChoice(.tying, found: 2, atOffset: 51))
    for offset in [38, 39, 54, 83, 84, 127] {
      #expect(refusal(of: parts.replacing(offset, [1])) == .reservedNotZero(atOffset: offset))
    }
    for offset in 46..<84 {
      #expect(refusal(of: window.replacing(offset, [1])) == .reservedNotZero(atOffset: offset))
    }
  }

  @Test func lengths() {
    let total = parts.blob.count
    #expect(
      refusal(of: parts.replacing(16, u32: UInt32(total + 1)))
        == .truncated(atOffset: total, needed: total + 1))
    #expect(
      refusal(of: parts.replacing(16, u32: UInt32(total - 1)))
        == .trailingBytes(atOffset: total - 1, count: 1))
    #expect(
      refusal(of: parts.replacing(16, [UInt8](repeating: 0xff, count: 8)))
        == .truncated(atOffset: total, needed: .max))
    #expect(
      refusal(of: parts.replacing(28, u32: .max))
        == .lengthSum(found: Int(UInt32.max) + parts.weights + 32, needed: total))
    let (metadata, weights) = (parts.u32(24), parts.u32(28))
    let shifted = Parts(blob: parts.replacing(24, u32: metadata + 8)).replacing(
      28, u32: weights - 8)
    #expect(refusal(of: shifted) == .metadataLength(found: Int(metadata) + 8))
    let moved = Parts(blob: parts.replacing(24, u32: metadata + 64))
      .replacing(28, u32: weights - 64)
    #expect(
      refusal(of: moved) == .weightsLength(found: Int(weights) - 64, needed: Int(weights)))
    var damaged = parts.blob
    damaged[total - 1] ^= 1
    #expect(refusal(of: damaged) == .digestMismatch)
  }

  @Test func dimensions() {
    func dimension(
      _ dimension: ModelFormatError.Dimension, _ found: Int, _ allowed: ClosedRange<Int>
    ) -> ModelFormatError { .dimension(dimension, found: found, allowed: allowed) }
    #expect(refusal(of: parts.replacing(40, u32: 1)) == dimension(.vocabularySize, 1, 2...8192))
    #expect(
      refusal(of: parts.replacing(40, u32: .max))
        == dimension(.vocabularySize, Int(UInt32.max), 2...8192))
    #expect(refusal(of: parts.replacing(44, u16: 257)) == dimension(.channels, 257, 1...256))
    #expect(refusal(of: parts.replacing(46, u16: 9)) == dimension(.kernelWidth, 9, 2...8))
    #expect(refusal(of: parts.replacing(48, u16: 0)) == dimension(.blocks, 0, 1...16))
    #expect(refusal(of: parts.replacing(48, u16: 17)) == dimension(.blocks, 17, 1...16))
    #expect(refusal(of: parts.replacing(52, u16: 0)) == dimension(.dilation, 0, 1...1024))
    #expect(refusal(of: parts.replacing(52, u16: 1025)) == dimension(.dilation, 1025, 1...1024))
    #expect(refusal(of: window.replacing(44, u16: 3)) == dimension(.windowLength, 3, 4...128))
    #expect(
      refusal(of: parts.replacing(40, u32: 100))
        == .weightsLength(found: Int(parts.u32(28)), needed: 4 * 64 + 2 * 448))
  }

  @Test func records() {
    let detection = parts.record(2) - 8
    let golden = parts.record(3) - 8
    #expect(
      refusal(of: parts.replacing(detection, u16: 4))
        == .unknownCriticalRecord(type: 4, atOffset: detection))
    #expect(
      refusal(of: parts.replacing(detection, u16: 1))
        == .recordOrder(type: 1, previous: 1, atOffset: detection))
    #expect(
      refusal(of: parts.replacing(detection, u16: 3))
        == .recordOrder(type: 3, previous: 3, atOffset: golden))
    #expect(
      refusal(of: parts.replacing(golden, [4, 0, 0, 0])) == .missingRecord(type: 3))
    #expect(
      refusal(of: parts.replacing(detection + 2, u16: 0))
        == .recordFlags(type: 2, found: 0, atOffset: detection))
    #expect(
      refusal(of: parts.replacing(detection + 2, u16: 3))
        == .recordFlags(type: 2, found: 3, atOffset: detection))
    #expect(
      refusal(of: parts.replacing(golden, [4, 0, 2, 0]))
        == .recordFlags(type: 4, found: 2, atOffset: golden))
    #expect(
      refusal(of: parts.replacing(golden + 4, u32: .max))
        == .recordTooLong(type: 3, length: Int(UInt32.max), atOffset: golden))
    #expect(
      refusal(of: parts.replacing(golden + 8, u32: 2))
        == .recordLength(type: 3, found: 32, needed: 24, atOffset: golden))
    #expect(
      refusal(of: parts.replacing(detection + 16, u32: 1))
        == .recordLength(type: 2, found: 80, needed: 48, atOffset: detection))
    let padding = parts.record(64) + Int(parts.u32(parts.record(64) - 4))
    #expect(padding % 8 != 0)
    #expect(refusal(of: parts.replacing(padding, [1])) == .reservedNotZero(atOffset: padding))
  }

  /// 64 bytes of zeros after the records are one step of 64 too many.
  @Test func metadataHasNoSpareZeros() throws {
    let blob = parts.blob
    let longer = blob[..<parts.weights] + [UInt8](repeating: 0, count: 64) + blob[parts.weights...]
    let metadata = parts.u32(24) + 64
    let first = Parts(blob: Array(longer)).replacing(24, u32: metadata)
    let changed = Parts(blob: first).replacing(16, u32: UInt32(longer.count))
    #expect(refusal(of: changed) == .metadataLength(found: Int(metadata)))
    let last = parts.weights - 1
    #expect(refusal(of: parts.replacing(last, [1])) == .reservedNotZero(atOffset: last))
  }

  @Test func vocabulary() {
    // V = 3: ids at 0, ends at 12, by name at 24, padding at 30, names at 32.
    let start = parts.record(1)
    let type = start - 8
    #expect(refusal(of: parts.replacing(start, u32: 1)) == .firstState(atOffset: start))
    #expect(
      refusal(of: parts.replacing(start + 8, u32: 3)) == .stateOrder(state: 2, atOffset: start + 8))
    #expect(
      refusal(of: parts.replacing(start + 12, u32: 0)) == .stateName(state: 0, atOffset: start + 12)
    )
    #expect(
      refusal(of: parts.replacing(start + 16, u32: 72))
        == .stateName(state: 1, atOffset: start + 16))
    let length = Int(parts.u32(start - 4))
    #expect(
      refusal(of: parts.replacing(start + 20, u32: UInt32(length - 32 + 1)))
        == .recordLength(type: 1, found: length, needed: length + 1, atOffset: type))
    #expect(
      refusal(of: parts.replacing(start + 20, u32: UInt32(length - 32 - 1)))
        == .recordLength(type: 1, found: length, needed: length - 1, atOffset: type))
    #expect(
      refusal(of: parts.replacing(start + 24, u16: 3)) == .nameOrder(atOffset: start + 24))
    #expect(
      refusal(of: parts.replacing(start + 26, u16: parts.u16(start + 24)))
        == .nameOrder(atOffset: start + 26))
    #expect(refusal(of: parts.replacing(start + 30, [1])) == .reservedNotZero(atOffset: start + 30))
    #expect(
      refusal(of: parts.replacing(start + 32, [0x55])) == .firstState(atOffset: start + 32))
    for byte in [UInt8(0), 0x20, 0x22, 0x5c, 0x7f, 0x80, 0xff] {
      #expect(
        refusal(of: parts.replacing(start + 40, [byte]))
          == .stateName(state: 1, atOffset: start + 40))
    }
  }

  @Test func detection() {
    let start = parts.record(2)
    let cap = 463_571_609
    func surprise(_ found: Int, _ allowed: ClosedRange<Int>, _ offset: Int) -> ModelFormatError {
      .surprise(found: found, allowed: allowed, atOffset: offset)
    }
    #expect(refusal(of: parts.replacing(start, u32: 0)) == surprise(0, 1...cap, start))
    #expect(
      refusal(of: parts.replacing(start, u32: UInt32(cap + 1))) == surprise(cap + 1, 1...cap, start)
    )
    #expect(
      refusal(of: parts.replacing(start + 4, u32: UInt32(cap + 1)))
        == surprise(cap + 1, 0...cap, start + 4))
    #expect(
      refusal(of: parts.replacing(start + 8, u32: 5))
        == .dimension(.detectionChannels, found: 5, allowed: 1...4))
    #expect(refusal(of: parts.replacing(start + 12, [1])) == .reservedNotZero(atOffset: start + 12))
    let channel = start + 16
    #expect(
      refusal(of: parts.replacing(channel, u32: 3))
        == .unknownChoice(.channelKind, found: 3, atOffset: channel))
    #expect(
      refusal(of: parts.replacing(channel + 4, u32: 4097))
        == .dimension(.rollingLength, found: 4097, allowed: 1...4096))
    #expect(
      refusal(of: parts.replacing(channel + 8, u32: 0))
        == .dimension(.minimumEvents, found: 0, allowed: 1...4096))
    #expect(
      refusal(of: parts.replacing(channel + 12, u32: 0))
        == surprise(0, 1...Int(UInt32.max), channel + 12))
    #expect(
      refusal(of: parts.replacing(channel + 16, u32: 6))
        == .unknownChoice(.thresholdRule, found: 6, atOffset: channel + 16))
    for parameter in [Float(0), -1, .nan, .infinity] {
      #expect(
        refusal(of: parts.replacing(channel + 20, u32: parameter.bitPattern))
          == .ruleParameter(atOffset: channel + 20))
    }
    #expect(
      refusal(of: parts.replacing(channel + 31, [1])) == .reservedNotZero(atOffset: channel + 31))
    // The second channel, an ewma, is checked as well.
    #expect(
      refusal(of: parts.replacing(channel + 36, u32: 0))
        == .dimension(.rollingLength, found: 0, allowed: 1...4096))
    #expect(
      refusal(of: parts.replacing(channel + 40, u32: 4097))
        == .dimension(.minimumEvents, found: 4097, allowed: 1...4096))
    #expect(
      refusal(of: parts.replacing(channel + 32, u32: 0))
        == .unknownChoice(.channelKind, found: 0, atOffset: channel + 32))
  }

  @Test func goldenEvents() {
    let start = parts.record(3)
    #expect(
      refusal(of: parts.replacing(start, u32: 4097))
        == .dimension(.goldenEvents, found: 4097, allowed: 1...4096))
    #expect(
      refusal(of: parts.replacing(start, u32: 0))
        == .dimension(.goldenEvents, found: 0, allowed: 1...4096))
    #expect(refusal(of: parts.replacing(start + 4, [1])) == .reservedNotZero(atOffset: start + 4))
    #expect(
      refusal(of: parts.replacing(start + 24, u32: 3))
        == .goldenState(found: 3, atOffset: start + 24))
    #expect(
      refusal(of: parts.replacing(start + 28, u32: 463_571_610))
        == .surprise(found: 463_571_610, allowed: 0...463_571_609, atOffset: start + 28))
  }

  @Test func provenance() {
    // data-set=sha256:0123\nnote=größer = besser\n
    let start = parts.record(64)
    #expect(
      refusal(of: parts.replacing(start, [0x44])) == .provenanceText(atOffset: start))
    #expect(
      refusal(of: parts.replacing(start + 8, [0x3a])) == .provenanceText(atOffset: start + 8))
    #expect(
      refusal(of: parts.replacing(start, Array("z".utf8))) == .provenanceOrder(atOffset: start + 21)
    )
    #expect(
      refusal(of: parts.replacing(start + 10, [9])) == .provenanceText(atOffset: start + 10))
    for byte in [UInt8(0x80), 0xc0, 0xf5, 0xff] {
      #expect(
        refusal(of: parts.replacing(start + 10, [byte])) == .provenanceText(atOffset: start + 10))
    }
    // A surrogate, an overlong form, one beyond U+10FFFF; a sequence cut off by a letter.
    for bytes in [
      [0xed, 0xa0, 0x80], [0xe0, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82, 0x61],
    ] {
      #expect(
        refusal(of: parts.replacing(start + 10, bytes.map { UInt8($0) }))
          == .provenanceText(atOffset: start + 10))
    }
    let end = start + Int(parts.u32(start - 4))
    #expect(refusal(of: parts.replacing(end - 1, [0x61])) == .provenanceText(atOffset: end))
    #expect(refusal(of: parts.replacing(start + 10, [0xf0, 0x9f, 0x99, 0x82])) == nil)
  }

  @Test func weights() {
    for weight in [Float.nan, .infinity, -.infinity] {
      #expect(
        refusal(of: parts.replacing(parts.weights, u32: weight.bitPattern))
          == .nonFiniteWeight(atOffset: parts.weights))
    }
    let last = parts.blob.count - 33
    #expect(refusal(of: parts.replacing(last, [1])) == .reservedNotZero(atOffset: last))
    let gap = parts.weights + 63
    #expect(refusal(of: parts.replacing(gap, [1])) == .reservedNotZero(atOffset: gap))
  }

  @Test(arguments: [
    (
      ModelFormatError.truncated(atOffset: 128, needed: 160),
      "ends at byte 128, 160 are needed; copy it again"
    ),
    (
      .dimension(.channels, found: -1, allowed: 1...256),
      "the number of channels is -1, allowed are 1 to 256; train a model within the limits"
    ),
    (
      .unknownChoice(.tying, found: 2, atOffset: 51),
      "has the unknown tying of the embedding 2 at byte 51; use a newer mle"
    ),
    (
      .recordOrder(type: 2, previous: 3, atOffset: 200),
      "record 2 at byte 200 is after record 3; export it again"
    ),
    (.digestMismatch, "is damaged, its digest does not match; copy it again"),
  ])
  func errorsExplainThemselves(error: ModelFormatError, text: String) {
    #expect(error.description == text)
  }
}
