import ModelFormat
import Testing

/// Values that are one step too large for others in the same blob.
@Suite struct ModelBoundaryTests {
  @Test func theUnknownSurpriseIsNotOverTheCap() throws {
    var description = try Sample.smallest()
    description.surpriseCap = Surprise(units: 300_000_000)
    description.unknownSurprise = Surprise(units: 300_000_000)
    let parts = Parts(blob: try description.encoded())
    #expect(refusal(of: parts.blob) == nil)
    let place = parts.record(2) + 4
    #expect(
      refusal(of: parts.replacing(place, u32: 300_000_001))
        == .surprise(found: 300_000_001, allowed: 0...300_000_000, atOffset: place))
  }

  /// Where the records end at a multiple of 64, the next 64 bytes are too many.
  @Test func recordsThatFillTheirPartHaveNoZerosBehindThem() throws {
    var description = try Sample.smallest()
    var found = 0
    for length in 0..<64 {
      description.provenance = [
        ProvenanceEntry(key: "note", value: String(repeating: "a", count: 1 + length))
      ]
      let parts = Parts(blob: try description.encoded())
      let end = parts.record(64) + (Int(parts.u32(parts.record(64) - 4)) + 7) / 8 * 8
      guard end == parts.weights else { continue }
      found += 1
      let blob = parts.blob
      let longer = blob[..<end] + [UInt8](repeating: 0, count: 64) + blob[end...]
      let metadata = parts.u32(24) + 64
      let first = Parts(blob: Array(longer)).replacing(24, u32: metadata)
      let changed = Parts(blob: first).replacing(16, u32: UInt32(longer.count))
      #expect(refusal(of: changed) == .metadataLength(found: Int(metadata)))
    }
    #expect(found > 0)
  }
}
