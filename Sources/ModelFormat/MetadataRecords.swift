/// Where the contents of the known records lie in the blob.
struct MetadataRecords {
  let vocabulary: Range<Int>
  let detection: Range<Int>
  let goldenEvents: Range<Int>
  /// Those that need not be there.
  private(set) var provenance: Range<Int>?
  private(set) var resources: Range<Int>?
  private(set) var quantization: Range<Int>?

  init(_ bytes: BlobBytes, in metadata: Range<Int>) throws(ModelFormatError) {
    var vocabulary: Range<Int>?
    var detection: Range<Int>?
    var goldenEvents: Range<Int>?
    var cursor = RecordCursor(bytes, in: metadata)
    while let record = try cursor.next() {
      switch RecordType(rawValue: record.type) {
      case .vocabulary: vocabulary = record.contents
      case .detection: detection = record.contents
      case .goldenEvents: goldenEvents = record.contents
      case .provenance: provenance = record.contents
      case .resources: resources = record.contents
      case .quantization: quantization = record.contents
      case nil: break
      }
    }
    self.vocabulary = try Self.required(.vocabulary, vocabulary)
    self.detection = try Self.required(.detection, detection)
    self.goldenEvents = try Self.required(.goldenEvents, goldenEvents)
  }

  private static func required(
    _ type: RecordType, _ contents: Range<Int>?
  ) throws(ModelFormatError) -> Range<Int> {
    guard let contents else { throw .missingRecord(type: Int(type.rawValue)) }
    return contents
  }
}

/// Walks over the metadata and checks everything about records but their contents.
struct RecordCursor {
  struct Record {
    let type: UInt16
    let contents: Range<Int>
  }

  private let bytes: BlobBytes
  private let end: Int
  private var offset: Int
  private var previousType: UInt16 = 0

  /// - Parameter metadata: its bounds are multiples of 64.
  init(_ bytes: BlobBytes, in metadata: Range<Int>) {
    self.bytes = bytes
    offset = metadata.lowerBound
    end = metadata.upperBound
  }

  mutating func next() throws(ModelFormatError) -> Record? {
    guard offset < end else { return nil }
    let type = bytes.u16(at: offset)
    if type == 0 {
      try checkRest()
      return nil
    }
    guard type > previousType else {
      throw .recordOrder(type: Int(type), previous: Int(previousType), atOffset: offset)
    }
    try checkFlags(of: type)
    let length = bytes.int(at: offset + 4)
    let start = offset + BlobLayout.recordHeaderLength
    guard length <= end - start else {
      throw .recordTooLong(type: Int(type), length: length, atOffset: offset)
    }
    // Start and end are multiples of 8, so that the padding is inside as well.
    let next = start + BlobLayout.roundUp(length, to: BlobLayout.recordAlignment)
    try bytes.checkZeros((start + length)..<next)
    previousType = type
    offset = next
    return Record(type: type, contents: start..<(start + length))
  }

  private func checkFlags(of type: UInt16) throws(ModelFormatError) {
    let flags = bytes.u16(at: offset + 2)
    let isCritical = flags == BlobLayout.criticalFlag
    if let known = RecordType(rawValue: type) {
      guard flags == 0 || isCritical, isCritical == known.isCritical else {
        throw .recordFlags(type: Int(type), found: Int(flags), atOffset: offset)
      }
      return
    }
    guard flags & BlobLayout.criticalFlag == 0 else {
      throw .unknownCriticalRecord(type: Int(type), atOffset: offset)
    }
    guard flags == 0 else {
      throw .recordFlags(type: Int(type), found: Int(flags), atOffset: offset)
    }
  }

  /// There is no type 0: what begins with it is the zeros up to the multiple of 64.
  private func checkRest() throws(ModelFormatError) {
    try bytes.checkZeros(offset..<end)
    guard end - offset < BlobLayout.alignment else {
      throw .metadataLength(found: end - BlobLayout.headerLength)
    }
  }
}
