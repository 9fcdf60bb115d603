#if _endian(big)
  #error("Weights are used in place and are little-endian.")
#endif

/// A frozen detector: a checked view of the bytes of a blob, which must outlive it.
///
/// `docs/model-format.md` is the specification; all of it is checked once, here. Any bytes give a
/// model or an error. Nothing is allocated.
public struct Model: @unchecked Sendable {
  /// The shape of the network.
  public let architecture: Architecture
  /// In which numbers the weights are.
  public let precision: Precision
  /// The states that the network knows, and *unknown*.
  public let vocabulary: VocabularyView
  /// No event counts for more.
  public let surpriseCap: Surprise
  /// That of every event whose state the network does not know.
  public let unknownSurprise: Surprise
  /// How many detection channels there are, 1...4.
  public let channelCount: Int
  /// How many golden events there are, 1...4096.
  public let goldenEventCount: Int
  /// UTF-8, lines `key=value` in increasing order of the keys; empty where there is none.
  public let provenance: UnsafeRawBufferPointer
  /// What the detector takes on a device, where its exporter says so.
  public let resources: ResourceCertificate?
  /// How far an int8 detector is from float32, where its exporter says so.
  public let quantization: QuantizationCertificate?
  /// The 32 bytes at the end of the blob, which are its name.
  public let digest: SHA256.Digest

  let bytes: BlobBytes
  let header: BlobHeader
  private let detection: DetectionRecord
  private let goldenEvents: Int

  /// Checks everything about the bytes of a blob.
  ///
  /// - Parameter bytes: all of the file, beginning at a multiple of 4 bytes, better of 64.
  /// - Throws: the first thing that is wrong. It takes about 4 ms a megabyte, for the digest.
  public init(bytes: UnsafeRawBufferPointer) throws(ModelFormatError) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else {
      throw .truncated(atOffset: 0, needed: BlobLayout.frameLength)
    }
    let misalignment = Int(UInt(bitPattern: base) % 4)
    guard misalignment == 0 else { throw .misaligned(by: misalignment) }
    let blob = BlobBytes(base: base, count: bytes.count)
    let header = try BlobHeader(blob)
    let records = try MetadataRecords(blob, in: header.metadata)
    let vocabularySize = header.architecture.vocabularySize
    vocabulary = try VocabularyView(
      checking: blob, in: records.vocabulary, count: vocabularySize)
    detection = try DetectionRecord(blob, in: records.detection)
    goldenEventCount = try Self.checkGoldenEvents(
      blob, in: records.goldenEvents, vocabularySize: vocabularySize, cap: detection.surpriseCap)
    if let provenance = records.provenance { try ProvenanceText.check(blob, in: provenance) }
    resources = try records.resources.map { contents throws(ModelFormatError) in
      try ResourceCertificate(blob, in: contents, header)
    }
    quantization = try records.quantization.map { contents throws(ModelFormatError) in
      try QuantizationCertificate(blob, in: contents, header)
    }
    try WeightChecks.run(blob, header)
    self.bytes = blob
    self.header = header
    architecture = header.architecture
    precision = header.precision
    digest = header.digest
    surpriseCap = detection.surpriseCap
    unknownSurprise = detection.unknownSurprise
    channelCount = detection.channelCount
    goldenEvents = records.goldenEvents.lowerBound + BlobLayout.goldenHeaderLength
    provenance = blob[records.provenance ?? 0..<0]
  }

  /// The detection channel at `index`, in 0..<channelCount.
  public func channel(at index: Int) -> DetectionChannel {
    precondition(index >= 0 && index < channelCount)
    return detection.channel(at: index)
  }

  /// The golden event at `index`, in 0..<goldenEventCount.
  public func goldenEvent(at index: Int) -> GoldenEvent {
    precondition(index >= 0 && index < goldenEventCount)
    let offset = goldenEvents + index * BlobLayout.goldenEventLength
    return GoldenEvent(
      state: bytes.int(at: offset), surprise: Surprise(units: bytes.u32(at: offset + 4)))
  }

  /// The weights of the tensor at `tensorIndex` of `Architecture.tensor(at:)`, in place: row-major,
  /// as many as its shape has, at a multiple of 64 bytes from the first.
  ///
  /// - Precondition: they are floats: the precision is `float32`, or the tensor is a bias.
  public func weights(at tensorIndex: Int) -> UnsafePointer<Float> {
    precondition(tensorIndex >= 0 && tensorIndex < architecture.tensorCount)
    precondition(precision == .float32 || architecture.tensor(at: tensorIndex).rank == 1)
    return floats(at: header.weightLayout.offset(ofTensor: tensorIndex))
  }

  /// The integers of the tensor at `tensorIndex`, in place, as its `IntegerLayout` says.
  ///
  /// - Precondition: the precision is `int8` and the tensor is no bias; so for `scales(at:)`.
  public func integers(at tensorIndex: Int) -> UnsafePointer<Int8> {
    checkIntegers(at: tensorIndex)
    let offset = header.weightLayout.offset(ofTensor: tensorIndex)
    return (bytes.base + header.weights.lowerBound + offset).assumingMemoryBound(to: Int8.self)
  }

  /// The scales of the tensor at `tensorIndex`, in place, as many as its `IntegerLayout` has.
  public func scales(at tensorIndex: Int) -> UnsafePointer<Float> {
    checkIntegers(at: tensorIndex)
    return floats(at: header.weightLayout.scalesOffset(ofTensor: tensorIndex))
  }

  /// The activations' steps, in place: `Architecture.quantizedInputCount` of them.
  ///
  /// - Precondition: the precision is `int8`.
  public var inputSteps: UnsafePointer<Float> {
    precondition(precision == .int8)
    return floats(at: header.weightLayout.inputStepsOffset)
  }

  /// Bytes of the weights.
  public var weightBytes: Int { header.weights.count }

  private func checkIntegers(at tensorIndex: Int) {
    precondition(tensorIndex >= 0 && tensorIndex < architecture.tensorCount)
    precondition(precision == .int8 && architecture.tensor(at: tensorIndex).rank > 1)
  }

  private func floats(at offset: Int) -> UnsafePointer<Float> {
    (bytes.base + header.weights.lowerBound + offset).assumingMemoryBound(to: Float.self)
  }
}

extension Model {
  private static func checkGoldenEvents(
    _ bytes: BlobBytes, in contents: Range<Int>, vocabularySize: Int, cap: Surprise
  ) throws(ModelFormatError) -> Int {
    let start = contents.lowerBound
    let count = contents.count >= BlobLayout.goldenHeaderLength ? bytes.int(at: start) : 1
    try ModelFormatError.check(.goldenEvents, count, in: 1...Limits.goldenEvents)
    let needed = BlobLayout.goldenHeaderLength + count * BlobLayout.goldenEventLength
    guard contents.count == needed else {
      throw .length(of: .goldenEvents, contents, needed: needed)
    }
    try bytes.checkZeros((start + 4)..<(start + 8))
    for index in 0..<count {
      let offset = start + BlobLayout.goldenHeaderLength + index * BlobLayout.goldenEventLength
      let state = bytes.int(at: offset)
      guard state < vocabularySize else { throw .goldenState(found: state, atOffset: offset) }
      _ = try bytes.surprise(at: offset + 4, in: 0...Int(cap.units))
    }
    return count
  }
}
